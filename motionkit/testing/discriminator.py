"""The contract of discriminators."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import COCO17, Clips, ComponentConfig, Discriminator, Skeleton
from motionkit.testing.clips import random_clips
from motionkit.testing.declaration import Declaration, check_declaration
from motionkit.testing.modules import NETWORK_RULES, Network, check_tensor, gap, same, under_seed
from motionkit.testing.rules import Report, broken, examine, silent, small


def check_discriminator(
    component: type[Any],
    config: ComponentConfig | None = None,
    skeleton: Skeleton = COCO17,
    *,
    image_size: int = 64,
    on_pass: Report = silent,
) -> None:
    """Checks that a discriminator keeps the contract of :class:`Discriminator`.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: the keypoints to judge.
        image_size: height and width of the video to judge, in pixels.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, Discriminator, {"judges": ("motion", "video")}), on_pass)
    config = config or small(component, "discriminator")
    examine(component, RULES, _Discriminator(component, config, skeleton, image_size), on_pass)


@dataclass(frozen=True)
class _Discriminator(Network):
    skeleton: Skeleton
    image_size: int

    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        clips = self.clips(batch, self.component.minimum_frames + 2, seed)
        return clips.times, clips.keypoints, clips.video

    def clips(self, batch: int, frames: int, seed: int = 0) -> Clips:
        """Clips with keypoints, and with video where the component judges it."""
        size = None if self.component.judges == "motion" else self.image_size
        return random_clips(batch, frames, self.skeleton, size, seed=seed)

    def outputs(self, module: Any, inputs: tuple[Tensor | None, ...]) -> dict[str, Tensor]:
        return {f"logits '{name}'": value for name, value in module(Clips(*inputs)).items()}  # type: ignore[arg-type]


def least_frames(it: _Discriminator) -> None:
    """minimum_frames is a positive int."""
    least = it.component.minimum_frames
    if not isinstance(least, int) or least < 1:
        broken(f"expected minimum_frames to be a positive int, but it is {least!r}")


@torch.no_grad()
def logits(it: _Discriminator) -> None:
    """Logits are finite float32 (B, n), of the same critics for 1 and 3 clips of any length from minimum_frames."""
    module = it.make()
    least, critics = it.component.minimum_frames, None
    for batch, frames in ((1, least), (3, least), (1, least + 1), (3, least + 7)):
        scores = module(it.clips(batch, frames))
        if not isinstance(scores, dict) or not scores:
            broken(f"expected a dict of logits by the critic's name, but got {type(scores).__name__}: {scores!r:.60}")
        critics = critics or list(scores)
        if list(scores) != critics:
            broken(f"expected the critics {critics} for every length, but {frames} frames give {list(scores)}")
        for name, value in scores.items():
            if not isinstance(value, Tensor) or value.ndim != 2:
                shape = (*value.shape,) if isinstance(value, Tensor) else type(value).__name__
                broken(f"expected logits '{name}' of shape (B, n), such as (B, T) or (B, 1), but got {shape}")
            check_tensor(f"logits '{name}'", value, (batch, value.shape[1]), "(B, n)")
            if value.shape[1] == 0:
                broken(
                    f"expected at least one logit '{name}' a clip, but {frames} frames give none; raise minimum_frames?"
                )


@torch.no_grad()
def time_differences(it: _Discriminator) -> None:
    """Only differences of times matter: a clip scores alike a few seconds later."""
    module = it.make()
    clips = it.clips(3, it.component.minimum_frames + 2)
    now, later = (it.outputs(module, (moved, clips.keypoints, clips.video)) for moved in (clips.times, clips.times + 4))
    for name, value in now.items():
        if not same(value, later[name]):
            broken(
                f"expected the same {name} for times 4 s later, but they differ by {gap(value, later[name])}; "
                "use differences of times, or the critic learns when a clip was cut"
            )


def judged(it: _Discriminator) -> None:
    """From every critic a gradient reaches what it judges."""
    module = it.make().train()
    inputs = list(it.inputs())
    position = 1 if it.component.judges == "motion" else 2
    for name in it.outputs(module, tuple(inputs)):
        inputs[position] = inputs[position].detach().requires_grad_()  # type: ignore[union-attr]
        score = under_seed(0, lambda: it.outputs(module, tuple(inputs)))[name].sum()
        grad = torch.autograd.grad(score, inputs[position], allow_unused=True)[0] if score.requires_grad else None  # type: ignore[arg-type]
        if grad is None or not grad.any():
            what = ("times", "keypoints", "video")[position]
            broken(
                f"expected a gradient from {name} to the {what}, but there is none; detached, or judges set wrongly?"
            )


RULES = (least_frames, logits, time_differences, judged, *NETWORK_RULES)
