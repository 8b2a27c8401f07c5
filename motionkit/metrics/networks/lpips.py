"""The network of LPIPS (Zhang et al. 2018), and its import beside a torch without a GPU.

lpips imports torchvision, whose compiled operators are built for one kind of torch. Beside another kind, such as a
CPU-only torch, they fail to load, and torchvision then fails to import because it describes operators that are not
there. lpips uses none of them, so declaring them is enough.
"""

import importlib
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from motionkit.interfaces import ConfigError
from motionkit.io.torch_file import read_torch_file

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

DOWNLOADED = "alexnet-owt-7be5be79.pth"
"""What torchvision calls AlexNet's weights where it keeps what it downloaded."""


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
        # Results quote this, and people share them: whose home it is concerns nobody.
        shown = Path("~", file.relative_to(Path.home())) if file.is_relative_to(Path.home()) else file
        raise ConfigError(
            f"LPIPS needs AlexNet's weights, and {shown} is not there; name a file with lpips_diversity.weights=FILE, "
            "or let torchvision download it once: torchvision.models.alexnet(weights='DEFAULT')"
        )
    try:
        is_safe = file.suffix == ".safetensors"
        weights = load_file(file) if is_safe else read_torch_file(file)
        return {name: weights[name] for i in CONVOLUTIONS for name in (f"features.{i}.weight", f"features.{i}.bias")}
    except KeyError as missing:
        raise ConfigError(f"{file} does not hold AlexNet's weights by torchvision's names: no {missing}") from None
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{file} is not a file of weights, or is damaged: {error}") from None
