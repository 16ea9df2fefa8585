"""How the mediator of the batch engine writes the next text where the fast path does not apply."""

import numpy as np

from ...rules import mediators, tolerance
from ...rules.drafting import apply_move, nearest, write_values
from ...rules.preferences import ideal_value, pain
from .build import compile_inner as _compiled
from .pledge import take

_relieved, _crosses = tolerance.relieved, tolerance.crosses_red_line
_term, _total, _written_value = mediators.term, mediators.total, mediators.written_value


@_compiled
def feel_all(model, red_low, red_high, has_red_lines, text, rows, letter, relief, red_line, out):
    """What every member feels about a text, with its side letter and red lines."""
    n = len(text)
    for i in range(len(out)):
        hurts = pain(model[i], text, rows[:, i], n)
        crosses = has_red_lines and _crosses(text, red_low[i], red_high[i], n)
        out[i] = _relieved(hurts, letter[i], crosses, relief, red_line)


@_compiled
def favourite(model, grid, sizes, row, threat, text):
    """Write the text that a member likes best into ``text``."""
    for t in range(len(text)):
        wish = ideal_value(model, t, row, threat)
        text[t] = grid[t, nearest(wish, grid[t], sizes[t])]


@_compiled
def find_bests(
    model, red_low, red_high, has_red_lines, grid, sizes, rows, threat, reach, letter, relief,
    red_line, text, bests,
):  # fmt: skip
    """Each member's margin at the text that it likes best, for Kalai-Smorodinsky."""
    n = len(text)
    for i in range(len(bests)):
        favourite(model[i], grid, sizes, rows[:, i], threat[i], text)
        hurts = pain(model[i], text, rows[:, i], n)
        crosses = has_red_lines and _crosses(text, red_low[i], red_high[i], n)
        bests[i] = reach[i] - _relieved(hurts, letter[i], crosses, relief, red_line)


@_compiled
def write_weighted(
    kind, model, grid, sizes, rows, threat, capability, salience, text, ideals, weights, choice
):
    """Write every term as the weighted mean or median of what the members want.

    ``salience`` is (m x k) in one row.
    """
    n, m = len(choice), len(ideals)
    for term in range(n):
        for i in range(m):
            favourite(model[i], grid, sizes, rows[:, i], threat[i], text)
            ideals[i] = text[term]
            weights[i] = capability[i] * salience[i * n + term]
        value = _written_value(kind, ideals, weights, grid[term, choice[term]])
        choice[term] = nearest(value, grid[term], sizes[term])


@_compiled
def search_any(
    kind, sharpness, moves, sizes, grid, model, red_low, red_high, has_red_lines, rows, reach,
    bests, weights, letter, relief, red_line, pool, in_pool, temperature, noise, choice, into,
    text, pains, terms,
):  # fmt: skip
    """Move ``choice`` in place to the candidate that the mediator likes best: any negotiation."""
    n, n_moves = len(choice), len(moves)
    top = 0.0
    best = np.int64(-1)  # a plain -1 would have ``take`` compiled twice
    for j in range(1 + n_moves + in_pool):
        if j == 0:
            write_values(choice, grid, n, text)
        elif j <= n_moves:
            if not apply_move(moves[j - 1], choice, sizes, into):
                continue
            write_values(into, grid, n, text)
        else:
            write_values(pool[j - 1 - n_moves], grid, n, text)
        feel_all(
            model, red_low, red_high, has_red_lines, text, rows, letter, relief, red_line, pains
        )
        for i in range(len(terms)):
            terms[i] = _term(kind, reach[i] - pains[i], weights[i], bests[i], sharpness)
        score = _total(kind, terms)
        if temperature > 0.0:
            score = score + temperature * noise[j]
        if best < 0 or score > top:
            top = score
            best = j
    take(best, moves, sizes, pool, choice, into)
