"""``summitry backtest``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .studying import Engine, OutOption, progress_bar, resumable


def backtest(
    runs: Annotated[int, typer.Option("--runs", "-n", help="Runs of each forecast.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of all random numbers.")] = 1,
    out: OutOption = None,
    document: Annotated[
        Path | None,
        typer.Option(help="Also refresh the generated part of a document: docs/validation.md."),
    ] = None,
) -> None:
    """Forecast Wales 2014, Vilnius 2023 and The Hague 2025 with the data of the time, and score.

    Writes every score, figures and a page (report.html).
    """
    from ..analysis.backtest_facts import RECORDS
    from ..analysis.backtest_report import refresh
    from ..calibration.validation import backtest as play
    from ..calibration.validation import study_key
    from ..errors import SummitryError
    from ..folders import default_folder
    from ..report.write import write_report
    from ..results import command_line
    from ..saving import check_study_folder

    if runs < 2:
        raise SummitryError(f"--runs must be at least 2, got {runs}")
    if document is not None and not document.is_file():
        raise SummitryError(f"there is no document {document}")
    with resumable(resumes=False):
        key = study_key(runs, seed)
        folder = out or default_folder("backtest", key)
        check_study_folder(folder, key)
        with progress_bar("back-tests", runs * len(RECORDS), Engine.batch) as advance:
            found = play(runs, seed, progress=advance)
        found.save(folder, command=command_line(sys.argv[1:]))
        page = write_report(folder)
    typer.echo(found.text())
    if document is not None:
        text = refresh(document.read_text(encoding="utf-8"), found)
        document.write_text(text, encoding="utf-8")
        typer.echo(f"\nRefreshed {document}")
    typer.echo(f"\nResults in {folder}; page: {page}")
