"""What a browser may say: the messages of the protocol, checked before anything is done."""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..errors import visible
from .people import MESSAGE_LENGTH
from .refusals import Refused

_Name = Annotated[str, Field(max_length=80)]
_Value = Annotated[float, Field(allow_inf_nan=False)] | str | None
_Values = Annotated[dict[_Name, _Value], Field(max_length=40)]
_Letters = Annotated[list[_Name], Field(max_length=60)]
_T = TypeVar("_T")
_Id = int | _Name | None
_Size = Annotated[float, Field(ge=-0.5, le=0.5, allow_inf_nan=False)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    id: _Id = None


class AnswerMessage(_Message):
    """A seat lets the text pass or breaks silence."""

    type: Literal["answer"]
    silence: Literal["passes", "breaks"]
    term: _Name | None = None
    direction: Literal[-1, 0, 1] = 0


class LetterMessage(_Message):
    """A seat asks for a side letter, or no longer."""

    type: Literal["letter"]
    asks: bool


class ProposeMessage(_Message):
    """A seat proposes an amendment; without values it takes it back."""

    type: Literal["propose"]
    values: _Values


class WordsMessage(_Message):
    """A seat writes to the chair, or the chair to a seat."""

    type: Literal["message"]
    words: Annotated[str, Field(max_length=4 * MESSAGE_LENGTH)]
    to: _Name | None = None


class DraftMessage(_Message):
    """The chair keeps a draft, tables it, or asks how likely members are to let it pass."""

    type: Literal["draft", "table", "odds"]
    values: _Values = {}
    letters: _Letters = []


class WhatIfMessage(_Message):
    """A seat asks what its moves would lead to; the chair what a draft would."""

    type: Literal["what_if"]
    values: _Values | None = None
    letters: _Letters = []


class EventShock(BaseModel):
    """An event as the teacher adds it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Annotated[str, Field(max_length=200)]
    members: Annotated[list[_Name], Field(min_length=1, max_length=100)] | None = None
    leverage: _Size = 0.0
    threat_perception: _Size = 0.0
    fiscal_room: _Size = 0.0
    us_pressure_sensitivity: _Size = 0.0
    domestic_constraint: _Size = 0.0


class _Control(_Message):
    type: Literal["control"]


class PlainControl(_Control):
    """Start, pause, resume, step, undo, or begin anew."""

    do: Literal["start", "pause", "resume", "step", "undo", "restart"]


class PaceControl(_Control):
    """How long silence lasts; None: until the teacher steps."""

    do: Literal["pace"]
    seconds: Annotated[float, Field(ge=3.0, le=3600.0, allow_inf_nan=False)] | None


class DemoControl(_Control):
    """The summit plays itself."""

    do: Literal["demo"]
    on: bool
    speed: Annotated[float, Field(ge=0.25, le=8.0, allow_inf_nan=False)] = 1.0


class EventControl(_Control, EventShock):
    """Something happens."""

    do: Literal["event"]


class ForecastControl(_Control):
    """Hide or show the forecast."""

    do: Literal["forecast"]
    hidden: bool


class LockControl(_Control):
    """Whether nobody new may join."""

    do: Literal["lock"]
    on: bool


class ShowControl(_Control):
    """Which view the teacher shows, and which round of the replay; projectors follow."""

    do: Literal["show"]
    view: Literal["room", "debrief"]
    round: int | None = Field(default=None, ge=1)


class KickControl(_Control):
    """Send somebody away."""

    do: Literal["kick"]
    person: _Name


class HandOverControl(_Control):
    """Give somebody another seat, or none."""

    do: Literal["hand_over"]
    person: _Name
    seat: _Name | None


class ScenarioControl(_Control):
    """Begin a new game of a shipped scenario."""

    do: Literal["scenario"]
    name: _Name


SeatMessage = (
    AnswerMessage | LetterMessage | ProposeMessage | WordsMessage | DraftMessage | WhatIfMessage
)
HostMessage = (
    PlainControl
    | PaceControl
    | DemoControl
    | EventControl
    | ForecastControl
    | LockControl
    | ShowControl
    | KickControl
    | HandOverControl
    | ScenarioControl
)
_SEAT: TypeAdapter[SeatMessage] = TypeAdapter(Annotated[SeatMessage, Field(discriminator="type")])
_HOST: TypeAdapter[HostMessage] = TypeAdapter(Annotated[HostMessage, Field(discriminator="do")])


def seat_message(text: str) -> SeatMessage:
    """What a person says; :class:`~sim.classroom.refusals.Refused` if it is no such message."""
    return _checked(_SEAT, text)


def host_message(text: str) -> HostMessage:
    """What the teacher says; :class:`~sim.classroom.refusals.Refused` if it is no such message."""
    return _checked(_HOST, text)


def _checked(adapter: TypeAdapter[_T], text: str) -> _T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:])[:80]
        words = f"{where}: {first['msg']}" if where else first["msg"]
        raise Refused("bad_message", visible(words)[:300]) from None


def id_of(text: str) -> int | str | None:
    """The id of a message that was refused, if it can be read."""
    try:
        found = json.loads(text)["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    try:
        return _Anything.model_validate({"id": found}).id
    except ValidationError:
        return None


class _Anything(BaseModel):
    model_config = ConfigDict(strict=True)
    id: _Id = None
