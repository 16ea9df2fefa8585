"""``exchange``: members trade votes on one term for votes on another, at equal gains.

Stokman & Van Oosten 1994, "The exchange of voting positions: an object-oriented model of policy
networks", in Bueno de Mesquita & Stokman (eds.), "European Community Decision Making"; the
equal-gain solution as in Van Assen, Stokman & Van Oosten 2003, "Conflict measures in cooperative
exchange models of collective decision-making", Rationality and Society 15(1),
doi:10.1177/1043463103015001042. Details that the papers leave open follow the public program of the
same group (equal-gain, R); see ``docs/peers.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from . import compromise
from .case import Case, Solution


@dataclass(frozen=True)
class Exchange:
    """Member i gets its way on term p and pays on term q; member j the other way round.

    Attributes
    ----------
    i, j, p, q
        Places of members and terms.
    gain
        What each of the two gains: salience x shift of the expected outcome, in the unit of the
        terms (which must share a scale); equal for both.
    paid_by_i, paid_by_j
        How far i moves on q and j on p, with their signs.
    """

    i: int
    j: int
    p: int
    q: int
    gain: float
    paid_by_i: float
    paid_by_j: float


def solve(case: Case) -> Solution:
    """The weighted mean of positions after all exchanges; see :func:`exchanges`.

    Terms are put on a common scale of 0 to 100 first, as the model compares shifts on two terms.
    """
    done, position = exchanges(_common(case))
    width = case.high - case.low
    after = case.low + position * width / 100.0
    moved = Case(case.terms, case.members, case.power, after, case.salience, case.low, case.high)
    notes: tuple[str, ...] = ()
    if len(case.terms) == 1:
        notes = ("There is only one term, so nothing can be exchanged: this is the compromise.",)
    steps = [
        {
            "exchange": number,
            "gain": e.gain,
            "first": case.members[e.i],
            "gets": case.terms[e.p],
            "pays": case.terms[e.q],
            "by": e.paid_by_i * width[e.q] / 100.0,
            "second": case.members[e.j],
            "moves": e.paid_by_j * width[e.p] / 100.0,
        }
        for number, e in enumerate(done, start=1)
    ]
    return Solution(compromise.solve(moved).values, notes, steps)


def _common(case: Case) -> Case:
    k = len(case.terms)
    return Case(
        case.terms,
        case.members,
        case.power,
        100.0 * (case.position - case.low) / (case.high - case.low),
        case.salience,
        np.zeros(k),
        np.full(k, 100.0),
    )


def exchanges(case: Case) -> tuple[list[Exchange], np.ndarray]:
    """Carry out exchanges, the most profitable first, until none is left.

    Two members can exchange on terms p and q if they stand on opposite sides of the expected
    outcome (the weighted mean) on both, and care for them in different proportions. The one that
    cares relatively more for p gets p. They move until their gains are equal and one of them
    has come all the way to what the other wanted at the beginning. After an exchange those that
    offer the same vote again are reckoned anew. Nobody moves back on a term.

    Parameters
    ----------
    case
        A decision on terms of a common scale.

    Returns
    -------
    list of Exchange, ndarray
        What was exchanged in order, and the positions afterwards, shape (m, k).
    """
    wanted, x = case.position, case.position.copy()
    outcome = compromise.solve(case).values
    above = outcome[None, :] < wanted
    takes_part = case.weights > 0
    open_: dict[tuple[int, int, int, int], Exchange] = {}
    for p, q in combinations(range(len(case.terms)), 2):
        both = np.flatnonzero(takes_part[:, p] & takes_part[:, q])
        for i, j in combinations(both.tolist(), 2):
            if above[i, p] == above[j, p] or above[i, q] == above[j, q]:
                continue
            s = case.salience
            keeps = s[i, p] * s[j, q] >= s[j, p] * s[i, q]
            a, b = (i, j) if keeps else (j, i)
            offer = _equal_gain(case, x, a, b, p, q)
            if offer:
                open_[a, b, p, q] = offer
    done = []
    while open_:
        best = max(open_.values(), key=lambda e: e.gain)
        done.append(best)
        x[best.i, best.q] += best.paid_by_i
        x[best.j, best.p] += best.paid_by_j
        del open_[best.i, best.j, best.p, best.q]
        spent = {(best.i, best.q), (best.j, best.p)}
        for key, e in list(open_.items()):
            if spent & {(e.i, e.q), (e.j, e.p)}:
                again = _equal_gain(case, x, *key)
                if again:
                    open_[key] = again
                else:
                    del open_[key]
    return done, x


def _equal_gain(case: Case, x: np.ndarray, i: int, j: int, p: int, q: int) -> Exchange | None:
    """The exchange in which both gain equally and one comes all the way; None if nothing is left.

    A shift of j by m on p moves the outcome by c_j s_jp m / sum c s. Equal gains,
    s_ip P - s_iq Q = s_jq Q - s_jp P, ask for Q / P = (s_ip + s_jp) / (s_iq + s_jq).
    """
    s, wanted = case.salience, case.position
    total = case.weights.sum(axis=0)
    by_j, by_i = case.weights[j, p] / total[p], case.weights[i, q] / total[q]
    way_j, way_i = wanted[i, p] - x[j, p], wanted[j, q] - x[i, q]
    side_j, side_i = wanted[i, p] - wanted[j, p], wanted[j, q] - wanted[i, q]
    if way_j * side_j <= 0 or way_i * side_i <= 0:
        return None  # already there, or it would have to move back
    ratio = (s[i, p] + s[j, p]) / (s[i, q] + s[j, q])
    shift_p = min(abs(way_j) * by_j, abs(way_i) * by_i / ratio)
    shift_q = shift_p * ratio
    gain = float(s[i, p] * shift_p - s[i, q] * shift_q)
    if gain <= 0:
        return None
    return Exchange(
        i, j, p, q, gain,
        float(np.sign(way_i) * shift_q / by_i), float(np.sign(way_j) * shift_p / by_j),
    )  # fmt: skip
