"""What is looked at in a summit, simulated or real, when coefficients are fitted to it.

Only what is known of the real ones: whether there was a deal, what the text said, who got a side
letter, and who objected on the day of its statement. A term whose value is built into the scenario
(:data:`sim.analysis.backtest_facts.INPUTS`) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..analysis.backtest import width
from ..analysis.backtest_facts import INPUTS, Facts
from ..analysis.backtest_forecasts import as_number, objections, with_forces
from ..engine.block import Block
from ..engine.problem import Setup
from ..scenario.grid import GridTerm


@dataclass(frozen=True)
class Feature:
    """One number of a summit that is compared.

    Attributes
    ----------
    name
        Such as ``deadline_year``, ``letter ESP`` or ``objects CAN``.
    weight
        What a difference of 1 counts in the distance between two summits.
    """

    name: str
    weight: float


def listed(setup: Setup, what: Facts) -> tuple[Feature, ...]:
    """The features of a summit in their order.

    Every term counts 1 from end to end of its grid, and 1 for being in the text or not; a deal or
    none counts as much as two terms. A letter that goes to another member counts 1, a letter too
    many or too few 1/2. All statements together count 1.
    """
    found = [Feature("deal", 2.0)]
    for _, term in _terms(setup, what):
        if term.or_none:
            found.append(Feature(f"{term.name} is set", 1.0))
        found.append(Feature(term.name, 1.0))
    found += [Feature(f"letter {setup.codes[i]}", 0.5) for i in with_forces(setup)]
    share = 1.0 / len(what.statements)
    return (*found, *(Feature(f"objects {s.member}", share) for s in what.statements))


def features(setup: Setup, what: Facts, block: Block) -> np.ndarray:
    """Features of simulated summits, shape (runs, features), float32, each from 0 to 1.

    Parameters
    ----------
    setup
        The scenario.
    what
        The real summit; only the days of its statements are used.
    block
        Runs, played with ``trace=True``.
    """
    deal = block.adopted_round >= 0
    columns = [deal]
    for j, term in _terms(setup, what):
        values = np.array([as_number(term, term.show(v)) for v in range(len(term.values))])
        columns += [np.where(deal, c, 0.0) for c in _of_term(term, values[block.choice[:, j]])]
    letters = block.side_letter[:, with_forces(setup)] & deal[:, None]
    said = objections(setup, what, block)
    return np.column_stack([*columns, letters, said]).astype(np.float32)


def observed(setup: Setup, what: Facts) -> np.ndarray:
    """The same features of the real summit, shape (features,)."""
    columns = [1.0]
    for _, term in _terms(setup, what):
        value = np.array([as_number(term, what.text[term.name])])
        columns += [float(c[0]) for c in _of_term(term, value)]
    letters = [float(setup.codes[i] in what.letters) for i in with_forces(setup)]
    said = [float(s.opposed) for s in what.statements]
    return np.array([*columns, *letters, *said], dtype=np.float32)


def _terms(setup: Setup, what: Facts) -> Iterable[tuple[int, GridTerm]]:
    for j, term in enumerate(setup.scenario.terms):
        if term.written and term.name not in INPUTS[what.scenario]:
            yield j, term


def _of_term(term: GridTerm, values: np.ndarray) -> list[np.ndarray]:
    """Features of one term from its values (nan: the text has none), shape (runs,) each."""
    there = ~np.isnan(values)
    first = 0.0 if term.labels else term.values[0]
    place = np.where(there, (values - first) / width(term), 0.0)
    return [there.astype(float), place] if term.or_none else [place]
