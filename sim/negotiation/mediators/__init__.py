"""Mediators: who redrafts the text between rounds, and by which principle.

Each mediator is one file. Those that *search* look at every move on the drafting grid and give
each candidate text a score, folded over the members by their ``add`` rule; those that *write*
compute the next value of each term directly. The rules here choose among them by number.
"""

from ..rule import rule
from . import compromise, floor, hardliner, kalai_smorodinsky, nash, weighted_mean, weighted_median

COMPROMISE, NASH, KALAI_SMORODINSKY, WEIGHTED_MEAN, WEIGHTED_MEDIAN, HARDLINER, NONE = range(7)
MODULES = {
    "compromise": compromise,
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "weighted_mean": weighted_mean,
    "weighted_median": weighted_median,
    "hardliner": hardliner,
    "none": floor,
}
NAMES = tuple(MODULES)

_compromise_add = compromise.add
_nash_add = nash.add
_ks_add = kalai_smorodinsky.add
_mean, _median = weighted_mean.value, weighted_median.value

# What a mediator knows of the members.
OBJECTIONS, STRAW_POLLS, FULL = range(3)
KNOWLEDGE = ("objections", "straw_polls", "full")


@rule
def searches(kind):  # type: ignore[no-untyped-def]
    """Whether a mediator searches the grid (True) or writes the text directly (False)."""
    return kind <= KALAI_SMORODINSKY


@rule
def grants_letters(kind):  # type: ignore[no-untyped-def]
    """Whether a mediator may grant side letters at all."""
    return kind < HARDLINER


@rule
def opening_score(kind):  # type: ignore[no-untyped-def]
    """Score before any member is counted: 0 for a sum, very large for a minimum."""
    return 1e300 if kind == KALAI_SMORODINSKY else 0.0


@rule
def add(kind, score, margin, weight, best, scale, table):  # type: ignore[no-untyped-def]
    """Fold one member into the score of a candidate text.

    Parameters
    ----------
    score
        Score so far.
    margin
        The member's tolerance less its pain, as the mediator sees it.
    weight
        1, or the mediator's weight for the demander.
    best
        The margin at the text that the member likes best.
    scale, table
        Of the ``compromise`` mediator: acceptance scale and table of log probabilities.
    """
    if kind == COMPROMISE:
        return _compromise_add(score, margin, weight, scale, table)
    if kind == NASH:
        return _nash_add(score, margin)
    return _ks_add(score, margin, best)


@rule
def written_value(kind, ideals, weights, present):  # type: ignore[no-untyped-def]
    """The value that a writing mediator gives a term: weighted mean or median of ideal values.

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


@rule
def learn(offset, margin, passed, rate, doubt):  # type: ignore[no-untyped-def]
    """Correct what a mediator that knows only objections believes of one member.

    A member that broke silence although its margin seemed positive is believed tougher, one that
    let a text pass although it seemed negative softer, by ``rate`` of the surprise plus ``doubt``.

    Parameters
    ----------
    offset
        Correction so far, in units of tolerance.
    margin
        Margin that the mediator expected on the text of this round, the offset included.
    passed
        Whether the member let the text pass.
    """
    if passed:
        return offset + rate * (doubt - margin) if margin < 0.0 else offset
    return offset - rate * (margin + doubt) if margin >= 0.0 else offset
