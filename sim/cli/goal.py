"""``summitry what-it-takes``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, OutOption, progress_bar, resumable


def what_it_takes(
    scenario: ScenarioArgument,
    target: Annotated[
        str,
        typer.Option("--target", "-t", help="The goal, such as 'no_deal < 5%'."),
    ],
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="KEY[=FROM:TO]",
            help="What may be changed, such as demander.leverage or demander.leverage=0.5:1.3. "
            "Can be given up to 6 times.",
        ),
    ],
    runs: Annotated[
        int, typer.Option("--runs", "-n", help="Runs of each point, 100 at least.")
    ] = 2000,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
) -> None:
    """Find the smallest change that reaches a goal, or say that none does."""
    from ..analysis.goal import check_runs, key, what_would_it_take
    from ..analysis.goal_search import expected_runs
    from ..analysis.levers import levers_of, parse_by
    from ..analysis.target import parse_target
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        check_runs(runs)
        given = parse_by(by)
        goal, (_, levers) = parse_target(target, loaded.setup), levers_of(loaded, given)
        study = key(loaded, goal, levers, seed, runs)
        folder = out or default_folder(f"{loaded.name}-goal", study)
        check_study_folder(folder, study)
        left = expected_runs(len(levers), runs)
        with progress_bar(loaded.name, left, Engine.batch) as advance:

            def progress(done: int) -> None:
                nonlocal left
                left -= done
                advance(done)

            answer = what_would_it_take(
                loaded, target, given, runs=runs, seed=seed, progress=progress
            )
            advance(left)  # the search often ends sooner
            answer.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(str(answer))
    typer.echo(f"\nResults in {folder}")
