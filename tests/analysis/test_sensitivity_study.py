"""``sim.sensitivity`` and ``summitry sensitivity`` on summits: what they find, say and refuse."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.sensitivity import METHODS
from sim.analysis.sensitivity.correlation import correlation_of
from sim.cli import app
from sim.errors import SummitryError

#: Sizes that are quick.
SMALL = {
    "morris": {"samples": 6, "runs": 4},
    "sobol": {"samples": 16, "runs": 4},
    "pawn": {"samples": 32, "runs": 2},
    "shapley": {"samples": 16, "runs": 4},
    "tornado": {"runs": 30},
}
PLANTED = "parties.*.fiscal_room"
IDLE = (
    "parties.*.us_pressure_sensitivity",
    "parties.ESP.threat_perception",
    "demander.leverage",
    "parties.*.domestic_constraint",
)


@pytest.fixture(scope="module")
def planted(six):
    """A summit in which threat, pressure and governments are switched off; money is not."""
    off = {f"coefficients.refusing.{name}": 0 for name in ("threat", "pressure", "domestic")}
    return six.set({**off, "coefficients.refusing.base": 0.6})


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_sensitivity_is_recovered(planted, method):
    sizes = {**SMALL, "sobol": {"samples": 128, "runs": 8}, "shapley": {"samples": 128, "runs": 8},
             "pawn": {"samples": 512, "runs": 4}, "tornado": {"runs": 300},
             "morris": {"samples": 12, "runs": 8}}[method]  # fmt: skip
    inputs = {PLANTED: (0.1, 0.9), **dict.fromkeys(IDLE)}
    study = sim.sensitivity(planted, method, inputs, outputs=["deal", "outcome"], seed=0, **sizes)
    for output in study.outputs:
        table = study.ranking(output).set_index("input")
        assert table.index[0] == PLANTED
        assert table.loc[PLANTED, f"{study.main}_low"] > 0.0
        idle = table.loc[list(IDLE), study.main]
        if method == "pawn":  # each point has its own luck, so what is nothing is small
            assert (idle < table.loc[PLANTED, study.main] / 4).all()
        else:  # the points of a row share their luck, so what is nothing is nothing
            assert idle.to_numpy(dtype=float) == pytest.approx(np.zeros(len(IDLE)), abs=1e-9)
    if method in ("sobol", "shapley"):
        low, high = (table.loc[PLANTED, f"{study.main}_{end}"] for end in ("low", "high"))
        assert low - 0.05 <= 1.0 <= high + 0.05


@pytest.mark.parametrize("method", METHODS)
def test_seeds_are_honoured_zero_included(six, method):
    def table(seed, workers=None):
        study = sim.sensitivity(
            six, method, ["demander.leverage", "parties.ESP.fiscal_room"], seed=seed,
            workers=workers, outputs=["deal", "core_pct_gdp", "wording"], **SMALL[method],
        )  # fmt: skip
        assert study.seed == seed
        return study.table

    zero = table(0)
    pd.testing.assert_frame_equal(zero, table(0, workers=3))
    assert not zero.equals(table(1))


def test_every_kind_of_outcome(hague):
    outputs = [
        "deal", "no_deal", "outcome", "wording", "core_pct_gdp", "headline_pct_gdp",
        "n_side_letters", "adopted_round", "side_letter.ESP", "core_pct_gdp >= 3.5",
        "wording = we_commit", "no_deal or n_side_letters >= 3",
    ]  # fmt: skip
    study = sim.sensitivity(
        hague, "sobol", ["demander.leverage"], outputs=outputs, samples=4, runs=2
    )
    assert list(study.outputs) == outputs
    assert set(study.table["output"]) == set(outputs)
    happens = study.split.set_index("output")
    assert happens.loc["deal", "parametric"] == pytest.approx(happens.loc["no_deal", "parametric"])
    assert study.units["core_pct_gdp"] == "% GDP"


def test_the_table_is_tidy_and_the_ranking_is_in_order(six):
    study = sim.sensitivity(six, "sobol", "each:parties.*.*", "attribute", samples=32, runs=4)
    assert list(study.table) == ["output", "input", "measure", "estimate", "low", "high"]
    assert not study.table.duplicated(["output", "input", "measure"]).any()
    assert len(study.inputs) == 20 and study.inputs["unit"].nunique() == 4
    total = study.ranking("deal")["total"].dropna().to_numpy()
    assert (np.diff(total) <= 0).all()


def test_what_is_not_known_yet_is_said_with_a_size_that_would_do(hague):
    study = sim.sensitivity(hague, "sobol", None, "region", "deal", samples=16, runs=2, seed=3)
    (said,) = [w for w in study.warnings if w.startswith("deal")]
    if "not converged" in said:
        size = int(said.split("About ")[1].split()[0].replace(",", ""))
        assert size > 16 and size & (size - 1) == 0
    else:
        assert "cannot be told from the noise" in said
    assert said in str(study) and said in study._repr_html_()


def test_more_samples_silence_the_warning(planted):
    few, many = (
        sim.sensitivity(planted, "sobol", {PLANTED: (0.1, 0.9)}, outputs="deal", samples=n, runs=4)
        for n in (8, 4096)
    )
    assert few.warnings and not many.warnings


def test_an_outcome_that_never_differs_is_said_to(hague):
    frozen = hague.set("terms.annual_increment_pp", {"fixed": 0.0, "in_force": 0.0})
    study = sim.sensitivity(
        frozen, "sobol", ["demander.leverage"], outputs=["annual_increment_pp"], samples=8, runs=4
    )
    assert "annual_increment_pp: is the same in every run" in study.warnings
    assert study.ranking()["total"].isna().all()


def test_an_outcome_that_never_is_there_is_said_to_be_missing(six):
    never = {"core_pct_gdp": {"at_most": 1.0}}
    nobody = six.set("parties.ESP.red_lines", never).set("side_letters.most", 0)
    for method in METHODS:
        study = sim.sensitivity(
            nobody, method, ["demander.leverage"], outputs="core_pct_gdp", **SMALL[method]
        )
        assert "100.0%" in study.warnings[0]
        assert study.ranking()[study.main].isna().all()
        assert "core_pct_gdp" in str(study) and "core_pct_gdp" in study._repr_html_()


def test_correlation_is_by_pair_or_by_group(hague):
    paths = [f"parties.{m}.{a}" for m in ("EST", "LVA", "ESP") for a in ("fiscal_room",)]
    matrix = correlation_of(hague, paths, {"baltics": 0.5, (paths[0], paths[2]): -0.2})
    assert matrix.tolist() == [[1, 0.5, -0.2], [0.5, 1, 0], [-0.2, 0, 1]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "sobel"}, "did you mean 'sobol'"),
        ({"method": 3}, "one of morris"),
        ({"samples": 100}, "power of two"),
        ({"samples": 0}, "at least"),
        ({"samples": 2.5}, "whole number"),
        ({"runs": 1}, "at least 2"),
        ({"runs": True}, "whole number"),
        ({"seed": -1}, "seed"),
        ({"outputs": []}, "at least one"),
        ({"outputs": ["deal", "deal"]}, "twice"),
        ({"outputs": "core"}, "core_pct_gdp"),
        ({"outputs": "side_letter.ATL"}, "event"),
        ({"inputs": "demander.levrage"}, "leverage"),
        ({"groups": "continent"}, "region"),
        ({"correlation": {"north": 0.5}}, "no group 'north'"),
        ({"method": "shapley", "correlation": {("demander.leverage", "x"): 0.5}}, "two inputs"),
        (
            {
                "method": "shapley",
                "correlation": {("demander.leverage", "demander.need_core_pct_gdp"): 2},
            },
            "between -1",
        ),
        (
            {"correlation": {("demander.leverage", "demander.need_core_pct_gdp"): 0.5}},
            "independent",
        ),
        ({"method": "tornado", "samples": 8}, "no samples"),
        (
            {
                "method": "pawn",
                "groups": {"us": ["demander.leverage", "demander.need_core_pct_gdp"]},
            },
            "leave groups out",
        ),
        ({"workers": 0}, "workers"),
    ],
)
def test_mistakes_are_told_in_words(six, changes, words):
    call = {
        "inputs": ["demander.leverage", "demander.need_core_pct_gdp"],
        "method": "sobol",
        **changes,
    }
    with pytest.raises(SummitryError, match=words):
        sim.sensitivity(six, **call)


def test_impossible_correlations_are_refused(six):
    paths = [f"parties.{m}.fiscal_room" for m in ("ESP", "ITA", "DEU")]
    pairs = {(paths[0], paths[1]): 0.9, (paths[1], paths[2]): 0.9, (paths[0], paths[2]): -0.9}
    with pytest.raises(SummitryError, match="together"):
        sim.sensitivity(six, "shapley", paths, correlation=pairs)


def test_asking_for_an_outcome_that_was_not_studied(six):
    study = sim.sensitivity(six, "tornado", ["demander.leverage"], outputs="deal", runs=10)
    with pytest.raises(SummitryError, match="did not ask for 'core'"):
        study.ranking("core")


def test_progress_counts_every_run(six):
    done: list[int] = []
    study = sim.sensitivity(
        six,
        "morris",
        ["demander.leverage", "demander.need_core_pct_gdp"],
        samples=4,
        runs=3,
        progress=done.append,
    )
    assert sum(done) == study.points * study.runs == 4 * 3 * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study") / "six"


COMMAND = [
    "sensitivity", "classroom_six", "--method", "shapley", "--input", "demander.leverage=0:1.2",
    "--input", "parties.ESP.fiscal_room", "--input", "parties.ITA.fiscal_room",
    "--group", "money=parties.ESP.fiscal_room, parties.ITA.fiscal_room", "--output", "deal",
    "--output", "core_pct_gdp", "--samples", "8", "--runs", "4", "--seed", "0",
]  # fmt: skip


def test_the_command_writes_what_python_gives(folder, six):
    done = CliRunner().invoke(app, [*COMMAND, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    assert "money" in done.output and "Results in" in done.output
    written = pd.read_parquet(folder / "sensitivity.parquet")
    own = sim.sensitivity(
        six,
        "shapley",
        {
            "demander.leverage": (0, 1.2),
            "parties.ESP.fiscal_room": None,
            "parties.ITA.fiscal_room": None,
        },
        {"money": ["parties.ESP.fiscal_room", "parties.ITA.fiscal_room"]},
        ["deal", "core_pct_gdp"],
        samples=8,
        runs=4,
        seed=0,
    )
    pd.testing.assert_frame_equal(written, own.table)
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*")}
    tables = {f"{name}.{end}" for name in ("sensitivity", "inputs", "split")
              for end in ("csv", "parquet")}  # fmt: skip
    figures = {f"figures/{name}.png" for name in ("ranking_deal", "overview", "split")}
    assert names >= {*tables, *figures, "manifest.json", "reading.txt"}


def test_the_folder_of_another_study_is_left_alone(folder):
    other = CliRunner().invoke(app, [*COMMAND[:-1], "7", "--out", str(folder)])
    assert isinstance(other.exception, SummitryError)


@pytest.mark.parametrize(
    "wrong",
    [["--group", "money="],
     ["--group", "a=demander.leverage", "--group", "a=demander.need_core_pct_gdp"],
     ["--correlation", "baltics"], ["--input", "demander.leverage=much"]],
)  # fmt: skip
def test_options_that_cannot_be_read(wrong):
    done = CliRunner().invoke(app, ["sensitivity", "classroom_six", *wrong])
    assert isinstance(done.exception, SummitryError)
