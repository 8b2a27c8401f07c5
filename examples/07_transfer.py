"""Transfer: the motion of one run, drawn by the renderer of another.

    python examples/07_transfer.py --minutes 4 --out runs/transfer

One run learns to wave and never sees how a picture looks; the other learns to draw from clips of walking and boxing,
and never sees a wave. All that they share is the skeleton. Keypoints are the only thing that passes from stage I to
stage II, so the second can draw what the first moves, as long as the poses are near those that it has seen.
"""

import argparse
from pathlib import Path

from motionkit.cli import cli


def motionkit(*words: object) -> None:
    """The command line, said aloud."""
    print("\n$ motionkit", *words)
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=4.0, help="of training, for each run")
    parser.add_argument("--config", type=Path, help="file of settings, of which each training takes its own")
    parser.add_argument("--out", type=Path, default=Path("runs/transfer"))
    args = parser.parse_args()
    budget = ["--minutes", args.minutes, *(["--config", args.config] if args.config else [])]

    moves, draws = args.out / "moves", args.out / "draws"
    motionkit("train", "--stage", "motion", *budget, "-o", "data.actions=[wave1,wave2]", "--out", moves)
    motionkit("train", "--stage", "render", *budget, "-o", "data.actions=[walk,box]", "--out", draws)
    motionkit("transfer", "--motion", moves, "--renderer", draws, "-n", 4, "--seconds", 1, "--out", args.out / "clips")


if __name__ == "__main__":
    main()
