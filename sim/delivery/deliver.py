"""Spending after a summit: from its runs to one path for each member of each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SummitryError
from .alliance import real_gdp
from .delivered import Delivery
from .luck import Luck
from .path import play
from .plans import Plans, announced
from .posterior import shipped
from .texts import checked_text, summit_of

if TYPE_CHECKING:
    from ..api import Scenario
    from ..ensemble import Ensemble

#: Years that are played unless the user says otherwise: to 2040 after a summit in 2025.
YEARS, MOST_YEARS = 16, 30
_RUNS_AT_ONCE = 2000


def deliver(
    source: Scenario | Ensemble,
    *,
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    since: int | None = None,
    plans: bool = True,
    text: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Delivery:
    """Add what members spend afterwards to the runs of a summit.

    Parameters
    ----------
    source
        A scenario, whose summit is played first, or an ensemble of runs of one.
    runs, seed
        As for :meth:`sim.Scenario.runs`; only with a scenario.
    until
        Last year; 16 years after ``since`` if not given.
    since
        Year of members' current spending; that of the built-in data, else the year before the
        summit, if not given.
    plans
        Whether national paths announced by the day of the summit are an input. Without, only
        what happened from 1990 to 2024 and the text speak.
    text
        A text to follow in every run in place of those that were adopted, such as
        ``{"core_pct_gdp": 3.5, "deadline_year": 2035, "review_year": 2029, "wording":
        "allies_commit", "side_letters": ["ESP"]}``; what it does not say, or
        says to be ``"none"``, it does not ask.
    progress
        Called with the number of runs done since the last call.

    Returns
    -------
    Delivery

    Raises
    ------
    SummitryError
        If an argument makes no sense, or the text says nothing on core spending.
    """
    from ..api import Scenario
    from ..ensemble import Ensemble

    if isinstance(source, Scenario):
        if text is not None:
            checked_text(source.loaded.resolved, text)  # told before the work, not after
        ensemble = source.runs(runs, seed=seed, progress=progress)
    elif isinstance(source, Ensemble):
        if runs is not None or seed is not None:
            raise SummitryError("runs and seed are those of the ensemble; give neither")
        ensemble = source
    else:
        raise SummitryError(f"deliver takes a scenario or an ensemble, got {source!r}")
    since = _year(since, "since")
    summit = summit_of(ensemble, since, text)
    start = summit.start
    last = _year(until, "until") or start.year + YEARS
    if not start.year < last <= start.year + MOST_YEARS:
        raise SummitryError(
            f"until must be between {start.year + 1} and {start.year + MOST_YEARS}, got {until!r}"
        )
    years = tuple(range(start.year + 1, last + 1))
    points = announced(ensemble.scenario.loaded.resolved.dates[-1]) if plans else {}
    core = np.empty((len(summit.replications), len(start.members), len(years)), dtype=np.float32)
    for first in range(0, len(core), _RUNS_AT_ONCE):
        part = slice(first, first + _RUNS_AT_ONCE)
        luck = Luck(ensemble.seed, summit.replications[part], start.members)
        core[part] = play(
            start.part(part),
            len(years),
            [pledge.part(part) for pledge in summit.pledges],
            shipped(),
            luck,
            Plans(points, start.members, years[0], luck) if points else None,
        )
    gdp = real_gdp(ensemble.scenario.loaded.resolved, start.members, start.year, years)
    planned = tuple(
        code
        for code in start.members
        if any(year >= years[0] for year, _, _ in points.get(code, ()))
    )
    options = options_of(until, since, plans, text)
    return Delivery(ensemble, summit, years, core, gdp, planned, options)


def options_of(
    until: int | None, since: int | None, plans: bool, text: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The arguments of :func:`deliver` that decide results, as plain data."""
    return {"until": until, "since": since, "plans": plans, "text": dict(text) if text else None}


def _year(value: int | None, what: str) -> int | None:
    if value is not None and not (isinstance(value, int) and 1950 <= value <= 2100):
        raise SummitryError(f"{what} must be a year between 1950 and 2100, got {value!r}")
    return value
