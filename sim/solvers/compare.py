"""The peers' models and the negotiation beside each other, on one scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..analysis.intervals import Proportion
from ..scenario.grid import GridTerm
from . import MODELS, Solution, solve
from .case import Case
from .derive import case_of, place, scale

if TYPE_CHECKING:
    from ..api import Scenario
    from ..ensemble import Ensemble
    from ..plots.solvers import ModelPlots

#: Name of the simulated negotiation among the models.
NEGOTIATION = "negotiation"
#: Quantiles of the negotiation's terms that tables and figures show.
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
#: How many times the runs are played: the negotiation, each model's text, and its own.
PLAYED = len(MODELS) + 2


@dataclass(frozen=True)
class Offer:
    """A text tabled on the first day and held to the last: take it or leave it.

    Attributes
    ----------
    places
        Place on the drafting grid of each open term, by name.
    adopted
        Share of runs in which it is adopted, whenever.
    objectors
        Codes of the members that object to it in the last round of a run, and in which share of
        runs; the most frequent first.
    """

    places: dict[str, int]
    adopted: Proportion
    objectors: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class ModelComparison:
    """What each model says of a scenario.

    Attributes
    ----------
    scenario
        The scenario.
    case
        What the peers' models read of it.
    solutions
        What each of them predicts, by name.
    ensemble
        Runs of the negotiation.
    offers
        What happens to the text of each model, and to the most frequent text of the negotiation,
        if it is all there is; without the negotiation's where no run ends with a deal.
    """

    scenario: Scenario
    case: Case
    solutions: dict[str, Solution]
    ensemble: Ensemble
    offers: dict[str, Offer]

    @property
    def terms(self) -> tuple[GridTerm, ...]:
        """The terms that are open, in the order of the case."""
        by_name = {t.name: t for t in self.scenario.setup.scenario.terms}
        return tuple(by_name[name] for name in self.case.terms)

    @cached_property
    def deals(self) -> np.ndarray:
        """Values of the open terms in the runs with a deal, none one step above the highest.

        Shape (deals, terms).
        """
        table = self.ensemble.table
        table = table[table["outcome"] != "no_deal"]
        return np.column_stack(
            [scale_values(term, table[term.name].to_numpy(object)) for term in self.terms]
        )

    @property
    def deal(self) -> Proportion:
        """Share of runs of the negotiation with a deal."""
        return Proportion.measure(len(self.deals), len(self.ensemble))

    def table(self) -> pd.DataFrame:
        """One row for each model and one for the negotiation, its medians.

        Columns: model, every open term, ``adopted`` with ``adopted_low`` and ``adopted_high`` (95%
        Wilson interval: the text as an offer to take or leave; for the negotiation its share of
        deals), ``objector`` (who most often objects to it), ``note``.
        """
        rows = [
            {
                "model": name,
                **dict(zip(self.case.terms, solution.values.tolist(), strict=True)),
                **_share(self.offers[name].adopted),
                "objector": _first(self.offers[name]),
                "note": " ".join(solution.notes),
            }
            for name, solution in self.solutions.items()
        ]
        middle = (
            np.median(self.deals, axis=0) if len(self.deals) else np.full(len(self.terms), np.nan)
        )
        rows.append(
            {
                "model": NEGOTIATION,
                **dict(zip(self.case.terms, middle.tolist(), strict=True)),
                **_share(self.deal),
                "objector": "",
                "note": "medians of the runs with a deal; adopted: share of runs with a deal",
            }
        )
        return pd.DataFrame(rows)

    @property
    def plot(self) -> ModelPlots:
        """The figure of this comparison: ``.plot.models()``."""
        from ..plots.solvers import ModelPlots

        return ModelPlots(self)

    def text(self) -> str:
        """The comparison in words and columns, for a terminal."""
        from .text import comparison_text

        return comparison_text(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write table, figure, reading and manifest into a folder; see :mod:`sim.saving`."""
        from ..saving import save_study

        return save_study(
            Path(folder),
            self.scenario,
            key(self.scenario, self.ensemble.seed, len(self.ensemble)),
            tables={"models": self.table()},
            figures=self.plot.all(),
            text=self.text(),
            about={"study_kind": "compare-models"},
            command=command,
        )


