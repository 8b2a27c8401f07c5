"""MoCoGAN as one generator: a motion model and the image network, joined by the motion latent space."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from motionkit import build_config, find
from motionkit.interfaces import Clips, ComponentConfig, MotionGenerator, Noise, Skeleton, WholeGenerator
from motionkit_mocogan.objective import MocoganObjective
from motionkit_mocogan.renderer import MocoganRenderer


def latent_points(points: int) -> Skeleton:
    """The motion latent space as a motion model sees it: so many points in the plane, joined by nothing."""
    names = tuple(f"latent {number}" for number in range(points))
    return Skeleton(f"mocogan-{points}", names, bones=(), mirror=tuple(range(points)))


class MocoganGenerator(WholeGenerator):
    """Content noise, a category, and a path in the motion latent space to video.

    The latent space's 10 numbers are written as 5 points in the plane, so that any motion model can move there. There
    is a frame for every time at which the motion model has a value, which is what ``continuous`` says of it; the frames
    of MoCoGAN's own motion lie at the steps of its GRU, and a frame between two steps is drawn from the code between.

    The category labels the action, so it belongs to the motion noise, in front of the motion model's own.
    """

    class Config(ComponentConfig):
        """The defaults are the authors' system."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"renderer": MocoganRenderer.Config.presets["small"]}
        }

        points: int = Field(5, ge=1, description="points of the motion latent space, 2 numbers each")
        motion: str = Field("mocogan", description="an installed motion model, such as mocogan, ode, sde or rnn")
        motion_settings: dict[str, Any] = Field({}, description="its settings, such as motion_settings.fps=25")
        renderer: MocoganRenderer.Config = Field(
            MocoganRenderer.Config.model_validate({}), description="the image network's settings"
        )

    Objective = MocoganObjective
    CHUNK: ClassVar[int] = 64
    """Frames that are drawn at once when sampling, so that a clip's length never bounds memory."""

    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        space = latent_points(config.points)
        model: type[MotionGenerator] = find("motion", config.motion).load()
        settings = build_config(model.Config, overrides=config.motion_settings, where="generator.motion_settings")
        self.motion = model(settings, space)
        self.renderer = MocoganRenderer(config.renderer, space)

    @property
    def categories(self) -> int:
        """How many kinds of action there are."""
        return self.config.renderer.categories

    @property
    def noise_sizes(self) -> dict[str, int]:
        """``motion``: the categories' scores, then the motion model's noise. ``appearance``: the content."""
        return {
            "motion": self.categories + self.motion.noise_size,
            "appearance": self.config.renderer.content_size,
        }

    @property
    def image_size(self) -> int:
        return self.renderer.image_size

    @property
    def continuous(self) -> bool:
        return self.motion.continuous

    @property
    def nfe(self) -> int | None:
        return self.motion.nfe

    def sample_noise(self, part: str, batch: int, rng: torch.Generator) -> Tensor:
        if part != "motion":
            return super().sample_noise(part, batch, rng)
        scores_BG = torch.randn(batch, self.categories, generator=rng)
        return torch.cat([scores_BG, self.motion.sample_noise(batch, rng)], dim=1)

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        video_BTCHW: Tensor = self.renderer(self.look(noise), self.code(noise, times))
        return video_BTCHW

    @torch.no_grad()
    def pieces(self, noise: Noise, times: Tensor) -> Iterator[Clips]:
        code_BTK2 = self.code(noise, times)
        frames = max(1, self.CHUNK // len(code_BTK2))
        for code, moments in zip(code_BTK2.split(frames, 1), times.split(frames, -1), strict=True):
            yield Clips(moments, video=self.renderer(self.look(noise), code))

    def code(self, noise: Noise, times: Tensor) -> Tensor:
        """The path in the motion latent space, (B, T, K, 2); a function of the motion noise alone."""
        code_BTK2: Tensor = self.motion(noise["motion"][:, self.categories :], times)
        return code_BTK2

    def look(self, noise: Noise) -> Tensor:
        """What is the same in all frames, (B, D): content, and the categories' scores, as the renderer takes them."""
        return torch.cat([noise["appearance"], noise["motion"][:, : self.categories]], dim=1)
