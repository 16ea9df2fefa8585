"""What would it take? The smallest change of some inputs that reaches a goal.

What the search finds is played once more with other random numbers, as it has looked for runs that
flatter it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import SummitryError
from .goal_search import FEWEST, RUNS, Alone, Crossing, Curve, Search
from .levers import Lever, levers_of
from .target import Estimates, Target, parse_target

if TYPE_CHECKING:
    from ..api import Scenario
    from ..plots.goal import AnswerPlots


@dataclass(frozen=True)
class Answer:
    """What it would take.

    Attributes
    ----------
    scenario, target, seed, runs
        What was asked, and the runs of each point of a curve.
    levers
        What may be changed.
    now
        The outcome in the scenario as it is.
    start
        The outcome with every lever at its present value: another one than ``now`` where a lever
        has a distribution that cannot be moved, so that setting it takes it away.
    alone
        Every lever by itself.
    together
        The smallest change; None if the goal cannot be reached within the ranges. It is one of
        several levers only where that is nearer than the 95% interval of the best single lever.
    path
        The outcome on the line from today through that change, or to the best point found.
    best
        The point of this line at which the outcome is nearest to the goal, or reaches it first.
    check
        The outcome at the answer, in as many runs with other random numbers; None without one.
    """

    scenario: Scenario
    target: Target
    seed: int
    runs: int
    levers: tuple[Lever, ...]
    now: Estimates
    start: Estimates
    alone: tuple[Alone, ...]
    together: Crossing | None
    path: Curve
    best: np.ndarray
    check: Estimates | None

    @property
    def already(self) -> bool:
        """Whether the scenario reaches the goal as it is."""
        return bool(self.target.reached(self.now.value[0]))

    @property
    def reached(self) -> bool:
        """Whether the goal can be reached within the ranges."""
        return self.already or self.together is not None

    def uncertain(self, lever: Lever) -> bool:
        """Whether setting a lever takes away the distribution that it has."""
        place = np.isin(self.scenario.setup.sampled_paths, [lever.path])
        return bool(place.any()) and not lever.moved

    @property
    def changes(self) -> dict[str, float]:
        """The answer: the new values by path, of what is moved the new centre; empty without."""
        if self.already or self.together is None:
            return {}
        pairs = zip(self.levers, self.together.point.tolist(), strict=True)
        return {x.path: v + x.at - x.origin for x, v in pairs if v != x.origin}

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every point of every curve.

        Returns
        -------
        DataFrame
            ``curve`` (the path of a lever, or ``together``), ``distance`` from today in units of
            the ranges, the value of every lever under its path, the outcome ``value`` with its 95%
            interval ``low`` and ``high``, and whether it ``reaches`` the goal.
        """
        curves = {a.lever.path: a.curve for a in self.alone}
        rows = []
        for name, curve in {**curves, "together": self.path}.items():
            frame = pd.DataFrame({"curve": name, "distance": curve.distance})
            for j, lever in enumerate(self.levers):
                frame[lever.path] = curve.points[:, j] + lever.at - lever.origin
            frame["value"], frame["low"] = curve.outcome.value, curve.outcome.low
            frame["high"] = curve.outcome.high
            frame["reaches"] = self.target.reached(curve.outcome.value)
            rows.append(frame)
        return pd.concat(rows, ignore_index=True)

    @property
    def plot(self) -> AnswerPlots:
        """Figures of the answer, such as ``.plot.curves()``."""
        from ..plots.goal import AnswerPlots

        return AnswerPlots(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, figures, reading and manifest into a folder; see :mod:`sim.saving`."""
        from ..saving import save_study

        return save_study(
            Path(folder),
            self.scenario,
            key(self.scenario, self.target, self.levers, self.seed, self.runs),
            tables={"curves": self.table},
            figures=self.plot.all(),
            text=str(self),
            about={"study_kind": "goal", "changes": self.changes},
            command=command,
        )

    def __str__(self) -> str:
        from .goal_text import write

        return write(self)

    def _repr_html_(self) -> str:
        from .goal_text import html

        return html(self)

    def __repr__(self) -> str:
        return f"<Answer for {self.scenario.name}: {self.target.words()}>"


def key(
    scenario: Scenario, target: Target, levers: Sequence[Lever], seed: int, runs: int
) -> dict[str, Any]:
    """What decides an answer, as plain data."""
    from ..results import study_of

    by = {x.path: [x.low, x.high] for x in levers}
    goal = [target.outcome, target.sign, target.value]
    return {**study_of(scenario, seed, runs, False), "goal": goal, "by": by}


def check_runs(runs: int) -> None:
    """Refuse fewer runs of each point than an answer needs.

    Raises
    ------
    SummitryError
        With how many it needs.
    """
    if runs < FEWEST:
        raise SummitryError(f"the answer needs at least {FEWEST} runs of each point, got {runs}")


def what_would_it_take(
    scenario: Scenario,
    target: str,
    by: str | Sequence[str] | Mapping[str, Sequence[float] | None],
    *,
    runs: int = RUNS,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Answer:
    """Find the smallest change of some inputs that reaches a goal.

    Parameters
    ----------
    scenario
        The scenario as it is today.
    target
        The goal: ``"no_deal < 0.05"``, ``"headline_pct_gdp >= 5"``, ``"side_letter.ESP < 20%"``.
    by
        What may be changed; see :func:`sim.analysis.levers.levers_of`.
    runs
        Runs of each point of the curves, at least 100. The search itself takes half of them.
    seed
        Seed; that of the scenario if not given.
    progress
        Called with the number of runs done since the last call; see
        :func:`sim.analysis.goal_search.expected_runs`.

    Returns
    -------
    Answer
        ``print`` it for a plain reading. That a goal cannot be reached is an answer too.

    Raises
    ------
    SummitryError
        If the goal or an input is none of this scenario, or a number makes no sense.

    References
    ----------
    Kleywegt, A. J., Shapiro, A., & Homem-de-Mello, T. (2002). The sample average approximation
    method for stochastic discrete optimization. SIAM Journal on Optimization 12(2), 479-502.
    https://doi.org/10.1137/S1052623499363220
    """
    from ..api import Scenario

    if not isinstance(scenario, Scenario):
        raise SummitryError(f"what_would_it_take needs a scenario of sim.load, got {scenario!r}")
    runs, seed = scenario.counts(runs, seed)
    check_runs(runs)
    goal = parse_target(target, scenario.setup)
    prepared, levers = levers_of(scenario, by)
    search = Search(prepared, goal, levers, runs, seed, progress)
    start = search.estimate(search.origin[None])
    now = search.as_it_is(scenario)
    already = bool(goal.reached(now.value[0]))
    alone = tuple(search.alone(j) for j in range(len(levers)))
    path, together = search.nearest(alone)
    if len(levers) > 1 and not already:
        ends = search.together(alone), search.diagonal(alone)
        lines = [(line, c) for line, c in map(search.line, ends) if c is not None]
        if lines:
            line, crossing = min(lines, key=lambda found: found[1].distance)
            # One lever is simpler; several must be nearer than its own error could make it.
            if together is None or crossing.distance < together.sooner:
                path, together = line, crossing
    best = path.points[int(np.argmin(goal.short(path.outcome.value)))]
    if already:
        together = None
    check = None if together is None else search.estimate(together.point[None], first=runs)
    return Answer(
        scenario, goal, seed, runs, levers, now, start, alone, together, path, best, check
    )