def key(scenario: Scenario, seed: int, runs: int) -> dict[str, Any]:
    """What decides the results of a comparison of models, as plain data."""
    from ..results import study_of

    return {**study_of(scenario, seed, runs, False), "models": list(MODELS)}


def compare_models(
    scenario: Scenario,
    runs: int | None = None,
    *,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> ModelComparison:
    """Put the peers' models and the negotiation beside each other.

    Every text is also played as an offer to take or leave (the mediator ``hardliner`` with this
    opening text), with the random numbers of the negotiation: what would the members do with what
    a model without them predicts?

    Parameters
    ----------
    scenario
        What is decided.
    runs, seed
        Runs of the negotiation and of each offer; those of the scenario if not given.
    progress
        Called with the number of runs done since the last call; there are :data:`PLAYED` times as
        many as ``runs``.

    Raises
    ------
    SummitryError
        If nobody has any weight on a term.
    """
    case = case_of(scenario.setup)
    n, seed = scenario.counts(runs, seed)
    solutions = {name: solve(case, name) for name in MODELS}
    by_name = {t.name: t for t in scenario.setup.scenario.terms}
    ensemble = scenario.runs(n, seed=seed, progress=progress)
    texts = {
        name: {k: place(by_name[k], v) for k, v in zip(case.terms, s.values, strict=True)}
        for name, s in solutions.items()
    }
    usual = _usual(ensemble, case)
    if usual:
        texts[NEGOTIATION] = usual
    elif progress:
        progress(n)  # there is no text of its own to be played
    offers = {name: _offer(scenario, text, n, seed, progress) for name, text in texts.items()}
    return ModelComparison(scenario, case, solutions, ensemble, offers)


def scale_values(term: GridTerm, shown: np.ndarray) -> np.ndarray:
    """Values as tables hold them, on the scale of the drafting grid.

    Levels become their strength, a text without the term one step above the highest value.
    """
    numbers = scale(term)
    if term.labels:
        return np.array([numbers[term.labels.index(str(v))] for v in shown], dtype=float)
    none = numbers[-1]
    return np.array(
        [none if v is None or v is pd.NA or v == "none" or v != v else float(v) for v in shown]
    )


def _usual(ensemble: Ensemble, case: Case) -> dict[str, int]:
    """The most frequent text of the runs with a deal, as places on the grid; the first on a tie."""
    block = ensemble.block
    chosen = block.choice[block.adopted_round >= 0]
    if not len(chosen):
        return {}
    texts, counts = np.unique(chosen, axis=0, return_counts=True)
    usual = texts[int(np.argmax(counts))]
    names = [t.name for t in ensemble.scenario.setup.scenario.terms]
    return {k: int(usual[names.index(k)]) for k in case.terms}


def _offer(
    scenario: Scenario,
    places: dict[str, int],
    runs: int,
    seed: int,
    progress: Callable[[int], None] | None,
) -> Offer:
    by_name = {t.name: t for t in scenario.setup.scenario.terms}
    changes: dict[str, Any] = {"mediator.kind": "hardliner"}
    for k, at in places.items():
        shown = by_name[k].show(at)
        changes[f"terms.{k}.opening"] = "none" if shown is None else shown
    held = scenario.set(changes).runs(runs, seed=seed, progress=progress)
    block = held.block
    objects = 1.0 - block.passed.mean(axis=0)
    order = np.argsort(-objects, kind="stable")
    codes = scenario.setup.codes
    return Offer(
        places,
        Proportion.measure(int((block.adopted_round >= 0).sum()), runs),
        tuple((codes[i], float(objects[i])) for i in order),
    )


def _share(p: Proportion) -> dict[str, float]:
    return {"adopted": p.share, "adopted_low": p.low, "adopted_high": p.high}


def _first(offer: Offer) -> str:
    code, share = offer.objectors[0]
    return code if share > 0 else ""
