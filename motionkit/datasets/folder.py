"""The dataset ``folder``: clips that were recorded, as ``motionkit prepare`` writes them."""

import hashlib
import json
import os.path
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import torch
from pydantic import AfterValidator, Field
from torch import Tensor

from motionkit.interfaces import Clip, ClipDataset, ComponentConfig, ConfigError, DataError, Skeleton, Split, Window
from motionkit.interfaces.dataset import as_video
from motionkit.io.clips import ClipFile
from motionkit.io.exclusions import NAME as EXCLUDED
from motionkit.io.exclusions import read_exclusions, without
from motionkit.io.files import inside
from motionkit.io.manifest import ClipRecord, VideoRecord, read_manifest
from motionkit.io.text import as_path
from motionkit.numerics.nearest import distinct_nearest
from motionkit.numerics.resize import resized
from motionkit.pictures.picture import planes


class ClipFolder(ClipDataset):
    """The clips of a folder that holds a ``dataset.json``.

    All clips of one subject are in the same split, so that nobody is in both; where the subjects are not known, all
    clips of one video are, so that no scene is in both. Which of them are held out depends on their names alone. The
    mirrored copy of a clip is a clip of its own, after all those that are not mirrored. Clips that the folder's
    ``excluded.json`` names are left out.

    Raises:
        DataError: the folder is missing, damaged, or holds no clips; or its videos have no such label or subject.
        ConfigError: subjects are named for a split by videos.
    """

    class Config(ComponentConfig):
        """Where the clips are, and which of them are held out."""

        path: Annotated[Path, AfterValidator(lambda path: as_path(os.path.expanduser(path)).resolve())]
        """The clip folder; kept in full, so that a run can go on from anywhere."""
        mirror: bool = True
        """Add the mirrored copy of each training clip: twice the data, for the price of losing which hand is which."""
        labels: tuple[str, ...] = ()
        """The only labels used; empty for all."""
        split_by: Literal["auto", "subject", "video"] = "auto"
        """What is held out whole; ``auto`` is subjects where every video's is known, else videos."""
        test_subjects: tuple[str, ...] = ()
        """The subjects that are held out, instead of a fraction of them."""
        test_fraction: float = Field(0.1, ge=0, lt=1)
        """Share of the subjects or videos that is held out, rounded up; at least one stays for training."""

    config: Config

    def __init__(self, config: Config, split: Split = "train") -> None:
        super().__init__(config, split)
        manifest = read_manifest(config.path)
        videos = [video for video in manifest.videos if video.clips]
        if not videos:
            raise DataError(f"{config.path}: holds no clips; its dataset.json says what became of each video")
        if config.labels:
            videos = _labelled(videos, config)
        self._skeleton, self._settings = manifest.skeleton, manifest.settings
        # Who is held out is settled before, so that leaving a clip out moves nobody into training.
        self._videos = without(_chosen(videos, split, config), exclusions := read_exclusions(config.path))
        if exclusions and not without(videos, exclusions):
            raise DataError(f"{config.path}: all its clips are left out by {EXCLUDED}")
        self._clips = [(video.source, clip) for video in self._videos for clip in video.clips]
        self._copies = 2 if config.mirror and split == "train" else 1

    @property
    def digest(self) -> str:
        """Of what ``dataset.json`` says of these clips: the contents of their videos, how they were made, and their
        names, labels and lengths. The clips' own files, which may be very large, are not read.
        """
        videos = [video.model_dump_json(exclude={"folder"}) for video in self._videos]
        told = [self._settings.model_dump_json(), repr(self._skeleton), self._copies, *videos]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def skeleton(self) -> Skeleton:
        """What the detector finds that the folder was made with."""
        return self._skeleton

    def __len__(self) -> int:
        return self._copies * len(self._clips)

    def __getitem__(self, index: int) -> Clip:
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index} of {len(self)}")
        copy, number = divmod(index, len(self._clips))
        source, record = self._clips[number]
        return RecordedClip(self.config.path, source, record, self._skeleton, mirrored=copy == 1)


_MIRROR_2 = np.array([-1, 1], np.float32)


