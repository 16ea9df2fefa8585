"""Take the pictures of the summit room: ``python docs/room.py`` (needs Chromium and Playwright).

A class of three plays The Hague in the room as it is now, without motion and with nothing but this
computer to reach; the Mesa page is taken too (extra ``viz``).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect, sync_playwright

FIGURES = Path(__file__).parent / "figures"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PLAY = "from sim.cli import main; main()"
PROJECTOR, LAPTOP, PHONE = (1600, 900), (1366, 900), (390, 844)
TALL = (1366, 1040)  # a laptop's width; the whole of the Mesa page
PATIENCE = 120_000


@contextmanager
def served(*arguments: str) -> Iterator[tuple[str, str]]:
    """A room or a page of a server of its own: what it prints, and its address."""
    command = [sys.executable, "-u", "-c", PLAY, "play", "hague_2025", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        told, address = "", None
        assert process.stdout is not None
        while address is None or (
            "--mesa" not in arguments and not re.search(r"code:? +\w{6}", told)
        ):
            told += process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", told)
        for _ in range(300):
            try:
                urllib.request.urlopen(address[0]).close()
                break
            except OSError:
                time.sleep(0.1)
        try:
            yield told, address[0]
        finally:
            process.terminate()


def window(browser: Any, size: tuple[int, int], context: Any = None) -> Any:
    """A page, of a person of its own unless it shares a context."""
    context = context or browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page


def take(page: Any, name: str) -> None:
    """A picture, once toasts are gone and everything is drawn."""
    page.mouse.move(0, 0)
    expect(page.locator(".toast")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_timeout(500)
    path = FIGURES / f"room_{name}.png"
    page.screenshot(path=str(path))
    with Image.open(path) as shot:
        shot.convert("RGB").save(path, optimize=True)


def play(browser: Any, told: str, address: str) -> None:
    """A game from the lobby to the debrief."""
    code = re.search(r"code:? +(\w{6})", told)
    secret = re.search(r"/host#(\S+)", told)
    assert code and secret

    def student(name: str, seat: str, size: tuple[int, int]) -> Any:
        page = window(browser, size)
        page.goto(f"{address}/join?code={code[1]}")
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Choose a capital").click()
        page.locator(".capital", has_text=seat).click()
        page.get_by_role("button", name="Enter the room").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(seat)
        return page

    teacher = window(browser, LAPTOP)
    teacher.goto(f"{address}/host#{secret[1]}")
    expect(teacher.locator(".big-code")).to_be_visible()
    projector = window(browser, PROJECTOR, teacher.context)
    projector.goto(f"{address}/projector")
    ana = student("Ana", "Spain", PHONE)
    student("Bo", "United States", LAPTOP)
    cy = student("Cy", "Secretary General", LAPTOP)
    take(projector, "lobby")

    teacher.get_by_role("button", name="Start the summit").click()
    expect(projector.locator(".deal-number")).not_to_be_empty(timeout=PATIENCE)
    phones = []
    ana.get_by_role("button", name="Break silence").click()
    ana.get_by_role("button", name="a later deadline").click()
    ana.get_by_role("button", name="Show what each move would do").click()
    expect(ana.locator(".move .effect").first).to_contain_text("deal", timeout=PATIENCE)
    for at in (".sheet", ".answer-now", None):
        if at is None:
            ana.get_by_role("button", name="Briefing").click()
        else:
            ana.locator(at).evaluate("e => scrollTo(0, e.getBoundingClientRect().top - 12)")
        take(ana, "phone")
        with Image.open(FIGURES / "room_phone.png") as shot:
            phones.append(shot.convert("RGB"))
    (FIGURES / "room_phone.png").unlink()
    side = Image.new("RGB", (3 * PHONE[0] + 2 * 24, PHONE[1]), "white")
    for place, shot in enumerate(phones):
        side.paste(shot, (place * (PHONE[0] + 24), 0))
    side.save(FIGURES / "room_seat.png", optimize=True)

    teacher.get_by_role("button", name="End silence").click()
    slider = cy.get_by_label("Deadline")
    expect(slider).to_be_enabled()
    slider.fill("6")
    cy.get_by_role("button", name="Show what each move would do").click()
    expect(cy.locator(".chair-effects .effect").first).to_contain_text("deal", timeout=PATIENCE)
    cy.evaluate("scrollTo(0, 0)")
    take(cy, "chair")
    cy.get_by_role("button", name="Table this draft").click()
    for _ in range(6):
        teacher.get_by_role("button", name="End silence").click()
        teacher.get_by_role("button", name="Table the next draft").click()
    expect(projector.locator(".forecast.stale")).to_have_count(0, timeout=PATIENCE)
    take(projector, "stage")

    teacher.get_by_label("Speed").select_option("8")
    teacher.get_by_role("button", name="Play by itself").click()
    teacher.get_by_role("button", name="Open the debrief").first.click()
    expect(projector.locator(".hero-word")).to_be_visible(timeout=PATIENCE)
    projector.get_by_role("heading", name="Round by round").scroll_into_view_if_needed()
    projector.evaluate("document.querySelector('.replay').scrollIntoView({block: 'end'})")
    replay = projector.get_by_role("slider")
    replay.fill("5")
    take(projector, "debrief")


def mesa(browser: Any, address: str) -> None:
    """The Mesa page after some rounds."""
    page = window(browser, TALL)
    page.goto(address)
    page.get_by_text("Press Step").wait_for()
    for step in range(1, 13):
        page.get_by_role("button", name="Step").click()
        page.get_by_text(f"Round {step} of").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(2_000)
    take(page, "mesa")


def main() -> None:
    """Take all pictures."""
    with sync_playwright() as p, tempfile.TemporaryDirectory() as folder:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served("--seed", "7", "--out", folder + "/room") as (told, address):
            play(browser, told, address)
        with served("--mesa") as (_, address):
            mesa(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
