"""The reference table: summits simulated with coefficients drawn from the prior.

One table serves every fit. Whether a coefficient fits one summit, two or all three, or one of a
thousand synthetic summits of a check, is only a question of which rows resemble it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ..analysis.backtest import Player
from ..analysis.backtest_facts import RECORDS, Facts, facts
from ..api import Scenario, load
from ..batch.knobs import Knobs
from ..engine.block import Block, cut, empty_block, joined
from ..engine.play import play_into
from ..engine.problem import Setup
from . import features
from .features import Feature
from .prior import Prior, prior

T = TypeVar("T")

_CHUNK = 1024
# Standard deviation of an event with a probability of about 0.1%.
_RARE = 0.03


@dataclass(frozen=True)
class Reference:
    """n simulations of each summit, with the same coefficients and independent luck.

    Attributes
    ----------
    prior
        Where the coefficients come from.
    drawn
        The coefficients, shape (n, p).
    simulated
        Features of each summit, shape (n, features).
    real
        The same of the real summit, shape (features,).
    features
        What the columns are.
    """

    prior: Prior
    drawn: np.ndarray
    simulated: Mapping[str, np.ndarray]
    real: Mapping[str, np.ndarray]
    features: Mapping[str, tuple[Feature, ...]]

    def together(self, summits: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Several summits side by side: simulated (n, f), real (f,), weights (f,).

        Features that hardly any simulation shows, or hardly any lacks, are left out: they are the
        same for all and tell nothing.
        """
        simulated = np.concatenate([self.simulated[s] for s in summits], axis=1)
        real = np.concatenate([self.real[s] for s in summits])
        weights = np.array([f.weight for s in summits for f in self.features[s]], dtype=np.float32)
        varies = simulated.std(axis=0) > _RARE
        return simulated[:, varies], real[varies], weights[varies]


def simulate(
    n: int,
    seed: int,
    *,
    summits: Sequence[str | Scenario] = tuple(RECORDS),
    replicates: int = 1,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Reference:
    """Make a reference table.

    Parameters
    ----------
    n
        Draws from the prior.
    seed
        Of the draws; summit number j is simulated with seed + j, so that the luck of one summit
        says nothing of that of another.
    summits
        Shipped scenarios, or changed versions of them.
    replicates
        Simulations of each summit with the same coefficients, whose features are averaged: as if
        so many summits of the kind were known.
    workers
        How many threads; as many as there are processors if not given.
    progress
        Called with the number of runs done since the last call.
    """
    p = prior()
    drawn = p.draw(n, seed)
    simulated, real, listed = {}, {}, {}
    for j, given in enumerate(summits):
        scenario = load(given) if isinstance(given, str) else given
        what = facts(scenario.name, "".join(scenario.loaded.resolved.demanders))

        def look(block: Block, scenario: Scenario = scenario, what: Facts = what) -> np.ndarray:
            found = features.features(scenario.setup, what, block)
            mean: np.ndarray = found.reshape(-1, replicates, found.shape[1]).mean(axis=1)
            return mean

        blocks = play_draws(scenario, p.paths, drawn, look, seed + j, replicates, workers, progress)
        simulated[scenario.name] = np.concatenate(blocks)
        real[scenario.name] = features.observed(scenario.setup, what)
        listed[scenario.name] = features.listed(scenario.setup, what)
    return Reference(p, drawn, simulated, real, listed)


def play_draws(
    scenario: Scenario,
    paths: Sequence[str],
    points: np.ndarray,
    look: Callable[[Block], T],
    seed: int,
    replicates: int = 1,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[T]:
    """Play a scenario at many points with every round kept, and look at the runs.

    Like :func:`sim.batch.points.play_points` with ``common=False``, which keeps no rounds.

    Parameters
    ----------
    scenario, paths, points
        What to play, and where; points of shape (n, inputs).
    look
        What is kept of a block of runs with traces, some points x ``replicates`` long.
    seed, replicates
        Point j plays the replications that begin with ``j * replicates``.
    workers, progress
        As for :func:`simulate`.

    Returns
    -------
    list
        What ``look`` gave, in order of the points.
    """
    knobs = Knobs(scenario, paths)
    values = knobs.checked(points)
    base = knobs.base(values[0])
    size = max(1, _CHUNK // replicates)

    def some(start: int) -> T:
        stop = min(start + size, len(values))
        block = empty_block(base.problem, (stop - start) * replicates, trace=True)
        for j in range(start, stop):
            at = (j - start) * replicates
            here = cut(block, at, at + replicates)
            play_into(base.at(values[j]), seed, j * replicates, here)
        if progress:
            progress((stop - start) * replicates)
        return look(block)

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return list(pool.map(some, range(0, len(values), size)))


def player(scenario: Scenario, paths: Sequence[str], draws: np.ndarray) -> Player:
    """Plays runs of a scenario with coefficients that are drawn, for a back-test.

    Parameters
    ----------
    scenario
        What to play.
    paths
        Names of the inputs.
    draws
        Their values, shape (k, inputs); run j takes row j modulo k.
    """

    def play_runs(setup: Setup, runs: int, seed: int) -> Block:
        points = draws[np.arange(runs) % len(draws)]
        return joined(play_draws(scenario, paths, points, lambda block: block, seed))

    return play_runs
