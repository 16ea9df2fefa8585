"""What each message does: who may say it, and which entry of the journal it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..api import load
from ..scenario.load import shipped_names
from . import messages as m
from . import views
from .doors import send_away
from .game import CHAIR
from .people import MESSAGE_LENGTH, Person, clean
from .refusals import Refused
from .state import source_of
from .wording import say

if TYPE_CHECKING:
    from .room import Room

_ACK: dict[str, Any] = {"type": "ack"}
_EVENT_NAME = 120


async def obey_seat(room: Room, person: Person, message: m.SeatMessage) -> dict[str, Any]:
    """Do what a person says; returns the answer without its id.

    Raises
    ------
    Refused
        If their seat may not say it, or not now.
    """
    seat = person.seat
    if seat is None:
        raise Refused("not_yours", say("take a seat first"))
    if isinstance(message, m.WordsMessage):
        return await _write(room, person, seat, message)
    if seat == CHAIR:
        return await _obey_chair(room, message)
    if isinstance(message, m.WhatIfMessage):
        _only_uncovered(room)
        options = await room.forecaster.what_if_seat(room.state.code, room.state.game, seat)
        return _options(room, options)
    if isinstance(message, m.AnswerMessage):
        parts: dict[str, Any] = {"silence": message.silence}
        if message.silence == "breaks":
            parts |= {"term": message.term, "direction": message.direction if message.term else 0}
    elif isinstance(message, m.LetterMessage):
        parts = {"asks_letter": message.asks}
    elif isinstance(message, m.ProposeMessage):
        parts = {"proposes": message.values}
    else:
        raise Refused("not_yours", say("only the chair writes drafts"))
    if room.state.game.phase == "drafting":
        room.count_late(seat)
    await room.do({"kind": "say", "id": person.id, "seat": seat, "parts": parts})
    return _ACK


async def _obey_chair(room: Room, message: m.SeatMessage) -> dict[str, Any]:
    state, game = room.state, room.state.game
    if isinstance(message, m.WhatIfMessage):
        _only_uncovered(room)
        draft = None
        if message.values is not None:
            draft = state.draft_of({"values": message.values, "letters": message.letters})
        options = await room.forecaster.what_if_chair(state.code, game, draft)
        return _options(room, options)
    if not isinstance(message, m.DraftMessage):
        raise Refused("not_yours", say("the chair has no vote; members answer"))
    entry = {"values": message.values, "letters": list(message.letters)}
    if message.type == "odds":
        return {"type": "odds", "members": views.belief(game, state.draft_of(entry))}
    await room.do({"kind": message.type, **entry})
    return _ACK


async def _write(room: Room, person: Person, seat: str, message: m.WordsMessage) -> dict[str, Any]:
    """A message from a member to the chair, or from the chair to a member."""
    words = clean(message.words, say("the message"), MESSAGE_LENGTH)
    to = CHAIR
    if seat == CHAIR:
        to = message.to or ""
        if to not in room.state.game.codes:
            raise Refused("bad_message", say("to is the code of a member"))
    entry = {"from": seat, "to": to, "who": person.name, "words": words}
    await room.do({"kind": "message", "id": person.id, **entry})
    return _ACK


def _only_uncovered(room: Room) -> None:
    if room.state.hidden:
        raise Refused("not_now", say("the teacher has covered the forecast"))


def _options(room: Room, options: list[dict[str, Any]] | None) -> dict[str, Any]:
    if options is None:
        raise Refused("not_now", say("the summit has moved on, or the engine is not ready yet"))
    return {"type": "what_if", "state": room.state.game.state, "options": options}


async def obey_host(room: Room, message: m.HostMessage) -> dict[str, Any]:
    """Do what the teacher says; returns the answer without its id.

    Raises
    ------
    Refused
        If it cannot be done now.
    """
    if isinstance(message, m.PlainControl):
        await _plain(room, message.do)
    elif isinstance(message, m.PaceControl):
        await room.do({"kind": "pace", "seconds": message.seconds})
        room.wind_clock()
    elif isinstance(message, m.DemoControl):
        await room.do({"kind": "demo", "on": message.on, "speed": message.speed})
        if message.on and room.state.game.phase == "lobby":
            await room.step()
        room.wind_clock()
    elif isinstance(message, m.EventControl):
        await room.do({"kind": "event", "event": _event(message)})
    elif isinstance(message, m.ForecastControl):
        await room.do({"kind": "hidden", "on": message.hidden})
    elif isinstance(message, m.LockControl):
        await room.do({"kind": "lock", "on": message.on})
    elif isinstance(message, m.ShowControl):
        room.shows = {"shows": message.view, "round": message.round}
    elif isinstance(message, m.KickControl):
        await send_away(room, message.person, "kicked")
    elif isinstance(message, m.HandOverControl):
        await room.do({"kind": "seat", "id": message.person, "seat": message.seat})
    else:
        await _choose(room, message.name)
    room.changed()
    return _ACK


async def _plain(room: Room, do: str) -> None:
    if do == "start":
        await room.do({"kind": "start"})
    elif do == "step":
        await room.step()
    elif do == "undo":
        await room.do({"kind": "undo"})
    elif do == "restart":
        await room.new_game(room.state.source)
    else:
        await room.pause(do == "pause")


def _event(message: m.EventControl) -> dict[str, Any]:
    """An event without what it leaves as it is."""
    name = clean(message.name, say("the name of the event"), _EVENT_NAME)
    sizes = {
        key: getattr(message, key)
        for key in (
            "leverage",
            "threat_perception",
            "fiscal_room",
            "us_pressure_sensitivity",
            "domestic_constraint",
        )
        if getattr(message, key) != 0.0
    }
    members = {"members": list(message.members)} if message.members else {}
    return {"name": name, **members, **sizes}


async def _choose(room: Room, name: str) -> None:
    """Begin a new game of a shipped scenario."""
    if room.state.game.phase not in ("lobby", "ended"):
        raise Refused("not_now", say("a summit is being played; begin anew or end it first"))
    if name not in shipped_names():
        raise Refused(
            "unknown",
            say("there is no such scenario; there are {names}", names=", ".join(shipped_names())),
        )
    await room.new_game(source_of(load(name)))
