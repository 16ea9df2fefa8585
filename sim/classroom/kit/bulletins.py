"""News to read out: the events of the scenarios, and what governments said before the summit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ...analysis.words import day
from ...api import Scenario
from ...scenario import builtin
from .markdown import plain

_TABLE, _TIMING = "summit_positions", "before"


@cache
def written() -> dict[str, list[dict[str, Any]]]:
    """The bulletins as people wrote them: ``events``, ``capitals`` and ``presets``."""
    text = files(__package__).joinpath("texts", "bulletins.yaml").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return found


def statement(row: Mapping[str, Any], summit: str) -> Mapping[str, str]:
    """The row of the shipped data that a bulletin is about.

    Parameters
    ----------
    row
        ``iso3`` and ``date``.
    summit
        Name of the built-in data, such as ``hague_2025``.

    Raises
    ------
    KeyError
        If there is no such row, or the statement was not made before the summit.
    """
    for found in builtin.rows(_TABLE):
        if (
            found["summit_id"] == summit.upper()
            and found["iso3"] == row["iso3"]
            and found["date"] == str(row["date"])
            and found["statement_timing"] == _TIMING
        ):
            return found
    raise KeyError(f"{_TABLE} has no statement of {row['iso3']} on {row['date']} before {summit}")


def events(*scenarios: Scenario) -> str:
    """Bulletins of the events of scenarios, those with a date first, in their order.

    Parameters
    ----------
    scenarios
        The scenarios; an event that several have is told once, with the date of the first.

    Raises
    ------
    KeyError
        If nobody wrote a bulletin for an event.
    """
    texts = {b["event"]: b for b in written()["events"]}
    dates: dict[str, dt.date | None] = {}
    for scenario in scenarios:
        for event in scenario.loaded.file.events:
            dates.setdefault(event.name, event.date)
    dated = sorted((d, name) for name, d in dates.items() if d is not None)
    told = [_bulletin(texts[name], day(d)) for d, name in dated]
    told += [_bulletin(texts[name], "At random") for name, d in dates.items() if d is None]
    return "\n\n".join(told)


def capitals(summit: str) -> str:
    """What governments said before the summit, by date."""
    told = []
    for bulletin in sorted(written()["capitals"], key=lambda b: str(b["row"]["date"])):
        row = statement(bulletin["row"], summit)
        when = day(dt.date.fromisoformat(row["date"]))
        told.append(_bulletin({**bulletin, "source": row["source"], "grade": row["grade"]}, when))
    return "\n\n".join(told)


def presets() -> str:
    """Bulletins for the events that the teacher can add in the room."""
    return "\n\n".join(
        f"### {plain(b['event'])}\n\n> {plain(b['words'])}" for b in written()["presets"]
    )


def _bulletin(b: Mapping[str, Any], when: str) -> str:
    parts = [f"### {plain(when)}: {plain(b.get('headline', b.get('event')))}"]
    parts.append(f"> {plain(b['words'])}")
    small = []
    if b.get("gives_away"):
        small.append(f"**Gives away** {plain(b['gives_away'])}")
    if b.get("event"):
        small.append(f"In the room: “{plain(b['event'])}”.")
    if b.get("note"):
        small.append(plain(b["note"]))
    if b.get("source"):
        small.append(f"*Source: {plain(b['source'])} ({plain(b['grade'])}).*")
    return "\n\n".join([*parts, " ".join(small)])
