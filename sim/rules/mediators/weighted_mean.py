"""``weighted_mean``: the "compromise model" of studies of EU decision-making.

Each term is the mean of members' ideal values weighted by power x salience (Van den Bos 1991;
Achen 2006, in Thomson et al., "The European Union Decides"), put on the drafting grid.
"""

from ..rule import Row, rule

NAME = "weighted_mean"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = False, True, False, False
REFERENCE = "Van den Bos 1991; Achen 2006, in Thomson et al., The European Union Decides"


@rule
def value(ideals: Row, weights: Row) -> float:
    """Weighted mean of the members' ideal values of one term."""
    total = 0.0
    weight = 0.0
    for i in range(len(ideals)):
        total = total + weights[i] * ideals[i]
        weight = weight + weights[i]
    return total / weight
