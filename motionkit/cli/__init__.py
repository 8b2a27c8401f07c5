"""The command line: one file per command group, imported only when its command is run."""

import importlib
import re
import signal
import sys
import warnings
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from motionkit import __version__
from motionkit.cli.examples import example_last
from motionkit.cli.terminal import settle_terminal
from motionkit.interfaces.errors import MotionkitError
from motionkit.io.text import printable
from motionkit.training.launch import rank

COMMANDS = {
    "train": ("motionkit.cli.train:train", "Train a motion model, a renderer, or both."),
    "bench": ("motionkit.cli.bench:bench", "Train and compare systems, and write a report."),
    "generate": ("motionkit.cli.generate:generate", "Make videos with a trained run."),
    "mix": ("motionkit.cli.mix:mix", "Make videos of several motions, each in several appearances."),
    "interpolate": ("motionkit.cli.interpolate:interpolate", "Make videos on the way from one clip to another."),
    "transfer": ("motionkit.cli.transfer:transfer", "Draw the motion of one run with the renderer of another."),
    "figures": ("motionkit.cli.figures:figures", "Draw a clip at several frame rates, and keypoints between frames."),
    "export": ("motionkit.cli.export:export", "Write keypoints for other programs."),
    "evaluate": ("motionkit.cli.evaluate:evaluate", "Score a run's clips against held-out ones."),
    "runs": ("motionkit.cli.runs:runs", "List, show and compare runs."),
    "card": ("motionkit.cli.card:card", "Write a model card of a run, with its weights beside it."),
    "prepare": ("motionkit.cli.prepare:prepare", "Turn videos into a folder of clips with keypoints."),
    "plugins": ("motionkit.cli.plugins:plugins", "List, describe, check and begin components."),
    "studio": ("motionkit.studio.command:studio", "Look at runs in a browser: play, drag, mix, compare."),
    "inspect": ("motionkit.cli.inspect:inspect", "Show what a dataset is like."),
}


class LazyGroup(click.Group):
    """Imports a command's file when that command is run, so that ``--help`` is quick and never fails."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return example_last(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options and the commands, without the files of the commands."""
        options = click.Command.shell_complete(self, ctx, incomplete)
        return options + [
            CompletionItem(name, help=summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Generators that make video out of noise by modelling motion and appearance apart.

    Example: motionkit generate pretrained:actions -n 6
    """


example_last(cli)


def _stop(message: str, status: int) -> NoReturn:
    if message:
        click.echo(f"motionkit: {printable(' '.join(message.split()))}", err=True)
    sys.exit(status)


def main() -> None:
    """Run the command line; whatever a user can cause ends in one line on stderr and a status that is not 0."""
    # A polite kill (a job scheduler's) ends like Ctrl-C: what is half-written is cleaned up, what is saved stays.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settle_terminal()
    # Of several processes that train together, the first speaks for all.
    first = rank() == 0
    warnings.showwarning = lambda message, *_: (
        click.echo(f"warning: {printable(str(message))}", err=True) if first else None
    )
    try:
        cli.main(prog_name="motionkit", standalone_mode=False)
    except click.Abort:
        _stop("interrupted; what was saved before is intact" if first else "", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error), 1)
    except Exception as error:
        if isinstance(error, MemoryError) or re.search("out of memory|can't allocate memory", str(error)):
            _stop("there is not enough memory for this; ask for less at once", 1)
        if isinstance(error, MotionkitError):
            _stop(str(error), 1)
        raise
