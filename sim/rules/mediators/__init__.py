"""Mediators: who looks for the next text, and by which principle. Each is one file.

A mediator that *searches* compares candidate texts by one ``part`` for each member and what the
text is worth to its tabler: their product, or the least of them. One that *writes* finds a value
for each term. What each may do stands in its file; the rules here choose among them by number.
"""

from ..rule import Row, rule
from . import (
    compromise,
    hardliner,
    kalai_smorodinsky,
    nash,
    none,
    weighted_mean,
    weighted_median,
)

MODULES = (
    compromise, nash, kalai_smorodinsky, weighted_mean, weighted_median, hardliner, none,
)  # fmt: skip
NAMES = tuple(module.NAME for module in MODULES)
COMPROMISE, NASH, KALAI_SMORODINSKY, WEIGHTED_MEAN, WEIGHTED_MEDIAN, HARDLINER, NONE = range(7)

_odds, _share = compromise.part, nash.part
_mean, _median = weighted_mean.value, weighted_median.value

# What a mediator knows of the members.
PUBLIC, ATTRIBUTES, ALL = range(3)
KNOWLEDGE = ("public", "attributes", "all")


@rule
def part(
    kind: int,
    net: float,
    best_net: float,
    cost: float,
    per_width: float,
    bound: float,
    below_bound: float,
) -> float:
    """One member's part of the score of a candidate text, between 0 and 1.

    Parameters
    ----------
    net, best_net
        Net loss by the text, and by the text that suits the member best.
    cost, per_width, bound, below_bound
        What refusing costs it as the mediator sees it; see :func:`sim.rules.beliefs.odds`.
    """
    if kind == COMPROMISE:
        return _odds(net, best_net, cost, per_width, bound, below_bound)
    return _share(net, best_net, cost, per_width, bound, below_bound)


@rule
def written_value(kind: int, ideals: Row, weights: Row, present: float) -> float:
    """The value that a writing mediator gives a term: weighted mean or median of what all want.

    A term on which nobody has any weight keeps its ``present`` value.
    """
    weight = 0.0
    for i in range(len(weights)):
        weight = weight + weights[i]
    if weight <= 0.0:
        return present
    if kind == WEIGHTED_MEAN:
        return _mean(ideals, weights)
    return _median(ideals, weights)
