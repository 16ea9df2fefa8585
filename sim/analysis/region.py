"""Regional maps: two inputs swept, and what comes out at every point of the grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..batch.points import PointResults, play_points
from ..errors import SummitryError
from .discovery.events import Event, is_number, parse_event
from .inputs import Input, Range, inputs_of
from .intervals import wilson
from .summary_text import percent

if TYPE_CHECKING:
    from ..api import Scenario
    from ..plots.regions import RegionPlots

_MOST_CELLS = 10_000
_Z = 1.959963984540054
_CENTRAL = (0.01, 0.99)


@dataclass(frozen=True)
class Plan:
    """What a regional map plays.

    Attributes
    ----------
    scenario, seed, runs
        What is played, with which seed, and how often at each point.
    x, y
        The inputs.
    x_values, y_values
        Their values, shapes (columns,) and (rows,).
    output
        What is asked for.
    event
        The event whose share it is; None for a number, of which it is the mean over the deals.
    """

    scenario: Scenario
    seed: int
    runs: int
    x: Input
    y: Input
    x_values: np.ndarray
    y_values: np.ndarray
    output: str
    event: Event | None

    @property
    def points(self) -> np.ndarray:
        """Every point, x changing fastest, shape (rows * columns, 2)."""
        return np.array([(x, y) for y in self.y_values for x in self.x_values])

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        from ..results import study_of

        return {
            **study_of(self.scenario, self.seed, self.runs, False),
            "x": {self.x.path: self.x_values.tolist()},
            "y": {self.y.path: self.y_values.tolist()},
            "output": self.output,
        }


@dataclass(frozen=True)
class RegionMap:
    """What comes out where two inputs vary.

    Attributes
    ----------
    plan
        What was played.
    value, error
        Share of the runs with the event, or mean over the deals, and its Monte Carlo standard error
        (of shares half the width of the 95% Wilson interval over 1.96, so never 0), shape (rows,
        columns); nan without a run that counts.
    counted
        Runs that count: all of them, or those with a deal whose text has the term; shape (rows,
        columns).
    """

    plan: Plan
    value: np.ndarray
    error: np.ndarray
    counted: np.ndarray

    @property
    def share(self) -> bool:
        """Whether it shows the share of runs with an event, or else a mean over the deals."""
        return self.plan.event is not None

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each point: both inputs under their paths, value, standard error, runs."""
        x, y = np.meshgrid(self.plan.x_values, self.plan.y_values)
        return pd.DataFrame(
            {
                self.plan.x.path: x.ravel(),
                self.plan.y.path: y.ravel(),
                "value": self.value.ravel(),
                "standard_error": self.error.ravel(),
                "counted": self.counted.ravel(),
            }
        )

    @property
    def plot(self) -> RegionPlots:
        """The figure of this map: ``.plot.heat()``."""
        from ..plots.regions import RegionPlots

        return RegionPlots(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, figures, reading and manifest into a folder; see :mod:`sim.saving`."""
        from ..saving import save_study

        return save_study(
            Path(folder),
            self.plan.scenario,
            self.plan.key,
            tables={"region": self.table},
            figures=self.plot.all(),
            text=str(self),
            about={"study_kind": "region", "output": self.plan.output},
            command=command,
        )

    def __str__(self) -> str:
        plan = self.plan
        lines = [
            f"{plan.output} over {plan.x.path} and {plan.y.path}",
            f"{plan.scenario.title}; seed {plan.seed}",
            f"{self.value.size:,} points of {plan.runs:,} runs, the same random numbers at each",
        ]
        if np.isnan(self.value).all():
            return "\n".join([*lines, "There is no run that counts."])
        what = f"share of runs with {plan.output}" if self.share else f"mean {plan.output}"
        for word, place in (
            ("lowest", int(np.nanargmin(self.value))),
            ("highest", int(np.nanargmax(self.value))),
        ):
            row, column = np.unravel_index(place, self.value.shape)
            lines.append(
                f"{word} {what}: {self._said(self.value[row, column])} "
                f"(standard error {self._error(self.error[row, column])})\n"
                f"  at {plan.x.path} = {plan.x_values[column]:.4g}, "
                f"{plan.y.path} = {plan.y_values[row]:.4g}"
            )
        worst = self._error(np.nanmax(self.error, initial=0.0))
        return "\n".join([*lines, f"standard error of a point: at most {worst}"])

    def _said(self, value: float) -> str:
        return percent(float(value)) if self.share else f"{value:.4g}"

    def _error(self, value: float) -> str:
        return f"{100 * value:.1f} points" if self.share else f"{value:.2g}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def __repr__(self) -> str:
        plan = self.plan
        return f"<Region map of {plan.output} over {plan.x.path} and {plan.y.path}>"


def region_map(
    scenario: Scenario,
    x: str,
    y: str,
    output: str = "deal",
    *,
    ranges: Mapping[str, Range] | None = None,
    size: int = 21,
    runs: int = 200,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> RegionMap:
    """Sweep two inputs and map what comes out.

    Every point is played with the same random numbers, so neighbours differ by their inputs and
    not by luck; the errors of a map are therefore alike all over it, and its shape is surer than
    its level.

    Parameters
    ----------
    scenario
        The scenario.
    x, y
        Two numeric paths, as for :meth:`sim.Scenario.set`.
    output
        An event, of which the share of runs is shown (``"deal"``, ``"n_side_letters >= 3"``; see
        :func:`sim.analysis.discovery.events.parse_event`), or what can be compared in one
        (``"core_pct_gdp"``, ``"n_side_letters"``), of which the mean over the deals is shown.
    ranges
        Ranges by path, such as ``{"demander.leverage": (0, 1.2)}``; else as
        :func:`sim.analysis.inputs.inputs_of` chooses them (of a distribution its central 98%).
    size
        Points along each input, 2 to 100; inputs of whole numbers take every number of the range if
        these are fewer, and those of a few values take these.
    runs
        Runs of each point.
    seed
        Seed of all random numbers; that of the scenario if not given.
    workers, progress
        As for :meth:`sim.Scenario.runs`.

    Raises
    ------
    SummitryError
        If an argument makes no sense.
    """
    plan = plan_map(scenario, x, y, output, ranges=ranges, size=size, runs=runs, seed=seed)
    return play_map(plan, workers=workers, progress=progress)


def plan_map(
    scenario: Scenario,
    x: str,
    y: str,
    output: str,
    *,
    ranges: Mapping[str, Range] | None,
    size: int,
    runs: int,
    seed: int | None,
) -> Plan:
    """Check what :func:`region_map` is asked for."""
    given = dict(ranges or {})
    unknown = [path for path in given if path not in (x, y)]
    if unknown or x == y:
        raise SummitryError(
            f"a range is given for {unknown[0]}, which is neither x nor y"
            if unknown
            else "a map needs two different inputs"
        )
    if size != int(size) or not 2 <= size <= math.isqrt(_MOST_CELLS):
        raise SummitryError(f"size must be from 2 to {math.isqrt(_MOST_CELLS)}, got {size}")
    runs, seed = scenario.counts(runs, seed)
    one, other = inputs_of(scenario, {x: given.get(x), y: given.get(y)})
    columns, rows = _values(one, int(size)), _values(other, int(size))
    resolved = scenario.loaded.resolved
    event = None if is_number(output, resolved) else parse_event(output, resolved)
    asked = output if event is None else event.text
    return Plan(scenario, seed, runs, one, other, columns, rows, asked, event)


def play_map(
    plan: Plan, *, workers: int | None = None, progress: Callable[[int], None] | None = None
) -> RegionMap:
    """Play every point of a plan."""
    played = play_points(
        plan.scenario,
        [plan.x.path, plan.y.path],
        plan.points,
        plan.runs,
        seed=plan.seed,
        workers=workers,
        progress=progress,
        letters=plan.event is not None and plan.event.needs_letters,
    )
    if plan.event is not None:
        found = _shares(plan.event.happens(played))
    else:
        found = _means(_numbers(played, plan.output))
    shape = (len(plan.y_values), len(plan.x_values))
    value, error, counted = (array.reshape(shape) for array in found)
    return RegionMap(plan, value, error, counted)


def _values(given: Input, size: int) -> np.ndarray:
    """Evenly spaced values of an input: of a range all of it, of a distribution without tails."""
    if given.among:
        return np.unique(given.among)
    start, low, high, end = given.values(np.array([0.0, *_CENTRAL, 1.0])).tolist()
    even = given.whole or high - low > 0.97 * (end - start)
    if even:
        low, high = start, end
    if given.whole and high - low < size:
        return np.arange(low, high + 1)
    values = np.linspace(low, high, size)
    return np.unique(np.round(values)) if given.whole else np.round(values, 12)


def _numbers(played: PointResults, name: str) -> np.ndarray:
    numbers = played.terms[name] if name in played.terms else getattr(played, name)
    return np.where(played.adopted, numbers, np.nan)


def _shares(happens: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = happens.shape[1]
    ends = [wilson(int(k), n) for k in happens.sum(axis=1)]
    error = np.array([(high - low) / 2 / _Z for low, high in ends])
    return happens.mean(axis=1), error, np.full(len(happens), n)


def _means(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard error and count of what is not nan, over the last axis."""
    there = ~np.isnan(numbers)
    n = there.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, numbers, 0.0).sum(axis=1) / n
        away = np.where(there, numbers - mean[:, None], 0.0)
        error = np.sqrt((away**2).sum(axis=1) / (n - 1) / n)
    return np.where(n > 0, mean, np.nan), np.where(n > 1, error, np.nan), n
