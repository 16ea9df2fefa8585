"""``summitry forecast`` and ``score``: forecasts that are sealed and graded later."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, RunsOption, progress_bar, resumable


def forecast(
    scenario: ScenarioArgument,
    runs: RunsOption = None,
    seed: SeedOption = None,
    changes: SetOption = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Write the forecast as the next record of the folder.")
    ] = False,
    folder: Annotated[
        Path, typer.Option("--folder", "-f", help="Folder of the sealed forecasts.")
    ] = Path("forecasts"),
    note: Annotated[str, typer.Option(help="Words that go with the record.")] = "",
) -> None:
    """Print what a scenario forecasts; with --seal as a record that cannot be changed unnoticed."""
    from ..folders import check_writable
    from ..forecasts import records

    loaded = load_scenario(scenario, changes)
    runs, seed = loaded.counts(runs, seed)
    if seal:
        check_writable(folder)
    if seal and folder.exists():
        records.verify(folder)  # tampering is told before the work, not after
    with resumable(resumes=False), progress_bar(loaded.name, runs, Engine.batch) as advance:
        ensemble = loaded.runs(runs, seed=seed, progress=advance)
    typer.echo(ensemble.summary().text())
    if seal:
        path = records.seal(ensemble, folder, note=note)
        typer.echo(f"\nSealed in {path}, hash {records.read(path)['hash']}")
        typer.echo("Publish the hash: it proves later that no record was changed or left out.")


def score(
    record: Annotated[Path, typer.Argument(help="A sealed forecast, such as forecasts/0001_...")],
    outcome: Annotated[
        Path, typer.Argument(help="YAML file that says what happened: deal, text, side_letters.")
    ],
) -> None:
    """Grade a sealed forecast when the outcome is known; tampering is found first."""
    from ..forecasts import grading, records

    table = grading.grade(record, outcome)
    head = records.read(record)
    typer.echo(f"{head['scenario']['title']}, sealed {head['sealed']}, hash {head['hash']}")
    typer.echo(
        table.to_string(index=False, na_rep="", float_format=lambda v: f"{v:.4f}", justify="left")
    )
    typer.echo("\nPenalties: 0 is best. mc_se: Monte Carlo standard error of the value.")
