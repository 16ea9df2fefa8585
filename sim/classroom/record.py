"""A played game as a scenario: what people did as fixed moves, everything else as it was."""

from __future__ import annotations

from typing import Any

import yaml

from ..api import load
from ..scenario.load import shipped_names
from .game import Game
from .moves import Answer, Round


def record(game: Game, name: str) -> str:
    """The game as YAML that ``summitry run`` and :func:`sim.load` take.

    Replication 0 is the game itself; further replications play the same moves of people with other
    luck. The file extends a shipped scenario where that is enough, and is complete otherwise.

    Parameters
    ----------
    game
        The game.
    name
        Name of the scenario that was played.
    """
    file = game.scenario.loaded.file
    moves = people_moves(game)
    data: dict[str, Any] = dict(game.scenario.loaded.as_played())
    own = data.get("moves", [])
    if not own and name in shipped_names():
        base = load(name).set("events", data["events"])
        if base.hash == game.scenario.hash:
            data = {"extends": name, "runs": file.runs}
            if base.hash != load(name).hash:
                events = base.loaded.as_played()["events"]
                data["events"] = [{k: v for k, v in e.items() if v != 0.0} for e in events]
    taken = {(move["seat"], move["round"]) for move in moves}
    kept = [move for move in own if (move["seat"], move.get("round")) not in taken]
    head = {"title": f"Played: {game.scenario.title}"[:200], "description": _told(game, name)}
    data = {**head, **{k: v for k, v in data.items() if k not in head}, "seed": game.seed}
    data["moves"] = [*kept, *moves]
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=False, width=100)
    return text


def _told(game: Game, name: str) -> str:
    seats = sorted({code for r in game.rounds for code in r.said})
    if any(r.tabled.by_chair for r in game.rounds):
        seats.append("the mediator")
    who = ", ".join(seats) if seats else "nobody: the model played alone"
    return (
        f"A game of the scenario {name}. People sat in the seats of {who}. "
        "Replication 0 is the game itself; others play the same moves with other luck."
    )


def people_moves(game: Game) -> list[dict[str, Any]]:
    """What people did, as the ``moves`` of a scenario."""
    found = []
    for number, r in enumerate(game.rounds, 1):
        if r.tabled.by_chair:
            move: dict[str, Any] = {"round": number, "seat": "mediator"}
            places = enumerate(r.draft.choice)
            move["text"] = {game.terms[t].name: _value(game, t, j) for t, j in places
                            if game.terms[t].written}  # fmt: skip
            if r.draft.letters:
                move["letter"] = r.draft.letters[0]
            found.append(move)
        found += [_said(game, r, number, seat) for seat in r.said]
    return found


def _said(game: Game, r: Round, number: int, seat: str) -> dict[str, Any]:
    said: Answer = r.said[seat]
    passes = r.passed[game.codes.index(seat)]
    move: dict[str, Any] = {"round": number, "seat": seat}
    move["silence"] = "passes" if passes else "breaks"
    if not passes and said.term is not None:
        move["term"] = said.term
        move["direction"] = "higher" if said.direction > 0 else "lower"
    if said.asks_letter:
        move["asks_letter"] = True
    if said.proposes:
        names = [t.name for t in game.terms]
        proposed = game.places(said.proposes)
        move["proposes"] = {
            name: _value(game, names.index(name), proposed[names.index(name)])
            for name in said.proposes
        }
    return move


def _value(game: Game, term: int, place: int) -> float | str:
    shown = game.terms[term].show(place)
    return "none" if shown is None else shown
