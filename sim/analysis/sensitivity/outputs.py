"""Outcomes of a run as numbers: what a study of sensitivity may ask about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...batch.points import PointResults
from ...batch.tables import OUTCOMES
from ...errors import SummitryError
from ...scenario.resolve import Resolved
from .. import tally
from ..discovery.events import parse_event

_USUAL = ("core_pct_gdp", "deadline_year")
_FEW = 3


@dataclass(frozen=True)
class Output:
    """One outcome.

    Attributes
    ----------
    name
        As it is called.
    unit
        Its unit; ``probability`` for what happens or not and for categories.
    categories
        Names of the categories, empty for a number.
    given_deal
        Whether it exists only where there is a deal.
    needs_letters
        Whether it needs to know who holds a side letter.
    read
        From results to an array of shape (points, runs, components), nan where a run has none.
    """

    name: str
    unit: str
    categories: tuple[str, ...]
    given_deal: bool
    needs_letters: bool
    read: Callable[[PointResults], np.ndarray]


def usual_outputs(scenario: Resolved) -> list[str]:
    """What is asked unless the user says otherwise: the deal, the main terms, side letters."""
    numbers = [t.name for t in scenario.terms if t.written and not t.labels]
    terms = [name for name in _USUAL if name in numbers] or numbers[:_FEW]
    return ["deal", *terms, *(["n_side_letters"] if scenario.file.demander else [])]


def outputs_of(scenario: Resolved, names: str | Sequence[str] | None) -> tuple[Output, ...]:
    """Outcomes by name.

    Parameters
    ----------
    scenario
        The scenario.
    names
        ``outcome`` (its categories together), a term, ``headline_pct_gdp``, ``n_side_letters`` or
        ``adopted_round`` (all over the runs with a deal), or an event whose probability it is, as
        for :func:`sim.analysis.discovery.events.parse_event`: ``deal``, ``no_deal``,
        ``side_letter.ESP``, ``core_pct_gdp >= 3.5``, ``wording = we_commit``.

    Raises
    ------
    SummitryError
        If a name is none of these.
    """
    asked = (
        usual_outputs(scenario) if names is None else [names] if isinstance(names, str) else names
    )
    found = {}
    for name in asked:
        output = _output(scenario, name)
        if output.name in found:
            raise SummitryError(f"the outcome {output.name} is asked for twice")
        found[output.name] = output
    if not found:
        raise SummitryError("name at least one outcome, such as deal")
    return tuple(found.values())


def _output(scenario: Resolved, name: str) -> Output:
    terms = {t.name: t for t in scenario.terms if t.written}
    if name == "outcome":
        return Output(name, "probability", OUTCOMES, False, False, _outcome)
    if name in terms and terms[name].labels:
        labels = terms[name].labels
        return Output(name, "probability", labels, True, False, lambda r: _levels(r, name))
    if name in terms:
        unit = terms[name].unit
        return Output(name, unit, (), True, False, lambda r: r.terms[name][..., None])
    if name == "n_side_letters" or name == "adopted_round":
        unit = "letters" if name == "n_side_letters" else "round"
        return Output(name, unit, (), True, False, lambda r: _with_deal(r, getattr(r, name)))
    if name == tally.HEADLINE and {"core_pct_gdp", "broader_pct_gdp"} <= terms.keys():
        return Output(
            name, terms["core_pct_gdp"].unit, (), True, False,
            lambda r: (r.terms["core_pct_gdp"] + r.terms["broader_pct_gdp"])[..., None],
        )  # fmt: skip
    try:
        event = parse_event(name, scenario)
    except SummitryError as error:
        known = ", ".join(["outcome", *terms, "n_side_letters", "adopted_round"])
        raise SummitryError(f"an outcome is {known}, or an event; {error}") from None
    return Output(
        event.text, "probability", (), False, event.needs_letters,
        lambda r: event.happens(r).astype(float)[..., None],
    )  # fmt: skip


def _outcome(r: PointResults) -> np.ndarray:
    return np.asarray(r.outcome[..., None] == np.arange(len(OUTCOMES)), dtype=float)


def _levels(r: PointResults, name: str) -> np.ndarray:
    chosen = r.levels[name][..., None]
    found = np.asarray(chosen == np.arange(len(r.labels[name])), dtype=float)
    return np.where(chosen >= 0, found, np.nan)


def _with_deal(r: PointResults, numbers: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(r.adopted, numbers.astype(float), np.nan))[..., None]
