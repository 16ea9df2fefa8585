"""Playing a scenario at many points of its input space, without making a scenario of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..engine.block import Block, cut, empty_block
from ..engine.play import play_into
from ..engine.problem import Setup
from ..errors import SummitryError
from .knobs import Base, HasLoaded, Knobs
from .tables import OUTCOMES

#: Runs that a thread plays at a time, more or less.
_RUNS = 1024
_MOST_RUNS = 100_000_000


@dataclass(frozen=True)
class PointResults:
    """Outcomes at n points, each played r times.

    Attributes
    ----------
    paths
        Names of the inputs, in the order of the columns of ``points``.
    points
        Values of the inputs, shape (n, inputs).
    adopted_round
        Round of the adoption from 1, 0 without one; shape (n, r), int16.
    n_side_letters, objectors
        Side letters, and members that objected in the last round; shape (n, r), int16.
    terms
        Each term of the text by name, nan without a deal or without the term; shape (n, r). Of
        wording it is the strength.
    levels
        Of terms with named levels the place of the level, -1 without a deal; shape (n, r), int16.
    labels
        Names of these levels by term.
    codes
        Codes of the members.
    letters
        Who holds a side letter, shape (n, r, members), bool; None if it was not asked for.
    """

    paths: tuple[str, ...]
    points: np.ndarray
    adopted_round: np.ndarray
    n_side_letters: np.ndarray
    objectors: np.ndarray
    terms: dict[str, np.ndarray]
    levels: dict[str, np.ndarray]
    labels: dict[str, tuple[str, ...]]
    codes: tuple[str, ...]
    letters: np.ndarray | None

    @property
    def adopted(self) -> np.ndarray:
        """Whether there was a deal, shape (n, r), bool."""
        return np.asarray(self.adopted_round > 0)

    @property
    def outcome(self) -> np.ndarray:
        """Places in :data:`sim.batch.tables.OUTCOMES`, shape (n, r), int8."""
        outcome = np.where(self.n_side_letters > 0, 1, 0)
        outcome = np.where(self.objectors > 0, 2, outcome)
        return np.where(self.adopted, outcome, OUTCOMES.index("no_deal")).astype(np.int8)

    @property
    def headline_pct_gdp(self) -> np.ndarray | None:
        """Core + broader spending (% of GDP), nan without a deal, shape (n, r).

        None if the text has no such terms.
        """
        if "core_pct_gdp" not in self.terms or "broader_pct_gdp" not in self.terms:
            return None
        return np.asarray(self.terms["core_pct_gdp"] + self.terms["broader_pct_gdp"])


def play_points(
    scenario: HasLoaded,
    paths: Sequence[str],
    points: Any,
    replicates: int,
    *,
    seed: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    first: int | np.ndarray = 0,
    letters: bool = False,
) -> PointResults:
    """Play a scenario at many points; what ``scenario.set(point).runs(...)`` gives, but at once.

    Parameters
    ----------
    scenario
        What to play.
    paths
        Numeric inputs, as for :meth:`sim.Scenario.set`: ``demander.leverage``,
        ``parties.baltics.fiscal_room``. They are set in this order, later ones over earlier ones.
    points
        Their values, shape (n, inputs).
    replicates
        Runs of each point, at least 1.
    seed
        Seed of all random numbers, 0 to 2**64 - 1.
    workers
        How many threads; as many as there are processors if not given.
    progress
        Called with the number of runs done since the last call.
    first
        First replication, one for all points or one for each, shape (n,). With one for all the
        points share their random numbers and differ by their inputs and not by luck; with
        ``np.arange(n) * replicates`` the luck of each is its own.
    letters
        Whether to keep who holds a side letter.

    Raises
    ------
    SummitryError
        If a path leads nowhere, or a number makes no sense.
    ScenarioError
        If a value does not fit, as :meth:`sim.Scenario.set` says it.
    """
    knobs = Knobs(scenario, paths)
    values = knobs.checked(points)
    _check_counts(len(values), replicates, seed, workers)
    starts = np.asarray(first, dtype=np.int64)
    if starts.shape not in ((), (len(values),)) or (starts < 0).any():
        raise SummitryError("first must be a whole number, or one for each point")
    starts = np.broadcast_to(starts, len(values))
    groups = knobs.alike(values)
    bases = lru_cache(maxsize=8)(lambda group: knobs.base(values[groups[group][0]]))
    size = max(1, _RUNS // replicates)

    def play_some(group: int, these: np.ndarray) -> _Outcomes:
        return _play_some(bases(group), values, these, starts, replicates, seed, letters)

    results: _Outcomes | None = None
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        running = {}
        for group, members in enumerate(groups):
            for start in range(0, len(members), size):
                these = members[start : start + size]
                running[pool.submit(play_some, group, these)] = these
        for future in as_completed(running):
            these, some = running.pop(future), future.result()
            results = results or some.room(len(values))
            results.put(these, some)
            if progress:
                progress(len(these) * replicates)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    assert results is not None  # there is at least one point
    return results.named(knobs.paths, values)


def _check_counts(points: int, replicates: int, seed: int, workers: int | None) -> None:
    for name, count in (("replicates", replicates), ("workers", 1 if workers is None else workers)):
        if isinstance(count, bool) or count != int(count) or count < 1:
            raise SummitryError(f"{name} must be a whole number of at least 1, got {count!r}")
    if isinstance(seed, bool) or seed != int(seed) or not 0 <= seed < 2**64:
        raise SummitryError(f"seed must be a whole number between 0 and 2**64 - 1, got {seed!r}")
    if points * replicates > _MOST_RUNS:
        raise SummitryError(
            f"{points} points of {replicates} runs are more than {_MOST_RUNS:,} runs"
        )


@dataclass
class _Outcomes:
    """Outcomes at some points as arrays of shape (points, replicates, ...)."""

    arrays: dict[str, np.ndarray]
    labels: dict[str, tuple[str, ...]]
    codes: tuple[str, ...]

    def room(self, points: int) -> _Outcomes:
        """Room for the outcomes of so many points."""
        arrays = {k: np.empty((points, *a.shape[1:]), a.dtype) for k, a in self.arrays.items()}
        return _Outcomes(arrays, self.labels, self.codes)

    def put(self, these: np.ndarray, some: _Outcomes) -> None:
        """Write outcomes at the places of their points."""
        for name, array in some.arrays.items():
            self.arrays[name][these] = array

    def named(self, paths: tuple[str, ...], points: np.ndarray) -> PointResults:
        """The outcomes as a user sees them."""

        def below(head: str) -> dict[str, np.ndarray]:
            return {k.removeprefix(head): a for k, a in self.arrays.items() if k.startswith(head)}

        return PointResults(
            paths,
            points,
            self.arrays["adopted_round"],
            self.arrays["n_side_letters"],
            self.arrays["objectors"],
            below("term "),
            below("level "),
            self.labels,
            self.codes,
            self.arrays.get("letters"),
        )


def _play_some(
    base: Base,
    points: np.ndarray,
    these: np.ndarray,
    starts: np.ndarray,
    replicates: int,
    seed: int,
    letters: bool,
) -> _Outcomes:
    """Play the points of one base at the places ``these``."""
    block = empty_block(base.problem, len(these) * replicates, trace=False)
    for at, j in enumerate(these.tolist()):
        here = cut(block, at * replicates, (at + 1) * replicates)
        play_into(base.at(points[j]), seed, int(starts[j]), here)
    return _outcomes(base.setup, block, (len(these), replicates), letters)


def _outcomes(setup: Setup, block: Block, shape: tuple[int, int], letters: bool) -> _Outcomes:
    deal = block.adopted_round >= 0
    found = {
        "adopted_round": (block.adopted_round + 1).astype(np.int16),
        "n_side_letters": block.side_letter.sum(axis=1).astype(np.int16),
        "objectors": block.objectors.astype(np.int16),
    }
    labels = {}
    for j, term in enumerate(setup.scenario.terms):
        if not term.written:
            continue
        choice = block.choice[:, j]
        there = deal & (choice < len(term.values) - 1) if term.or_none else deal
        found[f"term {term.name}"] = np.where(there, np.array(term.values)[choice], np.nan)
        if term.labels:
            found[f"level {term.name}"] = np.where(deal, choice, -1).astype(np.int16)
            labels[term.name] = term.labels
    if letters:
        found["letters"] = block.side_letter
    arrays = {name: a.reshape(*shape, *a.shape[1:]) for name, a in found.items()}
    return _Outcomes(arrays, labels, setup.codes)
