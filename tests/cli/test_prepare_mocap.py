"""``motionkit prepare --layout mocap`` as people run it."""

import json

import pytest
from captures import body_bvh

from motionkit.cli.prepare import prepare
from motionkit.interfaces import ConfigError


def test_on_the_command_line(motionkit, tmp_path):
    body_bvh(tmp_path / "in" / "01_01.bvh")
    words = ("prepare", tmp_path / "in", "--layout", "mocap", "--out", tmp_path / "out", "--size", 16)
    done = motionkit(*words, "-o", "camera.views=2", "-o", "camera.azimuth=[-90,90]")
    assert "2 clips" in done.stdout
    settings = json.loads((tmp_path / "out" / "dataset.json").read_text())["settings"]
    assert settings["detector_config"]["azimuth"] == [-90, 90] and settings["gate"]["max_speed"] == 50


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--layout", "mocap", "--detector", "sidecar"), "takes no --detector"),
        (("--layout", "mocap", "-o", "camera.azimuth=[20,10]"), "must ascend, but goes from 20 to 10"),
        (("--layout", "mocap", "-o", "detector.size=3"), "detector has no settings here"),
        (("--detector", "sidecar", "-o", "camera.views=3"), "camera has no settings here"),
        ((), "--detector is missing"),
    ],
)
def test_wrong_words_are_told_before_anything_is_made(tmp_path, words, told):
    body_bvh(tmp_path / "in" / "a.bvh")
    with pytest.raises(ConfigError, match=told) as caught:
        prepare.main([str(tmp_path / "in"), "--out", str(tmp_path / "out"), *words], standalone_mode=False)
    assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()
