"""The red lines of a member: those of the scenario, and the limits that follow from its costs."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from ..engine.mesa.agents import MemberState
from ..rules.drafting import nearest
from ..scenario.grid import GridTerm
from ..scenario.players import UNLIMITED, Player
from .game import Game
from .naming import capital
from .wording import label, listed, quantity, say, value


def red_lines(game: Game, player: Player) -> list[tuple[str, str, str]]:
    """What a member cannot sign, term by term.

    Parameters
    ----------
    game
        The game.
    player
        The member.

    Returns
    -------
    list of (str, str, str)
        Term, limit and where it comes from; the last entry says how to read what the model says.
    """
    written = {t.name: t for t in game.terms}
    found = []
    for name, (low, high) in player.red_lines.items():
        term = written[name]
        limit = _limit(
            term,
            None if low <= -UNLIMITED else quantity(low, term.unit),
            None if high >= UNLIMITED else quantity(high, term.unit),
        )
        found.append((capital(label(term)), limit, say("from the scenario")))
    return found + _limits(game, game.codes.index(player.code))


def _limits(game: Game, place: int) -> list[tuple[str, str, str]]:
    """The reservation values of a member at the opening, every other term as it likes it best."""
    model = game.opening
    state = model.members[place]
    best = [
        int(nearest(state.ideal_value(t), model.grid[t], model.sizes[t]))
        for t in range(len(game.terms))
    ]
    if not _signs(state, best):
        return [
            (say("At the start"), say("There is no text that you could sign."), say("model")),
            _reading(),
        ]
    found = []
    for t, term in enumerate(game.terms):
        if not term.written:
            continue
        places = range(int(model.sizes[t]))
        signed = [j for j in places if _signs(state, [*best[:t], j, *best[t + 1 :]])]
        limit = _limit(
            term,
            value(term, signed[0]) if signed[0] > 0 else None,
            value(term, signed[-1]) if signed[-1] < len(places) - 1 else None,
        )
        if limit:
            found.append((capital(label(term)), limit, say("model")))
    if not found:
        found.append((say("No single term"), say("you can sign any value of it"), say("model")))
    return [*found, _reading()]


def _limit(term: GridTerm, low: str | None, high: str | None) -> str:
    """Bounds in words; empty without any."""
    words = []
    if low is not None:
        words.append(
            say("not before {value}", value=low)
            if term.unit == "year"
            else say("at least {value}", value=low)
        )
    if high is not None:
        words.append(
            say("not after {value}", value=high)
            if term.unit == "year"
            else say("at most {value}", value=high)
        )
    return listed(words) if words else ""


def _signs(state: MemberState, choice: list[int]) -> bool:
    """Whether a member lets a text pass as the summit opens, without luck."""
    text = [float(state.model.grid[t][j]) for t, j in enumerate(choice)]
    return bool(state.feel(text) <= state.tolerance)


def _reading() -> tuple[str, str, str]:
    return (
        say("How to read this"),
        say("with the rest as you like it best, and before pressure and company move you"),
        "",
    )
