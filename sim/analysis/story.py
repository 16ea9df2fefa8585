"""One run of a scenario told from the inside: who wanted what, who blocked, and why it ended so."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import Setup
from ..errors import SummitryError, visible
from ..rules import draws, preferences
from ..rules.preferences import burden
from ..scenario.grid import GridTerm
from ..scenario.resolve import ATTRIBUTES, Resolved
from .offers import Change, Market, Offer
from .pivotal import Outcome, Pivot, pivots
from .reasons import Before, leverage_needed, pain_parts, pain_with_letter, tolerance_channels


@dataclass(frozen=True)
class Wants:
    """What a member is and wants in one round, shocks included.

    Attributes
    ----------
    preferences
        ``burden``, ``demander`` or ``spatial``.
    attributes
        Threat perception, fiscal room, US-pressure sensitivity and domestic constraint by name.
    ideal
        The value of each term that it would write itself, off the grid.
    current_core_pct_gdp, ideal_core_pct_gdp, need_pct_gdp
        Core spending today, what it would choose and what its security calls for (% of GDP).
        None, like the pace, where there is none: another model, or no forces.
    comfortable_pace_pp
        Yearly rise that it finds comfortable (percentage points).
    """

    preferences: str
    attributes: dict[str, float]
    ideal: tuple[float, ...]
    current_core_pct_gdp: float | None
    ideal_core_pct_gdp: float | None
    need_pct_gdp: float | None
    comfortable_pace_pp: float | None


@dataclass(frozen=True)
class Objection:
    """A broken silence.

    Attributes
    ----------
    term, direction
        The term named, by place, and where it should go (+1 higher, -1 lower); None and 0 where
        nothing on the grid relieves the member.
    offer
        The smallest change that would have bought it; None if no change of two terms does.
    leverage
        Leverage that would have bought it; None if none does.
    letter_enough
        Whether a side letter would have bought it; the demander cannot hold one.
    """

    term: int | None
    direction: int
    offer: Offer | None
    leverage: float | None
    letter_enough: bool


@dataclass(frozen=True)
class Stance:
    """Where one member stands on the text of one round.

    Attributes
    ----------
    code, name
        The member.
    wants
        What it wants.
    pain, tolerance, noise
        What the text costs it, what it swallows, and the noise of its judgement in this round.
    parts
        What the pain consists of; see :func:`sim.analysis.reasons.pain_parts`.
    channels
        What the tolerance consists of; see :func:`sim.analysis.reasons.tolerance_channels`.
    side_letter
        Whether it holds a side letter.
    objection
        None if it let the text pass.
    """

    code: str
    name: str
    wants: Wants
    pain: float
    tolerance: float
    noise: float
    parts: dict[str, float]
    channels: dict[str, float]
    side_letter: bool
    objection: Objection | None

    @property
    def passed(self) -> bool:
        """Whether it let the text pass."""
        return self.objection is None

    @property
    def margin(self) -> float:
        """Tolerance and noise less pain; negative when it breaks silence."""
        return self.tolerance + self.noise - self.pain


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
    leverage, rhetoric
        Shift of the demander's leverage and rhetoric.
    shifts
        Shifts of the members' attributes by name, without those that are 0.
    """

    name: str
    over: bool
    members: tuple[str, ...]
    leverage: float
    rhetoric: float
    shifts: dict[str, float]


