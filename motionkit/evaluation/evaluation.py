"""Evaluation: real and generated clips turned into features batch by batch, and those into scores with intervals."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor

from motionkit.evaluation.bootstrap import bootstrap_interval
from motionkit.evaluation.moments import Moments, even_times
from motionkit.evaluation.obstacle import obstacle
from motionkit.evaluation.score import Score, Scores, Unavailable
from motionkit.interfaces import (
    ClipDataset,
    Clips,
    ComponentConfig,
    ConfigError,
    DataError,
    Metric,
    NonFiniteError,
    Split,
    VideoGenerator,
)
from motionkit.interfaces.progress import OnProgress
from motionkit.interfaces.seeding import seeded
from motionkit.windows import Windows, collate

TOLERANCE = 0.01
"""How far, in steps of the grid, a real frame may lie from the moment asked for, where moments between are judged."""


class Protocol(ComponentConfig):
    """What is compared: how many clips, how long, and which."""

    n: int = Field(default=256, ge=2, description="clips generated; and real ones, and other real ones for the floor")
    searched: int = Field(default=1024, ge=2, description="training clips that are searched for copies")
    frames: int = Field(default=16, ge=1, description="frames of a clip")
    fps: float = Field(default=16.0, gt=0, description="frames a second")
    seed: int = Field(default=0, ge=0, description="which clips, generated and real, and which resamples")
    resamples: int = Field(default=200, ge=2, description="how often the clips are drawn anew for an interval")
    size: int | None = Field(
        default=None, ge=1, description="height and width of real video in pixels, the generator's own"
    )

    @property
    def grid_T(self) -> Tensor:
        """Frame times, see :func:`~motionkit.evaluation.moments.even_times`."""
        return even_times(self.frames, self.fps)

    @property
    def seeds(self) -> dict[str, int]:
        """Of the noise, of the real windows, and of the other real windows."""
        return {"generated": self.seed, "real": 2 * self.seed, "other": 2 * self.seed + 1}


class RealFeatures(NamedTuple):
    """A metric's features of real clips.

    Attributes:
        reference_ND: what generated clips are compared with.
        other_MD: other held-out clips, which stand in the place of generated ones for the floor.
    """

    reference_ND: Tensor
    other_MD: Tensor


class Evaluation:
    """Scores generators against real clips; the real ones are measured once for all generators.

    Real clips are windows at random moments of the reference split of each metric; the other real ones, whose score is
    the floor, are always held-out ones, drawn with another seed.

    Args:
        train: the clips that generators learnt from.
        test: clips that none has seen, of the same skeleton.
        metrics: by the name that scores carry.
        protocol: what is compared.
        batch: clips that are held at once; bounds memory, and changes scores by no more than rounding.

    Raises:
        DataError: no clip is held out, or none is long enough. Warns where clips are fewer than windows.
    """

    def __init__(
        self,
        train: ClipDataset,
        test: ClipDataset,
        metrics: Mapping[str, Metric],
        protocol: Protocol | None = None,
        batch: int = 16,
    ) -> None:
        self.metrics, self.protocol, self.batch = metrics, protocol or Protocol(), batch
        if len(test) == 0:
            raise DataError("no clip of the data is held out to evaluate with; it takes two videos at least")
        self._data: dict[Split, ClipDataset] = {"train": train, "test": test}
        self._windows: dict[tuple[Split, str, int | None, int], Windows] = {}
        self._moments = {name: Moments.of(it, self.protocol.frames, self.protocol.fps) for name, it in metrics.items()}
        self._real: dict[str, RealFeatures | Unavailable] = {}
        if len(test) < self.protocol.n:
            warnings.warn(
                f"{self.protocol.n} real windows are drawn from {len(test)} held-out clips; intervals and floors are "
                "lower than those of as many clips would be, because windows of one clip are alike",
                stacklevel=2,
            )

    def scores(self, generator: VideoGenerator, on_progress: OnProgress | None = None) -> Scores:
        """For each metric the generator's score, or why there can be none.

        Raises:
            NonFiniteError: a clip or a feature is infinite or NaN.
        """
        features = self.features(generator, on_progress)
        return Scores(
            (name, it if isinstance(it, Unavailable) else self.score(name, it)) for name, it in features.items()
        )

    def features(
        self, generator: VideoGenerator, on_progress: OnProgress | None = None
    ) -> dict[str, Tensor | Unavailable]:
        """For each metric the features of the generated clips, or why there can be none.

        They are (n, D); of a metric that looks at P pieces of a motion (n, P D), piece by piece.
        """
        found: dict[str, Tensor | Unavailable] = {}
        for name, metric in self.metrics.items():
            if reason := obstacle(metric, self._moments[name], generator, self.protocol.size):
                found[name] = reason
        for names in self._groups(name for name in self.metrics if name not in found):
            real = self.real(names, on_progress)
            found |= {name: it for name, it in real.items() if isinstance(it, Unavailable)}
            able = [name for name in names if name not in found]
            moments = self._moments[names[0]]
            if able:
                motions = self.generated(generator, moments.generated_T.float(), video=self._sees(able))
                pieces = map(moments.pieces, motions)
                found |= self._measure(able, pieces, self.protocol.n, "generated", on_progress)
        return {name: found[name] for name in self.metrics}

    def real(
        self, names: Iterable[str], on_progress: OnProgress | None = None
    ) -> dict[str, RealFeatures | Unavailable]:
        """For each metric the features of real clips and of other real ones, or why there can be none."""
        names = list(names)
        references = dict.fromkeys(self.metrics[name].reference for name in names)
        for group in self._groups(name for name in names if name not in self._real):
            other = self._measure_real(group, "test", "other", on_progress)
            for split in references:
                mine = [name for name in group if self.metrics[name].reference == split]
                for name, it in self._measure_real(mine, split, "real", on_progress).items():
                    beside = other[name]
                    if isinstance(it, Unavailable):
                        self._real[name] = it
                    elif isinstance(beside, Unavailable):
                        self._real[name] = beside
                    else:
                        self._real[name] = RealFeatures(it, beside)
        return {name: self._real[name] for name in names}

    def real_of(self, name: str) -> RealFeatures:
        """A metric's features of real clips.

        Raises:
            ConfigError: there can be none.
        """
        found = self.real([name])[name]
        if isinstance(found, Unavailable):
            raise ConfigError(f"{name} can't be had: {found.reason}")
        return found

    def score(self, name: str, generated_MD: Tensor) -> Score:
        """The score of features that :meth:`features` returned."""
        metric, protocol = self.metrics[name], self.protocol
        real_ND, other_MD = self.real_of(name)
        pieces = generated_MD.unflatten(1, (-1, real_ND.shape[1])).unbind(1)
        low, high = bootstrap_interval(
            metric.score,
            real_ND,
            pieces[-1],
            protocol.resamples,
            seeded(protocol.seed, "bootstrap"),
            # The training clips are what there is to copy from, not a sample of it.
            resample_real=metric.reference == "test",
        )
        least, greatest = metric.span
        return Score(
            metric=name,
            value=metric.score(real_ND, pieces[-1]),
            low=max(low, least),
            high=min(high, greatest),
            floor=metric.score(real_ND, other_MD),
            better=metric.better,
            span=(None if least == float("-inf") else least, None if greatest == float("inf") else greatest),
            reference=metric.reference,
            n_real=len(real_ND),
            n_generated=len(generated_MD),
            clips_real=self.clips(name, len(real_ND)),
            seeds=protocol.seeds,
            provenance=metric.provenance(),
            pieces=self._pieces(name, pieces),
        )

    def _pieces(self, name: str, pieces: Sequence[Tensor]) -> dict[str, dict[str, float]]:
        """What is found of each piece, and of other real clips; nothing where that is the score alone."""
        metric, starts, (real_ND, other_MD) = self.metrics[name], self._moments[name].starts, self.real_of(name)
        rows = {f"from {start:g} s": piece_MD for start, piece_MD in zip(starts, pieces, strict=True)}
        found = {
            row: {name: metric.score(real_ND, features_MD), **metric.figures(real_ND, features_MD)}
            for row, features_MD in (rows | {"real": other_MD}).items()
        }
        return found if len(starts) > 1 or len(found["real"]) > 1 else {}

    def generated(
        self, generator: VideoGenerator, times_T: Tensor, clips: range | None = None, video: bool = True
    ) -> Iterator[Clips]:
        """Generated clips in batches, on the CPU; clip i depends on the seed and i.

        Args:
            generator: makes them.
            times_T: seconds.
            clips: their numbers, by default all.
            video: False for keypoints alone, which is quicker.
        """
        generator.eval()
        clips = range(self.protocol.n) if clips is None else clips
        there_T = times_T.to(generator.device)
        for first in range(clips.start, clips.stop, self.batch):
            noise = generator.noise(min(self.batch, clips.stop - first), self.protocol.seed, first)
            if video:
                yield Clips.joined([piece.to("cpu") for piece in generator.pieces(noise, there_T)])
            else:
                yield Clips(there_T, generator.keypoints(noise, there_T)).to("cpu")

    def windows(
        self, split: Split, role: Literal["real", "other"], size: int | None, frames: int | None = None
    ) -> Windows:
        """The real clips of a split, by default at the protocol's frame times."""
        protocol, frames = self.protocol, frames or self.protocol.frames
        key = (split, role, size, frames)
        if key not in self._windows:  # it takes a while to measure the length of all clips
            self._windows[key] = Windows(self._data[split], frames, protocol.fps, protocol.seeds[role], size)
        return self._windows[key]

    def clips(self, name: str, windows: int) -> int:
        """How many different clips a metric's first real windows are taken from."""
        places = self.windows(self.metrics[name].reference, "real", None, len(self._moments[name].grid))
        return len({places.place(index)[0] for index in range(windows)})

    def _sees(self, names: list[str]) -> bool:
        """Whether any of the metrics needs video."""
        return any(self.metrics[name].needs != "keypoints" for name in names)

    def _groups(self, names: Iterable[str]) -> list[list[str]]:
        """Metrics that look at the same moments, which share their clips."""
        groups: dict[Moments, list[str]] = {}
        for name in names:
            groups.setdefault(self._moments[name], []).append(name)
        return list(groups.values())

    def _measure_real(
        self, names: list[str], split: Split, role: Literal["real", "other"], on_progress: OnProgress | None
    ) -> dict[str, Tensor | Unavailable]:
        if not names:
            return {}
        protocol, moments = self.protocol, self._moments[names[0]]
        size = protocol.size if self._sees(names) else None
        number = protocol.searched if split == "train" else protocol.n

        def samples() -> Iterator[list[Clips]]:
            windows = self.windows(split, role, size, len(moments.grid)).at(moments.offsets_T)
            for first in range(0, number, self.batch):
                batch = collate([windows[index] for index in range(first, min(first + self.batch, number))])
                times_BT = batch.times + moments.times_T[0].float()
                late = float((times_BT - moments.times_T).abs().max())
                if moments.between and late > TOLERANCE / protocol.fps:
                    raise DataError("the data are recorded, and what they show between their frames is not known")
                yield [replace(batch, times=times_BT)]

        try:
            return self._measure(names, samples(), number, f"{role} clips, {split} split", on_progress)
        except DataError as error:
            if moments.times == tuple(protocol.grid_T.tolist()):
                raise
            return {name: Unavailable(str(error)) for name in names}

    def _measure(
        self, names: list[str], samples: Iterator[list[Clips]], number: int, what: str, on_progress: OnProgress | None
    ) -> dict[str, Tensor | Unavailable]:
        """Features of all clips by metric, piece by piece; a metric that can't measure such clips says why."""
        rows: dict[str, list[Tensor]] = {name: [] for name in names}
        refused: dict[str, Unavailable] = {}
        done = 0
        for pieces in samples:
            for name in rows.keys() - refused.keys():
                try:
                    features_BD = torch.cat([self.metrics[name].features(it).float().cpu() for it in pieces], dim=1)
                except ConfigError as error:
                    refused[name] = Unavailable(str(error))
                    continue
                if not features_BD.isfinite().all():
                    raise NonFiniteError(f"{name}: the features of {what} became infinite or NaN")
                rows[name].append(features_BD)
            done += len(pieces[0])
            if on_progress:
                on_progress(what, done, number)
        return {name: refused.get(name) or torch.cat(rows[name]) for name in names}
