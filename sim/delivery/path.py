"""Spending year by year: from where members stand, what is asked of them, and luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from . import luck as L
from .history import MIDDLING_PCT_GDP, MIDDLING_ROOM, MIDDLING_THREAT
from .luck import Luck
from .plans import ACCURACY, Plans
from .posterior import Posterior
from .pull import FITTED_WORDING, Array, asked_step

#: Largest surprise of a year, as a change of the logarithm: that of Bulgaria in 2019, when it paid
#: for its aircraft at once. Student's t knows no bound, and its exponential no mean.
LARGEST_SURPRISE = 0.8
#: How much of its pull a pledge keeps after its review: least, likeliest, most (judgement).
AFTER_REVIEW = (0.0, 1.0, 1.25)


@dataclass(frozen=True)
class Pledge:
    """A pledge in force, for R replications of M members.

    Attributes
    ----------
    target
        Core spending that is asked for, % GDP; nan where nothing is asked; shape (R, M).
    deadline
        Year by which; nan for at once; shape (R,).
    increment
        Fixed yearly increase, percentage points; shape (R,).
    wording
        Strength of the wording on the scale of the scenarios, shape (R,); 0.6 is that of Wales.
    review
        Year of the review; inf for none; shape (R,).
    """

    target: Array
    deadline: Array
    increment: Array
    wording: Array
    review: Array

    def part(self, runs: slice) -> Pledge:
        """The same for some of the replications."""
        return Pledge(*(getattr(self, field.name)[runs] for field in fields(self)))


@dataclass(frozen=True)
class Start:
    """Where members stand, for R replications of M members.

    Attributes
    ----------
    members
        Codes of the members.
    year
        Last year that is known.
    spending
        Core spending in it, % GDP, shape (R, M).
    threat, room
        Threat perception relative to the level of 2025, and fiscal room, in [0, 1], (R, M).
    """

    members: tuple[str, ...]
    year: int
    spending: Array
    threat: Array
    room: Array

    def part(self, runs: slice) -> Start:
        """The same for some of the replications."""
        return replace(
            self, spending=self.spending[runs], threat=self.threat[runs], room=self.room[runs]
        )


def play(
    start: Start,
    years: int,
    pledges: Sequence[Pledge],
    posterior: Posterior,
    luck: Luck,
    plans: Plans | None = None,
) -> Array:
    """Play the years after the last known one.

    Parameters
    ----------
    start
        Where members stand.
    years
        How many years.
    pledges
        Those in force; what is asked of a member is the most that one of them asks.
    posterior
        The fit; each replication has one of its draws.
    luck
        Random numbers of the replications.
    plans
        Announced national paths; a member on one follows it in place of the fit.

    Returns
    -------
    ndarray
        Core spending, % GDP, shape (R, M, years).
    """
    k, own_pull, scale = _coefficients(posterior, start.members, luck)
    threat = start.threat - MIDDLING_THREAT
    # A pledge never pulls down.
    pull = np.maximum(k["pull"] + k["pull_threat"] * threat + own_pull, 0.0)
    room = k["room"] * (start.room - MIDDLING_ROOM)
    effects = _year_effects(k, posterior.last, start.year + 1, start.year + years, luck)
    y = start.spending
    path = np.empty((*y.shape, years))
    for step, (u, v) in enumerate(effects):
        year = start.year + 1 + step
        surprise = L.student4(luck.own(L.SURPRISE, year))
        asked = _most_asked(pledges, year, y, luck)
        usual = u + v * threat + room - k["reversion"] * np.log(y / MIDDLING_PCT_GDP)
        change = usual + pull * asked + _bounded(scale * surprise)
        if plans is not None:
            planned = plans.steps(year, y)
            follows = ~np.isnan(planned)
            change = np.where(follows, planned + _bounded(ACCURACY * surprise), change)
        y = y * np.exp(change)
        path[:, :, step] = y
    return path


def _coefficients(
    posterior: Posterior, members: Sequence[str], luck: Luck
) -> tuple[dict[str, Array], Array, Array]:
    """One draw of the posterior for each replication: shared (R, 1), pulls and scales (R, M)."""
    draw = (luck.shared(L.COEFFICIENTS) * len(posterior)).astype(int)
    k = {name: values[draw, None] for name, values in posterior.shared.items()}
    # A member that was not fitted is one of the same population.
    own_pull = k["pull_sd"] * L.normal(luck.own(L.NEW_PULL))
    shape = np.broadcast_to(k["scale_alike"], own_pull.shape)
    u = luck.own(L.NEW_SCALE)
    scale = np.sqrt(L.inverse_gamma(u, shape, shape * k["scale_typical"] ** 2))
    for m, code in enumerate(members):
        if code in posterior.members:
            fitted = posterior.members.index(code)
            own_pull[:, m] = posterior.own_pull[draw, fitted]
            scale[:, m] = posterior.own_scale[draw, fitted]
    return k, own_pull, scale


def _year_effects(
    k: dict[str, Array], known: int, first: int, last: int, luck: Luck
) -> list[tuple[Array, Array]]:
    """What lifts all members in each year, and what more for threat 1 over 0; each (R, 1).

    They go on from the last year that the fit knows; before it, from a normal year.
    """
    u, v = k["last_year"], k["threat_last_year"]
    if first <= known:
        u, v = k["long_run"], k["threat_long_run"]
    effects = []
    for year in range(min(first, known + 1), last + 1):
        news, threat_news = luck.shared(L.YEAR, year), luck.shared(L.THREAT_YEAR, year)
        u = _next(u, k["long_run"], k["persistence"], k["year_sd"], news)
        v = _next(v, k["threat_long_run"], k["persistence"], k["threat_year_sd"], threat_news)
        if year >= first:
            effects.append((u, v))
    return effects


def _next(now: Array, mean: Array, persistence: Array, sd: Array, u: Array) -> Array:
    """The next value of an autoregression, shape (R, 1)."""
    return mean + persistence * (now - mean) + sd * L.normal(u)[:, None]


def _bounded(surprise: Array) -> Array:
    return np.clip(surprise, -LARGEST_SURPRISE, LARGEST_SURPRISE)


def _most_asked(pledges: Sequence[Pledge], year: int, y: Array, luck: Luck) -> Array:
    """The most that one of the pledges asks of this year, with its wording and review, (R, M)."""
    # Whether words matter for money is not known from one pledge: from not at all (0) to in
    # proportion to their strength (1).
    matters = luck.shared(L.WORDING)
    left = L.triangular(luck.shared(L.REVIEW), *AFTER_REVIEW)
    most = np.zeros(y.shape)
    for pledge in pledges:
        years_left = np.where(np.isnan(pledge.deadline), 1.0, pledge.deadline - year + 1)
        asked = asked_step(y, pledge.target, years_left[:, None], pledge.increment[:, None])
        strength = (pledge.wording / FITTED_WORDING) ** matters
        strength = np.where(year > pledge.review, left * strength, strength)
        most = np.fmax(most, strength[:, None] * asked)
    return most
