"""``summitry power``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, OutOption, progress_bar, resumable


def power(
    scenario: ScenarioArgument,
    outcome: Annotated[
        str,
        typer.Option(help="Power over deal, consensus, demander_satisfied or n_side_letters."),
    ] = "deal",
    runs: Annotated[
        int, typer.Option("--runs", "-n", help="Runs with each change, 2 at least.")
    ] = 1000,
    pairs: Annotated[
        int, typer.Option(help="Pairs of random orders for the values by Shapley, 2 at least.")
    ] = 200,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
) -> None:
    """Find out who is pivotal: members made willing, unwilling, removed; values and prices."""
    from ..analysis.power import check_counts, expected_runs, key
    from ..analysis.power import power as play
    from ..analysis.power_play import Worth
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        check_counts(runs, pairs)
        Worth.of(loaded.setup, outcome)  # says what is wrong with it before anything is played
        study = key(loaded, seed, runs, outcome, pairs)
        folder = out or default_folder(f"{loaded.name}-power", study)
        check_study_folder(folder, study)
        total = expected_runs(loaded, runs, pairs)
        with progress_bar(loaded.name, total, Engine.batch) as advance:
            found = play(
                loaded, runs=runs, seed=seed, outcome=outcome, pairs=pairs, progress=advance
            )
            found.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(str(found))
    typer.echo(f"\nResults in {folder}")
