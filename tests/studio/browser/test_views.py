"""The whole page: its views, on a desk and on a phone, by mouse and by keyboard."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page import SHOWN, keep_picture, until

pytestmark = pytest.mark.browser
UNNAMED = """() => [...document.querySelectorAll("button, input, select, a, [tabindex], canvas")]
    .filter((it) => it.offsetParent !== null && !it.closest("[aria-hidden=true]"))
    .filter((it) => !(it.getAttribute("aria-label") || it.getAttribute("aria-labelledby") || it.labels?.length
        || it.textContent.trim() || it.closest("button[aria-label], [role=slider][aria-label]")))
    .map((it) => it.outerHTML.slice(0, 120))"""


def test_two_runs_play_side_by_side(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.keyboard.press("c")
    until(page, "studio.play.tracks.B.latest !== null && studio.play.tracks.B.settled")
    assert page.is_visible("[data-side=B] canvas")
    page.get_by_label("Drawn by").first.select_option(label="runs/tiny")
    until(page, "studio.play.tracks.A.meta?.command.includes('--renderer runs/tiny')")


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
