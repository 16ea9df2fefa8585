"""The ``pledge`` preference model: a text on defence spending as an expected obligation.

What a text costs a member is what it will be held to: being bound to rise at all, falling short of
the pledge at its date at the own pace, and broader spending. Only a breach that others can see is
an obligation: an undated aim binds nobody, a date or a floor ("at least") does, by the strength of
its words. Nothing here says that Spain refuses or that Poland is ready.

Abbott & Snidal 2000, "Hard and soft law in international governance", International Organization
54(3), on the sovereignty cost of hard commitments; Olson & Zeckhauser 1966, "An economic theory of
alliances", Review of Economics and Statistics 48(3), on the burden; Fearon 1994, "Domestic
political audiences and the escalation of international disputes", American Political Science
Review 88(3), on what climbing down from a staked number costs who made it.
"""

import math
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

# What of a text counts: its features.
AT_CORE, AT_BROADER, DATED, YEARS, STEP, EASE, STRENGTH = range(7)
FEATURES = 7

# What of a member counts: its position.
CURRENT, FORCES, PACE, SIZE = range(4)
COLUMNS = 4

#: Kept away from 0 where years are counted to a floor at the own pace (% of GDP a year).
SLOW = 1e-9


@rule
def own_pace(fiscal: float, k: Any) -> float:
    """What a member's core spending can rise in a year by itself (% of GDP)."""
    return k.pledge_pace + k.pledge_pace_slope * fiscal


@rule
def refusing(threat: float, sensitivity: float, domestic: float, leverage: float, k: Any) -> float:
    """What refusing costs a member on the last day, but for luck.

    (base + threat_weight threat + pressure sensitivity leverage)(1 - domestic_weight domestic):
    abandonment (Snyder 1984, "The security dilemma in alliance politics", World Politics 36(4)),
    what the demander can take away, and a share less of all for who is tied at home (Putnam 1988,
    "Diplomacy and domestic politics", International Organization 42(3)). What leverage puts at
    stake, trade and protection, grows with a member's size: ``leverage`` is that of the demander
    times the member's size.
    """
    cost = k.refusing_base + k.refusing_threat * threat
    cost = cost + k.refusing_pressure * sensitivity * leverage
    return cost * (1.0 - k.refusing_domestic * domestic)


@rule
def public_sd(
    cost: float,
    domestic: float,
    leverage: float,
    sd_threat: float,
    sd_sensitivity: float,
    sd_domestic: float,
    k: Any,
) -> float:
    """Standard deviation of what refusing costs a member, to who knows public values only.

    Luck and the spreads of threat perception, sensitivity and domestic constraint, by the first
    derivatives of :func:`refusing`, added as squares.
    """
    kept = 1.0 - k.refusing_domestic * domestic
    by_threat = k.refusing_threat * sd_threat * kept
    by_pressure = k.refusing_pressure * sd_sensitivity * leverage * kept
    by_domestic = cost / kept * k.refusing_domestic * sd_domestic if kept > 0.0 else 0.0
    squares = k.refusing_luck * k.refusing_luck + by_threat * by_threat
    squares = squares + by_pressure * by_pressure
    return math.sqrt(squares + by_domestic * by_domestic)


@rule
def binding(strength: float, dated: bool, floor: bool) -> float:
    """Strength with which a text binds: 0 where a breach could not be seen."""
    return strength if dated or floor else 0.0


@rule
def years_left(deadline: float, year: float) -> float:
    """Years from the summit to the deadline, at least 1; 1 without a deadline (0)."""
    left = deadline - year
    return left if left > 1.0 else 1.0


@rule
def eased(deadline: float, review: float, years: float, relief: float) -> float:
    """Share of the burden that a review leaves: it lifts ``relief`` of what lies behind it."""
    behind = deadline - review
    behind = behind if behind > 0.0 else 0.0
    behind = behind if review > 0.0 else 0.0
    return 1.0 - relief * behind / years


@rule
def loss(
    core: float,
    broader: float,
    dated: float,
    years: float,
    step: float,
    ease: float,
    strength: float,
    current: float,
    forces: float,
    pace: float,
    size: float,
    k: Any,
) -> float:
    """What a text costs a member.

    With gap = core - current (0 without forces), short = what the own pace does not reach by the
    deadline or the yearly step asks beyond it, and bound = what a schedule fixes of the gap:

    size strength (broader_weight broader + bind gap + dated (bind bound + burden ease short))
    """
    gap = core - current
    gap = gap if gap > 0.0 else 0.0
    gap = gap * forces
    rises = 1.0 if gap > 0.0 else 0.0
    short = gap - pace * years
    short = short if short > 0.0 else 0.0
    hurry = step - pace
    hurry = hurry if hurry > 0.0 else 0.0
    short = short + rises * hurry * years * 0.5
    bound = step * years
    bound = bound if bound < gap else gap
    dues = dated * (k.pledge_bind * bound + k.pledge_burden * ease * short)
    return size * (strength * (k.pledge_broader * broader + k.pledge_bind * gap + dues))


