import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from motionkit.evaluation.evaluation import Evaluation, Protocol
from motionkit.evaluation.score import Score, Unavailable
from motionkit.interfaces import (
    Clips,
    ConfigError,
    DataError,
    Metric,
    NonFiniteError,
    VideoGenerator,
    Window,
)
from motionkit.metrics.diversity import Diversity
from motionkit.metrics.horizon import Horizon
from motionkit.metrics.jerk import Jerk
from motionkit.metrics.memorisation import MotionMemorisation
from motionkit.metrics.offgrid import OffgridError
from motionkit.metrics.repetition import Repetition
from motionkit.metrics.trajectory_frechet import TrajectoryFrechet
from motionkit.metrics.velocity import Velocity
from motionkit.testing.toys import TOY, ToyClip, ToyDataset, ToyMotion, ToyRenderer
from motionkit.two_stages import TwoStageGenerator
from motionkit.windows import Windows


class Actor(VideoGenerator):
    """Circles as windows of the toy data do, or from whatever ``turn`` makes of their angle."""

    noise_sizes = {"motion": 2}  # noqa: RUF012
    image_size = None
    skeleton = TOY
    calls = 0

    def __init__(self, turn: Any = None) -> None:
        super().__init__()
        self.turn = turn or (lambda angle: angle)
        self.weight = torch.nn.Parameter(torch.zeros(()))

    def forward(self, noise: Any, times: Tensor) -> Tensor:
        raise NotImplementedError

    def pieces(self, noise: Any, times: Tensor) -> Iterator[Clips]:
        self.calls += 1
        which, moment = torch.special.ndtr(noise["motion"]).unbind(1)
        angles = self.turn(math.pi * (which + 1.375 * moment))  # windows begin within 1.375 s of a clip
        clips = [ToyClip(float(angle)).window(times.double()).keypoints_TK2 for angle in angles]
        yield Clips(times, torch.stack(clips))


class Video(TrajectoryFrechet):
    """Of one pixel."""

    needs = "video"

    def features(self, clips: Clips) -> Tensor:
        return clips.video_BTCHW[:, :, 0, 0, 0]


KINDS: dict[str, type[Metric]] = {
    "frechet": TrajectoryFrechet, "velocity": Velocity, "diversity": Diversity, "memorisation": MotionMemorisation,
}  # fmt: skip
SMALL = Protocol(n=48, searched=64, frames=6, fps=8.0, resamples=20)


def evaluation(
    kinds: dict[str, type[Metric]] = KINDS, protocol: Protocol = SMALL, dataset: Any = ToyDataset, batch: int = 16
) -> Evaluation:
    train, test = (dataset(ToyDataset.Config(clips=64), split) for split in ("train", "test"))
    return Evaluation(train, test, {name: kind(kind.Config(), TOY) for name, kind in kinds.items()}, protocol, batch)


def scores(generator: VideoGenerator | None = None, **options: Any) -> dict[str, Score]:
    found = evaluation(**options).scores(generator or Actor())
    assert all(isinstance(score, Score) for score in found.values()), found
    return found  # type: ignore[return-value]


def reason(found: Score | Unavailable) -> str:
    assert isinstance(found, Unavailable)
    return found.reason


def test_a_generator_of_real_clips_reaches_the_floor() -> None:
    # Of one sample the distance depends more on which clips are in it than on who made them.
    samples = [scores(protocol=SMALL.model_copy(update={"seed": seed}))["frechet"] for seed in range(6)]
    assert sum(it.value for it in samples) < 2 * sum(it.floor for it in samples)
    found = scores()
    assert scores(Actor(lambda angle: angle / 8))["frechet"].value > 5 * found["frechet"].value
    assert found["velocity"].floor == pytest.approx(found["velocity"].value, rel=1e-3)
    assert found["diversity"].low < found["diversity"].floor < found["diversity"].high
    for score in found.values():
        assert score.low <= score.value <= score.high
        assert (score.n_generated, score.n_real) == (48, 64 if score.metric == "memorisation" else 48)
        assert 24 < score.clips_real <= 64
        assert Score.model_validate_json(score.model_dump_json()) == score


def test_a_generator_that_always_makes_one_clip_is_found_out() -> None:
    found = scores(Actor(torch.zeros_like))
    assert found["diversity"].value == pytest.approx(0, abs=1e-6)
    assert found["diversity"].floor > 0.3


