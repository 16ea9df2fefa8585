import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.intervals import Proportion, wilson

counts = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, Table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_examples(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_without_runs_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)
    nothing = Proportion.measure(0, 0)
    assert math.isnan(nothing.share)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


@given(counts, st.floats(0.5, 0.999))
def test_holds_the_share_and_stays_a_probability(count, level):
    successes, n = count
    low, high = wilson(successes, n, level)
    assert 0 <= low < high <= 1
    if n:
        assert low <= successes / n <= high


@given(counts)
def test_success_and_failure_mirror_each_other(count):
    successes, n = count
    low, high = wilson(successes, n)
    other_low, other_high = wilson(n - successes, n)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-12)


@given(counts.filter(lambda c: c[1] > 0))
def test_ends_solve_the_score_equation(count):
    """At each inner end the observed share is exactly z standard errors away."""
    successes, n = count
    for end in wilson(successes, n):
        if 0 < end < 1:
            z = abs(successes / n - end) / math.sqrt(end * (1 - end) / n)
            assert z == pytest.approx(1.959963984540054, rel=1e-6)


@given(counts.filter(lambda c: c[1] > 0), st.floats(0.5, 0.9))
def test_narrower_with_more_runs_wider_with_more_confidence(count, level):
    successes, n = count
    low, high = wilson(successes, n, level)
    more = wilson(4 * successes, 4 * n, level)
    surer = wilson(successes, n, level + 0.05)
    assert more[1] - more[0] < high - low
    assert surer[0] <= low and high <= surer[1]


@pytest.mark.parametrize("bad", [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 0.0), (1, 5, 1.0)])
def test_refuses_nonsense(bad):
    with pytest.raises(ValueError, match="between"):
        wilson(*bad)
