"""Tornado: what does each input do alone, all others at their middle?"""

from __future__ import annotations

import numpy as np

from .design import Analysis, Design, Method
from .sobol import independent
from .unbiased import Estimate, bootstrap

_ENDS = (0.05, 0.95)


class Tornado(Method):
    """Changes of the outcome when one unit goes to the low or high end of its distribution.

    All inputs stand at their medians, and the ends are their 5% and 95% quantiles; a unit of
    several inputs moves all of them. Every point plays the same replications, so that a change is a
    mean of paired differences and its interval, from a bootstrap over replications, is narrow.

    ``low`` and ``high`` are the changes at the ends and ``swing`` the whole range that they span
    with the middle. Interactions are not seen: that is for ``sobol`` and ``shapley``. Of an outcome
    by categories a change is half the sum of the absolute changes of their probabilities.
    """

    name = "tornado"
    samples = 1
    runs = 2000
    fewest_runs = 2
    main = "swing"
    judged = ("swing",)
    relative = True

    def design(
        self, unit: np.ndarray, samples: int, rng: np.random.Generator, correlation: np.ndarray
    ) -> Design:
        """One row: the middle, then the low and high end of every unit."""
        independent(correlation, self.name)
        d = int(unit.max()) + 1
        u = np.full((1, 1 + 2 * d, len(unit)), 0.5)
        for j in range(d):
            for end, value in enumerate(_ENDS):
                u[0, 1 + 2 * j + end, unit == j] = value
        return Design(u, unit)

    def analyse(self, design: Design, y: np.ndarray, rng: np.random.Generator) -> Analysis:
        """Changes at the ends, and the range that they span."""
        d, c, k = design.units, y.shape[-1], y.shape[1]
        runs = np.moveaxis(y[0], 1, 0)  # (runs, points, components)
        there = ~np.isnan(runs[..., 0])
        rows = np.column_stack(
            [np.nan_to_num(runs).reshape(len(runs), -1), there.astype(float)],
        )

        def measures(m: np.ndarray) -> np.ndarray:
            total, count = m[:, : k * c].reshape(-1, k, c), m[:, k * c :, None]
            level = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
            change = level[:, 1:] - level[:, :1]
            sized = change[..., 0] if c == 1 else 0.5 * np.abs(change).sum(axis=-1)
            low, high = sized[:, 0::2], sized[:, 1::2]
            swing = np.fmax(np.fmax(low, high), 0.0) - np.fmin(np.fmin(low, high), 0.0)
            return np.concatenate([low, high, swing], axis=1)

        found = bootstrap(rows, measures, rng)
        told = {
            name: Estimate(*(part[j * d : (j + 1) * d] for part in found))
            for j, name in enumerate(("low", "high", "swing"))
        }
        return Analysis(told, {}, float((there.any(axis=0)).mean()))
