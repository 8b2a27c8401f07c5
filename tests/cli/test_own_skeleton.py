"""A skeleton of one's own, from keypoints beside a video to generated clips, pictures, and keypoints again."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine, tiny

from motionkit.interfaces import Skeleton
from motionkit.io.manifest import read_manifest
from motionkit.io.skeletons import skeleton_of
from motionkit.io.video import write_video
from motionkit.preparation.source import clips_from

MOUSE = """name: mouse-6
joints: [nose, left ear, right ear, back, hip, tail]
bones: [[nose, left ear], [nose, right ear], [nose, back], [back, hip], [hip, tail]]
mirror: [[left ear, right ear]]
"""
BODYPARTS = ("snout", "earL", "earR", "back", "hip", "tail")
SHAPE_K2 = np.array([[0, -14], [-4, -11], [4, -11], [0, -2], [0, 8], [0, 15]], float)
FRAMES, FPS = 40, 25


def film(folder: Path, name: str, seed: int) -> None:
    """A mouse that sways, a bright dot for each of its keypoints, and what DeepLabCut would write of it."""
    draw = np.random.default_rng(seed)
    sway_T = 4 * np.sin(np.arange(FRAMES) / 5 + draw.uniform(0, 6))
    places_TK2 = 24 + SHAPE_K2 + sway_T[:, None, None] * np.linspace(0.2, 1, 6)[:, None] * [1, 0]
    frames_THWC = np.full((FRAMES, 48, 48, 3), 40, np.uint8)
    for index, place_K2 in enumerate(places_TK2.round().astype(int)):
        frames_THWC[index, place_K2[:, 1], place_K2[:, 0]] = 255
    write_video(folder / f"{name}.mp4", frames_THWC, FPS)
    names = ["nose" if part == "snout" else part for part in BODYPARTS for _ in range(3)]
    lines = [["scorer", *["DLC"] * 18], ["bodyparts", *names], ["coords", *["x", "y", "likelihood"] * 6]]
    lines += [
        [index, *(value for x, y in place_K2 for value in (x, y, 0.95))] for index, place_K2 in enumerate(places_TK2)
    ]
    text = "".join(",".join(map(str, line)) + "\n" for line in lines)
    (folder / f"{name}DLC_resnet50_mouseMay1shuffle1_1000.csv").write_text(text)


def test_a_mouse_all_the_way(motionkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "videos").mkdir()
    for seed in range(3):
        film(tmp_path / "videos", f"m{seed}", seed)
    Path("mouse.yaml").write_text(MOUSE)
    mouse = ("-o", "detector.skeleton=mouse.yaml")
    words = ("prepare", "videos", "--detector", "sidecar", "--size", 32, *mouse)
    assert "3 clips" in motionkit(*words, "--out", "clips").stdout
    skeleton = read_manifest(Path("clips")).skeleton
    assert isinstance(skeleton, Skeleton) and skeleton == skeleton_of("mouse.yaml")
    told = motionkit("prepare", "videos", "--detector", "sidecar", "--out", "people", status=1).stderr
    assert "has no keypoint for left eye" in told and "detector.skeleton=FILE" in told

    data = ("--data", "clips", "--out", "run", "--steps", 2)
    motionkit("train", *data, *tiny()[:-2])  # without the clips of made data
    motionkit("generate", "run", "-n", 1, "--seconds", 0.5, "--fps", 12, "--overlay", "--out", "made")
    motionkit("figures", "run", "--out", "pictures")
    motionkit("inspect", "clips", "--out", "page")
    assert {path.name for path in Path("pictures").glob("*.png")} == {"frame-rates.png", "dense-keypoints.png"}
    motionkit("export", "run", "-n", 1, "--seconds", 1, "--fps", 12, "--out", "exported")
    document = json.loads(Path("exported/clip-000.keypoints.json").read_text())
    assert document["skeleton"] == "mouse-6" and len(document["frames"][0]["keypoints"]) == 6
    assert skeleton_of("exported/skeleton.yaml") == skeleton
    real = clips_from("videos/m1.mp4", skeleton, 16)  # as generate --motion-from reads it
    assert real.keypoints_BTK2.shape == (1, FRAMES, 6, 2)
