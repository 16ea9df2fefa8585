"""The drafting grid and the moves that a mediator can make on it.

A text is held twice: as its place on the grid of each term (integers, the *choice*) and as values.
A move changes one term by one step, or trades: one step on one term against one step on another.
"""

from collections.abc import Sequence

from .rule import Places, Row, Table, rule


def moves(sizes: Sequence[int], ambition: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """All moves of one redraft, in a fixed order.

    Parameters
    ----------
    sizes
        Number of values of each term.
    ambition
        For each term +1 where a higher value asks more of members, -1 where it asks less, 0 where
        there is no such direction.

    Returns
    -------
    list of (term, direction, other term, its direction)
        A single step has the other term -1. Trades ease one term and harden the other; between
        terms without a direction of ambition every pair of steps is a trade.
    """
    free = [t for t, size in enumerate(sizes) if size > 1]
    found = [(t, d, -1, 0) for t in free for d in (-1, 1)]
    for i, a in enumerate(free):
        for b in free[i + 1 :]:
            for da in (-1, 1):
                for db in (-1, 1):
                    same_sense = da * ambition[a] * db * ambition[b]
                    if same_sense <= 0:
                        found.append((a, da, b, db))
    return found


@rule
def stays(place: int, size: int) -> bool:
    """Whether a place is on the grid of a term."""
    return 0 <= place < size


@rule
def apply_move(move: Places, choice: Places, sizes: Places, into: Places) -> bool:
    """Write the choice after a move into ``into``; False if it would leave the grid."""
    for t in range(len(sizes)):
        into[t] = choice[t]
    t = move[0]
    into[t] = choice[t] + move[1]
    if not stays(into[t], sizes[t]):
        return False
    t = move[2]
    if t >= 0:
        into[t] = choice[t] + move[3]
        if not stays(into[t], sizes[t]):
            return False
    return True


@rule
def write_values(choice: Places, values: Table, n_terms: int, into: Places) -> None:
    """Write the values of a choice into ``into``."""
    for t in range(n_terms):
        into[t] = values[t][choice[t]]


@rule
def nearest(value: float, grid: Row, size: int) -> int:
    """Place on a grid of one term that is nearest to a value; the lower one on a tie."""
    best = 0
    for j in range(1, size):
        here = grid[j] - value
        there = grid[best] - value
        if here * here < there * there:
            best = j
    return best
