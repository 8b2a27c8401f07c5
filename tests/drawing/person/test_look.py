"""The colours of a figure and of the place behind it."""

import numpy as np

from motionkit.datasets.actions import Actions


def test_clothes_and_skin_stand_out_from_the_wall():
    gaps = []
    for index in range(200):
        look = Actions(Actions.Config())[index].figure.look
        gaps.append(
            min(np.linalg.norm(np.subtract(look.wall, part)) for part in (look.skin, look.shirt, look.trousers))
        )
    assert np.mean(np.array(gaps) >= 0.35) > 0.95
