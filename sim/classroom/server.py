"""The server of the summit room: pages, a small REST interface and WebSockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from . import doors, limits
from .briefing import briefing
from .downloads import answers_csv, debrief_of, record_file, report_file, rounds_csv
from .guards import Guard, own_names
from .qr import qr_svg
from .questionnaire import checked
from .refusals import Refused
from .room import Room
from .rooms import Rooms
from .sockets import watch
from .uploads import shipped, uploaded
from .wording import say

PAGE = Path(__file__).parent / "page"
_PAGES = ("/", "/join", "/host", "/projector", "/seat", "/debrief")
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
_COOKIE_S = 12 * 3600
Handler = Callable[[Request], Awaitable[Response]]


class Server:
    """The handlers of all requests.

    Parameters
    ----------
    rooms
        The rooms.
    port
        Port, which is part of the names of the cookies: browsers share cookies between ports.
    """

    def __init__(self, rooms: Rooms, port: int) -> None:
        self.rooms = rooms
        self.seat_cookie, self.host_cookie = f"summitry_seat_{port}", f"summitry_host_{port}"
        self.wrongs = limits.ByAddress(limits.WRONG_PER_SECOND, limits.WRONG_AT_ONCE)
        self.joins = limits.ByAddress(limits.JOINS_PER_SECOND, limits.JOINS_AT_ONCE)

    # Who asks.

    def _host(self, request: Request | WebSocket) -> Room | None:
        """The room whose teacher asks, or None."""
        return self.rooms.of_host(request.cookies.get(self.host_cookie, ""))

    def _person(self, request: Request | WebSocket) -> tuple[Room, str] | None:
        """Room and person who asks, or None."""
        return self.rooms.of_person(request.cookies.get(self.seat_cookie, ""))

    def _any_room(self, request: Request) -> Room:
        host = self._host(request)
        return self._needs_person(request)[0] if host is None else host

    def _needs_host(self, request: Request) -> Room:
        room = self._host(request)
        if room is None:
            raise Refused("forbidden", say("only the teacher may do this"))
        return room

    def _needs_person(self, request: Request) -> tuple[Room, str]:
        found = self._person(request)
        if found is None:
            raise Refused("forbidden", say("join the room first"))
        found[0].count(found[1])
        return found

    def _careful(self, request: Request) -> str:
        """The address that asks; refuses one that was wrong too often."""
        address = request.client.host if request.client else ""
        if self.wrongs.too_many(address):
            raise Refused("slow_down", say("too many wrong codes; wait a little"))
        return address

    # Pages.

    async def page(self, request: Request) -> Response:
        """The one page."""
        return FileResponse(PAGE / "index.html", media_type="text/html")

    async def page_file(self, request: Request) -> Response:
        """A file of the page."""
        try:
            path = (PAGE / request.path_params["path"]).resolve()
            there = path.is_relative_to(PAGE.resolve()) and path.is_file()
        except (OSError, ValueError):  # a name that no file can have
            there = False
        kind = _TYPES.get(path.suffix) if there else None
        if kind is None:
            raise Refused("unknown", say("there is no such file"))
        return FileResponse(path, media_type=kind)

    # Coming and going.

    async def me(self, request: Request) -> Response:
        """Who this browser is."""
        host, person = self._host(request), self._person(request)
        return JSONResponse(
            {
                "host": None if host is None else {"code": host.state.code},
                "seat": None if person is None else person[0].me(person[1]),
            }
        )

    async def look(self, request: Request) -> Response:
        """What is to be known before joining."""
        address = self._careful(request)
        room = self._by_code(request.query_params.get("code", ""), address)
        state = room.state
        resolved = state.game.scenario.loaded.resolved
        names = {"chair": say("Secretary General"), **{p.code: p.name for p in resolved.members}}
        return JSONResponse(
            {
                "code": state.code,
                "title": state.game.scenario.title,
                "phase": state.game.phase,
                "locked": state.locked,
                "seats": [
                    {
                        "code": code,
                        "name": name,
                        "people": len(state.people.on(code)),
                        "demands": code in resolved.demanders,
                    }
                    for code, name in names.items()
                ],
            }
        )

    async def join(self, request: Request) -> Response:
        """Join a room."""
        address = self._careful(request)
        body = await _body(request)
        room = self._by_code(body.get("code"), address)
        if self.joins.too_many(address):
            raise Refused("slow_down", say("too many people join from here; wait a little"))
        self.joins.note(address)
        before = self._person(request)
        me, token = await doors.join(room, body.get("name"), body.get("seat"))
        if before is not None:  # only now: who cannot come in keeps the old seat
            with suppress(Refused):
                await doors.send_away(*before, "left")
        return self._with_cookie(JSONResponse(me), self.seat_cookie, token)

    async def seat(self, request: Request) -> Response:
        """Take another seat."""
        room, person = self._needs_person(request)
        body = await _body(request)
        return JSONResponse(await doors.sit(room, person, body.get("seat")))

    async def leave(self, request: Request) -> Response:
        """Leave the room."""
        room, person = self._needs_person(request)
        await _body(request)
        await doors.send_away(room, person, "left")
        answer = Response(status_code=204)
        answer.delete_cookie(self.seat_cookie, httponly=True, samesite="strict")
        return answer

    async def host(self, request: Request) -> Response:
        """Become the teacher of a room."""
        address = self._careful(request)
        body = await _body(request)
        secret = body.get("secret")
        room = self.rooms.of_host(secret) if isinstance(secret, str) else None
        if room is None:
            self.wrongs.note(address)
            raise Refused("forbidden", say("this link is not valid for this room"))
        answer = JSONResponse({"code": room.state.code})
        return self._with_cookie(answer, self.host_cookie, str(secret))

    def _by_code(self, code: object, address: str) -> Room:
        room = self.rooms.of_code(code)
        if room is None:
            self.wrongs.note(address)
            raise Refused("no_room", say("there is no room with this code"))
        return room

    def _with_cookie(self, answer: Response, name: str, token: str) -> Response:
        answer.set_cookie(
            name, token, max_age=_COOKIE_S, path="/", httponly=True, samesite="strict"
        )
        return answer

    # The teacher.

    async def qr(self, request: Request) -> Response:
        """The join link as a QR code."""
        room = self._needs_host(request)
        return Response(qr_svg(room.join_url), media_type="image/svg+xml")

    async def scenarios(self, request: Request) -> Response:
        """The shipped scenarios."""
        self._needs_host(request)
        return JSONResponse(await asyncio.to_thread(shipped))

    async def scenario(self, request: Request) -> Response:
        """Begin a new game of an uploaded scenario."""
        room = self._needs_host(request)
        if room.state.game.phase not in ("lobby", "ended"):
            raise Refused("not_now", say("a summit is being played; begin anew or end it first"))
        text = await _read(request, limits.SCENARIO_BYTES, "application/yaml")
        source, problems = await asyncio.to_thread(uploaded, text)
        if source is None:
            told = {"error": "bad_scenario", "message": problems[0], "problems": problems}
            return JSONResponse(told, 422)
        await room.new_game(source)
        return JSONResponse({"title": room.state.game.scenario.title})

    # Students.

    async def briefing(self, request: Request) -> Response:
        """The briefing of a seat: one's own, or any for the teacher."""
        asked = request.query_params.get("seat", "")
        room = self._host(request) if asked else None
        if room is None:
            room, person = self._needs_person(request)
            own = room.state.people.get(person).seat
            if own is None:
                raise Refused("no_seat", say("take a seat first"))
            if asked not in ("", own):
                raise Refused("not_yours", say("a briefing is for the people of its seat"))
            asked = str(own)
        state = room.state
        if asked != "chair" and asked not in state.game.codes:
            raise Refused("no_seat", say("there is no such seat in this summit"))
        return JSONResponse(briefing(state.game, asked, state.source["data"]))

    async def questionnaire(self, request: Request) -> Response:
        """Fill in a questionnaire."""
        room, person = self._needs_person(request)
        body = await _body(request)
        when, answers = checked(body.get("when"), body.get("answers"))
        await room.do({"kind": "questionnaire", "id": person, "when": when, "answers": answers})
        return Response(status_code=204)

    # Afterwards.

    async def debrief(self, request: Request) -> Response:
        """The debrief, once the summit is over."""
        found = debrief_of(self._any_room(request))
        return JSONResponse({"ready": False}, 202) if found is None else JSONResponse(found)

    async def report(self, request: Request) -> Response:
        """The report as a file of its own."""
        return report_file(self._after(request))

    async def record(self, request: Request) -> Response:
        """The game as a scenario."""
        return record_file(self._after(request))

    async def rounds(self, request: Request) -> Response:
        """Every answer of every round."""
        return rounds_csv(self._after(request))

    async def answers(self, request: Request) -> Response:
        """The questionnaires, without names."""
        return answers_csv(self._needs_host(request))

    def _after(self, request: Request) -> Room:
        room = self._any_room(request)
        game = room.state.game
        begun = self._host(request) is room and game.rounds
        if game.phase != "ended" and not begun:
            raise Refused("not_now", say("this is there once the summit is over"))
        return room

    # WebSockets.

    async def watch_seat(self, socket: WebSocket) -> None:
        """A student."""
        room, person = self._person(socket) or (None, None)
        await watch(socket, "seat", room, person)

    async def watch_host(self, socket: WebSocket) -> None:
        """The teacher."""
        await watch(socket, "host", self._host(socket), None)

    async def watch_projector(self, socket: WebSocket) -> None:
        """The screen of the class."""
        await watch(socket, "projector", self._host(socket), None)


