"""Members by name in running text."""

from __future__ import annotations

from collections.abc import Sequence

from .game import Game
from .wording import listed, say

_WITH_ARTICLE = ("United States", "United Kingdom", "Netherlands")


def called(game: Game, code: str) -> str:
    """The name of a member as it stands within a sentence: ``Spain``, ``the Netherlands``."""
    name = game.model.members[game.codes.index(code)].name
    return say("the {name}", name=name) if name in _WITH_ARTICLE else name


def all_called(game: Game, codes: Sequence[str], most: int = 6) -> str:
    """Names of members in a row; a long list is cut with the number left out.

    Parameters
    ----------
    game
        The game.
    codes
        Codes of the members, at least one.
    most
        How many are named at most.
    """
    names = [called(game, code) for code in codes]
    if len(names) <= most:
        return listed(names)
    return say("{names} and {n} more", names=", ".join(names[:most]), n=len(names) - most)


def capital(sentence: str) -> str:
    """A sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]
