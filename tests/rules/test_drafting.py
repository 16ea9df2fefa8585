"""Moves on the drafting grid."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.drafting import apply_move, moves, nearest, write_values

TERMS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([-1, 0, 1])), min_size=1, max_size=5)


@given(TERMS)
def test_moves_are_all_single_steps_and_all_trades(terms: list[tuple[int, int]]) -> None:
    sizes, ambition = [s for s, _ in terms], [a for _, a in terms]
    found = moves(sizes, ambition)
    as_steps = []
    for a, da, b, db in found:
        step = [0] * len(sizes)
        step[a] = da
        if b >= 0:
            step[b] = db
        as_steps.append(tuple(step))
    assert len(set(as_steps)) == len(as_steps)

    def is_move(step: tuple[int, ...]) -> bool:
        changed = [t for t, d in enumerate(step) if d]
        if any(sizes[t] == 1 for t in changed) or not 1 <= len(changed) <= 2:
            return False
        # A trade never asks more, or less, on both terms.
        senses = [step[t] * ambition[t] for t in changed]
        return len(changed) == 1 or senses[0] * senses[1] <= 0

    brute = {step for step in itertools.product((-1, 0, 1), repeat=len(sizes)) if is_move(step)}
    assert set(as_steps) == brute


@given(TERMS, st.data())
def test_applying_a_move_stays_on_the_grid_and_leaves_the_text_alone(
    terms: list[tuple[int, int]], data: st.DataObject
) -> None:
    sizes = [s for s, _ in terms]
    choice = [data.draw(st.integers(0, size - 1)) for size in sizes]
    before = list(choice)
    for move in moves(sizes, [a for _, a in terms]):
        into = [-9] * len(sizes)
        wanted = list(choice)
        wanted[move[0]] += move[1]
        if move[2] >= 0:
            wanted[move[2]] += move[3]
        stays = all(0 <= place < size for place, size in zip(wanted, sizes, strict=True))
        assert apply_move(move, choice, sizes, into) == stays
        assert not stays or into == wanted
        assert choice == before


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=12, unique=True), st.integers(-200, 200))
def test_nearest_is_the_first_of_the_nearest_values(quarters: list[int], sixteenths: int) -> None:
    grid = [q / 4 for q in sorted(quarters)]
    value = sixteenths / 16
    distances = [abs(v - value) for v in grid]
    assert nearest(value, grid, len(grid)) == distances.index(min(distances))


def test_nearest_looks_no_farther_than_the_size_of_the_term() -> None:
    # Grids of terms with fewer values are filled up with zeros.
    assert nearest(0.0, [3.0, 2.0, 0.0], 2) == 1


def test_values_of_a_choice() -> None:
    into = [0.0, 0.0]
    write_values([2, 0], [[1.0, 2.0, 3.0], [7.0, 8.0, 9.0]], 2, into)
    assert into == [3.0, 7.0]
