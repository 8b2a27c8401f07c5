"""Help: every command ends with an example that can be typed as it stands."""

import shlex
from collections.abc import Iterator

import click
import pytest
from command_line import parsed

from motionkit.cli import cli


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group below a group, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = [((), cli), *commands(cli)]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(("motionkit", *path)) for path, _ in COMMANDS])
def test_help_ends_with_an_example_of_the_command(path: tuple[str, ...], command: click.Command) -> None:
    text = command.get_help(click.Context(command, info_name="motionkit", terminal_width=60))
    *_, last = text.splitlines()
    title, _, example = last.strip().partition(": ")
    assert title == "Example"
    program, *words = shlex.split(example)
    assert program == "motionkit" and tuple(words[: len(path)]) == path
    parsed(words)  # raises where an option or a command does not exist
