"""The debrief: what happened, what was expected, who moved whom, and what each holdout cost."""

from __future__ import annotations

from typing import Any

from ..analysis.offers import Change
from ..api import load
from ..engine.mesa.seats import Answer as Said
from .ahead import Ahead, Moves, prepared
from .game import Game
from .moves import Round
from .naming import all_called, called, capital
from .outlook import Outlook, look
from .past import past_text
from .state import asked_for
from .turns import turned
from .views import changes_of, named_words, values_of
from .wording import change as change_words
from .wording import day, known, label, say, value
from .wording import text as text_words

_RUNS, _HOLDOUT_RUNS = 2048, 512
_SECONDS, _HOLDOUT_SECONDS = 3.0, 0.5
_MOST = 8


def debrief(game: Game, source: dict[str, Any], chances: dict[int, float]) -> dict[str, Any]:
    """Everything that a class talks about afterwards; takes a few seconds.

    Parameters
    ----------
    game
        A game that is over; a copy that nobody else touches.
    source
        The scenario as it was before the game; see :func:`sim.classroom.state.source_of`.
    chances
        Forecast of a deal after each round, by number of the round from 1.

    Returns
    -------
    dict
        See ``docs/classroom.md``.
    """
    resolved = game.scenario.loaded.resolved
    past = past_text(source["data"], resolved)
    expected = _expected(source, game.seed)
    number = len(game.rounds)
    date = resolved.dates[number - 1]
    adopted = bool(game.model.adopted)
    return {
        "outcome": "adopted" if adopted else "no_deal",
        "round": number,
        "date": date.isoformat(),
        "words": _ending(game, adopted),
        "final": _final(game),
        "compare": _compared(game, adopted, expected, past),
        "deal": {
            "happened": adopted,
            "expected": expected.deal,
            "past": None if past is None else True,
        },
        "expected": expected.told(),
        "past_title": None if past is None else past["title"],
        "members": [{"code": p.code, "name": p.name} for p in resolved.members],
        "past_letters": None if past is None else past["letters"],
        "rounds": [_round(game, j, chances) for j in range(number)],
        "moved": _moved(game),
        "turned": turned(game)[:_MOST],
        "holdouts": _holdouts(game),
    }


def _ending(game: Game, adopted: bool) -> str:
    number, of = len(game.rounds), game.n_rounds
    when = day(game.scenario.loaded.resolved.dates[number - 1])
    last = game.rounds[-1]
    if adopted:
        text = text_words(game.terms, last.draft.choice)
        if game.letters:
            letters = all_called(game, game.letters)
            text = say("{text}; side letter for {who}", text=text, who=letters)
        return say(
            "Adopted in round {number} of {of}, on {when}: {text}.",
            number=number,
            of=of,
            when=when,
            text=text,
        )
    against = [c for c, passed in zip(game.codes, last.passed, strict=True) if not passed]
    if len(against) == 1:
        words = say("No text was adopted by {when}. 1 member broke silence on the last one: {who}.")
    else:
        words = say(
            "No text was adopted by {when}. {n} members broke silence on the last one: {who}."
        )
    return words.format(when=when, n=len(against), who=all_called(game, against))


def _expected(source: dict[str, Any], seed: int) -> Outlook:
    """The summit as the model plays it alone, with all that is uncertain about its inputs."""
    game = Game(load(source["scenario"]), seed)
    ahead = prepared(game, Moves(game.scenario.setup.problem))
    return _look(ahead, _RUNS, _SECONDS)


def _look(ahead: Ahead, runs: int, seconds: float) -> Outlook:
    outlook = look(ahead, runs, seconds)
    assert outlook is not None  # only what may become stale can be None
    return outlook


def _final(game: Game) -> list[dict[str, str]]:
    """The last text on the table, term by term."""
    choice = game.rounds[-1].draft.choice
    return [
        {"term": term.name, "label": label(term), "shown": value(term, j)}
        for term, j in zip(game.terms, choice, strict=True)
        if term.written
    ]


