"""One clip at a time: it plays, is scrubbed, posed and walked, and is the command line's."""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import here
from page import SHOWN, Studio, blob, keep_picture, until

pytestmark = pytest.mark.browser


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


def test_a_connection_that_breaks_is_made_anew(open_page: Callable[..., Any]) -> None:
    page = open_page()
    before = page.evaluate("studio.link.session")
    page.evaluate("studio.link.drop()")
    until(page, f"studio.link.session !== null && studio.link.session !== '{before}'")
    page.keyboard.press("r")
    until(page, SHOWN)
