"""What follows an option when TAB is pressed: names of components, and settings. Imports no component."""

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from motionkit.cli.declared_settings import settings
from motionkit.interfaces.errors import PluginError
from motionkit.registry import Plugin, call_name, find, plugins, staged
from motionkit.training.sections import DEFAULTS, OBJECTIVES, SECTIONS, STAGES, TRAINED

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

LOOP = "motionkit.training.loop:LoopConfig"
"""Where the settings of ``loop`` are, which is no component."""


def component(group: str) -> Completion:
    """Completes the names of a group's components.

    An objective's is that of the stage that the option is for, without the stage's own name: ``adversarial``, and not
    ``adversarial.motion``.
    """

    def complete(_context: click.Context, option: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found = plugins(group)
        names = {call_name(plugin, found) for plugin in found}
        if group == "objective":
            suffix = "." + str(option.name).removesuffix("_objective")
            names = {name.removesuffix(suffix) for name in names if name.endswith(suffix)}
        return _beginning(incomplete, sorted(names))

    return complete


def setting(context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completes sections, such as ``motion.``, and then the settings of the component that was chosen for one."""
    sections = [f"{section}." for section in _sections(context)]
    begun = [section for section in sections if section.startswith(incomplete) or incomplete.startswith(section)]
    if len(begun) != 1:
        return _beginning(incomplete, begun)
    target = _target(context, begun[0].removesuffix("."))
    return _beginning(incomplete, [f"{begun[0]}{name}=" for name in settings(target)] if target else [])


def _beginning(incomplete: str, values: list[str]) -> list[CompletionItem]:
    return [CompletionItem(value) for value in values if value.startswith(incomplete)]


def _sections(context: click.Context) -> list[str]:
    """The sections of the training that the options before describe."""
    whole = context.params.get("generator") is not None
    stages = ("video",) if whole else TRAINED[context.params.get("stage") or "both"]
    mine = {f"{stage}_objective" for stage in stages}.union(
        *((parts.generator, parts.discriminator, parts.encoder) for parts in map(STAGES.__getitem__, stages))
    )
    return [section for section in SECTIONS if section in mine | {"data", "loop"}]


def _target(context: click.Context, section: str) -> str | None:
    """Where the component of a section is, ``module:Class``; None where the options before don't tell."""
    if section == "loop":
        return LOOP
    plugin = _plugin(context, section)
    return None if plugin is None or plugin.error else plugin.target


def _plugin(context: click.Context, section: str) -> Plugin | None:
    name = context.params.get(section) or DEFAULTS.get(section) or OBJECTIVES[context.params.get("preset") or "small"]
    stage, _, role = section.partition("_")
    group = {"data": "dataset"}.get(section, role or section)
    if group == "objective":
        name = staged(group, name, stage)
    try:
        return find(group, name)
    except PluginError:
        # Data that are no dataset's name are a folder.
        return find("dataset", "folder") if section == "data" else None
