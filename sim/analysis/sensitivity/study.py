"""``sim.sensitivity``: from a scenario to the result of a sensitivity study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import SummitryError
from ...montecarlo.points import play_points
from ...scenario.spelling import nearest
from ..inputs import Given, Units, units_of
from .correlation import Correlation, correlation_of
from .design import Analysis, Method
from .morris import Morris
from .outputs import outputs_of
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

# The random numbers of designs and intervals are others than those of runs.
_DESIGN, _INTERVALS = 1, 2


def sensitivity(
    scenario: Scenario,
    method: str = "sobol",
    inputs: Given = None,
    groups: str | Mapping[str, Sequence[str]] | None = None,
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
    chosen = _method(method)
    rows, each = _sizes(chosen, samples, runs)
    _, seed = scenario.counts(1, seed)
    units = units_of(scenario, inputs, groups)
    asked = outputs_of(scenario.loaded.resolved, outputs)
    linked = correlation_of(scenario, units.paths, correlation)
    design = chosen.design(units.unit, rows, np.random.default_rng([_DESIGN, seed]), linked)
    k = design.u.shape[1]
    played = play_points(
        scenario,
        units.paths,
        units.points(design.u).reshape(-1, len(units.inputs)),
        each,
        seed=seed,
        first=np.repeat(np.arange(len(design.u)), k) * each,
        workers=workers,
        progress=progress,
        letters=any(o.needs_letters for o in asked),
    )
    table, split, said = [], [], []
    for number, output in enumerate(asked):
        y = output.read(played)
        y = y.reshape(len(design.u), k, *y.shape[1:])
        rng = np.random.default_rng([_INTERVALS, seed, number])
        found = chosen.analyse(design, y, rng) if _enough(y) else _nothing(chosen, units)
        table.append(_rows(output.name, units, found))
        if found.split:
            split.append(_split_row(output.name, found))
        said += cautions(chosen, output, found, units.names, rows, each)
    return Sensitivity(
        scenario,
        seed,
        chosen.name,
        rows,
        each,
        design.points,
        _inputs_table(units),
        pd.concat(table, ignore_index=True),
        pd.DataFrame(split),
        {o.name: o.unit for o in asked},
        chosen.main,
        tuple(said),
        _key(scenario, chosen, units, [o.name for o in asked], rows, each, seed, correlation),
    )


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


def _key(
    scenario: Scenario,
    method: Method,
    units: Units,
    outputs: list[str],
    samples: int,
    runs: int,
    seed: int,
    correlation: Correlation,
) -> dict[str, Any]:
    """What decides the results, as plain data."""
    from ...results import study_of

    return {
        **study_of(scenario, seed, runs, False),
        "method": method.name,
        "samples": samples,
        "inputs": {i.path: i.about for i in units.inputs},
        "units": [units.names[j] for j in units.unit],
        "outputs": outputs,
        "correlation": {
            name if isinstance(name, str) else " ~ ".join(name): value
            for name, value in (correlation or {}).items()
        },
    }
