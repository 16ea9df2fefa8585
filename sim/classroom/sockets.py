"""Open WebSockets: messages in, answers and ticks out."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from .connection import Connection
from .limits import MESSAGE_BYTES
from .refusals import Refused
from .room import Room

NO_COOKIE, TOO_MANY = 4401, 4409
#: Seconds in which a browser may take what was said last.
_LAST_WORDS_S = 2.0


async def watch(socket: WebSocket, role: str, room: Room | None, person: str | None) -> None:
    """Serve one open WebSocket until it is closed.

    Parameters
    ----------
    socket
        The WebSocket, not yet accepted.
    role
        ``seat``, ``host`` or ``projector``.
    room
        The room; None if the browser has no valid cookie.
    person
        Number of the person in the seat; None for the teacher.
    """
    await socket.accept()
    if room is None:
        await socket.close(NO_COOKIE, "forbidden")
        return
    connection = Connection(socket, role, person)
    try:
        room.connect(connection)
    except Refused as error:
        await socket.close(TOO_MANY, error.code)
        return
    sending = asyncio.create_task(connection.run())
    try:
        while not connection.ending:
            text = await _heard(socket)
            if text is None:
                break
            if len(text.encode()) > MESSAGE_BYTES:
                connection.end(1009, "too_large")
            else:
                await room.hear(connection, text)
        if connection.ending:
            await asyncio.wait([sending], timeout=_LAST_WORDS_S)
    finally:
        room.disconnect(connection)
        sending.cancel()
        await asyncio.wait([sending])
        if not sending.cancelled():
            sending.exception()  # a browser that went away is no error
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()


async def _heard(socket: WebSocket) -> str | None:
    """The next message; None if the browser is gone, was sent away, or does not speak text."""
    try:
        return await socket.receive_text()
    except (WebSocketDisconnect, KeyError, RuntimeError):
        return None
