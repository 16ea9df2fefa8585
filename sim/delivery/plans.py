"""National spending paths that governments had announced by a day.

An input with grades, not a fit: ``data/national_paths.csv`` reads the rows of
``pledges_after_hague.csv`` on core spending as points of a path. How long announcements last is not
known from data; `KEPT` is judgement.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from .luck import PLAN, Luck
from .pull import Array

_FILE = Path(__file__).parent / "data" / "national_paths.csv"

#: Chance that a path holds for one more year, by the form in which it was announced (judgement).
KEPT = {
    "budget_law": 0.97,
    "budget_plan": 0.95,
    "government_plan": 0.92,
    "parliamentary_resolution": 0.92,
    "government_statement": 0.90,
}
#: Scale (Student t, 4 degrees of freedom, of the logarithm) of a year's spending around what was
#: expected in it: NATO's estimates of 2019, 2023 and 2024 against its edition of August 2025.
ACCURACY = 0.076


@cache
def announced(by: dt.date) -> dict[str, list[tuple[int, float, str]]]:
    """Points (year, % GDP, form) of the national paths that were announced by a day, by member.

    A date without day or month counts as its first day.
    """
    found: dict[str, list[tuple[int, float, str]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            year, month, day = ([int(p) for p in row["announced_date"].split("-")] + [1, 1])[:3]
            if dt.date(year, month, day) <= by:
                point = (int(row["year"]), float(row["core_pct_gdp"]), row["form"])
                found.setdefault(row["iso3"], []).append(point)
    return {code: sorted(points) for code, points in found.items()}


class Plans:
    """Which members are on a national path of their own, in which year, and where it leads.

    Parameters
    ----------
    points
        What was announced, see `announced`.
    members
        Codes of the M members.
    first
        First year that is played.
    luck
        Random numbers of the R replications.
    """

    def __init__(
        self,
        points: Mapping[str, Sequence[tuple[int, float, str]]],
        members: Sequence[str],
        first: int,
        luck: Luck,
    ) -> None:
        self._points, self._members, self._first = points, members, first
        self._u = luck.own(PLAN)

    def steps(self, year: int, spending: Array) -> Array:
        """Change of the logarithm that leads to the next point of each path.

        Parameters
        ----------
        year
            The year to come.
        spending
            Core spending of the year before, % GDP, shape (R, M).

        Returns
        -------
        ndarray
            nan where no path is followed (any more), shape (R, M).
        """
        steps = np.full(spending.shape, np.nan)
        for m, code in enumerate(self._members):
            ahead = [point for point in self._points.get(code, ()) if point[0] >= year]
            if not ahead:
                continue
            at, level, form = ahead[0]
            kept = self._u[:, m] < KEPT[form] ** (year - self._first + 1)
            y = spending[kept, m]
            steps[kept, m] = np.log(np.maximum(y + (level - y) / (at - year + 1), 0.01) / y)
        return steps
