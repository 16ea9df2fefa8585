"""The moves that a seat can ask about: what would happen if..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..engine.mesa.agents import MemberState
from .game import Game
from .moves import Answer, Draft
from .wording import say, wish


def seat_options(game: Game, seat: str) -> list[tuple[dict[str, Any], Answer]]:
    """The moves of a member in this round, each with key, words and the move itself.

    First letting silence pass, then breaking it without naming a term and on each term in each
    direction, what relieves the member most first; then a side letter and its own amendment where
    it may.

    Parameters
    ----------
    game
        A game with a text on the table.
    seat
        Code of the member.
    """
    said = game.said.get(seat, Answer())
    member = game.model.members[game.codes.index(seat)]
    found: list[tuple[dict[str, Any], Answer]] = []

    def add(key: str, words: str, move: dict[str, Any], answer: Answer) -> None:
        found.append(({"key": key, "words": words, "move": move}, answer))

    add("pass", say("let silence pass"), {"silence": "passes"}, Answer("passes"))
    add("breaks", say("break silence"), {"silence": "breaks"}, Answer("breaks"))
    for term, direction in sorted(_directions(game), key=lambda td: _order(game, member, td)):
        name = game.terms[term].name
        asked = wish(game.terms[term], game.model.choice[term], direction)
        add(
            f"breaks:{name}:{direction}",
            say("break silence and ask for {asked}", asked=asked),
            {"silence": "breaks", "term": name, "direction": direction},
            Answer("breaks", name, direction),
        )
    if (
        seat not in game.scenario.loaded.resolved.demanders
        and not member.side_letter
        and game.letters_left > 0
    ):
        add(
            "letter",
            say("break silence and ask for a side letter"),
            {"silence": "breaks", "asks_letter": True},
            Answer("breaks", asks_letter=True),
        )
    if said.proposes:
        add(
            "propose",
            say("break silence and stand by your amendment"),
            {"silence": "breaks", "proposes": dict(said.proposes)},
            Answer("breaks", proposes=said.proposes),
        )
    return found


def _directions(game: Game) -> Iterator[tuple[int, int]]:
    """Each term with each direction in which it can move by a step."""
    m = game.model
    for t, term in enumerate(game.terms):
        for direction in (-1, 1):
            if term.written and 0 <= m.choice[t] + direction < m.sizes[t]:
                yield t, direction


def _order(game: Game, member: MemberState, named: tuple[int, int]) -> tuple[bool, float]:
    """What the model would name comes first, then by the loss that a step leaves."""
    term, direction = named
    choice = list(game.model.choice)
    choice[term] += direction
    m = member.model
    left = -m.tabler.value(choice) if member.demands else member.net(choice)
    return (direction * (term + 1) != member.objection(), left)


def chair_options(game: Game, draft: Draft | None) -> list[tuple[dict[str, Any], Draft]]:
    """What the chair can table next: the text as it is, its own draft, the draft of the model."""
    keep = Draft(tuple(game.model.choice))
    found = [({"key": "keep", "words": say("table the same text again")}, keep)]
    own = draft or game.draft
    if own is not None:
        found.append(({"key": "draft", "words": say("table your draft")}, own))
    if game.model_draft is not None:
        found.append(
            ({"key": "model", "words": say("table what the model would")}, game.model_draft)
        )
    return found
