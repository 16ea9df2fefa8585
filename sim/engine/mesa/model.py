"""The summit as a Mesa model: one step is one round of the silence procedure."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from ...errors import SummitryError
from ...rules import draws, holding_out, luck, mediators, procedure, side_letters
from ...rules import scores as scoring
from ...rules.events import bounded, strikes
from ...rules.preferences import PLEDGE, spatial
from ...rules.sampling import quantile
from .. import moves
from ..problem import LEVERAGE, N_COEFFICIENTS, Coefficients, Problem, Setup
from . import seats
from .agents import Mediator, MemberState
from .texts import Tabler, Texts

#: The best text by public values at the centre of all inputs, found once for a scenario.
_centre_aims: WeakKeyDictionary[Setup, list[int]] = WeakKeyDictionary()


class SummitModel(mesa.Model):
    """One run of a scenario.

    Parameters
    ----------
    setup
        The scenario, from :func:`sim.engine.problem.set_up`.
    seed
        Seed of all addressed random numbers, 0 to 2**64 - 1.
    replication
        Number of the run, from 0.
    collect
        Whether to collect the course of the summit.
    centre
        Whether all inputs are at their centres, with nobody's luck; for the first aim.

    Attributes
    ----------
    members
        The :class:`MemberState` agents in the order of the scenario.
    mediator
        The :class:`Mediator`.
    tabler
        What texts bring to who tables them; see :class:`sim.engine.mesa.texts.Tabler`.
    round
        Number of the round, from 0; -1 before the first step.
    share
        Share of the cost of refusing that counts in this round.
    choice, text
        The text on the table: places on the drafting grid, and values.
    adopted
        Whether the text has been adopted; then, or after the last round, ``running`` is False.
    patient
        Whether a meeting uses all its drafts, since people at the table may change their minds.
    datacollector
        By round the terms of the text, the number on board and letters; by member what it said.
    """

    def __init__(
        self,
        setup: Setup,
        seed: int = 1,
        replication: int = 0,
        collect: bool = True,
        centre: bool = False,
    ) -> None:
        super().__init__(rng=seed)
        p: Problem = setup.problem
        self.setup, self.problem = setup, p
        self._seed_word, self.replication = seed, replication
        self.round = -1
        if centre:
            self.values: list[float] = p.public_values.tolist()
            self.inputs: list[float] = []
        else:
            self.values, self.inputs = sample_values(p, seed, replication)
        self.coefficients = _coefficients(p, self.values)
        self.grid, self.unit = p.grid.tolist(), p.unit.tolist()
        self.sizes, self.nones, self.ambition = (
            p.sizes.tolist(),
            p.nones.tolist(),
            p.ambition.tolist(),
        )
        self.choice = p.opening.tolist()
        self.letters = self.on_board = 0
        self.payments = 0
        self.paid = [0] * p.n_members
        self.leverage = self.progress = self.share = 0.0
        self.adopted = self.patient = False
        self.struck = [-1] * len(p.event_round)
        self._in_force: list[int] = []
        self.texts = Texts(p, self.coefficients)
        by_public = centre or p.knowledge == mediators.PUBLIC
        self.members, self.tabler = self._seated(self.values, public=centre)
        views, tabler = self.members, self.tabler
        public: tuple[tuple[MemberState, ...], Tabler] | None = None
        if not centre and (by_public or p.searches):
            public = self._seated(p.public_values.tolist(), public=True)
        if by_public and public:
            views, tabler = public
        self.values_seen = p.public_values.tolist() if by_public else self.values
        self._public_views = views if by_public else ()
        self.mediator = Mediator(self, list(views), tabler)
        if public:
            if p.searches:
                self.mediator.aim = self._first_aim(*public)
            for view in () if by_public else public[0]:
                view.remove()
        for state in self._public_views if not centre else ():
            state.remove()
        self._take_seats()
        self.datacollector = None
        if collect:
            self.datacollector = mesa.DataCollector(
                model_reporters={
                    **{
                        term.name: (lambda m, j=j, term=term: term.show(m.choice[j]))
                        for j, term in enumerate(setup.scenario.terms)
                        if term.written
                    },
                    "on_board": "on_board",
                    "side_letters": "letters",
                    "leverage": "leverage",
                },
                agenttype_reporters={
                    MemberState: {
                        "code": "code",
                        "passed": "passed",
                        "named": "named",
                        "net_loss": "net_loss",
                        "refusal_cost": "refusal_cost",
                        "side_letter": "side_letter",
                    }
                },
            )

    @property
    def text(self) -> list[float]:
        """Values of the text on the table."""
        return [row[place] for row, place in zip(self.grid, self.choice, strict=True)]

    def value_of(self, choice: list[int]) -> float:
        """What the tabler has of a text with the concessions made so far."""
        return self.priced(self.tabler.value(choice), self.tabler.in_force, self.letters)

    def worth(self, choice: list[int]) -> list[float]:
        """What each demander has of a text with the concessions made so far."""
        return [
            self.priced(value, stake.in_force, self.letters)
            for value, stake in zip(self.tabler.values(choice), self.tabler.stakes, strict=True)
        ]

    def priced(self, value: float, in_force: float, letters: int) -> float:
        """The value of a text after the price of letters, and of the payments made so far."""
        return side_letters.after_concessions(
            value,
            in_force,
            letters,
            self.coefficients.letter_price,
            self.payments,
            float(self.problem.pay_price),
        )

    def _seated(self, values: list[float], public: bool) -> tuple[tuple[MemberState, ...], Tabler]:
        """The members with these inputs, no shock in force, and what texts bring to the tabler."""
        p, k = self.problem, self.coefficients
        members = tuple(MemberState(self, i, values) for i in range(p.n_members))
        chair_weights: list[float] = []
        chair: list[float] = []
        if p.preferences != PLEDGE:
            chair_weights, chair = self._take_ideals(members, values, public)
        if not public:
            for state, u in zip(members, self._luck(), strict=True):
                state.luck = u
        leverage = values[p.demander_from + LEVERAGE]
        for state in members:
            state.be_struck([0.0] * 4, leverage if leverage > 0.0 else 0.0, public)
        return members, Tabler(p, k, self.texts, values, members, chair_weights, chair)

    def _luck(self) -> list[float]:
        p = self.problem
        keys = p.member_keys[p.leader]
        drawn = [
            draws.uniforms(self._seed_word, self.replication, draws.LUCK, j, keys) for j in range(3)
        ]
        return [luck.luck(a, b, c) for a, b, c in zip(*drawn, strict=True)]

    def _take_ideals(
        self, members: tuple[MemberState, ...], values: list[float], public: bool
    ) -> tuple[list[float], list[float]]:
        """Ideal points and weights of a spatial issue; weights of the chair, and its own view."""
        p, k, n = self.problem, self.coefficients, int(self.problem.n_terms)
        weights = [0.0] * (p.n_members * n)
        chair_weights = [0.0] * (p.n_members * n)
        low, span = p.low.tolist(), p.span.tolist()
        for state in members:
            state.ideal = [0.0] * n
        for t in range(n):
            noise = draws.uniforms(
                self._seed_word, self.replication, draws.SALIENCE, t, p.member_keys
            )
            for i, state in enumerate(members):
                who = state.leader
                ideal = values[p.ideal_from + who * n + t]
                state.ideal[t] = spatial.on_unit(ideal, low[t], span[t])
                salience = values[p.salience_from + who * n + t]
                if not public:
                    salience = spatial.drawn_salience(salience, draws.normal(noise[who]), k)
                weights[i * n + t] = float(p.size[who]) * salience
                chair_weights[i * n + t] = float(p.weight[who]) * salience
        spatial.scale_weights(weights, p.speaks.tolist(), n)
        whole = 0.0
        for i in range(p.n_members):
            if p.speaks[i]:
                for t in range(n):
                    whole = whole + chair_weights[i * n + t]
        chair_weights = [x / whole if whole > 0.0 else 0.0 for x in chair_weights]
        for i, state in enumerate(members):
            state.weights = weights[i * n : (i + 1) * n]
        chair = [self.unit[t][place] for t, place in enumerate(p.opening.tolist())]
        if p.view_drawn and not public:
            drawn = draws.uniforms(
                self._seed_word, self.replication, draws.CHAIR, 0, np.zeros(1, dtype=np.uint64)
            )[0]
            who, so_far = -1, 0.0
            for i in range(p.n_members):
                if p.speaks[i] and who < 0:
                    for t in range(n):
                        so_far = so_far + chair_weights[i * n + t]
                    if drawn < so_far:
                        who = i
            if who >= 0:
                chair = list(members[who].ideal)
        return chair_weights, chair

    def _first_aim(self, views: tuple[MemberState, ...], tabler: Tabler) -> list[int]:
        """The best text by public values, under the coefficients of this run."""
        mediator = Mediator(self, list(views), tabler)
        mediator.knowledge = mediators.PUBLIC
        mediator.aim = list(centre_aim(self.setup))
        while mediator.improve():
            pass
        mediator.remove()
        return mediator.aim

    def _take_seats(self) -> None:
        """Seats with fixed moves; all others stay scripted."""
        p, keep = self.problem, moves.KEEP
        amendments: dict[int, dict[int, dict[int, int]]] = {}
        for t, place, *text in p.amendments.tolist():
            written = {k: at for k, at in enumerate(text) if at != keep}
            amendments.setdefault(place, {})[t] = written
        for state in self.members if len(p.seat_moves) else ():
            fixed = p.seat_moves[:, state.place].tolist()
            state.seat = seats.Fixed(fixed, amendments.get(state.place, {}))
        drafts = {
            t: seats.Draft(
                {k: place for k, place in enumerate(row[1:]) if place != keep},
                None if row[0] == moves.NO_LETTER else row[0],
            )
            for t, row in enumerate(p.chair_moves.tolist())
            if row[0] != moves.AS_MEDIATOR
        }
        if drafts:
            self.mediator.chair = seats.FixedChair(drafts)

    def draw(self, purpose: np.uint64, keys: np.ndarray) -> list[float]:
        """Addressed uniform draws of this run and round, one for each key."""
        return draws.uniforms(self._seed_word, self.replication, purpose, self.round, keys)

    def step(self) -> None:
        """Play one round: shocks, letters, redraft, silence procedure.

        Raises
        ------
        SummitryError
            If no round is left.
        """
        self.table_text()
        self.hear_answers()

    def table_text(self) -> None:
        """The first half of a round: shocks, letters, redraft; the text is then on the table.

        Raises
        ------
        SummitryError
            If no round is left.
        """
        if not self.running or self._next_round() >= self.problem.n_rounds:
            raise SummitryError("the summit is over: no round is left to play")
        self.round = self._next_round()
        self._happen()
        self.share = holding_out.held(self.progress, self.coefficients.hold_exponent)
        self.mediator.redraft(self.mediator.chair.act(self.mediator))
        for state in self.members:
            state.consider()

    def hear_answers(self) -> None:
        """The second half of a round: every seat answers, and the mediator learns."""
        answers = [state.answer() for state in self.members]
        self._count()
        if not self.adopted:
            self.mediator.learn([a.proposes for a in answers if a.proposes])
            self.running = self._next_round() < self.problem.n_rounds
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _next_round(self) -> int:
        """The round that comes next: a meeting breaks up once nothing is left to try."""
        p = self.problem
        following = self.round + 1
        while (
            not self.patient
            and 0 < following < p.n_rounds
            and procedure.breaks_up(
                int(p.meeting[following - 1]), int(p.meeting[following]), self.mediator.learned
            )
            and not p.fixed[following]
        ):
            following += 1
        return following

    def _happen(self) -> None:
        """Let events strike and expire, and find the leverage of the round."""
        p = self.problem
        random = self.draw(draws.EVENT, p.event_keys) if len(p.event_keys) else []
        force = []
        for e in range(len(self.struck)):
            if self.struck[e] < 0 and strikes(
                p.event_round[e], p.event_chance[e], random[e], self.round
            ):
                self.struck[e] = self.round
            if self.struck[e] >= 0 and self.round < self.struck[e] + p.event_rounds[e]:
                force.append(e)
        changed = self.round == 0 or force != self._in_force
        self._in_force = force
        self.progress = float(p.progress[self.round])
        if not changed:
            return
        for values, states, public in (
            (self.values, self.members, False),
            (p.public_values, self._public_views, True),
        ):
            leverage = float(values[p.demander_from + LEVERAGE])
            for e in force:
                leverage = leverage + float(p.event_leverage[e])
            leverage = leverage if leverage > 0.0 else 0.0
            if not public:
                self.leverage = leverage
            for state in states:
                shift = [0.0, 0.0, 0.0, 0.0]
                for e in force:
                    for a in range(4):
                        shift[a] = shift[a] + float(p.event_shift[e, state.place, a])
                state.be_struck(shift, leverage, public)
        if self.round > 0:
            self.mediator.learned = True

    def _count(self) -> None:
        p = self.problem
        self.on_board = 0
        weight_for, weight_all = 0.0, 0.0
        for state in self.members:
            votes = float(p.votes[state.place])
            weight_all = weight_all + votes
            if state.passed:
                self.on_board += 1
                weight_for = weight_for + votes
        self.adopted = bool(
            procedure.adopted(
                p.procedure,
                weight_for,
                weight_all,
                p.n_members - self.on_board,
                p.quota,
                p.minus,
                bool(p.meeting[self.round]),
                all(self.members[i].passed for i in p.demanders.tolist()),
            )
        )
        if self.adopted:
            self.running = False

    def run_model(self) -> None:
        """Step until the text is adopted or the summit is over."""
        while self.running:
            self.step()

    def release(self) -> None:
        """Forget this model in Mesa's class-wide counters, which would keep it alive."""
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)


