"""Playing a scenario at many points of its input space, without making a scenario of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from ..errors import SummitryError
from ..negotiation.events import bounded
from ..negotiation.problem import NEED, PER_MEMBER, Problem, Setup, set_up
from ..scenario.changes import changed
from ..scenario.coefficients import coefficient_names
from ..scenario.document import DocumentPath
from ..scenario.load import Loaded
from ..scenario.naming import Names
from ..scenario.resolve import ATTRIBUTES
from .block import Block, cut, empty_block
from .tables import OUTCOMES

#: Runs that a thread plays at a time, more or less.
_RUNS = 1024
_MOST_RUNS = 100_000_000
#: Fields of a problem that are a number of the scenario as it stands.
_FIELDS = {
    ("mediator", "poll_error_sd"),
    ("mediator", "learning_rate"),
    ("mediator", "doubt"),
    ("mediator", "demander_weight"),
    ("procedure", "quota"),
}
#: Places of the demand of a problem.
_DEMAND = {
    ("us", "headline_pct_gdp"): 0,
    ("us", "annual_increment_pp"): 2,
    ("us", "tolerance_start"): 3,
    ("us", "tolerance_end"): 4,
}
_ACCEPTANCE = ("mediator", "acceptance_scale")


class HasLoaded(Protocol):
    """What has been loaded from a file: a :class:`sim.Scenario`."""

    @property
    def loaded(self) -> Loaded:
        """The scenario as written, checked and filled in."""

    @property
    def setup(self) -> Setup:
        """The same as numbers."""


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
        """Places in :data:`sim.montecarlo.tables.OUTCOMES`, shape (n, r), int8."""
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
        Numeric inputs, as for :meth:`sim.Scenario.set`: ``us.leverage``,
        ``members.baltics.fiscal_room``. They are set in this order, later ones over earlier ones.
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


class Knobs:
    """Where the values of some inputs go in the numbers of a scenario.

    Most inputs are places in ``Problem.values`` or plain fields, which are written in microseconds.
    The others are set the long way, once for all points that agree in them.

    Parameters
    ----------
    scenario
        What to play.
    paths
        Numeric inputs, as for :meth:`sim.Scenario.set`.

    Raises
    ------
    SummitryError
        If a path leads nowhere or is given twice.
    """

    def __init__(self, scenario: HasLoaded, paths: Sequence[str]) -> None:
        self.scenario = scenario
        self.paths = tuple(paths)
        twice = next((p for p in self.paths if self.paths.count(p) > 1), None)
        if twice is not None:
            raise SummitryError(f"the input {twice} is given twice")
        loaded = scenario.loaded
        self._steps: list[list[DocumentPath]] = []
        for path in self.paths:
            if not isinstance(path, str):
                raise SummitryError(f"an input is a path such as 'us.leverage', got {path!r}")
            # The document knows what wildcards, groups and names of members mean.
            written = changed(loaded.document, loaded.resolved, {path: 0.0}).written
            self._steps.append(sorted(written, key=str))
        self._names = Names(loaded.file)
        self._names.codes = {p.code for p in loaded.resolved.members}
        quick = [all(self._is_quick(s) for s in steps) for steps in self._steps]
        self.quick = tuple(j for j, is_quick in enumerate(quick) if is_quick)
        self.slow = tuple(j for j, is_quick in enumerate(quick) if not is_quick)

    def checked(self, points: Any) -> np.ndarray:
        """Points as numbers, shape (n, inputs); the extreme values of each input are tried.

        Raises
        ------
        SummitryError
            If the shape is wrong.
        ScenarioError
            If a value does not fit.
        """
        try:
            values = np.array(points, dtype=float)
        except (TypeError, ValueError):
            raise SummitryError("points must be numbers, one row for each point") from None
        if values.ndim != 2 or values.shape[1] != len(self.paths) or not len(values):
            raise SummitryError(
                f"points must have the shape (points, {len(self.paths)}), got {values.shape}"
            )
        # What an input accepts is an interval, so if its extremes fit all its values do.
        if self.paths:
            try:
                for ends in (values.min(axis=0), values.max(axis=0)):
                    self.scenario.loaded.set(self.changes(ends))
            except SummitryError:
                extremes = {j for f in (np.argmin, np.argmax) for j in f(values, axis=0).tolist()}
                for j in sorted(extremes):
                    self.scenario.loaded.set(self.changes(values[j]))
        return values

    def changes(self, point: np.ndarray) -> dict[str, float]:
        """A point as :meth:`sim.Scenario.set` takes it."""
        return dict(zip(self.paths, point.tolist(), strict=True))

    def alike(self, points: np.ndarray) -> list[np.ndarray]:
        """Places of points that differ in quick inputs only, shape (some,) each."""
        if not self.slow:
            return [np.arange(len(points))]
        _, kind = np.unique(points[:, self.slow], axis=0, return_inverse=True)
        kind = kind.reshape(-1)
        order = np.argsort(kind, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(kind[order])) + 1)

    def base(self, point: np.ndarray) -> _Base:
        """What all points share that agree with this one in the slow inputs."""
        changes = self.changes(point)
        for j in self.quick:
            if self._steps[j][0][0] == "groups":
                changes[self.paths[j]] = 0.5  # a shift of 0 would have no place
        setup = set_up(self.scenario.loaded.set(changes).resolved)
        writers: list[tuple[int, DocumentPath, np.ndarray]] = []
        for j in self.quick:
            places = [self._place(steps, setup) for steps in self._steps[j]]
            found = np.array([place for place in places if place is not None], dtype=np.int64)
            writers.append((j, self._steps[j][0], found))
        # A shift that is fixed counts as sampled, and would be drawn over what is written here.
        written = [place for _, _, places in writers for place in places.tolist()]
        p = setup.problem
        drawn = ~np.isin(p.sampled, written)
        problem = p._replace(
            sampled=p.sampled[drawn],
            sample_kind=p.sample_kind[drawn],
            sample_parameters=p.sample_parameters[drawn],
            sample_keys=p.sample_keys[drawn],
        )
        return _Base(setup, problem, tuple(writers))

    def _is_quick(self, steps: DocumentPath) -> bool:
        head = steps[0]
        if head == "members":
            attribute = len(steps) == 3 and steps[2] in (*ATTRIBUTES, "capability_need_pct_gdp")
            return attribute or (len(steps) == 4 and steps[2] in ("ideal", "salience"))
        if head == "groups":
            shared = len(steps) == 3 and steps[2] in ATTRIBUTES
            return shared and bool(self.scenario.loaded.resolved.groups.get(str(steps[1])))
        if head == "coefficients":
            return len(steps) == 3
        simple = steps in _FIELDS or steps in _DEMAND or steps == _ACCEPTANCE
        return simple or steps in (("us", "leverage"), ("us", "rhetoric"))

    def _place(self, steps: DocumentPath, setup: Setup) -> int | None:
        """The place of an input in the values of a problem, None if it is a field."""
        p, s = setup.problem, setup.scenario
        if steps[0] == "members":
            member = setup.codes.index(self._names.code(str(steps[1])))
            if len(steps) == 4:
                term = [t.name for t in s.terms].index(str(steps[3]))
                start = p.ideal_from if steps[2] == "ideal" else p.salience_from
                return start + member * p.n_terms + term
            own = (*ATTRIBUTES, "current_core_pct_gdp", "capability_need_pct_gdp")
            assert own.index("capability_need_pct_gdp") == NEED
            return member * PER_MEMBER + own.index(str(steps[2]))
        if steps[0] == "groups":
            shifts = [(shift.group, shift.attribute) for shift in s.shifts]
            start = p.salience_from + p.n_members * p.n_terms
            return start + shifts.index((str(steps[1]), str(steps[2])))
        if steps[0] == "coefficients":
            return p.coefficients_from + coefficient_names().index(f"{steps[1]}_{steps[2]}")
        if steps in (("us", "leverage"), ("us", "rhetoric")):
            return p.us_from + ("leverage", "rhetoric").index(str(steps[1]))
        return None


@dataclass(frozen=True)
class _Base:
    """A scenario with the slow inputs of some points, and where their quick inputs go."""

    setup: Setup
    problem: Problem
    writers: tuple[tuple[int, DocumentPath, np.ndarray], ...]

    def at(self, point: np.ndarray) -> Problem:
        """The problem at a point."""
        p = self.problem
        values = p.values.copy()
        fields: dict[str, Any] = {}
        for j, steps, places in self.writers:
            number = float(point[j])
            if len(places):
                values[places] = number
            elif steps in _DEMAND:
                fields.setdefault("demand", p.demand.copy())[_DEMAND[steps]] = number
            elif steps == _ACCEPTANCE:
                fields["sharpness"] = 1.0 / number
            else:
                fields[str(steps[-1])] = number
        public = values.copy()
        for source, target in zip(p.shift_from.tolist(), p.shift_to.tolist(), strict=True):
            public[target] = bounded(public[target] + public[source])
        return p._replace(values=values, public_values=public, **fields)


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
    base: _Base,
    points: np.ndarray,
    these: np.ndarray,
    starts: np.ndarray,
    replicates: int,
    seed: int,
    letters: bool,
) -> _Outcomes:
    """Play the points of one base at the places ``these``."""
    from .kernel import play

    block = empty_block(base.problem, len(these) * replicates, trace=False)
    for at, j in enumerate(these.tolist()):
        here = cut(block, at * replicates, (at + 1) * replicates)
        play(base.at(points[j]), np.uint64(seed), starts[j], here)
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
