"""Forecasts of a summit in one form: by the model, and by the simple rules that it must beat.

A forecast is made of runs. What a rule states outright is one run, or one run for each value that
it takes to be equally likely, and has no Monte Carlo error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..api import Scenario
from ..batch.memory import play_runs
from ..engine.block import Block
from ..engine.problem import Setup
from ..scenario.distributions import centre
from ..scenario.grid import GridTerm
from . import tally
from .backtest_facts import Facts, Text, facts, recorded_text, secretary_general

MODEL = "model"

#: Rules by name, in the order of reports, and what they say in words.
BASELINES = {
    "status_quo": "nothing new: the text in force before, and no deal",
    "weighted_mean": "the GDP-weighted mean of what members want, term by term",
    "weighted_median": "the GDP-weighted median of what members want, term by term",
    "us_demand": "the US gets what it asks",
    "first_text": "the first text of the Secretary General, where one is recorded",
    "all_agree": "a deal, nobody objects, nobody gets a letter",
    "lowest_spender": "the member that spends least objects and gets the letter",
    "even_odds": "no idea: every value of the drafting grid alike, every event with 1/2",
}

# What held before: the guideline of 2006 had no date; each text was the one in force at the next.
_BEFORE: dict[str, str | Text] = {
    "wales_2014": {"core_pct_gdp": 2.0, "deadline_year": None, "wording": "aim_to"},
    "vilnius_2023": "WALES_2014",
    "hague_2025": "VILNIUS_2023",
}


@dataclass(frozen=True)
class Forecast:
    """A forecast of a summit; n runs, m members with forces, s statements.

    Attributes
    ----------
    name
        :data:`MODEL` or one of :data:`BASELINES`.
    terms
        What the text says, by term, shape (n,): its value, the place of its level, or nan where
        the text goes without the term. Without a term the forecast is silent about it.
    deal
        Whether there is a deal, shape (n,); None if the forecast is silent.
    counted
        Runs that have a text, shape (n,); None: all.
    letters
        Who gets a side letter, shape (n, m), or None.
    objects
        Who breaks silence on the day of its statement, shape (n, s), or None.
    resists
        How much it resists: rounds in which it breaks silence, or any other measure by which
        members are ordered; shape (n, s), or None.
    stated
        Whether the forecast is stated and not simulated.
    """

    name: str
    terms: Mapping[str, np.ndarray] = field(default_factory=dict)
    deal: np.ndarray | None = None
    counted: np.ndarray | None = None
    letters: np.ndarray | None = None
    objects: np.ndarray | None = None
    resists: np.ndarray | None = None
    stated: bool = True


def with_forces(setup: Setup) -> np.ndarray:
    """Places of the members with armed forces, the demander left out, shape (m,)."""
    members = setup.scenario.members
    asked = [
        i
        for i, p in enumerate(members)
        if p.current_core_pct_gdp is not None and p.code not in setup.scenario.demanders
    ]
    return np.array(asked)


def of_block(name: str, setup: Setup, what: Facts, block: Block) -> Forecast:
    """The forecast that runs with traces make.

    Parameters
    ----------
    name
        Name of the forecast.
    setup
        The scenario.
    what
        The summit; only the days of its statements are used.
    block
        Runs, played with ``trace=True``.
    """
    deal = block.adopted_round >= 0
    said = [setup.codes.index(s.member) for s in what.statements]
    return Forecast(
        name,
        terms=_texts(setup, block.choice),
        deal=deal,
        counted=deal,
        letters=block.side_letter[:, with_forces(setup)],
        objects=objections(setup, what, block),
        resists=block.objections[:, said].astype(float),
        stated=False,
    )


def objections(setup: Setup, what: Facts, block: Block) -> np.ndarray:
    """Who breaks silence in the last round up to the day of its statement.

    A statement from before the talks is held against the first round; where the talks are over by
    then, a member keeps the answer that it gave to the last text.

    Returns
    -------
    ndarray of bool, shape (runs, statements)
    """
    dates: tuple[dt.date, ...] = setup.scenario.dates
    place = {code: i for i, code in enumerate(setup.codes)}
    columns = []
    for statement in what.statements:
        t = max(0, sum(date <= statement.day for date in dates) - 1)
        i = place[statement.member]
        over = block.trace_choice[:, t, 0] < 0
        columns.append(~np.where(over, block.passed[:, i], block.trace_passed[:, t, i]))
    return np.array(columns).T


def _texts(setup: Setup, choice: np.ndarray) -> dict[str, np.ndarray]:
    """Terms of the texts by name, from places on the grid of shape (runs, terms)."""
    texts: dict[str, np.ndarray] = {}
    for j, term in enumerate(setup.scenario.terms):
        if not term.written:
            continue
        if term.labels:
            texts[term.name] = choice[:, j].astype(float)
        else:
            values = np.array(term.values, dtype=float)
            if term.or_none:
                values[-1] = np.nan
            texts[term.name] = values[choice[:, j]]
    if "broader_pct_gdp" in texts:
        texts[tally.HEADLINE] = texts["core_pct_gdp"] + texts["broader_pct_gdp"]
    return texts


def baselines(scenario: Scenario, runs: int, seed: int) -> list[Forecast]:
    """The forecasts of all :data:`BASELINES` for one summit, in their order.

    Parameters
    ----------
    scenario
        A scenario of :data:`sim.analysis.backtest_facts.RECORDS`.
    runs, seed
        For the two that depend on the uncertain attributes of members: weighted mean and median.
    """
    setup, what = scenario.setup, facts(scenario.name)
    before = _BEFORE[scenario.name]
    old = recorded_text(before) if isinstance(before, str) else before
    made = [Forecast("status_quo", _stated(setup, old), deal=np.zeros(1, dtype=bool))]
    for kind in ("weighted_mean", "weighted_median"):
        other = scenario.set("mediator.kind", kind).setup
        choice = play_runs(other, runs, seed=seed).choice
        made.append(Forecast(kind, _texts(other, choice), stated=False))
    made.append(Forecast("us_demand", _stated(setup, demand(setup))))
    first = secretary_general(scenario.name)
    if first is not None:
        made.append(Forecast("first_text", _stated(setup, first)))
    m, s = len(with_forces(setup)), len(what.statements)
    silence = Forecast(
        "all_agree",
        deal=np.ones(1, dtype=bool),
        letters=np.zeros((1, m), dtype=bool),
        objects=np.zeros((1, s), dtype=bool),
    )
    return [*made, silence, _lowest_spender(setup, what), _even_odds(setup, m, s)]


def demand(setup: Setup) -> Text:
    """What the demander asks: its headline as core spending, in the opening words."""
    demander = setup.scenario.file.demander
    if demander is None:
        raise ValueError("the scenario has no demander")
    wording = next(t for t in setup.scenario.terms if t.name == "wording")
    return {
        "core_pct_gdp": demander.headline_pct_gdp,
        "broader_pct_gdp": 0.0,
        "headline_pct_gdp": demander.headline_pct_gdp,
        "deadline_year": float(demander.deadline_year or 0) or None,
        "annual_increment_pp": demander.annual_increment_pp,
        "review_year": None,
        "wording": wording.labels[wording.opening],
    }


def as_number(term: GridTerm, value: float | str | None) -> float:
    """A value of a text as scores need it: a number, the place of a level, nan for none.

    Where the drafting grid has no text without the term, a missing year is the last one. The level
    ``at_least`` is the strongest where a scenario does not know it.
    """
    if term.labels:
        known = value in term.labels
        return float(term.labels.index(str(value)) if known else len(term.labels) - 1)
    if value is None:
        return float("nan") if term.or_none else float(term.values[-1])
    return float(value)


def _stated(setup: Setup, text: Text) -> dict[str, np.ndarray]:
    """A text as the terms of a forecast with one run."""
    terms = {t.name: t for t in setup.scenario.terms if t.written}
    stated = {
        name: np.array([as_number(term, text[name])])
        for name, term in terms.items()
        if name in text
    }
    if "broader_pct_gdp" in terms and text.get(tally.HEADLINE) is not None:
        stated[tally.HEADLINE] = np.array([text[tally.HEADLINE]], dtype=float)
    return stated


def _even_odds(setup: Setup, members: int, statements: int) -> Forecast:
    terms = {}
    for term in setup.scenario.terms:
        if term.written:
            values = [as_number(term, term.show(j)) for j in range(len(term.values))]
            terms[term.name] = np.array(values)
    if "broader_pct_gdp" in terms:
        sums = terms["core_pct_gdp"][:, None] + terms["broader_pct_gdp"]
        terms[tally.HEADLINE] = sums.ravel()
    coin = np.array([False, True])
    return Forecast(
        "even_odds",
        terms,
        deal=coin,
        letters=np.repeat(coin[:, None], members, axis=1),
        objects=np.repeat(coin[:, None], statements, axis=1),
    )


def _lowest_spender(setup: Setup, what: Facts) -> Forecast:
    spends = {p.code: centre(p.current_core_pct_gdp or 0.0) for p in setup.scenario.members}
    asked = [setup.codes[i] for i in with_forces(setup)]
    least = min(asked, key=lambda code: spends[code])
    return Forecast(
        "lowest_spender",
        letters=np.array([[code == least for code in asked]]),
        objects=np.array([[s.member == least for s in what.statements]]),
        resists=np.array([[-spends[s.member] for s in what.statements]]),
    )
