"""The page in a real browser: what people see, what the keyboard reaches, and how long they wait.

``make test-browser`` runs these tests. Times are measured and told, not judged; pictures of the page are kept in the
folder that MOTIONKIT_STUDIO_PICTURES names, and docs/images/studio.png is the one called pose.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import here
from page import SHOWN, WAIT, Studio, until
from real_people import person, picture_of, video_of

BROWSER = os.environ.get("MOTIONKIT_BROWSER", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="session")
def figures() -> Iterator[dict[str, float]]:
    """What was measured, told at the end."""
    found: dict[str, float] = {}
    yield found
    print("\nstudio:", json.dumps(found))
    if path := os.environ.get("MOTIONKIT_STUDIO_FIGURES"):
        Path(path).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def folder(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a run and a clip folder in it."""
    place = tmp_path_factory.mktemp("place")
    (place / "runs").mkdir()
    (place / "runs" / "tiny").symlink_to(tiny_run, target_is_directory=True)
    (place / "videos").mkdir()
    for number, action in enumerate(("wave1", "jack", "bend")):
        video_of(person(2.0, action, number=number), place / "videos" / f"{action}.mp4")
    picture_of(person(0.04, "wave1", number=5), place / "bob.png")
    here("prepare", place / "videos", "--out", place / "clips", "--detector", "sidecar")
    return place


@pytest.fixture(scope="session")
def studio(folder: Path) -> Iterator[Studio]:
    """A studio that runs."""
    words = ["studio", "pretrained:actions", "runs/tiny", "clips", "--no-open", "--port", "0"]
    env = {**os.environ, "OMP_NUM_THREADS": str(min(2, len(os.sched_getaffinity(0))))}
    command = [sys.executable, "-m", "motionkit", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, env=env) as program:
        assert program.stdout is not None
        found = re.search(r"http://\S+", program.stdout.readline())
        assert found is not None
        yield Studio(found[0], program.pid)
        program.send_signal(signal.SIGINT)
        assert program.wait(60) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(BROWSER).exists():
        pytest.skip(f"there is no browser at {BROWSER}")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any, studio: Studio) -> Iterator[Callable[..., Any]]:
    """Opens the page; at the end nothing must have been wrong on it, and nothing asked of another machine."""
    problems: list[str] = []
    contexts = []

    def opened(width: int = 1440, height: int = 960, **more: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT * 1000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: check_request(request.url))
        page.goto(studio.address)
        until(page, f"window.studio && {SHOWN}")
        return page

    def check_request(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")):
            problems.append(f"asked for {url}")

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
