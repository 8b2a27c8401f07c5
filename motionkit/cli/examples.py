"""The example of a command: the last paragraph of its docstring, which its help ends with."""

import inspect

import click

MARK = "\n\nExample: "


def example_last(command: click.Command) -> click.Command:
    """Have the help of a command, and of the commands within it, end with its example, below the options."""
    text, mark, example = inspect.cleandoc(command.help or "").rpartition(MARK)
    if mark:
        command.help = text
        command.epilog = f"\b\nExample: {example}"  # after which click breaks no lines, so that it can be copied
    for inner in getattr(command, "commands", {}).values():
        example_last(inner)
    return command
