"""The fast path of the batch engine: spending pledges (``burden`` members and one demander).

Around a text each term has three values: one step down, the same, one step up. The rules are asked
once for each part of the pain that these values can give, for all members; the pain of any move is
then a few additions. Members are innermost and contiguous, so that a processor handles several at
once. The parts are those of the rules, put together by the rule that ``burden.pain`` uses, so the
bits are the same.

What is around a text is kept in :class:`sim.engine.compiled.work.Nearby`.
"""

import numpy as np

from ...rules import mediators, tolerance
from ...rules.drafting import apply_move, stays, write_values
from ...rules.preferences import BURDEN, burden, demander
from .build import compile_inner as _compiled

_CORE, _BROADER, _DEADLINE = burden.CORE, burden.BROADER, burden.DEADLINE
_INCREMENT, _REVIEW, _WORDING = burden.INCREMENT, burden.REVIEW, burden.WORDING
_BROADER_WEIGHT, _YEAR, _UNDATED = burden.BROADER_WEIGHT, burden.YEAR, burden.UNDATED
_core_pain, _increment_pain, _shortfall_pain = (
    burden.core_pain,
    burden.increment_pain,
    burden.shortfall_pain,
)
_years_left, _relief, _together = burden.years_left, burden.relief, burden.together
_split_pain, _headline_pain, _years_pain = (
    demander.split_pain,
    demander.headline_pain,
    demander.years_pain,
)
_demanded_increment_pain, _review_pain = demander.increment_pain, demander.review_pain
_demander_pain, _relieved = demander.pain, tolerance.relieved
_COMPROMISE, _term, _total = mediators.COMPROMISE, mediators.term, mediators.total


@_compiled
def _first_pledging(model):
    """Place of the first member that pledges; what all share is read from its position."""
    first = 0
    while first < len(model) - 1 and model[first] != BURDEN:
        first += 1
    return first


@_compiled
def _position(rows, i):
    """The position of one member, ``burden.COLUMNS`` numbers. Unlike a slice it is read from places
    that lie side by side for members that do, so that a processor can read several at once."""
    return (
        rows[0, i], rows[1, i], rows[2, i], rows[3, i], rows[4, i], rows[5, i], rows[6, i],
        rows[7, i], rows[8, i], rows[9, i], rows[10, i], rows[11, i], rows[12, i],
    )  # fmt: skip


@_compiled
def look_around(near, model, grid, sizes, demander_place, choice, rows):
    """Fill the parts around the text at ``choice``; ``rows`` is (columns, m)."""
    m = rows.shape[1]
    values, core_parts, broader_parts = near.values, near.core, near.broader
    increment_parts, shortfall_parts, lasting = near.increment, near.shortfall, near.lasting
    for t in range(len(choice)):
        for s in range(3):
            values[t, s] = grid[t, min(max(choice[t] + s - 1, 0), sizes[t] - 1)]
    first = _first_pledging(model)
    year, undated = rows[_YEAR, first], rows[_UNDATED, first]
    for a in range(3):
        core, broader = values[_CORE, a], values[_BROADER, a]
        for i in range(m):
            broader_parts[a, i] = rows[_BROADER_WEIGHT, i] * broader
        for s in range(3):
            part = 3 * a + s
            years = _years_left(values[_DEADLINE, s], year, undated)
            increment, strength = values[_INCREMENT, s], values[_WORDING, s]
            for i in range(m):
                core_parts[part, i] = _core_pain(core, years, _position(rows, i))
            for i in range(m):
                increment_parts[part, i] = _increment_pain(core, increment, _position(rows, i))
            for i in range(m):
                shortfall_parts[part, i] = _shortfall_pain(core, strength, _position(rows, i))
            lasting[part] = _relief(values[_REVIEW, a], values[_DEADLINE, s], rows[:, first])
    if demander_place < 0:
        return
    asked, row = near.asked, rows[:, demander_place]
    for a in range(3):
        asked[2, a] = _years_pain(values[_DEADLINE, a], row)
        asked[3, a] = _demanded_increment_pain(values[_INCREMENT, a], row)
        for s in range(3):
            part = 3 * a + s
            asked[0, part] = _split_pain(values[_BROADER, a], values[_WORDING, s], row)
            asked[1, part] = _headline_pain(values[_CORE, a], values[_BROADER, s], row)
            asked[4, part] = _review_pain(values[_REVIEW, a], values[_DEADLINE, s], row)


