"""Scores against closed forms and plain definitions; their errors against repeated forecasts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis import scores
from sim.analysis.scores import Rank, Score

integers = st.lists(st.integers(-5, 5), min_size=1, max_size=12)


def crps_of_normal(y: float) -> float:
    """CRPS of the standard normal (Gneiting & Raftery 2007, eq. 21)."""
    return y * (2 * stats.norm.cdf(y) - 1) + 2 * stats.norm.pdf(y) - 1 / math.sqrt(math.pi)


@pytest.mark.parametrize("y", [-1.7, 0.0, 0.6])
def test_crps_of_many_normal_runs_is_that_of_the_normal(y):
    score = scores.crps(np.random.default_rng(1).normal(size=20_000), y)
    assert abs(score.value - crps_of_normal(y)) < 4 * score.standard_error
    assert 0 < score.standard_error < 0.02


@given(integers, st.integers(-6, 6))
def test_crps_is_its_definition(values, y):
    x = np.array(values, dtype=float)
    definition = np.abs(x - y).mean() - np.abs(x[:, None] - x).mean() / 2
    assert scores.crps(x, y).value == pytest.approx(definition, abs=1e-12)


@given(integers, st.integers(0, 4))
def test_crps_of_numbered_levels_is_the_ranked_probability_score(values, y):
    x = np.clip(values, 0, 4)
    thresholds = [((x <= k).mean() - (y <= k)) ** 2 for k in range(4)]
    assert scores.crps(x, y).value == pytest.approx(sum(thresholds), abs=1e-12)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_crps_of_a_point_is_its_error(x, y):
    score = scores.crps(np.full(7, x), y)
    assert score.value == pytest.approx(abs(x - y), abs=1e-9)
    assert score.standard_error == pytest.approx(0.0, abs=1e-9)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 8)), min_size=1, max_size=12),
    st.one_of(st.none(), st.integers(0, 8)),
)
def test_crps_with_none_is_the_energy_score_of_its_distance(values, y):
    def apart(a, b):
        if a is None or b is None:
            return 0.0 if a is b else 8.0
        return abs(a - b)

    near = np.mean([apart(x, y) for x in values])
    spread = np.mean([apart(a, b) for a in values for b in values])
    x = np.array([math.nan if v is None else v for v in values], dtype=float)
    found = scores.crps_or_none(x, math.nan if y is None else y, 8.0)
    assert found.value == pytest.approx(near - spread / 2, abs=1e-12)
    assert found.value >= -1e-12
    assert found.influence.mean() == pytest.approx(0.0, abs=1e-9)


@given(integers, st.integers(-6, 6))
def test_crps_with_none_is_crps_where_nothing_is_missing(values, y):
    x = np.array(values, dtype=float)
    found, plain = scores.crps_or_none(x, y, 12.0), scores.crps(x, y)
    assert found.value == pytest.approx(plain.value, abs=1e-12)
    assert found.influence == pytest.approx(plain.influence, abs=1e-12)


def test_crps_with_none_rewards_the_truth_most():
    """Among forecasts that differ in how often there is no value."""
    rng = np.random.default_rng(7)
    happened = np.where(rng.random(400) < 0.3, math.nan, rng.integers(0, 9, 400))

    def said(p):
        years = np.tile(np.arange(9.0), 100)
        return np.concatenate([years, np.full(round(900 * p / (1 - p)), math.nan)])

    costs = {
        p: np.mean([scores.crps_or_none(said(p), y, 8.0).value for y in happened])
        for p in (0.05, 0.2, 0.3, 0.4, 0.6)
    }
    assert min(costs, key=costs.get) in (0.2, 0.3, 0.4)


def test_only_counted_runs_count():
    x, deal = np.array([1.0, 50.0, 2.0, 4.0]), np.array([True, False, True, True])
    some = scores.crps(x, 3.0, deal)
    assert some.value == pytest.approx(scores.crps(x[deal], 3.0).value)
    assert some.influence[1] == 0.0
    assert math.isnan(scores.crps(x, 3.0, np.zeros(4, dtype=bool)).value)


@pytest.mark.parametrize(
    "score",
    [
        lambda x: scores.crps(x, 0.4),
        lambda x: scores.crps(x, 0.4, x > -0.5),
        lambda x: scores.crps_or_none(np.where(x > 1.0, np.nan, x), 0.4, 6.0),
        lambda x: scores.crps_or_none(np.where(x > 1.0, np.nan, x), np.nan, 6.0),
        lambda x: scores.brier(x > 0.8, 1.0),
        lambda x: scores.log_score(x > 0.8, 1.0),
        lambda x: scores.brier(np.stack([x > 0.8, x > 0.2], axis=1), np.array([1.0, 0.0])),
        lambda x: scores.misordered(np.stack([x, x**2, -x], axis=1), np.array([1, 0, 0])),
        # Of the same runs: errors of the two are dependent.
        lambda x: scores.mean([scores.crps(x, 0.4), scores.crps(2 * x, 3.0)]),
        lambda x: scores.crps(x, 0.4) - scores.crps(x + 0.3, 0.4),
    ],
)
def test_standard_errors_are_how_much_forecasts_vary(score):
    rng = np.random.default_rng(2)
    repeated = [score(rng.normal(size=400)) for _ in range(800)]
    spread = np.std([s.value for s in repeated])
    told = math.sqrt(np.mean([s.standard_error**2 for s in repeated]))
    # The standard deviation of 800 values is known within 4 / sqrt(2 * 800) = 10%.
    assert told == pytest.approx(spread, rel=0.1)


def test_log_score_rewards_the_truth_most():
    rng = np.random.default_rng(3)
    happened = rng.random(4000) < 0.3
    said = {p: np.arange(1000) < 1000 * p for p in (0.1, 0.2, 0.3, 0.4, 0.6)}
    for proper in (scores.brier, scores.log_score):
        costs = {
            p: happened.mean() * proper(z, 1.0).value + (1 - happened.mean()) * proper(z, 0.0).value
            for p, z in said.items()
        }
        assert min(costs, key=costs.get) == 0.3


def test_what_no_run_shows_costs_about_the_log_of_the_runs():
    never = np.zeros(1000, dtype=bool)
    assert scores.log_score(never, 1.0).value == pytest.approx(math.log(2 * 1001))
    assert scores.log_score(never, 0.0).value == pytest.approx(0.5 / 1001, rel=1e-3)
    assert scores.log_of(0.0) == math.inf


def test_brier_of_several_events_is_the_mean_of_each():
    z = np.random.default_rng(4).random((50, 3)) < [0.2, 0.5, 0.9]
    y = np.array([1.0, 0.0, 1.0])
    each = [scores.brier(z[:, j], y[j]).value for j in range(3)]
    assert scores.brier(z, y).value == pytest.approx(np.mean(each))


def test_misordered_counts_pairs():
    # Objector a against c and d, b against c and d: one wrong, one tie, of four.
    amounts = np.array([[3.0, 1.0, 1.0, 2.0]])
    assert scores.misordered(amounts, np.array([1, 1, 0, 0])).value == pytest.approx(1.5 / 4)
    assert math.isnan(scores.misordered(amounts, np.zeros(4)).value)


def test_scores_of_other_units_and_no_scores():
    score = Score(2.0, np.array([1.0, -1.0]))
    assert score.scaled(3.0).value == 6.0
    assert score.scaled(3.0).standard_error == pytest.approx(3 * score.standard_error)
    with pytest.raises(ValueError, match="no scores"):
        scores.mean([])


def test_ranks_of_a_true_forecast_are_flat_and_of_a_narrow_one_are_not():
    rng = np.random.default_rng(5)
    true, narrow = [], []
    for _ in range(1500):
        y = round(rng.normal(scale=3))  # whole numbers: with ties
        true.append(scores.rank(np.rint(rng.normal(scale=3, size=300)), y))
        narrow.append(scores.rank(np.rint(rng.normal(scale=1.5, size=300)), y))
    flat = scores.rank_histogram(true, 5)
    assert flat.sum() == pytest.approx(1.0)
    # Each share has a standard deviation of at most sqrt(0.2 * 0.8 / 1500) = 0.0103.
    assert np.abs(flat - 0.2).max() < 4 * 0.0103
    ends = scores.rank_histogram(narrow, 5)
    assert min(ends[0], ends[-1]) > 0.3


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1), st.integers(1, 9))
def test_every_rank_is_in_the_histogram_once(pairs, bins):
    ranks = [Rank(min(p), max(p), 0.0) for p in pairs]
    histogram = scores.rank_histogram(ranks, bins)
    assert histogram.sum() == pytest.approx(1.0)
    assert (histogram >= -1e-12).all()


def test_rank_splits_ties():
    r = scores.rank(np.array([1.0, 2.0, 2.0, 5.0]), 2.0)
    assert (r.below, r.upto, r.middle) == (0.25, 0.75, 0.5)
