"""Choosing metrics by name."""

import difflib
from collections.abc import Mapping
from typing import Any

from motionkit import registry
from motionkit.assembly import ComponentRef
from motionkit.evaluation.reading import ReadMetric
from motionkit.interfaces import ConfigError, Metric, PluginError, Skeleton
from motionkit.metrics.networks.reader import Reader


def choose_metrics(
    names: str | None, settings: Mapping[str, Any], skeleton: Skeleton, reader: str | None = None
) -> tuple[dict[str, ComponentRef], dict[str, Metric], dict[str, str]]:
    """The metrics by name, as they are remembered and as they are built, and why others are left out.

    Of metrics that were not named one by one, those are left out that can't be had as they are.

    Args:
        names: with commas between; None for all that are installed.
        settings: by metric.
        skeleton: of the data.
        reader: ``trained`` or a detector, to read the keypoints in the video; None for the generator's own.

    Raises:
        ConfigError: a metric or a setting that was named is not right.
        PluginError: a metric that was named is unknown or broken.
    """
    found = registry.plugins("metric")
    asked = None if names is None else list(dict.fromkeys(name.strip() for name in names.split(",")))
    wanted = asked or [registry.call_name(plugin, found) for plugin in found]
    for section in settings:
        if section not in wanted:
            near = difflib.get_close_matches(section, wanted, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ConfigError(f"{section} is none of the metrics; {hint}There are: {', '.join(wanted)}")
    choices, built, left_out = {}, {}, {}
    read = None if reader is None else Reader(reader, skeleton)
    for name in wanted:
        try:
            choice = ComponentRef.of("metric", name, None, settings.get(name, {}), where=name)
            metric = choice.build(skeleton)
            built[name] = metric if read is None or metric.needs != "keypoints" else ReadMetric(metric, read)
        except (ConfigError, PluginError) as error:
            if asked or name in settings:
                raise
            left_out[name] = str(error)
        else:
            choices[name] = choice
    return choices, built, left_out
