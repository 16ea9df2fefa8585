"""``summitry run`` and ``summitry rerun``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    tell_failures,
    workers_of,
)

if TYPE_CHECKING:
    from ..analysis.intervals import Proportion
    from ..analysis.plausible import Spread
    from ..api import Scenario
    from ..ensemble import Ensemble
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
    until_se: Annotated[
        float | None,
        typer.Option(help="Stop at this standard error of the probability of a deal."),
    ] = None,
    plausible: Annotated[
        bool, typer.Option(help="Say how much hangs on the coefficients, by draws of all of them.")
    ] = True,
    resume: ResumeOption = False,
    engine: EngineOption = Engine.batch,
    executor: ExecutorOption = Executor.threads,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Run a scenario many times and write tables, figures and a manifest."""
    from ..analysis.stopping import stopping
    from ..folders import default_folder
    from ..results import study_of

    with resumable():
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        stopping(until_se)
        study = study_of(loaded, seed, runs, trace, until_se)
        folder = out or default_folder(loaded.name, study)
        players = workers_of(executor, workers, scheduler)
        ensemble = _play(loaded, study, folder, engine, players, resume)
        summary = ensemble.summary(plausible=False)
        if plausible and len(ensemble) > 1:
            summary = replace(summary, plausible=_over_coefficients(loaded, seed, workers))
        typer.echo(summary.text())
        typer.echo()
        if until_se is not None:
            typer.echo(_stopped(summary.deal, until_se, runs))
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
    from ..results import scenario_of, study_of

    with resumable():
        old = read_manifest(manifest)
        kind = "sweep" if "vary" in old["study"] else old.get("study_kind")
        if kind is not None:
            raise SummitryError(
                f"{manifest} is of a {kind}; run its command again: {old.get('command')}"
            )
        folder = out or Path("results") / f"{old['name']}-rerun"
        players = workers_of(executor, workers, scheduler)
        again, until_se = scenario_of(old), old["study"].get("until_se")
        runs = old["runs"] if until_se is None else old["study"]["runs"]
        runs, seed = again.counts(runs, old["seed"])
        study = study_of(again, seed, runs, bool(old["trace"]), until_se)
        ensemble = _play(again, study, folder, engine, players, resume)
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


def _over_coefficients(scenario: Scenario, seed: int, workers: int | None) -> Spread:
    """Play draws of the coefficients beside the runs."""
    from ..analysis.plausible import DRAWS, RUNS, over_coefficients, spread

    with progress_bar("draws of coefficients", DRAWS * RUNS, Engine.batch) as advance:
        return spread(over_coefficients(scenario, seed=seed, workers=workers, progress=advance))


def _stopped(deal: Proportion, until_se: float, runs: int) -> str:
    """Whether the standard error was reached, and after how many runs."""
    from ..analysis.stopping import standard_error

    reached = standard_error(deal.count, deal.of)
    said = f"Standard error of the probability of a deal: {reached:.2g} after {deal.of:,} runs"
    if reached <= until_se:
        return said
    return f"{said}, not yet {until_se:g}; --runs allowed no more than {runs:,}"


def _play(
    scenario: Scenario,
    study: Mapping[str, Any],
    folder: Path,
    engine: Engine,
    workers: Workers,
    resume: bool,
) -> Ensemble:
    from ..folders import check_folder
    from ..results import command_line, play_ensemble

    check_folder(folder, dict(study), resume=resume)
    with progress_bar(scenario.name, study["runs"], engine) as advance:
        ensemble = play_ensemble(
            scenario,
            folder,
            runs=study["runs"],
            seed=study["seed"],
            trace=study["trace"],
            until_se=study.get("until_se"),
            engine=engine.value,
            workers=workers,
            resume=resume,
            command=command_line(sys.argv[1:]),
            progress=advance,
        )
    tell_failures(len(ensemble.failures))
    return ensemble
