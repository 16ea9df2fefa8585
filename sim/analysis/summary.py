"""What an ensemble says, as data and as one screen of text."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..batch.tables import OUTCOMES
from ..scenario.grid import GridTerm
from ..scenario.resolve import Resolved
from . import tally
from .intervals import Proportion
from .plausible import Spread
from .stopping import LEVEL
from .summary_text import write

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
NONE = "none"
_Measure = Callable[[int, int], Proportion]


@dataclass(frozen=True)
class TermSummary:
    """The distribution of one term over the runs with a deal.

    Attributes
    ----------
    name, unit
        As in the scenario.
    quantiles
        At 5, 25, 50, 75 and 95% of the deals whose text has the term; values of the drafting grid
        (the smallest value that so many deals do not exceed), labels where the term has labels;
        empty without such a deal.
    mode, mode_share
        The most frequent value (``none``: a text without the term; None: no deal) and how frequent.
    absent
        Deals without the term; None where the text cannot go without it.
    levels
        Share of each label, in order, where the term has labels.
    """

    name: str
    unit: str
    quantiles: tuple[float | str, ...]
    mode: float | str | None
    mode_share: Proportion
    absent: Proportion | None
    levels: dict[str, Proportion]


@dataclass(frozen=True)
class Letter:
    """How probable a side letter for a member is, given a deal."""

    member: str
    name: str
    probability: Proportion


@dataclass(frozen=True)
class Grievance:
    """A term, the direction in which a member wants it moved, and how often it is that (0 to 1)."""

    term: str
    direction: str
    share: float


@dataclass(frozen=True)
class Objector:
    """How long a member objects.

    Attributes
    ----------
    member, name
        The member.
    rounds, standard_error
        Rounds in which it breaks silence, mean over runs and Monte Carlo standard error of the mean
        (nan for one run).
    grievance
        What it names last, most often; None if it never names anything.
    """

    member: str
    name: str
    rounds: float
    standard_error: float
    grievance: Grievance | None


@dataclass(frozen=True)
class Holdout:
    """How often a member stands in the way at the end of a run without a deal.

    A member stands in the way if it broke silence on the last text. ``grievance`` is what it named
    last, most often.
    """

    member: str
    name: str
    probability: Proportion
    grievance: Grievance | None


@dataclass(frozen=True)
class Adoption:
    """When texts are adopted: 5%, 50% and 95% quantiles over the deals.

    Attributes
    ----------
    rounds
        Rounds, from 1.
    dates
        Their dates.
    of, drafts
        Rounds that the calendar has, and how many of them are drafts of the last day.
    """

    rounds: tuple[int, int, int]
    dates: tuple[dt.date, dt.date, dt.date]
    of: int
    drafts: int


@dataclass(frozen=True)
class Summary:
    """What an ensemble says; every proportion with its Wilson interval.

    Attributes
    ----------
    title
        Title of the scenario.
    runs
        Number of runs.
    outcomes
        Probability of each outcome.
    deal
        Probability that a text is adopted.
    demander_satisfied
        Probability of a deal with the headline that is demanded; None without a demander.
    terms
        Distribution of each term given a deal; first the headline where there is one.
    adoption
        When; None without a deal.
    side_letters
        Every member, likeliest first.
    objectors
        Members that ever object, longest first.
    holdouts
        Members that stand in the way where there is no deal, most frequent first.
    level
        Confidence level of the intervals; above 95% where the number of runs depended on the
        results, so that they cover 95% all the same (:mod:`sim.analysis.stopping`).
    plausible
        How much hangs on the coefficients, None where that was not played
        (:mod:`sim.analysis.plausible`).
    unknown
        By party the terms on which nobody knows its position, so that each run draws it.
    """

    title: str
    runs: int
    outcomes: dict[str, Proportion]
    deal: Proportion
    demander_satisfied: Proportion | None
    terms: tuple[TermSummary, ...]
    adoption: Adoption | None
    side_letters: tuple[Letter, ...]
    objectors: tuple[Objector, ...]
    holdouts: tuple[Holdout, ...]
    level: float = LEVEL
    plausible: Spread | None = None
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold: dates as text, None for what is not defined."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    def text(self) -> str:
        """The summary as plain text of at most 88 columns that is read at a glance."""
        return write(self)

    def __str__(self) -> str:
        return self.text()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and math.isnan(value) else value


def summarise(
    scenario: Resolved, runs: pd.DataFrame, members: pd.DataFrame, level: float = LEVEL
) -> Summary:
    """Summarise the tables of an ensemble.

    Parameters
    ----------
    scenario
        The scenario that was run.
    runs, members
        The tables of :mod:`sim.batch.tables`.
    level
        Confidence level of the intervals.
    """
    n = len(runs)
    measure = partial(Proportion.measure, level=level)
    outcome = np.bincount(tally.codes(runs["outcome"], OUTCOMES), minlength=len(OUTCOMES))
    deal = measure(int(tally.deals(runs).sum()), n)
    satisfied = None
    if "demander_satisfied" in runs:
        satisfied = measure(int(runs["demander_satisfied"].sum()), n)
    return Summary(
        title=scenario.file.title,
        runs=n,
        outcomes={o: measure(c, n) for o, c in zip(OUTCOMES, outcome, strict=True)},
        deal=deal,
        demander_satisfied=satisfied,
        terms=tuple(
            _term(term, tally.term_counts(term, runs), measure)
            for term in tally.reported_terms(scenario, runs)
        ),
        adoption=_adoption(scenario, runs),
        side_letters=_side_letters(scenario, runs, members, deal.count, measure),
        objectors=_objectors(scenario, members, n),
        holdouts=_holdouts(scenario, runs, members, n - deal.count, measure),
        level=level,
        unknown={m.party: m.unknown for m in scenario.members if m.unknown},
    )


def _term(term: GridTerm, counts: np.ndarray, measure: _Measure) -> TermSummary:
    shown = [term.show(place) for place in range(len(term.values))]
    total = int(counts.sum())
    present = np.array([v is not None for v in shown])
    reached = np.cumsum(np.where(present, counts, 0))
    quantiles: tuple[float | str, ...] = ()
    if total and reached[-1]:
        # Round before the ceiling: 0.05 * 100 is a hair above 5 in binary.
        needed = [math.ceil(round(q * int(reached[-1]), 6)) for q in QUANTILES]
        quantiles = tuple(
            NONE if (v := shown[int(np.searchsorted(reached, rank))]) is None else v
            for rank in needed
        )
    top = int(counts.argmax())
    mode = (NONE if shown[top] is None else shown[top]) if total else None
    return TermSummary(
        name=term.name,
        unit=term.unit,
        quantiles=quantiles,
        mode=mode,
        mode_share=measure(int(counts[top]), total),
        absent=measure(int(counts[-1]), total) if term.or_none else None,
        levels={
            label: measure(int(count), total)
            for label, count in zip(term.labels, counts, strict=False)
        },
    )


def _adoption(scenario: Resolved, runs: pd.DataFrame) -> Adoption | None:
    rounds = runs.loc[tally.deals(runs), "adopted_round"].to_numpy(dtype=np.int64)
    if not len(rounds):
        return None
    early, median, late = (
        int(q) for q in np.quantile(rounds, (0.05, 0.5, 0.95), method="inverted_cdf")
    )
    dates = scenario.dates
    return Adoption(
        (early, median, late),
        (dates[early - 1], dates[median - 1], dates[late - 1]),
        len(dates),
        scenario.file.calendar.last_day_drafts,
    )


def _side_letters(
    scenario: Resolved,
    runs: pd.DataFrame,
    members: pd.DataFrame,
    n_deals: int,
    measure: _Measure,
) -> tuple[Letter, ...]:
    counts = tally.letters(members, runs, [p.code for p in scenario.members])
    return tuple(
        Letter(p.code, p.name, measure(int(counts[i]), n_deals)) for i, p in _most(scenario, counts)
    )


def _objectors(scenario: Resolved, members: pd.DataFrame, n: int) -> tuple[Objector, ...]:
    m = len(scenario.members)
    total, squares = np.zeros(m), np.zeros(m)
    for rows in tally.slices(members):
        part = members.iloc[rows]
        who = tally.codes(part["member"], [p.code for p in scenario.members])
        rounds = part["objections"].to_numpy(dtype=float)
        total += np.bincount(who, weights=rounds, minlength=m)
        squares += np.bincount(who, weights=rounds * rounds, minlength=m)
    grievances = _grievances(members, scenario, (members["objections"] > 0).to_numpy())
    return tuple(
        Objector(
            p.code, p.name, total[i] / n, _standard_error(total[i], squares[i], n), grievances[i]
        )
        for i, p in _most(scenario, total)
        if total[i] > 0
    )


def _standard_error(total: float, squares: float, n: int) -> float:
    if n < 2:
        return math.nan
    return math.sqrt(max(0.0, squares - total * total / n) / (n - 1) / n)


def _holdouts(
    scenario: Resolved, runs: pd.DataFrame, members: pd.DataFrame, n: int, measure: _Measure
) -> tuple[Holdout, ...]:
    rows = tally.holdouts(members, runs)
    who = tally.codes(rows["member"], [p.code for p in scenario.members])
    counts = np.bincount(who, minlength=len(scenario.members))
    grievances = _grievances(rows, scenario, np.ones(len(rows), dtype=bool))
    return tuple(
        Holdout(p.code, p.name, measure(int(counts[i]), n), grievances[i])
        for i, p in _most(scenario, counts)
        if counts[i]
    )


def _grievances(
    rows: pd.DataFrame, scenario: Resolved, counted: np.ndarray
) -> list[Grievance | None]:
    """What each member named last, most often, among the rows that count."""
    found: list[Grievance | None] = []
    for by_term in tally.blocking(rows, scenario, counted, "last_"):
        named = by_term[:-1]
        if not named.any():
            found.append(None)
            continue
        j, d = np.unravel_index(int(named.argmax()), named.shape)
        share = float(named[j, d] / by_term.sum())
        found.append(Grievance(scenario.terms[j].name, tally.DIRECTIONS[d], share))
    return found


def _most(scenario: Resolved, amount: np.ndarray) -> list[tuple[int, Any]]:
    """Members with their place, the largest amount first, ties in order of the scenario."""
    order = np.argsort(-amount, kind="stable")
    return [(int(i), scenario.members[i]) for i in order]
