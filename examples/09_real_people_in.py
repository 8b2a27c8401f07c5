"""Real people in: a clip played again, continued and slowed, a picture that moves, and the way between two people.

    make demo
    python examples/09_real_people_in.py runs/demo --out runs/people-in
    python examples/09_real_people_in.py runs/demo --video ann.mp4 --picture bob.jpg --detector mediapipe

An encoder turns what a real clip shows into the noise that the generator could have made it from. From there on it is
noise like any other: to be asked for at any time, mixed, and left gradually. Without ``--video`` and ``--picture`` this
script makes some, with a file of keypoints beside each.
"""

import argparse
import json
from pathlib import Path

import torch

import motionkit
from motionkit.datasets.actions import Actions
from motionkit.interfaces import Noise, VideoGenerator, Window
from motionkit.io.video import write_video
from motionkit.numerics.great_circle import great_circle
from motionkit.pictures.picture import save_png, to_picture
from motionkit.pictures.sheets import compare
from motionkit.preparation.source import clips_from

FPS, SIZE = 25, 64


def somebody(number: int, action: str, frames: int) -> Window:
    """A made person, of the test split: the run has never seen them."""
    dataset = Actions(Actions.Config(actions=(action,)), "test")
    return dataset[number].window(torch.arange(frames, dtype=torch.float64) / FPS, SIZE)


def write_keypoints(path: Path, window: Window) -> None:
    """What a detector would find, in the form of docs/your-own-videos.md, beside a video or a picture."""
    pixels_TK2 = ((window.keypoints_TK2 + 1) * SIZE - 1) / 2
    frames = [
        {"time": float(time), "keypoints": [[x, y, 1.0] for x, y in pose_K2.tolist()]}
        for time, pose_K2 in zip(window.times_T, pixels_TK2, strict=True)
    ]
    path.with_name(f"{path.stem}.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))


def make_video(path: Path) -> Path:
    window = somebody(0, "wave1", 30)
    write_video(path, to_picture(window.video_TCHW), FPS)
    write_keypoints(path, window)
    return path


def make_picture(path: Path) -> Path:
    window = somebody(1, "jack", 1)
    save_png(path, to_picture(window.video_TCHW[0]))
    write_keypoints(path, window)
    return path


def made(generator: VideoGenerator, noise: Noise, times_T: torch.Tensor) -> motionkit.Clips:
    """One clip of that noise; a long one is made piece by piece."""
    return motionkit.Clips.joined(list(generator.pieces(noise, times_T)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", help="a run with encoders, such as runs/demo")
    parser.add_argument("--video", type=Path, help="somebody who moves")
    parser.add_argument("--picture", type=Path, help="somebody else")
    parser.add_argument("--detector", help="who finds them; the default is a file of keypoints beside each")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--out", type=Path, default=Path("runs/people-in"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    video = args.video or make_video(args.out / "ann.mp4")
    picture = args.picture or make_picture(args.out / "bob.png")

    # 1. A video and a picture become clips of the run's size, in a square about the figure.
    generator = motionkit.load(args.run)
    ann, bob = (clips_from(path, generator.skeleton, generator.image_size, args.detector) for path in (video, picture))
    print(f"{video}: {ann.times.shape[-1]} frames; {picture}: {bob.times.shape[-1]} frame")

    # 2. Clips become noise. A picture has an appearance and no motion.
    codes = {name: generator.encode(clips) for name, clips in (("ann", ann), ("bob", bob))}
    for name, code in codes.items():
        print(f"{name} shows {' and '.join(code)}")

    # A code is a guess; fitted to its clip, a motion comes several times nearer.
    codes["ann"] = generator.fit(codes["ann"], ann)

    # 3. Noise becomes clips. Moments of the real clip are moments of the generator's clock; beyond its end it goes on.
    #    Slow motion asks for more moments, none of which is made of its neighbours.
    times_T, dense_T = (
        generator.clock(motionkit.frame_times(args.seconds, rate, first=0)) for rate in (args.fps, 4 * args.fps)
    )
    ann_in_bobs_clothes = codes["ann"] | codes["bob"]
    for name, noise, asked_T in (
        ("ann-again", codes["ann"], times_T),
        ("bob-moves-as-ann", ann_in_bobs_clothes, times_T),
        ("bob-moves-as-ann-slowly", ann_in_bobs_clothes, dense_T),
        ("bob-moves-as-nobody", generator.noise(1, seed=0) | codes["bob"], times_T),
    ):
        clips = made(generator, noise, asked_T)
        write_video(args.out / f"{name}.mp4", to_picture(clips.video_BTCHW[0]), args.fps)
        print(f"{args.out / name}.mp4: {len(asked_T)} frames")

    # 4. What is lost on the way, one sees at the real clip's own moments.
    own_T = generator.clock(ann.times_BT[0])
    kinds = {"ann": ann}
    for name, noise in (("ann again", codes["ann"]), ("bob as ann", ann_in_bobs_clothes)):
        kinds[name] = made(generator, noise, own_T)
    save_png(args.out / "compared.png", compare(kinds, generator.skeleton))
    print(f"{args.out}/compared.png")

    # 5. The way between two people. Noise lies near a sphere, so the way goes along it and not through its middle.
    way_SD = great_circle(codes["ann"]["appearance"][0], codes["bob"]["appearance"][0], torch.linspace(0, 1, 5))
    for step, appearance_D in enumerate(way_SD):
        noise = {"motion": codes["ann"]["motion"], "appearance": appearance_D[None]}
        still = next(iter(generator.pieces(noise, times_T[:1])))
        save_png(args.out / f"ann-to-bob-{step}.png", to_picture(still.video_BTCHW[0, 0]))
    print(f"{args.out}/ann-to-bob-0.png to -{len(way_SD) - 1}.png")


if __name__ == "__main__":
    main()
