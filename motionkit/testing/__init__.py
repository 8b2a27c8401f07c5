"""Contract checks for plugin authors, and small correct components to try things with (:mod:`~motionkit.testing.toys`).

A plugin's own test is short::

    from motionkit.testing import check_motion
    from myplugin import MyMotion

    def test_contract() -> None:
        check_motion(MyMotion)
"""

from collections.abc import Callable, Mapping
from typing import Any

from motionkit.interfaces import ComponentConfig, PluginError
from motionkit.testing.dataset import check_dataset
from motionkit.testing.detector import check_detector
from motionkit.testing.discriminator import check_discriminator
from motionkit.testing.encoder import check_encoder
from motionkit.testing.generator import check_generator
from motionkit.testing.metric import check_metric
from motionkit.testing.motion import check_motion
from motionkit.testing.objective import check_objective
from motionkit.testing.renderer import check_renderer

__all__ = [
    "check",
    "check_dataset",
    "check_detector",
    "check_discriminator",
    "check_encoder",
    "check_generator",
    "check_metric",
    "check_motion",
    "check_objective",
    "check_renderer",
]

CHECKS: Mapping[str, Callable[..., None]] = {
    "motion": check_motion,
    "renderer": check_renderer,
    "discriminator": check_discriminator,
    "encoder": check_encoder,
    "objective": check_objective,
    "generator": check_generator,
    "dataset": check_dataset,
    "detector": check_detector,
    "metric": check_metric,
}
"""The contract check of each group of plugins."""


def check(group: str, component: type[Any], config: ComponentConfig | None = None, **options: Any) -> None:
    """Checks a component against the contract of its group; ``options`` are those of the group's own check.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
        PluginError: there is no such group.
    """
    if group not in CHECKS:
        raise PluginError(f"there is no group '{group}' of plugins; the groups are {', '.join(CHECKS)}")
    CHECKS[group](component, config, **options)
