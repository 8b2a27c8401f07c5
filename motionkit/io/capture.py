"""Motion capture: the joints of a body as a tree of rotations, and where they are in space."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Capture:
    """T frames of J joints, each given relative to its parent.

    Attributes:
        names: J names. Where a bone ends without a joint, the name is its parent's with `` end`` after it.
        parents: for each joint the index of its parent, which comes before it; -1 for the root.
        times_T: seconds, ascending from 0.
        offsets_TJ3: where each joint is in its parent's axes, in the file's unit; of the root, in the world's.
        rotations_TJ33: matrices that turn each joint's axes against its parent's.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    times_T: np.ndarray
    offsets_TJ3: np.ndarray
    rotations_TJ33: np.ndarray

    def joints(self) -> np.ndarray:
        """Forward kinematics: where each joint is in the world, (T, J, 3), in the file's unit and axes."""
        places_TJ3 = self.offsets_TJ3.copy()
        axes_TJ33 = self.rotations_TJ33.copy()
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                offset_T3 = np.einsum("tij,tj->ti", axes_TJ33[:, parent], self.offsets_TJ3[:, joint])
                places_TJ3[:, joint] = places_TJ3[:, parent] + offset_T3
                axes_TJ33[:, joint] = axes_TJ33[:, parent] @ self.rotations_TJ33[:, joint]
        return places_TJ3
