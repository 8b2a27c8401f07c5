"""A run in the layout of a model repository: its weights, and a card that says what it is and how good it is."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from motionkit.assembly import load
from motionkit.evaluation import record
from motionkit.evaluation.score import Scores
from motionkit.interfaces import RunError
from motionkit.io import hub, pretrained
from motionkit.io.atomic import replacing_folder
from motionkit.io.run import RunFolder
from motionkit.numerics.timeline import frame_times
from motionkit.pictures.picture import save_png
from motionkit.pictures.sheets import TILE, contact_sheet
from motionkit.pictures.skeletons import as_seen
from motionkit.runs.portable import placeless, portable, settings_yaml
from motionkit.runs.run import Run

CARD, PICTURE = "README.md", "picture.png"
WRITTEN = ("run.json", CARD, PICTURE, record.FOLDER)
"""What is in such a folder beside ``.safetensors`` files."""

CLIPS, SECONDS, FPS = 6, 2.0, 16.0
"""Of the picture."""

TEXT = """# {title}

{parts}, trained on {data} with seed {seed}.

{usage}

## How it was trained

{training}

## Data

{clips}

## Scores

{scores}

## Settings

```yaml
{settings}```
"""

USAGE = """![{clips} clips that it made, one a row]({picture})

```
motionkit generate {source}
```

