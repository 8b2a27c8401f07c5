"""Squares that follow a figure: smooth, around all of it, within the frame; and keypoints that go with them."""

import json

import numpy as np
import pytest

from motionkit.detectors.sidecar import SidecarDetector
from motionkit.io.clips import ClipFile
from motionkit.io.video import write_video
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.crop import CropConfig, cut, extents, follow, in_halves
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job

FPS = 25
BODY = np.random.default_rng(0).uniform(-0.2, 0.2, (17, 2))
WIDE = np.array([2.0, 1.0])
"""How far a frame reaches that is twice as wide as high."""


def times(frames):
    return np.arange(frames) / FPS


def walk(frames, jitter=0.0, reach=1.2):
    """A figure that paces from side to side, found with some noise."""
    noise = jitter * np.random.default_rng(1).standard_normal((frames, 17, 2))
    path_T2 = np.stack([reach * np.sin(1.5 * times(frames)), np.zeros(frames)], axis=1)
    return path_T2[:, None] + BODY + noise


def squares(keypoints_TK2, sure_TK=None, **config):
    frames = len(keypoints_TK2)
    sure_TK = np.ones((frames, 17), bool) if sure_TK is None else sure_TK
    return follow(times(frames), keypoints_TK2, sure_TK, np.tile(WIDE, (frames, 1)), CropConfig(follow=True, **config))


def shaking(path_T2):
    """The greatest second difference."""
    return np.abs(np.diff(path_T2, 2, axis=0)).max()


def test_jitter_of_the_keypoints_does_not_reach_the_square():
    true, found = walk(200), walk(200, jitter=0.01)
    boxes_T2 = (found.min(axis=1) + found.max(axis=1)) / 2
    crop = squares(found)
    assert shaking(crop.centre_T2) < 2 * shaking(squares(true).centre_T2) < 0.2 * shaking(boxes_T2)
    assert np.abs(crop.centre_T2 - squares(true).centre_T2).max() < 0.02


def test_the_square_is_neither_late_nor_faster_than_the_figure():
    true = walk(200)
    crop = squares(true)
    boxes_T2 = (true.min(axis=1) + true.max(axis=1)) / 2
    assert np.abs(np.diff(crop.centre_T2, axis=0)).max() <= np.abs(np.diff(boxes_T2, axis=0)).max() + 1e-12
    lags = {lag: np.abs(crop.centre_T2[50:150, 0] - boxes_T2[50 - lag : 150 - lag, 0]).mean() for lag in (-3, 0, 3)}
    assert min(lags, key=lambda lag: lags[lag]) == 0


@pytest.mark.parametrize("frames", [1, 2, 5, 200])
@pytest.mark.parametrize("reach", [0.0, 1.2, 1.8])
def test_the_whole_figure_is_inside_however_short_the_clip(frames, reach):
    keypoints_TK2 = walk(frames, jitter=0.01, reach=reach)
    for config in ({}, {"room": 1.0}, {"smooth_seconds": 1e-3}, {"smooth_seconds": 3.0}):
        crop = squares(keypoints_TK2, **config)
        assert crop.centre_T2.shape == (frames, 2) and np.isfinite(crop.centre_T2).all()
        assert np.abs(crop.keypoints(keypoints_TK2)).max() <= 1 + 1e-9


def test_there_is_as_much_room_as_was_asked_for():
    still = np.tile(BODY, (50, 1, 1))
    assert squares(still, room=2.0).side == pytest.approx(2 * np.ptp(BODY, axis=0).max())
    assert squares(still, room=99.0).side == pytest.approx(2.0)  # the frame has no more


def test_it_stays_in_the_frame_where_the_figure_allows():
    """At the edge the figure is off the square's middle, rather than the square over the edge."""
    crop = squares(walk(200, reach=1.75))
    assert (np.abs(crop.centre_T2) + crop.side / 2 <= WIDE + 0.02).all()
    assert shaking(crop.centre_T2) < 0.005


def test_what_is_not_sure_neither_moves_nor_stretches_the_square():
    keypoints_TK2, sure_TK = walk(100), np.ones((100, 17), bool)
    crop = squares(keypoints_TK2)
    farthest = int(np.abs(BODY[:, 0]).argmax())
    middle = int(np.abs(BODY).max(axis=1).argmin())
    keypoints_TK2[:, middle], sure_TK[:, middle] = 9.0, False  # never seen
    keypoints_TK2[40, farthest], sure_TK[40, farthest] = -9.0, False  # out of sight for a moment
    unsure = squares(keypoints_TK2, sure_TK)
    np.testing.assert_allclose(unsure.centre_T2, crop.centre_T2, atol=1e-3)
    assert unsure.side == pytest.approx(crop.side, rel=1e-2)


