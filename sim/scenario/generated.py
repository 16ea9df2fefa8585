"""Parts of documents that are made from the code, between two marker comments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def refreshed(text: str, begin: str, end: str, made: str) -> str:
    """A document with what stands between its markers made anew.

    Raises
    ------
    ValueError
        If the document lacks one of the markers.
    """
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the document needs the lines {begin!r} and {end!r}")
    return f"{before}{begin}\n\n{made}\n\n{end}{after}"


def refresh_files(refresh: Callable[[str], str]) -> None:
    """Refresh the documents named on the command line."""
    for argument in sys.argv[1:]:
        document = Path(argument)
        document.write_text(refresh(document.read_text(encoding="utf-8")), encoding="utf-8")
