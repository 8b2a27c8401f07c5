"""A plugin distribution as a third party would write it, which the tests install."""

import os
import sys

import torch
from torch import Tensor

from motionkit.testing.toys import ToyGenerator, ToyMotion, ToyMotionObjective, ToyRenderer, ToyRenderObjective

if "TOYPLUGIN_IS_NOT_TO_BE_IMPORTED" in os.environ:
    sys.exit("toyplugin was imported")


class Sway(ToyMotion):
    """Sways gently.

    A second paragraph, which a summary leaves out.
    """


class Still(ToyMotion):
    """Breaks the contract: it ignores the times."""

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, torch.zeros_like(times))


class Spots(ToyRenderer):
    """Draws spots."""


class GentleMotion(ToyMotionObjective):
    """Trains motion gently."""


class GentleRender(ToyRenderObjective):
    """Trains renderers gently."""


class Glow(ToyGenerator):
    """Glows."""
