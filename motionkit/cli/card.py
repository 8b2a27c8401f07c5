"""``motionkit card``."""

from pathlib import Path

import click

from motionkit.io.pretrained import name_of, output_of
from motionkit.runs.card import publish
from motionkit.runs.run import Run


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--name", help="What it will be called, such as OWNER/NAME of a repository; the default is the run's.")
@click.option("--license", "licence", metavar="ID", help="The licence that you give it, such as mit.")
@click.option("--command", "commands", multiple=True, metavar="TEXT",
              help="A command that trained it; repeat for more. The default trains the like.")  # fmt: skip
@click.option("--half", is_flag=True, help="Keep the weights in half precision, which takes half the space.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder; the default is RUN/card.")
def card(
    run: Path, name: str | None, licence: str | None, commands: tuple[str, ...], half: bool, out: Path | None
) -> None:
    """Write a model card of RUN, and its weights beside it, as a model repository has them.

    The folder holds no paths of this machine, and is itself a run: load opens it, and so does whoever gets it from a
    repository of the Hugging Face Hub, as hub:OWNER/NAME. Nothing is uploaded.

    Example: motionkit card runs/first --name me/first --license mit
    """
    it, folder = Run.open(run), out or output_of(run, "card")
    publish(it, folder, name or name_of(run), commands, licence, half)
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    click.echo(f"card:    {folder / 'README.md'}\nweights: {size / 2**20:.2f} MiB")
    if not it.is_measured:
        click.echo(f"It has no scores of these weights; before a card: motionkit evaluate {run}")
    if name is not None and "/" in name:
        click.echo(f"next:    hf upload {name} {folder}")
