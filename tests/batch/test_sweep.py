"""Sweeps: every point a run of its own with shared random numbers, and stopping that is honest."""

import json
import signal

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis import grid, stopping
from sim.analysis.intervals import wilson
from sim.batch import chunks
from sim.errors import SummitryError
from sim.sweeps import Plan, sweep_into
from tests.batch.flaws import CAUSE, flawed
from tests.batch.test_store import chunks_in, finish, start, wait_for_chunks

pytestmark = pytest.mark.xdist_group("batch_engine")

VARY = {"demander.leverage": [0.2, 1.0], "parties.ESP.fiscal_room": [0.2, 0.9]}


@pytest.fixture(scope="module")
def swept(six):
    return sim.sweep(six, VARY, runs=300, seed=5)


def test_every_point_is_an_ensemble_with_the_same_seed(six, swept):
    assert len(swept.points) == 4
    assert len(swept.table) == 4 * 300
    for row in swept.points.itertuples(index=False):
        point = swept.points.loc[row.point, list(VARY)].to_dict()
        alone = six.set(point).runs(300, seed=5)
        rows = swept.table[swept.table["point"] == row.point].reset_index(drop=True)
        assert all((rows[path] == value).all() for path, value in point.items())
        for name in ("replication", "outcome", "core_pct_gdp", "wording", "n_side_letters"):
            pd.testing.assert_series_equal(rows[name], alone.table[name])
        deals = int((alone.table["outcome"] != "no_deal").sum())
        assert row.deal == deals / 300
        assert (row.deal_low, row.deal_high) == wilson(deals, 300)


def test_means_and_shares_are_those_of_the_deals(swept):
    for point in swept.points.to_dict("records"):
        rows = swept.table[swept.table["point"] == point["point"]]
        deals = rows[rows["outcome"] != "no_deal"]
        core = deals["core_pct_gdp"]
        if len(core) > 1:
            assert point["core_pct_gdp_mean"] == pytest.approx(core.mean())
            assert point["core_pct_gdp_se"] == pytest.approx(core.sem())
            shares = [point[f"wording={w}"] for w in deals["wording"].cat.categories]
            assert sum(shares) == pytest.approx(1.0)


def test_executors_make_no_difference(six, swept):
    again = sim.sweep(six, VARY, runs=300, seed=5, executor="processes", workers=2)
    pd.testing.assert_frame_equal(again.table, swept.table)
    pd.testing.assert_frame_equal(again.points, swept.points)


def test_runs_that_fail_are_data(six, swept, monkeypatch, tmp_path):
    """The rest of their point, and the other points, are as without them."""
    victim = six.set({"demander.leverage": 1.0, "parties.ESP.fiscal_room": 0.2}).setup
    values = victim.problem.values.tolist()

    def fails(setup, replication):
        return replication in (7, 11) and setup.problem.values.tolist() == values

    monkeypatch.setattr(chunks, "play_block", flawed(fails))
    found = sim.sweep(six, VARY, runs=300, seed=5)
    assert found.failures.to_dict("records") == [
        {"point": 2, "replication": r, "stage": "play", "cause": CAUSE} for r in (7, 11)
    ]
    lost = (swept.table["point"] == 2) & swept.table["replication"].isin([7, 11])
    pd.testing.assert_frame_equal(found.table, swept.table[~lost].reset_index(drop=True))
    assert found.points["runs"].tolist() == [300, 300, 298, 300]
    points, failures = sweep_into(Plan(six, VARY, 5, 300), tmp_path / "x")
    pd.testing.assert_frame_equal(points, found.points, check_dtype=False)
    assert failures.to_dict("records") == found.failures.to_dict("records")
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["failures"] == 2


