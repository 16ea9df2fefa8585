"""``sim.sensitivity``: from a scenario to the result of a sensitivity study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...batch.points import play_points
from ...errors import SummitryError
from ...scenario.spelling import nearest
from ..inputs import Given, Units, units_of
from .correlation import Correlation, correlation_of
from .design import Analysis, Design, Method
from .morris import Morris
from .outputs import Output, outputs_of
from .pawn import Pawn
from .result import Sensitivity
from .shapley import Shapley
from .sobol import Sobol
from .tornado import Tornado
from .unbiased import Estimate
from .words import cautions

if TYPE_CHECKING:
    from ...api import Scenario

METHODS: dict[str, Method] = {m.name: m for m in (Morris(), Sobol(), Pawn(), Shapley(), Tornado())}

#: Groups of inputs: by name, or one of the ways of :func:`sim.analysis.inputs.units_of`.
Groups = str | Mapping[str, Sequence[str]] | None

# The random numbers of designs and intervals are others than those of runs.
_DESIGN, _INTERVALS = 1, 2


def sensitivity(
    scenario: Scenario,
    method: str = "sobol",
    inputs: Given = None,
    groups: Groups = None,
    outputs: str | Sequence[str] | None = None,
    *,
    samples: int | None = None,
    runs: int | None = None,
    seed: int | None = None,
    correlation: Correlation = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sensitivity:
    """Which inputs matter, by how much, with what certainty.

    Parameters
    ----------
    scenario
        The scenario; what is not among the inputs stays as it is, distributions included, and
        counts as noise of runs.
    method
        ``morris`` (screening of many inputs), ``sobol`` (shares of variance, first and total
        order), ``pawn`` (the whole distribution), ``shapley`` (shares that add up to 1, also for
        dependent inputs) or ``tornado`` (each input alone).
    inputs
        Paths, or a mapping of paths to a range ``(low, high)`` or a distribution; every
        distribution of the scenario if not given. See :mod:`sim.analysis.inputs`.
    groups
        Inputs that are taken together, by name, or ``"member"``, ``"attribute"``, ``"region"``.
    outputs
        Outcomes, probabilities and categories, see
        :func:`sim.analysis.sensitivity.outputs.outputs_of`.
    samples
        Rows of the design: base points (``sobol``, ``pawn``; a power of two), paths (``morris``)
        or orders (``shapley``). A number that suits the method if not given.
    runs
        Runs of each point; a number that suits the method if not given.
    seed
        Seed of everything; that of the scenario if not given.
    correlation
        For ``shapley``: of normal scores (a Gaussian copula), by pairs of inputs, or by a region or
        group whose members' equal attributes are correlated: ``{"baltics": 0.6}``.
    workers
        How many threads; as many as there are processors if not given.
    progress
        Called with the number of runs done since the last call.

    Returns
    -------
    Sensitivity

    Raises
    ------
    SummitryError
        If something does not fit, in words.
    """
    plan = planned(
        scenario, method, inputs, groups, outputs,
        samples=samples, runs=runs, seed=seed, correlation=correlation,
    )  # fmt: skip
    return plan.play(workers=workers, progress=progress)


@dataclass(frozen=True)
class Plan:
    """A study before it is played: everything checked.

    Attributes
    ----------
    scenario, method, units, outputs, runs, seed, correlation
        As asked for.
    samples
        Rows of the design.
    """

    scenario: Scenario
    method: Method
    units: Units
    outputs: tuple[Output, ...]
    samples: int
    runs: int
    seed: int
    correlation: Correlation

    @cached_property
    def design(self) -> Design:
        """The points."""
        linked = correlation_of(self.scenario, self.units.paths, self.correlation)
        rng = np.random.default_rng([_DESIGN, self.seed])
        return self.method.design(self.units.unit, self.samples, rng, linked)

    @property
    def total(self) -> int:
        """Runs in all."""
        return self.design.points * self.runs

    @cached_property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        from ...results import study_of

        return {
            **study_of(self.scenario, self.seed, self.runs, False),
            "method": self.method.name,
            "samples": self.samples,
            "inputs": {i.path: i.about for i in self.units.inputs},
            "units": [self.units.names[j] for j in self.units.unit],
            "outputs": [o.name for o in self.outputs],
            "correlation": {
                name if isinstance(name, str) else " ~ ".join(name): value
                for name, value in (self.correlation or {}).items()
            },
        }

    def play(
        self, *, workers: int | None = None, progress: Callable[[int], None] | None = None
    ) -> Sensitivity:
        """Play all points and analyse each outcome; see :func:`sensitivity`."""
        design, units, method = self.design, self.units, self.method
        rows, k = design.u.shape[:2]
        played = play_points(
            self.scenario,
            units.paths,
            units.points(design.u).reshape(-1, len(units.inputs)),
            self.runs,
            seed=self.seed,
            first=np.repeat(np.arange(rows), k) * self.runs,
            workers=workers,
            progress=progress,
            letters=any(o.needs_letters for o in self.outputs),
        )
        table, split, said = [], [], []
        for number, output in enumerate(self.outputs):
            y = output.read(played)
            y = y.reshape(rows, k, *y.shape[1:])
            rng = np.random.default_rng([_INTERVALS, self.seed, number])
            found = method.analyse(design, y, rng) if _enough(y) else _nothing(method, units)
            table.append(_rows(output.name, units, found))
            if found.split:
                split.append(_split_row(output.name, found))
            said += cautions(method, output, found, units.names, self.samples, self.runs)
        return Sensitivity(
            self.scenario,
            self.seed,
            method.name,
            self.samples,
            self.runs,
            design.points,
            _inputs_table(units),
            pd.concat(table, ignore_index=True),
            pd.DataFrame(split),
            {o.name: o.unit for o in self.outputs},
            method.main,
            tuple(said),
            self.key,
        )


def planned(
    scenario: Scenario,
    method: str = "sobol",
    inputs: Given = None,
    groups: Groups = None,
    outputs: str | Sequence[str] | None = None,
    *,
    samples: int | None = None,
    runs: int | None = None,
    seed: int | None = None,
    correlation: Correlation = None,
) -> Plan:
    """A study that is checked and not yet played; see :func:`sensitivity`."""
    chosen = _method(method)
    rows, each = _sizes(chosen, samples, runs)
    _, seed = scenario.counts(1, seed)
    units = units_of(scenario, inputs, groups)
    asked = outputs_of(scenario.loaded.resolved, outputs)
    plan = Plan(scenario, chosen, units, asked, rows, each, seed, correlation)
    _ = plan.design  # what does not fit is told now
    return plan


def _method(name: str) -> Method:
    if name not in METHODS:
        near = nearest(str(name), tuple(METHODS))
        hint = f" (did you mean '{near}'?)" if near else ""
        raise SummitryError(f"method must be one of {', '.join(METHODS)}, got {name!r}{hint}")
    return METHODS[name]


def _sizes(method: Method, samples: int | None, runs: int | None) -> tuple[int, int]:
    if method.name == "tornado" and samples is not None:
        raise SummitryError("tornado takes no samples, only runs of each point")
    sizes = []
    least = {"samples": 1 if method.name == "tornado" else 4, "runs": method.fewest_runs}
    for what, given, usual in (
        ("samples", samples, method.samples),
        ("runs", runs, method.runs),
    ):
        size = usual if given is None else given
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < least[what]:
            raise SummitryError(
                f"{what} must be a whole number of at least {least[what]} for {method.name}, "
                f"got {size!r}"
            )
        sizes.append(int(size))
    return sizes[0], sizes[1]


def _enough(y: np.ndarray) -> bool:
    """Whether any row has the outcome at all of its points, at least twice."""
    there = (~np.isnan(y[..., 0])).sum(axis=2)
    return bool((there.min(axis=1) >= min(2, y.shape[2])).any())


def _nothing(method: Method, units: Units) -> Analysis:
    none = np.full(len(units.names), np.nan)
    return Analysis({method.main: Estimate(none, none, none)}, {}, 0.0)


def _rows(output: str, units: Units, found: Analysis) -> pd.DataFrame:
    return pd.concat(
        pd.DataFrame(
            {
                "output": output,
                "input": units.names,
                "measure": measure,
                "estimate": e.value,
                "low": e.low,
                "high": e.high,
            }
        )
        for measure, e in found.measures.items()
    )


def _split_row(output: str, found: Analysis) -> dict[str, Any]:
    row: dict[str, Any] = {"output": output}
    for name, e in found.split.items():
        row |= {name: float(e.value), f"{name}_low": float(e.low), f"{name}_high": float(e.high)}
    return row


def _inputs_table(units: Units) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "input": units.paths,
            "unit": [units.names[j] for j in units.unit],
            "distribution": [i.about for i in units.inputs],
        }
    )