def _told(handler: Handler) -> Handler:
    """A handler whose refusals are told as JSON."""

    async def told(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as error:
            return JSONResponse({"error": error.code, "message": str(error)}, error.status)

    return told


async def _read(request: Request, most: int, kind: str) -> bytes:
    """The body of a request, no larger than allowed and of the type that is wanted."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != kind:
        raise Refused("bad_type", say("send {kind}", kind=kind))
    body = bytearray()
    try:
        async with asyncio.timeout(limits.REQUEST_S):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise Refused("too_large", say("at most {most:,} bytes are taken", most=most))
    except (TimeoutError, ClientDisconnect):
        raise Refused("too_slow", say("the request did not come to its end")) from None
    return bytes(body)


async def _body(request: Request) -> dict[str, Any]:
    data = await _read(request, limits.MESSAGE_BYTES, "application/json")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused("bad_message", say("send a JSON object"))
    return body


def application(rooms: Rooms, *, port: int = 80, lan: bool = False) -> Starlette:
    """The whole server as an ASGI application.

    Parameters
    ----------
    rooms
        The rooms; opened before, closed when the application shuts down.
    port
        Port on which it listens.
    lan
        Whether it may be reached from the network.
    """
    s = Server(rooms, port)
    get = [
        *((path, s.page) for path in _PAGES),
        ("/page/{path:path}", s.page_file),
        ("/api/me", s.me),
        ("/api/room", s.look),
        ("/api/qr.svg", s.qr),
        ("/api/scenarios", s.scenarios),
        ("/api/briefing", s.briefing),
        ("/api/debrief", s.debrief),
        ("/api/report.html", s.report),
        ("/api/record.yaml", s.record),
        ("/api/rounds.csv", s.rounds),
        ("/api/questionnaire.csv", s.answers),
    ]
    post = [
        ("/api/join", s.join),
        ("/api/seat", s.seat),
        ("/api/leave", s.leave),
        ("/api/host", s.host),
        ("/api/scenario", s.scenario),
        ("/api/questionnaire", s.questionnaire),
    ]
    watch = [
        ("/ws/seat", s.watch_seat),
        ("/ws/host", s.watch_host),
        ("/ws/projector", s.watch_projector),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await rooms.open()
        yield
        await rooms.close()

    return Starlette(
        routes=[
            *(Route(path, _told(handler), methods=["GET"]) for path, handler in get),
            *(Route(path, _told(handler), methods=["POST"]) for path, handler in post),
            *(WebSocketRoute(path, handler) for path, handler in watch),
        ],
        middleware=[Middleware(Guard, lan=lan, names=own_names() if lan else ())],
        lifespan=lifespan,
    )
