"""What the studio draws is what the command line makes, to the byte."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from command_line import here
from starlette.testclient import TestClient
from takes import by_command, frames, pixels, take
from visiting import Visitor, visited

import motionkit as mk


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"noise": {"motion": "7", "appearance": "7", "video": "7"}},
        {"noise": {"motion": "7/2", "appearance": "3:9:0.333"}, "speed": "0:1,0.5:0.25,1:1"},
        {"seconds": 0.75, "fps": 23.976, "renderer": "tiny"},
    ],
    ids=["plain", "seed", "places", "renderer"],
)
def test_a_frame_is_the_one_that_generate_exports_to_the_byte(
    visitor: Visitor, shelf_folder: Path, tmp_path: Path, more: dict[str, Any]
) -> None:
    asked = take(visitor, **more)
    if "renderer" in asked:
        asked["renderer"] = visitor.run("tiny")
    command = visitor.ask("take", take=asked)["command"]
    assert frames(visitor, asked) == by_command(command, shelf_folder, tmp_path)


def test_the_pretrained_run_s_frames_are_those_of_generate_too(visitor: Visitor, tmp_path: Path) -> None:
    asked = {"run": visitor.run("pretrained:actions"), "seconds": 1.0, "fps": 11.0}
    command = visitor.ask("take", take=asked)["command"]
    assert command == "motionkit generate pretrained:actions -n 1 --seconds 1 --fps 11"
    assert frames(visitor, asked) == by_command(command, tmp_path, tmp_path)


def test_the_frames_do_not_depend_on_the_number_of_threads(visitor: Visitor, tmp_path: Path) -> None:
    asked = {"run": visitor.run("pretrained:actions"), "seconds": 0.5, "fps": 16.0}
    command = visitor.ask("take", take=asked)["command"]
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        assert frames(visitor, asked) == by_command(command, tmp_path, tmp_path)
    finally:
        torch.set_num_threads(before)
    assert mk.load("pretrained:actions").draws_poses


def exported(client: TestClient, visitor: Visitor, asked: dict[str, Any], kind: str) -> tuple[str, bytes]:
    made = visitor.ask("export", take=asked, kind=kind)
    answer = client.get(made["file"])
    assert answer.status_code == 200
    return made["command"], answer.content


def test_what_is_exported_is_what_the_command_makes(client: TestClient, visitor: Visitor, tmp_path: Path) -> None:
    asked = take(visitor, noise={"motion": "4", "appearance": "5"})
    for kind in ("mp4", "gif", "npz"):
        command, content = exported(client, visitor, asked, kind)
        here(*command.split()[1:], "--out", tmp_path / kind)
        assert content == (tmp_path / kind / f"clip-000.{kind}").read_bytes(), kind
    _, archive = exported(client, visitor, asked, "png")
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        assert [packed.read(name) for name in sorted(packed.namelist())] == frames(visitor, asked)
    arrays = np.load(tmp_path / "npz" / "clip-000.npz")
    track = json.loads(exported(client, visitor, asked, "keypoints-sidecar")[1])
    points_TK2 = np.array([entry["keypoints"] for entry in track["frames"]])[..., :2]
    np.testing.assert_allclose(points_TK2, ((arrays["keypoints"] + 1) * 16 - 1) / 2, atol=0.01)
    assert "a take can be" in visitor.problem("export", take=asked, kind="exe")


def test_a_moved_joint_changes_its_frame_and_its_own_pose_does_not(visitor: Visitor) -> None:
    asked = take(visitor)
    piece = visitor.ask("frames", take=asked, frame=0)
    pose = piece["keypoints"][0]
    same = pixels(visitor.ask("pose", take=asked, keypoints=pose)["pictures"][0])
    assert np.abs(same - pixels(piece["pictures"][0])).max() <= 1
    pose[9] = [0.9, -0.9]
    moved = pixels(visitor.ask("pose", take=asked, keypoints=pose)["pictures"][0])
    assert np.abs(moved - same).max() > 3
    assert "17 finite points" in visitor.problem("pose", take=asked, keypoints=pose[:5])
    assert visitor.ask("frames", take=asked, frame=0)["pictures"] == piece["pictures"]


def test_moments_that_training_looked_at_are_told_from_those_between(visitor: Visitor) -> None:
    told = visitor.ask("take", take={"run": visitor.run("tiny"), "seconds": 1.0, "fps": 64.0})
    fps = told["facts"]["trained_fps"]
    assert told["trained"] == [abs(time * fps - round(time * fps)) < 1e-3 for time in told["times"]]
    assert 0 < sum(told["trained"]) < told["frames"]


def test_what_is_shown_beside_each_other_is_of_one_noise(visitor: Visitor) -> None:
    asked = take(visitor, noise={"motion": "3", "appearance": "3"})
    pictures = visitor.ask("frames", take=asked, frame=0)["pictures"]
    redrawn = visitor.ask("frames", take={**asked, "renderer": asked["run"]}, frame=0)["pictures"]
    assert pictures == redrawn
    told = visitor.problem("take", take={**asked, "renderer": visitor.run("pretrained:faces")})
    assert "coco-17" in told and "face-13" in told


def test_a_whole_generator_has_no_pose_to_drag(toys: None, tmp_path: Path) -> None:
    settings = ["-o", "video_objective.batch=2", "-o", "loop.workers=0", "-o", "data.clips=8"]
    here("train", "--generator", "blinker", "--steps", 1, "--out", tmp_path / "runs" / "blinks", *settings)
    with visited(tmp_path / "runs") as (_, visitor):
        asked = {
            "run": visitor.run("blinks"),
            "noise": {"motion": "5", "appearance": "5"},
            "seconds": 0.5,
            "fps": 10.0,
        }
        told = visitor.ask("take", take=asked)
        assert not told["facts"]["draws_poses"] and "--seed 5" in told["command"]
        assert frames(visitor, asked) == by_command(told["command"], tmp_path, tmp_path / "out")
        assert "no pose to drag" in visitor.problem("pose", take=asked, keypoints=[[0.0, 0.0]])
        assert "there are none to write" in visitor.problem("export", take=asked, kind="keypoints-csv")


def test_memory_stays_bounded_whatever_is_asked_for(client: TestClient, visitor: Visitor) -> None:
    rendering = client.app.app.state.studio.rendering  # type: ignore[attr-defined]
    rendering.plans.limit, rendering.pieces.limit = 100_000, 50_000
    run = visitor.run("tiny")
    for seed in range(60):
        asked = {"run": run, "noise": {"motion": str(seed), "appearance": str(seed)}, "seconds": 2.0, "fps": 30.0}
        visitor.ask("frames", take=asked, frame=seed)
    assert 0 < rendering.plans.total <= 100_000
    assert 0 < rendering.pieces.total <= 50_000
    assert len(rendering.generators) <= 4