def test_the_square_of_a_picture():
    image = np.random.default_rng(2).integers(0, 256, (40, 60, 3), np.uint8)
    np.testing.assert_array_equal(cut(image, np.zeros(2), 2.0, 40), image[:, 10:50])
    np.testing.assert_array_equal(cut(image, np.array([0.5, 0.0]), 2.0, 40), image[:, 20:60])
    np.testing.assert_array_equal(cut(image, np.array([-0.5, -0.5]), 1.0, 20), image[:20, 10:30])
    over = cut(image, np.array([1.0, 0.0]), 2.0, 40)  # ten columns beyond the right edge
    np.testing.assert_array_equal(over[:, :30], image[:, 30:])
    np.testing.assert_array_equal(over[:, 30:], np.repeat(image[:, -1:], 10, axis=1))
    assert cut(image, np.zeros(2), 4.0, 16).shape == (16, 16, 3)


def test_halves_of_the_shorter_side():
    shapes_T2 = np.array([[40, 80], [80, 40]])
    np.testing.assert_allclose(extents(shapes_T2), [[2, 1], [1, 2]])
    np.testing.assert_allclose(in_halves(np.ones((2, 1, 2)), shapes_T2)[:, 0], [[2, 1], [1, 2]])


def film(folder, frames, height=48, width=120, jump=None):
    """A small white dot where all keypoints are, but for two at its sides; from frame ``jump`` on it is elsewhere."""
    folder.mkdir()
    x = width / 2 + (width / 2 - 8) * np.sin(1.2 * times(frames))
    y = np.full(frames, height / 2)
    if jump is not None:
        x[:jump], x[jump:] = 20, 100
    rows, columns = np.mgrid[:height, :width]
    distance_THW = np.hypot(rows - y[:, None, None], columns - x[:, None, None])
    images = np.repeat((255 * np.clip(4 - distance_THW, 0, 1)).astype(np.uint8)[..., None], 3, axis=-1)
    write_video(folder / "a.mp4", images, FPS)
    around = np.zeros((17, 2))
    around[1:5] = [[6, 6], [-6, 6], [6, -6], [-6, -6]]
    points_TK2 = np.stack([x, y], axis=1)[:, None] + around
    entries = [
        {"time": time, "keypoints": [[*point, 1.0] for point in points]}
        for time, points in zip(times(frames).tolist(), points_TK2.tolist(), strict=True)
    ]
    (folder / "a.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": entries}))
    return folder


def prepared(folder, out, size=32, **crop):
    settings = VideoSettings(
        size=size,
        detector="sidecar",
        distribution="",
        gate=GateConfig(min_seconds=0.2, max_speed=60),
        crop=CropConfig(follow=True, **crop),
    )
    (video,) = fill(video_job(folder, SidecarDetector(SidecarDetector.Config()), settings), out).videos
    return video, [ClipFile(out / clip.file) for clip in video.clips]


@pytest.mark.parametrize("frames", [8, 120])
def test_a_dot_that_goes_to_the_frames_edges_is_where_its_keypoints_are(tmp_path, frames):
    video, (clip,) = prepared(film(tmp_path / "in", frames), tmp_path / "out")
    assert video.kept == frames
    pictures = clip.frames(np.arange(frames)).mean(-1)
    keypoints_TK2, confidence_TK = clip.poses(np.arange(frames))
    rows, columns = np.mgrid[:32, :32]
    for picture, keypoints_K2 in zip(pictures, keypoints_TK2, strict=True):
        found = [(2 * (picture * axis).sum() / picture.sum() + 1) / 32 - 1 for axis in (columns, rows)]
        np.testing.assert_allclose(keypoints_K2[0], found, atol=0.04)
    assert np.abs(keypoints_TK2).max() <= 1 + 1e-6 and (confidence_TK == 1).all()
    if frames > 50:  # it was followed: a square in the frame's middle would show it on less than half of its way
        assert np.ptp(keypoints_TK2[:, 0, 0]) < 1.6


def test_another_subject_is_another_clip(tmp_path):
    _, clips = prepared(film(tmp_path / "in", 40, jump=18), tmp_path / "out")
    assert [len(clip.times_T) for clip in clips] == [18, 22]
    for clip in clips:
        np.testing.assert_allclose(clip.poses(np.array([0]))[0][0, 0], [0, 0], atol=0.05)
