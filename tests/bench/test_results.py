"""What several seeds say together, and how tables say it."""

import math
from pathlib import Path

import numpy as np
import pytest

from motionkit.bench.bench import _kept_scores
from motionkit.bench.pictures import bars
from motionkit.bench.results import Found, Outcome, Results, Summary, summarise
from motionkit.evaluation.score import Score, Unavailable
from motionkit.io.tables import Table


def score(value: float, low: float, high: float) -> Score:
    return Score(
        metric="m", value=value, low=low, high=high, floor=0.5, better="lower", span=(0, None), reference="test",
        n_real=9, n_generated=8, clips_real=9, seeds={}, provenance={},
    )  # fmt: skip


def outcomes(*found: Score | Unavailable) -> list[Outcome]:
    return [Outcome(system="s", seed=seed, scores={"m": it}) for seed, it in enumerate(found)]


def test_seeds_together_have_a_mean_a_spread_and_the_widest_interval() -> None:
    it = summarise(outcomes(score(1, 0.5, 2), score(3, 2.5, 4), score(2, 1, 3)), "m")
    assert isinstance(it, Summary)
    assert (it.value, it.low, it.high, it.values, it.deviation) == (2, 0.5, 4, [1, 3, 2], 1)
    assert (it.floor, it.n, it.better) == (0.5, 8, "lower")


def test_one_seed_has_no_deviation_and_a_failed_one_is_not_counted() -> None:
    it = summarise([*outcomes(score(1, 0.5, 2)), Outcome(system="s", seed=1, error="NaN")], "m")
    assert isinstance(it, Summary)
    assert it.values == [1] and it.deviation is None


def test_without_a_score_there_is_a_reason() -> None:
    assert summarise(outcomes(Unavailable("it knows no keypoints")), "m") == Unavailable("it knows no keypoints")
    assert summarise([Outcome(system="s", seed=0, error="NaN")], "m") == Unavailable("failed")


def test_reasons_are_sentences_in_the_document() -> None:
    scores: dict[str, Found] = {"m": score(1, 0.5, 2), "video": Unavailable("it makes no video")}
    both = [Outcome(system="s", seed=0, scores=scores), Outcome(system="t", seed=None, error="NaN")]
    results = Results(
        plan={}, protocol={}, metrics={"m": {}, "video": {}}, left_out={"lpips": "no weights"}, experiments={},
        environment={}, systems=["s", "t"], outcomes=both,
    )  # fmt: skip
    assert results.document()["summary"]["m"]["t"] == "failed"
    assert results.unmeasured() == {"video": "it makes no video", "lpips": "no weights"}


@pytest.mark.filterwarnings("error")
def test_in_json_a_reason_is_a_sentence_in_the_place_of_the_score() -> None:
    for it in outcomes(score(1, 0.5, 2), Unavailable("it knows no keypoints")):
        document = it.model_dump(mode="json")
        assert Outcome.model_validate(document) == it == Outcome.model_validate_json(it.model_dump_json())
    assert document["scores"] == {"m": "it knows no keypoints"}


def test_a_cell_with_a_bar_does_not_break_the_table() -> None:
    lines = Table("t", ("a", "b"), [("x|y", "z")]).markdown().splitlines()
    assert lines == ["| a | b |", "| --- | --- |", "| x\\|y | z |"]


def test_bars_are_as_long_as_the_values() -> None:
    row = {
        name: summarise(outcomes(score(value, value, value)), "m") for name, value in (("one", 4.0), ("two", 2.0))
    } | {"none": Unavailable("failed")}
    picture = bars("m", row).astype(int)
    blue = ((picture[..., 2] - picture[..., 0]) > 100).any(0).sum()
    grey = (np.abs(picture - [0x9A, 0xA3, 0xAB]).sum(-1) < 6).any(0).sum()
    assert math.isclose(blue / grey, 2, rel_tol=0.1)


@pytest.mark.parametrize(
    "content", [b"", b"[" * 100_000, b"[]", b'{"of": "x"}', b'{"of": "x", "scores": {"velocity": {}}}']
)
def test_scores_that_cannot_be_read_are_measured_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "scores.json").write_bytes(content)
    assert _kept_scores(tmp_path / "scores.json", "x") is None
    (tmp_path / "scores.json").write_text('{"of": "x", "scores": {"velocity": "it has no clips"}}')
    assert _kept_scores(tmp_path / "scores.json", "x") == {"velocity": Unavailable("it has no clips")}
    assert _kept_scores(tmp_path / "scores.json", "another") is None
