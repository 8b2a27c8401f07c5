"""Which poses of a video can be trusted, and how its frames are cut into clips of gapless motion.

Pure functions on arrays. A body's size is its keypoints' root-mean-square distance from their mean (Procrustes size; a
standing adult's is about half a metre), so that limits hold for near and far figures and for any skeleton. Joints are
judged one after the other, so that an hour of video needs little more memory than its keypoints.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from pydantic import Field

from motionkit.interfaces import ComponentConfig, Skeleton
from motionkit.preparation.joints import longest_gap, with_joints_filled

Reason = Literal["no figure", "low confidence", "unseen joint", "impossible limb", "jump", "too short", "out of range"]
"""Why a frame is in no clip."""

REASONS: tuple[Reason, ...] = get_args(Reason)


class GateConfig(ComponentConfig):
    """Limits of what a trustworthy pose is.

    The defaults were chosen on detected poses in real clips of 25 frames a second. Those of the preset ``mocap`` let
    pass what was truly measured: in DeepMimic's motions no joint is faster than 25 body sizes a second, and where a
    capture jumps from the body at rest into its motion, joints pass 150.
    """

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"mocap": {"max_speed": 50.0, "max_spike": 25.0}}

    min_confidence: float = Field(default=0.6, ge=0, le=1)
    """Mean confidence of all keypoints in a frame."""
    joint_confidence: float = Field(default=0.5, ge=0, le=1)
    """How sure a measured joint is. A joint less sure is a guess: no limb or jump is judged by it, and where it was
    measured soon before and soon after, it is interpolated instead."""
    guess_confidence: float = Field(default=0.05, ge=0, le=1)
    """A joint less sure than this, or of no confidence at all, is unseen: where it stands is a placeholder. 0.05 is
    where OpenPose stops drawing one. A frame whose unseen joints cannot be interpolated is dropped."""
    max_stretch: float = Field(default=1.6, ge=1)
    """Longest a limb may be, as a multiple of its own median: a picture may shorten a limb, never lengthen it."""
    limb_floor: float = Field(default=0.8, ge=0)
    """In body sizes; shorter limbs are never too long, because the median of one that mostly points at the camera says
    little of its length."""
    max_speed: float = Field(default=18.0, gt=0)
    """Fastest a joint may move, in body sizes a second; a hard punch is about 18."""
    max_spike: float = Field(default=6.5, gt=0)
    """Farthest a joint may leave the line between its two neighbours in time and return, in body sizes a second."""
    max_gap_seconds: float = Field(default=0.2, ge=0)
    """Longest time between two good poses that is bridged by interpolation; a longer one splits the clip. Likewise for
    a single joint; there a longer one drops the frames."""
    min_seconds: float = Field(default=0.5, ge=0)
    """Shorter pieces are dropped."""
    max_seconds: float = Field(default=60.0, gt=0)
    """Longer pieces are cut, so that one clip always fits in memory."""


class Piece(NamedTuple):
    """Consecutive frames that make a clip: their numbers, complete poses, and in which a pose or joint was filled."""

    indices_T: np.ndarray
    keypoints_TK2: np.ndarray
    confidence_TK: np.ndarray
    filled_T: np.ndarray


def gate_ranges(
    ranges: Sequence[tuple[int, int]],
    times_T: np.ndarray,
    keypoints_TK2: np.ndarray,
    confidence_TK: np.ndarray,
    skeleton: Skeleton,
    config: GateConfig,
) -> tuple[list[Piece], dict[Reason, int]]:
    """:func:`gate` for each range [first, end) of frames by itself; a frame in none of them is "out of range"."""
    pieces: list[Piece] = []
    dropped = dict.fromkeys(REASONS, 0)
    for first, end in ranges:
        within = slice(first, min(end, len(times_T)))
        if len(times_T[within]) == 0:  # the video breaks off before it
            continue
        found, lost = gate(times_T[within], keypoints_TK2[within], confidence_TK[within], skeleton, config)
        pieces += [piece._replace(indices_T=piece.indices_T + first) for piece in found]
        dropped = {reason: dropped[reason] + lost[reason] for reason in REASONS}
    inside = sum(len(times_T[first:end]) for first, end in ranges)
    return pieces, dropped | {"out of range": len(times_T) - inside}


def gate(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, skeleton: Skeleton, config: GateConfig
) -> tuple[list[Piece], dict[Reason, int]]:
    """Cut a video into pieces that can be trained on.

    Args:
        times_T: seconds, ascending.
        keypoints_TK2: in any units that are the same across and down; NaN where a joint was not found, or no figure at
            all. Everything here holds in three dimensions as well, where the array is (T, K, 3).
        confidence_TK: in [0, 1].
        skeleton: whose bones are judged.
        config: the limits.

    Returns:
        The pieces in order, and how many of the other frames were dropped for which reason.
    """
    reasons_T = judge(times_T, keypoints_TK2, confidence_TK, skeleton, config)
    size = body_size(keypoints_TK2[reasons_T == ""])

    def runs() -> list[np.ndarray]:
        good = np.flatnonzero(reasons_T == "")
        return _split(good, _can_bridge(times_T, keypoints_TK2, confidence_TK, good, size, config))

    unseen_T = np.isnan(keypoints_TK2).any(axis=(1, 2))
    keypoints_TK2, confidence_TK = keypoints_TK2.copy(), confidence_TK.copy()
    for run in runs():
        keypoints_TK2[run], confidence_TK[run] = with_joints_filled(
            times_T[run], keypoints_TK2[run], confidence_TK[run], longest_gap(times_T, config.max_gap_seconds)
        )
    reasons_T[(reasons_T == "") & np.isnan(keypoints_TK2).any(axis=(1, 2))] = "unseen joint"
    pieces = []
    for run in runs():
        for part in _cut(run, times_T, config.max_seconds):
            if times_T[part[-1]] - times_T[part[0]] >= config.min_seconds:
                piece = _bridge(part, times_T, keypoints_TK2, confidence_TK)
                pieces.append(piece._replace(filled_T=piece.filled_T | unseen_T[piece.indices_T]))
            else:
                reasons_T[part] = "too short"
    used = np.concatenate([piece.indices_T for piece in pieces]) if pieces else np.array([], int)
    reasons_T[used] = ""
    return pieces, {reason: int((reasons_T == reason).sum()) for reason in REASONS}


def judge(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, skeleton: Skeleton, config: GateConfig
) -> np.ndarray:
    """Why each frame's pose, by itself and beside its neighbours, is not to be trusted; "" where it is. Shape (T,)."""
    reasons_T = np.full(len(times_T), "", dtype="U20")
    found_T = np.isfinite(keypoints_TK2).any(axis=(1, 2))
    reasons_T[~found_T] = "no figure"
    reasons_T[found_T & (confidence_TK.mean(axis=1) < config.min_confidence)] = "low confidence"

    good = np.flatnonzero(reasons_T == "")
    sure_TK = confidence_TK[good] >= config.joint_confidence
    reasons_T[good[_overlong(keypoints_TK2[good], sure_TK, skeleton, config)]] = "impossible limb"

    good = np.flatnonzero(reasons_T == "")
    reasons_T[good[_spikes(times_T, keypoints_TK2, confidence_TK, good, config)]] = "jump"

    # What a jump leads into and another soon leads out of is a wrong pose, held for a few frames.
    good = np.flatnonzero(reasons_T == "")
    size = body_size(keypoints_TK2[good])
    runs = _split(good, _speeds(times_T, keypoints_TK2, confidence_TK, good, config) <= config.max_speed * size)
    if len(runs) > 1:
        for run in runs:
            if times_T[run[-1]] - times_T[run[0]] < config.max_gap_seconds:
                reasons_T[run] = "jump"
    return reasons_T