def test_a_point_that_cannot_be_played_leaves_a_gap_and_a_sweep_of_such_points_is_an_error(
    six, monkeypatch, tmp_path
):
    vary = {"demander.leverage": [0.2, 1.0]}
    victim = six.set("demander.leverage", 0.2).setup.problem.values.tolist()
    fails = flawed(lambda setup, _: setup.problem.values.tolist() == victim)
    with monkeypatch.context() as patch:
        patch.setattr(chunks, "play_block", fails)
        found = sim.sweep(six, vary, runs=40, seed=5)
    assert found.points["runs"].tolist() == [0, 40]
    assert len(found.failures) == 40
    data = found.to_xarray()
    assert bool(data["text"].isel(scenario=0).isnull().all())
    assert data["demander.leverage"].values.tolist() == [0.2, 1.0]
    monkeypatch.setattr(chunks, "play_block", flawed(lambda *_: True))
    with pytest.raises(SummitryError, match="80 of 80 runs"):
        sim.sweep(six, vary, runs=40, seed=5)
    with pytest.raises(SummitryError, match="80 of 80 runs"):
        sweep_into(Plan(six, vary, 5, 40), tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demander.leverage=0:1:11", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        ("demander.leverage = 0.2, 0.4", ["0.2", "0.4"]),
        ("mediator.kind=nash", ["nash"]),
        ("demander.leverage={uniform: [0, 1]},0.5", [{"uniform": ["0", "1"]}, "0.5"]),
    ],
)
def test_vary_is_read(text, expected):
    path, values = grid.parse_vary(text)
    assert path in ("demander.leverage", "mediator.kind")
    assert values == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demander.leverage"], "KEY=FROM:TO:HOW_MANY"),
        (["demander.leverage="], "KEY=FROM:TO:HOW_MANY"),
        (["demander.leverage=0:1:x"], "must be numbers"),
        (["demander.leverage=0:1:1"], "HOW_MANY must be"),
        (["demander.leverage=0.2,0.2"], "twice"),
        (["demander.leverage=0.2", "demander.leverage=0.3"], "twice"),
        (["demander.leverag=0.2,0.3"], "did you mean"),
        (["demander.leverage=lots"], "must be a number"),
        (["seed=1,2"], "cannot be varied"),
        (["runs=10,20"], "cannot be varied"),
    ],
)
def test_mistakes_end_with_two_and_words(arguments, words, tmp_path):
    options = [part for text in arguments for part in ("--vary", text)]
    done = finish("sweep", "classroom_six", *options, "-n", 10, "--out", tmp_path / "x")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_stopped_sweep_goes_on_to_the_same_end(tmp_path):
    sweep = ("sweep", "classroom_six", "--vary", "demander.leverage=0.2:1:2", "--until-se", 0.05)
    sweep += ("-n", 500, "--seed", 2)
    whole = finish(*sweep, "--out", tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    process = start(*sweep, "--engine", "mesa", "--out", tmp_path / "x")
    wait_for_chunks(process, tmp_path / "x", 2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert chunks_in(tmp_path / "x")
    other = finish(
        *sweep, "--vary", "demander.need_core_pct_gdp=2,3", "--out", tmp_path / "x", "--resume"
    )
    assert other.returncode == 2
    assert "another --vary" in other.stderr
    done = finish(*sweep, "--out", tmp_path / "x", "--resume")
    assert done.returncode == 0, done.stderr
    for name in ("sweep.parquet", "points.parquet"):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    a, b = (json.loads((tmp_path / f / "manifest.json").read_text()) for f in ("x", "whole"))
    assert a["result_hash"] == b["result_hash"]
    points = pd.read_parquet(tmp_path / "x" / "points.parquet")
    assert len(set(points["runs"])) > 1 or points["runs"].max() < 500


def test_points_stop_once_they_are_known_well_enough(six):
    found = sim.sweep(six, {"demander.leverage": [0.0, 0.6, 1.0]}, runs=5000, seed=1, until_se=0.02)
    for row in found.points.itertuples():
        low, high = wilson(round(row.deal * row.runs), row.runs)
        assert (high - low) / 2 / 1.96 <= 0.0201
        assert row.runs % stopping.stopping(0.02).batch == 0
        assert (row.deal_low, row.deal_high) == wilson(
            round(row.deal * row.runs), row.runs, stopping.STOPPED_LEVEL
        )
    assert found.points["runs"].nunique() > 1


def test_arrays_of_a_sweep(swept):
    pytest.importorskip("xarray")
    data = swept.to_xarray()
    assert dict(data.sizes) == {"scenario": 4, "replication": 300, "term": data.sizes["term"]}
    for point in range(4):
        rows = swept.table[swept.table["point"] == point]
        here = data.isel(scenario=point)
        assert float(here["demander.leverage"]) == rows["demander.leverage"].iloc[0]
        np.testing.assert_array_equal(
            here["text"].sel(term="core_pct_gdp"), rows["core_pct_gdp"].to_numpy()
        )


def test_arrays_of_an_ensemble(six):
    pytest.importorskip("xarray")
    many = six.runs(40, seed=3, trace=True)
    whole = many.to_xarray()
    assert set(whole.dims) == {"scenario", "replication", "member", "round", "term"}
    assert all(whole[name].dims[0] == "scenario" for name in whole.data_vars)
    assert whole["text"].attrs["levels_of_wording"].startswith("aim_to")
    data = whole.sel(scenario=six.name)
    spain = many.members[many.members["member"] == "ESP"]
    for name in ("net_loss", "objections", "side_letter"):
        np.testing.assert_array_equal(data[name].sel(member="ESP"), spain[name].to_numpy())
    # Rounds in which a member does not let the text pass are its objections.
    refused = (data["passed"] == 0).sum("round")
    np.testing.assert_array_equal(refused, data["objections"])
    assert (data["outcome"].to_numpy() == many.table["outcome"].astype(str)).all()
    for run, round_ in many.table["adopted_round"].dropna().items():
        adopted = data["tabled"].sel(replication=run, round=round_)
        np.testing.assert_array_equal(adopted, data["text"].sel(replication=run))


def test_ensembles_are_joined_along_the_scenario(six):
    xarray = pytest.importorskip("xarray")
    weak = six.set("demander.leverage", 0.2)
    pair = [six.runs(30, seed=3), weak.runs(30, seed=3)]
    both = xarray.concat([many.to_xarray() for many in pair], dim="scenario")
    assert both.sizes["scenario"] == 2
    for place, many in enumerate(pair):
        np.testing.assert_array_equal(
            both["text"].isel(scenario=place).sel(term="core_pct_gdp"),
            many.table["core_pct_gdp"].to_numpy(),
        )


def test_grids_of_terms_may_differ_between_points(six, tmp_path):
    """Whole steps first, then halves: one table holds both."""
    vary = {"terms.core_pct_gdp.step": [1, 0.5]}
    points, _ = sweep_into(Plan(six, vary, 5, 60), tmp_path / "x")
    table = pd.read_parquet(tmp_path / "x" / "sweep.parquet")
    alone = [six.set("terms.core_pct_gdp.step", step).runs(60, seed=5).table for step in (1, 0.5)]
    for point, runs in enumerate(alone):
        rows = table[table["point"] == point]["core_pct_gdp"]
        np.testing.assert_array_equal(rows, runs["core_pct_gdp"].to_numpy(float, na_value=np.nan))
    assert points["runs"].tolist() == [60, 60]
    again = finish("rerun", tmp_path / "x")
    assert again.returncode == 2
    assert "is of a sweep" in again.stderr
