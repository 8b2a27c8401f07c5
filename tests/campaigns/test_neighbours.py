"""What people install beside motionkit, and on other Pythons: pip is asked whether all versions go together.

Nothing is installed beside this environment but, for other Pythons, what reading and writing files needs.
"""

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

pytestmark = pytest.mark.campaign

ROOT = Path(__file__).parents[2]
NEIGHBOURS = {
    "ONNX": ["onnx", "onnxruntime"],
    "W&B": ["wandb"],
    "Trackio": ["trackio"],
    "Gradio": ["gradio"],
    "MLflow": ["mlflow"],
    "SwanLab": ["swanlab"],
    "all of them": ["onnx", "onnxruntime", "wandb", "trackio", "gradio", "mlflow", "swanlab"],
}
OTHERS = [f"3.{minor}" for minor in range(10, 14) if minor != sys.version_info.minor]
FOR_FILES = ("av", "click", "entrypoints", "filelock", "numpy", "pillow", "pydantic", "pytest", "pyyaml", "rich",
             "safetensors", "scipy")  # fmt: skip
"""What these tests of reading and writing files import."""
WITHOUT_TORCH = ("atomic", "capture", "clips", "files", "hold", "image_folder", "output", "shown", "text", "video")
"""The tests in tests/io that need nothing else."""


def pip(python: str | Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def index() -> None:
    """Skips where pip can fetch nothing."""
    if pip(sys.executable, "index", "versions", "entrypoints").returncode:
        pytest.skip("no package index answers")


def other(version: str) -> str:
    """Another interpreter, which may be a wrapper that finds none."""
    found = shutil.which(f"python{version}")
    if found is None or subprocess.run([found, "--version"], capture_output=True).returncode:
        pytest.skip(f"there is no python{version} here")
    return found


def requirements() -> list[str]:
    """What a plain install asks for."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config["options"]["install_requires"].split()


def resolve(python: str, *beside: str) -> subprocess.CompletedProcess[str]:
    how = ["--dry-run", "--quiet", "--ignore-installed", "--only-binary", ":all:"]
    return pip(python, "install", *how, "--constraint", ROOT / "constraints.txt", *requirements(), *beside)


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_what_people_install_beside_it_goes_with_the_pins(neighbour: str) -> None:
    done = resolve(sys.executable, *NEIGHBOURS[neighbour])
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("version", OTHERS)
def test_the_pins_are_there_for_other_pythons(version: str) -> None:
    done = resolve(other(version))
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("version", OTHERS)
def test_files_are_read_and_written_on_other_pythons(version: str, tmp_path: Path) -> None:
    """And so with the PyAV that is pinned there."""
    assert subprocess.run([other(version), "-m", "venv", str(tmp_path / "venv")]).returncode == 0
    (python,) = [path for path in (tmp_path / "venv").glob("*/python*") if path.stem == "python"]
    done = pip(python, "install", "--quiet", "--constraint", ROOT / "constraints.txt", *FOR_FILES)
    assert done.returncode == 0, done.stderr
    options = ["-q", "--noconftest", "-p", "no:cacheprovider"]
    files = [f"tests/io/test_{name}.py" for name in WITHOUT_TORCH]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    tested = subprocess.run(
        [str(python), "-m", "pytest", *options, *files], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert tested.returncode == 0, tested.stdout
