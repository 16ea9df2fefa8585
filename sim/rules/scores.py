"""Comparing texts: what a text is worth to its tabler, times the odds that all let it pass.

A product over a thousand members would leave the range of numbers. So it is kept as a number and a
count of how often it was multiplied by a power of two, which loses no bit.
"""

from .rule import rule

#: A text that brings its tabler no more than this is no candidate.
LEAST_GAIN = 1e-6
#: One text beats another by this factor at least, so that rounding decides nothing.
BETTER = 1.000000001
#: After every so many members a product below ``SMALL`` is multiplied by ``LIFT``.
MEMBERS_PER_LIFT = 8
SMALL, LIFT = 2.0**-300, 2.0**300


@rule
def gain(value: float, in_force: float) -> float:
    """What a text brings its tabler beyond the one in force; 0 if that is next to nothing."""
    more = value - in_force
    return more if more > LEAST_GAIN else 0.0


@rule
def beats(score: float, lifts: float, best: float, best_lifts: float) -> bool:
    """Whether a score is better than another; with as many lifts by the factor ``BETTER``."""
    if score <= 0.0:
        return False
    if best <= 0.0 or lifts < best_lifts:
        return True
    return lifts == best_lifts and score > best * BETTER