@_compiled
def places_after(t1, d1, t2, d2, out):
    """Places of the parts after one move; ``t1`` or ``t2`` negative: no step.

    In order: core, broader, increment, shortfall, lasting, the wording; then of the demander
    split, headline, years and increment (its review is at the place of lasting).
    """
    a = 1 + d1 * (t1 == _CORE) + d2 * (t2 == _CORE)
    b = 1 + d1 * (t1 == _BROADER) + d2 * (t2 == _BROADER)
    d = 1 + d1 * (t1 == _DEADLINE) + d2 * (t2 == _DEADLINE)
    c = 1 + d1 * (t1 == _INCREMENT) + d2 * (t2 == _INCREMENT)
    r = 1 + d1 * (t1 == _REVIEW) + d2 * (t2 == _REVIEW)
    w = 1 + d1 * (t1 == _WORDING) + d2 * (t2 == _WORDING)
    out[0] = 3 * a + d
    out[1] = b
    out[2] = 3 * a + c
    out[3] = 3 * a + w
    out[4] = 3 * r + d
    out[5] = w
    out[6] = 3 * b + w
    out[7] = 3 * a + b
    out[8] = d
    out[9] = c


@_compiled
def _asked_pain(asked, place):
    """The demander's pain after a move, its parts added in the order of the rule."""
    total = asked[0, place[6]] + asked[1, place[7]] + asked[2, place[8]] + asked[3, place[9]]
    return total + asked[4, place[4]]


@_compiled
def pains_here(near, demander_place, out):
    """Pain of every member on the text itself, before side letters."""
    values, core, broader, increment = near.values, near.core, near.broader, near.increment
    shortfall = near.shortfall
    strength, lasting = values[_WORDING, 1], near.lasting[4]
    for i in range(len(out)):
        out[i] = _together(
            strength, lasting, core[4, i], broader[1, i], increment[4, i], shortfall[4, i]
        )
    if demander_place >= 0:
        places_after(-1, 0, -1, 0, near.place)
        out[demander_place] = _asked_pain(near.asked, near.place)


@_compiled
def name_objections(near, sizes, demander_place, choice, passed, named):
    """What each objector names: the single step on the grid that relieves it most.

    The same as the rule ``silence.objection`` for every member.
    """
    values, core, broader, increment = near.values, near.core, near.broader, near.increment
    shortfall, lasting, asked, least = near.shortfall, near.lasting, near.asked, near.least
    m, place, pains = len(named), near.place, near.pains
    pains_here(near, demander_place, least)
    for i in range(m):
        named[i] = 0
    for t in range(len(choice)):
        for d in (-1, 1):
            if not stays(choice[t] + d, sizes[t]):
                continue
            places_after(t, d, -1, 0, place)
            ca, b, ci, cw, rd, w = place[0], place[1], place[2], place[3], place[4], place[5]
            strength, share, code = values[_WORDING, w], lasting[rd], d * (t + 1)
            for i in range(m):
                pains[i] = _together(
                    strength, share, core[ca, i], broader[b, i], increment[ci, i], shortfall[cw, i]
                )
            if demander_place >= 0:
                pains[demander_place] = _asked_pain(asked, place)
            # A loop of its own: the compiler gives up on loops that touch too many arrays.
            for i in range(m):
                better = pains[i] < least[i]
                least[i] = pains[i] if better else least[i]
                named[i] = code if better else named[i]
    for i in range(m):
        named[i] = 0 if passed[i] else named[i]


