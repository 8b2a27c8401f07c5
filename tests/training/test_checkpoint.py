"""What a training goes on from is what was saved, or is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from accelerate import Accelerator

from motionkit.interfaces.seeding import seeded
from motionkit.training.checkpoint import Spent, average_of, averaging, fresh_state, restore, state_of
from motionkit.training.experiment import Experiment
from motionkit.training.stage import Stage
from motionkit.windows import collate

SETTINGS = {
    "motion": {"width": 16, "hidden": 8},
    "motion_encoder": {"widths": [8]},
    "motion_objective": {"batch": 2, "frames": 6},
    "data": {"clips": 4},
}


@pytest.fixture(scope="module")
def saved() -> dict[str, Any]:
    """The state after a step."""
    stage, data = fresh()
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(data, 0)
    stage.step(collate([windows[0], windows[1]]), seeded(0), 0)
    return state_of(stage, average_of(stage), Spent(1, 0.5), stage.memory())


def fresh() -> tuple[Stage, Any]:
    experiment = Experiment.settle(("motion",), {}, "small", SETTINGS, 0, "32")
    data = experiment.dataset()
    return experiment.stage("motion", data.skeleton), data


def put_back(state: dict[str, Any]) -> Spent:
    stage, _ = fresh()
    stage.prepare(Accelerator(cpu=True))
    return restore(state, stage, average_of(stage))


def test_what_was_saved_is_put_back(saved: dict[str, Any]) -> None:
    stage, _ = fresh()
    stage.prepare(Accelerator(cpu=True))
    average = average_of(stage)
    assert restore(saved, stage, average) == Spent(1, 0.5)
    again = state_of(stage, average, Spent(1, 0.5), stage.memory())
    assert again.keys() == saved.keys()
    for name in ("objective", "average", "memory"):
        assert all(torch.equal(again[name][key], value) for key, value in saved[name].items())


@pytest.mark.parametrize("limit, decay", [(0.999, 101 / 110), (0.5, 0.5), (0.0, 0.0)])
def test_averages_look_back_on_a_tenth_of_the_steps_and_no_further_than_asked(limit: float, decay: float) -> None:
    average = torch.ones(1, dtype=torch.float64)
    averaging(limit)([average], [torch.zeros(1, dtype=torch.float64)], 100)
    assert float(average) == pytest.approx(decay)


def test_a_fresh_state_is_one_too() -> None:
    stage, _ = fresh()
    assert put_back(fresh_state(stage)) == Spent(0, 0.0)


def moments(state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = state["generator_optimizer"]["state"][0]
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.pop("objective"),
        lambda state: state.update(steps=-1),
        lambda state: state.update(steps=1.5),
        lambda state: state.update(steps=10**30),
        lambda state: state.update(seconds="text"),
        lambda state: state.update(seconds=float("nan")),
        lambda state: state.update(memory=3),
        lambda state: state.update(generator_optimizer=None),
        lambda state: moments(state).update(exp_avg=torch.zeros(2, 3)),
        lambda state: moments(state).update(step="text"),
        lambda state: moments(state).pop("exp_avg_sq"),
        lambda state: state["average"].pop("n_averaged"),
    ],
)
def test_what_is_none_is_refused(saved: dict[str, Any], spoil: Callable[[dict[str, Any]], object]) -> None:
    state = copy.deepcopy(saved)
    spoil(state)
    with pytest.raises(ValueError, match="does not fit"):
        put_back(state)
