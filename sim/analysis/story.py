"""One run of a scenario from the inside: who held out, what was learned, and why it ended so."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from ..engine.mesa.agents import Mediator, MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import Setup
from ..errors import SummitryError, visible
from ..rules.preferences import PLEDGE
from ..scenario.grid import GridTerm
from ..scenario.resolve import ATTRIBUTES, Resolved
from .offers import Change, Market, Offer
from .pivotal import Outcome, Pivot, pivots
from .reasons import (
    accepted,
    believed_cost,
    believed_odds,
    cost_channels,
    last_day_cost,
    leverage_needed,
    loss_parts,
    odds_of_all,
)


@dataclass(frozen=True)
class Wants:
    """What a member is and wants in one round, shocks included.

    Attributes
    ----------
    preferences
        ``pledge``, ``demander`` (of a pledge) or ``spatial``.
    attributes
        Threat perception, fiscal room, sensitivity to pressure and domestic constraint by name.
    ideal
        Spatial: its ideal value of each term, off the grid; else empty.
    current_core_pct_gdp
        Pledge: core spending today (% of GDP); None for others and without forces.
    own_pace_pp
        Pledge: yearly rise that it makes by itself (percentage points); None like the above.
    """

    preferences: str
    attributes: dict[str, float]
    ideal: tuple[float, ...]
    current_core_pct_gdp: float | None
    own_pace_pp: float | None


@dataclass(frozen=True)
class Limit:
    """What a member would let pass of one term, the others as on the table.

    Attributes
    ----------
    today, last_day
        Places on the drafting grid that it would let pass in this round and on the last day.
    """

    today: tuple[int, ...]
    last_day: tuple[int, ...]


@dataclass(frozen=True)
class Belief:
    """What the mediator believes of a member in one round.

    Attributes
    ----------
    odds
        Odds that the member lets the text on the table pass on the last day, when it is tabled.
    least, most
        Between what and what refusing may cost the member on the last day, by what was learned
        before.
    learned
        The most after the answers; lower where a refusal has taught something.
    """

    odds: float
    least: float
    most: float
    learned: float


@dataclass(frozen=True)
class Objection:
    """A broken silence.

    Attributes
    ----------
    term, direction
        The term named, by place, and where it should go (+1 higher, -1 lower); None and 0 where
        nothing on the grid relieves the member.
    holding_out
        Whether it would let this very text pass on the last day. Then nothing else is to be had:
        what follows is about the last day.
    offer
        The smallest change that would have bought it; None if no change of two terms does.
    leverage
        Leverage that would have bought it; None if none does.
    letter_cost
        What a side letter would have taken off the value of the text for who tables it; None where
        it cannot have one.
    """

    term: int | None
    direction: int
    holding_out: bool
    offer: Offer | None
    leverage: float | None
    letter_cost: float | None


@dataclass(frozen=True)
class Stance:
    """Where one member stands on the text of one round.

    Attributes
    ----------
    code, name
        The member.
    wants
        What it is and wants.
    net_loss, refusal_cost, last_day_cost
        What the text costs it beyond the one in force, and what refusing costs it in this round and
        on the last day.
    parts
        What the net loss consists of; see :func:`sim.analysis.reasons.loss_parts`.
    channels
        What the cost of refusing consists of; see :func:`sim.analysis.reasons.cost_channels`.
    in_the_end
        Whether it would let this very text pass on the last day.
    crosses_red_line
        Whether the text crosses a red line of its own.
    side_letter
        Whether it holds a side letter.
    limits
        What it would let pass without a side letter, term by term.
    belief
        What the mediator believes of it.
    objection
        None if it let the text pass.
    """

    code: str
    name: str
    wants: Wants
    net_loss: float
    refusal_cost: float
    last_day_cost: float
    parts: dict[str, float]
    channels: dict[str, float]
    in_the_end: bool
    crosses_red_line: bool
    side_letter: bool
    limits: tuple[Limit, ...]
    belief: Belief
    objection: Objection | None

    @property
    def passed(self) -> bool:
        """Whether it let the text pass."""
        return self.objection is None

    @property
    def margin(self) -> float:
        """Cost of refusing less net loss, in this round; it refuses where both are negative."""
        return self.refusal_cost - self.net_loss


@dataclass(frozen=True)
class Shock:
    """An event of the scenario that struck or wore off.

    Attributes
    ----------
    name
        What happened.
    over
        True when its effect ended, False when it struck.
    members
        Members that it touches.
    leverage
        Shift of the demander's leverage.
    shifts
        Shifts of the members' attributes by name, without those that are 0.
    """

    name: str
    over: bool
    members: tuple[str, ...]
    leverage: float
    shifts: dict[str, float]


@dataclass(frozen=True)
class Letter:
    """A side letter granted before a round.

    Attributes
    ----------
    codes
        Who holds it: the member that was thought of, then the others of its camp.
    written
        Whether a fixed move of the mediator gave it; what follows is then of no matter.
    odds
        The odds that the mediator gave this member to let pass the text aimed at.
    next_odds
        The lowest such odds of any other member without a letter; None if there is none.
    change_helped
        Whether a change of the text would have helped too, if less.
    """

    codes: tuple[str, ...]
    written: bool
    odds: float
    next_odds: float | None
    change_helped: bool


class Payment(NamedTuple):
    """A side payment promised before a round."""

    codes: tuple[str, ...]
    """Who gets it: the member that was thought of, then the others of its camp."""
    steps: int
    """How much, in steps of the scenario's side payments."""


