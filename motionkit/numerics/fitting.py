"""States of a motion that fit keypoints."""

from collections.abc import Callable

import torch
from torch import Tensor

STEPS, RATE = 120, 0.05
"""Of Adam, whose rate falls to 0. Found by trying: half as many steps leave a quarter more of the distance."""
BETAS = (0.9, 0.95)


@torch.enable_grad()
def fit_state(
    keypoints_from: Callable[[Tensor], Tensor],
    state_BD: Tensor,
    wanted_BTK2: Tensor,
    on_step: Callable[[int, int], None] = lambda done, steps: None,
) -> Tensor:
    """The state near a given one whose motion comes nearest to keypoints, by gradient descent on their mean distance.

    An encoder guesses a code at one look, and cannot look again at what becomes of it. This does; it goes on from the
    encoder's guess, as Kim et al. do ("Semi-amortized variational autoencoders", 2018). Clips do not mix: each comes to
    the state that it comes to alone.

    Args:
        keypoints_from: the motion of states, (B, D) to (B, T, K, 2).
        state_BD: where to begin.
        wanted_BTK2: the keypoints to come near to.
        on_step: called with the number of steps done and that of all; what it raises stops the fit.
    """
    state_BD = state_BD.detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([state_BD], betas=BETAS)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        distance_B = (keypoints_from(state_BD) - wanted_BTK2).abs().mean((1, 2, 3))
        # By the state alone: the weights of the motion learn nothing here.
        (state_BD.grad,) = torch.autograd.grad(distance_B.sum(), state_BD)
        optimizer.step()
        on_step(step + 1, STEPS)
    return state_BD.detach()
