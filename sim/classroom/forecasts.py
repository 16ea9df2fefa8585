"""Forecasts beside the event loop: few threads, newest first asked, stale ones dropped."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..api import load
from .ahead import Ahead, ahead_of
from .game import CHAIR, Game
from .moves import Draft
from .options import chair_options, seat_options
from .outlook import Outlook, look, look_at_all

#: Continuations of the public forecast, and of each option of a what-if.
RUNS, OPTION_RUNS = 2048, 512
#: Seconds after which a forecast, or a what-if with all its options, makes do with what it has.
SECONDS, WHAT_IF_SECONDS = 0.8, 0.6
#: What-ifs that may wait; more are refused, so that moves never wait for them.
WAITING = 48
_NICENESS = 10


def _step_back() -> None:
    """Let a thread yield to the moves where the system has priorities for threads (Linux)."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


class Forecaster:
    """Looks ahead for all rooms of a process.

    Memory is bounded: each thread plays blocks of a few hundred runs and keeps counts.

    Parameters
    ----------
    threads
        How many forecasts at a time; one processor is left to the moves.
    """

    def __init__(self, threads: int | None = None) -> None:
        n = threads or max(1, (os.cpu_count() or 2) - 1)
        self._pool = ThreadPoolExecutor(n, "forecast", _step_back)
        self._options = ThreadPoolExecutor(n, "what-if", _step_back)
        self._newest: dict[tuple[str, str], int] = {}
        self._asked = 0
        self._waiting = 0
        self.ready = False

    async def warm_up(self) -> None:
        """Compile the engine, or fetch it compiled; forecasts are there once this is done."""

        def play() -> None:
            game = Game(load("classroom_six"), 1)
            game.start()
            look(ahead_of(game), 1, 60.0)

        await asyncio.get_running_loop().run_in_executor(self._pool, play)
        self.ready = True

    async def forecast(self, room: str, game: Game) -> dict[str, Any] | None:
        """What lies ahead of a game; None if it moved on meanwhile or the engine is not ready."""
        if not self.ready:
            return None
        ahead, begun = ahead_of(game), time.monotonic()
        found = await self._latest(
            (room, ""), self._pool, lambda stale: look(ahead, RUNS, SECONDS, stale)
        )
        if found is None:
            return None
        return {**found.told(), "seconds": round(time.monotonic() - begun, 2)}

    async def what_if_seat(self, room: str, game: Game, seat: str) -> list[dict[str, Any]] | None:
        """What each move of a member would lead to; None if it cannot be said now."""
        if not self.ready or game.phase != "answering":
            return None
        options = seat_options(game, seat)
        place = game.codes.index(seat)
        asked = [(told, ahead_of(game, answer=(place, said))) for told, said in options]
        return await self._compare(room, seat, asked, place)

    async def what_if_chair(
        self, room: str, game: Game, draft: Draft | None
    ) -> list[dict[str, Any]] | None:
        """What keeping the text, a draft and the model's draft would lead to."""
        if not self.ready or game.phase != "drafting":
            return None
        asked = [(told, ahead_of(game, draft=text)) for told, text in chair_options(game, draft)]
        return await self._compare(room, CHAIR, asked, None)

    async def _compare(
        self, room: str, seat: str, asked: list[tuple[dict[str, Any], Ahead]], place: int | None
    ) -> list[dict[str, Any]] | None:
        if self._waiting >= WAITING:
            return None
        # The longer the queue, the coarser each answer: by squares, whose sum is less than twice
        # the first, so that the last of the queue has waited less than a second too.
        seconds = WHAT_IF_SECONDS / (1 + self._waiting) ** 2
        aheads = [ahead for _, ahead in asked]

        def play(stale: Callable[[], bool]) -> list[Outlook] | None:
            return look_at_all(aheads, OPTION_RUNS, seconds, stale)

        self._waiting += 1
        try:
            outlooks = await self._latest((room, seat), self._options, play)
        finally:
            self._waiting -= 1
        if outlooks is None:
            return None
        return [
            {
                **told,
                "deal": outlook.deal,
                "change": outlook.against(outlooks[0]),
                "letter": None if place is None else outlook.letter(place),
                "terms": outlook.shares(),
            }
            for (told, _), outlook in zip(asked, outlooks, strict=True)
        ]

    async def run(self, work: Callable[[], Any]) -> Any:
        """Do other long work of a room, such as its debrief, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._options, work)

    async def _latest(self, key: tuple[str, str], pool: ThreadPoolExecutor, work: Any) -> Any:
        """Do some work unless the same is asked for again; only the newest is done."""
        self._asked += 1
        number = self._newest[key] = self._asked

        def stale() -> bool:
            return self._newest.get(key) != number

        def play() -> Any:
            return None if stale() else work(stale)

        return await asyncio.get_running_loop().run_in_executor(pool, play)

    def forget(self, room: str) -> None:
        """Drop what a room still waits for: its game has moved on."""
        for key in [k for k in self._newest if k[0] == room]:
            del self._newest[key]

    def close(self) -> None:
        """Drop what waits and stop the threads."""
        self._newest.clear()
        for pool in (self._pool, self._options):
            pool.shutdown(wait=False, cancel_futures=True)
