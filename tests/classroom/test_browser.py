"""The summit room in a real browser: a teacher and students, with no network but this computer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from .house import LAPTOP, PHONE, PROJECTOR, SMALL_PHONE, TABLET, House, check

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: no test in a real browser"
)
pytestmark = pytest.mark.xdist_group("browser")
expect = playwright.expect

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "'\"><b>bold",
    "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0",
    "javascript:alert(1)",
    "\u202eevil\u202c",
    "__proto__",
    "constructor",
]


def stance(page: Any, code: str) -> str | None:
    """How a member is coloured on the map."""
    found: str | None = page.locator(f'.state[data-code="{code}"]').first.get_attribute(
        "data-stance"
    )
    return found


def test_a_class_plays_from_join_to_debrief(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    assert house.room.plans[0].secret not in teacher.url
    projector = house.window(LAPTOP, teacher.context)
    projector.goto("/projector")
    expect(projector.locator(".big-code")).to_have_text(house.code)
    expect(projector.get_by_role("button", name="Start the summit")).to_have_count(0)

    ana = house.student("Ana", "Spain", PHONE)
    bo = house.student("Bo", "United States", LAPTOP)
    cy = house.student("Cy", "Secretary General", LAPTOP)
    for seat in ("Secretary General", "Spain", "United States"):
        expect(projector.locator(".lobby-seats li", has_text=seat)).to_be_visible()

    # The questionnaire before.
    ana.get_by_role("button", name="questionnaire").click()
    for question in ana.locator("dialog fieldset").all():
        question.get_by_label("4", exact=True).check()
    ana.locator("dialog").get_by_role("button", name="Send").click()
    expect(ana.get_by_role("button", name="questionnaire")).to_have_count(0)

    # Round 1: what it costs, an answer that stays secret, a message.
    teacher.get_by_role("button", name="Start the summit").click()
    expect(ana.locator(".sheet")).to_contain_text("5%")
    expect(ana.locator(".hurts .parts li").first).to_be_visible()
    ana.get_by_role("button", name="Break silence").click()
    ana.get_by_role("button", name="a later deadline").click()
    expect(ana.locator(".answer-now")).to_contain_text("a later deadline")
    expect(projector.locator(".clock")).to_contain_text("1 of 2 delegations have answered")
    assert stance(projector, "ESP") == "unknown"
    ana.get_by_role("button", name="Messages").click()
    ana.get_by_label("Message to the Secretary General").fill("Not before 2034.")
    ana.get_by_role("button", name="Send", exact=True).click()
    expect(cy.locator(".talk-list")).to_contain_text("Not before 2034.")
    expect(bo.locator("body")).not_to_contain_text("Not before 2034.")

    # What each move would do, from thousands of continuations.
    ana.get_by_role("button", name="Decide").click()
    ana.get_by_role("button", name="Show what each move would do").click()
    expect(ana.locator(".move .effect").first).to_contain_text("deal", timeout=40_000)

    teacher.get_by_role("button", name="End silence").click()
    expect(projector.locator('.state[data-code="ESP"][data-stance="breaks"]')).to_have_count(1)
    expect(projector.locator('.state[data-code="USA"][data-stance="passes"]')).to_have_count(1)

    # The chair redrafts; everybody sees what changed.
    deadline = cy.get_by_label("Deadline")
    expect(deadline).to_be_enabled()
    deadline.focus()
    deadline.press("End")
    cy.get_by_role("button", name="Table this draft").click()
    for page in (projector, ana, bo):
        term = page.locator(".sheet .term", has_text="Deadline")
        expect(term.locator("del")).to_have_text("2030")
        expect(term.locator("ins")).to_have_text("none")

    # News of the teacher's making, and a step back.
    teacher.get_by_role("button", name="Add an event").click()
    teacher.get_by_role("button", name="Drones cross").click()
    teacher.get_by_role("button", name="Announce it").click()
    for page in (projector, bo):
        expect(page.locator(".news-list")).to_contain_text("Drones cross")
    teacher.get_by_role("button", name="Cover forecast").click()
    expect(projector.get_by_text("The forecast is covered.")).to_be_visible()
    teacher.get_by_role("button", name="Show forecast").click()
    teacher.get_by_role("button", name="Undo").click()

    # To the end without hands.
    teacher.get_by_label("Speed").select_option("8")
    teacher.get_by_role("button", name="Play by itself").click()
    expect(projector.locator(".banner")).to_be_visible(timeout=40_000)
    teacher.get_by_role("button", name="Open the debrief").first.click()
    ana.get_by_role("button", name="What happened, and why").click()
    for page in (teacher, ana):
        expect(page.locator(".hero-word")).to_have_text(
            re.compile("Adopted|No deal"), timeout=60_000
        )
        expect(page.get_by_role("table")).to_contain_text("Deadline")
        replay = page.get_by_role("slider")
        replay.focus()
        replay.press("Home")
        expect(page.locator(".replay .sheet .term", has_text="Core spending")).to_contain_text("5%")
        expect(page.locator(".chips", has_text="Ana")).to_be_visible()
    with teacher.expect_download() as download:
        teacher.get_by_role("link", name="Record (YAML)").click()
    assert "moves" in Path(download.value.path()).read_text(encoding="utf-8")


def test_the_speed_that_the_teacher_has_chosen_stays_while_students_come(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    teacher.get_by_label("Speed").select_option("4")
    teacher.get_by_role("heading", level=1).click()
    house.student("Ana", "Spain", PHONE)
    expect(teacher.locator(".lobby-seats li", has_text="Spain")).to_be_visible()
    expect(teacher.get_by_label("Speed")).to_have_value("4")
    teacher.get_by_role("button", name="Play by itself").click()
    expect(teacher.get_by_role("button", name="Stop playing")).to_be_visible()
    expect(teacher.get_by_label("Speed")).to_have_value("4")


def test_a_seat_comes_back_after_a_reload_and_can_be_taken_away(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    ana = house.student("Ana", "Spain", PHONE)
    teacher.get_by_role("button", name="Start the summit").click()
    ana.get_by_role("button", name="Break silence").click()
    expect(ana.locator(".answer-now")).to_contain_text("You break silence")
    ana.reload()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Spain")
    expect(ana.locator(".answer-now")).to_contain_text("You break silence")

    teacher.get_by_role("button", name="People").click()
    teacher.get_by_label("Seat: Ana").select_option("Italy")
    expect(ana.get_by_role("heading", level=1)).to_have_text("Italy")
    teacher.get_by_role("button", name="Take out").click()
    teacher.locator("dialog").last.get_by_role("button", name="Take out").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("You have left the room")


def test_names_and_words_are_only_ever_text(house: House) -> None:
    for name in HOSTILE:
        house.room.student(name, "ESP")
    ana = house.student(HOSTILE[0], "Italy", PHONE)
    teacher = house.teacher()
    teacher.get_by_role("button", name="Start the summit").click()
    # With the first text a phone turns to the decision, from wherever it is.
    expect(ana.locator(".tabs [aria-current=true]")).to_have_text("Decide")
    ana.get_by_role("button", name="Messages").click()
    ana.get_by_label("Message to the Secretary General").fill(HOSTILE[1])
    ana.get_by_role("button", name="Send", exact=True).click()
    teacher.get_by_role("button", name="Add an event").click()
    teacher.get_by_label("What happens").fill(HOSTILE[2])
    teacher.get_by_role("button", name="Announce it").click()
    expect(ana.locator(".news-list")).to_contain_text(HOSTILE[2])
    teacher.get_by_role("button", name="People").click()
    shown = teacher.locator(".people-list strong")
    expect(shown).to_have_count(len(HOSTILE) + 1)
    for page in (teacher, ana):
        foreign = page.evaluate(
            "document.querySelectorAll('img[src=\"x\"], b > b, svg[onload], [onerror]').length"
            " + [...document.scripts].filter((s) => !s.src).length"
        )
        assert foreign == 0
    assert HOSTILE[0] in shown.all_inner_texts()


def test_the_keyboard_is_enough(house: House) -> None:
    page = house.window(LAPTOP)
    page.goto("/join")
    expect(page.get_by_label("Join code")).to_be_focused()
    page.keyboard.type(house.code.lower())
    page.keyboard.press("Tab")
    page.keyboard.type("Eva")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Find a country")).to_be_focused()
    page.keyboard.type("pol")
    expect(page.locator(".capital")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Poland")

    teacher = house.teacher(LAPTOP)
    people = teacher.get_by_role("button", name="People")
    people.focus()
    teacher.keyboard.press("Enter")
    expect(teacher.get_by_role("dialog")).to_be_visible()
    teacher.keyboard.press("Escape")
    expect(teacher.get_by_role("dialog")).to_have_count(0)
    expect(people).to_be_focused()
    teacher.get_by_role("heading", level=1).focus()
    teacher.keyboard.press("Space")
    expect(teacher.locator(".clock-round")).to_contain_text("Round 1")
    # Only what the keyboard points at has a ring, and it can be seen.
    teacher.keyboard.press("Tab")
    ring = "getComputedStyle(document.activeElement).outlineWidth"
    assert teacher.evaluate(ring) == "3px"


def test_every_view_is_legible_named_and_fits_its_screen(house: House) -> None:
    new = house.window(PHONE)
    new.goto(f"/join?code={house.code}")
    check(new, "join", SMALL_PHONE, LAPTOP)
    new.get_by_label("Your name").fill("Di")
    new.get_by_role("button", name="Choose a capital").click()
    expect(new.locator(".capital").first).to_be_visible()
    check(new, "capitals", SMALL_PHONE, LAPTOP)
    teacher = house.teacher()
    check(teacher, "lobby", PROJECTOR, LAPTOP, TABLET, PHONE)
    ana = house.student("Ana", "Spain", PHONE)
    cy = house.student("Cy", "Secretary General", PHONE)
    check(ana, "seat in the lobby", SMALL_PHONE)
    teacher.get_by_role("button", name="Start the summit").click()
    ana.get_by_role("button", name="Break silence").click()
    expect(ana.get_by_role("button", name="lower core spending")).to_be_visible()
    check(ana, "seat", SMALL_PHONE, TABLET, LAPTOP, PROJECTOR)
    teacher.get_by_role("button", name="End silence").click()
    expect(cy.get_by_role("button", name="Table this draft")).to_be_enabled()
    check(cy, "chair", SMALL_PHONE, LAPTOP)
    check(teacher, "stage", PROJECTOR, LAPTOP, TABLET, PHONE)


def test_who_wants_little_motion_gets_little(house: House) -> None:
    longest = (
        "[...document.querySelectorAll('*')].flatMap((e) => { const s = getComputedStyle(e);"
        " return [s.transitionDuration, s.animationDuration].join().split(',').map(parseFloat); })"
        ".reduce((a, b) => Math.max(a, b), 0)"
    )
    assert house.teacher(reduced_motion="no-preference").evaluate(longest) > 0.3
    assert house.teacher(reduced_motion="reduce").evaluate(longest) < 0.001


def test_who_wants_little_motion_sees_a_change_of_light_at_once(house: House) -> None:
    # A transition of no length at all still takes a frame, and text waits for each box around it.
    turn = """() => {
      const title = document.querySelector("h1");
      const before = getComputedStyle(title).color;
      document.body.dataset.light = "paper";
      const after = getComputedStyle(title).color;
      const moving = document.getAnimations().filter((x) => x instanceof CSSTransition);
      return [before, after, moving.length];
    }"""
    before, after, moving = house.teacher().evaluate(turn)
    assert before != after
    assert moving == 0
