"""What a browser may do to a connection: ask in time, take what it is sent, and not too often.

The server underneath waits for ever for the rest of a request, and answers every ping however much
of it has not been read yet; a room in an open network must not.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from .limits import (
    AT_ONCE,
    CONNECTIONS,
    PER_SECOND,
    REQUEST_S,
    UNREAD_BYTES,
    Bucket,
)


class Http(H11Protocol):
    """Requests that come in time, and so many connections from one address."""

    _alarm: asyncio.TimerHandle | None = None
    _seen: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        clients = [getattr(connection, "client", None) for connection in self.connections]
        if sum(client is not None and client[0] == address for client in clients) > CONNECTIONS:
            transport.abort()
        else:
            self._alarm = self.loop.call_later(REQUEST_S, self._look)

    def _look(self) -> None:
        """Give up on who has asked for nothing since the last look."""
        busy = self.cycle is not None and not self.cycle.response_complete
        if not busy and self.cycle is self._seen:
            self.transport.abort()
            return
        self._seen = self.cycle
        self._alarm = self.loop.call_later(REQUEST_S, self._look)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand over to the protocol of WebSockets."""
        self._stop()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def _stop(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


class WebSockets(WebSocketsSansIOProtocol):
    """WebSockets whose other end reads what it is sent, and pings at human speed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pings = Bucket(PER_SECOND, AT_ONCE)

    def data_received(self, data: bytes) -> None:
        """Cut off who sends and does not read."""
        if self.transport.get_write_buffer_size() > UNREAD_BYTES:
            self.transport.abort()
        else:
            super().data_received(data)

    def handle_ping(self) -> None:
        """Answer a ping; cut off who sends too many."""
        if self._pings.take():
            super().handle_ping()
        else:
            self.transport.abort()


def no_text(entry: logging.LogRecord) -> bool:
    """Whether an entry of the server's log is worth a line: bytes sent as text are not."""
    return not (entry.exc_info and isinstance(entry.exc_info[1], UnicodeDecodeError))
