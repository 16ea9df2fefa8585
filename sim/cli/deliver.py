"""``summitry deliver``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, OutOption, RunsOption, progress_bar, resumable


def deliver(
    scenario: ScenarioArgument,
    runs: RunsOption = None,
    seed: SeedOption = None,
    until: Annotated[
        int | None, typer.Option(help="Last year; 16 years of spending if not given.")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(help="Year of members' current spending, if not that of the data."),
    ] = None,
    plans: Annotated[
        bool,
        typer.Option(
            "--plans/--no-plans",
            help="Whether spending paths that governments had announced are an input.",
        ),
    ] = True,
    text: Annotated[
        list[str] | None,
        typer.Option(
            "--text",
            metavar="TERM=VALUE",
            help="Follow this text in place of those of the runs, such as core_pct_gdp=3.5 "
            "--text deadline_year=2035 --text side_letters=[ESP].",
        ),
    ] = None,
    out: OutOption = None,
    changes: SetOption = None,
) -> None:
    """Play what members spend in the years after the summit: who delivers what by when."""
    from ..delivery.deliver import deliver as play
    from ..delivery.deliver import options_of
    from ..delivery.delivered import study_key
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        loaded = load_scenario(scenario, changes)
        runs, seed = loaded.counts(runs, seed)
        said = _text(text)
        key = study_key(loaded, seed, runs, options_of(until, since, plans, said))
        folder = out or default_folder(f"{loaded.name}-deliver", key)
        check_study_folder(folder, key)
        with progress_bar(loaded.name, runs, Engine.batch) as advance:
            found = play(
                loaded,
                runs=runs,
                seed=seed,
                until=until,
                since=since,
                plans=plans,
                text=said,
                progress=advance,
            )
            found.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(str(found))
    typer.echo(f"\nResults in {folder}")


def _text(given: list[str] | None) -> dict[str, object] | None:
    """The text of ``--text``, or None."""
    import yaml

    from ..errors import SummitryError

    said = {}
    for one in given or ():
        term, sign, value = one.partition("=")
        if not sign:
            raise SummitryError(f"--text {one}: write TERM=VALUE, such as core_pct_gdp=3.5")
        try:
            said[term.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise SummitryError(f"--text {one}: {value!r} is not YAML") from error
    return said or None
