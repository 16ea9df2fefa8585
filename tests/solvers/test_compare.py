"""The models beside the negotiation, in Python and on the command line."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.plots.solvers import compare_models as draw
from sim.solvers import MODELS
from sim.solvers.compare import NEGOTIATION, ModelComparison, compare_models

run = CliRunner().invoke


@pytest.fixture(scope="module")
def six_models() -> ModelComparison:
    return compare_models(sim.load("classroom_six"), 300, seed=3)


def test_every_model_and_the_negotiation_have_a_row(six_models: ModelComparison) -> None:
    table = six_models.table()
    assert list(table["model"]) == [*MODELS, NEGOTIATION]
    shares = table[["adopted_low", "adopted", "adopted_high"]].to_numpy()
    assert (np.diff(shares, axis=1) >= 0).all() and (shares >= 0).all() and (shares <= 1).all()
    own = table.set_index("model").loc[NEGOTIATION]
    deals = six_models.ensemble.table.query("outcome != 'no_deal'")
    assert own["adopted"] == len(deals) / 300
    assert own["core_pct_gdp"] == deals["core_pct_gdp"].median()


def test_an_offer_is_the_opening_text_of_a_mediator_that_never_moves(
    six_models: ModelComparison,
) -> None:
    offer = six_models.offers["kalai_smorodinsky"]
    terms = {t.name: t for t in six_models.terms}
    held = six_models.scenario.set(
        {
            "mediator.kind": "hardliner",
            **{f"terms.{k}.opening": terms[k].show(p) for k, p in offer.places.items()},
        }
    ).runs(300, seed=3)
    assert offer.adopted.count == (held.table["outcome"] != "no_deal").sum()
    refuses = 1.0 - held.members.groupby("member", observed=True)["accepts"].mean()
    worst, share = offer.objectors[0]
    assert share == pytest.approx(refuses.max()) and refuses[worst] == pytest.approx(share)


def test_the_negotiation_trades_what_hurts_little_where_averages_do_not(
    six_models: ModelComparison,
) -> None:
    table = six_models.table().set_index("model")
    averages = table.loc[["compromise", "weighted_median"], "broader_pct_gdp"]
    assert (averages < table.loc[NEGOTIATION, "broader_pct_gdp"]).all()


def test_the_figure_shows_each_open_term_and_what_becomes_of_the_texts(
    six_models: ModelComparison,
) -> None:
    figure = draw(six_models)
    titles = [ax.get_title(loc="left") for ax in figure.axes if ax.get_visible()]
    assert titles == [*six_models.case.terms, "adopted as it stands"]
    figure.canvas.draw()


def test_solve_prints_each_model_and_the_rounds_of_one() -> None:
    result = run(app, ["solve", "emission_standards"])
    assert result.exit_code == 0
    assert re.search(r"compromise\s+7\.39", result.output)
    assert re.search(r"challenge\s+8\.42", result.output)
    assert "the reference stands" in result.output
    result = run(app, ["solve", "emission_standards", "--model", "challenge", "--rounds", "3"])
    assert re.search(r"challenge\s+9\.96", result.output) and "FRA" in result.output


def test_mistakes_are_told_in_words() -> None:
    result = run(app, ["solve", "emission_standards", "--model", "oracle"])
    assert result.exit_code != 0 and "no model is called 'oracle'" in str(result.exception)
    result = run(app, ["solve", "emission_standards", "--model", "nash", "--rounds", "3"])
    assert "--rounds belongs to --model challenge" in str(result.exception)


def test_compare_models_writes_a_table_and_a_figure(tmp_path) -> None:
    out = tmp_path / "models"
    result = run(app, ["compare-models", "emission_standards", "-n", "200", "-o", str(out)])
    assert result.exit_code == 0 and "its usual text" in result.output
    assert {p.name for p in out.iterdir()} == {
        "models.csv",
        "models.parquet",
        "figures",
        "reading.txt",
        "manifest.json",
    }
