"""Sealed forecasts: what was changed is found, and what was not changed can be graded."""

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import sim
from sim.analysis import scores
from sim.cli import app
from sim.errors import SummitryError
from sim.forecasts import grading, records
from sim.forecasts.predictive import predictive

SHIPPED = Path(__file__).parents[2] / "forecasts"
_DAY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ensemble(hague):
    return hague.runs(300, seed=4)


@pytest.fixture(scope="module")
def sealed(ensemble, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    for day in range(3):
        records.seal(ensemble, folder, note=f"no. {day}", now=_DAY + dt.timedelta(days=day))
    return folder


@pytest.fixture
def copy(sealed, tmp_path):
    return shutil.copytree(sealed, tmp_path / "copy")


def paths(folder):
    return sorted(folder.iterdir())


def test_each_record_holds_the_hash_of_the_one_before(sealed):
    first, second, third = records.verify(sealed)
    assert first["previous"] == "0" * 64
    assert (second["previous"], third["previous"]) == (first["hash"], second["hash"])
    assert [r["note"] for r in (first, second, third)] == ["no. 0", "no. 1", "no. 2"]


def test_a_record_plays_again_what_was_forecast(sealed, ensemble):
    record = records.verify(sealed)[0]
    again = sim.load(record["scenario"]["as_played"])
    assert again.hash == record["scenario"]["hash"]
    runs = again.runs(record["forecast"]["runs"], seed=record["seed"])
    assert runs.hash == record["results"]
    assert predictive(runs) == record["forecast"] == predictive(ensemble)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_character_is_found(sealed, tmp_path, data):
    folder = shutil.copytree(sealed, tmp_path / "changed", dirs_exist_ok=True)
    path = data.draw(st.sampled_from(paths(folder)))
    text = path.read_text(encoding="utf-8")
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[at]))
    path.write_text(text[:at] + new + text[at + 1 :], encoding="utf-8", newline="")
    with pytest.raises(SummitryError):
        records.verify(folder)
    path.write_text(text, encoding="utf-8", newline="")


def test_a_forged_record_is_found_by_the_next(copy):
    path = paths(copy)[1]
    record = json.loads(path.read_text())
    record["forecast"]["deals"] += 1
    record["hash"] = records.content_hash(record)
    path.write_text(records.canonical(record))
    assert records.read(path)["forecast"] == record["forecast"]  # by itself it is in order
    with pytest.raises(SummitryError, match=r"0003.*does not follow"):
        records.verify(copy)


def test_a_missing_exchanged_or_foreign_record_is_found(copy):
    first, second, third = paths(copy)
    text = second.read_text()
    second.unlink()
    with pytest.raises(SummitryError, match="record is missing"):
        records.verify(copy)
    second.write_text(third.read_text())
    with pytest.raises(SummitryError, match="holds record 3"):
        records.verify(copy)
    second.write_text(text)
    (copy / "mine.json").write_text(text)
    with pytest.raises(SummitryError, match="no record"):
        records.verify(copy)
    (copy / "mine.json").unlink()
    first.write_text("{}")
    with pytest.raises(SummitryError, match="not a sealed forecast"):
        records.verify(copy)


def test_nothing_is_sealed_onto_a_broken_chain_or_into_the_past(copy, ensemble):
    with pytest.raises(SummitryError, match="the clock says"):
        records.seal(ensemble, copy, now=_DAY)
    paths(copy)[0].unlink()
    with pytest.raises(SummitryError, match="missing"):
        records.seal(ensemble, copy)
    assert len(paths(copy)) == 2


def test_counts_are_those_of_the_tables(ensemble):
    made = predictive(ensemble)
    runs, members = ensemble.table, ensemble.members
    deals = runs[runs.outcome != "no_deal"]
    assert made["deals"] == len(deals)
    assert sum(made["outcomes"].values()) == made["runs"] == 300
    for name, term in made["terms"].items():
        found = deals[name].dropna().value_counts()
        counted = {(v if isinstance(v, str) else round(float(v), 9)): n for v, n in found.items()}
        sealed = {
            (v if isinstance(v, str) else round(v, 9)): n
            for v, n in zip(term["values"], term["counts"], strict=True)
        }
        assert sealed == {v: n for v, n in counted.items() if n}
        assert sum(term["counts"]) + term["without"] == len(deals)
    holders = members[members.replication.isin(deals.replication)].groupby("member", observed=True)
    assert made["side_letters"]["member"] == holders.side_letter.sum().to_dict()


