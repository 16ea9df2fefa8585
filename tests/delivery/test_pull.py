"""What a pledge asks of a year."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.delivery.pull import asked_step

SPENDING = st.floats(0.3, 6.0)
TARGET = st.floats(0.5, 6.0)


@given(SPENDING, TARGET, st.integers(1, 20))
def test_doing_all_that_is_asked_stays_on_the_straight_line(start, target, years):
    y = start
    for done in range(1, years + 1):
        y *= float(np.exp(asked_step(y, target, years - done + 1)))
        line = start + max(target - start, 0.0) * done / years
        assert np.isclose(y, line)


@given(SPENDING, TARGET, st.integers(-5, 20), st.floats(0.0, 1.0))
def test_nothing_is_asked_beyond_the_target_and_nothing_downwards(y, target, left, increment):
    after = y * float(np.exp(asked_step(y, target, left, increment)))
    assert after >= y - 1e-12
    assert after <= max(y, target) + 1e-9


@given(SPENDING, TARGET, st.integers(-5, 1))
def test_an_overdue_pledge_asks_for_the_whole_gap(y, target, left):
    assert np.isclose(y * float(np.exp(asked_step(y, target, left))), max(y, target))


def test_an_increment_counts_where_the_line_is_flatter():
    assert np.isclose(2.0 * np.exp(asked_step(2.0, 3.0, 10.0, 0.2)), 2.2)
    assert np.isclose(2.0 * np.exp(asked_step(2.0, 3.0, 2.0, 0.2)), 2.5)
    assert np.isclose(2.95 * np.exp(asked_step(2.95, 3.0, 10.0, 0.2)), 3.0)
