r"""Turns a trained run into a pretrained one: small enough to come with motionkit, with a card that says what it is.

    motionkit evaluate runs/people --json scores.json
    python benchmarks/pack_run.py runs/people --name people --scores scores.json \
        --command "motionkit train --data clips --minutes 60 --out runs/people"

The weights are kept in half precision, training states, curves and samples are left out, and folders of this machine
are known by their last name alone. Prints the card and the files' sizes.
"""

import argparse
import copy
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from motionkit.assembly import load
from motionkit.interfaces import RunError
from motionkit.io import pretrained
from motionkit.io.run import RunFolder

CARD = """# {name}

{parts}, trained on {data} with seed {seed}.

```
motionkit generate {prefix}{name}
```

## How it was trained

```
{commands}
```

## Scores

{scores}
"""


def pack(run: RunFolder, folder: Path, card: str) -> None:
    """Write the pretrained form of a run.

    Args:
        run: trained.
        folder: does not exist yet; appears whole or not at all.
        card: of the run, in Markdown.

    Raises:
        RunError: the folder is there already, or the run is damaged, or its weights are too large for half precision.
    """
    if folder.exists():
        raise RunError(f"{folder} is there already; remove it, or choose another --name")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        small = RunFolder.create(Path(temporary) / folder.name, portable(run.document))
        for file in sorted(run.path.glob("*.safetensors")):
            weights = run.load_weights(file.stem)
            halves = {name: it.half() if it.is_floating_point() else it for name, it in weights.items()}
            small.save_weights(file.stem, halves, run.trained_steps(file.stem))
        (small.path / "card.md").write_text(card, encoding="utf-8")
        load(small.path)  # raises where a weight became infinite
        shutil.move(small.path, folder)


def portable(document: Mapping[str, Any]) -> dict[str, Any]:
    """What run.json says, without folders of this machine."""
    told = copy.deepcopy({key: it for key, it in document.items() if key != "format"})
    data = told["components"]["data"]["config"]
    if "path" in data:
        data["path"] = Path(data["path"]).name
    if "origin" in told and not told["origin"]["run"].startswith(pretrained.PREFIX):
        told["origin"]["run"] = Path(told["origin"]["run"]).name
    return told


def card_of(run: RunFolder, name: str, commands: Sequence[str], measured: Mapping[str, Any] | None) -> str:
    """The card of a run.

    Args:
        run: what was trained.
        name: what it will be called.
        commands: that trained it.
        measured: what ``motionkit evaluate --json`` wrote of it; None where nobody measured it.

    Raises:
        RunError: other weights were measured than the run's.
    """
    components = run.document["components"]
    parts = [components[role]["name"] for role in ("motion", "renderer", "generator") if role in components]
    data = components["data"]
    return CARD.format(
        name=name,
        prefix=pretrained.PREFIX,
        parts=" and ".join(f"`{part}`" for part in parts),
        data=f"`{Path(data['config'].get('path', data['name'])).name}`",
        seed=run.document["seed"],
        commands="\n".join(commands) or "(not noted)",
        scores="Not measured." if measured is None else scores_of(run, measured),
    )


def scores_of(run: RunFolder, measured: Mapping[str, Any]) -> str:
    """The scores as a table, and by which clips they were found."""
    weights = {file.name: sha256(file.read_bytes()).hexdigest() for file in run.path.glob("*.safetensors")}
    if measured["weights"] != weights:
        raise RunError(f"the scores were measured of other weights than those in {run.path}; evaluate it again")
    rows = [
        f"| {name} | {it['value']:.4g} | {it['low']:.4g} to {it['high']:.4g} | {it['floor']:.4g} | {it['better']} |"
        for name, it in measured["scores"].items()
    ]
    protocol = measured["protocol"]
    return "\n".join(
        [
            f"{protocol['n']} clips of {protocol['frames']} frames at {protocol['fps']:g} a second, seed "
            f"{protocol['seed']}, before the weights were rounded to half precision.",
            "",
            "| metric | score | 95 % interval | real | better |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--name", required=True, help="what it will be called")
    parser.add_argument("--scores", type=Path, help="what motionkit evaluate --json wrote")
    parser.add_argument("--command", action="append", default=[], help="a command that trained it; repeat for more")
    parser.add_argument("--out", type=Path, default=pretrained.root(), help="the default is the package")
    args = parser.parse_args()

    run, folder = RunFolder.open(args.run), args.out / args.name
    measured = None if args.scores is None else json.loads(args.scores.read_text(encoding="utf-8"))
    pack(run, folder, card_of(run, args.name, args.command, measured))
    print((folder / "card.md").read_text(encoding="utf-8"))
    for file in sorted(folder.iterdir()):
        print(f"{file.name:32} {file.stat().st_size / 2**20:7.2f} MiB")


if __name__ == "__main__":
    main()
