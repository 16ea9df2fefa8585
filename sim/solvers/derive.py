"""From a scenario to what the peers' models read: positions and saliences.

With ``spatial`` preferences a scenario gives both. With ``pledge`` they are derived, for the values
of all inputs at their centres, without luck and events:

- position: the most ambitious value of the term that the member would let pass on the last day, the
  others as in the first text; the least ambitious one where it would let none pass. The demander's:
  the value that it has most of, as near to the first text as can be.
- salience: how fast its net loss rises from there to the most ambitious value, in steps of the
  drafting grid, taken over the whole grid of the term and relative to what refusing costs it;
  divided by the largest such number of any member and term. The demander's: how fast the value of
  the text falls towards the least ambitious one.

Failure is then the worst for everybody: what a member would rather swallow than see it, its
position says already. A text without a term that it may go without ("none") counts as one step
above the highest value, where the drafting grid has it.
"""

from __future__ import annotations

import numpy as np

from ..analysis.reasons import accepted, last_day_cost
from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import Problem, Setup
from ..rules.drafting import nearest
from ..rules.preferences import SPATIAL
from ..scenario.grid import GridTerm
from .case import Case


def case_of(setup: Setup) -> Case:
    """The scenario as peers' models see it.

    Terms with a single value are left out, and under ``pledge`` those by which nobody loses.

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
    given = p.preferences == SPATIAL
    positions, saliences = _given(p) if given else _derived(setup)
    if not given:
        open_ = [k for k in open_ if saliences[:, k].any()]
    saliences = saliences[:, open_]
    largest = saliences.max(initial=0.0)
    return Case(
        terms=tuple(terms[k].name for k in open_),
        members=setup.codes,
        power=p.power,
        position=positions[:, open_],
        salience=saliences / largest if largest > 1.0 or not given else saliences,
        low=np.array([min(scale(terms[k])) for k in open_]),
        high=np.array([max(scale(terms[k])) for k in open_]),
        reference=p.in_force[open_] if given and p.has_in_force else None,
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


def _derived(setup: Setup) -> tuple[np.ndarray, np.ndarray]:
    """Positions on the scale of each term, and saliences before they are divided, shape (m, k)."""
    terms = setup.scenario.terms
    model = SummitModel(setup, collect=False, centre=True)
    model.release()
    positions = np.zeros((len(model.members), len(terms)))
    saliences = np.zeros_like(positions)
    for i, state in enumerate(model.members):
        for k, term in enumerate(terms):
            at = _asked_for(state, k) if state.demands else _swallowed(state, k)
            positions[i, k] = scale(term)[at]
            saliences[i, k] = _rise(state, k, at)
    return positions, saliences


def _swallowed(state: MemberState, term: int) -> int:
    """The most ambitious place of a term that a member would let pass on the last day."""
    places = accepted(state, term, 1.0)
    up = state.model.ambition[term] > 0
    if not places:
        return 0 if up else state.model.sizes[term] - 1
    return max(places) if up else min(places)


def _asked_for(state: MemberState, term: int) -> int:
    """The place of a term that the demander has most of, the nearest to the first text of these."""
    m = state.model
    values = [m.tabler.value(_moved(m, term, j)) for j in range(m.sizes[term])]
    best = [j for j, value in enumerate(values) if value >= max(values)]
    return min(best, key=lambda j: abs(j - m.choice[term]))


def _rise(state: MemberState, term: int, at: int) -> float:
    """How fast a member loses beyond a place, over the whole term and relative to refusing.

    Where nothing lies beyond, by the last step.
    """
    m = state.model
    size, cost = m.sizes[term], last_day_cost(state)
    if size < 2 or cost <= 0.0:
        return 0.0
    worse = -m.ambition[term] if state.demands else m.ambition[term]
    end = size - 1 if worse > 0 else 0
    start = at if at != end else end - worse

    def lost(place: int) -> float:
        choice = _moved(m, term, place)
        return -m.tabler.value(choice) if state.demands else state.net(choice)

    return max(0.0, lost(end) - lost(start)) / abs(end - start) * (size - 1) / cost


def _moved(model: SummitModel, term: int, place: int) -> list[int]:
    choice = list(model.choice)
    choice[term] = place
    return choice
