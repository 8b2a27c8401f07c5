"""Takes drawn: frame for frame what the command line exports, piece by piece, in bounded memory."""

import io
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import motionkit
from motionkit.interfaces import Clips, ConfigError, DataError, Skeleton, VideoGenerator
from motionkit.io.run import RunFolder
from motionkit.numerics.moments import moments
from motionkit.numerics.places import noise_at, places_of
from motionkit.pictures.picture import Picture
from motionkit.pictures.skeletons import as_seen, side_colour
from motionkit.studio.memory import Kept
from motionkit.studio.shelf import Item, Shelf
from motionkit.studio.takes import Take

GENERATORS = 4
"""How many loaded generators are kept; the size small has 30 MB of weights."""
NOTES, FRAMES, WHOLE = 32 << 20, 64 << 20, 128 << 20
"""Bytes of what is kept: keypoints and noise of takes; frames as PNG; clips of generators that make them at once."""
PIECE, PIECE_GPU = 8, 64
"""Frames of 64 x 64 pixels that are drawn at once: as many as come soon enough, and what ``generate`` draws at once."""
NEAR = 1e-3
"""Of a frame's length: how near to a trained moment a time counts as one, for being rounded."""


class Loaded(NamedTuple):
    """A generator, and the state that its files were in."""

    generator: VideoGenerator
    stamp: str
    judged: float


class Plan(NamedTuple):
    """All that is known of a take before a frame of it is drawn.

    Attributes:
        key: tells it from all others, those of other weights too.
        loaded: who makes it.
        noise: (1, D) by part.
        shown_T, asked_T: as :func:`motionkit.numerics.moments.moments` gives them.
        keypoints_BTK2: of all frames; None of a generator without.
    """

    key: tuple[Any, ...]
    loaded: Loaded
    noise: dict[str, Tensor]
    shown_T: Tensor
    asked_T: Tensor
    keypoints_BTK2: Tensor | None

    @property
    def weight(self) -> int:
        """Bytes of its tensors."""
        tensors = [*self.noise.values(), self.shown_T, self.asked_T, self.keypoints_BTK2]
        return sum(it.nbytes for it in tensors if it is not None)

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.shown_T)


class Piece(NamedTuple):
    """Some frames of a take as PNG files, the number of the first of them, and their keypoints, (T, K, 2)."""

    first: int
    pictures: list[bytes]
    keypoints_TK2: np.ndarray | None

    @property
    def weight(self) -> int:
        """Bytes of its pictures and keypoints."""
        return sum(map(len, self.pictures)) + (0 if self.keypoints_TK2 is None else self.keypoints_TK2.nbytes)


