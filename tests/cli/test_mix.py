import shutil
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from command_line import here
from PIL import Image

import motionkit as mk
from motionkit.cli.mix import cell_of, mixed
from motionkit.interfaces import ConfigError
from motionkit.io.run import RunFolder
from motionkit.testing.toys import ToyGenerator

SHORT = ["--seconds", 0.25, "--fps", 8]


def cells(folder: Path, rows: int, columns: int) -> np.ndarray:
    """The first frame of the grid, cut at its gutters: (rows, columns, H, W, 3)."""
    picture = np.array(Image.open(folder / "grid" / "frame-00000.png")).astype(int)
    height, width = ((length + 2) // count - 2 for length, count in zip(picture.shape, (rows, columns), strict=False))
    tops, lefts = ([n * (size + 2) for n in range(count)] for size, count in ((height, rows), (width, columns)))
    return np.stack([[picture[top : top + height, left : left + width] for left in lefts] for top in tops])


def test_each_row_has_a_motion_and_each_column_an_appearance(
    tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here("mix", tiny_run, "--rows", 2, "--cols", 3, *SHORT, "--format", "png", "--out", tmp_path)
    assert "2 x 3 clips of 2 frames" in capsys.readouterr().out
    grid = cells(tmp_path, 2, 3)
    generator = mk.load(tiny_run)
    noise = generator.noise(3, 0)
    times_T = mk.frame_times(0.25, 8)
    for row in range(2):
        for column in range(3):
            chosen = {"motion": noise["motion"][row : row + 1], "appearance": noise["appearance"][column : column + 1]}
            with torch.no_grad():
                wanted = generator(chosen, times_T)[0, 0].movedim(0, -1).numpy()
            factor = grid.shape[2] // len(wanted)
            found = grid[row, column, ::factor, ::factor] / 127.5 - 1
            np.testing.assert_allclose(found, wanted, atol=1.5 / 127.5)


def test_its_diagonal_is_what_generate_makes(tiny_run: Path, tmp_path: Path) -> None:
    mixed_here, made_here = tmp_path / "mixed", tmp_path / "made"
    here("mix", tiny_run, "--rows", 2, "--cols", 2, *SHORT, "--seed", 5, "--format", "png", "--out", mixed_here)
    here("generate", tiny_run, "-n", 2, *SHORT, "--seed", 5, "--format", "png", "--out", made_here)
    grid = cells(mixed_here, 2, 2)
    for clip in range(2):
        alone = np.array(Image.open(made_here / f"clip-{clip:03d}" / "frame-00000.png")).astype(int)
        factor = grid.shape[2] // len(alone)
        assert np.abs(grid[clip, clip, ::factor, ::factor] - alone).max() <= 1


def test_writes_one_video_and_a_row_a_clip(tiny_run: Path, tmp_path: Path) -> None:
    here("mix", tiny_run, "--rows", 1, "--cols", 2, *SHORT, "--fix", "appearance", "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"grid.mp4", "contact-sheet.png", ".made"}
    with av.open(str(tmp_path / "grid.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 2


def test_what_is_held_is_the_same_in_every_clip() -> None:
    generator = ToyGenerator(ToyGenerator.Config())
    alone = generator.noise(3, seed=1)
    noise = mixed(generator, [(0, 0), (0, 1), (0, 2)], seed=1)
    assert torch.equal(noise["motion"], alone["motion"][:1].expand(3, -1))
    assert torch.equal(noise["appearance"], alone["appearance"])


def test_a_part_that_is_neither_is_held() -> None:
    class Third(ToyGenerator):
        noise_sizes = {"motion": 2, "appearance": 3, "flicker": 1}  # noqa: RUF012

    generator = Third(Third.Config())
    noise = mixed(generator, [(0, 1), (1, 0)], seed=1)
    assert torch.equal(noise["flicker"], generator.noise(1, seed=1)["flicker"].expand(2, -1))
    assert torch.equal(noise["motion"], generator.noise(2, seed=1)["motion"])


def test_a_run_with_motion_alone_is_refused(tiny_run: Path, tmp_path: Path) -> None:
    run = RunFolder.open(shutil.copytree(tiny_run, tmp_path / "run"))
    components = {role: choice for role, choice in run.document["components"].items() if role != "renderer"}
    weights = {role: run.load_weights(role) for role in ("motion", "motion_encoder")}
    run.document["components"] = components
    run.write_document()
    for role, values in weights.items():
        run.save_weights(role, values, 1)
    with pytest.raises(ConfigError, match="has noise of motion only"):
        here("mix", run.path)
    assert not (run.path / "mixed").exists()


@pytest.mark.parametrize(("fix", "held", "free"), [("motion", 0, 1), ("appearance", 1, 0)])
def test_fix_numbers_the_other_part_across_the_grid(fix: str, held: int, free: int) -> None:
    cells = [cell_of(row, column, 3, fix) for row in range(2) for column in range(3)]  # type: ignore[arg-type]
    assert [cell[held] for cell in cells] == [0] * 6
    assert [cell[free] for cell in cells] == list(range(6))
