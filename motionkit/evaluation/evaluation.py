"""Evaluation: real and generated clips turned into features batch by batch, and those into scores with intervals."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor

from motionkit.evaluation.bootstrap import bootstrap_interval
from motionkit.evaluation.score import Score, Unavailable
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
from motionkit.interfaces.seeding import seeded
from motionkit.windows import Windows, collate

Progress = Callable[[str, int, int], None]
"""Told after each batch: what clips are gone through, how many are done, and of how many."""

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
        """Frame times 1/fps, 2/fps, ..., float64; the first is not 0, where a generator has no frame."""
        return torch.arange(1, self.frames + 1, dtype=torch.float64) / self.fps

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
        self._windows: dict[tuple[Split, str, int | None], Windows] = {}
        self._real: dict[str, RealFeatures | Unavailable] = {}
        if len(test) < self.protocol.n:
            warnings.warn(
                f"{self.protocol.n} real windows are drawn from {len(test)} held-out clips; intervals and floors are "
                "lower than those of as many clips would be, because windows of one clip are alike",
                stacklevel=2,
            )

    def scores(self, generator: VideoGenerator, on_progress: Progress | None = None) -> dict[str, Score | Unavailable]:
        """For each metric the generator's score, or why there can be none.

        Raises:
            NonFiniteError: a clip or a feature is infinite or NaN.
        """
        features = self.features(generator, on_progress)
        return {name: it if isinstance(it, Unavailable) else self.score(name, it) for name, it in features.items()}

    def features(
        self, generator: VideoGenerator, on_progress: Progress | None = None
    ) -> dict[str, Tensor | Unavailable]:
        """For each metric the features of the generated clips, (n, D), or why there can be none."""
        found: dict[str, Tensor | Unavailable] = {}
        for name in self.metrics:
            if obstacle := self._obstacle(name, generator):
                found[name] = obstacle
        for names in self._groups(name for name in self.metrics if name not in found):
            real = self.real(names, on_progress)
            found |= {name: it for name, it in real.items() if isinstance(it, Unavailable)}
            able = [name for name in names if name not in found]
            times_T = self._times(names[0]).float()
            if able:
                found |= self._measure(
                    able,
                    self.generated(generator, times_T, video=self._sees(able)),
                    self.protocol.n,
                    "generated",
                    on_progress,
                )
        return {name: found[name] for name in self.metrics}

    def real(self, names: Iterable[str], on_progress: Progress | None = None) -> dict[str, RealFeatures | Unavailable]:
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
        low, high = bootstrap_interval(
            metric.score,
            real_ND,
            generated_MD,
            protocol.resamples,
            seeded(protocol.seed, "bootstrap"),
            # The training clips are what there is to copy from, not a sample of it.
            resample_real=metric.reference == "test",
        )
        least, greatest = metric.span
        return Score(
            metric=name,
            value=metric.score(real_ND, generated_MD),
            low=max(low, least),
            high=min(high, greatest),
            floor=metric.score(real_ND, other_MD),
            better=metric.better,
            span=(None if least == float("-inf") else least, None if greatest == float("inf") else greatest),
            reference=metric.reference,
            n_real=len(real_ND),
            n_generated=len(generated_MD),
            clips_real=self.clips(metric.reference, len(real_ND)),
            seeds=protocol.seeds,
            provenance=metric.provenance(),
        )

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

    def windows(self, split: Split, role: Literal["real", "other"], size: int | None) -> Windows:
        """The real clips of a split at the protocol's frame times."""
        key = (split, role, size)
        if key not in self._windows:  # it takes a while to measure the length of all clips
            protocol = self.protocol
            self._windows[key] = Windows(self._data[split], protocol.frames, protocol.fps, protocol.seeds[role], size)
        return self._windows[key]

    def clips(self, split: Split, windows: int) -> int:
        """How many different clips the first real windows of a split are taken from."""
        places = self.windows(split, "real", None)
        return len({places.place(index)[0] for index in range(windows)})

    def _obstacle(self, name: str, generator: VideoGenerator) -> Unavailable | None:
        """Why this generator can't have the metric."""
        metric, size, seconds = self.metrics[name], self.protocol.size, float(self._times(name)[-1])
        if metric.needs != "video" and generator.skeleton is None:
            return Unavailable("the generator knows no keypoints")
        if metric.needs != "video" and generator.skeleton != metric.skeleton:
            theirs = "other" if generator.skeleton is None else generator.skeleton.name
            return Unavailable(f"the generator's keypoints are {theirs}, those of the data {metric.skeleton.name}")
        if metric.needs != "keypoints" and generator.image_size is None:
            return Unavailable("the generator makes no video")
        if metric.needs != "keypoints" and generator.image_size != size:
            return Unavailable(
                f"the generator's frames have {generator.image_size} pixels a side, those of the data {size}"
            )
        if generator.max_seconds is not None and seconds > generator.max_seconds + 1e-6:
            return Unavailable(
                f"the generator makes clips of {generator.max_seconds:g} s at most, but {seconds:g} s are compared"
            )
        return None

    def _sees(self, names: list[str]) -> bool:
        """Whether any of the metrics needs video."""
        return any(self.metrics[name].needs != "keypoints" for name in names)

    def _times(self, name: str) -> Tensor:
        return self.metrics[name].times(self.protocol.grid_T).double()

    def _groups(self, names: Iterable[str]) -> list[list[str]]:
        """Metrics that look at the same times, which share their clips."""
        groups: dict[tuple[float, ...], list[str]] = {}
        for name in names:
            groups.setdefault(tuple(self._times(name).tolist()), []).append(name)
        return list(groups.values())

    def _measure_real(
        self, names: list[str], split: Split, role: Literal["real", "other"], on_progress: Progress | None
    ) -> dict[str, Tensor | Unavailable]:
        if not names:
            return {}
        protocol, times_T = self.protocol, self._times(names[0])
        size = protocol.size if self._sees(names) else None
        windows = self.windows(split, role, size).at(times_T - protocol.grid_T[0])
        number = protocol.searched if split == "train" else protocol.n
        between = not torch.equal(times_T, protocol.grid_T)

        def samples() -> Iterator[Clips]:
            for first in range(0, number, self.batch):
                batch = collate([windows[index] for index in range(first, min(first + self.batch, number))])
                times_BT = batch.times + times_T[0].float()
                if between and float((times_BT - times_T).abs().max()) > TOLERANCE / protocol.fps:
                    raise DataError("the data are recorded, and what they show between their frames is not known")
                yield replace(batch, times=times_BT)

        try:
            return self._measure(names, samples(), number, f"{role} clips, {split} split", on_progress)
        except DataError as error:
            if not between:
                raise
            return {name: Unavailable(str(error)) for name in names}

    def _measure(
        self, names: list[str], clips: Iterator[Clips], number: int, what: str, on_progress: Progress | None
    ) -> dict[str, Tensor | Unavailable]:
        """Features of all clips by metric; a metric that can't measure such clips says why."""
        rows: dict[str, list[Tensor]] = {name: [] for name in names}
        refused: dict[str, Unavailable] = {}
        done = 0
        for sample in clips:
            for name in rows.keys() - refused.keys():
                try:
                    features_BD = self.metrics[name].features(sample).float().cpu()
                except ConfigError as error:
                    refused[name] = Unavailable(str(error))
                    continue
                if not features_BD.isfinite().all():
                    raise NonFiniteError(f"{name}: the features of {what} became infinite or NaN")
                rows[name].append(features_BD)
            done += len(sample)
            if on_progress:
                on_progress(what, done, number)
        return {name: refused.get(name) or torch.cat(rows[name]) for name in names}
