"""The search for the smallest change that reaches a goal, with the same random numbers everywhere.

Every point is played with the same random numbers, so the outcome is one fixed function of the
inputs, and the search is for the point nearest to today at which it reaches the goal (a sample
average approximation). The distance of a point is the root of the sum of squares of the changes,
each in units of the range of its input.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..batch.points import play_points
from .levers import Lever
from .target import Estimates, Target, estimates, per_run

if TYPE_CHECKING:
    from ..api import Scenario

#: Runs of each point of a curve, and at least.
RUNS, FEWEST = 2000, 100
_SEARCH_SHARE = 2
_GRID, _CLOSER, _LOOKS = 17, 7, 2
#: How many times as far as the search has come a line is drawn at most.
_FARTHEST = 5.0
#: Steps in which a distribution moves over its range.
_STEPS = 256
_SOBOL, _GENERATIONS = 4, 10


@dataclass(frozen=True)
class Curve:
    """The goal's outcome along a line from today outwards.

    Attributes
    ----------
    points
        Where the knobs stand, shape (p, levers), in order along the line.
    distance
        Distance of each point from today, negative below the present value of a single lever.
    outcome
        The outcome there, with 95% intervals point by point.
    """

    points: np.ndarray
    distance: np.ndarray
    outcome: Estimates


@dataclass(frozen=True)
class Crossing:
    """Where a curve reaches the goal first, seen from today.

    Attributes
    ----------
    point
        Where the knobs stand, shape (levers,).
    distance
        How far that is from today.
    sooner, later
        95% interval of the distance: the nearest point on the curve whose interval holds what the
        goal asks, and the nearest with an interval that lies wholly within it (infinite if none).
    """

    point: np.ndarray
    distance: float
    sooner: float
    later: float


@dataclass(frozen=True)
class Alone:
    """One lever by itself: its curve over its whole range, and the crossing nearest to today."""

    lever: Lever
    curve: Curve
    crossing: Crossing | None


def expected_runs(levers: int, runs: int) -> int:
    """How many runs an answer takes at most, for a progress bar."""
    curves = (levers + 2 * (levers > 1)) * (_GRID + 1 + _CLOSER * _LOOKS)
    search = (2**_SOBOL + levers + 3) * (_GENERATIONS + 1) if levers > 1 else 0
    return (curves + 3) * runs + search * _search_runs(runs)


def _search_runs(runs: int) -> int:
    return max(FEWEST, runs // _SEARCH_SHARE)


@dataclass
class Search:
    """Plays points of one question, all with the same random numbers."""

    scenario: Scenario
    target: Target
    levers: tuple[Lever, ...]
    runs: int
    seed: int
    progress: Callable[[int], None] | None
    _scenarios: dict[tuple[float, ...], Scenario] = field(default_factory=dict)

    @cached_property
    def origin(self) -> np.ndarray:
        """Where the knobs stand today, shape (levers,)."""
        return np.array([x.origin for x in self.levers])

    @cached_property
    def span(self) -> np.ndarray:
        """The units of distance, shape (levers,)."""
        return np.array([x.span for x in self.levers])

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Distance of points from today, shape (p,)."""
        return np.asarray(np.sqrt((((points - self.origin) / self.span) ** 2).sum(axis=-1)))

    def on_grid(self, points: np.ndarray) -> np.ndarray:
        """Points within the ranges, whole numbers where only these are allowed."""
        low, high = (np.array([getattr(x, end) for x in self.levers]) for end in ("low", "high"))
        # A distribution moves in small steps, so that the search comes by the same place again.
        steps = (
            self.origin + np.round((points - self.origin) / self.span * _STEPS) / _STEPS * self.span
        )
        snapped = np.where([x.spread is not None for x in self.levers], steps, points)
        inside = np.clip(snapped, low, high)
        return np.where([x.whole for x in self.levers], np.round(inside), inside)

    def _played(self, points: np.ndarray, runs: int, first: int = 0) -> np.ndarray:
        """The outcome in each run, shape (p, runs); points that move the same go together."""
        moving = [j for j, x in enumerate(self.levers) if x.spread is not None]
        rest = [j for j in range(len(self.levers)) if j not in moving]
        if not moving:
            return self._at(self.scenario, rest, points, runs, first, None)
        kinds, kind = np.unique(points[:, moving], axis=0, return_inverse=True)
        kind = kind.reshape(-1)
        found = np.empty((len(points), runs))

        def play(k: int) -> None:
            scenario = self._moved(tuple(kinds[k].tolist()))
            found[kind == k] = self._at(scenario, rest, points[kind == k], runs, first, 1)

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(play, range(len(kinds))))
        return found

    def _moved(self, centres: tuple[float, ...]) -> Scenario:
        """The scenario with its distributions moved; kept, as the search comes by again."""
        if centres not in self._scenarios:
            moving = [x for x in self.levers if x.spread is not None]
            pairs = zip(moving, centres, strict=True)
            changes = {x.path: x.distribution(at) for x, at in pairs if at != x.origin}
            self._scenarios[centres] = self.scenario.set(changes) if changes else self.scenario
        return self._scenarios[centres]

    def _at(
        self,
        scenario: Scenario,
        levers: list[int],
        points: np.ndarray,
        runs: int,
        first: int,
        workers: int | None,
    ) -> np.ndarray:
        results = play_points(
            scenario,
            [self.levers[j].knob for j in levers],
            points[:, levers],
            runs,
            seed=self.seed,
            first=first,
            workers=workers,
            letters="side_letter." in self.target.outcome,
            progress=self.progress,
        )
        return per_run(self.target, results, scenario.setup)

    def estimate(self, points: np.ndarray, first: int = 0) -> Estimates:
        """The outcome at points, in all runs."""
        return estimates(self.target, self._played(points, self.runs, first))

    def as_it_is(self, scenario: Scenario) -> Estimates:
        """The outcome in the scenario with nothing set."""
        return estimates(self.target, self._at(scenario, [], self.origin[None], self.runs, 0, None))

    def alone(self, j: int) -> Alone:
        """One lever over its whole range."""
        lever = self.levers[j]
        if lever.whole and lever.span < _GRID:
            places = np.arange(lever.low, lever.high + 1.0)
        else:
            places = np.append(np.linspace(lever.low, lever.high, _GRID), lever.origin)
        points = np.tile(self.origin, (len(places), 1))
        points[:, j] = places
        curve = self._curve(self.on_grid(points), lambda p: (p[:, j] - lever.origin) / lever.span)
        found = [self._crossing(self._outwards(curve, sign)) for sign in (-1.0, 1.0)]
        some = [crossing for crossing in found if crossing is not None]
        return Alone(lever, curve, min(some, key=lambda c: c.distance) if some else None)

    def _curve(self, points: np.ndarray, place: Callable[[np.ndarray], np.ndarray]) -> Curve:
        """The outcome on a line, the steps at which it reaches the goal looked at more closely."""
        points = np.unique(points, axis=0)
        runs = self._played(points, self.runs)
        for _ in range(_LOOKS):
            order = np.argsort(place(points), kind="stable")
            points, runs = points[order], runs[order]
            reached = self.target.reached(estimates(self.target, runs).value)
            steps = np.flatnonzero(reached[1:] != reached[:-1])
            if not len(steps):
                break
            # The change nearest to today is the one that matters.
            nearest = steps[np.argmin(np.abs(place(points)[steps] + place(points)[steps + 1]))]
            between = np.linspace(points[nearest], points[nearest + 1], _CLOSER + 2)[1:-1]
            more = np.unique(self.on_grid(between), axis=0)
            more = more[~(more[:, None] == points).all(axis=2).any(axis=1)]
            if not len(more):
                break
            points = np.concatenate([points, more])
            runs = np.concatenate([runs, self._played(more, self.runs)])
        order = np.argsort(place(points), kind="stable")
        return Curve(points[order], place(points)[order], estimates(self.target, runs[order]))

    @staticmethod
    def _outwards(curve: Curve, sign: float) -> Curve:
        """The half of a curve on one side of today, from today outwards."""
        here = np.flatnonzero(curve.distance * sign >= 0.0)
        here = here[np.argsort(np.abs(curve.distance[here]), kind="stable")]
        o = curve.outcome
        part = Estimates(o.value[here], o.low[here], o.high[here])
        return Curve(curve.points[here], np.abs(curve.distance[here]), part)

    def _crossing(self, curve: Curve) -> Crossing | None:
        """Where a curve that leads outwards reaches the goal first."""
        t, o = self.target, curve.outcome
        reached = np.flatnonzero(t.reached(o.value))
        if not len(reached):
            return None
        easy, hard = (o.low, o.high) if t.sign[0] == "<" else (o.high, o.low)
        sure = np.flatnonzero(t.reached(hard))
        return Crossing(
            curve.points[reached[0]],
            float(curve.distance[reached[0]]),
            float(curve.distance[np.flatnonzero(t.reached(easy))[0]]),
            float(curve.distance[sure[0]]) if len(sure) else math.inf,
        )

    def together(self, alone: Sequence[Alone]) -> np.ndarray:
        """The nearest point that reaches the goal, or the one that comes nearest to it.

        Differential evolution (scipy), which copes with steps and whole numbers; it begins with
        the best points of the single levers.
        """
        from scipy.optimize import differential_evolution
        from scipy.stats import qmc

        n = len(self.levers)
        runs = _search_runs(self.runs)
        low, high = (np.array([getattr(x, end) for x in self.levers]) for end in ("low", "high"))

        def badness(columns: np.ndarray) -> np.ndarray:
            points = self.on_grid(columns.T)
            short = self.target.short(estimates(self.target, self._played(points, runs)).value)
            short[np.isinf(short)] = 1e6
            # Farther than any point of the ranges is every point that does not reach the goal.
            return np.where(short > 0.0, math.sqrt(n) + short, self.distance(points))

        # The best of each lever alone, all of these at once, and half of that.
        bests = np.array([self._best(a) for a in alone])
        ends = self.diagonal(alone)
        spread = qmc.scale(qmc.Sobol(n, seed=self.seed % 2**32).random_base2(_SOBOL), low, high)
        first = np.concatenate([bests, [ends], [(ends + self.origin) / 2], spread])
        found = differential_evolution(
            badness,
            list(zip(low, high, strict=True)),
            init=np.clip(first, low, high),
            maxiter=_GENERATIONS,
            seed=self.seed % 2**32,
            integrality=[x.whole for x in self.levers],
            updating="deferred",
            vectorized=True,
            polish=False,
            tol=1e-3,
        )
        return np.asarray(self.on_grid(found.x))

    def diagonal(self, alone: Sequence[Alone]) -> np.ndarray:
        """Every lever where it would have to go alone."""
        return np.array([self._best(a)[j] for j, a in enumerate(alone)])

    def _best(self, a: Alone) -> np.ndarray:
        """The crossing of a lever, or the point of its curve that comes nearest to the goal."""
        if a.crossing is not None:
            return a.crossing.point
        return np.asarray(a.curve.points[int(self.target.short(a.curve.outcome.value).argmin())])

    def nearest(self, alone: Sequence[Alone]) -> tuple[Curve, Crossing | None]:
        """The half of a curve of one lever that reaches the goal next, or comes nearest to it."""
        order = np.argsort([a.crossing.distance if a.crossing else math.inf for a in alone])
        chosen = alone[order[0]]
        if chosen.crossing is None:
            short = [self.target.short(a.curve.outcome.value).min() for a in alone]
            chosen = alone[int(np.argmin(short))]
        way = (self._best(chosen) - self.origin)[self.levers.index(chosen.lever)]
        half = self._outwards(chosen.curve, -1.0 if way < 0 else 1.0)
        return half, chosen.crossing

    def line(self, end: np.ndarray) -> tuple[Curve, Crossing | None]:
        """The outcome on the line from today through a point, as far as the ranges go."""
        way = end - self.origin
        ends = np.where(way < 0.0, [x.low for x in self.levers], [x.high for x in self.levers])
        moved = way != 0.0
        room = np.abs((ends - self.origin)[moved] / way[moved])
        shares = np.linspace(0.0, min(_FARTHEST, float(room.min(initial=_FARTHEST))), _GRID)
        points = self.on_grid(self.origin + shares[:, None] * way)
        curve = self._curve(points, self.distance)
        return curve, self._crossing(curve)
