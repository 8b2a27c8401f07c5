"""``hub:OWNER/NAME``: what huggingface_hub has in its cache, asked of the library itself without a network."""

import shutil
import sys
from pathlib import Path

import pytest
from command_line import here
from huggingface_hub import constants

import motionkit as mk
from motionkit.interfaces import RunError
from motionkit.io import hub, pretrained

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repository(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The snapshot of ``me/first`` in a cache; the network is off, and the test stands in an empty folder."""
    root = tmp_path / "cache" / "models--me--first"
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text(REVISION)
    (root / "blobs").mkdir()
    (root / "snapshots" / REVISION).mkdir(parents=True)
    for file in [tiny_run / "run.json", *tiny_run.glob("*.safetensors")]:
        shutil.copy(file, root / "blobs" / file.name)
        (root / "snapshots" / REVISION / file.name).symlink_to(Path("../../blobs") / file.name)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return root / "snapshots" / REVISION


def test_a_repository_is_a_run(repository: Path, tiny_run: Path) -> None:
    assert hub.fetched("me/first") == hub.fetched(f"me/first@{REVISION}") == repository
    times = mk.frame_times(0.25, 8)
    one, other = (mk.load(run).sample(1, times=times).video_BTCHW for run in ("hub:me/first", tiny_run))
    assert (one == other).all()
    assert mk.Run.open("hub:me/first").parts == {"motion": "ode", "renderer": "compose"}


def test_what_is_made_of_it_is_written_here_and_nothing_to_it(repository: Path) -> None:
    here("generate", "hub:me/first", "-n", 1, "--seconds", 0.25, "--fps", 8)
    assert Path("generated/first/clip-000.mp4").is_file()
    assert pretrained.name_of("hub:me/first@main") == "first"
    for run in ("hub:me/first", repository):
        with pytest.raises(RunError, match="nothing is written to it"):
            here("train", "--resume", run, "--steps", 9)


def test_a_path_is_a_folder_and_a_name_says_that_it_is_of_the_hub(repository: Path, tiny_run: Path) -> None:
    with pytest.raises(RunError, match="no such folder; a repository of the Hub is written hub:me/first"):
        mk.load("me/first")
    shutil.copytree(tiny_run, "me/first")
    assert mk.Run.open("me/first").folder.path == Path("me/first")
    with pytest.raises(RunError, match=r"no such folder$"):
        mk.load("me/second")  # beside runs that are here


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hub:me/second", "hub:me/second can't be had: .*"),
        ("hub:me/first@v2", "hub:me/first@v2 can't be had: .*"),
        ("hub:first", "write hub:OWNER/NAME"),
        ("hub:a/b/c", "write hub:OWNER/NAME"),
        ("hub:../..", "can't be had"),
    ],
)
def test_what_cannot_be_had_is_told(repository: Path, name: str, message: str) -> None:
    with pytest.raises(RunError, match=message) as error:
        mk.load(name)
    assert "\n" not in str(error.value)


def test_without_the_library_it_is_named(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(RunError, match="needs the package huggingface_hub: pip install huggingface_hub"):
        mk.load("hub:me/first")