def outcome(folder, text):
    path = folder / "outcome.yaml"
    path.write_text(text)
    return path


def test_grades_are_the_scores_of_the_runs(sealed, ensemble, tmp_path):
    runs = ensemble.table
    deal = (runs.outcome != "no_deal").to_numpy()
    some = ensemble.scenario.loaded.resolved.members[1].code
    term = next(
        t.name for t in ensemble.scenario.loaded.resolved.terms if t.written and not t.labels
    )
    value = float(runs[term].dropna().iloc[0])
    happened = outcome(tmp_path, f"deal: true\ntext: {{{term}: {value}}}\nside_letters: [{some}]\n")
    table = grading.grade(paths(sealed)[0], happened).set_index(["quantity", "score"])
    expected = scores.crps(runs[term].to_numpy(dtype=float, na_value=np.nan), value, deal)
    assert table.loc[(term, "crps"), "value"] == pytest.approx(expected.value)
    assert table.loc[("deal", "brier"), "value"] == pytest.approx((1 - deal.mean()) ** 2)
    assert table.loc[("deal", "log"), "value"] == scores.log_score(deal, 1.0).value
    number = scores.crps(runs.n_side_letters.to_numpy(), 1.0, deal)
    assert table.loc[("n_side_letters", "crps"), "value"] == pytest.approx(number.value)
    members = ensemble.members
    held = members.side_letter.to_numpy().reshape(len(runs), -1)
    y = np.array([m.code == some for m in ensemble.scenario.loaded.resolved.members], dtype=float)
    letters = scores.brier(held, y, deal)
    row = table.loc[("side letters", "brier")]
    assert row["value"] == pytest.approx(letters.value)
    # The stated error is the most that it can be.
    assert row["mc_se"] >= letters.standard_error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("deal: perhaps", "deal: true"),
        ("deal: false\ntext: {deadline_year: 2035}", "no text"),
        ("deal: true\ntext: {deadline_yaer: 2035}", "did you mean 'deadline_year'"),
        ("deal: true\ntext: {deadline_year: soon}", "must be a number or none"),
        ("deal: true\nside_letters: [ZZZ]", "unknown 'ZZZ'"),
        ("deal: true\nside_letters: 2", "give a list"),
        ("deal: [", "not YAML"),
    ],
)
def test_a_wrong_outcome_is_told_in_words(sealed, tmp_path, text, message):
    with pytest.raises(SummitryError, match=message):
        grading.grade(paths(sealed)[0], outcome(tmp_path, text))


def test_grading_finds_tampering_elsewhere_in_the_folder(copy, tmp_path):
    first, _, third = paths(copy)
    third.write_text(third.read_text().replace("no. 2", "no. 3"))
    with pytest.raises(SummitryError, match="was changed after it was sealed"):
        grading.grade(first, outcome(tmp_path, "deal: true"))


def test_the_command_line_seals_and_grades(tmp_path):
    folder = tmp_path / "forecasts"
    arguments = ["forecast", "classroom_six", "--runs", "50", "--seal", "--folder", str(folder)]
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 0, run.output
    (path,) = folder.iterdir()
    assert records.read(path)["hash"] in run.output
    happened = outcome(tmp_path, "deal: false\n")
    run = CliRunner().invoke(app, ["score", str(path), str(happened)])
    assert run.exit_code == 0, run.output
    assert "brier" in run.output and "classroom" not in str(run.exception)


def test_the_shipped_forecasts_are_whole_and_their_hashes_are_published():
    page = (SHIPPED / "README.md").read_text(encoding="utf-8")
    shipped = records.verify(SHIPPED)
    assert shipped
    for record in shipped:
        assert f"`{record['hash']}`" in page
        assert record["forecast"]["runs"] == sum(record["forecast"]["outcomes"].values())


@pytest.mark.parametrize("name", ["0001_review_2029.json", "0002_review_2029.json"])
def test_a_shipped_forecast_is_graded_whatever_model_made_it(tmp_path, name):
    text = "deal: true\ntext: {core_pct_gdp: 3.5, review_year: none, wording: we_commit}\n"
    happened = outcome(tmp_path, text + "side_letters: [ESP]\n")
    table = grading.grade(SHIPPED / name, happened).set_index(["quantity", "score"])
    forecast = records.read(SHIPPED / name)["forecast"]
    missed = 1 - forecast["deals"] / forecast["runs"]
    assert table.loc[("deal", "brier"), "value"] == pytest.approx(missed**2)
    assert table.loc[("core_pct_gdp", "crps"), "value"] > 0
