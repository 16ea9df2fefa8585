"""A scenario file as values that remember where they stood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from ..errors import Problem, quote

DocumentPath = tuple[str | int, ...]
"""Place of a value: keys and list positions, e.g. ``("events", 2, "date")``."""


class Scalar(str):
    """A scalar of a YAML file: its text as written, quoted or not, and where it stood.

    Attributes
    ----------
    quoted : bool
        Whether it stood in quotes or in a block (``|``, ``>``), which makes it text for sure.
    line, column : int
        Place in the source, counted from 1.
    """

    __slots__ = ("column", "line", "quoted")
    quoted: bool
    line: int
    column: int

    def __new__(cls, text: str, quoted: bool = False, line: int = 1, column: int = 1) -> Self:  # noqa: D102
        self = super().__new__(cls, text)
        self.quoted, self.line, self.column = quoted, line, column
        return self


class Mark(NamedTuple):
    """A place in a source; line and column count from 1."""

    source: str
    line: int
    column: int


class Place(NamedTuple):
    """Where a value stands, and its key (or list item)."""

    key: Mark
    value: Mark


@dataclass(frozen=True)
class Document:
    """A scenario file as values, before anybody asked whether they make sense.

    Parameters
    ----------
    source : str
        File name, or a name such as ``<text>``.
    value : dict
        Mappings are dicts with str keys, sequences are lists, scalars are `Scalar`, and an empty
        value, ``~`` or ``null`` is None.
    places : mapping
        From path to `Place`; empty for a document that was made in Python.
    problems : tuple of Problem
        What is wrong with the text although it could be read (a key twice, an anchor, a tag).
        `sim.scenario.diagnostics.validate` reports them with everything else; who uses `value`
        without it must look here.
    """

    source: str
    value: Any
    places: Mapping[DocumentPath, Place] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()

    def find(self, path: DocumentPath, *, key: bool = False) -> Mark:
        """Return where the value at `path` stands.

        Parameters
        ----------
        path : tuple
            Keys and list positions; need not exist.
        key : bool
            Ask for the place of the key instead of the value's.

        Returns
        -------
        Mark
            For a path that does not exist, the place of the nearest parent's key.
        """
        if path in self.places:
            place = self.places[path]
            return place.key if key else place.value
        for length in range(len(path) - 1, -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]].key
        return Mark(self.source, 1, 1)

    def get(self, path: DocumentPath) -> Any:
        """Return the value at `path`; None if there is none."""
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def format_path(path: DocumentPath) -> str:
    """Return a path as a user reads it, e.g. ``members.ESP.threat`` or ``events[2].date``."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        elif re.fullmatch(r"[\w<>-]+", step):
            out += f".{step}" if out else step
        else:
            out += f"[{quote(step)}]"
    return out
