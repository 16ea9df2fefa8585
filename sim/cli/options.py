"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..api import Scenario

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="YAML file, or name of a shipped scenario.")
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", "-s", help="Seed; that of the scenario if not given.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one value, such as demander.leverage=0.4 or parties.ESP.fiscal_room=0.6. "
        "Can be given many times.",
    ),
]


def load_scenario(source: str, changes: list[str] | None) -> Scenario:
    """Load a scenario and apply ``--set``."""
    from ..api import load
    from ..errors import SummitryError
    from ..scenario.load import parse_value

    scenario = load(source)
    if not changes:
        return scenario
    parsed = {}
    for change in changes:
        path, sign, value = change.partition("=")
        if not sign:
            raise SummitryError(f"--set {change}: write KEY=VALUE, such as demander.leverage=0.4")
        parsed[path.strip()] = parse_value(value, f"--set {change}")
    return scenario.set(parsed)
