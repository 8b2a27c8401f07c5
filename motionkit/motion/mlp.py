"""The multi-layer perceptron that motion models are made of."""

from itertools import pairwise

import torch
from torch import Tensor, nn


class MLP(nn.Sequential):
    """Linear layers with an activation between them and none last.

    Weights start so that inputs of unit variance leave with a standard deviation of about ``output_scale`` (our
    choice). torch's default shrinks them layer by layer, and a field that starts near zero learns motion late.

    It computes outside autocast: bfloat16 keeps 8 bits, so keypoints would move in steps of 1/256 and their
    accelerations would be rounding noise; and layers this small gain nothing from it.

    Args:
        sizes: the widths from input to output, at least two.
        activation: makes the module between two layers; Tanh or SiLU, which share the gain.
        output_scale: the standard deviation of the outputs at the start.
    """

    def __init__(self, *sizes: int, activation: type[nn.Module], output_scale: float = 1.0) -> None:
        layers = [nn.Linear(fan_in, fan_out) for fan_in, fan_out in pairwise(sizes)]
        for layer in layers:
            # LeCun's initialisation; 5/3 undoes what either activation takes from a unit variance.
            nn.init.normal_(layer.weight, std=(1 if layer is layers[0] else 5 / 3) / layer.in_features**0.5)
            nn.init.zeros_(layer.bias)
        nn.init.normal_(layers[-1].weight, std=output_scale * 5 / 3 / layers[-1].in_features ** 0.5)
        super().__init__(*[module for layer in layers for module in (layer, activation())][:-1])

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.to(next(self.parameters()).dtype))
