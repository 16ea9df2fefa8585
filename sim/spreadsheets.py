"""Tables as CSV that people open in a spreadsheet: what is text stays text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# A spreadsheet takes a cell that begins so for a formula; some take the wide forms as well.
_FORMULA = tuple("=+-@\t\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


def cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula.

    Parameters
    ----------
    value
        Text or anything else.

    Returns
    -------
    object
        Text that would be a formula with an apostrophe before it, as spreadsheets mark text, and
        line ends as ``\\n``; what is no text, and numbers and a lone ``-`` that are written as
        text, as they are.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if text == "-" or not text.startswith(_FORMULA) or _NUMBER.fullmatch(text):
        return text
    return "'" + text


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV without its index.

    Parameters
    ----------
    table
        The table; it is not changed.
    path
        The file.
    """
    told = table.rename(columns=cell)
    for place, dtype in enumerate(told.dtypes):
        if dtype.kind not in "biufcmM":
            column = told.iloc[:, place].astype(object).map(cell, na_action="ignore")
            told.isetitem(place, column.array)
    told.to_csv(path, index=False)
