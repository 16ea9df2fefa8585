"""Who came on board, and what had changed for them: found in the rules, not guessed."""

from __future__ import annotations

from typing import Any

from ..analysis.reasons import cost_channels, loss_parts
from ..engine.mesa.agents import MemberState
from .game import Game
from .moves import Round
from .naming import called, capital
from .wording import say

_LOSS = {
    "core": say("the text asked for less core spending"),
    "broader": say("the text asked for less broader spending"),
    "deadline": say("it was given more time"),
    "increment": say("the fixed yearly steps were smaller"),
    "wording": say("the words were softer"),
    "review": say("a review would look at it again"),
    "red line": say("the text no longer crossed its red line"),
}
_DEMAND = {
    "headline": say("the headline was nearer to the demand"),
    "wording": say("the words were stronger"),
    "deadline": say("the deadline was earlier"),
    "increment": say("the fixed yearly steps were larger"),
    "review": say("no review came before its horizon"),
    "side letters": say("fewer side letters had been granted"),
}
_REFUSAL = {
    "threat": say("it felt more threatened"),
    "pressure": say("the leverage of the demander had grown"),
    "domestic": say("it was freer at home"),
    "not yet": say("the summit was near, and saying no began to count"),
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
        why = _why(game, at, code, felt[at - 1][i], felt[at][i])
        name = capital(called(game, code))
        told = say(
            "{name} came on board after {rounds} rounds: {why}.", name=name, rounds=rounds, why=why
        )
        if rounds == 1:
            told = say("{name} came on board after 1 round: {why}.", name=name, why=why)
        found.append({"round": at + 1, "who": code, "why": why, "words": told})
    return found


_OF_TEXT, _OF_REFUSING = range(2)
#: A step across a red line outweighs all else.
_AT_ANY_PRICE = 1e6
Felt = dict[tuple[int, str], float]


def _felt(game: Game, rounds: set[int]) -> dict[int, list[Felt]]:
    """What eased each member in some rounds: the cost of refusing less the net loss, in parts."""
    found: dict[int, list[Felt]] = {}
    for again in game.again():
        if again.phase == "answering" and len(again.rounds) in rounds:
            found[len(again.rounds)] = [_of(state) for state in again.model.members]
    return found


def _of(state: MemberState) -> Felt:
    hurts = {name: x for name, x in loss_parts(state).items() if name != "in force"}
    hurts["red line"] = _AT_ANY_PRICE * state.across(state.model.choice)
    eased = {(_OF_TEXT, name): -x for name, x in hurts.items()}
    return {**eased, **{(_OF_REFUSING, name): x for name, x in cost_channels(state).items()}}


def _why(game: Game, at: int, code: str, then: Felt, now: Felt) -> str:
    r: Round = game.rounds[at]
    if code in r.said:
        return say("its people let the text pass")
    if code in r.draft.letters:
        return say("it was granted a side letter")
    if code in game.rounds[at - 1].said:
        return say("the model spoke in the place of its people")
    kind, name = max(now, key=lambda key: now[key] - then.get(key, 0.0))
    demands = code in game.scenario.loaded.resolved.demanders
    words = _REFUSAL if kind == _OF_REFUSING else _DEMAND if demands else _LOSS
    if name in words:
        return words[name]
    return say("the text was nearer to what it wants on {term}", term=name.replace("_", " "))
