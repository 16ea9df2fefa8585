"""What a member's net loss and its cost of refusing consist of, found by asking the rules.

No formula of the negotiation is repeated here: a part is the difference that one element makes to
the real rule. The elements are added one after the other, so that the parts add up.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..engine.mesa.agents import MemberState
from ..engine.problem import HEADLINE, HORIZON, NEED, WANTED_STEP, WANTED_YEAR
from ..rules.preferences import PLEDGE, pledge, spatial


def loss_parts(state: MemberState, choice: Sequence[int]) -> dict[str, float]:
    """What each element of a text adds to a member's net loss.

    Parameters
    ----------
    state
        The member.
    choice
        Places of the text on the drafting grid.

    Returns
    -------
    dict of str to float
        The parts add up to the net loss. ``pledge``: being bound to rise at all (``bound``), what
        its own pace does not reach by the deadline (``short``), a yearly step (``schedule``),
        ``broader`` spending, then what a ``review`` and soft ``words`` take off. ``spatial``: the
        terms. Then, for all, what the text ``in force`` costs it anyway (negative or 0). For the
        demander what is missing of all that it demands: ``headline``, core ``need``, ``deadline``,
        ``words``, ``schedule``, ``review`` (``spatial``: the terms) and what ``letters`` take off.
    """
    spatially = state.model.problem.preferences != PLEDGE
    if state.demands:
        found = _lost_by_term(state, choice) if spatially else _missing(state, choice)
        m = state.model
        return {**found, "letters": m.tabler.value(choice) - m.value_of(list(choice))}
    found = _lost_by_term(state, choice) if spatially else _obligations(state, choice)
    return {**found, "in force": -state.loss_in_force}


def _lost_by_term(state: MemberState, choice: Sequence[int]) -> dict[str, float]:
    m = state.model
    whole = sum(state.weights) if state.demands else 1.0
    lost = {}
    for t, (term, x) in enumerate(
        zip(m.setup.scenario.terms, m.texts.features(choice), strict=True)
    ):
        part = spatial.part_of_loss(x, state.ideal[t], state.weights[t])
        lost[term.name] = part / whole if whole > 0.0 else 0.0
    return lost


def _obligations(state: MemberState, choice: Sequence[int]) -> dict[str, float]:
    m = state.model
    core, broader, dated, years, step, ease, strength = m.texts.features(choice)

    def loss(*features: float) -> float:
        row = (state.current, state.forces, state.pace, state.size)
        return float(pledge.loss(*features, *row, m.coefficients))

    return _steps(
        ("bound", "short", "schedule", "broader", "review", "words"),
        (
            0.0,
            loss(core, 0.0, 0.0, years, 0.0, 1.0, 1.0),
            loss(core, 0.0, dated, years, 0.0, 1.0, 1.0),
            loss(core, 0.0, dated, years, step, 1.0, 1.0),
            loss(core, broader, dated, years, step, 1.0, 1.0),
            loss(core, broader, dated, years, step, ease, 1.0),
            loss(core, broader, dated, years, step, ease, strength),
        ),
    )


def _missing(state: MemberState, choice: Sequence[int]) -> dict[str, float]:
    m = state.model
    p, texts, k = m.problem, m.texts, m.coefficients
    core, broader, _, _, step, _, binding = texts.features(choice)
    date, review = (texts.grid[t][choice[t]] for t in (pledge.DEADLINE, pledge.REVIEW))
    words = texts.strength(choice[pledge.WORDING])
    headline, wanted, wanted_step, horizon = (
        float(p.demand[j]) for j in (HEADLINE, WANTED_YEAR, WANTED_STEP, HORIZON)
    )
    need = m.values[p.us_from + NEED]

    def missing(
        headline: float,
        need: float,
        date: float = wanted,
        words: float = 1.0,
        binding: float = 1.0,
        step: float = wanted_step,
        review: float = 0.0,
    ) -> float:
        late = pledge.late(words, date, wanted, p.year, texts.typical(core))
        late = late + pledge.unscheduled(step, wanted_step)
        share = pledge.reached(core, broader, headline, need)
        return float(1.0 - pledge.worth(binding, review, horizon, late, share, k))

    return _steps(
        ("headline", "need", "deadline", "words", "schedule", "review"),
        (
            0.0,
            missing(headline, core),
            missing(headline, need),
            missing(headline, need, date),
            missing(headline, need, date, words, binding),
            missing(headline, need, date, words, binding, step),
            missing(headline, need, date, words, binding, step, review),
        ),
    )


def _steps(names: Sequence[str], sums: Sequence[float]) -> dict[str, float]:
    """What each step adds, from the sums before and after it."""
    return {name: b - a for name, (a, b) in zip(names, pairwise(sums), strict=True)}


def refusal_parts(state: MemberState) -> dict[str, float]:
    """What each element adds to what refusing costs a member in this round.

    Returns
    -------
    dict of str to float
        The parts add up to the cost of refusing. ``pledge``: ``base``, ``threat``, ``pressure`` and
        what ties at home take off (``domestic``). ``spatial``: ``base`` and ``domestic``. For the
        demander all that it would lose (``stakes``). Then, for all, private ``luck`` and what does
        not count yet (``deadline``, negative or 0).
    """
    m = state.model
    k = m.coefficients
    if state.demands:
        t = m.tabler
        parts = {"stakes": 1.0 - t.in_force, "luck": t.in_force - t.real_in_force}
    elif m.problem.preferences == PLEDGE:
        threat, domestic = state.threat_perception, state.domestic_constraint
        sensitivity, leverage = state.us_pressure_sensitivity, m.leverage * state.size
        parts = _steps(
            ("base", "threat", "pressure", "domestic"),
            (
                0.0,
                pledge.refusing(0.0, 0.0, 0.0, leverage, k),
                pledge.refusing(threat, 0.0, 0.0, leverage, k),
                pledge.refusing(threat, sensitivity, 0.0, leverage, k),
                pledge.refusing(threat, sensitivity, domestic, leverage, k),
            ),
        )
        parts["luck"] = state.full_cost - state.expected_cost
    else:
        free = spatial.refusing(0.0, k)
        parts = {
            "base": free,
            "domestic": state.expected_cost - free,
            "luck": state.full_cost - state.expected_cost,
        }
    return {**parts, "deadline": sum(parts.values()) * (m.share - 1.0)}
