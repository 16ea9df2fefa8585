"""``compromise``: the mean of positions weighted by power x salience.

Van den Bos 1991, "Dutch EC Decision Making"; the "compromise model" of Achen 2006, in Thomson,
Stokman, Achen & König (eds.), "The European Union Decides" (doi:10.1017/CBO9780511492082), where
no model predicted the outcomes of EU legislation better.
"""

from __future__ import annotations

import numpy as np

from ..rules.mediators.weighted_mean import value
from .case import Case, Solution


def solve(case: Case) -> Solution:
    """Weighted mean, term by term: sum c s x / sum c s."""
    weights = case.weights
    return Solution(
        np.array([value(case.position[:, k], weights[:, k]) for k in range(len(case.terms))])
    )
