"""Perceptual distance (LPIPS, Zhang et al. 2018) between clips, and its import beside a torch without a GPU.

lpips imports torchvision, whose compiled operators are built for one kind of torch. Beside another kind, such as a
CPU-only torch, they fail to load, and torchvision then fails to import because it describes operators that are not
there. lpips uses none of them, so declaring them is enough.
"""

import importlib
import os.path
import pickle
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, cast

import torch
from pydantic import AfterValidator, Field
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from motionkit.interfaces import Clips, ComponentConfig, ConfigError, Metric, Skeleton

OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
"""What torchvision describes while it is imported, and cannot do without."""

_declared: list[torch.library.Library] = []  # a declaration lives as long as its Library


def import_lpips() -> ModuleType:
    """The package ``lpips``; where torchvision's operators can't be loaded, they are declared first.

    An installation whose torchvision imports as it is stays untouched. Afterwards ``import lpips`` works anywhere in
    the process.

    Raises:
        ImportError: lpips or torchvision is not installed.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name, schema in OPERATORS.items():
            if not hasattr(torch.ops.torchvision, name):
                library.define(schema)
        _declared.append(library)
    return importlib.import_module("lpips")


CONVOLUTIONS = (0, 3, 6, 8, 10)
"""The numbers of AlexNet's convolutions among its ``features``."""

SMALLEST = 64
"""Pixels that AlexNet needs; smaller frames are enlarged."""

DOWNLOADED = "alexnet-owt-7be5be79.pth"
"""What torchvision calls AlexNet's weights where it keeps what it downloaded."""


class LpipsDiversity(Metric):
    """Mean LPIPS over all pairs of clips, of their middle frames: whether people look and stand differently.

    Range 0 and up, to be that of real clips; 0 if all frames are alike. LPIPS with AlexNet, version 0.1. For two
    frames it is the squared distance of vectors, those that :func:`embedding` gives, so the mean over all pairs is
    twice their variance, and no pairs need be drawn.

    Raises:
        ConfigError: AlexNet's weights are missing or damaged.
    """

    class Config(ComponentConfig):
        """Where the weights are."""

        weights: Annotated[Path, AfterValidator(lambda path: Path(os.path.expanduser(path)))] | None = Field(
            default=None,
            description="file of AlexNet's weights, .pth or .safetensors with torchvision's names; "
            "by default what torchvision has downloaded",
        )

    needs = "video"
    better = "real"
    span = (0.0, float("inf"))
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.network = build_lpips(read_alexnet(config.weights))

    @torch.no_grad()
    def features(self, clips: Clips) -> Tensor:
        """The middle frame's :func:`embedding`, (B, D)."""
        frame_BCHW = clips.video_BTCHW[:, clips.video_BTCHW.shape[1] // 2]
        if min(frame_BCHW.shape[-2:]) < SMALLEST:
            frame_BCHW = functional.interpolate(frame_BCHW, (SMALLEST, SMALLEST), mode="bilinear", align_corners=False)
        return embedding(self.network, frame_BCHW)

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Mean over pairs of ``other_MD``; the real clips count only as what to compare with."""
        return float(2 * other_MD.double().var(0).sum())


def embedding(network: Any, frames_BCHW: Tensor) -> Tensor:
    """Vectors (B, D) whose squared Euclidean distance is the LPIPS of two frames in [-1, 1].

    LPIPS sums over layers the mean over places of w (a - b)^2, where a and b are unit vectors of channels and w >= 0;
    so each layer is scaled by the square root of its w over its number of places.
    """
    rows = []
    for layer_BCHW, weigh in zip(network.net(network.scaling_layer(frames_BCHW)), network.lins, strict=True):
        unit_BCHW = layer_BCHW / (layer_BCHW.norm(dim=1, keepdim=True) + 1e-10)
        weight_C11 = weigh.model[-1].weight[0].clamp(min=0)
        rows.append((unit_BCHW * weight_C11.sqrt()).flatten(1) / (layer_BCHW[0, 0].numel() ** 0.5))
    return torch.cat(rows, dim=1)


def build_lpips(alexnet: dict[str, Tensor]) -> nn.Module:
    """The network of LPIPS with these weights of AlexNet, and the package's own of the layers' channels."""
    lpips = import_lpips()
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's, of how lpips calls it
        network: Any = lpips.LPIPS(net="alex", pretrained=False, pnet_rand=True, verbose=False)
    # Read here, because the package would read its file without weights_only.
    channels = Path(str(lpips.__file__)).parent / "weights" / "v0.1" / "alex.pth"
    network.load_state_dict(torch.load(channels, map_location="cpu", weights_only=True), strict=False)
    convolutions = (part for part in network.net.modules() if isinstance(part, nn.Conv2d))
    for number, part in zip(CONVOLUTIONS, convolutions, strict=True):
        part.load_state_dict({name: alexnet[f"features.{number}.{name}"] for name in ("weight", "bias")})
    return cast(nn.Module, network.requires_grad_(False).eval())


def read_alexnet(path: Path | None) -> dict[str, Tensor]:
    """AlexNet's convolutions by torchvision's names, from a file, or from what torchvision has downloaded before.

    Nothing is downloaded, and nothing in the file is executed.

    Raises:
        ConfigError: there is no such file, or it is not of AlexNet's weights.
    """
    file = path or Path(torch.hub.get_dir()) / "checkpoints" / DOWNLOADED
    if not file.is_file():
        raise ConfigError(
            f"LPIPS needs AlexNet's weights, and {file} is not there; name a file with lpips_diversity.weights=FILE, "
            "or let torchvision download it once: torchvision.models.alexnet(weights='DEFAULT')"
        )
    try:
        is_safe = file.suffix == ".safetensors"
        weights = load_file(file) if is_safe else torch.load(file, map_location="cpu", weights_only=True)
        return {name: weights[name] for i in CONVOLUTIONS for name in (f"features.{i}.weight", f"features.{i}.bias")}
    except KeyError as missing:
        raise ConfigError(f"{file} does not hold AlexNet's weights by torchvision's names: no {missing}") from None
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError, TypeError, pickle.UnpicklingError) as error:
        raise ConfigError(f"{file} is not a file of weights, or is damaged: {error}") from None
