"""The end of a game in a real browser: the projector follows the teacher, and everybody back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .house import LAPTOP, PHONE, PROJECTOR, SMALL_PHONE, TABLET, House, check

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: no test in a real browser"
)
pytestmark = pytest.mark.xdist_group("browser")
expect = playwright.expect


def play_to_the_end(teacher: Any) -> None:
    teacher.get_by_label("Speed").select_option("8")
    teacher.get_by_role("button", name="Play by itself").click()
    expect(teacher.locator(".banner")).to_be_visible(timeout=40_000)
    # Else a step back would be played on at once.
    expect(teacher.get_by_role("button", name="Play by itself")).to_be_visible()


def shows_debrief(page: Any) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief")
    expect(page.locator(".hero-word")).to_be_visible(timeout=60_000)


def shows_room(page: Any) -> None:
    expect(page.locator(".stage")).to_be_visible()
    expect(page.locator(".debrief")).to_have_count(0)


def test_the_projector_follows_the_teacher_to_the_debrief_and_back(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    teacher.get_by_role("button", name="More").click()
    with teacher.context.expect_page() as opened:
        teacher.get_by_role("link", name="Projector view").click()
    here = opened.value
    teacher.keyboard.press("Escape")
    # And one on another computer, where the teacher's link was opened.
    elsewhere = house.teacher(LAPTOP)
    elsewhere.goto("/projector")

    def all_show(shows: Callable[[Any], None]) -> None:
        for projector in (here, elsewhere):
            shows(projector)

    play_to_the_end(teacher)
    all_show(lambda projector: expect(projector.locator(".banner")).to_be_visible())
    all_show(shows_room)
    teacher.get_by_role("button", name="Open the debrief").first.click()
    all_show(shows_debrief)
    # A window that is opened, or loaded anew, in the middle of the debrief finds it too.
    elsewhere.reload()
    all_show(shows_debrief)
    # The wall turns to the round that the teacher turns to, and says what was asked for in it.
    shows_debrief(teacher)
    teacher.locator("#replay").press("Home")
    for projector in (teacher, here, elsewhere):
        expect(projector.locator(".replay-where")).to_contain_text("Round 1,")
        expect(projector.locator(".facts")).to_contain_text("asked for")
        expect(projector.locator(".replay-bar")).to_be_in_viewport()
    # In between it can be turned by hand.
    elsewhere.get_by_role("button", name="Back to the room").click()
    shows_room(elsewhere)
    teacher.get_by_role("button", name="Back to the room").click()
    all_show(shows_room)
    teacher.get_by_role("button", name="Open the debrief").first.click()
    all_show(shows_debrief)
    teacher.go_back()
    all_show(shows_room)
    teacher.get_by_role("button", name="Undo").click()
    all_show(lambda projector: expect(projector.locator(".banner")).to_be_hidden())
    play_to_the_end(teacher)
    all_show(shows_room)


def test_a_new_game_takes_everybody_out_of_the_debrief(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    projector = house.teacher(LAPTOP)
    projector.goto("/projector")
    ana = house.student("Ana", "Spain", PHONE)
    play_to_the_end(teacher)
    for page, words in ((projector, "Open the debrief"), (ana, "What happened, and why")):
        page.get_by_role("button", name=words).click()
        shows_debrief(page)
        check(page, "debrief", PROJECTOR, LAPTOP, TABLET, SMALL_PHONE)
    teacher.get_by_role("button", name="More").click()
    teacher.get_by_role("button", name="New game").click()
    teacher.locator("dialog").last.get_by_role("button", name="New game").click()
    expect(projector.locator(".big-code")).to_be_visible()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Spain")
    # Nobody is taken to a debrief by the end of the next game.
    play_to_the_end(teacher)
    expect(projector.locator(".banner")).to_be_visible()
    shows_room(projector)
    expect(ana.get_by_role("button", name="What happened, and why")).to_be_visible()
