"""Playing until a probability is known: the same runs as ever, only fewer, and honest intervals."""

import json
import signal

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis import stopping
from sim.analysis.intervals import wilson
from sim.errors import SummitryError
from tests.batch.test_store import chunks_in, contents, figures, finish, start, wait_for_chunks

pytestmark = pytest.mark.xdist_group("batch_engine")


@pytest.mark.parametrize("se", [0.02, 0.03])
def test_a_stopped_study_is_the_beginning_of_a_whole_one(six, se):
    stopped = six.runs(5000, seed=4, until_se=se)
    whole = six.runs(len(stopped), seed=4)
    assert stopped.hash == whole.hash
    pd.testing.assert_frame_equal(stopped.table, whole.table)
    pd.testing.assert_frame_equal(stopped.members, whole.members)


def test_it_stops_at_the_first_look_that_is_good_enough(six):
    se = 0.015
    stopped, batch = six.runs(5000, seed=4, until_se=se), stopping.stopping(se).batch
    looks = range(batch, len(stopped) + 1, batch)
    deals = (stopped.table["outcome"] != "no_deal").to_numpy()
    reached = [stopping.standard_error(int(deals[:n].sum()), n) <= se for n in looks]
    assert len(stopped) == looks[-1]
    assert reached == [False] * (len(reached) - 1) + [True]
    assert len(reached) > 1


def test_it_ends_with_the_number_of_runs_at_the_latest(six):
    assert len(six.runs(330, seed=4, until_se=0.001)) == 330
    assert len(six.runs(100, seed=4, until_se=0.2)) == 100


@pytest.mark.parametrize(
    "how",
    [
        {"workers": 1},
        {"executor": "processes", "workers": 2},
        {"engine": "mesa"},
        {"trace": True},
    ],
)
def test_who_plays_makes_no_difference(six, how):
    expected = six.runs(3000, seed=8, until_se=0.03)
    found = six.runs(3000, seed=8, until_se=0.03, **how)
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert len(found) < 3000


def test_progress_ends_at_the_number_of_runs(six):
    done = []
    six.runs(3000, seed=8, until_se=0.03, progress=done.append)
    assert sum(done) == 3000


def test_summary_and_page_say_that_intervals_are_wider(six):
    stopped = six.runs(3000, seed=8, until_se=0.03)
    plain = six.runs(len(stopped), seed=8)
    deal, all_the_same = stopped.summary().deal, plain.summary().deal
    assert (deal.count, deal.of) == (all_the_same.count, all_the_same.of)
    assert (deal.low, deal.high) == wilson(deal.count, deal.of, stopping.STOPPED_LEVEL)
    assert deal.low < all_the_same.low < all_the_same.high < deal.high
    for said in (str(stopped.summary()), stopped._repr_html_()):
        assert "97%" in said
    for said in (str(plain.summary()), plain._repr_html_()):
        assert "97%" not in said


def test_figures_say_the_level_of_their_intervals(six):
    stopped = six.runs(3000, seed=8, until_se=0.03)
    for figure in (
        stopped.plot.outcomes().figure,
        stopped.plot.side_letters().figure,
        stopped.plot.terms(),
        stopped.plot.tiles().figure,
    ):
        words = [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]
        assert any("97% interval" in text for text in words)
        assert not any("95%" in text for text in words)


def test_a_stopped_study_that_is_interrupted_goes_on_to_the_same_end(tmp_path):
    run = ("run", "classroom_six", "--until-se", 0.02, "-n", 5000, "--seed", 2)
    whole = finish(*run, "--out", tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    assert "Standard error of the probability of a deal: 0.0" in whole.stdout
    process = start(*run, "--engine", "mesa", "--out", tmp_path / "x")
    wait_for_chunks(process, tmp_path / "x", 2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert chunks_in(tmp_path / "x")
    other = finish(*run, "--until-se", 0.03, "--out", tmp_path / "x", "--resume")
    assert other.returncode == 2
    assert "another --until-se" in other.stderr
    done = finish(*run, "--out", tmp_path / "x", "--resume")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "x") == contents(tmp_path / "whole")
    assert figures(tmp_path / "x") == figures(tmp_path / "whole")
    again = finish("rerun", tmp_path / "x", "--out", tmp_path / "again")
    assert "the same bytes" in again.stdout, again.stderr
    kept = [json.loads((tmp_path / f / "manifest.json").read_text()) for f in ("x", "again")]
    assert kept[0]["study"] == kept[1]["study"]
    assert kept[0]["runs"] == len(pd.read_parquet(tmp_path / "x" / "runs.parquet")) < 5000
    nothing = finish(*run, "--out", tmp_path / "x", "--resume")
    assert nothing.returncode == 0, nothing.stderr
    assert f"after {kept[0]['runs']:,} runs" in nothing.stdout


def test_what_is_saved_is_what_the_command_writes(six, tmp_path):
    six.runs(2000, seed=2, until_se=0.03).save(tmp_path / "a")
    run = ("run", "classroom_six", "--until-se", 0.03, "-n", 2000, "--seed", 2)
    done = finish(*run, "--out", tmp_path / "b")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    a, b = (json.loads((tmp_path / f / "manifest.json").read_text()) for f in "ab")
    assert (a["study"], a["runs"], a["identity"]) == (b["study"], b["runs"], b["identity"])


def test_a_study_that_may_not_play_enough_says_so(tmp_path):
    done = finish("run", "classroom_six", "--until-se", 0.01, "-n", 300, "--out", tmp_path / "x")
    assert done.returncode == 0, done.stderr
    assert "not yet 0.01; --runs allowed no more than 300" in done.stdout


@pytest.mark.parametrize("se", [0.005, 0.01, 0.02, 0.05])
@pytest.mark.parametrize("p", [0.001, 0.005, 0.02, 0.1, 0.3, 0.5, 0.85, 0.99])
def test_intervals_keep_their_coverage_when_stopped(se, p):
    """4,000 studies of a coin; 95% is promised, less than 93.5% would be 4 standard errors off."""
    rule, studies = stopping.stopping(se), 4000
    looks = int(0.27 / se**2 / rule.batch) + 2
    batches = np.random.default_rng(int(1e6 * p)).binomial(rule.batch, p, (studies, looks))
    covered = 0
    decided: dict[tuple[int, int], tuple[bool, bool]] = {}
    for study in np.cumsum(batches, axis=1).tolist():
        for look, deals in enumerate(study, 1):
            runs = look * rule.batch
            if (deals, runs) not in decided:
                low, high = wilson(deals, runs, stopping.STOPPED_LEVEL)
                decided[deals, runs] = rule.enough(deals, runs), low <= p <= high
            stop, covers = decided[deals, runs]
            if stop:
                covered += covers
                break
        else:
            pytest.fail("never stopped")
    assert covered / studies >= 0.935


@pytest.mark.parametrize("se", [0.0, 0.0001, 0.5, float("nan")])
def test_standard_errors_that_make_no_sense_are_refused(six, se):
    with pytest.raises(SummitryError, match="standard error"):
        sim.sweep(six, {"demander.leverage": [0.5]}, runs=10, until_se=se)


@pytest.mark.parametrize("se", [0.0, 0.9, "0.01", True])
def test_runs_refuse_them_as_well(six, se):
    with pytest.raises(SummitryError, match="standard error"):
        six.runs(10, until_se=se)
