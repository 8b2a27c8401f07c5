"""A folder with one good file of each kind that motionkit reads, made by motionkit itself."""

import json
import random
from pathlib import Path

import yaml
from benchmarking import TINY as TINY_BENCH
from campaigns.apart import motionkit_apart
from captures import body_bvh, deepmimic_frame
from command_line import TINY, tiny
from films import films
from PIL import Image

MOTION = [word for setting in TINY if setting.startswith(("motion", "loop")) for word in ("-o", setting)]
"""Settings of a tiny motion, on any data."""

MADE = [*tiny(), "-o", "data.clips=8"]
"""Settings of a tiny training of both stages on made clips."""

CAMERA = ["-o", "camera.views=1"]
BENCH = [
    *("bench", "--out", "report", "--stage", "motion", "--baseline", "rnn", "--steps", "2", "-n", "6"),
    *("--metrics", "acceleration", *(word for setting in TINY_BENCH for word in ("-o", setting))),
]
"""The command that made ``report``."""

PREPARE = ["prepare", "videos", "--out", "clips", "--detector", "sidecar", "--size", "16"]
"""The command that made ``clips``."""


def make_workspace(folder: Path) -> Path:
    """Make the folder: videos with sidecars, captures, clips, runs, a benchmark, a file of settings.

    The run in ``run`` has trained two steps of four.
    """
    films(folder / "videos", "ann_wave", "bob_walk")
    films(folder / "photos", "film")
    Image.radial_gradient("L").resize((32, 32)).convert("RGB").save(folder / "photos" / "face.png")
    sidecar = json.loads((folder / "photos" / "film.keypoints.json").read_text())
    sidecar["frames"] = [{"time": 0, "keypoints": sidecar["frames"][0]["keypoints"]}]
    (folder / "photos" / "face.keypoints.json").write_text(json.dumps(sidecar))
    body_bvh(folder / "captures" / "body.bvh", lambda frame: 3.0 * frame, frames=40)
    frames = [deepmimic_frame(left_elbow=[index / 20]) for index in range(40)]
    (folder / "captures" / "humanoid.txt").write_text(json.dumps({"Loop": "wrap", "Frames": frames}))
    settings: dict[str, dict[str, object]] = {}
    for setting in TINY:
        place, value = setting.split("=")
        section, key = place.split(".")
        settings.setdefault(section, {})[key] = yaml.safe_load(value)
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings))
    for words in (PREPARE, ["train", "--out", "run", "--steps", "2", *MADE], BENCH):
        outcome = motionkit_apart(folder, *words)
        assert outcome.kind == "done", outcome.told
    document = json.loads((folder / "run" / "run.json").read_text())
    document["budget"]["steps"] = 4
    (folder / "run" / "run.json").write_text(json.dumps(document, indent=2) + "\n")
    return folder


def exchanged(rng: random.Random, folder: Path, file: str) -> bytes:
    """The contents of another file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / file)
    return rng.choice(files).read_bytes()


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by their names in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
