"""``nash`` and ``kalai_smorodinsky``: what rational members with a veto would settle on.

Nash 1950, "The Bargaining Problem", Econometrica 18(2), doi:10.2307/1907266, with bargaining power
as in Kalai 1977, "Nonsymmetric Nash solutions and replications of 2-person bargaining",
International Journal of Game Theory 6(3), doi:10.1007/BF01774658; Kalai & Smorodinsky 1975, "Other
Solutions to Nash's Bargaining Problem", Econometrica 43(3), doi:10.2307/1914280.

A member loses sum_k s_k ((x_k - ideal_k) / width_k)^2 by a text x. Its gain is what it loses at
the reference less what it loses by the text; without a reference, failure costs it sum_k s_k, as
much as a text a whole scale away on every term (the "highly undesired disagreement" of Achen 2006).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .case import Case, Solution

_NOTHING = 1e-9
STANDS = "Nobody can gain without somebody losing against the reference: the reference stands."


def nash(case: Case) -> Solution:
    """The text with the largest sum of power x log gain.

    Members that no text can make better off without harming another only have to lose nothing.
    """
    return _solve(case, _nash_score)


def kalai_smorodinsky(case: Case) -> Solution:
    """The text that maximises the smallest share of what each member could gain at best.

    At best: at the text that is best for it among those that harm nobody against the reference.
    """
    return _solve(case, _ks_score)


#: Scores a text for its gains, shape (players,), given their best gains and powers.
Score = Callable[[np.ndarray, np.ndarray, np.ndarray], float]


def _nash_score(gain: np.ndarray, best: np.ndarray, power: np.ndarray) -> float:
    # Below a sliver of its best gain the log goes on as its tangent, so that the search can begin
    # anywhere; the maximum lies above.
    share = gain / best
    small = 1e-6
    logs = np.where(
        share > small, np.log(np.maximum(share, small)), np.log(small) + share / small - 1.0
    )
    return float((power * logs).sum() / power.sum())


def _ks_score(gain: np.ndarray, best: np.ndarray, power: np.ndarray) -> float:
    return float((gain / best).min())


class _Bargain:
    """The gains of those who take part, on scales of 0 to 1."""

    def __init__(self, case: Case) -> None:
        width = case.high - case.low
        taking = (case.weights > 0).any(axis=1)
        self.power = case.power[taking]
        self.ideal = (case.position[taking] - case.low) / width
        self.salience = case.salience[taking]
        self.reference: np.ndarray | None = None
        if case.reference is not None:
            self.reference = (case.reference - case.low) / width
            self.failure = self.loss(self.reference)
        else:
            self.failure = self.salience.sum(axis=1)

    def loss(self, text: np.ndarray) -> np.ndarray:
        loss: np.ndarray = (self.salience * (text - self.ideal) ** 2).sum(axis=1)
        return loss

    def gain(self, text: np.ndarray) -> np.ndarray:
        return self.failure - self.loss(text)

    def slope(self, text: np.ndarray) -> np.ndarray:
        """Derivative of the gains by the terms, shape (members, k)."""
        slope: np.ndarray = -2.0 * self.salience * (text - self.ideal)
        return slope

    def bests(self) -> np.ndarray:
        """The text that each member likes best among those that harm nobody, shape (m, k)."""
        if self.reference is None:
            return np.clip(self.ideal, 0.0, 1.0)
        if self.ideal.shape[1] == 1:
            ideal, away = self.ideal, np.abs(self.reference - self.ideal)
            # max and min: rounding must not let the two ends cross at the reference itself
            low = min(max(0.0, float((ideal - away).max())), float(self.reference[0]))
            high = max(min(1.0, float((ideal + away).min())), float(self.reference[0]))
            return np.clip(ideal, low, high)
        return np.array([self._best(i) for i in range(len(self.ideal))])

    def _best(self, i: int) -> np.ndarray:
        start = self.reference
        found = _maximise(
            lambda x: -float(self.loss(x)[i]), lambda x: self.slope(x)[i], start, self._harmless()
        )
        better = self.gain(found)
        return found if better.min() > -1e-6 and better[i] > 0 else start  # type: ignore[return-value]

    def _harmless(self) -> list[dict[str, Any]]:
        return [{"type": "ineq", "fun": self.gain, "jac": self.slope}]


def _maximise(
    score: Callable[[np.ndarray], float],
    slope: Callable[[np.ndarray], np.ndarray] | None,
    start: Any,
    constraints: list[dict[str, Any]],
) -> np.ndarray:
    """Maximise on [0, 1]^k under constraints (sequential quadratic programming of scipy)."""
    from scipy.optimize import minimize

    found = minimize(
        lambda x: -score(x),
        start,
        jac=None if slope is None else (lambda x: -slope(x)),
        bounds=[(0.0, 1.0)] * len(start),
        constraints=constraints,
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    )
    return np.clip(found.x, 0.0, 1.0)


def _solve(case: Case, score: Score) -> Solution:
    b = _Bargain(case)
    bests = b.bests()
    best = np.array([b.gain(text)[i] for i, text in enumerate(bests)])
    players = best > _NOTHING
    width = case.high - case.low
    if not players.any():
        assert case.reference is not None  # without one everybody gains by its own ideal
        return Solution(case.reference.copy(), (STANDS,))

    def worth(text: np.ndarray) -> float:
        return score(b.gain(text)[players], best[players], b.power[players])

    if len(case.terms) == 1:
        text = _on_a_line(worth, float(bests[players].min()), float(bests[players].max()))
    elif score is _ks_score:
        text = _fairest(b, bests, best, players)
    else:
        text = _largest_product(b, bests, players)
    return Solution(case.low + width * text)


def _on_a_line(worth: Callable[[np.ndarray], float], low: float, high: float) -> np.ndarray:
    """Both scores have a single peak between the best texts of the two extreme players."""
    from scipy.optimize import minimize_scalar

    if high - low < _NOTHING:
        return np.array([low])
    found = minimize_scalar(
        lambda x: -worth(np.array([x])), bounds=(low, high), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    return np.array([float(found.x)])


def _largest_product(b: _Bargain, bests: np.ndarray, players: np.ndarray) -> np.ndarray:
    # The mean of the players' best texts harms nobody and leaves every player a gain: the gains are
    # concave.
    power = b.power[players] / b.power[players].sum()

    def worth(text: np.ndarray) -> float:
        return float((power * np.log(np.maximum(b.gain(text)[players], 1e-12))).sum())

    def slope(text: np.ndarray) -> np.ndarray:
        gain = np.maximum(b.gain(text)[players], 1e-12)
        up: np.ndarray = (power / gain) @ b.slope(text)[players]
        return up

    harmless = [] if b.reference is None else b._harmless()
    return _maximise(worth, slope, bests[players].mean(axis=0), harmless)


def _fairest(b: _Bargain, bests: np.ndarray, best: np.ndarray, players: np.ndarray) -> np.ndarray:
    """The largest t with gain_i >= t best_i for all players, as a smooth problem in (text, t)."""
    target = np.where(players, best, 0.0)

    def slack(point: np.ndarray) -> np.ndarray:
        return b.gain(point[:-1]) - point[-1] * target

    def slack_slope(point: np.ndarray) -> np.ndarray:
        return np.hstack([b.slope(point[:-1]), -target[:, None]])

    text = bests[players].mean(axis=0)
    share = float((b.gain(text)[players] / best[players]).min())
    up = np.zeros(len(text) + 1)
    up[-1] = 1.0
    found = _maximise(
        lambda point: float(point[-1]),
        lambda _: up,
        np.append(text, min(max(share, 0.0), 1.0)),
        [{"type": "ineq", "fun": slack, "jac": slack_slope}],
    )
    return found[:-1]
