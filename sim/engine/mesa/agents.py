"""The agents of the summit: member states and the mediator. They call the rules, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import mesa

from ...rules import draws, mediators, preferences, silence, tolerance
from ...rules.drafting import apply_move, nearest, write_values
from ...rules.events import bounded
from ...rules.mediators.floor import amend
from ...rules.preferences import burden, demander, spatial
from ...rules.side_letters import is_due
from ..problem import CURRENT, DOMESTIC, FISCAL, NEED, PER_MEMBER, SENSITIVITY, THREAT
from . import seats

if TYPE_CHECKING:
    from .model import SummitModel


class MemberState(mesa.Agent):
    """A member state: it knows what it wants and answers each text.

    Attributes
    ----------
    code, name
        Code (ISO 3166 alpha-3 for the members of NATO) and name.
    threat_perception, fiscal_room, us_pressure_sensitivity, domestic_constraint
        Attributes in this round, 0 to 1, shocks included.
    position
        What it wants, in the columns of its preference model.
    side_letter
        Whether it holds a side letter.
    passed
        Whether it let the last text pass.
    named
        What it named when it last broke silence: +-(term + 1), 0 for nothing in particular.
    objections, last_named
        How often it broke silence, and what it named the last time.
    pain, tolerance, noise
        Of the last text, and in the last round: it passes if pain is at most tolerance + noise.
    asking
        Whether it has asked for a side letter.
    seat
        Who speaks for it; see :mod:`sim.engine.mesa.seats`.
    """

    model: SummitModel

    def __init__(self, model: SummitModel, place: int) -> None:
        super().__init__(model)
        player = model.setup.scenario.members[place]
        p = model.problem
        self.place = place
        self.code = player.code
        self.name = player.name
        self.preferences = int(p.model[place])
        first = place * PER_MEMBER
        self._coefficients = model.coefficients
        self._attributes = model.values[first : first + 4]
        self._current = model.values[first + CURRENT]
        self._need = model.values[first + NEED]
        n = p.n_terms
        self._ideal = model.values[p.ideal_from + place * n : p.ideal_from + (place + 1) * n]
        self._salience = model.values[
            p.salience_from + place * n : p.salience_from + (place + 1) * n
        ]
        self._others_core = float(p.others_core[place])
        self._red_low = p.red_low[place].tolist()
        self._red_high = p.red_high[place].tolist()
        self.position = [0.0] * p.n_columns
        self.side_letter = False
        self.passed = False
        self.named = 0
        self.objections = 0
        self.last_named = 0
        self.pain = 0.0
        self.tolerance = 0.0
        self.noise = 0.0
        self.asking = False
        self.reference_pain = 0.0
        self.seat: seats.Seat = seats.Scripted()

    def be_struck(self, shift: list[float]) -> None:
        """Take the shocks of the events in force into account, and the position that follows."""
        a = self._attributes
        self.threat_perception = bounded(a[THREAT] + shift[THREAT])
        self.fiscal_room = bounded(a[FISCAL] + shift[FISCAL])
        self.us_pressure_sensitivity = bounded(a[SENSITIVITY] + shift[SENSITIVITY])
        self.domestic_constraint = bounded(a[DOMESTIC] + shift[DOMESTIC])
        p, k = self.model.problem, self._coefficients
        if self.preferences == preferences.BURDEN:
            burden.take_position(
                self.position,
                self.threat_perception,
                self.fiscal_room,
                self._current,
                self._need,
                self._others_core,
                p.year,
                k,
            )
        elif self.preferences == preferences.DEMANDER:
            d = p.demand
            demander.take_position(self.position, float(d[0]), float(d[1]), float(d[2]), p.year, k)
        else:
            spatial.take_position(
                self.position, self._ideal, self._salience, self.model.lowest, self.model.highest, k
            )
        if p.has_reference:
            self.reference_pain = preferences.pain(
                self.preferences, self.model.reference, self.position, p.n_terms
            )

    def weigh(self) -> None:
        """Find out what saying no would cost in this round."""
        m, k = self.model, self._coefficients
        if self.preferences == preferences.DEMANDER:
            d = m.problem.demand
            self.tolerance = tolerance.demander_tolerance(
                float(d[3]), float(d[4]), m.progress, float(m.letters), k
            )
            return
        others = m.on_board - (1 if self.passed else 0)
        self.tolerance = tolerance.tolerance(
            self.threat_perception,
            self.us_pressure_sensitivity,
            self.domestic_constraint,
            m.leverage,
            m.rhetoric,
            others / (m.problem.n_members - 1),
            float(m.letters - (1 if self.side_letter else 0)),
            m.progress,
            self.reference_pain,
            k,
        )

    def feel(self, text: list[float]) -> float:
        """What a text costs it, in units of tolerance."""
        p, k = self.model.problem, self._coefficients
        hurts = preferences.pain(self.preferences, text, self.position, p.n_terms)
        crosses = p.has_red_lines and tolerance.crosses_red_line(
            text, self._red_low, self._red_high, p.n_terms
        )
        return tolerance.relieved(
            hurts, self.side_letter, crosses, k.letter_relief, k.tolerance_red_line
        )

    def consider(self, noise: float) -> None:
        """Find out what the text on the table costs it; ``noise`` is that of its judgement."""
        self.pain = self.feel(self.model.text)
        self.noise = noise

    def answer(self) -> seats.Answer:
        """Let the text on the table pass, or break silence and name what hurts."""
        m = self.model
        answer = self.seat.act(self)
        self.passed = answer.passes
        self.asking = self.asking or answer.asks_letter
        self.named = 0
        if not self.passed:
            self.named = answer.named or silence.objection(
                self.preferences,
                m.choice,
                m.text,
                m.grid,
                m.sizes,
                self.position,
                self._red_low,
                self._red_high,
                m.problem.n_terms,
            )
            self.objections += 1
            self.last_named = self.named
        return answer

    def ideal_value(self, term: int) -> float:
        """The value that it would give a term itself, on the drafting grid."""
        wish = preferences.ideal_value(
            self.preferences, term, self.position, self.threat_perception
        )
        grid = self.model.grid[term]
        return grid[nearest(wish, grid, self.model.sizes[term])]

    def weight(self, term: int) -> float:
        """Capability x salience on a term."""
        return float(self.model.problem.capability[self.place]) * self._salience[term]


class Mediator(mesa.Agent):
    """The mediator: it redrafts the text and grants side letters, knowing what it is given to know.

    Attributes
    ----------
    views
        How it sees each member: the member itself, or what the public data say of it.
    offsets
        Correction to each member's margin: the error of a straw poll, or what it has learnt.
    margins
        The margin that it expected of each member on the last text.
    pool
        Earlier drafts and amendments that stay candidates, with the number of members that
        objected; to an amendment nobody has yet.
    chair
        Who writes for it; see :mod:`sim.engine.mesa.seats`.
    """

    model: SummitModel

    def __init__(self, model: SummitModel, views: list[MemberState]) -> None:
        super().__init__(model)
        p = model.problem
        self.kind, self.knowledge = p.mediator, p.knowledge
        self.views = views
        self.offsets = [0.0] * p.n_members
        self.margins = [0.0] * p.n_members
        self.pool: list[tuple[list[int], int]] = []
        self.fewest = p.n_members + 1
        self.stuck = 0
        self.chair: seats.Chair = seats.ScriptedChair()
        self._moves = p.moves.tolist()
        self._candidate_keys = draws.candidate_keys(p.moves_per_round, self._candidates_at_most)

    @property
    def _candidates_at_most(self) -> int:
        return 1 + len(self._moves) + self.model.problem.pool_size

    def poll(self) -> None:
        """Ask around before redrafting: a straw poll has an error for each member and round."""
        m = self.model
        if self.knowledge == mediators.STRAW_POLLS:
            sd = m.problem.poll_error_sd
            self.offsets = [sd * draws.normal(u) for u in m.draw(draws.POLL, m.problem.member_keys)]

    def expect(self, view: MemberState, text: list[float]) -> float:
        """The margin that it expects of a member on a text."""
        return view.tolerance + self.offsets[view.place] - view.feel(text)

    def grant_letter(self, draft: seats.Draft | None) -> None:
        """Grant a side letter: as the chair says, or to the worst holdout if one is due.

        Holdouts that have asked come first.
        """
        m, p = self.model, self.model.problem
        m.letter_to = None
        if draft is not None:
            if draft.letter is not None and not m.members[draft.letter].side_letter:
                self._grant(m.members[draft.letter])
            return
        if m.round == 0 or not mediators.grants_letters(self.kind):
            return
        objectors = [s for s in m.members if not s.passed]
        if not is_due(
            len(objectors),
            m.letters,
            p.max_letters,
            p.letters_most_objectors,
            p.n_rounds - m.round,
            p.letters_rounds_left,
            self.stuck,
            p.letters_patience,
        ):
            return
        worst = None
        for state in objectors:
            if state.place == p.demander or state.side_letter:
                continue
            if worst is None or (state.asking and not worst.asking):
                worst = state
            elif state.asking == worst.asking:
                if self.margins[state.place] < self.margins[worst.place]:
                    worst = state
        if worst is not None:
            self._grant(worst)

    def _grant(self, state: MemberState) -> None:
        state.side_letter = True
        self.views[state.place].side_letter = True
        self.model.letters += 1
        self.model.letter_to = state
        self.stuck = 0

    def redraft(self, draft: seats.Draft | None) -> None:
        """Write the text of the round: as the chair says, or by the rules after the first round."""
        p = self.model.problem
        if draft is not None:
            for term, place in draft.text.items():
                self.model.choice[term] = place
        elif self.model.round == 0:
            return
        elif mediators.searches(self.kind):
            for move in range(p.moves_per_round):
                self._search(move)
        elif self.kind in (mediators.WEIGHTED_MEAN, mediators.WEIGHTED_MEDIAN):
            self._write()
        elif self.kind == mediators.NONE:
            asked = [0] * (2 * p.n_terms)
            for state in self.model.members:
                if state.named < 0:
                    asked[2 * (-state.named - 1)] += 1
                elif state.named > 0:
                    asked[2 * (state.named - 1) + 1] += 1
            amend(self.model.choice, self.model.sizes, asked)

    def _search(self, move: int) -> None:
        """Take the best candidate: the text as it is, a move away from it, or an earlier draft."""
        m = self.model
        temperature = float(m.problem.temperature[m.round])
        if temperature > 0.0:
            noise = m.draw(draws.REDRAFT, self._candidate_keys[move])
        bests = self._best_margins()
        drafts: list[list[int] | None] = [list(m.choice)]
        for step in self._moves:
            into = [0] * m.problem.n_terms
            drafts.append(into if apply_move(step, m.choice, m.sizes, into) else None)
        drafts.extend(list(choice) for choice, _ in self.pool)
        text = [0.0] * m.problem.n_terms
        top, winner = 0.0, None
        for j, choice in enumerate(drafts):
            if choice is None:
                continue
            write_values(choice, m.grid, m.problem.n_terms, text)
            score = self.score(text, bests)
            if temperature > 0.0:
                score = score + temperature * draws.normal(noise[j])
            if winner is None or score > top:
                top, winner = score, choice
        assert winner is not None
        m.choice[:] = winner

    def score(self, text: list[float], bests: list[float]) -> float:
        """How good a text is in the eyes of this mediator, member by member."""
        p = self.model.problem
        terms = [
            mediators.term(
                self.kind,
                self.expect(view, text),
                p.demander_weight if view.place == p.demander else 1.0,
                bests[view.place],
                p.sharpness,
            )
            for view in self.views
        ]
        return float(mediators.total(self.kind, terms))

    def _best_margins(self) -> list[float]:
        """Each member's margin at the text that it likes best (for Kalai-Smorodinsky)."""
        if self.kind != mediators.KALAI_SMORODINSKY:
            return [0.0] * len(self.views)
        n = self.model.problem.n_terms
        return [self.expect(v, [v.ideal_value(t) for t in range(n)]) for v in self.views]

    def _write(self) -> None:
        m = self.model
        for t in range(m.problem.n_terms):
            ideals = [v.ideal_value(t) for v in self.views]
            weights = [v.weight(t) for v in self.views]
            present = m.grid[t][m.choice[t]]
            value = mediators.written_value(self.kind, ideals, weights, present)
            m.choice[t] = nearest(value, m.grid[t], m.sizes[t])

    def take_note(self, amendments: list[Mapping[int, int]]) -> None:
        """Remember the round: who objected to what, what that says of them, and amendments."""
        m, p = self.model, self.model.problem
        for view, state in zip(self.views, m.members, strict=True):
            self.margins[view.place] = self.expect(view, m.text)
            if self.knowledge == mediators.OBJECTIONS:
                self.offsets[view.place] = mediators.learn(
                    self.offsets[view.place],
                    self.margins[view.place],
                    state.passed,
                    p.learning_rate,
                    p.doubt,
                )
        objectors = p.n_members - m.on_board
        if objectors < self.fewest:
            self.fewest = objectors
            self.stuck = 0
        else:
            self.stuck += 1
        self._keep(list(m.choice), objectors)
        for amendment in amendments:
            self._keep([amendment.get(t, place) for t, place in enumerate(m.choice)], 0)

    def _keep(self, choice: list[int], objectors: int) -> None:
        """Keep the drafts with the fewest objections in the pool."""
        for j, (draft, _) in enumerate(self.pool):
            if draft == choice:
                self.pool[j] = (choice, objectors)
                return
        if len(self.pool) < self.model.problem.pool_size:
            self.pool.append((choice, objectors))
            return
        worst = -1
        for j, (_, number) in enumerate(self.pool):
            if worst < 0 or number > self.pool[worst][1]:
                worst = j
        if worst >= 0 and objectors <= self.pool[worst][1]:
            self.pool[worst] = (choice, objectors)
