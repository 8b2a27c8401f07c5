"""A studio to speak to, in this process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from visiting import TOKEN, Visitor, clip_folder, headers, opened


@pytest.fixture(scope="session")
def shelf_folder(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run and a clip folder in it; copy it before changing it."""
    folder = tmp_path_factory.mktemp("shelf")
    shutil.copytree(tiny_run, folder / "tiny")
    clip_folder(folder / "clips")
    return folder


@pytest.fixture
def client(shelf_folder: Path) -> Iterator[TestClient]:
    """Somebody who opened the address that was printed."""
    with opened(shelf_folder) as client:
        assert client.get(f"/?token={TOKEN}").status_code == 200
        yield client


@pytest.fixture
def visitor(client: TestClient) -> Iterator[Visitor]:
    """The page that they have open."""
    with client.websocket_connect("/socket", headers=headers(client)) as socket:
        yield Visitor(socket)


@pytest.fixture
def own(shelf_folder: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(shelf_folder, tmp_path / "own"))
