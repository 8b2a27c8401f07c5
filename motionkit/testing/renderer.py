"""The contract of renderers."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import COCO17, ComponentConfig, Renderer, Skeleton
from motionkit.testing.declaration import Declaration, check_declaration
from motionkit.testing.modules import (
    NETWORK_RULES,
    Network,
    check_tensor,
    gap,
    noise,
    running_estimates,
    same,
    sampled_noise,
)
from motionkit.testing.rules import Report, broken, examine, silent, small


def check_renderer(
    component: type[Any],
    config: ComponentConfig | None = None,
    skeleton: Skeleton = COCO17,
    *,
    on_pass: Report = silent,
) -> None:
    """Checks that a renderer keeps the contract of :class:`Renderer`.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: the keypoints to draw.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, Renderer), on_pass)
    examine(component, RULES, _Renderer(component, config or small(component, "renderer"), skeleton), on_pass)


FRAMES = 5


@dataclass(frozen=True)
class _Renderer(Network):
    skeleton: Skeleton

    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        return noise(batch, self.raw().noise_size, seed), self.keypoints(batch, FRAMES, seed)

    def keypoints(self, batch: int, frames: int, seed: int = 0) -> Tensor:
        """Uniform in [-0.9, 0.9], shape (B, T, K, 2)."""
        generator = torch.Generator().manual_seed(seed + 1)
        return 1.8 * torch.rand(batch, frames, self.skeleton.size, 2, generator=generator) - 0.9


def image_sizes(it: _Renderer) -> None:
    """image_size is a positive int."""
    size = it.make().image_size
    if not isinstance(size, int) or size < 1:
        broken(f"expected image_size to be a positive int, but it is {size!r}")


@torch.no_grad()
def shapes(it: _Renderer) -> None:
    """Video is finite float32 (B, T, 3, H, W) in [-1, 1], for 1 and 3 clips and for any number of frames."""
    module = it.make()
    for batch in (1, 3):
        for frames in (1, FRAMES):
            video = module(noise(batch, module.noise_size), it.keypoints(batch, frames))
            size = module.image_size
            check_tensor("video", video, (batch, frames, 3, size, size), "(B, T, 3, H, W)")
            low, high = video.min().item(), video.max().item()
            if low < -1 or high > 1:
                broken(f"expected video in [-1, 1], but it reaches from {low:.3g} to {high:.3g}; end with tanh?")


@torch.no_grad()
def pieces(it: _Renderer) -> None:
    """In evaluation mode a clip rendered in pieces, or beside others, is the clip rendered whole and alone."""
    module = it.trained()
    noises, keypoints = noise(3, module.noise_size), it.keypoints(3, FRAMES)
    whole = module(noises, keypoints)
    in_time = torch.cat([module(noises, keypoints[:, :2]), module(noises, keypoints[:, 2:])], dim=1)
    alone = torch.cat([module(noises[clip : clip + 1], keypoints[clip : clip + 1]) for clip in range(3)])
    for how, other in {"in pieces of 2 and 3 frames": in_time, "one clip at a time": alone}.items():
        if not same(whole, other):
            broken(
                f"expected the same video rendered {how}, but it differs by {gap(whole, other)}; "
                "statistics over frames or clips in evaluation mode, or a layer across time?"
            )


@torch.no_grad()
def follows(it: _Renderer) -> None:
    """Frames differ with the keypoints, and with the noise."""
    module = it.trained()
    noises, keypoints = noise(2, module.noise_size), it.keypoints(2, 2)
    video = module(noises, keypoints)
    if same(video, module(noises, keypoints.flip(1))):
        broken("expected other frames from other keypoints, but they are the same; does forward use the keypoints?")
    if same(video, module(noises.flip(0), keypoints)):
        broken("expected another appearance from other noise, but it is the same; does forward use the noise?")


RULES = (sampled_noise, image_sizes, shapes, follows, pieces, running_estimates, *NETWORK_RULES)
