"""Sensitivity: estimators against known truths, with and without noise of runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.special import ndtri

from sim.analysis.sensitivity.morris import Morris
from sim.analysis.sensitivity.pawn import Pawn
from sim.analysis.sensitivity.shapley import Shapley
from sim.analysis.sensitivity.sobol import Sobol
from sim.analysis.sensitivity.tornado import Tornado
from sim.analysis.sensitivity.unbiased import bootstrap, products, squares
from tests.analysis.functions import FUNCTIONS, noise_sd, noisy


def analysed(method, f, inputs, *, samples, runs=2, sd=0.0, seed=0, correlation=None, unit=None):
    rng = np.random.default_rng(seed)
    unit = np.arange(inputs) if unit is None else np.array(unit)
    linked = np.eye(inputs) if correlation is None else correlation
    design = method.design(unit, samples, rng, linked)
    return method.analyse(design, noisy(f, design.u, sd, runs, rng), rng)


numbers = st.floats(-5, 5, allow_subnormal=False) | st.just(np.nan)


@settings(max_examples=80, deadline=None)
@given(arrays(float, (2, 6, 1), elements=numbers))
def test_products_are_means_over_pairs_of_different_runs(y):
    a, b = y
    if np.isnan(y).any():
        a = np.where(np.isnan(y).any(axis=0), np.nan, a)  # the same runs have an outcome
        b = np.where(np.isnan(a), np.nan, b)
    x, z = a[~np.isnan(a)], b[~np.isnan(b)]
    n = len(x)
    if n < 2:
        assert np.isnan(products(a, b))
        return
    pairs = [x[r] * z[s] for r in range(n) for s in range(n) if r != s]
    assert products(a, b) == pytest.approx(np.mean(pairs), abs=1e-9)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_products_and_squares_are_unbiased_with_shared_noise(missing):
    rng = np.random.default_rng(1)
    shared = rng.standard_normal((40_000, 5, 1))
    a = 0.5 + 2.0 * shared + rng.standard_normal(shared.shape)
    b = -0.25 + 3.0 * shared
    for y in (a, b):
        y[rng.random(y.shape) < missing] = np.nan
    for found, truth in ((products(a, b), -0.125), (products(a, a), 0.25), (squares(a, b), 0.5625)):
        told = found[np.isfinite(found)]
        assert abs(told.mean() - truth) < 4 * told.std() / np.sqrt(len(told))
    enough = np.isfinite(products(a, b))
    naive = np.nanmean(a[enough], axis=1) * np.nanmean(b[enough], axis=1)
    assert naive.mean() > 0.5  # what a plain estimator would say


@pytest.mark.parametrize("name", FUNCTIONS)
def test_indices_of_functions_without_noise(name):
    f, inputs, truth = FUNCTIONS[name]
    found = analysed(Sobol(), f, inputs, samples=8192).measures
    assert found["first"].value == pytest.approx(truth["first"], abs=0.02)
    assert found["total"].value == pytest.approx(truth["total"], abs=0.02)
    fair = analysed(Shapley(), f, inputs, samples=20_000).measures["shapley"]
    assert fair.value == pytest.approx(truth["shapley"], abs=0.03)
    assert fair.value.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("method", [Sobol(), Shapley()], ids=lambda m: m.name)
def test_intervals_hold_the_truth_under_noise(name, method):
    """95% intervals where 80% of the variance of a run is noise; benchmarks has more of it."""
    f, inputs, truth = FUNCTIONS[name]
    sd, held = noise_sd(name, 0.8), []
    for seed in range(40):
        found = analysed(method, f, inputs, samples=256, runs=4, sd=sd, seed=seed)
        for measure, e in {**found.measures, **found.split}.items():
            if measure in truth:
                held.append(np.atleast_1d((e.low <= truth[measure]) & (truth[measure] <= e.high)))
    hits = np.array([h.mean() for h in np.split(np.concatenate(held), 40)])
    # Intervals of one repetition go together, so repetitions are counted.
    assert hits.mean() + 3 * hits.std() / np.sqrt(40) > 0.9
    assert hits.mean() > 0.85


@pytest.mark.parametrize("method", [Sobol(), Shapley()], ids=lambda m: m.name)
def test_noise_does_not_move_the_indices(method):
    f, inputs, truth = FUNCTIONS["G"]
    main = "total" if method.name == "sobol" else "shapley"
    sd = noise_sd("G", 0.8)
    found = np.array(
        [
            analysed(method, f, inputs, samples=512, runs=2, sd=sd, seed=s).measures[main].value
            for s in range(40)
        ]
    )
    apart = np.abs(found.mean(axis=0) - truth[main])
    assert (apart < 4 * found.std(axis=0) / np.sqrt(40) + 0.005).all()  # a ratio has some bias


def test_variance_is_split_into_inputs_and_noise():
    f, inputs, truth = FUNCTIONS["Ishigami"]
    found = analysed(Sobol(), f, inputs, samples=1024, runs=4, sd=2.0).split
    for name, value in (("parametric", float(truth["parametric"])), ("stochastic", 4.0)):
        e = found[name]
        assert e.low < value < e.high
        assert e.value == pytest.approx(value, rel=0.1)


def test_shapley_effects_of_dependent_inputs():
    """Owen & Prieur 2017 (doi:10.1137/16M1097717): f = x1, x2 does nothing but is correlated."""
    rho = 0.8
    correlation = np.array([[1, rho], [rho, 1]])
    found = analysed(
        Shapley(), lambda u: ndtri(u[..., 0]), 2, samples=20_000, correlation=correlation
    )
    fair = found.measures["shapley"]
    assert fair.value == pytest.approx([1 - rho**2 / 2, rho**2 / 2], abs=0.02)


def test_dependent_inputs_are_drawn_given_the_others():
    correlation = np.array([[1, 0.7, 0.2], [0.7, 1, 0.5], [0.2, 0.5, 1]])
    rng = np.random.default_rng(2)
    design = Shapley().design(np.arange(3), 20_000, rng, correlation)
    z = ndtri(design.u)
    for point in range(z.shape[1]):  # every point has the distribution of the inputs
        assert np.corrcoef(z[:, point].T) == pytest.approx(correlation, abs=0.03)
        assert np.abs(z[:, point].mean(axis=0)).max() < 0.03
    first = np.take_along_axis(design.u != design.u[:, :1], design.moved[:, None, :1], axis=2)
    assert first[:, 1:].all()  # the first unit of an order is new at every step
    kept = np.take_along_axis(design.u[:, 1] == design.u[:, 0], design.moved[:, 1:], axis=1)
    assert kept.all()  # and at the first step all others are as they were


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_categories_of_two_are_one_probability(seed):
    rng = np.random.default_rng(seed)
    for method in (Sobol(), Shapley(), Pawn()):
        design = method.design(np.arange(2), 64, rng, np.eye(2))
        p = 0.2 + 0.6 * design.u[..., :1]
        happens = (rng.random((*p.shape[:2], 4)) < p).astype(float)[..., None]
        both = np.concatenate([happens, 1.0 - happens], axis=-1)
        one = method.analyse(design, happens, np.random.default_rng(1))
        two = method.analyse(design, both, np.random.default_rng(1))
        for measure, e in one.measures.items():
            assert two.measures[measure].value == pytest.approx(e.value, abs=1e-9, nan_ok=True)


def test_units_of_several_inputs_count_together():
    f, inputs, truth = FUNCTIONS["Ishigami"]
    found = analysed(Sobol(), f, inputs, samples=4096, unit=[0, 1, 0]).measures
    rest = 1.0 - truth["first"][1]  # the function is additive in x2 and the other two
    assert found["first"].value == pytest.approx([rest, truth["first"][1]], abs=0.03)
    assert found["total"].value == pytest.approx([rest, truth["first"][1]], abs=0.03)


def test_elementary_effects_of_a_line_and_of_a_product():
    slopes = np.array([3.0, -1.0, 0.0])
    found = analysed(Morris(), lambda u: u @ slopes, 3, samples=50).measures
    assert found["mu"].value == pytest.approx(slopes / 2)
    assert found["mu_star"].value == pytest.approx(np.abs(slopes) / 2)
    assert found["effect"].value == pytest.approx(np.abs(slopes) / 2, abs=1e-6)
    assert found["sigma"].value == pytest.approx(np.zeros(3), abs=1e-6)
    product = analysed(Morris(), lambda u: u[..., 0] * u[..., 1], 3, samples=400).measures
    assert product["sigma"].value[0] > 0.05 > product["sigma"].value[2]


def test_noise_is_taken_off_elementary_effects():
    slopes = np.array([1.0, 0.0])
    found = [
        analysed(Morris(), lambda u: u @ slopes, 2, samples=50, runs=4, sd=1.0, seed=s).measures
        for s in range(60)
    ]
    square = np.array([m["effect"].value ** 2 for m in found])
    error = square.std(axis=0) / np.sqrt(60)
    assert abs(square[:, 0].mean() - 0.25) < 4 * error[0]
    # Plain absolute means see an effect where there is none: as much as is told beside them.
    star = np.array([m["mu_star"].value[1] for m in found])
    told = np.array([m["noise"].value[1] for m in found])
    assert star.mean() > 0.2
    assert told.mean() == pytest.approx(star.mean(), rel=0.15)
    assert np.mean([m["effect"].low[1] == 0.0 for m in found]) > 0.9


def test_groups_have_effects_without_sign():
    found = analysed(
        Morris(), lambda u: u[..., 0] + u[..., 1] + 2 * u[..., 2], 3, samples=40, unit=[0, 0, 1]
    ).measures
    assert "mu" not in found
    # Two slopes of 1 move by 1/2 each, up or down at random: by 1 or not at all.
    assert found["effect"].value == pytest.approx([np.sqrt(0.5), 1.0], abs=0.2)


def test_a_tornado_tells_both_ends_of_a_line():
    found = analysed(
        Tornado(),
        lambda u: 2.0 * u[..., 0] - (u[..., 1] - 0.5) ** 2,
        3,
        samples=1,
        sd=0.5,
        runs=4000,
    ).measures
    ends = {"low": [-0.9, -0.2025, 0.0], "high": [0.9, -0.2025, 0.0], "swing": [1.8, 0.2025, 0.0]}
    for measure, truth in ends.items():
        e = found[measure]
        assert e.value == pytest.approx(truth, abs=0.05)
        assert (e.low - 0.02 <= truth).all() and (truth <= e.high + 0.02).all()


def test_paired_changes_are_known_better_than_single_ones():
    rng = np.random.default_rng(0)
    design = Tornado().design(np.arange(1), 1, rng, np.eye(1))
    shared, own = rng.standard_normal((2, 1, 3, 1000, 1))
    paired = Tornado().analyse(design, design.u[..., None] + shared[:, :1], rng).measures["high"]
    alone = Tornado().analyse(design, design.u[..., None] + own, rng).measures["high"]
    assert paired.high - paired.low < 1e-9 < alone.high - alone.low


def test_distances_of_an_outcome_that_is_an_input():
    """In slice s of 8 the largest difference of the distributions is max(s, 7 - s) / 8."""
    found = analysed(Pawn(), lambda u: u[..., 0], 2, samples=4096, runs=1).measures
    assert found["ks"].value[0] == pytest.approx(5.5 / 8, abs=0.02)
    assert found["ks_max"].value[0] == pytest.approx(7 / 8, abs=0.02)
    assert found["ks"].value[1] < 0.03


def test_inputs_without_effect_stay_below_the_noise_of_distances():
    below, near = [], []
    for seed in range(40):
        e = analysed(
            Pawn(), lambda u: u[..., 0], 3, samples=256, runs=2, sd=0.3, seed=seed
        ).measures
        below += (e["ks"].value[1:] <= e["noise"].value[1:]).tolist()
        near += (e["ks"].low[1:] == 0.0).tolist()
        assert e["ks"].value[0] > e["noise"].value[0]
    assert stats.binomtest(int(np.sum(below)), 80, 0.95).pvalue > 0.001
    assert np.mean(near) > 0.9


def test_rows_without_an_outcome_are_left_out_and_told():
    rng = np.random.default_rng(3)
    f, inputs, _ = FUNCTIONS["G"]
    design = Sobol().design(np.arange(inputs), 256, rng, np.eye(inputs))
    y = noisy(f, design.u, 0.1, 4, rng)
    whole = Sobol().analyse(design, y, np.random.default_rng(1))
    y[:64, 2] = np.nan
    some = Sobol().analyse(design, y, np.random.default_rng(1))
    assert whole.used == 1.0 and some.used == 0.75
    y[64:, 3, :2] = np.nan  # two runs of four are enough
    assert Sobol().analyse(design, y, np.random.default_rng(1)).used == 0.75


def test_a_bootstrap_of_means_has_the_width_of_theory():
    rng = np.random.default_rng(4)
    rows = rng.standard_normal((400, 1))
    e = bootstrap(rows, lambda m: m, rng, draws=4000)
    half = 1.96 * rows.std() / 20
    assert (e.high - e.low)[0] / 2 == pytest.approx(half, rel=0.06)
    assert e.value[0] == pytest.approx(rows.mean())
