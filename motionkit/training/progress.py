"""What a person sees while a stage trains."""

import time
from collections.abc import Mapping
from pathlib import Path

from accelerate import Accelerator
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class StageProgress:
    """A progress bar with losses, rate and time left; where output is no terminal, a line at each checkpoint.

    Args:
        name: of the stage.
        steps: in all, or None where minutes decide.
        meanings: what each loss says, by name; told when it is shown for the first time.
        accelerator: only its main process shows anything.
    """

    def __init__(self, name: str, steps: int | None, meanings: Mapping[str, str], accelerator: Accelerator) -> None:
        self.name, self.steps, self.untold = name, steps, dict(meanings)
        self.console = Console(stderr=True, quiet=not accelerator.is_main_process)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[losses]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task(name, total=steps, rate="", losses="")
        self.started: tuple[float, int] | None = None
        self.losses = ""

    def __enter__(self) -> "StageProgress":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def advance(self, step: int) -> None:
        """Show that ``step`` steps are done."""
        if self.started is None:
            self.started = (time.monotonic(), step)
        self.bar.update(self.task, completed=step, rate=self._rate(step))

    def show(self, values: dict[str, float]) -> None:
        """Show the latest losses, and say what those mean that were not there before."""
        if new := {name: self.untold.pop(name) for name in values if name in self.untold}:
            lines = [f"  {name:15} {meaning}" for name, meaning in new.items()]
            self.console.print("\n".join([f"{self.name}: what the numbers say", *lines]), soft_wrap=True, markup=False)
        self.losses = "  ".join(f"{name} {value:.3g}" for name, value in values.items())
        self.bar.update(self.task, losses=self.losses)

    def note(self, step: int, picture: Path | None = None) -> None:
        """Say that a checkpoint was saved, and where a first picture of what it makes is."""
        if not self.console.is_terminal:
            total = "" if self.steps is None else f"/{self.steps}"
            self.console.print(f"{self.name} {step}{total}  {self._rate(step)}  {self.losses}", soft_wrap=True)
        if picture is not None:
            self.console.print(f"{self.name}: a first picture, real above generated: {picture}", soft_wrap=True)

    def _rate(self, step: int) -> str:
        seconds, first = self.started or (0.0, step)
        return f"{(step - first) / (time.monotonic() - seconds):.2f} steps/s" if step > first else ""
