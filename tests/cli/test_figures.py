from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import here
from PIL import Image

import motionkit as mk
from motionkit.cli.clips import Shown
from motionkit.interfaces import ConfigError, RunError
from motionkit.pictures.picture import to_picture
from motionkit.pictures.sheets import GUTTER, TILE


def test_frames_of_one_time_are_in_one_column(tiny_run: Path, tmp_path: Path) -> None:
    here("figures", tiny_run, "--fps", 8, "--seconds", 0.5, "--out", tmp_path)
    sheet = np.array(Image.open(tmp_path / "frame-rates.png")).astype(int)
    tile, frames = TILE + GUTTER, 8
    assert sheet.shape[0] == 3 * tile + GUTTER
    margin = sheet.shape[1] - frames * tile
    rows = [
        [sheet[GUTTER + row * tile :, margin + column * tile :][:TILE, :TILE] for column in range(frames)]
        for row in range(3)
    ]
    truth = to_picture(mk.load(tiny_run).sample(1, times=mk.frame_times(0.5, 16)).video_BTCHW[0]).astype(int)  # type: ignore[index]
    factor = TILE // truth.shape[1]
    for row, step in enumerate((4, 2, 1)):
        for column in range(frames):
            picture = rows[row][column]
            if (column + 1) % step:
                assert (picture == 255).all()
            else:
                assert np.abs(picture[::factor, ::factor] - truth[column]).max() <= 1
    assert (tmp_path / "dense-keypoints.png").read_bytes()[:4] == b"\x89PNG"


def test_the_rate_is_the_motions_unless_said(
    tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tiny_run
    here("figures", run, "--out", tmp_path)
    printed = capsys.readouterr().out
    assert "frame-rates.png" in printed and "dense-keypoints.png" in printed
    width = Image.open(tmp_path / "frame-rates.png").width
    assert width // (TILE + GUTTER) == 16  # half a second at twice the 16 frames a second of training


def test_a_length_that_holds_no_frame_is_told(tiny_run: Path) -> None:
    with pytest.raises(ConfigError, match="hold no frame"):
        here("figures", tiny_run, "--seconds", 0.01)


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run folder"):
        here("figures", tmp_path)


@pytest.mark.parametrize("sizes", [[1], [3], [8], [20], [5, 7, 9], [1] * 30])
def test_a_contact_sheet_gets_the_same_frames_however_they_pass(sizes: list[int]) -> None:
    video = torch.arange(sum(sizes)).repeat(2, 1)[..., None, None, None].numpy().astype(np.uint8)
    shown = Shown(sum(sizes))
    pieces = np.split(video, np.cumsum(sizes)[:-1], axis=1)
    passed = np.concatenate(list(shown.passing(pieces)), axis=1)
    assert np.array_equal(passed, video)
    wanted = torch.linspace(0, sum(sizes) - 1, min(8, sum(sizes))).round().long().tolist()
    assert shown.video_BTHWC[:, :, 0, 0, 0].tolist() == [wanted, wanted]
