"""``summitry compare``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .options import SeedOption, load_scenario
from .studying import Engine, OutOption, RunsOption, progress_bar, resumable


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(metavar="A [B ...]", help="YAML files or names of shipped scenarios."),
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Compare with the first scenario with this changed, such as "
            "demander.leverage=0.4. Can be given many times: all changes together make one "
            "scenario.",
        ),
    ] = None,
    runs: RunsOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
) -> None:
    """Compare scenarios run by run with the same random numbers: what a change does, and why."""
    from ..analysis.compare import compare as play
    from ..analysis.comparison import key
    from ..errors import SummitryError
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        loaded = [load_scenario(name, None) for name in scenarios]
        if changes:
            loaded.insert(1, load_scenario(scenarios[0], changes))
        if len(loaded) < 2:
            raise SummitryError(
                "compare needs a second scenario, or a change with --set, such as "
                f"summitry compare {scenarios[0]} --set demander.leverage=0.4"
            )
        runs, seed = loaded[0].counts(runs, seed)
        study = key(loaded[0], loaded[1:], seed, runs)
        folder = out or default_folder(f"{loaded[0].name}-compare", study)
        check_study_folder(folder, study)
        with progress_bar(f"{len(loaded)} scenarios", runs * len(loaded), Engine.batch) as advance:
            found = play(*loaded, runs=runs, seed=seed, progress=advance)
            found.save(folder, command=command_line(sys.argv[1:]))
    if len(found.pairings) > 1:
        typer.echo(found.overview())
        typer.echo(f"\nWhat each does, and why: {folder / 'reading.txt'}")
    else:
        typer.echo(str(found))
    typer.echo(f"\nResults in {folder}")
