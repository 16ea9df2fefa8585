"""Spending after the runs of a summit: tables, totals, figures and the command."""

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

import sim
from sim.batch.assemble import write_tables
from sim.batch.held import OnDisk
from sim.cli import app
from sim.delivery.texts import summit_of
from sim.scenario import builtin

TEXT = {
    "core_pct_gdp": 3.5,
    "broader_pct_gdp": 1.5,
    "deadline_year": 2035,
    "review_year": 2029,
    "wording": "allies_commit",
    "side_letters": ["ESP"],
}


@pytest.fixture(scope="module")
def runs(hague):
    return hague.runs(150, seed=3)


@pytest.fixture(scope="module")
def delivery(runs):
    return sim.deliver(runs)


def test_the_table_has_a_path_for_each_member_with_forces(delivery, runs):
    table = delivery.table
    assert list(table.columns) == ["replication", "member", "year", "core_pct_gdp"]
    assert set(table["year"]) == set(range(2025, 2041))
    assert set(table["member"]) == set(runs.members["member"]) - {"ISL"}
    assert not table.duplicated(["replication", "member", "year"]).any()
    assert len(table) == 150 * 31 * 16
    one = table[(table["replication"] == 7) & (table["member"] == "POL")]["core_pct_gdp"]
    m = delivery.members.index("POL")
    assert (one.to_numpy() == delivery.core[7, m]).all()


def test_it_starts_from_what_is_known_of_2024(delivery):
    assert delivery.summit.start.year == 2024
    known = {c: r.current_core_pct_gdp for c, r in builtin.members("hague_2025").items()}
    for m, code in enumerate(delivery.members):
        assert (delivery.summit.start.spending[:, m] == known[code]).all()


def test_paths_do_not_hang_on_how_many_runs_or_years_are_played(hague, delivery):
    fewer = sim.deliver(hague.runs(20, seed=3), until=2030)
    assert (fewer.core == delivery.core[:20, :, :6]).all()


def test_a_run_on_disk_gives_the_same(hague, delivery, tmp_path):
    kept = hague.runs(20, seed=3)
    done = write_tables(hague.setup, [kept.part], tmp_path, False)
    stored = sim.Ensemble(hague, 3, OnDisk(hague.setup, tmp_path, done.hash, 20))
    assert (sim.deliver(stored).core == delivery.core[:20]).all()


def test_two_texts_share_their_luck(runs):
    """Members above both targets, and not on a plan, spend the same to the last bit."""
    soft, hard = (sim.deliver(runs, text={**TEXT, "core_pct_gdp": c}) for c in (2.5, 3.5))
    m = soft.members.index("POL")
    above = (soft.core[:, m] > 3.6).all(axis=1)
    assert above.sum() > 30
    assert (soft.core[above, m] == hard.core[above, m]).all()
    italy = soft.members.index("ITA")
    assert (hard.core[:, italy] >= soft.core[:, italy]).all()
    romania = soft.members.index("ROU")
    assert hard.core[:, romania, 10].mean() > soft.core[:, romania, 10].mean() + 0.2


def test_a_side_letter_lets_its_holder_off_the_new_text(runs):
    summit = summit_of(runs, text=TEXT)
    text, floor = summit.pledges
    m = summit.start.members.index("ESP")
    assert np.isnan(text.target[:, m]).all()
    assert (np.delete(text.target, m, axis=1) == 3.5).all()
    assert (floor.target == 2.0).all()
    free = sim.deliver(runs, text={**TEXT, "side_letters": []}, plans=False)
    bound = sim.deliver(runs, text=TEXT, plans=False)
    assert (bound.core[:, m, -1] <= free.core[:, m, -1] + 1e-6).all()


def test_without_a_deal_the_old_floor_stays(hague):
    summit = summit_of(hague.set("mediator.kind", "hardliner").runs(40, seed=1))
    without = np.isnan(summit.core)
    assert without.any()
    text, floor = summit.pledges
    assert np.isnan(text.target[without]).all()
    assert (floor.target == 2.0).all()


def test_a_pledge_whose_date_is_ahead_is_replaced_where_the_new_text_binds():
    summit = summit_of(sim.load("review_2029").runs(40, seed=1), since=2029)
    text, old = summit.pledges
    deal = ~np.isnan(summit.core)
    assert deal.any() and not deal.all()
    bound = deal[:, None] & ~summit.letters
    assert np.isnan(old.target[bound]).all() and not np.isnan(text.target[bound]).any()
    assert (old.target[~bound] == 3.5).all() and (old.deadline == 2035).all()
    assert text.target.shape == old.target.shape


