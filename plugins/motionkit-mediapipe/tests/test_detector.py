"""The detector ``mediapipe``. What it finds is tested where mediapipe and real clips are there."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from motionkit_mediapipe.detector import COCO_FROM_BLAZEPOSE, MediapipeDetector

from motionkit import registry
from motionkit.interfaces import COCO17, Frame, PluginError
from motionkit.io.video import read_video
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job

BLANK = [Frame(index / 25, np.full((64, 64, 3), 128, np.uint8)) for index in range(3)]


def detect(frames, **settings):
    return list(MediapipeDetector(MediapipeDetector.Config(**settings)).detect(iter(frames), Path("a.avi")))


def weizmann(name: str) -> list[Frame]:
    folder = Path(os.environ.get("MOTIONKIT_TEST_DATA", "/nowhere")) / "weizmann"
    if not folder.is_dir():
        pytest.skip("MOTIONKIT_TEST_DATA does not name a folder that holds weizmann/")
    return list(read_video(folder / f"{name}.avi"))


def test_motionkit_finds_it_by_its_name():
    assert registry.load("detector", "mediapipe") is MediapipeDetector


def test_without_mediapipe_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    monkeypatch.setitem(sys.modules, "mediapipe.python.solutions.pose", None)
    with pytest.raises(PluginError, match=r"python -m motionkit_mediapipe\.install"):
        detect(BLANK)


def test_coco_keypoints_carry_the_names_of_blazepose():
    solutions = pytest.importorskip("mediapipe.python.solutions.pose")
    names = [solutions.PoseLandmark(int(index)).name.lower().replace("_", " ") for index in COCO_FROM_BLAZEPOSE]
    assert tuple(names) == COCO17.joints


def test_nobody_in_an_empty_picture():
    pytest.importorskip("mediapipe")
    assert detect(BLANK) == [None, None, None]
    assert detect([]) == []


def test_a_real_person_waving_with_one_arm_and_quietly(capfd):
    pytest.importorskip("mediapipe")
    capfd.readouterr()  # what importing it says, which the detector keeps quiet about
    poses = detect(weizmann("person01_wave1"))
    assert capfd.readouterr().err == ""
    assert sum(pose is not None for pose in poses) >= 0.95 * len(poses)
    keypoints_TK2 = np.array([pose.keypoints_K2 for pose in poses if pose])
    moved_K = np.ptp(keypoints_TK2, axis=0).max(axis=-1)
    wrists = [COCO17.index("left wrist"), COCO17.index("right wrist")]
    assert max(moved_K[wrists]) > 0.3 and min(moved_K[wrists]) < 0.15
    assert (keypoints_TK2[:, COCO17.index("nose"), 1] < keypoints_TK2[:, COCO17.index("left hip"), 1]).all()


def test_the_tracker_forgets_between_videos():
    pytest.importorskip("mediapipe")
    frames = weizmann("person01_wave1")[:8]
    detector = MediapipeDetector(MediapipeDetector.Config())
    first, second = (list(detector.detect(iter(frames), Path("a.avi"))) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.keypoints_K2, other.keypoints_K2)
        np.testing.assert_array_equal(one.confidence_K, other.confidence_K)


def test_the_shape_of_the_picture_does_not_matter():
    """The same person with grey added at the sides is at the same place in the picture."""
    pytest.importorskip("mediapipe")
    frames = weizmann("person01_wave1")[:6]
    wide = [Frame(frame.time, np.pad(frame.image_HWC, ((0, 0), (16, 16), (0, 0)), "edge")) for frame in frames]
    for pose, other in zip(detect(frames), detect(wide), strict=True):
        sure = pose.confidence_K > 0.9
        np.testing.assert_allclose(other.keypoints_K2[sure] * [96 / 64, 1], pose.keypoints_K2[sure], atol=0.12)


@pytest.mark.slow
def test_prepare_keeps_the_good_video_and_drops_the_bad_one(tmp_path):
    """In the first BlazePose sees a whole jumping person; in the second it is never sure of what it sees."""
    pytest.importorskip("mediapipe")
    weizmann("person01_jack")
    folder = Path(os.environ["MOTIONKIT_TEST_DATA"]) / "weizmann"
    (tmp_path / "in").mkdir()
    for name in ("person01_jack.avi", "person05_jack.avi"):
        shutil.copy(folder / name, tmp_path / "in")
    settings = VideoSettings(detector="mediapipe", distribution="")
    detector = MediapipeDetector(MediapipeDetector.Config())
    good, bad = fill(video_job(tmp_path / "in", detector, settings), tmp_path / "out").videos
    assert good.kept >= 0.95 * good.frames and {clip.label for clip in good.clips} == {"jack"}
    assert not bad.clips and bad.dropped == {"low confidence": bad.frames}
