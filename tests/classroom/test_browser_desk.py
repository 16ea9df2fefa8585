"""Desks and dialogs in a real browser: what stays in sight, what follows, what is not shown."""

from __future__ import annotations

from typing import Any

import pytest

from .house import LAPTOP, PHONE, PROJECTOR, SMALL_PHONE, House, check

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: no test in a real browser"
)
pytestmark = pytest.mark.xdist_group("browser")
expect = playwright.expect

HAND = {"is_mobile": True, "has_touch": True}
#: The widest that a page has been in any frame since.
WATCH = """() => {
  window.widest = 0;
  const look = () => {
    const wide = [document.documentElement.scrollWidth, window.innerWidth];
    window.widest = Math.max(window.widest, ...wide);
    requestAnimationFrame(look);
  };
  look();
}"""
BOXES = """() => [".map", ".stage-side", ".stage-side .forecast"].map((part) => {
  const { x, y, width, height } = document.querySelector(part).getBoundingClientRect();
  return [x, y, width, height].map(Math.round);
})"""
CUT = "(e) => e.scrollHeight - e.clientHeight"


def play_to_the_end(teacher: Any) -> None:
    teacher.get_by_label("Speed").select_option("8")
    teacher.get_by_role("button", name="Play by itself").click()
    expect(teacher.locator(".banner")).to_be_visible(timeout=40_000)


def propose(page: Any, **values: str) -> None:
    page.get_by_text("Propose an amendment").click()
    for term, shown in values.items():
        page.locator(f"#amend-{term}").select_option(label=shown)
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.locator(".mine")).to_be_visible()


