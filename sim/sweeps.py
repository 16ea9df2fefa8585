"""Sweeps: a scenario at every point of a grid, with the same random numbers everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .analysis import grid, stopping
from .api import Scenario
from .batch.chunks import Failure, check_failures
from .batch.executors import Kind, open_pool
from .batch.schedule import Study, play_study
from .batch.store import Memory, Store
from .batch.tables import failures_table, runs_table, without_failures
from .engine.block import ResultHash
from .engine.play import Engine
from .errors import SummitryError
from .folders import check_folder, complete, read_manifest
from .results import origin, study_of
from .studies import Workers, play_into

if TYPE_CHECKING:
    import xarray

    from .batch.store import Disk
    from .plots.swept import SweepPlots

MAX_TOTAL = 100_000_000
#: Keys of a scenario that are no part of what is played at a point.
_OF_ALL = ("seed", "runs", "title", "description")


@dataclass(frozen=True)
class Plan:
    """What a sweep plays.

    Attributes
    ----------
    scenario
        The scenario at the centre.
    vary
        Values by path, as for :meth:`sim.Scenario.set`.
    seed, runs
        Seed, the same at every point, and runs of each point (at most, with ``until_se``).
    until_se
        Standard error of the probability of a deal at which a point has been played enough.
    engine
        As for :meth:`sim.Scenario.runs`.
    """

    scenario: Scenario
    vary: Mapping[str, Sequence[Any]]
    seed: int
    runs: int
    until_se: float | None = None
    engine: Engine = "batch"

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """The varied values of every point."""
        for path in self.vary:
            if path in _OF_ALL:
                raise SummitryError(
                    f"{path} is the same at every point of a sweep and cannot be varied"
                )
        return grid.points_of(self.vary)

    @cached_property
    def study(self) -> Study:
        """The scenarios of all points, checked."""
        points = self.points
        if len(points) * self.runs > MAX_TOTAL:
            raise SummitryError(
                f"{len(points)} points of {self.runs} runs are more than {MAX_TOTAL:,} runs"
            )
        setups = tuple(self.scenario.set(point).setup for point in points)
        return Study(
            setups, self.seed, self.runs, self.engine, False, stopping.stopping(self.until_se)
        )

    @cached_property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        key = study_of(self.scenario, self.seed, self.runs, False)
        return {
            **key,
            "vary": {k: list(v) for k, v in self.vary.items()},
            "until_se": self.until_se,
        }

    @property
    def level(self) -> float:
        """Confidence level of the intervals."""
        return stopping.level(self.until_se)

    def tables(
        self, store: Store, digest: ResultHash
    ) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """For each point its rows with the varied values as columns, and the runs that failed.

        Raises
        ------
        SummitryError
            After the last point, if no run at all could be played.
        """
        columns = grid.varied_columns(self.points)
        played = 0
        failed: list[Failure] = []
        for point, setup in enumerate(self.study.setups):
            pieces: list[pd.DataFrame] = []
            failures: list[Failure] = []
            for part in store.parts(point):
                digest.update(part.block)
                played += len(part.block.adopted_round)
                failures += part.failures
                runs = without_failures(runs_table(setup, part.block, part.first), part.failures)
                pieces.append(grid.point_rows(runs, point, [*setup.sampled_paths, *columns]))
            rows = pd.concat(pieces, ignore_index=True)
            if any(path.startswith("terms.") for path in self.vary):
                # Whole numbers at one point may be fractions at the next.
                whole = rows.select_dtypes("Int32").columns.intersection(
                    [term.name for term in setup.scenario.terms]
                )
                rows = rows.astype(dict.fromkeys(whole, "float64"))
            for place, (path, values) in enumerate(columns.items(), 1):
                rows.insert(place, path, values[point])
            failed += failures
            table = failures_table(failures)
            table.insert(0, "point", np.int64(point))
            yield rows, table
        check_failures(played, failed)

    def row(self, point: int, rows: pd.DataFrame) -> dict[str, Any]:
        """The row of a point in the table of points."""
        columns = grid.varied_columns(self.points)
        varied = {path: values[point] for path, values in columns.items()}
        outcomes = rows.drop(columns=list(columns))
        return {"point": point, **varied, **grid.measured(outcomes, self.level)}


@dataclass(frozen=True)
class Sweep:
    """The results of a sweep.

    Attributes
    ----------
    scenario, seed
        What was varied, and with which seed.
    varied
        The paths that vary.
    table
        One row for each run of each point: ``point``, the varied values under their paths,
        ``replication``, outcome and terms as in the table of an ensemble.
    points
        One row for each point: the varied values, shares with their intervals, means with their
        standard errors; see :func:`sim.analysis.grid.measured`.
    failures
        Runs that could not be played: ``point``, ``replication``, ``stage`` and ``cause``.
    """

    scenario: Scenario
    seed: int
    varied: tuple[str, ...]
    table: pd.DataFrame
    points: pd.DataFrame
    failures: pd.DataFrame

    @property
    def plot(self) -> SweepPlots:
        """The figure of this sweep: ``.plot.deals()``."""
        from .plots.swept import SweepPlots

        return SweepPlots(self)

    def to_xarray(self) -> xarray.Dataset:
        """Outcomes and terms with the dimensions scenario, replication and term.

        Raises
        ------
        SummitryError
            If xarray is not installed.
        """
        from .arrays import sweep_dataset

        return sweep_dataset(self.scenario.setup, self.table, self.points, self.varied)

    def __repr__(self) -> str:
        return (
            f"<Sweep of {self.scenario.name} over {', '.join(self.varied)}: "
            f"{len(self.points)} points, {len(self.table)} runs>"
        )


def sweep(
    scenario: Scenario,
    vary: Mapping[str, Sequence[Any]],
    *,
    runs: int | None = None,
    seed: int | None = None,
    until_se: float | None = None,
    engine: Engine = "batch",
    executor: Kind | Executor = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """Play a scenario at every point of a grid, with the same random numbers at each.

    Parameters
    ----------
    scenario
        The scenario at the centre.
    vary
        Values by path, such as ``{"demander.leverage": [0, 0.5, 1]}``; every combination is a
        point.
    runs
        Runs of each point; at most so many with ``until_se``. That of the scenario if not given.
    seed
        Seed of all points; that of the scenario if not given.
    until_se
        Stop each point when the probability of a deal has this standard error. Its intervals are
        then made so wide that they keep their coverage in spite of the repeated looks.
    engine, executor, workers, scheduler, progress
        As for :meth:`sim.Scenario.runs`.

    Raises
    ------
    ScenarioError, SummitryError
        If a path, value or number does not fit, or no run at all could be played.
    """
    runs, seed = scenario.counts(runs, seed)
    plan = Plan(scenario, vary, seed, runs, until_se, engine)
    store = Memory()
    pool = open_pool(executor, workers, scheduler)
    try:
        play_study(plan.study, store, plan.study.chunk(), pool, progress)
    finally:
        pool.close()
    tables, failures = zip(*plan.tables(store, ResultHash()), strict=True)
    points = pd.DataFrame([plan.row(point, rows) for point, rows in enumerate(tables)])
    return Sweep(
        scenario,
        seed,
        tuple(vary),
        pd.concat(tables, ignore_index=True),
        points,
        pd.concat(failures, ignore_index=True),
    )


def sweep_into(
    plan: Plan,
    folder: Path,
    *,
    workers: Workers | None = None,
    resume: bool = False,
    command: str = "",
    progress: Callable[[int], None] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Play a sweep into a folder: tables of its runs, points and failures, and the manifest.

    Parameters
    ----------
    plan
        What to play.
    folder, workers, resume, command, progress
        As for :func:`sim.results.play_ensemble`.

    Returns
    -------
    DataFrame, DataFrame
        The tables of points and of failures.
    """
    from .batch.assemble import TableFile

    def fill(final: Path, store: Disk) -> dict[str, Any]:
        digest = ResultHash()
        found, failed = [], 0
        with (
            TableFile(final / "sweep.parquet") as file,
            TableFile(final / "failures.parquet") as missing,
        ):
            for point, (rows, failures) in enumerate(plan.tables(store, digest)):
                file.write(rows)
                missing.write(failures)
                found.append(plan.row(point, rows))
                failed += len(failures)
        with TableFile(final / "points.parquet") as file:
            file.write(pd.DataFrame(found))
        return {
            **origin(plan.scenario, plan.key, command),
            "result_hash": digest.hexdigest(),
            "seed": plan.seed,
            "runs": plan.runs,
            "failures": failed,
            "trace": False,
            "level": plan.level,
        }

    check_folder(folder, plan.key, resume=resume)
    if not (resume and complete(folder, plan.key)):
        play_into(
            folder,
            plan.study,
            plan.key,
            workers or Workers(),
            fill,
            resume=resume,
            progress=progress,
            share=0.1,
        )
    read_manifest(folder)
    return pd.read_parquet(folder / "points.parquet"), pd.read_parquet(folder / "failures.parquet")
