"""The rules of skeletons, which datasets and detectors bring with them."""

from motionkit.interfaces import Skeleton
from motionkit.testing.rules import broken

FAR = 3.0
"""A figure may leave the frame, [-1, 1], but a coordinate beyond this is a pixel's number rather than a place."""


def check_skeleton(skeleton: object) -> None:
    """Raises ContractError unless joints, bones and mirror fit together."""
    if not isinstance(skeleton, Skeleton):
        broken(f"expected skeleton to be a Skeleton, but it is {type(skeleton).__name__}")
    size = skeleton.size
    if size < 1 or len(set(skeleton.joints)) != size:
        broken(f"expected joints with names of their own, but skeleton '{skeleton.name}' has {skeleton.joints}")
    for bone in skeleton.bones:
        if len(set(bone)) != 2 or not all(0 <= joint < size for joint in bone):
            broken(
                f"expected bones between two of the joints 0 to {size - 1}, but skeleton '{skeleton.name}' has {bone}"
            )
    if sorted(skeleton.mirror) != list(range(size)):
        broken(f"expected mirror to name each joint 0 to {size - 1} once, but it is {skeleton.mirror}")
    for joint, other in enumerate(skeleton.mirror):
        if skeleton.mirror[other] != joint:
            broken(
                f"expected a mirror that undoes itself, but {skeleton.joints[joint]} goes to {skeleton.joints[other]} "
                f"and that to {skeleton.joints[skeleton.mirror[other]]}; swap left and right in pairs"
            )
