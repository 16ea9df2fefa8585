"""Nash and Kalai-Smorodinsky against known answers and a search of the whole grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.solvers import Case, solve
from sim.solvers.bargaining import STANDS
from tests.solvers.cases import case, cases

GRID = np.linspace(0.0, 100.0, 2001)


def gains(c: Case, x: np.ndarray) -> np.ndarray:
    """Gains of all members at points of a single term, shape (points, members)."""
    s, ideal = c.salience[:, 0], c.position[:, 0]
    loss = s * ((x[:, None] - ideal) / 100.0) ** 2
    failure = s if c.reference is None else s * ((c.reference[0] - ideal) / 100.0) ** 2
    return failure - loss


@pytest.mark.parametrize("model", ["nash", "kalai_smorodinsky"])
def test_two_equals_meet_half_way(model: str) -> None:
    assert solve(case([[20], [60]]), model).values == pytest.approx([40.0], abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(cases(most_terms=1), st.one_of(st.none(), st.integers(0, 10)))
def test_no_point_of_the_line_is_better(c: Case, reference: int | None) -> None:
    if reference is not None:
        c = Case(c.terms, c.members, c.power, c.position, c.salience, c.low, c.high,
                 np.array([10.0 * reference]))  # fmt: skip
    on_grid = gains(c, GRID)
    harmless = (on_grid >= -1e-12).all(axis=1)
    for model in ("nash", "kalai_smorodinsky"):
        solution = solve(c, model)
        here = gains(c, solution.values)[0]
        assert (here >= -1e-6).all()
        if solution.notes:
            assert solution.notes == (STANDS,)
            assert (np.abs(GRID[harmless] - c.reference[0]) < 0.051).all()
            continue
        best = on_grid[harmless].max(axis=0)
        players = best > 1e-4
        if not players.all():
            continue
        with np.errstate(divide="ignore"):
            logs = np.log(np.maximum(on_grid[harmless], 0.0))
        scores = {
            "nash": (logs @ c.power, float(np.log(np.maximum(here, 1e-300)) @ c.power)),
            "kalai_smorodinsky": (
                (on_grid[harmless] / best).min(axis=1),
                float((here / best).min()),
            ),
        }
        grid_scores, own = scores[model]
        assert own >= grid_scores.max() - 1e-3


def test_a_member_that_wants_the_reference_holds_everybody_there() -> None:
    c = case([[0], [50], [100]], reference=[100.0])
    for model in ("nash", "kalai_smorodinsky"):
        solution = solve(c, model)
        assert solution.values.tolist() == [100.0] and solution.notes == (STANDS,)


def test_power_pulls_the_nash_solution_and_not_that_of_kalai_and_smorodinsky() -> None:
    equal, strong = case([[0], [100]]), case([[0], [100]], power=[1.0, 4.0])
    assert solve(strong, "nash").values[0] > solve(equal, "nash").values[0] + 10.0
    values = solve(strong, "kalai_smorodinsky").values
    assert values == pytest.approx(solve(equal, "kalai_smorodinsky").values, abs=1e-3)


def test_a_package_gives_each_what_it_cares_for() -> None:
    c = case([[0, 0], [100, 100]], [[0.9, 0.1], [0.1, 0.9]])
    for model in ("nash", "kalai_smorodinsky"):
        first, second = solve(c, model).values
        assert first < 30.0 and second > 70.0
        assert first == pytest.approx(100.0 - second, abs=0.01)


def test_with_a_reference_a_package_harms_nobody_and_beats_random_texts() -> None:
    rng = np.random.default_rng(7)
    c = case(
        [[10, 80, 40], [30, 90, 20], [60, 60, 10]],
        [[0.9, 0.3, 0.5], [0.2, 0.8, 0.4], [0.5, 0.5, 0.9]],
        reference=[95.0, 5.0, 90.0],
    )

    def package_gains(text: np.ndarray) -> np.ndarray:
        loss = (c.salience * ((text - c.position) / 100.0) ** 2).sum(axis=1)
        return (c.salience * ((c.reference - c.position) / 100.0) ** 2).sum(axis=1) - loss

    nash = package_gains(solve(c, "nash").values)
    assert (nash > 0).all()
    others = np.array([package_gains(t) for t in rng.uniform(0, 100, (20_000, 3))])
    others = others[(others > 0).all(axis=1)]
    assert np.log(nash).sum() >= np.log(others).sum(axis=1).max() - 1e-6
    fair = package_gains(solve(c, "kalai_smorodinsky").values)
    best = others.max(axis=0)
    assert (fair / best).min() >= (others / best).min(axis=1).max() - 0.01
