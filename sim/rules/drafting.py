"""The drafting grid: which texts are looked at, and how the text comes towards an aim.

A text is held as its place on the grid of each term (whole numbers, the *choice*) and as values.
Terms are of two kinds. Most move by steps, within what binds them together. Words, and a term that
is left out or brought in, change at once: they *jump*.
"""

from collections.abc import Sequence

from .lattice import circuits, distance, feasible, within_limits
from .rule import Places, Row, Table, rule

#: With at most so many leaps the mediator looks at all of them whenever it thinks.
WIDE = 2000
#: With more than so many it looks at leaps of single terms and at steps of two.
TOO_WIDE = 20_000


def leaps(
    sizes: Sequence[int], ambition: Sequence[int], equalities: Sequence[Sequence[int]] = ()
) -> list[tuple[int, ...]]:
    """The changes along one or two circuits by any distance, in a fixed order.

    Without equalities between terms a circuit is a step of one term.

    Parameters
    ----------
    sizes
        Number of values of each term.
    ambition, equalities
        As for :func:`steps`.

    Returns
    -------
    list of tuple of int
        For each change the steps of each term. Where these are more than ``TOO_WIDE``, single
        circuits by any distance and :func:`steps` along two.
    """
    moves = circuits(sizes, equalities)
    reach = [_multiples(move, sizes) for move in moves]
    pairs = [(a, b) for a in range(len(moves)) for b in range(a + 1, len(moves))]
    count = sum(len(r) for r in reach) + sum(len(reach[a]) * len(reach[b]) for a, b in pairs)
    single = [row for rows in reach for row in rows]
    if count > TOO_WIDE:
        return single + steps(sizes, ambition, equalities)[2 * len(moves) :]
    both = [_sum(x, y) for a, b in pairs for x in reach[a] for y in reach[b]]
    return _different(single + both, sizes)


def steps(
    sizes: Sequence[int], ambition: Sequence[int], equalities: Sequence[Sequence[int]] = ()
) -> list[tuple[int, ...]]:
    """Single steps along each circuit, and trades of two, in a fixed order.

    Parameters
    ----------
    sizes
        Number of values of each term.
    ambition
        For each term +1 where a higher value asks more of members, -1 where it asks less, 0 where
        there is no such direction.
    equalities
        As for :func:`sim.rules.lattice.circuits`.

    Returns
    -------
    list of tuple of int
        For each change the steps of each term. A trade eases one term and hardens another; where a
        term has no direction, any two steps are a trade.
    """
    moves = circuits(sizes, equalities)
    asks = [ambition[_only(move)] if _only(move) >= 0 else 0 for move in moves]
    found = [_times(move, d) for move in moves for d in (-1, 1)]
    trades = []
    for a in range(len(moves)):
        for b in range(a + 1, len(moves)):
            for da in (-1, 1):
                for db in (-1, 1):
                    if da * asks[a] * db * asks[b] <= 0:
                        trades.append(_sum(_times(moves[a], da), _times(moves[b], db)))
    known = set(found)
    return found + [row for row in _different(trades, sizes) if row not in known]


def changes(
    sizes: Sequence[int], ambition: Sequence[int], equalities: Sequence[Sequence[int]] = ()
) -> list[tuple[int, ...]]:
    """What the mediator looks at between two drafts: leaps where they are few, else steps."""
    wide = leaps(sizes, ambition, equalities)
    return wide if len(wide) <= WIDE else steps(sizes, ambition, equalities)


def short(
    rows: Sequence[tuple[int, ...]], sizes: Sequence[int], equalities: Sequence[Sequence[int]] = ()
) -> list[tuple[int, ...]]:
    """Those of some changes that go one step along one circuit, or along two, in their order."""
    moves = circuits(sizes, equalities)
    single = [(j, _times(move, d)) for j, move in enumerate(moves) for d in (-1, 1)]
    near = {row for _, row in single}
    near |= {_sum(a, b) for i, a in single for j, b in single if i < j}
    return [row for row in rows if row in near]


def _only(move: Sequence[int]) -> int:
    """The one term that a circuit changes, -1 if there are several."""
    touched = [t for t, d in enumerate(move) if d]
    return touched[0] if len(touched) == 1 else -1


