"""The keypoints in a box, by a network of the RTMPose family (Jiang et al. 2023)."""

import numpy as np
from PIL import Image

from motionkit.interfaces import DataError, Pose
from motionkit_rtmpose.network import Network

ROOM = 1.25
"""How much larger than a person's box the part of the picture is that the network was trained on."""

MEAN, DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of ImageNet's red, green and blue."""

BINS = 2
"""SimCC's bins for each pixel of the network's picture."""


def pose_in(box_4: np.ndarray, image_HWC: np.ndarray, network: Network, joints: int) -> Pose:
    """The pose of the person in a box.

    SimCC (Li et al. 2022) tells of each keypoint in which bin across and in which bin down it lies. The keypoint is as
    sure as the less sure of the two.

    Args:
        box_4: left, top, right and bottom in pixels, edge to edge.
        image_HWC: uint8 RGB.
        network: gives (K, 2 x width) and (K, 2 x height).
        joints: K.

    Raises:
        DataError: the network finds other keypoints.
    """
    part_4 = _part(box_4, network)
    picture = Image.fromarray(image_HWC).transform(
        (network.width, network.height), Image.Transform.EXTENT, tuple(part_4.tolist()), Image.Resampling.BILINEAR
    )
    across_KX, down_KY = network((np.asarray(picture, np.float32) - MEAN) / DEVIATION)
    wanted = (joints, BINS * network.width), (joints, BINS * network.height)
    if (across_KX.shape, down_KY.shape) != wanted:
        raise DataError(
            f"the model gives {across_KX.shape} and {down_KY.shape} where an RTMPose of {joints} keypoints gives "
            f"{wanted[0]} and {wanted[1]}"
        )
    pixels_K2 = np.stack([across_KX.argmax(axis=1), down_KY.argmax(axis=1)], axis=1) / BINS
    places_K2 = part_4[:2] + (pixels_K2 + 0.5) * (part_4[2:] - part_4[:2]) / [network.width, network.height]
    surety_K = np.minimum(across_KX.max(axis=1), down_KY.max(axis=1))
    keypoints_K2 = 2 * places_K2 / image_HWC.shape[1::-1] - 1
    return Pose(keypoints_K2.astype(np.float32), surety_K.clip(0, 1).astype(np.float32))


def _part(box_4: np.ndarray, network: Network) -> np.ndarray:
    """The box with room around it, in the shape of the network's picture."""
    centre_2, size_2 = (box_4[:2] + box_4[2:]) / 2, (box_4[2:] - box_4[:2]) * ROOM
    shape_2 = np.array([network.width, network.height], float)
    half_2 = shape_2 * (size_2 / shape_2).max() / 2
    return np.concatenate([centre_2 - half_2, centre_2 + half_2])
