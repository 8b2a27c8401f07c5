"""``motionkit train``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from motionkit.cli.completion import component, setting
from motionkit.training.sections import TRAINED


def part(name: str, group: str, text: str) -> Callable[[Any], Any]:
    """An option that names a component of a group."""
    return click.option(f"--{name}", shell_complete=component(group), help=text)


@click.command()
@part("motion", "motion", "Motion model, such as ode, rnn or sde.  [default: ode]")
@part("renderer", "renderer", "Renderer.  [default: compose]")
@part("motion-objective", "objective", "How stage I is trained: adversarial as in the paper, or variational.  "
      "[default: the preset's]")  # fmt: skip
@part("render-objective", "objective", "How stage II is trained, likewise.  [default: the preset's]")
@part("motion-discriminator", "discriminator", "Critics of stage I, networks that learn to tell real motion from "
      "generated, such as heatmap.  [default: trajectory]")  # fmt: skip
@part("video-discriminator", "discriminator", "Critics of stage II, of video.  [default: video]")
@part("motion-encoder", "encoder", "What reads the motion of real clips.  [default: trajectory]")
@part("appearance-encoder", "encoder", "What reads the appearance of real clips.  [default: picture]")
@part("generator", "generator", "A whole generator, such as mocogan, instead of a motion model and a renderer.")
@part("data", "dataset", "A dataset's name, or a folder that prepare made; beside --resume, where the run's clips "
      "are now.  [default: actions]")  # fmt: skip
@click.option("--stage", type=click.Choice(list(TRAINED)), default="both", show_default=True, help="What to train.")
@click.option("--preset", type=click.Choice(["small", "paper"]), default="small", show_default=True,
              help="Size of everything, and its objectives: small trains on two CPU cores, by variational ones; paper "
              "is the paper's.")  # fmt: skip
@click.option("--steps", type=click.IntRange(min=1), help="Steps of each stage; the default is the preset's.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Minutes of each stage, instead of steps.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the new run; the default is below runs/.")
@click.option("--resume", type=click.Path(path_type=Path), help="Continue the run in this folder.")
@click.option("--from", "origin", metavar="RUN", help="Start from the weights of this run, or of pretrained:NAME, with "
              "its parts, settings and data where nothing else is said.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--devices", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes to train with, one a GPU; across machines use torchrun -m motionkit train.")  # fmt: skip
@click.option("--precision", type=click.Choice(["32", "bf16-mixed"]), default="32", show_default=True,
              help="Number format of the networks; ODE states stay in 32 bits.")  # fmt: skip
@click.option("--compile", "compiled", is_flag=True, help="Let torch.compile make stage II faster, after a minute or "
              "so of compiling; the same as -o loop.compile=true.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Make nothing; print every setting as YAML, which --config takes.")
@click.option("--track", "trackers", multiple=True, metavar="TRACKER",
              help="Where curves and pictures go, such as wandb, trackio or mlflow; all stays on this machine unless "
              "you set that tracker otherwise. Repeat for more.  [default: tensorboard]")  # fmt: skip
@click.option("--config", type=click.Path(path_type=Path), help="YAML file of settings, by section.")
@click.option("-o", "--override", multiple=True, shell_complete=setting, metavar="SECTION.KEY=VALUE",
              help="One setting, such as motion.hidden=256; goes before the file's. Repeat for more.")  # fmt: skip
@click.pass_context
def train(context: click.Context, **options: Any) -> None:
    """Train a motion model, a renderer, or both, each on its own; or a whole generator by its own recipe.

    A run can be stopped at any moment (Ctrl-C saves first) and continued with --resume.

    Example: motionkit train --minutes 10 --out runs/first
    """
    # Imported here, because it is slow to import, and neither help nor completion should wait for it.
    from motionkit.cli.training import start

    start(context, **options)
