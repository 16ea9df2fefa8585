"""``compromise``: the Secretary General who looks for the text that all are likely to let pass.

It scores every candidate by the log probability that all members let it pass, the demander counted
several times, and sometimes takes a worse draft (annealing: Klein, Faratin, Sayama & Bar-Yam 2003,
"Negotiating complex contracts", Group Decision and Negotiation 12(2)), so that thirty-two parties
do not freeze on the first text.
"""

import math

from ..draws import log
from ..rule import rule

_EDGE = 16.0
_PER_UNIT = 32.0


def _exp(x: float) -> float:
    """Exponential by a Taylor polynomial after scaling; the same bits on every processor."""
    n = math.floor(x * 1.4426950408889634 + 0.5)
    r = (x - n * 0.693145751953125) - n * 1.4286068203094173e-06
    p = 1.0
    for j in range(14, 0, -1):
        p = p * r / j + 1.0
    return math.ldexp(p, n)


def acceptance_table() -> list[float]:
    """Log of the logistic function from -16 to 16 in steps of 1/32, for :func:`log_acceptance`."""
    places = int(2 * _EDGE * _PER_UNIT) + 2
    return [-log(1.0 + _exp(_EDGE - j / _PER_UNIT)) for j in range(places)]


@rule
def log_acceptance(z, table):  # type: ignore[no-untyped-def]
    """Log of 1 / (1 + exp(-z)), interpolated linearly in ``table`` (within 4e-5), exact far out."""
    if z <= -_EDGE:
        return z
    if z >= _EDGE:
        return 0.0
    place = (z + _EDGE) * _PER_UNIT
    j = int(place)
    rest = place - j
    return table[j] + rest * (table[j + 1] - table[j])


@rule
def add(score, margin, weight, scale, table):  # type: ignore[no-untyped-def]
    """Add the weighted log probability that one member lets the text pass.

    That probability is logistic in the margin: 1 / (1 + exp(-margin / scale)).
    """
    return score + weight * log_acceptance(margin / scale, table)
