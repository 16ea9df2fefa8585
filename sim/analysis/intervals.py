"""Intervals for proportions that are known from a finite number of runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval for the probability behind ``successes`` out of ``n`` independent runs.

    With p = successes / n and z the normal quantile of (1 + level) / 2, its ends are

        (p + z^2 / 2n  -+  z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).

    It stays within [0, 1], and has a width even where all or none of the runs succeed.

    Parameters
    ----------
    successes
        Runs in which it happened.
    n
        All runs; without any run the interval is [0, 1].
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    low, high
        Ends of the interval.

    Raises
    ------
    ValueError
        If the counts or the level make no sense.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22(158), 209-212.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes must be between 0 and n = {n}, got {successes}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    p, share = successes / n, z * z / n
    middle = p + share / 2
    half = z * math.sqrt(p * (1 - p) / n + share / (4 * n))
    # At all and none one end is exact; rounding must not move it inside.
    low = 0.0 if successes == 0 else max(0.0, (middle - half) / (1 + share))
    high = 1.0 if successes == n else min(1.0, (middle + half) / (1 + share))
    return low, high


@dataclass(frozen=True)
class Proportion:
    """A proportion of runs with its Wilson interval.

    Attributes
    ----------
    count, of
        Runs in which it happened, and runs in which it could have.
    share
        count / of; nan where ``of`` is 0.
    low, high
        Ends of the interval.
    """

    count: int
    of: int
    share: float
    low: float
    high: float

    @classmethod
    def measure(cls, count: int, of: int, level: float = 0.95) -> Proportion:
        """The proportion ``count`` out of ``of``, with an interval of this confidence level."""
        count, of = int(count), int(of)
        low, high = wilson(count, of, level)
        return cls(count, of, count / of if of else math.nan, low, high)
