import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import TINY, CommandLine, here, tiny
from safetensors.torch import load_file

from motionkit.assembly import load
from motionkit.interfaces import COCO17, ConfigError, DataError
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord, write_manifest


def test_leaves_a_whole_run_folder(tiny_run: Path) -> None:
    names = {path.name for path in tiny_run.iterdir()}
    assert names == {
        "run.json", "motion.safetensors", "motion_encoder.safetensors", "motion.state.pt", "renderer.safetensors",
        "appearance_encoder.safetensors", "render.state.pt", "events", "samples",
    }  # fmt: skip
    document = json.loads((tiny_run / "run.json").read_text())
    assert document["components"]["motion"]["name"] == "ode"
    assert document["components"]["motion"]["config"]["hidden"] == 8
    assert document["components"]["motion"]["distribution"] == "motionkit"
    assert {path.name for path in (tiny_run / "samples").iterdir()} >= {"motion-000006.png", "render-000006.png"}
    assert list((tiny_run / "events" / "motion").glob("events*"))


def test_the_same_command_gives_the_same_bytes(tiny_run: Path, motionkit: CommandLine, tmp_path: Path) -> None:
    motionkit("train", "--out", tmp_path / "again", "--steps", 6, *tiny("loop.checkpoint_every=3"))
    for name in ("run.json", "motion.safetensors", "renderer.safetensors", "samples/render-000006.png"):
        assert (tmp_path / "again" / name).read_bytes() == (tiny_run / name).read_bytes()


@pytest.mark.parametrize("stage", ["motion", "render"])
def test_either_stage_trains_alone(motionkit: CommandLine, tmp_path: Path, stage: str, tiny_run: Path) -> None:
    motionkit("train", "--out", tmp_path / "run", "--steps", 6, *tiny("loop.checkpoint_every=3", stage=stage))
    document = json.loads((tmp_path / "run" / "run.json").read_text())
    assert list(document["stages"]) == [stage]
    # The stages share nothing, so each is what it is in a run of both: the same components, to the last setting.
    both = json.loads((tiny_run / "run.json").read_text())
    assert all(both["components"][role] == choice for role, choice in document["components"].items())


def test_a_settings_file_and_overrides_reach_every_field(motionkit: CommandLine, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("motion: {name: rnn, hidden: 24}\nmotion_objective: {frames: 12}\n")
    out = tmp_path / "run"
    options = ["--stage", "motion", "--steps", 1, "--config", settings, "-o", "motion.hidden=8"]
    motionkit("train", "--out", out, *options, "-o", "data.clips=8", "-o", "motion_objective.batch=2")
    document = json.loads((out / "run.json").read_text())
    assert document["components"]["motion"]["name"] == "rnn"
    assert document["components"]["motion"]["config"]["hidden"] == 8
    assert document["components"]["motion_objective"]["config"]["frames"] == 12


def test_a_settings_file_may_hold_more_than_this_training_uses_and_that_is_said(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("motion: {hidden: 8}\nrenderer: {image_size: 16}\n")
    here("train", "--out", tmp_path / "run", "--steps", 1, "--config", settings, *tiny(stage="motion"))
    assert [str(it.message) for it in recwarn if "no part" in str(it.message)] == [
        f"{settings} sets what is no part of this training: renderer"
    ]


def test_minutes_are_a_budget_too(motionkit: CommandLine, tmp_path: Path) -> None:
    motionkit("train", "--out", tmp_path / "run", "--minutes", 0.01, *tiny(stage="motion"))
    assert (tmp_path / "run" / "motion.safetensors").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--motion", "oed"], "ode"),
        (["--renderer", "ode"], "compose"),
        (["--data", "no-such-data"], "no-such-data"),
        (["-o", "motion.hiden=3"], "motion.hidden"),
        (["-o", "motoin.hidden=3"], "motion"),
        (["-o", "motion.hidden=wide"], "motion.hidden"),
        (["-o", "motion.hidden"], "motion.hidden"),
        (["-o", "renderer.widths=[8]"], "widths"),
        (["-o", "motion=3"], "section"),
        (["-o", "motion.name=1.5"], "motion.name should be a name, not 1.5"),
        (
            ["--stage", "render", "-o", "motion.hidden=8"],
            "motion is no part of this training, which has: data, renderer",
        ),
        (["--preset", "paper", "-o", "motion_encoder.frames=6"], "motion_encoder is no part of this training"),
        (["--motion-discriminator", "video"], "judges video"),
        (["--config", "missing.yaml"], "missing.yaml"),
        (["-o", "data.seconds=0.1"], "frames"),
        (
            ["--devices", "2", "-o", "motion_objective.batch=3"],
            "a batch of 3 clips can't be shared by 2 devices; set motion_objective.batch",
        ),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    motionkit: CommandLine, tmp_path: Path, options: list[str], message: str
) -> None:
    done = motionkit("train", "--out", tmp_path / "run", "--steps", 1, *options, status=1)
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "run").exists()


