"""Which members were pivotal: the same run again without a member, and with it made willing.

Random numbers are addressed by member, round and purpose, so leaving a member out changes no draw
of the others: what differs is what the member did. (A camp draws as the first of its members; where
this one leaves, the camp draws as the next.)
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import LEVERAGE, Setup, set_up
from ..scenario.resolve import ATTRIBUTES, Resolved

_ANYTHING = 1e9


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    adopted
        Whether the last text was adopted.
    round, date
        Number of the last round, from 0, and its date.
    choice
        The last text: places on the drafting grid.
    letters
        Members that hold a side letter, in the order of the scenario.
    objectors
        Members that broke silence on the last text; with a deal only under a majority rule.
    """

    adopted: bool
    round: int
    date: dt.date
    choice: tuple[int, ...]
    letters: tuple[str, ...]
    objectors: tuple[str, ...]

    @classmethod
    def of(cls, model: SummitModel) -> Outcome:
        """The outcome of a model that has run."""
        return cls(
            bool(model.adopted),
            model.round,
            model.setup.scenario.dates[model.round],
            tuple(model.choice),
            tuple(s.code for s in model.members if s.side_letter),
            tuple(s.code for s in model.members if not s.passed),
        )


@dataclass(frozen=True, order=True)
class Distance:
    """How far two outcomes are apart; distances compare from the first field on.

    Attributes
    ----------
    deal
        1 if only one of them is a deal. If neither is one, they do not differ at all.
    letters
        Side letters that only one of them has.
    steps
        Grid steps between the texts adopted.
    rounds
        Rounds between the dates of adoption.
    """

    deal: int
    letters: int
    steps: int
    rounds: int

    @classmethod
    def between(cls, a: Outcome, b: Outcome, besides: str | None = None) -> Distance:
        """The distance of two outcomes; letters to the member ``besides`` do not count."""
        if not (a.adopted and b.adopted):
            return cls(int(a.adopted != b.adopted), 0, 0, 0)
        letters = (set(a.letters) ^ set(b.letters)) - {besides}
        steps = sum(abs(i - j) for i, j in zip(a.choice, b.choice, strict=True))
        return cls(0, len(letters), steps, abs(a.round - b.round))

    @property
    def none(self) -> bool:
        """Whether the outcomes are the same."""
        return self == Distance(0, 0, 0, 0)


@dataclass(frozen=True)
class Pivot:
    """What one member meant for the outcome.

    Attributes
    ----------
    code
        The member.
    removed
        The outcome without it; None where it cannot be left out (it makes the demand, or the
        others are no negotiation).
    willing
        The outcome with it letting every text pass.
    removed_by, willing_by
        How far these outcomes are from the real one. A letter that a member no longer needs
        because it is away is no difference.
    """

    code: str
    removed: Outcome | None
    willing: Outcome
    removed_by: Distance | None
    willing_by: Distance

    @property
    def weight(self) -> Distance:
        """The larger of the two distances."""
        return self.willing_by if self.removed_by is None else max(self.removed_by, self.willing_by)


class _Willing(MemberState):
    """A member that lets anything pass; a mediator that knows the members knows it."""

    def be_struck(self, shift: list[float], leverage: float, public: bool = False) -> None:
        """As ever, but that refusing would cost it more than any text, and it has no red lines."""
        super().be_struck(shift, leverage, public)
        self.has_red_lines = False
        self.expected_cost = self.full_cost = _ANYTHING

    def would_refuse(self, choice: list[int] | None = None, share: float | None = None) -> bool:
        """Never."""
        return False


def pivots(setup: Setup, seed: int = 1, replication: int = 0) -> tuple[Pivot, ...]:
    """Play one run again for each member, without it and with it made willing.

    Parameters
    ----------
    setup
        The scenario.
    seed, replication
        The run.

    Returns
    -------
    tuple of Pivot
        One for each member, in the order of the scenario.
    """
    actual = _play(SummitModel(setup, seed, replication, collect=False))
    found = []
    for place, code in enumerate(setup.codes):
        willing = _play(_with_willing(setup, seed, replication, place))
        removed = removed_by = None
        rest = without(setup.scenario, code)
        if rest is not None:
            removed = _play(SummitModel(set_up(rest), seed, replication, collect=False))
            removed_by = Distance.between(actual, removed, code)
        by = Distance.between(actual, willing)
        found.append(Pivot(code, removed, willing, removed_by, by))
    return tuple(found)


def without(scenario: Resolved, code: str) -> Resolved | None:
    """A scenario in which one member does not take part, nor do its fixed moves.

    Returns
    -------
    Resolved or None
        None for the demander, and where the others cannot negotiate: fewer than two, or none of
        them with any power or votes.
    """
    rest = tuple(p for p in scenario.members if p.code != code)
    playable = len(rest) > 1 and any(p.power > 0 for p in rest) and any(p.votes > 0 for p in rest)
    if code in scenario.demanders or not playable:
        return None
    return replace(
        scenario,
        members=rest,
        moves=tuple(
            replace(move, letter=None) if move.letter == code else move
            for move in scenario.moves
            if move.member != code
        ),
        shifts=tuple(
            replace(s, members=tuple(c for c in s.members if c != code)) for s in scenario.shifts
        ),
        event_members=tuple(tuple(c for c in m if c != code) for m in scenario.event_members),
    )


def _with_willing(setup: Setup, seed: int, replication: int, place: int) -> SummitModel:
    code, scenario = setup.codes[place], setup.scenario
    if any(move.member == code for move in scenario.moves):
        free = tuple(move for move in scenario.moves if move.member != code)
        setup = set_up(replace(scenario, moves=free))
    model = SummitModel(setup, seed, replication, collect=False)
    old = model.members[place]
    new = _Willing(model, place, model.values)
    new.luck, new.ideal, new.weights, new.seat = old.luck, old.ideal, old.weights, old.seat
    new.be_struck([0.0] * len(ATTRIBUTES), model.values[model.problem.demander_from + LEVERAGE])
    old.remove()
    model.members = (*model.members[:place], new, *model.members[place + 1 :])
    views = model.mediator.views
    if views[place] is old:
        views[place] = new
    if new.demands:
        stakes = model.tabler.stakes
        stakes[new.demander] = stakes[new.demander]._replace(real=-_ANYTHING)
    return model


def _play(model: SummitModel) -> Outcome:
    model.run_model()
    model.release()
    return Outcome.of(model)
