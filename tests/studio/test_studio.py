"""What the studio shows: the command line's frames to the byte, trainings, clip folders, and trouble in words."""

import io
import json
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from command_line import here
from PIL import Image
from real_people import person, picture_of, video_of, without_encoder
from starlette.testclient import TestClient
from visiting import TOKEN, Visitor, clip_folder, headers, opened

import motionkit as mk
from motionkit.datasets.folder import ClipFolder
from motionkit.io.exclusions import read_exclusions
from motionkit.io.hold import held
from motionkit.studio.rendering import PIECE

SHORT = {"seconds": 0.6, "fps": 20.0}


def take(visitor: Visitor, run: str = "tiny", **more: Any) -> dict[str, Any]:
    return {"run": visitor.run(run), **SHORT, **more}


def frames(visitor: Visitor, asked: dict[str, Any], **more: Any) -> list[bytes]:
    """All frames of a take, in an order that no player would ask for."""
    total = visitor.ask("take", take=asked, **more)["frames"]
    found: dict[int, bytes] = {}
    for frame in [total - 1, 0, *range(0, total, PIECE)]:
        piece = visitor.ask("frames", take=asked, frame=frame, **more)
        found |= dict(enumerate(piece["pictures"], piece["first"]))
    assert sorted(found) == list(range(total))
    return [found[index] for index in range(total)]


def by_command(command: str, shelf: Path, out: Path) -> list[bytes]:
    """The frames that a command, as the page shows it, writes."""
    words = command.split()
    assert words[:2] == ["motionkit", "generate"]
    here(*words[1:], "--format", "png", "--out", out)
    return [path.read_bytes() for path in sorted((out / "clip-000").glob("*.png"))]


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


def pixels(content: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(content))).astype(int)


def test_moments_that_training_looked_at_are_told_from_those_between(visitor: Visitor) -> None:
    told = visitor.ask("take", take={"run": visitor.run("tiny"), "seconds": 1.0, "fps": 64.0})
    fps = told["facts"]["trained_fps"]
    assert told["trained"] == [abs(time * fps - round(time * fps)) < 1e-3 for time in told["times"]]
    assert 0 < sum(told["trained"]) < told["frames"]


def test_what_is_newer_in_a_slot_takes_the_older_one_s_place(visitor: Visitor) -> None:
    asked = take(visitor)
    old = [visitor.send("frames", "A", take={**asked, "noise": {"motion": str(n)}}, frame=0) for n in range(30)]
    newest = visitor.send("frames", "A", take=asked, frame=0)
    answered = []
    while True:
        message = visitor.socket.receive()
        content = message["bytes"]
        told = json.loads(content[4 : 4 + int.from_bytes(content[:4], "big")])
        answered.append(told["id"])
        if told["id"] == newest:
            break
    assert len(answered) < len(old) / 2


def test_two_people_are_answered_each_their_own(client: TestClient, visitor: Visitor) -> None:
    with client.websocket_connect("/socket", headers=headers(client)) as socket:
        other = Visitor(socket)
        asked = [take(visitor, noise={"motion": str(n), "appearance": str(n)}) for n in range(6)]
        ids = [(it.send("frames", take=asked[n], frame=0), it, n) for n in range(6) for it in (visitor, other)]
        found: dict[int, list[Any]] = {}
        for id_, it, n in ids:
            found.setdefault(n, []).append(it.answer(id_)["pictures"])
        assert all(mine == theirs for mine, theirs in found.values())
        assert len({pictures[0][0] for pictures in found.values()}) == 6
        assert other.id != visitor.id
        assert client.get(f"/files/{other.id}/x/a.mp4").status_code == 404


