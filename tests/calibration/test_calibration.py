"""The fitting against problems with known answers, and the checks against what they must catch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sim
from sim.analysis.backtest import play_traced
from sim.analysis.backtest_facts import RECORDS, facts
from sim.batch.memory import play_runs
from sim.calibration import checks, features, files, fitting
from sim.calibration.prior import Prior, prior
from sim.calibration.reference import Reference, player, simulate
from sim.errors import SummitryError
from sim.scenario.coefficients import Coefficients

WALES, VILNIUS, HAGUE = RECORDS
NOISE = 0.1


@pytest.fixture(scope="module")
def table():
    """A small table of the real model."""
    return simulate(4000, 3, summits=[VILNIUS, HAGUE])


def toy(n=40_000, seed=1, real=0.6):
    """Two coefficients on 0 to 1; the one feature is the first, seen with normal noise."""
    p = Prior(("refusing.base", "refusing.threat"), np.zeros(2), np.ones(2), ((), ()))
    drawn = p.draw(n, seed)
    noise = np.random.default_rng(seed + 1).normal(scale=NOISE, size=n)
    seen = (drawn[:, :1] + noise[:, None]).astype(np.float32)
    what = {"toy": (features.Feature("seen", 1.0),)}
    return Reference(p, drawn, {"toy": seen}, {"toy": np.array([real], dtype=np.float32)}, what)


def test_the_prior_is_that_of_the_plausible_ranges():
    p = prior()
    drawn = p.draw(4000, 1)
    free = [j for j, values in enumerate(p.values) if not values]
    # Kolmogorov-Smirnov, 5% for all together.
    tests = [stats.kstest(p.scaled(drawn)[:, j], "uniform").pvalue for j in free]
    assert min(tests) > 0.05 / len(tests)
    for j, values in enumerate(p.values):
        if values:
            counts = [int((drawn[:, j] == v).sum()) for v in values]
            assert sum(counts) == 4000 and stats.chisquare(counts).pvalue > 0.001
    assert drawn.var(axis=0) == pytest.approx(p.variance, rel=0.1)
    flat = Coefficients().flat()
    for name, low, high in zip(p.names, p.low, p.high, strict=True):
        assert low <= flat[name.replace(".", "_", 1)] <= high
    assert "spatial.base" not in p.names and "refusing.base" in p.names
    assert p.unscaled(p.scaled(drawn)) == pytest.approx(drawn)


@pytest.mark.parametrize("name", RECORDS)
def test_a_simulation_that_gives_what_happened_is_at_distance_0(name):
    scenario, what = sim.load(name), facts(name)
    setup = scenario.setup
    block = play_runs(setup, 3, seed=1, trace=True)
    block.adopted_round[:] = 0
    block.side_letter[:] = [code in what.letters for code in setup.codes]
    for j, term in enumerate(setup.scenario.terms):
        if not term.written:
            continue
        value = what.text[term.name]
        shown = [term.show(v) for v in range(len(term.values))]
        block.choice[:, j] = shown.index(value) if value in shown else len(shown) - 1
    opposed = {s.member for s in what.statements if s.opposed}
    block.passed[:] = [code not in opposed for code in setup.codes]
    block.trace_passed[:] = block.passed[:, None, :]
    found = features.features(setup, what, block)
    weights = np.array([f.weight for f in features.listed(setup, what)])
    real = features.observed(setup, what)
    assert found.shape == (3, len(real)) == (3, len(weights))
    assert fitting.distances(found, real, weights) == pytest.approx(0.0, abs=1e-6)


def test_no_deal_is_farther_than_any_other_date():
    scenario, what = sim.load(HAGUE), facts(HAGUE)
    block = play_runs(scenario.setup, 200, seed=1, trace=True)
    weights = np.array([f.weight for f in features.listed(scenario.setup, what)])
    real = features.observed(scenario.setup, what)
    distance = fitting.distances(features.features(scenario.setup, what, block), real, weights)
    block.adopted_round[:] = -1
    without = fitting.distances(features.features(scenario.setup, what, block), real, weights)
    assert (without > distance).mean() > 0.85  # all that had a deal


def test_a_row_of_the_table_is_the_scenario_with_its_coefficients(table):
    row = 17
    changes = dict(zip(table.prior.paths, table.drawn[row].tolist(), strict=True))
    for j, name in enumerate((VILNIUS, HAGUE)):
        setup = sim.load(name).set(changes).setup
        block = play_runs(setup, 1, seed=3 + j, first=row, trace=True)
        found = features.features(setup, facts(name), block)[0]
        assert (table.simulated[name][row] == found).all()


def test_the_luck_of_summits_is_independent(table):
    # With the same seed the same members would have the same luck at both summits.
    again = simulate(200, 3, summits=[HAGUE])
    assert (again.drawn == table.drawn[:200]).all()
    assert (again.simulated[HAGUE] != table.simulated[HAGUE][:200]).any()


def test_a_player_plays_the_draws_in_turn():
    scenario = sim.load(WALES)
    draws = np.array([[0.1], [0.45]])
    block = player(scenario, ["coefficients.refusing.base"], draws)(scenario.setup, 5, 9)
    for run in range(5):
        setup = scenario.set("coefficients.refusing.base", float(draws[run % 2, 0])).setup
        alone = play_traced(setup, run + 1, 9)
        assert (block.refusal_cost[run] == alone.refusal_cost[run]).all()
        assert (block.trace_passed[run] == alone.trace_passed[run]).all()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(0, 2**32 - 1), st.data())
def test_the_nearest_are_kept_and_ties_broken_at_random(distance, seed, data):
    d = np.array(distance, dtype=float)
    keep = data.draw(st.integers(1, len(d)))
    rows = fitting.nearest(d, keep, np.random.default_rng(seed))
    assert len(set(rows.tolist())) == keep
    assert np.sort(d[rows]).tolist() == np.sort(d)[:keep].tolist()


def test_ties_favour_nobody():
    rng = np.random.default_rng(1)
    counts = np.zeros(6)
    for _ in range(3000):
        counts[fitting.nearest(np.zeros(6), 2, rng)] += 1
    assert stats.chisquare(counts).pvalue > 0.001


def test_the_posterior_of_a_known_problem():
    found = fitting.posterior(toy(), ["toy"])
    # Uniform prior, normal noise: a normal, hardly cut off by the range.
    first, second = found.draws.T
    assert first.mean() == pytest.approx(0.6, abs=4 * NOISE / np.sqrt(len(first)))
    # The standard deviation of 80 draws is known within 3 / sqrt(160) = 24%.
    assert first.std() == pytest.approx(NOISE, rel=0.24)
    assert stats.kstest(second, "uniform").pvalue > 0.001
    assert found.contraction[0] > 0.8 > 0.4 > abs(found.contraction[1])


def test_adjustment_mends_what_a_wide_limit_spoils():
    table = toy()
    distance = fitting.distances(*table.together(["toy"]))
    rows = fitting.nearest(distance, 16_000, np.random.default_rng(1))
    wide = fitting.Posterior(table.prior, ("toy",), table.drawn[rows], rows, distance[rows].max())
    assert wide.draws[:, 0].std() > 1.2 * NOISE
    mended = fitting.adjusted(table, wide)[:, 0]
    assert mended.std() == pytest.approx(NOISE, rel=0.15)
    assert mended.mean() == pytest.approx(0.6, abs=0.03)


def test_too_many_cannot_be_kept():
    with pytest.raises(ValueError, match="cannot be kept"):
        fitting.nearest(np.zeros(3), 4, np.random.default_rng(1))


def test_the_check_passes_right_posteriors_and_catches_wrong_ones():
    table = toy(20_000)
    right = checks.calibration(table, ["toy"], 600, keep=100)
    assert np.abs(right.z_spread).max() < right.critical
    assert np.abs(right.z_place).max() < right.critical
    assert right.flat().min() > 0.01
    narrow = checks.calibration(table, ["toy"], 600, keep=100, width=0.8)
    assert (narrow.z_spread > narrow.critical).all()
    wide = checks.calibration(table, ["toy"], 600, keep=100, width=1.3)
    assert (wide.z_spread < -wide.critical).all()
    # 80% intervals of a normal that is 20% too narrow cover 2 Phi(0.8 * 1.2816) - 1 = 69%.
    assert narrow.covered[0] == pytest.approx(2 * stats.norm.cdf(0.8 * 1.2816) - 1, abs=0.06)


def test_the_check_catches_a_posterior_that_ignores_the_data():
    # Draws kept without looking have the right spread for the prior and no recovery.
    table = toy(20_000)
    blind = replace(table, simulated={"toy": table.simulated["toy"][::-1].copy()})
    found = checks.calibration(blind, ["toy"], 300, keep=100)
    assert abs(found.recovery[0]) < 0.2
    assert checks.calibration(table, ["toy"], 300, keep=100).recovery[0] > 0.9


def test_coefficients_of_the_real_model_are_found_again_and_the_check_is_right(table):
    summits = [VILNIUS, HAGUE]
    right = checks.calibration(table, summits, 300, keep=40)
    # Who hardly rises by itself minds a date, which both summits were about; reviews matter little.
    recovery = dict(zip(table.prior.names, right.recovery, strict=True))
    assert recovery["pledge.pace"] > 0.3 > 0.25 > abs(recovery["letter.price"])
    assert right.z_spread.max() < right.critical
    narrow = checks.calibration(table, summits, 300, keep=40, width=0.8)
    assert (narrow.z_spread > narrow.critical).mean() > 0.9


def test_fit_tells_a_summit_of_the_model_from_one_that_it_cannot_give():
    usual = toy(10_000)
    assert checks.fit(usual, fitting.posterior(usual, ["toy"]), 200).p_value > 0.05
    strange = toy(10_000, real=4.0)
    found = checks.fit(strange, fitting.posterior(strange, ["toy"]), 200)
    assert found.p_value == pytest.approx(1 / 201)


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 20), min_size=3, max_size=3).map(sorted).filter(lambda g: g[0] < g[2]),
    st.integers(0, 10**6),
)
def test_the_marginal_is_the_distribution_that_the_draws_come_from(places, seed):
    """Of a triangle whose ends and mode lie on the grid of the fit."""
    a, c, b = (place / 20 for place in places)
    rng = np.random.default_rng(seed)
    low, high = 2.0, 6.0
    (kind, shape), *_ = files.marginal(
        low + (high - low) * rng.triangular(a, c, b, 3000), low, high
    ).items()
    assert kind == "triangular"
    # Quantiles of 3000 draws are known within some 0.04 of the width.
    exact = stats.triang((c - a) / (b - a), low + 4 * a, 4 * (b - a))
    got = stats.triang((shape[1] - shape[0]) / (shape[2] - shape[0]), shape[0], shape[2] - shape[0])
    levels = [0.1, 0.3, 0.5, 0.7, 0.9]
    assert got.ppf(levels) == pytest.approx(exact.ppf(levels), abs=0.06 * 4 * (b - a) + 0.05)


@pytest.mark.parametrize(
    ("draws", "found"),
    [
        ([2.0, 4.0, 8.0] * 10, {"choice": [2.0, 4.0, 8.0]}),
        ([4.0] * 10, 4.0),
        ([4.0] * 30 + [8.0] * 11, {"choice": [4.0, 4.0, 4.0, 8.0]}),
        ([8.0] * 21 + [2.0] * 19, {"choice": [2.0, 8.0]}),
    ],
)
def test_draws_of_a_few_values_become_the_nearest_choice(draws, found):
    assert files.most_alike(np.array(draws), (2.0, 4.0, 8.0)) == found


def test_ranks_of_a_few_values_are_uniform_where_nothing_is_learnt():
    names, ends = ("hold.exponent", "refusing.base"), np.zeros(2)
    p = Prior(names, ends + 2.0, ends + 8.0, ((2.0, 4.0, 8.0), ()))
    noise = np.random.default_rng(2).random((4000, 1)).astype(np.float32)
    what = {"toy": (features.Feature("noise", 1.0),)}
    real = {"toy": np.array([0.5], dtype=np.float32)}
    blind = Reference(p, p.draw(4000, 1), {"toy": noise}, real, what)
    found = checks.calibration(blind, ["toy"], 600, keep=100)
    assert found.flat(10).min() > 0.001


def test_flat_draws_stay_flat():
    draws = np.linspace(2.0, 6.0, 1001)
    assert files.marginal(draws, 2.0, 6.0) == {"uniform": [2.0, 6.0]}


def test_files_are_read_as_they_were_written(table, tmp_path):
    found = fitting.posterior(table, [HAGUE])
    path = tmp_path / "mine.json"
    path.write_text(files.written("mine", found, {"seed": 3}))
    again = files.read(path)
    assert (again.name, again.provenance, again.names) == ("mine", {"seed": 3}, found.prior.names)
    assert again.draws == pytest.approx(found.draws, rel=1e-3)
    sim.load(HAGUE).set(again.changes)


@pytest.mark.parametrize(
    "name", ["calibrated_2025", "without_wales_2014", "without_vilnius_2023", "all_three"]
)
def test_shipped_coefficients_fit_every_scenario_and_their_ranges(name):
    found, p = files.read(name), prior()
    assert found.names == p.names
    assert found.draws.shape == (found.provenance["kept"], len(p.names))
    assert (found.draws >= p.low - 1e-3).all() and (found.draws <= p.high * 1.001).all()
    left = {WALES, VILNIUS, HAGUE} - set(found.provenance["fitted_to"])
    assert left == set(found.provenance["left_out"])
    scenario = sim.load("review_2029").set(found.changes)
    fixed = {p for p, v in found.changes.items() if isinstance(v, float)}
    assert set(found.paths) - fixed <= set(scenario.setup.sampled_paths)
    for j, path in enumerate(found.paths):
        # Distributions stand for the draws: medians within a tenth of the range.
        group, own = path.split(".")[1:]
        written = found.coefficients[group][own]
        if p.values[j]:
            choice = written["choice"] if isinstance(written, dict) else [written]
            assert set(choice) <= set(p.values[j])
            continue
        (kind, shape), *_ = written.items()
        middle = (
            np.mean(shape)
            if kind == "uniform"
            else stats.triang(
                (shape[1] - shape[0]) / (shape[2] - shape[0]), shape[0], shape[2] - shape[0]
            ).median()
        )
        assert abs(middle - np.median(found.draws[:, j])) < 0.1 * (p.high[j] - p.low[j])


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no file"), ("{}", "no file"), ('{"format": 9}', "has format 9"), ("[1]", "no file")],
)
def test_other_files_are_refused_in_words(tmp_path, text, message):
    path: Path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(SummitryError, match=message):
        files.read(path)
    with pytest.raises(SummitryError, match="nowhere"):
        files.read("nowhere")


def test_figures_show_every_coefficient(table):
    from sim.plots import calibration as plots

    fitted = fitting.posterior(table, [HAGUE])
    ax = plots.coefficients({"The Hague": fitted}, fitted.prior.low)
    shown = [label.get_text().replace("\n", "") for label in ax.get_yticklabels()]
    assert sorted(shown) == sorted(fitted.prior.names)
    assert shown[0] == fitted.prior.names[int(fitted.contraction.argmax())]
    found = checks.calibration(table, [HAGUE], 20, keep=20)
    ax = plots.ranks(found, found)
    right, narrow = (line for line in ax.lines if len(line.get_xdata()) == len(shown))
    assert np.sort(right.get_xdata()) == pytest.approx(np.sort(found.spread))
    assert (narrow.get_xdata() == right.get_xdata()).all()
