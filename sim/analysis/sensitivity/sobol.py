"""Sobol indices of first and total order: shares of the variance of the expected outcome."""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from ...errors import SummitryError
from .design import Analysis, Design, Method
from .unbiased import Estimate, bootstrap, means, noise, products, squares, whole_rows


class Sobol(Method):
    """Indices S_i = V(E[f | x_i]) / V(f) and T_i = E[V(f | all but x_i)] / V(f) of f = E[Y | x].

    Rows hold the points A, A with unit i from B (AB_i), and B, of scrambled Sobol points. With
    unbiased products P (see :mod:`.unbiased`), m the mean of f over A and B:

        V    = mean (P(A, A) + P(B, B)) / 2 - m^2
        T_i  = mean P(A - AB_i, A - AB_i) / 2 V
        S_i  = (1 - w) S'_i + w S"_i,    w = T_i within 0 to 1
        S'_i = mean [P(B, AB_i) - P(B, A) - m (f(AB_i) - f(A))] / V
        S"_i = 1 - mean P(B - AB_i, B - AB_i) / 2 V

    S' has the smaller error for inputs that matter little and S" for those that matter most. All
    numerators are unbiased, so that estimates may fall below 0. ``share`` of the split is
    V / (V + noise), the part of the variance of a single run that comes from the inputs.

    References
    ----------
    Saltelli et al. 2010, Computer Physics Communications 181, 259-270,
    doi:10.1016/j.cpc.2009.09.018 (S'); Jansen 1999, Computer Physics Communications 117, 35-43,
    doi:10.1016/S0010-4655(98)00154-4 (S", T); Owen 2020, arXiv:2008.08051 (scrambled points).
    """

    name = "sobol"
    samples = 1024
    runs = 16
    fewest_runs = 2
    main = "total"
    judged = ("first", "total")
    relative = False

    def design(
        self, unit: np.ndarray, samples: int, rng: np.random.Generator, correlation: np.ndarray
    ) -> Design:
        """Rows A, AB_1, ..., AB_d, B; ``samples`` must be a power of two."""
        independent(correlation, self.name)
        if samples & (samples - 1):
            raise SummitryError(f"samples must be a power of two, such as 1024, got {samples}")
        n = len(unit)
        u = qmc.Sobol(2 * n, scramble=True, seed=rng).random(samples)
        a, b = u[:, None, :n], u[:, None, n:]
        mixed = np.where(np.arange(unit.max() + 1)[:, None] == unit[None, :], b, a)
        return Design(np.concatenate([a, mixed, b], axis=1), unit)

    def analyse(self, design: Design, y: np.ndarray, rng: np.random.Generator) -> Analysis:
        """First and total indices of every unit."""
        a, mixed, b = y[:, :1], y[:, 1:-1], y[:, -1:]
        d, c = design.units, y.shape[-1]
        level = means(y)
        rows = whole_rows(
            products(b, mixed) - products(b, a),
            0.5 * squares(b, mixed),
            0.5 * squares(a, mixed),
            0.5 * (products(a, a) + products(b, b)),
            noise(y).mean(axis=1),
            0.5 * (level[:, 0] + level[:, -1]),
            level[:, 1:-1] - level[:, :1],
        )

        def variance_of(m: np.ndarray) -> np.ndarray:
            return m[:, [3 * d]] - (centre_of(m) ** 2).sum(axis=1, keepdims=True)

        def centre_of(m: np.ndarray) -> np.ndarray:
            return m[:, 3 * d + 2 : 3 * d + 2 + c]

        def indices(m: np.ndarray) -> np.ndarray:
            apart = m[:, 3 * d + 2 + c :].reshape(len(m), d, c)
            small = m[:, :d] - (apart * centre_of(m)[:, None, :]).sum(axis=2)
            variance = positive(variance_of(m))
            total = m[:, 2 * d : 3 * d] / variance
            w = np.clip(total, 0.0, 1.0)
            first = (1.0 - w) * small / variance + w * (1.0 - m[:, d : 2 * d] / variance)
            return np.concatenate([first, total], axis=1)

        def split(m: np.ndarray) -> np.ndarray:
            return shares(variance_of(m), m[:, [3 * d + 1]])

        both = bootstrap(rows, indices, rng)
        measures = {
            "first": Estimate(*(part[:d] for part in both)),
            "total": Estimate(*(part[d:] for part in both)),
        }
        return Analysis(measures, named_split(bootstrap(rows, split, rng)), len(rows) / len(y))


def independent(correlation: np.ndarray, method: str) -> None:
    """Refuse dependent inputs where a method has no meaning for them."""
    if not np.array_equal(correlation, np.eye(len(correlation))):
        raise SummitryError(f"{method} needs independent inputs; correlation goes with shapley")


def positive(variance: np.ndarray) -> np.ndarray:
    """A variance to divide by, nan where there is none."""
    return np.where(variance > 1e-12, variance, np.nan)


def shares(variance: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Variance between points, variance of runs, share of the first; shape (draws, 3)."""
    return np.concatenate([variance, runs, variance / positive(variance + runs)], axis=1)


def named_split(split: Estimate) -> dict[str, Estimate]:
    """The split of the variance by name."""
    names = ("parametric", "stochastic", "share")
    return {name: Estimate(*(p[j] for p in split)) for j, name in enumerate(names)}
