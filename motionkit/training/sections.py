"""The sections of the settings: what each stage is made of, and what its parts are by default."""

from collections.abc import Mapping
from typing import NamedTuple


class Parts(NamedTuple):
    """The components of a stage, each by the section of its settings.

    Attributes:
        generator: what is trained; its section, its plugin group and its role in a run folder have one name.
        discriminator: what it is trained against; None where the objective brings critics of its own.
        judges: what the discriminator must judge.
        encoder: what is trained beside it by an objective that encodes.
        encodes: what the encoder must encode.
    """

    generator: str
    discriminator: str | None = None
    judges: str | None = None
    encoder: str | None = None
    encodes: str | None = None


STAGES: Mapping[str, Parts] = {
    "motion": Parts("motion", "motion_discriminator", "motion", "motion_encoder", "motion"),
    "render": Parts("renderer", "video_discriminator", "video", "appearance_encoder", "appearance"),
    "video": Parts("generator"),
}
"""Stages I and II, and the one stage of a whole generator."""

TRAINED: Mapping[str, tuple[str, ...]] = {"motion": ("motion",), "render": ("render",), "both": ("motion", "render")}
"""The stages that ``--stage`` means."""

SECTIONS = (
    "data",
    *(
        section
        for stage, parts in STAGES.items()
        for section in (parts.generator, parts.discriminator, parts.encoder, f"{stage}_objective")
        if section is not None
    ),
    "loop",
)
"""All sections of the settings."""

DEFAULTS = {
    "data": "motionkit:actions",
    "motion": "ode",
    "motion_discriminator": "trajectory",
    "motion_encoder": "trajectory",
    "renderer": "compose",
    "video_discriminator": "video",
    "appearance_encoder": "picture",
}
"""The component of each section that nobody named."""

OBJECTIVES = {"small": "variational", "paper": "adversarial"}
"""The objective that each preset plays, in both stages."""
