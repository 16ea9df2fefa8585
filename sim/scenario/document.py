"""A scenario file as values that remember where they stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
    parent : Document, optional
        The scenario that this one changes: by ``extends``, or by setting values.
    written : frozenset of tuple
        With a parent, the outermost places that this document gives whole or takes back.
    """

    source: str
    value: Any
    places: Mapping[DocumentPath, Place] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
    parent: Document | None = None
    written: frozenset[DocumentPath] = frozenset()

    def inherits(self, path: DocumentPath) -> bool:
        """Whether what is at `path` and below comes from the parent, or from nowhere."""
        return self.parent is not None and not any(
            path[: len(own)] == own[: len(path)] for own in self.written
        )

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
            For a path that does not exist, the place of the nearest parent's key. With a parent
            that is right by itself, a fault in what it gives has its cause in what this document
            wrote: then the place of what is nearest in sense.
        """
        if self.parent is not None:
            own = cause(self, path)
            if own is None:
                return self.places[("extends",)].value if self._has(("extends",)) else self._top()
            if path[: len(own)] != own:
                path, key = own, True
            found = next((p for p in _upwards(path, own) if p in self.places), None)
            if found is None:
                return self._top()
            place = self.places[found]
            return place.key if key or found != path else place.value
        if path in self.places:
            place = self.places[path]
            return place.key if key else place.value
        for length in range(len(path) - 1, -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]].key
        return Mark(self.source, 1, 1)

    def _has(self, path: DocumentPath) -> bool:
        return path in self.written and path in self.places

    def _top(self) -> Mark:
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
    """Return a path as a user reads it, e.g. ``parties.ESP.threat`` or ``events[2].date``."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        elif re.fullmatch(r"[\w<>-]+", step):
            out += f".{step}" if out else step
        else:
            out += f"[{quote(step)}]"
    return out


def _upwards(path: DocumentPath, last: DocumentPath) -> list[DocumentPath]:
    """A path and the shorter ones down to `last`."""
    return [path[:length] for length in range(len(path), len(last) - 1, -1)]


_GRID = ("range", "step", "or_none", "levels", "fixed", "opening")
_DATES = ("start", "summit", "days_per_round")


def cause(document: Document, path: DocumentPath) -> DocumentPath | None:
    """What a document wrote that may make a place wrong which its parent has right.

    Parameters
    ----------
    document : Document
        A document with a parent.
    path : tuple
        The place that is wrong.

    Returns
    -------
    tuple or None
        One of ``document.written``: what gives the place, else what the place depends on, else
        what stands under the same keys; None if nothing of the kind was written.
    """
    for related in (path, *_related(document, path)):
        for own in document.written:
            if related[: len(own)] == own:
                return own
        below = [own for own in document.written if own[: len(related)] == related]
        if related and below:
            return min(below, key=lambda own: _position(document, own))
    rest = [own for own in document.written if own[0] not in ("extends", "title", "description")]
    return rest[0] if len(rest) == 1 else None


def _position(document: Document, path: DocumentPath) -> tuple[int, int, str]:
    place = document.places.get(path)
    return (place.key.line, place.key.column, str(path)) if place else (0, 0, str(path))


def _related(document: Document, path: DocumentPath) -> Iterator[DocumentPath]:
    """Places on which another may depend, the nearest in sense first."""
    head, last = path[:1], path[-1:]
    names = path == ("demander", "party") or "members" in path[1:]
    if names:
        name = document.get(path)
        yield from ((what, name) for what in ("parties", "groups") if isinstance(name, str))
        yield from (("roster", key) for key in ("without", "only", "data"))
    if head == ("terms",) and len(path) > 1:
        yield from ((*path[:2], key) for key in _GRID)
    dated = last in (("date",), ("deadline_year",)) or path[1:2] in (
        ("deadline_year",), ("review_year",)
    )  # fmt: skip
    if dated or head == ("calendar",):
        yield from (("calendar", key) for key in _DATES)
    if head in (("terms",), ("parties",), ("demander",)):
        yield ("preferences",)
    if head == ("parties",) and path[2:3] in (("red_lines",), ("ideal",), ("salience",)):
        yield ("terms", *path[3:4])
        yield ("terms",)
    if head in (("parties",), ("roster",), ("procedure",)):
        yield ("roster",)
    if path == ("procedure", "weights"):
        yield ("parties",)
    yield from _upwards(path[:-1], path[:1])