def test_closing_the_page_stops_its_work_and_removes_what_it_kept(client: TestClient) -> None:
    pages = client.app.app.state.pages  # type: ignore[attr-defined]
    with client.websocket_connect("/socket", headers=headers(client)) as socket:
        visitor = Visitor(socket)
        folder = pages[visitor.id].folder
        visitor.send("export", take=take(visitor, seconds=60.0, fps=100.0), kind="mp4")
        until(lambda: any(folder.iterdir()))
    until(lambda: not pages and not folder.exists())
    until(lambda: not any(thread.name.startswith("asyncio") and busy(thread) for thread in threading.enumerate()))


def busy(thread: threading.Thread) -> bool:
    """Whether a thread is writing a video."""
    import sys

    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name in ("video_file", "write_video"):
            return True
        frame = frame.f_back
    return False


def until(true: Callable[[], bool]) -> None:
    """Waits, a minute at most."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.02)


@pytest.fixture
def own(shelf_folder: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(shelf_folder, tmp_path / "own"))


def test_a_run_that_vanishes_or_is_damaged_is_told_and_the_studio_lives_on(own: Path) -> None:
    with opened(own) as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            visitor = Visitor(socket)
            asked = take(visitor)
            visitor.ask("frames", take=asked, frame=0)
            visitor.ask("watch", runs=[asked["run"]])
            weights = own / "tiny" / "renderer.safetensors"
            good = weights.read_bytes()
            weights.write_bytes(good[: len(good) // 2])
            assert "renderer.safetensors is damaged" in visitor.problem("frames", take=asked, frame=0)
            weights.unlink()
            assert "renderer.safetensors is missing" in visitor.problem("frames", take=asked, frame=0)
            (own / "tiny" / "run.json").write_text("{")
            damaged = next(run for run in visitor.ask("shelf")["runs"] if run["id"] == asked["run"])
            assert "damaged" in damaged["problem"]
            shutil.rmtree(own / "tiny")
            assert "is not here any more" in visitor.problem("frames", take=asked, frame=0)
            while (told := visitor.socket.receive_json()).get("event") != "changed":
                pass
            assert told["run"] == asked["run"]
            assert visitor.ask("take", take={"run": visitor.run("pretrained:actions"), **SHORT})["frames"] == 12


def test_new_weights_are_told_of_and_drawn(own: Path) -> None:
    with opened(own) as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            visitor = Visitor(socket)
            asked = take(visitor)
            before = visitor.ask("frames", take=asked, frame=0)
            told = visitor.ask("follow", run=asked["run"])
            assert told["steps"] == {"motion": 6, "renderer": 6}
            assert {"motion", "render"} == {name.partition("/")[0] for name in told["curves"]}
            assert told["samples"][0].endswith("000006.png")
            picture = client.get(f"/samples/{asked['run']}/{told['samples'][0]}")
            assert picture.headers["content-type"] == "image/png" and pixels(picture.content).size
            here("train", "--resume", own / "tiny", "--steps", 9)
            news = []
            while not news or news[-1]["state"]["steps"] != {"motion": 9, "renderer": 9}:
                message = visitor.socket.receive_json()
                news += [message] if message.get("event") == "training" else []
            after = visitor.ask("frames", take=asked, frame=0)
            assert after["stamp"] != before["stamp"] and after["pictures"] != before["pictures"]


def test_following_a_training_writes_nothing_to_it(own: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in (own / "tiny").rglob("*")}

    before = state()
    with opened(own) as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            visitor = Visitor(socket)
            visitor.ask("follow", run=visitor.run("tiny"))
            visitor.ask("frames", take=take(visitor), frame=3)
    assert state() == before


def test_a_clip_folder_is_browsed_and_a_clip_left_out_of_training(own: Path) -> None:
    with opened(own) as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            visitor = Visitor(socket)
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
    with opened(tmp_path / "shelf") as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            visitor = Visitor(socket)
            clip = visitor.ask("use-clip", folder=visitor.folder(), clip=0)
            asked = take(visitor, "blind", real={"motion": clip["id"]})
            assert "without an encoder of motion" in visitor.problem("take", take=asked)


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
    with opened(tmp_path / "runs") as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            visitor = Visitor(socket)
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
