"""``weighted_median``: the text of the median voter, term by term.

Black 1948, "On the rationale of group decision-making", Journal of Political Economy 56(1), with
members weighted by power x salience.
"""

from ..rule import Row, rule

NAME = "weighted_median"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = False, True, False, False
REFERENCE = "Black 1948, Journal of Political Economy 56(1)"


@rule
def value(ideals: Row, weights: Row) -> float:
    """Smallest ideal value at or below which at least half of the weight lies."""
    weight = 0.0
    for i in range(len(ideals)):
        weight = weight + weights[i]
    median = 1e300
    for i in range(len(ideals)):
        if ideals[i] < median:
            below = 0.0
            for j in range(len(ideals)):
                if ideals[j] <= ideals[i]:
                    below = below + weights[j]
            if below + below >= weight:
                median = ideals[i]
    return median
