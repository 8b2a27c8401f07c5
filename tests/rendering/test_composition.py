import pytest
import torch

from motionkit.rendering.composition import CompositionBlock


@pytest.fixture
def block() -> CompositionBlock:
    torch.manual_seed(0)
    return CompositionBlock(channels=4, pose_channels=3, appearance_size=6, style_size=5)


def test_equals_the_equations(block: CompositionBlock) -> None:
    torch.nn.init.normal_(block.mix)
    features, heatmaps, appearance = torch.randn(7, 4, 8, 8) * 3 + 1, torch.rand(7, 3, 8, 8), torch.randn(7, 6)
    motion_gamma, motion_beta = block.motion(heatmaps).split(4, dim=1)
    style_gamma, style_beta = block.appearance(block.style(appearance)).split(4, dim=1)
    a_g, a_b = torch.sigmoid(block.mix[0]), torch.sigmoid(block.mix[1])
    gamma = a_g * motion_gamma + (1 - a_g) * style_gamma[:, :, None, None]
    beta = a_b * motion_beta + (1 - a_b) * style_beta[:, :, None, None]
    mean = features.mean(dim=(0, 2, 3), keepdim=True)
    deviation = features.var(dim=(0, 2, 3), keepdim=True, unbiased=False).add(1e-5).sqrt()
    torch.testing.assert_close(block(features, heatmaps, appearance), gamma * (features - mean) / deviation + beta)


def test_both_streams_start_with_equal_weight_and_gamma_near_1(block: CompositionBlock) -> None:
    assert torch.equal(torch.sigmoid(block.mix), torch.tensor([0.5, 0.5]))
    block.eval()
    features = torch.randn(2, 4, 8, 8)
    silent = block(features, torch.zeros(2, 3, 8, 8), torch.zeros(2, 6))
    assert torch.corrcoef(torch.stack([silent.flatten(), features.flatten()]))[0, 1] > 0.9


def test_in_evaluation_a_frame_does_not_depend_on_its_company(block: CompositionBlock) -> None:
    features, heatmaps, appearance = torch.randn(5, 4, 8, 8), torch.rand(5, 3, 8, 8), torch.randn(5, 6)
    block(features, heatmaps, appearance)
    block.eval()
    together = block(features, heatmaps, appearance)
    torch.testing.assert_close(block(features[2:3], heatmaps[2:3], appearance[2:3]), together[2:3])
