"""Read the CSV tables that ship with the package.

Only the standard library is used, so that listing or validating members stays fast.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def data_file(name: str) -> Path:
    """Locate a shipped data file.

    Parameters
    ----------
    name : str
        File name with its ending, for example ``"nato_map.geojson"``.

    Returns
    -------
    pathlib.Path
        The file inside the installed package.

    Raises
    ------
    FileNotFoundError
        If no such file ships; the message lists those that do.
    """
    path = _DATA / name
    if not path.is_file():
        shipped = ", ".join(sorted(p.name for p in _DATA.iterdir() if p.is_file()))
        raise FileNotFoundError(f"no built-in data file {name!r}; there are: {shipped}")
    return path


@cache
def rows(table: str) -> tuple[Mapping[str, str], ...]:
    """Read a shipped CSV table, every cell as text (empty cells mean "nothing found").

    Parameters
    ----------
    table : str
        Table name without ending, for example ``"members"``.

    Returns
    -------
    tuple of mapping
        One mapping from column name to text per row, in file order. Treat as read-only.

    Raises
    ------
    FileNotFoundError
        If no such table ships.
    """
    with data_file(f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def number(text: str) -> float | None:
    """Turn a cell into a number; an empty cell becomes None, never 0."""
    return float(text) if text else None
