"""The index formulas: worked examples, anchors, bounds and directions."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import indices as ix
from sim.scenario.indices import WEIGHTS, IndexWeights

unit = st.floats(0.0, 1.0)
km = st.floats(0.0, 10_000.0)
percent = st.floats(0.0, 100.0)
debt = st.floats(0.0, 300.0)
flow = st.floats(-20.0, 20.0)


@pytest.mark.parametrize(
    ("capital_km", "territory_km", "expected"),
    [
        (500.0, 500.0, 0.5),  # ln(2500/500) / ln(2500/100) = ln 5 / ln 25
        (500.0, 100.0, 0.625),  # 0.75 x 0.5 + 0.25 x 1
        (50.0, 0.0, 1.0),
        (2500.0, 6000.0, 0.0),
    ],
)
def test_proximity_worked_by_hand(capital_km: float, territory_km: float, expected: float) -> None:
    assert ix.proximity(capital_km, territory_km) == pytest.approx(expected, abs=1e-12)


def test_opinion_worked_by_hand() -> None:
    assert ix.structural_opinion(65.0, 40.0, 1.0) == pytest.approx(0.5)  # 25 of 50 points
    assert ix.structural_opinion(65.0, 40.0, 0.8) == pytest.approx(0.625)
    assert ix.structural_opinion(30.0, 40.0, 0.8) == 0.0
    assert ix.survey_weight(0.0) == 1.0
    assert ix.survey_weight(10.0) == pytest.approx(0.25)
    assert ix.closeness(0.0) == pytest.approx(1.0)
    assert ix.closeness(600.0) == pytest.approx(0.05 + 0.95 * math.exp(-0.5))
    assert ix.closeness(1e6) == pytest.approx(0.05)
    assert ix.borrowed_surveys(3.0) == pytest.approx(0.75)


def test_haversine_on_known_distances() -> None:
    assert ix.haversine_km(0.0, 0.0, 90.0, 0.0) == pytest.approx(math.pi * 6371.0088 / 2)
    assert ix.haversine_km(51.5074, -0.1278, 48.8566, 2.3522) == pytest.approx(343.6, abs=1.0)
    # London to New York across the Atlantic, 5,570 km in any atlas.
    assert ix.haversine_km(51.5074, -0.1278, 40.7128, -74.0060) == pytest.approx(5570, abs=15)


def test_threat_worked_by_hand() -> None:
    # 1.5 surveys against a prior of 1.5: half and half, 0.7; 0.2 + 0.8 x 0.7 = 0.76.
    assert ix.threat_perception(0.5, True, 0.9, 1.5, 1.0) == pytest.approx(0.76)
    assert ix.threat_perception(0.5, True, 0.9, 1.5, 0.5) == pytest.approx(0.38)
    assert ix.threat_perception(0.5, False, 0.9, 0.0, 1.0) == pytest.approx(0.4)


def test_fiscal_room_worked_by_hand() -> None:
    # debt 0.5, balance 0.5, interest 0.75: 0.2 + 0.2 + 0.15
    assert ix.fiscal_room(80.0, -3.0, 1.0) == pytest.approx(0.55)
    assert ix.fiscal_room(30.0, 1.0, 0.0) == pytest.approx(1.0)
    assert ix.fiscal_room(130.0, -7.0, 4.0) == pytest.approx(0.0)


def test_us_pressure_worked_by_hand() -> None:
    assert ix.trade_exposure(1.5) == pytest.approx(0.5)
    assert ix.arms_dependence(60.0, 125.0) == pytest.approx(0.5)  # half 0.6, half the prior 0.4
    assert ix.arms_dependence(100.0, 0.0) == pytest.approx(0.4)
    assert ix.troop_hosting(0.0) == 0.0
    assert ix.troop_hosting(35_000.0) == pytest.approx(1.0)
    assert ix.us_pressure_sensitivity(0.5, 0.5, 1.0, 0.25) == pytest.approx(0.55)


@given(km, km, km, km)
def test_farther_is_never_closer(c1: float, c2: float, t1: float, t2: float) -> None:
    near = ix.proximity(min(c1, c2), min(t1, t2))
    far = ix.proximity(max(c1, c2), max(t1, t2))
    assert 0.0 <= far <= near <= 1.0


@given(percent, percent, st.sampled_from([0.0, 25.0, 40.0]), st.floats(0.5, 1.0))
def test_more_worry_is_never_less_opinion(a: float, b: float, floor: float, climate: float) -> None:
    low, high = (ix.structural_opinion(v, floor, climate) for v in sorted((a, b)))
    assert 0.0 <= low <= high <= 1.0


@given(unit, unit, st.booleans(), unit, unit, st.floats(0.0, 20.0), st.floats(0.5, 1.0))
def test_threat_rises_with_each_input(
    p1: float, p2: float, border: bool, o1: float, o2: float, n: float, climate: float
) -> None:
    low = ix.threat_perception(min(p1, p2), border, min(o1, o2), n, climate)
    high = ix.threat_perception(max(p1, p2), border, max(o1, o2), n, climate)
    assert 0.0 <= low <= high + 1e-12 <= 1.0 + 1e-12
    assert ix.threat_perception(p1, True, o1, n, climate) >= ix.threat_perception(
        p1, False, o1, n, climate
    )


@given(unit, unit, st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_more_surveys_pull_threat_towards_opinion(p: float, o: float, a: float, b: float) -> None:
    few, many = (ix.threat_perception(p, False, o, n, 1.0) for n in sorted((a, b)))
    target = (1 - WEIGHTS.threat_border) * o
    assert abs(many - target) <= abs(few - target) + 1e-12


@given(debt, debt, flow, flow, flow, flow)
def test_fiscal_room_falls_with_debt_deficit_and_interest(
    d1: float, d2: float, b1: float, b2: float, i1: float, i2: float
) -> None:
    easy = ix.fiscal_room(min(d1, d2), max(b1, b2), min(i1, i2))
    tight = ix.fiscal_room(max(d1, d2), min(b1, b2), max(i1, i2))
    assert 0.0 <= tight <= easy + 1e-12 <= 1.0 + 1e-12


@given(st.floats(0, 50), st.floats(0, 50), percent, percent, st.floats(0, 1e4), unit, unit)
def test_us_pressure_rises_with_each_input(
    x1: float, x2: float, s1: float, s2: float, tiv: float, t1: float, t2: float
) -> None:
    def u(exports: float, share: float, threat: float) -> float:
        trade, arms = ix.trade_exposure(exports), ix.arms_dependence(share, tiv)
        return ix.us_pressure_sensitivity(trade, arms, ix.troop_hosting(100.0), threat)

    low = u(min(x1, x2), min(s1, s2), min(t1, t2))
    high = u(max(x1, x2), max(s1, s2), max(t1, t2))
    assert 0.0 <= low <= high + 1e-12 <= 1.0 + 1e-12


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_more_troops_are_never_less_hosting(a: int, b: int) -> None:
    low, high = (ix.troop_hosting(n) for n in sorted((a, b)))
    assert 0.0 <= low <= high <= 1.0


def test_shares_of_each_index_add_up_to_one() -> None:
    w = WEIGHTS
    assert w.fiscal_debt + w.fiscal_balance + w.fiscal_interest == pytest.approx(1.0)
    assert w.us_trade + w.us_arms + w.us_hosting + w.us_threat == pytest.approx(1.0)


def test_the_documentation_lists_every_weight_as_shipped() -> None:
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    for f in dataclasses.fields(IndexWeights):
        m = f.metadata
        row = f"| `{f.name}` | {f.default:.4g} | {m['unit']} | {m['meaning']} | {m['source']} |"
        assert row in text, f"docs/data.md lacks: {row}"
