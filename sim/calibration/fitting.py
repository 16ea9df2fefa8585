"""Approximate Bayesian computation: which coefficients make simulated summits like the real ones.

Rejection from a reference table (Pritchard et al. 1999, Molecular Biology and Evolution 16(12),
1791-1798, DOI 10.1093/oxfordjournals.molbev.a026091): of many draws from the prior those are kept
whose simulated summits are nearest to the real ones. ``docs/calibration.md`` says why this and not
sequential Monte Carlo: the same table serves every fit and the thousand fits of a check, so that
what is checked is what is used; and with so little to learn from three summits the prior is a good
proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .prior import Prior
from .reference import Reference

#: Draws that are kept, and the share of the table that they are.
KEPT, SHARE = 1000, 0.002


@dataclass(frozen=True)
class Posterior:
    """k draws of p coefficients, all of the same weight.

    Attributes
    ----------
    prior
        What was believed before.
    summits
        What they were fitted to.
    draws
        Values, shape (k, p).
    rows
        Their places in the reference table, shape (k,).
    limit
        Distance from the real summits within which draws were kept.
    """

    prior: Prior
    summits: tuple[str, ...]
    draws: np.ndarray
    rows: np.ndarray
    limit: float

    @property
    def contraction(self) -> np.ndarray:
        """1 - variance after / variance before, shape (p,): 0 is nothing learnt."""
        learnt: np.ndarray = 1.0 - self.draws.var(axis=0) / self.prior.variance
        return learnt

    def quantiles(self, levels: Sequence[float]) -> np.ndarray:
        """Quantiles of each coefficient, shape (levels, p)."""
        found: np.ndarray = np.quantile(self.draws, levels, axis=0)
        return found


def distances(simulated: np.ndarray, real: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sum of absolute differences between features, shape (n,).

    A feature that no simulation ever shows adds the same to all and so tells nothing: a model that
    cannot give some part of what happened is still fitted to the rest. Summaries by regression do
    not have this property (``docs/calibration.md``).

    Parameters
    ----------
    simulated, real, weights
        Shapes (n, f), (f,) and (f,).
    """
    found: np.ndarray = np.abs(simulated - real) @ weights
    return found


def nearest(distance: np.ndarray, keep: int, rng: np.random.Generator) -> np.ndarray:
    """Places of the smallest distances, ties broken at random, shape (keep,).

    Raises
    ------
    ValueError
        If there are not so many.
    """
    if keep > len(distance):
        raise ValueError(f"{keep} of {len(distance)} draws cannot be kept")
    edge = np.partition(distance, keep - 1)[keep - 1]
    sure = np.flatnonzero(distance < edge)
    tied = np.flatnonzero(distance == edge)
    return np.concatenate([sure, rng.permutation(tied)[: keep - len(sure)]])


def posterior(table: Reference, summits: Sequence[str], *, seed: int = 1) -> Posterior:
    """Fit the coefficients to real summits.

    Parameters
    ----------
    table
        Simulations of at least these summits.
    summits
        Names of scenarios.
    seed
        Breaks ties.
    """
    distance = distances(*table.together(summits))
    keep = max(2, min(KEPT, round(SHARE * len(distance))))
    rows = nearest(distance, keep, np.random.default_rng(seed))
    limit = float(distance[rows].max())
    return Posterior(table.prior, tuple(summits), table.drawn[rows], rows, limit)


def adjusted(table: Reference, fitted: Posterior) -> np.ndarray:
    """The kept draws after linear regression adjustment, shape (k, p); only for comparison.

    Kept draws are moved along a regression on the features to where the simulation would equal the
    real summits (Beaumont, Zhang & Balding 2002, Genetics 162(4), 2025-2035, DOI
    10.1093/genetics/162.4.2025), with Epanechnikov weights, a small ridge, and on the logit scale,
    so that they stay in their ranges (one of a few values is moved like any number). Where the
    model cannot give what happened this extrapolates (Frazier, Robert & Rousseau 2020, JRSS B
    82(2), 421-444, DOI 10.1111/rssb.12356).
    """
    simulated, real, weights = table.together(fitted.summits)
    x = simulated[fitted.rows].astype(float)
    distance = np.abs(x - real) @ weights
    kernel = np.maximum(1.0 - (distance / (fitted.limit * (1.0 + 1e-9))) ** 2, 1e-6)[:, None]
    moves = x.std(axis=0) > 0.1
    x, y = x[:, moves] / x[:, moves].std(axis=0), real[moves] / x[:, moves].std(axis=0)
    places = np.clip(fitted.prior.scaled(fitted.draws), 1e-9, 1.0 - 1e-9)
    t = np.log(places / (1.0 - places))
    centre = (x * kernel).sum(axis=0) / kernel.sum()
    middle = (t * kernel).sum(axis=0) / kernel.sum()
    gram = (x - centre).T @ ((x - centre) * kernel) + _RIDGE * np.eye(x.shape[1])
    slope = np.linalg.solve(gram, (x - centre).T @ ((t - middle) * kernel))
    return fitted.prior.unscaled(1.0 / (1.0 + np.exp(-(t + (y - x) @ slope))))


_RIDGE = 5.0
