"""Shapley effects: the variance of the expected outcome divided fairly, dependence or not."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from .design import Analysis, Design, Method
from .sobol import named_split, positive, shares
from .unbiased import Estimate, bootstrap, noise, squares, whole_rows


class Shapley(Method):
    """Shapley effects Sh_i, which are not negative in truth and add up to 1.

    The worth of a set J of units is c(J) = E[V(f | all units but J)], and Sh_i is the mean over all
    orders of the units of what i adds to c of those before it, over V(f). Each row holds a random
    point x, a random order p, and the points x^k in which the first k units of the order are drawn
    anew *given the others*, so that

        c_k = P(x - x^k, x - x^k) / 2,    Sh_p(k) = mean (c_k - c_(k-1)) / mean c_d.

    Inputs may depend on each other by a Gaussian copula: their normal scores z have the correlation
    matrix S, and given the others z_J is drawn as z'_J + S_JK S_KK^-1 (z_K - z'_K) with z' a second
    independent point and K all but J. For independent inputs this is the estimator of Goda.

    References
    ----------
    Owen 2014, SIAM/ASA Journal on Uncertainty Quantification 2, 245-251, doi:10.1137/130936233;
    Song, Nelson & Staum 2016, the same 4, 1060-1083, doi:10.1137/15M1048070; Goda 2021, Journal of
    Computational Physics 443, doi:10.1016/j.jcp.2021.110527.
    """

    name = "shapley"
    samples = 2048
    runs = 8
    fewest_runs = 2
    main = "shapley"
    judged = ("shapley",)
    relative = False

    def design(
        self, unit: np.ndarray, samples: int, rng: np.random.Generator, correlation: np.ndarray
    ) -> Design:
        """Rows x, x^1, ..., x^d, each in an order of its own."""
        d, n = int(unit.max()) + 1, len(unit)
        root = np.linalg.cholesky(correlation)
        z, new = (rng.standard_normal((samples, n)) @ root.T for _ in range(2))
        order = rng.permuted(np.tile(np.arange(d), (samples, 1)), axis=1)
        place = np.empty_like(order)
        np.put_along_axis(place, order, np.arange(d)[None, :], axis=1)
        redrawn = place[:, unit][:, None, :] < np.arange(1, d + 1)[None, :, None]
        points = np.where(redrawn, new[:, None, :], z[:, None, :])
        linked = np.flatnonzero((correlation != 0.0).sum(axis=1) > 1)
        if len(linked):
            _condition(points, z, new, redrawn, correlation, linked)
        u = ndtr(np.concatenate([z[:, None, :], points], axis=1))
        return Design(u, unit, order)

    def analyse(self, design: Design, y: np.ndarray, rng: np.random.Generator) -> Analysis:
        """The Shapley effect of every unit."""
        worth = 0.5 * squares(y[:, :1], y[:, 1:])
        added = np.diff(worth, axis=1, prepend=0.0)
        by_unit = np.empty_like(added)
        np.put_along_axis(by_unit, design.moved, added, axis=1)
        rows = whole_rows(by_unit, noise(y).mean(axis=1))
        d = design.units

        def effects(m: np.ndarray) -> np.ndarray:
            return m[:, :d] / positive(m[:, :d].sum(axis=1, keepdims=True))

        def split(m: np.ndarray) -> np.ndarray:
            return shares(m[:, :d].sum(axis=1, keepdims=True), m[:, d:])

        found: Estimate = bootstrap(rows, effects, rng)
        luck = named_split(bootstrap(rows, split, rng))
        return Analysis({"shapley": found}, luck, len(rows) / len(y))


def _condition(
    points: np.ndarray,
    z: np.ndarray,
    new: np.ndarray,
    redrawn: np.ndarray,
    correlation: np.ndarray,
    linked: np.ndarray,
) -> None:
    """Draw linked inputs given the others; ``points`` has shape (rows, steps, inputs)."""
    for row, step in np.ndindex(points.shape[:2]):
        anew = redrawn[row, step, linked]
        if anew.all() or not anew.any():
            continue
        inside, given = linked[anew], linked[~anew]
        apart = z[row, given] - new[row, given]
        weights = np.linalg.solve(correlation[np.ix_(given, given)], apart)
        points[row, step, inside] += correlation[np.ix_(inside, given)] @ weights
