"""Where the values of inputs go in the numbers of a scenario: a point costs microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..engine.problem import HEADLINE, PER_MEMBER, WANTED_STEP, Problem, Setup, set_up
from ..errors import SummitryError
from ..rules.events import bounded
from ..scenario.changes import changed
from ..scenario.coefficients import coefficient_names
from ..scenario.document import DocumentPath
from ..scenario.load import Loaded
from ..scenario.naming import Names
from ..scenario.resolve import ATTRIBUTES

#: Fields of a problem that are a number of the scenario as it stands.
_FIELDS = {("mediator", "own_view"), ("procedure", "quota")}
#: Places of the demand of a problem.
_DEMAND = {
    ("demander", "headline_pct_gdp"): HEADLINE,
    ("demander", "annual_increment_pp"): WANTED_STEP,
}
#: Inputs of the demander in the values of a problem.
#: The coefficient that takes whole numbers only.
_WHOLE: DocumentPath = ("coefficients", "hold", "exponent")
_OF_DEMANDER = ("leverage", "need_core_pct_gdp")


class HasLoaded(Protocol):
    """What has been loaded from a file: a :class:`sim.Scenario`."""

    @property
    def loaded(self) -> Loaded:
        """The scenario as written, checked and filled in."""

    @property
    def setup(self) -> Setup:
        """The same as numbers."""


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
        self.paths = (paths,) if isinstance(paths, str) else tuple(paths)
        twice = next((p for p in self.paths if self.paths.count(p) > 1), None)
        if twice is not None:
            raise SummitryError(f"the input {twice} is given twice")
        loaded = scenario.loaded
        self._steps: list[list[DocumentPath]] = []
        for path in self.paths:
            if not isinstance(path, str):
                raise SummitryError(f"an input is a path such as 'demander.leverage', got {path!r}")
            # The document knows what wildcards, groups and names of members mean.
            written = changed(loaded.document, loaded.resolved, {path: 0.0}).written
            self._steps.append(sorted(written, key=str))
        self._names = Names(loaded.file)
        self._names.codes = {p.code for p in loaded.resolved.members}
        quick = [all(self._is_quick(s) for s in steps) for steps in self._steps]
        self.quick = tuple(j for j, is_quick in enumerate(quick) if is_quick)
        self.slow = tuple(j for j, is_quick in enumerate(quick) if not is_quick)

    def targets(self, j: int) -> tuple[DocumentPath, ...]:
        """The places that the input j sets, members by their codes, such as several of a group."""
        return tuple(
            ("parties", self._names.code(str(steps[1])), *steps[2:])
            if steps[0] == "parties" and len(steps) > 1
            else steps
            for steps in self._steps[j]
        )

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
        for j, steps in enumerate(self._steps):
            if steps[0] == _WHOLE:
                for row in np.flatnonzero(values[:, j] % 1.0)[:1]:
                    self.scenario.loaded.set(self.changes(values[row]))  # which is refused
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

    def base(self, point: np.ndarray) -> Base:
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
        return Base(setup, problem, tuple(writers))

    def _is_quick(self, steps: DocumentPath) -> bool:
        head = steps[0]
        resolved = self.scenario.loaded.resolved
        if head in ("parties", "groups"):
            # Camps hang on what their members have in common, public beliefs on spreads.
            public = resolved.file.mediator.knowledge == "public"
            if public or resolved.file.preferences == "spatial":
                return False
            if head == "parties":
                return len(steps) == 3 and steps[2] in ATTRIBUTES
            shared = len(steps) == 3 and steps[2] in ATTRIBUTES
            return shared and bool(resolved.groups.get(str(steps[1])))
        if head == "coefficients":
            return len(steps) == 3
        demander = resolved.file.demander
        if steps == ("demander", "headline_pct_gdp"):
            return demander is not None and demander.need_core_pct_gdp is not None
        known = demander is not None and (
            steps[1:] != ("need_core_pct_gdp",) or demander.headline_pct_gdp
        )
        in_values = (
            head == "demander" and len(steps) == 2 and steps[1] in _OF_DEMANDER and bool(known)
        )
        return steps in _FIELDS or steps in _DEMAND or in_values

    def _place(self, steps: DocumentPath, setup: Setup) -> int | None:
        """The place of an input in the values of a problem, None if it is a field."""
        p, s = setup.problem, setup.scenario
        if steps[0] == "parties":
            member = setup.codes.index(self._names.code(str(steps[1])))
            return member * PER_MEMBER + ATTRIBUTES.index(str(steps[2]))
        if steps[0] == "groups":
            shifts = [(shift.group, shift.attribute) for shift in s.shifts]
            start = p.salience_from + p.n_members * p.n_terms
            return start + shifts.index((str(steps[1]), str(steps[2])))
        if steps[0] == "coefficients":
            return p.coefficients_from + coefficient_names().index(f"{steps[1]}_{steps[2]}")
        if steps[0] == "demander" and steps[1] in _OF_DEMANDER:
            return p.demander_from + _OF_DEMANDER.index(str(steps[1]))
        return None


@dataclass(frozen=True)
class Base:
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
            else:
                fields[str(steps[-1])] = number
        public = values.copy()
        for source, target in zip(p.shift_from.tolist(), p.shift_to.tolist(), strict=True):
            public[target] = bounded(public[target] + public[source])
        return p._replace(values=values, public_values=public, **fields)
