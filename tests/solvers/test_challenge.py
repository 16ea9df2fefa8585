"""Bueno de Mesquita's model against the numbers that others printed for car emissions."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from sim.solvers import challenge
from sim.solvers.challenge import play
from sim.solvers.weighted_median import median
from tests.solvers.cases import case, emissions

#: A public implementation of Scholz, Calbert & Smith 2011: jmckib/bdm-scholz-expected-utility-model
MEDIANS = [8.416, 9.611, 9.962, 9.962, 9.962, 7.472, 8.825, 9.671]
MEANS = [7.461, 7.553, 7.590, 7.358, 7.349, 7.415, 7.510, 7.572]
RISK = {
    "NLD": 1.4057, "DEU": 1.4057, "BEL": 0.7542, "LUX": 0.5089, "FRA": 1.0465, "ITA": 1.0465,
    "GBR": 1.9649, "IRL": 0.5, "DNK": 2.0, "GRC": 1.1121,
}  # fmt: skip
#: Table 2 of the paper itself, one decimal.
PAPER_MEDIANS = [8.4, 9.9, 9.9, 9.9, 9.9, 7.4, 8.8, 9.6]
PAPER_MEANS = [7.4, 7.5, 7.6, 7.3, 7.3, 7.4, 7.5, 7.6]


def rounds(n: int, **options):
    return list(islice(play(emissions(), **options), n))


def test_it_begins_with_the_weighted_median_and_mean_of_the_literature() -> None:
    c = emissions()
    assert median(c, 0) == 7.0
    assert np.average(c.position[:, 0], weights=c.weights[:, 0]) == pytest.approx(7.38996, abs=5e-6)


def test_eight_rounds_agree_with_the_public_implementation() -> None:
    played = rounds(8)
    assert [r.median for r in played] == pytest.approx(MEDIANS, abs=5e-4)
    assert [r.mean for r in played] == pytest.approx(MEANS, abs=5e-4)


def test_risk_exponents_of_the_first_round() -> None:
    risk = dict(zip(emissions().members, rounds(1)[0].risk, strict=True))
    assert risk == pytest.approx(RISK, abs=5e-5)


def test_the_printed_table_cuts_medians_off_and_differs_in_the_second_round_only() -> None:
    cut = [int(10 * r.median) / 10 for r in rounds(8)]
    differs = [j + 1 for j, (a, b) in enumerate(zip(cut, PAPER_MEDIANS, strict=True)) if a != b]
    assert differs == [2]
    assert [r.mean for r in rounds(8)] == pytest.approx(PAPER_MEANS, abs=0.1)


def test_readings_agree_for_three_rounds_and_part_in_the_fourth() -> None:
    code, papers = rounds(4), rounds(4, choice="least_move")
    assert [r.median for r in code[:3]] == [r.median for r in papers[:3]]
    assert code[3].median != papers[3].median
    assert ("meets" in {kind for _, kind, _ in code[3].moves}) and code[3].moves != papers[3].moves


def test_chances_within_a_pair_leave_the_median_where_it_was() -> None:
    assert {r.median for r in rounds(8, contest="one_pair")} == {7.0}


def test_the_choice_of_the_program_depends_on_which_end_is_called_low() -> None:
    """Turned around, the same issue must give the mirrored answer; only the papers' rule does."""
    c = emissions()
    mirrored = replace(c, position=14.0 - c.position)

    def means(case_, choice):
        return np.array([r.mean for r in islice(play(case_, choice=choice), 8)])

    assert means(mirrored, "least_move") == pytest.approx(14.0 - means(c, "least_move"))
    assert np.abs(means(mirrored, "lowest") - (14.0 - means(c, "lowest"))).max() > 0.1


def test_no_rounds_is_the_median_and_steps_tell_who_moved() -> None:
    c = emissions()
    assert challenge.solve(c, rounds=0).values.tolist() == [7.0]
    solution = challenge.solve(c, rounds=2)
    assert [s["round"] for s in solution.steps] == [1, 2]
    assert "BEL meets" in solution.steps[0]["moves"]


def test_a_case_in_which_all_are_in_equal_danger_is_neutral() -> None:
    first = next(play(case([[0], [100]])))
    assert first.risk.tolist() == [1.0, 1.0]
