"""What a benchmark found: scores of each system and seed, and what several seeds say together."""

import statistics
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, PlainSerializer

from motionkit.bench.trials import Trained
from motionkit.evaluation.score import Score, Unavailable

Reason = Annotated[
    Unavailable,
    BeforeValidator(lambda it: Unavailable(it) if isinstance(it, str) else it),
    PlainSerializer(lambda it: it.reason),
]
"""Why there is no score; in JSON a sentence that stands in the place of the score."""
Found = Score | Reason


class Outcome(BaseModel, frozen=True):
    """One system, trained with one seed.

    Attributes:
        system: its name.
        seed: None of a run that was given.
        training: of each of its stages.
        scores: by metric; or why there can be none.
        error: why there is no score at all.
    """

    system: str
    seed: int | None
    training: list[Trained] = []
    scores: dict[str, Found] = {}
    error: str | None = None


class Summary(BaseModel, frozen=True):
    """A metric of a system over its seeds.

    Attributes:
        value: mean over seeds.
        low: lowest end of the seeds' 95 % intervals over clips.
        high: highest end of them.
        values: by seed, in the order of seeds.
        deviation: standard deviation over seeds (with n - 1); None for a single seed.
        floor: score of real clips in the place of generated ones.
        better: ``lower``, ``higher`` or ``real``.
        n: generated clips for each seed.
        reference: split of the real clips.
    """

    value: float
    low: float
    high: float
    values: list[float]
    deviation: float | None
    floor: float
    better: str
    n: int
    reference: str


def summarise(outcomes: Iterable[Outcome], metric: str) -> Summary | Unavailable:
    """A metric over the outcomes of one system."""
    outcomes = list(outcomes)
    found = [outcome.scores.get(metric) for outcome in outcomes]
    scores = [score for score in found if isinstance(score, Score)]
    if not scores:
        none = (score for score in found if isinstance(score, Unavailable))
        return next(none, Unavailable("failed"))
    values = [score.value for score in scores]
    return Summary(
        value=statistics.fmean(values),
        low=min(score.low for score in scores),
        high=max(score.high for score in scores),
        values=values,
        deviation=statistics.stdev(values) if len(values) > 1 else None,
        floor=scores[0].floor,
        better=scores[0].better,
        n=scores[0].n_generated,
        reference=scores[0].reference,
    )


class Results(BaseModel, frozen=True):
    """Everything that was found, and what it takes to find it again.

    Attributes:
        plan: of the benchmark.
        protocol: of the evaluation, whole.
        metrics: by name: distribution, version, settings.
        left_out: why metrics that are installed can't be had.
        experiments: by trial: all that its training was told.
        environment: hardware and versions.
        systems: names, in order; the first is the candidate, the last are those that were left out.
        outcomes: by system and seed.
    """

    plan: dict[str, Any]
    protocol: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    left_out: dict[str, str]
    experiments: dict[str, dict[str, Any]]
    environment: dict[str, Any]
    systems: list[str]
    outcomes: list[Outcome]

    def of(self, system: str) -> list[Outcome]:
        """The outcomes of a system."""
        return [outcome for outcome in self.outcomes if outcome.system == system]

    def whole(self, system: str) -> Outcome | None:
        """The first outcome of a system that did not fail, if there is one."""
        return next((outcome for outcome in self.of(system) if outcome.error is None), None)

    def summaries(self, metric: str) -> dict[str, Summary | Unavailable]:
        """A metric of every system."""
        return {system: summarise(self.of(system), metric) for system in self.systems}

    def measured(self) -> dict[str, dict[str, Summary | Unavailable]]:
        """By metric the systems' summaries, where at least one system has a score."""
        tables = {metric: self.summaries(metric) for metric in self.metrics}
        return {metric: row for metric, row in tables.items() if any(isinstance(it, Summary) for it in row.values())}

    def unmeasured(self) -> dict[str, str]:
        """By metric why no system has it."""
        candidate, measured = self.of(self.systems[0]), self.measured()
        rest = {metric: summarise(candidate, metric) for metric in self.metrics if metric not in measured}
        return {metric: it.reason for metric, it in rest.items() if isinstance(it, Unavailable)} | self.left_out

    def document(self) -> dict[str, Any]:
        """The contents of results.json."""
        summary = {
            metric: {
                system: it.model_dump(mode="json") if isinstance(it, Summary) else it.reason
                for system, it in row.items()
            }
            for metric, row in self.measured().items()
        }
        return {"format": 1, **self.model_dump(mode="json"), "summary": summary}
