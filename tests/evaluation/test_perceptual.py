import itertools
import pickle
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from motionkit.evaluation.perceptual import CONVOLUTIONS, LpipsDiversity, embedding
from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.testing import check_metric


def test_lpips_imports_beside_this_torch_and_measures() -> None:
    """In a process of its own, because the import is what is tested."""
    program = """
import torch
from motionkit.evaluation.perceptual import import_lpips
import_lpips()
import lpips
distance = lpips.LPIPS(pretrained=False, pnet_rand=True, net="alex", verbose=False)
picture = torch.rand(1, 3, 64, 64)
assert float(distance(picture, picture)) == 0
import_lpips()
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


SHAPES = [(64, 3, 11, 11), (192, 64, 5, 5), (384, 192, 3, 3), (256, 384, 3, 3), (256, 256, 3, 3)]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of AlexNet's form, with random numbers."""
    generator = torch.Generator().manual_seed(0)
    tensors = {}
    for number, shape in zip(CONVOLUTIONS, SHAPES, strict=True):
        tensors[f"features.{number}.weight"] = (
            torch.randn(shape, generator=generator) / (shape[1] * shape[2] ** 2) ** 0.5
        )
        tensors[f"features.{number}.bias"] = torch.zeros(shape[0])
    path = tmp_path_factory.mktemp("weights") / "alexnet.safetensors"
    save_file(tensors, path)
    torch.save(tensors, path.with_suffix(".pth"))
    return path


def metric(path: Path) -> LpipsDiversity:
    return LpipsDiversity(LpipsDiversity.Config(weights=path), COCO17)


def test_diversity_is_the_mean_lpips_of_all_pairs(weights: Path) -> None:
    made = metric(weights)
    frames = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    frames[2:] = frames[2:].mean((2, 3), keepdim=True)
    network: Any = made.network
    pairs = [float(network(frames[i : i + 1], frames[j : j + 1])) for i, j in itertools.combinations(range(4), 2)]
    features = made.features(Clips(torch.zeros(1), video=frames[:, None]))
    assert made.score(features, features) == pytest.approx(sum(pairs) / 6, rel=1e-4)
    assert torch.equal(features, embedding(network, frames))


def test_it_keeps_its_contract_and_reads_both_formats(weights: Path) -> None:
    check_metric(LpipsDiversity, LpipsDiversity.Config(weights=weights))
    clips = Clips(torch.zeros(1), video=torch.zeros(1, 1, 3, 16, 16))
    assert torch.equal(metric(weights).features(clips), metric(weights.with_suffix(".pth")).features(clips))


def test_weights_that_are_missing_or_damaged_are_told(weights: Path, tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(ConfigError, match=r"lpips_diversity\.weights=FILE"):
        metric(tmp_path / "none.pth")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(ConfigError, match="let torchvision download it once"):
        LpipsDiversity(LpipsDiversity.Config(), COCO17)
    for suffix in (".pth", ".safetensors"):
        (tmp_path / f"bad{suffix}").write_bytes(b"nonsense")
        with pytest.raises(ConfigError, match="is damaged"):
            metric(tmp_path / f"bad{suffix}")
    save_file({"other": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ConfigError, match=r"no 'features\.0\.weight'"):
        metric(tmp_path / "other.safetensors")


def test_weights_cannot_run_code(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "sprung",))

    torch.save(Trap(), tmp_path / "trap.pth")
    with pytest.raises(ConfigError, match="is damaged"):
        metric(tmp_path / "trap.pth")
    assert not (tmp_path / "sprung").exists()


def test_the_converter_reads_arrays_and_refuses_all_else(tmp_path: Path) -> None:
    converter = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "alexnet_weights.py"))
    layers = {
        f"Conv_{index}": {
            "kernel": np.full(shape, index, np.float32).transpose(2, 3, 1, 0),
            "bias": np.zeros(shape[0], "f4"),
        }
        for index, shape in enumerate(SHAPES)
    }
    (tmp_path / "arrays").write_bytes(pickle.dumps({"AlexNet_0": layers}, protocol=3))
    (tmp_path / "arrays").write_bytes(
        (tmp_path / "arrays").read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    )
    weights = converter["alexnet"](tmp_path / "arrays")
    assert [tuple(weights[f"features.{number}.weight"].shape) for number in CONVOLUTIONS] == SHAPES
    assert float(weights["features.10.weight"].mean()) == 4

    (tmp_path / "trap").write_bytes(pickle.dumps({"AlexNet_0": Path.touch}))
    with pytest.raises(pickle.UnpicklingError, match="which is no array"):
        converter["alexnet"](tmp_path / "trap")
