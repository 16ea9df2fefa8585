"""``summitry run`` and ``summitry rerun``."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario

if TYPE_CHECKING:
    from ..api import Ensemble, Scenario


class Engine(StrEnum):
    """Engines by name."""

    batch = "batch"
    mesa = "mesa"


OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder for the results [default: results/<name>-<hash>]."),
]


def run(
    scenario: ScenarioArgument,
    runs: Annotated[
        int | None, typer.Option("--runs", "-n", help="Number of runs; else the scenario's.")
    ] = None,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Keep every round in rounds.parquet.")
    ] = False,
    engine: Annotated[
        Engine, typer.Option(help="Compiled, or agent by agent; the results are the same.")
    ] = Engine.batch,
) -> None:
    """Run a scenario many times and write tables, figures and a manifest."""
    from ..results import command_line

    loaded = load_scenario(scenario, changes)
    _play(
        loaded,
        loaded.loaded.file.runs if runs is None else runs,
        loaded.loaded.file.seed if seed is None else seed,
        out,
        trace,
        engine,
        command_line(sys.argv[1:]),
    )


def rerun(
    manifest: Annotated[Path, typer.Argument(help="A manifest.json, or the folder that holds it.")],
    out: OutOption = None,
    engine: Annotated[Engine, typer.Option(help="Engine to use.")] = Engine.batch,
) -> None:
    """Run again what a manifest describes, and compare the tables bit for bit."""
    from ..errors import SummitryError
    from ..results import command_line, file_hash, read_manifest, scenario_of

    old = read_manifest(manifest)
    folder = out or Path("results") / f"{old['name']}-rerun"
    ensemble = _play(
        scenario_of(old),
        int(old["runs"]),
        int(old["seed"]),
        folder,
        bool(old["trace"]),
        engine,
        command_line(sys.argv[1:]),
        summary=False,
    )
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
    out: Path | None,
    trace: bool,
    engine: Engine,
    command: str,
    summary: bool = True,
) -> Ensemble:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from ..montecarlo.compiled import compiled_before
    from ..results import check_folder, default_folder, write

    folder = out or default_folder(scenario, seed, runs, trace)
    check_folder(folder, scenario, seed, runs, trace)
    console = Console(stderr=True)
    if engine is Engine.batch and not compiled_before():
        console.print("Compiling the batch engine, once on this computer (about 15 seconds) ...")
    started = time.perf_counter()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(scenario.name, total=runs)
        ensemble = scenario.runs(
            runs,
            seed=seed,
            engine=engine.value,
            trace=trace,
            progress=lambda done: bar.advance(task, done),
        )
    seconds = time.perf_counter() - started
    with console.status("Writing tables and figures ..."):
        write(ensemble, folder, command=command, seconds=seconds)
    if summary:
        typer.echo(ensemble.summary().text())
        typer.echo()
    typer.echo(f"Results in {folder}")
    return ensemble
