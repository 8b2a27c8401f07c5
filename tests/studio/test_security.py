"""Who may speak to the studio, and what may be sent to it."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from visiting import HOST, TOKEN, Visitor, headers, opened

from motionkit.studio import server, sessions
from motionkit.studio.security import Guard


def paths(visitor: Visitor) -> list[str]:
    return ["/", "/static/js/main.js", f"/files/{visitor.id}/a/clip-000.mp4", f"/samples/{visitor.run('tiny')}/a.png"]


@pytest.mark.parametrize("address", ["/", "/?token=", "/?token=wrong", "/?token=secretsecret", "/static/js/main.js"])
def test_without_the_token_nothing_is_shown(shelf_folder: Path, address: str) -> None:
    with opened(shelf_folder) as client:
        refused = client.get(address)
        assert refused.status_code == 403 and "token" in refused.text
        with pytest.raises(WebSocketDisconnect):
            client.websocket_connect("/socket", headers=headers(client)).__enter__()


def test_the_token_leaves_the_address_and_no_script_can_read_it(shelf_folder: Path) -> None:
    with opened(shelf_folder) as client:
        first = client.get(f"/?token={TOKEN}", follow_redirects=False)
        assert (first.status_code, first.headers["location"]) == (303, "/")
        assert "httponly" in first.headers["set-cookie"].lower()
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"cookie": "motionkit-studio-1a7674eb=wrong"}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", f"http://{HOST}.evil.example"]
)
def test_another_page_is_refused(client: TestClient, origin: str) -> None:
    assert client.get("/", headers={"origin": origin}).status_code == 403
    assert client.post("/uploads/x", headers={"origin": origin}).status_code == 403
    with pytest.raises(WebSocketDisconnect):
        client.websocket_connect("/socket", headers=headers(client, origin=origin)).__enter__()


def test_a_websocket_says_where_it_comes_from(client: TestClient) -> None:
    asked = headers(client)
    del asked["origin"]
    with pytest.raises(WebSocketDisconnect):
        client.websocket_connect("/socket", headers=asked).__enter__()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8730", "127.0.0.1.evil.example", "10.0.0.1", "", "[::2]"]
)
def test_a_foreign_name_that_points_here_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:1", "[::1]:8730", "LOCALHOST", "box.example:8730"])
def test_this_machine_s_names_and_those_told_are_let_in_whatever_the_port(host: str) -> None:
    assert Guard(client_app := object(), TOKEN, ["box.example"])._is_ours(host)  # type: ignore[arg-type]
    assert client_app


def test_everything_is_sent_with_a_policy_that_lets_nothing_leave(client: TestClient, visitor: Visitor) -> None:
    for path in paths(visitor):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/static//etc/passwd",
        "/samples/{run}/..%2f..%2frun.json", "/samples/{run}/run.json", "/samples/..%2f..%2fetc/passwd",
        "/files/{page}/..%2f..%2fetc/passwd", "/tiny/run.json",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file_that_is_not_the_page_s(client: TestClient, visitor: Visitor, path: str) -> None:
    answer = client.get(path.format(run=visitor.run("tiny"), page=visitor.id))
    assert answer.status_code in (404, 405)


@pytest.mark.parametrize("id_", ["../tiny", "/etc", "tiny", "0" * 12, "..", "a" * 65])
def test_runs_are_known_by_their_ids_alone(visitor: Visitor, id_: str) -> None:
    if len(id_) <= 64:
        assert "not here" in visitor.problem("take", take={"run": id_})
        assert "not here" in visitor.problem("follow", run=id_)
        assert "not here" in visitor.problem("folder", folder=id_)
    else:
        assert "64" in visitor.problem("take", take={"run": id_})


@pytest.mark.parametrize(
    "name",
    ["../../evil.png", "/etc/cron.d/evil.png", "..\\evil.png", "a\x00.png", "x" * 300 + ".png", ".png", "évil.png"],
)
def test_an_upload_stays_in_its_page_s_folder(client: TestClient, visitor: Visitor, name: str) -> None:
    page = client.app.app.state.pages[visitor.id]  # type: ignore[attr-defined]
    before = {path for path in page.folder.parent.iterdir() if not path.name.startswith("motionkit-studio-")}
    answer = client.post(f"/uploads/{visitor.id}", params={"name": name}, content=png(4, 4))
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert "/" not in answer.json()["name"] and "\\" not in answer.json()["name"].replace("\\x00", "")
    inside = [path for path in page.folder.rglob("*") if path.is_file()]
    assert all(path.name.startswith("dropped") for path in inside)
    assert {path for path in page.folder.parent.iterdir() if not path.name.startswith("motionkit-studio-")} <= before


def test_a_picture_bomb_is_refused_before_it_is_unpacked(client: TestClient, visitor: Visitor) -> None:
    for width, height in ((30_000, 30_000), (8_000, 8_000), (2**31 - 1, 2**31 - 1)):
        answer = client.post(f"/uploads/{visitor.id}", params={"name": "bomb.png"}, content=png(width, height))
        assert answer.status_code == 400, (width, height)
        assert "million pixels" in answer.json()["error"] or "not an image" in answer.json()["error"]
    page = client.app.app.state.pages[visitor.id]  # type: ignore[attr-defined]
    assert not any(page.folder.iterdir())


def test_an_upload_of_two_gigabytes_is_refused_at_once(client: TestClient, visitor: Visitor) -> None:
    address = f"/uploads/{visitor.id}?name=long.mp4"
    promised = client.post(address, content=b"x", headers={"content-length": str(2 << 30)})
    assert promised.status_code == 413 and "256 MB" in promised.json()["error"]


def test_an_upload_that_hides_its_size_is_cut_off(
    client: TestClient, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LARGEST_UPLOAD", 1 << 20)
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 1 << 16
            yield bytes(1 << 16)

    answer = client.post(f"/uploads/{visitor.id}?name=long.mp4", content=endless())
    assert answer.status_code == 413
    page = client.app.app.state.pages[visitor.id]  # type: ignore[attr-defined]
    assert not any(page.folder.iterdir())


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"MZ"), ("a", b""), ("a.svg", b"<svg/>"), ("a.png", b"no picture")]
)
def test_what_is_neither_picture_nor_video_is_refused(
    client: TestClient, visitor: Visitor, name: str, content: bytes
) -> None:
    answer = client.post(f"/uploads/{visitor.id}", params={"name": name}, content=content)
    assert answer.status_code == 400 and "error" in answer.json()


GARBAGE = [
    "", "{", "[]", "null", "1", '"ask"', "{}", '{"id": 1}', '{"id": 1, "ask": "eval"}', '{"id": -1, "ask": "shelf"}',
    '{"id": 1, "ask": "shelf", "more": 1}', '{"id": 1, "ask": "pose", "take": {}, "keypoints": [[NaN, 1]]}',
    "[" * 20_000, '{"id": 1, "ask": "take", "take": "' + "x" * 70_000 + '"}',
]  # fmt: skip


def test_garbage_on_the_websocket_is_answered_in_words_and_the_rest_goes_on(visitor: Visitor) -> None:
    for text in GARBAGE:
        visitor.socket.send_text(text)
        assert "does not know" in visitor.socket.receive_json()["error"]
    visitor.socket.send_bytes(b"\x00\xff" * 100)
    assert "does not know" in visitor.socket.receive_json()["error"]
    assert visitor.ask("shelf")["runs"]


def test_who_sends_nothing_but_garbage_is_left(visitor: Visitor) -> None:
    for _ in range(sessions.GARBAGE):
        visitor.socket.send_text("garbage")
        visitor.socket.receive_json()
    assert visitor.socket.receive()["type"] == "websocket.close"


@pytest.mark.parametrize(
    "take",
    [
        {"seconds": 1e9}, {"seconds": -1}, {"seconds": 0}, {"fps": 1e9}, {"seconds": 600, "fps": 1000}, {"more": 1},
        {"speed": "fast"}, {"speed": "0:0"}, {"noise": {"motion": "../x"}}, {"noise": {"motion": "9" * 40}},
        {"real": {"x": "y"}}, {"noise": {str(n): "1" for n in range(9)}},
    ],
)  # fmt: skip
def test_takes_that_cannot_be_are_refused_in_a_line(visitor: Visitor, take: dict[str, object]) -> None:
    told = visitor.problem("frames", take={"run": visitor.run("tiny"), **take}, frame=0)
    assert told and "\n" not in told and "went wrong" not in told


def png(width: int, height: int) -> bytes:
    """A PNG file whose header says that size; of a small one the pixels are there."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    out = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    out.seek(0, io.SEEK_END)
    out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
    rows = min(height, 64) * (b"\x00" + bytes(3 * min(width, 64)))
    out.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return out.getvalue()