def test_a_phone_is_never_wider_than_its_screen_and_ends_with_what_counts(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    ana = house.student("Ana", "Spain", PHONE, reduced_motion="no-preference", **HAND)
    ana.evaluate(WATCH)
    play_to_the_end(teacher)
    expect(ana.locator(".sheet-stamp")).to_be_visible()
    ana.wait_for_timeout(800)
    assert ana.evaluate("window.widest") == PHONE[0]
    expect(ana.get_by_role("button", name="What happened, and why")).to_be_visible()
    expect(ana.get_by_role("heading", name="The room")).to_be_visible()
    for gone in (".answer", ".hurts", ".tabs", ".talk", ".clock-left:not(:empty)"):
        expect(ana.locator(gone).locator("visible=true")).to_have_count(0)
    check(ana, "desk after the end", SMALL_PHONE)
    # A step back brings the desk back.
    teacher.get_by_role("button", name="Undo").click()
    expect(ana.get_by_role("button", name="Let silence pass")).to_be_visible()


def test_a_phone_keeps_the_answer_in_sight(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    ana = house.student("Ana", "Spain", SMALL_PHONE, **HAND)
    teacher.get_by_role("button", name="Start the summit").click()
    let_pass = ana.get_by_role("button", name="Let silence pass")
    said = ana.locator(".answer-now")
    tabs = ana.locator(".tabs")
    for part in (said, let_pass, ana.get_by_role("button", name="Break silence")):
        expect(part).to_be_in_viewport(ratio=1)
        box, below = part.bounding_box(), tabs.bounding_box()
        assert box and below and box["y"] + box["height"] <= below["y"]
    # What was said, and that a side letter is asked for.
    ana.get_by_role("button", name="Ask for a side letter").click()
    expect(said).to_have_text("You let the text pass by silence, and ask for a side letter.")
    let_pass.click()
    expect(said).to_have_text("You let it pass, and ask for a side letter.")
    ana.get_by_role("button", name="Break silence").click()
    expect(said).to_contain_text("and for a side letter.")
    # What must change comes into sight, also what the keyboard points at.
    expect(ana.get_by_role("heading", name="What must change?")).to_be_in_viewport()
    order = ana.evaluate(
        "[...document.querySelectorAll('main button, main summary')]"
        ".filter((e) => e.checkVisibility()).map((e) => e.textContent)"
    )
    assert [x for x in order if "silence" in x][:2] == order[:2]


def test_a_covered_forecast_hides_what_each_move_would_do(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    ana = house.student("Ana", "Spain", PHONE)
    usa = house.student("Bo", "United States", LAPTOP)
    teacher.get_by_role("button", name="Start the summit").click()
    for page in (ana, usa):
        page.get_by_role("button", name="Break silence").click()
        page.get_by_role("button", name="Show what each move would do").click()
        effects = page.locator(".effect").locator("visible=true")
        expect(effects.first).to_contain_text("deal", timeout=40_000)
        check(page, "what-ifs", SMALL_PHONE, LAPTOP)
    # A direction says what it brings, or that it was not played out; no change is red for nothing.
    for words in ana.locator(".wish .effect").all_inner_texts():
        assert "deal" in words or "not played out" in words
    for change in ana.locator(".effect small[data-way]").all_inner_texts():
        low, high = change.split("(")[1].rstrip(")").split(" to ")
        assert low[0] == high[0] and low[0] in "+−", change
    # Who makes the demand can hold no side letter.
    expect(ana.locator(".effect-letter").first).to_be_attached()
    expect(usa.locator(".effect-letter")).to_have_count(0)

    teacher.get_by_role("button", name="Cover forecast").click()
    for page in (ana, usa):
        expect(page.get_by_text("Your teacher has covered the forecast.")).to_be_visible()
        expect(page.locator(".effect")).to_have_count(0)
        expect(page.get_by_role("button", name="what each move would do")).to_have_count(0)
    teacher.get_by_role("button", name="Show forecast").click()
    show = ana.get_by_role("button", name="Show what each move would do")
    expect(show).to_be_visible()
    show.click()
    hide = ana.get_by_role("button", name="Hide what each move would do")
    expect(ana.locator(".effect").locator("visible=true").first).to_be_visible(timeout=40_000)
    hide.click()
    expect(ana.locator(".effect")).to_have_count(0)


def test_people_come_and_go_while_their_dialog_is_open(house: House) -> None:
    teacher = house.teacher(LAPTOP)
    house.student("Zoe", "Spain", PHONE)
    house.student("Åsa", "Estonia", PHONE)
    teacher.get_by_role("button", name="People").click()
    shown = teacher.locator(".people-list strong")
    expect(shown).to_have_text(["Åsa", "Zoe"])
    teacher.get_by_label("Seat: Zoe").focus()
    house.student("Bea", "Secretary General", PHONE)
    expect(shown).to_have_text(["Åsa", "Bea", "Zoe"])
    expect(teacher.get_by_label("Seat: Zoe")).to_be_focused()
    teacher.locator(".people-list li").first.get_by_role("button", name="Take out").click()
    teacher.locator("dialog").last.get_by_role("button", name="Take out").click()
    expect(shown).to_have_text(["Bea", "Zoe"])
    expect(teacher.get_by_role("heading", name="People in the room")).to_be_focused()


def test_lists_are_in_the_order_of_names_the_chair_first(house: House) -> None:
    sort = "(names) => [...names].sort((a, b) => a.localeCompare(b, 'en'))"
    new = house.window(LAPTOP)
    new.goto(f"/join?code={house.code}")
    new.get_by_label("Your name").fill("Di")
    new.get_by_role("button", name="Choose a capital").click()
    names = new.locator(".capital-name").evaluate_all("a => a.map((e) => e.firstChild.data)")
    assert names[0] == "Secretary General"
    assert names[1:-1] == new.evaluate(sort, names[1:-1])
    new.locator(".capital").first.click()
    new.get_by_role("button", name="Enter the room").click()
    expect(new.locator("#talk-to option")).to_have_count(len(names) - 2)
    to = new.locator("#talk-to option").all_inner_texts()
    assert to == names[1:-1]
    teacher = house.teacher(LAPTOP)
    teacher.get_by_role("button", name="All members").click()
    rows = teacher.locator("dialog tbody th").all_inner_texts()
    assert rows == names[1:-1]


@pytest.mark.parametrize("size", [(1366, 768), PROJECTOR])
def test_nothing_is_cut_off_the_wall_and_its_map_keeps_its_place(
    house: House, size: tuple[int, int]
) -> None:
    teacher = house.teacher(size)
    ana = house.student("Ana", "Spain", PHONE)
    bo = house.student("Bo", "Poland", PHONE)
    cy = house.student("Cy", "Secretary General", LAPTOP)
    teacher.get_by_role("button", name="Start the summit").click()
    expect(teacher.locator(".deal-number")).not_to_be_empty(timeout=40_000)
    first = teacher.evaluate(BOXES)
    assert teacher.locator(".stage-side").evaluate(CUT) == 0
    propose(ana, core_pct_gdp="3%", deadline_year="2034")
    propose(bo, core_pct_gdp="4%", deadline_year="2036")
    ana.get_by_role("button", name="Ask for a side letter").click()
    teacher.get_by_role("button", name="End silence").click()
    expect(teacher.locator(".sheet-amendments")).to_contain_text("Spain proposes")
    cy.get_by_role("button", name="Grant it").click()
    for take in cy.get_by_role("button", name="Take it into the draft").all():
        take.click()
    cy.get_by_role("button", name="Table this draft").click()
    expect(teacher.locator(".sheet-letters")).to_contain_text("Spain")
    assert teacher.evaluate(BOXES) == first
    assert teacher.locator(".stage-side").evaluate(CUT) == 0
