"""The ``demander`` preference model: the state that asks for the target, here the United States.

The headline is what it cannot give up. A small part of it may be broader instead of core at little
cost, a large part no longer passes for defence; later deadlines, soft wording and reviews cost it
something. What side letters cost it is part of its
tolerance (:mod:`sim.rules.tolerance`).
"""

from typing import Any

from ..rule import Row, rule
from .burden import BROADER, CORE, DEADLINE, INCREMENT, REVIEW, WORDING, open_share

# Columns of a position.
DEMAND, WISHED_DEADLINE, WISHED_INCREMENT, YEAR, UNDATED = range(5)
HEADLINE_WEIGHT, YEARS_WEIGHT, BROADER_WEIGHT, INCREMENT_WEIGHT = range(5, 9)
WORDING_WEIGHT, REVIEW_WEIGHT = range(9, 11)


@rule
def take_position(
    row: Row, demand: float, deadline: float, increment: float, year: float, k: Any
) -> None:
    """Fill the demander's position in place.

    Parameters
    ----------
    row
        At least 11 numbers, filled in place.
    demand, deadline, increment
        The demand: headline (% of GDP), year, annual increment (percentage points).
    year
        Year of the summit.
    k
        Coefficients.
    """
    row[DEMAND] = demand
    row[WISHED_DEADLINE] = deadline
    row[WISHED_INCREMENT] = increment
    row[YEAR] = year
    row[UNDATED] = k.burden_undated_years
    row[HEADLINE_WEIGHT] = k.demander_headline
    row[YEARS_WEIGHT] = k.demander_years
    row[BROADER_WEIGHT] = k.demander_broader
    row[INCREMENT_WEIGHT] = k.demander_increment
    row[WORDING_WEIGHT] = k.demander_wording
    row[REVIEW_WEIGHT] = k.demander_review


@rule
def split_pain(broader: float, strength: float, row: Row) -> float:
    """Headline that is broader instead of core, and soft words.

    broader_weight * broader ** 2 + wording_weight * (1 - strength).
    """
    return row[BROADER_WEIGHT] * broader * broader + row[WORDING_WEIGHT] * (1.0 - strength)


@rule
def headline_pain(core: float, broader: float, row: Row) -> float:
    """A headline below the demand: headline_weight * (demand - core - broader)+."""
    missing = row[DEMAND] - (core + broader)
    return row[HEADLINE_WEIGHT] * missing if missing > 0.0 else 0.0


@rule
def years_pain(deadline: float, row: Row) -> float:
    """A deadline later than wished: years_weight * (deadline - wished)+."""
    late = deadline - row[WISHED_DEADLINE]
    return row[YEARS_WEIGHT] * late if late > 0.0 else 0.0


@rule
def increment_pain(increment: float, row: Row) -> float:
    """An increment below the one wished: increment_weight * (wished - increment)+."""
    slower = row[WISHED_INCREMENT] - increment
    return row[INCREMENT_WEIGHT] * slower if slower > 0.0 else 0.0


@rule
def review_pain(review: float, deadline: float, row: Row) -> float:
    """A review that opens part of the path again: review_weight * share behind the review."""
    return row[REVIEW_WEIGHT] * open_share(review, deadline, row[YEAR], row[UNDATED])


@rule
def pain(text: Row, row: Row) -> float:
    """What a text costs the demander, in units of tolerance: the sum of the parts above."""
    total = split_pain(text[BROADER], text[WORDING], row)
    total = total + headline_pain(text[CORE], text[BROADER], row)
    total = total + years_pain(text[DEADLINE], row)
    total = total + increment_pain(text[INCREMENT], row)
    return total + review_pain(text[REVIEW], text[DEADLINE], row)


@rule
def ideal_value(term: int, row: Row) -> float:
    """The value of one term that the demander would write itself."""
    if term == CORE:
        return row[DEMAND]
    if term == DEADLINE:
        return row[WISHED_DEADLINE]
    if term == INCREMENT:
        return row[WISHED_INCREMENT]
    if term == WORDING:
        return 1.0
    return 0.0
