"""The ``demander`` preference model: the state that asks for the target, here the United States.

The headline is what it cannot give up; splitting it into core and broader is cheap to it; later
deadlines, soft wording and reviews cost it something. What side letters cost it is part of its
tolerance (:mod:`sim.negotiation.tolerance`).
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
def pain(text: Row, row: Row) -> float:
    """What a text costs the demander: a weighted sum of shortfalls against its demand.

    headline_weight * (demand - core - broader)+ + years_weight * (deadline - wished)+
    + broader_weight * broader ** 2 + increment_weight * (wished - increment)+
    + wording_weight * (1 - strength) + review_weight * share of the path behind the review.
    """
    broader = text[BROADER]
    total = row[BROADER_WEIGHT] * broader * broader + row[WORDING_WEIGHT] * (1.0 - text[WORDING])
    missing = row[DEMAND] - (text[CORE] + text[BROADER])
    if missing > 0.0:
        total = total + row[HEADLINE_WEIGHT] * missing
    late = text[DEADLINE] - row[WISHED_DEADLINE]
    if late > 0.0:
        total = total + row[YEARS_WEIGHT] * late
    slower = row[WISHED_INCREMENT] - text[INCREMENT]
    if slower > 0.0:
        total = total + row[INCREMENT_WEIGHT] * slower
    share = open_share(text[REVIEW], text[DEADLINE], row[YEAR], row[UNDATED])
    return total + row[REVIEW_WEIGHT] * share


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
