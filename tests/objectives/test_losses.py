import math

import pytest
import torch

from motionkit.training.losses import EPSILON, discriminator_loss, diversity_loss, generator_loss


def test_critics_that_know_nothing_lose_log_4_each() -> None:
    nothing = {"frame": torch.zeros(3, 5), "sequence": torch.zeros(3, 1)}
    assert discriminator_loss(nothing, nothing) == pytest.approx(2 * math.log(4))
    assert generator_loss(nothing) == pytest.approx(2 * math.log(2))


def test_the_players_want_opposite_things() -> None:
    real, fooled, caught = ({"c": torch.full((4, 1), value)} for value in (2.0, 2.0, -2.0))
    assert discriminator_loss(real, caught) < discriminator_loss(real, fooled)
    assert generator_loss(fooled) < generator_loss(caught)


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
