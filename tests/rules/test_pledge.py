"""The pledge model: what a text costs a member and what the demander has of it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.problem import Coefficients
from sim.rules.preferences import pledge
from sim.scenario.coefficients import Coefficients as Written

K: Any = Coefficients(**Written().flat())
unit = st.floats(0.0, 1.0)
percent = st.floats(0.0, 5.0)
years = st.floats(1.0, 15.0)
step = st.floats(0.0, 0.4)


def loss(
    core: float = 3.5,
    broader: float = 1.5,
    dated: float = 1.0,
    left: float = 10.0,
    step: float = 0.0,
    ease: float = 1.0,
    strength: float = 0.9,
    current: float = 1.5,
    pace: float = 0.1,
    forces: float = 1.0,
) -> float:
    return pledge.loss(
        core, broader, dated, left, step, ease, strength, current, forces, pace, 1.0, K
    )


def test_a_loss_by_hand() -> None:
    # gap 2, ten years at 0.1 leave 1 short; bound by no schedule.
    k = K
    wanted = 0.9 * (k.pledge_broader * 1.5 + k.pledge_bind * 2.0 + k.pledge_burden * 1.0)
    assert loss() == pytest.approx(wanted, rel=1e-12)


def test_an_undated_aim_binds_nobody_and_a_floor_does() -> None:
    assert pledge.binding(0.9, dated=False, floor=False) == 0.0
    assert pledge.binding(0.9, dated=False, floor=True) == 0.9
    assert pledge.binding(0.9, dated=True, floor=False) == 0.9
    assert loss(strength=0.0) == 0.0


@given(percent, percent, years, years, unit, unit)
def test_losses_rise_with_what_is_asked(
    core: float, more: float, left: float, longer: float, strength: float, firmer: float
) -> None:
    assert loss(core=core + more) >= loss(core=core)
    weak, firm = sorted([strength, firmer])
    assert loss(core=core, strength=firm) >= loss(core=core, strength=weak)
    soon, late = sorted([left, longer])
    assert loss(core=core, left=late) <= loss(core=core, left=soon)
    assert loss(core=core, pace=0.3) <= loss(core=core, pace=0.1)
    assert loss(core=core, forces=0.0) <= loss(core=core)


@given(
    st.lists(st.tuples(percent, percent, st.sampled_from([0.0, 1.0]), years, step, unit, unit),
             min_size=1, max_size=8),
    percent, st.floats(0.0, 0.4),
)  # fmt: skip
def test_nobody_loses_more_than_by_the_hardest_features(
    texts: list[tuple[float, ...]], current: float, pace: float
) -> None:
    top = [max(t[f] for t in texts) for f in range(7)]
    fewest = min(t[3] for t in texts)
    most = pledge.most_loss(
        top[0], top[1], top[2], fewest, top[3], top[4], top[5], top[6], current, 1.0, pace, 1.0, K
    )
    for t in texts:
        assert pledge.loss(*t, current, 1.0, pace, 1.0, K) <= most


@given(unit, unit, unit, st.floats(0.0, 2.0), unit)
def test_refusing_costs_the_exposed_more_and_the_tied_less(
    threat: float, sensitivity: float, domestic: float, leverage: float, more: float
) -> None:
    def cost(**changes: float) -> float:
        base = {
            "threat": threat, "sensitivity": sensitivity, "domestic": domestic,
            "leverage": leverage,
        }  # fmt: skip
        return pledge.refusing(**{**base, **changes}, k=K)

    assert cost(threat=min(threat + more, 1.0)) >= cost()
    assert cost(sensitivity=min(sensitivity + more, 1.0)) >= cost()
    assert cost(leverage=leverage + more) >= cost()
    assert cost(domestic=min(domestic + more, 1.0)) <= cost()
    assert cost() >= 0.0


@given(st.lists(st.tuples(percent, st.floats(0.01, 0.4)), min_size=1, max_size=12), percent)
def test_a_floor_is_reached_when_the_median_member_is_there(
    members: list[tuple[float, float]], core: float
) -> None:
    currents, paces = [c for c, _ in members], [p for _, p in members]
    found = pledge.typical_years(core, currents, paces, [0.0] * len(members))
    years = [max(core - c, 0.0) / (p + pledge.SLOW) for c, p in members]
    assert found == pytest.approx(float(np.median(years)), rel=1e-12)


def test_soft_words_are_delivered_at_the_own_pace() -> None:
    # Firm words count by their date, words of no strength by the pace of the median member.
    assert pledge.late(1.0, 2035.0, 2030.0, 2025.0, 20.0) == 5.0
    assert pledge.late(0.0, 2035.0, 2030.0, 2025.0, 20.0) == 15.0
    assert pledge.late(0.9, 0.0, 2030.0, 2025.0, 20.0) == 15.0
    assert pledge.late(0.5, 2035.0, 2030.0, 2025.0, 20.0) == 10.0


@given(percent, percent, st.floats(0.5, 6.0), st.floats(0.5, 5.0))
def test_climbing_down_costs_who_staked_a_number(
    core: float, broader: float, headline: float, need: float
) -> None:
    signed = pledge.reached(core, broader, headline, need)
    assert 0.0 <= signed <= pledge.reached_in_force(core, broader, headline) + 1e-12
    assert pledge.reached(headline, 0.0, headline, headline) == 1.0


@given(unit, st.floats(0.0, 30.0), unit)
def test_a_review_before_the_horizon_takes_strength_away(
    strength: float, late: float, share: float
) -> None:
    early = pledge.worth(strength, 2027.0, 2029.0, late, share, K)
    assert early <= pledge.worth(strength, 2029.0, 2029.0, late, share, K)
    assert pledge.worth(strength, 0.0, 2029.0, late, share, K) >= early
