"""Who speaks for a member, and who writes for the mediator: a script, fixed moves, or a human.

Everybody acts through the same two interfaces. A :class:`Seat` sees a member state, with the text
on the table, what it costs and what saying no would cost, and answers. A :class:`Chair` sees the
mediator before it redrafts, and may write the text itself. The moves of a scenario
(``moves:``) are fixed seats; both engines honour them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..moves import FREE, PASSES

if TYPE_CHECKING:
    from .agents import Mediator, MemberState


class Answer(NamedTuple):
    """What a seat says about the text on the table."""

    passes: bool
    """Whether it lets the text pass."""
    named: int = 0
    """Term and direction that it names if it breaks silence, +-(term + 1); 0: what hurts most."""
    asks_letter: bool = False
    """Whether it asks for a side letter."""
    proposes: Mapping[int, int] = {}
    """An amendment: places on the drafting grid by term."""


class Draft(NamedTuple):
    """What a chair writes: the terms that it changes, and a side letter."""

    text: Mapping[int, int]
    """Places on the drafting grid by term; the others stay as they are."""
    letter: int | None = None
    """Place of the member that gets a side letter."""


class Seat(Protocol):
    """Speaks for a member."""

    def act(self, member: MemberState) -> Answer:
        """Answer the text on the table, ``member.model.text``."""
        ...


class Chair(Protocol):
    """Writes for the mediator."""

    def act(self, mediator: Mediator) -> Draft | None:
        """The text of this round and a side letter; None: as the mediator's own rules say."""
        ...


class Scripted:
    """The member as the model has it: it holds out as long as it can afford to."""

    def act(self, member: MemberState) -> Answer:
        """See :func:`sim.rules.holding_out.refuses`."""
        return Answer(not member.would_refuse())


class Fixed:
    """Fixed moves by round; in other rounds, and where a move is silent, as the model has it.

    Parameters
    ----------
    moves
        For each round the answer (``FREE``, ``PASSES``, ``BREAKS``), what it names, and whether it
        asks for a side letter.
    amendments
        By round, the places of an amendment by term.
    """

    def __init__(self, moves: list[list[int]], amendments: Mapping[int, Mapping[int, int]]) -> None:
        self._moves, self._amendments = moves, amendments

    def act(self, member: MemberState) -> Answer:
        """The move of this round."""
        t = member.model.round
        answer, named, asks = self._moves[t]
        passes = answer == PASSES
        if answer == FREE:
            passes = not member.would_refuse()
        return Answer(passes, named, bool(asks), self._amendments.get(t, {}))


class ScriptedChair:
    """The mediator as the model has it."""

    def act(self, mediator: Mediator) -> Draft | None:
        """Nothing: the mediator's own rules decide."""
        return None


class FixedChair:
    """Fixed texts and letters by round; in other rounds as the mediator's own rules say."""

    def __init__(self, drafts: Mapping[int, Draft]) -> None:
        self._drafts = drafts

    def act(self, mediator: Mediator) -> Draft | None:
        """The draft of this round, if one is fixed."""
        return self._drafts.get(mediator.model.round)
