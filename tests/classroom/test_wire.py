"""Connections that ask for nothing, read nothing or speak no text are cut off; others live on."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.classroom import wire

from .classes import Class, Window, open_class


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Class]:
    """A room that waits a second for a request and has room for thirty connections."""
    monkeypatch.setattr(wire, "REQUEST_S", 1.0)
    monkeypatch.setattr(wire, "CONNECTIONS", 30)
    with open_class(tmp_path) as opened:
        yield opened


def plain(room: Class) -> socket.socket:
    """A connection of bytes."""
    host, _, port = room.address.removeprefix("http://").partition(":")
    opened = socket.create_connection((host, int(port)), timeout=10.0)
    opened.settimeout(10.0)
    return opened


def ends(opened: socket.socket) -> float:
    """Seconds until the other side has ended a connection."""
    begun = time.monotonic()
    try:
        while opened.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - begun


def rises(opened: socket.socket, address: str, cookies: str) -> None:
    """Become a WebSocket, without a library that would answer for us."""
    key = "dGhlIHNhbXBsZSBub25jZQ=="  # the example of RFC 6455
    lines = [
        "GET /ws/seat HTTP/1.1", f"Host: {address.removeprefix('http://')}", "Upgrade: websocket",
        "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
        f"Origin: {address}", f"Cookie: {cookies}",
    ]  # fmt: skip
    opened.sendall("\r\n".join([*lines, "", ""]).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += opened.recv(1)
    assert b" 101 " in head


def frame(opcode: int, payload: bytes) -> bytes:
    """A masked frame, as a browser sends it."""
    mask = os.urandom(4)
    body = bytes(b ^ mask[j % 4] for j, b in enumerate(payload))
    return struct.pack("!BB", 0x80 | opcode, 0x80 | len(payload)) + mask + body


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HT", b"POST /api/join HTTP/1.1\r\nHost: x\r\n", b"GET /\xff\xff"]
)
def test_half_a_request_is_given_up(room: Class, begun: bytes) -> None:
    with plain(room) as opened:
        opened.sendall(begun)
        assert ends(opened) < 4.0


def test_a_body_that_does_not_come_is_given_up(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.classroom.limits.REQUEST_S", 1.0)
    head = (
        f"POST /api/join HTTP/1.1\r\nHost: {room.address.removeprefix('http://')}\r\n"
        f"Origin: {room.address}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    )
    with plain(room) as opened:
        opened.sendall(head.encode())
        assert b" 408 " in opened.recv(200)


def test_one_address_has_so_many_connections_and_others_live_on(room: Class) -> None:
    student = room.student("Ana", "ESP")
    with student.watch("seat") as window:
        window.until(lambda t: True)
        crowd = [plain(room) for _ in range(60)]
        try:
            assert window.say(type="message", words="still here")["type"] == "ack"
        finally:
            for opened in crowd:
                opened.close()


@pytest.mark.parametrize("known", [True, False])
def test_who_pings_all_the_time_is_cut_off(room: Class, known: bool) -> None:
    """Also a stranger, who is shown the door and does not take it."""
    student = room.student("Ana", "ESP")
    other = room.student("Bo", "POL")
    cookies = "; ".join(f"{k}={v}" for k, v in student.http.cookies.items()) if known else "a=b"
    with other.watch("seat") as window, plain(room) as opened:
        window.until(lambda t: True)
        rises(opened, room.address, cookies)
        flood = frame(9, b"x" * 100) * 200
        sent = 0
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while sent < 20_000_000:
                opened.sendall(flood)
                sent += len(flood)
        assert window.say(type="message", words="still here")["type"] == "ack"


def test_a_browser_may_ping(room: Class) -> None:
    with room.student("Ana", "ESP").watch("seat") as window:
        window.until(lambda t: True)
        for _ in range(5):
            assert window.socket.ping().wait(5.0)
        assert window.say(type="message", words="still here")["type"] == "ack"


def test_bytes_that_are_no_text_end_the_connection_and_nothing_else(
    room: Class, caplog: pytest.LogCaptureFixture
) -> None:
    student = room.student("Ana", "ESP")
    cookies = "; ".join(f"{k}={v}" for k, v in student.http.cookies.items())
    with plain(room) as opened:
        rises(opened, room.address, cookies)
        opened.sendall(frame(1, b"\xff\xfe"))
        assert ends(opened) < 5.0
    assert "Traceback" not in caplog.text
    with student.watch("seat") as window:
        assert isinstance(window, Window)
        window.until(lambda t: t["you"]["seat"] == "ESP")
