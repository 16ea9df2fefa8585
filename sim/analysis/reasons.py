"""What a member's net loss and its cost of refusing consist of, and what it would let pass.

No formula of the negotiation is repeated here: the rules and the agents themselves are asked, and a
part is the difference that one element makes to the real rule when it joins those before it.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import pairwise

from ..engine.mesa.agents import Mediator, MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import HEADLINE, HORIZON, NEED, PER_MEMBER, WANTED_STEP, WANTED_YEAR
from ..rules import beliefs, luck
from ..rules.preferences import PLEDGE, pledge, spatial
from ..scenario.resolve import ATTRIBUTES

#: The most leverage that a scenario may set.
MOST_LEVERAGE = 2.0
_HALVINGS = 24


def loss_parts(state: MemberState) -> dict[str, float]:
    """What each element of the text on the table adds to a member's net loss.

    Returns
    -------
    dict of str to float
        The parts add up to the net loss. Pledge: core, broader, deadline and increment at full
        strength of the words and without a review; what a review and softer words take off
        (negative or 0); and, with a minus, what the text in force costs anyway. The demander of
        a pledge: what it misses by the headline and core, wording, deadline, increment and review.
        Spatial: the terms. For any demander the side letters come last.
    """
    m = state.model
    if m.problem.preferences == PLEDGE:
        parts = _missed(state.model) if state.demands else _pledge_parts(state)
    else:
        parts = _term_parts(state)
    if state.demands:
        parts["side letters"] = m.tabler.value(m.choice) - m.value_of(m.choice)
    return parts


def _pledge_parts(state: MemberState) -> dict[str, float]:
    m = state.model
    core, broader, dated, years, step, ease, strength = m.texts.features(m.choice)

    def loss(broader: float, dated: float, step: float, ease: float, strength: float) -> float:
        return float(
            pledge.loss(
                core, broader, dated, years, step, ease, strength, state.current, state.forces,
                state.pace, state.size, m.coefficients,
            )
        )  # fmt: skip

    ladder = [
        0.0,
        loss(0.0, 0.0, 0.0, 1.0, 1.0),
        loss(broader, 0.0, 0.0, 1.0, 1.0),
        loss(broader, dated, 0.0, 1.0, 1.0),
        loss(broader, dated, step, 1.0, 1.0),
        loss(broader, dated, step, ease, 1.0),
        loss(broader, dated, step, ease, strength),
    ]
    parts = _rungs(("core", "broader", "deadline", "increment", "review", "wording"), ladder)
    parts["in force"] = -state.loss_in_force
    return parts


def _missed(m: SummitModel) -> dict[str, float]:
    """What the demander of a pledge misses by each element of the text, letters left out."""
    p, k, demand = m.problem, m.coefficients, m.problem.demand.tolist()
    core, broader, _, _, step, _, strength = m.texts.features(m.choice)
    at = dict(zip(pledge.TERMS, m.text, strict=True))
    share = pledge.reached(core, broader, demand[HEADLINE], m.values[p.demander_from + NEED])
    said = m.texts.strength(m.choice[pledge.WORDING])
    late = pledge.late(
        said, at["deadline_year"], demand[WANTED_YEAR], p.year, m.texts.typical(core)
    )
    later = late + pledge.unscheduled(step, demand[WANTED_STEP])

    def worth(strength: float, review: float, late: float) -> float:
        return float(pledge.worth(strength, review, demand[HORIZON], late, share, k))

    ladder = [
        1.0,
        worth(1.0, 0.0, 0.0),
        worth(strength, 0.0, 0.0),
        worth(strength, 0.0, late),
        worth(strength, 0.0, later),
        worth(strength, at["review_year"], later),
    ]
    parts = _rungs(("headline", "wording", "deadline", "increment", "review"), ladder)
    return {name: -value for name, value in parts.items()}


def _term_parts(state: MemberState) -> dict[str, float]:
    m = state.model
    p, terms = m.problem, m.setup.scenario.terms
    whole = sum(state.weights) if state.demands else 1.0
    parts = {}
    for t, x in enumerate(m.texts.features(m.choice)):
        lost = spatial.part_of_loss(x, state.ideal[t], state.weights[t])
        if p.in_force_counts and not state.demands:
            stays = spatial.on_unit(m.texts.in_force[t], float(p.low[t]), float(p.span[t]))
            lost = lost - spatial.part_of_loss(stays, state.ideal[t], state.weights[t])
        parts[terms[t].name] = float(lost / whole) if whole > 0.0 else 0.0
    return parts


def cost_channels(state: MemberState) -> dict[str, float]:
    """What each channel adds to a member's cost of refusing in this round.

    Returns
    -------
    dict of str to float
        base, threat, pressure, domestic (negative or 0) and luck, which add up to the cost on the
        last day, and what of it does not count yet (negative or 0). The demander: what it stands to
        lose as others read it, luck, and what does not count yet.
    """
    m, k = state.model, state.model.coefficients
    if state.demands:
        t = state.stake
        channels = {"at stake": 1.0 - t.in_force, "luck": t.in_force - t.real}
    elif m.problem.preferences == PLEDGE:
        threat, sensitivity = state.threat_perception, state.us_pressure_sensitivity
        tied, held_over = state.domestic_constraint, m.leverage * state.size
        ladder = [
            0.0,
            float(pledge.refusing(0.0, 0.0, 0.0, 0.0, k)),
            float(pledge.refusing(threat, 0.0, 0.0, 0.0, k)),
            float(pledge.refusing(threat, sensitivity, 0.0, held_over, k)),
            float(pledge.refusing(threat, sensitivity, tied, held_over, k)),
            state.full_cost,
        ]
        channels = _rungs(("base", "threat", "pressure", "domestic", "luck"), ladder)
    else:
        ladder = [
            0.0,
            float(spatial.refusing(0.0, k)),
            float(spatial.refusing(state.domestic_constraint, k)),
            state.full_cost,
        ]
        channels = _rungs(("base", "domestic", "luck"), ladder)
    channels["not yet"] = state.refusal_cost - last_day_cost(state)
    return channels


def _rungs(names: Sequence[str], ladder: Sequence[float]) -> dict[str, float]:
    return {name: b - a for name, (a, b) in zip(names, pairwise(ladder), strict=True)}


def last_day_cost(state: MemberState) -> float:
    """What refusing costs a member on the last day; the demander what it stands to lose."""
    return 1.0 - state.stake.real if state.demands else state.full_cost


def accepted(
    state: MemberState, term: int, share: float, text: Sequence[int] | None = None
) -> tuple[int, ...]:
    """Places of a term that a member would let pass, the others as in a text.

    A side letter that it holds is left out of account.

    Parameters
    ----------
    state, term
        The member, and the place of the term.
    share
        Share of the cost of refusing that counts: 1 on the last day.
    text
        Places of the text; the one on the table if not given.
    """
    asked = without_letter(state)
    found = []
    for place in range(state.model.sizes[term]):
        choice = list(state.model.choice if text is None else text)
        choice[term] = place
        if not asked.would_refuse(choice, share):
            found.append(place)
    return tuple(found)


def without_letter(state: MemberState) -> MemberState:
    """The same member in the same round, as if it held no side letter."""
    other = copy.copy(state)
    other.side_letter = False
    return other


def believed_odds(mediator: Mediator, state: MemberState, choice: list[int]) -> float:
    """Odds that a member lets a text pass on the last day, as the mediator sees them.

    For a mediator of any kind; who holds a side letter lets everything pass.
    """
    if state.demands:
        return mediator.demander_odds(choice)[state.demander]
    if state.side_letter:
        return 1.0
    view = mediator.views[state.leader]
    across = view.across(choice)
    if across > 0.0:
        return float(beliefs.odds_across(across))
    cost, per_width = mediator.cost(view)
    bound = mediator.bounds[state.leader]
    below = luck.below(bound) if bound < beliefs.UNKNOWN else 1.0
    return float(beliefs.odds(view.net(choice), cost, per_width, bound, below))


def odds_of_all(mediator: Mediator, choice: list[int]) -> float:
    """Odds that everybody lets a text pass on the last day, as the mediator sees them.

    A camp counts once.
    """
    m = mediator.model
    together = 1.0
    for state in m.members:
        if m.problem.speaks[state.place]:
            together *= believed_odds(mediator, state, choice)
    return together


def believed_cost(mediator: Mediator, state: MemberState) -> tuple[float, float]:
    """The least and the most that refusing may cost a member on the last day.

    By what the mediator has learned; of the demander what it may have to lose.
    """
    bound = mediator.bounds[state.leader]
    if state.demands:
        in_force, half = mediator.stakes()[state.demander]
        return 1.0 - in_force - half, 1.0 - in_force + half * bound
    cost, per_width = mediator.cost(mediator.views[state.leader])
    return cost - 1.0 / per_width, cost + bound / per_width


def with_more(state: MemberState, leverage: float, **attributes: float) -> MemberState:
    """The same member in the same round under more leverage, or with more of an attribute.

    Parameters
    ----------
    state
        The member; it stays as it is.
    leverage
        Leverage of the demander in all.
    attributes
        How much more of each attribute it has.
    """
    base = state.model.values[state.place * PER_MEMBER :]
    other = copy.copy(state)
    shift = [
        getattr(state, name) - base[a] + attributes.get(name, 0.0)
        for a, name in enumerate(ATTRIBUTES)
    ]
    other.be_struck(shift, leverage)
    return other


def least(enough: Callable[[float], bool], most: float) -> float | None:
    """The smallest number up to ``most`` that is enough, by halving; None if not even that is.

    More must never be less.
    """
    if not enough(most):
        return None
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def leverage_needed(state: MemberState, share: float = 1.0) -> float | None:
    """The least leverage at which a member lets the text on the table pass; None if none does it.

    Parameters
    ----------
    state
        A member that refuses the text.
    share
        Share of the cost of refusing that counts: 1 on the last day.
    """
    m = state.model
    if m.problem.preferences != PLEDGE or state.demands:
        return None

    def enough(more: float) -> bool:
        return not with_more(state, m.leverage + more).would_refuse(share=share)

    more = least(enough, max(0.0, MOST_LEVERAGE - m.leverage))
    return None if more is None else m.leverage + more
