"""The ``burden`` preference model: what a text on defence spending costs a member.

Nothing here says that Spain refuses or that Poland is ready: what a member wants and what hurts
it follow from its threat perception, fiscal room, spending today and forces. The wish for a later
deadline and the dislike of fixed increments follow from fiscal room through the pace that a member
finds comfortable.

A text is a list of term values in the order of :data:`TERMS`; a member's *position* is a row of
numbers in the order of the column constants below, filled once by :func:`take_position` and again
when an event changes the member.
"""

from typing import Any

from ..rule import Row, rule

#: The terms of a spending pledge, in the order in which a text holds them.
TERMS = (
    "core_pct_gdp",
    "broader_pct_gdp",
    "deadline_year",
    "annual_increment_pp",
    "review_year",
    "wording",
)
CORE, BROADER, DEADLINE, INCREMENT, REVIEW, WORDING = range(6)

# Columns of a position.
IDEAL, NEED, CURRENT, FREE_PACE, YEAR, UNDATED = range(6)
OVER_WEIGHT, PACE_WEIGHT, INCREMENT_WEIGHT, BROADER_WEIGHT = range(6, 10)
SHORTFALL_WEIGHT, REVIEW_RELIEF, SCHEDULE_WEIGHT = range(10, 13)
COLUMNS = 13


@rule
def security_need(threat: float, needs: float, others_core: float, k: Any) -> float:
    """Core spending that a member's security calls for (% of GDP).

    need = need_base + need_slope * threat, unless the scenario gives the member a capability need
    (``needs`` >= 0). With the free-riding hypothesis (George & Sandler 2022) the computed need
    falls by free_riding for every percent of GDP that the others spend on average above 2.
    """
    if needs >= 0.0:
        return needs
    above = others_core - 2.0
    spill = k.burden_free_riding * above if above > 0.0 else 0.0
    return k.burden_need_base + k.burden_need_slope * threat - spill


@rule
def ideal_core(need: float, fiscal: float, current: float, k: Any) -> float:
    """Core spending a member would choose for itself (% of GDP).

    The smaller of what it needs and what it can afford, current + afford_base + afford_slope *
    fiscal, but never below floor_share of what it spends today.
    """
    affordable = current + k.burden_afford_base + k.burden_afford_slope * fiscal
    ideal = need if need < affordable else affordable
    floor = k.burden_floor_share * current
    return floor if ideal < floor else ideal


@rule
def take_position(
    row: Row,
    threat: float,
    fiscal: float,
    current: float,
    needs: float,
    others_core: float,
    year: float,
    k: Any,
) -> None:
    """Fill a member's position from its attributes.

    Parameters
    ----------
    row
        Filled in place, ``COLUMNS`` numbers.
    threat, fiscal
        Threat perception and fiscal room, 0 to 1.
    current
        Core spending today (% of GDP); negative: the member has no forces, so core spending,
        pace and increments do not touch it.
    needs
        Capability need that replaces the computed need (% of GDP); negative: none.
    others_core
        GDP-weighted mean core spending of the others (% of GDP), for free-riding.
    year
        Year of the summit.
    k
        Coefficients.
    """
    row[YEAR] = year
    row[UNDATED] = k.burden_undated_years
    row[BROADER_WEIGHT] = k.burden_broader * (k.burden_room_offset - fiscal)
    row[REVIEW_RELIEF] = k.burden_review_relief
    if current < 0.0:
        row[IDEAL] = 0.0
        row[NEED] = 0.0
        row[CURRENT] = 0.0
        row[FREE_PACE] = 0.0
        row[OVER_WEIGHT] = 0.0
        row[PACE_WEIGHT] = 0.0
        row[INCREMENT_WEIGHT] = 0.0
        row[SCHEDULE_WEIGHT] = 0.0
        row[SHORTFALL_WEIGHT] = 0.0
    else:
        need = security_need(threat, needs, others_core, k)
        row[IDEAL] = ideal_core(need, fiscal, current, k)
        row[NEED] = need
        row[CURRENT] = current
        row[FREE_PACE] = k.burden_comfortable_pace + k.burden_pace_slope * fiscal
        row[OVER_WEIGHT] = k.burden_over * (k.burden_room_offset - fiscal)
        row[PACE_WEIGHT] = k.burden_pace
        row[INCREMENT_WEIGHT] = k.burden_increment
        row[SCHEDULE_WEIGHT] = k.burden_schedule * (k.burden_room_offset - fiscal)
        row[SHORTFALL_WEIGHT] = k.burden_shortfall * threat


