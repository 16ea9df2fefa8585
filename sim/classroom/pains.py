"""The text on the table as it hurts one member, part by part in plain words."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..analysis.reasons import pain_parts
from ..engine.mesa.agents import MemberState
from ..rules import preferences, silence
from ..rules.preferences import burden, demander
from ..scenario.grid import GridTerm
from .wording import label, quantity, say, value, wish

_SMALL = 0.005


def hurts(state: MemberState, terms: Sequence[GridTerm]) -> dict[str, Any]:
    """What the text on the table costs a member, and what the model would answer.

    Parameters
    ----------
    state
        The member, with the text on the table.
    terms
        The terms of the text.

    Returns
    -------
    dict
        ``pain`` and ``tolerance``; ``parts``, the largest first, each with its name, its pain in
        units of tolerance (negative where it eases) and words; ``advice``: the answer of the model
        without its noise.
    """
    text = state.model.text
    parts = pain_parts(state, text, terms)
    told = [
        {"part": name, "pain": round(pain, 3), "words": part_words(state, name, terms)}
        for name, pain in sorted(parts.items(), key=lambda item: -abs(item[1]))
        if abs(pain) >= _SMALL
    ]
    pain = state.feel(list(text))
    return {
        "pain": round(pain, 3),
        "tolerance": round(state.tolerance, 3),
        "parts": told,
        "advice": _advice(state, pain, terms),
    }


def model_objection(state: MemberState) -> int:
    """What a member would name if it broke silence now: +-(term + 1), 0 for nothing."""
    m = state.model
    p = m.problem
    return int(
        silence.objection(
            state.preferences,
            m.choice,
            m.text,
            m.grid,
            m.sizes,
            state.position,
            p.red_low[state.place].tolist(),
            p.red_high[state.place].tolist(),
            p.n_terms,
        )
    )


def _advice(state: MemberState, pain: float, terms: Sequence[GridTerm]) -> dict[str, Any]:
    if pain <= state.tolerance:
        words = say("The model would let this text pass in your place.")
        return {"silence": "passes", "term": None, "direction": 0, "words": words}
    named = model_objection(state)
    if named == 0:
        words = say("The model would break silence in your place.")
        return {"silence": "breaks", "term": None, "direction": 0, "words": words}
    term, direction = abs(named) - 1, 1 if named > 0 else -1
    asked = wish(terms[term], state.model.choice[term], direction)
    return {
        "silence": "breaks",
        "term": terms[term].name,
        "direction": direction,
        "words": say(
            "The model would break silence in your place and ask for {asked}.", asked=asked
        ),
    }


def part_words(state: MemberState, part: str, terms: Sequence[GridTerm]) -> str:
    """One part of the pain in a sentence to the people of the seat."""
    if part == "side letter":
        return say("Your side letter takes part of it off.")
    if part == "red line":
        return say("It crosses one of your red lines.")
    if state.preferences == preferences.BURDEN:
        return _BURDEN[part](state, terms)
    if state.preferences == preferences.DEMANDER:
        return _DEMANDER[part](state, terms)
    term = next(j for j, t in enumerate(terms) if t.name == part)
    m = state.model
    wanted = preferences.ideal_value(
        state.preferences, term, state.position, state.threat_perception
    )
    here = value(terms[term], m.choice[term])
    return say(
        "The text says {label} {here}; you want {wanted:.4g}.",
        label=label(terms[term]),
        here=here,
        wanted=wanted,
    )


_Teller = Callable[[MemberState, Sequence[GridTerm]], str]


def _shown(state: MemberState, terms: Sequence[GridTerm], term: int) -> str:
    return value(terms[term], state.model.choice[term])


def _rise(state: MemberState) -> float:
    """Percentage points a year that lead from today's core spending to the text's."""
    text, row = state.model.text, state.position
    years = burden.years_left(text[burden.DEADLINE], row[burden.YEAR], row[burden.UNDATED])
    return float((text[burden.CORE] - row[burden.CURRENT]) / years)


def _over(state: MemberState, terms: Sequence[GridTerm]) -> str:
    row = state.position
    return say(
        "It asks {core} of GDP for core defence. You spend {current:.2f}% today and "
        "would choose {ideal:.2f}% yourself.",
        core=_shown(state, terms, burden.CORE),
        current=row[burden.CURRENT],
        ideal=row[burden.IDEAL],
    )


def _pace(state: MemberState, terms: Sequence[GridTerm]) -> str:
    when = _shown(state, terms, burden.DEADLINE)
    pace = {"rise": _rise(state), "free": state.position[burden.FREE_PACE]}
    if state.model.text[burden.DEADLINE] <= 0.0:
        return say(
            "To get there without a date you would have to add {rise:.2f} percentage points "
            "every year; {free:.2f} is comfortable.",
            **pace,
        )
    return say(
        "To get there by {when} you would have to add {rise:.2f} percentage points every "
        "year; {free:.2f} is comfortable.",
        when=when,
        **pace,
    )


def _increment(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "A fixed step of {increment} ties your budget; {free:.2f} a year is comfortable.",
        increment=_shown(state, terms, burden.INCREMENT),
        free=state.position[burden.FREE_PACE],
    )


def _broader(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "On top it asks {broader} of GDP for broader security, which has to be paid too.",
        broader=_shown(state, terms, burden.BROADER),
    )


def _wording(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "The words {wording} bind less, which takes some of it off.",
        wording=_shown(state, terms, burden.WORDING),
    )


def _review(state: MemberState, terms: Sequence[GridTerm]) -> str:
    when = _shown(state, terms, burden.REVIEW)
    return say("A review in {when} will look at it again, which takes some of it off.", when=when)


def _shortfall(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "For your security you need allies ready at about {need:.2f}%; the text promises "
        "{core}, less than you would like.",
        need=state.position[burden.NEED],
        core=_shown(state, terms, burden.CORE),
    )


_BURDEN: dict[str, _Teller] = {
    "over": _over,
    "pace": _pace,
    "increment": _increment,
    "broader": _broader,
    "wording": _wording,
    "review": _review,
    "shortfall": _shortfall,
}


def _headline(state: MemberState, terms: Sequence[GridTerm]) -> str:
    text, row = state.model.text, state.position
    headline = quantity(text[burden.CORE] + text[burden.BROADER], "% GDP")
    return say(
        "The headline is {headline} of GDP; you demand {demand:g}%.",
        headline=headline,
        demand=row[demander.DEMAND],
    )


def _years(state: MemberState, terms: Sequence[GridTerm]) -> str:
    wished = state.position[demander.WISHED_DEADLINE]
    return say(
        "The deadline is {deadline}; you want {wished:.0f}.",
        deadline=_shown(state, terms, burden.DEADLINE),
        wished=wished,
    )


def _soft_money(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "{broader} of the headline is broader spending and not defence proper.",
        broader=_shown(state, terms, burden.BROADER),
    )


def _no_steps(state: MemberState, terms: Sequence[GridTerm]) -> str:
    wished = quantity(state.position[demander.WISHED_INCREMENT], "pp / year")
    return say(
        "The fixed step is {increment}; you want {wished}.",
        increment=_shown(state, terms, burden.INCREMENT),
        wished=wished,
    )


def _soft_words(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "The words {wording} are softer than you want.",
        wording=_shown(state, terms, burden.WORDING),
    )


def _way_out(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "A review in {review} gives the others a way out.",
        review=_shown(state, terms, burden.REVIEW),
    )


_DEMANDER: dict[str, _Teller] = {
    "headline": _headline,
    "years": _years,
    "broader": _soft_money,
    "increment": _no_steps,
    "wording": _soft_words,
    "review": _way_out,
}
