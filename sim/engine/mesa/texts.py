"""What texts cost members and bring to who tables them, as the agents ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...rules import demander
from ...rules.preferences import PLEDGE, pledge, spatial
from ..problem import CURRENT, FISCAL, HEADLINE, HORIZON, NEED, PER_MEMBER, WANTED_STEP, WANTED_YEAR

if TYPE_CHECKING:
    from ..problem import Problem
    from .agents import MemberState

_CORE, _BROADER, _DEADLINE, _INCREMENT, _REVIEW, _WORDING = range(6)


class Texts:
    """What texts cost members, under the coefficients of a run."""

    def __init__(self, p: Problem, k: Any) -> None:
        self._p, self._k = p, k
        self._pledge = p.preferences == PLEDGE
        self.grid = p.grid.tolist()
        self.unit = p.unit.tolist()
        self.in_force = p.in_force.tolist()
        self.paid = 0.0  # taken from a term by side payments, as a share of its range
        self._laid: dict[tuple[int, ...], tuple[float, ...]] = {}
        self._typical: dict[float, float] = {}
        if self._pledge:
            public = p.public_values.tolist()
            self._public = [
                (public[i * PER_MEMBER + CURRENT], pledge.own_pace(public[at], k))
                for i in range(p.n_members)
                for at in [i * PER_MEMBER + FISCAL]
                if p.demands[i] < 0 and public[i * PER_MEMBER + CURRENT] >= 0.0
            ]

    def strength(self, wording: int) -> float:
        """Strength of the words at a place."""
        k = self._k
        return float(k.pledge_soft if self._p.soft[wording] else self.grid[_WORDING][wording])

    def typical(self, core: float) -> float:
        """Years in which the median member reaches a floor at its own pace."""
        if core not in self._typical:
            currents = [c for c, _ in self._public]
            paces = [pace for _, pace in self._public]
            self._typical[core] = pledge.typical_years(core, currents, paces, [0.0] * len(currents))
        return self._typical[core]

    def features(self, choice: Sequence[int]) -> tuple[float, ...]:
        """What of a text counts: see the preference model."""
        key = tuple(choice)
        if key not in self._laid:
            self._laid[key] = self._features(key)
        return self._laid[key]

    def _features(self, choice: tuple[int, ...]) -> tuple[float, ...]:
        if not self._pledge:
            here = [self.unit[t][place] for t, place in enumerate(choice)]
            if self.paid > 0.0:
                here[self._p.pay_term] = here[self._p.pay_term] - self.paid
            return tuple(here)
        grid, p = self.grid, self._p
        date, review = grid[_DEADLINE][choice[_DEADLINE]], grid[_REVIEW][choice[_REVIEW]]
        years = pledge.years_left(date, p.year)
        strength = self.strength(choice[_WORDING])
        return (
            grid[_CORE][choice[_CORE]],
            grid[_BROADER][choice[_BROADER]],
            1.0 if date > 0.0 else 0.0,
            years,
            grid[_INCREMENT][choice[_INCREMENT]],
            pledge.eased(date, review, years, self._k.pledge_review),
            pledge.binding(strength, date > 0.0, bool(p.floors[choice[_WORDING]])),
        )

    def pay(self, paid: float) -> None:
        """So much is taken from a term by now, as a share of its range."""
        self.paid = paid
        self._laid.clear()

    def loss(self, member: MemberState, choice: Sequence[int]) -> float:
        """What a text costs a member."""
        return self._loss(member, self.features(choice))

    def _loss(self, member: MemberState, features: tuple[float, ...]) -> float:
        if self._pledge:
            core, broader, dated, years, step, ease, strength = features
            return pledge.loss(
                core,
                broader,
                dated,
                years,
                step,
                ease,
                strength,
                member.current,
                member.forces,
                member.pace,
                member.size,
                self._k,
            )
        lost = 0.0
        for x, ideal, weight in zip(features, member.ideal, member.weights, strict=True):
            lost = lost + spatial.part_of_loss(x, ideal, weight)
        return lost

    def words_in_force(self) -> tuple[float, float]:
        """Strength of the text in force as words, and as far as it binds."""
        p, f = self._p, self.in_force
        words = float(self._k.pledge_soft) if p.in_force_soft else f[_WORDING]
        return words, pledge.binding(words, f[_DEADLINE] > 0.0, bool(p.in_force_floor))

    def loss_in_force(self, member: MemberState) -> float:
        """What the text in force costs a member, where that counts."""
        p, f = self._p, self.in_force
        if self._pledge:
            years = pledge.years_left(f[_DEADLINE], p.year)
            ease = pledge.eased(f[_DEADLINE], f[_REVIEW], years, self._k.pledge_review)
            dated = 1.0 if f[_DEADLINE] > 0.0 else 0.0
            strength = self.words_in_force()[1]
            return self._loss(
                member,
                (f[_CORE], f[_BROADER], dated, years, f[_INCREMENT], ease, strength),
            )
        if not p.in_force_counts:
            return 0.0
        low, span = p.low.tolist(), p.span.tolist()
        here = tuple(spatial.on_unit(f[t], low[t], span[t]) for t in range(p.n_terms))
        return self._loss(member, here)


class Stake(NamedTuple):
    """What a demander keeps if there is no agreement."""

    in_force: float
    """What it is read to have of the text in force."""
    half: float
    """Half width of what is not known of this."""
    real: float
    """What it really has of it, its private luck included."""


class Tabler:
    """What texts bring to who tables them: one or more demanders, or a chair that weighs all.

    Attributes
    ----------
    stakes
        One :class:`Stake` for each demander, or the only one, of a chair.
    in_force
        What it is read to have of the text in force; over several demanders by their power.
    """

    def __init__(
        self,
        p: Problem,
        k: Any,
        texts: Texts,
        values: list[float],
        members: Sequence[MemberState],
        chair_weights: list[float],
        chair: list[float],
    ) -> None:
        self._p, self._k, self._texts, self._members = p, k, texts, members
        self._weights, self._chair = chair_weights, chair
        self._need = values[p.demander_from + NEED]
        self._demanders = [members[i] for i in p.demanders.tolist()]
        self._shares = p.demander_share.tolist()
        self._known: dict[tuple[int, ...], list[float]] = {}
        self._paid = 0.0
        self.stakes = self._stakes()
        self.in_force = self._over_all([stake.in_force for stake in self.stakes])

    def value(self, choice: Sequence[int]) -> float:
        """What it has of a text without letters, given as places on the drafting grid."""
        return self._over_all(self.values(choice))

    def values(self, choice: Sequence[int]) -> list[float]:
        """What each demander has of a text without letters; the only value, of a chair."""
        if self._paid != self._texts.paid:
            self._known.clear()
            self._paid = self._texts.paid
        key = tuple(choice)
        if key not in self._known:
            if self._p.preferences == PLEDGE:
                self._known[key] = [self._of_pledge(key)]
            elif self._demanders:
                self._known[key] = [self._of_demander(state, key) for state in self._demanders]
            else:
                self._known[key] = [self._of_chair(key)]
        return self._known[key]

    @property
    def real_in_force(self) -> float:
        """What it really has of the text in force."""
        return self._over_all([stake.real for stake in self.stakes])

    def _over_all(self, values: list[float]) -> float:
        total = 0.0
        for share, value in zip(self._shares, values, strict=True):
            total = total + share * value
        return total

    def _of_pledge(self, choice: tuple[int, ...]) -> float:
        p, k, texts = self._p, self._k, self._texts
        core, broader, _, _, step, _, strength = texts.features(choice)
        date, review = (
            texts.grid[_DEADLINE][choice[_DEADLINE]],
            texts.grid[_REVIEW][choice[_REVIEW]],
        )
        demand = p.demand.tolist()
        words = texts.strength(choice[_WORDING])
        late = pledge.late(words, date, demand[WANTED_YEAR], p.year, texts.typical(core))
        late = late + pledge.unscheduled(step, demand[WANTED_STEP])
        share = pledge.reached(core, broader, demand[HEADLINE], self._need)
        return pledge.worth(strength, review, demand[HORIZON], late, share, k)

    def _of_demander(self, member: MemberState, choice: tuple[int, ...]) -> float:
        whole = 0.0
        for weight in member.weights:
            whole = whole + weight
        lost = self._texts.loss(member, choice)
        return 1.0 - lost / whole if whole > 0.0 else 1.0

    def _of_chair(self, choice: tuple[int, ...]) -> float:
        p, x = self._p, self._texts.features(choice)
        lost, n = 0.0, int(p.n_terms)
        for i, member in enumerate(self._members):
            if p.speaks[i]:
                for t in range(n):
                    weight = self._weights[i * n + t]
                    lost = lost + spatial.part_of_loss(x[t], member.ideal[t], weight)
        away = 0.0
        for t in range(n):
            away = away + spatial.part_of_loss(x[t], self._chair[t], 1.0)
        return spatial.chair_value(lost, away / n, float(p.own_view))

    def _stakes(self) -> list[Stake]:
        p, k = self._p, self._k
        if not self._demanders:
            return [Stake(0.0, 0.0, 0.0)]
        pledges = p.preferences == PLEDGE
        stakes = []
        for member in self._demanders:
            value = self._pledge_in_force() if pledges else self._in_force(member)
            half = 0.0
            if p.has_in_force:
                sd = k.refusing_luck if pledges else k.spatial_luck
                half = demander.half_width(sd, value)
            stakes.append(Stake(value, half, demander.real_in_force(value, half, member.luck)))
        return stakes

    def _pledge_in_force(self) -> float:
        p, k, texts = self._p, self._k, self._texts
        f = texts.in_force
        words, strength = texts.words_in_force()
        demand = p.demand.tolist()
        late = pledge.late(
            words, f[_DEADLINE], demand[WANTED_YEAR], p.year, texts.typical(f[_CORE])
        )
        late = late + pledge.unscheduled(f[_INCREMENT], demand[WANTED_STEP])
        share = pledge.reached_in_force(f[_CORE], f[_BROADER], demand[HEADLINE])
        return pledge.worth(strength, f[_REVIEW], demand[HORIZON], late, share, k)

    def _in_force(self, member: MemberState) -> float:
        if not self._p.in_force_counts:
            return 0.0
        whole = 0.0
        for weight in member.weights:
            whole = whole + weight
        here = member.loss_in_force / whole if whole > 0.0 else 0.0
        return 1.0 - here
