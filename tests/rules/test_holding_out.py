"""Luck, beliefs, holding out and the demander: known answers and properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import beliefs, demander, holding_out, luck, scores

unit = st.floats(0.0, 1.0)
inner = st.floats(-0.99, 0.99)
amount = st.floats(0.01, 3.0)


@given(unit, unit, unit)
def test_luck_is_the_median_on_minus_one_to_one(a: float, b: float, c: float) -> None:
    assert luck.luck(a, b, c) == 2.0 * sorted([a, b, c])[1] - 1.0


@given(st.floats(-2.0, 2.0))
def test_luck_has_the_distribution_of_the_median_of_three(z: float) -> None:
    # P(median of three uniforms <= t) = 3 t^2 - 2 t^3.
    t = min(max(0.5 * (z + 1.0), 0.0), 1.0)
    assert luck.below(z) == pytest.approx(3 * t**2 - 2 * t**3, abs=1e-12)


@given(amount, amount)
def test_a_half_width_is_bounded_and_never_nothing(sd: float, most: float) -> None:
    half = luck.half_width(sd, most)
    assert 0.0 < half <= max(most, luck.NARROWEST)
    assert luck.half_width(sd, luck.UNBOUNDED) == luck.HALF_WIDTH * sd
    assert luck.half_width(0.0, most) == luck.NARROWEST


@given(unit, st.integers(0, 16))
def test_what_counts_of_a_refusal_is_a_power_of_time(progress: float, exponent: int) -> None:
    share = holding_out.held(progress, float(exponent))
    assert share == pytest.approx(progress**exponent, rel=1e-12, abs=1e-300)
    assert holding_out.held(1.0, float(exponent)) == 1.0


@given(st.floats(-2, 2), amount, unit, unit)
def test_nobody_refuses_later_what_it_let_pass_before(
    net: float, cost: float, early: float, late: float
) -> None:
    early, late = sorted([early, late])
    if not holding_out.refuses(net, cost, early):
        assert not holding_out.refuses(net, cost, late)
    assert not holding_out.refuses(min(net, 0.0), cost, early)


@given(unit, unit, unit, unit)
def test_a_demander_gives_way_with_time_but_never_for_nothing(
    value: float, in_force: float, early: float, late: float
) -> None:
    early, late = sorted([early, late])
    if holding_out.goes_along(value, in_force, early):
        assert holding_out.goes_along(value, in_force, late)
        assert value > in_force


@given(amount, amount, amount, inner)
def test_odds_are_the_share_of_luck_that_is_left(
    net: float, cost: float, half: float, bound: float
) -> None:
    found = beliefs.odds(net, cost, 1.0 / half, bound, luck.below(bound))
    z = (net - cost) / half
    if luck.below(bound) > 1e-3 and z < bound - 1e-3:
        wanted = (luck.below(bound) - luck.below(z)) / luck.below(bound)
        assert found == pytest.approx(max(wanted, beliefs.SURE), abs=1e-9)
    assert 0.0 < found <= 1.0
    assert beliefs.odds(0.0, cost, 1.0 / half, bound, luck.below(bound)) == 1.0


@given(amount, amount, amount, amount, inner)
def test_odds_fall_with_the_loss_and_rise_with_the_cost(
    net: float, more: float, cost: float, half: float, bound: float
) -> None:
    def at(loss: float, price: float) -> float:
        return beliefs.odds(loss, price, 1.0 / half, bound, luck.below(bound))

    assert at(net + more, cost) <= at(net, cost)
    assert at(net, cost + more) >= at(net, cost)


@given(st.floats(-1, 3), amount, amount, st.floats(-0.98, 1.0), unit)
def test_a_refusal_never_makes_anybody_softer(
    net: float, cost: float, half: float, bound: float, share: float
) -> None:
    learned = beliefs.learned_bound(net, cost, 1.0 / half, bound, share)
    assert beliefs.LOWEST_BOUND <= learned <= bound or learned == bound


@given(amount, amount, inner, st.floats(0.05, 1.0), amount)
def test_what_is_learned_of_a_refusal_is_true(
    cost: float, half: float, lucky: float, share: float, net: float
) -> None:
    if holding_out.refuses(net, cost + half * lucky, share):
        bound = beliefs.learned_bound(net, cost, 1.0 / half, beliefs.UNKNOWN, share)
        assert lucky <= bound + 1e-9 or bound == beliefs.LOWEST_BOUND


@given(unit, st.floats(0.01, 1.0), inner, unit)
def test_a_demander_is_believed_like_a_member(
    in_force: float, sd: float, lucky: float, value: float
) -> None:
    half = demander.half_width(sd, in_force)
    real = demander.real_in_force(in_force, half, lucky)
    assert -1e-6 <= real <= 1.0 + 1e-6
    odds = demander.odds(value, in_force, half, beliefs.UNKNOWN, 1.0)
    # It lets the text pass on the last day if it is worth more than what it keeps.
    if odds == 1.0 and half > 1e-3:
        assert value >= in_force + half - 1e-9
    if value < in_force - half:
        assert odds <= beliefs.SURE


@given(unit, st.floats(0.05, 1.0), inner, st.floats(0.05, 1.0), unit)
def test_what_is_learned_of_a_demander_is_true(
    in_force: float, sd: float, lucky: float, share: float, worth: float
) -> None:
    half = demander.half_width(sd, in_force)
    real = demander.real_in_force(in_force, half, lucky)
    if 1.0 - worth > (1.0 - real) * share + holding_out.HAIR:
        bound = demander.learned_bound(worth, in_force, half, beliefs.UNKNOWN, share)
        assert lucky <= bound + 1e-6 or bound == beliefs.LOWEST_BOUND


@given(st.lists(st.floats(2e-7, 1.0), min_size=200, max_size=200), st.floats(0.5, 1.0))
def test_lifted_products_compare_as_the_products_do(parts: list[float], factor: float) -> None:
    def product(values: list[float]) -> tuple[float, float]:
        total, lifts = 1.0, 0.0
        for i, x in enumerate(values):
            total = total * x
            if i % scores.MEMBERS_PER_LIFT == scores.MEMBERS_PER_LIFT - 1 and total < scores.SMALL:
                total, lifts = total * scores.LIFT, lifts + 1.0
        if total < scores.SMALL:
            total, lifts = total * scores.LIFT, lifts + 1.0
        return total, lifts

    def exact(values: list[float]) -> Fraction:
        whole = Fraction(1)
        for x in values:
            whole *= Fraction(x)
        return whole

    other = [*parts[:-1], parts[-1] * factor]
    one, two = product(parts), product(other)
    assert one[0] > 0.0
    assert two[0] > 0.0
    if exact(parts) > exact(other) * Fraction(101, 100):
        assert scores.beats(*one, *two)
        assert not scores.beats(*two, *one)


def test_next_to_nothing_is_no_gain() -> None:
    assert scores.gain(0.5, 0.5 - 1e-7) == 0.0
    assert scores.gain(0.5, 0.25) == 0.25
    assert not scores.beats(0.0, 0.0, 0.0, 0.0)
