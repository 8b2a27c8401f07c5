"""``motionkit interpolate``: its ends are what they are elsewhere, and what should not change does not."""

from pathlib import Path

import av
import numpy as np
import pytest
import torch
from command_line import here
from PIL import Image
from real_people import FPS, person, picture_of, video_of

import motionkit as mk
from motionkit.cli.interpolate import between
from motionkit.interfaces import Clips, ConfigError, DataError
from motionkit.io.run import RunFolder
from motionkit.pictures.picture import to_picture
from motionkit.preparation.source import clips_from
from motionkit.testing.toys import ToyGenerator

SHORT = ["--seconds", 0.25, "--fps", 8]


def cells(folder: Path, steps: int) -> np.ndarray:
    """The first frame's clips, (S, H, W, 3)."""
    picture = np.array(Image.open(folder / "way" / "frame-00000.png")).astype(int)
    width = (picture.shape[1] + 2) // steps - 2
    return np.stack([picture[:, n * (width + 2) : n * (width + 2) + width] for n in range(steps)])


def test_the_ends_are_the_first_clips_of_their_seeds(tiny_run: Path, tmp_path: Path) -> None:
    here("interpolate", tiny_run, "--from", 3, "--to", 4, "--steps", 3, *SHORT, "--format", "png", "--out", tmp_path)
    way = cells(tmp_path, 3)
    for seed, cell in ((3, way[0]), (4, way[2])):
        here("generate", tiny_run, "-n", 1, "--seed", seed, *SHORT, "--format", "png", "--out", tmp_path / str(seed))
        alone = np.array(Image.open(tmp_path / str(seed) / "clip-000" / "frame-00000.png")).astype(int)
        factor = cell.shape[1] // alone.shape[1]
        assert np.abs(cell[::factor, ::factor] - alone).max() <= 1
    assert Image.open(tmp_path / "contact-sheet.png").height > 3 * 128


def test_the_part_that_is_not_asked_for_stays() -> None:
    generator = ToyGenerator(ToyGenerator.Config())
    start, end = generator.noise(1, 1), generator.noise(1, 2)
    way = between(generator, start, end, ("motion",), 4, seed=0)
    assert torch.equal(way["appearance"], start["appearance"].expand(4, -1))
    torch.testing.assert_close(way["motion"][[0, 3]], torch.cat([start["motion"], end["motion"]]))
    told = between(generator, {"motion": start["motion"]}, end, ("motion",), 4, seed=7)
    assert torch.equal(told["appearance"], generator.noise(1, 7)["appearance"].expand(4, -1))


def test_from_one_persons_clothes_to_anothers(tiny_run: Path, tmp_path: Path) -> None:
    ann, bob = (picture_of(person(1 / FPS, number=number), tmp_path / f"{number}.png") for number in (0, 1))
    options = ["--part", "appearance", "--steps", 2, *SHORT, "--format", "png"]
    here("interpolate", tiny_run, "--from", ann, "--to", bob, *options, "--out", tmp_path)
    generator = mk.load(tiny_run)
    codes = [generator.encode(clips_from(path, generator.skeleton, 16))["appearance"] for path in (ann, bob)]
    noise = {"motion": generator.noise(1, 0)["motion"].expand(2, -1), "appearance": torch.cat(codes)}
    with torch.no_grad():
        wanted = generator(noise, mk.frame_times(0.25, 8))[:, 0].movedim(1, -1).numpy()
    way = cells(tmp_path, 2)
    factor = way.shape[1] // 16
    np.testing.assert_allclose(way[:, ::factor, ::factor] / 127.5 - 1, wanted, atol=1.5 / 127.5)
    sheet = np.array(Image.open(tmp_path / "contact-sheet.png"))
    assert sheet.shape[0] == 2 + 4 * 130  # both of them, and two clips between
    for path, top in ((ann, 2), (bob, 2 + 3 * 130)):
        shown = to_picture(clips_from(path, generator.skeleton, 16).video_BTCHW)[0, 0]
        np.testing.assert_array_equal(sheet[top : top + 128 : 8, -260:-132:8], shown)


def test_the_way_from_a_real_motion_lasts_as_long_as_it(tiny_run: Path, tmp_path: Path) -> None:
    video = video_of(person(0.8), tmp_path / "ann.mp4")
    options = ["--part", "motion", "--steps", 2, "--fps", FPS, "--format", "png"]
    here("interpolate", tiny_run, "--from", video, "--to", 1, *options, "--out", tmp_path)
    assert len(list((tmp_path / "way").iterdir())) == 20
    generator = mk.load(tiny_run)
    clips = clips_from(video, generator.skeleton, 16)
    noise = generator.noise(1, 0) | generator.encode(Clips(clips.times, clips.keypoints))
    with torch.no_grad():
        first = generator(noise, generator.clock(torch.zeros(1)))[0, 0].movedim(0, -1).numpy()
    cell = cells(tmp_path, 2)[0]
    factor = cell.shape[0] // 16
    np.testing.assert_allclose(cell[::factor, ::factor] / 127.5 - 1, first, atol=1.5 / 127.5)


def test_writes_one_video_and_a_sheet(tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here("interpolate", tiny_run, "--from", 1, "--to", 2, "--steps", 2, *SHORT, "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"way.mp4", "contact-sheet.png", ".made"}
    assert "2 clips of 2 frames, motion and appearance from 1 to 2" in capsys.readouterr().out
    with av.open(str(tmp_path / "way.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 2


def test_a_picture_cannot_show_where_a_motion_goes(tiny_run: Path, tmp_path: Path) -> None:
    picture = picture_of(person(1 / FPS), tmp_path / "ann.png")
    with pytest.raises(DataError, match="a motion takes two"):
        here("interpolate", tiny_run, "--from", picture, "--to", 1, *SHORT)


def test_a_part_that_the_noise_lacks_is_told(tiny_run: Path, tmp_path: Path) -> None:
    original = RunFolder.open(tiny_run)
    lasting = {key: value for key, value in original.document.items() if key != "format"}
    components = {role: it for role, it in original.document["components"].items() if role != "renderer"}
    run = RunFolder.create(tmp_path / "moving", lasting | {"components": components})
    for role in ("motion", "motion_encoder"):
        run.save_weights(role, original.load_weights(role), 1)
    with pytest.raises(ConfigError, match="has no noise of appearance, only of motion"):
        here("interpolate", run.path, "--from", 1, "--to", 2, "--part", "appearance")
