"""Coming into a room, changing seats, and leaving it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .people import MAX_PEOPLE, NAME_LENGTH, clean, digest, new_token
from .refusals import Refused
from .wording import say

if TYPE_CHECKING:
    from .room import Room


async def join(room: Room, name: object, seat: object) -> tuple[dict[str, Any], str]:
    """Let somebody in.

    Returns
    -------
    dict, str
        Who they are, and the secret for their browser.
    """
    if room.state.locked:
        raise Refused("locked", say("the room is closed; ask your teacher"))
    if len(room.state.people.by_id) >= MAX_PEOPLE:
        raise Refused("full", say("the room is full: {n} people are in it", n=MAX_PEOPLE))
    called = clean(name, say("the name"), NAME_LENGTH, "bad_name")
    token = new_token()
    number = room.state.people.next_id()
    await room.do(
        {
            "kind": "join",
            "id": number,
            "name": called,
            "seat": _seat(seat),
            "token": digest(token),
        }
    )
    return room.me(number), token


async def sit(room: Room, person: str, seat: object) -> dict[str, Any]:
    """Change somebody's seat before the summit begins."""
    if room.state.game.phase != "lobby":
        raise Refused("not_now", say("the summit has begun; ask your teacher to hand a seat over"))
    await room.do({"kind": "seat", "id": person, "seat": _seat(seat)})
    return room.me(person)


async def send_away(room: Room, person: str, why: str) -> None:
    """Take somebody out of the room."""
    room.state.people.get(person)
    leaving = [c for c in room.connections if c.person == person]
    await room.do({"kind": "gone", "id": person, "why": why})
    bye = {"type": "bye", "error": why, "message": say("You have left the room.")}
    if why == "kicked":
        bye["message"] = say("Your teacher has taken you out of the room.")
    for connection in leaving:
        room.connections.discard(connection)
        connection.answer(json.dumps(bye))
        connection.end(4408, why)


def _seat(seat: object) -> str | None:
    if seat is None or isinstance(seat, str):
        return seat
    raise Refused("no_seat", say("there is no such seat in this summit"))