def test_copies_of_training_clips_are_nearer_than_held_out_clips() -> None:
    class Parrot(Actor):
        def pieces(self, noise: Any, times: Tensor) -> Iterator[Clips]:
            windows = Windows(ToyDataset(ToyDataset.Config(clips=64)), 6, 8.0, SMALL.seeds["real"])
            numbers = (noise["motion"][:, 0].abs() * 20).long().clamp(max=63)
            yield Clips(times, torch.stack([windows[int(i)].keypoints_TK2 for i in numbers]))

    found = scores(Parrot())["memorisation"]
    assert found.reference == "train"
    assert found.value == found.low == found.high == 0
    assert found.floor > 0


def test_the_size_of_batches_changes_nothing() -> None:
    generator = TwoStageGenerator(ToyMotion(ToyMotion.Config(), TOY))
    one, other = (scores(generator, batch=batch) for batch in (5, 48))
    for name in KINDS:
        assert one[name].value == pytest.approx(other[name].value, rel=1e-4)
        assert one[name].high == pytest.approx(other[name].high, rel=1e-4)


def test_the_same_again_and_other_clips_for_another_seed() -> None:
    assert scores() == scores()
    other = scores(protocol=SMALL.model_copy(update={"seed": 1}))
    assert other["frechet"].seeds == {"generated": 1, "real": 2, "other": 3}
    assert other["frechet"].value != scores()["frechet"].value


def test_metrics_of_the_same_times_share_their_clips_and_real_ones_are_measured_once() -> None:
    generator, it = Actor(), evaluation({**KINDS, "offgrid": OffgridError})
    told: list[str] = []
    it.scores(generator, lambda what, done, total: told.append(what))
    assert generator.calls == 2 * 3  # twice 48 clips by 16
    assert any(what.startswith("real") for what in told)
    told.clear()
    it.scores(generator, lambda what, done, total: told.append(what))
    assert set(told) == {"generated"}


def test_what_cannot_be_had_says_why_and_the_rest_is_measured() -> None:
    class Blind(Actor):
        skeleton = None

    class Brief(Actor):
        max_seconds = 0.5

    class Other(Actor):
        skeleton = dataclasses.replace(TOY, name="other")

    kinds = {"velocity": Velocity, "video": Video}
    assert evaluation(kinds).scores(Blind())["velocity"] == Unavailable("the generator knows no keypoints")
    assert "at most, but 0.75 s are compared" in reason(evaluation(kinds).scores(Brief())["velocity"])
    assert "are other, those of the data toy-3" in reason(evaluation(kinds).scores(Other())["velocity"])
    late = evaluation({"horizon": Horizon}).scores(Brief())["horizon"]
    assert "clips of 0.5 s at most, but 9.75 s are compared" in reason(late)
    found = evaluation(kinds).scores(Actor())
    assert found["video"] == Unavailable("the generator makes no video")
    assert isinstance(found["velocity"], Score)
    short = evaluation({"jerk": Jerk, "velocity": Velocity}, Protocol(n=8, frames=3, resamples=5)).scores(Actor())
    assert short["jerk"] == Unavailable("it takes 4 frames, but the clips have 3")
    assert isinstance(short["velocity"], Score)


def test_video_is_compared_at_the_generators_size_alone() -> None:
    config = ToyRenderer.Config(image_size=8)
    generator = TwoStageGenerator(ToyMotion(ToyMotion.Config(), TOY), ToyRenderer(config, TOY))
    found = evaluation({"video": Video}, SMALL.model_copy(update={"size": 8})).scores(generator)
    assert isinstance(found["video"], Score)
    found = evaluation({"video": Video}, SMALL.model_copy(update={"size": 16})).scores(generator)
    assert found["video"] == Unavailable("the generator's frames have 8 pixels a side, those of the data 16")


class RecordedClip(ToyClip):
    """Known at 8 frames a second only."""

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        return super().window((times_T * 8).round() / 8, size)


class Recorded(ToyDataset):
    def __getitem__(self, index: int) -> RecordedClip:
        return RecordedClip(super().__getitem__(index).angle)


def test_recorded_data_have_no_truth_between_their_frames() -> None:
    kinds = {"offgrid": OffgridError, "velocity": Velocity}
    recorded = evaluation(kinds, dataset=Recorded)
    found = recorded.scores(Actor())
    assert "what they show between their frames is not known" in reason(found["offgrid"])
    assert isinstance(found["velocity"], Score)
    with pytest.raises(ConfigError, match="offgrid can't be had: the data are recorded"):
        recorded.real_of("offgrid")
    known = evaluation(kinds).scores(Actor())["offgrid"]
    assert isinstance(known, Score)
    radius, half_step = 0.5, 1 / 16
    truth = radius * (1 - math.cos(math.pi * half_step)) * math.sqrt(2 / 3)  # two of three joints circle
    assert known.value == pytest.approx(truth, rel=1e-3)
    assert known.floor == pytest.approx(truth, rel=1e-3)


