"""``motionkit export``: keypoints for other programs, of a run and of a clip folder."""

import csv
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine, here
from films import FPS, FRAMES, films, prepared

from motionkit.interfaces import ConfigError
from motionkit.io.clips import ClipFile
from motionkit.io.manifest import read_manifest
from motionkit.io.skeletons import skeleton_of
from motionkit.io.video import write_video


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of 16 pixels, with a label each, of figures that do not move."""
    folder = tmp_path_factory.mktemp("prepared")
    prepared(films(folder / "in", "ann_wave", "bob_jack"), folder / "clips")
    return folder / "clips"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".made"}


def test_a_run(tiny_run: Path, tmp_path: Path) -> None:
    options = ("-n", 2, "--seconds", 0.5, "--fps", 8, "--seed", 3)
    here("export", tiny_run, *options, "--out", tmp_path / "out")
    assert names(tmp_path / "out") >= {f"clip-00{n}{end}" for n in (0, 1) for end in (".mp4", ".keypoints.json")}
    here("generate", tiny_run, *options, "--format", "npz", "--out", tmp_path / "arrays")
    made = json.loads((tmp_path / "out" / "clip-001.keypoints.json").read_text())
    assert made["skeleton"] == "coco-17" and [frame["time"] for frame in made["frames"]] == [0, 0.125, 0.25, 0.375]
    pixels_TK2 = np.array([frame["keypoints"] for frame in made["frames"]])[..., :2]
    expected_TK2 = np.load(tmp_path / "arrays" / "clip-001.npz")["keypoints"]
    np.testing.assert_allclose((2 * pixels_TK2 + 1) / 16 - 1, expected_TK2, atol=1e-4)


def test_a_clip_folder(clip_folder: Path, tmp_path: Path) -> None:
    here("export", clip_folder, "--format", "csv", "--no-video", "--out", tmp_path)
    assert {"clip-000_wave.keypoints.csv", "clip-001_jack.keypoints.csv"} <= names(tmp_path)
    assert not list(tmp_path.glob("*.mp4"))
    with (tmp_path / "clip-001_jack.keypoints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == FRAMES and float(rows[1]["time"]) == pytest.approx(1 / FPS)
    keypoints_TK2, confidence_TK = ClipFile(clip_folder / "clips/bob_jack.mp4/000.safetensors").poses(np.arange(1))
    nose = [float(rows[0][f"nose_{part}"]) for part in ("x", "y", "confidence")]
    assert nose == pytest.approx([*(((keypoints_TK2[0, 0] + 1) * 16 - 1) / 2), confidence_TK[0, 0]], abs=1e-3)


@pytest.mark.parametrize("format_", ["sidecar", "csv", "coco", "deeplabcut"])
def test_what_is_exported_is_prepared_again(format_: str, clip_folder: Path, tmp_path: Path) -> None:
    here("export", clip_folder, "--format", format_, "--out", tmp_path / "out")
    words = ("--detector", "sidecar", "--size", 16, "-o", f"detector.skeleton={tmp_path / 'out' / 'skeleton.yaml'}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing that was exported is left out
        here("prepare", tmp_path / "out", "--out", tmp_path / "again", *words)
    before, after = (read_manifest(folder) for folder in (clip_folder, tmp_path / "again"))
    assert after.skeleton == before.skeleton
    assert [video.label for video in after.videos] == ["wave", "jack"] == [video.label for video in before.videos]
    for old, new in zip(before.videos, after.videos, strict=True):
        one, two = ClipFile(clip_folder / old.clips[0].file), ClipFile(tmp_path / "again" / new.clips[0].file)
        np.testing.assert_allclose(two.times_T, one.times_T, atol=1e-4)
        every = np.arange(FRAMES)
        (places, surety), (places_again, surety_again) = one.poses(every), two.poses(every)
        np.testing.assert_allclose(places_again, places, atol=1e-4)
        if format_ != "coco":  # which has flags for confidences
            np.testing.assert_allclose(surety_again, surety, atol=1e-3)
        grey, grey_again = (file.frames(every) @ [0.299, 0.587, 0.114] for file in (one, two))
        assert np.abs(grey_again - grey).mean() < 12  # noise through H.264


def test_times_that_are_not_even_stay_what_they_are(tmp_path: Path) -> None:
    times_T = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.06, FRAMES))
    folder = films(tmp_path / "in", "a")
    (folder / "a.mp4").unlink()
    frames = np.random.default_rng(1).integers(0, 256, (FRAMES, 32, 32, 3), np.uint8)
    write_video(folder / "a.mp4", frames, FPS, (times_T - times_T[0]).tolist())
    document = json.loads((folder / "a.keypoints.json").read_text())
    for entry, time in zip(document["frames"], times_T - times_T[0], strict=True):
        entry["time"] = float(time)
    (folder / "a.keypoints.json").write_text(json.dumps(document))
    prepared(folder, tmp_path / "clips")
    here("export", tmp_path / "clips", "--out", tmp_path / "out")
    prepared(tmp_path / "out", tmp_path / "again")
    (video,) = read_manifest(tmp_path / "again").videos
    assert (video.frames, video.kept) == (FRAMES, FRAMES)
    again = ClipFile(tmp_path / "again" / video.clips[0].file)
    np.testing.assert_allclose(again.times_T, times_T - times_T[0], atol=1e-4)


def test_coco_says_what_it_shows(clip_folder: Path, tmp_path: Path) -> None:
    here("export", clip_folder, "--format", "coco", "-n", 1, "--out", tmp_path)
    document = json.loads((tmp_path / "clip-000_wave.keypoints.json").read_text())
    assert len(document["images"]) == len(document["annotations"]) == FRAMES
    assert all((tmp_path / image["file_name"]).is_file() for image in document["images"])
    first, category = document["annotations"][0], document["categories"][0]
    assert category["keypoints"][0] == "nose" and [6, 8] in category["skeleton"]  # left shoulder and elbow, from 1
    assert first["num_keypoints"] == 17 and len(first["keypoints"]) == 51
    x, y, width, height = first["bbox"]
    places_K2 = np.array(first["keypoints"]).reshape(17, 3)[:, :2]
    np.testing.assert_allclose([*places_K2.min(0), *places_K2.max(0)], [x, y, x + width, y + height], atol=1e-3)
    assert not list(tmp_path.glob("clip-001*"))


def test_generate_writes_them_too(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    options = ("-n", 1, "--seconds", 0.5, "--fps", 8)
    for format_ in ("lottie", "csv"):
        done = motionkit("generate", tiny_run, *options, "--speed", 0.5, "--format", format_, "--out", tmp_path / "out")
    assert "clip-*.keypoints.csv" in done.stdout
    expected = {"clip-000.mp4", "clip-000.keypoints.csv", "skeleton.yaml", "contact-sheet.png", "keypoints.png"}
    assert names(tmp_path / "out") == expected  # nothing of the call before
    with (tmp_path / "out" / "clip-000.keypoints.csv").open(encoding="utf-8", newline="") as file:
        assert [float(row["time"]) for row in csv.DictReader(file)] == [0, 0.125, 0.25, 0.375]  # as it plays
    here("generate", tiny_run, *options, "--overlay", "--format", "sidecar", "--out", tmp_path / "large")
    here("generate", tiny_run, *options, "--format", "sidecar", "--out", tmp_path / "small")
    places = [
        np.array(json.loads((tmp_path / it / "clip-000.keypoints.json").read_text())["frames"][0]["keypoints"])[:, :2]
        for it in ("small", "large")
    ]
    np.testing.assert_allclose(places[1] + 0.5, 16 * (places[0] + 0.5), atol=0.01)  # in the pixels of what is written
    assert skeleton_of(tmp_path / "small" / "skeleton.yaml").name == "coco-17"


def test_what_has_no_keypoints_is_refused(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from motionkit.two_stages import TwoStageGenerator

    monkeypatch.setattr(TwoStageGenerator, "skeleton", None)
    with pytest.raises(ConfigError, match="knows no keypoints"):
        here("export", tiny_run, "--out", tmp_path)
    with pytest.raises(ConfigError, match=r"csv holds keypoints, but the generator of .* knows none"):
        here("generate", tiny_run, "--format", "csv", "--out", tmp_path)
