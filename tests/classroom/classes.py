"""A class for tests: a real server in a thread, a teacher, students."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

import sim
from sim.classroom.rooms import Plan, Rooms, plan_new
from sim.classroom.serve import listen, server
from sim.classroom.state import source_of

SCENARIO = "classroom_six"


class Window:
    """An open view of a room."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.tick: dict[str, Any] = {}
        self.room: dict[str, Any] = {}
        self._next = 0

    def receive(self, timeout: float = 10.0) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout))
        if message["type"] in ("tick", "room"):
            setattr(self, message["type"], message)
        return message

    def say(self, **message: Any) -> dict[str, Any]:
        """Send a message and wait for its answer."""
        self._next += 1
        self.socket.send(json.dumps({"id": self._next, **message}))
        while True:
            answer = self.receive()
            if answer.get("id") == self._next:
                return answer

    def control(self, do: str, **more: Any) -> dict[str, Any]:
        return self.say(type="control", do=do, **more)

    def until(self, condition: Any, seconds: float = 20.0) -> dict[str, Any]:
        """Wait for a tick that fulfils a condition."""
        end = time.monotonic() + seconds
        while not (self.tick and condition(self.tick)):
            self.receive(max(0.01, end - time.monotonic()))
        return self.tick


class Browser:
    """A browser with cookies of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = httpx.Client(
            base_url=address, headers={"Origin": address}, timeout=20.0, verify=False
        )

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.http.post(
            path, content=json.dumps(body), headers={"Content-Type": "application/json"}
        )

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    @contextmanager
    def watch(self, role: str, origin: str | None = None) -> Iterator[Window]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        headers = {"Cookie": cookies} if cookies else {}
        address = self.address.replace("http://", "ws://") + f"/ws/{role}"
        with connect(
            address, additional_headers=headers, origin=origin or self.address, compression=None
        ) as socket:
            yield Window(socket)


class Class:
    """Rooms that are open."""

    def __init__(self, address: str, plans: list[Plan], rooms: Rooms) -> None:
        self.address, self.plans, self.rooms = address, plans, rooms

    def browser(self) -> Browser:
        return Browser(self.address)

    def teacher(self, room: int = 0) -> Browser:
        browser = self.browser()
        assert browser.post("/api/host", {"secret": self.plans[room].secret}).status_code == 200
        return browser

    def student(self, name: str, seat: str | None, room: int = 0) -> Browser:
        browser = self.browser()
        body = {"code": self.plans[room].code, "name": name, "seat": seat}
        answer = browser.post("/api/join", body)
        assert answer.status_code == 200, answer.text
        return browser


@contextmanager
def open_class(
    folder: Path, rooms: int = 1, scenario: str = SCENARIO, plans: list[Plan] | None = None
) -> Iterator[Class]:
    """A server with rooms in a folder, on a free port of this computer."""
    planned = plan_new(folder, rooms, seed=7) if plans is None else plans
    socket = listen(0, lan=False)
    port = socket.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    opened = Rooms(planned, source_of(sim.load(scenario)), address)
    running = server(opened, port, lan=False)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        while not running.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Class(address, planned, opened)
    finally:
        running.should_exit = True
        thread.join(10.0)
