"""Private luck: what a member's refusal costs it beyond what others can read.

Luck has mean 0 and standard deviation 1 and is drawn once a run; its density is a parabola between
``-HALF_WIDTH`` and ``HALF_WIDTH``, the distribution of the median of three uniform draws. So both
the draw and its distribution function need no more than + - * /.
"""

from .rule import rule

#: Half width of the parabola in standard deviations, the square root of 5.
HALF_WIDTH = 2.23606797749979


@rule
def luck(a: float, b: float, c: float) -> float:
    """Luck from three uniform draws: their median, put on mean 0 and standard deviation 1.

    Examples
    --------
    >>> luck(0.1, 0.5, 0.9)
    0.0
    """
    low = a if a < b else b
    high = b if a < b else a
    middle = c if c > low else low
    middle = middle if middle < high else high
    return HALF_WIDTH * (2.0 * middle - 1.0)


@rule
def below(z: float) -> float:
    """Probability that luck is below z half widths: t t (3 - 2 t) with t = (z + 1) / 2 in [0, 1].

    Examples
    --------
    >>> below(-1.0), below(0.0), below(1.0)
    (0.0, 0.5, 1.0)
    """
    t = 0.5 * (z + 1.0)
    t = t if t > 0.0 else 0.0
    t = t if t < 1.0 else 1.0
    return t * t * (3.0 - 2.0 * t)
