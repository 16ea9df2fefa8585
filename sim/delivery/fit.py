"""How much of what a pledge asks is done: a hierarchical regression, fitted by Gibbs sampling.

The change of the logarithm of spending y of member i in year t is

    d[i,t] = u[t] + v[t] T[i] + room F[i] - reversion log(y[i,t-1] / 2) + k[i] s[i,t] + e[i,t]
    k[i]   = pull + pull_threat T[i] + b[i]        b[i] ~ N(0, pull_sd^2)
    u[t]   - long_run = persistence (u[t-1] - long_run) + N(0, year_sd^2)
    e[i,t] ~ Student t, 4 degrees of freedom, scale[i]

T and F are threat and fiscal room less those of a middling member, s the step that the pledge asks
for (`asked_step`); v[t] moves like u[t] about ``threat_long_run`` with the same persistence.
scale[i]^2 is inverse gamma around a typical value: members borrow from each other. Year effects are
free, so that what lifted all members in 2022-2024 does not count as the pledge, nor does what low
spenders always make up in a year (reversion); what lifted those with a gap more than the others
does, whatever its cause.

Sampler: Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., chapters 11, 14, 15 and 17 (Student
t as a mixture of normals); every step is a draw from a full conditional distribution, those of
persistence and of ``scale_alike`` on a grid.

``python -m sim.delivery.fit`` makes the shipped posterior anew (a quarter of a minute).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from scipy.sparse import csr_array, hstack
from scipy.special import gammaln

from .history import History, history
from .posterior import SHARED, Posterior, save
from .pull import Array

DEGREES = 4.0

# Priors, weak on the scale of each coefficient; docs/delivery.md gives their reasons.
_COMMON = {
    "room": (0.0, 0.1),
    "reversion": (0.0, 0.1),
    "pull": (0.5, 0.5),
    "pull_threat": (0.0, 1.0),
}
_LONG_RUN, _THREAT_LONG_RUN = (0.0, 0.03), (0.0, 0.1)
_YEAR, _THREAT_YEAR, _PULL_SD = (2.0, 0.03**2), (2.0, 0.05**2), (2.0, 0.2**2)
_PERSISTENCE = np.arange(0.0, 0.96, 0.05)
_ALIKE = np.array([0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0])


@dataclass
class _State:
    """Where the sampler stands: coefficients of the design, and everything above them."""

    coefficients: Array
    mixing: Array
    scale2: Array
    shared: dict[str, float]


def fit(
    data: History, *, draws: int = 1000, warm_up: int = 500, thin: int = 4, seed: int = 1
) -> Posterior:
    """Fit the model.

    Parameters
    ----------
    data
        The changes, see `history`.
    draws, warm_up, thin
        Draws that are kept, steps before the first, and steps for each.
    seed
        Of the sampler.

    Returns
    -------
    Posterior
    """
    rng = np.random.default_rng(seed)
    kept = list(_sample(_Design(data), rng, warm_up, draws * thin))[thin - 1 :: thin]
    shared = {name: np.array([state.shared[name] for state in kept]) for name in SHARED}
    count = len(data.members)
    return Posterior(
        data.years[-1],
        data.members,
        shared,
        np.array([state.coefficients[-count:] for state in kept]),
        np.sqrt(np.array([state.scale2 for state in kept])),
    )


class _Design:
    """The design: year effects, their threat slopes, four common coefficients, b of members."""

    def __init__(self, data: History) -> None:
        members, years = len(data.members), len(data.years)
        self.data, self.years, self.members = data, years, members
        at = np.eye(years)[data.year]
        common = [data.room, -data.level, data.asked, data.asked * data.threat]
        self.matrix = np.hstack(
            [
                at,
                at * data.threat[:, None],
                np.column_stack(common),
                np.eye(members)[data.member] * data.asked[:, None],
            ]
        )
        self.size = self.matrix.shape[1]
        self.u, self.v = slice(0, years), slice(years, 2 * years)
        self.per_member = np.bincount(data.member, minlength=members)
        # Rows are mostly zeros: their products, kept sparse, make the sampler ten times faster.
        rows = csr_array(self.matrix)
        products = [(rows[[n]].T @ rows[[n]]).reshape((-1, 1)) for n in range(len(data.change))]
        self._products = csr_array(hstack(products))

    def weighted(self, weights: Array) -> tuple[Array, Array]:
        """X'WX and X'Wd for weights of the rows, shapes (size, size) and (size,)."""
        square = (self._products @ weights).reshape(self.size, self.size)
        return square, self.matrix.T @ (weights * self.data.change)


def _sample(
    design: _Design, rng: np.random.Generator, warm_up: int, steps: int
) -> Iterator[_State]:
    state = _start(design)
    for step in range(warm_up + steps):
        _draw_coefficients(design, state, rng)
        residual = design.data.change - design.matrix @ state.coefficients
        _draw_scales(design, state, residual, rng)
        _draw_years(design, state, rng)
        b = state.coefficients[-design.members :]
        state.shared["pull_sd"] = np.sqrt(_inverse_gamma(_PULL_SD, b, rng))
        if step >= warm_up:
            yield _State(
                state.coefficients.copy(), state.mixing, state.scale2.copy(), dict(state.shared)
            )


def _start(design: _Design) -> _State:
    shared = {
        "long_run": 0.0, "threat_long_run": 0.0, "persistence": 0.5, "year_sd": 0.03,
        "threat_year_sd": 0.05, "pull_sd": 0.2, "scale_typical": 0.07, "scale_alike": 3.0,
    }  # fmt: skip
    ones = np.ones(len(design.data.change))
    return _State(np.zeros(design.size), ones, np.full(design.members, 0.005), shared)


def _draw_coefficients(design: _Design, state: _State, rng: np.random.Generator) -> None:
    """All coefficients at once: normal, given the scales and what lies above the year effects."""
    k = state.shared
    precision, pulled = design.weighted(state.mixing / state.scale2[design.data.member])
    for where, mean, sd in (
        (design.u, k["long_run"], k["year_sd"]),
        (design.v, k["threat_long_run"], k["threat_year_sd"]),
    ):
        block = _ar_precision(design.years, k["persistence"], sd)
        precision[where, where] += block
        pulled[where] += block.sum(axis=1) * mean
    for place, (mean, sd) in enumerate(_COMMON.values(), start=design.v.stop):
        precision[place, place] += sd**-2
        pulled[place] += mean / sd**2
    own = np.arange(design.size - design.members, design.size)
    precision[own, own] += k["pull_sd"] ** -2
    factor = np.linalg.cholesky(precision)
    noise = solve_triangular(factor.T, rng.standard_normal(design.size), lower=False)
    state.coefficients = cho_solve((factor, True), pulled) + noise
    k["last_year"] = state.coefficients[design.u.stop - 1]
    k["threat_last_year"] = state.coefficients[design.v.stop - 1]
    for place, name in enumerate(_COMMON, start=design.v.stop):
        k[name] = state.coefficients[place]


def _ar_precision(n: int, persistence: float, sd: float) -> Array:
    """Precision of n values of a stationary autoregression, shape (n, n)."""
    inner = np.full(n, 1.0 + persistence**2)
    inner[[0, -1]] = 1.0
    beside = np.full(n - 1, -persistence)
    return (np.diag(inner) + np.diag(beside, 1) + np.diag(beside, -1)) / sd**2


def _draw_scales(design: _Design, state: _State, residual: Array, rng: np.random.Generator) -> None:
    """Mixing weights of the t distribution, each member's scale, and how alike scales are."""
    k, member = state.shared, design.data.member
    spread = DEGREES + residual**2 / state.scale2[member]
    state.mixing = rng.gamma((DEGREES + 1.0) / 2.0, 2.0 / spread)
    squares = np.bincount(member, state.mixing * residual**2, minlength=design.members)
    alike, typical2 = k["scale_alike"], k["scale_typical"] ** 2
    shape = alike + design.per_member / 2.0
    state.scale2 = (alike * typical2 + squares / 2.0) / rng.gamma(shape)
    # Given the scales, typical2 is gamma; its prior is flat in its logarithm.
    inverse = (1.0 / state.scale2).sum()
    typical2 = rng.gamma(design.members * alike) / (alike * inverse)
    a = _ALIKE
    logs = np.log(state.scale2).sum()
    weights = design.members * (a * np.log(a * typical2) - gammaln(a))
    k["scale_alike"] = float(_choose(a, weights - a * logs - a * typical2 * inverse, rng))
    k["scale_typical"] = float(np.sqrt(typical2))


