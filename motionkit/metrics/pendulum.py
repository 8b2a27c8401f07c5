"""How well motion obeys the pendulum's equation (Eq. 8), whatever its constants are.

    theta'' + a theta' + b sin theta = 0,   a = B / M >= 0,   b = g / L >= 0

A generator gives theta and theta' as the two coordinates of one keypoint. Nothing forces the second to be the first's
derivative, so there are two questions: does the path obey the equation, and do its coordinates belong together?
Both are dimensionless, 0 for an exact solution.
"""

from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, ConfigError
from motionkit.metrics.mean import MeanMetric
from motionkit.numerics.derivatives import MARGIN, central_difference
from motionkit.numerics.pendulum_state import PENDULUM_STATE, state

STILL = 1e-3
"""In SI units: rates and accelerations whose root mean square is less are taken for rest."""


def fit(theta_BT: Tensor, rate_BT: Tensor, acceleration_BT: Tensor) -> tuple[Tensor, Tensor]:
    """The constants (a, b) >= 0 of Eq. 8 that leave the least squared residual, each (B,)."""
    u, v, target = rate_BT, theta_BT.sin(), -acceleration_BT
    uu, uv, vv, ut, vt = (torch.linalg.vecdot(x, y) for x, y in ((u, u), (u, v), (v, v), (u, target), (v, target)))
    tiny = torch.finfo(u.dtype).tiny
    determinant = (uu * vv - uv**2).clamp(min=tiny)
    a, b = (vv * ut - uv * vt) / determinant, (uu * vt - uv * ut) / determinant
    # Where the free solution is negative, the constrained one has one constant at 0: the one that explains less.
    a_alone, b_alone = (ut / uu.clamp(min=tiny)).clamp(min=0), (vt / vv.clamp(min=tiny)).clamp(min=0)
    by_a = a_alone * ut > b_alone * vt
    inside = (a >= 0) & (b >= 0)
    return (
        torch.where(inside, a, torch.where(by_a, a_alone, 0.0)),
        torch.where(inside, b, torch.where(by_a, 0.0, b_alone)),
    )


class PendulumMetric(MeanMetric):
    """What the two metrics share: where they look, and what they refuse."""

    class Config(ComponentConfig):
        """Where the metric looks."""

        refine: int = Field(
            4, ge=1, description="moments for each frame that is evaluated; 1 looks at the frames themselves"
        )

    needs: ClassVar[Literal["keypoints", "video", "both"]] = "keypoints"
    better: ClassVar[Literal["lower", "higher", "real"]] = "lower"
    config: Config

    def times(self, grid_T: Tensor) -> Tensor:
        moments = (len(grid_T) - 1) * self.config.refine + 1
        return torch.linspace(float(grid_T[0]), float(grid_T[-1]), moments, dtype=torch.float64)

    def state(self, clips: Clips) -> tuple[Tensor, Tensor]:
        """The angle in radians and its rate in radians a second, float64 (B, T).

        Raises:
            ConfigError: the keypoints are no pendulum's, or too few.
        """
        if self.skeleton.name != PENDULUM_STATE.name:
            raise ConfigError(f"it is for keypoints of {PENDULUM_STATE.name}, but these are {self.skeleton.name}")
        theta_BT, rate_BT = state(clips.keypoints_BTK2.double())
        if theta_BT.shape[1] <= 2 * MARGIN:
            raise ConfigError(f"a derivative needs {2 * MARGIN + 1} moments, but there are {theta_BT.shape[1]}")
        return theta_BT, rate_BT


class PendulumResidual(PendulumMetric):
    """Share of a clip's angular acceleration that Eq. 8 can't explain with any constants.

    For each clip, rms(theta'' + a theta' + b sin theta) / rms(theta'') with the best a, b >= 0, where theta'' is the
    derivative of theta'. 0 for a pendulum, 1 for motion in which the equation explains nothing. A clip that does not
    accelerate is a pendulum only where it hangs down: it counts as 0 there, and as 1 elsewhere. Our choice; the paper
    shows curves alone.
    """

    span = (0.0, 1.0)

    def features(self, clips: Clips) -> Tensor:
        """Of each clip the residual, (B, 1) in float64."""
        return self.explain(clips)[:, :1]

    def explain(self, clips: Clips) -> Tensor:
        """Of each clip the residual, and the best a in 1/s and b in 1/s^2; (B, 3) in float64."""
        theta_BT, rate_BT = self.state(clips)
        acceleration_BT = central_difference(rate_BT, clips.times)
        theta_BT, rate_BT = theta_BT[:, MARGIN:-MARGIN], rate_BT[:, MARGIN:-MARGIN]
        a_B, b_B = fit(theta_BT, rate_BT, acceleration_BT)
        left_BT = acceleration_BT + a_B[:, None] * rate_BT + b_B[:, None] * theta_BT.sin()
        strength_B = rms(acceleration_BT)
        at_rest_B = (rms(theta_BT.sin()) > STILL).double()
        residual_B = torch.where(strength_B < STILL, at_rest_B, rms(left_BT) / strength_B.clamp(min=STILL)).clamp(max=1)
        return torch.stack([residual_B, a_B, b_B], -1)


class PendulumConsistency(PendulumMetric):
    """How far the two coordinates of the state are from belonging together.

    For each clip, rms(d theta / dt - theta') / sqrt(rms(d theta / dt)^2 + rms(theta')^2): 0 where theta' is theta's
    derivative, 1 where the two have nothing to do with each other, sqrt 2 where one is the other's opposite. A clip in
    which both rest counts as 0.
    """

    span = (0.0, 2**0.5)

    def features(self, clips: Clips) -> Tensor:
        """Of each clip the disagreement, (B, 1) in float64."""
        theta_BT, rate_BT = self.state(clips)
        moved_BT, rate_BT = central_difference(theta_BT, clips.times), rate_BT[:, MARGIN:-MARGIN]
        strength_B = (rms(moved_BT) ** 2 + rms(rate_BT) ** 2).sqrt()
        apart_B = rms(moved_BT - rate_BT) / strength_B.clamp(min=STILL)
        return torch.where(strength_B < STILL, 0.0, apart_B)[:, None]


def rms(values_BT: Tensor) -> Tensor:
    """Root mean square over time, (B,)."""
    return values_BT.square().mean(-1).sqrt()
