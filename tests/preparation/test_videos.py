"""Videos to clips: crops, bad files, smoothing, and the report."""

import json

import numpy as np
import pytest
from still import BODY, FPS, FRAMES, Still, film, prepare

from motionkit.datasets.folder import ClipFolder
from motionkit.detectors.sidecar import SidecarDetector
from motionkit.interfaces import COCO17, ContractError, DataError, Pose
from motionkit.io.clips import ClipFile
from motionkit.io.manifest import read_manifest
from motionkit.io.video import write_video
from motionkit.preparation.recording import Recording
from motionkit.preparation.report import report_table
from motionkit.preparation.smoothing import SmoothConfig
from motionkit.preparation.survey import Survey


def test_one_video_becomes_a_folder_that_the_dataset_reads(tmp_path):
    film(tmp_path / "ann_wave.mp4")
    manifest = prepare(tmp_path / "ann_wave.mp4", tmp_path / "out", Still())
    (video,) = manifest.videos
    assert (video.source, video.frames, video.kept, video.filled, video.dropped) == ("ann_wave.mp4", 30, 30, 0, {})
    assert (tmp_path / "out" / "dataset.json").exists() and read_manifest(tmp_path / "out") == manifest
    clips = ClipFolder(ClipFolder.Config(path=tmp_path / "out", mirror=False))
    assert (len(clips), clips.skeleton, clips[0].label, clips[0].source) == (1, COCO17, "wave", "ann_wave.mp4")
    assert clips[0].seconds == pytest.approx(29 / 25, abs=1e-4)


def test_the_clip_is_the_square_in_the_middle_and_keypoints_follow(tmp_path):
    """A white dot drawn where the keypoint is must be where the keypoint is in the clip."""
    height, width, x, y = 48, 96, 60, 30

    class Dot(Still):
        def pose(self, frame):
            points = np.tile(np.array([(2 * x + 1) / width - 1, (2 * y + 1) / height - 1], np.float32), (17, 1))
            points[0] = [-0.9, 0]  # in the part that is cut off
            return Pose(points, np.ones(17, np.float32))

    image = np.zeros((height, width, 3), np.uint8)
    image[y - 1 : y + 2, x - 1 : x + 2] = 255
    write_video(tmp_path / "a.mp4", [image] * 30, FPS)
    prepare(tmp_path / "a.mp4", tmp_path / "out", Dot(), size=24)
    file = ClipFile(tmp_path / "out" / "clips" / "a.mp4" / "000.safetensors")
    frame = file.frames(np.array([10]))[0].mean(-1)
    keypoints, confidence = file.poses(np.array([10]))
    rows, columns = np.mgrid[:24, :24]
    found = [(2 * (frame * axis).sum() / frame.sum() + 1) / 24 - 1 for axis in (columns, rows)]
    np.testing.assert_allclose(keypoints[0, 1], found, atol=0.03)
    assert keypoints[0, 0, 0] < -1 and confidence[0, 0] == 0 and confidence[0, 1] == 1


def test_one_bad_file_costs_that_file(tmp_path):
    good = film(tmp_path / "in" / "good.mp4")
    (tmp_path / "in" / "empty.mp4").touch()
    (tmp_path / "in" / "text.mp4").write_text("not a video " * 99)
    broken = film(tmp_path / "in" / "broken.mp4", frames=90)
    broken.write_bytes(broken.read_bytes()[: int(broken.stat().st_size * 0.9)])
    manifest = prepare(tmp_path / "in", tmp_path / "out", Still())
    videos = {video.source: video for video in manifest.videos}
    assert videos["good.mp4"].problem == "" and len(videos["good.mp4"].clips) == 1
    assert "empty" in videos["empty.mp4"].problem and "not a video" in videos["text.mp4"].problem
    assert not videos["empty.mp4"].clips and not videos["text.mp4"].clips
    # What came before the damage is good, and kept; the report says where the file ends.
    assert videos["broken.mp4"].problem and videos["broken.mp4"].kept == videos["broken.mp4"].frames > 20
    assert good.exists()