def _multiples(move: Sequence[int], sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """A circuit by every distance that the grid has room for, backwards first."""
    most = min((sizes[t] - 1) // abs(d) for t, d in enumerate(move) if d)
    return [_times(move, n) for n in range(-most, most + 1) if n]


def _times(move: Sequence[int], n: int) -> tuple[int, ...]:
    return tuple(n * d for d in move)


def _sum(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _different(rows: list[tuple[int, ...]], sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """The changes that the grid has room for, each once, the first time that it comes."""
    fit = [r for r in rows if any(r) and all(abs(d) < n for d, n in zip(r, sizes, strict=True))]
    return list(dict.fromkeys(fit))


@rule
def stays(place: int, size: int) -> bool:
    """Whether a place is on the grid of a term."""
    return 0 <= place < size


@rule
def apply_change(steps: Places, choice: Places, sizes: Places, into: Places) -> bool:
    """Write the choice after a change into ``into``; False if it would leave the grid."""
    for t in range(len(sizes)):
        into[t] = choice[t] + steps[t]
        if not stays(into[t], sizes[t]):
            return False
    return True


@rule
def list_candidates(
    aim: Places,
    steps: Table,
    sizes: Places,
    nones: Places,
    words: int,
    limits: Table,
    most: Places,
    into: Table,
) -> int:
    """Write the texts that are compared with an aim into ``into``; how many there are.

    The aim itself comes first, then the changes of :func:`changes` that stay on the grid and within
    the limits, then jumps: each term that may be left out is left out, or comes back with every
    second value, in any words.

    Parameters
    ----------
    aim
        Places of the aim.
    steps
        The changes.
    sizes, nones
        Number of values of each term, and the place of a text without it (-1 if it must stay).
    words
        The term that holds the words, -1 if there is none.
    limits, most
        As for :func:`sim.rules.lattice.within_limits`.
    into
        Room for the candidates, one row each.
    """
    for t in range(len(sizes)):
        into[0][t] = aim[t]
    n = 1
    for c in range(len(steps)):
        if apply_change(steps[c], aim, sizes, into[n]) and within_limits(into[n], limits, most):
            n = n + 1
    for t in range(len(sizes)):
        if nones[t] < 0 or sizes[t] < 2:
            continue
        wordings = sizes[words] if words >= 0 else 1
        for w in range(wordings):
            out = aim[t] != nones[t]
            first = nones[t] if out else 0
            last = nones[t] + 1 if out else sizes[t] - 1
            for place in range(first, last, 2):
                for other in range(len(sizes)):
                    into[n][other] = aim[other]
                into[n][t] = place
                if words >= 0:
                    into[n][words] = w
                n = n + 1
    return n


def most_candidates(
    steps: Sequence[Sequence[int]], sizes: Sequence[int], nones: Sequence[int], words: int
) -> int:
    """The most texts that :func:`list_candidates` writes."""
    wordings = sizes[words] if words >= 0 else 1
    jumps = sum(wordings * ((sizes[t] + 1) // 2 + 1) for t, none in enumerate(nones) if none >= 0)
    return 1 + len(steps) + jumps + 1


@rule
def jumps(term: int, choice: Places, aim: Places, nones: Places, words: int) -> bool:
    """Whether the way from a text to an aim changes a term at once and not by steps."""
    if term == words:
        return choice[term] != aim[term]
    if nones[term] < 0 or choice[term] == aim[term]:
        return False
    return choice[term] == nones[term] or aim[term] == nones[term]


@rule
def leads_there(steps: Places, choice: Places, aim: Places, nones: Places, words: int) -> bool:
    """Whether a change brings a text closer to an aim on each term it touches, and not beyond it.

    Terms that jump are no matter of steps.
    """
    for t in range(len(steps)):
        d = steps[t]
        if d == 0:
            continue
        if jumps(t, choice, aim, nones, words):
            return False
        if d > 0 and aim[t] < choice[t] + d:
            return False
        if d < 0 and aim[t] > choice[t] + d:
            return False
    return True


@rule
def hardens_only(steps: Places, ambition: Places) -> bool:
    """Whether a change asks more of members on some term and less on none."""
    harder = False
    for t in range(len(steps)):
        asks = steps[t] * ambition[t]
        if asks > 0:
            harder = True
        elif steps[t] != 0:
            return False
    return harder


@rule
def jump_all(choice: Places, aim: Places, nones: Places, words: int) -> None:
    """Change all terms of a text that jump on the way to an aim."""
    for t in range(len(choice)):
        if jumps(t, choice, aim, nones, words):
            choice[t] = aim[t]


@rule
def approach(
    choice: Places,
    target: Places,
    steps: Table,
    sizes: Places,
    equalities: Table,
    limits: Table,
    most: Places,
    into: Table,
) -> None:
    """Bring a feasible text to a wish, or as near as feasible texts go, one change at a time.

    Parameters
    ----------
    choice
        Places of the text; changed in place.
    target
        Places of the wish, which need not keep what binds the terms together.
    steps
        The changes of :func:`short`.
    sizes, limits, most
        As for :func:`list_candidates`.
    equalities
        As for :func:`sim.rules.lattice.circuits`.
    into
        Room for two texts.
    """
    if feasible(target, choice, equalities, limits, most):
        for t in range(len(sizes)):
            choice[t] = target[t]
        return
    here = distance(choice, target, sizes)
    while True:
        nearest_yet = here
        for c in range(len(steps)):
            if not apply_change(steps[c], choice, sizes, into[0]):
                continue
            if not within_limits(into[0], limits, most):
                continue
            there = distance(into[0], target, sizes)
            if there < nearest_yet:
                nearest_yet = there
                for t in range(len(sizes)):
                    into[1][t] = into[0][t]
        if nearest_yet >= here:
            return
        here = nearest_yet
        for t in range(len(sizes)):
            choice[t] = into[1][t]


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
