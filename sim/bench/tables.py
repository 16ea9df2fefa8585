"""The tables of the bench: what was known before each negotiation, and apart from it how it ended.

Columns, grades and sources are described in `data/README.md`. The outcomes are read by a function
of their own, which the coding never calls.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import SummitryError, quote

__all__ = [
    "COLUMNS",
    "DATA",
    "Bench",
    "Negotiation",
    "Outcome",
    "Party",
    "Position",
    "Term",
    "read",
    "read_outcomes",
    "rows_of",
]

#: The tables that come with the package.
DATA = Path(__file__).parent / "data"

_ORIGIN = ("source", "url", "grade")
#: Columns of each table, in the order of the file.
COLUMNS: dict[str, tuple[str, ...]] = {
    "negotiations": (
        "negotiation", "title", "body", "rule", "quota", "demander", "clock_from", "start",
        "meeting_date", "harm_date", "harm_reason", "next_meeting", "constraint", "payment_term",
        "payment_most", "payment_step", "payment_reason", *_ORIGIN,
    ),
    "terms": (
        "negotiation", "term", "unit", "range_low", "range_high", "step", "more_is", "in_force",
        "opening", "last_draft", "balance", *_ORIGIN,
    ),
    "parties": (
        "negotiation", "party", "name", "members", "power", "votes", "power_basis", "source",
        "grade",
    ),
    "positions": (
        "negotiation", "party", "term", "date", "before_outcome", "statement_timing", "level",
        "value", "value_high", "unit", "asks_opt_out", "asks_payment", "actor", "paraphrase",
        *_ORIGIN,
    ),
    "outcomes": (
        "negotiation", "term", "deal", "outcome", "operator", "opt_out", "side_terms",
        "outcome_date", "note", *_ORIGIN,
    ),
}  # fmt: skip

Number = float | int


@dataclass(frozen=True)
class Negotiation:
    """Facts of one negotiation.

    Attributes
    ----------
    key, title
        Name in the tables; name for people.
    rule, quota
        consensus, unanimity or qualified_majority, and the share of votes that the last needs.
    demanders
        Parties that make the demand; empty where a chair drafts.
    clock_from
        When the first number of any term was on the table: the clock to real harm starts.
    start, meeting
        Date of the opening text; last day of the meeting.
    harm
        Date from which failing really hurts; None if nothing falls due.
    next_meeting
        The next regular or called meeting, as known before; None if there was none.
    constraint
        Linear constraint between terms, or empty.
    payment
        Term, largest amount and step of side payments; None if there are none.
    """

    key: str
    title: str
    rule: str
    quota: float | None
    demanders: tuple[str, ...]
    clock_from: date
    start: date
    meeting: date
    harm: date | None
    next_meeting: date | None
    constraint: str
    payment: tuple[str, Number, Number] | None


@dataclass(frozen=True)
class Term:
    """What is decided: a number within a range.

    Attributes
    ----------
    key, unit
        Name and unit of the term.
    low, high, step
        The range and the distance of its places.
    up
        Whether supporters of the opening text want more of it (True) or less.
    in_force
        What holds without agreement; None if nothing does, or nothing that is a number.
    opening
        The first number tabled.
    balance
        Whether a constraint alone fixes the term, so that nobody has a stake of its own in it.
    """

    key: str
    unit: str
    low: Number
    high: Number
    step: Number
    up: bool
    in_force: Number | None
    opening: Number
    balance: bool


@dataclass(frozen=True)
class Party:
    """A member, or several that said the same of every term, or all without a usable statement."""

    key: str
    name: str
    members: tuple[str, ...]
    power: Number
    votes: Number


@dataclass(frozen=True)
class Position:
    """One statement of a party on a term.

    Attributes
    ----------
    party, term, day
        Who, on what, when.
    before
        Whether it was made before the meeting; only such statements are coded.
    level
        -2 refuses, -1 wants less than the opening text, 0 no clear stance, 1 supports it,
        2 demands it or more.
    low, high
        The number named, as an interval; None if no number was named.
    asks_opt_out, asks_payment
        Whether it asked for an exemption, or for money, in this statement.
    """

    party: str
    term: str
    day: date
    before: bool
    level: int
    low: Number | None
    high: Number | None
    asks_opt_out: bool
    asks_payment: bool


@dataclass(frozen=True)
class Bench:
    """All negotiations, with their terms, parties and statements in the order of the files."""

    negotiations: dict[str, Negotiation]
    terms: dict[str, tuple[Term, ...]]
    parties: dict[str, tuple[Party, ...]]
    positions: dict[str, tuple[Position, ...]]


@dataclass(frozen=True)
class Outcome:
    """How a term ended: the number, or None without a deal, and who got what beside the text."""

    negotiation: str
    term: str
    deal: bool
    value: Number | None
    opt_out: tuple[str, ...]
    side_terms: tuple[str, ...]


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a table as text.

    Raises
    ------
    SummitryError
        If the file is missing or has other columns.
    """
    path = folder / f"{table}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, found = list(reader), tuple(reader.fieldnames or ())
    except OSError as error:
        raise SummitryError(f"{path.name} cannot be read: {error.strerror}") from None
    if found != COLUMNS[table]:
        raise SummitryError(f"{path.name} must have the columns {', '.join(COLUMNS[table])}")
    return rows


