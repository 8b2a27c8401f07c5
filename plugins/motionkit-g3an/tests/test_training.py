import pytest
import torch
from accelerate import Accelerator
from motionkit_g3an.objective import G3anObjective

from motionkit.datasets.actions import Actions
from motionkit.training.video_objective import VideoStage
from motionkit.windows import collate


@pytest.mark.parametrize(("attention", "steps"), [(False, 1), (True, 2)])
def test_a_step_moves_every_parameter_of_both_players(tiny, tiny_objective, attention, steps):
    """With attention it takes two: at the first its gamma is 0, and hides its layers. Keys' biases have no effect."""
    generator = tiny(attention=attention)
    objective = G3anObjective(tiny_objective, generator)
    stage = VideoStage(generator, objective)
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(Actions(Actions.Config(clips=8)), seed=0)
    networks = {"generator": generator, "objective": objective}
    before = {(n, p): v.clone() for n, net in networks.items() for p, v in net.named_parameters()}
    for step in range(steps):
        losses = stage.step(collate([windows[0], windows[1]]), torch.Generator().manual_seed(step), step)
        assert all(value.isfinite() for value in losses.values())
    unmoved = [(n, p) for (n, p), v in before.items() if torch.equal(v, dict(networks[n].named_parameters())[p])]
    assert [name for name in unmoved if not name[1].endswith("key.bias")] == []