def test_the_alliance_is_weighted_by_gdp(delivery):
    gdp = {m.code: m.gdp_usd_bn for m in delivery.ensemble.scenario.loaded.resolved.members}
    row = delivery.alliance.query("replication == 4 and year == 2025").iloc[0]
    growth = {
        r["iso3"]: 1 + float(r["gdp_growth_pct_weo_apr2025"]) / 100
        for r in builtin.rows("fiscal")
        if r["year"] == "2025" and r["gdp_growth_pct_weo_apr2025"]
    }
    size = np.array([gdp[c] * growth[c] for c in delivery.members])
    spent = delivery.core[4, :, 0].astype(float)
    assert row["core_usd_bn"] == pytest.approx((size * spent).sum() / 100)
    assert row["core_pct_gdp"] == pytest.approx((size * spent).sum() / size.sum())
    rest = np.array([c != "USA" for c in delivery.members])
    expected = (size * spent)[rest].sum() / size[rest].sum()
    assert row["others_pct_gdp"] == pytest.approx(expected)


def test_the_pledged_line_ends_at_the_core_on_its_date(delivery):
    deal = delivery.deal
    due = (delivery.summit.deadline[deal] - 2025).astype(int)
    line = delivery.pledged[deal][np.arange(deal.sum()), :, due]
    start = delivery.summit.start.spending[deal]
    core = delivery.summit.core[deal][:, None]
    np.testing.assert_allclose(line, np.maximum(start, core))
    assert np.isnan(delivery.pledged[~deal]).all()


def test_the_gap_is_pledged_less_expected_and_shortfalls_add_up(delivery):
    gap = delivery.credibility_gap
    np.testing.assert_allclose(gap["gap_pp"], gap["pledged_pct_gdp"] - gap["expected_pct_gdp"])
    assert (gap["short_pp"] >= np.maximum(gap["gap_pp"], 0.0) - 1e-9).all()
    money = gap[gap["member"] != "ALL"].groupby("year")["short_usd_bn"].sum()
    total = gap[gap["member"] == "ALL"].set_index("year")["short_usd_bn"]
    np.testing.assert_allclose(money, total)


def test_reached_counts_who_was_ever_there(delivery):
    table = delivery.reach(3.5)
    assert (table["reached"] >= table["there"]).all()
    by_hand = (delivery.core[:, delivery.members.index("DEU"), :8] >= 3.495).any(axis=1).mean()
    row = table.query("member == 'DEU' and year == 2032").iloc[0]
    assert row["reached"] == pytest.approx(by_hand)
    counted = delivery.how_many(3.5).set_index("year")["mean"]
    np.testing.assert_allclose(counted, table.groupby("year")["there"].sum())


def test_met_looks_at_the_year_of_the_text(runs):
    d = sim.deliver(runs, text=TEXT, until=2036)
    there = d.reach(3.5).query("year == 2035").set_index("member")["there"]
    met = d.met().set_index("member")["met"]
    np.testing.assert_allclose(met, there[met.index])
    assert (d.met()["runs"] == 150).all()
    undated = {k: v for k, v in TEXT.items() if k != "deadline_year"}
    assert (sim.deliver(runs, text=undated).met()["runs"] == 0).all()


def test_announced_paths_are_an_input_that_can_be_left_out(runs, delivery):
    without = sim.deliver(runs, plans=False)
    assert "CAN" in delivery.planned and not without.planned
    canada, italy = (delivery.members.index(code) for code in ("CAN", "ITA"))
    assert np.median(delivery.core[:, canada, 0]) > np.median(without.core[:, canada, 0]) + 0.2
    assert (delivery.core[:, italy] == without.core[:, italy]).all()


