"""The robust patterns that the baseline must show; ``docs/patterns.md`` reports all of them.

Thresholds leave several standard errors to what 600 runs can show, and each says something about
the world rather than repeating our own output.
"""

import numpy as np
import pandas as pd
import pytest

import sim
from benchmarks.patterns import Finding, Mean, lowered, report
from sim.analysis.backtest_facts import RECORDS

RUNS = 600


def runs_of(scenario: sim.Scenario) -> sim.Ensemble:
    return scenario.runs(RUNS, seed=1)


def deal(many: sim.Ensemble) -> float:
    return float((many.table["outcome"] != "no_deal").mean())


@pytest.fixture(scope="module")
def base(hague) -> sim.Ensemble:
    return runs_of(hague)


def test_the_opening_text_fails_and_a_split_succeeds(base):
    done = base.table[base.table["outcome"] != "no_deal"]
    assert deal(base) > 0.5
    assert (done["adopted_round"] > 1).all()
    assert (done["core_pct_gdp"] < 5.0).all() and (done["broader_pct_gdp"] > 0.0).all()
    assert done["deadline_year"].astype(float).median() > 2030
    assert (done["annual_increment_pp"] == 0).mean() > 0.5


def test_the_exposed_never_get_a_letter(base):
    letters = base.members.groupby("member", observed=True)["side_letter"].mean()
    assert (letters[["POL", "EST", "LVA", "LTU"]] == 0).all()
    assert letters["ESP"] > 0


def test_nothing_without_leverage(hague):
    assert deal(runs_of(hague.set("demander.leverage", 0.0))) < 0.2


def test_hardly_anything_without_the_split(base):
    assert deal(runs_of(sim.load("hague_2025_no_split"))) < min(0.5, deal(base))


def test_agreement_comes_near_the_deadline(base):
    dates = base.scenario.loaded.resolved.dates
    rounds = base.table["adopted_round"].dropna().astype(int)
    assert np.median([(dates[-1] - dates[r - 1]).days for r in rounds]) < 45


def test_wales_aims_by_a_date_and_vilnius_sets_a_floor_without_one():
    wales, vilnius = (runs_of(sim.load(n)).table for n in ("wales_2014", "vilnius_2023"))
    for table, words, dated in ((wales, "aim_to", True), (vilnius, "at_least", False)):
        done = table[table["outcome"] != "no_deal"]
        assert len(done) > RUNS / 2
        alike = (done["wording"] == words) & (done["deadline_year"].notna() == dated)
        assert alike.mean() > 0.5


@pytest.mark.parametrize("attribute", ["threat_perception", "us_pressure_sensitivity"])
@pytest.mark.parametrize("name", RECORDS)
def test_more_threat_or_sensitivity_never_lowers_the_own_willingness(name, attribute):
    assert lowered(sim.load(name), attribute, 100) == 0


@pytest.mark.parametrize("name", ["wales_2014", "hague_2025"])
def test_more_room_does_not_where_no_dated_pledge_is_in_force(name):
    """Where one is, as at Vilnius, more room also makes it easier to stay with."""
    assert lowered(sim.load(name), "fiscal_room", 100) == 0


def test_means_of_runs_that_count_know_their_error():
    rng = np.random.default_rng(1)
    means, told = [], []
    for _ in range(400):
        x, kept = rng.normal(size=200), rng.random(200) < 0.6
        found = Mean.of(pd.Series(x), pd.Series(kept)) - Mean.of(pd.Series(2 * x), pd.Series(kept))
        means.append(found.value)
        told.append(found.half / 1.96)
    assert np.mean(told) == pytest.approx(np.std(means), rel=0.15)


def test_the_page_tells_what_fails():
    right, wrong = Finding("1", "it rains", "0.9", True), Finding("2", "it snows", "0.1", False)
    page = report([right, wrong], [right, right], 100)
    assert "1 of 2 hold with the defaults and\n2 with drawn" in page
    assert "| 2 | it snows | 0.1 | **no** | 0.9 | yes |" in page
