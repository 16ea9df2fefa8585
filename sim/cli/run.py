"""``summitry run`` and ``summitry rerun``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import (
    Engine,
    EngineOption,
    Executor,
    ExecutorOption,
    OutOption,
    ResumeOption,
    RunsOption,
    SchedulerOption,
    WorkersOption,
    progress_bar,
    resumable,
    workers_of,
)

if TYPE_CHECKING:
    from ..api import Ensemble, Scenario
    from ..studies import Workers


def run(
    scenario: ScenarioArgument,
    runs: RunsOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Keep every round in rounds.parquet.")
    ] = False,
    resume: ResumeOption = False,
    engine: EngineOption = Engine.batch,
    executor: ExecutorOption = Executor.threads,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Run a scenario many times and write tables, figures and a manifest."""
    from ..folders import default_folder
    from ..results import study_of

    with resumable():
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        folder = out or default_folder(loaded.name, study_of(loaded, seed, runs, trace))
        players = workers_of(executor, workers, scheduler)
        ensemble = _play(loaded, runs, seed, folder, trace, engine, players, resume)
        typer.echo(ensemble.summary().text())
        typer.echo()
        typer.echo(f"Results in {folder}")


def rerun(
    manifest: Annotated[Path, typer.Argument(help="A manifest.json, or the folder that holds it.")],
    out: OutOption = None,
    resume: ResumeOption = False,
    engine: EngineOption = Engine.batch,
    executor: ExecutorOption = Executor.threads,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Run again what a manifest describes, and compare the tables bit for bit."""
    from ..errors import SummitryError
    from ..folders import file_hash, read_manifest
    from ..results import scenario_of

    with resumable():
        old = read_manifest(manifest)
        if "study_kind" in old:
            raise SummitryError(
                f"{manifest} is of a {old['study_kind']}; run its command again: {old['command']}"
            )
        folder = out or Path("results") / f"{old['name']}-rerun"
        runs, seed, trace = int(old["runs"]), int(old["seed"]), bool(old["trace"])
        players = workers_of(executor, workers, scheduler)
        again = scenario_of(old)
        ensemble = _play(again, runs, seed, folder, trace, engine, players, resume)
    typer.echo(f"Results in {folder}")
    if ensemble.hash != old["result_hash"]:
        raise SummitryError(
            f"the results differ from those of {manifest}; versions then: {old.get('versions')}"
        )
    tables = [name for name in old["files"] if name.endswith(".parquet")]
    differ = [name for name in tables if file_hash(folder / name) != old["files"][name]]
    if differ:
        typer.echo(f"same results; other bytes in {', '.join(differ)} (another library version)")
    else:
        typer.echo(f"same results, and the same bytes in {', '.join(tables)}")


def _play(
    scenario: Scenario,
    runs: int,
    seed: int,
    folder: Path,
    trace: bool,
    engine: Engine,
    workers: Workers,
    resume: bool,
) -> Ensemble:
    from ..folders import check_folder
    from ..results import command_line, play_ensemble, study_of

    check_folder(folder, study_of(scenario, seed, runs, trace), resume=resume)
    with progress_bar(scenario.name, runs, engine) as advance:
        ensemble = play_ensemble(
            scenario,
            folder,
            runs=runs,
            seed=seed,
            trace=trace,
            engine=engine.value,
            workers=workers,
            resume=resume,
            command=command_line(sys.argv[1:]),
            progress=advance,
        )
    if len(ensemble.failures):
        typer.echo(
            f"{len(ensemble.failures)} runs failed and are left out; see failures.parquet", err=True
        )
    return ensemble
