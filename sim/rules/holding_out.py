"""Holding out: nobody gives way before it must.

What refusing costs is felt on the last day; before it only the share ``held`` of it counts, so a
member can afford to refuse a text that it would let pass in the end. Roth, Murnighan & Schoumaker
1988, "The deadline effect in bargaining", American Economic Review 78(4); Fearon 1998,
"Bargaining, enforcement, and international cooperation", International Organization 52(2).
"""

from .rule import rule

#: Margin within which a demander counts as going along: the last bit of a sum is not a reason.
HAIR = 1e-12


@rule
def held(progress: float, exponent: float) -> float:
    """Share of the cost of refusing that counts when this share of the calendar has passed.

    ``progress`` to the power of ``exponent``, a whole number, by repeated multiplication from the
    left: 1 on the last day, 0 on the first (1 throughout for an exponent of 0).

    Examples
    --------
    >>> held(0.5, 3.0)
    0.125
    """
    share = 1.0
    for _ in range(int(exponent)):
        share = share * progress
    return share


@rule
def refuses(net: float, cost: float, share: float) -> bool:
    """Whether a member refuses a text.

    Parameters
    ----------
    net
        Net loss: what the text costs it less what the text in force costs it anyway.
    cost
        What refusing costs it on the last day, its private luck included.
    share
        Share of this cost that counts by now, from :func:`held`.
    """
    return net > 0.0 and net > cost * share


@rule
def goes_along(value: float, in_force: float, share: float) -> bool:
    """Whether the demander lives with a text by now.

    It gives up at most the share ``share`` of what it could lose, 1 - ``in_force``, and never
    takes a text that is worth no more to it than the one in force.
    """
    return value > in_force and 1.0 - value <= (1.0 - in_force) * share + HAIR
