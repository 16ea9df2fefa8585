"""The clock of a room: how long each phase lasts, and what happens when the time is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from .state import State

_DEMO_ANSWERING_S, _DEMO_DRAFTING_S = 2.5, 1.5
#: Seconds in which everybody sees the answers before the model tables the next text.
_MODEL_DRAFTS_S = 6.0


def phase_lasts(state: State, chair_held: bool) -> float | None:
    """Seconds that the present phase lasts; None: until somebody steps.

    Parameters
    ----------
    state
        The room.
    chair_held
        Whether people write the next text.
    """
    phase = state.game.phase
    if phase not in ("answering", "drafting"):
        return None
    if state.demo:
        seconds = _DEMO_ANSWERING_S if phase == "answering" else _DEMO_DRAFTING_S
        return seconds / state.speed
    if state.pace_s is None:
        return None
    if phase == "drafting" and not chair_held:
        return min(_MODEL_DRAFTS_S, state.pace_s)
    return state.pace_s


class Clock:
    """Counts down and rings once.

    Parameters
    ----------
    ring
        Called when the time is over.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._of: float | None = None
        self._left: float | None = None
        self._deadline: float | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """Ring no more."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._deadline = None

    def wind(self, of: float | None, left: float | None, *, running: bool) -> None:
        """Set the time.

        Parameters
        ----------
        of
            Seconds that the phase lasts; None: no clock.
        left
            Seconds that are left of them; all if None.
        running
            Whether it runs or stands.
        """
        self.stop()
        self._of = of
        self._left = of if left is None else left
        if of is not None and self._left is not None and running:
            self._set(self._left)

    def shorten(self, seconds: float) -> None:
        """Let a running clock ring in so many seconds at the latest."""
        if self._deadline is not None and self._deadline > time.monotonic() + seconds:
            self.stop()
            self._set(seconds)

    def _set(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._alarm = asyncio.get_running_loop().call_later(seconds, self._over)

    def _over(self) -> None:
        self._left = 0.0
        self.stop()
        self._ring()

    @property
    def seconds_left(self) -> float | None:
        """Seconds that are left; None without a clock."""
        if self._deadline is None:
            return self._left
        return max(0.0, self._deadline - time.monotonic())

    @property
    def told(self) -> dict[str, Any] | None:
        """The clock as a tick holds it."""
        if self._of is None:
            return None
        return {"seconds_left": round(self.seconds_left or 0.0, 2), "of": self._of}
