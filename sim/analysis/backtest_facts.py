"""What really happened at three summits, and what governments had said before.

Read from the shipped tables ``summit_outcomes.csv`` and ``summit_positions.csv``; of the latter
only rows with ``statement_timing`` equal to ``before``.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import SummitryError
from ..scenario._tables import number, rows

#: Scenarios that can be scored, and the record of what the summit brought.
RECORDS = {
    "wales_2014": "WALES_2014",
    "vilnius_2023": "VILNIUS_2023",
    "hague_2025": "HAGUE_2025",
}

#: Terms whose outcome is built into a scenario: its grid begins at the guideline of 2%.
INPUTS = {"wales_2014": ("core_pct_gdp",), "vilnius_2023": ("core_pct_gdp",), "hague_2025": ()}

#: Names of the values of ``wording_strength``.
WORDING = {"1": "aim_to", "2": "at_least", "3": "allies_commit", "4": "we_commit"}

# Column ``opt_outs``: "ESP (by interpretation, via letter of 22 Jun 2025)". Iceland, named there as
# well, has no armed forces; members without forces are left out of the scores for letters.
_LETTERS = {"HAGUE_2025": frozenset({"ESP"})}

#: A text by term; None where it goes without the term.
Text = Mapping[str, float | str | None]


@dataclass(frozen=True)
class Statement:
    """What a government said before a summit.

    Attributes
    ----------
    member
        The member.
    day
        Last day on which it can have been said: the end of the month or year where the table is no
        more exact.
    level
        -2 (refuses) to +2 (wants more).
    """

    member: str
    day: dt.date
    level: int

    @property
    def opposed(self) -> bool:
        """Whether it spoke against what was asked (a level below 0)."""
        return self.level < 0


@dataclass(frozen=True)
class Facts:
    """A real summit.

    Attributes
    ----------
    scenario, record
        Name of the scenario and of the row in ``summit_outcomes.csv``.
    date
        Day on which the text was agreed.
    text
        The text.
    letters
        Members with a side letter.
    statements
        The latest statement before the summit of each member with one, the demander left out: it
        asks, so it cannot be asked.
    """

    scenario: str
    record: str
    date: dt.date
    text: Text
    letters: frozenset[str]
    statements: tuple[Statement, ...]


def facts(scenario: str, demander: str = "USA") -> Facts:
    """What happened at the summit of a shipped scenario.

    Parameters
    ----------
    scenario
        One of :data:`RECORDS`.
    demander
        Code of the member that makes the demand.

    Raises
    ------
    SummitryError
        If nothing is known of such a summit.
    """
    if scenario not in RECORDS:
        raise SummitryError(
            f"what happened is known for {', '.join(RECORDS)}, and not for '{scenario}'"
        )
    record = RECORDS[scenario]
    date = dt.date.fromisoformat(_record(record)["date"])
    return Facts(
        scenario,
        record,
        date,
        recorded_text(record),
        _LETTERS.get(record, frozenset()),
        _statements(record, date, demander),
    )


def recorded_text(record: str) -> Text:
    """The text of a row of ``summit_outcomes.csv``, a proposal or an outcome.

    An empty cell for a year means a text without it, and an increment that is not required is 0.

    Raises
    ------
    SummitryError
        If there is no such row.
    """
    row = _record(record)
    return {
        "core_pct_gdp": number(row["core_pct_gdp"]),
        "broader_pct_gdp": number(row["broader_pct_gdp"]) or 0.0,
        "headline_pct_gdp": number(row["headline_pct_gdp"]),
        "deadline_year": number(row["deadline_year"]),
        "annual_increment_pp": number(row["annual_increment_pp"]) or 0.0,
        "review_year": number(row["review_year"]),
        "wording": WORDING[row["wording_strength"]],
    }


def secretary_general(scenario: str) -> Text | None:
    """The first text that the mediator put forward, where the tables know one.

    The Hague: the proposal of 2 May 2025. Vilnius: 2% as "the floor, not the ceiling", at once
    (26 February 2023). Nothing is known for Wales.
    """
    if scenario == "hague_2025":
        return recorded_text("HAGUE_2025_PROPOSAL_MAY")
    for row in rows("summit_positions"):
        said = row["iso3"] == "NATO_SG" and row["statement_timing"] == "before"
        if said and row["summit_id"] == RECORDS[scenario] and row["preferred_core_pct_gdp"]:
            return {
                "core_pct_gdp": float(row["preferred_core_pct_gdp"]),
                "headline_pct_gdp": float(row["preferred_total_pct_gdp"]),
                "deadline_year": number(row["preferred_deadline_year"]),
                "wording": "at_least",
            }
    return None


def _record(record: str) -> Mapping[str, str]:
    for row in rows("summit_outcomes"):
        if row["record_id"] == record:
            return row
    raise SummitryError(f"summit_outcomes.csv has no record {record}")


def _statements(record: str, summit: dt.date, demander: str) -> tuple[Statement, ...]:
    latest: dict[str, Statement] = {}
    for row in rows("summit_positions"):
        known = row["summit_id"] == record and row["statement_timing"] == "before"
        level = number(row["level_score"])
        if not known or level is None or row["iso3"] == demander:
            continue
        day = min(last_day(row["date"]), summit)
        if row["iso3"] not in latest or day >= latest[row["iso3"]].day:
            latest[row["iso3"]] = Statement(row["iso3"], day, int(level))
    return tuple(latest[code] for code in sorted(latest))


def last_day(written: str) -> dt.date:
    """The last day that a date of the tables may mean.

    Parameters
    ----------
    written
        Such as ``2014``, ``2014-08`` or ``2014-08-03``.
    """
    year, month, day = ([int(part) for part in written.split("-")] + [0, 0])[:3]
    month = month or 12
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])