```python
import motionkit

generator = motionkit.load("{source}")
clips = generator.sample(4, times=motionkit.frame_times(seconds=2, fps=30))
```"""

USAGE_OF_A_RENDERER = """```
motionkit transfer --motion pretrained:actions --renderer {source}
```"""


def publish(
    run: Run, folder: Path, name: str, commands: Sequence[str] = (), licence: str | None = None, half: bool = False
) -> None:
    """Write a run as a model repository.

    Args:
        run: that was trained.
        folder: appears whole or not at all, in the place of what this wrote there before.
        name: what it will be called: a word, ``OWNER/NAME`` of a repository, or ``pretrained:NAME``.
        commands: that trained it; without any, the card has one that trains the like.
        licence: its identifier, such as ``mit``; None leaves it to the repository.
        half: keep the weights in half precision.

    Raises:
        RunError: there is something else in the folder, the run is damaged, or its weights are too large for half
            precision.
    """
    _refuse_others(folder)
    with tempfile.TemporaryDirectory() as temporary:
        copied = RunFolder.create(Path(temporary) / "run", portable(run.folder.document))
        for file in sorted(run.folder.path.glob("*.safetensors")):
            weights = run.folder.load_weights(file.stem)
            if half:
                weights = {key: it.half() if it.is_floating_point() else it for key, it in weights.items()}
            copied.save_weights(file.stem, weights, run.folder.trained_steps(file.stem))
            copied.load_weights(file.stem)  # raises where one became infinite
        if run.parts.keys() != {"renderer"}:
            generator = load(copied.path)
            clips = generator.sample(CLIPS, times=frame_times(SECONDS, FPS), seed=0)
            save_png(copied.path / PICTURE, contact_sheet(as_seen(clips, generator.skeleton, size=TILE)))
        if run.is_measured:
            _copy_scores(run, copied, half)
        (copied.path / CARD).write_text(card(run, name, commands, licence, half), encoding="utf-8")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing_folder(folder) as whole:
            shutil.copytree(copied.path, whole, dirs_exist_ok=True)


def card(run: Run, name: str, commands: Sequence[str], licence: str | None, half: bool) -> str:
    """The text of README.md; see :func:`publish`."""
    title = name.removeprefix(pretrained.PREFIX).rpartition("/")[2]
    shipped = name.startswith(pretrained.PREFIX)
    source = name if shipped else f"{hub.PREFIX}{name}" if "/" in name else name
    usage = USAGE_OF_A_RENDERER if run.parts.keys() == {"renderer"} else USAGE
    head = yaml.safe_dump(_front(run, title, licence), sort_keys=False, allow_unicode=True, width=120)
    text = TEXT.format(
        title=title,
        parts=" and ".join(f"`{part}`" for part in run.parts.values()),
        data=f"`{Path(run.data).name}`",
        seed=run.document.seed,
        usage=usage.format(clips=CLIPS, picture=PICTURE, source=source),
        training=_training(run, commands),
        clips=_clips(run),
        scores=_scores(run, half),
        settings=settings_yaml(run),
    )
    return f"---\n{head}---\n\n{text}"


def _front(run: Run, title: str, licence: str | None) -> dict[str, Any]:
    """What the Hub reads: the library, tags, and the scores as it has those of all models."""
    front: dict[str, Any] = {"library_name": "motionkit", "tags": ["video-generation", *run.parts.values()]}
    if licence is not None:
        front["license"] = licence
    if run.is_measured and run.scores:
        dataset = {"name": Path(run.data).name, "type": run.document.components["data"].name}
        metrics = [{"type": it, "name": it, "value": score.value} for it, score in run.scores.items()]
        result = {"task": {"type": "video-generation"}, "dataset": dataset, "metrics": metrics}
        front["model-index"] = [{"name": title, "results": [result]}]
    return front


def _training(run: Run, commands: Sequence[str]) -> str:
    told = run.document
    steps = " and ".join(f"{it.steps} steps of stage `{stage}`" for stage, it in run.trained.items())
    versions = ", ".join(sorted({f"{part.distribution} {part.version}" for part in told.components.values()}))
    if commands:  # A run knows its own steps, and not those of the runs that it started from.
        intro = f"These commands made it, with {versions}; the last training of each stage took {steps}."
        return "\n".join([intro, "", "```", *commands, "```"])
    origin = f", starting from `{portable(run.folder.document)['origin']['run']}`" if told.origin else ""
    start = " and `--from` that run" if told.origin else ""
    return (
        f"It was trained for {steps}{origin}, with {versions}.\n\n"
        f"The settings below as `settings.yaml`{start} train the like:\n\n"
        "```\nmotionkit train --config settings.yaml\n```"
    )


def _clips(run: Run) -> str:
    document = portable(run.folder.document)
    data, skeleton = document["components"]["data"], document["skeleton"]
    lines = [
        f"The dataset `{data['name']}` of {data['distribution']} {data['version']}, "
        f"with the {len(skeleton['joints'])} keypoints of {skeleton['name']}."
    ]
    if run.document.clips:
        lines += [f"The clips' digest is `{run.document.clips}`."]
    return " ".join(lines)


def _scores(run: Run, half: bool) -> str:
    if run.record is None or not run.is_measured:
        return "Not measured." if run.record is None else "Not measured since it was last trained."
    protocol = run.record.protocol
    rounded = ", before the weights were rounded to half precision" if half else ""
    data = portable({"components": {"data": run.record.data}})["components"]["data"]
    said = (
        f"{protocol['n']} clips of {protocol['frames']} frames at {protocol['fps']:g} a second, seed "
        f"{protocol['seed']}, against held-out clips of `{data['config'].get('path', data['name'])}`{rounded}. "
        "*Real* is the score of other real clips in the place of generated ones, *better* where the best score lies."
    )
    return f"{said}\n\n{Scores(run.record.scores).table().markdown()}"


def _copy_scores(run: Run, copied: RunFolder, half: bool) -> None:
    """The scores, without paths, as those of the copied weights, which are the same but for their rounding."""
    source = run.folder.path / record.FOLDER / record.NAME
    told = placeless(json.loads(source.read_bytes()))
    told |= {
        "data": portable({"components": {"data": told["data"]}})["components"]["data"],
        "run": copied.document,
        "weights": copied.checksums(),
        "measured_before_rounding": half,
    }
    (copied.folder(record.FOLDER) / record.NAME).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _refuse_others(folder: Path) -> None:
    """Raises RunError where a folder holds what no card does."""
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file; choose another --out")
    held = sorted(it.name for it in folder.iterdir()) if folder.is_dir() else []
    if others := [name for name in held if name not in WRITTEN and not name.endswith(".safetensors")]:
        raise RunError(f"{folder} holds {others[0]}, which no card has; choose another --out")
