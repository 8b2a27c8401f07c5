"""Clip folders, and clips and pictures that are dropped on the page."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from real_people import person, picture_of, video_of, without_encoder
from starlette.testclient import TestClient
from takes import by_command, frames, take
from visiting import Visitor, clip_folder, visited

from motionkit.datasets.folder import ClipFolder
from motionkit.io.exclusions import read_exclusions
from motionkit.io.hold import held


def test_a_clip_folder_is_browsed_and_a_clip_left_out_of_training(own: Path) -> None:
    with visited(own) as (_, visitor):
        folder = visitor.folder()
        told = visitor.ask("folder", folder=folder)
        nobody, first, second = told["videos"]
        assert (nobody["dropped"], nobody["clips"]) == ({"no figure": 9}, [])
        assert [clip["number"] for video in (first, second) for clip in video["clips"]] == [0, 1]
        clip = visitor.ask("clip", folder=folder, clip=1)
        assert len(clip["times"]) == len(clip["confidence"]) == 20
        piece = visitor.ask("clip-frames", folder=folder, clip=1, frame=19)
        stored = ClipFolder(ClipFolder.Config(path=own / "clips", mirror=False, test_fraction=0))
        assert piece["first"] + len(piece["pictures"]) == 20
        poses_TK2 = stored[1].window(stored[1].recorded_times_T).keypoints_TK2[piece["first"] :].numpy()
        np.testing.assert_allclose(piece["keypoints"], poses_TK2, atol=1e-4)
        told = visitor.ask("exclude", folder=folder, clip=1, excluded=True, reason="two people")
        assert told["videos"][2]["clips"][0]["excluded"]
        assert [it.reason for it in read_exclusions(own / "clips")] == ["two people"]
        left = ClipFolder(ClipFolder.Config(path=own / "clips", mirror=False, test_fraction=0))
        assert [left[n].source for n in range(len(left))] == ["0.avi"]
        with held(own / "clips"):
            assert "is being written by" in visitor.problem("exclude", folder=folder, clip=0, excluded=True)
        visitor.ask("exclude", folder=folder, clip=1, excluded=False)
        assert read_exclusions(own / "clips") == ()
        assert "has no clip 7" in visitor.problem("clip", folder=folder, clip=7)
        shutil.rmtree(own / "clips" / "clips")
        assert "there is no such clip file" in visitor.problem("clip", folder=folder, clip=0)


def test_a_dropped_clip_lends_its_motion_and_its_appearance(
    client: TestClient, visitor: Visitor, tmp_path: Path, shelf_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    film = video_of(person(0.8), tmp_path / "ann.mp4")
    told = upload(client, visitor, film)
    upload(client, visitor, film.with_name("ann.keypoints.json"), of=told["id"])
    real = visitor.ask("real", source=told["id"], run=visitor.run("tiny"))
    assert real["parts"] == ["motion", "appearance"] and len(real["times"]) == 20
    seen = visitor.ask("real-frames", source=told["id"], run=visitor.run("tiny"), frame=19)
    assert seen["first"] + len(seen["pictures"]) == 20
    asked = take(visitor, real={"motion": told["id"], "appearance": told["id"]}, fps=25.0)
    command = visitor.ask("take", take=asked)["command"]
    assert "--motion-from ann.mp4 --appearance-from ann.mp4" in command and "--detector" not in command
    assert frames(visitor, asked) == by_command(command, shelf_folder, tmp_path / "out")
    other = take(visitor, real={"motion": told["id"]}, noise={"motion": "1", "appearance": "5"}, fps=25.0)
    assert "--seed 5" in visitor.ask("take", take=other)["command"]


def test_a_picture_lends_its_appearance_and_a_clip_of_a_folder_its_motion(
    client: TestClient, visitor: Visitor, tmp_path: Path
) -> None:
    picture = picture_of(person(0.04), tmp_path / "bob.png")
    told = upload(client, visitor, picture)
    upload(client, visitor, picture.with_name("bob.keypoints.json"), of=told["id"])
    assert visitor.ask("real", source=told["id"], run=visitor.run("tiny"))["parts"] == ["appearance"]
    clip = visitor.ask("use-clip", folder=visitor.folder(), clip=1)
    assert clip["name"].endswith("clips:1")
    asked = take(visitor, real={"motion": clip["id"], "appearance": told["id"]})
    assert "clips:1" in visitor.ask("take", take=asked)["command"]


def upload(client: TestClient, visitor: Visitor, path: Path, **query: str) -> dict[str, Any]:
    answer = client.post(f"/uploads/{visitor.id}", params={"name": path.name, **query}, content=path.read_bytes())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_run_without_encoders_says_so(tiny_run: Path, tmp_path: Path) -> None:
    without_encoder(tiny_run, "motion", tmp_path / "shelf" / "blind")
    clip_folder(tmp_path / "shelf" / "clips")
    with visited(tmp_path / "shelf") as (_, visitor):
        clip = visitor.ask("use-clip", folder=visitor.folder(), clip=0)
        asked = take(visitor, "blind", real={"motion": clip["id"]})
        assert "without an encoder of motion" in visitor.problem("take", take=asked)
