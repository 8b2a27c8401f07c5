"""The page in a real browser: what people see, what the keyboard reaches, and how long they wait.

``make test-browser`` runs this. Times are measured and told, not judged; pictures of the page are kept in the folder
that MOTIONKIT_STUDIO_PICTURES names, and docs/images/studio.png is the one called pose.
"""

import base64
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from command_line import here
from real_people import person, picture_of, video_of

pytestmark = pytest.mark.browser

BROWSER = os.environ.get("MOTIONKIT_BROWSER", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
WAIT = 600.0
"""Seconds that anything may take before it counts as never."""
SHOWN = "studio.play.tracks.A.latest !== null && studio.play.tracks.A.settled"


@pytest.fixture(scope="module")
def figures() -> Iterator[dict[str, float]]:
    """What was measured, told at the end."""
    found: dict[str, float] = {}
    yield found
    print("\nstudio:", json.dumps(found))
    if path := os.environ.get("MOTIONKIT_STUDIO_FIGURES"):
        Path(path).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
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


class Studio(NamedTuple):
    """A studio, a program of its own."""

    address: str
    process: int

    def processor_seconds(self) -> float:
        """What it has used of the processor so far, however busy the machine is otherwise."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
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


def until(page: Any, true: str) -> None:
    """Waits until an expression is true on the page."""
    end = time.monotonic() + WAIT
    while not page.evaluate(true):
        assert time.monotonic() < end, f"it never became true: {true}"
        time.sleep(0.02)


def keep_picture(page: Any, name: str, **more: Any) -> None:
    if where := os.environ.get("MOTIONKIT_STUDIO_PICTURES"):
        Path(where).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(where) / f"{name}.png"), **more)


def blob(page: Any, index: int) -> bytes:
    """The PNG file that the page has for a frame, once it is there."""
    until(page, f"studio.play.tracks.A.frame({index}) !== null")
    return base64.b64decode(
        page.evaluate(
            f"""async () => {{
                const content = new Uint8Array(await studio.play.tracks.A.frame({index}).blob.arrayBuffer());
                return btoa(String.fromCharCode(...content));
            }}"""
        )
    )


def test_the_first_frame_comes_soon_and_is_the_command_s(
    open_page: Callable[..., Any], folder: Path, figures: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page()
    page.reload()
    until(page, f"window.studio && {SHOWN}")
    figures["first frame, seconds after the page began"] = page.evaluate("studio.play.tracks.A.firstAt / 1000")
    page.fill("#fps", "24")
    page.press("#fps", "Enter")
    page.fill("#speed-text", "0:1,0.5:0.25,1:1")
    page.press("#speed-text", "Enter")
    page.fill("[data-part=motion-place]", "7/2")
    page.press("[data-part=motion-place]", "Enter")
    until(page, "studio.play.tracks.A.settled && document.getElementById('command').textContent.includes('7/2')")
    command = page.inner_text("#command").split()
    assert "--speed" in command and "motion=7/2" in command
    monkeypatch.chdir(folder)
    here(*command[1:], "--format", "png", "--out", folder / "exported")
    for index in (0, 20, 47):
        page.evaluate(f"studio.clock.toFrame({index})")
        assert blob(page, index) == (folder / "exported" / "clip-000" / f"frame-{index:05d}.png").read_bytes()


def test_it_plays_and_scrubs(open_page: Callable[..., Any], studio: Studio, figures: dict[str, float]) -> None:
    page = open_page()
    page.keyboard.press("Space")
    until(page, "studio.clock.running && studio.clock.index > 3")
    page.keyboard.press("Space")
    until(page, "!studio.clock.running")
    page.evaluate("studio.state.reroll(['motion', 'appearance'])")
    until(page, SHOWN)
    before = studio.processor_seconds()
    seen = page.evaluate(
        """async () => {
            const track = studio.play.tracks.A;
            let seen = 0;
            const begun = performance.now();
            for (let step = 0; step < 45; step += 1) {
                studio.clock.toFrame((step * 7) % 60);
                while (performance.now() - begun < (step + 1) * 1000 / 15) await new Promise((go) => setTimeout(go, 4));
                if (track.latest?.index === studio.clock.index) seen += 1;
            }
            return [seen, (performance.now() - begun) / 1000];
        }"""
    )
    figures["scrubbing: frames shown of 45, 15 a second"] = seen[0]
    spent = studio.processor_seconds() - before
    figures["scrubbing: processor, milliseconds a frame"] = round(1000 * spent / 45, 1)
    page.keyboard.press("End")
    until(page, "studio.clock.index === 59")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    until(page, "studio.clock.index === 1")
    assert page.get_attribute("#timeline", "aria-valuetext").startswith("frame 2 of 60")


def test_a_joint_is_dragged_kept_and_put_back(
    open_page: Callable[..., Any], studio: Studio, figures: dict[str, float]
) -> None:
    page = open_page()
    page.keyboard.press("k")
    canvas = page.locator("[data-side=A] canvas")
    box = canvas.bounding_box()
    x, y = page.evaluate("studio.play.tracks.A.latest.keypoints[9]")
    at = (box["x"] + (x + 1) / 2 * box["width"], box["y"] + (y + 1) / 2 * box["height"])
    page.mouse.move(*at)
    page.mouse.down()
    until(page, "studio.play.tracks.A.frame(20) !== null")  # what is drawn ahead of a clip that stands still
    took, before = [], studio.processor_seconds()
    for step in range(1, 13):
        page.mouse.move(at[0] + 6 * step, at[1] - 5 * step)
        until(page, "!studio.play.posing && studio.play.pose && studio.play.pose.bitmap !== null")
        took.append(page.evaluate("studio.play.poseTook"))
    page.mouse.up()
    figures["dragged frame, milliseconds (median)"] = round(statistics.median(took), 1)
    spent = studio.processor_seconds() - before
    figures["dragged frame: processor, milliseconds"] = round(1000 * spent / len(took), 1)
    moved = page.evaluate("studio.play.pose.keypoints[9]")
    assert moved != [x, y]
    keep_picture(page, "pose")
    page.click("#pose-keep")
    page.wait_for_selector(".poses button")
    page.click("#pose-reset")
    until(page, "studio.play.pose === null")
    page.locator(".poses button").click()
    until(page, "studio.play.pose !== null && studio.play.pose.keypoints[9][0] === " + str(moved[0]))
    canvas.focus()
    page.keyboard.press("]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    until(page, "studio.play.pose === null")


def test_noise_is_locked_rerolled_and_walked(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.click("text=Lock >> nth=0")
    before = page.evaluate("studio.state.noise.motion.place")
    page.keyboard.press("r")
    assert page.evaluate("studio.state.noise.motion.place") == before
    assert page.evaluate("studio.state.noise.appearance.place") != "0"
    for _ in range(30):  # ten a second and more
        page.keyboard.press("a")
    page.click("#walk")
    pad = page.locator("#pad").bounding_box()
    page.mouse.click(pad["x"] + pad["width"] * 0.25, pad["y"] + pad["height"] * 0.5)
    until(page, "studio.play.tracks.A.meta?.command.includes('motion=0:1:0.25')")
    page.locator("#pad").focus()
    page.keyboard.press("ArrowRight")
    until(page, "studio.play.tracks.A.meta?.command.includes('motion=0:1:0.27')")
    page.locator("#walk-together").fill("1")
    until(page, "studio.play.tracks.A.meta?.command.includes('--seed 1 ')")
    page.fill("[data-part=motion-place]", "seven")
    page.press("[data-part=motion-place]", "Enter")
    assert "A seed is a number" in page.inner_text("#messages")


def test_the_speed_curve_is_dragged_and_typed(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.click("text=Slow in the middle")
    assert page.input_value("#speed-text") == "0:1,0.5:0.25,1:1"
    point = page.locator(".curve .point").nth(1)
    point.focus()
    page.keyboard.press("ArrowRight")
    assert page.input_value("#speed-text") == "0:1,0.52:0.25,1:1"
    box = point.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 20, box["y"] - 20, steps=4)
    page.mouse.up()
    text = page.input_value("#speed-text")
    assert text != "0:1,0.52:0.25,1:1"
    until(page, f"studio.play.tracks.A.meta?.command.includes('--speed {text}')")
    page.fill("#speed-text", "fast")
    page.press("#speed-text", "Enter")
    assert page.input_value("#speed-text") == text


def test_two_runs_play_side_by_side(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.keyboard.press("c")
    until(page, "studio.play.tracks.B.latest !== null && studio.play.tracks.B.settled")
    assert page.is_visible("[data-side=B] canvas")
    page.get_by_label("Drawn by").first.select_option(label="runs/tiny")
    until(page, "studio.play.tracks.A.meta?.command.includes('--renderer runs/tiny')")


def test_a_picture_is_dropped_with_its_keypoints(open_page: Callable[..., Any], folder: Path) -> None:
    page = open_page()
    files = [str(folder / "bob.png"), str(folder / "bob.keypoints.json")]
    page.locator("#real-panel input[type=file]").set_input_files(files)
    until(page, "Boolean(studio.state.real.appearance)")
    until(page, "studio.play.tracks.A.meta?.command.includes('--appearance-from bob.png')")
    assert page.is_visible("[data-side=real] canvas")
    page.locator("#real-panel input[type=file]").set_input_files(
        [str(folder / "videos" / "jack.mp4"), str(folder / "videos" / "jack.keypoints.json")]
    )
    until(page, "Boolean(studio.state.real.motion)")
    until(page, "studio.play.tracks.A.meta?.command.includes('--motion-from jack.mp4')")
    keep_picture(page, "real")


def test_files_are_exported(open_page: Callable[..., Any]) -> None:
    page = open_page()
    for kind in ("gif", "keypoints-sidecar"):
        with page.expect_download() as download:
            page.click(f"[data-kind={kind}]")
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"GIF89a" if kind == "gif" else b"{")
    assert "generate pretrained:actions" in page.inner_text("#messages")


def test_the_other_views(open_page: Callable[..., Any], folder: Path) -> None:
    page = open_page()
    page.keyboard.press("2")
    until(page, "studio.views.mix.cells.length === 12 && studio.views.mix.cells.every((cell) => cell.track.latest)")
    time.sleep(0.3)
    keep_picture(page, "mix")
    page.get_by_label("Open motion 1 in appearance 2").click()
    until(page, "studio.play.tracks.A.meta?.command.includes('motion=0/1 --noise appearance=0/2')")
    page.keyboard.press("3")
    page.wait_for_selector(".chart")
    page.wait_for_selector("img.sample")
    keep_picture(page, "training")
    page.keyboard.press("4")
    until(page, "studio.views.clips.clip !== null && studio.views.clips.screen.frame !== null")
    keep_picture(page, "clips")
    page.fill("#clips input[maxlength]", "two people")
    page.click("#exclude")
    page.wait_for_selector(".clip-list .out")
    assert "two people" in (folder / "clips" / "excluded.json").read_text(encoding="utf-8")
    page.click("#exclude")
    until(page, "document.querySelector('.clip-list .out') === null")


UNNAMED = """() => [...document.querySelectorAll("button, input, select, a, [tabindex], canvas")]
    .filter((it) => it.offsetParent !== null && !it.closest("[aria-hidden=true]"))
    .filter((it) => !(it.getAttribute("aria-label") || it.getAttribute("aria-labelledby") || it.labels?.length
        || it.textContent.trim() || it.closest("button[aria-label], [role=slider][aria-label]")))
    .map((it) => it.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("view", ["play", "mix", "training", "clips"])
def test_every_control_has_a_name_and_nothing_is_wider_than_a_phone(open_page: Callable[..., Any], view: str) -> None:
    page = open_page(390, 844, device_scale_factor=2, has_touch=True)
    page.click(f"#tab-{view}")
    if view == "play":
        page.click("#walk")
        page.click("#compare")
    time.sleep(1)
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep_picture(page, f"phone-{view}", full_page=view == "play")


def test_everything_is_reached_with_the_tab_key(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.keyboard.press("k")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("#play button, #play input, #play select, #play [tabindex='0']")]
            .filter((it) => it.offsetParent !== null && !it.disabled && it.tabIndex >= 0).length"""
    )
    reached = set()
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert len(reached) >= wanted


def test_a_connection_that_breaks_is_made_anew(open_page: Callable[..., Any]) -> None:
    page = open_page()
    before = page.evaluate("studio.link.session")
    page.evaluate("studio.link.drop()")
    until(page, f"studio.link.session !== null && studio.link.session !== '{before}'")
    page.keyboard.press("r")
    until(page, SHOWN)


def test_what_the_page_looks_like(open_page: Callable[..., Any]) -> None:
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        page.keyboard.press("k")
        page.fill("[data-part=motion-place]", "12")
        page.press("[data-part=motion-place]", "Enter")
        page.click("text=Slow in the middle")
        until(page, SHOWN)
        page.evaluate("studio.clock.toFrame(26)")
        until(page, "studio.play.tracks.A.frame(26) !== null")
        time.sleep(0.3)
        keep_picture(page, scheme)
        page.click("#compare")
        page.click("#walk")
        until(page, "studio.play.tracks.B.latest !== null")
        keep_picture(page, f"{scheme}-compare", full_page=True)
