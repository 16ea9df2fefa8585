"""The agents of the summit: members that hold out, and a mediator that learns from refusals.

They call the rules, one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import mesa

from ...rules import (
    beliefs,
    demander,
    holding_out,
    luck,
    mediators,
    red_lines,
    scores,
    side_letters,
    side_payments,
)
from ...rules.drafting import (
    apply_change,
    approach,
    hardens_only,
    jump_all,
    jumps,
    leads_there,
    list_candidates,
    nearest,
)
from ...rules.events import bounded
from ...rules.lattice import feasible, within_limits
from ...rules.mediators.none import amend
from ...rules.preferences import PLEDGE, pledge, spatial
from ...rules.procedure import CHANGES_PER_DRAFT
from ..problem import CURRENT, DOMESTIC, FISCAL, PER_MEMBER, SENSITIVITY, THREAT
from . import seats

if TYPE_CHECKING:
    from .model import SummitModel
    from .texts import Stake, Tabler


class MemberState(mesa.Agent):
    """A member state: it knows what texts cost it and what refusing costs, and holds out.

    Attributes
    ----------
    code, name
        Code (ISO 3166 alpha-3 for the members of NATO) and name.
    threat_perception, fiscal_room, us_pressure_sensitivity, domestic_constraint
        Attributes in this round, 0 to 1, shocks included.
    luck
        Private luck of this run in half widths, -1 to 1.
    expected_cost, half_width
        What refusing costs it on the last day as others can read it, and how far off they may be.
    full_cost
        What refusing really costs it on the last day.
    refusal_cost
        What of it counts today; it refuses a text whose net loss is larger.
    net_loss
        What the text on the table costs it less what the text in force costs it anyway.
    loss_in_force, relief
        What the text in force costs it, where that counts; what side payments take off its losses.
    demands, demander
        Whether it makes a demand, and which demander it belongs to, counted from 0; -1 for none.
    side_letter, passed, asking
        Whether it holds a side letter, let the last text pass, and has asked for a letter.
    named
        What it named when it last broke silence: +-(term + 1), 0 for nothing in particular.
    objections, last_named
        How often it broke silence, and what it named the last time.
    seat
        Who speaks for it; see :mod:`sim.engine.mesa.seats`.
    """

    model: SummitModel

    def __init__(self, model: SummitModel, place: int, values: list[float]) -> None:
        super().__init__(model)
        player, p = model.setup.scenario.members[place], model.problem
        self.place = place
        self.code, self.name = player.code, player.name
        self.demander = int(p.demands[place])
        self.demands = self.demander >= 0
        self.leader = int(p.leader[place])
        first = place * PER_MEMBER
        shared = self.leader * PER_MEMBER
        self._attributes = values[shared : shared + 4]
        self.current = values[first + CURRENT]
        self.forces = 1.0 if self.current >= 0.0 else 0.0
        self.size = float(p.size[place])
        self.red_low, self.red_high = p.red_low[place].tolist(), p.red_high[place].tolist()
        self.has_red_lines = bool(p.has_red_lines)
        self.ideal: list[float] = []
        self.weights: list[float] = []
        self.pace = 0.0
        self.luck = 0.0
        self.expected_cost = self.half_width = self.full_cost = self.refusal_cost = 0.0
        self.loss_in_force = self.relief = 0.0
        self.net_loss = 0.0
        self.side_letter = self.passed = self.asking = False
        self.named = self.objections = self.last_named = 0
        self.seat: seats.Seat = seats.Scripted()

    def be_struck(self, shift: list[float], leverage: float, public: bool = False) -> None:
        """Take the shocks in force into account, and what refusing and the text in force cost."""
        a = self._attributes
        self.threat_perception = bounded(a[THREAT] + shift[THREAT])
        self.fiscal_room = bounded(a[FISCAL] + shift[FISCAL])
        self.us_pressure_sensitivity = bounded(a[SENSITIVITY] + shift[SENSITIVITY])
        self.domestic_constraint = bounded(a[DOMESTIC] + shift[DOMESTIC])
        p, k = self.model.problem, self.model.coefficients
        if p.preferences == PLEDGE:
            held_over = leverage * self.size
            cost = pledge.refusing(
                self.threat_perception,
                self.us_pressure_sensitivity,
                self.domestic_constraint,
                held_over,
                k,
            )
            sd = k.refusing_luck
            if public:
                spread = p.spread[self.place].tolist()
                sd = pledge.public_sd(
                    cost,
                    self.domestic_constraint,
                    held_over,
                    spread[THREAT],
                    spread[SENSITIVITY],
                    spread[DOMESTIC],
                    k,
                )
            self.pace = pledge.own_pace(self.fiscal_room, k)
            most = cost
        else:
            cost = spatial.refusing(self.domestic_constraint, k)
            sd, most = k.spatial_luck, luck.UNBOUNDED
        self.expected_cost, self.half_width = cost, luck.half_width(sd, most)
        self.full_cost = cost + self.half_width * self.luck
        self.loss_in_force = self.model.texts.loss_in_force(self)

    def net(self, choice: list[int]) -> float:
        """Net loss by a text, given as places on the drafting grid."""
        return self.model.texts.loss(self, choice) - self.base

    @property
    def base(self) -> float:
        """What its losses are counted from."""
        return self.loss_in_force + self.relief

    @property
    def stake(self) -> Stake:
        """What it keeps if there is no agreement; of a demander only."""
        return self.model.tabler.stakes[self.demander]

    def be_paid(self, amount: float) -> None:
        """It and its camp have been promised so much, as a share of the range of the term."""
        weight = 0.0
        for part in self.weights:
            weight = weight + part
        share = float(self.model.problem.power_share[self.leader])
        self.relief = side_payments.relief(weight, amount, share)

    def across(self, choice: list[int]) -> float:
        """How many steps a text lies across its red lines."""
        if not self.has_red_lines:
            return 0.0
        return red_lines.steps_across(choice, self.red_low, self.red_high)

    def consider(self) -> None:
        """Find out what the text on the table costs it, and what of refusing counts by now."""
        m = self.model
        self.refusal_cost = self.full_cost * m.share
        self.net_loss = self.net(m.choice)
        if self.demands:
            self.net_loss = 1.0 - m.worth(m.choice)[self.demander]
            self.refusal_cost = (1.0 - self.stake.real) * m.share

    def would_refuse(self, choice: list[int] | None = None, share: float | None = None) -> bool:
        """Whether it refuses a text, as the model has it.

        Parameters
        ----------
        choice
            Places of the text; the one on the table if not given.
        share
            Share of the cost of refusing that counts; that of this round if not given, 1 for what
            it would do on the last day.
        """
        m = self.model
        choice = m.choice if choice is None else choice
        share = m.share if share is None else share
        if self.demands:
            real = self.stake.real
            return not holding_out.goes_along(m.worth(choice)[self.demander], real, share)
        if self.side_letter:
            return False
        if self.across(choice) > 0.0:
            return True
        return holding_out.refuses(self.net(choice), self.full_cost, share)

    def answer(self) -> seats.Answer:
        """Let the text on the table pass, or break silence and name what hurts."""
        answer = self.seat.act(self)
        self.passed = answer.passes
        self.asking = self.asking or answer.asks_letter
        self.named = 0
        if not self.passed:
            self.named = answer.named or self.objection()
            self.objections += 1
            self.last_named = self.named
        return answer

    def objection(self) -> int:
        """The single step that would relieve it most: +-(term + 1); a red line comes first."""
        m = self.model
        if self.has_red_lines:
            crossed = red_lines.first_crossed(m.choice, self.red_low, self.red_high)
            if crossed:
                return crossed
        least, named = self._feels(m.choice), 0
        for t in range(m.problem.n_terms):
            for step in (-1, 1):
                choice = list(m.choice)
                choice[t] += step
                if 0 <= choice[t] < m.sizes[t]:
                    here = self._feels(choice)
                    if here < least:
                        least, named = here, step * (t + 1)
        return named

    def _feels(self, choice: list[int]) -> float:
        m = self.model
        if self.demands:
            return -m.tabler.values(choice)[self.demander]
        return m.texts.loss(self, choice)


class Mediator(mesa.Agent):
    """The mediator: it looks for a text that all let pass, and learns from refusals.

    Attributes
    ----------
    views
        How it sees each member: the member itself, or what the public data say of it.
    bounds
        What it has learned of each member: a bound on its luck, in half widths; 1 is nothing.
    aim
        The text that it works towards, as places on the drafting grid.
    learned
        Whether it has learned something since it last thought about the aim.
    tabler
        What a text brings to who tables it, as the mediator sees it.
    chair
        Who writes for it; see :mod:`sim.engine.mesa.seats`.
    """

    model: SummitModel

    def __init__(self, model: SummitModel, views: list[MemberState], tabler: Tabler) -> None:
        super().__init__(model)
        p = model.problem
        self.kind, self.knowledge = int(p.mediator), int(p.knowledge)
        self.views, self.tabler = views, tabler
        self.asked = [bool(p.speaks[i]) and p.demands[i] < 0 for i in range(p.n_members)]
        self.bounds = [beliefs.UNKNOWN] * p.n_members
        self.aim = p.opening.tolist()
        self.learned = self.knowledge != mediators.PUBLIC or bool(p.view_drawn)
        self.amendments: list[list[int]] = []
        self.chair: seats.Chair = seats.ScriptedChair()
        self._steps, self._leaps = p.steps.tolist(), p.leaps.tolist()
        self._demanders, self._shares = p.demanders.tolist(), p.demander_share.tolist()
        self._singles = p.step_by_step.tolist()
        self._equalities = p.equalities.tolist()
        self._limits, self._most = p.limits.tolist(), p.limit_most.tolist()
        self._room = [[0] * p.n_terms for _ in range(p.most_candidates + 1)]

    def cost(self, view: MemberState) -> tuple[float, float]:
        """What refusing costs a member as it sees it, and 1 / the half width of its doubt."""
        if self.knowledge == mediators.ALL:
            return view.full_cost, 1.0 / (beliefs.DOUBT * view.half_width)
        return view.expected_cost, 1.0 / view.half_width

    def part(self, view: MemberState, choice: list[int]) -> float:
        """A member's part in the score of a text: for ``compromise`` its odds to let it pass."""
        across = view.across(choice)
        if across > 0.0:
            return beliefs.odds_across(across)
        cost, per_width = self.cost(view)
        bound = self.bounds[view.place]
        return mediators.part(
            self.kind,
            view.net(choice),
            -view.base,
            cost,
            per_width,
            bound,
            luck.below(bound) if bound < beliefs.UNKNOWN else 1.0,
        )

    def stakes(self) -> list[tuple[float, float]]:
        """What each demander is read to have of the text in force, and the half width of this."""
        if self.knowledge == mediators.ALL:
            return [(s.real, beliefs.DOUBT * s.half) for s in self.tabler.stakes]
        return [(s.in_force, s.half) for s in self.tabler.stakes]

    def in_force(self) -> float:
        """What the tabler is read to have of the text in force."""
        total = 0.0
        for share, stake in zip(self._shares, self.stakes(), strict=True):
            total = total + share * stake[0]
        return total

    def demander_odds(self, choice: list[int]) -> list[float]:
        """Odds that each demander lets a text pass on the last day."""
        found = []
        for value, stake, place in zip(
            self.tabler.values(choice), self.stakes(), self._demanders, strict=False
        ):
            bound = self.bounds[place]
            below = luck.below(bound) if bound < beliefs.UNKNOWN else 1.0
            found.append(demander.odds(value, *stake, bound, below))
        return found

    def score(
        self, choice: list[int], letters: int, to_beat: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[float, float]:
        """How good a text is in its eyes, and how often that was lifted.

        Parts are at most 1, so a text that does not beat ``to_beat`` on the way will not in the
        end: its score is then given as 0.
        """
        p = self.model.problem
        in_force = self.in_force()
        value = self.model.priced(self.tabler.value(choice), in_force, letters)
        total, lifts = scores.gain(value, in_force), 0.0
        if p.least and in_force < 1.0:
            total = total / (1.0 - in_force)
        for odds in self.demander_odds(choice):
            total = min(odds, total) if p.least else total * odds
        for i, view in enumerate(self.views):
            if self.asked[i]:
                if not scores.beats(total, lifts, *to_beat):
                    return 0.0, 0.0
                part = self.part(view, choice)
                total = min(part, total) if p.least else total * part
            whole = i % scores.MEMBERS_PER_LIFT == scores.MEMBERS_PER_LIFT - 1
            if whole and not p.least and 0.0 < total < scores.SMALL:
                total, lifts = total * scores.LIFT, lifts + 1.0
        if not p.least and 0.0 < total < scores.SMALL:
            total, lifts = total * scores.LIFT, lifts + 1.0
        return total, lifts

    def candidates(self, wide: bool = False) -> list[list[int]]:
        """The texts that it compares with its aim, the aim first; ``wide`` for the first aim."""
        m = self.model
        changes = self._leaps if wide else self._steps
        n = list_candidates(
            self.aim,
            changes,
            m.sizes,
            m.nones,
            m.problem.words,
            self._limits,
            self._most,
            self._room,
        )
        return [*(list(row) for row in self._room[:n]), *self.amendments]

    def best_text(self, wide: bool = False) -> list[int]:
        """The best text around the aim; the aim itself if none is better."""
        letters = self.model.letters
        texts = self.candidates(wide)
        best, top = texts[0], self.score(texts[0], letters)
        for choice in texts[1:]:
            found = self.score(choice, letters, top)
            if scores.beats(*found, *top):
                best, top = choice, found
        return best

    def improve(self) -> bool:
        """Move the first aim by a step, or where none helps by a leap; False if nothing helps."""
        best = self.best_text()
        if best == self.aim:
            best = self.best_text(wide=True)
        moved = best != self.aim
        self.aim = list(best)
        return moved

    def think(self) -> None:
        """Look for a better aim; at a meeting also for a concession, where that is better still."""
        m = self.model
        looks = 0
        while self.learned and looks < CHANGES_PER_DRAFT:
            looks += 1
            best = self.best_text()
            if m.problem.meeting[m.round]:
                conceded = self.concession(best)
                if conceded is not None:
                    who, pays = conceded
                    self.pay(who) if pays else self.grant(who)
                    continue
            if best == self.aim:
                break
            self.aim = list(best)
        self.learned = False

    def concession(self, best: list[int]) -> tuple[MemberState, bool] | None:
        """Who gets a letter or is paid a step, if that is better than the best text without.

        Returns
        -------
        tuple or None
            The member that speaks for its camp, and whether it is paid (else it gets a letter).
        """
        m, p = self.model, self.model.problem
        if self.score(self.aim, m.letters)[0] <= 0.0:
            return None
        top = self.score(best, m.letters)
        parts = [self.part(view, self.aim) for view in self.views]
        found = None
        who = side_letters.hardest(parts, self._in_the_room(p.may_hold.tolist()))
        if who >= 0:
            named = sum(1 for s in m.members if s.leader == who)
            if m.letters + named <= p.max_letters:
                self.asked[who] = False
                after = self.score(self.aim, m.letters + named)
                self.asked[who] = True
                if scores.beats(*after, *top):
                    top, found = after, (m.members[who], False)
        if m.payments < p.pay_most:
            who = side_letters.hardest(parts, self._in_the_room([True] * p.n_members))
            if who >= 0:
                self._set_paid(who, m.paid[who] + 1)
                after = self.score(self.aim, m.letters)
                self._set_paid(who, m.paid[who] - 1)
                if scores.beats(*after, *top):
                    found = (m.members[who], True)
        return found

    def _in_the_room(self, open_to: list[bool]) -> list[bool]:
        """Who may get a concession that is open to some; those that ask for it come first."""
        members = self.model.members
        knows_all = self.knowledge == mediators.ALL
        may = [
            open_to[i]
            and side_letters.may_ask(
                self.asked[i], s.passed, self.bounds[i] < beliefs.UNKNOWN, knows_all
            )
            for i, s in enumerate(members)
        ]
        if any(may[i] and s.asking for i, s in enumerate(members)):
            may = [may[i] and s.asking for i, s in enumerate(members)]
        return may

    def grant(self, to: MemberState) -> None:
        """Give a side letter to a member and its camp."""
        for state in self.model.members:
            if state.leader == to.leader and not state.side_letter:
                state.side_letter = self.views[state.place].side_letter = True
                self.asked[state.place] = False
                self.model.letters += 1

    def pay(self, to: MemberState) -> None:
        """Promise a member and its camp one more step of a side payment."""
        self._set_paid(to.leader, self.model.paid[to.leader] + 1)

    def _set_paid(self, leader: int, steps: int) -> None:
        m, step = self.model, float(self.model.problem.pay_step)
        m.payments += steps - m.paid[leader]
        m.paid[leader] = steps
        m.texts.pay(float(m.payments) * step)
        for states in (m.members, self.views):
            for state in states:
                if state.leader == leader:
                    state.be_paid(float(steps) * step)

    def redraft(self, draft: seats.Draft | None) -> None:
        """The text of the round: as the chair says, or towards the aim after the first round."""
        m, p = self.model, self.model.problem
        if draft is not None:
            if draft.letter is not None and not m.members[draft.letter].side_letter:
                self.grant(m.members[draft.letter])
            wish = list(m.choice)
            for term, place in draft.text.items():
                wish[term] = place
            m.choice[:] = self._feasible(wish)
        elif m.round == 0:
            return
        elif self.kind == mediators.NONE:
            asked = [0] * (2 * p.n_terms)
            for state in m.members:
                if state.named < 0:
                    asked[2 * (-state.named - 1)] += 1
                elif state.named > 0:
                    asked[2 * (state.named - 1) + 1] += 1
            wish = list(m.choice)
            amend(wish, m.sizes, asked)
            m.choice[:] = self._feasible(wish)
        else:
            if p.writes and self.learned:
                self._write_aim()
            if p.searches:
                self.think()
            self.learned = False
            if not self._demanders:
                m.choice[:] = self.aim
            else:
                self._come_closer()

    def _feasible(self, wish: list[int]) -> list[int]:
        """A wish, or where terms are bound together the text nearest to it."""
        m = self.model
        if not m.problem.bound_together:
            return wish
        choice = list(m.choice)
        bound = (self._equalities, self._limits, self._most)
        approach(choice, wish, self._singles, m.sizes, *bound, self._room)
        return choice

    def _come_closer(self) -> None:
        """Bring the text towards the aim, as far as the demanders go along by now."""
        m = self.model
        while True:
            text = self._next_step()
            if text is None:
                return
            worth = m.worth(text)
            stop = [
                d
                for d, stake in enumerate(m.tabler.stakes)
                if not holding_out.goes_along(worth[d], stake.real, m.share)
            ]
            for d in stop:
                self._learn_of_demander(d, worth[d])
            if stop:
                return
            m.choice[:] = text

    def _next_step(self) -> list[int] | None:
        """The step towards the aim of which the demanders have most; None if it is reached."""
        m = self.model
        nones, words = m.nones, int(m.problem.words)
        best: float = 0.0
        text: list[int] | None = None
        for t in range(m.problem.n_terms):
            if not jumps(t, m.choice, self.aim, nones, words):
                continue
            choice = list(m.choice)
            choice[t] = self.aim[t]
            value = m.tabler.value(choice)
            if value <= 0.0:
                jump_all(choice, self.aim, nones, words)
                value = m.tabler.value(choice)
            if text is None or value > best:
                best, text = value, choice
        for harder in (False, True):
            if text is not None:
                return text
            for steps in self._singles:
                if not leads_there(steps, m.choice, self.aim, nones, words):
                    continue
                if hardens_only(steps, m.ambition) != harder:
                    continue
                choice = list(m.choice)
                apply_change(steps, m.choice, m.sizes, choice)
                if not within_limits(choice, self._limits, self._most):
                    continue
                value = m.tabler.value(choice)
                if text is None or value > best:
                    best, text = value, choice
        if text is None and m.choice != self.aim:
            return list(self.aim)  # no way of single steps: limits are between
        return text

    def _learn_of_demander(self, which: int, worth: float) -> None:
        """A demander stops the text before one that is worth so much to it."""
        place = self._demanders[which]
        known = self.bounds[place]
        stake = self.stakes()[which]
        bound = demander.learned_bound(worth, *stake, known, self.model.share)
        if bound < known:
            self.bounds[place] = bound
            self.learned = True

    def _write_aim(self) -> None:
        m, p = self.model, self.model.problem
        wish: list[int] = []
        for t in range(p.n_terms):
            wanted = [float(self.wanted(view, t)) for view in self.views]
            first = p.salience_from
            weights = [
                float(p.power[v.place]) * m.values_seen[first + v.place * p.n_terms + t]
                for v in self.views
            ]
            present = float(m.choice[t])
            place = mediators.written_value(self.kind, wanted, weights, present)
            wish.append(int(place + 0.5))
        self.aim = self._feasible(wish)

    def wanted(self, view: MemberState, term: int) -> int:
        """The place that a member wants of a term, the others as they are on the table.

        Spatial: nearest to its ideal point. Pledge: the most ambitious one that it would let pass
        on the last day, as far as is known; the demander's is the one that it has most of.
        """
        m = self.model
        size = m.sizes[term]
        if m.problem.preferences != PLEDGE:
            return nearest(view.ideal[term], m.unit[term], size)

        def text(place: int) -> list[int]:
            choice = list(m.choice)
            choice[term] = place
            return choice

        places = list(range(size)) if m.ambition[term] < 0 else list(range(size - 1, -1, -1))
        if view.demands:
            best = places[0]
            for j in places:
                if self.tabler.value(text(j)) > self.tabler.value(text(best)):
                    best = j
            return best
        cost, per_width = self.cost(view)
        bound = self.bounds[view.place]
        reach = cost + bound / per_width if bound < 0.0 else cost
        for j in places:
            if view.red_low[term] <= j <= view.red_high[term] and view.net(text(j)) <= reach:
                return j
        return places[-1]

    def learn(self, amendments: list[Mapping[int, int]]) -> None:
        """Bound the luck of those that refused; take note of amendments."""
        m = self.model
        for view, state in zip(self.views, m.members, strict=True):
            if state.passed or not self.asked[view.place]:
                continue
            cost, per_width = self.cost(view)
            known = self.bounds[view.place]
            bound = beliefs.learned_bound(view.net(m.choice), cost, per_width, known, m.share)
            if bound < known:
                self.bounds[view.place] = bound
                self.learned = True
        if self.knowledge == mediators.ALL:
            self.learned = True
        for amendment in amendments:
            text = list(m.choice)
            for term, place in amendment.items():
                text[term] = place
            if feasible(text, m.choice, self._equalities, self._limits, self._most):
                self.amendments.append(text)
                self.learned = True