@dataclass(frozen=True)
class Letter:
    """A side letter granted before a round.

    Attributes
    ----------
    code
        Its holder.
    objectors
        How many members had broken silence on the last text.
    """

    code: str
    objectors: int


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
        What the mediator changed since the last text.
    tabled_before
        Number of the round in which the same text was on the table first, if the mediator went
        back to it after others.
    shocks, letter
        Events that struck or wore off, and the side letter granted, before the text was tabled.
    leverage, rhetoric
        Of the demander, in this round.
    stances
        All members, in the order of the scenario.
    """

    number: int
    date: dt.date
    choice: tuple[int, ...]
    changes: tuple[Change, ...]
    tabled_before: int | None
    shocks: tuple[Shock, ...]
    letter: Letter | None
    leverage: float
    rhetoric: float
    stances: tuple[Stance, ...]

    @property
    def objectors(self) -> tuple[Stance, ...]:
        """Those that broke silence."""
        return tuple(s for s in self.stances if not s.passed)

    def stance(self, code: str) -> Stance:
        """Where one member stands."""
        return next(s for s in self.stances if s.code == code)


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
    rounds: list[Round] = []
    while model.running:
        before = Before.of(model)
        model.step()
        rounds.append(_round(model, before, rounds))
    model.release()
    found = pivots(setup, seed, replication) if pivotal else None
    return Story(setup.scenario, seed, replication, tuple(rounds), Outcome.of(model), found)


def _round(model: SummitModel, before: Before, earlier: list[Round]) -> Round:
    choice = tuple(model.choice)
    last = earlier[-1].choice if earlier else choice
    changes = tuple(
        Change(j, a, b) for j, (a, b) in enumerate(zip(last, choice, strict=True)) if a != b
    )
    seen = next((r.number for r in earlier if r.choice == choice), None)
    noise = _noise(model)
    market = Market(model, [(s.tolerance, n) for s, n in zip(model.members, noise, strict=True)])
    letter = None
    if model.letter_to is not None:
        letter = Letter(model.letter_to.code, before.passed.count(False))
    return Round(
        number=model.round,
        date=model.setup.scenario.dates[model.round],
        choice=choice,
        changes=changes,
        tabled_before=seen if changes else None,
        shocks=_shocks(model),
        letter=letter,
        leverage=model.leverage,
        rhetoric=model.rhetoric,
        stances=tuple(
            _stance(state, n, before, market) for state, n in zip(model.members, noise, strict=True)
        ),
    )


def _noise(model: SummitModel) -> list[float]:
    """The noise of the members' judgement in this round: the same addresses, the same draws."""
    sd = model.coefficients.tolerance_noise_sd
    return [sd * draws.normal(u) for u in model.draw(draws.JUDGEMENT, model.problem.member_keys)]


def _stance(state: MemberState, noise: float, before: Before, market: Market) -> Stance:
    terms = state.model.setup.scenario.terms
    return Stance(
        code=state.code,
        name=state.name,
        wants=_wants(state),
        pain=state.pain,
        tolerance=state.tolerance,
        noise=noise,
        parts=pain_parts(state, state.model.text, terms),
        channels=tolerance_channels(state, before),
        side_letter=state.side_letter,
        objection=None if state.passed else _objection(state, noise, before, market),
    )


def _wants(state: MemberState) -> Wants:
    n, row = state.model.problem.n_terms, state.position
    threat = state.threat_perception
    player = state.model.setup.scenario.members[state.place]
    armed = player.preferences == "burden" and player.current_core_pct_gdp is not None
    return Wants(
        preferences=preferences.NAMES[state.preferences],
        attributes={a: getattr(state, a) for a in ATTRIBUTES},
        ideal=tuple(
            float(preferences.ideal_value(state.preferences, t, row, threat)) for t in range(n)
        ),
        current_core_pct_gdp=row[burden.CURRENT] if armed else None,
        ideal_core_pct_gdp=row[burden.IDEAL] if armed else None,
        need_pct_gdp=row[burden.NEED] if armed else None,
        comfortable_pace_pp=row[burden.FREE_PACE] if armed else None,
    )


def _objection(state: MemberState, noise: float, before: Before, market: Market) -> Objection:
    limit = state.tolerance + noise
    return Objection(
        term=abs(state.named) - 1 if state.named else None,
        direction=(state.named > 0) - (state.named < 0),
        offer=market.smallest_offer(state.place),
        leverage=leverage_needed(state, before, state.pain - limit),
        letter_enough=state.place != state.model.problem.demander
        and pain_with_letter(state, state.model.text) <= limit,
    )


def _shocks(model: SummitModel) -> tuple[Shock, ...]:
    p, scenario = model.problem, model.setup.scenario
    found = []
    for e, event in enumerate(scenario.file.events):
        struck = model.struck[e]
        over = struck >= 0 and model.round == struck + p.event_rounds[e]
        if over or struck == model.round:
            shifts = {a: getattr(event, a) for a in ATTRIBUTES if getattr(event, a) != 0.0}
            found.append(
                Shock(
                    event.name,
                    bool(over),
                    scenario.event_members[e],
                    event.leverage,
                    event.rhetoric,
                    shifts,
                )
            )
    return tuple(found)
