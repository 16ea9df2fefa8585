"""``kalai_smorodinsky``: the text on which the smallest share of a best possible gain is largest.

Kalai & Smorodinsky 1975, "Other solutions to Nash's bargaining problem", Econometrica 43(3). The
tabler's share counts as that of any other.
"""

from ..rule import rule
from . import nash

NAME = "kalai_smorodinsky"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = True, False, True, True
REFERENCE = "Kalai & Smorodinsky 1975, Econometrica 43(3)"

_share = nash.part


@rule
def part(
    net: float, best_net: float, cost: float, per_width: float, bound: float, below_bound: float
) -> float:
    """One member's part: its share of the gain at its own best text."""
    return _share(net, best_net, cost, per_width, bound, below_bound)