@dataclass(frozen=True)
class Round:
    """One round of the silence procedure.

    Attributes
    ----------
    number, date
        Number from 0, and date.
    choice
        The text on the table: places on the drafting grid.
    changes
        What was changed since the last text.
    tabled_before
        Number of the round in which the same text was on the table first, if it came back after
        others.
    aim
        The text that the mediator works towards: places on the drafting grid.
    shocks, letters, payments
        Events that struck or wore off, side letters granted and side payments promised, before the
        text was tabled.
    leverage
        Of the demander, in this round.
    share
        Share of the cost of refusing that counts in this round.
    value, value_in_force
        What who tables the text has of it, and of the text in force.
    odds, aim_odds
        Odds that everybody lets the text on the table, or the one aimed at, pass on the last day,
        as the mediator sees them when the text is tabled.
    stances
        All members, in the order of the scenario.
    """

    number: int
    date: dt.date
    choice: tuple[int, ...]
    changes: tuple[Change, ...]
    tabled_before: int | None
    aim: tuple[int, ...]
    shocks: tuple[Shock, ...]
    letters: tuple[Letter, ...]
    payments: tuple[Payment, ...]
    leverage: float
    share: float
    value: float
    value_in_force: float
    odds: float
    aim_odds: float
    stances: tuple[Stance, ...]

    @property
    def objectors(self) -> tuple[Stance, ...]:
        """Those that broke silence."""
        return tuple(s for s in self.stances if not s.passed)

    def stance(self, code: str) -> Stance:
        """Where one member stands."""
        return next(s for s in self.stances if s.code == code)


def _number(r: Round) -> int:
    return r.number


