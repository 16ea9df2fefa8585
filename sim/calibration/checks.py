"""Does the fitting do what it says: simulation-based calibration, recovery, and fit to the facts.

Each check plays the same game: take a row of the reference table as if it had happened, fit the
coefficients to it with the other rows, and compare with the coefficients that made it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .fitting import Posterior, distances, nearest
from .prior import Prior
from .reference import Reference


@dataclass(frozen=True)
class Calibration:
    """Simulation-based calibration of n fits of p coefficients.

    Attributes
    ----------
    prior
        The prior, which draws the true values.
    ranks
        Share of the draws of each posterior that lie below the truth, shape (n, p): uniform on
        0 to 1 if the posteriors are right.
    means
        Posterior means, shape (n, p).
    truths
        The true values, shape (n, p).
    covered
        Share of the truths inside the central 80% interval, shape (p,).
    """

    prior: Prior
    ranks: np.ndarray
    means: np.ndarray
    truths: np.ndarray
    covered: np.ndarray

    @property
    def spread(self) -> np.ndarray:
        """Mean squared distance of the ranks from 1/2 in relation to that of a uniform, shape (p,).

        1 if the posteriors are right, above 1 if they are too narrow, below 1 if too wide.
        """
        found: np.ndarray = ((self.ranks - 0.5) ** 2).mean(axis=0) * 12.0
        return found

    @property
    def z_spread(self) -> np.ndarray:
        """The spread in its standard errors from 1, shape (p,); of a uniform it is 12/sqrt(180)."""
        z: np.ndarray = (self.spread - 1.0) / (12.0 / math.sqrt(180.0 * len(self.ranks)))
        return z

    @property
    def z_place(self) -> np.ndarray:
        """The mean rank in its standard errors from 1/2, shape (p,): posteriors that sit aside."""
        z: np.ndarray = (self.ranks.mean(axis=0) - 0.5) * math.sqrt(12.0 * len(self.ranks))
        return z

    @property
    def critical(self) -> float:
        """The |z| that one of the p coefficients exceeds by chance in 5% of checks (Bonferroni)."""
        return float(stats.norm.isf(0.025 / self.ranks.shape[1]))

    def flat(self, bins: int = 20) -> np.ndarray:
        """P-value of a chi-squared test of uniform ranks, for each coefficient, shape (p,)."""
        counts = np.stack([np.histogram(r, bins, (0.0, 1.0))[0] for r in self.ranks.T])
        return np.asarray(stats.chisquare(counts, axis=1).pvalue)

    @property
    def recovery(self) -> np.ndarray:
        """Correlation of posterior mean and truth, shape (p,)."""
        found = [np.corrcoef(m, t)[0, 1] for m, t in zip(self.means.T, self.truths.T, strict=True)]
        return np.array(found)


def calibration(
    table: Reference,
    summits: Sequence[str],
    fits: int,
    *,
    keep: int = 200,
    width: float = 1.0,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Calibration:
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788).

    The truth is drawn from the prior, the summits are simulated with it, and the coefficients are
    fitted to the simulation. Over many such fits the rank of the truth among the draws of the
    posterior is uniform, whatever the model, if the posterior is right.

    Parameters
    ----------
    table
        Its rows are the truths and, the truth left out, what is fitted with.
    summits
        What is fitted to.
    fits
        How many truths, taken at random.
    keep
        Draws that each fit keeps.
    width
        1 for the posteriors as they are; 0.8 makes each draw lie 20% nearer to the mean of its
        posterior, to see whether the check notices.
    seed
        Chooses the truths and breaks ties.
    progress
        Called with 1 after each fit.
    """
    rng = np.random.default_rng(seed)
    simulated, _, weights = table.together(summits)
    truths = rng.choice(len(simulated), fits, replace=False)
    p = len(table.prior.names)
    ranks, means, inside = np.empty((fits, p)), np.empty((fits, p)), np.empty((fits, p), dtype=bool)
    for j, truth in enumerate(truths):
        distance = distances(simulated, simulated[truth], weights)
        distance[truth] = np.inf
        draws = table.drawn[nearest(distance, keep, rng)]
        means[j] = draws.mean(axis=0)
        draws = means[j] + width * (draws - means[j])
        below = (draws < table.drawn[truth]).sum(axis=0)
        alike = (draws == table.drawn[truth]).sum(axis=0)
        # The rank is one of keep + 1 places, or of those that ties leave open; a random point of
        # them makes it continuous.
        ranks[j] = (below + rng.random(p) * (alike + 1.0)) / (keep + 1.0)
        inside[j] = np.abs(ranks[j] - 0.5) < 0.4
        if progress:
            progress(1)
    return Calibration(table.prior, ranks, means, table.drawn[truths], inside.mean(axis=0))


@dataclass(frozen=True)
class Fit:
    """How near the model can come to what happened.

    Attributes
    ----------
    distance
        Distance of the kept draws from the real summits, the largest.
    usual
        The same for summits simulated by the model, shape (n,).
    """

    distance: float
    usual: np.ndarray

    @property
    def p_value(self) -> float:
        """Share of simulated summits, the real one added, that are as hard to come near to."""
        return float((1 + (self.usual >= self.distance).sum()) / (1 + len(self.usual)))


def fit(table: Reference, fitted: Posterior, summits: int, *, seed: int = 1) -> Fit:
    """Is what happened something that the model gives at all?

    Compares the distance within which draws were kept with that for summits that the model made
    itself with coefficients from the prior (Lemaire et al. 2016, "Goodness-of-fit statistics for
    approximate Bayesian computation", arXiv:1601.04096).

    Parameters
    ----------
    table, fitted
        The reference table, and a posterior from it.
    summits
        How many simulated summits to compare with.
    seed
        Chooses them.
    """
    rng = np.random.default_rng(seed)
    simulated, _, weights = table.together(fitted.summits)
    keep, usual = len(fitted.rows), np.empty(summits)
    for j, row in enumerate(rng.choice(len(simulated), summits, replace=False)):
        distance = distances(simulated, simulated[row], weights)
        distance[row] = np.inf
        usual[j] = np.partition(distance, keep - 1)[keep - 1]
    return Fit(fitted.limit, usual)
