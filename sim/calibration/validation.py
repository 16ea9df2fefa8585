"""Back-tests in which the coefficients were fitted to the other summits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..analysis import backtest as plain
from ..analysis.backtest import Backtest, Player
from ..analysis.backtest_facts import RECORDS
from ..analysis.backtest_forecasts import BASELINES, MODEL
from ..api import load
from ..scenario.fitted import PLAUSIBLE
from .files import Fitted, read
from .reference import player

#: Coefficients that were fitted without a summit, by its name.
WITHOUT = {
    "wales_2014": "without_wales_2014",
    "vilnius_2023": "without_vilnius_2023",
    "hague_2025": "calibrated_2025",
}
#: Forecasts by the model with other coefficients than those of the scenario, in words.
VARIANTS = {
    "fitted": "coefficients fitted to the two other summits",
    PLAUSIBLE: "coefficients anywhere in their plausible ranges: nothing fitted",
}


def backtest(
    runs: int = 10_000, seed: int = 1, *, progress: Callable[[int], None] | None = None
) -> Backtest:
    """Forecast three real summits with the data known at the time and score the forecasts.

    Beside the model with the coefficients of its scenarios and the simple rules of
    :data:`sim.analysis.backtest_forecasts.BASELINES` this scores the model with the coefficients
    of :data:`VARIANTS`.

    Parameters
    ----------
    runs, seed
        Runs of each forecast, and the seed of their random numbers.
    progress
        Called with the number of runs each time that some are done.

    Returns
    -------
    Backtest
    """
    fitted: dict[str, Player] = {}
    for name in RECORDS:
        found = read(WITHOUT[name])
        fitted[name] = player(load(name), found.paths, found.draws)
    plausible = {name: _changed(name, {"coefficients": PLAUSIBLE}) for name in RECORDS}
    also = {"fitted": fitted, PLAUSIBLE: plausible}
    return plain.backtest(runs, seed, also=also, progress=progress)


def study_key(runs: int, seed: int) -> dict[str, Any]:
    """What decides the results of :func:`backtest`, as plain data.

    Raises
    ------
    SummitryError
        If the number of runs or the seed is out of range.
    """
    scenarios = [load(name) for name in RECORDS]
    runs, seed = scenarios[0].counts(runs, seed)
    return plain.study_key(scenarios, [MODEL, *VARIANTS, *BASELINES], runs, seed)


def independent(fitted: Fitted, name: str) -> Player:
    """Plays a shipped scenario with the distributions of a file, independent of each other."""
    return _changed(name, fitted.changes)


def _changed(name: str, changes: dict[str, Any]) -> Player:
    """Plays a shipped scenario with changed inputs."""
    scenario = load(name).set(changes)
    return lambda setup, runs, seed: plain.play_traced(scenario.setup, runs, seed)
