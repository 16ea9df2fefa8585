"""Rolling-origin forecasts: what the model would have said at the end of each year, and rivals.

At an origin only years up to it are known: the model is fitted anew, forecasts the years that
follow, and is scored against what happened, in the same series. NATO's years are those of its
edition of August 2025 throughout (a pseudo real time: a forecaster of 2019 held an older edition).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ..scenario import builtin
from .fit import fit
from .history import (
    LAST_YEAR,
    WALES_DEADLINE,
    WALES_PCT_GDP,
    WALES_YEAR,
    Series,
    attributes,
    history,
    nato,
)
from .luck import Luck
from .path import Pledge, Start, play
from .pull import FITTED_WORDING, Array

if TYPE_CHECKING:
    import pandas as pd

#: Intervals whose coverage is checked.
INTERVALS = (0.5, 0.8, 0.95)
RUNS = 2000
#: A linear trend is drawn through so many years at most.
_TREND_YEARS = 10
#: Members that are scored have so many years of the series behind them.
_FEWEST_YEARS = 5

Forecast = Callable[[Series, int, Sequence[str], int], Array]
"""Series, origin, members, years ahead -> draws of spending, shape (RUNS, M, years)."""


def model(series: Series, origin: int, members: Sequence[str], years: int) -> Array:
    """The model of :mod:`sim.delivery.fit` and :mod:`sim.delivery.path`."""
    return _model(series, origin, members, years, pledge=True)


def model_without_pledge(series: Series, origin: int, members: Sequence[str], years: int) -> Array:
    """The same, fitted and played as if no pledge had been made: what the pledge adds."""
    return _model(series, origin, members, years, pledge=False)


def _model(
    series: Series, origin: int, members: Sequence[str], years: int, *, pledge: bool
) -> Array:
    data = history(origin, recent=series, pledge=pledge)
    known = np.array([attributes(code, origin) for code in members])
    shape = (RUNS, len(members))
    start = Start(
        tuple(members),
        origin,
        np.broadcast_to(_now(series, origin, members), shape),
        np.broadcast_to(known[:, 0], shape),
        np.broadcast_to(known[:, 1], shape),
    )
    pledges = [_wales(members, origin)] if pledge and origin >= WALES_YEAR else []
    luck = Luck(origin, np.arange(RUNS), members)
    return play(start, years, pledges, fit(data, seed=origin), luck)


def _wales(members: Sequence[str], origin: int) -> Pledge:
    """The pledge of Wales, for those who were members by the origin."""
    records = builtin.members("hague_2025")
    asked = [records[code].accession_year <= origin for code in members]
    return Pledge(
        np.tile(np.where(asked, WALES_PCT_GDP, np.nan), (RUNS, 1)),
        np.full(RUNS, float(WALES_DEADLINE)),
        np.zeros(RUNS),
        np.full(RUNS, FITTED_WORDING),
        np.full(RUNS, np.inf),
    )


def random_walk(series: Series, origin: int, members: Sequence[str], years: int) -> Array:
    """Today's spending, with changes drawn from the member's own past ones, less their mean."""
    return _now(series, origin, members)[:, None] * _wander(series, origin, members, years)


def straight_line(series: Series, origin: int, members: Sequence[str], years: int) -> Array:
    """Everyone meets the pledge of Wales on a straight line, with the luck of `random_walk`."""
    now = _now(series, origin, members)
    done = np.minimum(np.arange(1, years + 1) / max(WALES_DEADLINE - origin, 1), 1.0)
    line = now[:, None] + np.maximum(WALES_PCT_GDP - now, 0.0)[:, None] * done
    return line * _wander(series, origin, members, years)


def linear_trend(series: Series, origin: int, members: Sequence[str], years: int) -> Array:
    """The predictive distribution of a line through the member's last ten years at most.

    Years of the scored series only. Never below a tenth of today's spending.
    """
    u = _uniform(origin, members, years)
    out = np.empty(u.shape)
    for m, code in enumerate(members):
        x = np.array([y for y in sorted(series[code]) if y <= origin][-_TREND_YEARS:], dtype=float)
        y = np.array([series[code][int(year)] for year in x])
        slope, level = np.polyfit(x - origin, y, 1)
        degrees, spread = len(x) - 2, ((x - x.mean()) ** 2).sum()
        sd = np.sqrt(((y - level - slope * (x - origin)) ** 2).sum() / degrees)
        ahead = np.arange(1, years + 1)
        off = sd * np.sqrt(1.0 + 1.0 / len(x) + (origin + ahead - x.mean()) ** 2 / spread)
        out[:, m] = level + slope * ahead + off * stdtrit(degrees, u[:, m])
        out[:, m] = np.maximum(out[:, m], 0.1 * y[-1])
    return out


METHODS: Mapping[str, Forecast] = {
    "model": model,
    "model_without_pledge": model_without_pledge,
    "random_walk": random_walk,
    "linear_trend": linear_trend,
    "straight_line": straight_line,
}


def evaluate(
    series: Series,
    origins: Sequence[int],
    methods: Sequence[str] = tuple(METHODS),
    years: int = 10,
    later: Series | None = None,
) -> pd.DataFrame:
    """Score forecasts of all years that are known by now.

    Parameters
    ----------
    series
        `nato` or `sipri`.
    origins
        Last known years.
    methods
        Names in `METHODS`.
    years
        How far ahead at most.
    later
        The edition that says what happened, if it is another: its changes since the origin are
        put on the level of ``series``.

    Returns
    -------
    DataFrame
        One row for each ``method``, ``origin``, ``horizon`` (years ahead) and ``member``: ``crps``
        (% GDP; Gneiting and Raftery 2007, doi:10.1198/016214506000001437), ``error`` of the
        median, ``rank`` of what happened among the draws (0 to 1), and
        ``inside_50``, ``inside_80``, ``inside_95``.
    """
    import pandas as pd
    from scoringrules import crps_ensemble

    later = series if later is None else later
    parts = []
    for origin in origins:
        ahead = min(years, LAST_YEAR - origin)
        members = [
            code
            for code, values in series.items()
            if code in nato()
            and origin in values
            and all(origin + h in later.get(code, {}) for h in range(ahead + 1))
            and sum(year <= origin for year in values) >= _FEWEST_YEARS
        ]
        truth = np.array([[later[c][origin + h] for h in range(1, ahead + 1)] for c in members])
        now = _now(series, origin, members) / _now(later, origin, members)
        truth = truth * now[:, None]
        for method in methods:
            draws = METHODS[method](series, origin, members, ahead)
            columns = {
                "crps": crps_ensemble(truth, np.moveaxis(draws, 0, -1), backend="numpy"),
                "error": np.median(draws, axis=0) - truth,
                "rank": (draws < truth).mean(axis=0),
            }
            for share in INTERVALS:
                low, high = np.quantile(draws, [0.5 - share / 2, 0.5 + share / 2], axis=0)
                columns[f"inside_{100 * share:.0f}"] = (low <= truth) & (truth <= high)
            index = pd.MultiIndex.from_product(
                [[method], [origin], members, range(1, ahead + 1)],
                names=["method", "origin", "member", "horizon"],
            )
            flat = {name: values.ravel() for name, values in columns.items()}
            parts.append(pd.DataFrame(flat, index=index).reset_index())
    return pd.concat(parts, ignore_index=True)


def _now(series: Series, origin: int, members: Sequence[str]) -> Array:
    return np.array([series[code][origin] for code in members])


def _wander(series: Series, origin: int, members: Sequence[str], years: int) -> Array:
    """Products of past changes of the members, drawn with replacement; (RUNS, M, years)."""
    data = history(origin, recent=series)
    u = _uniform(origin, members, years)
    changes = np.empty(u.shape)
    for m, code in enumerate(members):
        past = data.change[data.member == data.members.index(code)]
        changes[:, m] = (past - past.mean())[(u[:, m] * len(past)).astype(int)]
    return np.asarray(np.exp(np.cumsum(changes, axis=2)))


def _uniform(origin: int, members: Sequence[str], years: int) -> Array:
    return np.random.default_rng(origin).random((RUNS, len(members), years))