class Circling(Actor):
    """Goes on for ever, at the toy data's speed; or at another after a second."""

    def __init__(self, later: float = 1.0) -> None:
        super().__init__()
        self.later = later

    def pieces(self, noise: Any, times: Tensor) -> Iterator[Clips]:
        turned = times.clamp(max=1) + self.later * (times - 1).clamp(min=0)
        angles = 2 * math.pi * torch.special.ndtr(noise["motion"][:, 0])
        yield Clips(times, torch.stack([ToyClip(float(it)).window(turned.double()).keypoints_TK2 for it in angles]))


def test_a_motion_is_measured_beyond_the_windows_of_real_clips() -> None:
    even, slowing = (scores(Circling(later), kinds={"horizon": Horizon}) for later in (1.0, 0.5))
    rows = even["horizon"].pieces
    assert list(rows) == ["from 0 s", "from 1 s", "from 3 s", "from 9 s", "real"]
    for row in rows.values():
        assert row["speed / real"] == pytest.approx(1, rel=1e-3)
        assert row["largest coordinate"] <= 0.5 + 1e-6
    assert even["horizon"].value == rows["from 9 s"]["horizon"]
    assert even["horizon"].floor == rows["real"]["horizon"]
    assert even["horizon"].low <= even["horizon"].value <= even["horizon"].high
    speeds = [row["speed / real"] for row in slowing["horizon"].pieces.values()]
    assert speeds == pytest.approx([1, 0.5, 0.5, 0.5, 1], rel=0.01)
    assert slowing["horizon"].value > 2 * slowing["horizon"].pieces["from 0 s"]["horizon"]
    assert scores(kinds={"velocity": Velocity})["velocity"].pieces == {}


def test_a_metric_of_longer_clips_gets_them_where_there_are_any() -> None:
    class Long(Repetition):
        seconds = 2.0

    class TooLong(Repetition):
        seconds = 4.0

    found = evaluation({"long": Long, "too long": TooLong, "velocity": Velocity}).scores(Circling())
    assert isinstance(found["long"], Score) and isinstance(found["velocity"], Score)
    assert found["long"].clips_real > 24
    assert "no clip of the data is as long as a window of 32 frames" in reason(found["too long"])


def test_few_clips_are_warned_of_and_none_is_refused() -> None:
    train = ToyDataset(ToyDataset.Config(clips=8))
    with pytest.warns(UserWarning, match="48 real windows are drawn from 8 held-out clips"):
        Evaluation(train, train, {}, SMALL)

    class Empty(ToyDataset):
        def __len__(self) -> int:
            return 0

    with pytest.raises(DataError, match="no clip of the data is held out"):
        Evaluation(train, Empty(ToyDataset.Config(), "test"), {}, SMALL)


def test_a_generator_that_makes_nan_is_told() -> None:
    class Broken(Actor):
        def pieces(self, noise: Any, times: Tensor) -> Iterator[Clips]:
            yield Clips(times, torch.full((len(noise["motion"]), len(times), 3, 2), math.nan))

    with pytest.raises(NonFiniteError, match="velocity: the features of generated became infinite or NaN"):
        evaluation({"velocity": Velocity}).scores(Broken())


def test_keypoints_are_had_without_drawing_and_are_the_same() -> None:
    motion = ToyMotion(ToyMotion.Config(), TOY)
    renderer = ToyRenderer(ToyRenderer.Config(image_size=8), TOY)
    generator = TwoStageGenerator(motion, renderer)
    drawn: list[int] = []
    renderer.register_forward_hook(lambda *_: drawn.append(1))
    alone = evaluation({"velocity": Velocity}).scores(generator)["velocity"]
    assert not drawn
    beside = evaluation({"velocity": Velocity, "video": Video}, SMALL.model_copy(update={"size": 8})).scores(generator)
    assert drawn
    assert isinstance(alone, Score)
    assert alone == beside["velocity"]
    noise, times = generator.noise(2, 0), torch.tensor([0.1, 0.2])
    assert torch.equal(generator.keypoints(noise, times), VideoGenerator.keypoints(generator, noise, times))