def body_size(keypoints_TK2: np.ndarray) -> float:
    """The median frame's root-mean-square distance of the keypoints from their mean; 0 where there are no frames.

    Frames in which a joint is NaN do not count, unless there are no others: a figure without legs is no smaller figure.
    """
    if len(keypoints_TK2) == 0:
        return 0.0
    complete_T = np.isfinite(keypoints_TK2).all(axis=(1, 2))
    if not complete_T.any():
        seen_K = np.isfinite(keypoints_TK2).all(axis=(0, 2))
        return body_size(keypoints_TK2[:, seen_K]) if seen_K.any() else 0.0
    keypoints_TK2 = keypoints_TK2 if complete_T.all() else keypoints_TK2[complete_T]
    mean_T2, squares_T = keypoints_TK2.mean(axis=1), np.zeros(len(keypoints_TK2))
    for points_T2 in keypoints_TK2.swapaxes(0, 1):
        squares_T += ((points_T2 - mean_T2) ** 2).sum(-1)
    return float(np.median(np.sqrt(squares_T / keypoints_TK2.shape[1])))


def _overlong(keypoints_TK2: np.ndarray, sure_TK: np.ndarray, skeleton: Skeleton, config: GateConfig) -> np.ndarray:
    """Which frames have a limb far longer than it usually is, (T,)."""
    overlong_T, floor = np.zeros(len(keypoints_TK2), bool), config.limb_floor * body_size(keypoints_TK2)
    for start, end in skeleton.bones:
        sure_T = sure_TK[:, start] & sure_TK[:, end]
        lengths_T = np.linalg.norm(keypoints_TK2[:, start] - keypoints_TK2[:, end], axis=-1)
        if sure_T.any():  # a limb that is never sure has no usual length, and is not judged
            usual = float(np.nanmedian(lengths_T[sure_T]))
            overlong_T |= sure_T & (lengths_T > max(config.max_stretch * usual, floor))
    return overlong_T


