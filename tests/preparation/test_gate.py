"""The gates: which poses are trusted, and how frames become clips."""

import numpy as np
import pytest

from motionkit.interfaces import COCO17
from motionkit.preparation.gate import GateConfig, body_size, gate, judge

FPS = 25
CONFIG = GateConfig()
_HEAD = [(0, -8), (0.3, -8.3), (-0.3, -8.3), (0.7, -8), (-0.7, -8)]
_ARMS = [(2, -6), (-2, -6), (3, -4), (-3, -4), (3, -2), (-3, -2)]
_LEGS = [(1.2, -1), (-1.2, -1), (1.2, 3), (-1.2, 3), (1.2, 7), (-1.2, 7)]
STANDING = np.array([*_HEAD, *_ARMS, *_LEGS]) / 10


def video(frames: int = 50, fps: float = FPS):
    """A standing figure with one waving arm: forearm 0.2 long, twice a second."""
    times = np.arange(frames) / fps
    keypoints = np.repeat(STANDING[None], frames, 0)
    angle = 1.2 * np.sin(2 * np.pi * 2 * times)
    wrist, elbow = COCO17.index("left wrist"), COCO17.index("left elbow")
    keypoints[:, wrist] = keypoints[:, elbow] + 0.2 * np.stack([np.sin(angle), -np.cos(angle)], -1)
    return times, keypoints, np.full((frames, 17), 0.9)


def run(times, keypoints, confidence, **settings):
    pieces, dropped = gate(times, keypoints, confidence, COCO17, GateConfig(**settings))
    used = sum(len(piece.indices_T) for piece in pieces)
    assert used + sum(dropped.values()) == len(times), "every frame is accounted for once"
    return pieces, {reason: count for reason, count in dropped.items() if count}


def test_a_clean_video_is_one_clip_as_it_was():
    times, keypoints, confidence = video()
    (piece,), dropped = run(times, keypoints, confidence)
    assert not dropped and not piece.filled_T.any()
    np.testing.assert_array_equal(piece.keypoints_TK2, keypoints)
    np.testing.assert_array_equal(piece.confidence_TK, confidence)


@pytest.mark.parametrize("gap", [1, 4])
def test_a_short_gap_is_filled_in_time_and_half_as_sure(gap):
    times, _, confidence = video()
    times = times - np.linspace(0, 0.05, 50) ** 2  # not quite regular
    straight = STANDING + times[:, None, None] * np.array([0.1, 0.0])
    broken = straight.copy()
    broken[20 : 20 + gap] = np.nan
    confidence[20 : 20 + gap] = 0
    (piece,), dropped = run(times, broken, confidence)
    assert not dropped
    np.testing.assert_allclose(piece.keypoints_TK2, straight, atol=1e-12)
    assert np.flatnonzero(piece.filled_T).tolist() == list(range(20, 20 + gap))
    np.testing.assert_allclose(piece.confidence_TK[20 : 20 + gap], 0.45)
    np.testing.assert_allclose(piece.confidence_TK[~piece.filled_T], 0.9)


def test_a_long_gap_splits_and_short_pieces_are_dropped():
    times, keypoints, confidence = video(70)
    keypoints[20:25] = np.nan  # 0.24 s between good frames
    keypoints[60:66] = np.nan
    pieces, dropped = run(times, keypoints, confidence)
    assert [(piece.indices_T[0], piece.indices_T[-1]) for piece in pieces] == [(0, 19), (25, 59)]
    assert dropped == {"no figure": 11, "too short": 4}


def test_missing_ends_are_cut_not_filled():
    times, keypoints, confidence = video()
    keypoints[:3] = np.nan
    keypoints[-2:] = np.nan
    (piece,), dropped = run(times, keypoints, confidence)
    assert (piece.indices_T[0], piece.indices_T[-1]) == (3, 47) and dropped == {"no figure": 5}


def test_low_confidence():
    times, keypoints, confidence = video()
    confidence[10:20] = 0.55
    _, dropped = run(times, keypoints, confidence)
    assert dropped["low confidence"] == 10
    _, dropped = run(times, keypoints, confidence, min_confidence=0.5)
    assert not dropped


def test_a_stretched_limb_is_impossible_but_a_foreshortened_one_is_not():
    times, keypoints, confidence = video()
    ankle, knee = COCO17.index("left ankle"), COCO17.index("left knee")
    shortened = keypoints.copy()
    share = np.linspace(1, 0.1, 50)[:, None]
    shortened[:, ankle] = shortened[:, knee] + share * (keypoints[:, ankle] - keypoints[:, knee])
    assert not any(judge(times, shortened, confidence, COCO17, CONFIG))
    stretched = keypoints.copy()
    stretched[30:40, ankle] = keypoints[30:40, knee] + 2.2 * (keypoints[30:40, ankle] - keypoints[30:40, knee])
    reasons = judge(times, stretched, confidence, COCO17, CONFIG)
    assert (reasons[30:40] == "impossible limb").all() and (reasons[:30] == "").all()


def test_limbs_between_guessed_joints_are_not_judged():
    times, keypoints, confidence = video()
    ankle = COCO17.index("left ankle")
    keypoints[30:40, ankle] += [0.0, 2.0]
    confidence[:, ankle] = 0.1
    assert not any(judge(times, keypoints, confidence, COCO17, CONFIG))


