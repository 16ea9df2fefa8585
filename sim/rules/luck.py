"""Private luck: what a member's refusal costs it beyond what others can read.

Luck is drawn once a run, in half widths: between -1 and 1, with a parabola for its density, which
is the distribution of the median of three uniform draws. So both the draw and its distribution
function need no more than + - * /. Refusing a pledge never pays by itself: there the half width is
at most the cost. On other issues a camp may gain at home by refusing, and nothing bounds it.
"""

from .rule import rule

#: Half width of the parabola in standard deviations, the square root of 5.
HALF_WIDTH = 2.23606797749979
#: Stands for a half width without a bound.
UNBOUNDED = 1e300
#: No half width counts as smaller than this (loss).
NARROWEST = 1e-6


@rule
def luck(a: float, b: float, c: float) -> float:
    """Luck in half widths from three uniform draws: their median, put on -1 to 1.

    Examples
    --------
    >>> luck(0.1, 0.5, 0.9)
    0.0
    """
    low = a if a < b else b
    high = b if a < b else a
    middle = c if c > low else low
    middle = middle if middle < high else high
    return 2.0 * middle - 1.0


@rule
def half_width(sd: float, most: float) -> float:
    """Half width of what is not known of a cost of refusing.

    ``sd`` is its standard deviation, ``most`` what bounds it: the cost, or ``UNBOUNDED``.

    Examples
    --------
    >>> half_width(0.2, 0.25)
    0.25
    """
    half = HALF_WIDTH * sd
    half = half if half < most else most
    return half if half > NARROWEST else NARROWEST


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
