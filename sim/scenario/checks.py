"""Checking a whole document: faults of single values and faults that need several, all at once.

What is wrong by itself is set aside, place by place, so that the rest can still be checked against
itself; a fault that only follows from a place set aside is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import Problem, ScenarioError
from . import retired
from .diagnostics import validate
from .document import Document, DocumentPath, Mark, format_path
from .naming import Fault
from .resolve import Resolved, resolve
from .schema import ScenarioFile

_PASSES = 20
#: What stands in for a place that is wrong and cannot be left out; ``*`` is any key or position.
_STAND_INS: dict[DocumentPath, Any] = {
    ("title",): "-",
    ("terms",): {},
    ("terms", "*"): {},
    ("parties", "*"): {},
    ("groups", "*"): {"members": ["-"]},
    ("groups", "*", "members"): ["-"],
    ("events", "*"): {"name": "-"},
    ("events", "*", "name"): "-",
    ("moves", "*"): {"seat": "mediator"},
    ("moves", "*", "seat"): "mediator",
    ("calendar",): {"start": "2000-01-01", "summit": "2000-01-01"},
    ("calendar", "start"): "2000-01-01",
    ("calendar", "summit"): "2000-01-01",
    ("demander", "headline_pct_gdp"): 1.0,
    ("demander", "deadline_year"): 2000,
}


def check(document: Document) -> tuple[ScenarioFile, Resolved]:
    """The scenario that a document holds, checked and filled in.

    Raises
    ------
    ScenarioError
        With every problem found, each at its place.
    """
    first = list(_empty(document.value, ())) if document.places else []
    try:
        file = validate(ScenarioFile, document)
    except ScenarioError as error:
        above = _told_above(document)
        mine = [_at_home(document, p, above) for p in error.problems]
        told = {p.path for p in error.problems}
        faults = [*(f for f in first if format_path(f[0]) not in told), *_further(document)]
        raise ScenarioError([*mine, *_problems(document, faults, above)]) from None
    resolved, faults = resolve(file, (), _inherited(document))
    if resolved is None or first:
        raise ScenarioError(_problems(document, [*first, *faults], _told_above(document)))
    return file, resolved


def _told_above(document: Document) -> dict[tuple[str, str], Problem]:
    """What is wrong with the parent by itself, by path and message."""
    if document.parent is None:
        return {}
    try:
        check(document.parent)
    except ScenarioError as error:
        return {(p.path, p.message): p for p in error.problems}
    return {}


def _at_home(
    document: Document, problem: Problem, above: Mapping[tuple[str, str], Problem]
) -> Problem:
    """A problem with a single value, told where it stands."""
    told = above.get((problem.path, problem.message), problem)
    if told is problem and document.parent and problem.message.startswith("is empty"):
        words = (
            f"{problem.message}; {_name(document.parent.source)} gives nothing to take back here"
        )
        return replace(problem, message=words)
    return told


def _inherited(document: Document) -> set[DocumentPath]:
    """Events, moves and groups that come from the parent."""
    value = document.value
    places: list[DocumentPath] = [("groups", name) for name in value.get("groups") or {}]
    for key in ("events", "moves"):
        places += [(key, j) for j in range(len(value.get(key) or ()))]
    return {place for place in places if document.inherits(place)}


def _empty(value: Any, path: DocumentPath) -> Iterator[Fault]:
    """Keys without a value: lines that somebody forgot to finish."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _empty(inner, (*path, key))
    elif value is None:
        yield path, "is empty; give a value or delete the line"


def _problems(
    document: Document, faults: Iterable[Fault], above: Mapping[tuple[str, str], Problem]
) -> list[Problem]:
    """Faults at their places: those of inherited values at what the document wrote to cause them.

    Many inherited faults with one cause are told as one.
    """
    found: list[Problem] = []
    caused: dict[Mark, list[Problem]] = {}
    for path, message in faults:
        kept = tuple(step for step in path if step != "")
        shown = format_path(kept)
        if (shown, message) in above:
            found.append(above[shown, message])
            continue
        mark = document.find(kept)
        if document.inherits(kept) and document.parent is not None:
            if document.parent.get(kept) is not None:
                place = document.parent.places.get(kept)
                source = place.value.source if place else document.parent.source
                message += f" (inherited from {_name(source)})"
            caused.setdefault(mark, []).append(Problem(*mark, shown, message))
        else:
            found.append(Problem(*mark, shown, message))
    for problems in caused.values():
        first, *more = problems
        if len(more) > 1:
            words = f"{first.message}; {len(more)} more faults follow from this line"
            found.append(replace(first, message=words))
        else:
            found += problems
    return found


def _name(source: str) -> str:
    """A scenario as it is called under ``extends``."""
    return Path(source).stem if source.endswith((".yaml", ".yml")) else source


def _further(document: Document) -> list[Fault]:
    """Faults among the values that are right by themselves."""
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
        faults = resolve(file, aside, _inherited(document))[1]
        near: dict[DocumentPath, list[DocumentPath]] = {}
        # What is missing under the new name of a key stands under the old one.
        new = {(*p[:-1], retired.RENAMED[p]) for p in aside if p in retired.RENAMED}
        for place in aside | new:
            for head in {place[:1], place[:2]}:
                near.setdefault(head, []).append(place)
        return [f for f in faults if not _follows(f[0], near)]
    return []


def _place(loc: tuple[int | str, ...], value: Any, missing: bool) -> DocumentPath:
    """The place to set aside: where a location of pydantic leaves the document, or its list."""
    path: DocumentPath = ()
    for j, step in enumerate(loc):
        listed = isinstance(value, list) and path in (("events",), ("moves",))
        if (listed and isinstance(step, int)) or (isinstance(value, dict) and step in value):
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


def _follows(fault: DocumentPath, near: Mapping[DocumentPath, Sequence[DocumentPath]]) -> bool:
    """Whether a fault may be a mere consequence of a place that was set aside.

    ``near`` holds the places set aside by their first one and two steps.
    """
    alone = [p for p in near.get(fault[:1], ()) if len(p) == 1] if len(fault) > 1 else []
    for place in (*alone, *near.get(fault[:2], ())):
        shorter = min(len(fault), len(place))
        close = len(place) - len(fault) <= 1 and not _is_member(fault)
        if fault[:shorter] == place[:shorter] and (close or len(fault) >= len(place)):
            return True
    if ("calendar",) in near and fault[-1:] in (("date",), ("deadline_year",), ("range",)):
        return True
    if ("roster", "data") in near or ("roster",) in near.get(("roster",), ()):
        return True  # without the roster nobody is known
    if ("preferences",) in near and fault[:1] in (("terms",), ("parties",), ("demander",)):
        return True
    return _names(fault) and any(
        len(place) <= 2 for head in ("parties", "groups") for place in near.get((head,), ())
    )


def _is_member(fault: DocumentPath) -> bool:
    """Whether a fault is about a member as a whole: `resolve` excused what follows from others."""
    return len(fault) == 2 and fault[0] == "parties"


def _names(fault: DocumentPath) -> bool:
    """Whether a fault is about a name in a list or in ``demander.party``."""
    return fault == ("demander", "party") or "members" in fault[1:]
