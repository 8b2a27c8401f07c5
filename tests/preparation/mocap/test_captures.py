"""Motion capture to clips: cameras, views, and what is drawn."""

import json

import numpy as np
import pytest
import torch
from captures import body_bvh, deepmimic_frame

from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import COCO17
from motionkit.io.clips import ClipFile
from motionkit.io.manifest import Manifest
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.mocap.camera import CameraConfig
from motionkit.preparation.mocap.captures import capture_job
from motionkit.preparation.mocap.settings import MocapSettings

AT = COCO17.index


def lifting(frame: int) -> float:
    """Degrees of the left arm: 30 up in a second and back."""
    return 60 + 30 * np.sin(2 * np.pi * frame / 30)


def prepared(source, out, size=16, **camera) -> Manifest:
    return fill(capture_job(source, MocapSettings(size=size, camera=CameraConfig(**camera))), out)


def poses(out, record) -> tuple[np.ndarray, np.ndarray]:
    return ClipFile(out / record.file).poses(np.arange(record.frames))


def test_seen_from_the_front_the_body_is_as_tall_as_asked_for_and_its_left_is_right(tmp_path):
    body_bvh(tmp_path / "in" / "a.bvh", lifting, turn=35)
    (video,) = prepared(
        tmp_path / "in", tmp_path / "out", azimuth=(0, 0), elevation=(0, 0), views=1, stature=1.2
    ).videos
    keypoints_TK2, confidence_TK = poses(tmp_path / "out", video.clips[0])
    left, right = keypoints_TK2[:, AT("left shoulder")], keypoints_TK2[:, AT("right shoulder")]
    assert (left[:, 0] > right[:, 0]).all()
    np.testing.assert_allclose(left[:, 0], -right[:, 0], atol=1e-5)  # in the middle
    leg = keypoints_TK2[:, AT("left ankle"), 1] - keypoints_TK2[:, AT("left hip"), 1]
    np.testing.assert_allclose(leg, 1.2 * (0.245 + 0.246 + 0.288) * 0.86 / 1.36, rtol=1e-3)
    assert set(confidence_TK[:, :5].ravel()) == {0.5} and set(confidence_TK[:, 5:].ravel()) == {1.0}


def test_ninety_degrees_sees_its_left_side(tmp_path):
    body_bvh(tmp_path / "in" / "a.bvh", turn=-50)
    (video,) = prepared(tmp_path / "in", tmp_path / "out", azimuth=(90, 90), elevation=(0, 0), views=1).videos
    keypoints_TK2, _ = poses(tmp_path / "out", video.clips[0])
    np.testing.assert_allclose(keypoints_TK2[:, AT("left shoulder")], keypoints_TK2[:, AT("right shoulder")], atol=1e-4)
    assert (keypoints_TK2[:, AT("nose"), 0] < -0.05).all()  # it looks to the picture's left


def test_the_camera_keeps_pace_and_joints_outside_the_picture_are_unsure(tmp_path):
    path = body_bvh(tmp_path / "in" / "a.bvh", lambda frame: 180)
    head, motion = path.read_text().split("Frame Time")
    time, *rows = motion.splitlines()
    rows = [f"{0.05 * number} 0.9 0 " + row.split(" ", 3)[3] for number, row in enumerate(rows)]  # 1.5 units a second
    path.write_text("\n".join([f"{head}Frame Time{time}", *rows]))
    (video,) = prepared(path, tmp_path / "out", elevation=(0, 0), views=1, stature=1.9).videos
    keypoints_TK2, confidence_TK = poses(tmp_path / "out", video.clips[0])
    np.testing.assert_allclose(keypoints_TK2, np.tile(keypoints_TK2[0], (len(keypoints_TK2), 1, 1)), atol=1e-4)
    assert keypoints_TK2[0, AT("left wrist"), 1] < -1 and confidence_TK[0, AT("left wrist")] == 0


def test_every_view_is_a_clip_and_the_same_call_makes_the_same_bytes(tmp_path):
    body_bvh(tmp_path / "in" / "01_02.bvh", lifting)
    manifest = prepared(tmp_path / "in", tmp_path / "out", views=3)
    again = prepared(tmp_path / "in", tmp_path / "again", views=3)
    other = prepared(tmp_path / "in", tmp_path / "other", views=3, seed=1)
    assert manifest == again and (manifest.videos[0].subject, len(manifest.videos[0].clips)) == ("01", 3)
    first, second, third = (
        [(tmp_path / out / clip.file).read_bytes() for clip in made.videos[0].clips]
        for out, made in (("out", manifest), ("again", again), ("other", other))
    )
    assert first == second and len(set(first)) == 3 and not set(first) & set(third)
    assert manifest.settings.synthesised == COCO17.joints[:5]


def test_the_figure_is_drawn_where_the_keypoints_are(tmp_path):
    body_bvh(tmp_path / "a.bvh", lifting)
    prepared(tmp_path / "a.bvh", tmp_path / "out", size=32, views=1)
    dataset = ClipFolder(ClipFolder.Config(path=tmp_path / "out", mirror=False, test_fraction=0))
    window = dataset[0].window(torch.zeros(1, dtype=torch.float64), 32)
    differs_HW = (window.video_TCHW[0] - window.video_TCHW[0, :, :, :1]).abs().amax(0) > 0.1
    x, y = ((window.keypoints_TK2[0] + 1) * 16).long().clamp(0, 31).T
    assert differs_HW[y, x].float().mean() > 0.8 and differs_HW.float().mean() < 0.4


def test_a_fast_capture_is_thinned_and_a_body_at_rest_before_the_motion_is_dropped(tmp_path):
    body_bvh(tmp_path / "in" / "a.bvh", lambda frame: 180 if frame == 0 else 20, frames=121, fps=120)
    (video,) = prepared(tmp_path / "in", tmp_path / "out", views=1, fps=30).videos
    assert (video.frames, video.kept, video.dropped) == (121, 120, {"jump": 1})
    file = ClipFile(tmp_path / "out" / video.clips[0].file)
    np.testing.assert_allclose(file.times_T, np.arange(30) / 30, atol=1e-5)
    assert file.info.start == pytest.approx(1 / 120, abs=1e-5)


def test_one_bad_file_costs_that_file(tmp_path):
    body_bvh(tmp_path / "in" / "good.bvh")
    (tmp_path / "in" / "bad.bvh").write_text("HIERARCHY\nROOT Hips\n")
    bad, good = prepared(tmp_path / "in", tmp_path / "out", views=1).videos
    assert "line 2: the file ends too early" in bad.problem and len(good.clips) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_captures_with_a_byte_order_mark_are_found_and_read(tmp_path, encoding):
    path = body_bvh(tmp_path / "in" / "a.bvh")
    path.write_text(path.read_text(), encoding=encoding)
    frames = [deepmimic_frame() for _ in range(30)]
    (tmp_path / "in" / "humanoid3d_b.txt").write_text(json.dumps({"Frames": frames}), encoding=encoding)
    videos = prepared(tmp_path / "in", tmp_path / "out", views=1).videos
    assert [(video.source, len(video.clips)) for video in videos] == [("a.bvh", 1), ("humanoid3d_b.txt", 1)]
    assert [video.note.split(";")[0] for video in videos] == ["y is up", "y is up"]
