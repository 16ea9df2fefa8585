"""``summitry report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of results.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The file.", show_default="DIR/report.html"),
    ] = None,
) -> None:
    """Write one HTML page of a folder of results: reading, figures, tables, origin."""
    from ..report import write_report

    typer.echo(f"Report in {write_report(folder, out)}")
