"""``nash``: the text with the largest product of gains (Nash 1950, "The bargaining problem").

A member's gain is what refusing would cost it less what the text costs it; what is known of its
luck from a refusal counts. Gains are shares of that at its own best text, which changes no choice.
"""

from ..rule import rule

NAME = "nash"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = True, False, True, False
REFERENCE = "Nash 1950, Econometrica 18(2)"

#: No possible gain counts as smaller than this (loss).
SMALL_GAIN = 0.01
#: Share of its gain that is left to a member that loses, before it falls further with the loss.
NONE_LEFT, SLOPE, FARTHEST = 1e-6, 0.02, 40.0


@rule
def part(
    net: float, best_net: float, cost: float, per_width: float, bound: float, below_bound: float
) -> float:
    """One member's factor: its share of the gain at its own best text, at most 1."""
    reach = cost + bound / per_width if bound < 0.0 else cost
    whole = reach - best_net
    whole = whole if whole > SMALL_GAIN else SMALL_GAIN
    share = (reach - net) / whole
    share = share if share < 1.0 else 1.0
    loses = -share
    loses = loses if loses > 0.0 else 0.0
    loses = loses if loses < FARTHEST else FARTHEST
    least = NONE_LEFT * (1.0 - SLOPE * loses)
    return share if share > least else least
