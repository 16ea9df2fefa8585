"""``summitry discover`` and ``summitry region``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, OutOption, WorkersOption, progress_bar, resumable
from .varying import InputOption, parse_input, parse_inputs


def discover(
    scenario: ScenarioArgument,
    event: Annotated[
        str,
        typer.Option(
            "--event",
            "-e",
            help="What happens: an outcome, side_letter.ESP, or a comparison; joined by and / or, "
            "such as 'no_deal or n_side_letters >= 3'.",
        ),
    ] = "no_deal",
    inputs: InputOption = None,
    runs: Annotated[
        int, typer.Option("--runs", "-n", help="Number of points, each played once.")
    ] = 20_000,
    seed: SeedOption = None,
    boxes: Annotated[int, typer.Option(help="How many boxes at most.")] = 3,
    density: Annotated[
        float | None,
        typer.Option(
            help="Share of cases that a box must reach, such as 0.8; else a compromise between "
            "density and coverage."
        ),
    ] = None,
    leaves: Annotated[int, typer.Option(help="How many regions the tree may have.")] = 8,
    out: OutOption = None,
    changes: SetOption = None,
    workers: WorkersOption = None,
) -> None:
    """Find the corners of the inputs in which something happens: boxes (PRIM) and a tree."""
    from ..analysis.discovery import study
    from ..analysis.discovery.events import parse_event
    from ..analysis.inputs import inputs_of
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        loaded = load_scenario(scenario, changes)
        options = study.checked_options(runs, boxes, density, leaves)
        _, seed = loaded.counts(runs, seed)
        happening = parse_event(event, loaded.loaded.resolved)
        varied = inputs_of(loaded, parse_inputs(inputs))
        key = study.key(loaded, happening, varied, seed, runs, options)
        folder = out or default_folder(f"{loaded.name}-discover", key)
        check_study_folder(folder, key)
        with progress_bar(loaded.name, runs, Engine.batch) as advance:
            found = study.discover(
                loaded,
                event,
                parse_inputs(inputs),
                runs=runs,
                seed=seed,
                boxes=boxes,
                density=density,
                leaves=leaves,
                workers=workers,
                progress=advance,
            )
            found.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(str(found))
    typer.echo(f"\nResults in {folder}")


def region(
    scenario: ScenarioArgument,
    x: Annotated[
        str,
        typer.Option(
            "--x", metavar="KEY[=RANGE]", help="To the right, such as demander.leverage=0:1.2."
        ),
    ],
    y: Annotated[
        str,
        typer.Option(
            "--y", metavar="KEY[=RANGE]", help="Upwards, such as parties.ESP.fiscal_room."
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            help="An event as for discover (its share is drawn), or a term (its mean over the "
            "deals)."
        ),
    ] = "deal",
    size: Annotated[int, typer.Option(help="Points along each input.")] = 21,
    runs: Annotated[int, typer.Option("--runs", "-n", help="Runs of each point.")] = 200,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
    workers: WorkersOption = None,
) -> None:
    """Sweep two inputs and map what comes out, as a heat map with contours."""
    from ..analysis.region import plan_map, play_map
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        loaded = load_scenario(scenario, changes)
        (path_x, range_x), (path_y, range_y) = parse_input(x), parse_input(y)
        ranges = {path_x: range_x, path_y: range_y}
        plan = plan_map(
            loaded, path_x, path_y, output, ranges=ranges, size=size, runs=runs, seed=seed
        )
        folder = out or default_folder(f"{loaded.name}-region", plan.key)
        check_study_folder(folder, plan.key)
        with progress_bar(loaded.name, len(plan.points) * runs, Engine.batch) as advance:
            found = play_map(plan, workers=workers, progress=advance)
            found.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(str(found))
    typer.echo(f"\nResults in {folder}")
