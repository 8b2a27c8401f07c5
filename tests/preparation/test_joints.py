"""Joints that were not measured: which those are, and what is known of them all the same."""

import json

import numpy as np
import pytest
from films import FPS, FRAMES, films, prepared

from motionkit.io.clips import ClipFile
from motionkit.preparation.joints import longest_gap, with_joints_filled, without_guesses

TIMES = np.arange(10) / 25


def kept(confidence) -> list[int]:
    """In which of ten frames a joint of those confidences still has a place."""
    confidence_TK = np.array(confidence, float)[:, None]
    known_TK2 = without_guesses(TIMES, np.ones((10, 1, 2)), confidence_TK, guess=0.05, sure=0.5, gap=0.2)
    return np.flatnonzero(np.isfinite(known_TK2).all(axis=(1, 2))).tolist()


def test_a_guess_stays_only_where_nothing_better_is_near():
    assert kept([0.9, 0.9, 0.3, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]) == [0, 1, 4, 5, 6, 7, 8, 9]
    assert kept([0.9, 0.9, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.9, 0.9]) == list(range(10))  # too long to interpolate
    assert kept([0.3, 0.3, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.3]) == list(range(10))  # nothing before, or after
    assert kept([0.3] * 10) == list(range(10))


def test_what_is_unseen_is_no_guess():
    assert kept([0.04, 0, 0, 0, 0, 0, 0, 0, 0.9, 0.3]) == [8, 9]
    nothing = without_guesses(TIMES, np.ones((10, 1, 2)), np.zeros((10, 1)), guess=0, sure=0.5, gap=0.2)
    assert np.isnan(nothing).all()


def test_joints_are_filled_in_time_each_by_itself():
    times = np.array([0, 0.05, 0.1, 0.2, 0.24])
    truth = np.stack([times[:, None] * [1.0, 2.0], np.ones((5, 2))], axis=1)
    keypoints, confidence = truth.copy(), np.full((5, 2), 0.8)
    keypoints[1:3, 0], confidence[1:3, 0], confidence[3, 0] = np.nan, 0, 0.6
    filled, surety = with_joints_filled(times, keypoints, confidence, gap=0.2)
    np.testing.assert_allclose(filled, truth, atol=1e-12)
    np.testing.assert_allclose(surety[:, 0], [0.8, 0.3, 0.3, 0.6, 0.8])
    assert np.isnan(with_joints_filled(times, keypoints, confidence, gap=0.19)[0][1:3, 0]).all()


def test_a_slow_video_has_long_gaps():
    assert longest_gap(np.arange(4) / 2, 0.2) == pytest.approx(0.75)
    assert longest_gap(np.zeros(1), 0.2) == pytest.approx(0.2)


def unseen_in(folder, name, *frames, joints=(9, 15), point=(0, 0, 0)):
    """Write joints of a film's sidecar as many programs write what they did not see."""
    path = folder / f"{name}.keypoints.json"
    document = json.loads(path.read_text())
    for frame in frames:
        for joint in joints:
            document["frames"][frame]["keypoints"][joint] = point
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("point", [(0, 0, 0), (31, 0, 0.04), (31, 0, 0.3), None])
def test_placeholders_and_flickering_guesses_never_reach_a_clip(tmp_path, point):
    films(tmp_path / "in", "a")
    films(tmp_path / "same", "a")
    unseen_in(tmp_path / "in", "a", 4, 5, 10, 11, 12, point=point)
    (video,) = prepared(tmp_path / "in", tmp_path / "out").videos
    (untouched,) = prepared(tmp_path / "same", tmp_path / "expected").videos
    assert (video.kept, video.filled, video.dropped) == (FRAMES - 5, 5, {})
    found, expected = (
        ClipFile(tmp_path / out / record.clips[0].file).poses(np.arange(FRAMES))[0]
        for out, record in (("out", video), ("expected", untouched))
    )
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_legs_that_are_never_seen_cost_the_video_and_the_report_says_why(tmp_path):
    films(tmp_path / "in", "a", "b")
    unseen_in(tmp_path / "in", "a", *range(FRAMES), joints=(13, 14, 15, 16))
    legless, whole = prepared(tmp_path / "in", tmp_path / "out").videos
    assert legless.dropped == {"unseen joint": FRAMES} and not legless.clips
    assert whole.clips[0].seconds == pytest.approx((FRAMES - 1) / FPS, abs=1e-3)