def test_a_spike_that_returns_is_a_jump_and_is_filled():
    times, keypoints, confidence = video()
    truth = keypoints.copy()
    keypoints[25, COCO17.index("right hip")] += [0.25, 0]
    reasons = judge(times, keypoints, confidence, COCO17, CONFIG)
    assert np.flatnonzero(reasons == "jump").tolist() == [25]
    (piece,), _ = run(times, keypoints, confidence)
    assert piece.filled_T[25] and np.abs(piece.keypoints_TK2[25] - truth[25]).max() < 0.04


def test_a_wrong_pose_held_for_a_few_frames_is_a_jump():
    times, keypoints, confidence = video()
    keypoints[25:28] += [0.0, 1.5]
    reasons = judge(times, keypoints, confidence, COCO17, CONFIG)
    assert np.flatnonzero(reasons).tolist() == [25, 26, 27] and set(reasons[25:28]) == {"jump"}


def test_a_jump_to_somebody_else_splits_the_clip():
    times, keypoints, confidence = video(80)
    keypoints[40:] += [1.5, 0.0]
    pieces, dropped = run(times, keypoints, confidence)
    assert [len(piece.indices_T) for piece in pieces] == [40, 40] and not dropped


def test_a_gap_with_a_jump_across_it_is_not_filled():
    times, keypoints, confidence = video(80)
    keypoints[40] = np.nan
    keypoints[41:] += [2.5, 0.0]
    pieces, dropped = run(times, keypoints, confidence)
    assert [len(piece.indices_T) for piece in pieces] == [40, 39] and dropped == {"no figure": 1}


@pytest.mark.parametrize("scale", [0.05, 1.0, 400.0])
def test_verdicts_do_not_depend_on_scale_or_place(scale):
    times, keypoints, confidence = video()
    keypoints[25, 11] += [0.25, 0]
    keypoints[33:36] += [0.0, 1.5]
    reasons = judge(times, keypoints, confidence, COCO17, CONFIG)
    moved = judge(times, scale * keypoints + 3, confidence, COCO17, CONFIG)
    assert reasons.any()
    np.testing.assert_array_equal(reasons, moved)
    assert body_size(scale * keypoints + 3) == pytest.approx(scale * body_size(keypoints))


def test_a_hole_in_the_recording_splits_and_a_slow_recording_does_not():
    times, keypoints, confidence = video()
    times[25:] += 1.0
    assert [len(piece.indices_T) for piece in run(times, keypoints, confidence)[0]] == [25, 25]
    slow = video(20, fps=4)
    assert [len(piece.indices_T) for piece in run(*slow)[0]] == [20]


def test_long_pieces_are_cut():
    times, keypoints, confidence = video(250)
    pieces, dropped = run(times, keypoints, confidence, max_seconds=3)
    assert len(pieces) == 4 and not dropped
    assert max(times[piece.indices_T[-1]] - times[piece.indices_T[0]] for piece in pieces) <= 3


@pytest.mark.parametrize("frames", [0, 1, 2, 3])
def test_hardly_any_frames(frames):
    pieces, dropped = run(*video(frames))
    assert not pieces and sum(dropped.values()) == frames


def test_nobody_at_all():
    times, keypoints, _ = video()
    pieces, dropped = run(times, keypoints * np.nan, np.zeros((50, 17)))
    assert not pieces and dropped == {"no figure": 50}


def test_a_joint_unseen_for_a_moment_is_filled_by_itself():
    times, keypoints, confidence = video()
    truth, wrist, ankle = keypoints.copy(), COCO17.index("right wrist"), COCO17.index("left ankle")
    keypoints[10:13, wrist], confidence[10:13, wrist] = np.nan, 0
    keypoints[12:14, ankle], confidence[12:14, ankle] = np.nan, 0
    (piece,), dropped = run(times, keypoints, confidence)
    assert not dropped and np.flatnonzero(piece.filled_T).tolist() == [10, 11, 12, 13]
    np.testing.assert_allclose(piece.keypoints_TK2, truth, atol=1e-12)  # neither moves, and what moves was seen
    assert piece.confidence_TK[11, wrist] == pytest.approx(0.45) and piece.confidence_TK[11, ankle] == 0.9


def test_a_joint_unseen_for_long_costs_those_frames():
    times, keypoints, confidence = video(60)
    keypoints[20:30, 15], confidence[20:30, 15] = np.nan, 0
    keypoints[:2, 9], confidence[:2, 9] = np.nan, 0  # there is nothing before to interpolate from
    pieces, dropped = run(times, keypoints, confidence)
    assert [(piece.indices_T[0], piece.indices_T[-1]) for piece in pieces] == [(2, 19), (30, 59)]
    assert dropped == {"unseen joint": 12}


def test_a_filled_joint_is_no_path_across_a_jump():
    times, keypoints, confidence = video(80)
    keypoints[40:] += [1.5, 0.0]
    keypoints[39:41, 15], confidence[39:41, 15] = np.nan, 0
    pieces, dropped = run(times, keypoints, confidence)
    assert [len(piece.indices_T) for piece in pieces] == [39, 39] and dropped == {"unseen joint": 2}


def test_unseen_joints_do_not_count_towards_size():
    _, keypoints, _ = video()
    size = body_size(keypoints)
    keypoints[::2, 13:] = np.nan
    assert body_size(keypoints) == pytest.approx(size)
    legless = STANDING[:13]
    keypoints[:, 13:] = np.nan
    assert 0 < body_size(keypoints[:1]) == pytest.approx(body_size(legless[None]), rel=0.2)
    assert body_size(keypoints * np.nan) == 0
