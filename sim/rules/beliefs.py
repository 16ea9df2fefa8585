"""What the mediator believes of a member, and what it learns when that member refuses.

Of each member it knows what refusing costs but for luck: a cost with a half width. Refusing a text
tells that luck is below a bound; letting one pass early tells nothing, since nobody gives way
before it must. So all that is learned of a member is one number.
"""

from .luck import below
from .rule import rule

#: Bound on the luck of a member of which nothing has been learned (half widths).
UNKNOWN = 1.0
#: No bound falls below this: a member is never thought to be beyond all odds.
LOWEST_BOUND = -0.98
#: Share of the spread of luck that a mediator which knows all still doubts.
DOUBT = 0.1
#: Odds of a member that is sure to refuse, before they fall further with distance.
SURE = 1e-6
#: Share of ``SURE`` lost for each half width beyond the bound, and at how many this ends.
SLOPE, FARTHEST = 0.02, 40.0


@rule
def odds(net: float, cost: float, per_width: float, bound: float, below_bound: float) -> float:
    """Odds that a member lets a text pass on the last day.

    1 where it loses nothing by the text. Else the probability that its luck is above
    z = (net - cost) per half width, given that it is below the bound; never below a small number
    that falls with distance, so that a search can tell far from near.

    Parameters
    ----------
    net
        Net loss by the text, as the mediator sees it.
    cost
        What refusing costs it, but for luck.
    per_width
        1 / the half width of what is not known of this cost.
    bound, below_bound
        Bound on its luck in half widths, and the probability that luck is below it.

    Examples
    --------
    >>> odds(0.5, 0.5, 1.0, 1.0, 1.0)
    0.5
    """
    if net <= 0.0:
        return 1.0
    z = (net - cost) * per_width
    beyond = z - bound
    beyond = beyond if beyond > 0.0 else 0.0
    beyond = beyond if beyond < FARTHEST else FARTHEST
    least = SURE * (1.0 - SLOPE * beyond)
    share = (below_bound - below(z)) / below_bound
    return share if share > least else least


@rule
def odds_across(steps: float) -> float:
    """Odds that a member lets a text pass that lies so many steps across its red lines."""
    return SURE * (1.0 - SLOPE * (steps if steps < FARTHEST else FARTHEST))


@rule
def learned_bound(net: float, cost: float, per_width: float, bound: float, share: float) -> float:
    """Bound on the luck of a member after it has refused a text.

    It refused because net > (cost + luck) share; so luck was below net / share - cost.

    Parameters
    ----------
    net, cost, per_width, bound
        As for :func:`odds`; ``net`` of the refused text.
    share
        Share of the cost of refusing that counted in this round.

    Returns
    -------
    float
        The new bound, at most the old one; the old one where nothing is learned.
    """
    if net <= 0.0 or share <= 0.0:
        return bound
    z = (net / share - cost) * per_width
    z = z if z > LOWEST_BOUND else LOWEST_BOUND
    return z if z < bound else bound
