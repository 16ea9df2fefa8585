"""How much hangs on the coefficients: the draws, what each gives, and what is said of it."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.inputs import plausible_ranges
from sim.analysis.plausible import DRAWS, RUNS, over_coefficients, spread
from sim.batch.tables import OUTCOMES
from sim.cli import app
from sim.errors import SummitryError

pytestmark = pytest.mark.xdist_group("batch_engine")

HEAD = "How much hangs on the coefficients"


@pytest.fixture(scope="module")
def table(six):
    return over_coefficients(six, draws=20, runs=15, seed=4)


def test_every_coefficient_is_drawn_from_its_range_and_over_all_of_it(table):
    drawn = [name for name in table if name.startswith("coefficients.")]
    assert drawn == [path for path in plausible_ranges() if path.startswith("coefficients.")]
    for path in drawn:
        usual, values = plausible_ranges()[path], table[path].to_numpy()
        if len(usual) > 2:
            assert set(values) == set(usual)
        else:
            low, high = usual
            strata = np.floor((values - low) / (high - low) * len(values))
            assert sorted(strata) == list(range(len(values)))


def test_each_draw_is_the_scenario_with_these_coefficients(six, table):
    for row in table.iloc[[0, 7, 19]].to_dict("records"):
        changes = {path: value for path, value in row.items() if path.startswith("coefficients.")}
        runs = six.set(changes).runs(15, seed=4).table
        for outcome in OUTCOMES:
            assert row[outcome] == pytest.approx((runs["outcome"] == outcome).mean())
        assert row["deal"] == pytest.approx((runs["outcome"] != "no_deal").mean())
        assert row["demander_satisfied"] == pytest.approx(runs["demander_satisfied"].mean())


def test_what_a_scenario_says_of_coefficients_is_replaced(six, table):
    for value in (0.45, {"uniform": [0.2, 0.3]}):
        other = six.set("coefficients.refusing.base", value)
        again = over_coefficients(other, draws=20, runs=15, seed=4)
        pd.testing.assert_frame_equal(table, again)
    assert not table.equals(over_coefficients(six, draws=20, runs=15, seed=5))


def test_a_scenario_without_a_headline_has_no_share_that_reaches_it():
    found = over_coefficients(sim.load("emission_standards"), draws=4, runs=5)
    assert "demander_satisfied" not in found
    assert found[list(OUTCOMES)].sum(axis=1).to_numpy() == pytest.approx(np.ones(4))
    assert "demander_satisfied" not in spread(found).shares


def test_the_spread_is_that_of_the_draws():
    deal = np.arange(100) / 100
    made = pd.DataFrame({"deal": deal, "no_deal": 1 - deal, "runs": 40})
    for name in OUTCOMES[:3]:
        made[name] = 0.0
    found = spread(made.sample(frac=1.0, random_state=1))
    assert (found.draws, found.runs, found.likely) == (100, 40, 49)
    assert found.shares["deal"] == pytest.approx((0.04, 0.49, 0.94))
    assert found.shares["no_deal"] == pytest.approx((0.05, 0.50, 0.95))
    assert found.shares["consensus"] == (0.0, 0.0, 0.0)


def test_wrong_numbers_are_told_in_words(six):
    for wrong in ({"draws": 0}, {"draws": 2.5}, {"runs": 0}, {"seed": -1}):
        with pytest.raises(SummitryError, match="whole number"):
            over_coefficients(six, **wrong)


def test_a_summary_says_it_where_that_costs_no_more_than_the_runs(six):
    few, many = six.runs(50), six.runs(DRAWS * RUNS)
    assert few.summary().plausible is None
    assert few.summary(plausible=True).plausible == many.summary().plausible
    text = many.summary().text()
    assert HEAD in text and f"of the {DRAWS} draws" in text
    assert max(map(len, text.splitlines())) <= 88 and text.isascii()
    assert HEAD not in many.summary(plausible=False).text()
    shares = json.loads(json.dumps(many.summary().to_dict()))["plausible"]["shares"]
    assert set(shares) == {*OUTCOMES, "deal", "demander_satisfied"}
    assert all(low <= middle <= high for low, middle, high in shares.values())


def test_the_command_says_it_and_keeps_it_out_of_the_results(tmp_path):
    hashes = []
    for folder, options in ((tmp_path / "a", []), (tmp_path / "b", ["--no-plausible"])):
        done = CliRunner().invoke(
            app, ["run", "classroom_six", "-n", "30", "-o", str(folder), *options]
        )
        assert done.exit_code == 0, done.output
        assert (HEAD in done.output) == (not options)
        manifest = json.loads((folder / "manifest.json").read_text())
        hashes.append({key: manifest[key] for key in ("study", "result_hash", "files")})
    assert hashes[0]["study"] == hashes[1]["study"]
    assert hashes[0]["result_hash"] == hashes[1]["result_hash"]
    assert hashes[0]["files"].keys() == hashes[1]["files"].keys()


def test_one_run_says_nothing_of_shares(tmp_path):
    done = CliRunner().invoke(app, ["run", "classroom_six", "-n", "1", "-o", str(tmp_path / "x")])
    assert done.exit_code == 0 and HEAD not in done.output
