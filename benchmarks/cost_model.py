"""Measures how the time and the memory of a training step grow: with frames, pixels, keypoints, clips and devices.

    python benchmarks/cost_model.py --json benchmarks/results/cost_model.json --picture docs/images/cost_model.png

One thing is changed at a time, to three sizes; the rest stays at the middle one. Every measurement is a process of its
own, or several for several devices, with one thread each. ``CPU s`` is the CPU seconds of a step in each process, the
median of a few after one that does not count, because clocks also count what else a machine does; ``MB`` is the most
memory that a process held, beyond what it held with networks and clips made. ``power`` is the b of size^b between the
smallest size and the largest: 1 where twice as much takes twice as long. Sizes are of the preset ``small``, in the
phase with critics; keypoints are those of the datasets ``pendulum``, ``faces`` and ``actions``.
"""

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch

from motionkit.evaluation.environment import environment
from motionkit.interfaces.seeding import seeded
from motionkit.io.atomic import replacing
from motionkit.pictures.picture import save_png
from motionkit.pictures.plots.figure import blank_figure, drawn
from motionkit.training.experiment import Experiment
from motionkit.training.session import accelerator_for
from motionkit.windows import collate

DATA = {1: "pendulum", 13: "faces", 17: "actions"}
SIZES: dict[str, dict[str, tuple[int, int, int]]] = {
    "motion": {"frames": (16, 32, 64), "keypoints": (1, 13, 17), "clips": (16, 32, 64), "devices": (1, 2, 4)},
    "render": {"frames": (4, 8, 16), "pixels": (32, 64, 128), "keypoints": (1, 13, 17), "clips": (4, 8, 16),
               "devices": (1, 2, 4)},
}  # fmt: skip
MIDDLE = {
    stage: {name: sizes[1] for name, sizes in changed.items()} | {"devices": 1, "keypoints": 17}
    for stage, changed in SIZES.items()
}


def measure(stage: str, size: dict[str, int], steps: int) -> None:
    """Print the CPU seconds of a step in this process, and the megabytes that it took."""
    torch.set_num_threads(1)
    settings: dict[str, dict[str, Any]] = {
        f"{stage}_objective": {"frames": size["frames"], "batch": size["clips"]},
        "data": {"clips": 64},
    }
    if stage == "render":
        settings["renderer"] = {"image_size": size["pixels"]}
        settings["render_objective"]["first"] = {"steps": 0}
    names = {"data": DATA[size["keypoints"]]}
    experiment = Experiment.settle((stage,), names, "small", settings, 0, "32")
    dataset, accelerator = experiment.dataset(), accelerator_for("32")
    trained = experiment.stage(stage, dataset.skeleton)
    trained.prepare(accelerator)
    windows = trained.windows(dataset, 0)
    share = size["clips"] // accelerator.num_processes
    batch = collate([windows[index] for index in range(share)]).to(accelerator.device)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for step in range(steps + 1):
        started = time.process_time()
        trained.step(batch, seeded(step, accelerator.process_index), step)
        seconds.append(time.process_time() - started)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if accelerator.is_main_process:
        print(json.dumps({"CPU s": statistics.median(seconds[1:]), "MB": held / 1024}))


def measured(stage: str, size: dict[str, int], steps: int) -> dict[str, float]:
    """What :func:`measure` finds in processes of its own."""
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(size["devices"])]
    command = [sys.executable, *(launcher if size["devices"] > 1 else []), __file__]
    command += ["--measure", json.dumps([stage, size]), "--steps", str(steps)]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def power(sizes: list[int], values: list[float]) -> float | None:
    """The b of size^b; None where something took nothing."""
    if min(values) <= 0:
        return None
    return math.log(values[-1] / values[0]) / math.log(sizes[-1] / sizes[0])


def picture(figures: dict[str, dict[str, Any]]) -> Any:
    """Time and memory over each size, a row for each stage, beside the line of what is proportional."""
    with blank_figure(9, 6, dpi=110) as figure:
        grid = figure.subplots(len(figures), 2, squeeze=False, sharex="row")
        for row, (stage, changed) in zip(grid, figures.items(), strict=True):
            for plot, what in zip(row, ("CPU s", "MB"), strict=True):
                for name, found in changed.items():
                    middle = found["sizes"][1]
                    plot.plot([size / middle for size in found["sizes"]], found[what], "o-", label=name, markersize=4)
                plot.set(xscale="log", yscale="log", xlabel="size / middle size", ylabel=what, title=f"{stage}, {what}")
                plot.spines[["top", "right"]].set_visible(False)
            row[0].legend(frameon=False, fontsize="small")
        return drawn(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stages", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--steps", type=int, default=3, help="steps that count")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--picture", type=Path, help="where to draw them")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(*json.loads(args.measure), args.steps)
        return

    figures: dict[str, dict[str, Any]] = {}
    known: dict[str, dict[str, float]] = {}
    for stage in args.stages:
        figures[stage] = {}
        for name, sizes in SIZES[stage].items():
            found = []
            for value in sizes:
                size = MIDDLE[stage] | {name: value}
                key = json.dumps([stage, size])
                if key not in known:
                    known[key] = measured(stage, size, args.steps)
                found.append(known[key])
            entry = {"sizes": list(sizes)} | {what: [it[what] for it in found] for what in ("CPU s", "MB")}
            entry["power"] = {what: power(list(sizes), entry[what]) for what in ("CPU s", "MB")}
            figures[stage][name] = entry
            print(f"{stage:8}{name:10}", json.dumps(entry), flush=True)
    if args.json:
        report = {"figures": figures, "middle": MIDDLE, "steps": args.steps, "load of the machine": os.getloadavg()[0]}
        with replacing(args.json) as temporary:
            temporary.write_text(json.dumps(report | environment(), indent=2) + "\n", encoding="utf-8")
    if args.picture:
        save_png(args.picture, picture(figures))


if __name__ == "__main__":
    main()
