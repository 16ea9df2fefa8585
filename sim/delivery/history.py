"""What members spent from one year to the next, and what was asked of them then.

Editions of NATO count differently and so does SIPRI: a change is always between two years of one
series. Of two years the change of the logarithm is used, so that 0.1 percentage points mean more
for Luxembourg than for Poland.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..scenario import builtin
from ..scenario._tables import number
from .pull import Array, asked_step

#: The pledge of Wales, 5 September 2014 (``summit_outcomes.csv``): 2% of GDP by 2024.
WALES_PCT_GDP, WALES_YEAR, WALES_DEADLINE = 2.0, 2014, 2024
#: Origin of the attributes, so that the other coefficients speak of a middling member.
MIDDLING_THREAT, MIDDLING_ROOM, MIDDLING_PCT_GDP = 0.4, 0.5, 2.0
#: Nothing later is known: the summit of The Hague met in June 2025.
LAST_YEAR = 2024

Series = Mapping[str, Mapping[int, float]]


@cache
def nato(edition: str = "nato_2025_08") -> Series:
    """Core spending by member and year in one NATO edition, % GDP; nothing after 2024.

    Parameters
    ----------
    edition
        One of ``defence_spending_vintages.csv``.
    """
    table: dict[str, dict[int, float]] = {}
    for row in builtin.rows("defence_spending_vintages"):
        value = number(row["pct_gdp"])
        if row["vintage"] == edition and value and int(row["year"]) <= LAST_YEAR:
            table.setdefault(row["iso3"], {})[int(row["year"])] = value
    return table


@cache
def sipri() -> Series:
    """Military spending by member and year by SIPRI's definition, % GDP, 1990-2024."""
    table: dict[str, dict[int, float]] = {}
    for row in builtin.rows("defence_spending"):
        value = number(row["pct_gdp_sipri"])
        if value and int(row["year"]) <= LAST_YEAR:
            table.setdefault(row["iso3"], {})[int(row["year"])] = value
    return table


@cache
def attributes(member: str, year: int) -> tuple[float, float]:
    """Threat perception and fiscal room of a member, as the summits before a year knew them.

    Wales serves the years to 2022, Vilnius those from 2023. The indices of 2014 and 2023 are
    divided by the threat level of their year, as rises of all members belong to the year effects. A
    country outside NATO then has the value of the first summit that it attended.

    Returns
    -------
    tuple of float
        In [0, 1] each; threat relative to the level of 2025.
    """
    summits = ("wales_2014", "vilnius_2023", "hague_2025")
    for summit in summits[0 if year <= 2022 else 1 :]:
        record = builtin.members(summit).get(member)
        if record is not None:
            return record.threat_perception / record.threat_climate, record.fiscal_room
    raise KeyError(member)


@dataclass(frozen=True)
class History:
    """Yearly changes of spending, one entry for each member and year; n of them.

    Attributes
    ----------
    members, years
        Codes and years in the order of ``member`` and ``year``.
    change
        Change of the logarithm of spending since the year before, shape (n,).
    member, year
        Places in ``members`` and ``years``, shape (n,).
    level
        Logarithm of spending in the year before, less that of a middling member, shape (n,).
    asked
        `asked_step` of the pledge in force, 0 without one, shape (n,).
    threat, room
        Attributes less those of a middling member, shape (n,). Room is 0 before 2015, as public
        finance of the 1990s was another; threat is exposure to Russia, which is mostly geography.
    """

    members: tuple[str, ...]
    years: tuple[int, ...]
    change: Array
    member: np.ndarray
    year: np.ndarray
    level: Array
    asked: Array
    threat: Array
    room: Array


def history(
    last: int = LAST_YEAR,
    *,
    recent: Series | None = None,
    first: int = 1991,
    pledge: bool = True,
) -> History:
    """The changes that are known at the end of a year.

    Changes to 2014 are those of SIPRI, later ones those of NATO's edition of August 2025, which
    begins there. Only changes inside one series are used; no level crosses from one to the other.

    Parameters
    ----------
    last
        Last year that is known.
    recent
        Series of the years after its first one: `nato` of another edition, or `sipri` throughout.
    first
        Year of the first change.
    pledge
        Whether the pledge of Wales asks anything; without, how well history alone does.
    """
    recent = nato() if recent is None else recent
    begins = min(min(values) for values in recent.values())
    members = tuple(sorted(nato()))
    years = tuple(range(first, last + 1))
    entries = []
    for m, code in enumerate(members):
        accession = builtin.members("hague_2025")[code].accession_year
        for t, year in enumerate(years):
            values = (sipri() if year <= begins else recent).get(code, {})
            before, now = values.get(year - 1), values.get(year)
            if before is None or now is None:
                continue
            threat, room = attributes(code, year)
            asked = 0.0
            if pledge and year > WALES_YEAR and accession <= year:
                asked = float(asked_step(before, WALES_PCT_GDP, WALES_DEADLINE - year + 1))
            entries.append(
                (
                    np.log(now / before),
                    m,
                    t,
                    np.log(before / MIDDLING_PCT_GDP),
                    asked,
                    threat - MIDDLING_THREAT,
                    room - MIDDLING_ROOM if year > WALES_YEAR else 0.0,
                )
            )
    change, member, at, *rest = (np.array(column) for column in zip(*entries, strict=True))
    return History(members, years, change, member.astype(int), at.astype(int), *rest)
