"""``summitry solve``, ``compare-models`` and ``deu``: the models of other authors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, RunsOption, progress_bar

if TYPE_CHECKING:
    import pandas as pd

_STEPS = 40


def solve(
    scenario: ScenarioArgument,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="Such as compromise or challenge; all if not given."),
    ] = None,
    rounds: Annotated[
        int | None, typer.Option(min=0, max=100, help="Rounds of the model challenge [default: 1].")
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
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder [default: results/<name>-models]."),
    ] = None,
    changes: SetOption = None,
) -> None:
    """Put the models of other authors and the negotiation into one table and one figure."""
    from ..plots import style
    from ..plots.solvers import compare_models as draw
    from ..solvers.compare import compare_models as compare

    loaded = load_scenario(scenario, changes)
    result = compare(loaded, runs, seed=seed)
    typer.echo(result.text())
    for name, solution in result.solutions.items():
        for note in solution.notes:
            typer.echo(f"{name}: {note}")
    folder = out or Path("results") / f"{loaded.name}-models"
    with style.off_screen():
        _write(folder, {"models": result.table()}, {"models": draw(result)})
    typer.echo(f"\nTable and figure in {folder}")


def deu(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Issues in the format of DEU II; docs/deu.md.")
    ],
    fit_on: Annotated[
        Path | None,
        typer.Option(
            "--fit-on",
            help="Learn settings from this file; else from the other proposals of FILE.",
        ),
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", "-n", help="Runs for each issue [default: 500].")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", "-s", min=0, help="Seed.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder [default: results/<name>-deu].")
    ] = None,
) -> None:
    """Score the negotiation and the models of other authors on decisions of the European Union."""
    from ..deu.study import RUNS, runs_needed, score
    from ..plots import style
    from ..plots.deu import deu as draw

    runs = RUNS if runs is None else runs
    with progress_bar(file.stem, runs_needed(file, fit_on, runs), Engine.batch) as advance:
        scores = score(file, fit_on=fit_on, runs=runs, seed=seed, progress=advance)
    typer.echo(scores.text())
    folder = out or Path("results") / f"{file.stem}-deu"
    with style.off_screen():
        _write(
            folder, {"scores": scores.table(), "issues": scores.by_issue()}, {"deu": draw(scores)}
        )
    typer.echo(f"\nTables and figure in {folder}")


def _write(folder: Path, tables: dict[str, pd.DataFrame], figures: dict[str, object]) -> None:
    """Tables as CSV, figures as PNG and SVG."""
    from matplotlib.figure import Figure

    from ..folders import plain_words

    with plain_words(folder, lambda: 1e6):
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.to_csv(folder / f"{name}.csv", index=False)
        for name, figure in figures.items():
            assert isinstance(figure, Figure)
            figure.savefig(folder / f"{name}.png", dpi=110, metadata={"Software": None})
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
