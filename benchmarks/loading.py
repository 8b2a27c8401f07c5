"""Measures how many frames a second reach a training step, from a clip folder and from ``actions``, by workers.

    python benchmarks/loading.py --json benchmarks/results/loading.json
    python benchmarks/loading.py --against ../earlier    # beside another checkout of motionkit, as a ratio

Batches are taken as the training loop takes them, and nothing is done with them. Every measurement is a process of its
own with one thread, and so are its workers; those of all sources, workers and checkouts take turns, and the figures are
medians. ``frames/s`` is by the clock, which other work on the machine slows; ``frames/CPU s`` is by the CPU seconds of
all processes of a measurement together. The ratio is of those.

``memory`` is the most that a process held at once, beyond what it held before, while it read windows from everywhere in
folders of several sizes; a size in GB that is more than the machine's RAM shows that none needs to fit in it.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator

from motionkit.datasets.actions import Actions
from motionkit.datasets.folder import ClipFolder
from motionkit.evaluation.environment import environment
from motionkit.interfaces import COCO17, ClipDataset
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord, write_manifest
from motionkit.training.batches import shared_batches
from motionkit.windows import Windows

FRAMES, FPS, SIZE, BATCH = 16, 12.5, 64, 8
"""Of a window, and how many windows a batch has."""
CLIP_FRAMES, CLIP_FPS = 100, 25
"""Of a clip on disk: 1.2 MB."""


def make_folder(folder: Path, clips: int) -> None:
    """A clip folder of four-second clips, whose pixels are noise: reading them takes as long as reading people."""
    rng = np.random.default_rng(0)
    videos = []
    for number in range(clips):
        name = f"{number:06d}"
        write_clip(
            folder / f"{name}.safetensors",
            ClipInfo(COCO17.name, "", f"{name}.mp4"),
            rng.integers(0, 256, (CLIP_FRAMES, SIZE, SIZE, 3), np.uint8),
            rng.uniform(-1, 1, (CLIP_FRAMES, COCO17.size, 2)),
            np.ones((CLIP_FRAMES, COCO17.size)),
            np.arange(CLIP_FRAMES) / CLIP_FPS,
        )
        record = ClipRecord(
            file=f"{name}.safetensors", label="", seconds=(CLIP_FRAMES - 1) / CLIP_FPS, frames=CLIP_FRAMES
        )
        videos.append(
            VideoRecord(source=f"{name}.mp4", sha256="", frames=CLIP_FRAMES, kept=CLIP_FRAMES, clips=(record,))
        )
    settings = Settings(size=SIZE, detector="none", distribution="none", detector_config={}, gate={})
    write_manifest(folder, Manifest(skeleton=COCO17, settings=settings, videos=tuple(videos)))


def cpu_seconds() -> float:
    """Of this process and those of its children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def held_kib(kind: str) -> int:
    """Memory that this process holds (``VmRSS``), or the most that it held at once (``VmHWM``)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(kind)))


def measure(dataset: ClipDataset, workers: int, batches: int) -> dict[str, float]:
    """Frames that arrived, and what it took, from the first batch to the end of all workers."""
    torch.set_num_threads(1)
    windows = Windows(dataset, FRAMES, FPS, seed=0, size=SIZE)
    source = shared_batches(windows, BATCH, 0, Accelerator(cpu=True), workers)
    next(source)
    before, started, cpu = held_kib("VmRSS"), time.perf_counter(), cpu_seconds()
    for _ in range(batches):
        next(source)
    wall = time.perf_counter() - started
    source.close()
    return {
        "frames": batches * BATCH * FRAMES,
        "seconds": wall,
        "CPU seconds": cpu_seconds() - cpu,
        "memory MB": (held_kib("VmHWM") - before) / 1024,
    }


def measured(checkout: Path, source: str, workers: int, batches: int) -> dict[str, float]:
    """What :func:`measure` finds in a process of its own, with the motionkit of a checkout."""
    command = [sys.executable, __file__, "--measure", source, "--workers", str(workers), "--batches", str(batches)]
    env = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def rates(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {
        "frames/s": statistics.median(it["frames"] / it["seconds"] for it in rounds),
        "frames/CPU s": statistics.median(it["frames"] / it["CPU seconds"] for it in rounds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--clips", type=int, default=400, help="clips of the folder whose speed is measured")
    parser.add_argument("--batches", type=int, default=100, help="batches of a measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=float, nargs="*", default=[0.1, 0.5, 2.5], help="GB of the folders for memory")
    parser.add_argument("--against", type=Path, help="another checkout of motionkit, measured beside this one")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        dataset = (
            Actions(Actions.Config()) if args.measure == "actions" else ClipFolder(ClipFolder.Config(path=args.measure))
        )
        print(json.dumps(measure(dataset, args.workers[0], args.batches)))
        return

    checkouts = {"now": Path(__file__).resolve().parents[1]} | ({"before": args.against} if args.against else {})
    speed: dict[str, dict[str, Any]] = {}
    memory = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "speed").mkdir()
        make_folder(Path(folder, "speed"), args.clips)
        for name, source in {"clip folder": f"{folder}/speed", "actions": "actions"}.items():
            for workers in args.workers:
                rounds: dict[str, list[dict[str, float]]] = {which: [] for which in checkouts}
                for _ in range(args.rounds):
                    for which, checkout in checkouts.items():
                        rounds[which].append(measured(checkout, source, workers, args.batches))
                found: dict[str, Any] = {which: rates(it) for which, it in rounds.items()}
                if args.against:
                    found["ratio"] = found["now"]["frames/CPU s"] / found["before"]["frames/CPU s"]
                speed[f"{name}, {workers} workers"] = found
                print(f"{name}, {workers} workers", json.dumps(found))
        for size in args.sizes:
            clips = max(1, round(size * 1e9 / (CLIP_FRAMES * SIZE * SIZE * 3)))
            with tempfile.TemporaryDirectory(dir=folder) as large:
                make_folder(Path(large), clips)
                found = measured(checkouts["now"], large, 0, 4 * clips // BATCH)
            memory[f"{size:g} GB"] = found["memory MB"]
            print(f"a folder of {size:g} GB: {found['memory MB']:.1f} MB of memory")
    if args.json:
        settings = {"frames": FRAMES, "fps": FPS, "size": SIZE, "batch": BATCH}
        settings |= {name: getattr(args, name) for name in ("clips", "batches", "rounds")}
        report = {
            "figures": speed,
            "memory MB": memory,
            "settings": settings,
            "load of the machine": os.getloadavg()[0],
        }
        args.json.write_text(json.dumps(report | environment(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
