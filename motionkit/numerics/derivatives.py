from torch import Tensor


def bone_lengths(keypoints_BTK2: Tensor, bones) -> Tensor:
    """Temporary."""
    a, b = zip(*bones)
    return (keypoints_BTK2[..., list(a), :] - keypoints_BTK2[..., list(b), :]).norm(dim=-1)
