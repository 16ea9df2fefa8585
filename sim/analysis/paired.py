"""Differences between paired runs: what a change does with the same random numbers on both sides.

Everything here works on arrays, one number a run, and knows nothing of summits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .intervals import wilson


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

    Of shares (``bool``) it is the difference of the share of runs that gain and of runs that lose
    what is counted. Its interval is put together from the Wilson intervals of these two:

        g - l - sqrt((g - g_low)^2 - 2 r (g - g_low) (l_high - l) + (l_high - l)^2)

    and the like above, where r = -sqrt(g l / ((1 - g) (1 - l))) is the correlation of the two
    estimates (Zou & Donner 2008).

    Of numbers it is the wider of two intervals. One is that of Student around the mean. It is too
    short where few runs change, and has no width where none does yet. The other is that of shares,
    with g and l the shares of runs that rise and fall, each times the mean size of its changes
    (that of the other if there is none, ``step`` if no run changes).

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
    Zou, G. Y., & Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27(10), 1693-1702. https://doi.org/10.1002/sim.3095
    """
    n = len(a)
    if n == 0:
        return Difference(0, *[math.nan] * 7)
    from scipy.stats import t as student

    share = a.dtype == np.bool_
    one, two = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    d = two - one
    error = unpaired = math.nan
    if n > 1:
        error = float(d.std(ddof=1)) / math.sqrt(n)
        unpaired = math.sqrt((float(one.var(ddof=1)) + float(two.var(ddof=1))) / n)
    rises, falls = d[d > 0.0], -d[d < 0.0]
    low, high = _of_changes(rises, falls, n, step, level)
    if share:
        low, high = max(low, -1.0), min(high, 1.0)
    elif n > 1:
        half = float(student.ppf((1 + level) / 2, n - 1)) * error
        low, high = min(low, float(d.mean()) - half), max(high, float(d.mean()) + half)
    else:
        low, high = -math.inf, math.inf
    means = float(one.mean()), float(two.mean()), float(d.mean())
    return Difference(n, *means, error, low, high, unpaired)


def _of_changes(
    rises: np.ndarray, falls: np.ndarray, n: int, step: float, level: float
) -> tuple[float, float]:
    """The interval of shares of ``n`` runs that rise and fall, times the sizes of the changes."""
    g, l = len(rises) / n, len(falls) / n
    g_low, g_high = wilson(len(rises), n, level)
    l_low, l_high = wilson(len(falls), n, level)
    up = float(rises.mean()) if len(rises) else float(falls.mean()) if len(falls) else step
    down = float(falls.mean()) if len(falls) else up
    r = -math.sqrt(g * l / ((1 - g) * (1 - l))) if g < 1.0 and l < 1.0 else 0.0

    def half(x: float, y: float) -> float:
        return math.sqrt(max(0.0, x * x - 2 * r * x * y + y * y))

    middle = g * up - l * down
    return (
        middle - half(up * (g - g_low), down * (l_high - l)),
        middle + half(up * (g_high - g), down * (l - l_low)),
    )


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
