"""The demander at the table: what failing is worth to it is private as well.

What it has of the text in force is what it keeps if there is no agreement. Others read its value;
the demander knows it up to its own luck, and a text that is worth less than that it refuses. It is
believed and learned of like any member: one whose net loss by a text is what the text in force may
be worth at most, less what the text is worth, and whose cost of refusing is the half width of this.
"""

from . import beliefs, luck
from .rule import rule

_half_width, _odds = luck.half_width, beliefs.odds
_LOWEST_BOUND = beliefs.LOWEST_BOUND


@rule
def half_width(sd: float, in_force: float) -> float:
    """Half width of what the text in force is worth to it; it stays between 0 and 1.

    ``sd`` is the standard deviation of private luck.
    """
    least = in_force if in_force < 1.0 - in_force else 1.0 - in_force
    return _half_width(sd, least)


@rule
def real_in_force(in_force: float, half: float, luck: float) -> float:
    """What the text in force is really worth to it; ``luck`` in half widths."""
    return in_force - half * luck


@rule
def odds(value: float, in_force: float, half: float, bound: float, below_bound: float) -> float:
    """Odds that it lets a text pass on the last day, as others see it.

    Parameters
    ----------
    value
        What it has of the text, letters left out.
    in_force, half
        What it is read to have of the text in force, and the half width of this.
    bound, below_bound
        What is known of its luck; see :func:`sim.rules.beliefs.odds`.
    """
    if half <= 0.0:
        return 1.0
    return _odds(in_force + half - value, half, 1.0 / half, bound, below_bound)


@rule
def learned_bound(worth: float, in_force: float, half: float, bound: float, share: float) -> float:
    """Bound on its luck after it has stopped the text.

    It does not go along to a text worth ``worth`` although ``share`` of what it could lose counts:
    1 - worth > (1 - real value in force) share.
    """
    if share <= 0.0 or half <= 0.0:
        return bound
    z = (in_force - 1.0 + (1.0 - worth) / share) / half
    z = z if z > _LOWEST_BOUND else _LOWEST_BOUND
    return z if z < bound else bound
