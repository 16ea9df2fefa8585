"""The value of each member by Shapley: what its consent adds, averaged over the order of joining.

The worth of a coalition is the outcome when all its members let every text pass and the others act
as they do. A member's value is what the outcome gains when it joins those before it, averaged over
all orders. The values add up to what the consent of all would gain; members that are alike have
equal values; one whose consent never matters has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..engine.play import play_block
from ..engine.problem import Setup
from .power_play import Worth, with_answers, workers

#: Worth of the coalition ``members`` (players,) bool in the runs of pair number ``pair``.
CoalitionWorth = Callable[[np.ndarray, int], float]
REPLICATES = 4


@dataclass(frozen=True)
class Shapley:
    """Shapley values of n players from p pairs of orders.

    Attributes
    ----------
    values, standard_errors, low, high
        By player, with 95% intervals; shape (n,).
    total
        What the consent of all gains, the sum of the values.
    pairs
        How many pairs of orders were tried.
    """

    values: np.ndarray
    standard_errors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    total: float
    pairs: int


def sampled(
    players: int,
    worth: CoalitionWorth,
    pairs: int,
    seed: int,
    progress: Callable[[], None] | None = None,
) -> Shapley:
    """Shapley values from random orders of joining.

    Each order is tried together with its reverse, in the same runs, which takes out some of its
    luck (antithetic sampling). Pairs are independent, so their spread gives the standard errors,
    which cover the choice of orders and the Monte Carlo error of the runs.

    Parameters
    ----------
    players
        How many.
    worth
        Worth of a coalition; may be random, but must be the same for the same arguments.
    pairs
        Pairs of orders, at least 2.
    seed
        Seed of the orders.
    progress
        Called after each pair.

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II,
    307-317. https://doi.org/10.1515/9781400881970-018
    Castro, J., Gomez, D., & Tejada, J. (2009). Polynomial calculation of the Shapley value based on
    sampling. Computers & Operations Research 36(5), 1726-1730.
    https://doi.org/10.1016/j.cor.2008.04.004
    """
    rng = np.random.default_rng([seed % 2**32, seed >> 32, 5])
    orders = [rng.permutation(players) for _ in range(pairs)]

    def one(pair: int) -> np.ndarray:
        nobody, everybody = (worth(np.full(players, x), pair) for x in (False, True))
        gains = np.zeros(players)
        for order in (orders[pair], orders[pair][::-1]):
            joined = np.zeros(players, dtype=bool)
            before = nobody
            for place in order[:-1]:
                joined[place] = True
                after = worth(joined.copy(), pair)
                gains[place] += (after - before) / 2
                before = after
            gains[order[-1]] += (everybody - before) / 2
        if progress:
            progress()
        return gains

    with ThreadPoolExecutor(workers()) as pool:
        gains = np.array(list(pool.map(one, range(pairs))))
    from scipy.stats import t as student

    values = gains.mean(axis=0)
    errors = gains.std(axis=0, ddof=1) / math.sqrt(pairs)
    half = float(student.ppf(0.975, pairs - 1)) * errors
    return Shapley(values, errors, values - half, values + half, float(values.sum()), pairs)


def shapley(
    setup: Setup,
    worth: Worth,
    pairs: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Shapley:
    """Shapley values of the members of a scenario.

    Parameters
    ----------
    setup
        The scenario.
    worth
        What a run is worth.
    pairs
        Pairs of orders; pair number j is played in replications 4 j to 4 j + 3.
    seed
        Seed of the runs and of the orders.
    progress
        Called with the number of runs done since the last call.
    """
    n = len(setup.codes)

    def of(members: np.ndarray, pair: int) -> float:
        problem = with_answers(setup.problem, willing=np.flatnonzero(members).tolist())
        here = Setup(setup.scenario, problem, setup.sampled_paths)
        block = play_block(here, seed, pair * REPLICATES, REPLICATES)
        return float(worth.per_run(problem, block).mean())

    def done() -> None:
        if progress:
            progress(runs_of_a_pair(n))

    return sampled(n, of, pairs, seed, done)


def runs_of_a_pair(players: int) -> int:
    """Runs that a pair of orders takes: each coalition of both, nobody and everybody once."""
    return 2 * players * REPLICATES
