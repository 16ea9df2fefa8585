"""Who came on board, and what had changed for them: found in the rules, not guessed."""

from __future__ import annotations

from typing import Any

from ..analysis.reasons import Before, pain_parts, tolerance_channels
from ..engine.mesa.agents import MemberState
from .game import Game
from .moves import Round
from .naming import called, capital
from .wording import say

_SMALL = 0.01
_PARTS = {
    "over": say("the text asked for less core spending"),
    "pace": say("it was given a slower pace"),
    "increment": say("the fixed yearly steps were smaller"),
    "broader": say("the text asked for less broader spending"),
    "wording": say("the words were softer"),
    "review": say("a review would look at it again"),
    "shortfall": say("the text promised more for its security"),
    "headline": say("the headline was nearer to the demand"),
    "years": say("the deadline was earlier"),
    "side letter": say("it held a side letter"),
    "red line": say("the text no longer crossed its red line"),
}
_CHANNELS = {
    "threat": say("it felt more threatened"),
    "pressure": say("American leverage had grown"),
    "company": say("more of the others were on board"),
    "rhetoric": say("the public shaming had grown"),
    "urgency": say("the summit was near"),
    "domestic": say("it was freer at home"),
    "temptation": say("fewer others held side letters"),
    "patience": say("its patience with the others had grown as the summit came near"),
    "side letters": say("fewer side letters had been granted"),
}


def turned(game: Game) -> list[dict[str, Any]]:
    """Members that broke silence and then let every text pass, the longest holdouts first.

    Parameters
    ----------
    game
        A game; it is played again from its record to look at what members felt.

    Returns
    -------
    list of dict
        ``round`` in which it came on board, ``who``, ``why`` and ``words``.
    """
    turns = {}
    for i, code in enumerate(game.codes):
        answers = [r.passed[i] for r in game.rounds]
        if not answers or not answers[-1] or all(answers):
            continue
        at = len(answers) - answers[::-1].index(False)
        turns[i] = (at, answers.count(False), code)
    felt = _felt(game, {j for at, _, _ in turns.values() for j in (at - 1, at)})
    found = []
    for i, (at, rounds, code) in sorted(turns.items(), key=lambda t: (-t[1][1], t[0])):
        why = _why(game.rounds[at], code, felt[at - 1][i], felt[at][i])
        name = capital(called(game, code))
        told = say(
            "{name} came on board after {rounds} rounds: {why}.", name=name, rounds=rounds, why=why
        )
        if rounds == 1:
            told = say("{name} came on board after 1 round: {why}.", name=name, why=why)
        found.append({"round": at + 1, "who": code, "why": why, "words": told})
    return found


Felt = dict[str, float]


def _felt(game: Game, rounds: set[int]) -> dict[int, list[Felt]]:
    """What eased each member in some rounds: tolerance by channel, and the negative of pain."""
    found: dict[int, list[Felt]] = {}
    for again in game.again():
        if again.phase == "answering" and len(again.rounds) in rounds:
            before = Before(_passed_before(again))
            found[len(again.rounds)] = [_of(state, game, before) for state in again.model.members]
    return found


def _passed_before(game: Game) -> tuple[bool, ...]:
    return game.rounds[-1].passed if game.rounds else tuple(False for _ in game.codes)


def _of(state: MemberState, game: Game, before: Before) -> Felt:
    parts = pain_parts(state, state.model.text, game.terms)
    eased = {f"part {name}": -pain for name, pain in parts.items()}
    return {**eased, **{f"channel {n}": x for n, x in tolerance_channels(state, before).items()}}


def _why(r: Round, code: str, then: Felt, now: Felt) -> str:
    if code in r.said:
        return say("its people let the text pass")
    if r.draft.letter == code:
        return say("it was granted a side letter")
    gains = {name: now[name] - then.get(name, 0.0) for name in now}
    best = max(gains, key=lambda name: gains[name])
    if gains[best] < _SMALL:
        return say("its judgement was a little milder (chance)")
    kind, _, name = best.partition(" ")
    words = (_PARTS if kind == "part" else _CHANNELS).get(name)
    return words or say(
        "the text was nearer to what it wants on {term}", term=name.replace("_", " ")
    )
