"""``--out -``: the frames are those of the file, and whoever reads them may stop at any moment."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from command_line import here, tiny

from motionkit.interfaces import ConfigError

PICTURE = ["--fps", 12, "--overlay"]
"""Frames of 256 pixels, which H.264 keeps closely enough to compare."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def frames_of(video: Any, count: int) -> np.ndarray:
    with av.open(video) as container:
        return np.stack(
            [
                frame.to_ndarray(format="rgb24")
                for frame, _ in zip(container.decode(video=0), range(count), strict=False)
            ]
        )


def exact(run: Path, out: Path, seconds: float) -> np.ndarray:
    here("generate", run, "-n", 1, "--seed", 3, "--seconds", seconds, *PICTURE, "--format", "npz", "--out", out)
    with np.load(out / "clip-000.npz") as arrays:
        video: np.ndarray = arrays["video"]
    return video


def assert_same(seen: np.ndarray, expected: np.ndarray) -> None:
    """But for what H.264 loses; frames are further from their neighbours."""
    errors = [np.abs(seen.astype(int) - np.roll(expected, shift, 0)).mean(axis=(1, 2, 3)) for shift in (0, 1, -1)]
    assert errors[0].max() < 3
    assert (errors[0] < np.minimum(*errors[1:])).all()


def test_a_stream_has_the_frames_of_the_file_and_nothing_else(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdout = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stdout)
    here("generate", tiny_run, "--out", "-", "--seed", 3, "--seconds", 1, *PICTURE)
    written = stdout.buffer
    assert isinstance(written, io.BytesIO)
    assert written.getvalue()[4:8] == b"ftyp"
    written.seek(0)
    assert_same(frames_of(written, 100), exact(tiny_run, tmp_path, 1))


@pytest.mark.parametrize("interrupt", [False, pytest.param(True, marks=pytest.mark.skipif("sys.platform == 'win32'"))])
def test_an_endless_motion_ends_quietly_with_its_reader(tiny_run: Path, tmp_path: Path, interrupt: bool) -> None:
    words = ["generate", tiny_run, "--out", "-", "--seed", 3, "--seconds", "inf", *PICTURE]
    command = [sys.executable, "-m", "motionkit", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        seen = frames_of(process.stdout, 30)  # across the ends of two seconds
        if interrupt:
            process.terminate()  # which ends like Ctrl-C, and is heard by programs in the background too
            process.stdout.read()
        process.stdout.close()
        assert process.wait(timeout=120) == 0
        assert process.stderr.read() == b""
    assert_same(seen, exact(tiny_run, tmp_path, 2.5))


def test_a_terminal_is_no_place_for_a_video(tiny_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(ConfigError, match=r"mpv -$"):
        here("generate", tiny_run, "--out", "-")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "-", "-n", 2], "one clip, not of 2"),
        (["--out", "-", "--format", "gif"], "a folder for gif"),
        (["--out", "-", "--seconds", "inf", "--speed", "0:1,1:2"], "give one speed"),
        (["--out", "-", "--seconds", "inf", "--fps", 0], "fps must be positive"),
        (["--seconds", "inf"], "--out -"),
    ],
)
def test_what_no_stream_can_be_is_told(tiny_run: Path, options: list[object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        here("generate", tiny_run, *options)


def test_a_motion_that_cannot_go_on_is_told(tmp_path: Path) -> None:
    here("train", "--out", tmp_path, "--steps", 1, "--motion", "rnn", *tiny(stage="motion"))
    with (
        pytest.warns(UserWarning, match="without end"),
        pytest.raises(ConfigError, match="ask for a number of seconds"),
    ):
        here("generate", tmp_path, "--out", "-", "--seconds", "inf")
