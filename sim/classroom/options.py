"""The moves that a seat can ask about: what would happen if..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..negotiation.agents import MemberState
from .game import Game
from .moves import Answer, Draft
from .pains import model_objection
from .wording import say, wish


def seat_options(game: Game, seat: str) -> list[tuple[dict[str, Any], Answer]]:
    """The moves of a member in this round, each with key, words and the move itself.

    First letting silence pass, then breaking it on each term in the direction that relieves the
    member, what hurts it most first; then a side letter and its own amendment where it may.

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
    for term, direction in sorted(_reliefs(game, member), key=lambda td: _order(member, td)):
        name = game.terms[term].name
        asked = wish(game.terms[term], game.model.choice[term], direction)
        add(
            f"breaks:{name}:{direction}",
            say("break silence and ask for {asked}", asked=asked),
            {"silence": "breaks", "term": name, "direction": direction},
            Answer("breaks", name, direction),
        )
    demander = game.scenario.loaded.resolved.demander
    if seat != demander and not member.side_letter and game.letters_left > 0:
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


def _order(member: MemberState, named: tuple[int, int]) -> tuple[bool, int]:
    term, direction = named
    return (direction * (term + 1) != model_objection(member), term)


def _reliefs(game: Game, member: MemberState) -> Iterator[tuple[int, int]]:
    """Each term with the direction in which one step relieves a member, where there is one."""
    m = game.model
    here = member.feel(m.text)
    for t in range(len(game.terms)):
        by: dict[int, float] = {}
        for direction in (-1, 1):
            place = m.choice[t] + direction
            if 0 <= place < m.sizes[t]:
                text = list(m.text)
                text[t] = m.grid[t][place]
                by[direction] = member.feel(text)
        if by and min(by.values()) < here:
            yield t, min(by, key=lambda d: by[d])


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
