"""Measures a run's motion against held-out clips of the data that it learnt from, in its first second and later.

    python benchmarks/motion_quality.py runs/ode-compose-actions

Prints, beside the figures of other real clips, which are the floor: the Frechet distance of whole keypoint sequences,
acceleration, jerk, and how much bones change their length; and what the metrics horizon and repetition find of pieces
that begin later. Choose a run by one seed or by one set of clips, and report it by another: --seed 1 takes other
windows and other noise, -o data.seed=7 other people where the data are made. -o horizon.starts=[0,9,59] looks further.
"""

import argparse
import json
from pathlib import Path

import torch
from rich.progress import Progress

from motionkit.assembly import load
from motionkit.config import build_config, parse_assignments
from motionkit.evaluation.choice import choose_metrics
from motionkit.evaluation.environment import environment
from motionkit.evaluation.evaluation import Evaluation, Protocol
from motionkit.evaluation.score import Score
from motionkit.io.run import RunFolder
from motionkit.training.experiment import Experiment

METRICS = "trajectory_frechet,acceleration,jerk,bone_constancy,horizon,repetition"
BATCH = 128
"""Motions that are made at once: keypoints alone, so they are small."""


def figures(score: Score) -> dict[str, object]:
    """What the table and the JSON file say of a score."""
    return {"run": score.value, "95 %": [score.low, score.high], "real": score.floor, "pieces": score.pieces}


def show(name: str, score: Score) -> None:
    """A line for the score, and one for each piece of the motion."""
    print(f"{name:20} {score.value:10.4g}   real {score.floor:10.4g}   95 % {score.low:.4g} to {score.high:.4g}")
    for row, found in score.pieces.items():
        print(f"  {row:18} {' ' * 10}", *(f"  {key} {value:.4g}" for key, value in found.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("-n", type=int, default=2048, help="motions, and real sequences in each of two samples")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    parser.add_argument("-o", dest="settings", action="append", default=[],
                        help="of a metric; data.seed=7 of the data; protocol.frames=32")  # fmt: skip
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    run = RunFolder.open(args.run)
    settings = parse_assignments(args.settings)
    about_data, about_protocol = settings.pop("data", {}), settings.pop("protocol", {})
    data = Experiment.of(run).components["data"]
    data = data.model_copy(update={"config": data.config | about_data})
    train, test = data.build("train"), data.build("test")
    protocol = build_config(
        Protocol, overrides={"n": args.n, "seed": args.seed, "resamples": 20, **about_protocol}, where="protocol"
    )
    choices, metrics, _ = choose_metrics(METRICS, settings, test.skeleton)
    evaluation = Evaluation(train, test, metrics, protocol, BATCH)
    generator = load(args.run, "cuda" if torch.cuda.is_available() else "cpu")
    with Progress(transient=True) as progress:
        task = progress.add_task("")
        found = evaluation.scores(
            generator, lambda what, done, total: progress.update(task, description=what, completed=done, total=total)
        )

    scores = {name: score for name, score in found.items() if isinstance(score, Score)}
    left_out = {name: it.reason for name, it in found.items() if not isinstance(it, Score)}
    for name, score in scores.items():
        show(name, score)
    for name, reason in left_out.items():
        print(f"without {name}: {reason}")
    if args.json:
        document = {
            "figures": {name: figures(score) for name, score in scores.items()},
            "left out": left_out,
            "metrics": {name: choice.config for name, choice in choices.items()},
            "protocol": protocol.model_dump(mode="json"),
            "data": data.model_dump(mode="json"),
            "run": run.document,
        }
        args.json.write_text(json.dumps(document | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
