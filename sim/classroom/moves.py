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
    letter
        Code of the member that gets a side letter with it.
    """

    choice: tuple[int, ...]
    letter: str | None = None


@dataclass(frozen=True)
class Round:
    """A round that is over.

    Attributes
    ----------
    draft
        The text, and the side letter granted with it.
    by_chair
        Whether people wrote it.
    passed, named
        Answers by place of the member: whether it let the text pass; what it named, +-(term + 1).
    margins
        Tolerance and noise less pain, by place of the member; what the model would have answered.
    said
        What people said, by seat; silence let the text pass.
    struck
        Names of the events that struck before the text was tabled.
    silent
        Seats whose people said nothing and so let the text pass.
    """

    draft: Draft
    by_chair: bool
    passed: tuple[bool, ...]
    named: tuple[int, ...]
    margins: tuple[float, ...]
    said: Mapping[str, Answer]
    struck: tuple[str, ...]
    silent: frozenset[str]

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
        The text, and the side letter granted with it.
    by_chair
        Whether people wrote it.
    """

    draft: Draft
    by_chair: bool


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
    codes
        Codes of the members, in the order of the scenario.
    """

    def __init__(self, draft: Draft, codes: tuple[str, ...]) -> None:
        letter = None if draft.letter is None else codes.index(draft.letter)
        self._draft = seats.Draft(dict(enumerate(draft.choice)), letter)

    def act(self, mediator: Mediator) -> seats.Draft:
        """The draft, whatever the mediator thinks."""
        return self._draft
