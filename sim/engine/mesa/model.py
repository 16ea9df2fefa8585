"""The summit as a Mesa model: one step is one round of the silence procedure."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from ...errors import SummitryError
from ...rules import draws, silence
from ...rules.drafting import write_values
from ...rules.events import bounded, strikes
from ...rules.mediators import OBJECTIONS
from ...rules.sampling import quantile
from ..problem import N_COEFFICIENTS, Coefficients, Problem, Setup
from . import seats
from .agents import Mediator, MemberState


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

    Attributes
    ----------
    members
        The :class:`MemberState` agents in the order of the scenario.
    mediator
        The :class:`Mediator`.
    round
        Number of the round, from 0; -1 before the first step.
    choice, text
        The text on the table: places on the drafting grid, and values.
    adopted
        Whether the text has been adopted; then, or after the last round, ``running`` is False.
    datacollector
        By round the terms of the text, the number on board and letters; by member what it said.
    """

    def __init__(
        self, setup: Setup, seed: int = 1, replication: int = 0, collect: bool = True
    ) -> None:
        super().__init__(rng=seed)
        p: Problem = setup.problem
        self.setup, self.problem = setup, p
        self._seed_word, self.replication = seed, replication
        self.values, self.inputs = sample_values(p, seed, replication)
        self.coefficients = _coefficients(p, self.values)
        self.grid = p.grid.tolist()
        self.sizes = p.sizes.tolist()
        self.lowest = [min(row[:n]) for row, n in zip(self.grid, self.sizes, strict=True)]
        self.highest = [max(row[:n]) for row, n in zip(self.grid, self.sizes, strict=True)]
        self.reference = p.reference.tolist()
        self.choice = p.opening.tolist()
        self.text = [0.0] * p.n_terms
        write_values(self.choice, self.grid, p.n_terms, self.text)
        self.round = -1
        self.letters = 0
        self.letter_to: MemberState | None = None
        self.on_board = 0
        self.leverage = self.rhetoric = self.progress = 0.0
        self.adopted = False
        self.struck = [-1] * len(p.event_round)
        self.members = tuple(MemberState(self, place) for place in range(p.n_members))
        self._noise_sd = self.coefficients.tolerance_noise_sd
        self.mediator = Mediator(self, self._views())
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
                        "pain": "pain",
                        "tolerance": "tolerance",
                        "side_letter": "side_letter",
                    }
                },
            )

    def _views(self) -> list[MemberState]:
        """How the mediator sees the members: as they are, or as the public data describe them."""
        if self.problem.knowledge != OBJECTIONS:
            return list(self.members)
        own = self.values, self.coefficients
        self.values = self.problem.public_values.tolist()
        self.coefficients = _coefficients(self.problem, self.values)
        views = [MemberState(self, place) for place in range(self.problem.n_members)]
        self.values, self.coefficients = own
        for view in views:
            view.remove()
        return views

    def _take_seats(self) -> None:
        """Seats with fixed moves; all others stay scripted."""
        p, keep = self.problem, seats.KEEP
        amendments: dict[int, dict[int, dict[int, int]]] = {}
        for t, place, *text in p.amendments.tolist():
            written = {k: at for k, at in enumerate(text) if at != keep}
            amendments.setdefault(place, {})[t] = written
        for state in self.members if len(p.seat_moves) else ():
            moves = p.seat_moves[:, state.place].tolist()
            state.seat = seats.Fixed(moves, amendments.get(state.place, {}))
        drafts = {
            t: seats.Draft(
                {k: place for k, place in enumerate(row[1:]) if place != keep},
                None if row[0] == seats.NO_LETTER else row[0],
            )
            for t, row in enumerate(p.chair_moves.tolist())
            if row[0] != seats.AS_MEDIATOR
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
        p = self.problem
        if self.round + 1 == p.n_rounds:
            raise SummitryError("the summit is over: no round is left to play")
        self.round += 1
        self._happen()
        draft = self.mediator.chair.act(self.mediator)
        self.mediator.grant_letter(draft)
        for state in self.members:
            state.weigh()
        if self.mediator.views[0] is not self.members[0]:
            for view, state in zip(self.mediator.views, self.members, strict=True):
                view.passed = state.passed
                view.weigh()
        self.mediator.poll()
        self.mediator.redraft(draft)
        write_values(self.choice, self.grid, p.n_terms, self.text)
        noise = self.draw(draws.JUDGEMENT, p.member_keys)
        for state, u in zip(self.members, noise, strict=True):
            state.consider(self._noise_sd * draws.normal(u))

    def hear_answers(self) -> None:
        """The second half of a round: every seat answers, and the mediator takes note."""
        answers = [state.answer() for state in self.members]
        self._count()
        self.mediator.take_note([a.proposes for a in answers if a.proposes])
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _happen(self) -> None:
        """Let events strike and expire, and find the leverage of the round."""
        p = self.problem
        random = self.draw(draws.EVENT, p.event_keys) if len(p.event_keys) else []
        changed = self.round == 0
        force = []
        for e in range(len(self.struck)):
            if self.struck[e] < 0:
                if strikes(p.event_round[e], p.event_chance[e], random[e], self.round):
                    self.struck[e] = self.round
                    changed = True
            elif self.round == self.struck[e] + p.event_rounds[e]:
                changed = True
            if self.struck[e] >= 0 and self.round < self.struck[e] + p.event_rounds[e]:
                force.append(e)
        if changed:
            for state in {id(s): s for s in (*self.members, *self.mediator.views)}.values():
                shift = [0.0, 0.0, 0.0, 0.0]
                for e in force:
                    for a in range(4):
                        shift[a] = shift[a] + float(p.event_shift[e, state.place, a])
                state.be_struck(shift)
        self.progress = float(p.progress[self.round])
        leverage = self.values[p.us_from] * float(p.leverage_shape[self.round])
        rhetoric = self.values[p.us_from + 1]
        for e in force:
            leverage = leverage + float(p.event_us[e, 0])
            rhetoric = rhetoric + float(p.event_us[e, 1])
        self.leverage = leverage if leverage > 0.0 else 0.0
        self.rhetoric = rhetoric if rhetoric > 0.0 else 0.0

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
            silence.adopted(
                p.procedure, weight_for, weight_all, p.n_members - self.on_board, p.quota, p.minus
            )
        )
        self.running = not self.adopted and self.round + 1 < p.n_rounds

    def run_model(self) -> None:
        """Step until the text is adopted or the summit is over."""
        while self.running:
            self.step()

    def release(self) -> None:
        """Forget this model in Mesa's class-wide counters, which would keep it alive."""
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)


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