def _spikes(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, good: np.ndarray, config: GateConfig
) -> np.ndarray:
    """Which of the good frames have a joint that leaves its path for one moment, (len(good),)."""
    spikes = np.zeros(len(good), bool)
    if len(good) < 3:
        return spikes
    before, now, after = times_T[good[:-2]], times_T[good[1:-1]], times_T[good[2:]]
    share = ((now - before) / (after - before))[:, None]
    farthest_T = np.zeros(len(now))
    for joint in range(keypoints_TK2.shape[1]):
        points_T2, sure_T = keypoints_TK2[good, joint], confidence_TK[good, joint] >= config.joint_confidence
        line_T2 = points_T2[:-2] * (1 - share) + points_T2[2:] * share
        away_T = np.linalg.norm(points_T2[1:-1] - line_T2, axis=-1)
        # Where the path goes on elsewhere, it is no spike that returns; speed judges that.
        returns_T = away_T > np.linalg.norm(points_T2[2:] - points_T2[:-2], axis=-1)
        away_T = np.where(sure_T[:-2] & sure_T[1:-1] & sure_T[2:] & returns_T, away_T, 0)
        farthest_T = np.maximum(farthest_T, away_T)
    limit_T = config.max_spike * body_size(keypoints_TK2[good]) * np.minimum(now - before, after - now)
    # A spike bends the path at its neighbours too: only the frame that is farthest out is at fault.
    worst_T = farthest_T / limit_T
    padded_T = np.pad(worst_T, 1)
    spikes[1:-1] = (worst_T > 1) & (worst_T >= padded_T[:-2]) & (worst_T >= padded_T[2:])
    return spikes


def _speeds(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, good: np.ndarray, config: GateConfig
) -> np.ndarray:
    """The fastest sure joint between each good frame and the next, in units a second, (len(good) - 1,)."""
    farthest_T = np.zeros(max(len(good) - 1, 0))
    for joint in range(keypoints_TK2.shape[1]):
        sure_T = confidence_TK[good, joint] >= config.joint_confidence
        moved_T = np.linalg.norm(np.diff(keypoints_TK2[good, joint], axis=0), axis=-1)
        farthest_T = np.maximum(farthest_T, np.where(sure_T[1:] & sure_T[:-1], moved_T, 0))
    return farthest_T / np.diff(times_T[good])


def _can_bridge(
    times_T: np.ndarray,
    keypoints_TK2: np.ndarray,
    confidence_TK: np.ndarray,
    good: np.ndarray,
    size: float,
    config: GateConfig,
) -> np.ndarray:
    """Whether each good frame and the next belong to one clip: soon after one another, and no jump between them."""
    if len(good) < 2:
        return np.zeros(0, bool)
    soon = np.diff(times_T[good]) <= longest_gap(times_T, config.max_gap_seconds)
    return soon & (_speeds(times_T, keypoints_TK2, confidence_TK, good, config) <= config.max_speed * size)


def _split(good: np.ndarray, linked: np.ndarray) -> list[np.ndarray]:
    """Runs of frame numbers, broken wherever two neighbours are not linked."""
    return [run for run in np.split(good, np.flatnonzero(~linked) + 1) if len(run)]


def _cut(run: np.ndarray, times_T: np.ndarray, max_seconds: float) -> list[np.ndarray]:
    """The run in equal parts, none of them longer than ``max_seconds``."""
    parts = max(1, int(np.ceil((times_T[run[-1]] - times_T[run[0]]) / max_seconds)))
    return [part for part in np.array_split(run, parts) if len(part)]


def _bridge(run: np.ndarray, times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray) -> Piece:
    """The run with the frames between its own, their keypoints interpolated in time.

    An interpolated keypoint is half as sure as the less sure of its two ends (our choice): it is near the truth, but
    nobody saw it.
    """
    indices = np.arange(run[0], run[-1] + 1)
    after = np.searchsorted(run, indices)
    filled_T = run[after] != indices
    left, right = run[np.where(filled_T, after - 1, after)], run[after]
    span = np.where(filled_T, times_T[right] - times_T[left], 1)
    share = ((times_T[indices] - times_T[left]) / span * filled_T)[:, None, None]
    points_TK2 = keypoints_TK2[left] * (1 - share) + keypoints_TK2[right] * share
    surety_TK = np.minimum(confidence_TK[left], confidence_TK[right]) * np.where(filled_T, 0.5, 1)[:, None]
    return Piece(indices, points_TK2, surety_TK, filled_T)