def _compared(
    game: Game, adopted: bool, expected: Outlook, past: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Each term: what happened, what was most likely, and what really happened."""
    rows = []
    for t, term in enumerate(game.terms):
        if not term.written:
            continue
        counts = expected.terms[t]
        likeliest = say("no deal")
        if expected.deals:
            top = int(counts.argmax())
            share = counts[top] / expected.deals
            likeliest = say(
                "{value} (in {share:.0%} of deals)", value=value(term, top), share=share
            )
        real = None
        if past is not None:
            shown = past["values"][term.name]
            places = range(len(term.values))
            place = next((j for j in places if term.show(j) == shown), None)
            real = value(term, place) if place is not None else _off_grid(shown)
        rows.append(
            {
                "term": term.name,
                "label": label(term),
                "unit": term.unit,
                "happened": value(term, game.model.choice[t]) if adopted else None,
                "expected": likeliest,
                "past": real,
            }
        )
    return rows


def _off_grid(shown: float | str | None) -> str:
    if shown is None:
        return known("none")
    return f"{shown:g}" if isinstance(shown, float) else f"“{shown.replace('_', ' ')}”"


def _round(game: Game, j: int, chances: dict[int, float]) -> dict[str, Any]:
    r = game.rounds[j]
    stances = {}
    for i, code in enumerate(game.codes):
        stances[code] = {
            "passed": r.passed[i],
            **named_words(game, r.named[i], r.draft),
            "margin": round(r.margins[i], 3),
            "person": code in r.said,
        }
    return {
        "round": j + 1,
        "date": game.scenario.loaded.resolved.dates[j].isoformat(),
        "values": values_of(game.terms, r.draft.choice),
        "words": text_words(game.terms, r.draft.choice),
        "changes": changes_of(game, _changes(game, j)),
        "letters": list(r.draft.letters),
        "by_chair": r.tabled.by_chair,
        "news": list(r.struck),
        "on_board": sum(r.passed),
        "asked": [{"words": what, "n": n} for what, n in asked_for(game, r)],
        "deal": chances.get(j + 1),
        "stances": stances,
    }


def _changes(game: Game, j: int) -> list[tuple[int, int, int]]:
    """What the text of a round changed against the one before: (term, before, after)."""
    if j == 0:
        return []
    before, after = game.rounds[j - 1].draft.choice, game.rounds[j].draft.choice
    return [(t, a, b) for t, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]


def _moved(game: Game) -> list[dict[str, Any]]:
    """Changes of the text in order, and who had proposed or named them in the round before."""
    found = []
    for j in range(1, len(game.rounds)):
        before = game.rounds[j - 1]
        for t, a, b in _changes(game, j):
            proposed = [c for c in game.codes if _proposed(game, before, c, t, b - a)]
            asked = (t + 1) if b > a else -(t + 1)
            named = [
                c
                for c, n in zip(game.codes, before.named, strict=True)
                if n == asked and c not in proposed
            ]
            what = change_words(game.terms, Change(t, a, b))
            origins = []
            if proposed:
                origins.append(say("proposed by {who}", who=all_called(game, proposed)))
            if named:
                origins.append(say("asked for by {who}", who=all_called(game, named)))
            origin = "; ".join(origins) or say("nobody had named it")
            words = say("{what}: {origin}", what=what, origin=origin)
            found.append({"round": j + 1, "who": proposed + named, "what": what, "words": words})
    return found


def _proposed(game: Game, before: Round, code: str, term: int, step: int) -> bool:
    """Whether an amendment of a member moved a term the way that it then went."""
    values = before.said[code].proposes if code in before.said else {}
    name = game.terms[term].name
    if name not in values:
        return False
    place = game.places({name: values[name]}, before.draft.choice)[term]
    return (place - before.draft.choice[term]) * step > 0


def _holdouts(game: Game) -> list[dict[str, Any]]:
    """Members that broke silence most often, the costliest first, and what each of them cost."""
    broke = {
        i: sum(not r.passed[i] for r in game.rounds)
        for i in range(len(game.codes))
        if any(not r.passed[i] for r in game.rounds)
    }
    found: list[dict[str, Any]] = []
    for i in sorted(broke, key=lambda i: (-broke[i], i))[:_MOST]:
        code = game.codes[i]
        people = any(code in r.said for r in game.rounds)
        kept = _look(_others(game, i, passes=False), _HOLDOUT_RUNS, _HOLDOUT_SECONDS)
        given_up = _look(_others(game, i, passes=True), _HOLDOUT_RUNS, _HOLDOUT_SECONDS)
        member = game.model.members[i]
        with_, without = kept.deal, given_up.deal
        now, then = f"{without['p']:.0%}", f"{with_['p']:.0%}"
        chance = say("in {now} of summits like this one", now=now)
        if now != then:
            chance = say("in {now} instead of {then} of summits like this one", now=now, then=then)
        if kept.deals and given_up.deals:
            now, then = f"{given_up.mean_round:.1f}", f"{kept.mean_round:.1f}"
            chance = say("{chance}, on average in round {now}", chance=chance, now=now)
            if now != then:
                chance = say("{chance} instead of {then}", chance=chance, then=then)
        name = capital(called(game, code))
        rounds = say("1 round") if broke[i] == 1 else say("{n} rounds", n=broke[i])
        words = say(
            "{name} broke silence in {rounds}. Had it let every text pass, a text would be "
            "adopted {chance}.",
            name=name,
            rounds=rounds,
            chance=chance,
        )
        found.append(
            {
                "seat": code,
                "name": member.name,
                "rounds": broke[i],
                "letter": member.side_letter,
                "people": people,
                "deal_with": with_,
                "deal_without": without,
                "change": given_up.against(kept),
                "words": words,
            }
        )
    return sorted(found, key=lambda h: h["deal_with"]["p"] - h["deal_without"]["p"])


def _others(game: Game, place: int, *, passes: bool) -> Ahead:
    """The summit with the people's moves as they were, but for one member.

    With ``passes`` that member lets every text pass; without, its people answer as they did, or the
    model answers for it. People that broke silence to the end go on doing so on drafts that were
    left.
    """
    fixed = Moves(game.scenario.setup.problem)
    for t, r in enumerate(game.rounds):
        if r.tabled.by_chair:
            fixed.write(t, game, r.draft)
        for code, said in r.said.items():
            fixed.say(t, game.codes.index(code), game.spoken(said))
    for t in range(len(game.rounds), game.n_rounds):
        for code, said in game.rounds[-1].said.items():
            if said.silence == "breaks":
                fixed.say(t, game.codes.index(code), game.spoken(said))
    if passes:
        for t in range(game.n_rounds):
            fixed.say(t, place, Said(True))
    return prepared(game, fixed)
