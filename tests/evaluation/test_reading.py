import pytest
import torch
from torch import Tensor

from motionkit.datasets.actions import Actions
from motionkit.evaluation.choice import choose_metrics
from motionkit.evaluation.evaluation import Evaluation, Protocol
from motionkit.evaluation.reading import ReadMetric, filled
from motionkit.evaluation.score import Score
from motionkit.interfaces import COCO17, Clips, ConfigError, Noise, VideoGenerator
from motionkit.metrics.networks.pose_reader import TrainedReader
from motionkit.metrics.networks.reader import Reader
from motionkit.metrics.trajectory_frechet import TrajectoryFrechet
from motionkit.metrics.velocity import Velocity
from motionkit.testing.toys import TOY
from motionkit.windows import Windows, collate


class Replay(VideoGenerator):
    """Shows clips of ``actions`` that the noise chooses, and tells nobody their keypoints."""

    noise_sizes = {"video": 1}  # noqa: RUF012
    image_size = 64

    def __init__(self) -> None:
        super().__init__()
        self.data = Actions(Actions.Config(clips=512), "train")
        self.unused = torch.nn.Parameter(torch.zeros(()))

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        numbers = (noise["video"][:, 0].abs() * 1e4).long() % len(self.data)
        windows = [self.data[int(number)].window(times.double(), 64).video_TCHW for number in numbers]
        return torch.stack([video for video in windows if video is not None])


def test_a_generator_without_keypoints_is_scored_by_those_that_are_read_in_its_video() -> None:
    data = Actions(Actions.Config(clips=64), "train"), Actions(Actions.Config(clips=64), "test")
    protocol = Protocol(n=24, frames=4, fps=4.0, resamples=5, size=64)
    names = "trajectory_frechet,velocity"
    for reader, has_score in ((None, False), ("trained", True)):
        _, metrics, _ = choose_metrics(names, {}, COCO17, reader)
        scores = Evaluation(*data, metrics, protocol).scores(Replay())
        assert all(isinstance(score, Score) is has_score for score in scores.values())
    velocity = scores["velocity"]
    assert isinstance(velocity, Score) and velocity.provenance["reader"] == "trained"
    assert velocity.value == pytest.approx(velocity.floor, rel=0.5)  # the clips are real, and read alike


def test_clips_are_read_once_however_many_metrics_look_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    read = TrainedReader.forward

    def counted(self: TrainedReader, video_BTCHW: Tensor) -> Tensor:
        reads.append(len(video_BTCHW))
        return read(self, video_BTCHW)

    monkeypatch.setattr(TrainedReader, "forward", counted)
    data = Actions(Actions.Config(clips=64), "train"), Actions(Actions.Config(clips=64), "test")
    _, metrics, _ = choose_metrics("velocity,acceleration,bone_constancy", {}, COCO17, "trained")
    Evaluation(*data, metrics, Protocol(n=4, frames=4, fps=4.0, resamples=5, size=64)).scores(Replay())
    assert sum(reads) == 3 * 4  # real clips, other real ones, generated ones


def test_reading_adds_only_the_reader_s_errors() -> None:
    windows = Windows(Actions(Actions.Config(clips=64), "test"), 4, 4.0, 0, 64)
    batch = collate([windows[index] for index in range(16)])
    clips = Clips(torch.arange(4) / 4, batch.keypoints_BTK2, batch.video_BTCHW)
    true = TrajectoryFrechet(TrajectoryFrechet.Config(), COCO17)
    read = ReadMetric(true, Reader("trained", COCO17))
    apart = (read.features(clips) - true.features(clips)).abs()
    assert 0 < apart.mean() < 0.05
    assert read.better == "lower" and read.needs == "video" and read.span == true.span


def test_frames_in_which_nobody_is_found_take_the_nearest_pose() -> None:
    poses = torch.arange(5.0)[None, :, None, None].expand(1, 5, 2, 2).clone()
    poses[0, [0, 2, 3]] = torch.nan
    assert filled(poses)[0, :, 0, 0].tolist() == [1, 1, 1, 4, 4]
    assert filled(torch.full((1, 3, 2, 2), torch.nan)).abs().max() == 0


def test_a_reader_of_another_skeleton_is_refused() -> None:
    with pytest.raises(ConfigError, match="coco-17, but the clips have toy-3"):
        Reader("trained", TOY)
    with pytest.raises(ConfigError, match=r"reads|finds"):
        choose_metrics("velocity", {}, TOY, "sidecar")
    assert Velocity.needs == "keypoints"
