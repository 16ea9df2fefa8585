"""What can be taken home from a room: report, record, tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ..spreadsheets import cell as as_text
from . import questionnaire
from .record import record
from .refusals import Refused
from .report import report
from .views import values_of
from .wording import say

if TYPE_CHECKING:
    from .room import Room


def _file(text: str, kind: str, name: str) -> Response:
    return Response(
        text.encode(),
        media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def debrief_of(room: Room) -> dict[str, Any] | None:
    """The debrief of a room; None while it is being computed.

    Raises
    ------
    Refused
        If the summit is not over.
    """
    if room.state.game.phase != "ended":
        raise Refused("not_now", say("the debrief is there once the summit is over"))
    if room.debrief is None:
        return None
    return {
        **room.debrief,
        "questionnaire": questionnaire.counted(room.state.sheets),
        "people": people_of(room),
        "ready": True,
    }


def people_of(room: Room) -> list[dict[str, Any]]:
    """Names of the people by seat."""
    people = room.state.people
    return [
        {"seat": seat, "names": [p.name for p in people.on(seat)]} for seat in sorted(people.seats)
    ]


def report_file(room: Room) -> Response:
    """The report; Refused until the debrief is there."""
    found = debrief_of(room)
    if found is None:
        raise Refused("not_now", say("the report is being made; try again in a few seconds"))
    title, today = room.state.game.scenario.title, dt.date.today()
    text = report(found, title, room.state.code, today)
    return _file(text, "text/html", f"summit_{room.state.code}.html")


def record_file(room: Room) -> Response:
    """The game as a scenario."""
    text = room.kept("record", lambda: record(room.state.game, str(room.state.source["name"])))
    return _file(text, "application/yaml", f"summit_{room.state.code}.yaml")


def rounds_csv(room: Room) -> Response:
    """One row for each member in each round that is over, named as in ``rounds.parquet``."""
    game = room.state.game
    terms = [t.name for t in game.terms if t.written]
    dates = game.scenario.loaded.resolved.dates
    head = ["round", "date", "member", "people", *terms, "accepts", "blocking_term"]
    rows: list[Sequence[object]] = []
    for j, r in enumerate(game.rounds):
        values = values_of(game.terms, r.draft.choice)
        shown = ["none" if v is None else v for v in values.values()]
        for i, code in enumerate(game.codes):
            named = r.named[i]
            term = game.terms[abs(named) - 1].name if named else ""
            direction = "" if not named else ("higher" if named > 0 else "lower")
            rows.append(
                [
                    j + 1,
                    dates[j].isoformat(),
                    code,
                    code in r.said,
                    *shown,
                    r.passed[i],
                    term,
                    direction,
                ]
            )
    return _csv([*head, "blocking_direction"], rows, f"summit_{room.state.code}_rounds.csv")


def answers_csv(room: Room) -> Response:
    """The questionnaires: one row for each sheet, people by number and not by name."""
    items = [item["item"] for item in questionnaire.ITEMS]
    rows = [
        [when, person, *(answers[item] for item in items)]
        for when, sheets in room.state.sheets.items()
        for person, answers in sheets.items()
    ]
    return _csv(["when", "person", *items], rows, f"summit_{room.state.code}_questionnaire.csv")


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([[as_text(cell) for cell in row] for row in rows])
    return _file(out.getvalue(), "text/csv", name)