@dataclass(frozen=True)
class Story:
    """One run, with the reasons for everything in it; printing it tells it.

    Attributes
    ----------
    scenario
        The scenario that was played.
    seed, replication
        Which run.
    rounds
        The rounds in order.
    outcome
        How it ended.
    pivots
        What each member meant for the outcome; None if that was not asked for.
    """

    scenario: Resolved
    seed: int
    replication: int
    rounds: tuple[Round, ...]
    outcome: Outcome
    pivots: tuple[Pivot, ...] | None

    @property
    def terms(self) -> tuple[GridTerm, ...]:
        """The terms of the text."""
        return self.scenario.terms

    def round(self, number: int) -> Round:
        """The round with a number; a meeting that breaks up leaves some out."""
        return next(r for r in self.rounds if r.number == number)

    def before(self, r: Round) -> Round | None:
        """The round before another; None before the first."""
        return max((x for x in self.rounds if x.number < r.number), key=_number, default=None)

    def text(self, member: str | None = None, *, short: bool = False) -> str:
        """The story in plain words, at most 100 columns wide.

        Parameters
        ----------
        member
            Code of a member from whose side the story is told; the whole summit if not given.
        short
            Whether to tell each round in a line; only of the whole summit.

        Raises
        ------
        SummitryError
            If no such member takes part, or its story is asked for in short.
        """
        from .portrait import member_text
        from .prose import short_text, summit_text

        if member is None:
            return short_text(self) if short else summit_text(self)
        if short:
            raise SummitryError("only the story of the whole summit has a short form")
        codes = [p.code for p in self.scenario.members]
        if member not in codes:
            raise SummitryError(f"no member '{visible(member)}'; members are {', '.join(codes)}")
        return member_text(self, member)

    def __str__(self) -> str:
        return self.text()


def tell(setup: Setup, seed: int = 1, replication: int = 0, pivotal: bool = True) -> Story:
    """Play one run and find out why everything in it happened.

    Parameters
    ----------
    setup
        The scenario, from :func:`sim.engine.problem.set_up`.
    seed, replication
        The run; the same numbers give the same run everywhere.
    pivotal
        Whether to find out which members were pivotal, which plays the run twice for each.
    """
    model = SummitModel(setup, seed, replication, collect=False)
    watched = _Watched.instead(model)
    rounds: list[Round] = []
    while model.running:
        watched.granted.clear()
        watched.paid.clear()
        model.table_text()
        tabled = _Tabled.of(watched)
        model.hear_answers()
        rounds.append(_round(model, watched, tabled, rounds))
    model.release()
    found = pivots(setup, seed, replication) if pivotal else None
    return Story(setup.scenario, seed, replication, tuple(rounds), Outcome.of(model), found)


class _Watched(Mediator):
    """A mediator that keeps a record of the letters of a round, and why each went to whom."""

    _rival: list[int] | None = None

    @classmethod
    def instead(cls, model: SummitModel) -> _Watched:
        """Put one in the place of the mediator of a model that has not begun."""
        old = model.mediator
        new = cls(model, old.views, old.tabler)
        new.aim, new.chair = old.aim, old.chair
        new.granted, new.paid = [], []
        old.remove()
        model.mediator = new
        return new

    granted: list[Letter]
    paid: list[Payment]

    def concession(self, best: list[int]) -> tuple[MemberState, bool] | None:
        found = super().concession(best)
        self._rival = None if found is None else best
        return found

    def pay(self, to: MemberState) -> None:
        super().pay(to)
        m = self.model
        camp = [state.code for state in m.members if state.leader == to.leader]
        steps = self.paid[-1].steps if self.paid and self.paid[-1].codes[0] == to.code else 0
        if steps:
            self.paid.pop()
        self.paid.append(Payment((to.code, *(c for c in camp if c != to.code)), steps + 1))
        self._rival = None

    def grant(self, to: MemberState) -> None:
        m = self.model
        before = [state.side_letter for state in m.members]
        odds = [believed_odds(self, state, self.aim) for state in m.members]
        asked = list(self.asked)
        super().grant(to)
        new = [s for s, held in zip(m.members, before, strict=True) if s.side_letter and not held]
        codes = [to.code, *(s.code for s in new if s is not to)]
        others = [odds[s.place] for s in m.members if asked[s.place] and s not in new]
        self.granted.append(
            Letter(
                codes=tuple(codes),
                written=self._rival is None,
                odds=odds[to.place],
                next_odds=min(others, default=None),
                change_helped=self._rival is not None and self._rival != self.aim,
            )
        )
        self._rival = None


