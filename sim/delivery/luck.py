"""Addressed random numbers of the years after a summit; see ``docs/randomness.md``.

Like those of the negotiation, a draw is a pure function of (seed, replication, purpose, year,
who), so it does not depend on chunks, on other members, or on how many years are asked for; and
two texts or scenarios with one seed share their luck.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv, ndtri

from ..rules.draws import absorb, key, run_state, uniform
from .pull import Array

# Purposes, after those of `sim.rules.draws`.
COEFFICIENTS, WORDING, REVIEW, YEAR, THREAT_YEAR, SURPRISE, PLAN, NEW_PULL, NEW_SCALE = (
    np.uint64(purpose) for purpose in range(32, 41)
)


class Luck:
    """The random numbers of some replications.

    Parameters
    ----------
    seed
        Seed of all random numbers.
    replications
        Numbers of the R replications.
    members
        Codes of the M members.
    """

    def __init__(self, seed: int, replications: np.ndarray, members: Sequence[str]) -> None:
        words = np.asarray(replications).astype(np.uint64)
        self._runs = run_state(np.array([seed], dtype=np.uint64), words)
        self._keys = np.array([key(f"member {code}") for code in members], dtype=np.uint64)

    def shared(self, purpose: np.uint64, year: int = 0) -> Array:
        """A uniform number for each replication, shape (R,)."""
        return np.asarray(uniform(self._state(purpose, year)))

    def own(self, purpose: np.uint64, year: int = 0) -> Array:
        """A uniform number for each member of each replication, shape (R, M)."""
        return np.asarray(uniform(absorb(self._state(purpose, year)[:, None], self._keys)))

    def _state(self, purpose: np.uint64, year: int) -> np.ndarray:
        return absorb(absorb(self._runs, purpose), np.uint64(year))


def normal(u: Array) -> Array:
    """Standard normal quantiles."""
    return np.asarray(ndtri(u))


def student4(u: Array) -> Array:
    """Quantiles of Student's t with 4 degrees of freedom, in closed form.

    Shaw 2006, Sampling Student's T distribution, Journal of Computational Finance 9(4).
    """
    root = np.sqrt(4.0 * u * (1.0 - u))
    q = np.cos(np.arccos(root) / 3.0) / root
    return np.sign(u - 0.5) * 2.0 * np.sqrt(np.maximum(q - 1.0, 0.0))


def triangular(u: Array, low: float, mode: float, high: float) -> Array:
    """Quantiles of a triangular distribution."""
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < turn, rising, falling)


def inverse_gamma(u: Array, shape: Array, scale: Array) -> Array:
    """Quantiles of an inverse gamma distribution."""
    return np.asarray(scale / gammaincinv(shape, 1.0 - u))
