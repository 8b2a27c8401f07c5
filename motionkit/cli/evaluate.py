"""``motionkit evaluate``."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import torch
from rich.progress import Progress

from motionkit import __version__
from motionkit.assembly import dataset_ref, load
from motionkit.cli.console import console
from motionkit.cli.outputs import open_output, write_picture
from motionkit.config import build_config, parse_assignments
from motionkit.evaluation.choice import choose_metrics
from motionkit.evaluation.environment import environment
from motionkit.evaluation.evaluation import Evaluation, Protocol
from motionkit.evaluation.pictures import beside_nearest, real_above_generated, spreads
from motionkit.evaluation.record import FOLDER, NAME
from motionkit.evaluation.score import Score, Scores, Unavailable
from motionkit.interfaces import ConfigError
from motionkit.io.atomic import replacing
from motionkit.io.pretrained import is_pretrained, output_of
from motionkit.io.run import RunFolder
from motionkit.io.tables import Table
from motionkit.training import tracking
from motionkit.training.experiment import Experiment
from motionkit.training.sections import STAGES


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--data", help="A dataset's name, or a folder that prepare made; the default is what the run learnt from."
)
@click.option("--metrics", metavar="NAMES", help="Metrics, with commas between; the default is all that can be had.")
@click.option("--read", "reader", metavar="READER",
              help="Read keypoints in the video, real clips' too: trained, or a detector.")  # fmt: skip
@click.option("-n", "--number", type=click.IntRange(min=2), default=256, show_default=True,
              help="Clips to generate, and real ones to compare with.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which clips.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="The default is scores.json in the folder.")
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/evaluation.")
@click.option("-o", "--override", multiple=True, metavar="SECTION.KEY=VALUE",
              help="A setting of a metric, of protocol, or of the data of --data. Repeat for more.")  # fmt: skip
def evaluate(
    run: Path,
    data: str | None,
    metrics: str | None,
    reader: str | None,
    number: int,
    seed: int,
    json_file: Path | None,
    out: Path | None,
    override: tuple[str, ...],
) -> None:
    """Score a run's clips against held-out ones: with intervals, and beside the score of other real clips.

    Example: motionkit evaluate runs/first --metrics velocity,trajectory_frechet
    """
    folder = RunFolder.open(run)
    generator = load(run, "cuda" if torch.cuda.is_available() else "cpu")
    experiment = Experiment.of(folder)
    settings = parse_assignments(override)
    about_data, about_protocol = settings.pop("data", {}), settings.pop("protocol", {})
    if about_data and data is None:
        raise ConfigError("settings of the data go with --data; the run's own data keep theirs")
    source = experiment.components["data"] if data is None else dataset_ref(data, "small", about_data)
    train, test = source.build("train"), source.build("test")
    protocol = build_config(
        Protocol,
        overrides={"n": number, "seed": seed, "size": generator.image_size, **about_protocol},
        where="protocol",
    )
    choices, built, left_out = choose_metrics(metrics, settings, test.skeleton, reader)
    evaluation = Evaluation(train, test, built, protocol)
    with Progress(console=console(stderr=True), transient=True) as progress:
        bars: dict[str, Any] = {}

        def advance(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done)

        features = evaluation.features(generator, advance)
        left_out |= {name: it.reason for name, it in features.items() if isinstance(it, Unavailable)}
        measured = {name: it for name, it in features.items() if not isinstance(it, Unavailable)}
        task = progress.add_task("intervals", total=len(measured))
        scores: dict[str, Score] = {}
        for name, features_MD in measured.items():
            scores[name] = evaluation.score(name, features_MD)
            progress.advance(task)
    _show(scores, left_out)

    out = out or output_of(run, FOLDER)
    report = open_output(out)
    pictures = {
        "real-above-generated": real_above_generated(evaluation, generator),
        "spreads": spreads(evaluation, features),
    }
    for name, features_MD in measured.items():
        if built[name].reference == "train":
            pictures[f"nearest-{name}"] = beside_nearest(evaluation, generator, name, features_MD)
    for name, picture in pictures.items():
        if picture is not None:
            write_picture(report, f"{name}.png", picture)
    document = {
        "motionkit": __version__,
        "scores": {name: score.model_dump(mode="json") for name, score in scores.items()},
        "left_out": left_out,
        "protocol": protocol.model_dump(mode="json"),
        "read": reader,
        "metrics": {name: choice.model_dump(mode="json") for name, choice in choices.items()},
        "data": source.model_dump(mode="json"),
        "run": folder.document,
        "weights": folder.checksums(),
        **environment(),
    }
    with report.file(NAME) if json_file is None else replacing(json_file) as temporary:
        temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    if data is None and json_file is None and out == output_of(run, FOLDER) and not is_pretrained(run):
        _track(folder, experiment, scores, out / "real-above-generated.png")
    click.echo(f"scores:   {json_file or out / NAME}\npictures: {out}/*.png")


def _track(run: RunFolder, experiment: Experiment, scores: Mapping[str, Score], picture: Path) -> None:
    """Give the scores to the trackers of the run, at the step of its weights."""
    try:
        trackers = tracking.chosen(run)
    except ConfigError as error:
        warnings.warn(f"the run's trackers are not told its scores: {error}", stacklevel=2)
        return
    step = max(run.trained_steps(STAGES[stage].generator) for stage in experiment.stages)
    values = {f"scores/{name}": it.value for name, it in scores.items()}
    with tracking.tracking(trackers, run, "evaluation", step, experiment.settings) as followed:
        followed.log(values | {f"real/{name}": it.floor for name, it in scores.items()}, step)
        followed.picture("real above generated", picture, step)


def _show(scores: Mapping[str, Score], left_out: Mapping[str, str]) -> None:
    if scores:
        console().print(Scores(scores).table().rich())
    for score in scores.values():
        _show_pieces(score)
    for name, sentence in left_out.items():
        click.echo(f"without {name}: {sentence}")


def _show_pieces(score: Score) -> None:
    """A table of what stands behind a score, if anything does: a row for each piece of the motion."""
    if score.pieces:
        rows = [(row, *(f"{value:.4g}" for value in figures.values())) for row, figures in score.pieces.items()]
        console().print(Table("", ("", *next(iter(score.pieces.values()))), rows).rich())
