"""Measures how well a run plays real motions again: at their own times, between, and afterwards.

    python benchmarks/encoding_quality.py runs/ode-compose-actions

Of held-out clips one second is coded, and the motion fitted to it, as motionkit generate --motion-from does it. The
figures are the mean distance between keypoints and the true ones, in half pictures, beside that of the code alone, and
those of who knows the same frames and no model:

- own times: all frames are coded, and asked for again
- every 2nd frame, every 4th frame: the others are left out, and asked for; against straight lines, and against a cubic
  spline, through the frames that were kept
- the second after: against standing still as in the last frame, and against going on as between the last two

In brackets is the 95 % interval over the choice of clips; for the others also how far their errors are above the run's,
clip by clip: where that interval is above 0, the run is better. Choose a run by one seed and report it by another, as
with motion_quality.py: --seed 1, -o data.seed=7.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import track
from scipy.interpolate import CubicSpline
from torch import Tensor

from motionkit.assembly import load
from motionkit.config import parse_assignments
from motionkit.evaluation.bootstrap import bootstrap_interval
from motionkit.evaluation.environment import environment
from motionkit.interfaces import Clips, VideoGenerator
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import RunFolder
from motionkit.numerics.resampling import linear_at
from motionkit.training.experiment import Experiment
from motionkit.windows import Windows, collate

BATCH, FRAMES, FPS = 128, 16, 16.0
RUN, CODE = "the run", "its code alone"
Guesses = Mapping[str, Tensor]
"""Keypoints by who guesses them, (B, S, K, 2)."""


def played(generator: VideoGenerator, known: Clips, wanted_BS: Tensor) -> dict[str, Tensor]:
    """The motion of clips, fitted and from their codes alone, at seconds after their first frames."""
    known = known.to(generator.device)
    code, found = generator.encode(known), {}
    for who, noise in ((RUN, generator.fit(code, known)), (CODE, code)):
        made = generator.keypoints(noise, generator.clock(wanted_BS).to(generator.device))
        assert made is not None  # who tells motion from keypoints makes keypoints
        found[who] = made.cpu()
    return found


def between(known: Clips, wanted_BS: Tensor) -> Guesses:
    """What can be guessed of the moments between frames."""
    shape, flat_BTD = known.keypoints_BTK2.shape[2:], known.keypoints_BTK2.flatten(2)
    splines = [
        CubicSpline(times_T.double().numpy(), poses_TD.double().numpy())(wanted_S.double().numpy())
        for times_T, poses_TD, wanted_S in zip(known.times_BT, flat_BTD, wanted_BS, strict=True)
    ]
    return {
        "straight lines": linear_at(flat_BTD, known.times_BT, wanted_BS).unflatten(2, shape),
        "cubic spline": torch.from_numpy(np.stack(splines)).float().unflatten(2, shape),
    }


def afterwards(known: Clips, wanted_BS: Tensor) -> Guesses:
    """What can be guessed of the moments after the last frame."""
    (before_BK2, last_BK2), (earlier_B, end_B) = (it[:, -2:].unbind(1) for it in (known.keypoints_BTK2, known.times_BT))
    steps_BS = (wanted_BS - end_B[:, None]) / (end_B - earlier_B)[:, None]
    return {
        "standing still": last_BK2[:, None].expand(-1, wanted_BS.shape[1], -1, -1),
        "constant velocity": last_BK2[:, None] + steps_BS[..., None, None] * (last_BK2 - before_BK2)[:, None],
    }


def errors(generator: VideoGenerator, clips: Clips) -> dict[str, dict[str, Tensor]]:
    """Mean distance of each clip's keypoints from the true ones, (B,), by what was asked for and who guessed it."""
    numbers = torch.arange(clips.times.shape[-1])
    second, nobody = numbers < FRAMES, lambda known, wanted_BS: {}
    tasks = {"own times": (second, second, nobody)}
    for every in (2, 4):
        kept = second & (numbers % every == 0)
        inside = ~kept & (numbers < numbers[kept].max())
        tasks[f"every {every}{'nd' if every == 2 else 'th'} frame"] = (kept, inside, between)
    tasks["the second after"] = (second, ~second, afterwards)

    found = {}
    for task, (kept, asked, others) in tasks.items():
        known, wanted = clips.frames(kept), clips.frames(asked)
        guesses = {**played(generator, known, wanted.times_BT), **others(known, wanted.times_BT)}
        found[task] = {who: (guess - wanted.keypoints_BTK2).norm(dim=-1).mean((1, 2)) for who, guess in guesses.items()}
    return found


def figure(values_N: Tensor, resamples: int, seed: int) -> dict[str, Any]:
    """A mean with its interval."""
    column = values_N[:, None]
    low, high = bootstrap_interval(
        lambda _, drawn: float(drawn.mean()), column, column, resamples, seeded(seed, "bootstrap"), resample_real=False
    )
    return {"error": float(values_N.mean()), "95 %": [low, high]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("-n", type=int, default=1024, help="held-out clips, of two seconds")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    parser.add_argument("--resamples", type=int, default=1000, help="of the clips, for the intervals")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="data.seed=7 of the data")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    run = RunFolder.open(args.run)
    generator = load(args.run, "cuda" if torch.cuda.is_available() else "cpu")
    if "motion" not in generator.encodes:
        parser.error(f"{args.run} was trained without an encoder of motion; the variational objective trains one")
    data = Experiment.of(run).components["data"]
    data = data.model_copy(update={"config": data.config | parse_assignments(args.settings).get("data", {})})
    windows = Windows(data.build("test"), 2 * FRAMES, FPS, args.seed)
    found: dict[tuple[str, str], list[Tensor]] = {}
    for first in track(range(0, args.n, BATCH), "coding", transient=True):
        clips = collate([windows[index] for index in range(first, min(first + BATCH, args.n))])
        for task, guesses in errors(generator, clips).items():
            for who, values in guesses.items():
                found.setdefault((task, who), []).append(values)

    figures: dict[str, dict[str, dict[str, Any]]] = {}
    for (task, who), parts in found.items():
        values, ours = torch.cat(parts), torch.cat(found[task, RUN])
        entry = figure(values, args.resamples, args.seed)
        line = f"{task:18} {who:18} {entry['error']:.4f}  {_interval(entry)}"
        if who != RUN:
            entry["above the run's"] = above = figure(values - ours, args.resamples, args.seed)
            line += f"   above the run's: {above['error']:+.4f}  {_interval(above)}"
        figures.setdefault(task, {})[who] = entry
        print(line)
    if args.json:
        sample = {"clips": args.n, "frames coded": FRAMES, "fps": FPS, "seed": args.seed, "resamples": args.resamples}
        document = {"figures": figures, "sample": sample | {"data": data.config}, "run": run.document}
        args.json.write_text(json.dumps(document | environment(), indent=2) + "\n")


def _interval(entry: Mapping[str, Any]) -> str:
    low, high = entry["95 %"]
    return f"[{low:.4f}, {high:.4f}]"


if __name__ == "__main__":
    main()
