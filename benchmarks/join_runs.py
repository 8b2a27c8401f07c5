"""Puts the stages of two runs into one run folder, such as stages that were trained side by side.

    motionkit train --stage motion --out runs/motion
    motionkit train --stage render --out runs/render
    python benchmarks/join_runs.py runs/motion runs/render --out runs/both

Both must have the same data, and each part must come from one of them. What is joined can be used and measured, and
started from; it cannot be resumed, for training states, curves and samples stay where they are.
"""

import argparse
from pathlib import Path

from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder


def join(first: RunFolder, second: RunFolder, out: Path) -> RunFolder:
    """Write the joined run folder.

    Args:
        first: whose settings are kept where they concern no part, such as the seed.
        second: of the other stage.
        out: does not exist yet.

    Raises:
        RunError: the runs have parts in common, or other data, or the folder is there already.
    """
    mine, others = first.document["components"], second.document["components"]
    if mine["data"] != others["data"]:
        raise RunError(f"{first.path} and {second.path} were trained on other data")
    if both := set(first.document["stages"]) & set(second.document["stages"]):
        raise RunError(f"{first.path} and {second.path} both trained: {', '.join(sorted(both))}")
    told = {key: value for key, value in first.document.items() if key not in ("format", "origin", "budget")}
    stages = first.document["stages"] + second.document["stages"]
    joined = RunFolder.create(out, told | {"components": others | mine, "stages": stages})
    for run in (first, second):
        for file in sorted(run.path.glob("*.safetensors")):
            joined.save_weights(file.stem, run.load_weights(file.stem), run.trained_steps(file.stem))
    return joined


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs=2)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    first, second = map(RunFolder.open, args.runs)
    print(join(first, second, args.out).path)


if __name__ == "__main__":
    main()