def test_an_existing_run_is_not_overwritten(motionkit: CommandLine, tiny_run: Path) -> None:
    before = (tiny_run / "run.json").read_bytes()
    done = motionkit("train", "--out", tiny_run, "--steps", 1, *tiny(), status=1)
    assert "--resume" in done.stderr
    assert (tiny_run / "run.json").read_bytes() == before


def test_a_resumed_run_keeps_its_settings(motionkit: CommandLine, tiny_run: Path) -> None:
    done = motionkit("train", "--resume", tiny_run, "--motion", "rnn", status=1)
    assert "--motion can't go with --resume" in done.stderr


def test_a_resumed_run_reports_at_its_first_checkpoint(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    assert "motion 9/9" in motionkit("train", "--resume", run, "--steps", 9).stderr


def test_states_that_were_exchanged_are_told(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    shutil.copy(run / "render.state.pt", run / "motion.state.pt")
    assert "motion.state.pt does not fit" in motionkit("train", "--resume", run, "--steps", 9, status=1).stderr
    (run / "motion.state.pt").write_bytes(b"")
    assert "motion.state.pt is damaged" in motionkit("train", "--resume", run, "--steps", 9, status=1).stderr


@pytest.mark.parametrize("key", ["components", "stages", "budget"])
def test_a_damaged_description_is_told(motionkit: CommandLine, tiny_run: Path, tmp_path: Path, key: str) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    document = json.loads((run / "run.json").read_text())
    document[key] = {"nonsense": {}}
    (run / "run.json").write_text(json.dumps(document))
    done = motionkit("train", "--resume", run, status=1)
    assert "run.json does not describe" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_another_version_than_made_the_run_is_noted(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    document = json.loads((run / "run.json").read_text())
    document["components"]["motion"]["version"] = "0.0.1"
    (run / "run.json").write_text(json.dumps(document))
    for state in run.glob("*.state.pt"):
        state.unlink()
    assert "was made with motionkit 0.0.1" in motionkit("train", "--resume", run, "--steps", 1).stderr


def write_clips(data: Path, *lengths: int, seed: int = 0) -> None:
    """A clip folder of a video, whose clips have so many frames."""
    (data / "clips").mkdir(parents=True)
    clips = []
    for number, frames in enumerate(lengths):
        random = np.random.default_rng(number)
        write_clip(
            data / "clips" / f"{number}.safetensors",
            ClipInfo(COCO17.name),
            random.integers(0, 256, (frames, 8, 8, 3), np.uint8),
            random.uniform(-0.5, 0.5, (frames, 17, 2)),
            np.ones((frames, 17)),
            np.arange(frames) / 25,
        )
        clips.append(ClipRecord(file=f"clips/{number}.safetensors", label="", seconds=(frames - 1) / 25, frames=frames))
    settings = Settings(size=8, detector="sidecar", distribution="motionkit", detector_config={}, gate={})
    video = VideoRecord(source="a.mp4", sha256=str(seed), clips=tuple(clips))
    write_manifest(data, Manifest(skeleton=COCO17, settings=settings, videos=(video,)))


SMALL = [word for setting in TINY if setting.startswith(("motion", "loop")) for word in ("-o", setting)]
"""Settings of a tiny motion that is learnt from clips on disk."""


def test_a_clip_that_cannot_be_read_is_told_and_short_ones_are_left_out(motionkit: CommandLine, tmp_path: Path) -> None:
    """The clips are read in another process, whose errors torch would show with a traceback."""
    data = tmp_path / "my clips"
    write_clips(data, 30, 4)
    options = ["--data", "my clips", "--stage", "motion", "--steps", 2, *SMALL, "-o", "loop.workers=1"]
    done = motionkit("train", "--out", "run", *options, cwd=tmp_path)
    assert "2 of 4 clips are left out" in done.stderr
    motionkit("train", "--resume", tmp_path / "run", "--steps", 3)  # from elsewhere
    before = (tmp_path / "run" / "motion.state.pt").read_bytes()
    (data / "clips" / "0.safetensors").unlink()
    done = motionkit("train", "--resume", tmp_path / "run", "--steps", 4, status=1)
    assert "0.safetensors: there is no such clip file" in done.stderr.splitlines()[-1]
    assert (tmp_path / "run" / "motion.state.pt").read_bytes() == before


def test_a_run_goes_on_where_its_clips_are_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_clips(Path("a"), 30, 30)
    here("train", "--data", "a", "--stage", "motion", "--steps", 1, *SMALL, "--out", "run")
    shutil.copytree("run", "whole")
    here("train", "--resume", "whole", "--steps", 2)
    Path("a").rename("b")
    write_clips(Path("others"), 30, 30, seed=1)
    before = Path("run", "run.json").read_bytes()
    with pytest.raises(DataError, match=r"others holds other clips than those that run learnt from in .*a$"):
        here("train", "--resume", "run", "--steps", 2, "--data", "others")
    assert Path("run", "run.json").read_bytes() == before
    here("train", "--resume", "run", "--steps", 2, "--data", "b")
    assert json.loads(Path("run", "run.json").read_text())["components"]["data"]["config"]["path"] == str(
        Path("b").resolve()
    )
    here("train", "--resume", "run", "--steps", 2)  # it knows the new place
    safe = [load_file(Path(run, "motion.safetensors")) for run in ("run", "whole")]
    assert all(torch.equal(weight, safe[1][name]) for name, weight in safe[0].items())
    shutil.copy(Path("whole", "motion.safetensors"), Path("run", "motion.safetensors"))
    assert load(Path("run"))  # one experiment's, so they belong


def test_a_run_whose_clips_are_others_now_says_so_and_one_of_made_clips_has_no_place(
    tiny_run: Path, tmp_path: Path
) -> None:
    write_clips(tmp_path / "a", 30, 30)
    run = tmp_path / "run"
    here("train", "--data", tmp_path / "a", "--stage", "motion", "--steps", 1, *SMALL, "--out", run)
    shutil.rmtree(tmp_path / "a")
    write_clips(tmp_path / "a", 30, 30, seed=1)
    with pytest.warns(UserWarning, match="hold other clips now"):
        here("train", "--resume", run, "--steps", 2)
    with pytest.raises(ConfigError, match="learnt from actions, which lies in no folder"):
        here("train", "--resume", tiny_run, "--data", tmp_path / "a")


def test_what_is_not_a_run_cannot_be_resumed(motionkit: CommandLine, tmp_path: Path) -> None:
    assert "not a run folder" in motionkit("train", "--resume", tmp_path, status=1).stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; the full disk below stands for it")
def test_a_read_only_folder_is_told(motionkit: CommandLine, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "ermission" in motionkit("train", "--out", tmp_path / "run", "--steps", 1, *tiny(), status=1).stderr


def test_a_file_where_a_folder_should_be_is_told(motionkit: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in motionkit("train", "--out", tmp_path / "file" / "run", "--steps", 1, *tiny(), status=1).stderr


def test_a_full_disk_is_told_and_what_was_saved_stays(tiny_run: Path, tmp_path: Path) -> None:
    """The limit on a file's size stands for a disk that fills up while a checkpoint is written."""
    run = shutil.copytree(tiny_run, tmp_path / "run")
    limit = 4096
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        f"sys.argv = ['motionkit', 'train', '--resume', {str(run)!r}, '--steps', '9'];"
        "from motionkit.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    for name in ("motion.safetensors", "motion.state.pt", "renderer.safetensors"):
        assert (run / name).read_bytes() == (tiny_run / name).read_bytes()
