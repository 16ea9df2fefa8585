"""``summitry sweep``."""

from __future__ import annotations

import sys
from typing import Annotated

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

_SHOWN = 60


def sweep(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="KEY=VALUES",
            help="Such as demander.leverage=0:1:11 (from, to, how many) or "
            "demander.leverage=0.2,0.4. Can be given many times: every combination is played.",
        ),
    ],
    runs: RunsOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
    until_se: Annotated[
        float | None,
        typer.Option(help="Stop each point at this standard error of the probability of a deal."),
    ] = None,
    resume: ResumeOption = False,
    engine: EngineOption = Engine.batch,
    executor: ExecutorOption = Executor.threads,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Run a scenario at every point of a grid, with the same random numbers at each."""
    from ..analysis.grid import parse_vary
    from ..errors import SummitryError
    from ..folders import check_folder, default_folder
    from ..results import command_line
    from ..sweeps import Plan, sweep_into

    with resumable():
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        varied: dict[str, list[object]] = {}
        for text in vary:
            path, values = parse_vary(text)
            if path in varied:
                raise SummitryError(f"--vary {path} is given twice")
            varied[path] = values
        plan = Plan(loaded, varied, seed, runs, until_se, engine.value)
        folder = out or default_folder(f"{loaded.name}-sweep", plan.key)
        check_folder(folder, plan.key, resume=resume)
        total = runs * len(plan.study.setups)
        with progress_bar(f"{loaded.name}, {len(plan.points)} points", total, engine) as advance:
            points, failures = sweep_into(
                plan,
                folder,
                workers=workers_of(executor, workers, scheduler),
                resume=resume,
                command=command_line(sys.argv[1:]),
                progress=advance,
            )
        tell_failures(len(failures))
    shown = points[[*varied, "runs", "deal", "deal_low", "deal_high"]].head(_SHOWN)
    typer.echo(shown.to_string(index=False, float_format=lambda v: f"{v:.4g}"))
    if len(points) > _SHOWN:
        typer.echo(f"... and {len(points) - _SHOWN} more points")
    typer.echo(f"\nResults in {folder}")
