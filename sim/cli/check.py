"""``summitry validate``, ``new``, ``schema`` and ``scenarios``: writing scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .options import SetOption, load_scenario


def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="YAML files or shipped names.")
    ],
    changes: SetOption = None,
) -> None:
    """Check scenarios without running them: every error at once, with file, line and column."""
    from ..errors import SummitryError

    failed = False
    for file in files:
        try:
            scenario = load_scenario(file, changes)
        except SummitryError as error:
            typer.echo(str(error), err=True)
            failed = True
        else:
            r = scenario.loaded.resolved
            terms = sum(t.written for t in r.terms)
            typer.echo(
                f"{file}: valid ({len(r.members)} members, {terms} terms, {len(r.dates)} rounds)"
            )
    if failed:
        raise typer.Exit(2)


def new(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("my_summit.yaml"),
    kind: Annotated[
        str, typer.Option(help="extend (a shipped scenario), pledge, spatial or fund.")
    ] = "extend",
) -> None:
    """Write a commented starter scenario."""
    from ..errors import SummitryError
    from ..scenario.starter import starter

    text = starter(kind)
    if path.suffix not in (".yaml", ".yml"):
        path = path.with_name(path.name + ".yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SummitryError(f"{path} exists and is left as it is") from None
    except OSError as error:
        raise SummitryError(f"cannot write {path}: {error.strerror}") from None
    typer.echo(f"Wrote {path}. Next: summitry run {path}")


def schema() -> None:
    """Print the JSON Schema of scenarios, with which editors complete and check."""
    from ..scenario.json_schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


def scenarios() -> None:
    """List the shipped scenarios."""
    from ..api import load
    from ..scenario.load import shipped_names

    names = shipped_names()
    width = max(map(len, names))
    for name in names:
        typer.echo(f"{name:<{width}}  {load(name).title}")
