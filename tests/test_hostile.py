"""Files that somebody made to do harm: each is refused in one line, runs nothing, and fills no memory."""

import io
import os
import pickle
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from films import contents, films, prepared

from motionkit.config import parse_assignments, read_config_file
from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import COCO17, ConfigError, DataError, MotionkitError, RunError
from motionkit.io.image_folder import read_image
from motionkit.io.run import RunFolder
from motionkit.io.torch_file import read_torch_file
from motionkit.io.video import read_video
from motionkit.metrics.networks.i3d import I3dExtractor
from motionkit.metrics.networks.weights_file import WeightsFile
from motionkit.preparation.source import clips_from


class Evil:
    """Whoever unpickles it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def saved(content: object) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def packed(content: bytes) -> bytes:
    """The same archive, compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    return file.getvalue()


def with_a_size_that_is_a_lie(content: bytes) -> bytes:
    """The same archive, whose table of contents promises more than the file has."""
    changed, entry = bytearray(content), content.index(b"PK\x01\x02")
    struct.pack_into("<I", changed, entry + 24, 1 << 31)  # the uncompressed size
    return bytes(changed)


def torchscript(_: Path) -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), file)
    return file.getvalue()


TENSORS = {"run": "0", "weights": torch.zeros(50_000)}

FILES: dict[str, Callable[[Path], bytes]] = {
    "a pickle": lambda mark: pickle.dumps(Evil(mark)),
    "a pickle as torch wrote them long ago": lambda mark: b"\x80\x02" + pickle.dumps({"a": Evil(mark)}, 2)[2:],
    "a pickle in torch's archive": lambda mark: saved({"run": Evil(mark)}),
    "an array of objects": lambda mark: _npz(mark),
    "a compressed archive": lambda mark: packed(saved(TENSORS)),
    "an archive that promises too much": lambda mark: with_a_size_that_is_a_lie(saved(TENSORS)),
    "a program": torchscript,
}


def _npz(mark: Path) -> bytes:
    file = io.BytesIO()
    np.savez(file, weights=np.array([Evil(mark)], object))
    return file.getvalue()


@pytest.mark.parametrize("kind", FILES)
def test_a_state_that_could_run_code_or_fill_the_memory_is_refused(tmp_path: Path, kind: str) -> None:
    run = RunFolder.create(tmp_path / "run", {"seed": 1})
    content = FILES[kind](tmp_path / "mark")
    (run.path / "motion.state.pt").write_bytes(content)
    (tmp_path / "weights.pt").write_bytes(content)
    with pytest.raises(RunError, match="is damaged") as caught:
        run.load_state("motion")
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="is not a file of tensors alone"):
        WeightsFile(tmp_path / "weights.pt").state_dict()
    assert not (tmp_path / "mark").exists()


def test_what_torch_saves_is_read() -> None:
    assert torch.equal(read_torch_file(saved(TENSORS))["weights"], TENSORS["weights"])


def test_a_program_is_not_loaded_without_its_hash(tmp_path: Path) -> None:
    (tmp_path / "i3d.pt").write_bytes(torchscript(tmp_path))
    with pytest.raises(ConfigError, match="its sha256, because loading such a file runs the code in it"):
        I3dExtractor(tmp_path / "i3d.pt", None)
    with pytest.raises(DataError, match="its SHA-256 is"):
        I3dExtractor(tmp_path / "i3d.pt", "0" * 64)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.mkdir [MARK]", "!!python/name:os.system ''", "!evil x"])
def test_no_tag_of_yaml_makes_anything(tmp_path: Path, tag: str) -> None:
    tag = tag.replace("MARK", str(tmp_path / "mark"))
    (tmp_path / "settings.yaml").write_text(f"motion: {{hidden: {tag}}}\n")
    with pytest.raises(ConfigError, match="could not determine a constructor"):
        read_config_file(tmp_path / "settings.yaml")
    with pytest.raises(ConfigError, match="could not determine a constructor"):
        parse_assignments([f"motion.hidden={tag}"])
    assert not (tmp_path / "mark").exists()


def png(width: int, height: int) -> bytes:
    """A picture of a few bytes that says how large it is."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = [struct.pack(">I", len(it) - 4) + it + struct.pack(">I", zlib.crc32(it)) for it in (header, data, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def gif(width: int, height: int) -> bytes:
    size = struct.pack("<HH", width, height)
    image = b"," + bytes(4) + size + b"\x00" + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + size + b"\x80\x00\x00" + bytes(6) + image + b";"


@pytest.mark.parametrize(
    ("name", "content", "read", "told"),
    [
        ("a.png", png(60_000, 60_000), read_image, "more pixels than a photograph"),
        ("a.gif", gif(12_000, 12_000), lambda path: next(read_video(path)), "12000 x 12000 pixels"),
        ("a.gif", gif(65_535, 65_535), lambda path: next(read_video(path)), "a.gif"),
        ("a.mp4", png(60_000, 60_000), lambda path: next(read_video(path)), "a.mp4"),
    ],
)
def test_pictures_are_refused_by_their_size_before_they_are_unpacked(
    tmp_path: Path, name: str, content: bytes, read: Callable[[Path], object], told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=told):
        read(tmp_path / name)


def test_arrays_of_objects_are_no_video(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(_npz(tmp_path / "mark"))
    (tmp_path / "a.keypoints.json").write_text('{"skeleton": "coco-17", "frames": []}')
    with pytest.raises(MotionkitError, match="is not a video"):
        clips_from(tmp_path / "a.npz", COCO17, 16)
    assert not (tmp_path / "mark").exists()


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    films(tmp_path / "in", "a")
    prepared(tmp_path / "in", tmp_path / "clips")
    return tmp_path / "clips"


def first_clip(folder: Path) -> object:
    return ClipFolder(ClipFolder.Config(path=folder, mirror=False, test_fraction=0))[0].recorded_times_T


def test_no_clip_is_read_from_outside_its_folder(clips: Path, tmp_path: Path) -> None:
    assert len(first_clip(clips)) == 20  # type: ignore[arg-type]
    file = clips / "clips" / "a.mp4" / "000.safetensors"
    shutil.move(file, tmp_path / "outside.safetensors")
    file.symlink_to(tmp_path / "outside.safetensors")
    with pytest.raises(DataError, match="lies elsewhere"):
        first_clip(clips)
    manifest = (clips / "dataset.json").read_text()
    for name in ("../outside.safetensors", str(tmp_path / "outside.safetensors")):
        (clips / "dataset.json").write_text(manifest.replace("clips/a.mp4/000.safetensors", name))
        with pytest.raises(DataError, match="lies elsewhere"):
            first_clip(clips)


def test_no_clip_is_written_or_removed_outside_its_folder(clips: Path, tmp_path: Path) -> None:
    shutil.move(clips / "clips", tmp_path / "elsewhere")
    (clips / "clips").symlink_to(tmp_path / "elsewhere")
    before = contents(tmp_path / "elsewhere")
    films(tmp_path / "in", "b")
    (tmp_path / "in" / "a.mp4").write_bytes((tmp_path / "in" / "b.mp4").read_bytes())
    with pytest.raises(DataError, match="lies elsewhere"), pytest.warns(UserWarning):
        prepared(tmp_path / "in", clips)
    assert contents(tmp_path / "elsewhere") == before
