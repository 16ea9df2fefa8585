"""``summitry sensitivity``."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from .options import ScenarioArgument, SeedOption, SetOption, load_scenario
from .studying import Engine, OutOption, WorkersOption, progress_bar, resumable
from .varying import InputOption, parse_inputs


class Method(StrEnum):
    """Methods by name."""

    morris = "morris"
    sobol = "sobol"
    pawn = "pawn"
    shapley = "shapley"
    tornado = "tornado"


def sensitivity(
    scenario: ScenarioArgument,
    method: Annotated[
        Method,
        typer.Option(
            "--method",
            "-m",
            help="Screening of many inputs, shares of variance, the whole distribution, fair "
            "shares also of dependent inputs, or each input alone.",
        ),
    ] = Method.sobol,
    inputs: InputOption = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            "-g",
            metavar="NAME=KEYS",
            help="Inputs taken together, such as 'baltics=each:parties.baltics.*', several keys "
            "joined by commas; can be given many times. Or member, attribute or region.",
        ),
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="OUTCOME",
            help="What is explained: outcome, a term, n_side_letters, deal, side_letter.ESP, "
            "'core_pct_gdp >= 3.5'. Can be given many times.",
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(help="Base points, paths or orders; a number that suits the method if not "
                     "given."),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option("--runs", "-n", help="Runs of each point; a number that suits the method if "
                     "not given."),
    ] = None,
    correlation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHO=VALUE",
            help="For shapley: baltics=0.6 for the members of a group, or KEY~KEY=0.6 for two "
            "inputs. Can be given many times.",
        ),
    ] = None,
    seed: SeedOption = None,
    out: OutOption = None,
    changes: SetOption = None,
    workers: WorkersOption = None,
) -> None:  # fmt: skip
    """Tell which inputs matter for the outcome, by how much, and how certain that is."""
    from ..analysis.sensitivity.study import planned
    from ..folders import default_folder
    from ..results import command_line
    from ..saving import check_study_folder

    with resumable(resumes=False):
        plan = planned(
            load_scenario(scenario, changes),
            method.value,
            parse_inputs(inputs),
            _groups(groups),
            outputs,
            samples=samples,
            runs=runs,
            seed=seed,
            correlation=_correlation(correlation),
        )
        name = plan.scenario.name
        folder = out or default_folder(f"{name}-sensitivity", plan.key)
        check_study_folder(folder, plan.key)
        with progress_bar(f"{name}, {method.value}", plan.total, Engine.batch) as advance:
            found = plan.play(workers=workers, progress=advance)
            found.save(folder, command=command_line(sys.argv[1:]))
    typer.echo(str(found))
    typer.echo(f"\nResults in {folder}")


def _groups(texts: list[str] | None) -> str | dict[str, list[str]] | None:
    """Groups by name, or the one way to make them that is named."""
    from ..errors import SummitryError

    if not texts:
        return None
    if len(texts) == 1 and "=" not in texts[0]:
        return texts[0]
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, keys = text.partition("=")
        listed = [key.strip() for key in keys.split(",") if key.strip()]
        if not sign or not name.strip() or not listed:
            raise SummitryError(
                f"--group {text}: write NAME=KEY,KEY, such as "
                "force=demander.leverage,demander.need_core_pct_gdp"
            )
        if name.strip() in found:
            raise SummitryError(f"--group {name.strip()} is given twice")
        found[name.strip()] = listed
    return found


def _correlation(texts: list[str] | None) -> dict[str | tuple[str, str], float] | None:
    """Correlations by group or pair."""
    from ..errors import SummitryError

    found: dict[str | tuple[str, str], float] = {}
    for text in texts or ():
        who, _, value = text.rpartition("=")
        one, tilde, other = who.partition("~")
        try:
            found[(one.strip(), other.strip()) if tilde else one.strip()] = float(value)
        except ValueError:
            raise SummitryError(f"--correlation {text}: write GROUP=0.6 or KEY~KEY=0.6") from None
    return found or None
