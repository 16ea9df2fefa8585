"""Tolerance: what saying no would cost a member, channel by channel.

A member lets a text pass when its pain is at most its tolerance (plus noise). The channels are
kept apart so that each can be switched off or studied: rhetoric, for which the literature finds
null or negative effects (Becker et al. 2024), is not leverage.
"""

from typing import Any

from .rule import Row, rule


@rule
def tolerance(
    threat: float,
    sensitivity: float,
    domestic: float,
    leverage: float,
    rhetoric: float,
    company: float,
    letters: float,
    progress: float,
    reference: float,
    k: Any,
) -> float:
    """What a member swallows before it breaks silence.

    base + threat_weight * threat (an alliance that fails is worse for the exposed)
    + pressure * sensitivity * leverage (what the United States can credibly take away)
    + company * sensitivity * share of the others on board (nobody wants to be the last)
    + rhetoric_weight * sensitivity * rhetoric + urgency * progress (the clock)
    + reference_weight * pain of the outcome without agreement
    - domestic_weight * domestic constraint - temptation * side letters of others.

    Parameters
    ----------
    threat, sensitivity, domestic
        Threat perception, US-pressure sensitivity and domestic constraint, 0 to 1.
    leverage, rhetoric
        Credible leverage of the demander and its public shaming in this round, 0 or more.
    company
        Share of the other members that let the last text pass, 0 to 1.
    letters
        Side letters that others hold.
    progress
        Share of the calendar that has passed, 0 to 1.
    reference
        The member's pain at the reference point, 0 where the scenario has none.
    k
        Coefficients.
    """
    total = k.tolerance_base + k.tolerance_threat * threat
    total = total + k.tolerance_pressure * sensitivity * leverage
    total = total + k.tolerance_company * sensitivity * company
    total = total + k.tolerance_rhetoric * sensitivity * rhetoric
    total = total + k.tolerance_urgency * progress
    total = total + k.tolerance_reference * reference
    total = total - k.tolerance_domestic * domestic
    return total - k.tolerance_temptation * letters


@rule
def demander_tolerance(start: float, end: float, progress: float, letters: float, k: Any) -> float:
    """What the demander swallows: from ``start`` to ``end`` with time, less the cost of letters."""
    return start + (end - start) * progress - k.demander_letter * letters


@rule
def relieved(pain: float, has_letter: bool, crosses: bool, relief: float, red_line: float) -> float:
    """The pain of a text after a side letter, which eases it, and red lines, which do not."""
    felt = pain * (1.0 - relief) if has_letter else pain
    return felt + red_line if crosses else felt


@rule
def crosses_red_line(text: Row, lowest: Row, highest: Row, n_terms: int) -> bool:
    """Whether a text lies outside what a member accepts at any price, term by term."""
    for t in range(n_terms):
        if text[t] < lowest[t] or text[t] > highest[t]:
            return True
    return False
