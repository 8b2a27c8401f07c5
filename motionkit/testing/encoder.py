"""The contract of encoders."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import COCO17, Clips, Code, ComponentConfig, Encoder, Skeleton
from motionkit.testing.clips import random_clips
from motionkit.testing.declaration import Declaration, check_declaration
from motionkit.testing.modules import NETWORK_RULES, Network, check_tensor, gap, running_estimates, same
from motionkit.testing.rules import Report, broken, examine, silent, small


def check_encoder(
    component: type[Any],
    config: ComponentConfig | None = None,
    skeleton: Skeleton = COCO17,
    *,
    noise_size: int = 8,
    image_size: int = 64,
    on_pass: Report = silent,
) -> None:
    """Checks that an encoder keeps the contract of :class:`Encoder`.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: the keypoints to read.
        noise_size: length of the noise to tell.
        image_size: height and width of the video to read, in pixels, for an encoder of appearance.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, Encoder, {"encodes": ("motion", "appearance")}), on_pass)
    config = config or small(component, "encoder")
    examine(component, RULES, _Encoder(component, config, skeleton, noise_size, image_size), on_pass)


FRAMES = 5


@dataclass(frozen=True)
class _Encoder(Network):
    skeleton: Skeleton
    noise_size: int
    image_size: int

    @property
    def arguments(self) -> dict[str, Any]:
        return super().arguments | {"noise_size": self.noise_size}

    @property
    def lengths(self) -> tuple[int, ...]:
        """Numbers of frames, from the fewest that a clip may have."""
        return (2, 3, 20) if self.component.encodes == "motion" else (1, 2, 4)

    def clips(self, batch: int = 3, frames: int = FRAMES, seed: int = 0) -> Clips:
        """Clips with keypoints, and with video where the component reads it."""
        size = None if self.component.encodes == "motion" else self.image_size
        return random_clips(batch, frames, self.skeleton, size, seed=seed)

    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        clips = self.clips(batch, seed=seed)
        return clips.times, clips.keypoints, clips.video

    def outputs(self, module: Any, inputs: tuple[Tensor | None, ...]) -> dict[str, Tensor]:
        return self.code(module, Clips(*inputs))  # type: ignore[arg-type]

    def code(self, module: Any, clips: Clips) -> dict[str, Tensor]:
        """Both parts of the clips' codes, each by a name for messages."""
        mean_BD, log_variance_BD = module(clips)
        return {"the mean": mean_BD, "the log-variance": log_variance_BD}


@torch.no_grad()
def codes(it: _Encoder) -> None:
    """A code's mean and log-variance are finite float32 (B, D), for 1 and 3 clips and for any number of frames."""
    module = it.make()
    for batch in (1, 3):
        for frames in it.lengths:
            code = module(it.clips(batch, frames))
            if not isinstance(code, Code):
                broken(f"expected forward to return a Code, but it returns {type(code).__name__}")
            for name, value in code._asdict().items():
                check_tensor(name, value, (batch, it.noise_size), "(B, D)")


@torch.no_grad()
def follows(it: _Encoder) -> None:
    """Other clips have other codes."""
    module = it.trained()
    read = "keypoints" if it.component.encodes == "motion" else "video"
    mean = it.code(module, it.clips(2))["the mean"]
    if same(mean[0], mean[1]):
        broken(f"expected other codes for other clips, but two have the same mean; does forward use the {read}?")


@torch.no_grad()
def company(it: _Encoder) -> None:
    """In evaluation mode a clip has the same code alone and beside others."""
    module, clips = it.trained(), it.clips()
    together = it.code(module, clips)
    for clip in range(len(clips)):
        for name, value in it.code(module, clips[clip : clip + 1]).items():
            if not same(value[0], together[name][clip]):
                broken(
                    f"expected {name} of clip {clip} alike alone and in a batch of 3, but it differs by "
                    f"{gap(value[0], together[name][clip])}; batch statistics, or a mean over the clips?"
                )


@torch.no_grad()
def times(it: _Encoder) -> None:
    """Only differences of times matter, and times of shape (T,) are those of every clip."""
    module, clips = it.trained(), it.clips()
    shared = replace(clips, times=clips.times[0])
    for how, one, other, cause in (
        ("seconds later", clips, replace(clips, times=clips.times + 4), "use differences of times"),
        ("with times of shape (T,)", replace(shared, times=shared.times_BT), shared, "read clips.times_BT"),
    ):
        now, then = it.code(module, one), it.code(module, other)
        for name, value in now.items():
            if not same(value, then[name]):
                broken(f"expected {name} alike {how}, but it differs by {gap(value, then[name])}; {cause}")


RULES = (codes, follows, company, times, running_estimates, *NETWORK_RULES)
