"""A disk that is full, or becomes read-only, in the middle of each kind of file: one error, and what was there stays.

The disk is a small one in memory, which only root can mount.
"""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from films import contents, films, prepared

from motionkit.interfaces import COCO17
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.hold import held
from motionkit.io.manifest import Manifest, Settings, VideoRecord, read_manifest, write_manifest
from motionkit.io.output import OutputFolder
from motionkit.io.run import RunFolder
from motionkit.io.video import write_video
from motionkit.pictures.picture import save_png

SIZE = 1 << 20
NOBODY = 65534
NOISE = np.random.default_rng(0).integers(0, 256, (6, 64, 64, 3), np.uint8)


class Disk:
    """A file system of a megabyte."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, spare: int) -> None:
        """Leave so many bytes free."""
        free = os.statvfs(self.path).f_bavail * os.statvfs(self.path).f_frsize
        (self.path / "filler").write_bytes(bytes(max(free - spare, 0)))

    def empty(self) -> None:
        (self.path / "filler").unlink(missing_ok=True)

    def remount(self, mode: str) -> None:
        """``ro`` or ``rw``."""
        subprocess.run(["mount", "-o", f"remount,{mode}", str(self.path)], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    path = tmp_path / "disk"
    path.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(path)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield Disk(path)
    subprocess.run(["umount", str(path)], check=True)


def run(folder: Path) -> RunFolder:
    return RunFolder(folder, {"format": 2, "seed": 1, "note": "x" * 20_000})


def write_manifest_of(folder: Path) -> None:
    settings = Settings(size=8, detector="sidecar", distribution="", detector_config={}, gate={})
    videos = tuple(VideoRecord(source=f"{number}.mp4", sha256="0" * 64) for number in range(100))
    write_manifest(folder, Manifest(skeleton=COCO17, settings=settings, videos=videos))


def write_a_clip(folder: Path) -> None:
    random = np.random.default_rng(0)
    frames, points = random.integers(0, 256, (8, 32, 32, 3), np.uint8), random.uniform(-1, 1, (8, 17, 2))
    write_clip(folder / "000.safetensors", ClipInfo("coco-17"), frames, points, np.ones((8, 17)), np.arange(8) / 25)


def write_arrays(folder: Path) -> None:
    with OutputFolder(folder).file("clip-000.npz") as temporary:
        np.savez_compressed(temporary, video=NOISE)


WRITERS: dict[str, Callable[[Path], object]] = {
    "run.json": lambda folder: run(folder).write_document(),
    "motion.safetensors": lambda folder: run(folder).save_weights("motion", {"w": torch.ones(5000)}, 1),
    "motion.state.pt": lambda folder: run(folder).save_state("motion", {"w": torch.ones(5000)}),
    "000.safetensors": write_a_clip,
    "dataset.json": write_manifest_of,
    "film.mp4": lambda folder: write_video(folder / "film.mp4", NOISE, 25),
    "film.gif": lambda folder: write_video(folder / "film.gif", NOISE, 25),
    "picture.png": lambda folder: save_png(folder / "picture.png", NOISE[0]),
    "clip-000.npz": write_arrays,
}
"""A way to write each kind of file, of more than 8 kilobytes."""


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_in_the_middle_of_a_file_is_told_and_the_old_file_stays(disk: Disk, name: str) -> None:
    (disk.path / name).write_bytes(b"old")
    disk.fill(spare=8192)
    with pytest.raises(OSError, match="No space left on device") as caught:
        WRITERS[name](disk.path)
    assert caught.value.errno == errno.ENOSPC and str(caught.value.filename).endswith(name)
    assert {path.name for path in disk.path.iterdir()} - {".made"} == {name, "filler"}
    assert (disk.path / name).read_bytes() == b"old"
    disk.empty()
    WRITERS[name](disk.path)
    assert (disk.path / name).stat().st_size > 8192


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_became_read_only_is_told_and_the_old_file_stays(disk: Disk, name: str) -> None:
    (disk.path / name).write_bytes(b"old")
    disk.remount("ro")
    with pytest.raises(OSError, match="Read-only file system"):
        WRITERS[name](disk.path)
    assert contents(disk.path) == {name: b"old"}


@pytest.fixture
def lent() -> Iterator[Path]:
    """A folder of somebody who may not write everywhere; until the test ends this process is theirs."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if os.getuid() == 0:
        os.seteuid(0)
    lock(folder, 0o700)
    shutil.rmtree(folder)


def lock(folder: Path, mode: int = 0o500) -> None:
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(mode)


def test_a_lock_is_let_go_of_where_its_folder_became_read_only(lent: Path) -> None:
    with pytest.raises(ValueError, match="meant"), held(lent / "out"):
        lock(lent / "out")
        raise ValueError("meant")
    lock(lent / "out", 0o700)
    with held(lent / "out"):
        pass
    assert contents(lent / "out") == {}


def test_a_folder_that_may_not_be_written_is_told(lent: Path) -> None:
    films(lent / "in", "a")
    (lent / "out").mkdir(mode=0o500)
    with pytest.raises(PermissionError, match="out"):
        prepared(lent / "in", lent / "out")
    assert contents(lent / "out") == {}


def test_a_preparation_that_lost_its_permission_keeps_what_was_finished_and_goes_on(lent: Path) -> None:
    films(lent / "in", "a", "b", "c")
    prepared(lent / "in", lent / "whole")
    with pytest.raises(PermissionError, match="out"):
        prepared(lent / "in", lent / "out", told=lambda name, *_: lock(lent / "out") if name == "b.mp4" else None)
    assert_goes_on(lent / "in", lent / "out", lent / "whole")


def test_a_preparation_on_a_full_disk_keeps_what_was_finished_and_goes_on(disk: Disk, tmp_path: Path) -> None:
    films(tmp_path / "in", "a", "b", "c")
    prepared(tmp_path / "in", tmp_path / "whole")
    seen: list[str] = []

    def fill(name: str, *_: Any) -> None:
        if name == "b.mp4" and name not in seen:
            disk.fill(spare=4096)
        seen.append(name)

    with pytest.raises(OSError, match="No space left on device"):
        prepared(tmp_path / "in", disk.path / "clips", told=fill)
    disk.empty()
    assert_goes_on(tmp_path / "in", disk.path / "clips", tmp_path / "whole")


def assert_goes_on(source: Path, out: Path, whole: Path) -> None:
    lock(out, 0o700)
    assert [video.source for video in read_manifest(out).videos] == ["a.mp4"]
    assert contents(out)["clips/a.mp4/000.safetensors"] == contents(whole)["clips/a.mp4/000.safetensors"]
    prepared(source, out)
    assert contents(out) == contents(whole)
