import pytest
import torch

from motionkit.discriminators.heatmap import HeatmapDiscriminator
from motionkit.discriminators.layers import ConvolutionCritic
from motionkit.discriminators.trajectory import TrajectoryDiscriminator
from motionkit.discriminators.video import VideoDiscriminator
from motionkit.interfaces import COCO17, Clips
from motionkit.testing import check_discriminator


@pytest.mark.parametrize("kind", [HeatmapDiscriminator, TrajectoryDiscriminator, VideoDiscriminator])
def test_keeps_the_contract(kind: type) -> None:
    check_discriminator(kind)


def test_the_slope_of_a_critic_is_bounded() -> None:
    torch.manual_seed(0)
    critic = ConvolutionCritic(1, 8, (16, 16), kernel=5)
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.mul_(50)  # as training would that drives the logits apart
        for _ in range(30):
            critic(torch.randn(2, 8, 16))  # power iteration
        critic.eval()
        a, b = torch.randn(64, 8, 16), torch.randn(64, 8, 16)
        slopes = (critic(a) - critic(b)).abs().flatten() / (a - b).flatten(1).norm(dim=1)
    # A layer's matrix has norm 1, and a kernel of 5 at stride 2 covers each input up to 3 times: sqrt(3) a layer.
    assert slopes.max() <= 3


def test_trajectories_are_judged_by_velocity_per_second() -> None:
    torch.manual_seed(0)
    critic = TrajectoryDiscriminator(TrajectoryDiscriminator.Config(), COCO17).eval()
    keypoints = torch.rand(1, 8, 17, 2)
    times = torch.arange(8.0)[None] / 16
    shifted = critic(Clips(times + 5, keypoints))["sequence"]
    torch.testing.assert_close(critic(Clips(times, keypoints))["sequence"], shifted, rtol=1e-3, atol=1e-4)
    assert (critic(Clips(times * 4, keypoints))["sequence"] - shifted).abs() > 1e-4


def test_the_frame_critic_of_video_sees_which_pose_was_asked() -> None:
    torch.manual_seed(0)
    critic = VideoDiscriminator(VideoDiscriminator.Config(frame_widths=(8, 8), clip_widths=(8, 8)), COCO17).eval()
    video, keypoints = torch.rand(1, 4, 3, 16, 16), torch.rand(1, 4, 17, 2)
    times = torch.arange(4.0)[None] / 16
    asked, other = critic(Clips(times, keypoints, video)), critic(Clips(times, -keypoints, video))
    assert (asked["frame"] - other["frame"]).abs().max() > 1e-4
    torch.testing.assert_close(asked["clip"], other["clip"])
    with pytest.raises(ValueError, match="video"):
        critic(Clips(times, keypoints))
