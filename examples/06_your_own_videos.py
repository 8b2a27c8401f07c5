"""Your own videos: from a folder of them to generated ones, in three commands.

    python examples/06_your_own_videos.py --minutes 5 --out runs/mine
    python examples/06_your_own_videos.py --videos ~/clips --detector mediapipe --minutes 30 --out runs/mine

A detector finds the keypoints, ``prepare`` keeps the stretches in which they can be trusted, and what is left is a
dataset like any other. Without ``--videos`` this script makes some, with a file of keypoints beside each, as any pose
program could have written it; the detector ``sidecar`` reads those.
"""

import argparse
import json
from pathlib import Path

import torch

from motionkit.cli import cli
from motionkit.datasets.actions import Actions
from motionkit.io.video import write_video
from motionkit.pictures.picture import to_picture

FPS, SIZE = 25, 64


def make_videos(folder: Path, number: int) -> None:
    """Videos of made figures, with what a detector would find in them: the form is that of docs/your-own-videos.md."""
    folder.mkdir(parents=True, exist_ok=True)
    times_T = torch.arange(3 * FPS, dtype=torch.float64) / FPS
    dataset = Actions(Actions.Config(clips=number))
    for index in range(number):
        window = dataset[index].window(times_T, SIZE)
        write_video(folder / f"clip{index:02d}.mp4", to_picture(window.video_TCHW), FPS)
        # Pixels of the video, where 0 is the centre of the first: [-1, 1] is from edge to edge.
        pixels_TK2 = ((window.keypoints_TK2 + 1) * SIZE - 1) / 2
        frames = [
            {"time": float(time), "keypoints": [[float(x), float(y), 1.0] for x, y in pose_K2]}
            for time, pose_K2 in zip(times_T, pixels_TK2, strict=True)
        ]
        frames[10]["keypoints"] = None  # a detector misses now and then: so short a gap is filled
        (folder / f"clip{index:02d}.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))


def motionkit(*words: object) -> None:
    """The command line, said aloud."""
    print("\n$ motionkit", *words)
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=Path, help="your folder of videos; without it some are made")
    parser.add_argument("--detector", default="sidecar", help="who finds the keypoints")
    parser.add_argument("--minutes", type=float, default=5.0, help="of training, for each stage")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="settings for motionkit train")
    parser.add_argument("--out", type=Path, default=Path("runs/mine"))
    args = parser.parse_args()
    videos = args.videos or args.out / "videos"
    if args.videos is None:
        make_videos(videos, number=12)

    # Read the table that this prints: a video of which little is kept is one that the detector does not understand.
    clips, run = args.out / "clips", args.out / "run"
    motionkit("prepare", videos, "--out", clips, "--detector", args.detector)
    motionkit("plugins", "check", "folder", "-o", f"dataset.path={clips}")
    settings = [word for setting in args.settings for word in ("-o", setting)]
    motionkit("train", "--data", clips, "--minutes", args.minutes, "--out", run, *settings)
    motionkit("generate", run, "-n", 4, "--seconds", 1)


if __name__ == "__main__":
    main()
