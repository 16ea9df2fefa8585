"""What stands before every request: hosts and origins that may ask, and headers that protect."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .wording import say

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FOREIGN = 4403


def own_names() -> set[str]:
    """The names of this computer in its network."""
    name = socket.gethostname().casefold()
    return {name, f"{name.partition('.')[0]}.local"}


class Guard:
    """Middleware that refuses foreign hosts and origins and sets the protecting headers.

    A page of another site can send requests here from a student's browser, or point a name of its
    own at this address. So the host must be an address or a name of this computer, and what changes
    anything (POST, WebSocket) must come from a page of this very host.

    Parameters
    ----------
    app
        What is guarded.
    lan
        Whether addresses of the network are allowed, besides those of this computer.
    names
        Names of this computer that are allowed with ``lan``.
    """

    def __init__(self, app: ASGIApp, lan: bool, names: Collection[str] = ()) -> None:
        self.app, self.lan, self.names = app, lan, frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        wrong = None
        if not self._knows(host):
            wrong = say("this is not an address of the room")
        elif scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD"):
            if not _same_origin(headers.get("origin"), host):
                wrong = say("only pages of the room may ask this")
        if wrong is not None and scope["type"] == "websocket":
            # Accepted first: a browser shows the code of a close, but not of a refused handshake.
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": FOREIGN, "reason": "forbidden"})
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    kept[name] = value
                if scope["path"].startswith("/api/"):
                    kept["Cache-Control"] = "no-store"
            await send(message)

        if wrong is not None:
            answer = JSONResponse({"error": "forbidden", "message": wrong}, 403)
            await answer(scope, receive, protected)
            return
        await self.app(scope, receive, protected)

    def _knows(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name == "localhost":
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return self.lan and name in self.names
        # An address cannot be pointed elsewhere as a name can.
        return self.lan or address.is_loopback


def _same_origin(origin: str | None, host: str) -> bool:
    return origin in (f"http://{host}", f"https://{host}")
