"""What every model must do, whatever it assumes."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SummitryError
from sim.solvers import MODELS, Case, solve
from tests.solvers.cases import case, cases

models = pytest.mark.parametrize("model", list(MODELS))
quick = settings(max_examples=25, deadline=None)


@models
@quick
@given(cases())
def test_predictions_lie_between_the_positions(model: str, c: Case) -> None:
    values = solve(c, model).values
    assert values.shape == (len(c.terms),)
    assert (values >= c.position.min(axis=0) - 1e-4).all()
    assert (values <= c.position.max(axis=0) + 1e-4).all()


@models
@quick
@given(st.integers(0, 10), st.integers(2, 6))
def test_what_all_want_is_what_comes_out(model: str, wish: int, m: int) -> None:
    c = case([[10.0 * wish, 30.0]] * m)
    assert solve(c, model).values == pytest.approx([10.0 * wish, 30.0], abs=1e-4)


@models
@quick
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(model: str, c: Case, random) -> None:
    order = list(range(len(c.members)))
    random.shuffle(order)
    shuffled = replace(
        c,
        members=tuple(c.members[i] for i in order),
        power=c.power[order],
        position=c.position[order],
        salience=c.salience[order],
    )
    # Where two offers or exchanges are worth the same, the order decides which comes first.
    if model not in ("challenge", "exchange"):
        expected = solve(c, model).values
        assert solve(shuffled, model).values == pytest.approx(expected, abs=0.05)


@models
@quick
@given(cases(), st.sampled_from([0.25, 3.0]))
def test_only_relative_power_matters(model: str, c: Case, factor: float) -> None:
    scaled = replace(c, power=factor * c.power)
    if model in ("challenge", "exchange"):
        scaled = replace(c, power=2.0 * c.power)  # exact, so that ties stay ties
    assert solve(scaled, model).values == pytest.approx(solve(c, model).values, abs=0.05)


@models
@quick
@given(cases())
def test_the_unit_of_a_term_does_not_matter(model: str, c: Case) -> None:
    moved = replace(
        c, position=2.0 * c.position + 64.0, low=2.0 * c.low + 64.0, high=2.0 * c.high + 64.0
    )
    expected = 2.0 * solve(c, model).values + 64.0
    assert solve(moved, model).values == pytest.approx(expected, abs=0.1)


@models
def test_a_solution_can_be_repeated_and_sent_elsewhere(model: str) -> None:
    c = case([[0, 80], [100, 10], [40, 60]], [[0.9, 0.2], [0.3, 0.8], [0.5, 0.5]])
    one, two = solve(c, model), solve(pickle.loads(pickle.dumps(c)), model)
    assert one.values.tolist() == two.values.tolist()
    assert pickle.loads(pickle.dumps(one)).notes == one.notes


@models
def test_who_does_not_care_does_not_count(model: str) -> None:
    c = case([[10], [30], [90]], [[0.5], [0.5], [0.0]])
    assert solve(c, model).values[0] <= 30.0 + 1e-6


@pytest.mark.parametrize(
    ("position", "salience", "expected"),
    [
        ([[0], [100]], [[0.5], [0.5]], 50.0),
        ([[0], [100], [100]], [[0.5]] * 3, 66.67),
        ([[0], [100]], [[0.10], [0.60]], 85.714),
        ([[0], [100]], [[0.90], [0.50]], 35.714),
    ],
)
def test_the_compromise_model_on_cases_worked_by_hand(position, salience, expected) -> None:
    values = solve(case(position, salience), "compromise").values
    assert values == pytest.approx([expected], abs=0.005)


def test_an_unknown_model_and_impossible_numbers_are_told_in_words() -> None:
    with pytest.raises(SummitryError, match="no model is called 'oracle'; there are compromise"):
        solve(case([[0], [1]]), "oracle")
    with pytest.raises(SummitryError, match="nobody has power and salience on 'term0'"):
        case([[0], [1]], [[0.0], [0.0]])
    with pytest.raises(SummitryError, match="saliences between 0 and 1"):
        case([[0], [1]], [[0.5], [40.0]])
