"""Running the server: the address, the socket and what the terminal shows."""

from __future__ import annotations

import errno
import gc
import socket
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn

from ..errors import SummitryError
from .limits import MESSAGE_BYTES
from .qr import qr_text
from .rooms import Plan, Rooms
from .server import application

DEFAULT_PORT = 8765
_LOOPBACK, _EVERYWHERE = "127.0.0.1", "0.0.0.0"
# An address for documentation (RFC 5737): nothing is sent to it, it only picks a way out.
_ANYWHERE = ("192.0.2.1", 9)


def lan_address() -> str:
    """The address of this computer in its network; that of the computer itself if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ANYWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return _LOOPBACK


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
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((_EVERYWHERE if lan else _LOOPBACK, port))
    except OSError as error:
        s.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"({error.strerror or error})"
        raise SummitryError(f"port {port} {why}; give another with --port") from error
    return s


def welcome(plans: list[Plan], rooms: Rooms, address: str, lan: bool) -> str:
    """What the teacher reads in the terminal."""
    lines = []
    for plan in plans:
        lines.append(f"Teacher:   {address}/host#{plan.secret}")
        lines.append(f"Students:  {address}   code {plan.code}")
        lines.append(f"Kept in:   {plan.folder}")
        lines.append("")
    if len(plans) == 1 and lan:
        lines.append(qr_text(rooms.join_url(plans[0].code)))
    if not lan:
        lines.append("Only this computer can join; add --lan to let in the local network.")
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
    return uvicorn.Server(
        uvicorn.Config(
            application(rooms, port=port, lan=lan),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
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
    address = f"http://{lan_address() if lan else _LOOPBACK}:{port}"
    rooms = Rooms(plans, source, address)
    say(welcome(plans, rooms, address, lan))
    # What the imports left is there for good; the collector need not look at it again and again,
    # and sees sooner when copies of games have piled up.
    gc.collect()
    gc.freeze()
    server(rooms, port, lan).run(sockets=[listening])
