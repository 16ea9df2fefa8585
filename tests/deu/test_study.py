"""The negotiation on issues, and scores against known answers."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import scoringrules
from typer.testing import CliRunner

from sim.cli import app
from sim.deu import study
from sim.deu.forecasts import DRESSED, NEGOTIATION, Forecast, Learning, choose, dressed
from sim.deu.issues import Issue, read
from sim.deu.negotiation import SETTINGS, TERM, Setting, play, scenario_of
from sim.deu.scores import Bootstrap, covers, penalty, pit, promised, table
from sim.deu.study import DeuScores, score
from sim.errors import SummitryError
from sim.folders import file_hash
from sim.plots.deu import deu as draw
from tests.deu.files import made_up, write


def issue(name="i", proposal="p", position=(0, 100, 100), outcome=50.0, **changes) -> Issue:
    n = len(position)
    whole = Issue(
        name, proposal, True, ("COM", "DEU", "FRA", "ITA", "NLD")[:n], np.array(position, float),
        np.full(n, 50.0), np.full(n, 10 / 87), 62 / 87, None, outcome,
    )  # fmt: skip
    return replace(whole, **changes)


CALM = Setting("presidency", 0.0)


def test_the_negotiation_begins_where_the_setting_says() -> None:
    one = issue(position=(20, 100, 100, 60))
    first = {
        opening: scenario_of(one, Setting(opening, 4.0)).setup.scenario.terms[0]
        for opening in ("presidency", "commission")
    }
    assert {o: t.values[t.opening] for o, t in first.items()} == {
        "presidency": 70.0,
        "commission": 20.0,
    }


def test_who_stands_together_shares_its_resolve_and_votes_follow_power() -> None:
    scenario = scenario_of(issue(position=(0, 100, 100, 12.5)), Setting("presidency", 8.0))
    resolved = scenario.loaded.resolved
    assert set(resolved.groups.values()) == {("COM",), ("DEU", "FRA"), ("ITA",)}
    assert {shift.attribute for shift in resolved.shifts} == {"domestic_constraint"}
    assert scenario.loaded.file.procedure.quota == 62 / 87
    assert [p.votes for p in resolved.members] == [p.capability for p in resolved.members]


def test_where_all_agree_they_decide_that() -> None:
    decisions = play(issue(position=(40, 40, 40)), [CALM], 100, seed=1)[0]
    assert np.median(decisions) == 40.0 and np.abs(decisions - 40.0).max() <= 15.0


def test_resolve_spreads_decisions_and_a_mirrored_issue_is_decided_in_mirror() -> None:
    one, turned = issue(position=(0, 0, 100, 100)), issue(position=(100, 100, 0, 0))
    calm, firm = play(one, [CALM, Setting("presidency", 16.0)], 400, seed=2)
    assert firm.std() > 2.0 * calm.std()
    mirrored = 100.0 - play(turned, [Setting("presidency", 16.0)], 400, seed=2)[0]
    assert mirrored.mean() == pytest.approx(firm.mean(), abs=4 * 45 / np.sqrt(400))


def test_what_play_points_gives_is_what_the_scenario_gives() -> None:
    one = issue(position=(0, 70, 100, 30))
    setting = Setting("commission", 8.0)
    runs = scenario_of(one, setting).runs(50, seed=4).table[TERM].dropna()
    for settings in ([setting], [Setting("commission", 4.0), setting]):
        assert play(one, settings, 50, seed=4)[-1].tolist() == runs.tolist()


def test_scores_agree_with_the_library_and_with_a_normal_truth() -> None:
    rng = np.random.default_rng(3)
    centre = rng.uniform(30, 70, 400)
    outcome = centre + rng.normal(0, 10, 400)
    spread = tuple(c + rng.normal(0, 10, 2000) for c in centre)
    right = Forecast(centre, spread)
    narrow = Forecast(centre, tuple(c + 0.8 * (x - c) for c, x in zip(centre, spread, strict=True)))
    library = np.mean(
        [scoringrules.crps_ensemble(y, x) for y, x in zip(outcome, spread, strict=True)]
    )
    assert penalty(right, outcome).mean() == pytest.approx(library, rel=1e-9)
    assert penalty(right, outcome).mean() == pytest.approx(10 / np.sqrt(np.pi), rel=0.12)
    assert penalty(Forecast(centre), outcome).mean() == pytest.approx(
        10 * np.sqrt(2 / np.pi), rel=0.12
    )
    held = covers(right, outcome, 0.8).mean()
    assert abs(held - 0.8) < 3 * np.sqrt(0.16 / 400)
    assert covers(narrow, outcome, 0.8).mean() < held - 0.04
    issues = [issue(name=f"i{j}", outcome=float(y)) for j, y in enumerate(outcome)]
    places = pit(right, issues)
    assert np.abs(np.sort(places) - (np.arange(400) + 0.5) / 400).max() < 1.63 / np.sqrt(400)


def test_the_transform_is_uniform_for_outcomes_with_probability_too() -> None:
    rng = np.random.default_rng(5)
    values = np.array([0.0, 50.0, 100.0])
    spread = rng.choice(values, 3000, p=[0.5, 0.2, 0.3])
    outcomes = rng.choice(values, 600, p=[0.5, 0.2, 0.3])
    issues = [issue(name=f"i{j}", outcome=float(y)) for j, y in enumerate(outcomes)]
    places = pit(Forecast(outcomes, (spread,) * 600), issues)
    assert np.abs(np.sort(places) - (np.arange(600) + 0.5) / 600).max() < 1.63 / np.sqrt(600)


def test_the_bootstrap_draws_whole_proposals() -> None:
    """Two issues of a proposal with equal errors count as one: the interval stays as wide."""
    rng = np.random.default_rng(6)
    errors = rng.normal(20, 5, 200)
    alone = [issue(name=f"a{j}", proposal=f"p{j}") for j in range(200)]
    twins = [issue(name=f"b{j}", proposal=f"p{j // 2}") for j in range(400)]
    one = Bootstrap.of(alone, 1).mean(errors)
    two = Bootstrap.of(twins, 1).mean(np.repeat(errors, 2))
    assert one[2] - one[1] == pytest.approx(2 * 1.96 * 5 / np.sqrt(200), rel=0.15)
    assert two[2] - two[1] == pytest.approx(one[2] - one[1], rel=0.1)
    middle, low, high = Bootstrap.of(alone, 1).median(errors)
    assert low <= middle <= high and middle == np.median(errors)


def test_the_best_calibrated_of_the_good_settings_is_chosen() -> None:
    rng = np.random.default_rng(9)
    noise = rng.normal(0, 3, (40, 1))
    # The first is worse by far more than its error; the others differ by less than theirs.
    jitter = rng.normal(0, 1, (40, 3))
    penalties = 20.0 + noise + jitter - jitter.mean(axis=0) + np.array([2.0, 0.1, 0.0])
    held = np.zeros((40, 3))
    held[:32, 0], held[:33, 1], held[:38, 2] = 1, 1, 1  # 80%, 82.5%, 95%
    assert choose(penalties, held) == 1
    assert choose(penalties, held[:, [0, 2, 2]]) == 2


def test_what_an_interval_promises_counts_its_ends() -> None:
    spread = np.repeat([0.0, 50.0, 100.0], [300, 400, 300])
    assert promised(Forecast(np.array([50.0]), (spread,)), 0.5).tolist() == [1.0]
    smooth = np.arange(1000.0)
    assert promised(Forecast(np.array([50.0]), (smooth,)), 0.8)[0] == pytest.approx(0.8, abs=0.002)


def test_no_issue_learns_from_its_own_proposal() -> None:
    issues = tuple(issue(name=f"i{j}", proposal=f"p{j // 2}") for j in range(6))
    learning = Learning(issues, own=True)
    assert learning.others("p1").tolist() == [0, 1, 4, 5]
    alone = Learning(issues[:2], own=True)
    with pytest.raises(SummitryError, match="one proposal only; give another file with --fit-on"):
        alone.others("p0")
    own = np.array([10.0, 20.0, 30.0])
    forecast = dressed(own, np.array([0.0, 40.0, 100.0]), lambda j: np.delete(np.arange(3), j), own)
    assert forecast.spread[0].tolist() == [30.0, 80.0]
    assert forecast.spread[2].tolist() == [20.0, 50.0]


@pytest.fixture(scope="module")
def scored(tmp_path_factory) -> DeuScores:
    path = write(tmp_path_factory.mktemp("deu") / "made_up.csv", made_up(6, 2, seed=8))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.deu.forecasts.TRIAL_RUNS", 20)
        return score(path, runs=40, seed=1)


def test_every_model_is_scored_on_every_issue_it_can(scored: DeuScores) -> None:
    found = scored.table().set_index("model")
    assert found.index[0] == NEGOTIATION and len(scored.issues) == 12
    assert (found["issues"] == 12).all()
    for measure in ("mean_absolute_error", "median_absolute_error", "within_5", "crps"):
        ends = found[[f"{measure}_low", measure, f"{measure}_high"]].to_numpy()
        assert (np.diff(ends, axis=1) >= -1e-9).all()
    error = np.abs(scored.forecasts["mean"].point - scored.outcome).mean()
    assert found.loc["mean", "mean_absolute_error"] == pytest.approx(error)
    assert found.loc["compromise", "worse_by"] == 0.0
    assert found.loc[DRESSED, "crps_worse_by"] == 0.0
    better = found.loc[NEGOTIATION, "crps"] - found.loc[DRESSED, "crps"]
    assert found.loc[NEGOTIATION, "crps_worse_by"] == pytest.approx(better)
    points = [m for m in found.index if scored.forecasts[m].spread is None]
    assert found.loc[points, "coverage_80"].isna().all()
    assert set(scored.settings) <= set(SETTINGS)


def test_the_rows_of_issues_hold_what_the_table_sums_up(scored: DeuScores) -> None:
    rows = scored.by_issue().query("model == @NEGOTIATION")
    inside = (rows["low_80"] <= rows["outcome"]) & (rows["outcome"] <= rows["high_80"])
    assert inside.mean() == scored.table().set_index("model").loc[NEGOTIATION, "coverage_80"]


def test_points_of_the_peers_need_no_outcome(scored: DeuScores, tmp_path) -> None:
    rows = made_up(6, 2, seed=8)
    for r in rows:
        r["out"] = 100.0 - r["out"]
    turned = read(write(tmp_path / "turned.csv", rows))
    again = study.points(turned, turned)
    for name, forecast in again.items():
        before = scored.forecasts[name].point
        assert np.array_equal(forecast.point, before, equal_nan=True)
    assert not np.array_equal(scored.forecasts[DRESSED].spread[0], np.empty(0))


def test_a_table_can_be_made_of_forecasts_of_ones_own() -> None:
    issues = [issue(name=f"i{j}", proposal=f"p{j}", outcome=10.0 * j) for j in range(5)]
    perfect = Forecast(np.array([10.0 * j for j in range(5)]))
    off = Forecast(perfect.point + np.array([5.0, 5.0, 6.0, 6.0, 8.0]))
    found = table({"perfect": perfect, "off": off}, issues, "perfect", seed=1).set_index("model")
    assert found.loc["perfect", "mean_absolute_error"] == 0.0
    assert found.loc["off", "mean_absolute_error"] == pytest.approx(6.0)
    assert found.loc["off", "worse_by"] == pytest.approx(6.0)
    assert found.loc["off", "median_absolute_error"] == 6.0 and found.loc["off", "within_5"] == 0.4


def test_settings_may_come_from_another_file(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("sim.deu.forecasts.TRIAL_RUNS", 20)
    here = write(tmp_path / "here.csv", made_up(1, 2, seed=1))
    there = made_up(4, 1, seed=2)
    for r in there:
        r["prnr"] = "other" + r["prnr"]
    elsewhere = write(tmp_path / "there.csv", there)
    scores = score(here, fit_on=elsewhere, runs=30)
    assert scores.learnt_from == 4 and len(set(scores.settings)) == 1
    with pytest.raises(SummitryError, match="no proposal that is not in"):
        score(here, fit_on=here, runs=30)
    with pytest.raises(SummitryError, match="one proposal only"):
        score(here, runs=30)
    with pytest.raises(SummitryError, match="at least 10 runs"):
        score(here, runs=5)


def test_the_figure_and_the_text_name_every_model(scored: DeuScores) -> None:
    figure = draw(scored)
    figure.canvas.draw()
    names = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert {n.replace("\n", " ") for n in names} == set(scored.forecasts)
    assert all(name in scored.text() for name in scored.forecasts)


def test_the_command_writes_tables_and_a_figure(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("sim.deu.forecasts.TRIAL_RUNS", 10)
    path = write(tmp_path / "issues.csv", made_up(3, 1, seed=4))
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["deu", str(path), "-n", "20", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert re.search(r"negotiation\s+[\d.]+ \[", result.output)
    assert {p.name for p in out.iterdir()} == {
        "scores.csv",
        "scores.parquet",
        "issues.csv",
        "issues.parquet",
        "figures",
        "reading.txt",
        "manifest.json",
    }
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["inputs"] == {"issues.csv": file_hash(path)} and manifest["runs"] == 20
