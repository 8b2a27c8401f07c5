"""Made people as if they were real: videos and pictures with keypoints beside them; and runs that cannot read them."""

import json
from pathlib import Path

import torch

from motionkit.datasets.actions import Actions
from motionkit.interfaces import Window
from motionkit.io.run import RunFolder
from motionkit.io.video import write_video
from motionkit.pictures.picture import save_png, to_picture

SIZE, FPS = 64, 25


def person(seconds: float, action: str = "wave1", fps: float = FPS, number: int = 0) -> Window:
    """A made person, each number another, who does something for so long."""
    dataset = Actions(Actions.Config(actions=(action,), seconds=max(seconds, 1.0)))
    return dataset[number].window(torch.arange(round(seconds * fps), dtype=torch.float64) / fps, SIZE)


def video_of(window: Window, path: Path) -> Path:
    """The person's video, and the keypoints beside it."""
    assert window.video_TCHW is not None
    write_video(path, to_picture(window.video_TCHW), FPS)
    return with_keypoints(window, path)


def picture_of(window: Window, path: Path) -> Path:
    """A picture of the person's first frame, and the keypoints beside it."""
    assert window.video_TCHW is not None
    save_png(path, to_picture(window.video_TCHW[0]))
    return with_keypoints(window, path)


def with_keypoints(window: Window, path: Path) -> Path:
    """What lies at the path, with the keypoints beside it."""
    pixels_TK2 = ((window.keypoints_TK2 + 1) * SIZE - 1) / 2
    frames = [
        {"time": float(time), "keypoints": [[*place, 1.0] for place in pose_K2.tolist()]}
        for time, pose_K2 in zip(window.times_T, pixels_TK2, strict=True)
    ]
    path.with_name(f"{path.stem}.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))
    return path


def without_encoder(run: Path, part: str, path: Path) -> Path:
    """A run of the same weights, but for the encoder of that part."""
    original = RunFolder.open(run)
    lasting = {key: value for key, value in original.document.items() if key != "format"}
    components = {role: it for role, it in original.document["components"].items() if role != f"{part}_encoder"}
    made = RunFolder.create(path, lasting | {"components": components})
    for role in ("motion", "renderer", *{"motion_encoder", "appearance_encoder"} - {f"{part}_encoder"}):
        made.save_weights(role, original.load_weights(role), 1)
    return path
