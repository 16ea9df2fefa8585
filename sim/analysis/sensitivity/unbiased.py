"""Moments of the expected outcome, free of the noise of runs, and their bootstrap intervals.

A point x of the input space gives another outcome in every run, Y = f(x) + noise, and the effect
of inputs is that on f(x) = E[Y | x]. The mean of R runs has the noise variance / R on top, so that
squares and products of means are too large: a plain estimator finds effects where there are none,
and its intervals miss the truth. Here a product f(x) f(x') is the mean over pairs of *different*
runs,

    P(x, x') = sum over r != s of y_r(x) y_s(x') / (R (R - 1))
             = mean(x) mean(x') - covariance of runs(x, x') / R,

whose expectation is f(x) f(x') also where the two points share their random numbers (a U-statistic;
Hoeffding 1948, doi:10.1214/aoms/1177730196). It is the correction of the analysis of variance with
random effects, point by point. Everything else is made of means of such products over independent
rows of a design, and a bootstrap over rows gives its interval.

Outcomes are arrays of shape (rows, points, R, components), nan where a run has none; categories are
components of 0 and 1, and products are then summed over them (Gamboa et al. 2014,
doi:10.1214/14-EJS895).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

#: Draws of a bootstrap.
DRAWS = 1000
LEVEL = 0.95
_AT_A_TIME = 100


class Estimate(NamedTuple):
    """Estimates with the ends of their intervals, each of shape (units,) or ()."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def means(y: np.ndarray) -> np.ndarray:
    """Means over runs: shape (..., R, components) to (..., components); nan without any run."""
    there = ~np.isnan(y)
    count = there.sum(axis=-2)
    total = np.where(there, y, 0.0).sum(axis=-2)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Unbiased products of expectations, summed over components.

    Parameters
    ----------
    a, b
        Outcomes of shape (..., R, components); run r of both shares its random numbers or not.

    Returns
    -------
    ndarray
        Shape (...); nan where fewer than two runs have an outcome in both.
    """
    here, there = ~np.isnan(a), ~np.isnan(b)
    both = here & there
    n_a, n_b, n = (m.sum(axis=-2) for m in (here, there, both))
    x, z = np.where(here, a, 0.0), np.where(there, b, 0.0)
    x_both, z_both = np.where(both, a, 0.0).sum(axis=-2), np.where(both, b, 0.0).sum(axis=-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = ((x * z).sum(axis=-2) - x_both * z_both / n) / (n - 1)
        product = x.sum(axis=-2) * z.sum(axis=-2) - n * covariance
        product = product / (n_a * n_b)
    return np.asarray(np.where(n > 1, product, np.nan).sum(axis=-1))


def squares(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Unbiased squares of the difference of two expectations, as :func:`products`."""
    return products(a, a) - 2.0 * products(a, b) + products(b, b)


def noise(y: np.ndarray) -> np.ndarray:
    """Variance of runs at a point, summed over components: shape (..., R, components) to (...)."""
    there = ~np.isnan(y)
    count = there.sum(axis=-2)
    apart = np.where(there, y - means(y)[..., None, :], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (apart * apart).sum(axis=-2) / (count - 1)
    return np.asarray(np.where(count > 1, variance, np.nan).sum(axis=-1))


def bootstrap(
    rows: np.ndarray,
    estimate: Callable[[np.ndarray], np.ndarray],
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
) -> Estimate:
    """Estimates that are functions of means over rows, with 95% percentile intervals.

    Parameters
    ----------
    rows
        What is known of each row, shape (rows, things), without nan.
    estimate
        From means, shape (draws, things), to estimates, shape (draws, units).
    rng
        Of the bootstrap.
    draws
        How often rows are drawn anew.

    References
    ----------
    Archer, Saltelli & Sobol' 1997, "Sensitivity measures, ANOVA-like techniques and the use of
    bootstrap", Journal of Statistical Computation and Simulation 58, doi:10.1080/00949659708811825.
    """
    n = len(rows)
    value = estimate(rows.mean(axis=0)[None, :])[0]
    found = []
    for start in range(0, draws, _AT_A_TIME):
        some = min(_AT_A_TIME, draws - start)
        found.append(estimate(resampled(n, some, rng) @ rows / n))
    ends = (1.0 - LEVEL) / 2.0
    drawn = np.concatenate(found)
    unknown = np.isnan(drawn).all(axis=0)
    drawn[:, unknown] = 0.0
    quantile = np.quantile if np.isfinite(drawn).all() else np.nanquantile
    low, high = np.where(unknown, np.nan, quantile(drawn, [ends, 1.0 - ends], axis=0))
    return Estimate(value, low, high)


def resampled(n: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each of n rows is drawn when n are drawn with replacement, shape (draws, n)."""
    places = rng.integers(0, n, (draws, n)) + n * np.arange(draws)[:, None]
    return np.bincount(places.ravel(), minlength=draws * n).reshape(draws, n).astype(float)


def whole_rows(*things: np.ndarray) -> np.ndarray:
    """Things known of each row side by side, shape (rows, things); rows that lack any left out."""
    rows = np.column_stack([t.reshape(len(t), -1) for t in things])
    return np.asarray(rows[np.isfinite(rows).all(axis=1)])
