"""Goals in words: ``no_deal < 5%``, ``headline_pct_gdp >= 5``, ``side_letter.ESP < 0.2``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..batch.points import PointResults
from ..batch.tables import OUTCOMES
from ..engine.problem import Setup
from ..errors import SummitryError, quote
from ..scenario.naming import similar
from .intervals import wilson

_FORM = re.compile(
    r"\s*([A-Za-z][\w.]*(?:=\w+)?)\s*(<=|>=|<|>)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(%?)\s*"
)
_WORDS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


@dataclass(frozen=True)
class Target:
    """A goal for one outcome.

    Attributes
    ----------
    outcome
        ``deal``, an outcome by its name, ``demander_satisfied``, ``side_letter.CODE``, a term, a
        level of a term such as ``wording=aim_to``, ``headline_pct_gdp``, ``n_side_letters`` or
        ``adopted_round``. Everything about the text is over the runs with a deal.
    sign
        ``<``, ``<=``, ``>`` or ``>=``.
    value
        Shares between 0 and 1; else in the unit of the term.
    """

    outcome: str
    sign: str
    value: float

    @property
    def share(self) -> bool:
        """Whether it is a share of runs, and not a mean."""
        name = self.outcome
        return (
            name in ("deal", "demander_satisfied", *OUTCOMES)
            or "=" in name
            or "side_letter." in name
        )

    def reached(self, value: np.ndarray | float) -> np.ndarray:
        """Whether values reach it; nan does not."""
        v = np.asarray(value)
        if self.sign[0] == "<":
            return np.asarray(v < self.value if self.sign == "<" else v <= self.value)
        return np.asarray(v > self.value if self.sign == ">" else v >= self.value)

    def short(self, value: np.ndarray) -> np.ndarray:
        """By how much values miss it, 0 where they reach it; nan misses it most."""
        gap = value - self.value if self.sign[0] == "<" else self.value - value
        return np.where(np.isnan(gap), np.inf, np.maximum(gap, 0.0))

    def show(self, value: float) -> str:
        """A value of the outcome in print."""
        if math.isnan(value):
            return "-"
        return f"{100 * value:.3g}%" if self.share else f"{value:.5g}"

    def words(self) -> str:
        """The goal in words: ``no deal below 5%``."""
        return f"{self.name()} {_WORDS[self.sign]} {self.show(self.value)}"

    def name(self) -> str:
        """The outcome in words."""
        name = self.outcome.replace("side_letter.", "a side letter for ").replace("=", ": ")
        return name.replace("_", " ")


def parse_target(text: str, setup: Setup) -> Target:
    """Read a goal.

    Parameters
    ----------
    text
        Such as ``no_deal < 0.05`` or ``no_deal < 5%``.
    setup
        The scenario, which must know the outcome.

    Raises
    ------
    SummitryError
        If it is no goal, or not one of this scenario.
    """
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise SummitryError(
            f"{quote(str(text))} is no goal; write an outcome, a sign and a number, such as "
            "no_deal < 0.05, headline_pct_gdp >= 5 or side_letter.ESP < 20%"
        )
    name, sign, number, percent = found.groups()
    known = outcome_names(setup)
    if name not in known:
        near = similar(name, known)
        hint = f" (did you mean {quote(near)}?)" if near else ""
        shown = [n for n in known if not n.startswith("side_letter.")]
        raise SummitryError(
            f"{name} is no outcome of this scenario{hint}; known are {', '.join(shown)} and "
            "side_letter.CODE of a member"
        )
    try:
        value = float(number) / (100.0 if percent else 1.0)
    except ValueError:
        raise SummitryError(f"{quote(text)}: {quote(number)} is no number") from None
    target = Target(name, sign, value)
    if target.share and not 0.0 <= value <= 1.0:
        raise SummitryError(f"{name} is a share; write a number from 0 to 1 or a percentage")
    if percent and not target.share:
        raise SummitryError(f"{name} is no share of runs; write a plain number")
    return target


def outcome_names(setup: Setup) -> list[str]:
    """Outcomes that a goal can be about."""
    s = setup.scenario
    names = ["deal", *OUTCOMES, "n_side_letters", "adopted_round"]
    terms = {t.name: t for t in s.terms}
    if s.file.demander is not None and s.file.demander.headline_pct_gdp is not None:
        names.append("demander_satisfied")
    if {"core_pct_gdp", "broader_pct_gdp"} <= terms.keys():
        names.append("headline_pct_gdp")
    for term in s.terms:
        if term.written:
            names += [f"{term.name}={label}" for label in term.labels] or [term.name]
    return [*names, *(f"side_letter.{code}" for code in setup.codes)]


def per_run(target: Target, results: PointResults, setup: Setup) -> np.ndarray:
    """The outcome in each run, nan where it is not defined; shape (points, replicates).

    Shares are 0 or 1. What is about the text is not defined without a deal.
    """
    name, deal = target.outcome, results.adopted
    if name == "deal":
        return deal.astype(float)
    if name in OUTCOMES:
        return (results.outcome == OUTCOMES.index(name)).astype(float)
    if name == "demander_satisfied":
        demander, headline = setup.scenario.file.demander, results.headline_pct_gdp
        assert (
            demander is not None and demander.headline_pct_gdp is not None and headline is not None
        )
        return (deal & (np.nan_to_num(headline) >= demander.headline_pct_gdp)).astype(float)
    if name.startswith("side_letter."):
        assert results.letters is not None
        place = results.codes.index(name.partition(".")[2])
        values = results.letters[:, :, place].astype(float)
    elif "=" in name:
        term, _, label = name.partition("=")
        values = (results.levels[term] == results.labels[term].index(label)).astype(float)
    elif name == "headline_pct_gdp":
        assert results.headline_pct_gdp is not None
        values = results.headline_pct_gdp
    elif name in ("n_side_letters", "adopted_round"):
        values = getattr(results, name).astype(float)
    else:
        values = results.terms[name]
    return np.where(deal, values, np.nan)


@dataclass(frozen=True)
class Estimates:
    """The outcome at p points with its 95% intervals, each of shape (p,)."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def estimates(target: Target, runs: np.ndarray, level: float = 0.95) -> Estimates:
    """Means over runs: Wilson intervals of shares, Student's of means.

    Parameters
    ----------
    target
        The goal.
    runs
        The outcome in each run, nan where it is not defined; shape (points, replicates).
    level
        Confidence level.
    """
    rows = [_estimate(target, row[~np.isnan(row)], level) for row in runs]
    value, low, high = np.array(rows).reshape(-1, 3).T
    return Estimates(value, low, high)


def _estimate(target: Target, values: np.ndarray, level: float) -> Sequence[float]:
    from scipy.stats import t as student

    n = len(values)
    if n == 0:
        return math.nan, -math.inf, math.inf
    mean = float(values.mean())
    if target.share:
        return mean, *wilson(int(values.sum()), n, level)
    if n == 1:
        return mean, -math.inf, math.inf
    half = float(student.ppf((1 + level) / 2, n - 1)) * float(values.std(ddof=1)) / math.sqrt(n)
    return mean, mean - half, mean + half
