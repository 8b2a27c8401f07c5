"""Slow motion: the same clip at its own speed, at a quarter of it, and slowing down halfway, from a trained run.

    make demo
    python examples/04_slow_motion.py runs/demo --out runs/slow-motion

Nothing is interpolated between frames. The motion model is asked for keypoints at other times, and every frame is
drawn from its own keypoints; so a slow clip has as many true frames as it plays.
"""

import argparse
from pathlib import Path

import torch

import motionkit
from motionkit.io.video import write_video
from motionkit.pictures.picture import to_picture
from motionkit.pictures.skeletons import overlay

CURVES = {
    "own-speed": "1",
    "quarter-speed": "0.25",
    # Fraction of the clip : playback speed. Full speed at both ends, a quarter in the middle, straight in between.
    "slowing-down": "0:1,0.5:0.25,1:1",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a run folder, such as runs/demo")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each clip as it plays")
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("runs/slow-motion"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    generator = motionkit.load(args.run)
    played_T = motionkit.frame_times(args.seconds, args.fps)
    for name, curve in CURVES.items():
        # The moments of play become moments of the motion's own clock: the integral of the speed.
        times_T = motionkit.SpeedCurve.parse(curve).warp(played_T, args.seconds)
        sample = generator.sample(1, times=times_T, seed=args.seed)
        if sample.video is None:  # a run of stage I alone
            frames = overlay(None, sample.keypoints_BTK2[0], generator.skeleton)
        else:
            frames = to_picture(sample.video_BTCHW[0])
        write_video(args.out / f"{name}.mp4", frames, args.fps)
        print(f"{args.out / name}.mp4: {len(frames)} frames of {float(times_T[-1]):.2f} s of motion")

    # The motion does not know how it is played: a time that two clips share has the same pose in both.
    shared = generator.sample(1, times=torch.tensor([0.25, 0.5]), seed=args.seed)
    dense = generator.sample(1, times=motionkit.frame_times(0.5, args.fps), seed=args.seed)
    gap = (shared.keypoints_BTK2[0, -1] - dense.keypoints_BTK2[0, -1]).abs().max()
    print(f"the pose at 0.5 s, asked for alone and among {len(dense.times)} frames, differs by {float(gap):.1e}")


if __name__ == "__main__":
    main()
