"""The robust patterns that the baseline must show; ``docs/patterns.md`` reports all of them.

Thresholds leave several standard errors to what 600 runs can show, and each says something about
the world rather than repeating our own output.
"""

import pytest

import sim

RUNS = 600


def runs_of(scenario: sim.Scenario) -> sim.Ensemble:
    return scenario.runs(RUNS, seed=1)


def deal(many: sim.Ensemble) -> float:
    return float((many.table["outcome"] != "no_deal").mean())


@pytest.fixture(scope="module")
def base(hague) -> sim.Ensemble:
    return runs_of(hague)


def shifted(hague: sim.Scenario, attribute: str, by: float) -> sim.Ensemble:
    codes = [m.code for m in hague.loaded.resolved.members if m.preferences == "burden"]
    return runs_of(hague.set("groups", {"everyone": {"members": codes, attribute: by}}))


def test_the_opening_text_fails_and_a_split_succeeds(base):
    done = base.table[base.table["outcome"] != "no_deal"]
    assert deal(base) > 0.5
    assert (done["adopted_round"] > 1).all()
    package = done.groupby(["core_pct_gdp", "broader_pct_gdp"]).size().idxmax()
    assert abs(package[0] - 3.5) <= 0.25
    assert abs(package[1] - 1.5) <= 0.25
    assert 2032 <= done["deadline_year"].astype(float).median() <= 2036
    assert (done["annual_increment_pp"] == 0).mean() > 0.5


def test_spain_is_a_likely_holdout_and_the_exposed_never(base):
    letters = base.members.groupby("iso3", observed=True)["side_letter"].mean().drop("ISL")
    assert "ESP" in letters.nlargest(3).index
    assert (letters[["POL", "EST", "LVA", "LTU"]] == 0).all()


def test_nothing_without_leverage(hague):
    assert deal(runs_of(hague.set("us.leverage", 0.0))) < 0.2


def test_hardly_anything_without_the_split():
    assert deal(runs_of(sim.load("hague_2025_no_split"))) < 0.5


@pytest.mark.parametrize("attribute", ["fiscal_room", "threat_perception"])
def test_more_room_or_threat_means_fewer_letters(hague, base, attribute):
    change = shifted(hague, attribute, 0.15).table["n_side_letters"] - base.table["n_side_letters"]
    assert change.mean() + 4 * change.std() / RUNS**0.5 < 0


def test_wales_and_vilnius_agree_on_two_per_cent():
    for name in ("wales_2014", "vilnius_2023"):
        done = runs_of(sim.load(name)).table.query("outcome != 'no_deal'")
        assert len(done) > RUNS / 2
        assert (done["core_pct_gdp"] == 2.0).mean() > 0.5
