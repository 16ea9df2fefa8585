"""A living room: its clock, its journal, its forecasts and everybody who is connected."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from . import views
from .clock import Clock, phase_lasts
from .commands import obey_host, obey_seat
from .connection import Connection
from .debrief import debrief
from .forecasts import Forecaster
from .game import CHAIR, SEEDS
from .journal import Journal
from .limits import AT_ONCE, LATE_AT_ONCE, LATE_PER_SECOND, PER_SECOND, Bucket
from .messages import WhatIfMessage, host_message, id_of, seat_message
from .refusals import Refused
from .state import State
from .wording import say

#: Seconds between two ticks at least.
TICK_S = 0.06
#: Refused messages of one person before the connection is cut.
_PATIENCE = 100
_MAX_CONNECTIONS = 4
_ROOM: dict[str, Any] = {"shows": "room", "round": None}
#: Seconds of silence that are left when everybody has answered.
_ALL_ANSWERED_S = 2.0


class Room:
    """A room with its connections.

    Parameters
    ----------
    state
        What it remembers.
    journal
        Where everything is written before it is acknowledged.
    forecaster
        Who looks ahead.
    join_url
        Address for students, with the join code.

    Attributes
    ----------
    forecast
        The newest look ahead; None if there is none yet.
    debrief
        The look back; None before the end, and while it is made.
    shows
        What the teacher shows: view (``room`` or ``debrief``) and round of the replay; projectors
        turn with it.
    """

    def __init__(
        self, state: State, journal: Journal, forecaster: Forecaster, join_url: str
    ) -> None:
        self.state, self.journal, self.forecaster = state, journal, forecaster
        self.join_url = join_url
        self.connections: set[Connection] = set()
        self.forecast: dict[str, Any] | None = None
        self.debrief: dict[str, Any] | None = None
        self.shows = _ROOM
        self._buckets: dict[str | None, Bucket] = {}
        self._refused: dict[str | None, int] = {}
        self._ticks = 0
        self._sent = 0.0
        self._ticker: asyncio.TimerHandle | None = None
        self._clock = Clock(lambda: self.start_task(self._step_by_clock()))
        self._tasks: set[asyncio.Task[Any]] = set()
        self._broken = False
        self._known = (-1, -1)
        self._stage: tuple[Any, ...] = ()
        self._late: dict[str, Bucket] = {}
        self._kept: dict[str, tuple[tuple[int, int], str]] = {}

    # What is written and done.

    async def do(self, entry: dict[str, Any]) -> None:
        """Do what an entry says, put it on the disk and tell everybody.

        Raises
        ------
        Refused
            If it cannot be done now, or the disk takes nothing.
        """
        if self._broken:
            raise Refused(
                "no_disk", say("the disk of the room takes nothing more; nothing is kept")
            )
        self.state.apply(entry)
        stamped = {**entry, "at": time.strftime("%Y-%m-%dT%H:%M:%S")}
        written = asyncio.ensure_future(self.journal.write(stamped))
        self.changed()
        try:
            await asyncio.shield(written)
        except OSError as error:
            self._broken = True
            words = say(
                "the disk of the room takes nothing more: {why}", why=error.strerror or error
            )
            raise Refused("no_disk", words) from error

    def changed(self) -> None:
        """Something changed: reset clock and forecast where needed, and tick soon."""
        known = (self.state.games, self.state.game.state)
        if known != self._known:
            new_game = known[0] != self._known[0]
            self._known = known
            self.debrief = None
            self.shows = _ROOM
            self.forecaster.forget(self.state.code)
            if new_game:
                self.forecast = None
                self._send_room()
            elif self.state.game.phase == "ended":
                self._send_room()
            stage = (known[0], self.state.game.phase, len(self.state.game.rounds))
            if stage != self._stage:  # what else changes does not give anybody more time
                self._stage = stage
                self.wind_clock()
            self._ask_forecast()
        elif self._everybody_answered():
            self._clock.shorten(_ALL_ANSWERED_S)
        if self._ticker is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._sent + TICK_S - time.monotonic())
            self._ticker = loop.call_later(wait, self._tick)

    # Connections.

    def connect(self, connection: Connection) -> None:
        """Let a browser watch; raises Refused if the person has too many windows open."""
        same = [c for c in self.connections if c.person == connection.person]
        if connection.person is not None and len(same) >= _MAX_CONNECTIONS:
            raise Refused("full", say("too many windows are open"))
        self.connections.add(connection)
        connection.answer(self._room_text(connection.role))
        self.changed()

    def disconnect(self, connection: Connection) -> None:
        """A browser is gone; the seat stays with its people."""
        self.connections.discard(connection)
        self.changed()

    @property
    def connected(self) -> set[str]:
        """Numbers of the people whose browser is connected."""
        people = self.state.people.by_id
        return {c.person for c in self.connections if c.person is not None and c.person in people}

    @property
    def held(self) -> list[str]:
        """Seats of members that somebody who is connected holds, or that have answered."""
        game = self.state.game
        seats = {self.state.people.by_id[p].seat for p in self.connected}
        return [code for code in game.codes if code in seats]

    @property
    def chair_held(self) -> bool:
        """Whether somebody who is connected holds the chair."""
        return any(p.id in self.connected for p in self.state.people.on(CHAIR))

    def count(self, person: str | None) -> None:
        """Count a message of a person (None: the teacher); Refused if there are too many."""
        if not self._buckets.setdefault(person, Bucket(PER_SECOND, AT_ONCE)).take():
            raise Refused("slow_down", say("too many messages; wait a second"))

    def count_late(self, seat: str) -> None:
        """Count what a seat adds after the silence; Refused if it is too much."""
        bucket = self._late.setdefault(seat, Bucket(LATE_PER_SECOND, LATE_AT_ONCE))
        if not bucket.take():
            raise Refused("slow_down", say("too many messages; wait a second"))

    def kept(self, name: str, make: Callable[[], str]) -> str:
        """A text about the game as it stands, made once for each state of it."""
        now = (self.state.games, self.state.game.state)
        if name not in self._kept or self._kept[name][0] != now:
            self._kept[name] = (now, make())
        return self._kept[name][1]

    async def hear(self, connection: Connection, text: str) -> None:
        """Do what a message says and answer it."""
        person = connection.person
        number = id_of(text)
        try:
            self.count(person)
        except Refused as error:
            self._refused[person] = self._refused.get(person, 0) + 1
            if self._refused[person] > _PATIENCE:
                self._refused[person] = 0
                connection.end(1008, "slow_down")
            self._refuse(connection, number, error)
            return
        try:
            if connection.role == "host":
                work = obey_host(self, host_message(text))
            elif connection.role == "seat" and person is not None:
                message = seat_message(text)
                work = obey_seat(self, self.state.people.get(person), message)
                if isinstance(message, WhatIfMessage):
                    # It may take a second, and the next move of this person must not wait for it.
                    self.start_task(self._answer(connection, number, work))
                    return
            else:
                raise Refused("not_yours", say("this view only looks on"))
        except Refused as error:
            self._refuse(connection, number, error)
            return
        await self._answer(connection, number, work)

    async def _answer(
        self,
        connection: Connection,
        number: int | str | None,
        work: Coroutine[Any, Any, dict[str, Any]],
    ) -> None:
        """Do some work and tell what came of it."""
        try:
            answer = await work
        except Refused as error:
            self._refuse(connection, number, error)
            return
        connection.answer(_text({**answer, "id": number}))

    def _refuse(self, connection: Connection, number: int | str | None, error: Refused) -> None:
        told = {"type": "error", "id": number, "error": error.code, "message": str(error)}
        connection.answer(_text(told))

    def me(self, person: str) -> dict[str, Any]:
        """Who somebody is, for their browser."""
        p = self.state.people.get(person)
        return {"code": self.state.code, "id": p.id, "name": p.name, "seat": p.seat}

    # The course of the summit.

    async def step(self) -> None:
        """Move the game on: begin, end the silence, or table the next text."""
        phase = self.state.game.phase
        if phase == "lobby":
            await self.do({"kind": "start"})
        elif phase == "answering":
            await self.do({"kind": "close", "held": self.held})
        elif phase == "drafting":
            draft = self.state.game.draft if self.chair_held else None
            await self.do({"kind": "table", **self.tabled(draft)})
        else:
            raise Refused("not_now", say("the summit is over"))

    def tabled(self, draft: Any) -> dict[str, Any]:
        """A draft as an entry holds it; None: the model writes."""
        if draft is None:
            return {"values": None, "letters": []}
        game = self.state.game
        return {
            "values": views.values_of(game.terms, draft.choice),
            "letters": list(draft.letters),
        }

    async def new_game(self, source: Mapping[str, Any]) -> None:
        """Begin a new game with the people who are there."""
        await self.do({"kind": "scenario", "source": dict(source), "seed": new_seed()})

    async def pause(self, on: bool) -> None:
        """Stop the clock, or let it go on with the time that was left."""
        left = self._clock.seconds_left
        if on:  # at once, and not only when it is on the disk
            self._clock.wind(phase_lasts(self.state, self.chair_held), left, running=False)
        await self.do({"kind": "paused", "on": on})
        self.wind_clock(left)

    def wind_clock(self, left: float | None = None) -> None:
        """Set the clock of the present phase, with the time that is left if it is given."""
        of = phase_lasts(self.state, self.chair_held)
        self._clock.wind(of, left, running=not self.state.paused)

    def _everybody_answered(self) -> bool:
        game = self.state.game
        if game.phase != "answering" or self.state.demo:
            return False
        held = self.held
        said = [code in game.said and game.said[code].silence is not None for code in held]
        return bool(held) and all(said)

    async def _step_by_clock(self) -> None:
        with contextlib.suppress(Refused):
            await self.step()

    def start_task(self, work: Any) -> None:
        """Do something beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Ticks.

    def _tick(self) -> None:
        self._ticker = None
        self._sent = time.monotonic()
        if not self.connections:
            return
        self._ticks += 1
        tick = views.public(self.state, self.forecast)
        tick["n"] = self._ticks
        tick["clock"] = self._clock.told
        shared = _text(tick)[:-1] + ',"you":'
        own: dict[tuple[str, str | None], str] = {}
        for connection in self.connections:
            key = (connection.role, connection.person)
            if key not in own:
                own[key] = _text(self._own(*key))
            connection.tick(shared + own[key] + "}")

    def _own(self, role: str, person: str | None) -> dict[str, Any]:
        if role == "host":
            return views.host_view(self.state, self.connected, self.forecaster.ready)
        if role == "seat" and person in self.state.people.by_id:
            return views.person_view(self.state, person)
        return self.shows

    def _room_text(self, role: str) -> str:
        return _text(views.room_message(self.state, role, self.join_url))

    def _send_room(self) -> None:
        texts: dict[str, str] = {}
        for connection in self.connections:
            role = connection.role
            texts.setdefault(role, self._room_text(role))
            connection.answer(texts[role])

    # Looking ahead.

    def _ask_forecast(self) -> None:
        if self.state.game.phase != "lobby":
            self.start_task(self._look_ahead())

    def engine_is_ready(self) -> None:
        """Forecasts can be had from now on."""
        self._ask_forecast()
        self.changed()

    async def _look_ahead(self) -> None:
        game, known = self.state.game, self._known
        if self.forecast is not None:
            self.forecast = {**self.forecast, "fresh": False}
        found = await self.forecaster.forecast(self.state.code, game)
        if known != self._known:
            return
        if game.phase == "ended":
            self.start_task(self._look_back())
        if found is None:
            return
        self.forecast = {**found, "fresh": True}
        over = len(game.rounds)
        if over and game.phase in ("drafting", "ended") and over not in self.state.chances:
            with contextlib.suppress(Refused):
                await self.do({"kind": "chance", "round": over, "deal": found["deal"]["p"]})
        self.changed()

    async def _look_back(self) -> None:
        """Make the debrief beside everything else."""
        known, state = self._known, self.state
        game, source, chances = state.game.copy(), state.source, dict(state.chances)
        found = await self.forecaster.run(lambda: debrief(game, source, chances))
        if known == self._known:
            self.debrief = found
            self.changed()

    async def close(self) -> None:
        """Say goodbye, stop the clock and finish the journal."""
        self._clock.stop()
        if self._ticker is not None:
            self._ticker.cancel()
        bye = {"type": "bye", "error": "closed", "message": say("The room is closed.")}
        for connection in list(self.connections):
            connection.answer(_text(bye))
            connection.end(1001, "closed")
        for task in list(self._tasks):
            task.cancel()
        await self.journal.close()


def _text(message: Mapping[str, Any]) -> str:
    """A message as it is sent."""
    return json.dumps(message, separators=(",", ":"))


def new_seed() -> int:
    """A seed for a game that nobody can foresee."""
    return secrets.randbelow(SEEDS)
