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
PROJECTOR, LAPTOP, PHONE, SMALL_PHONE = (1920, 1080), (1280, 800), (390, 844), (360, 640)


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
