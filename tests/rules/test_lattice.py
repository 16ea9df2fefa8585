"""Changes keep every equality between terms, and together they reach every feasible text."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from sim.rules import drafting, lattice

sizes_of = st.lists(st.integers(1, 5), min_size=1, max_size=4)
row_of = st.lists(st.integers(-3, 3), min_size=4, max_size=4)


def total(row: tuple[int, ...] | list[int], change: tuple[int, ...]) -> int:
    return sum(a * b for a, b in zip(row, change, strict=False))


@given(sizes_of, st.lists(row_of, max_size=2))
def test_every_change_keeps_every_equality(sizes: list[int], rows: list[list[int]]) -> None:
    flat = [0] * len(sizes)
    equalities = [tuple(row[: len(sizes)]) for row in rows]
    for found in (
        lattice.circuits(sizes, equalities),
        drafting.steps(sizes, flat, equalities),
        drafting.leaps(sizes, flat, equalities),
        drafting.changes(sizes, flat, equalities),
    ):
        assert len(set(found)) == len(found)
        for change in found:
            assert any(change)
            assert all(total(row, change) == 0 for row in equalities)
            assert all(abs(d) < n for d, n in zip(change, sizes, strict=True))


@given(sizes_of)
def test_without_equalities_a_circuit_is_a_step_of_one_term(sizes: list[int]) -> None:
    found = lattice.circuits(sizes, [])
    assert [sum(map(abs, move)) for move in found] == [1] * sum(n > 1 for n in sizes)


@given(sizes_of, row_of)
def test_circuits_touch_the_fewest_terms(sizes: list[int], row: list[int]) -> None:
    equality = tuple(row[: len(sizes)])
    bound = {t for t, n in enumerate(sizes) if n > 1 and equality[t]}
    for move in lattice.circuits(sizes, [equality]):
        touched = {t for t, d in enumerate(move) if d}
        assert len(touched) == (2 if touched & bound else 1)


@given(
    st.lists(st.integers(2, 4), min_size=2, max_size=3),
    st.lists(st.sampled_from([-1, 1]), min_size=3, max_size=3),
    st.data(),
)
def test_all_feasible_texts_can_be_reached_by_leaps(
    sizes: list[int], row: list[int], data: st.DataObject
) -> None:
    # Steps of the same size, as where an amount is split: every text that keeps the sum.
    equality = tuple(row[: len(sizes)])
    start = tuple(data.draw(st.integers(0, n - 1)) for n in sizes)
    wanted = {
        text
        for text in product(*(range(n) for n in sizes))
        if total(equality, text) == total(equality, start)
    }
    changes = drafting.leaps(sizes, [0] * len(sizes), [equality])
    reached, edge = {start}, [start]
    while edge:
        here = edge.pop()
        for change in changes:
            there = tuple(a + b for a, b in zip(here, change, strict=True))
            if all(0 <= j < n for j, n in zip(there, sizes, strict=True)) and there not in reached:
                reached.add(there)
                edge.append(there)
    assert reached == wanted


@given(
    st.lists(st.integers(2, 6), min_size=2, max_size=3),
    st.lists(st.integers(-2, 2), min_size=3, max_size=3),
    st.lists(st.integers(-2, 2), min_size=3, max_size=3),
    st.data(),
)
def test_a_wish_is_met_or_approached_within_what_binds_the_terms(
    sizes: list[int], equality: list[int], limit: list[int], data: st.DataObject
) -> None:
    k = len(sizes)
    start = [data.draw(st.integers(0, n - 1)) for n in sizes]
    wish = [data.draw(st.integers(0, n - 1)) for n in sizes]
    equalities, limits = [equality[:k]], [limit[:k]]
    most = [total(limits[0], tuple(start)) + data.draw(st.integers(0, 4))]
    text = list(start)
    steps = drafting.steps(sizes, [0] * k, equalities)
    drafting.approach(text, wish, steps, sizes, equalities, limits, most, [[0] * k, [0] * k])
    assert lattice.feasible(text, start, equalities, limits, most)
    assert lattice.distance(text, wish, sizes) <= lattice.distance(start, wish, sizes)
    if lattice.feasible(wish, start, equalities, limits, most):
        assert text == wish


@given(sizes_of, st.data())
def test_distance_is_a_metric(sizes: list[int], data: st.DataObject) -> None:
    a, b, c = ([data.draw(st.integers(0, n - 1)) for n in sizes] for _ in range(3))
    assert lattice.distance(a, a, sizes) == 0.0
    assert lattice.distance(a, b, sizes) == lattice.distance(b, a, sizes)
    apart = lattice.distance(a, b, sizes) + lattice.distance(b, c, sizes)
    assert lattice.distance(a, c, sizes) <= apart + 1e-12


def test_terms_with_steps_of_different_size_move_by_whole_steps() -> None:
    # grants in steps of 50, loans in steps of 20: two steps of one for five of the other.
    assert lattice.circuits([11, 26], [(50, 20)]) == [(2, -5)]
