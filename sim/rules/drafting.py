"""The drafting grid: which texts are looked at, and how the text comes towards an aim.

A text is held as its place on the grid of each term (whole numbers, the *choice*) and as values.
Terms are of two kinds. Most move by steps. Words, and a term that is left out or brought in, change
at once: they *jump*.
"""

from collections.abc import Sequence

from .rule import Places, Row, Table, rule

#: With at most so many leaps the mediator looks at all of them whenever it thinks.
WIDE = 2000
#: With more than so many it looks at leaps of single terms and at steps of two.
TOO_WIDE = 20_000


def leaps(sizes: Sequence[int], ambition: Sequence[int]) -> list[tuple[int, ...]]:
    """The changes of one or two terms by any distance, in a fixed order.

    Parameters
    ----------
    sizes
        Number of values of each term.
    ambition
        As for :func:`changes`.

    Returns
    -------
    list of tuple of int
        For each change the steps of each term. Where these are more than ``TOO_WIDE``, single terms
        by any distance and :func:`steps` of two.
    """
    free = [t for t, size in enumerate(sizes) if size > 1]
    reach = {t: [d for d in range(1 - sizes[t], sizes[t]) if d != 0] for t in free}
    pairs = [(a, b) for i, a in enumerate(free) for b in free[i + 1 :]]
    count = sum(len(r) for r in reach.values()) + sum(
        len(reach[a]) * len(reach[b]) for a, b in pairs
    )
    single = [_change(sizes, (t, d)) for t in free for d in reach[t]]
    if count > TOO_WIDE:
        return single + [row for row in steps(sizes, ambition) if sum(d != 0 for d in row) == 2]
    return single + [
        _change(sizes, (a, da), (b, db)) for a, b in pairs for da in reach[a] for db in reach[b]
    ]


def steps(sizes: Sequence[int], ambition: Sequence[int]) -> list[tuple[int, ...]]:
    """Single steps, and trades of two terms, in a fixed order.

    Parameters
    ----------
    sizes
        Number of values of each term.
    ambition
        For each term +1 where a higher value asks more of members, -1 where it asks less, 0 where
        there is no such direction.

    Returns
    -------
    list of tuple of int
        For each change the steps of each term. A trade eases one term and hardens another; where a
        term has no direction, any two steps are a trade.
    """
    free = [t for t, size in enumerate(sizes) if size > 1]
    found = [_change(sizes, (t, d)) for t in free for d in (-1, 1)]
    for i, a in enumerate(free):
        for b in free[i + 1 :]:
            for da in (-1, 1):
                for db in (-1, 1):
                    if da * ambition[a] * db * ambition[b] <= 0:
                        found.append(_change(sizes, (a, da), (b, db)))
    return found


def changes(sizes: Sequence[int], ambition: Sequence[int]) -> list[tuple[int, ...]]:
    """What the mediator looks at between two drafts: leaps where they are few, else steps."""
    wide = leaps(sizes, ambition)
    return wide if len(wide) <= WIDE else steps(sizes, ambition)


def _change(sizes: Sequence[int], *parts: tuple[int, int]) -> tuple[int, ...]:
    row = [0] * len(sizes)
    for t, d in parts:
        row[t] = d
    return tuple(row)


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
    aim: Places, steps: Table, sizes: Places, nones: Places, words: int, into: Table
) -> int:
    """Write the texts that are compared with an aim into ``into``; how many there are.

    The aim itself comes first, then the changes of :func:`changes` that stay on the grid, then
    jumps: each term that may be left out is left out, or comes back with every second value, in
    any words.

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
    into
        Room for the candidates, one row each.
    """
    for t in range(len(sizes)):
        into[0][t] = aim[t]
    n = 1
    for c in range(len(steps)):
        if apply_change(steps[c], aim, sizes, into[n]):
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
    """Whether a change of one step a term brings a text closer to an aim on each term it touches.

    Terms that jump are no matter of steps.
    """
    for t in range(len(steps)):
        d = steps[t]
        if d == 0:
            continue
        if d > 1 or d < -1 or jumps(t, choice, aim, nones, words):
            return False
        if d > 0 and aim[t] <= choice[t]:
            return False
        if d < 0 and aim[t] >= choice[t]:
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
