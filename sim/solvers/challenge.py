"""``challenge``: Bueno de Mesquita's expected-utility model of mutual challenges.

Bueno de Mesquita 1994, in Bueno de Mesquita & Stokman (eds.), "European Community Decision Making";
read as Scholz, Calbert & Smith 2011, "Unravelling Bueno De Mesquita's group decision model",
Journal of Theoretical Politics 23(4), doi:10.1177/0951629811418142. Where the implementations
differ, and what that changes, is in ``docs/peers.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .case import Case, Solution
from .weighted_median import median

#: Against what the votes for a challenger are counted.
Contest = Literal["all_pairs", "one_pair"]
#: Which of several compromises a member takes.
Choice = Literal["lowest", "least_move"]

#: Rounds after which the prediction is taken. The model does not converge in general.
ROUNDS = 1


@dataclass(frozen=True)
class Round:
    """One round of one term.

    Attributes
    ----------
    risk
        Risk exponents, 1/2 (most accepting) to 2 (most averse), shape (m,).
    position
        Positions after the round, shape (m,).
    median, mean
        Weighted median and mean of the positions after the round.
    moves
        (member, kind of encounter, opponent) of everybody who moved; places, not names.
    """

    risk: np.ndarray
    position: np.ndarray
    median: float
    mean: float
    moves: tuple[tuple[int, str, int], ...]


def solve(
    case: Case,
    rounds: int = ROUNDS,
    contest: Contest = "all_pairs",
    choice: Choice = "lowest",
) -> Solution:
    """The weighted median after some rounds of challenges, each term for itself.

    Parameters
    ----------
    rounds
        How many; with 0 it is the weighted median.
    contest, choice
        See :func:`play`.
    """
    values, steps = [], []
    for k, term in enumerate(case.terms):
        one = case.term(k)
        last = median(one, 0)
        for number, r in enumerate(play(one, contest, choice), start=1):
            if number > rounds:
                break
            last = r.median
            steps.append(_step(one, term, number, r))
        values.append(last)
    return Solution(np.array(values), steps=steps)


def _step(case: Case, term: str, number: int, r: Round) -> dict[str, Any]:
    moved = [f"{case.members[i]} {kind} {case.members[j]}" for i, kind, j in r.moves]
    return {
        "term": term,
        "round": number,
        "median": r.median,
        "mean": r.mean,
        "moves": "; ".join(moved) or "nobody moves",
    }


def play(
    case: Case, contest: Contest = "all_pairs", choice: Choice = "lowest", q: float = 1.0
) -> Iterator[Round]:
    """Play the challenges on a single term, round by round, for as long as somebody asks.

    Every round begins with risk exponents, found as if everybody were neutral; then every pair
    weighs a challenge, each side by its own exponent, and every member takes one of the offers
    that reach it: a lost confrontation before a compromise before a surrender.

    Parameters
    ----------
    case
        A decision on one term, such as :meth:`Case.term` gives.
    contest
        What the votes for a challenger are divided by: the votes in all pairs of positions, as the
        authors' program does, or those in the pair at hand, which makes the chances of the
        two sides add up to 1.
    choice
        Among compromises a member takes the one whose weighted mean of the two positions is
        lowest, as the authors' program does, or the one that moves it least, as the papers say.
    q
        Probability that the other side stands by what is if nobody challenges (1 in the papers).
    """
    power, salience = case.power, case.salience[:, 0]
    position = case.position[:, 0].copy()
    width = float(position.max() - position.min())
    while True:
        neutral = np.ones(len(position))
        risk = neutral
        moves: list[tuple[int, str, int]] = []
        if width > 0:
            chance = _chances(position, power * salience, neutral, width, contest)
            utility = _utilities(position, salience, neutral, chance, width, q)
            risk = _risk_exponents(utility)
            chance = _chances(position, power * salience, risk, width, contest)
            utility = _utilities(position, salience, risk, chance, width, q)
            position, moves = _moved(position, utility, choice, _SAME * width)
        now = _at(case, position)
        mean = float(np.average(position, weights=power * salience))
        yield Round(risk, position.copy(), median(now, 0), mean, tuple(moves))


def _at(case: Case, position: np.ndarray) -> Case:
    return Case(
        case.terms, case.members, case.power, position[:, None], case.salience,
        case.low, case.high,
    )  # fmt: skip


def _chances(
    x: np.ndarray, weight: np.ndarray, risk: np.ndarray, width: float, contest: Contest
) -> np.ndarray:
    """Chance that i wins against j, by the votes of all, shape (m, m).

    Votes of member v for x_i over x_j: c s ((|x_v - x_j| / width)^r - (|x_v - x_i| / width)^r).
    """
    distance = (np.abs(x[:, None] - x[None, :]) / width) ** risk[:, None]  # (voter, place)
    votes = weight[:, None, None] * (distance[:, None, :] - distance[:, :, None])
    won = np.maximum(votes, 0.0).sum(axis=0)
    cast = np.abs(votes).sum(axis=0)
    if contest == "all_pairs":
        cast = np.full_like(cast, cast.sum())
    differs = (np.abs(x[:, None] - x[None, :]) > _SAME * width) & (cast > 0)
    return np.divide(won, cast, out=np.zeros_like(won), where=differs)


def _utilities(
    x: np.ndarray,
    salience: np.ndarray,
    risk: np.ndarray,
    chance: np.ndarray,
    width: float,
    q: float,
) -> np.ndarray:
    """What a challenge of j is worth to i in the eyes of v, shape (viewer v, i, j).

    With probability s_j the other side resists: p success + (1 - p) failure; else success. Less
    q times the utility of what is. Success 2 - 4 (1/2 - d/2)^r, failure 2 - 4 (1/2 + d/2)^r, what
    is 2 - 4 (1/2)^r, d the distance of the two over the width.
    """
    half = 0.5 * np.abs(x[:, None] - x[None, :])[None] / width
    r = risk[:, None, None]
    success, failure = 2.0 - 4.0 * (0.5 - half) ** r, 2.0 - 4.0 * (0.5 + half) ** r
    resists = salience[None, None, :]
    fought = resists * (chance * success + (1.0 - chance) * failure)
    utility: np.ndarray = fought + (1.0 - resists) * success - q * (2.0 - 4.0 * 0.5**r)
    return utility


def _risk_exponents(utility: np.ndarray) -> np.ndarray:
    """r = (1 - R/3) / (1 + R/3), R = (2 D - max D - min D) / (max D - min D), shape (m,).

    D is the danger in which a member is: what all challenges of it are worth to the challengers.
    """
    m = len(utility)
    danger = np.array([utility[i, :, i].sum() - utility[i, i, i] for i in range(m)])
    spread = danger.max() - danger.min()
    if spread <= 0:
        return np.ones(m)
    acceptance = (2.0 * danger - danger.max() - danger.min()) / spread
    exponents: np.ndarray = (1.0 - acceptance / 3.0) / (1.0 + acceptance / 3.0)
    return exponents


#: Positions closer than this share of the width are the same: what is left of arithmetic between
#: members that came to one place by different ways would else decide who challenges whom.
_SAME = 1e-9

_KINDS = ("loses to", "meets", "gives in to")


def _moved(
    x: np.ndarray, utility: np.ndarray, choice: Choice, same: float
) -> tuple[np.ndarray, list[tuple[int, str, int]]]:
    """Positions after everybody has taken its best offer, all at once, and who moved how."""
    after, moves = x.copy(), []
    for i in range(len(x)):
        best: tuple[int, float, float, int] | None = None
        for j in range(len(x)):
            offer = _offer(i, j, x, utility, choice, same)
            if offer and (best is None or (offer[0], offer[1] + same) < (best[0], best[1])):
                best = offer
        if best is not None:
            after[i] = best[2]
            moves.append((i, _KINDS[best[0]], best[3]))
    return after, moves


def _offer(
    i: int, j: int, x: np.ndarray, utility: np.ndarray, choice: Choice, same: float
) -> tuple[int, float, float, int] | None:
    """What j makes i do: (kind, what it is ranked by, new position of i, j), or None."""
    mine, theirs = float(utility[i, i, j]), float(utility[i, j, i])
    whole = abs(x[j] - x[i])
    if whole <= same or theirs <= _SAME:
        return None
    if theirs > mine + _SAME and mine > _SAME:
        return 0, whole, float(x[j]), j
    if mine < -_SAME and theirs > -mine + _SAME:
        step = (x[j] - x[i]) * -mine / theirs
        lowest = (-mine * x[i] + theirs * x[j]) / (theirs - mine)
        return 1, float(lowest if choice == "lowest" else abs(step)), float(x[i] + step), j
    if mine < -_SAME and theirs < -mine - _SAME:
        return 2, whole, float(x[j]), j
    return None