def _draw_years(design: _Design, state: _State, rng: np.random.Generator) -> None:
    """Long-run means, variances and persistence of the year effects."""
    k = state.shared
    u, v = state.coefficients[design.u], state.coefficients[design.v]
    for values, mean, sd, prior, variance in (
        (u, "long_run", "year_sd", _LONG_RUN, _YEAR),
        (v, "threat_long_run", "threat_year_sd", _THREAT_LONG_RUN, _THREAT_YEAR),
    ):
        block = _ar_precision(len(values), k["persistence"], k[sd])
        weight = block.sum() + prior[1] ** -2
        centre = (block.sum(axis=0) @ values + prior[0] / prior[1] ** 2) / weight
        k[mean] = centre + rng.standard_normal() / np.sqrt(weight)
        news = _news(values - k[mean], k["persistence"])
        k[sd] = np.sqrt(_inverse_gamma(variance, news, rng))
    weights = np.zeros(len(_PERSISTENCE))
    for values, sd in (
        (u - k["long_run"], "year_sd"),
        (v - k["threat_long_run"], "threat_year_sd"),
    ):
        for j, persistence in enumerate(_PERSISTENCE):
            news = _news(values, float(persistence))
            weights[j] += -(news**2).sum() / (2.0 * k[sd] ** 2)
            weights[j] += 0.5 * np.log1p(-(persistence**2))
    k["persistence"] = float(_choose(_PERSISTENCE, weights, rng))


def _news(values: Array, persistence: float) -> Array:
    """What each value of an autoregression adds to the one before, all with one variance."""
    first = values[:1] * np.sqrt(1.0 - persistence**2)
    return np.concatenate([first, values[1:] - persistence * values[:-1]])


def _inverse_gamma(prior: tuple[float, float], values: Array, rng: np.random.Generator) -> float:
    """A variance given normal values; the prior counts as 2 x shape values of that variance."""
    shape, typical = prior
    return float((shape * typical + (values**2).sum() / 2.0) / rng.gamma(shape + len(values) / 2.0))


def _choose(grid: Array, log_weights: Array, rng: np.random.Generator) -> float:
    weights = np.exp(log_weights - log_weights.max())
    return float(rng.choice(grid, p=weights / weights.sum()))


if __name__ == "__main__":
    save(fit(history(), draws=1000, warm_up=1000, thin=10))
