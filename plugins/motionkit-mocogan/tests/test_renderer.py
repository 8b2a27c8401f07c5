import pytest
import torch
from motionkit_mocogan.generator import latent_points
from motionkit_mocogan.renderer import MocoganRenderer

from motionkit.interfaces import COCO17
from motionkit.testing import check_renderer

TINY = MocoganRenderer.Config(widths=(8, 8))


@pytest.fixture
def renderer() -> MocoganRenderer:
    torch.manual_seed(0)
    return MocoganRenderer(TINY, latent_points(5)).eval()


@pytest.mark.parametrize("skeleton", [latent_points(5), COCO17], ids=lambda skeleton: skeleton.name)
def test_it_keeps_the_contract_of_a_renderer(skeleton):
    check_renderer(MocoganRenderer, TINY, skeleton)


@torch.no_grad()
def test_the_category_is_that_of_the_highest_score_and_nothing_else_of_the_scores_counts(renderer):
    code_BTK2 = torch.randn(1, 2, 5, 2)
    noise_BD = torch.randn(1, 56)
    noise_BD[0, 50:] = torch.tensor([0.0, 0.1, 2.0, -1.0, 0.3, 0.2])
    other_BD, next_BD = noise_BD.clone(), noise_BD.clone()
    other_BD[0, 50:] = torch.tensor([-3.0, 0.4, 0.5, -0.1, 0.0, 0.2])  # the third is still the highest
    next_BD[0, 50:] = torch.tensor([0.0, 0.1, 2.0, 2.1, 0.3, 0.2])
    assert torch.equal(renderer(noise_BD, code_BTK2), renderer(other_BD, code_BTK2))
    assert not torch.allclose(renderer(noise_BD, code_BTK2), renderer(next_BD, code_BTK2), atol=1e-4)


def test_all_categories_are_equally_likely(renderer):
    scores_BG = renderer.sample_noise(6000, torch.Generator().manual_seed(0))[:, 50:]
    counts = scores_BG.argmax(1).bincount(minlength=6)
    assert counts.min() > 880 and counts.max() < 1120  # 1000, give or take four standard deviations


def test_one_width_more_doubles_the_picture():
    for widths, size in (((8,), 8), ((8, 8), 16), ((8, 8, 8, 8), 64)):
        renderer = MocoganRenderer(MocoganRenderer.Config(widths=widths), latent_points(5))
        assert renderer.image_size == size
        assert renderer(torch.randn(1, 56), torch.randn(1, 1, 5, 2)).shape == (1, 1, 3, size, size)
