"""Clips on disk: round trip, random access, damage."""

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from motionkit.interfaces import COCO17, DataError
from motionkit.io.clips import HEADER, ClipFile, ClipInfo, write_clip
from motionkit.io.manifest import Manifest, Settings, read_manifest, write_manifest

INFO = ClipInfo("coco-17", "wave", "a.mp4", 1.5)


def arrays(frames: int = 12, size: int = 8) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    return {
        "frames": generator.integers(0, 256, (frames, size, size, 3), np.uint8),
        "keypoints_TK2": generator.uniform(-1, 1, (frames, 17, 2)).astype(np.float32),
        "confidence_TK": generator.uniform(0, 1, (frames, 17)).astype(np.float32),
        "times_T": np.cumsum(generator.uniform(0.01, 0.1, frames)),
    }


def test_round_trip_in_any_order(tmp_path):
    path, clip = tmp_path / "a.safetensors", arrays()
    write_clip(path, INFO, **clip)
    file = ClipFile(path)
    assert (file.info, file.size) == (INFO, (8, 8))
    np.testing.assert_allclose(file.times_T, clip["times_T"] - clip["times_T"][0], rtol=0, atol=0)
    chosen = np.array([7, 2, 2, 11])
    np.testing.assert_array_equal(file.frames(chosen), clip["frames"][chosen])
    keypoints, confidence = file.poses(chosen)
    np.testing.assert_array_equal(keypoints, clip["keypoints_TK2"][chosen])
    np.testing.assert_array_equal(confidence, clip["confidence_TK"][chosen])


def test_same_clip_same_bytes(tmp_path):
    for name in "ab":
        write_clip(tmp_path / name, INFO, **arrays())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_reading_one_frame_does_not_read_the_file(tmp_path):
    """Damage in other frames does not matter, because they are never touched."""
    path, clip = tmp_path / "a.safetensors", arrays(frames=100, size=64)
    write_clip(path, INFO, **clip)
    contents = path.read_bytes()
    start = contents.index(clip["frames"][3].tobytes())
    file = ClipFile(path)
    with path.open("r+b") as raw:
        raw.seek(start + clip["frames"][0].nbytes)
        raw.write(b"\0" * 1000)
    np.testing.assert_array_equal(file.frames(np.array([3]))[0], clip["frames"][3])


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_truncated(tmp_path, share):
    path = tmp_path / "a.safetensors"
    write_clip(path, INFO, **arrays())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(DataError, match=r"a\.safetensors.*damaged"):
        ClipFile(path)


def test_missing_and_foreign_files(tmp_path):
    with pytest.raises(DataError, match="no such clip"):
        ClipFile(tmp_path / "a.safetensors")
    save_file({"weight": np.zeros(3, np.float32)}, tmp_path / "b.safetensors")
    with pytest.raises(DataError, match="has no confidence"):
        ClipFile(tmp_path / "b.safetensors")


@pytest.mark.parametrize("header", [{}, {HEADER: "not JSON"}, {HEADER: '{"label": "no skeleton"}'}])
def test_a_header_that_says_nothing(tmp_path, header):
    clip = arrays()
    tensors = {name.partition("_")[0]: value for name, value in clip.items()}
    tensors["times"] = tensors["times"] - tensors["times"][0]
    save_file(tensors, tmp_path / "a.safetensors", metadata=header or None)
    with pytest.raises(DataError, match="header"):
        _ = ClipFile(tmp_path / "a.safetensors").info


def test_a_clip_is_written_as_safetensors_would_write_it(tmp_path):
    clip = arrays()
    write_clip(tmp_path / "a.safetensors", INFO, **clip | {"frames": iter(clip["frames"])})
    with safe_open(tmp_path / "a.safetensors", framework="numpy") as file:
        tensors, header = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118
    save_file(tensors, tmp_path / "b.safetensors", metadata=header)
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("keypoints_TK2", lambda a: np.where(np.arange(a.size).reshape(a.shape) == 5, np.nan, a), "not finite"),
        ("confidence_TK", lambda a: a * np.inf, "not finite"),
        ("times_T", lambda a: a[::-1], "ascend"),
        ("times_T", lambda a: np.zeros_like(a), "ascend"),
        ("frames", lambda a: a[:-1], "shapes should be"),
        ("keypoints_TK2", lambda a: a[:, :5], "shapes should be"),
    ],
)
def test_nonsense_is_not_written(tmp_path, name, spoil, told):
    clip = arrays()
    clip[name] = spoil(clip[name])
    with pytest.raises(DataError, match=told):
        write_clip(tmp_path / "a.safetensors", INFO, **clip)
    assert not list(tmp_path.iterdir())


def test_keypoints_that_are_not_numbers_are_found_when_read(tmp_path):
    clip = arrays()
    clip["times_T"] -= clip["times_T"][0]
    clip["keypoints_TK2"][4] = np.nan
    tensors = {name.partition("_")[0]: value for name, value in clip.items()}
    save_file(tensors, tmp_path / "a.safetensors", metadata={HEADER: '{"skeleton": "coco-17"}'})
    file = ClipFile(tmp_path / "a.safetensors")
    file.poses(np.array([3]))
    with pytest.raises(DataError, match="not finite"):
        file.poses(np.array([3, 4]))


SETTINGS = Settings(size=64, detector="toy", distribution="toys 1", detector_config={}, gate={})


def test_manifest_round_trip(tmp_path):
    manifest = Manifest(skeleton=COCO17, settings=SETTINGS)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"version": 1', '"version": 2', "version"),
        ('"size": 64', '"size": "big"', "settings.size"),
        ('"nose",', "", "mirror"),
        ('"videos": []', '"videos": [', "JSON"),
    ],
)
def test_a_spoilt_manifest_is_told_by_its_field(tmp_path, old, new, told):
    write_manifest(tmp_path, Manifest(skeleton=COCO17, settings=SETTINGS))
    path = tmp_path / "dataset.json"
    compact = path.read_text().replace('"nose",\n', '"nose",')
    assert old in compact
    path.write_text(compact.replace(old, new, 1))
    with pytest.raises(DataError, match=rf"dataset\.json.*{told}"):
        read_manifest(tmp_path)


def test_no_manifest(tmp_path):
    with pytest.raises(DataError, match=r"no dataset\.json"):
        read_manifest(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        read_manifest(tmp_path / "nowhere")


def test_a_manifest_from_before_subjects_were_written_is_read(tmp_path):
    record = {"source": "a.mp4", "sha256": "0", "frames": 1, "dropped": {"jump": 1}}
    settings = {"size": 8, "detector": "d", "distribution": "d 1", "detector_config": {}, "gate": {}}
    skeleton = {"name": "two", "joints": ["a", "b"], "bones": [[0, 1]], "mirror": [1, 0]}
    old = {"version": 1, "skeleton": skeleton, "settings": settings, "videos": [record]}
    (tmp_path / "dataset.json").write_text(json.dumps(old))
    manifest = read_manifest(tmp_path)
    assert (manifest.videos[0].subject, manifest.videos[0].label) == ("", "")
    assert (manifest.settings.layout, manifest.settings.synthesised) == ("any", ())
