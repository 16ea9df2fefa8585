"""The smallest change of a text that would have bought an objector, and what it costs the rest."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..engine.mesa.model import SummitModel
from ..rules import preferences, silence, tolerance

# Terms by place, and where each goes on its drafting grid.
_Moves = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Change:
    """One term moved on the drafting grid.

    Attributes
    ----------
    term
        Place of the term among the terms of the scenario.
    before, after
        Places on the drafting grid of the term.
    """

    term: int
    before: int
    after: int

    @property
    def steps(self) -> int:
        """How many grid steps it moves."""
        return abs(self.after - self.before)


@dataclass(frozen=True)
class Offer:
    """A change that an objector would have let pass in the same round.

    Attributes
    ----------
    changes
        One change, or two where no single term is enough.
    loses
        Members on board that the change would have made object.
    wins
        Objectors that it would have bought, the one in question included.
    """

    changes: tuple[Change, ...]
    loses: tuple[str, ...]
    wins: tuple[str, ...]

    @property
    def steps(self) -> int:
        """How many grid steps it moves in all."""
        return sum(change.steps for change in self.changes)


class Market:
    """What changed texts would have met with in one round, everything else as it was.

    Tolerance and the noise of judgement are those of the round, so a member's answer to another
    text is exactly what it would have been had the mediator tabled that text.

    Parameters
    ----------
    model
        A model whose last step is the round in question.
    limits
        Tolerance of each member in the round, and its noise.
    """

    def __init__(self, model: SummitModel, limits: Sequence[tuple[float, float]]) -> None:
        self._model = model
        self._limits = limits
        self._offers: dict[_Moves, Offer] = {}

    def smallest_offer(self, place: int) -> Offer | None:
        """The smallest change that buys a member: fewest grid steps on one term, else on two.

        Among changes of the same size the one that loses fewest members, then the first in the
        order of the terms.

        Parameters
        ----------
        place
            Place of the member, which broke silence.

        Returns
        -------
        Offer or None
            None if no change of one or two terms buys it.
        """
        for candidates in (self._singles(), self._pairs(place)):
            best: Offer | None = None
            for steps, moves in candidates:
                if best is not None and steps > best.steps:
                    break
                if self._passes(place, moves):
                    offer = self._offer(moves)
                    if best is None or len(offer.loses) < len(best.loses):
                        best = offer
            if best is not None:
                return best
        return None

    def _offer(self, moves: _Moves) -> Offer:
        """The offer that consists of some moves, with the answers of all members to it."""
        if moves not in self._offers:
            m = self._model
            loses: list[str] = []
            wins: list[str] = []
            for state in m.members:
                if self._passes(state.place, moves) != state.passed:
                    (loses if state.passed else wins).append(state.code)
            changes = tuple(Change(term, m.choice[term], after) for term, after in moves)
            self._offers[moves] = Offer(changes, tuple(loses), tuple(wins))
        return self._offers[moves]

    def _passes(self, place: int, moves: _Moves) -> bool:
        text = list(self._model.text)
        for term, after in moves:
            text[term] = self._model.grid[term][after]
        hurts = self._model.members[place].feel(text)
        return bool(silence.lets_pass(hurts, *self._limits[place]))

    def _reach(self, term: int, steps: int) -> list[int]:
        """Places on the grid of a term that are so many steps away, the lower first."""
        here = self._model.choice[term]
        size = self._model.sizes[term]
        return [after for after in (here - steps, here + steps) if 0 <= after < size]

    def _singles(self) -> Iterator[tuple[int, _Moves]]:
        """All changes of one term, with their steps, the smallest first."""
        sizes = self._model.sizes
        for steps in range(1, max(sizes)):
            for term in range(len(sizes)):
                for after in self._reach(term, steps):
                    yield steps, ((term, after),)

    def _pairs(self, place: int) -> Iterator[tuple[int, _Moves]]:
        """All changes of two terms, with their steps, the smallest first."""
        sizes = self._model.sizes
        pairs = [
            (a, b)
            for a in range(len(sizes))
            for b in range(a + 1, len(sizes))
            if not self._hopeless(place, a, b)
        ]
        for steps in range(2, 2 * max(sizes)):
            for a, b in pairs:
                for part in range(max(1, steps - sizes[b] + 1), min(steps, sizes[a])):
                    for after_a in self._reach(a, part):
                        for after_b in self._reach(b, steps - part):
                            yield steps, ((a, after_a), (b, after_b))

    def _hopeless(self, place: int, a: int, b: int) -> bool:
        """Whether no change of two terms can be enough, found without trying all of them.

        Under the ``spatial`` model, whose grids may be fine, pain adds up over terms, so the best
        value of each term makes the best pair.
        """
        m = self._model
        state = m.members[place]
        if state.preferences != preferences.SPATIAL:
            return False
        text = list(m.text)
        for term in (a, b):
            pains = []
            for value in m.grid[term][: m.sizes[term]]:
                text[term] = value
                pains.append(preferences.pain(state.preferences, text, state.position, len(text)))
            text[term] = m.grid[term][pains.index(min(pains))]
        k = m.coefficients
        least = tolerance.relieved(
            preferences.pain(state.preferences, text, state.position, len(text)),
            state.side_letter,
            False,
            k.letter_relief,
            k.tolerance_red_line,
        )
        return not silence.lets_pass(least, *self._limits[place])
