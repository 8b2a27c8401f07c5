"""What is found of a metric: a score, or the reason why there can be none."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from motionkit.interfaces import Split
from motionkit.io.tables import Table


@dataclass(frozen=True)
class Unavailable:
    """A metric can't be had of these clips.

    Attributes:
        reason: a sentence for people.
    """

    reason: str


class Score(BaseModel, frozen=True):
    """A measured number, and what it takes to read it.

    Attributes:
        metric: its name.
        value: of the generated clips.
        low: of the 95 % interval of ``value``, over the choice of clips.
        high: likewise.
        floor: the score of other real clips in the place of generated ones, as many of them.
        better: ``lower`` or ``higher``; ``real`` where the floor is what to reach.
        span: the least and the greatest score that there can be; None where there is no bound.
        reference: the split of the real clips.
        n_real: windows of real clips.
        n_generated: generated clips.
        clips_real: different clips that the real windows are taken from.
        seeds: see :attr:`~motionkit.evaluation.evaluation.Protocol.seeds`.
        provenance: see :meth:`~motionkit.interfaces.Metric.provenance`, such as the SHA-256 of a network's weights.
        pieces: by the second that it begins at, such as ``from 9 s``, what is found of each piece of the generated
            motions; and of other real clips under ``real``. Empty for a metric that has nothing beside its score.
    """

    metric: str
    value: float
    low: float
    high: float
    floor: float
    better: Literal["lower", "higher", "real"]
    span: tuple[float | None, float | None]
    reference: Split
    n_real: int
    n_generated: int
    clips_real: int
    seeds: dict[str, int]
    provenance: dict[str, str]
    pieces: dict[str, dict[str, float]] = {}

    @property
    def interval(self) -> str:
        """Its 95 % interval in words."""
        return f"{self.low:.4g} to {self.high:.4g}"


class Scores(dict[str, "Score | Unavailable"]):
    """What was found of each metric, by its name. A notebook shows it as a table."""

    def table(self) -> Table:
        """The scores, a row each; metrics without one are left out."""
        rows = [
            (name, f"{it.value:.4g}", it.interval, f"{it.floor:.4g}", it.better, str(it.n_generated))
            for name, it in self.items()
            if isinstance(it, Score)
        ]
        return Table("", ("metric", "score", "95 % interval", "real", "better", "n"), rows)

    def _repr_html_(self) -> str:
        reasons = [(name, it.reason) for name, it in self.items() if isinstance(it, Unavailable)]
        return self.table().html() + (Table("", ("without", "because"), reasons).html() if reasons else "")
