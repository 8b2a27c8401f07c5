"""What a file of keypoints holds, whatever its format, and how it is put in the order of a skeleton."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from motionkit.interfaces import DataError, Skeleton
from motionkit.io.joint_names import matched
from motionkit.io.keypoint_formats.orders import ORDERS


class Figures(NamedTuple):
    """Figures that were found in a video, each at one moment; there may be several at a moment, and moments without.

    Attributes:
        points_NK3: x and y in pixels of the file, where 0 is the centre of the first pixel, and a confidence in
            [0, 1]; NaN, NaN and 0 where a keypoint was not seen.
        moments_N: the number of the frame, counted from 0; or seconds since the first frame.
        in_seconds: which of the two.
        joints: what the K keypoints are called; None where the file does not say.
        tracks: who each figure is, where the file says, else None.
        size: width and height of the pictures, where the file says.
    """

    points_NK3: np.ndarray
    moments_N: np.ndarray
    in_seconds: bool = False
    joints: tuple[str, ...] | None = None
    tracks: tuple[str, ...] | None = None
    size: tuple[int, int] | None = None


def measured(points_NK3: np.ndarray, path: Path, most: float = np.inf) -> np.ndarray:
    """Keypoints as :class:`Figures` has them: unseen ones made NaN, confidences above 1 made 1.

    Programs write what they did not see as (0, 0, 0), as NaN, or with a confidence below 0.

    Args:
        points_NK3: as the file has them.
        path: of the file, for messages.
        most: the highest confidence that the format may have.

    Raises:
        DataError: a confidence is higher.
    """
    points_NK3 = np.array(points_NK3, float)
    points_NK3[~np.isfinite(points_NK3).all(-1) | (points_NK3[..., 2] <= 0)] = np.nan, np.nan, 0.0
    if points_NK3[..., 2].max(initial=0) > most:
        raise DataError(f"{path}: a confidence is {points_NK3[..., 2].max():g}, but {most:g} is the highest")
    points_NK3[..., 2] = points_NK3[..., 2].clip(max=1)
    return points_NK3


def flags_as_confidence(flags: np.ndarray) -> np.ndarray:
    """COCO's visibility flags as confidences: 2 is seen, and 1, where others are 2, labelled though hidden."""
    are_flags = np.isin(flags[np.isfinite(flags)], (0, 1, 2)).all() and (flags == 2).any()
    return flags / 2 if are_flags else flags


def arranged(figures: Figures, skeleton: Skeleton, path: Path) -> Figures:
    """The figures with the keypoints of a skeleton, in its order.

    They are found by their names. Keypoints without names are in the skeleton's order if there are as many, else in
    the published order of that many. Figures of which nothing was seen are left out, but for those of a moment in
    seconds, which say that nobody was there.

    Raises:
        DataError: a keypoint of the skeleton is not there.
    """
    if len(figures.points_NK3) == 0:  # nobody in the whole video
        return figures._replace(points_NK3=np.zeros((0, skeleton.size, 3)), joints=skeleton.joints)
    count = figures.points_NK3.shape[1]
    if figures.joints is None and count == skeleton.size:
        return _seen(figures._replace(joints=skeleton.joints))
    names = figures.joints or ORDERS.get(count)
    if names is not None and len(names) != count:
        raise DataError(f"{path}: names {len(names)} keypoints, but its figures have {count}")
    if names is None:
        raise DataError(
            f"{path}: has {count} keypoints without names; {skeleton.name} has {skeleton.size}, "
            f"and orders are known of {', '.join(map(str, sorted(ORDERS)))}"
        )
    try:
        places = matched(skeleton.joints, names, path)
    except DataError as error:
        raise DataError(
            f"{error}. These are the keypoints of {skeleton.name}; others are named in a YAML file, "
            "which -o detector.skeleton=FILE tells"
        ) from None
    return _seen(figures._replace(points_NK3=figures.points_NK3[:, places], joints=skeleton.joints))


def _seen(figures: Figures) -> Figures:
    seen_N = np.isfinite(figures.points_NK3).all(-1).any(-1)
    if figures.in_seconds:
        return figures
    who = figures.tracks
    return figures._replace(
        points_NK3=figures.points_NK3[seen_N],
        moments_N=figures.moments_N[seen_N],
        tracks=None if who is None else tuple(who[index] for index in np.flatnonzero(seen_N)),
    )
