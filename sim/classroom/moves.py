"""What people do in a game, and the record of a round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..engine.mesa import seats
from ..engine.mesa.agents import Mediator, MemberState


@dataclass(frozen=True)
class Answer:
    """What the people of a seat say in one round.

    Attributes
    ----------
    silence
        ``passes`` or ``breaks``; None if they have not said. Silence lets the text pass.
    term, direction
        What they name when they break silence, by the name of the term, and where it should go (+1
        higher, -1 lower); None and 0: what hurts most in the eyes of the model.
    asks_letter
        Whether they ask the chair for a side letter.
    proposes
        Values of terms that they propose, by name; empty if none.
    """

    silence: Literal["passes", "breaks"] | None = None
    term: str | None = None
    direction: int = 0
    asks_letter: bool = False
    proposes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A text with or without a side letter, as the chair tables it.

    Attributes
    ----------
    choice
        Places on the drafting grid, by term.
    letters
        Codes of the members that get side letters with it.
    payments
        Steps of side payments that are promised with it, by code.
    """

    choice: tuple[int, ...]
    letters: tuple[str, ...] = ()
    payments: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Mind:
    """What the mediator thought once a text was on the table; it decides about the next one.

    Attributes
    ----------
    aim
        The text that it works towards, as places on the drafting grid.
    bounds
        What it has learned of each member.
    learned
        Whether it has learned something since it last thought about the aim.
    """

    aim: tuple[int, ...]
    bounds: tuple[float, ...]
    learned: bool

    @classmethod
    def of(cls, mediator: Mediator) -> Mind:
        """Take note of what a mediator thinks."""
        return cls(tuple(mediator.aim), tuple(mediator.bounds), mediator.learned)


@dataclass(frozen=True)
class Round:
    """A round that is over.

    Attributes
    ----------
    tabled
        The text, and the side letters granted with it.
    passed, named
        Answers by place of the member: whether it let the text pass; what it named, +-(term + 1).
    margins
        What refusing cost less the net loss, by place of the member; below 0 the model breaks
        silence, red lines and side letters aside.
    said
        What people said, by seat; silence let the text pass.
    struck
        Names of the events that struck before the text was tabled.
    silent
        Seats whose people said nothing and so let the text pass.
    patient
        Whether people sat at the table, so that a meeting went on while drafts were left.
    """

    tabled: Tabled
    passed: tuple[bool, ...]
    named: tuple[int, ...]
    margins: tuple[float, ...]
    said: Mapping[str, Answer]
    struck: tuple[str, ...]
    silent: frozenset[str]
    patient: bool

    @property
    def draft(self) -> Draft:
        """The text, and the side letters granted with it."""
        return self.tabled.draft

    @property
    def spoken(self) -> dict[str, Answer]:
        """What people said, without the silence that let the text pass."""
        said = {
            c: replace(a, silence=None) if c in self.silent else a for c, a in self.said.items()
        }
        return {code: answer for code, answer in said.items() if answer != Answer()}


@dataclass(frozen=True)
class Tabled:
    """A text that was put on the table.

    Attributes
    ----------
    draft
        The text, and the side letters granted with it.
    by_chair
        Whether people wrote it.
    mind
        What the mediator thought then.
    """

    draft: Draft
    by_chair: bool
    mind: Mind


class Spoken:
    """A seat whose answer is known, or at least what it asks for.

    Parameters
    ----------
    answer
        The answer.
    free
        Whether the model decides if the text passes.
    """

    def __init__(self, answer: seats.Answer, free: bool = False) -> None:
        self._answer, self._free = answer, free

    def act(self, member: MemberState) -> seats.Answer:
        """The answer, whatever the member feels."""
        if self._free:
            return self._answer._replace(passes=seats.Scripted().act(member).passes)
        return self._answer


class Written:
    """A chair whose draft is known.

    Parameters
    ----------
    draft
        The draft.
    mind
        What the mediator thought when the text was tabled, if it was before; found once, it need
        not be searched for again.
    """

    def __init__(self, draft: Draft, mind: Mind | None = None) -> None:
        self._draft, self._mind = draft, mind

    def act(self, mediator: Mediator) -> seats.Draft:
        """The draft, whatever the mediator thinks."""
        if self._mind is not None:
            mediator.aim = list(self._mind.aim)
            mediator.bounds = list(self._mind.bounds)
            mediator.learned = self._mind.learned
        for member in mediator.model.members:
            if member.code in self._draft.letters and not member.side_letter:
                mediator.grant(member)
            for code, steps in self._draft.payments:
                for _ in range(steps if code == member.code else 0):
                    mediator.pay(member)
        return seats.Draft(dict(enumerate(self._draft.choice)))
