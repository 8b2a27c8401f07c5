"""Skeletons: stick figures, and keypoints over the frames of a clip."""

import math

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from motionkit.interfaces import Clips, Skeleton
from motionkit.io.joint_names import taken_apart
from motionkit.pictures.picture import Picture, to_picture

Colour = tuple[int, int, int]

LEFT, MIDDLE, RIGHT = (64, 156, 255), (245, 245, 245), (255, 140, 40)
"""Bones of the body's left side are blue and of its right side orange, which the colour-blind can tell apart too."""

SUPERSAMPLING = 3
"""Lines are drawn this many times larger and then averaged, which smooths their edges."""


def as_seen(clips: Clips, skeleton: Skeleton | None, with_overlay: bool = False, size: int = 256) -> Picture:
    """Clips as people see them: their video, or stick figures where there is none.

    Args:
        clips: with video or keypoints.
        skeleton: what the keypoints are; None where nobody knows, so that only video can be seen.
        with_overlay: draw keypoints over video too, where there are both.
        size: height and width of stick figures, and the least width of frames that keypoints are drawn over.

    Returns:
        uint8 (B, T, H, W, 3).

    Raises:
        ValueError: there is nothing to see.
    """
    if skeleton is None or clips.keypoints is None or not (with_overlay or clips.video is None):
        return to_picture(clips.video_BTCHW)
    videos = [None] * len(clips) if clips.video is None else list(clips.video.cpu())
    pairs = zip(videos, clips.keypoints.cpu(), strict=True)
    return np.stack([overlay(video_TCHW, keypoints_TK2, skeleton, size) for video_TCHW, keypoints_TK2 in pairs])


def overlay(video_TCHW: Tensor | None, keypoints_TK2: Tensor, skeleton: Skeleton, size: int = 256) -> Picture:
    """Skeletons over the frames of a clip.

    Args:
        video_TCHW: in [-1, 1], or None for stick figures on black.
        keypoints_TK2: (x, y) in [-1, 1]; a joint that is not finite is left out, with its bones.
        skeleton: what the keypoints are.
        size: frames are enlarged by the smallest whole number that makes them at least this wide.

    Returns:
        uint8 (T, H, W, 3), ready for a video file.
    """
    if video_TCHW is None:
        pictures = np.zeros((len(keypoints_TK2), size, size, 3), np.uint8)
    else:
        pictures = to_picture(video_TCHW)
        factor = math.ceil(size / pictures.shape[2])
        pictures = pictures.repeat(factor, 1).repeat(factor, 2)
    pairs = zip(pictures, keypoints_TK2.detach().cpu(), strict=True)
    return np.stack([draw_skeleton(picture, keypoints_K2, skeleton) for picture, keypoints_K2 in pairs])


def draw_skeleton(picture: Picture, keypoints_K2: Tensor, skeleton: Skeleton) -> Picture:
    """The picture with a skeleton over it: left bones blue, right ones orange, those of the middle white."""
    height, width = picture.shape[:2]
    canvas = Image.fromarray(picture.repeat(SUPERSAMPLING, 0).repeat(SUPERSAMPLING, 1))
    pen = ImageDraw.Draw(canvas)
    # The picture's edges are at -1 and 1, and a pixel's centre lies half a pixel beyond its corner.
    places = (keypoints_K2.double().numpy() + 1) / 2 * (width * SUPERSAMPLING, height * SUPERSAMPLING) - 0.5
    stroke = max(1, round(SUPERSAMPLING * width / 90))
    for bone in skeleton.bones:
        if np.isfinite(places[list(bone)]).all():
            pen.line([tuple(places[joint]) for joint in bone], fill=side_colour(skeleton, *bone), width=stroke)
    for joint, (x, y) in enumerate(places):
        if math.isfinite(x) and math.isfinite(y):
            box = (x - stroke, y - stroke, x + stroke, y + stroke)
            pen.ellipse(box, fill=side_colour(skeleton, joint), outline=(0, 0, 0), width=max(1, stroke // 4))
    return np.array(canvas.reduce(SUPERSAMPLING))


def side_colour(skeleton: Skeleton, *joints: int) -> Colour:
    """The colour of a joint or a bone by the side that its joints name; one that names both is of the middle."""
    sides = {taken_apart(skeleton.joints[joint]).side for joint in joints} - {""}
    return {frozenset({"left"}): LEFT, frozenset({"right"}): RIGHT}.get(frozenset(sides), MIDDLE)