@dataclass(frozen=True)
class _Tabled:
    """What a mediator believes when a text has been tabled, by member where it is of members."""

    odds: list[float]
    costs: list[tuple[float, float]]
    all_pass: float
    all_pass_aim: float

    @classmethod
    def of(cls, mediator: Mediator) -> _Tabled:
        """Take note before the answers."""
        m = mediator.model
        return cls(
            [believed_odds(mediator, state, m.choice) for state in m.members],
            [believed_cost(mediator, state) for state in m.members],
            odds_of_all(mediator, m.choice),
            odds_of_all(mediator, mediator.aim),
        )


def _round(model: SummitModel, watched: _Watched, tabled: _Tabled, earlier: list[Round]) -> Round:
    choice = tuple(model.choice)
    last = earlier[-1].choice if earlier else choice
    changes = tuple(
        Change(j, a, b) for j, (a, b) in enumerate(zip(last, choice, strict=True)) if a != b
    )
    seen = next((r.number for r in earlier if r.choice == choice), None)
    market = Market(model)
    return Round(
        number=model.round,
        date=model.setup.scenario.dates[model.round],
        choice=choice,
        changes=changes,
        tabled_before=seen if changes else None,
        aim=tuple(watched.aim),
        shocks=_shocks(model),
        letters=tuple(watched.granted),
        payments=tuple(watched.paid),
        leverage=model.leverage,
        share=model.share,
        value=model.value_of(model.choice),
        value_in_force=model.tabler.real_in_force,
        odds=tabled.all_pass,
        aim_odds=tabled.all_pass_aim,
        stances=tuple(
            _stance(state, Belief(odds, *cost, believed_cost(watched, state)[1]), market)
            for state, odds, cost in zip(model.members, tabled.odds, tabled.costs, strict=True)
        ),
    )


def _stance(state: MemberState, belief: Belief, market: Market) -> Stance:
    share = state.model.share
    return Stance(
        code=state.code,
        name=state.name,
        wants=_wants(state),
        net_loss=state.net_loss,
        refusal_cost=state.refusal_cost,
        last_day_cost=last_day_cost(state),
        parts=loss_parts(state),
        channels=cost_channels(state),
        in_the_end=not state.would_refuse(share=1.0),
        crosses_red_line=state.across(state.model.choice) > 0.0,
        side_letter=state.side_letter,
        limits=tuple(
            Limit(accepted(state, t, share), accepted(state, t, 1.0))
            for t in range(state.model.problem.n_terms)
        ),
        belief=belief,
        objection=None if state.passed else _objection(state, market),
    )


def _wants(state: MemberState) -> Wants:
    m = state.model
    p = m.problem
    pledges = p.preferences == PLEDGE
    armed = pledges and not state.demands and state.current >= 0.0
    ideal = [
        float(low + x * span) for low, x, span in zip(p.low, state.ideal, p.span, strict=False)
    ]
    return Wants(
        preferences="spatial" if not pledges else "demander" if state.demands else "pledge",
        attributes={a: getattr(state, a) for a in ATTRIBUTES},
        ideal=tuple(ideal),
        current_core_pct_gdp=state.current if armed else None,
        own_pace_pp=state.pace if armed else None,
    )


def _objection(state: MemberState, market: Market) -> Objection:
    holding_out = not state.would_refuse(share=1.0)
    return Objection(
        term=abs(state.named) - 1 if state.named else None,
        direction=(state.named > 0) - (state.named < 0),
        holding_out=holding_out,
        offer=None if holding_out else market.smallest_offer(state.place),
        leverage=None if holding_out else leverage_needed(state),
        letter_cost=market.letter_cost(state),
    )


def _shocks(model: SummitModel) -> tuple[Shock, ...]:
    p, scenario = model.problem, model.setup.scenario
    found = []
    for e, event in enumerate(scenario.file.events):
        struck = model.struck[e]
        over = struck >= 0 and model.round == struck + p.event_rounds[e]
        if over or struck == model.round:
            shifts = {a: getattr(event, a) for a in ATTRIBUTES if getattr(event, a) != 0.0}
            touched = scenario.event_members[e]
            found.append(Shock(event.name, bool(over), touched, event.leverage, shifts))
    return tuple(found)
