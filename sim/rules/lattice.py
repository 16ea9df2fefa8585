"""The lattice of feasible texts: changes that keep every equality between terms.

An equality such as ``grants + loans == 750`` leaves only part of the drafting grid. Texts move
within it by *circuits*, the changes on the fewest terms that keep all equalities (grants one step
up, loans one step down), so that an equality is kept and never filtered for. The circuits generate
every rational change that keeps the equalities (Rockafellar 1969, "The elementary vectors of a
subspace of R^N"; Onn 2010, "Nonlinear Discrete Optimization", chapter 2). Inequalities are limits:
texts beyond them are passed over.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm

from .rule import Places, Row, Table, rule

#: One row of whole numbers: what one step of each term adds to the left side of a constraint.
Coefficients = Sequence[int]


def circuits(sizes: Sequence[int], equalities: Sequence[Coefficients]) -> list[tuple[int, ...]]:
    """The changes on the fewest terms that keep all equalities, in the order of the terms.

    Parameters
    ----------
    sizes
        Number of values of each term; a term with one value does not move.
    equalities
        For each equality what one step of each term adds to its left side.

    Returns
    -------
    list of tuple of int
        Steps of each term, without a common factor, the first one positive. Without equalities one
        step of each term.

    Examples
    --------
    >>> circuits([3, 3, 3], [(1, 1, 0)])
    [(1, -1, 0), (0, 0, 1)]
    """
    free = [t for t, size in enumerate(sizes) if size > 1]
    bound = {t for t in free if any(row[t] for row in equalities)}
    found: list[tuple[int, ...]] = [_unit(len(sizes), t) for t in free if t not in bound]
    taken: list[frozenset[int]] = []
    for count in range(2, len(equalities) + 2):
        for support in combinations(sorted(bound), count):
            if any(smaller <= set(support) for smaller in taken):
                continue
            move = _kernel(support, equalities)
            if move is None:
                continue
            taken.append(frozenset(support))
            row = [0] * len(sizes)
            for t, d in zip(support, move, strict=True):
                row[t] = d
            if all(abs(d) < size for d, size in zip(row, sizes, strict=True)):
                found.append(tuple(row))
    return sorted(found, key=lambda row: [t for t, d in enumerate(row) if d])


def _unit(length: int, place: int) -> tuple[int, ...]:
    return tuple(1 if t == place else 0 for t in range(length))


def _kernel(support: Sequence[int], rows: Sequence[Coefficients]) -> list[int] | None:
    """The one change on exactly these terms that keeps all rows, None if there is not just one."""
    matrix = [[Fraction(row[t]) for t in support] for row in rows]
    pivots: list[int] = []
    rank = 0
    for column in range(len(support)):
        pivot = next((r for r in range(rank, len(matrix)) if matrix[r][column] != 0), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        head = matrix[rank][column]
        matrix[rank] = [x / head for x in matrix[rank]]
        for r in range(len(matrix)):
            if r != rank:
                factor = matrix[r][column]
                matrix[r] = [x - factor * y for x, y in zip(matrix[r], matrix[rank], strict=True)]
        pivots.append(column)
        rank += 1
    free = [c for c in range(len(support)) if c not in pivots]
    if len(free) != 1:
        return None
    solution = [Fraction(0)] * len(support)
    solution[free[0]] = Fraction(1)
    for r, column in enumerate(pivots):
        solution[column] = -matrix[r][free[0]]
    if any(x == 0 for x in solution):
        return None
    scale = lcm(*(x.denominator for x in solution))
    whole = [int(x * scale) for x in solution]
    common = gcd(*whole)
    sign = 1 if whole[0] > 0 else -1
    return [sign * x // common for x in whole]


@rule
def within_limits(choice: Places, limits: Table, most: Places) -> bool:
    """Whether a text keeps all limits between terms.

    Parameters
    ----------
    choice
        Places of the text.
    limits, most
        For each limit what one step of each term adds to its left side, and the most that this may
        come to; whole numbers.
    """
    for q in range(len(most)):
        total = 0
        for t in range(len(choice)):
            total = total + limits[q][t] * choice[t]
        if total > most[q]:
            return False
    return True


@rule
def feasible(choice: Places, kept: Places, equalities: Table, limits: Table, most: Places) -> bool:
    """Whether a text keeps all equalities, as a text that does (``kept``), and all limits.

    ``equalities``, ``limits`` and ``most`` are as for :func:`circuits` and :func:`within_limits`.
    """
    for e in range(len(equalities)):
        total = 0
        for t in range(len(choice)):
            total = total + equalities[e][t] * (choice[t] - kept[t])
        if total != 0:
            return False
    return within_limits(choice, limits, most)


@rule
def distance(choice: Places, other: Places, sizes: Row) -> float:
    """How far two texts are apart: the sum over terms of the share of the range between them."""
    total = 0.0
    for t in range(len(choice)):
        if sizes[t] > 1:
            away = choice[t] - other[t] if choice[t] > other[t] else other[t] - choice[t]
            total = total + away / (sizes[t] - 1)
    return total
