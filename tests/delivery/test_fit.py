"""The fit finds what is there, and does not find what is not."""

from dataclasses import replace

import numpy as np
import pytest

from sim.delivery.fit import fit
from sim.delivery.history import History, history, sipri
from sim.delivery.posterior import FILE, SHARED, load, save, shipped
from sim.delivery.pull import asked_step

YEARS = tuple(range(1995, 2025))
MEMBERS = 24


def play(seed: int, pull: float, pull_threat: float, reversion: float, **other: float) -> History:
    """A synthetic alliance with a pledge of 2% in 2014, by the equations of the model."""
    rng = np.random.default_rng(seed)
    threat = rng.uniform(-0.4, 0.5, MEMBERS)
    k = pull + pull_threat * threat + 0.2 * rng.standard_normal(MEMBERS)
    scale = np.sqrt(3.0 * 0.04**2 / rng.gamma(3.0, size=MEMBERS))
    y, u, v, rows = rng.uniform(0.8, 2.6, MEMBERS), -0.01, 0.02, []
    for t, year in enumerate(YEARS):
        u = -0.01 + 0.5 * (u + 0.01) + 0.03 * rng.standard_normal()
        v = 0.02 + 0.5 * (v - 0.02) + 0.05 * rng.standard_normal()
        asked = asked_step(y, 2.0, 2025 - year) if year > 2014 else np.zeros(MEMBERS)
        level = np.log(y / 2.0)
        change = u + v * threat - reversion * level + k * asked
        change = change + scale * rng.standard_t(4, MEMBERS)
        rows += [(change[m], m, t, level[m], asked[m], threat[m], 0.0) for m in range(MEMBERS)]
        y = y * np.exp(change)
    columns = [np.array(c) for c in zip(*rows, strict=True)]
    names = tuple(f"M{m:02}" for m in range(MEMBERS))
    return History(
        names, YEARS, columns[0], columns[1].astype(int), columns[2].astype(int), *columns[3:]
    )


@pytest.fixture(scope="module")
def ranks():
    """Ranks of the true coefficients in the posteriors of synthetic alliances."""
    found = []
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        truth = {
            "pull": rng.uniform(0.2, 0.9),
            "pull_threat": rng.uniform(-0.5, 1.5),
            "reversion": rng.uniform(0.0, 0.05),
            "long_run": -0.01,
            "threat_long_run": 0.02,
            "persistence": 0.5,
            "year_sd": 0.03,
            "threat_year_sd": 0.05,
        }
        shared = fit(play(seed, **truth), draws=200, warm_up=150, thin=2, seed=seed).shared
        found.append([np.mean(shared[name] < value) for name, value in truth.items()])
    return np.array(found)


def test_true_coefficients_lie_where_the_posterior_says(ranks):
    """Of 96 ranks about 10% fall outside the 90% interval; 22 or more is a chance below 1e-3."""
    outside = (ranks < 0.05) | (ranks > 0.95)
    assert outside.sum() < 22
    assert 0.35 < ranks.mean() < 0.65


def test_a_pledge_that_does_nothing_is_not_given_credit():
    shared = fit(play(3, 0.0, 0.0, 0.03), draws=200, warm_up=150, thin=2).shared
    assert np.quantile(shared["pull"], 0.05) < 0.1
    assert shared["pull"].mean() < 0.25


def test_low_spenders_that_rise_anyway_are_no_pledge():
    """Nobody promised anything in 2004, and SIPRI's data give such a pledge no pull."""
    data = history(2014, recent=sipri(), pledge=False)
    years = np.array(data.years)[data.year]
    asked = asked_step(2.0 * np.exp(data.level), 2.0, 2015 - years)
    shared = fit(replace(data, asked=np.where(years > 2004, asked, 0.0)), draws=300).shared
    low, high = np.quantile(shared["pull"], [0.05, 0.95])
    assert low < 0.0 < high
    assert high < 0.25


def test_the_shipped_posterior_is_that_of_the_shipped_data():
    fresh = fit(history(), draws=300, warm_up=300, thin=3, seed=5)
    for name in SHARED:
        old, new = shipped().shared[name], fresh.shared[name]
        # 300 thinned draws are worth some 100 independent ones.
        assert abs(old.mean() - new.mean()) < 4.0 * old.std() / np.sqrt(100), name
    assert fresh.members == shipped().members
    assert (shipped().own_scale > 0).all()


def test_the_sampler_repeats_itself():
    one, two = (fit(history(2000), draws=5, warm_up=5, thin=1, seed=9) for _ in range(2))
    assert (one.own_pull == two.own_pull).all()


def test_a_posterior_survives_its_file(tmp_path):
    save(shipped(), tmp_path / "p.parquet")
    again = load(tmp_path / "p.parquet")
    assert again.members == shipped().members and again.last == shipped().last
    assert (again.own_pull == shipped().own_pull).all()
    assert FILE.stat().st_size < 1_000_000
