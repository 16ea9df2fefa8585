"""Checking a whole document: faults of single values and faults that need several, all at once.

What is wrong by itself is set aside, place by place, so that the rest can still be checked against
itself; a fault that only follows from a place set aside is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from ..errors import Problem, ScenarioError
from .diagnostics import validate
from .document import Document, DocumentPath, format_path
from .naming import Fault
from .resolve import Resolved, resolve
from .schema import ScenarioFile

_PASSES = 20
#: What stands in for a place that is wrong and cannot be left out; ``*`` is any key or position.
_STAND_INS: dict[DocumentPath, Any] = {
    ("title",): "-",
    ("terms",): {},
    ("terms", "*"): {},
    ("members", "*"): {},
    ("groups", "*"): {"members": []},
    ("groups", "*", "members"): [],
    ("events", "*"): {"name": "-"},
    ("events", "*", "name"): "-",
    ("calendar",): {"start": "2000-01-01", "summit": "2000-01-01"},
    ("calendar", "start"): "2000-01-01",
    ("calendar", "summit"): "2000-01-01",
    ("us", "headline_pct_gdp"): 0.0,
    ("us", "deadline_year"): 2000,
}


def check(document: Document) -> tuple[ScenarioFile, Resolved]:
    """The scenario that a document holds, checked and filled in.

    Raises
    ------
    ScenarioError
        With every problem found, each at its place.
    """
    empty = list(_problems(document, _empty(document.value, ()))) if document.places else []
    try:
        file = validate(ScenarioFile, document)
    except ScenarioError as error:
        told = {(p.source, p.line, p.column, p.path) for p in error.problems}
        empty = [p for p in empty if (p.source, p.line, p.column, p.path) not in told]
        raise ScenarioError([*error.problems, *empty, *_further(document)]) from None
    resolved, faults = resolve(file)
    if resolved is None or empty:
        raise ScenarioError([*empty, *_problems(document, faults)])
    return file, resolved


def _empty(value: Any, path: DocumentPath) -> Iterator[Fault]:
    """Keys without a value: lines that somebody forgot to finish."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _empty(inner, (*path, key))
    elif value is None:
        yield path, "is empty; give a value or delete the line"


def _problems(document: Document, faults: Iterable[Fault]) -> Iterator[Problem]:
    for path, message in faults:
        kept = tuple(step for step in path if step != "")
        yield Problem(*document.find(kept), format_path(kept), message)


def _further(document: Document) -> Iterator[Problem]:
    """Problems among the values that are right by themselves."""
    aside: set[DocumentPath] = set()
    value = document.value
    for _ in range(_PASSES):
        try:
            file = ScenarioFile.model_validate(value)
        except ValidationError as error:
            for details in error.errors(include_url=False, include_context=False):
                aside.add(_place(details["loc"], value, details["type"] == "missing"))
            value = _without(document.value, aside, ())
            continue
        faults = resolve(file, aside)[1]
        yield from _problems(document, [f for f in faults if not _follows(f[0], aside)])
        return


def _place(loc: tuple[int | str, ...], value: Any, missing: bool) -> DocumentPath:
    """The place to set aside: where a location of pydantic leaves the document, or its list."""
    path: DocumentPath = ()
    for j, step in enumerate(loc):
        events = isinstance(value, list) and path == ("events",) and isinstance(step, int)
        if events or (isinstance(value, dict) and step in value):
            path, value = (*path, step), value[step]
        elif missing and j == len(loc) - 1 and isinstance(value, dict):
            path = (*path, step)
        else:
            break
    return path


def _without(value: Any, aside: set[DocumentPath], path: DocumentPath) -> Any:
    """A copy of a value without the places set aside, or with what stands in for them."""
    if isinstance(value, list):
        return [
            _stand_in((*path, j)) if (*path, j) in aside else _without(v, aside, (*path, j))
            for j, v in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    kept = {k: _without(v, aside, (*path, k)) for k, v in value.items() if (*path, k) not in aside}
    for place in aside:
        if place[:-1] == path and place:
            stand_in = _stand_in(place)
            if stand_in is not None:
                kept[str(place[-1])] = stand_in
    return kept


def _stand_in(path: DocumentPath) -> Any:
    for pattern, value in _STAND_INS.items():
        if len(pattern) == len(path) and all(
            p in ("*", step) for p, step in zip(pattern, path, strict=True)
        ):
            return value
    return None


def _follows(fault: DocumentPath, aside: set[DocumentPath]) -> bool:
    """Whether a fault may be a mere consequence of a place that was set aside."""
    for place in aside:
        shorter = min(len(fault), len(place))
        near = len(place) - len(fault) <= 1 and not _is_member(fault)
        if fault[:shorter] == place[:shorter] and (near or len(fault) >= len(place)):
            return True
        if place[:1] == ("calendar",) and fault[-1:] in (("date",), ("deadline_year",), ("range",)):
            return True
        if place == ("roster",) or place[:2] == ("roster", "data"):
            return True  # without the roster nobody is known
        if place == ("preferences",) and fault[:1] in (("terms",), ("members",), ("us",)):
            return True
        if len(place) <= 2 and place[:1] in (("members",), ("groups",)) and _names(fault, place):
            return True
    return False


def _is_member(fault: DocumentPath) -> bool:
    """Whether a fault is about a member as a whole: `resolve` excused what follows from others."""
    return len(fault) == 2 and fault[0] == "members"


def _names(fault: DocumentPath, place: DocumentPath) -> bool:
    """Whether a fault is about a name in a list or in ``us.member``."""
    return fault == ("us", "member") or "members" in fault[1:]
