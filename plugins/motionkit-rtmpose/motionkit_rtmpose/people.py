"""Where people are in a picture, and which of them is followed."""

import numpy as np
from PIL import Image

from motionkit_rtmpose.network import Network

GREY = 114
"""What YOLOX's pictures are filled up with."""

PERSON = 0
"""The number of that class in COCO."""


def people_in(image_HWC: np.ndarray, network: Network, surest: float) -> np.ndarray:
    """Boxes around the people of a picture, (N, 4) of left, top, right and bottom in pixels, edge to edge.

    Args:
        image_HWC: uint8 RGB.
        network: YOLOX as MMDeploy exports it: blue, green and red from 0 to 255, the picture in the top left corner;
            boxes with their scores, (N, 5), overlapping ones removed, and their classes, (N,).
        surest: the lowest score that counts.
    """
    height, width = image_HWC.shape[:2]
    scale = min(network.width / width, network.height / height)
    size = max(1, int(width * scale)), max(1, int(height * scale))
    canvas_HWC = np.full((network.height, network.width, 3), GREY, np.uint8)
    canvas_HWC[: size[1], : size[0]] = Image.fromarray(image_HWC).resize(size, Image.Resampling.BILINEAR)
    boxes_N5, classes_N = network(canvas_HWC[..., ::-1])
    found_N5 = boxes_N5[(classes_N == PERSON) & (boxes_N5[:, 4] >= surest)]
    boxes_N4 = (found_N5[:, :4] / scale).clip(0, [width, height, width, height])
    return boxes_N4[((boxes_N4[:, 2:] - boxes_N4[:, :2]) >= 1).all(axis=1)]


class Subject:
    """The person that is followed: of several the largest at first, and then the one whose box overlaps the last most.

    Where none overlaps, as after a cut, it is the largest again.
    """

    def __init__(self) -> None:
        self._box_4: np.ndarray | None = None

    def among(self, boxes_N4: np.ndarray) -> np.ndarray | None:
        """The box of the followed person; None where nobody is."""
        if len(boxes_N4) == 0:
            return None
        areas_N, chosen = _areas(boxes_N4), None
        if self._box_4 is not None:
            low_N2 = np.maximum(boxes_N4[:, :2], self._box_4[:2])
            high_N2 = np.minimum(boxes_N4[:, 2:], self._box_4[2:])
            shared_N = (high_N2 - low_N2).clip(min=0).prod(axis=1)
            overlap_N = shared_N / (areas_N + _areas(self._box_4[None]) - shared_N)
            chosen = int(np.argmax(overlap_N)) if overlap_N.max() > 0 else None
        self._box_4 = boxes_N4[int(np.argmax(areas_N)) if chosen is None else chosen]
        return self._box_4


def _areas(boxes_N4: np.ndarray) -> np.ndarray:
    return (boxes_N4[:, 2:] - boxes_N4[:, :2]).prod(axis=1)


def everything(image_HWC: np.ndarray) -> np.ndarray:
    """One box: the whole picture."""
    return np.array([[0, 0, *image_HWC.shape[1::-1]]], float)
