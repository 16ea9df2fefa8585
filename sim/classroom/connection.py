"""One open WebSocket: answers at once, ticks as fast as the browser takes them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

#: Answers that may wait for a browser that does not read; then it is cut off.
_WAITING = 200


class Socket(Protocol):
    """What a connection needs of a WebSocket."""

    async def send_text(self, data: str) -> None:
        """Send a message."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection."""


class Connection:
    """A browser that watches or plays.

    A tick replaces the one before it if that has not been sent yet, so a slow browser gets fewer
    ticks, never old ones, and holds up nobody.

    Parameters
    ----------
    socket
        The WebSocket.
    role
        ``seat``, ``host`` or ``projector``.
    person
        Number of the person in the seat; None for the teacher.
    """

    def __init__(self, socket: Socket, role: str, person: str | None) -> None:
        self.socket, self.role, self.person = socket, role, person
        self._answers: deque[str] = deque()
        self._tick: str | None = None
        self._ending: tuple[int, str] | None = None
        self._news = asyncio.Event()

    def answer(self, text: str) -> None:
        """Send a message that must arrive."""
        if len(self._answers) >= _WAITING:
            self.end(1008, "slow_reader")
            return
        self._answers.append(text)
        self._news.set()

    def tick(self, text: str) -> None:
        """Send the newest state."""
        self._tick = text
        self._news.set()

    def end(self, code: int, reason: str) -> None:
        """Close after what waits has been sent."""
        if self._ending is None:
            self._ending = (code, reason)
        self._news.set()

    @property
    def ending(self) -> bool:
        """Whether it is being closed."""
        return self._ending is not None

    async def run(self) -> None:
        """Send until the connection is ended."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._answers:
                await self.socket.send_text(self._answers.popleft())
            if self._tick is not None:
                text, self._tick = self._tick, None
                await self.socket.send_text(text)
            if self._ending is not None:
                await self.socket.close(*self._ending)
                return