@rule
def years_left(deadline: float, year: float, undated: float) -> float:
    """Years from the summit to the deadline, at least 1; an undated text (0) means ``undated``."""
    if deadline <= 0.0:
        return undated
    years = deadline - year
    return years if years > 1.0 else 1.0


@rule
def open_share(review: float, deadline: float, year: float, undated: float) -> float:
    """Share of the way to the deadline that a review will open again (0 to 1)."""
    if review <= 0.0:
        return 0.0
    years = years_left(deadline, year, undated)
    left = years - (review - year)
    if left <= 0.0:
        return 0.0
    share = left / years
    return share if share < 1.0 else 1.0


@rule
def core_pain(core: float, years: float, row: Row) -> float:
    """Asking more than the ideal, and asking it fast.

    over_weight * (core - ideal)+ ** 2 + pace_weight * ((core - current) / years - free_pace)+.
    The square makes the poor and calm break first: they are the farthest above their ideal.
    """
    over = core - row[IDEAL]
    over = over if over > 0.0 else 0.0
    pace = (core - row[CURRENT]) / years - row[FREE_PACE]
    pace = pace if pace > 0.0 else 0.0
    return row[OVER_WEIGHT] * over * over + row[PACE_WEIGHT] * pace


@rule
def increment_pain(core: float, increment: float, row: Row) -> float:
    """A fixed annual increment, for members still below the core: any fixed schedule binds, one
    beyond the free pace hurts.

    schedule_weight * increment + increment_weight * (increment - free_pace)+.
    """
    step = increment - row[FREE_PACE]
    step = step if step > 0.0 else 0.0
    bound = row[SCHEDULE_WEIGHT] * increment + row[INCREMENT_WEIGHT] * step
    return bound if core > row[CURRENT] else 0.0


@rule
def shortfall_pain(core: float, strength: float, row: Row) -> float:
    """What a text delivers below the need, which the exposed feel.

    shortfall_weight * (need - delivered)+, where a text delivers current + strength * (core -
    current). It is measured from the need and not from the ideal, so that more fiscal room never
    makes a member less willing.
    """
    short = row[NEED] - (row[CURRENT] + strength * (core - row[CURRENT]))
    return row[SHORTFALL_WEIGHT] * short if short > 0.0 else 0.0


@rule
def relief(review: float, deadline: float, row: Row) -> float:
    """Share of the burden that remains when a review will open part of the path again.

    1 - review_relief * share of the path behind the review.
    """
    return 1.0 - row[REVIEW_RELIEF] * open_share(review, deadline, row[YEAR], row[UNDATED])


@rule
def together(
    strength: float, lasting: float, core: float, broader: float, increment: float, shortfall: float
) -> float:
    """The parts of the pain put together; ``strength`` of the wording and ``lasting`` share scale
    what the text asks, not what it fails to deliver."""
    return strength * lasting * (core + broader + increment) + shortfall


@rule
def pain(text: Row, row: Row) -> float:
    """What a text costs a member, in units of tolerance.

    strength * relief * (core_pain + broader_weight * broader + increment_pain) + shortfall_pain.
    """
    core = text[CORE]
    strength = text[WORDING]
    years = years_left(text[DEADLINE], row[YEAR], row[UNDATED])
    return together(
        strength,
        relief(text[REVIEW], text[DEADLINE], row),
        core_pain(core, years, row),
        row[BROADER_WEIGHT] * text[BROADER],
        increment_pain(core, text[INCREMENT], row),
        shortfall_pain(core, strength, row),
    )


@rule
def ideal_value(term: int, row: Row, threat: float) -> float:
    """The value of one term that a member would write itself, before it is put on the grid.

    Its ideal core; no broader spending; the year in which its comfortable pace reaches the ideal;
    increments no larger than that pace; a review half-way; wording as strong as its threat.
    """
    if term == CORE:
        return row[IDEAL]
    if term == BROADER:
        return 0.0
    rise = row[IDEAL] - row[CURRENT]
    years = rise / row[FREE_PACE] if rise > 0.0 and row[FREE_PACE] > 0.0 else 1.0
    if term == DEADLINE:
        return row[YEAR] + years
    if term == INCREMENT:
        return row[FREE_PACE] if rise > 0.0 else 0.0
    if term == REVIEW:
        return row[YEAR] + 0.5 * years
    return threat