def test_a_text_to_follow_need_not_stand_on_the_drafting_grid(runs):
    steps = {"core_pct_gdp": 3.1, "deadline_year": 2040, "broader_pct_gdp": 0}
    assert (summit_of(runs, text=steps).core == 3.1).all()
    # 0 is how the grid writes a text without a review.
    assert np.isinf(summit_of(runs, text={**steps, "review_year": 0}).text.review).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"until": 2020}, "until must be between 2025"),
        ({"until": "soon"}, "until must be a year"),
        ({"runs": 5}, "give neither"),
        ({"text": {"core": 3.5}}, "core is no term"),
        ({"text": {"deadline_year": 2035}}, "needs core_pct_gdp"),
        ({"text": {**TEXT, "wording": "please"}}, "aim_to, allies_commit, we_commit"),
        ({"text": {**TEXT, "core_pct_gdp": "much"}}, "a number from 2 to 5"),
        ({"text": {**TEXT, "core_pct_gdp": 99}}, "a number from 2 to 5"),
        ({"text": {**TEXT, "core_pct_gdp": float("nan")}}, "a number from 2 to 5"),
        ({"text": {**TEXT, "core_pct_gdp": True}}, "a number from 2 to 5"),
        ({"text": {**TEXT, "deadline_year": 20350}}, "a number from 2029 to 2040"),
        ({"text": {**TEXT, "side_letters": 5}}, "must be codes of members, got 5"),
        ({"text": {**TEXT, "side_letters": ["ZZZ"]}}, "must be codes of members"),
    ],
)
def test_mistakes_are_told_in_words(runs, arguments, words):
    with pytest.raises(sim.SummitryError, match=words):
        sim.deliver(runs, **arguments)


def test_a_text_without_core_spending_cannot_be_delivered():
    with pytest.raises(sim.SummitryError, match="delay_years"):
        sim.deliver(sim.load("emission_standards"), runs=5)
    with pytest.raises(sim.SummitryError, match="a scenario or an ensemble"):
        sim.deliver("hague_2025")


def test_runs_without_a_deal_have_no_gap_but_paths(hague):
    d = sim.deliver(hague.set({"mediator.kind": "none"}).runs(20, seed=1))
    assert not d.deal.any()
    with pytest.raises(sim.SummitryError, match="no run had a deal"):
        _ = d.credibility_gap
    with pytest.raises(sim.SummitryError, match="say which level"):
        d.reach()
    assert len(d.reach(2.0)) and set(d.plot.all()) == {"fans", "alliance"}
    assert "The alliance" in str(d)


def test_the_text_fits_a_terminal_and_names_everyone(delivery):
    text = str(delivery)
    assert max(len(line) for line in text.splitlines()) <= 88
    for name in ("Spain", "Poland", "United States"):
        assert name in text


def test_a_fan_shows_the_median_and_the_bands(delivery):
    ax = delivery.plot.fan("Spain")
    rows = delivery.fans.query("member == 'ESP'")
    median = next(line for line in ax.lines if line.get_label() == "median")
    np.testing.assert_allclose(np.asarray(median.get_ydata())[1:], rows["q50"])
    assert len(ax.collections) == 3
    with pytest.raises(sim.SummitryError):
        delivery.plot.fan("ISL")


def test_every_figure_is_drawn(delivery):
    drawn = {name: draw() for name, draw in delivery.plot.all().items()}
    assert set(drawn) == {"fans", "alliance", "reach", "gap", "met_map", "met_tiles"}
    figure = drawn["fans"]
    assert isinstance(figure, Figure)
    assert sum(ax.get_visible() for ax in figure.axes) == 31
    with pytest.raises(sim.SummitryError, match="was not played"):
        delivery.plot.gap(year=2050)


def test_the_command_writes_the_tables(tmp_path):
    out = tmp_path / "after"
    words = ["deliver", "classroom_six", "-n", "30", "--until", "2030", "--out", str(out)]
    done = CliRunner().invoke(app, [*words, "--text", "core_pct_gdp=3.5", "--no-plans"])
    assert done.exit_code == 0, done.output
    table = pd.read_parquet(out / "delivery.parquet")
    assert list(table.columns) == ["replication", "member", "year", "core_pct_gdp"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["study_kind"] == "delivery"
    assert manifest["study"]["delivery"]["text"] == {"core_pct_gdp": 3.5}
    levels = pd.read_parquet(out / "levels.parquet")
    share = levels.pivot_table(index=["member", "year"], columns="level_pct_gdp", values="there")
    assert list(share.columns) == [2.0, 2.5, 3.0, 3.5]
    assert (share.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)
    assert (out / "figures" / "fans.png").stat().st_size > 10_000
    assert {"reach.csv", "fans.csv", "credibility_gap.csv"} <= {path.name for path in out.iterdir()}
    again = CliRunner().invoke(app, [*words, "--text", "core"])
    assert isinstance(again.exception, sim.SummitryError)
