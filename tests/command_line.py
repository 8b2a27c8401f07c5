"""The command line as tests call it, and settings so small that a run trains in seconds."""

import io
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import click

from motionkit.cli import cli

TINY = [
    "motion.width=16", "motion.hidden=8", "motion_discriminator.frame_width=16",
    "motion_discriminator.sequence_widths=[16,16]", "motion_objective.batch=4", "motion_objective.frames=6",
    "renderer.image_size=16", "renderer.widths=[16,16,8,8]", "video_discriminator.frame_widths=[8,8]",
    "video_discriminator.clip_widths=[8,8]", "render_objective.batch=2", "render_objective.frames=4",
    "motion_encoder.frames=6", "motion_encoder.widths=[16,16]", "appearance_encoder.widths=[8,8]",
    "render_objective.first={steps: 2, batch: 4}",
    "loop.workers=0", "data.clips=32",
]  # fmt: skip
"""Settings under which a training step takes milliseconds."""

CommandLine = Callable[..., subprocess.CompletedProcess[str]]


STAGES = {"motion": ("motion", "data", "loop"), "render": ("render", "video", "appearance", "data", "loop")}
"""What the settings of each stage alone begin with."""


ENCODED = ("motion_encoder", "appearance_encoder", "render_objective.first")
"""What the settings begin with that the adversarial objectives have not."""


def tiny(*more: str, stage: str = "both", encoders: bool = True) -> list[str]:
    """Options of ``motionkit train`` for a tiny run of a stage or both; ``more`` settings go before."""
    taken = [it for it in TINY if stage == "both" or it.startswith(STAGES[stage])]
    taken = [it for it in taken if encoders or not it.startswith(ENCODED)]
    return ["--stage", stage, *(word for setting in (*taken, *more) for word in ("-o", setting))]


def here(*words: object) -> None:
    """Runs ``motionkit WORDS...`` in this process, which is quick; errors are raised as they are."""
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


def parsed(words: list[str]) -> click.Context:
    """The words after ``motionkit``, parsed and not run; raises where an option or a command does not exist."""
    command: click.Command | None = cli
    name = "motionkit"
    while isinstance(command, click.Group):
        name, *words = words
        command = command.get_command(click.Context(command), name)
    assert command is not None, f"there is no command {name}"
    return command.make_context(name, list(words))


@contextmanager
def whole_program(
    words: Sequence[object], cwd: Path | None, env: Mapping[str, str]
) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """This process as one that was begun with ``motionkit WORDS...``, and its output; what it changes is put back."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    handler, folder = signal.getsignal(signal.SIGTERM), Path.cwd()
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(stdout))
        stack.enter_context(redirect_stderr(stderr))
        stack.enter_context(patch.dict(os.environ, env))
        stack.enter_context(patch.object(sys, "argv", ["motionkit", *map(str, words)]))
        stack.enter_context(warnings.catch_warnings())
        stack.callback(os.chdir, folder)
        stack.callback(signal.signal, signal.SIGTERM, handler)
        warnings.simplefilter("default")
        os.chdir(cwd or folder)
        yield stdout, stderr


def checked(done: "subprocess.CompletedProcess[str]", status: int) -> "subprocess.CompletedProcess[str]":
    """What was done, if it ended with that status and without a traceback."""
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == status, f"{done.args} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done