class Rendering:
    """Draws takes. All methods are called by the thread that draws; :meth:`plan` by another one too, for long takes.

    Args:
        shelf: the runs that may be opened.
        device: where clips are made; the command line's choice by default.
    """

    def __init__(self, shelf: Shelf, device: str | None = None) -> None:
        self.shelf = shelf
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.generators: Kept[Loaded] = Kept(GENERATORS)
        self.plans: Kept[Plan] = Kept(NOTES, lambda plan: plan.weight)
        self.pieces: Kept[Piece] = Kept(FRAMES, lambda piece: piece.weight)
        self.whole: Kept[Picture] = Kept(WHOLE, lambda picture: picture.nbytes)

    def loaded(self, run: str, renderer: str | None = None) -> Loaded:
        """The generator of a run, drawn by another's renderer where one is named, as its files are now.

        Raises:
            DataError: the run is not there any more.
            RunError, PluginError: it is damaged, or needs what is not installed.
        """
        items = [self.shelf.run(id_) for id_ in (run, renderer) if id_ is not None]
        stamp = stamp_of(*items)
        kept = self.generators.get((run, renderer))
        if kept is not None and kept.stamp == stamp:
            return kept
        if renderer is None:
            generator = motionkit.load(items[0].path, self.device)
        else:
            runs = {role: RunFolder.open(item.path) for role, item in zip(("motion", "renderer"), items, strict=True)}
            generator = motionkit.join(runs).to(self.device).eval()
        return self.generators.put((run, renderer), Loaded(generator, stamp, motionkit.judged_seconds(items[0].path)))

    def plan(self, take: Take, real: motionkit.Coded | None) -> Plan:
        """What is known of a take before it is drawn, its keypoints among it.

        Args:
            take: what the page asks for.
            real: what was read of real people for it, by these very weights.

        Raises:
            MotionkitError: such a take can't be made.
        """
        loaded = self.loaded(take.run, take.renderer)
        key = (loaded.stamp, take.model_dump_json())
        if (kept := self.plans.get(key)) is not None:
            return kept
        generator = loaded.generator
        texts = [f"{part}={place}" for part, place in take.noise.items() if part in generator.noise_sizes]
        noise = noise_at(generator, places_of(generator, texts, 0)) | (real.noise if real else {})
        of_real = real is not None and real.seconds is not None
        shown_T, asked_T = moments(generator, take.seconds, take.fps, take.curve, of_real)
        _check_length(generator, asked_T)
        keypoints = None
        if generator.draws_poses:
            keypoints = generator.keypoints(noise, asked_T.to(generator.device))
        return self.plans.put(key, Plan(key, loaded, noise, shown_T, asked_T, keypoints))

    def piece(self, plan: Plan, frame: int) -> Piece:
        """The piece of a take that a frame lies in; of a number beyond the last frame that of the last."""
        size = self._piece_size(plan)
        first = max(0, min(frame, plan.frames - 1)) // size * size
        key = (plan.key, first)
        if (kept := self.pieces.get(key)) is not None:
            return kept
        within = slice(first, first + size)
        keypoints_TK2 = None
        if plan.keypoints_BTK2 is not None:
            generator, poses_BTK2 = plan.loaded.generator, plan.keypoints_BTK2[:, within]
            keypoints_TK2 = poses_BTK2[0].cpu().numpy()
            drawn = generator.draw(plan.noise, Clips(plan.asked_T[within].to(poses_BTK2), poses_BTK2))
            frames_THWC = as_seen(drawn, generator.skeleton)[0]
        else:
            frames_THWC = self._whole(plan)[within]
        return self.pieces.put(key, Piece(first, [png(frame_HWC) for frame_HWC in frames_THWC], keypoints_TK2))

    def posed(self, plan: Plan, keypoints_K2: np.ndarray) -> bytes:
        """One pose in the appearance of a take, as a PNG file.

        Raises:
            ConfigError: the generator draws no poses, or they are not its skeleton's.
        """
        generator = plan.loaded.generator
        skeleton = generator.skeleton
        if skeleton is None or not generator.draws_poses:
            raise ConfigError("this generator makes video without keypoints, so there is no pose to drag")
        if keypoints_K2.shape != (skeleton.size, 2) or not np.isfinite(keypoints_K2).all():
            raise ConfigError(f"a pose of {skeleton.name} has {skeleton.size} finite points")
        pose = torch.from_numpy(keypoints_K2).float().clamp(-4, 4).to(generator.device)[None, None]
        drawn = generator.draw(plan.noise, Clips(torch.zeros(1, device=generator.device), pose))
        return png(as_seen(drawn, skeleton)[0, 0])

    def clips(self, plan: Plan) -> Iterator[Clips]:
        """The take piece by piece, for a file: the frames that the page shows, and ``generate`` makes."""
        generator, poses_BTK2 = plan.loaded.generator, plan.keypoints_BTK2
        if poses_BTK2 is None:
            yield from generator.pieces(plan.noise, plan.asked_T.to(generator.device))
            return
        for poses in Clips(plan.asked_T.to(poses_BTK2), poses_BTK2).chunks(self._piece_size(plan)):
            yield generator.draw(plan.noise, poses)

    def _piece_size(self, plan: Plan) -> int:
        if self.device != "cpu":
            return PIECE_GPU
        size = plan.loaded.generator.image_size or 64
        return max(1, min(PIECE, PIECE * 64 * 64 // size**2))

    def _whole(self, plan: Plan) -> Picture:
        """All frames of a generator that makes them at once."""
        if (kept := self.whole.get(plan.key)) is not None:
            return kept
        skeleton = plan.loaded.generator.skeleton
        seen = [as_seen(clips, skeleton)[0] for clips in self.clips(plan)]
        return self.whole.put(plan.key, np.concatenate(seen))


def stamp_of(*items: Item) -> str:
    """Changes whenever a file of the runs does that a generator is loaded from."""
    told = []
    for item in items:
        for file in sorted([item.path / "run.json", *item.path.glob("*.safetensors")]):
            try:
                status = file.stat()
            except OSError as error:
                raise DataError(f"{item.name}: {file.name} is not there any more; was the run moved?") from error
            told.append((item.id, file.name, status.st_mtime_ns, status.st_size))
    return format(hash(tuple(told)) & (1 << 64) - 1, "x")


def facts(loaded: Loaded) -> dict[str, Any]:
    """What the page should know of a generator."""
    generator = loaded.generator
    return {
        "stamp": loaded.stamp,
        "noise": dict(generator.noise_sizes),
        "size": generator.image_size,
        "trained_fps": generator.trained_fps,
        "continuous": generator.continuous,
        "max_seconds": generator.max_seconds,
        "judged": None if math.isinf(loaded.judged) else loaded.judged,
        "encodes": list(generator.encodes),
        "draws_poses": generator.draws_poses,
        "skeleton": None if generator.skeleton is None else drawn_as(generator.skeleton),
    }


def drawn_as(skeleton: Skeleton) -> dict[str, Any]:
    """A skeleton as the page draws it, with the colours of the pictures that the command line makes."""

    def colour(*joints: int) -> str:
        return "#{:02x}{:02x}{:02x}".format(*side_colour(skeleton, *joints))

    return {
        "name": skeleton.name,
        "joints": [{"name": name, "colour": colour(joint)} for joint, name in enumerate(skeleton.joints)],
        "bones": [{"ends": bone, "colour": colour(*bone)} for bone in skeleton.bones],
    }


def told(plan: Plan) -> dict[str, Any]:
    """What the page should know of a take before it sees a frame.

    ``trained`` says of each frame whether training looked at such a moment; of the others nobody has seen a frame.
    """
    fps = plan.loaded.generator.trained_fps
    trained: list[bool] = []
    if fps is not None:
        places_T = plan.asked_T.double() * fps
        trained = ((places_T - places_T.round()).abs() < NEAR).tolist()
    return {
        "facts": facts(plan.loaded),
        "frames": plan.frames,
        "times": [round(time, 6) for time in plan.shown_T.tolist()],
        "trained": trained,
    }


def png(frame_HWC: Picture) -> bytes:
    """A frame as the file that ``generate --format png`` writes."""
    written = io.BytesIO()
    Image.fromarray(frame_HWC).save(written, format="PNG")
    return written.getvalue()


def _check_length(generator: VideoGenerator, asked_T: Tensor) -> None:
    latest, longest = float(asked_T[-1]), generator.max_seconds
    if longest is not None and latest > longest + 1e-4:
        raise ConfigError(f"this generator makes clips of at most {longest:g} s, but {latest:.3g} s were asked for")
