"""Whatever anybody does in two rooms: nobody acts for another seat, and nobody sees its secrets.

Ten thousand random steps on the very objects that the server drives, with the disk and the sockets
left out. After each step only what the acting person may change has changed; and what a seat said
before the end of the silence, or wrote, makes no difference to what any other seat is shown.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import sim
from sim.classroom import views
from sim.classroom.commands import obey_host, obey_seat
from sim.classroom.doors import join
from sim.classroom.game import CHAIR
from sim.classroom.messages import host_message, seat_message
from sim.classroom.people import digest
from sim.classroom.refusals import Refused
from sim.classroom.room import Room
from sim.classroom.state import State, source_of

#: A summit of four rounds, so that ten thousand steps see many of them whole.
SCENARIO = sim.load("classroom_six").set(
    {"calendar.start": "2025-06-04", "demander.leverage": 1.0, "events": None}
)
SEATS = [CHAIR, *SCENARIO.setup.codes]
PEOPLE, ROOMS = 8, 2


class Paper:
    """A journal that forgets."""

    async def write(self, entry: dict[str, Any]) -> None:
        json.dumps(entry)


class Blind:
    """A forecaster that sees nothing."""

    ready = False

    async def forecast(self, room: str, game: Any) -> None:
        return None

    async def run(self, work: Any) -> dict[str, Any]:
        return {}

    def forget(self, room: str) -> None:
        pass

    async def what_if_seat(self, *_: Any) -> None:
        return None

    what_if_chair = what_if_seat


def private(state: State, seat: str) -> dict[str, Any]:
    """What a seat said and wrote, and what it was told."""
    said = state.game.said.get(seat)
    mine = [m for m in state.messages if seat in (m["from"], m["to"])]
    return {"said": said, "messages": mine}


class Rooms(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.rooms: list[Room] = []
        for n in range(ROOMS):
            opening = {"code": f"ROOM{n}", "hosts": [], "source": source_of(SCENARIO), "seed": n}
            room: Any = Room.__new__(Room)
            self.loop.run_until_complete(self._begin(room, State(opening)))
            self.rooms.append(room)

    async def _begin(self, room: Any, state: State) -> None:
        Room.__init__(room, state, Paper(), Blind(), "http://room")  # type: ignore[arg-type]

    def teardown(self) -> None:
        for room in self.rooms:
            for task in list(room._tasks):
                task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def run(self, work: Any) -> Any:
        async def within() -> Any:
            try:
                return await work
            except Refused as error:
                return error

        return self.loop.run_until_complete(within())

    def others(self, room: Room, seat: str | None) -> dict[Any, Any]:
        """Everything private but that of one seat of one room."""
        found: dict[Any, Any] = {}
        for n, other in enumerate(self.rooms):
            for code in SEATS:
                if other is not room or code != seat:
                    kept = private(other.state, code)
                    if other is room:
                        kept.pop("messages")  # the chair and a seat share theirs
                    found[n, code] = kept
            if other is not room:
                found[n, "all"] = (other.state.game.state, len(other.state.people.by_id))
        return found

    def act(self, room: Room, person: Any, message: dict[str, Any]) -> Any:
        seat, before = person.seat, self.others(room, person.seat)
        game, state = room.state.game, room.state.game.state
        answer = self.run(obey_seat(room, person, seat_message(json.dumps(message))))
        if seat != CHAIR or message["type"] != "table":
            assert self.others(room, seat) == before
        if seat != CHAIR and room.state.game is game and message["type"] == "answer":
            assert game.state == state  # an answer is secret: it moves nothing
        return answer

    @rule(
        n=st.integers(0, ROOMS - 1), seat=st.sampled_from([*SEATS, None]), name=st.text(max_size=5)
    )
    def join(self, n: int, seat: str | None, name: str) -> None:
        room = self.rooms[n]
        if len(room.state.people.by_id) < PEOPLE:
            self.run(join(room, name, seat))

    people = st.tuples(st.integers(0, ROOMS - 1), st.integers(0, PEOPLE - 1))

    def person(self, who: tuple[int, int]) -> tuple[Room, Any]:
        room = self.rooms[who[0]]
        found = list(room.state.people.by_id.values())
        return room, found[who[1] % len(found)] if found else None

    @rule(
        who=people,
        message=st.one_of(
            st.builds(
                lambda s, t, d: {"type": "answer", "silence": s, "term": t, "direction": d},
                st.sampled_from(["passes", "breaks"]),
                st.sampled_from(["core_pct_gdp", "wording", "tariffs", None]),
                st.sampled_from([-1, 0, 1]),
            ),
            st.builds(lambda a: {"type": "letter", "asks": a}, st.booleans()),
            st.builds(
                lambda v: {"type": "propose", "values": v},
                st.sampled_from([{}, {"core_pct_gdp": 3.5}, {"core_pct_gdp": 3.1}, {"x": 1}]),
            ),
            st.builds(
                lambda t, words: {"type": "message", "to": t, "words": words},
                st.sampled_from([None, *SEATS]),
                st.text(min_size=1, max_size=8),
            ),
            st.builds(
                lambda kind, v, letters: {"type": kind, "values": v, "letters": letters},
                st.sampled_from(["draft", "table", "odds"]),
                st.sampled_from([{}, {"core_pct_gdp": 3.0}, {"wording": "aim_to"}]),
                st.sampled_from([[], ["ESP"], ["USA"], ["ITA", "ESP"]]),
            ),
        ),
    )
    def say(self, who: tuple[int, int], message: dict[str, Any]) -> None:
        room, person = self.person(who)
        if person is not None:
            self.act(room, person, message)

    @rule(
        who=people,
        do=st.sampled_from(
            ["start", "step", "step", "step", "undo", "restart", "kick", "hand_over"]
        ),
        seat=st.sampled_from([*SEATS, None]),
    )
    def rule_room(self, who: tuple[int, int], do: str, seat: str | None) -> None:
        room, person = self.person(who)
        message: dict[str, Any] = {"type": "control", "do": do}
        if do in ("kick", "hand_over"):
            if person is None:
                return
            message["person"] = person.id
        if do == "hand_over":
            message["seat"] = seat
        away = [o.state.game.state for o in self.rooms if o is not room]
        self.run(obey_host(room, host_message(json.dumps(message))))
        assert [o.state.game.state for o in self.rooms if o is not room] == away

    @precondition(lambda self: any(r.state.game.phase == "answering" for r in self.rooms))
    @rule(
        who=people, other=st.sampled_from(SEATS[1:]), silence=st.sampled_from(["passes", "breaks"])
    )
    def secrets_make_no_difference(self, who: tuple[int, int], other: str, silence: str) -> None:
        """A seat says something else, and writes to the chair: nobody else can tell."""
        room, person = self.person(who)
        state = room.state
        if person is None or state.game.phase != "answering" or person.seat in (other, CHAIR):
            return
        for first in ("passes", "breaks"):
            state.apply({"kind": "say", "seat": other, "parts": {"silence": first}})
            words = {"from": other, "to": CHAIR, "who": "x", "words": f"secret {first}"}
            state.apply({"kind": "message", "id": "p0", **words})
            shown = json.dumps([views.public(state, None), views.person_view(state, person.id)])
            if first == "passes":
                seen = shown
        assert seen == shown
        state.apply({"kind": "say", "seat": other, "parts": {"silence": silence}})

    @invariant()
    def everybody_is_shown_the_own_seat(self) -> None:
        for room in self.rooms:
            state = room.state
            for person in state.people.by_id.values():
                shown = views.person_view(state, person.id)
                assert shown["seat"] == person.seat
                if person.seat is None:
                    assert "messages" not in shown
                    continue
                assert all(person.seat in (m["from"], m["to"]) for m in shown["messages"])
                assert ("odds" in shown) == (person.seat == CHAIR)
                if person.seat != CHAIR:
                    said = state.game.said.get(person.seat)
                    own = None if said is None else said.silence
                    assert (shown["answer"] or {"silence": None})["silence"] == own

    @invariant()
    def secrets_open_one_person_of_one_room(self) -> None:
        tokens = [p.token for r in self.rooms for p in r.state.people.by_id.values()]
        assert len(set(tokens)) == len(tokens)
        for room in self.rooms:
            assert room.state.people.with_token(digest("guess")) is None


TestSeats = Rooms.TestCase
TestSeats.settings = settings(
    max_examples=100,
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
