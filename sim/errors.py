"""The errors a user sees: whole sentences with a place, never a traceback."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_PROBLEMS = 100
"""How many problems `str(ScenarioError)` spells out before it only counts the rest."""


def visible(text: str) -> str:
    """Return `text` with every unprintable character written as an escape.

    A user's file may hold escape sequences, bidirectional overrides or lone surrogates; written
    raw they would take over a terminal or hide what the message says.

    Parameters
    ----------
    text : str
        Any text, for example a piece of a user's file.

    Returns
    -------
    str
        Text on one line in which `str.isprintable` is true for every character.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in text
    )


def quote(text: str, limit: int = 60) -> str:
    """Return `text` in straight quotes, unprintable characters escaped, shortened to `limit`.

    Parameters
    ----------
    text : str
        Any text.
    limit : int
        Number of characters kept.

    Returns
    -------
    str
        For example ``'Norway'``.
    """
    kept = text if len(text) <= limit else text[:limit] + "…"
    return f"'{visible(kept)}'"


class SummitryError(Exception):
    """Base of all errors meant for the user; the message is complete and needs no traceback."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong at one place of a scenario.

    The fields are ordered by place, so sorted problems read from the top of the file. Characters
    that a terminal would interpret are escaped on the way in.

    Parameters
    ----------
    source : str
        File name, or a name such as ``<text>``.
    line, column : int
        Place in the source, counted from 1.
    path : str
        Place in the scenario, e.g. ``parties.ESP.threat_perception``; empty for the whole file.
    message : str
        What is wrong and what is allowed.
    """

    source: str
    line: int
    column: int
    path: str
    message: str

    def __post_init__(self) -> None:
        for name in ("source", "path", "message"):
            object.__setattr__(self, name, visible(getattr(self, name)))

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"{self.source}:{self.line}:{self.column}: {path}{self.message}"


class ScenarioError(SummitryError):
    """A scenario that cannot be used, with everything found wrong in it.

    Parameters
    ----------
    problems : iterable of Problem
        In any order; repeated ones count once.

    Attributes
    ----------
    problems : tuple of Problem
        Sorted by place.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        rest = len(self.problems) - len(shown)
        if rest:
            shown.append(f"... and {rest} more problem{'s' if rest > 1 else ''}")
        return "\n".join(shown)
