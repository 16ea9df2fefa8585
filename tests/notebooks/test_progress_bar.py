"""The progress bar: what it counts, and what it says without tqdm."""

import sys

import pytest

import sim


def test_counts_every_run_and_closes_at_the_end(six, capsys):
    six.runs(300, seed=1, progress=sim.progress(300))
    shown = capsys.readouterr().err
    assert "300/300" in shown
    assert "100%" in shown


def test_without_a_total_it_counts(capsys):
    advance = sim.progress(what="points")
    advance(7)
    advance(5)
    del advance  # it closes, and shows where it stands
    assert "12 points" in capsys.readouterr().err


def test_without_tqdm_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(sim.SummitryError, match="notebooks"):
        sim.progress(10)
