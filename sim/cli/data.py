"""``summitry data``: the built-in members and where each value comes from."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Show the built-in data.", no_args_is_help=True)

_SHOWN = (
    ("current_core_pct_gdp", "core, % GDP"),
    ("threat_perception", "threat"),
    ("fiscal_room", "room"),
    ("us_pressure_sensitivity", "US pressure"),
    ("domestic_constraint", "domestic"),
    ("gdp_usd_bn", "GDP, USD bn"),
    ("us_troops", "US troops"),
)


@app.callback()
def _group() -> None:
    pass


@app.command()
def members(
    summit: Annotated[
        str, typer.Option(help="hague_2025, vilnius_2023 or wales_2014.")
    ] = "hague_2025",
    member: Annotated[
        str | None, typer.Option("--member", "-m", help="Explain every value of one member.")
    ] = None,
) -> None:
    """Print the members as known before a summit, each value with its grade of reliability."""
    from ..errors import SummitryError
    from ..scenario import builtin

    try:
        records = builtin.members(summit)
    except ValueError as error:
        raise SummitryError(str(error)) from None
    if member is not None:
        code = builtin.alias(member)
        if code not in records:
            raise SummitryError(f"no member of {summit} is called '{member}'")
        for line in builtin.explain(records[code]):
            typer.echo(line)
        return
    heads = ["", "member", *(head for _, head in _SHOWN)]
    rows = [
        [r.iso3, r.name, *(_cell(getattr(r, key), r.provenance[key].grade) for key, _ in _SHOWN)]
        for r in records.values()
    ]
    widths = [max(len(row[j]) for row in [heads, *rows]) for j in range(len(heads))]
    for row in [heads, *rows]:
        left = [cell.ljust(w) for cell, w in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(w) for cell, w in zip(row[2:], widths[2:], strict=True)]
        typer.echo("  ".join([*left, *right]).rstrip())
    typer.echo()
    typer.echo("Letters are grades: A primary source, B agreeing sources, B1 one source, C weaker.")
    typer.echo(
        "An index has the worst grade of its inputs. Every value: summitry data members -m ESP"
    )


def _cell(value: float | int | None, grade: str) -> str:
    if value is None:
        return "-   "
    text = f"{value:,.0f}" if isinstance(value, int) or value >= 20 else f"{value:.2f}"
    return f"{text} {grade:<2}"
