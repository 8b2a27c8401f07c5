"""Real people through the command line: their motion, their appearance, or both."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import here, tiny
from PIL import Image
from real_people import FPS, person, picture_of, video_of, without_encoder

import motionkit as mk
from motionkit.cli.sources import poses
from motionkit.interfaces import Clips, ConfigError, DataError
from motionkit.numerics import fitting
from motionkit.pictures.picture import to_picture
from motionkit.preparation.coding import coded
from motionkit.preparation.source import clips_from


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 0.8 s, and a picture of somebody else."""
    folder = tmp_path_factory.mktemp("people")
    video_of(person(0.8), folder / "ann.mp4")
    picture_of(person(1 / FPS, "bend", number=1), folder / "bob.png")
    return folder


@pytest.fixture(autouse=True)
def short_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is what is done with a fitted motion, not how near it is."""
    monkeypatch.setattr(fitting, "STEPS", 3)


def arrays(run: Path, out: Path, *options: object) -> list[dict[str, np.ndarray]]:
    here("generate", run, "--format", "npz", "--out", out, *options)
    return [dict(np.load(path, allow_pickle=False)) for path in sorted(out.glob("clip-*.npz"))]


def tiles(folder: Path, rows: int) -> np.ndarray:
    """The tiles of a contact sheet, (rows, 8, 128, 128, 3)."""
    sheet = np.array(Image.open(folder / "contact-sheet.png"))
    assert sheet.shape[0] == 2 + rows * 130
    return sheet[2:, -8 * 130 :].reshape(rows, 130, 8, 130, 3).swapaxes(1, 2)[:, :, :128, :128]


def test_a_motion_plays_at_any_rate_from_its_first_frame_to_its_last(
    tiny_run: Path, people: Path, tmp_path: Path
) -> None:
    slow, fast = (
        arrays(tiny_run, tmp_path / str(fps), "--motion-from", people / "ann.mp4", "--fps", fps, "-n", 2)
        for fps in (FPS, 4 * FPS)
    )
    assert [len(clip["times"]) for clip in (*slow, *fast)] == [20, 20, 80, 80]
    np.testing.assert_allclose(slow[0]["times"], np.arange(20) / FPS, atol=1e-6)
    np.testing.assert_allclose(fast[0]["keypoints"][::4], slow[0]["keypoints"], atol=1e-5)
    np.testing.assert_array_equal(slow[0]["keypoints"], slow[1]["keypoints"])
    assert np.abs(slow[0]["video"].astype(int) - slow[1]["video"]).max() > 0  # another appearance

    generator = mk.load(tiny_run)
    clips = clips_from(people / "ann.mp4", generator.skeleton, 16)
    motion = Clips(clips.times, clips.keypoints)
    noise = generator.fit(generator.encode(motion), motion)
    wanted = generator.keypoints(noise, generator.clock(torch.arange(20) / FPS))
    np.testing.assert_allclose(slow[0]["keypoints"], wanted[0], atol=1e-5)


def test_a_motion_goes_on_after_its_end_and_at_another_speed_shows_all_of_it(
    tiny_run: Path, people: Path, tmp_path: Path
) -> None:
    options = ["--motion-from", people / "ann.mp4", "--fps", FPS, "-n", 1]
    (whole,) = arrays(tiny_run, tmp_path / "whole", *options)
    (longer,) = arrays(tiny_run, tmp_path / "longer", *options, "--seconds", 1.2)
    (slowed,) = arrays(tiny_run, tmp_path / "slowed", *options, "--speed", 0.5)
    assert [len(clip["times"]) for clip in (longer, slowed)] == [30, 40]
    np.testing.assert_allclose(longer["keypoints"][:20], whole["keypoints"], atol=1e-5)
    np.testing.assert_allclose(slowed["keypoints"][::2], whole["keypoints"], atol=1e-5)


def test_one_appearance_moves_in_several_ways(tiny_run: Path, people: Path, tmp_path: Path) -> None:
    options = ["--appearance-from", people / "bob.png", "--seconds", 0.25, "--fps", 8, "-n", 2]
    first, second = arrays(tiny_run, tmp_path, *options)
    assert np.abs(first["keypoints"] - second["keypoints"]).max() > 0
    generator = mk.load(tiny_run)
    code = generator.encode(clips_from(people / "bob.png", generator.skeleton, 16))
    assert code.keys() == {"appearance"}
    with torch.no_grad():
        wanted = generator(generator.noise(1, 0) | code, mk.frame_times(0.25, 8))[0]
    np.testing.assert_allclose(first["video"] / 127.5 - 1, wanted.movedim(1, -1), atol=1.5 / 127.5)


def test_both_together_are_one_clip(
    tiny_run: Path, people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = people / "ann.mp4"
    clips = arrays(tiny_run, tmp_path / "a", "--motion-from", video, "--appearance-from", video)
    assert len(clips) == 1 and len(clips[0]["times"]) == 24
    assert "1 clip of 24 frames" in capsys.readouterr().out
    again = arrays(tiny_run, tmp_path / "b", "--motion-from", video, "--appearance-from", video, "--seed", 5)
    np.testing.assert_array_equal(clips[0]["video"], again[0]["video"])  # nothing of it is left to chance


def test_the_contact_sheet_shows_above_whose_motion_it_is_as_long_as_the_clip_lasts(
    tiny_run: Path, people: Path, tmp_path: Path
) -> None:
    options = ["--motion-from", people / "ann.mp4", "--fps", 10, "--seconds", 1.6, "-n", 2]
    arrays(tiny_run, tmp_path, *options)
    real, *made = tiles(tmp_path, rows=3)
    clips = clips_from(people / "ann.mp4", mk.load(tiny_run).skeleton, 16)
    shown = to_picture(clips.video_BTCHW)[0, [0, 5, 10, 15]]  # 0, 0.2, 0.4 and 0.6 s at 25 frames a second
    np.testing.assert_array_equal(real[:4, ::8, ::8], shown)
    assert (real[4:] == 255).all() and all((row[4:] < 255).any() for row in made)


def test_the_contact_sheet_shows_above_whose_appearance_it_is(tiny_run: Path, people: Path, tmp_path: Path) -> None:
    options = ["--motion-from", people / "ann.mp4", "--appearance-from", people / "bob.png", "--fps", FPS]
    arrays(tiny_run, tmp_path / "two", *options)
    bob = clips_from(people / "bob.png", mk.load(tiny_run).skeleton, 16)
    _, appearance, _ = tiles(tmp_path / "two", rows=3)
    np.testing.assert_array_equal(appearance[0, ::8, ::8], to_picture(bob.video_BTCHW)[0, 0])
    assert (appearance[1:] == 255).all()

    arrays(
        tiny_run, tmp_path / "one", *(people / "ann.mp4" if word == people / "bob.png" else word for word in options)
    )
    assert len(tiles(tmp_path / "one", rows=2)) == 2  # one clip shows both, and is there once


def test_the_poses_of_a_motion_are_there_as_long_as_the_clip_lasts(tiny_run: Path, people: Path) -> None:
    real = coded(mk.load(tiny_run), {"motion": str(people / "ann.mp4")}, None)
    clips = real.clips["motion"]
    (found,) = poses(real, torch.tensor([0.0, 0.04, 0.06, 0.79, 0.82]))
    torch.testing.assert_close(found[:2], clips.keypoints_BTK2[0, :2])
    torch.testing.assert_close(found[2], clips.keypoints_BTK2[0, 1:3].mean(0))
    torch.testing.assert_close(found[3], clips.keypoints_BTK2[0, -1])
    assert found[4].isnan().all()


@pytest.mark.parametrize(("part", "option"), [("motion", "--motion-from"), ("appearance", "--appearance-from")])
def test_a_run_without_an_encoder_is_told(tiny_run: Path, people: Path, tmp_path: Path, part: str, option: str) -> None:
    run = without_encoder(tiny_run, part, tmp_path / "run")
    with pytest.raises(ConfigError, match=f"trained without an encoder of {part}"):
        here("generate", run, option, people / "ann.mp4")


def test_a_picture_has_no_motion(tiny_run: Path, people: Path) -> None:
    with pytest.raises(DataError, match=r"bob\.png: has one frame, and a motion takes two"):
        here("generate", tiny_run, "--motion-from", people / "bob.png")


def test_another_skeleton_is_told(people: Path, tmp_path: Path) -> None:
    run = tmp_path / "faces"
    here("train", "--out", run, "--data", "faces", "--steps", 1, *tiny(stage="motion"))
    with pytest.raises(DataError, match="its skeleton is 'coco-17'; it should be 'face-13'"):
        here("generate", run, "--motion-from", people / "ann.mp4")


def test_a_picture_without_keypoints_is_told(tiny_run: Path, people: Path, tmp_path: Path) -> None:
    shutil.copy(people / "bob.png", tmp_path)
    with pytest.raises(ConfigError, match="what should find the figure in it"):
        here("generate", tiny_run, "--appearance-from", tmp_path / "bob.png")
