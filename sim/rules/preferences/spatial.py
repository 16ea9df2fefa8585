"""The ``spatial`` preference model: an ideal point and a salience for each term.

The standard model of the literature on legislative bargaining (Enelow & Hinich 1984, "The Spatial
Theory of Voting"): loss grows with the squared distance from the ideal point, weighted by salience.
It serves any issue on which positions are known, such as the files of the European Union.

A position holds, term by term, the ideal value, the weight, and the range of the term:
columns 3k, 3k + 1 and 3k + 2.
"""

from typing import Any

from ..rule import Row, rule


@rule
def take_position(row: Row, ideal: Row, salience: Row, low: Row, high: Row, k: Any) -> None:
    """Fill a member's position in place.

    Parameters
    ----------
    row
        3 numbers for each term, filled in place.
    ideal, salience
        Ideal value (in the unit of the term) and salience (0 or more) of each term.
    low, high
        Smallest and largest value of each term.
    k
        Coefficients; ``spatial_scale`` is the pain of a text that is as far as can be from the
        ideal on a term of salience 1.
    """
    for t in range(len(ideal)):
        row[3 * t] = ideal[t]
        row[3 * t + 1] = k.spatial_scale * salience[t]
        row[3 * t + 2] = high[t] - low[t]


@rule
def term_pain(value: float, term: int, row: Row) -> float:
    """The loss on one term: scale * salience * ((value - ideal) / range) ** 2."""
    gap = (value - row[3 * term]) / row[3 * term + 2]
    return row[3 * term + 1] * gap * gap


@rule
def pain(text: Row, row: Row, n_terms: int) -> float:
    """Sum of the losses on all terms, in units of tolerance."""
    total = 0.0
    for t in range(n_terms):
        total = total + term_pain(text[t], t, row)
    return total


@rule
def ideal_value(term: int, row: Row) -> float:
    """The ideal value of one term."""
    return row[3 * term]
