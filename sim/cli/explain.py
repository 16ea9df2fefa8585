"""``summitry explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario


def explain(
    scenario: ScenarioArgument,
    seed: SeedOption = None,
    replication: Annotated[
        int, typer.Option("--replication", "-r", min=0, help="Number of the run, from 0.")
    ] = 0,
    member: Annotated[
        str | None, typer.Option("--member", "-m", help="Tell it for one member, such as ESP.")
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="A line for each round.")] = False,
    changes: SetOption = None,
) -> None:
    """Tell one run as a story: who blocked when, on what, and what would have bought each."""
    one = load_scenario(scenario, changes).run(seed=seed, replication=replication)
    typer.echo(one.explain(member, short=short))