@rule
def most_loss(
    core: float,
    broader: float,
    dated: float,
    fewest: float,
    most: float,
    step: float,
    ease: float,
    strength: float,
    current: float,
    forces: float,
    pace: float,
    size: float,
    k: Any,
) -> float:
    """At least the loss by any text with features up to these and ``fewest`` to ``most`` years.

    Every operation of :func:`loss` is monotone, also when rounded, so who passes this for sure
    passes each of those texts for sure.
    """
    gap = core - current
    gap = gap if gap > 0.0 else 0.0
    gap = gap * forces
    rises = 1.0 if gap > 0.0 else 0.0
    short = gap - pace * fewest
    short = short if short > 0.0 else 0.0
    hurry = step - pace
    hurry = hurry if hurry > 0.0 else 0.0
    short = short + rises * hurry * most * 0.5
    bound = step * most
    bound = bound if bound < gap else gap
    dues = dated * (k.pledge_bind * bound + k.pledge_burden * ease * short)
    return size * (strength * (k.pledge_broader * broader + k.pledge_bind * gap + dues))


@rule
def reached(core: float, broader: float, headline: float, need: float) -> float:
    """Share of what was staked that a signed text reaches, to the fourth power.

    (share of the headline x share of the core need) ** 4: climbing down from a staked number costs
    who staked it (Fearon 1994).
    """
    share = (core + broader) / headline
    share = share if share < 1.0 else 1.0
    needed = core / need
    needed = needed if needed < 1.0 else 1.0
    x = share * needed
    x = x * x
    return x * x


@rule
def reached_in_force(core: float, broader: float, headline: float) -> float:
    """Share of the headline that the text in force reaches: nobody climbs down to it."""
    share = (core + broader) / headline
    return share if share < 1.0 else 1.0


@rule
def unscheduled(step: float, wanted: float) -> float:
    """Years of delay that a missing schedule counts as: up to one."""
    if wanted > 0.0 and step < wanted:
        return (wanted - step) / wanted
    return 0.0


@rule
def late(strength: float, deadline: float, wanted: float, year: float, typical: float) -> float:
    """Years after the wanted deadline in which a text is delivered, by its words.

    strength x years to the deadline after the wanted one + (1 - strength) x the same at the pace
    of the median member: what soft words leave undelivered comes at the own pace. Without a
    deadline all comes at the own pace.

    Parameters
    ----------
    strength
        Strength of the words.
    deadline, wanted
        Deadline of the text (0 without one), and the demanded one.
    year
        Year of the summit.
    typical
        Years from then in which the median member is there at its own pace.
    """
    by_itself = year + typical - wanted
    by_itself = by_itself if by_itself > 0.0 else 0.0
    if deadline <= 0.0:
        return by_itself
    after = deadline - wanted
    after = after if after > 0.0 else 0.0
    return strength * after + (1.0 - strength) * by_itself


@rule
def typical_years(core: float, currents: Row, paces: Row, scratch: Row) -> float:
    """Years in which the median member reaches a floor at its own pace, by public values.

    Parameters
    ----------
    core
        The floor (% of GDP).
    currents, paces
        Core spending today and own pace of those with forces that make no demand, in order.
    scratch
        Room for as many numbers.
    """
    n = len(currents)
    if n == 0:
        return 0.0
    for i in range(n):
        gap = core - currents[i]
        years = gap / (paces[i] + SLOW) if gap > 0.0 else 0.0
        j = i
        while j > 0 and scratch[j - 1] > years:
            scratch[j] = scratch[j - 1]
            j = j - 1
        scratch[j] = years
    if n % 2 == 1:
        return scratch[n // 2]
    return 0.5 * (scratch[n // 2 - 1] + scratch[n // 2])


@rule
def worth(
    strength: float, review: float, horizon: float, years_late: float, share: float, k: Any
) -> float:
    """What the demander has of a text.

    strength / (1 + impatience years late) x share reached; a review before its horizon leaves
    1 - review_relief of the strength.
    """
    held = strength * (1.0 - k.pledge_review) if review < horizon else strength
    held = held if review > 0.0 else strength
    return held / (1.0 + k.demander_impatience * years_late) * share
