"""A fair benchmark: a motion model of one's own beside those that are there, on equal terms.

    python examples/08_a_fair_benchmark.py --minutes 5 --seeds 3 --out runs/benchmark

Two numbers can be compared only if all else is equal. ``motionkit bench`` gives every system the same data, the same
critics, the same budget and the same seeds, and measures all in one way. Beside every score stands its interval, and
the score of real clips against other real ones, which no generator should be expected to beat. Several seeds show how
much a score owes to luck; with one, a small difference says nothing.

Put your own model in the table with ``--candidate``, once ``motionkit plugins new`` or docs/extending.md has made it
one. The report is in the folder that the command names last.
"""

import argparse
from pathlib import Path

from motionkit.cli import cli


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidate", default="ode", help="the motion model in question")
    parser.add_argument("--minutes", type=float, default=5.0, help="of training, for each system and seed")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--clips", type=int, default=128, help="clips to compare")
    parser.add_argument("--metrics", default="trajectory_frechet,acceleration,jerk")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="settings for motionkit bench")
    parser.add_argument("--out", type=Path, default=Path("runs/benchmark"))
    args = parser.parse_args()

    words = ["bench", "--motion", args.candidate, "--baseline", "rnn", "--stage", "motion"]  # keypoints alone: quick
    words += ["--minutes", args.minutes, "--seeds", args.seeds, "-n", args.clips, "--metrics", args.metrics]
    words += ["--out", args.out, *(word for setting in args.settings for word in ("-o", setting))]
    print("$ motionkit", *words)
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


if __name__ == "__main__":
    main()
