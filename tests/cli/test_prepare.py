"""``motionkit prepare`` as people run it."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from motionkit.cli.prepare import prepare
from motionkit.interfaces import ConfigError, DataError, MotionkitError
from motionkit.io.manifest import read_manifest
from motionkit.io.video import write_video

FRAMES, FPS = 30, 25


def film(folder, name, seed=0, frames=FRAMES):
    """A video of noise, and beside it the keypoints of a figure that does not move."""
    folder.mkdir(exist_ok=True)
    generator = np.random.default_rng(seed)
    write_video(folder / f"{name}.mp4", generator.integers(0, 256, (frames, 32, 32, 3), np.uint8), FPS)
    keypoints = [[x, y, 0.7] for x, y in generator.uniform(8, 24, (17, 2)).tolist()]
    entries = [{"time": index / FPS, "keypoints": keypoints} for index in range(frames)]
    (folder / f"{name}.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": entries}))


def test_a_folder_of_videos(motionkit, tmp_path):
    film(tmp_path / "in", "ann_wave")
    film(tmp_path / "in", "bob_jack", seed=1)
    (tmp_path / "in" / "cy_jack.mp4").touch()
    words = ("prepare", tmp_path / "in", "--out", tmp_path / "out", "--detector", "sidecar", "--size", 16)
    done = motionkit(*words, COLUMNS="300")
    assert "2 clips" in done.stdout and "bob_jack.mp4" in done.stdout and "is empty" in done.stdout
    manifest = read_manifest(tmp_path / "out")
    assert [len(video.clips) for video in manifest.videos] == [1, 1, 0]
    assert [video.clips[0].label for video in manifest.videos[:2]] == ["wave", "jack"]
    assert (manifest.settings.detector, manifest.settings.size) == ("sidecar", 16)
    assert manifest.settings.distribution.startswith("motionkit ")
    before = (tmp_path / "out" / "dataset.json").read_bytes()
    refused = motionkit(*words, "-o", "gate.min_confidence=0.5", status=1)
    assert "made with other settings" in refused.stderr
    assert (tmp_path / "out" / "dataset.json").read_bytes() == before


NAMES = {"dance [dQw4w9WgXcQ]": "dance [dQw4w9WgXcQ].mp4", "a [bold]b[red] :smile:": "a [bold]b[red] :smile:.mp4"}


def test_names_are_shown_as_they_are(motionkit, tmp_path):
    for seed, name in enumerate(NAMES):
        film(tmp_path / "in", name, seed)
    film(tmp_path / "in", "<b>&\x1b[31m", seed=2)
    (tmp_path / "in" / "[link] :cat:.mp4").touch()
    (tmp_path / "in" / "[notes].txt").touch()
    words = ("prepare", tmp_path / "in", "--out", tmp_path / "o[u]t", "--detector", "sidecar", "--size", 16)
    done = motionkit(*words, COLUMNS="300")
    rows = [line.strip() for line in done.stdout.splitlines()]
    for told in (*NAMES.values(), "<b>&\\x1b[31m.mp4", "[link] :cat:.mp4"):
        assert any(row.startswith(f"{told} ") for row in rows), told
    assert "[link] :cat:.mp4: is empty" in done.stdout and "\x1b" not in done.stdout + done.stderr
    assert "3 clips" in rows[-1] and rows[-1].endswith("o[u]t") and "by the ending: [notes].txt" in done.stderr
    motionkit("inspect", tmp_path / "o[u]t", "--out", tmp_path / "page", "-o", "data.test_fraction=0")
    page = (tmp_path / "page" / "index.html").read_text()
    assert "<td>&lt;b&gt;&amp;\\x1b[31m.mp4</td>" in page and "<b>" not in page and "\x1b" not in page


def test_folders_of_any_bytes(motionkit, tmp_path):
    folder, out = (os.fsdecode(os.fsencode(tmp_path) + name) for name in (b"/caf\xe9", b"/cl\xefps"))
    film(tmp_path / "in", "a")
    os.rename(tmp_path / "in", folder)
    words = ("--detector", "sidecar", "--size", 16)
    assert "1 clips" in motionkit("prepare", folder, "--out", out, *words).stdout
    os.rename(os.path.join(folder, "a.keypoints.json"), os.path.join(folder, "b"))
    told = motionkit("prepare", folder, "--out", tmp_path / "out", *words, status=1).stderr
    assert "caf\\xe9/a.keypoints.json: is missing" in told
    motionkit("inspect", out, "--out", tmp_path / "page", "-o", "data.test_fraction=0")
    assert "/cl\\xefps: 2 clips" in (tmp_path / "page" / "index.html").read_text()


def run(*words) -> None:
    """The command without a process of its own, and so without what turns errors into lines."""
    prepare.main([str(word) for word in words], standalone_mode=False)


def test_settings_reach_the_gate(tmp_path):
    film(tmp_path / "in", "a")
    words = (tmp_path / "in", "--detector", "sidecar", "--out", tmp_path / "out", "-o", "gate.min_confidence=0.8")
    with pytest.raises(DataError, match=r"nothing in 1 videos could be used.*low confidence"):
        run(*words)


def test_a_dataset_as_it_is_published(tmp_path):
    for seed, name in enumerate(("a/v_Run_g01_c01", "a/v_Run_g02_c01", "b/v_Jump_g01_c01")):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        film(tmp_path / "in" / name[0], name[2:], seed)
    words = (tmp_path / "in", "--layout", "ucf", "--detector", "sidecar")
    with pytest.raises(DataError, match=r"expected Class/v_Class_gNN_cNN\.avi, found a/v_Run_g01_c01\.mp4"):
        run(*words, "--out", tmp_path / "out")
    for path in (tmp_path / "in").rglob("*.mp4"):
        path.rename(path.with_suffix(".avi"))
    run(*words, "--out", tmp_path / "out", "-o", "layout.labels=[a]")
    manifest = read_manifest(tmp_path / "out")
    assert [(video.label, video.subject) for video in manifest.videos] == [("a", "g01"), ("a", "g02")]
    assert manifest.settings.layout == "ucf"
    run(*words, "--out", tmp_path / "out")  # other labels join what is there
    assert len(read_manifest(tmp_path / "out").videos) == 3
    with pytest.raises(ConfigError, match="layout was ucf, now any"):
        run(tmp_path / "in", "--detector", "sidecar", "--out", tmp_path / "out")


def test_whom_a_detector_left_out_is_in_the_report(motionkit, tmp_path):
    film(tmp_path / "in", "a")
    figure = json.loads((tmp_path / "in" / "a.keypoints.json").read_text())["frames"][0]["keypoints"]
    figures = [
        {"image_id": f"{index}.jpg", "keypoints": [value for x, y, c in figure for value in (x + beside, y, c)]}
        for index in range(FRAMES)
        for beside in (0, 60)
    ]
    (tmp_path / "in" / "a.keypoints.json").write_text(json.dumps(figures))
    words = ("prepare", tmp_path / "in", "--out", tmp_path / "out", "--detector", "sidecar", "--size", 16)
    told = "of up to 2 figures at once in a.keypoints.json one is followed, and 30 poses of others are left out"
    assert told in motionkit(*words, COLUMNS="300").stdout
    assert read_manifest(tmp_path / "out").videos[0].note == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--detector", "sidecar", "-o", "layout.label=[a]"), "did you mean layout.labels"),
        (("--detector", "sidecar", "-o", "gate.min_confidense=0.5"), "gate.min_confidence"),
        (("--detector", "sidecar", "-o", "motion.hidden=3"), "motion has no settings here"),
        (("--detector", "sidecat"), "sidecar"),
    ],
)
def test_wrong_words_are_told_before_anything_is_made(tmp_path, words, told):
    film(tmp_path / "in", "a")
    with pytest.raises(MotionkitError, match=told) as caught:
        run(tmp_path / "in", "--out", tmp_path / "out", *words)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("contents", [b"", b"this is a text " * 99])
def test_a_file_that_is_no_video(motionkit, tmp_path, contents):
    (tmp_path / "a.mp4").write_bytes(contents)
    done = motionkit("prepare", tmp_path / "a.mp4", "--out", tmp_path / "out", "--detector", "sidecar", status=1)
    assert "a.mp4" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_full_disk_leaves_what_was_there(tmp_path):
    film(tmp_path / "in", "a")
    words = ["prepare", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--detector", "sidecar", "--size", "16"]
    run(*words[1:])
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    film(tmp_path / "in", "b", seed=1, frames=200)
    limited = f"ulimit -f 40; exec {sys.executable} -m motionkit " + " ".join(words)  # no file above 40 KiB
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "File too large" in done.stderr.strip().splitlines()[-1]
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    run(*words[1:])
    assert len(read_manifest(tmp_path / "out").videos) == 2


def test_a_file_where_the_folder_should_be(tmp_path):
    film(tmp_path / "in", "a")
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OSError, match="out"):
        run(tmp_path / "in", "--out", tmp_path / "out", "--detector", "sidecar")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("how", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
def test_killed_it_keeps_the_videos_that_were_done(tmp_path, how):
    for index in range(8):
        film(tmp_path / "in", f"{index:02d}", seed=index, frames=200)  # seconds of work after the first
    words = ["prepare", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--detector", "sidecar", "--size", "16"]
    process = subprocess.Popen(
        [sys.executable, "-m", "motionkit", *words], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ
    )
    while process.poll() is None and not (tmp_path / "out" / "dataset.json").exists():
        time.sleep(0.001)
    process.send_signal(how)
    errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode not in (0, None) and "Traceback" not in errors
    done = [video.source for video in read_manifest(tmp_path / "out").videos]
    assert done == [f"{index:02d}.mp4" for index in range(len(done))] and len(done) >= 1
    run(*words[1:])
    assert len(read_manifest(tmp_path / "out").videos) == 8


def test_the_detectors_that_are_installed_and_what_each_is_good_for(capsys):
    with pytest.raises(SystemExit) as ended:
        prepare.main(["--detectors"], prog_name="prepare")
    told = capsys.readouterr().out
    assert ended.value.code == 0 and "sidecar" in told and "Whatever another program found" in told
    with pytest.raises(ConfigError, match="motionkit prepare --detectors lists them"):
        prepare.main(["videos", "--out", "clips"], standalone_mode=False)
