"""Running the server: the address, the socket and what the terminal shows."""

from __future__ import annotations

import errno
import gc
import logging
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import uvicorn

from ..errors import SummitryError
from .limits import MESSAGE_BYTES
from .qr import qr_text
from .rooms import Plan, Rooms
from .server import application
from .wire import Http, WebSockets, no_text

DEFAULT_PORT = 8765
_FILES = 8192
_LOOPBACK, _EVERYWHERE = "127.0.0.1", "0.0.0.0"
# An address for documentation (RFC 5737): nothing is sent to it, it only picks a way out.
_ANYWHERE = ("192.0.2.1", 9)


def lan_addresses() -> list[str]:
    """Addresses of this computer in its networks, that on the way out first.

    Where there is no way out, as in a classroom with a router but no internet, they are there too.
    """
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        address.address
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if name in up and address.family == socket.AF_INET
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(_ANYWHERE)
        way_out = probe.getsockname()[0]
        found.sort(key=lambda address: address != way_out)
    return [a for a in found if not a.startswith("127.")]


def listen(port: int, lan: bool) -> socket.socket:
    """A socket that listens; on this computer only unless ``lan``.

    Parameters
    ----------
    port
        Port; 0 takes any that is free.

    Raises
    ------
    SummitryError
        If the port is taken or not allowed.
    """
    # asyncio sends small messages at once (TCP_NODELAY) only where the protocol is named; without
    # it an answer in two parts waits 40 ms for the other side.
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((_EVERYWHERE if lan else _LOOPBACK, port))
        s.listen()  # who comes before the server is ready waits, and is not refused
    except OSError as error:
        s.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"({error.strerror or error})"
        raise SummitryError(f"port {port} {why}; give another with --port") from error
    return s


def welcome(plans: list[Plan], rooms: Rooms, addresses: list[str], lan: bool) -> str:
    """What the teacher reads in the terminal; students are shown the first of the addresses."""
    lines = []
    for plan in plans:
        lines.append(f"Teacher:   {addresses[0]}/host#{plan.secret}")
        lines.append(f"Students:  {addresses[0]}   code {plan.code}")
        lines.append(f"Kept in:   {plan.folder}")
        lines.append("")
    if len(plans) == 1 and lan:
        lines.append(qr_text(rooms.join_url(plans[0].code)))
    if not lan:
        lines.append("Only this computer can join; add --lan to let in the local network.")
    elif len(addresses) > 1:
        lines.append(f"In other networks of this computer: {', '.join(addresses[1:])}")
    elif _LOOPBACK in addresses[0]:
        lines.append("This computer is in no network: nobody else can join. Connect it first.")
    lines.append("The teacher's link is a key: do not show it. Ctrl-C closes the room.")
    return "\n".join(lines)


def server(rooms: Rooms, port: int, lan: bool) -> uvicorn.Server:
    """The server, ready to run.

    Parameters
    ----------
    rooms
        The rooms.
    port
        Port on which it will listen.
    lan
        Whether the network is let in.
    """
    logging.getLogger("uvicorn.error").addFilter(no_text)
    return uvicorn.Server(
        uvicorn.Config(
            application(rooms, port=port, lan=lan),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http=Http,
            ws=WebSockets,
            ws_max_size=MESSAGE_BYTES,
            # Small messages to many browsers: compressing each costs more than it saves.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=3,
        )
    )


def serve(
    plans: list[Plan],
    source: Mapping[str, Any] | None,
    listening: socket.socket,
    lan: bool,
    say: Callable[[str], None],
) -> None:
    """Open the rooms and serve them until Ctrl-C.

    Parameters
    ----------
    plans
        The rooms.
    source
        The scenario of new rooms.
    listening
        The socket from :func:`listen`.
    lan
        Whether the network is let in.
    say
        Prints a text.
    """
    port = int(listening.getsockname()[1])
    own = (lan_addresses() if lan else []) or [_LOOPBACK]
    addresses = [f"http://{address}:{port}" for address in own]
    rooms = Rooms(plans, source, addresses[0])
    say(welcome(plans, rooms, addresses, lan))
    # What the imports left is there for good; the collector need not look at it again and again,
    # and sees sooner when copies of games have piled up.
    gc.collect()
    gc.freeze()
    _allow_files()
    server(rooms, port, lan).run(sockets=[listening])


def _allow_files() -> None:
    """Allow as many open connections as the system lets this process have."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
