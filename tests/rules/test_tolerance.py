"""What saying no costs, channel by channel."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.tolerance import crosses_red_line, demander_tolerance, relieved, tolerance
from tests.rules.summits import BURDEN, coefficients, model, no_coefficients
from tests.strategies import numbers

MEMBER: dict[str, float] = {
    "threat": 0.5,
    "sensitivity": 0.4,
    "domestic": 0.25,
    "leverage": 0.8,
    "rhetoric": 0.6,
    "company": 0.75,
    "letters": 2.0,
    "progress": 0.7,
    "reference": 0.3,
}

# What each channel adds for that member when its coefficient is 2 and all others are 0.
CHANNELS = {
    "tolerance_base": 2.0,
    "tolerance_threat": 2 * 0.5,
    "tolerance_pressure": 2 * 0.4 * 0.8,
    "tolerance_company": 2 * 0.4 * 0.75,
    "tolerance_rhetoric": 2 * 0.4 * 0.6,
    "tolerance_urgency": 2 * 0.7,
    "tolerance_reference": 2 * 0.3,
    "tolerance_domestic": -2 * 0.25,
    "tolerance_temptation": -2 * 2.0,
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_channel_alone(channel: str) -> None:
    k = no_coefficients(**{channel: 2.0})
    assert tolerance(**MEMBER, k=k) == pytest.approx(CHANNELS[channel])


def test_channels_add_up() -> None:
    k = no_coefficients(**dict.fromkeys(CHANNELS, 2.0))
    assert tolerance(**MEMBER, k=k) == pytest.approx(math.fsum(CHANNELS.values()))


@given(numbers(0.0, 1.0), numbers(0.0, 2.0), numbers(0.0, 2.0))
def test_rhetoric_has_no_effect_by_default(sensitivity: float, one: float, other: float) -> None:
    member = {**MEMBER, "sensitivity": sensitivity}
    k = coefficients()
    assert tolerance(**{**member, "rhetoric": one}, k=k) == tolerance(
        **{**member, "rhetoric": other}, k=k
    )


@given(st.dictionaries(st.sampled_from(sorted(MEMBER)), numbers(0.0, 1.0)))
def test_a_member_that_cannot_be_pressed_is_deaf_to_leverage_shame_and_company(
    changes: dict[str, float],
) -> None:
    k = coefficients(tolerance_rhetoric=0.3)
    deaf = {**MEMBER, **changes, "sensitivity": 0.0}
    quiet = {**deaf, "leverage": 0.0, "rhetoric": 0.0, "company": 0.0}
    assert tolerance(**deaf, k=k) == tolerance(**quiet, k=k)


def test_the_demander_gives_way_with_time_and_pays_for_letters() -> None:
    k = no_coefficients(demander_letter=0.1)
    assert demander_tolerance(0.5, 1.5, 0.0, 0.0, k) == pytest.approx(0.5)
    assert demander_tolerance(0.5, 1.5, 0.25, 3.0, k) == pytest.approx(0.5 + 0.25 - 0.3)
    assert demander_tolerance(0.5, 1.5, 1.0, 0.0, k) == pytest.approx(1.5)


def test_a_letter_eases_the_pain_but_not_a_red_line() -> None:
    assert relieved(2.0, False, False, 0.7, 10.0) == 2.0
    assert relieved(2.0, True, False, 0.7, 10.0) == pytest.approx(0.6)
    assert relieved(2.0, False, True, 0.7, 10.0) == pytest.approx(12.0)
    assert relieved(2.0, True, True, 0.7, 10.0) == pytest.approx(10.6)


@given(st.lists(st.tuples(*[numbers(-5.0, 5.0)] * 3), min_size=1, max_size=4))
def test_a_red_line_is_crossed_outside_its_bounds(terms: list[tuple[float, float, float]]) -> None:
    text = [value for value, _, _ in terms]
    low, high = [min(a, b) for _, a, b in terms], [max(a, b) for _, a, b in terms]
    outside = not all(a <= x <= b for x, a, b in zip(text, low, high, strict=True))
    assert crosses_red_line(text, low, high, len(text)) == outside


def test_a_red_line_of_a_scenario_stops_a_member_that_would_accept() -> None:
    willing: dict[str, Any] = {
        "terms": {"core_pct_gdp": {"opening": 3.5}, "broader_pct_gdp": {"opening": 1.5}},
        "us": {"tolerance_start": 5.0},
        "coefficients": {"tolerance": {"base": 5.0, "noise_sd": 0.0}},
    }
    free = model(BURDEN, **willing)
    free.step()
    assert free.adopted
    line = {"red_lines": {"core_pct_gdp": {"at_most": 3.0}}}
    bound = model(BURDEN, **willing, members={"CCC": line})
    bound.step()
    assert [s.code for s in bound.members if not s.passed] == ["CCC"]
    before, after = (next(s.pain for s in m.members if s.code == "CCC") for m in (free, bound))
    assert after - before == pytest.approx(free.coefficients.tolerance_red_line)
    line["red_lines"]["core_pct_gdp"]["at_most"] = 3.5
    respected = model(BURDEN, **willing, members={"CCC": line})
    respected.step()
    assert respected.adopted


def test_company_and_temptation_count_the_others_and_not_oneself() -> None:
    m = model(BURDEN, coefficients={"tolerance": {"company": 0.4, "temptation": 0.1}})
    m.step()
    passing, refusing = m.members[1], m.members[2]
    passing.passed, refusing.passed = True, False
    m.on_board, m.letters = 3, 1

    def without(**gone: float) -> dict[str, float]:
        found = {}
        for state in (passing, refusing):
            state._coefficients = m.coefficients._replace(**gone)
            state.weigh()
            found[state.code] = state.tolerance
        return found

    refusing.side_letter = True
    full, alone = without(), without(tolerance_company=0.0)
    # Of four others two are on board for the one that passed, three for the one that refused.
    assert full[passing.code] - alone[passing.code] == pytest.approx(0.4 * 0.5 * 2 / 4)
    assert full[refusing.code] - alone[refusing.code] == pytest.approx(0.4 * 0.5 * 3 / 4)
    calm = without(tolerance_temptation=0.0)
    assert full[passing.code] - calm[passing.code] == pytest.approx(-0.1)
    assert full[refusing.code] == calm[refusing.code]
