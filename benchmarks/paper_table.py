"""The paper's comparison, small: an ODE and a composition renderer beside four whole generators, for equal minutes.

    python benchmarks/paper_table.py --minutes 20 --out runs/paper-table

It is ``motionkit bench`` with five systems. The report is in its folder; what it found is copied to
``benchmarks/results/paper_table.json``. Other options, such as ``--data clips`` or ``--seeds 3``, are handed on.
"""

import argparse
import shutil
from pathlib import Path

from motionkit.cli import cli

GENERATORS = ("vgan", "tganv2", "mocogan", "g3an")
RESULTS = Path(__file__).parent / "results" / "paper_table.json"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--minutes", type=float, required=True, help="of each of our two stages; others get twice that")
    parser.add_argument("--out", type=Path, default=Path("runs/paper-table"), help="report folder")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where to copy the figures")
    args, others = parser.parse_known_args()

    baselines = [word for name in GENERATORS for word in ("--baseline", name)]
    words = [*baselines, "--preset", "small", "--minutes", str(args.minutes), "--out", str(args.out), *others]
    try:
        cli.main(["bench", *words], prog_name="motionkit", standalone_mode=False)
    finally:
        if (args.out / "results.json").exists():
            shutil.copyfile(args.out / "results.json", args.json)


if __name__ == "__main__":
    main()
