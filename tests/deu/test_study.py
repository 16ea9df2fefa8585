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
from sim.deu.forecasts import (
    CLIMATE,
    DRESSED,
    LOTTERY,
    NEGOTIATION,
    Forecast,
    Learning,
    dressed,
    lottery,
)
from sim.deu.issues import Issue, read
from sim.deu.negotiation import play, scenario_of
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


def values_of(one: Issue) -> dict[str, float]:
    return {m.code: m.salience[0] for m in scenario_of(one).loaded.resolved.members}


def test_who_stands_together_is_one_camp_and_votes_follow_power() -> None:
    scenario = scenario_of(issue(position=(0, 100, 100, 12.5)))
    assert scenario.setup.problem.speaks.tolist() == [True, True, False, True]
    assert scenario.loaded.file.procedure.quota == 62 / 87
    resolved = scenario.loaded.resolved
    assert [p.votes for p in resolved.members] == [p.power for p in resolved.members]


def test_a_camp_keeps_the_weight_of_its_members() -> None:
    one = issue(salience=np.array([50.0, 20.0, 80.0]), power=np.array([0.1, 0.3, 0.1]))
    weight = scenario_of(one).setup.problem.weight
    saliences = values_of(one)
    assert saliences["DEU"] == saliences["FRA"] == pytest.approx((0.3 * 0.2 + 0.1 * 0.8) / 0.4)
    assert weight[1] * saliences["DEU"] == pytest.approx(0.3 * 0.2 + 0.1 * 0.8)


def test_the_council_votes_at_last_or_needs_all() -> None:
    one = issue(position=(0, 100, 100, 60, 30))
    rule = {u: scenario_of(replace(one, unanimity=u)) for u in (False, True)}
    assert rule[False].loaded.file.procedure.rule == "qualified_majority"
    assert rule[True].loaded.file.procedure.rule == "consensus"
    voted, all_of_them = (rule[u].runs(300, seed=1).table for u in (False, True))
    deals = [(t["outcome"] != "no_deal").mean() for t in (voted, all_of_them)]
    assert deals[0] >= deals[1]
    last_day = rule[False].setup.problem.meeting.tolist().index(1)
    by_vote = voted[voted["outcome"] == "adopted_over_objections"]
    assert len(by_vote) and (by_vote["adopted_round"] > last_day).all()


def test_nothing_is_fitted_and_no_decision_is_read() -> None:
    one = issue(position=(0, 70, 100, 30))
    other = replace(one, outcome=None, reference=90.0)
    assert play(one, 60, seed=4).tolist() == play(other, 60, seed=4).tolist()
    drawn = scenario_of(one).setup.sampled_paths
    assert set(drawn) == {"coefficients.spatial.base", "coefficients.spatial.luck"}


def test_where_all_agree_they_decide_that_up_to_the_error_of_coders() -> None:
    decisions = play(issue(position=(40, 40, 40)), 400, seed=1)
    assert decisions.mean() == pytest.approx(40.0, abs=4 * 10 / np.sqrt(400))
    assert decisions.std() == pytest.approx(10.0, rel=0.15)


def test_a_mirrored_issue_is_decided_in_mirror() -> None:
    one, turned = issue(position=(0, 0, 100, 80)), issue(position=(100, 100, 0, 20))
    here, there = play(one, 600, seed=2), 100.0 - play(turned, 600, seed=3)
    assert there.mean() == pytest.approx(here.mean(), abs=4 * 45 / np.sqrt(300))


def test_the_lottery_gives_each_actor_its_share() -> None:
    one = issue(position=(0, 100, 100), salience=np.array([90.0, 30.0, 30.0]))
    found = lottery([one], 4000, seed=1)
    # Weights 3:1:1, so the compromise is 40; what is drawn is 28 or 68 of it, errors apart.
    assert found.point[0] == pytest.approx(0.6 * 12 + 0.4 * 82, abs=1.5)
    spread = found.spread[0]
    assert (spread < 47).mean() == pytest.approx(0.6, abs=0.05)
    assert (
        lottery([one], 50, seed=1).spread[0].tolist()
        == lottery([one], 50, seed=1).spread[0].tolist()
    )


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
    with pytest.raises(
        SummitryError, match="one proposal only; give another file with --errors-from"
    ):
        alone.others("p0")
    own = np.array([10.0, 20.0, 30.0])
    forecast = dressed(own, np.array([0.0, 40.0, 100.0]), lambda j: np.delete(np.arange(3), j), own)
    assert forecast.spread[0].tolist() == [30.0, 80.0]
    assert forecast.spread[2].tolist() == [20.0, 50.0]


@pytest.fixture(scope="module")
def scored(tmp_path_factory) -> DeuScores:
    folder = tmp_path_factory.mktemp("deu")
    rows = made_up(6, 2, seed=8)
    path = write(folder / "made_up.csv", rows)
    votes = [{"isnr": r["isnr"], "counvte": "Unan" if r["prnr"] < "p03" else "QMV"} for r in rows]
    procedure = write(folder / "procedure.csv", votes, ["isnr", "counvte"])
    return score(path, procedure=procedure, runs=40, seed=1)


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
    with_spread = set(found.index[found["coverage_80"].notna()])
    assert with_spread == {NEGOTIATION, DRESSED, LOTTERY, CLIMATE}


def test_the_tables_by_voting_rule_are_parts_of_the_whole(scored: DeuScores) -> None:
    parts, whole = scored.by_rule(), scored.table().set_index("model")
    assert parts.groupby("rule")["issues"].max().to_dict() == {
        study.UNANIMITY: 6,
        study.MAJORITY: 6,
    }
    for measure in ("mean_absolute_error", "crps"):
        mean = parts.groupby("model")[measure].mean()
        assert mean[NEGOTIATION] == pytest.approx(whole.loc[NEGOTIATION, measure])
        assert mean["median"] == pytest.approx(whole.loc["median", measure])
    assert "by unanimity" in scored.text()


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


def test_errors_may_come_from_another_file(tmp_path) -> None:
    here = write(tmp_path / "here.csv", made_up(1, 2, seed=1))
    there = made_up(4, 1, seed=2)
    for r in there:
        r["prnr"] = "other" + r["prnr"]
    elsewhere = write(tmp_path / "there.csv", there)
    scores = score(here, errors_from=elsewhere, runs=30)
    assert scores.learnt_from == 4 and len(scores.forecasts[DRESSED].spread[0]) == 4
    assert scores.by_rule().empty
    with pytest.raises(SummitryError, match="no proposal that is not in"):
        score(here, errors_from=here, runs=30)
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


def test_the_command_writes_tables_and_a_figure(tmp_path) -> None:
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