class RecordedClip(Clip):
    """A clip on disk, or its mirrored copy."""

    def __init__(self, folder: Path, source: str, record: ClipRecord, skeleton: Skeleton, mirrored: bool) -> None:
        self.label = record.label
        self.source = f"{source} mirrored" if mirrored else source
        self.seconds = record.seconds
        self.mirrored = mirrored
        self._folder, self._name = folder, record.file
        self._skeleton = skeleton

    @cached_property
    def _file(self) -> ClipFile:
        file = ClipFile(inside(self._folder, self._name))
        if file.info.skeleton != self._skeleton.name:
            raise DataError(
                f"{file.path}: its skeleton is {file.info.skeleton}, but its folder's is {self._skeleton.name}"
            )
        return file

    @property
    def recorded_times_T(self) -> Tensor:
        return torch.from_numpy(self._file.times_T)

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        """The recorded frames nearest to the times asked for, with their true times.

        No frame comes twice: where several of the times lie nearest to the same frame, its neighbours are taken.

        Raises:
            DataError: more moments are asked for than the clip has frames, or its file is damaged.
        """
        indices = distinct_nearest(self._file.times_T, times_T.numpy())
        if len(indices) < len(times_T):
            raise DataError(f"{self._file.path}: has {len(indices)} frames, but {len(times_T)} moments were asked for")
        keypoints, confidence = self._file.poses(indices)
        if keypoints.shape[1] != self._skeleton.size:
            raise DataError(
                f"{self._file.path}: has {keypoints.shape[1]} keypoints, "
                f"but {self._skeleton.name} has {self._skeleton.size}"
            )
        pixels_TCHW = None if size is None else self._pixels(indices, size)
        if self.mirrored:
            other_side = list(self._skeleton.mirror)
            keypoints, confidence = keypoints[:, other_side] * _MIRROR_2, confidence[:, other_side]
        times_T, keypoints_TK2, confidence_TK = map(
            torch.from_numpy, (self._file.times_T[indices], keypoints, confidence)
        )
        return Window(times_T, keypoints_TK2, confidence_TK, pixels_TCHW)

    def _pixels(self, indices: np.ndarray, size: int) -> Tensor:
        """As bytes where they have the size already, (T, 3, size, size)."""
        frames_THWC = self._file.frames(indices)
        pixels_TCHW = planes(frames_THWC[:, :, ::-1] if self.mirrored else frames_THWC)
        return pixels_TCHW if self._file.size == (size, size) else resized(as_video(pixels_TCHW), size)


def _labelled(videos: list[VideoRecord], config: ClipFolder.Config) -> list[VideoRecord]:
    """The videos with those of their clips that have one of the labels asked for."""
    known = {clip.label for video in videos for clip in video.clips}
    _all_known(config.path, "label", config.labels, known)
    kept = [
        video.model_copy(update={"clips": tuple(clip for clip in video.clips if clip.label in config.labels)})
        for video in videos
    ]
    return [video for video in kept if video.clips]


def _chosen(videos: list[VideoRecord], split: Split, config: ClipFolder.Config) -> list[VideoRecord]:
    """The videos of a split."""
    by_subject = _splits_by_subject(videos, config)

    def group(video: VideoRecord) -> str:
        return video.subject if by_subject else video.source

    groups = {group(video) for video in videos}
    if config.test_subjects:
        _all_known(config.path, "subject", config.test_subjects, groups)
        held_out = set(config.test_subjects)
    else:
        # Sorting by a digest of the name mixes people and actions, and is the same everywhere.
        mixed = sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest())
        held_out = set(mixed[: min(int(np.ceil(config.test_fraction * len(mixed))), len(mixed) - 1)])
    return [video for video in videos if (group(video) in held_out) == (split == "test")]


def _splits_by_subject(videos: list[VideoRecord], config: ClipFolder.Config) -> bool:
    if config.split_by == "video":
        if config.test_subjects:
            raise ConfigError("test_subjects names who is held out, but split_by is video; leave one of them away")
        return False
    unknown = next((video.source for video in videos if not video.subject), None)
    if unknown is not None and (config.split_by == "subject" or config.test_subjects):
        raise DataError(f"{config.path}: it is not known who is in {unknown}, so it cannot be split by subject")
    return unknown is None


def _all_known(folder: Path, what: str, asked: tuple[str, ...], known: set[str]) -> None:
    for name in asked:
        if name not in known:
            raise DataError(f"{folder}: has no {what} '{name}'; it has {', '.join(sorted(known))}")
