"""Clips to try components with: random keypoints and pixels, at times that are irregular and differ by clip."""

import torch

from motionkit.interfaces import Clips, Skeleton


def random_clips(
    batch: int, frames: int, skeleton: Skeleton, image_size: int | None = None, *, fps: float = 16.0, seed: int = 0
) -> Clips:
    """Clips as a recording gives them that is asked for ``fps`` frames a second and answers with its nearest ones.

    Args:
        batch: B.
        frames: T.
        skeleton: of the keypoints, which are uniform in [-1, 1].
        image_size: height and width of the video, which is uniform likewise; None for keypoints alone.
        fps: frames a second.
        seed: of everything random.

    Returns:
        Clips with times (B, T), seconds since each clip's first frame: a frame lies up to a quarter of 1 / fps early or
        late, and the last of the first clip later than its number says. Where fps is a power of two they are so round
        that a shift by whole seconds is exact.
    """
    generator = torch.Generator().manual_seed(seed)
    late_BT = torch.randint(-1, 2, (batch, frames), generator=generator)
    late_BT[0, 0], late_BT[0, -1] = -1, 1
    quarters_BT = 4 * torch.arange(frames) + late_BT
    times_BT = (quarters_BT - quarters_BT[:, :1]) / (4 * fps)
    keypoints = 2 * torch.rand(batch, frames, skeleton.size, 2, generator=generator) - 1
    if image_size is None:
        return Clips(times_BT, keypoints)
    return Clips(times_BT, keypoints, 2 * torch.rand(batch, frames, 3, image_size, image_size, generator=generator) - 1)
