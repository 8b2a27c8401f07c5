"""``motionkit studio``, as a program."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from command_line import CommandLine

from motionkit.studio.shelf import Shelf


def test_it_prints_an_address_and_ctrl_c_ends_it(tiny_run: Path) -> None:
    command = [sys.executable, "-m", "motionkit", "studio", str(tiny_run), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=[\w-]{32}", program.stdout.readline())
        assert found is not None
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert b"motionkit studio" in opener.open(found[0]).read()
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert (program.returncode, errors) == (0, "Ctrl-C ends it.\n")


def test_what_cannot_be_served_is_told(motionkit: CommandLine, tmp_path: Path) -> None:
    assert "there is no such folder" in motionkit("studio", tmp_path / "none", status=1).stderr
    assert "no pretrained run 'dogs'" in motionkit("studio", "pretrained:dogs", status=1).stderr
    assert "can't listen on 203.0.113.1" in motionkit("studio", "--host", "203.0.113.1", status=1).stderr


def test_folders_are_looked_through_and_links_are_not_followed(tiny_run: Path, tmp_path: Path) -> None:
    (tmp_path / "runs" / "old").mkdir(parents=True)
    (tmp_path / "runs" / "old" / "first").mkdir()
    (tmp_path / "runs" / "old" / "first" / "run.json").write_bytes((tiny_run / "run.json").read_bytes())
    (tmp_path / "runs" / ".hidden").mkdir()
    (tmp_path / "runs" / ".hidden" / "run.json").write_text("{}")
    if hasattr(os, "symlink"):
        os.symlink(tiny_run, tmp_path / "runs" / "elsewhere", target_is_directory=True)
    names = [run.name for run in Shelf([str(tmp_path / "runs")]).runs]
    assert names == [f"{tmp_path}/runs/old/first", "pretrained:actions", "pretrained:faces"]