def read(folder: Path = DATA) -> Bench:
    """Read what was known before the outcomes; `outcomes.csv` is not opened.

    Raises
    ------
    SummitryError
        If a file is missing, has other columns or a cell that cannot be read.
    """
    negotiations = {r["negotiation"]: _negotiation(r) for r in rows_of(folder, "negotiations")}
    terms, parties, positions = (
        rows_of(folder, table) for table in ("terms", "parties", "positions")
    )
    return Bench(
        negotiations,
        {k: tuple(_term(r) for r in terms if r["negotiation"] == k) for k in negotiations},
        {k: tuple(_party(r) for r in parties if r["negotiation"] == k) for k in negotiations},
        {k: tuple(_position(r) for r in positions if r["negotiation"] == k) for k in negotiations},
    )


def read_outcomes(folder: Path = DATA) -> tuple[Outcome, ...]:
    """Read how the negotiations ended."""
    return tuple(
        Outcome(
            r["negotiation"], r["term"], r["deal"] == "yes", _maybe(r, "outcome"),
            tuple(r["opt_out"].split()), tuple(r["side_terms"].split()),
        )
        for r in rows_of(folder, "outcomes")
    )  # fmt: skip


def _negotiation(row: dict[str, str]) -> Negotiation:
    payment = None
    if row["payment_term"]:
        payment = (row["payment_term"], _number(row, "payment_most"), _number(row, "payment_step"))
    return Negotiation(
        row["negotiation"],
        row["title"],
        row["rule"],
        _maybe(row, "quota"),
        tuple(row["demander"].split()),
        _day(row, "clock_from"),
        _day(row, "start"),
        _day(row, "meeting_date"),
        _day(row, "harm_date") if row["harm_date"] else None,
        _day(row, "next_meeting") if row["next_meeting"] else None,
        row["constraint"],
        payment,
    )


def _term(row: dict[str, str]) -> Term:
    return Term(
        row["term"],
        row["unit"],
        _number(row, "range_low"),
        _number(row, "range_high"),
        _number(row, "step"),
        _number(row, "more_is") > 0,
        _maybe(row, "in_force"),
        _number(row, "opening"),
        row["balance"] == "yes",
    )


def _party(row: dict[str, str]) -> Party:
    members = tuple(row["members"].split())
    return Party(row["party"], row["name"], members, _number(row, "power"), _number(row, "votes"))


def _position(row: dict[str, str]) -> Position:
    low = _maybe(row, "value")
    high = _maybe(row, "value_high")
    return Position(
        row["party"],
        row["term"],
        _day(row, "date"),
        row["before_outcome"] == "yes",
        int(_number(row, "level")),
        low,
        low if high is None else high,
        row["asks_opt_out"] == "1",
        row["asks_payment"] == "1",
    )


def _number(row: dict[str, str], column: str) -> Number:
    try:
        value = float(row[column])
    except ValueError:
        where = f"{row['negotiation']}, column {column}"
        raise SummitryError(f"{where}: {quote(row[column])} is not a number") from None
    return int(value) if value.is_integer() else value


def _maybe(row: dict[str, str], column: str) -> Number | None:
    return _number(row, column) if row[column] else None


def _day(row: dict[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        where = f"{row['negotiation']}, column {column}"
        raise SummitryError(f"{where}: {quote(row[column])} is not a date YYYY-MM-DD") from None
