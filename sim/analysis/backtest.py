"""Back-tests: forecasts of three real summits, scored on what really happened.

Each scenario holds the data known before its summit. What the runs give is compared with the text
that was agreed, with who got a side letter, and with what governments had said before; the same
scores are given to simple rules (:data:`sim.analysis.backtest_forecasts.BASELINES`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..api import Scenario, load
from ..batch.memory import play_runs
from ..engine.block import Block
from ..engine.problem import Setup
from ..scenario.grid import GridTerm
from . import scores, tally
from .backtest_facts import INPUTS, RECORDS, Facts, facts
from .backtest_forecasts import (
    BASELINES,
    MODEL,
    Forecast,
    as_number,
    baselines,
    of_block,
    with_forces,
)
from .scores import Rank, Score

if TYPE_CHECKING:
    from ..plots.backtest import BacktestPlots

COLUMNS = ("summit", "forecast", "quantity", "score", "observed", "value", "mc_se", "input")

# The overall score of a summit is the mean over all terms, a text without a date or a review
# included; 0 is best, 1 as far off as the drafting grid allows.
OVERALL = "all terms"


@dataclass(frozen=True)
class Summit:
    """One back-tested summit.

    Attributes
    ----------
    scenario, what
        The scenario, and what happened.
    forecasts
        By name, the model first.
    scored
        Every score by (forecast, quantity, score).
    """

    scenario: Scenario
    what: Facts
    forecasts: Mapping[str, Forecast]
    scored: Mapping[tuple[str, str, str], Score]

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name

    def rank(self, quantity: str, forecast: str = MODEL) -> Rank:
        """Rank of what happened among the texts of a forecast; see :class:`scores.Rank`."""
        made = self.forecasts[forecast]
        term = next(t for t in grid_terms(self.scenario.setup) if t.name == quantity)
        values = (
            made.terms[quantity] if made.counted is None else made.terms[quantity][made.counted]
        )
        return scores.rank(values[~np.isnan(values)], as_number(term, self.what.text[quantity]))


@dataclass(frozen=True)
class Backtest:
    """The back-tests of several summits."""

    summits: tuple[Summit, ...]
    runs: int
    seed: int

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every score: one row for each summit, forecast, quantity and score.

        Columns: summit, forecast, quantity (a term, ``deal``, ``letters``, ``objections``, ...),
        score (``crps`` in the unit of the term, no value being as far from all values as the grid
        is wide; ``brier``; ``log`` in nats; ``scaled_crps``, over the width of the grid),
        observed, value, mc_se (Monte Carlo standard error) and input (whether the outcome is built
        into the scenario, so that the score says nothing).
        """
        rows = [
            (
                s.name,
                forecast,
                quantity,
                kind,
                observed(s.what, quantity),
                score.value,
                score.standard_error,
                quantity in INPUTS[s.name],
            )
            for s in self.summits
            for (forecast, quantity, kind), score in s.scored.items()
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def score(self, summit: str, forecast: str, quantity: str, kind: str) -> Score | None:
        """One score, or None if there is no such score."""
        for s in self.summits:
            if s.name == summit:
                return s.scored.get((forecast, quantity, kind))
        return None

    def ranks(self, forecast: str = MODEL) -> dict[tuple[str, str], Rank]:
        """Ranks of what happened by summit and term; inputs and absent terms left out."""
        found = {}
        for s in self.summits:
            for term in grid_terms(s.scenario.setup):
                told = s.what.text.get(term.name) is not None and term.name != tally.HEADLINE
                if told and term.name not in INPUTS[s.name]:
                    found[s.name, term.name] = s.rank(term.name, forecast)
        return found

    def ranks_table(self) -> pd.DataFrame:
        """Ranks of what happened: one row for each forecast by the model, summit and term.

        Columns: summit, term, forecast, below and upto (see :class:`scores.Rank`), mc_se (Monte
        Carlo standard error of the middle of the two).
        """
        rows = [
            (summit, term, forecast, rank.below, rank.upto, rank.standard_error)
            for forecast in self.variants
            for (summit, term), rank in self.ranks(forecast).items()
        ]
        return pd.DataFrame(rows, columns=["summit", "term", "forecast", "below", "upto", "mc_se"])

    @property
    def variants(self) -> list[str]:
        """Names of the forecasts that the model makes."""
        forecasts = self.summits[0].forecasts.items()
        return [name for name, f in forecasts if not f.stated and name not in BASELINES]

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        scenarios = [s.scenario for s in self.summits]
        return study_key(scenarios, list(self.summits[0].forecasts), self.runs, self.seed)

    @property
    def plot(self) -> BacktestPlots:
        """Figures of these back-tests, such as ``.plot.overall()``."""
        from ..plots.backtest import BacktestPlots

        return BacktestPlots(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write scores, figures and reading into a folder; see :func:`sim.saving.save_study`."""
        from ..saving import save_study

        return save_study(
            Path(folder),
            self.summits[-1].scenario,
            self.key,
            tables={"scores": self.table, "ranks": self.ranks_table()},
            figures=self.plot.all(),
            text=self.text(),
            about={"study_kind": "backtest"},
            command=command,
        )

    def text(self) -> str:
        """The scores as plain text."""
        from .backtest_report import plain

        return plain(self)

    def __str__(self) -> str:
        return self.text()


def study_key(
    scenarios: Sequence[Scenario], forecasts: Sequence[str], runs: int, seed: int
) -> dict[str, Any]:
    """What decides the results of back-tests, as plain data; ``forecasts`` are their names."""
    from ..engine.compiled.build import source_hash

    return {
        "study": "backtest",
        "scenarios": {s.name: s.hash for s in scenarios},
        "forecasts": list(forecasts),
        "runs": runs,
        "seed": seed,
        "code": source_hash(),
    }


#: Plays runs of a scenario with traces: (setup, runs, seed) -> block.
Player = Callable[[Setup, int, int], Block]


def play_traced(setup: Setup, runs: int, seed: int) -> Block:
    """Runs of a scenario as it is, every round kept."""
    return play_runs(setup, runs, seed=seed, trace=True)


def backtest(
    runs: int = 10_000,
    seed: int = 1,
    *,
    summits: Sequence[str | Scenario] = tuple(RECORDS),
    also: Mapping[str, Mapping[str, Player]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Backtest:
    """Forecast real summits with the data known at the time and score the forecasts.

    Parameters
    ----------
    runs, seed
        Runs of each forecast that is simulated, and the seed of their random numbers.
    summits
        Shipped scenarios of :data:`RECORDS`, or changed versions of them.
    also
        Further forecasts by name: for each summit how its runs are played, such as with fitted
        coefficients.
    progress
        Called with the number of runs each time that some are done.

    Raises
    ------
    SummitryError
        If nothing is known of a summit, or the number of runs or the seed is out of range.
    """
    done = []
    for given in summits:
        scenario = load(given) if isinstance(given, str) else given
        runs, seed = scenario.counts(runs, seed)
        what = facts(scenario.name, "".join(scenario.loaded.resolved.demanders))
        setup = scenario.setup
        made = [of_block(MODEL, setup, what, play_traced(setup, runs, seed))]
        for name, players in (also or {}).items():
            if scenario.name in players:
                block = players[scenario.name](setup, runs, seed)
                made.append(of_block(name, setup, what, block))
        made += baselines(scenario, runs, seed)
        forecasts = {forecast.name: forecast for forecast in made}
        done.append(Summit(scenario, what, forecasts, dict(_scored(setup, what, made, runs))))
        if progress:
            progress(runs)
    return Backtest(tuple(done), runs, seed)


def grid_terms(setup: Setup) -> list[GridTerm]:
    """The written terms, and first the headline where there is one."""
    written = {t.name for t in setup.scenario.terms if t.written}
    headline = [tally.HEADLINE] if {"core_pct_gdp", "broader_pct_gdp"} <= written else []
    return tally.reported_terms(setup.scenario, pd.DataFrame(columns=headline))


def _scored(
    setup: Setup, what: Facts, forecasts: Iterable[Forecast], runs: int
) -> Iterable[tuple[tuple[str, str, str], Score]]:
    """Every score of every forecast of one summit, by (forecast, quantity, score)."""
    letters = np.array([setup.codes[i] in what.letters for i in with_forces(setup)], dtype=float)
    opposed = np.array([s.opposed for s in what.statements], dtype=float)
    for forecast in forecasts:
        found = [
            *_score_terms(setup, what, forecast, runs),
            *_score_events("deal", forecast, forecast.deal, 1.0, None),
            *_score_events("letters", forecast, forecast.letters, letters, forecast.counted),
            *_score_events("objections", forecast, forecast.objects, opposed, None),
        ]
        if forecast.letters is not None and forecast.name != "even_odds":
            count = forecast.letters.sum(axis=1)
            score = scores.crps(count, float(letters.sum()), forecast.counted)
            found.append(("n_side_letters", "crps", score))
        if forecast.resists is not None:
            found.append(("objections", "misordered", scores.misordered(forecast.resists, opposed)))
        for quantity, kind, score in found:
            yield (forecast.name, quantity, kind), _exact(score, forecast, runs)


def _exact(score: Score, forecast: Forecast, runs: int) -> Score:
    """A score without Monte Carlo error if its forecast is stated."""
    return Score(score.value, np.zeros(runs)) if forecast.stated else score


def _score_terms(
    setup: Setup, what: Facts, forecast: Forecast, runs: int
) -> Iterable[tuple[str, str, Score]]:
    free = [t for t in grid_terms(setup) if overall_counts(t, what)]
    overall = []
    for term in grid_terms(setup):
        if term.name not in forecast.terms or term.name not in what.text:
            continue
        values = forecast.terms[term.name]
        counted = np.ones(len(values), dtype=bool)
        if forecast.counted is not None:
            counted = forecast.counted
        happened = as_number(term, what.text[term.name])
        if term.or_none:
            there = float(not math.isnan(happened))
            name = f"{term.name} is set"
            yield from _score_events(name, forecast, ~np.isnan(values), there, counted)
        score = scores.crps_or_none(values, happened, width(term), counted)
        yield term.name, "crps", score
        if term in free:
            overall.append(_exact(score.scaled(1.0 / width(term)), forecast, runs))
    if len(overall) == len(free):
        yield OVERALL, "scaled_crps", scores.mean(overall)


def overall_counts(term: GridTerm, what: Facts) -> bool:
    """Whether a term counts in the overall score: it is neither an input nor the headline."""
    return term.name not in (*INPUTS[what.scenario], tally.HEADLINE)


def width(term: GridTerm) -> float:
    """How far apart the ends of the drafting grid are, levels counted by their places."""
    if term.labels:
        return float(len(term.labels) - 1)
    numbers = term.values[:-1] if term.or_none else term.values
    return numbers[-1] - numbers[0]


def _score_events(
    quantity: str,
    forecast: Forecast,
    happens: np.ndarray | None,
    observed: float | np.ndarray,
    counted: np.ndarray | None,
) -> Iterable[tuple[str, str, Score]]:
    """Brier and logarithmic score; what is stated has its own probability, even 0 or 1."""
    if happens is None:
        return
    yield quantity, "brier", scores.brier(happens, observed, counted)
    if not forecast.stated:
        yield quantity, "log", scores.log_score(happens, observed, counted)
        return
    p = np.atleast_1d(np.mean(happens, axis=0, dtype=float))
    y = np.broadcast_to(observed, p.shape)
    each = [scores.log_of(q if right else 1.0 - q) for q, right in zip(p, y, strict=True)]
    yield quantity, "log", Score(float(np.mean(each)), np.zeros(len(happens)))


def observed(what: Facts, quantity: str) -> str:
    """What happened, in words for a table."""
    if quantity == "deal":
        return "yes"
    if quantity == "letters":
        return ", ".join(sorted(what.letters)) or "none"
    if quantity == "n_side_letters":
        return str(len(what.letters))
    if quantity == "objections":
        return ", ".join(s.member for s in what.statements if s.opposed) or "none"
    if quantity == OVERALL:
        return ""
    term, is_set, _ = quantity.partition(" is set")
    value = what.text[term]
    if is_set:
        return "no" if value is None else "yes"
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
