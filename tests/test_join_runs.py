"""The script that puts the stages of two runs into one folder."""

import runpy
from pathlib import Path

import pytest
import torch
from command_line import CommandLine, tiny

import motionkit as mk
from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder

join = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "join_runs.py"))["join"]


@pytest.fixture(scope="module")
def halves(motionkit: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> list[RunFolder]:
    """A run of each stage."""
    folder = tmp_path_factory.mktemp("halves")
    for stage in ("motion", "render"):
        motionkit("train", "--out", folder / stage, "--steps", 1, *tiny(stage=stage))
    return [RunFolder.open(folder / stage) for stage in ("motion", "render")]


def test_both_move_and_draw_as_they_did(halves: list[RunFolder], tmp_path: Path) -> None:
    joined = mk.load(join(*halves, tmp_path / "both").path)
    times = mk.frame_times(0.5, 8)
    clips = joined.sample(2, times=times, seed=3)
    moved = mk.load(halves[0].path).sample(2, times=times, seed=3)
    assert torch.equal(clips.keypoints_BTK2, moved.keypoints_BTK2)
    assert clips.video_BTCHW.shape[:2] == (2, 4)
    assert set(joined.encodes) == {"motion", "appearance"}


def test_the_same_stage_twice_is_refused(halves: list[RunFolder], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="both trained: motion"):
        join(halves[0], halves[0], tmp_path / "both")
    assert not (tmp_path / "both").exists()
