import shutil
import warnings
from pathlib import Path

import av
import numpy as np
import pytest
from command_line import CommandLine, here, tiny
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def test_makes_videos_a_contact_sheet_and_a_picture_of_the_keypoints(
    motionkit: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    done = motionkit("generate", tiny_run, "-n", 2, "--seconds", 1, "--fps", 12, "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "clip-000.mp4", "clip-001.mp4", "contact-sheet.png", "keypoints.png", ".made"
    }  # fmt: skip
    assert "evaluations of the motion's field" in done.stdout
    with av.open(str(tmp_path / "clip-000.mp4")) as video:
        stream = video.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.average_rate == 12
        assert sum(1 for _ in video.decode(stream)) == 12


def arrays(motionkit: CommandLine, run: Path, out: Path, *options: object) -> dict[str, np.ndarray]:
    motionkit("generate", run, "-n", 1, "--seconds", 1, "--format", "npz", "--out", out, *options)
    with np.load(out / "clip-000.npz", allow_pickle=False) as archive:
        return dict(archive)


def test_the_same_seed_at_15_and_60_fps_gives_the_same_frames(
    motionkit: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    slow = arrays(motionkit, tiny_run, tmp_path / "slow", "--fps", 15, "--seed", 3)
    fast = arrays(motionkit, tiny_run, tmp_path / "fast", "--fps", 60, "--seed", 3)
    np.testing.assert_array_equal(fast["times"][3::4], slow["times"])
    np.testing.assert_allclose(fast["keypoints"][3::4], slow["keypoints"], atol=1e-5)
    assert np.abs(fast["video"][3::4].astype(int) - slow["video"]).max() <= 1  # one level of 255: rounding


def test_the_same_command_gives_the_same_bytes(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        motionkit("generate", tiny_run, "-n", 1, "--seconds", 0.5, "--out", tmp_path / name)
    for file in ("clip-000.mp4", "contact-sheet.png", "keypoints.png"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_speed_curve_changes_the_time_not_the_number_of_frames(
    motionkit: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    curve = arrays(motionkit, tiny_run, tmp_path / "c", "--fps", 10, "--speed", "0:1,0.5:0.25,1:1")
    assert len(curve["video"]) == 10
    gaps = np.diff(curve["times"])
    assert gaps.argmin() in (3, 4)
    assert curve["times"][-1] == pytest.approx(0.625)


def test_frames_as_png_and_gif_and_keypoints_drawn_over(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    options = ["-n", 1, "--seconds", 0.5, "--fps", 8]
    motionkit("generate", tiny_run, *options, "--format", "png", "--overlay", "--out", tmp_path / "png")
    assert len(list((tmp_path / "png" / "clip-000").glob("*.png"))) == 4
    motionkit("generate", tiny_run, *options, "--format", "gif", "--out", tmp_path / "gif")
    assert (tmp_path / "gif" / "clip-000.gif").read_bytes()[:4] == b"GIF8"


def test_a_second_call_leaves_nothing_of_the_first(tiny_run: Path, tmp_path: Path) -> None:
    here("generate", tiny_run, "-n", 2, "--seconds", 1, "--fps", 6, "--format", "png", "--out", tmp_path)
    here("generate", tiny_run, "-n", 1, "--seconds", 0.5, "--fps", 6, "--format", "png", "--out", tmp_path)
    assert len(list((tmp_path / "clip-000").iterdir())) == 3
    assert not (tmp_path / "clip-001").exists()
    here("generate", tiny_run, "-n", 1, "--seconds", 0.5, "--fps", 6, "--format", "gif", "--out", tmp_path)
    assert {path.name for path in tmp_path.glob("clip*")} == {"clip-000.gif"}


def test_a_run_of_stage_one_alone_gives_stick_figures(motionkit: CommandLine, tmp_path: Path) -> None:
    run = tmp_path / "run"
    motionkit("train", "--out", run, "--steps", 2, *tiny(stage="motion"))
    motionkit("generate", run, "-n", 1, "--seconds", 0.5, "--fps", 8)
    assert (run / "generated" / "clip-000.mp4").exists()


@pytest.mark.parametrize(
    ("options", "judged"),
    [
        (["--motion-objective", "adversarial"], False),
        (["--motion", "rnn"], False),
        (["-o", "motion_objective.later=0"], False),
        ([], True),
    ],
)
def test_seconds_that_no_training_judged_are_warned_of(tmp_path: Path, options: list[str], judged: bool) -> None:
    small = tiny(stage="motion", encoders="adversarial" not in options)
    here("train", "--out", tmp_path, "--steps", 1, *small, *options)

    def told(*seconds: object, command: tuple[object, ...] = ("generate", tmp_path, "-n", 1)) -> list[str]:
        with warnings.catch_warnings(record=True) as caught:
            here(*command, "--fps", 16, "--seconds", *seconds)
        return [str(it.message) for it in caught if "judged" in str(it.message)]

    assert told(0.375) == []  # six frames at 16 a second are a training window
    assert told(0.75, "--speed", 0.5) == []
    for command in (
        ("generate", tmp_path, "-n", 1),
        ("interpolate", tmp_path, "--from", 0, "--to", 1, "--steps", 2),
        ("export", tmp_path, "-n", 1, "--format", "csv"),
    ):
        assert [it.partition(";")[0] for it in told(0.5, command=command)] == (
            [] if judged else ["these motions go on for 0.5 s, but training judged 0.375 s of a motion"]
        )


def test_a_run_of_stage_two_alone_says_what_it_lacks(motionkit: CommandLine, tmp_path: Path) -> None:
    run = tmp_path / "run"
    motionkit("train", "--out", run, "--steps", 1, *tiny(stage="render"))
    assert "no motion" in motionkit("generate", run, status=1).stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--speed", "fast"], "speed curve"),
        (["--fps", "0.001", "--seconds", "2000", "--format", "gif"], "655.35 s"),
        (["--seconds", "0"], "seconds"),
        (["--fps", "-3"], "fps"),
        (["--seconds", "1e-4", "--fps", "1e6"], "an mp4 can have"),
        (["--seconds", "1e12"], "not enough memory"),
    ],
)
def test_bad_requests_are_told(
    motionkit: CommandLine, tiny_run: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    assert message in motionkit("generate", tiny_run, "--out", tmp_path, *options, status=1).stderr


def test_missing_and_swapped_weights_are_told(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    (run / "motion.safetensors").rename(run / "renderer.safetensors")
    done = motionkit("generate", run, status=1)
    assert "motion.safetensors is missing" in done.stderr
    shutil.copy(run / "renderer.safetensors", run / "motion.safetensors")
    done = motionkit("generate", run, status=1)
    assert "holds the weights of motion, not of renderer" in done.stderr


def test_weights_that_are_not_numbers_make_no_video(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    file = run / "renderer.safetensors"
    with safe_open(file, framework="pt") as reader:
        label = reader.metadata()
    weights = load_file(file)
    next(weight for weight in weights.values() if weight.is_floating_point()).fill_(float("nan"))
    save_file(weights, file, label)
    assert "infinite or NaN" in motionkit("generate", run, status=1).stderr
    assert not (run / "generated" / "clip-000.mp4").exists()


def test_an_output_folder_that_cannot_be_made_is_told(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in motionkit("generate", tiny_run, "--out", tmp_path / "file" / "videos", status=1).stderr


def test_motion_and_appearance_have_places_of_their_own(tiny_run: Path, tmp_path: Path) -> None:
    def made(name: str, *options: object) -> list[dict[str, np.ndarray]]:
        short = ["--seconds", 0.25, "--fps", 8, "--format", "npz", "--out", tmp_path / name]
        here("generate", tiny_run, *short, *options)
        return [dict(np.load(path)) for path in sorted((tmp_path / name).glob("*.npz"))]

    plain = made("plain", "-n", 3, "--seed", 7)
    (placed,) = made("placed", "-n", 1, "--noise", "motion=7/2", "--noise", "appearance=7/1")
    np.testing.assert_array_equal(placed["keypoints"], plain[2]["keypoints"])
    (drawn,) = made("drawn", "-n", 1, "--seed", 7, "--noise", "motion=7/1")
    np.testing.assert_array_equal(drawn["keypoints"], plain[1]["keypoints"])
    assert np.abs(drawn["video"].astype(int) - plain[1]["video"]).max() > 0  # in the appearance of clip 0
    (same,) = made("same", "-n", 1, "--seed", 7, "--renderer", tiny_run)
    np.testing.assert_array_equal(same["video"], plain[0]["video"])
