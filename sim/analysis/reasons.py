"""What a member's pain and tolerance consist of, found by asking the rules themselves.

No formula of the negotiation is repeated here: a part is the difference that one element makes to
the real rule when it is neutralised.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..rules import preferences, tolerance
from ..rules.preferences import burden, demander
from ..scenario.grid import GridTerm

# Which columns of a position carry each part of the pain; the parts add up.
_BURDEN = {
    "over": (burden.OVER_WEIGHT,),
    "pace": (burden.PACE_WEIGHT,),
    "increment": (burden.INCREMENT_WEIGHT, burden.SCHEDULE_WEIGHT),
    "broader": (burden.BROADER_WEIGHT,),
}
_DEMANDER = {
    "headline": (demander.HEADLINE_WEIGHT,),
    "years": (demander.YEARS_WEIGHT,),
    "broader": (demander.BROADER_WEIGHT,),
    "increment": (demander.INCREMENT_WEIGHT,),
    "wording": (demander.WORDING_WEIGHT,),
    "review": (demander.REVIEW_WEIGHT,),
}
# Arguments of the tolerance rule, by the channel that each opens.
_CHANNELS = {
    "threat": "threat",
    "pressure": "leverage",
    "company": "company",
    "rhetoric": "rhetoric",
    "urgency": "progress",
    "reference": "reference",
    "domestic": "domestic",
    "temptation": "letters",
}


@dataclass(frozen=True)
class Before:
    """Who was on board when the round began: what members knew of each other's answers."""

    passed: tuple[bool, ...]

    @classmethod
    def of(cls, model: SummitModel) -> Before:
        """Take note of the last answers, before the next step."""
        return cls(tuple(state.passed for state in model.members))


def pain_parts(
    state: MemberState, text: Sequence[float], terms: Sequence[GridTerm]
) -> dict[str, float]:
    """What each element of a text adds to a member's pain, in units of tolerance.

    Parameters
    ----------
    state
        The member, in the round in question.
    text
        Values of the terms.
    terms
        The terms; their names are the parts under the ``spatial`` model.

    Returns
    -------
    dict of str to float
        The parts add up to what the member feels. Under ``burden``: over, pace, increment and
        broader at full strength of the wording and without a review; what softer wording and a
        review take off (negative or 0); shortfall. Under ``demander``: headline, years, broader,
        increment, wording, review. Under ``spatial``: the terms. Then, for all, what a side letter
        takes off (negative or 0) and what a red line adds.
    """
    n = len(text)
    whole = _pain(state, text)
    if state.preferences == preferences.BURDEN:
        parts = _burden_parts(state, list(text))
    elif state.preferences == preferences.DEMANDER:
        parts = {name: whole - _pain(state, text, columns) for name, columns in _DEMANDER.items()}
    else:
        parts = {terms[t].name: whole - _pain(state, text, (3 * t + 1,)) for t in range(n)}
    k = state.model.coefficients
    eased = tolerance.relieved(
        whole, state.side_letter, False, k.letter_relief, k.tolerance_red_line
    )
    parts["side letter"] = eased - whole
    parts["red line"] = state.feel(list(text)) - eased
    return parts


def pain_with_letter(state: MemberState, text: Sequence[float]) -> float:
    """What a text would cost a member that held a side letter."""
    k = state.model.coefficients
    relief, red_line = k.letter_relief, k.tolerance_red_line
    whole = _pain(state, text)
    crossed = state.feel(list(text)) - tolerance.relieved(
        whole, state.side_letter, False, relief, red_line
    )
    return float(tolerance.relieved(whole, True, False, relief, red_line) + crossed)


def _pain(state: MemberState, text: Sequence[float], without: Sequence[int] = ()) -> float:
    """The pain of a text with some columns of the member's position set to 0."""
    row = state.position
    if without:
        row = list(row)
        for column in without:
            row[column] = 0.0
    return float(preferences.pain(state.preferences, text, row, len(text)))


def _burden_parts(state: MemberState, text: list[float]) -> dict[str, float]:
    plain = list(text)
    plain[burden.WORDING] = 1.0
    short, review = burden.SHORTFALL_WEIGHT, burden.REVIEW_RELIEF
    full = _pain(state, plain, (short, review))
    parts = {
        name: full - _pain(state, plain, (short, review, *columns))
        for name, columns in _BURDEN.items()
    }
    worded = _pain(state, text, (short, review))
    reviewed = _pain(state, text, (short,))
    parts["wording"] = worded - full
    parts["review"] = reviewed - worded
    parts["shortfall"] = _pain(state, text) - reviewed
    return parts


def tolerance_channels(state: MemberState, before: Before) -> dict[str, float]:
    """What each channel adds to a member's tolerance in this round, noise aside.

    Parameters
    ----------
    state
        The member, after the round has been played.
    before
        Who was on board when the round began.

    Returns
    -------
    dict of str to float
        base, threat, pressure, company, rhetoric, urgency, reference, domestic and temptation
        (the last two negative or 0); for the demander: patience and side letters.
    """
    m = state.model
    if state.preferences == preferences.DEMANDER:
        return {
            "patience": _demander(state, 0.0),
            "side letters": _demander(state, float(m.letters)) - _demander(state, 0.0),
        }
    arguments = _arguments(state, before)
    whole = tolerance.tolerance(**arguments)
    nothing = {**arguments, **dict.fromkeys(_CHANNELS.values(), 0.0)}
    channels = {"base": float(tolerance.tolerance(**nothing))}
    for channel, argument in _CHANNELS.items():
        channels[channel] = whole - tolerance.tolerance(**{**arguments, argument: 0.0})
    return channels


def leverage_needed(state: MemberState, before: Before, gap: float) -> float | None:
    """The leverage at which a member's tolerance would be higher by ``gap``; None if none does it.

    The rule is linear in leverage, so the effect of one unit decides.
    """
    if state.model.problem.demander < 0 or state.preferences == preferences.DEMANDER:
        return None
    arguments = _arguments(state, before)
    leverage = arguments["leverage"]
    more = tolerance.tolerance(**{**arguments, "leverage": leverage + 1.0})
    slope = more - tolerance.tolerance(**arguments)
    return leverage + gap / slope if slope > 0.0 else None


def _arguments(state: MemberState, before: Before) -> dict[str, float]:
    m = state.model
    others = sum(before.passed) - before.passed[state.place]
    return {
        "threat": state.threat_perception,
        "sensitivity": state.us_pressure_sensitivity,
        "domestic": state.domestic_constraint,
        "leverage": m.leverage,
        "rhetoric": m.rhetoric,
        "company": others / (m.problem.n_members - 1),
        "letters": float(m.letters - (1 if state.side_letter else 0)),
        "progress": m.progress,
        "reference": state.reference_pain,
        "k": m.coefficients,
    }


def _demander(state: MemberState, letters: float) -> float:
    m = state.model
    start, end = (float(x) for x in m.problem.demand[3:5])
    return float(tolerance.demander_tolerance(start, end, m.progress, letters, m.coefficients))
