import pytest
import torch
from accelerate import Accelerator
from motionkit_g3an.objective import G3anObjective

from motionkit.datasets.actions import Actions
from motionkit.training.stage import Stage
from motionkit.windows import Windows, collate


@pytest.mark.parametrize(("attention", "steps"), [(False, 1), (True, 2)])
def test_a_step_moves_every_parameter_of_both_players(tiny, tiny_objective, has_no_effect, attention, steps):
    """With attention it takes two: at the first its gamma is 0, and hides its layers."""
    objective = G3anObjective(tiny_objective, tiny(attention=attention))
    windows = Windows(Actions(Actions.Config(clips=8)), objective.frames, objective.fps, 0, objective.image_size)
    stage = Stage("video", objective)
    stage.prepare(Accelerator(cpu=True))
    before = {name: value.clone() for name, value in objective.named_parameters()}
    for step in range(steps):
        losses = stage.step(collate([windows[0], windows[1]]), torch.Generator().manual_seed(step), step)
        assert all(value.isfinite() for value in losses.values())
    unmoved = [name for name, value in objective.named_parameters() if torch.equal(value, before[name])]
    assert [name for name in unmoved if not has_no_effect(name.removeprefix("learners.generator."))] == []
