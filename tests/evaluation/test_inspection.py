import math

import pytest
import torch
from torch import Tensor

from motionkit.datasets.actions import Actions
from motionkit.datasets.pendulum import Pendulums
from motionkit.evaluation.inspection import chosen, clips_picture, moments, statistics, statistics_picture
from motionkit.interfaces import Clip, Clips, Skeleton, Window
from motionkit.metrics.bone_constancy import BoneConstancy
from motionkit.testing.toys import TOY, ToyDataset


class Turning(Clip):
    """A rigid pair of joints that turns once a second; ``fps`` makes a recording of it."""

    label, source, seconds = "turn", "turning", 2.0

    def __init__(self, fps: int | None = None) -> None:
        self.fps = fps

    @property
    def recorded_times_T(self) -> Tensor | None:
        return None if self.fps is None else torch.arange(2 * self.fps + 1, dtype=torch.float64) / self.fps

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        angle_T = 2 * math.pi * times_T
        end_T2 = 0.5 * torch.stack([angle_T.cos(), angle_T.sin()], -1)
        keypoints = torch.stack([torch.zeros_like(end_T2), end_T2], 1).float()
        return Window(times_T, keypoints, torch.full(keypoints.shape[:2], 0.5), None)


PAIR = Skeleton("pair", ("pivot", "end"), ((0, 1),), (0, 1))


def test_a_turning_rod_has_the_speed_and_acceleration_of_a_circle() -> None:
    row = statistics(Turning(fps=200), PAIR)
    assert row.frames == 401 and row.confidence == 0.5
    # One of two joints moves: 2 pi r a second, and (2 pi)^2 r a second squared.
    assert row.speed == pytest.approx(2 * math.pi * 0.5 / 2, rel=1e-3)
    assert row.acceleration == pytest.approx((2 * math.pi) ** 2 * 0.5 / 2, rel=1e-3)
    assert row.bone_spread == pytest.approx(0, abs=1e-6)


def test_bones_spread_as_the_metric_says_and_those_that_are_not_there_do_not() -> None:
    data = ToyDataset(ToyDataset.Config())
    clip = data[0]
    clips = Clips(moments(clip), clip.window(moments(clip)).keypoints_TK2[None])
    measured = BoneConstancy(BoneConstancy.Config(), TOY).features(clips)
    assert statistics(clip, TOY).bone_spread == float(measured) > 0
    pendulum = Pendulums(Pendulums.Config(clips=1))
    assert statistics(pendulum[0], pendulum.skeleton).bone_spread == 0


def test_a_recording_is_measured_at_its_own_frames_and_a_formula_at_thirty_a_second() -> None:
    assert torch.equal(moments(Turning(fps=7)), torch.arange(15, dtype=torch.float64) / 7)
    assert len(moments(Turning())) == 61


def test_clips_are_chosen_alike_every_time_and_no_clip_twice() -> None:
    data = ToyDataset(ToyDataset.Config(clips=20))
    sources = [clip.source for clip in chosen(data, 8)]
    assert sources == [clip.source for clip in chosen(data, 8)] and len(set(sources)) == 8
    assert len(chosen(data, 99)) == 20


def test_the_pictures_have_a_row_for_each_clip() -> None:
    data = Actions(Actions.Config(clips=3))
    picture = clips_picture(chosen(data, 2), data.skeleton)
    assert picture.shape[0] == 2 * 130 + 2 and picture.std() > 10
    assert statistics_picture([statistics(clip, TOY) for clip in chosen(ToyDataset(ToyDataset.Config()), 3)]).std() > 10
