"""From a scenario to what the peers' models read: positions and saliences.

With ``spatial`` preferences a scenario gives both. With ``burden`` they are derived, for the values
of all inputs at their centres:

- position: the value that the member would write itself (the rule ``ideal_value`` of its
  preference model, put on the drafting grid; see docs/odd.md, 3.4.3 and 3.4.4);
- salience: how much is at stake for it on the term, the difference between the largest and the
  smallest pain that it feels when this term alone is moved over its grid and the others stay as in
  the first text; divided by the largest such number of any member and term.

A text without a term that it may go without ("none") counts as one step above the highest value,
where the drafting grid has it.
"""

from __future__ import annotations

import numpy as np

from ..engine.problem import (
    CURRENT,
    FISCAL,
    N_COEFFICIENTS,
    NEED,
    PER_MEMBER,
    THREAT,
    Coefficients,
    Problem,
    Setup,
)
from ..rules import preferences
from ..rules.drafting import nearest
from ..rules.preferences import BURDEN, DEMANDER, SPATIAL, burden, demander
from ..scenario.grid import GridTerm
from .case import Case


def case_of(setup: Setup) -> Case:
    """The scenario as peers' models see it; terms with a single value are left out.

    Parameters
    ----------
    setup
        The scenario, such as ``sim.load("hague_2025").setup``.

    Raises
    ------
    SummitryError
        If nobody has any weight on a term.
    """
    p, terms = setup.problem, setup.scenario.terms
    open_ = [k for k, term in enumerate(terms) if len(term.values) > 1]
    if (p.model == SPATIAL).all():
        positions, saliences = _given(p)
    else:
        positions, saliences = _derived(p)
    places = [scale(term) for term in terms]
    if (p.model != SPATIAL).any():
        positions = np.array(
            [
                [places[k][nearest(positions[i, k], p.grid[k], p.sizes[k])] for k in open_]
                for i in range(p.n_members)
            ]
        )
    else:
        positions = positions[:, open_]
    saliences = saliences[:, open_]
    largest = saliences.max(initial=0.0)
    return Case(
        terms=tuple(terms[k].name for k in open_),
        members=setup.codes,
        capability=p.capability,
        position=positions,
        salience=saliences / largest if largest > 1.0 or (p.model != SPATIAL).any() else saliences,
        low=np.array([min(places[k]) for k in open_]),
        high=np.array([max(places[k]) for k in open_]),
        reference=p.reference[open_] if p.has_reference else None,
    )


def scale(term: GridTerm) -> list[float]:
    """The values of a term with "none" one step above the highest."""
    values = list(term.values)
    if term.or_none:
        values[-1] = values[-2] + (values[-2] - values[-3] if len(values) > 2 else 1.0)
    return values


def words(term: GridTerm, value: float) -> str:
    """A solution on one term in words: the number, the level, or none."""
    values = scale(term)
    if term.labels:
        return f"{term.labels[int(np.argmin(np.abs(np.array(values) - value)))]} ({value:.2f})"
    if term.or_none and value > 0.5 * (values[-1] + values[-2]):
        return "none"
    step = abs(values[1] - values[0])
    return f"{value:.1f}" if step >= 1 else f"{value:.2f}"


def place(term: GridTerm, value: float) -> int:
    """The place on the drafting grid that is nearest to a solution."""
    return int(nearest(value, scale(term), len(term.values)))


def _given(p: Problem) -> tuple[np.ndarray, np.ndarray]:
    m, k = p.n_members, p.n_terms
    values = p.public_values
    ideal = values[p.ideal_from : p.ideal_from + m * k].reshape(m, k)
    return ideal, values[p.salience_from : p.salience_from + m * k].reshape(m, k)


def _derived(p: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Wishes before they are put on the grid, and stakes, shape (m, k) each."""
    m, k = p.n_members, p.n_terms
    values = p.public_values.tolist()
    c = Coefficients(*values[p.coefficients_from : p.coefficients_from + N_COEFFICIENTS])
    wishes, stakes = np.zeros((m, k)), np.zeros((m, k))
    first = [float(p.grid[j, p.opening[j]]) for j in range(k)]
    for i in range(m):
        own = values[i * PER_MEMBER : (i + 1) * PER_MEMBER]
        row = [0.0] * p.n_columns
        model = int(p.model[i])
        if model == BURDEN:
            burden.take_position(
                row, own[THREAT], own[FISCAL], own[CURRENT], own[NEED], float(p.others_core[i]),
                p.year, c,
            )  # fmt: skip
        elif model == DEMANDER:
            d = p.demand
            demander.take_position(row, float(d[0]), float(d[1]), float(d[2]), p.year, c)
        for j in range(k):
            wishes[i, j] = preferences.ideal_value(model, j, row, own[THREAT])
            text = list(first)
            pains = []
            for value in p.grid[j, : p.sizes[j]].tolist():
                text[j] = value
                pains.append(preferences.pain(model, text, row, k))
            stakes[i, j] = max(pains) - min(pains)
    return wishes, stakes
