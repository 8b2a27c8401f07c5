"""Measures how good each system is after so many minutes, from one training each that goes on from score to score.

    python benchmarks/time_to_quality.py --minutes 1 2 5 10 20

The systems are an ODE with a composition renderer and four whole generators. All are trained until the first of the
minutes and measured, trained on until the next, and so on; minutes are those of a system's whole training, of both
stages where there are two. What is measured:

- video_frechet: the distance to real clips; its floor is that of other real clips
- keypoints_followed: the share of keypoints that a reader finds where they were asked for, if a system knows any

It is motionkit bench, called once for each of the minutes. Below --out there is a report for each, with the weights of
that moment in its runs, and time-to-quality.png, the scores against the minutes. Interrupted, the same command goes on
where it was. --beside also draws what an earlier file of --json knows of other systems. Other options, such as
--data clips or -o compose.image_size=32, are handed on to motionkit bench.
"""

import argparse
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from motionkit.cli import cli
from motionkit.evaluation.environment import environment
from motionkit.pictures.picture import Picture, save_png
from motionkit.pictures.plots.figure import blank_figure, drawn

GENERATORS = ("vgan", "tganv2", "mocogan", "g3an")
METRICS = ("video_frechet", "keypoints_followed")
Point = dict[str, Any]
"""What is found of a system at one moment: its minutes and steps of training, and by metric a score or a reason."""


def hand_on(earlier: Path, later: Path) -> None:
    """Let the trainings of one report go on in another; their weights stay in both."""
    copy = later.with_name(f"{later.name}.part")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(earlier / "runs", copy / "runs")
    copy.rename(later)
    for state in earlier.glob("runs/*/*.state.pt"):  # large, and of no more use there
        state.unlink()


def measure(folders: Mapping[float, Path], budget: str, words: Sequence[str]) -> None:
    """Train until each of the moments and report it, but for those that were reported before."""
    moments = [*folders]
    for before, moment in zip([None, *moments], moments, strict=False):
        folder = folders[moment]
        if (folder / "results.json").exists():
            continue
        if before is not None and not folder.exists():
            hand_on(folders[before], folder)
        # A stage of two gets half of the minutes, and a whole generator those of both.
        amount = moment / 2 if budget == "minutes" else int(moment)
        cli.main(
            ["bench", *words, f"--{budget}", str(amount), "--out", str(folder)],
            prog_name="motionkit",
            standalone_mode=False,
        )


def points(results: Mapping[str, Any]) -> dict[str, Point]:
    """By system what a report found; of one that failed nothing but the reason."""
    found = {}
    for outcome in results["outcomes"]:
        if outcome["error"] is not None:
            found[outcome["system"]] = {"failed": outcome["error"]}
            continue
        training = outcome["training"]
        found[outcome["system"]] = {
            "minutes": sum(stage["seconds"] for stage in training) / 60,
            "steps": {stage["stage"]: stage["steps"] for stage in training},
            **outcome["scores"],
        }
    return found


def told(point: Point, metric: str) -> str:
    """A score in the table."""
    score = point.get(metric)
    return f"{score['value']:10.3f}" if isinstance(score, dict) else f"{'-':>10}"


def picture(curves: Mapping[str, Sequence[Point]]) -> Picture:
    """Each metric against the minutes, a line for each system, dashed that of real clips."""
    with blank_figure(5.2 * len(METRICS), 4) as figure:
        for plot, metric in zip(figure.subplots(1, len(METRICS), squeeze=False)[0], METRICS, strict=True):
            for name, found in curves.items():
                scored = [point for point in found if isinstance(point.get(metric), dict)]
                if scored:
                    minutes, scores = [point["minutes"] for point in scored], [point[metric] for point in scored]
                    (line,) = plot.plot(minutes, [score["value"] for score in scores], "o-", label=name, markersize=4)
                    low, high = ([score[end] for score in scores] for end in ("low", "high"))
                    plot.fill_between(minutes, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
            floors = [
                it[metric]["floor"] for found in curves.values() for it in found if isinstance(it.get(metric), dict)
            ]
            if floors:
                plot.axhline(floors[0], color="0.3", linestyle="--", linewidth=1, label="real clips")
                plot.legend(frameon=False, fontsize="small")
            plot.set_xscale("log")
            asked = sorted(
                {round(point["minutes"], 1) for found in curves.values() for point in found if "minutes" in point}
            )
            plot.set_xticks(asked, [f"{minutes:g}" for minutes in asked])
            plot.minorticks_off()
            plot.set_xlabel("minutes of training")
            plot.set_ylabel(metric)
        return drawn(figure)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    moments = parser.add_mutually_exclusive_group(required=True)
    moments.add_argument("--minutes", type=float, nargs="+", help="of training, ascending, at which all are measured")
    moments.add_argument("--steps", type=int, nargs="+", help="instead of minutes: steps of each stage")
    parser.add_argument("--baselines", nargs="*", default=GENERATORS, help="what is compared with ode and compose")
    parser.add_argument("-n", type=int, default=64, help="clips in each sample")
    parser.add_argument("--out", type=Path, default=Path("runs/time-to-quality"), help="folder of reports")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--beside", type=Path, help="figures of other systems, measured before, for the picture")
    args, others = parser.parse_known_args()
    budget = "minutes" if args.steps is None else "steps"
    asked = args.minutes or args.steps
    if any(later <= earlier for earlier, later in pairwise([0, *asked])):
        parser.error(f"--{budget} must ascend, such as 1 2 5")

    baselines = [word for name in args.baselines for word in ("--baseline", name)]
    words = [*baselines, "--metrics", ",".join(METRICS), "-n", str(args.n), *others]
    folders = {moment: args.out / f"{budget}-{moment:g}" for moment in asked}
    measure(folders, budget, words)

    reports = {moment: json.loads((folder / "results.json").read_text()) for moment, folder in folders.items()}
    found = {moment: points(report) for moment, report in reports.items()}
    curves = {name: [found[moment][name] for moment in asked] for name in found[asked[0]]}
    print(f"{'':16}{budget:>10}{'minutes':>10}", *(f"{metric:>20}" for metric in METRICS))
    for name, curve in curves.items():
        for moment, point in zip(asked, curve, strict=True):
            print(f"{name:16}{moment:10g}{point.get('minutes', math.nan):10.2f}", *(
                f"{told(point, metric):>20}" for metric in METRICS
            ))  # fmt: skip
    before = json.loads(args.beside.read_text())["figures"] if args.beside else {}
    save_png(args.out / "time-to-quality.png", picture({**before, **curves}))
    if args.json:
        last = reports[asked[-1]]
        settings = {"asked": {budget: asked}, **{key: last[key] for key in ("plan", "protocol", "metrics")}}
        document = {"figures": curves, "settings": settings, "experiments": last["experiments"], **environment()}
        args.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
