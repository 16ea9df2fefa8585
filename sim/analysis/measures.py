"""The outcomes of two scenarios as paired numbers: over which runs each is defined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ..batch.tables import OUTCOMES
from ..engine.problem import Setup
from ..scenario.grid import GridTerm
from . import tally
from .flips import shared, shared_terms

#: A scenario, its table of runs, and who holds a side letter, shape (runs, members).
Played = tuple[Setup, pd.DataFrame, np.ndarray]


@dataclass(frozen=True)
class Measure:
    """One outcome of the pairs of runs for which it is defined.

    Attributes
    ----------
    name
        As the tables call it: ``deal``, ``core_pct_gdp``, ``wording=aim_to``, ``side_letter.ESP``.
    unit
        Unit of the numbers; ``share`` for what happens or not.
    over
        ``all`` runs; ``both_deal``: runs with a deal in both; ``both_have_it``: of these, those
        whose texts both have the term.
    a, b
        One number for each of these pairs of runs, shape (pairs,).
    step
        The smallest difference of one run.
    """

    name: str
    unit: str
    over: str
    a: np.ndarray
    b: np.ndarray
    step: float = 1.0

    @property
    def share(self) -> bool:
        """Whether it is something that happens in a run or not."""
        return self.unit == "share"


def measures(one: Played, other: Played) -> Iterator[Measure]:
    """Every outcome that two scenarios share.

    Parameters
    ----------
    one, other
        The scenarios with their runs; row r of both tables is the same replication.

    Notes
    -----
    Runs without a deal have no terms. A difference of terms is therefore taken over the runs that
    end with a deal in both scenarios. It says what the change does to the text where there is one
    either way; that there are more or fewer texts is what ``deal`` says. The means of these pairs
    are not the means over all deals of each scenario, which the summary of an ensemble gives.
    """
    (setup_a, runs_a, letters_a), (setup_b, runs_b, letters_b) = one, other
    deal_a, deal_b = tally.deals(runs_a), tally.deals(runs_b)
    both = deal_a & deal_b
    yield Measure("deal", "share", "all", deal_a, deal_b)
    for outcome in OUTCOMES:
        a, b = ((runs["outcome"] == outcome).to_numpy() for runs in (runs_a, runs_b))
        if a.any() or b.any():
            yield Measure(outcome, "share", "all", a, b)
    if "demander_satisfied" in runs_a and "demander_satisfied" in runs_b:
        yield Measure(
            "demander_satisfied",
            "share",
            "all",
            runs_a["demander_satisfied"].to_numpy(dtype=bool),
            runs_b["demander_satisfied"].to_numpy(dtype=bool),
        )
    deals_a, deals_b = runs_a[both], runs_b[both]
    terms_a, terms_b = setup_a.scenario.terms, setup_b.scenario.terms
    if tally.HEADLINE in runs_a and tally.HEADLINE in runs_b:
        core = next(term for term in terms_a if term.name == "core_pct_gdp")
        yield Measure(
            tally.HEADLINE,
            core.unit,
            "both_deal",
            _numbers(deals_a, tally.HEADLINE),
            _numbers(deals_b, tally.HEADLINE),
            _step(core),
        )
    for i, j in shared_terms(terms_a, terms_b):
        if terms_a[i].written and terms_b[j].written:
            yield from _term(terms_a[i], terms_b[j], deals_a, deals_b)
    yield from _counts(setup_a, setup_b, deals_a, deals_b)
    yield from _letters(setup_a, setup_b, letters_a[both], letters_b[both])


def _term(term: GridTerm, other: GridTerm, a: pd.DataFrame, b: pd.DataFrame) -> Iterator[Measure]:
    name = term.name
    if term.labels:
        for label in term.labels:
            one, two = ((deals[name] == label).to_numpy(dtype=bool) for deals in (a, b))
            if one.any() or two.any():
                yield Measure(f"{name}={label}", "share", "both_deal", one, two)
        return
    one, two = _numbers(a, name), _numbers(b, name)
    without_a, without_b = np.isnan(one), np.isnan(two)
    have = ~(without_a | without_b)
    over = "both_have_it" if term.or_none or other.or_none else "both_deal"
    step = min(_step(term), _step(other))
    yield Measure(name, term.unit or "value", over, one[have], two[have], step)
    if without_a.any() or without_b.any():
        yield Measure(f"{name}=none", "share", "both_deal", without_a, without_b)


def _counts(a: Setup, b: Setup, deals_a: pd.DataFrame, deals_b: pd.DataFrame) -> Iterator[Measure]:
    names = {"n_side_letters": "letters"}
    if a.scenario.dates == b.scenario.dates:
        names = {"adopted_round": "rounds", **names}
    for name, unit in names.items():
        yield Measure(name, unit, "both_deal", _numbers(deals_a, name), _numbers(deals_b, name))


def _letters(a: Setup, b: Setup, held_a: np.ndarray, held_b: np.ndarray) -> Iterator[Measure]:
    for code in shared(a.codes, b.codes):
        one, two = held_a[:, a.codes.index(code)], held_b[:, b.codes.index(code)]
        if one.any() or two.any():
            yield Measure(f"side_letter.{code}", "share", "both_deal", one, two)


def _numbers(deals: pd.DataFrame, name: str) -> np.ndarray:
    return deals[name].to_numpy(dtype=float, na_value=np.nan)


def _step(term: GridTerm) -> float:
    values = sorted(set(term.values[:-1] if term.or_none else term.values))
    return min((b - a for a, b in pairwise(values)), default=1.0)


def not_compared(a: Setup, b: Setup) -> tuple[str, ...]:
    """What only one of two scenarios has, or has in another unit, in words."""
    words = []
    for one, other, side in ((a, b, "A"), (b, a, "B")):
        rest = [code for code in one.codes if code not in other.codes]
        if rest:
            shown = ", ".join(rest[:8]) + (f" and {len(rest) - 8} more" if len(rest) > 8 else "")
            words.append(f"members only in {side}: {shown}")
    together = {
        a.scenario.terms[i].name for i, _ in shared_terms(a.scenario.terms, b.scenario.terms)
    }
    names_a, names_b = ({t.name for t in s.scenario.terms if t.written} for s in (a, b))
    for term in [*a.scenario.terms, *b.scenario.terms]:
        name = term.name
        if not term.written or any(f"{name} " in w for w in words):
            continue
        if name in names_a and name in names_b:
            if name not in together:
                words.append(f"term {name} (other unit or levels)")
        else:
            words.append(f"term {name} (only in {'A' if name in names_a else 'B'})")
    if a.scenario.dates != b.scenario.dates:
        words.append("round of the adoption (other calendar)")
    if (a.scenario.file.demander is None) != (b.scenario.file.demander is None):
        words.append("whether the demander is satisfied (only one has a demand)")
    return tuple(words)
