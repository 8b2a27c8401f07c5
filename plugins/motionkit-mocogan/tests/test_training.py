import pytest
import torch
from accelerate import Accelerator
from motionkit_mocogan.objective import MocoganObjective

import motionkit as mk
from motionkit.datasets.actions import Actions
from motionkit.training.stage import Stage
from motionkit.windows import Windows, collate

TINY = [
    "generator.renderer.widths=[8,8]", "video_objective.frame_widths=[8,8]", "video_objective.clip_widths=[8,8]",
    "video_objective.batch=2", "loop.workers=0",
]  # fmt: skip


@pytest.mark.parametrize("motion", ["mocogan", "ode", "sde"])
def test_a_step_moves_every_parameter_of_both_players(tiny, tiny_objective, motion):
    generator = tiny(motion=motion, motion_settings={} if motion == "mocogan" else {"hidden": 8, "width": 16})
    objective = MocoganObjective(tiny_objective, generator)
    windows = Windows(Actions(Actions.Config(clips=8)), objective.frames, objective.fps, 0, objective.image_size)
    stage = Stage("video", objective)
    stage.prepare(Accelerator(cpu=True))
    before = {name: value.clone() for name, value in objective.named_parameters()}
    losses = stage.step(collate([windows[0], windows[1]]), torch.Generator().manual_seed(0), 0)
    assert all(value.isfinite() for value in losses.values())
    assert [name for name, value in objective.named_parameters() if torch.equal(value, before[name])] == []


@pytest.mark.parametrize("motion", ["ode", "sde"])
def test_another_motion_is_trained_from_the_command_line_and_kept_in_the_run(motionkit, tmp_path, motion):
    settings = [*TINY, f"generator.motion={motion}", "generator.motion_settings.width=16"]
    chosen = [word for setting in settings for word in ("-o", setting)]
    motionkit("train", "--generator", "mocogan", "--steps", 2, "--out", tmp_path / "run", *chosen)
    generator = mk.load(tmp_path / "run")
    assert type(generator.motion).__name__ == f"{motion.title()}Motion" and generator.motion.config.width == 16
    slow, fast = (generator.sample(1, times=mk.frame_times(0.5, fps)).video_BTCHW for fps in (15, 60))
    torch.testing.assert_close(fast[:, 3:28:4], slow)
