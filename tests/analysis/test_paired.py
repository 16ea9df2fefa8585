"""Paired differences: intervals that cover, McNemar's test, and the gain of pairing."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.paired import difference, mcnemar

STUDIES = 2000
#: 95% is promised; less than this would be more than four standard errors below 94%.
LEAST = 0.94 - 4 * math.sqrt(0.94 * 0.06 / STUDIES)


def coverage(draw, truth, n, **options):
    rng = np.random.default_rng(12)
    covered = 0
    for _ in range(STUDIES):
        d = difference(*draw(rng, n), **options)
        covered += d.low <= truth <= d.high
    return covered / STUDIES


@pytest.mark.parametrize("n", [30, 200])
@pytest.mark.parametrize(("gain", "loss"), [(0.3, 0.1), (0.05, 0.02), (0.01, 0.0), (0.0, 0.6)])
def test_intervals_of_shares_cover(n, gain, loss):
    def draw(rng, n):
        u, a = rng.random(n), rng.random(n) < 0.5
        forced = u < gain + loss
        return np.where(forced, u >= gain, a), np.where(forced, u < gain, a)

    assert coverage(draw, gain - loss, n) >= LEAST


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_intervals_of_numbers_cover_where_few_runs_change(share):
    def few(rng, n):
        a = rng.normal(size=n)
        return a, a + 0.25 * rng.integers(1, 4, n) * (rng.random(n) < share)

    assert coverage(few, 0.5 * share, 200, step=0.25) >= LEAST


def test_intervals_of_numbers_cover_where_all_runs_change():
    def all_of_them(rng, n):
        a = rng.normal(size=n)
        return a, a + rng.normal(0.3, 0.5, n)

    assert coverage(all_of_them, 0.3, 10) >= LEAST
    assert coverage(all_of_them, 0.3, 200) <= 0.97  # and are no wider than they must be


def test_a_change_that_no_run_shows_yet_is_not_ruled_out():
    nothing = np.zeros(100, dtype=bool)
    d = difference(nothing, nothing)
    assert d.difference == d.standard_error == 0.0
    assert d.low < 0.0 < d.high
    assert math.isnan(d.variance_gain)


def test_no_pair_has_no_difference_and_one_pair_no_interval():
    empty, one = np.array([]), np.array([1.0])
    assert difference(empty, empty).pairs == 0
    assert math.isnan(difference(empty, empty).difference)
    d = difference(one, 3.0 * one)
    assert (d.difference, d.low, d.high) == (2.0, -math.inf, math.inf)


def approval():
    """Approval of a prime minister in two surveys of 1,600 people.

    Agresti, Categorical Data Analysis (2002), Table 10.1: 794 approve twice, 150 only first, 86
    only then, 570 never.
    """
    counts = [(True, True, 794), (True, False, 150), (False, True, 86), (False, False, 570)]
    first = np.concatenate([np.full(n, a) for a, _, n in counts])
    second = np.concatenate([np.full(n, b) for _, b, n in counts])
    return first, second


def test_textbook_example_of_paired_shares():
    d = difference(*approval())
    assert d.difference == pytest.approx(-0.04)
    assert d.standard_error == pytest.approx(0.0095, abs=1e-4)  # as printed
    assert (d.low, d.high) == pytest.approx((-0.059, -0.021), abs=1e-3)


def test_mcnemar_is_the_exact_binomial_test():
    test = mcnemar(*approval())
    assert (test.gained, test.lost) == (86, 150)
    exact = Fraction(2 * sum(math.comb(236, k) for k in range(87)), 2**236)
    assert test.p_value == pytest.approx(float(exact), rel=1e-9)
    same = np.array([True, False])
    assert mcnemar(same, same).p_value == 1.0


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_variance_gain_is_that_of_correlated_normals(rho):
    """Var(b - a) is 2 s^2 (1 - rho) in pairs and 2 s^2 without: the gain is 1 / (1 - rho)."""
    rng = np.random.default_rng(3)
    a, other = rng.normal(size=(2, 40_000))
    d = difference(a, rho * a + math.sqrt(1 - rho**2) * other)
    # The log of a ratio of variances of n numbers has a standard error of about 2 / sqrt(n).
    assert math.log(d.variance_gain * (1 - rho)) == pytest.approx(0.0, abs=4 * 2 / 200)


numbers = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=2, max_size=40)


@given(numbers)
def test_turning_the_pair_round_turns_the_difference_round(pairs):
    a, b = np.array(pairs, dtype=float).T
    there, back = difference(a, b), difference(b, a)
    assert there.difference == -back.difference
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= there.difference <= there.high