def test_the_report_accounts_for_every_frame(tmp_path):
    class Unsure(Still):
        def pose(self, frame):
            index = round(frame.time * FPS)
            if index == 5:
                return None
            certain = 0.1 if index >= 20 else 1.0
            return Pose(BODY.astype(np.float32), np.full(17, certain, np.float32))

    film(tmp_path / "a.mp4")
    manifest = prepare(tmp_path / "a.mp4", tmp_path / "out", Unsure())
    (video,) = manifest.videos
    assert (video.frames, video.kept, video.filled, video.dropped) == (30, 19, 1, {"low confidence": 10})
    table = report_table(manifest)
    cells = {str(column.header).replace("\n", " "): next(iter(column.cells)) for column in table.columns}
    assert (cells["kept"], cells["filled"], cells["low confidence"]) == ("19", "1", "10")
    assert "jump" not in cells  # nothing was dropped for it
    assert next(column.footer for column in table.columns if column.header == "frames") == "30"


def test_nothing_there(tmp_path):
    with pytest.raises(DataError, match="no such video or folder"):
        prepare(tmp_path / "nowhere", tmp_path / "out", Still())
    (tmp_path / "in").mkdir()
    with pytest.raises(DataError, match="holds no videos"):
        prepare(tmp_path / "in", tmp_path / "out", Still())
    assert not (tmp_path / "out").exists()


def test_a_detector_that_loses_frames_breaks_its_contract(tmp_path):
    class Lossy(Still):
        def detect(self, frames, source):
            poses = super().detect(frames, source)
            next(poses)
            yield from poses

    film(tmp_path / "a.mp4")
    with pytest.raises(ContractError, match="29 poses for 30 frames"):
        Survey(Recording(tmp_path / "a.mp4", "a.mp4"), Lossy(), lambda: None)
    with pytest.raises(DataError, match="detector Lossy: gave 29 poses for 30 frames of "):
        prepare(tmp_path / "a.mp4", tmp_path / "out", Lossy())


def test_a_missing_sidecar_is_that_videos_problem(tmp_path):
    film(tmp_path / "in" / "a.mp4")
    film(tmp_path / "in" / "b.mp4", seed=1)
    pixels = ((BODY + 1) * 32 - 1) / 2
    frames = [{"time": t / FPS, "keypoints": [[x, y, 1] for x, y in pixels]} for t in range(FRAMES)]
    (tmp_path / "in" / "b.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))
    sidecar = SidecarDetector(SidecarDetector.Config())
    first, second = prepare(tmp_path / "in", tmp_path / "out", sidecar).videos
    assert "a.keypoints.json: is missing" in first.problem
    keypoints, _ = ClipFile(tmp_path / "out" / second.clips[0].file).poses(np.array([0]))
    np.testing.assert_allclose(keypoints[0], BODY, atol=1e-5)


class Trembling(Still):
    def pose(self, frame):
        noise = 0.01 * np.random.default_rng(round(frame.time * FPS)).standard_normal((17, 2))
        return Pose((BODY + noise).astype(np.float32), np.ones(17, np.float32))


def test_smoothed_clips_tremble_less_and_the_report_says_so(tmp_path):
    film(tmp_path / "a.mp4")
    spread = {}
    for name, method in {"smooth": "zero-phase", "plain": "none"}.items():
        smooth = SmoothConfig(method=method)
        (video,) = prepare(tmp_path / "a.mp4", tmp_path / name, Trembling(), smooth=smooth).videos
        keypoints_TK2, _ = ClipFile(tmp_path / name / video.clips[0].file).poses(np.arange(FRAMES))
        spread[name] = keypoints_TK2.std(axis=0).mean()
        if name == "smooth":
            before, after = video.acceleration
            columns = {
                str(column.header): list(column.cells)
                for column in report_table(read_manifest(tmp_path / name)).columns
            }
            assert columns["accel.\nbefore"] == [f"{before:.1f}"] and columns["accel.\nafter"] == [f"{after:.1f}"]
        else:
            assert video.acceleration is None
    assert after < 0.65 * before and spread["smooth"] < 0.85 * spread["plain"]
