"""The text on the table as it hurts one member, part by part in plain words."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..analysis.reasons import last_day_cost, loss_parts
from ..engine.mesa.agents import MemberState
from ..engine.problem import HEADLINE, NEED, WANTED_STEP, WANTED_YEAR
from ..rules.preferences import PLEDGE, pledge
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
        ``net_loss``; ``refusal_cost``, what refusing costs today, and ``full_cost``, what it costs
        on the last day; ``crosses``, whether the text crosses a red line; ``parts``, the largest
        first, each with its name, its loss (negative where it eases) and words; ``advice``: the
        answer of the model.
    """
    told = [
        {"part": name, "loss": round(loss, 3), "words": part_words(state, name, terms)}
        for name, loss in sorted(loss_parts(state).items(), key=lambda item: -abs(item[1]))
        if abs(loss) >= _SMALL
    ]
    return {
        "net_loss": round(state.net_loss, 3),
        "refusal_cost": round(state.refusal_cost, 3),
        "full_cost": round(last_day_cost(state), 3),
        "crosses": state.across(state.model.choice) > 0.0,
        "parts": told,
        "advice": _advice(state, terms),
    }


def _advice(state: MemberState, terms: Sequence[GridTerm]) -> dict[str, Any]:
    if not state.would_refuse():
        words = say("The model would let this text pass in your place.")
        return {"silence": "passes", "term": None, "direction": 0, "words": words}
    named = state.objection()
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
    """One part of the net loss in a sentence to the people of the seat."""
    if part == "in force":
        return say("The text in force costs you as much anyway.")
    if part == "side letters":
        return say("Side letters show that the text does not bind all.")
    m = state.model
    if m.problem.preferences == PLEDGE:
        return (_DEMANDER if state.demands else _MEMBER)[part](state, terms)
    t = next(j for j, term in enumerate(terms) if term.name == part)
    return say(
        "The text says {label} {here}; you want {wanted:.4g}.",
        label=label(terms[t]),
        here=value(terms[t], m.choice[t]),
        wanted=ideal(state, t),
    )


def ideal(state: MemberState, term: int) -> float:
    """The value of a term that a member wants most, under the ``spatial`` model."""
    p = state.model.problem
    return float(p.low[term] + p.span[term] * state.ideal[term])


_Teller = Callable[[MemberState, Sequence[GridTerm]], str]


def _shown(state: MemberState, terms: Sequence[GridTerm], term: int) -> str:
    return value(terms[term], state.model.choice[term])


def _core(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "It binds you to {core} of GDP for core defence; you spend {current:.2f}% today.",
        core=_shown(state, terms, pledge.CORE),
        current=state.current,
    )


def _deadline(state: MemberState, terms: Sequence[GridTerm]) -> str:
    m = state.model
    core, _, _, years, *_ = m.texts.features(m.choice)
    return say(
        "At your own pace, {pace:.2f} percentage points a year, you would be {short:.2f} short of "
        "it in {when}.",
        pace=state.pace,
        short=max(0.0, core - state.current - state.pace * years),
        when=_shown(state, terms, pledge.DEADLINE),
    )


def _increment(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "A fixed step of {increment} binds you year by year; your own pace is {pace:.2f}.",
        increment=_shown(state, terms, pledge.INCREMENT),
        pace=state.pace,
    )


def _broader(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "On top it asks {broader} of GDP for broader security, which has to be paid too.",
        broader=_shown(state, terms, pledge.BROADER),
    )


def _wording(state: MemberState, terms: Sequence[GridTerm]) -> str:
    strength = state.model.texts.features(state.model.choice)[pledge.STRENGTH]
    if strength <= 0.0:
        return say("Without a date or a floor nobody could tell whether you keep it.")
    return say(
        "The words {wording} bind less, which takes some of it off.",
        wording=_shown(state, terms, pledge.WORDING),
    )


def _review(state: MemberState, terms: Sequence[GridTerm]) -> str:
    when = _shown(state, terms, pledge.REVIEW)
    return say("A review in {when} will look at it again, which takes some of it off.", when=when)


_MEMBER: dict[str, _Teller] = {
    "core": _core,
    "broader": _broader,
    "deadline": _deadline,
    "increment": _increment,
    "wording": _wording,
    "review": _review,
}


def _demand(state: MemberState, what: int) -> float:
    return float(state.model.problem.demand[what])


def _headline(state: MemberState, terms: Sequence[GridTerm]) -> str:
    m = state.model
    core, broader, *_ = m.texts.features(m.choice)
    return say(
        "The headline is {headline} of GDP, {core} of it core; you demand {demand:g}%, and at "
        "least {need:.2f}% core.",
        headline=quantity(core + broader, "% GDP"),
        core=_shown(state, terms, pledge.CORE),
        demand=_demand(state, HEADLINE),
        need=m.values[m.problem.demander_from + NEED],
    )


def _years(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "The deadline is {deadline}; you want {wished:.0f}.",
        deadline=_shown(state, terms, pledge.DEADLINE),
        wished=_demand(state, WANTED_YEAR),
    )


def _no_steps(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "The fixed step is {increment}; you want {wished}.",
        increment=_shown(state, terms, pledge.INCREMENT),
        wished=quantity(_demand(state, WANTED_STEP), "pp / year"),
    )


def _soft_words(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "The words {wording} are softer than you want.",
        wording=_shown(state, terms, pledge.WORDING),
    )


def _way_out(state: MemberState, terms: Sequence[GridTerm]) -> str:
    return say(
        "A review in {review} gives the others a way out.",
        review=_shown(state, terms, pledge.REVIEW),
    )


_DEMANDER: dict[str, _Teller] = {
    "headline": _headline,
    "wording": _soft_words,
    "deadline": _years,
    "increment": _no_steps,
    "review": _way_out,
}
