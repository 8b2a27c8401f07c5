"""The contract of objectives, each rule broken by one toy."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import Clips, ComponentConfig, ContractError, Phase, TrainingConfig
from motionkit.testing import check_objective
from motionkit.testing.toys import TOY, ToyMotionObjective, ToyRenderObjective


class Whole(ToyMotionObjective):
    trains = "generator"


class Untrained(ToyMotionObjective):
    class Config(ComponentConfig):
        """No TrainingConfig."""


class Lossy(ToyMotionObjective):
    class Config(TrainingConfig):
        """Holds what JSON has no word for."""

        weight: Any = float


class Homeless(ToyMotionObjective):
    def __init__(self, config: Any, generator: Any, critics: Any) -> None:
        super().__init__(config, generator, critics)
        self.config = TrainingConfig(steps=7)


class Timeless(ToyMotionObjective):
    fps = 0.0


class Halved(ToyMotionObjective):
    frames = 7.5  # type: ignore[assignment]


class Beside(ToyMotionObjective):
    """Keeps a critic where no optimiser looks."""

    def __init__(self, config: Any, generator: Any, critics: Any) -> None:
        super().__init__(config, generator, critics)
        self.judge = nn.Linear(2, 1)


class Sharing(ToyMotionObjective):
    def __init__(self, config: Any, generator: Any, critics: Any) -> None:
        super().__init__(config, generator, critics)
        self.critics = nn.ModuleList([critics, generator.place])


class Bare(ToyMotionObjective):
    def __init__(self, config: Any, generator: Any, critics: Any) -> None:
        super().__init__(config, generator, critics)
        self.pool = torch.zeros(3)


class Phaseless(ToyMotionObjective):
    phases = ()  # type: ignore[assignment]


class Changed(ToyMotionObjective):
    """The base of those whose last phase is not as it should be."""

    def last(self, phase: Phase) -> Any:
        raise NotImplementedError

    @property
    def phases(self) -> Sequence[Phase]:
        return tuple(self.last(phase) for phase in super().phases)


class Ending(Changed):
    def last(self, phase: Phase) -> Any:
        return phase._replace(steps=10)


class Plain(Changed):
    def last(self, phase: Phase) -> Any:
        return tuple(phase)


class Empty(Changed):
    def last(self, phase: Phase) -> Any:
        return phase._replace(batch=0)


class Frozen(Changed):
    def last(self, phase: Phase) -> Any:
        return phase._replace(generator_rate=0.0)


class Longer(Changed):
    def last(self, phase: Phase) -> Any:
        return phase._replace(frames=9)


class Endless(ToyRenderObjective):
    @property
    def phases(self) -> Sequence[Phase]:
        first, last = super().phases
        return first._replace(steps=None), last


class FourClips(ToyMotionObjective):
    """Counts on the batch of its settings, of which a device gets a share."""

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        noise_BD = self.generator.sample_noise(self.config.batch, rng)
        return replace(real, keypoints=self.generator(noise_BD, real.times))


class Even(ToyMotionObjective):
    """Counts on evenly spaced frames."""

    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        steps = real.times.diff(dim=-1)
        if not torch.allclose(steps, steps[0, 0]):
            raise ValueError("uneven frames")
        return super().critics_losses(real, made, rng)


class Wordless(ToyMotionObjective):
    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> Any:
        return list(super().critics_losses(real, made, rng).values())


class Perclip(ToyMotionObjective):
    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return {"frame": self.critics(made)["frame"].mean(1)}


class Divided(ToyMotionObjective):
    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return {name: loss / 0 for name, loss in super().generator_losses(real, made, rng).items()}


class Resting(ToyMotionObjective):
    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return {}


class Leaking(ToyMotionObjective):
    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return super().generator_losses(real, made, rng)


class Unjudged(ToyRenderObjective):
    """Never trains its critics."""

    def critics_losses(self, real: Clips, made: Any, rng: torch.Generator) -> dict[str, Tensor]:
        return {}


class Partial(ToyMotionObjective):
    """Trains one of its two critics."""

    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return {"frame": super().critics_losses(real, made, rng)["frame"]}


class Detaching(ToyMotionObjective):
    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        return super().generate(real, rng, step).detach()


class Uncoded(ToyRenderObjective):
    """Has an encoder and draws from fresh noise."""

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Any:
        made = super().generate(real, rng, step)
        return made._replace(
            clips=self.samples(real, rng)["noise"], code=type(made.code)(*map(torch.zeros_like, made.code))
        )


class Wilful(ToyMotionObjective):
    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        return super().generate(real, torch.default_generator, step)


class Dropping(ToyMotionObjective):
    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return super().critics_losses(replace(real, keypoints=nn.functional.dropout(real.keypoints_BTK2)), made, rng)


class Moody(ToyMotionObjective):
    """Leaves a loss out when it feels like it."""

    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        losses = super().generator_losses(real, made, rng)
        return losses if torch.rand(()) < 0.7 else {"frame": losses["frame"]}


class Remembering(ToyMotionObjective):
    """Weighs its losses by how many there were, and keeps the number to itself."""

    def __init__(self, config: Any, generator: Any, critics: Any) -> None:
        super().__init__(config, generator, critics)
        self.count = 0

    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        self.count += 1
        return {name: self.count * loss for name, loss in super().generator_losses(real, made, rng).items()}


class Recording(ToyMotionObjective):
    """The same, correct: the number is a buffer."""

    count: Tensor

    def __init__(self, config: Any, generator: Any, critics: Any) -> None:
        super().__init__(config, generator, critics)
        self.register_buffer("count", torch.zeros(()))

    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        self.count += 1
        return {name: self.count * loss for name, loss in super().generator_losses(real, made, rng).items()}


class Careless(ToyRenderObjective):
    def critics_losses(self, real: Clips, made: Any, rng: torch.Generator) -> dict[str, Tensor]:
        real.video_BTCHW.mul_(0.5)
        return super().critics_losses(real, made, rng)


class Sampling(ToyMotionObjective):
    """The base of those whose samples are not as they should be."""

    def changed(self, clips: Clips) -> Any:
        raise NotImplementedError

    def samples(self, real: Clips, rng: torch.Generator) -> Any:
        return {name: self.changed(clips) for name, clips in super().samples(real, rng).items()}


class Sampleless(ToyMotionObjective):
    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        return {}


class Tensors(Sampling):
    def changed(self, clips: Clips) -> Any:
        return clips.keypoints


class Few(Sampling):
    def changed(self, clips: Clips) -> Any:
        return clips[:2]


class Broken(Sampling):
    def changed(self, clips: Clips) -> Any:
        return replace(clips, keypoints=clips.keypoints_BTK2 / 0)


class Mistimed(Sampling):
    def changed(self, clips: Clips) -> Any:
        return replace(clips, times=clips.times[:, 1:])


CASES: list[tuple[Any, str]] = [
    (Whole, "expected the class attribute trains to be 'motion' or 'renderer', but it is 'generator'"),
    (Untrained, "expected Config to be a subclass of TrainingConfig"),
    (Lossy, "raised where this was checked: It keeps its config, a TrainingConfig that survives JSON"),
    (Homeless, r"expected \.config as given; call super\(\).__init__\(config, generator, critics\)"),
    (Timeless, "expected fps to be a positive number, but it is 0.0"),
    (Halved, "expected frames to be a positive int, but it is 7.5"),
    (Beside, "expected every parameter among learners or critics, but judge.weight is in neither"),
    (Sharing, "expected learners and critics apart, but .*place.weight is in both"),
    (Bare, "expected every tensor to be registered, but pool is a bare one"),
    (Phaseless, "expected a phase, but there is none"),
    (Ending, "expected steps=None in the last phase and in no other, but phase 1 of 1 has steps=10"),
    (Endless, "expected steps=None in the last phase and in no other, but phase 1 of 2 has steps=None"),
    (Plain, "expected phase 1 of 1 to be a Phase, but it is tuple"),
    (Empty, "expected batch to be a positive int, but phase 1 of 1 has batch=0"),
    (Frozen, r"expected rates above 0 and betas in \[0, 1\), but phase 1 of 1 is Phase\("),
    (Longer, "expected frames to be those of the last phase, 9, but it is 8"),
    (FourClips, "^FourClips raised where this was checked: In every phase it plays"),
    (Even, "^Even raised where this was checked: .* at irregular times.*ValueError: uneven frames"),
    (Wordless, "expected critics_losses to return losses by name, but it returns list"),
    (Perclip, "expected loss 'frame' to be a finite scalar, but it is tensor"),
    (Divided, r"expected loss 'frame' to be a finite scalar, but it is tensor\(inf"),
    (Resting, "expected losses of the generator in every step, but generator_losses returns none in step 0"),
    (Leaking, "expected no gradient from the critics' losses at learners.motion.begin.weight, but there is one"),
    (Unjudged, "expected a gradient at every parameter, but critics.colour.weight gets none"),
    (Partial, "expected a gradient at every parameter, but critics.velocity.weight gets none"),
    (Detaching, "expected losses that a gradient passes through, but generator_losses returns others"),
    (Uncoded, "expected a gradient at every parameter, but learners.appearance_encoder.colour.weight gets none"),
    (Wilful, "expected the same loss 'frame' from the same seeds, but it is .* and then .*; pass rng"),
    (Dropping, "expected the same loss 'frame' from the same seeds, but it is .* dropout"),
    (Moody, "expected the same losses from the same seeds, but there are frame and then frame, sequence"),
    (Remembering, "expected the same loss 'frame' from a loaded state, but it is .*; keep in buffers"),
    (Careless, "expected the real clips untouched, but their video changed"),
    (Sampleless, "expected samples to return clips by what they are made from, but it returns {}"),
    (Tensors, "expected samples 'noise' to be Clips, but they are Tensor"),
    (Few, "expected 3 samples 'noise', as many as real clips, but there are 2"),
    (Broken, "expected finite numbers, but the keypoints of samples 'noise' hold infinity or NaN"),
    (Mistimed, "expected a time for each frame of samples 'noise', but there are 7 times and 8 frames of keypoints"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_objective_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_objective(toy, skeleton=TOY)


def test_an_objective_may_remember_in_buffers() -> None:
    check_objective(Recording)


def test_an_output_on_another_device_is_named() -> None:
    from motionkit.testing.game import _Game, devices

    class Homebound(ToyMotionObjective):
        def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
            return {name: loss.to("meta") for name, loss in super().generator_losses(real, made, rng).items()}

    def build(settings: Any) -> Any:
        from motionkit.testing.toys import ToyDiscriminator, ToyMotion

        return Homebound(settings, ToyMotion(ToyMotion.Config(), TOY), ToyDiscriminator(ToyDiscriminator.Config(), TOY))

    with pytest.raises(ContractError, match="expected loss 'frame' on cpu, but it is on meta"):
        devices(_Game(build, Homebound.Config(), TOY))


def test_critics_may_rest_in_a_step_and_a_phase_may_have_a_single_clip() -> None:
    class Alone(ToyRenderObjective):
        @property
        def phases(self) -> Sequence[Phase]:
            first, last = super().phases
            return first._replace(batch=1), last

    check_objective(Alone)
