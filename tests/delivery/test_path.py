"""Spending year by year, and announced national paths."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.delivery.history import nato
from sim.delivery.luck import Luck
from sim.delivery.path import LARGEST_SURPRISE, Pledge, Start, play
from sim.delivery.plans import ACCURACY, KEPT, Plans, announced
from sim.delivery.posterior import SHARED, Posterior, shipped

RUNS, YEARS = 60, 12
MEMBERS = ("AAA", "BBB", "CCC")


def certain(**known: float) -> Posterior:
    """A posterior without doubt or noise: coefficients are 0 unless given."""
    shared = {name: np.full(1, known.get(name, 0.0)) for name in SHARED}
    shared["scale_alike"] = np.full(1, 2.0)
    none = np.zeros((1, len(MEMBERS)))
    return Posterior(2024, MEMBERS, shared, none, none)


def start(spending=(1.0, 2.0, 4.0), threat=0.4, runs=RUNS) -> Start:
    shape = (runs, len(MEMBERS))
    return Start(
        MEMBERS,
        2024,
        np.broadcast_to(np.array(spending), shape),
        np.full(shape, threat),
        np.full(shape, 0.5),
    )


def pledge(target=3.5, deadline=2035.0, wording=0.6, review=np.inf, increment=0.0) -> Pledge:
    runs = np.ones(RUNS)
    return Pledge(
        np.full((RUNS, len(MEMBERS)), target),
        deadline * runs,
        increment * runs,
        wording * runs,
        review * runs,
    )


def luck(runs=RUNS) -> Luck:
    return Luck(1, np.arange(runs), MEMBERS)


def test_a_pull_of_one_without_noise_is_the_straight_line():
    path = play(start(), YEARS, [pledge()], certain(pull=1.0), luck())
    done = np.minimum(np.arange(1, YEARS + 1) / 11, 1.0)
    for m, now in enumerate((1.0, 2.0, 4.0)):
        np.testing.assert_allclose(path[:, m], now + max(3.5 - now, 0.0) * np.tile(done, (RUNS, 1)))


def test_without_pull_a_pledge_changes_nothing():
    kept = [pledge(), pledge(2.0, np.nan)]
    same = play(start(), YEARS, kept, certain(pull_threat=0.0), luck())
    assert (same == play(start(), YEARS, [], certain(), luck())).all()


def test_an_overdue_floor_asks_more_than_a_distant_target():
    both = play(start(), 1, [pledge(), pledge(2.0, np.nan)], certain(pull=1.0), luck())
    np.testing.assert_allclose(both[0, :, 0], [2.0, 2.0 + 1.5 / 11, 4.0])


@given(st.floats(0.1, 0.9), st.floats(0.6, 1.0), st.floats(2.5, 5.0), st.integers(2027, 2040))
@settings(max_examples=25, deadline=None)
def test_more_pull_words_target_or_haste_never_lower_spending(pull, wording, target, deadline):
    base = play(start(), YEARS, [pledge(target, deadline)], certain(pull=pull), luck())
    firmer = pledge(target, deadline, wording)
    for more, coefficients in (
        (pledge(target, deadline), certain(pull=pull + 0.1)),
        (firmer, certain(pull=pull)),
        (pledge(target + 0.2, deadline), certain(pull=pull)),
        (pledge(target, deadline - 1), certain(pull=pull)),
        (pledge(target, deadline, increment=0.3), certain(pull=pull)),
    ):
        assert (play(start(), YEARS, [more], coefficients, luck()) >= base - 1e-9).all()


def test_a_review_counts_only_after_it():
    k = certain(pull=0.5)
    without = play(start(), YEARS, [pledge()], k, luck())
    reviewed = play(start(), YEARS, [pledge(review=2029.0)], k, luck())
    until = 2029 - 2024
    assert (reviewed[:, :, :until] == without[:, :, :until]).all()
    assert (reviewed[:, 0, until] != without[:, 0, until]).all()


def test_a_pledge_never_pulls_down_members_without_threat():
    k = certain(pull=0.3, pull_threat=2.0)
    path = play(start(threat=0.0), YEARS, [pledge()], k, luck())
    assert (path >= np.array([1.0, 2.0, 4.0])[:, None] - 1e-12).all()


def test_exposed_members_deliver_more():
    k = certain(pull=0.4, pull_threat=1.0, threat_long_run=0.02, threat_last_year=0.02)
    calm, exposed = (play(start(threat=t), YEARS, [pledge()], k, luck()) for t in (0.3, 0.6))
    assert (exposed[:, 0] > calm[:, 0]).all()


def test_high_spending_falls_back_by_the_reversion():
    path = play(start(), 1, [], certain(reversion=0.1), luck())
    np.testing.assert_allclose(path[0, :, 0], [2**0.1, 2.0, 4.0 * 2**-0.1])


def test_year_effects_die_away_at_the_persistence():
    k = certain(last_year=0.08, persistence=0.5)
    steps = np.diff(np.log(play(start(), 4, [], k, luck())[0, 1]), prepend=np.log(2.0))
    np.testing.assert_allclose(steps, [0.04, 0.02, 0.01, 0.005])


def test_surprises_are_student_t_of_the_members_scale_and_bounded():
    k = replace(certain(), own_scale=np.array([[0.05, 0.05, 10.0]]))
    runs = 4000
    path = play(start(runs=runs), 1, [], k, luck(runs))
    change = np.log(path[:, :, 0] / [1.0, 2.0, 4.0])
    assert stats.kstest(change[:, 0] / 0.05, stats.t(4).cdf).pvalue > 1e-4
    assert abs(np.corrcoef(change[:, 0], change[:, 1])[0, 1]) < 0.1
    assert np.abs(change[:, 2]).max() == pytest.approx(LARGEST_SURPRISE)


def test_members_that_were_not_fitted_are_of_the_same_population():
    """Scale and pull of a newcomer average over the population, not over one member."""
    k = replace(certain(pull=0.5, pull_sd=0.2, scale_typical=0.05), members=("ZZZ",) * 3)
    runs = 4000
    path = play(start(runs=runs), 1, [], k, luck(runs))
    change = np.log(path[:, 0, 0])
    # Student t with 4 degrees of freedom on the root of an inverse gamma: symmetric about 0.
    assert abs(np.median(change)) < 0.005
    assert 0.02 < stats.iqr(change) / 2 < 0.08


def test_the_bulgarian_surprise_of_2019_is_the_largest_that_is_allowed():
    jump = np.log(nato()["BGR"][2019] / nato()["BGR"][2018])
    assert pytest.approx(jump, abs=0.05) == LARGEST_SURPRISE


def test_a_plan_is_followed_to_its_points_in_the_share_of_runs_that_keep_it():
    runs = 4000
    points = {"AAA": [(2025, 2.0, "government_plan"), (2028, 2.6, "budget_plan")]}
    dice = luck(runs)
    plans = Plans(points, MEMBERS, 2025, dice)
    steps = plans.steps(2025, np.full((runs, 3), 1.0))
    kept = ~np.isnan(steps[:, 0])
    np.testing.assert_allclose(steps[kept, 0], np.log(2.0))
    assert np.isnan(steps[:, 1:]).all()
    share = KEPT["government_plan"]
    assert abs(kept.mean() - share) < 4.5 * np.sqrt(share * (1 - share) / runs)
    later = plans.steps(2026, np.full((runs, 3), 2.0))
    on = ~np.isnan(later[:, 0])
    np.testing.assert_allclose(later[on, 0], np.log(2.2 / 2.0))
    assert np.isnan(plans.steps(2029, np.full((runs, 3), 2.0))).all()


def test_only_what_was_announced_by_the_day_is_known():
    before = announced(dt.date(2025, 6, 1))
    on_the_day = announced(dt.date(2025, 6, 25))
    assert "CAN" not in before and "CAN" in on_the_day
    assert not announced(dt.date(2023, 7, 11))
    years = [year for points in on_the_day.values() for year, _, _ in points]
    assert min(years) == 2025
    assert all(form in KEPT for points in on_the_day.values() for _, _, form in points)


def test_the_accuracy_of_estimates_is_that_of_the_tables():
    """NATO's estimates of the current year against its edition of August 2025."""
    errors = []
    for edition, year in (("nato_2019_06", 2019), ("nato_2023_07", 2023), ("nato_2024_06", 2024)):
        for code, values in nato(edition).items():
            if year in values and year in nato().get(code, {}):
                errors.append(np.log(nato()[code][year] / values[year]))
    assert len(errors) == 89
    assert stats.t.fit(errors, f0=4, floc=0)[2] == pytest.approx(ACCURACY, abs=0.001)


def test_the_shipped_posterior_is_played_whatever_the_members():
    path = play(start(), YEARS, [pledge()], shipped(), luck())
    assert np.isfinite(path).all() and (path > 0).all()
