"""Mediators: who redrafts the text between rounds, and by which principle.

Each mediator is one file. Those that *search* look at every move on the drafting grid and give
each candidate text a score made of one ``term`` for each member; those that *write*
compute the next value of each term directly. The rules here choose among them by number.
"""

from ..rule import Row, rule
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

_compromise_term = compromise.term
_nash_term = nash.term
_ks_term = kalai_smorodinsky.term
_mean, _median = weighted_mean.value, weighted_median.value

# What a mediator knows of the members.
OBJECTIONS, STRAW_POLLS, FULL = range(3)
KNOWLEDGE = ("objections", "straw_polls", "full")


@rule
def searches(kind: int) -> bool:
    """Whether a mediator searches the grid (True) or writes the text directly (False)."""
    return kind <= KALAI_SMORODINSKY


@rule
def grants_letters(kind: int) -> bool:
    """Whether a mediator may grant side letters at all."""
    return kind < HARDLINER


@rule
def term(kind: int, margin: float, weight: float, best: float, sharpness: float) -> float:
    """One member's part of the score of a candidate text.

    Parameters
    ----------
    margin
        The member's tolerance less its pain, as the mediator sees it.
    weight
        1, or the mediator's weight for the demander (``compromise`` only).
    best
        The margin at the text that the member likes best (``kalai_smorodinsky`` only).
    sharpness
        1 / the acceptance scale (``compromise`` only).
    """
    if kind == COMPROMISE:
        return _compromise_term(margin, weight, sharpness)
    if kind == NASH:
        return _nash_term(margin)
    return _ks_term(margin, best)


@rule
def total(kind: int, terms: Row) -> float:
    """The score of a candidate text: the sum of the members' terms, or the smallest of them.

    The sum runs in four lanes, members 0, 4, 8, ... in the first and so on, what is left over in
    the first, and ends with (first + second) + (third + fourth): a fixed order that processors
    like.
    """
    if kind == KALAI_SMORODINSKY:
        least = terms[0]
        for i in range(len(terms)):
            least = terms[i] if terms[i] < least else least
        return least
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = len(terms) - len(terms) % 4
    for i in range(0, whole, 4):
        a = a + terms[i]
        b = b + terms[i + 1]
        c = c + terms[i + 2]
        d = d + terms[i + 3]
    for i in range(whole, len(terms)):
        a = a + terms[i]
    return (a + b) + (c + d)


@rule
def written_value(kind: int, ideals: Row, weights: Row, present: float) -> float:
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
def learn(offset: float, margin: float, passed: bool, rate: float, doubt: float) -> float:
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
