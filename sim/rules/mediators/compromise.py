"""``compromise``: the tabler of the core, who wants much and needs all.

It looks for the text with the largest product of what it brings to who tables it and the odds that
each member lets it pass on the last day.
"""

from ..beliefs import odds
from ..rule import rule

NAME = "compromise"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = True, False, True, False
REFERENCE = "docs/odd.md; Fearon 1998 on bargaining in the shadow of the deadline"


@rule
def part(
    net: float, best_net: float, cost: float, per_width: float, bound: float, below_bound: float
) -> float:
    """One member's factor: the odds that it lets the text pass."""
    return odds(net, cost, per_width, bound, below_bound)
