"""How large members' economies will be: the weights of the alliance's total."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SummitryError
from ..scenario import builtin
from ..scenario._tables import number
from .pull import Array

if TYPE_CHECKING:
    from ..scenario.resolve import Resolved


@cache
def growth(member: str) -> dict[int, float]:
    """Real growth by year, percent: IMF World Economic Outlook, to 2030.

    The edition of April 2025, and before its first year that of October 2025.
    """
    found = {}
    for row in builtin.rows("fiscal"):
        value = number(row["gdp_growth_pct_weo_apr2025"] or row["gdp_growth_pct"])
        if row["iso3"] == member and value is not None:
            found[int(row["year"])] = value
    return found


def real_gdp(scenario: Resolved, members: Sequence[str], base: int, years: Sequence[int]) -> Array:
    """GDP in constant US dollars of the base year at its exchange rates, bn.

    Growth is that of `growth`, beyond 2030 that of 2030; of a member without a forecast it is the
    mean of the others with one. It is taken as certain: only spending is not.

    Parameters
    ----------
    scenario
        Holds each member's ``gdp_usd_bn``, taken as that of the base year.
    members
        Codes of the M members.
    base
        Last known year.
    years
        Y years after it.

    Returns
    -------
    ndarray
        Shape (M, Y).

    Raises
    ------
    SummitryError
        If a member has no GDP.
    """
    size = {m.code: m.gdp_usd_bn for m in scenario.members}
    without = [code for code in members if not size[code]]
    if without:
        raise SummitryError(f"the alliance's total needs gdp_usd_bn of {', '.join(without)}")
    rates = np.array([[_rate(code, year) for year in years] for code in members])
    known = ~np.isnan(rates).all(axis=1)
    mean = rates[known].mean(axis=0) if known.any() else np.zeros(len(years))
    rates = np.where(np.isnan(rates), mean, rates)
    level = np.array([float(size[code] or 0.0) for code in members])
    return np.asarray(level[:, None] * np.cumprod(1.0 + rates / 100.0, axis=1))


def _rate(member: str, year: int) -> float:
    known = growth(member)
    if not known:
        return float("nan")
    return known.get(min(year, max(known)), float("nan"))
