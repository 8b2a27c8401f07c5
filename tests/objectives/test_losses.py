import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import Clips, Code
from motionkit.objectives.losses import EPSILON, code_mismatch, code_price, critics_loss, diversity_loss, fooling_loss

REAL, MADE = (Clips(torch.arange(3.0), torch.full((4, 3, 2, 2), value)) for value in (1.0, -1.0))


class Critics(nn.Module):
    """Two critics that say the same, a function of the clips' first coordinate."""

    def __init__(self, says: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.says = says

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        logits = self.says(clips.keypoints_BTK2[..., 0, 0])
        return {"frame": logits, "sequence": logits[:, :1]}


def test_critics_that_know_nothing_lose_log_4_each() -> None:
    nothing = Critics(torch.zeros_like)
    assert critics_loss(nothing, REAL, MADE) == pytest.approx(2 * math.log(4))
    assert fooling_loss(nothing(MADE)) == pytest.approx(2 * math.log(2))


def test_the_players_want_opposite_things() -> None:
    sharp, fooled = Critics(lambda x: 2 * x), Critics(torch.ones_like)
    assert critics_loss(sharp, REAL, MADE) < critics_loss(fooled, REAL, MADE)
    assert fooling_loss(fooled(MADE)) < fooling_loss(sharp(MADE))


def test_no_gradient_of_the_critics_loss_reaches_the_generator() -> None:
    keypoints = torch.zeros(4, 3, 2, 2, requires_grad=True)
    critics = Critics(lambda x: x)
    assert not critics_loss(critics, REAL, Clips(torch.arange(3.0), keypoints)).requires_grad
    assert fooling_loss(critics(Clips(torch.arange(3.0), keypoints))).requires_grad


def test_diversity_is_equation_3_with_mean_norms() -> None:
    z, other = torch.tensor([[1.0, 3.0]]), torch.tensor([[0.0, 0.0]])
    h, other_h = torch.tensor([[1.0, 0.0, 0.0, 0.0]]), torch.zeros(1, 4)
    assert diversity_loss(z, h, other, other_h) == pytest.approx(2.0 / 0.25)


def test_outputs_that_coincide_do_not_divide_by_zero() -> None:
    z, h = torch.ones(1, 2), torch.zeros(1, 3, requires_grad=True)
    loss = diversity_loss(z, h, -z, torch.zeros(1, 3))
    assert loss.item() == pytest.approx(2 / EPSILON)
    loss.backward()
    assert h.grad is not None
    assert h.grad.isfinite().all()


def test_a_code_that_is_noise_is_free_and_others_cost_their_divergence() -> None:
    zeros = torch.zeros(5, 3)
    assert code_price(Code(zeros, zeros)) == 0
    # KL(N(2, 1) || N(0, 1)) = 2^2 / 2 for each of three numbers.
    assert code_price(Code(zeros + 2, zeros)) == pytest.approx(6)
    normal = torch.distributions.Normal
    truth = torch.distributions.kl_divergence(normal(0.5, 0.3), normal(0.0, 1.0))
    assert code_price(Code(zeros + 0.5, zeros + 2 * math.log(0.3))) == pytest.approx(3 * float(truth), rel=1e-5)


def test_codes_like_noise_mismatch_in_nothing() -> None:
    codes = torch.randn(4000, 8, generator=torch.Generator().manual_seed(1))
    assert code_mismatch(codes) == pytest.approx(0, abs=0.05)


def test_codes_along_one_direction_mismatch_by_their_length_there_and_by_what_they_lack_elsewhere() -> None:
    codes = 2 * torch.eye(3)[:1].repeat(6, 1)  # E[z z'] = diag(4, 0, 0)
    assert code_mismatch(codes) == pytest.approx(((4 - 1) ** 2 + 1 + 1) / 3)


def test_of_one_code_nothing_can_be_told() -> None:
    assert code_mismatch(torch.ones(1, 4)) == 0


def test_codes_are_pulled_towards_noise() -> None:
    rng = torch.Generator().manual_seed(2)
    mixture = (torch.randn(8, 8, generator=rng) / 2).requires_grad_()
    optimizer = torch.optim.Adam([mixture], lr=0.03)
    for _ in range(400):
        optimizer.zero_grad()
        code_mismatch(torch.randn(64, 8, generator=rng) @ mixture).backward()
        optimizer.step()
    assert torch.dist(mixture.T @ mixture, torch.eye(8)).item() < 0.7
