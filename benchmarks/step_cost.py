"""Measures a training step of every installed generator at its full size, as a ratio to the renderer ``compose``.

    python benchmarks/step_cost.py --json benchmarks/results/step_cost.json

A step is one update of the critics and one of the generator, on the same clips for all: 8 of 16 frames of 64 pixels.
The systems take turns, so that what else the machine does falls on all of them alike; the ratio is that of the medians.
``compose`` is stage II at the size ``paper``; the others are whole systems by their authors' recipes.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch
from accelerate import Accelerator

from motionkit import registry
from motionkit.evaluation.environment import environment
from motionkit.interfaces.seeding import seeded
from motionkit.training.experiment import Experiment
from motionkit.training.stage import Stage
from motionkit.windows import collate

CLIPS, FRAMES = 8, 16
SHAPE = {"frames": FRAMES, "image_size": 64}
"""What is asked of a generator that can make others."""


def stages() -> dict[str, Stage]:
    """``compose`` and each installed generator, at full size."""
    made = {}
    generators = [registry.call_name(plugin, registry.plugins("generator")) for plugin in registry.plugins("generator")]
    for name in ("compose", *generators):
        kind = "render" if name == "compose" else "video"
        settings = {f"{kind}_objective": {"batch": CLIPS}}
        if name != "compose":
            fields = registry.load("generator", name).Config.model_fields
            settings["generator"] = {key: value for key, value in SHAPE.items() if key in fields}
        experiment = Experiment.settle((kind,), {"generator": name}, "paper", settings, 0, "32")
        made[name] = experiment.stage(kind, experiment.dataset().skeleton)
        made[name].prepare(Accelerator(cpu=not torch.cuda.is_available()))
    return made


def parameters(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="timed steps of each system, after one that is not timed")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    systems = stages()
    dataset = Experiment.settle((), {}, "paper", {}, 0, "32").dataset()
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for turn in range(args.rounds + 1):
        for name, stage in systems.items():
            windows = stage.windows(dataset, seed=0)
            batch = collate([windows[index] for index in range(CLIPS)]).to(stage.accelerator.device)
            assert batch.video_BTCHW.shape[:2] == (CLIPS, FRAMES)
            started = time.perf_counter()
            stage.step(batch, seeded(turn), 1)  # the step that pays for no pixel diversity, as three of four
            if turn:
                seconds[name].append(time.perf_counter() - started)
    figures = {
        name: {
            "generator parameters": parameters(systems[name].objective.generator),
            "critics' parameters": parameters(systems[name].objective.critics),
            "seconds": statistics.median(times),
            "ratio to compose": statistics.median(times) / statistics.median(seconds["compose"]),
        }
        for name, times in seconds.items()
    }
    for name, values in figures.items():
        print(f"{name:12}", *(f"{key} {value:,.4g}  " for key, value in values.items()))
    if args.json:
        settings = {"clips": CLIPS, "frames": FRAMES, "rounds": args.rounds}
        args.json.write_text(json.dumps({"figures": figures, "settings": settings} | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
