"""The smallest change of a text that would have bought an objector, and at whose cost."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..rules.preferences import PLEDGE

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
    """A change that an objector would have let pass on the last day.

    Attributes
    ----------
    changes
        One change, or two where no single term is enough.
    gives_up
        What the change takes off the value of the text for who tables it; negative if it adds.
    loses
        Members that would have let the text on the table pass on the last day, but not this.
    wins
        Members that it would have bought, the one in question included.
    """

    changes: tuple[Change, ...]
    gives_up: float
    loses: tuple[str, ...]
    wins: tuple[str, ...]

    @property
    def steps(self) -> int:
        """How many grid steps it moves in all."""
        return sum(change.steps for change in self.changes)


class Market:
    """What changed texts would meet with if this round were on the last day, all else as it is.

    Parameters
    ----------
    model
        A model whose last step is the round in question.
    """

    def __init__(self, model: SummitModel) -> None:
        self._model = model
        self._value = model.value_of(model.choice)
        self._stays = [not state.would_refuse(share=1.0) for state in model.members]
        self._offers: dict[_Moves, Offer] = {}

    def letter_cost(self, state: MemberState) -> float | None:
        """What a side letter for a member and its camp takes off the value for who tables the text.

        None where it cannot have one: it makes the demand, holds one, or this summit grants none.
        """
        m = self._model
        if state.demands or state.side_letter or not m.problem.max_letters:
            return None
        camp = sum(other.leader == state.leader for other in m.members)
        if not all(m.problem.may_hold[s.place] for s in m.members if s.leader == state.leader):
            return None
        after = m.priced(m.tabler.value(m.choice), m.tabler.in_force, m.letters + camp)
        return float(self._value - after)

    def smallest_offer(self, place: int) -> Offer | None:
        """The smallest change that buys a member: fewest grid steps on one term, else on two.

        Among changes of the same size the one that loses fewest members, then the one that costs
        who tables the text least, then the first in the order of the terms.

        Parameters
        ----------
        place
            Place of the member, which would refuse the text even on the last day.

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
                    if best is None or _price(offer) < _price(best):
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
            for state, stays in zip(m.members, self._stays, strict=True):
                if self._passes(state.place, moves) != stays:
                    (loses if stays else wins).append(state.code)
            changes = tuple(Change(term, m.choice[term], after) for term, after in moves)
            gives_up = self._value - m.value_of(self._choice(moves))
            self._offers[moves] = Offer(changes, gives_up, tuple(loses), tuple(wins))
        return self._offers[moves]

    def _choice(self, moves: _Moves) -> list[int]:
        choice = list(self._model.choice)
        for term, after in moves:
            choice[term] = after
        return choice

    def _passes(self, place: int, moves: _Moves) -> bool:
        return not self._model.members[place].would_refuse(self._choice(moves), 1.0)

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

        Under the ``spatial`` model, whose grids may be fine, losses add up over terms, so the best
        value of each term makes the best pair.
        """
        m = self._model
        state = m.members[place]
        if m.problem.preferences == PLEDGE or state.has_red_lines:
            return False
        choice = list(m.choice)
        for term in (a, b):
            losses = []
            for at in range(m.sizes[term]):
                choice[term] = at
                losses.append(m.texts.loss(state, choice))
            choice[term] = losses.index(min(losses))
        return state.would_refuse(choice, 1.0)


def _price(offer: Offer) -> tuple[int, float]:
    return len(offer.loses), offer.gives_up
