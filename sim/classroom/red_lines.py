"""The red lines of a member: those of the scenario, and the limits that follow from its costs."""

from __future__ import annotations

from ..analysis.reasons import accepted
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
    """What a member would let pass on the last day of each term, the others as on the table."""
    state = game.present.members[place]
    if state.side_letter:
        words = say("you can sign any text: your side letter takes you out of it")
        return [(say("No single term"), words, say("model"))]
    found = []
    for t, term in enumerate(game.terms):
        signed = accepted(state, t, 1.0)
        if not term.written or not signed:
            continue
        limit = _signed(term, signed)
        if limit:
            found.append((capital(label(term)), limit, say("model")))
    if not found:
        words = say("you can sign any value of it")
        if state.would_refuse(share=1.0):
            words = say("no change of one term alone would be enough for you")
        found.append((say("No single term"), words, say("model")))
    return [*found, _reading()]


def _signed(term: GridTerm, signed: tuple[int, ...]) -> str:
    """Values that are signed, in words; empty for all."""
    places = range(len(term.values) - 1 if term.or_none else len(term.values))
    inside = [j for j in signed if j in places]
    if not inside:
        return say("only if it is left out")
    limit = _limit(
        term,
        value(term, inside[0]) if inside[0] > 0 else None,
        value(term, inside[-1]) if inside[-1] < places[-1] else None,
    )
    words = [limit] if limit else []
    if term.or_none and signed[-1] in places:
        words.append(say("not left out"))
    return "; ".join(words)


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


def _reading() -> tuple[str, str, str]:
    return (
        say("How to read this"),
        say("what the model would let pass on the last day, the rest as in the text on the table"),
        "",
    )
