from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from motionkit.interfaces import COCO17, Clips, ComponentConfig, Detector, Frame, Pose
from motionkit.metrics.networks.reader import detected


class Witness(Detector):
    """Finds nobody in the first frame of each video, and then the brightness of the picture everywhere."""

    skeleton = COCO17

    class Config(ComponentConfig):
        pass

    def __init__(self) -> None:
        super().__init__(self.Config())
        self.frames: list[Frame] = []

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        for number, frame in enumerate(frames):
            self.frames.append(frame)
            everywhere = np.full((17, 2), frame.image_HWC.mean() / 127.5 - 1, np.float32)
            yield Pose(everywhere, np.ones(17, np.float32)) if number else None


def test_a_detector_sees_each_clip_as_a_video_of_its_own() -> None:
    video_BTCHW = torch.tensor([[-1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])[..., None, None, None].expand(-1, -1, 3, 8, 8)
    witness = Witness()
    found = detected(witness, Clips(torch.tensor([0.5, 1.0, 2.0]), video=video_BTCHW))
    assert found.shape == (2, 3, 17, 2)
    assert found[:, 0].isnan().all()
    torch.testing.assert_close(found[0, 1:, 0, 0], torch.tensor([0.0, 1.0]), atol=0.01, rtol=0)
    assert [frame.time for frame in witness.frames] == [0.0, 0.5, 1.5] * 2
    assert all(frame.image_HWC.dtype == np.uint8 and frame.image_HWC.shape == (8, 8, 3) for frame in witness.frames)
