"""Which axis of a capture points up, as the body that stands in it shows."""

import numpy as np

TURNS = {
    "z": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "-z": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "-y": np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]]),
}
"""Rotations that bring an axis to y. Some programs have z up, and cameras have y down."""

STEADY = 0.7
"""The mean part of a body's length that must lie along an axis to show that it is the vertical one (our choice)."""


def upright(places_TJ3: np.ndarray, lower_T3: np.ndarray, upper_T3: np.ndarray) -> tuple[np.ndarray, str]:
    """Places turned so that y is up, and which axis was; "y" where no other one clearly is.

    Args:
        places_TJ3: of any points, in the capture's axes.
        lower_T3: the body's lower end, between its ankles.
        upper_T3: its upper end, between its shoulders.
    """
    along_T3 = upper_T3 - lower_T3
    mean_3 = (along_T3 / np.maximum(np.linalg.norm(along_T3, axis=-1, keepdims=True), 1e-9)).mean(axis=0)
    for axis, turn_33 in TURNS.items():
        if (turn_33 @ mean_3)[1] > STEADY:
            return places_TJ3 @ turn_33.T, axis
    return places_TJ3, "y"
