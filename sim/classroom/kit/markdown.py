"""Markdown out of data: nothing that comes in is ever markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(text: object) -> str:
    """A text on one line in which no character is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already.

    Parameters
    ----------
    head
        Titles of the columns.
    rows
        Cells of each row.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def raised(number: int) -> str:
    """The mark of a footnote: ``¹²`` for 12."""
    return str(number).translate(_RAISED)


class Sources:
    """The sources of one page, each told once and referred to by a raised number."""

    def __init__(self) -> None:
        self._told: list[tuple[str, str]] = []

    def mark(self, source: str, grade: str) -> str:
        """The mark of a source with its grade; empty if neither is known."""
        if not source and not grade:
            return ""
        if (source, grade) not in self._told:
            self._told.append((source, grade))
        return raised(1 + self._told.index((source, grade)))

    def told(self) -> str:
        """All sources in the order of their marks, on one line."""
        return " ".join(
            f"{raised(j)} {plain(source or 'Shipped data')} ({grade})."
            for j, (source, grade) in enumerate(self._told, 1)
        )
