"""Drawing the uncertain inputs of one run."""

import math

from .draws import normal
from .rule import Row, Table, rule

FIXED, UNIFORM, TRIANGULAR, NORMAL, BETA, CHOICE = range(6)

#: Columns of the parameters of a sampled input.
A, B, C, D, LOW, HIGH, TABLE = range(7)

#: Intervals of a quantile table.
TABLE_STEPS = 4096
#: Probability at which the table of a beta begins, and up to the end.
TABLE_END = 2.0**-16


@rule
def inside(p: Row, u: float) -> float:
    """The probability, within those that the range of a truncated normal leaves, for a draw u."""
    return p[C] + u * (p[D] - p[C])


@rule
def truncated(p: Row, z: float) -> float:
    """The value of a truncated normal z standard deviations above its mean."""
    x = p[A] + p[B] * z
    if x < p[LOW]:
        return p[LOW]
    return p[HIGH] if x > p[HIGH] else x


@rule
def quantile(kind: int, p: Row, tables: Table, u: float) -> float:
    """The value of a sampled input at the probability u.

    Parameters
    ----------
    kind
        ``FIXED`` (A value), ``UNIFORM`` (A low, B high), ``TRIANGULAR`` (A low, B mode, C high),
        ``NORMAL`` truncated to its range (A mean, B sd, C and D the probabilities below LOW and
        HIGH), ``BETA`` (its quantiles are tabulated and interpolated linearly, so that
        the probability of a value is off by less than 1 / TABLE_STEPS), ``CHOICE`` (A to D the
        values, equally likely; TABLE how many they are).
    p
        Parameters in the order of the column constants.
    tables
        Quantile tables, shape (tables, TABLE_STEPS + 1).
    u
        A number in (0, 1).
    """
    if kind == FIXED:
        return p[A]
    if kind == UNIFORM:
        return p[A] + (p[B] - p[A]) * u
    if kind == TRIANGULAR:
        width = p[C] - p[A]
        turn = (p[B] - p[A]) / width
        if u < turn:
            return p[A] + math.sqrt(u * width * (p[B] - p[A]))
        return p[C] - math.sqrt((1.0 - u) * width * (p[C] - p[B]))
    if kind == NORMAL:
        return truncated(p, normal(inside(p, u)))
    if kind == CHOICE:
        return p[int(u * p[TABLE])]
    table = tables[int(p[TABLE])]
    place = u * TABLE_STEPS
    j = int(place)
    return table[j] + (place - j) * (table[j + 1] - table[j])