@_compiled
def _pains_of(text, rows, first, parts, out):
    """Pain of every member that pledges on any text, before side letters.

    In three loops: the compiler gives up on those that touch too many arrays.
    """
    years = _years_left(text[_DEADLINE], rows[_YEAR, first], rows[_UNDATED, first])
    lasting = _relief(text[_REVIEW], text[_DEADLINE], rows[:, first])
    core, broader = text[_CORE], text[_BROADER]
    increment, strength = text[_INCREMENT], text[_WORDING]
    for i in range(len(out)):
        parts[0, i] = _core_pain(core, years, _position(rows, i))
    for i in range(len(out)):
        parts[1, i] = _increment_pain(core, increment, _position(rows, i))
    for i in range(len(out)):
        hurts = _shortfall_pain(core, strength, _position(rows, i))
        wider = rows[_BROADER_WEIGHT, i] * broader
        out[i] = _together(strength, lasting, parts[0, i], wider, parts[1, i], hurts)


@_compiled
def search_pledge(
    near,
    kind,
    sharpness,
    moves,
    sizes,
    grid,
    model,
    demander_place,
    rows,
    reach,
    bests,
    weights,
    letter,
    relief,
    red_line,
    pool,
    in_pool,
    places,
    temperature,
    noise,
    choice,
    into,
):
    """Move ``choice`` in place to the candidate that the mediator likes best.

    The same as ``Mediator.search`` for every candidate; ``reach`` is the tolerance of each member
    as the mediator sees it.
    """
    values, core, broader, increment = near.values, near.core, near.broader, near.increment
    shortfall, lasting, text = near.shortfall, near.lasting, near.text
    pains, terms = near.pains, near.terms
    m, n, n_moves = len(reach), len(choice), len(moves)
    first = _first_pledging(model)
    top = 0.0
    best = np.int64(-1)  # a plain -1 would have ``take`` compiled twice
    for j in range(1 + n_moves + in_pool):
        if j <= n_moves:
            t1, d1, t2, d2 = -1, 0, -1, 0
            if j > 0:
                t1, d1, t2, d2 = moves[j - 1, 0], moves[j - 1, 1], moves[j - 1, 2], moves[j - 1, 3]
                if not stays(choice[t1] + d1, sizes[t1]):
                    continue
                if t2 >= 0 and not stays(choice[t2] + d2, sizes[t2]):
                    continue
            ca, b, ci = places[j, 0], places[j, 1], places[j, 2]
            cw, rd, w = places[j, 3], places[j, 4], places[j, 5]
            strength, share = values[_WORDING, w], lasting[rd]
            asks = _asked_pain(near.asked, places[j])
            for i in range(m):
                pains[i] = _together(
                    strength, share, core[ca, i], broader[b, i], increment[ci, i], shortfall[cw, i]
                )
        else:
            write_values(pool[j - 1 - n_moves], grid, n, text)
            asks = _demander_pain(text, rows[:, demander_place]) if demander_place >= 0 else 0.0
            _pains_of(text, rows, first, near.parts, pains)
        if kind == _COMPROMISE:  # said to the compiler, which then does several at once
            for i in range(m):
                hurts = asks if i == demander_place else pains[i]
                hurts = _relieved(hurts, letter[i], False, relief, red_line)
                terms[i] = _term(_COMPROMISE, reach[i] - hurts, weights[i], 0.0, sharpness)
        else:
            for i in range(m):
                hurts = asks if i == demander_place else pains[i]
                hurts = _relieved(hurts, letter[i], False, relief, red_line)
                terms[i] = _term(kind, reach[i] - hurts, weights[i], bests[i], sharpness)
        score = _total(kind, terms)
        if temperature > 0.0:
            score = score + temperature * noise[j]
        if best < 0 or score > top:
            top = score
            best = j
    take(best, moves, sizes, pool, choice, into)


@_compiled
def take(best, moves, sizes, pool, choice, into):
    """Make the candidate number ``best`` the text: 0 as it is, then moves, then the pool."""
    n_moves = len(moves)
    if best > n_moves:
        for t in range(len(choice)):
            choice[t] = pool[best - 1 - n_moves, t]
    elif best > 0:
        apply_move(moves[best - 1], choice, sizes, into)
        for t in range(len(choice)):
            choice[t] = into[t]
