"""How the parts of a stage become one objective."""

from collections.abc import Mapping

from motionkit.assembly import ComponentRef
from motionkit.config import build_config
from motionkit.interfaces import ConfigError, Encoder, Objective, Skeleton, TrainingConfig
from motionkit.training.sections import STAGES


def objective_class(components: Mapping[str, ComponentRef], stage: str) -> type[Objective]:
    """The class of a stage's objective; that of a whole generator is named by the generator."""
    component = components[f"{stage}_objective"].component
    found: type[Objective] = component.Objective if STAGES[stage].discriminator is None else component
    return found


def training_config(components: Mapping[str, ComponentRef], stage: str) -> TrainingConfig:
    """The settings of a stage's objective."""
    section = f"{stage}_objective"
    return build_config(objective_class(components, stage).Config, overrides=components[section].config, where=section)


def build_objective(components: Mapping[str, ComponentRef], stage: str, skeleton: Skeleton) -> Objective:
    """The objective of a stage, with fresh networks.

    Args:
        components: by section.
        stage: its name.
        skeleton: of the data.

    Raises:
        ConfigError: the components don't go together.
    """
    parts, config, kind = STAGES[stage], training_config(components, stage), objective_class(components, stage)
    if parts.discriminator is None:
        return _whole(components[parts.generator], kind, config)
    refs = [components[section] for section in (parts.generator, parts.discriminator)]
    generator, discriminator = (ref.build(skeleton) for ref in refs)
    _check(stage, "an objective", "trains", kind.trains, parts.generator, components[f"{stage}_objective"].name)
    _check(stage, "a discriminator", "judges", discriminator.judges, parts.judges, refs[1].name)
    if not kind.encodes:
        objective = kind(config, generator, discriminator)
    else:
        ref = components[str(parts.encoder)]
        encoder: Encoder = ref.build(skeleton, generator.noise_size)
        _check(stage, "an encoder", "encodes", encoder.encodes, parts.encodes, ref.name)
        objective = kind(config, generator, discriminator, encoder)
    least: int = discriminator.minimum_frames
    if least > objective.frames:
        raise ConfigError(
            f"the discriminator {refs[1].name} needs {least} frames, but {stage}_objective.frames={objective.frames}"
        )
    return objective


def _whole(ref: ComponentRef, kind: type[Objective], config: TrainingConfig) -> Objective:
    generator = ref.build()
    objective = kind(config, generator)  # type: ignore[call-arg]  # it makes critics of its own
    seconds = objective.frames / objective.fps
    if generator.max_seconds is not None and seconds > generator.max_seconds + 1e-6:
        raise ConfigError(
            f"{ref.name} makes clips of {generator.max_seconds:g} s, "
            f"but its objective trains on {objective.frames} frames at {objective.fps:g} a second, {seconds:g} s"
        )
    return objective


def _check(stage: str, what: str, verb: str, found: str, wanted: str | None, name: str) -> None:
    if found != wanted:
        raise ConfigError(f"the {stage} stage needs {what} that {verb} {wanted}, but {name} {verb} {found}")
