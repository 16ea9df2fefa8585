"""Models of collective decision-making by other authors, on the same scenarios.

Each model is one small file with a function from a :class:`~sim.solvers.case.Case` to a
:class:`~sim.solvers.case.Solution`, registered here by name. ``docs/peers.md`` says what each
assumes and how it was checked.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import SummitryError
from . import bargaining, challenge, compromise, exchange, weighted_median
from .case import Case, Solution

MODELS: dict[str, Callable[[Case], Solution]] = {
    "compromise": compromise.solve,
    "weighted_median": weighted_median.solve,
    "nash": bargaining.nash,
    "kalai_smorodinsky": bargaining.kalai_smorodinsky,
    "challenge": challenge.solve,
    "exchange": exchange.solve,
}


def solve(case: Case, model: str) -> Solution:
    """What a model predicts.

    Parameters
    ----------
    case
        The decision; of a scenario, :func:`sim.solvers.derive.case_of` gives it.
    model
        One of :data:`MODELS`.

    Raises
    ------
    SummitryError
        If there is no such model.
    """
    if model not in MODELS:
        raise SummitryError(f"no model is called '{model}'; there are {', '.join(MODELS)}")
    return MODELS[model](case)


__all__ = ["MODELS", "Case", "Solution", "solve"]
