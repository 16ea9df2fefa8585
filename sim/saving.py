"""Studies that are made in memory, on disk: tables, figures, a reading, and the manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import SummitryError
from .folders import (
    UNFINISHED,
    check_folder,
    check_writable,
    identity,
    plain_words,
    publish,
)
from .results import origin
from .spreadsheets import write_csv

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from .api import Scenario

#: Tables up to so many rows are written as CSV too, for spreadsheets.
CSV_ROWS = 100_000


def save_study(
    folder: Path,
    scenario: Scenario,
    key: dict[str, Any],
    *,
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Callable[[], Axes | Figure | SubFigure]],
    text: str,
    about: Mapping[str, Any] | None = None,
    command: str = "",
) -> Path:
    """Write a study into a folder: tables, ``figures/``, ``reading.txt`` and ``manifest.json``.

    Parameters
    ----------
    folder
        Made if it is not there.
    scenario
        The scenario at the centre of the study.
    key
        What decides the results, as plain data, with ``seed`` and ``runs``; see
        :func:`sim.results.study_of`.
    tables
        By file name without ending; Parquet, and CSV where they are not too long.
    figures
        What draws each figure, by file name without ending.
    text
        The study in plain language.
    about
        What the manifest says besides.
    command
        The command that made it, for the manifest.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SummitryError
        If the folder holds something else, or cannot be written.
    """
    return write_study(
        folder,
        key,
        {**origin(scenario, key, command), **(about or {})},
        tables=tables,
        figures=figures,
        text=text,
    )


def write_study(
    folder: Path,
    key: dict[str, Any],
    about: Mapping[str, Any],
    *,
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Callable[[], Axes | Figure | SubFigure]],
    text: str,
) -> Path:
    """Write a study of any kind into a folder; see :func:`save_study`.

    Parameters
    ----------
    folder, key, tables, figures, text
        As for :func:`save_study`.
    about
        What the manifest says besides ``seed``, ``runs`` and the hashes of results and files.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SummitryError
        If the folder holds something else, or cannot be written.
    """
    from .plots.figures import write_drawn

    check_study_folder(folder, key)
    final = folder / UNFINISHED / "final"
    size = sum(int(table.memory_usage().sum()) for table in tables.values())
    try:
        with plain_words(folder, lambda: float(size)):
            final.mkdir(parents=True)
            for name, table in tables.items():
                table.to_parquet(final / f"{name}.parquet", index=False)
                if len(table) <= CSV_ROWS:
                    write_csv(table, final / f"{name}.csv")
            write_drawn(figures, final / "figures")
            (final / "reading.txt").write_text(text + "\n", encoding="utf-8")
            manifest = {
                "result_hash": tables_hash(tables),
                "seed": key["seed"],
                "runs": key["runs"],
                "trace": False,
                **about,
            }
            publish(final, folder, manifest)
    finally:
        shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    return folder


def check_study_folder(folder: Path, key: dict[str, Any]) -> None:
    """Refuse a folder that holds anything but the same study, played by any version.

    Raises
    ------
    SummitryError
        With the reason.
    """
    check_writable(folder)
    check_folder(folder, key)
    manifest = folder / "manifest.json"
    if manifest.is_file() and identity(json.loads(manifest.read_text())["study"]) != identity(key):
        raise SummitryError(
            f"{folder} holds another study and is left as it is; give another folder with --out"
        )


def tables_hash(tables: Mapping[str, pd.DataFrame]) -> str:
    """SHA-256 of tables: of their names, columns and values, whatever the file format."""
    from pandas.util import hash_pandas_object

    digest = hashlib.sha256()
    for name, table in tables.items():
        digest.update(f"{name} {', '.join(map(str, table.columns))}\n".encode())
        digest.update(hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()
