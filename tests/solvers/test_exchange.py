"""The exchange model against the record of the program of its authors' group."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from sim.solvers import Case, compromise, exchange
from sim.solvers.exchange import exchanges
from tests.solvers.cases import case, cases

DATA = Path(__file__).parents[1] / "data"


def table(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def paris() -> Case:
    rows = table("cop21_positions.csv")
    actors, issues = (list(dict.fromkeys(r[k] for r in rows)) for k in ("actor", "issue"))
    x, s, c = np.zeros((15, 3)), np.zeros((15, 3)), np.zeros(15)
    for r in rows:
        i, k = actors.index(r["actor"]), issues.index(r["issue"])
        x[i, k], s[i, k], c[i] = float(r["position"]), float(r["salience"]), float(r["power"])
    return Case(tuple(issues), tuple(actors), c, x, s, np.zeros(3), np.full(3, 100.0))


def test_twenty_exchanges_at_the_climate_conference_of_paris() -> None:
    c = paris()
    done, _ = exchanges(c)
    found = [(c.members[e.i], c.terms[e.q], c.members[e.j], c.terms[e.p]) for e in done]
    record = table("cop21_exchanges.csv")
    assert found == [
        (r["first"], r["first_pays_on"], r["second"], r["second_pays_on"]) for r in record
    ]
    for e, r in zip(done, record, strict=True):
        assert e.gain == pytest.approx(float(r["gain"]), rel=1e-9)
        assert e.paid_by_i == pytest.approx(float(r["first_moves"]), rel=1e-9)
        assert e.paid_by_j == pytest.approx(float(r["second_moves"]), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_each_exchange_gains_both_the_same_and_nobody_passes_a_wish(c: Case) -> None:
    done, x = exchanges(c)
    total = c.weights.sum(axis=0)
    for e in done:
        shift_p = abs(e.paid_by_j) * c.weights[e.j, e.p] / total[e.p]
        shift_q = abs(e.paid_by_i) * c.weights[e.i, e.q] / total[e.q]
        gain_i = c.salience[e.i, e.p] * shift_p - c.salience[e.i, e.q] * shift_q
        gain_j = c.salience[e.j, e.q] * shift_q - c.salience[e.j, e.p] * shift_p
        assert gain_i == pytest.approx(gain_j, abs=1e-9)
        assert gain_i == pytest.approx(e.gain, abs=1e-9) and e.gain > 0
    assert (x >= c.position.min(axis=0) - 1e-9).all()
    assert (x <= c.position.max(axis=0) + 1e-9).all()


def test_like_minded_members_and_equal_priorities_have_nothing_to_trade() -> None:
    opposed_on_one = case([[0, 50], [100, 50], [20, 50]], [[0.9, 0.1], [0.1, 0.9], [0.5, 0.5]])
    same_priorities = case([[0, 100], [100, 0]], [[0.8, 0.4], [0.4, 0.2]])
    for c in (opposed_on_one, same_priorities):
        assert exchanges(c)[0] == []
        assert exchange.solve(c).values == pytest.approx(compromise.solve(c).values)


def test_a_single_term_is_the_compromise_and_says_so() -> None:
    c = case([[0], [100]], [[0.9], [0.5]])
    solution = exchange.solve(c)
    assert solution.values == pytest.approx(compromise.solve(c).values)
    assert "nothing can be exchanged" in solution.notes[0]
