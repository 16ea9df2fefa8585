"""Browsers for the tests of the room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sim

from .classes import SCENARIO, open_class
from .house import CHROMIUM, FLAGS, Eyes, House


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium; a test that asks for it is skipped where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: no test in a real browser"
    )
    if CHROMIUM is None:
        pytest.skip("no Chromium here: no test in a real browser")
    # The engine compiles itself once for a computer; no test of the page is about how long.
    sim.load(SCENARIO).runs(2)
    # A busy computer is slow, not wrong.
    playwright.expect.set_options(timeout=15_000)
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def house(chromium: Any, tmp_path: Path) -> Iterator[House]:
    """A room with nobody in it; what went wrong in any page fails the test."""
    with open_class(tmp_path) as room:
        opened = House(chromium, room, Eyes())
        yield opened
        opened.close()
    assert opened.eyes.complaints == []
