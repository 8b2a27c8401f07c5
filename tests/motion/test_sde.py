"""A neural SDE: an ODE with a disturbance."""

import torch

from motionkit.motion.sde import SdeMotion


def test_sde_without_diffusion_is_smooth_and_with_it_is_not(build, noise):
    def roughness(limit: float) -> float:
        model = build(SdeMotion, diffusion_limit=limit)
        return model(noise(model), torch.arange(25) / 24).diff(dim=1, n=2).abs().mean().item()

    assert roughness(1.0) > 2 * roughness(1e-6)


def test_sde_reports_its_drift_calls(build, noise):
    model = build(SdeMotion, knots_per_second=10)
    model(noise(model), torch.linspace(0, 2, 50))
    assert model.nfe == 2 * 20 + 1  # heun's two a step, and the one by which torchsde sees the shape
