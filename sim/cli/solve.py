"""``summitry solve``, ``compare-models`` and ``deu``: the models of other authors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, OutOption, RunsOption, progress_bar, resumable

_STEPS = 40


def solve(
    scenario: ScenarioArgument,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="Such as compromise or challenge; all if not given."),
    ] = None,
    rounds: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Rounds of the model challenge.", show_default="1"),
    ] = None,
    changes: SetOption = None,
) -> None:
    """Print what models of other authors predict for a scenario."""
    import pandas as pd

    from ..errors import SummitryError
    from ..solvers import MODELS, challenge
    from ..solvers import solve as solve_case
    from ..solvers.derive import case_of, words

    if rounds is not None and model != "challenge":
        raise SummitryError("--rounds belongs to --model challenge")
    setup = load_scenario(scenario, changes).setup
    case = case_of(setup)
    by_name = {t.name: t for t in setup.scenario.terms}
    solutions = {
        name: challenge.solve(case, rounds) if rounds is not None else solve_case(case, name)
        for name in ([model] if model else MODELS)
    }
    table = pd.DataFrame(
        [
            [name, *(words(by_name[k], v) for k, v in zip(case.terms, s.values, strict=True))]
            for name, s in solutions.items()
        ],
        columns=["model", *case.terms],
    )
    typer.echo(table.to_string(index=False))
    for name, s in solutions.items():
        for note in s.notes:
            typer.echo(f"{name}: {note}")
    if model and solutions[model].steps:
        steps = pd.DataFrame(solutions[model].steps)
        shown = steps.head(_STEPS).to_string(index=False, float_format=lambda v: f"{v:.4g}")
        typer.echo(f"\n{shown}")
        if len(steps) > _STEPS:
            typer.echo(f"... and {len(steps) - _STEPS} more")


def compare_models(
    scenario: ScenarioArgument,
    runs: RunsOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
) -> None:
    """Put the models of other authors and the negotiation into one table and one figure."""
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder
    from ..solvers.compare import PLAYED, key
    from ..solvers.compare import compare_models as compare

    with resumable(resumes=False):
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        study = key(loaded, seed, runs)
        folder = out or default_folder(f"{loaded.name}-models", study)
        check_study_folder(folder, study)
        with progress_bar(loaded.name, runs * PLAYED, Engine.batch) as advance:
            found = compare(loaded, runs, seed=seed, progress=advance)
            found.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(found.text())
    typer.echo(f"\nResults in {folder}")


def deu(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Issues in the format of DEU II; docs/deu.md.")
    ],
    procedure: Annotated[
        Path | None,
        typer.Option(
            help="Voting rule of each issue (columns isnr, counvte); else all by a qualified "
            "majority."
        ),
    ] = None,
    errors_from: Annotated[
        Path | None,
        typer.Option(
            help="Learn the errors of points from this file; else from the other proposals of FILE."
        ),
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", "-n", help="Runs for each issue.", show_default="1000")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", "-s", min=0, help="Seed.")] = 1,
    out: OutOption = None,
) -> None:
    """Score the negotiation and the models of other authors on decisions of the European Union."""
    from ..deu.study import RUNS, runs_needed, score, study_key
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        runs = RUNS if runs is None else runs
        key = study_key(file, runs, seed, procedure=procedure, errors_from=errors_from)
        folder = out or default_folder(f"{file.stem}-deu", key)
        check_study_folder(folder, key)
        with progress_bar(file.stem, runs_needed(file, runs), Engine.batch) as advance:
            scores = score(
                file,
                procedure=procedure,
                errors_from=errors_from,
                runs=runs,
                seed=seed,
                progress=advance,
            )
            scores.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(scores.text())
    typer.echo(f"\nResults in {folder}")
