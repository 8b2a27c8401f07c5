"""The contract of objectives by which motion models and renderers are trained."""

from collections.abc import Mapping
from typing import Any

from motionkit.interfaces import COCO17, Objective, Skeleton, TrainingConfig
from motionkit.testing.game import check_game
from motionkit.testing.rules import Report, silent, small
from motionkit.testing.toys import (
    ToyDiscriminator,
    ToyEncoder,
    ToyMotion,
    ToyPictureEncoder,
    ToyRenderer,
    ToyVideoDiscriminator,
)

PARTNERS: Mapping[str, tuple[type[Any], ...]] = {
    "motion": (ToyMotion, ToyDiscriminator, ToyEncoder),
    "renderer": (ToyRenderer, ToyVideoDiscriminator, ToyPictureEncoder),
}
"""What an objective is tried with, by what it trains: the generator, the critics, and the encoder."""


def check_objective(
    component: type[Any],
    config: TrainingConfig | None = None,
    skeleton: Skeleton = COCO17,
    *,
    on_pass: Report = silent,
) -> None:
    """Checks that an objective of motion models or of renderers keeps the contract of :class:`Objective`.

    It plays with toys. The objective of a whole generator is checked beside the generator, by :func:`check_generator`.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: of the real clips.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """

    def build(settings: TrainingConfig) -> Objective:
        generator, critics, encoder = PARTNERS[component.trains]
        trained = generator(small(generator, component.trains), skeleton)
        beside = (encoder(encoder.Config(), skeleton, trained.noise_size),) if component.encodes else ()
        objective: Objective = component(settings, trained, critics(critics.Config(), skeleton), *beside)
        return objective

    check_game(component, tuple(PARTNERS), build, config, skeleton, on_pass)
