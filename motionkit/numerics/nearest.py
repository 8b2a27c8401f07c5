"""Of the moments that were recorded, those nearest to the ones asked for."""

import numpy as np


def distinct_nearest(recorded_F: np.ndarray, asked_T: np.ndarray) -> np.ndarray:
    """For each time asked for, the index of the nearest recorded one, moved as little as makes them strictly ascend.

    Both are ascending. If more are asked for than are recorded, all that are recorded.
    """
    frames = len(recorded_F)
    middles = (recorded_F[1:] + recorded_F[:-1]) / 2
    order = np.arange(min(len(asked_T), frames))
    nearest_T = np.searchsorted(middles, asked_T[: len(order)])
    ascending_T = np.maximum.accumulate(nearest_T - order) + order
    return np.minimum(ascending_T, frames - len(order) + order)
