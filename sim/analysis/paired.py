"""Differences between paired runs: what a change does with the same random numbers on both sides.

Everything here works on arrays, one number a run, and knows nothing of summits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Difference:
    """The difference of two means over the same pairs of runs.

    Attributes
    ----------
    pairs
        Pairs of runs.
    a, b
        The two means; nan without a pair.
    difference
        b - a.
    standard_error
        Monte Carlo standard error of the difference, from the differences within pairs.
    low, high
        Ends of its confidence interval; see :func:`difference`.
    unpaired_error
        What the standard error would be of as many runs with other random numbers on each side.
    """

    pairs: int
    a: float
    b: float
    difference: float
    standard_error: float
    low: float
    high: float
    unpaired_error: float

    @property
    def variance_gain(self) -> float:
        """How many times as many unpaired runs would know the difference as well.

        nan where nothing varies, infinite where only the difference does not.
        """
        if math.isnan(self.standard_error) or self.unpaired_error == 0.0:
            return math.nan
        if self.standard_error == 0.0:
            return math.inf
        return (self.unpaired_error / self.standard_error) ** 2


def difference(
    a: np.ndarray, b: np.ndarray, *, step: float = 1.0, level: float = 0.95
) -> Difference:
    """The mean difference b - a of paired runs, with an interval that holds for few changes too.

    With n pairs of differences d, the interval is that of Student around the mean after half a
    change up and half a change down have been added, each w times:

        S / N  -+  t sqrt((Q + w s^2 - S^2 / N) / (N (N - 1)))

    with N = n + 2 w, S = sum d and Q = sum d^2, where s is the root mean square of the differences
    that are not zero (``step`` if all are zero) and t the quantile of Student's distribution with
    N - 1 degrees of freedom. For shares (``bool``) w = 1, which is the interval of Agresti and Min
    (but for N - 1 instead of N), cut at -1 and 1. For numbers w is the part of the pairs that do
    not change: 0, and so the plain interval, where all do. Without the addition the interval of a
    difference that few runs show would be far too short, and that of one that no run shows yet
    would have no width. Below about 30 pairs of which few change it is rough.

    Parameters
    ----------
    a, b
        One number, or whether it happened, for each run, shape (n,); nan is not allowed.
    step
        The smallest difference that a run could show.
    level
        Confidence level, between 0 and 1.

    References
    ----------
    Agresti, A., & Min, Y. (2005). Simple improved confidence intervals for comparing matched
    proportions. Statistics in Medicine 24(5), 729-740. https://doi.org/10.1002/sim.1781
    """
    share = a.dtype == np.bool_
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    n = len(a)
    if n == 0:
        return Difference(0, *[math.nan] * 7)
    d = b - a
    error = unpaired = math.nan
    if n > 1:
        error = float(d.std(ddof=1)) / math.sqrt(n)
        unpaired = math.sqrt((float(a.var(ddof=1)) + float(b.var(ddof=1))) / n)
    weight = 1.0 if share else float(np.mean(d == 0.0))
    low, high = _interval(d, weight, step, level)
    if share:
        low, high = max(low, -1.0), min(high, 1.0)
    return Difference(
        n, float(a.mean()), float(b.mean()), float(d.mean()), error, low, high, unpaired
    )


def _interval(d: np.ndarray, weight: float, step: float, level: float) -> tuple[float, float]:
    from scipy.stats import t as student

    n, some = len(d), d[d != 0.0]
    size = float(np.mean(some * some)) if len(some) else step * step
    total, squares, more = float(d.sum()), float(d @ d), n + 2 * weight
    if n == 1 and not weight:
        return -math.inf, math.inf
    scatter = max(0.0, squares + weight * size - total * total / more)
    error = math.sqrt(scatter / (more * (more - 1)))
    half = float(student.ppf((1 + level) / 2, more - 1)) * error
    # The addition pulls towards 0; the mean itself is always within the interval.
    return min(total / n, total / more - half), max(total / n, total / more + half)


@dataclass(frozen=True)
class McNemar:
    """Runs in which something happened on one side only.

    Attributes
    ----------
    gained, lost
        Runs in which it happened in b but not in a, and in a but not in b.
    p_value
        Probability of a split at least as uneven if gain and loss were equally likely.
    """

    gained: int
    lost: int
    p_value: float


def mcnemar(a: np.ndarray, b: np.ndarray) -> McNemar:
    """McNemar's test of paired yes and no in its exact (binomial) form.

    Parameters
    ----------
    a, b
        Whether it happened in each run, shape (n,) bool.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions
    or percentages. Psychometrika 12(2), 153-157. https://doi.org/10.1007/BF02295996
    """
    from scipy.stats import binomtest

    gained, lost = int((b & ~a).sum()), int((a & ~b).sum())
    if gained + lost == 0:
        return McNemar(0, 0, 1.0)
    return McNemar(gained, lost, float(binomtest(gained, gained + lost, 0.5).pvalue))
