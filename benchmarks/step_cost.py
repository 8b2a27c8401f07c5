"""Measures what a training step and the drawing of a clip cost, of our renderer and of every installed generator.

    python benchmarks/step_cost.py --json benchmarks/results/step_cost.json --picture docs/images/step_cost.png

A step is one update of the critics and one of the generator, on the same clips for all: 8 of 16 frames of 64 pixels.
``compose`` is stage II in both presets and both number formats, in the game that ``train`` would play with each: of the
preset ``small`` the phase with critics, in which a step looks at more than in the first. The others are whole systems
by their authors' recipes. A drawing is one clip of 16 frames, without gradients; its keypoints are given. The systems
take turns, with one thread, and what counts are CPU seconds, the median of some rounds; a ratio is that of the medians.
"""

import argparse
import copy
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch

from motionkit import registry
from motionkit.evaluation.environment import environment
from motionkit.interfaces import Clips
from motionkit.interfaces.seeding import seeded
from motionkit.io.atomic import replacing
from motionkit.pictures.picture import Picture, save_png
from motionkit.pictures.plots.figure import blank_figure, drawn
from motionkit.training.allocation import keep_freed_memory
from motionkit.training.experiment import Experiment
from motionkit.training.session import accelerator_for
from motionkit.training.stage import Stage
from motionkit.windows import collate

CLIPS, FRAMES = 8, 16
SHAPE = {"frames": FRAMES, "image_size": 64}
"""What is asked of a generator that can make others."""


class System(NamedTuple):
    """What takes turns: a stage on its device, its clips, and a step's number in the phase that is measured."""

    stage: Stage
    real: Clips
    number: int

    def step(self, turn: int) -> None:
        self.stage.step(self.real, seeded(turn), self.number)

    @torch.inference_mode()
    def draw(self, turn: int) -> None:
        generator = self.stage.objective.generator.eval()
        with self.stage.accelerator.autocast():
            if self.stage.name == "render":
                generator(generator.sample_noise(1, seeded(turn)), self.real[:1].keypoints_BTK2)
            else:
                noise = {part: generator.sample_noise(part, 1, seeded(turn)) for part in generator.noise_sizes}
                generator(noise, self.real[:1].times_BT)
        generator.train()


def system(kind: str, name: str, preset: str, precision: str) -> System:
    """A system at full size, or, of ``compose``, at the size of a preset."""
    settings: dict[str, dict[str, Any]] = {f"{kind}_objective": {"batch": CLIPS}}
    if kind == "video":
        fields = registry.load("generator", name).Config.model_fields
        settings["generator"] = {key: value for key, value in SHAPE.items() if key in fields}
    else:
        settings["render_objective"]["frames"] = FRAMES
    experiment = Experiment.settle((kind,), {"generator": name}, preset, settings, 0, precision)
    dataset = experiment.dataset()
    stage = experiment.stage(kind, dataset.skeleton)
    # Accelerate knows one number format a process; each system has a view of it that does or does not heed that format.
    accelerator = copy.copy(accelerator_for("bf16-mixed"))
    accelerator.native_amp = precision != "32"
    stage.prepare(accelerator)
    windows = stage.windows(dataset, seed=0)
    real = collate([windows[index] for index in range(CLIPS)]).to(stage.accelerator.device)
    assert real.video_BTCHW.shape[:2] == (CLIPS, FRAMES)
    first = sum(phase.steps or 0 for phase in stage.objective.phases)
    return System(stage, real, first + 1)  # the adversarial step that pays for no pixel diversity, as three of four


def systems() -> dict[str, System]:
    """``compose`` in its presets and number formats, and each installed generator."""
    generators = [registry.call_name(plugin, registry.plugins("generator")) for plugin in registry.plugins("generator")]
    ours = {
        f"compose, {preset}, {precision}": system("render", "", preset, precision)
        for preset in ("paper", "small")
        for precision in ("32", "bf16-mixed")
    }
    return ours | {name: system("video", name, "paper", "32") for name in generators}


def seconds(work: Callable[[int], None], turn: int) -> float:
    started = time.process_time()
    work(turn)
    return time.process_time() - started


def parameters(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def picture(figures: dict[str, dict[str, float]]) -> Picture:
    """A bar for each system, of a step and of a drawing."""
    with blank_figure(9, 3.6, dpi=110) as figure:
        for plot, (what, title) in zip(
            figure.subplots(1, 2, sharey=True),
            {"step": "a training step of 8 clips", "drawing": "drawing one clip"}.items(),
            strict=True,
        ):
            values = [found[what] for found in figures.values()]
            colours = ["tab:blue" if name.startswith("compose") else "tab:grey" for name in figures]
            bars = plot.barh(list(figures), values, color=colours)
            plot.bar_label(bars, [f"{value:.2g} s" for value in values], padding=3, fontsize="small")
            plot.set(xlabel="CPU seconds, one thread", title=title, xlim=(0, 1.15 * max(values)))
            plot.spines[["top", "right"]].set_visible(False)
        plot.invert_yaxis()
        return drawn(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="timed rounds, after one that is not timed")
    parser.add_argument("--against", default="g3an", help="the system that ratios are told to")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--picture", type=Path, help="where to draw them")
    args = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()  # as train does

    taking_turns = systems()
    steps: dict[str, list[float]] = {name: [] for name in taking_turns}
    drawings: dict[str, list[float]] = {name: [] for name in taking_turns}
    for turn in range(args.rounds + 1):
        for name, it in taking_turns.items():
            drawing, step = statistics.median(seconds(it.draw, turn) for _ in range(5)), seconds(it.step, turn)
            if turn:
                drawings[name].append(drawing)
                steps[name].append(step)
    figures: dict[str, dict[str, float]] = {
        name: {
            "generator parameters": parameters(it.stage.objective.generator),
            "critics' parameters": parameters(it.stage.objective.critics),
            "step": statistics.median(steps[name]),
            "drawing": statistics.median(drawings[name]),
        }
        for name, it in taking_turns.items()
    }
    for values in figures.values():
        for what in ("step", "drawing"):
            values[f"{what} / {args.against}'s"] = values[what] / figures[args.against][what]
    for name, values in figures.items():
        print(f"{name:28}", *(f"{key} {value:,.3g}  " for key, value in values.items()))
    if args.json:
        settings = {"clips": CLIPS, "frames": FRAMES, "rounds": args.rounds, "load of the machine": os.getloadavg()[0]}
        with replacing(args.json) as temporary:
            report = {"figures": figures, "settings": settings} | environment()
            temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if args.picture:
        save_png(args.picture, picture(figures))


if __name__ == "__main__":
    main()
