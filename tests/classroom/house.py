"""A house for browser tests: Chromium, a room, and windows on it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any

from .classes import Class

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PROJECTOR, LAPTOP, TABLET = (1920, 1080), (1280, 800), (820, 1180)
PHONE, SMALL_PHONE = (390, 844), (360, 640)


@dataclass
class Eyes:
    """What went wrong in any page: errors, dialogs of scripts, requests to other computers."""

    complaints: list[str] = field(default_factory=list)


@dataclass
class House:
    """A browser, a room, and windows on it."""

    browser: Any
    room: Class
    eyes: Eyes

    @property
    def code(self) -> str:
        return self.room.plans[0].code

    def window(self, size: tuple[int, int], context: Any = None, **options: Any) -> Any:
        """A page of its own, or one more of a context; nothing leaves this computer unseen."""
        if context is None:
            # Without motion unless a test is about it: quicker, and nothing is seen halfway.
            given = {"reduced_motion": "reduce", "base_url": self.room.address, **options}
            context = self.browser.new_context(**given)
            context.route("**/*", self._guard)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.on("pageerror", lambda error: self.eyes.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.eyes.complaints.append(f"dialog: {dialog.message}"))
        page.on(
            "console",
            lambda m: m.type == "error" and self.eyes.complaints.append(f"console: {m.text}"),
        )
        return page

    def _guard(self, route: Any) -> None:
        address = route.request.url
        if address.startswith((self.room.address, "data:")):
            route.continue_()
        else:
            self.eyes.complaints.append(f"request: {address}")
            route.abort()

    def teacher(self, size: tuple[int, int] = PROJECTOR, **options: Any) -> Any:
        page = self.window(size, **options)
        page.goto(f"/host#{self.room.plans[0].secret}")
        _expect(page.get_by_role("button", name="Start the summit")).to_be_visible()
        return page

    def student(self, name: str, seat: str, size: tuple[int, int], **options: Any) -> Any:
        page = self.window(size, **options)
        page.goto(f"/join?code={self.code}")
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Choose a capital").click()
        page.locator(".capital", has_text=seat).click()
        page.get_by_role("button", name="Enter the room").click()
        _expect(page.get_by_role("heading", level=1)).to_have_text(seat)
        return page

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()


def _expect(found: Any) -> Any:
    from playwright.sync_api import expect

    return expect(found)


#: Ratio of contrast (WCAG 2.2, success criterion 1.4.3) of every text that can be seen.
FAINT = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  const mix = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const box = walker.currentNode.parentElement;
    if (!words || !box.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (box.closest("svg, script, .unseen, .stale, option, :disabled, [aria-hidden]")) continue;
    const style = getComputedStyle(box);
    const layers = [];
    for (let e = box; e; e = e.parentElement) layers.unshift(getComputedStyle(e).backgroundColor);
    const ground = light(mix(["#fff", ...layers]));
    const ink = light(mix(["#fff", ...layers, style.color]));
    const ratio = (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${words.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""

#: Controls without a name, headings of level 1, and landmarks.
STRUCTURE = """() => ({
  nameless: [...document.querySelectorAll("button, a[href], input, select, textarea")]
    .filter((e) => e.checkVisibility())
    .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length))
    .map((e) => e.outerHTML.slice(0, 80)),
  titles: document.querySelectorAll("h1").length,
  mains: document.querySelectorAll("main").length,
  twice: [...document.querySelectorAll("[id]")].map((e) => e.id)
    .filter((id, j, all) => all.indexOf(id) !== j),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  low: [...document.querySelectorAll("button, select, input[type=text], a.button")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 39)
    .map((e) => e.textContent),
})"""


def check(page: Any, view: str, *sizes: tuple[int, int]) -> None:
    """That a view is legible, named and no wider than its screen, at each size."""
    for wide, high in sizes:
        page.set_viewport_size({"width": wide, "height": high})
        page.wait_for_timeout(150)
        where = f"{view} at {wide} x {high}"
        found = page.evaluate(STRUCTURE)
        assert found["nameless"] == [], where
        assert found["titles"] == 1 and found["mains"] == 1, where
        assert found["twice"] == [], where
        assert found["wide"] <= 0, where
        assert found["low"] == [], where
        assert page.evaluate(FAINT) == [], where
