"""PAWN: how far does knowing an input move the whole distribution of the outcome?"""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from ...errors import SummitryError
from .design import Analysis, Design, Method
from .sobol import independent, named_split, shares
from .unbiased import LEVEL, Estimate, bootstrap, means, noise, resampled, whole_rows

_SLICES = 8
_THRESHOLDS = 60
_DRAWS = 300


class Pawn(Method):
    """Distances between the distribution of the outcome and that with one input known.

    Points are split into 8 slices of equal probability of an input. In each slice the distance is
    that of Kolmogorov and Smirnov, the largest difference of the two distribution functions; for
    categories it is half the sum of the absolute differences of their probabilities. ``ks`` is the
    median over slices, ``ks_max`` the largest. The outcome is that of single runs, so it tells of
    more than means: also whether an input makes the outcome more or less certain.

    A distance between samples is too large, by b on average where there is no effect. b is measured
    on inputs without any, made by shuffling, and taken off in squares: sqrt(d^2 - b^2). Distances
    below ``noise``, the 95% quantile of such inputs, cannot be told from none.

    References
    ----------
    Pianosi & Wagener 2015, Environmental Modelling & Software 67, 1-11,
    doi:10.1016/j.envsoft.2015.01.004; 2018, the same 108, 197-207,
    doi:10.1016/j.envsoft.2018.07.019 (any sample, dummy input).
    """

    name = "pawn"
    samples = 4096
    runs = 4
    fewest_runs = 1
    main = "ks"
    judged = ("ks",)
    relative = False

    def design(
        self, unit: np.ndarray, samples: int, rng: np.random.Generator, correlation: np.ndarray
    ) -> Design:
        """Scrambled Sobol points; each plays its own runs."""
        independent(correlation, self.name)
        if len(np.unique(unit)) < len(unit):
            raise SummitryError("pawn tells of single inputs; leave groups out")
        if samples & (samples - 1) or samples < 2 * _SLICES:
            raise SummitryError(f"samples must be a power of two from 16 on, got {samples}")
        u = qmc.Sobol(len(unit), scramble=True, seed=rng).random(samples)
        return Design(u[:, None, :], unit)

    def analyse(self, design: Design, y: np.ndarray, rng: np.random.Generator) -> Analysis:
        """Median and largest distance of every input."""
        count = (~np.isnan(y[:, 0, :, 0])).sum(axis=1).astype(float)
        below = _below(y[:, 0])
        n = len(below)
        ones = np.ones((1, n))
        dummies = [
            _distances(below, count, rng.permutation(n), ones, y.shape[-1]) for _ in range(100)
        ]
        bias = np.mean(dummies, axis=0)[0]
        edge = np.quantile(np.array(dummies)[:, 0, 0], LEVEL)
        weights = resampled(n, _DRAWS, rng)
        found: list[list[np.ndarray]] = []
        for j in range(design.units):
            order = np.argsort(design.u[:, 0, j], kind="stable")
            value = _less(_distances(below, count, order, ones, y.shape[-1])[0], bias**2)
            # Drawing rows anew adds the same noise a second time.
            drawn = _less(_distances(below, count, order, weights, y.shape[-1]), 2.0 * bias**2)
            tails = np.nanquantile(drawn, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0], axis=0)
            found.append([value, *tails])
        parts = np.array(found)  # (units, value and ends, median and largest)
        none = np.full(design.units, np.nan)
        limit = np.full(design.units, float(_less(edge, bias[0] ** 2)))
        measures = {
            "ks": Estimate(*parts[:, :, 0].T),
            "ks_max": Estimate(*parts[:, :, 1].T),
            "noise": Estimate(limit, none, none),
        }
        return Analysis(measures, _split(y, rng), float((count > 0).mean()))


def _below(y: np.ndarray) -> np.ndarray:
    """Runs of each point at or below each threshold, or in each category: (points, thresholds)."""
    if y.shape[-1] > 1:
        return np.asarray(np.nansum(y, axis=1))
    values = y[..., 0]
    levels = np.unique(values[~np.isnan(values)])
    if len(levels) > _THRESHOLDS:
        levels = np.unique(np.nanquantile(values, np.linspace(0.0, 1.0, _THRESHOLDS + 1)))
    # A nan is at or below nothing. The last level holds all runs and tells nothing.
    return np.asarray((values[:, :, None] <= levels[:-1]).sum(axis=1, dtype=float))


def _distances(
    below: np.ndarray, count: np.ndarray, order: np.ndarray, weights: np.ndarray, components: int
) -> np.ndarray:
    """Median and largest distance over slices of the points in an order; (draws, 2)."""
    draws, n = weights.shape
    cut = (_SLICES, n // _SLICES)
    w = weights[:, order].reshape(draws, *cut).transpose(1, 0, 2)
    inside = np.matmul(w, below[order].reshape(*cut, below.shape[1]))
    runs = np.matmul(w, count[order].reshape(*cut, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(inside / runs - inside.sum(axis=0) / runs.sum(axis=0))
    if not apart.shape[-1]:
        return np.zeros((draws, 2))
    distance = apart.max(axis=-1) if components == 1 else 0.5 * apart.sum(axis=-1)
    return np.stack([np.nanmedian(distance, axis=0), np.nanmax(distance, axis=0)], axis=1)


def _less(distance: np.ndarray, square: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(np.maximum(distance**2 - square, 0.0)))


def _split(y: np.ndarray, rng: np.random.Generator) -> dict[str, Estimate]:
    """The split of the variance; nothing from single runs."""
    if y.shape[2] < 2:
        return {}
    runs = (~np.isnan(y[:, 0, :, 0])).sum(axis=1)
    level, luck = means(y)[:, 0], noise(y)[:, 0]
    with np.errstate(divide="ignore"):
        rows = whole_rows((level**2).sum(axis=-1) - luck / runs, luck, level)

    def split(m: np.ndarray) -> np.ndarray:
        return shares(m[:, :1] - (m[:, 2:] ** 2).sum(axis=1, keepdims=True), m[:, 1:2])

    return named_split(bootstrap(rows, split, rng))
