"""``motionkit plugins``: what is installed, how it is set, whether it keeps its contract, and how to begin one."""

import inspect
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from motionkit import registry
from motionkit.cli.console import console
from motionkit.cli.plugins_new import new
from motionkit.interfaces import ConfigError, PluginError

if TYPE_CHECKING:
    from motionkit.interfaces import ComponentConfig

group_option = click.option(
    "--group",
    type=click.Choice(list(registry.GROUPS)),
    help="Look among these alone; needed where a name is in two groups.",
)


@click.group()
def plugins() -> None:
    """List, describe, check and begin components.

    Example: motionkit plugins list --group motion
    """


plugins.add_command(new)


@plugins.command("list")
@group_option
def list_plugins(group: str | None) -> None:
    """List the components of motionkit and of other installed distributions. Imports none of them.

    Example: motionkit plugins list --group metric
    """
    found = registry.plugins(group)
    table = Table("group", "name", "distribution", "version", "state")
    for plugin in found:
        state = f"broken: {plugin.error}" if plugin.error else "ok"
        table.add_row(plugin.group, registry.call_name(plugin, found), plugin.distribution, plugin.version, state)
    _print(table)


@plugins.command()
@click.argument("name")
@group_option
def show(name: str, group: str | None) -> None:
    """Show what component NAME is, and its settings.

    Example: motionkit plugins show ode
    """
    for number, plugin in enumerate(_called(name, group)):
        if number:
            click.echo()
        _show(plugin)


@plugins.command()
@click.argument("name")
@group_option
@click.option("-o", "--override", multiple=True, metavar="GROUP.KEY=VALUE",
              help="A setting, such as dataset.path=clips/. Repeat for more.")  # fmt: skip
@click.option("--video", type=click.Path(path_type=Path), help="A short video to show a detector.")
def check(name: str, group: str | None, override: tuple[str, ...], video: Path | None) -> None:
    """Check that component NAME keeps the contract of its interface, in its size small where it has one.

    Example: motionkit plugins check ode -o motion.hidden=16
    """
    from motionkit.config import parse_assignments  # here, because a list needs no settings

    settings = parse_assignments(override)
    for plugin in _called(name, group):
        _check(plugin, settings, video)


def _show(plugin: registry.Plugin) -> None:
    click.echo(f"{plugin}\n{plugin.target}")
    component = plugin.load()
    summary = (inspect.getdoc(component) or "").split("\n\n")[0]
    if summary:
        click.echo(f"\n{summary}")
    click.echo()
    config: type[ComponentConfig] = component.Config
    if not config.model_fields:
        click.echo("It has no settings.")
        return
    table = Table("setting", "type", "default", *config.presets, "")
    for setting, field in config.model_fields.items():
        default = "(required)" if field.is_required() else repr(field.get_default(call_default_factory=True))
        sizes = [repr(values[setting]) if setting in values else "" for values in config.presets.values()]
        table.add_row(setting, _type_name(field.annotation), default, *sizes, field.description or "")
    _print(table)


def _check(plugin: registry.Plugin, settings: Mapping[str, Any], video: Path | None) -> None:
    # Imported here, because list and show need neither the checks nor a video decoder.
    from motionkit import testing
    from motionkit.config import build_config
    from motionkit.datasets.actions import Actions
    from motionkit.io.video import read_video

    foreign = sorted(settings.keys() - {plugin.group})
    if foreign:
        raise ConfigError(f"{foreign[0]} has no settings here; write {plugin.group}.KEY=VALUE")
    if video is not None and plugin.group != "detector":
        raise ConfigError(f"--video is for detectors; {plugin} is none")
    component = plugin.load()
    rules: list[str] = []

    def on_pass(sentence: str) -> None:
        rules.append(sentence)
        click.echo(f"ok  {sentence}")

    options: dict[str, Any] = {} if video is None else {"frames": list(read_video(video)), "source": video}
    if plugin.group == "metric":
        # Of figures, because to a network that learnt to see those toy clips are noise.
        actions = Actions(build_config(Actions.Config, where="data"), "test")
        options = {"dataset": actions, "skeleton": actions.skeleton, "size": 64}
    if settings:
        options["config"] = build_config(
            component.Config, preset="small", overrides=settings[plugin.group], where=plugin.group
        )
    testing.check(plugin.group, component, on_pass=on_pass, **options)
    click.echo(f"{plugin} keeps its contract ({len(rules)} rules)")


def _called(name: str, group: str | None) -> list[registry.Plugin]:
    """The plugin of that name in the one group that has it; or those that the name stands for in each stage."""
    found = registry.plugins(group)
    groups = list(dict.fromkeys(plugin.group for plugin in registry.named(found, name)))
    if not groups:
        if family := registry.family(found, name):
            return family
        raise PluginError(registry.unknown(found, group or "plugin", name))
    if len(groups) > 1:
        choices = " or ".join(f"--group {group}" for group in groups)
        raise PluginError(f"'{name}' is in {len(groups)} groups; say {choices}")
    return [registry.find(groups[0], name)]


def _type_name(annotation: Any) -> str:
    plain = isinstance(annotation, type) and typing.get_origin(annotation) is None
    return annotation.__name__ if plain else str(annotation).replace("typing.", "")


def _print(table: Table) -> None:
    for column in table.columns:
        column.overflow = "fold"  # a long cause goes on below, rather than being cut
    table.columns[0].no_wrap = True
    console().print(table)
