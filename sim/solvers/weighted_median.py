"""``weighted_median``: the position of the median voter, weighted by power x salience.

Black 1948, "On the Rationale of Group Decision-making", Journal of Political Economy 56(1),
doi:10.1086/256633; with these weights it is also the pairwise winner from which the challenge model
of Bueno de Mesquita begins.
"""

from __future__ import annotations

import numpy as np

from ..rules.mediators.weighted_median import value
from .case import Case, Solution


def solve(case: Case) -> Solution:
    """Weighted median, term by term: the lowest position that half of the weight is at or below."""
    return Solution(np.array([median(case, k) for k in range(len(case.terms))]))


def median(case: Case, k: int) -> float:
    """Weighted median of one term; who takes no part in it does not count."""
    takes_part = case.weights[:, k] > 0
    return float(value(case.position[takes_part, k], case.weights[takes_part, k]))
