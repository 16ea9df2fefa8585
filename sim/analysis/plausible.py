"""How much hangs on the coefficients: the outcomes under draws of all over their plausible ranges.

Intervals of a summary hold the error of finitely many runs under one set of coefficients, most of
which are judged and not measured. Here all of them are drawn at once, each from its plausible range
(``docs/odd.md``), and every draw is played some dozens of times with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..batch.points import PointResults, play_points
from ..batch.tables import OUTCOMES
from ..errors import SummitryError
from .inputs import coefficient_inputs

if TYPE_CHECKING:
    from ..api import Scenario

#: Draws of the coefficients, and runs of each.
DRAWS, RUNS = 100, 40
#: The part of the draws that a spread holds, and its middle.
QUANTILES = (0.05, 0.50, 0.95)


@dataclass(frozen=True)
class Spread:
    """What draws of the coefficients make of the outcomes.

    Attributes
    ----------
    draws, runs
        Number of draws, and runs of each.
    likely
        Draws in which a deal is more likely than not.
    shares
        By outcome, ``deal`` and ``demander_satisfied`` included, the share of runs that 5, 50 and
        95% of the draws do not exceed.
    """

    draws: int
    runs: int
    likely: int
    shares: dict[str, tuple[float, float, float]]


def over_coefficients(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    runs: int = RUNS,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Play a scenario under draws of all coefficients over their plausible ranges.

    Parameters
    ----------
    scenario
        The scenario; what it says of coefficients is replaced.
    draws
        Draws of the coefficients, a Latin hypercube.
    runs
        Runs of each draw. All draws have the same random numbers, so they differ by the
        coefficients and not by luck; a share of so few runs still has an error of its own
        (at most 0.08 for 40 runs), which widens what lies between the draws a little.
    seed
        Seed of all random numbers; that of the scenario if not given.
    workers, progress
        As for :meth:`sim.Scenario.runs`.

    Returns
    -------
    DataFrame
        One row for each draw: ``draw``, the coefficients by their paths, ``runs``, and the shares
        of runs that end in each outcome, in any ``deal``, and (with a headline that is demanded) in
        a deal with this headline, ``demander_satisfied``.

    Raises
    ------
    SummitryError
        If a number makes no sense.
    """
    runs, seed = scenario.counts(runs, seed)
    if isinstance(draws, bool) or draws != int(draws) or draws < 1:
        raise SummitryError(f"draws must be a whole number of at least 1, got {draws!r}")
    inputs = coefficient_inputs()
    u = _hypercube(draws, len(inputs), np.random.default_rng(seed))
    points = np.column_stack([given.values(u[:, j]) for j, given in enumerate(inputs)])
    paths = [given.path for given in inputs]
    played = play_points(
        scenario, paths, points, runs, seed=seed, workers=workers, progress=progress
    )
    table = pd.DataFrame(points, columns=paths)
    table.insert(0, "draw", np.arange(len(points)))
    return table.assign(runs=runs, **_shares(scenario, played))


def _hypercube(n: int, inputs: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers in (0, 1), one in each n-th of every input; shape (n, inputs)."""
    rows = np.column_stack([rng.permutation(n) for _ in range(inputs)])
    return np.asarray((rows + rng.random((n, inputs))) / n)


def _shares(scenario: Scenario, played: PointResults) -> dict[str, np.ndarray]:
    """Share of the runs of each point, by outcome."""
    happens = {name: played.outcome == place for place, name in enumerate(OUTCOMES)}
    happens["deal"] = played.adopted
    demander, headline = scenario.loaded.file.demander, played.headline_pct_gdp
    if demander is not None and demander.headline_pct_gdp is not None and headline is not None:
        happens["demander_satisfied"] = headline >= demander.headline_pct_gdp
    return {name: found.mean(axis=1) for name, found in happens.items()}


def spread(table: pd.DataFrame) -> Spread:
    """The spread of the outcomes over the draws of :func:`over_coefficients`."""
    shares = {}
    for name in (*OUTCOMES, "deal", "demander_satisfied"):
        if name in table:
            low, middle, high = np.quantile(table[name], QUANTILES, method="inverted_cdf")
            shares[name] = (float(low), float(middle), float(high))
    likely = int((table["deal"] > 0.5).sum())
    return Spread(len(table), int(table["runs"].iloc[0]), likely, shares)
