"""Runs that train, vanish or are damaged while people look at them."""

import shutil
from pathlib import Path

from command_line import here
from takes import SHORT, pixels, take
from visiting import visited


def test_a_run_that_vanishes_or_is_damaged_is_told_and_the_studio_lives_on(own: Path) -> None:
    with visited(own) as (_, visitor):
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
    with visited(own) as (client, visitor):
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
    with visited(own) as (_, visitor):
        visitor.ask("follow", run=visitor.run("tiny"))
        visitor.ask("frames", take=take(visitor), frame=3)
    assert state() == before
