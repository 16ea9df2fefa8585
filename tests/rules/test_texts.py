"""Drafting, procedure, side letters, red lines and the other mediators."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import drafting, luck, mediators, procedure, red_lines, side_letters
from sim.rules.mediators import nash
from sim.rules.preferences import spatial

sizes_of = st.lists(st.integers(1, 6), min_size=1, max_size=4)
unit = st.floats(0.0, 1.0)


@st.composite
def grids(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], list[int], int]:
    """Sizes, ambition, places without the term, a text, and the term with words."""
    sizes = draw(sizes_of)
    n = len(sizes)
    ambition = draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=n, max_size=n))
    nones = [s - 1 if s > 1 and draw(st.booleans()) else -1 for s in sizes]
    text = [draw(st.integers(0, s - 1)) for s in sizes]
    words = draw(st.sampled_from([-1, *(t for t in range(n) if nones[t] < 0)]))
    return sizes, ambition, nones, text, words


@given(grids())
def test_candidates_stay_on_the_grid_and_begin_with_the_aim(
    grid: tuple[list[int], list[int], list[int], list[int], int],
) -> None:
    sizes, ambition, nones, aim, words = grid
    for changes in (drafting.steps(sizes, ambition), drafting.leaps(sizes, ambition)):
        room = drafting.most_candidates(changes, sizes, nones, words)
        into = [[0] * len(sizes) for _ in range(room + 1)]
        n = drafting.list_candidates(aim, changes, sizes, nones, words, [], [], into)
        assert n <= room
        assert into[0] == aim
        for row in into[:n]:
            assert all(0 <= place < size for place, size in zip(row, sizes, strict=True))


@given(sizes_of)
def test_leaps_are_all_changes_of_one_or_two_terms(sizes: list[int]) -> None:
    found = drafting.leaps(sizes, [0] * len(sizes))
    assert len(set(found)) == len(found)
    middle = [0] * len(sizes)
    reached = {
        tuple(p + d for p, d in zip(middle, row, strict=True))
        for row in found
        if all(0 <= p + d < s for p, d, s in zip(middle, row, sizes, strict=True))
    }
    wanted = {
        text
        for text in itertools.product(*(range(s) for s in sizes))
        if 1 <= sum(place != 0 for place in text) <= 2
    }
    assert reached == wanted


@given(grids(), st.data())
def test_a_text_comes_to_its_aim_by_steps_and_jumps(
    grid: tuple[list[int], list[int], list[int], list[int], int], data: st.DataObject
) -> None:
    sizes, ambition, nones, text, words = grid
    aim = [data.draw(st.integers(0, s - 1)) for s in sizes]
    steps = drafting.steps(sizes, ambition)
    choice = list(text)
    for _ in range(2 + sum(sizes)):
        drafting.jump_all(choice, aim, nones, words)
        found = [s for s in steps if drafting.leads_there(s, choice, aim, nones, words)]
        if not found:
            break
        before = sum(abs(a - b) for a, b in zip(choice, aim, strict=True))
        into = [0] * len(sizes)
        assert drafting.apply_change(found[0], choice, sizes, into)
        assert sum(abs(a - b) for a, b in zip(into, aim, strict=True)) < before
        choice = into
    assert choice == aim


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1))
def test_steps_across_red_lines_are_counted(terms: list[tuple[int, int, int]]) -> None:
    places = [t[0] for t in terms]
    low, high = [min(t[1:]) for t in terms], [max(t[1:]) for t in terms]
    across = red_lines.steps_across(places, low, high)
    wanted = sum(max(a - x, 0, x - b) for x, a, b in zip(places, low, high, strict=True))
    assert across == wanted
    assert (red_lines.first_crossed(places, low, high) == 0) == (across == 0)


@pytest.mark.parametrize(
    ("rule", "objectors", "last_day", "tabled", "share", "adopted"),
    [
        (procedure.CONSENSUS, 0, False, True, 1.0, True),
        (procedure.CONSENSUS, 1, True, True, 0.9, False),
        (procedure.QUALIFIED_MAJORITY, 1, False, True, 0.9, False),
        (procedure.QUALIFIED_MAJORITY, 1, True, True, 0.9, True),
        (procedure.QUALIFIED_MAJORITY, 1, True, True, 0.6, False),
        (procedure.QUALIFIED_MAJORITY, 1, True, False, 0.9, False),
        (procedure.UNANIMITY_MINUS, 1, False, True, 0.9, True),
        (procedure.UNANIMITY_MINUS, 2, True, True, 0.9, False),
        (procedure.UNANIMITY_MINUS, 1, True, False, 0.9, False),
    ],
)
def test_consensus_is_sought_and_the_vote_comes_last(
    rule: int, objectors: int, last_day: bool, tabled: bool, share: float, adopted: bool
) -> None:
    found = procedure.adopted(rule, share, 1.0, objectors, 0.65, 1, last_day, tabled)
    assert found == adopted


@given(unit, unit, st.integers(0, 6), unit, st.integers(0, 6), unit)
def test_concessions_cost_a_share_of_what_agreement_is_worth(
    value: float, in_force: float, letters: int, price: float, steps: int, step_price: float
) -> None:
    worth = side_letters.after_concessions(value, in_force, letters, price, steps, step_price)
    if value <= in_force or letters + steps == 0:
        assert worth == pytest.approx(value, abs=1e-15)
    else:
        left = (value - in_force) * (1.0 - price) ** letters * (1.0 - step_price) ** steps
        assert worth == pytest.approx(in_force + left, abs=1e-12)
        assert in_force <= worth <= value


def test_a_letter_is_for_the_least_likely_of_those_that_may() -> None:
    assert side_letters.hardest([0.9, 0.2, 0.2, 0.1], [True, True, True, False]) == 1
    assert side_letters.hardest([1.0, 1.0], [True, True]) == -1
    assert not side_letters.may_ask(True, True, True, False)
    assert not side_letters.may_ask(True, False, False, False)
    assert side_letters.may_ask(True, True, False, True)
    assert not side_letters.may_ask(False, False, True, True)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 2), st.floats(0.05, 1)), min_size=2))
def test_nash_and_its_rival_rank_texts_by_gains(
    texts: list[tuple[float, float, float]],
) -> None:
    for net, cost, half in texts:
        part = nash.part(net, -0.5, cost, 1.0 / half, 1.0, 1.0)
        if net < cost - 1e-3:
            assert part == pytest.approx((cost - net) / (cost + 0.5), rel=1e-9)
        assert 0.0 < part <= 1.0
        kinds = (mediators.NASH, mediators.KALAI_SMORODINSKY)
        assert {mediators.part(k, net, -0.5, cost, 1 / half, 1.0, 1.0) for k in kinds} == {part}


def test_the_mean_and_the_median_weigh_what_all_want() -> None:
    wants, weights = [0.0, 10.0, 4.0], [1.0, 1.0, 2.0]
    assert mediators.written_value(mediators.WEIGHTED_MEAN, wants, weights, 7.0) == 4.5
    assert mediators.written_value(mediators.WEIGHTED_MEDIAN, wants, weights, 7.0) == 4.0
    assert mediators.written_value(mediators.WEIGHTED_MEAN, wants, [0.0] * 3, 7.0) == 7.0


def test_every_mediator_says_what_it_may() -> None:
    for module in mediators.MODULES:
        assert module.REFERENCE
        assert not (module.SEARCHES and module.WRITES)
        assert module.SEARCHES or not module.GRANTS_LETTERS


@given(st.lists(st.floats(0.01, 5.0), min_size=2, max_size=12), st.integers(1, 3))
def test_camps_lose_half_by_the_farthest_text_on_average(
    weights: list[float], n_terms: int
) -> None:
    row = [w for w in weights for _ in range(n_terms)]
    total = spatial.scale_weights(row, [True] * len(weights), n_terms)
    assert sum(row) == pytest.approx(spatial.MEAN_LOSS * len(weights))
    assert total == pytest.approx(sum(row))


def test_a_chair_weighs_all_and_its_own_view() -> None:
    assert spatial.chair_value(0.2, 0.6, 0.0) == 0.8
    assert spatial.chair_value(0.2, 0.6, 1.0) == 0.4
    assert spatial.part_of_loss(0.75, 0.25, 2.0) == 0.5
    assert luck.below(0.0) == 0.5
