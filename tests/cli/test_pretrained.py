"""``pretrained:NAME`` in the place of a run, in every command that takes one."""

from pathlib import Path

import pytest
from command_line import here, tiny

import motionkit as mk
from motionkit.bench.systems import existing_run
from motionkit.interfaces import RunError

SHORT = ["--seconds", 0.25, "--fps", 8]


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["generate", "RUN", "-n", 1, *SHORT], "generated/tiny/clip-000.mp4"),
        (["mix", "RUN", "--rows", 1, "--cols", 2, *SHORT], "mixed/tiny/grid.mp4"),
        (["interpolate", "RUN", "--from", 1, "--to", 2, "--steps", 2, *SHORT], "interpolated/tiny/way.mp4"),
        (["transfer", "--motion", "RUN", "--renderer", "RUN", "-n", 1, *SHORT], "transferred/tiny/clip-000.mp4"),
        (["figures", "RUN"], "figures/tiny/frame-rates.png"),
        (["evaluate", "RUN", "-n", 4, "--metrics", "acceleration", "-o", "protocol.resamples=3"],
         "evaluation/tiny/scores.json"),
    ],
)  # fmt: skip
def test_what_is_made_of_it_is_written_here(
    tiny_pretrained: str, tmp_path: Path, words: list[object], made: str
) -> None:
    before = sorted((tmp_path / "package").rglob("*"))
    here(*(tiny_pretrained if word == "RUN" else word for word in words))
    assert Path(made).is_file()
    assert sorted((tmp_path / "package").rglob("*")) == before


def test_python_loads_it_and_a_benchmark_knows_it(tiny_pretrained: str, tmp_path: Path) -> None:
    assert mk.load(tiny_pretrained).sample(1, times=mk.frame_times(0.25, 8)).video_BTCHW.shape == (1, 2, 3, 16, 16)
    system = existing_run(tiny_pretrained)
    assert (system.name, system.run) == ("tiny", str(tmp_path / "package" / "tiny"))


def test_it_is_not_trained_on(tiny_pretrained: str) -> None:
    with pytest.raises(RunError, match="motionkit train --from"):
        here("train", "--resume", tiny_pretrained, "--steps", 9)
    with pytest.raises(RunError, match="nothing is written to it"):
        here("train", "--out", tiny_pretrained, "--steps", 1, *tiny(stage="motion"))