def centre_aim(setup: Setup) -> list[int]:
    """The best text by public values at the centre of all inputs, sought from several starts."""
    if setup not in _centre_aims:
        model = SummitModel(setup, collect=False, centre=True)
        mediator = model.mediator
        mediator.knowledge = mediators.PUBLIC
        best: tuple[float, float] = (-1.0, 0.0)
        found = list(setup.problem.opening.tolist())
        for start in setup.problem.starts.tolist():
            mediator.aim = list(start)
            while mediator.improve():
                pass
            score = mediator.score(mediator.aim, 0)
            if best[0] < 0.0 or scoring.beats(*score, *best):
                best, found = score, list(mediator.aim)
        model.release()
        _centre_aims[setup] = found
    return _centre_aims[setup]


def _coefficients(p: Problem, values: list[float]) -> Any:
    return Coefficients(*values[p.coefficients_from : p.coefficients_from + N_COEFFICIENTS])


def sample_values(p: Problem, seed: int, replication: int) -> tuple[list[float], list[float]]:
    """Draw the inputs of one run.

    Returns
    -------
    values, inputs
        All inputs, with shared shifts applied; and the sampled ones as they were drawn.
    """
    values: list[float] = p.values.tolist()
    parameters, kinds = p.sample_parameters.tolist(), p.sample_kind.tolist()
    tables = p.sample_tables.tolist()
    random = draws.uniforms(seed, replication, draws.SAMPLE, 0, p.sample_keys)
    for j, place in enumerate(p.sampled.tolist()):
        values[place] = quantile(kinds[j], parameters[j], tables, random[j])
    inputs = [values[place] for place in p.sampled.tolist()]
    for source, target in zip(p.shift_from.tolist(), p.shift_to.tolist(), strict=True):
        values[target] = bounded(values[target] + values[source])
    return values, inputs
