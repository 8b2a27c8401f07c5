from dataclasses import replace

import pytest
import torch
from accelerate import Accelerator

from motionkit.datasets.actions import Actions
from motionkit.discriminators.trajectory import TrajectoryDiscriminator
from motionkit.discriminators.video import VideoDiscriminator
from motionkit.interfaces import COCO17, Clips
from motionkit.motion.ode import OdeMotion
from motionkit.rendering.compose import ComposeRenderer
from motionkit.training.motion_stage import MotionStage
from motionkit.training.render_stage import RenderStage
from motionkit.windows import Windows, collate

DATA = Actions(Actions.Config(clips=16))


@pytest.fixture
def motion_stage() -> MotionStage:
    torch.manual_seed(0)
    motion = OdeMotion(OdeMotion.Config(hidden=8, width=16), COCO17)
    critics = TrajectoryDiscriminator(TrajectoryDiscriminator.Config(frame_width=16, sequence_widths=(16, 16)), COCO17)
    stage = MotionStage(motion, critics, MotionStage.Config(batch=4))
    stage.prepare(Accelerator(cpu=True))
    return stage


@pytest.fixture
def render_stage() -> RenderStage:
    torch.manual_seed(0)
    renderer = ComposeRenderer(ComposeRenderer.Config(image_size=16, widths=(16, 16, 8, 8), style_size=8), COCO17)
    critics = VideoDiscriminator(VideoDiscriminator.Config(frame_widths=(8, 8), clip_widths=(8, 8)), COCO17)
    stage = RenderStage(renderer, critics, RenderStage.Config(batch=2, frames=4))
    stage.prepare(Accelerator(cpu=True))
    return stage


def batch_of(windows: Windows, size: int) -> Clips:
    return collate([windows[index] for index in range(size)])


@pytest.mark.parametrize("name", ["motion_stage", "render_stage"])
def test_a_step_moves_every_parameter_of_both_players(name: str, request: pytest.FixtureRequest) -> None:
    stage = request.getfixturevalue(name)
    networks = {"generator": stage.generator, "discriminator": stage.discriminator}
    before = {(n, p): v.clone() for n, net in networks.items() for p, v in net.named_parameters()}
    batch = batch_of(stage.windows(DATA, seed=0), stage.config.batch)
    scalars = stage.step(batch, torch.Generator().manual_seed(0), 0)
    assert all(value.isfinite() for value in scalars.values())
    unmoved = [(n, p) for (n, p), v in before.items() if torch.equal(v, dict(networks[n].named_parameters())[p])]
    assert unmoved == []
    assert all(parameter.requires_grad for parameter in stage.discriminator.parameters())


def test_the_motion_is_judged_at_the_real_clips_own_times(motion_stage: MotionStage) -> None:
    batch = batch_of(motion_stage.windows(DATA, seed=0), 4)
    stretched = replace(batch, times=batch.times_BT * torch.tensor([[1.0], [1.5], [0.5], [0.7]]))
    fake, penalty = motion_stage.play(stretched, torch.Generator().manual_seed(0), 0)
    assert torch.equal(fake.times_BT, stretched.times_BT)
    assert fake.keypoints_BTK2.shape == batch.keypoints_BTK2.shape
    assert penalty > 0


def test_a_generated_clip_begins_one_frame_after_time_0(motion_stage: MotionStage) -> None:
    batch = batch_of(motion_stage.windows(DATA, seed=0), 4)
    asked: list[torch.Tensor] = []
    motion_stage.generator.register_forward_pre_hook(lambda _, args: asked.append(args[1]))
    motion_stage.play(batch, torch.Generator().manual_seed(0), 0)
    torch.testing.assert_close(asked[0], batch.times_BT + 1 / 16)


def test_pixel_diversity_is_paid_every_so_many_steps(render_stage: RenderStage) -> None:
    batch = batch_of(render_stage.windows(DATA, seed=0), 2)
    paid = [float(render_stage.play(batch, torch.Generator().manual_seed(0), step)[1]) > 0 for step in range(8)]
    assert paid == [step % 4 == 0 for step in range(8)]


def test_calibration_gives_running_statistics_of_the_weights_as_they_are(render_stage: RenderStage) -> None:
    renderer = render_stage.generator
    batches = [batch_of(render_stage.windows(DATA, seed=0), 2)]
    with torch.no_grad():
        for parameter in renderer.parameters():
            parameter.mul_(1.5)
    render_stage.calibrate(renderer, batches, torch.Generator().manual_seed(0))
    noise = renderer.sample_noise(2, torch.Generator().manual_seed(0))
    trained = renderer.train()(noise, batches[0].keypoints_BTK2)
    render_stage.calibrate(renderer, batches, torch.Generator().manual_seed(0))
    used = renderer.eval()(noise, batches[0].keypoints_BTK2)
    torch.testing.assert_close(used, trained, atol=0.02, rtol=0)
