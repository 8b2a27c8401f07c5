"""Where the keypoints of a video lie."""

from pathlib import Path

import pytest

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.beside import is_of_keypoints, keypoints_of


@pytest.mark.parametrize(
    "name",
    [
        "jump.keypoints.json", "jump.mp4.keypoints.json", "jump.keypoints.csv", "jump.mp4.keypoints.h5",
        "jumpDLC_resnet50_aMay1shuffle1_100.csv", "results_jump.json", "jump.analysis.h5",
        "labels.v001.000_jump.analysis.h5",
    ],
)  # fmt: skip
def test_what_it_is_called(name: str, tmp_path: Path) -> None:
    for other in ("jump.mp4", "jump.txt", "jumps.keypoints.json", "results_jumps.json", name):
        (tmp_path / other).touch()
    assert keypoints_of(tmp_path / "jump.mp4") == tmp_path / name


def test_a_folder_of_frames_and_a_name_of_its_own_before_a_programs(tmp_path: Path) -> None:
    (tmp_path / "jumpDLC_resnet50_100.csv").touch()
    (tmp_path / "jump.keypoints").mkdir()
    assert keypoints_of(tmp_path / "jump.mp4") == tmp_path / "jump.keypoints"
    assert keypoints_of(tmp_path / "hop [1].mp4") == tmp_path / "hop [1].keypoints.json"  # which is not there


def test_several_are_refused(tmp_path: Path) -> None:
    for name in ("jumpDLC_x.csv", "jumpDLC_x_filtered.csv"):
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"holds jumpDLC_x\.csv and jumpDLC_x_filtered\.csv of one video"):
        keypoints_of(tmp_path / "jump.mp4")
    for name in ("jump.keypoints.json", "jump.keypoints.csv"):
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"holds jump\.keypoints\.json and jump\.keypoints\.csv"):
        keypoints_of(tmp_path / "jump.mp4")


def test_a_folder_that_could_be_anothers(tmp_path: Path) -> None:
    (tmp_path / "jump.keypoints").mkdir()
    for name in ("jump.mp4", "jump.avi"):
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"call it jump\.mp4\.keypoints if"):
        keypoints_of(tmp_path / "jump.mp4")


def test_files_of_keypoints_are_known_by_their_names() -> None:
    assert is_of_keypoints(Path("a/jump.keypoints.csv")) and is_of_keypoints(Path("a/jump.keypoints/0.json"))
    assert not is_of_keypoints(Path("a/keypoints.json"))
