import pickle
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from motionkit.interfaces import ConfigError
from motionkit.metrics.networks.lpips import CONVOLUTIONS, read_alexnet


def test_lpips_imports_beside_this_torch_and_measures() -> None:
    """In a process of its own, because the import is what is tested."""
    program = """
import torch
from motionkit.metrics.networks.lpips import import_lpips
import_lpips()
import lpips
distance = lpips.LPIPS(pretrained=False, pnet_rand=True, net="alex", verbose=False)
picture = torch.rand(1, 3, 64, 64)
assert float(distance(picture, picture)) == 0
import_lpips()
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_weights_that_are_missing_or_damaged_are_told(tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(ConfigError, match=r"lpips_diversity\.weights=FILE"):
        read_alexnet(tmp_path / "none.pth")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(ConfigError, match="let torchvision download it once"):
        read_alexnet(None)
    for suffix in (".pth", ".safetensors"):
        (tmp_path / f"bad{suffix}").write_bytes(b"nonsense")
        with pytest.raises(ConfigError, match="is damaged"):
            read_alexnet(tmp_path / f"bad{suffix}")
    save_file({"other": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ConfigError, match=r"no 'features\.0\.weight'"):
        read_alexnet(tmp_path / "other.safetensors")


def test_weights_cannot_run_code(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "sprung",))

    torch.save(Trap(), tmp_path / "trap.pth")
    with pytest.raises(ConfigError, match="is damaged"):
        read_alexnet(tmp_path / "trap.pth")
    assert not (tmp_path / "sprung").exists()


def test_the_converter_reads_arrays_and_refuses_all_else(alexnet: Path, tmp_path: Path) -> None:
    converter = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "alexnet_weights.py"))
    shapes = [tuple(load_file(alexnet)[f"features.{number}.weight"].shape) for number in CONVOLUTIONS]
    layers = {
        f"Conv_{index}": {
            "kernel": np.full(shape, index, np.float32).transpose(2, 3, 1, 0),
            "bias": np.zeros(shape[0], "f4"),
        }
        for index, shape in enumerate(shapes)
    }
    (tmp_path / "arrays").write_bytes(pickle.dumps({"AlexNet_0": layers}, protocol=3))
    (tmp_path / "arrays").write_bytes(
        (tmp_path / "arrays").read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    )
    weights = converter["alexnet"](tmp_path / "arrays")
    assert [tuple(weights[f"features.{number}.weight"].shape) for number in CONVOLUTIONS] == shapes
    assert float(weights["features.10.weight"].mean()) == 4

    (tmp_path / "trap").write_bytes(pickle.dumps({"AlexNet_0": Path.touch}))
    with pytest.raises(pickle.UnpicklingError, match="which is no array"):
        converter["alexnet"](tmp_path / "trap")
