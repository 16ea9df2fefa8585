"""Changing single values of a scenario by their paths, such as ``parties.ESP.fiscal_room``."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from ..errors import SummitryError, quote
from . import retired
from .document import Document, DocumentPath, Mark, Place
from .naming import Names
from .resolve import Resolved

_STEP = re.compile(r"([^.\[\]]+)((?:\[[^\[\]]*\])*)")


def changed(document: Document, resolved: Resolved, changes: Mapping[str, Any]) -> Document:
    """A copy of a document with some values changed, not yet checked.

    Parameters
    ----------
    document
        The scenario as written.
    resolved
        The same filled in; it knows the members and groups.
    changes
        Values by path; see :meth:`sim.scenario.load.Loaded.set`.

    Raises
    ------
    SummitryError
        If a path leads nowhere.
    """
    value = copy.deepcopy(document.value)
    places = dict(document.places)
    written: set[DocumentPath] = set()
    for path, new in changes.items():
        mark = Mark(f"{path}={_short(new)}", 1, 1)
        for steps in _targets(_split(path), path, value, resolved):
            _put(value, steps, copy.deepcopy(new), path)
            written = {own for own in written if own[: len(steps)] != steps} | {steps}
            for old in [p for p in places if p[: len(steps)] == steps]:
                del places[old]
            for length in range(1, len(steps) + 1):
                places.setdefault(steps[:length], Place(mark, mark))
    return Document(document.source, value, places, (), document, frozenset(written))


def _split(path: str) -> DocumentPath:
    """The keys and list positions of a path."""
    steps: list[str | int] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part.strip())
        if match is None:
            raise SummitryError(
                f"{quote(path)} is not a path such as demander.leverage, parties.ESP.fiscal_room "
                "or events[0].leverage"
            )
        steps.append(match[1])
        for place in re.findall(r"\[([^\[\]]*)\]", match[2]):
            if not re.fullmatch("[0-9]{1,6}", place):
                raise SummitryError(f"{path}: '[{place}]' is not a place in a list, such as [0]")
            steps.append(int(place))
    new = retired.RENAMED.get((steps[0],))
    if new:
        raise SummitryError(f"{path}: {steps[0]} is called {new} since 0.2")
    if steps[0] == "extends":
        raise SummitryError("extends: load the other scenario instead of changing this one")
    return tuple(steps)


def _targets(steps: DocumentPath, path: str, value: Any, resolved: Resolved) -> list[DocumentPath]:
    """The places that a path means: several for ``parties.*`` and groups."""
    if steps[0] != "parties" or len(steps) < 2:
        return [steps]
    names = Names(resolved.file)
    names.codes = {p.code for p in resolved.members}
    names.groups.update(resolved.groups)
    who = str(steps[1])
    if who in (value.get("parties") or {}):
        return [steps]
    if who == "*":
        codes = [p.code for p in resolved.members if not p.demands]
    elif who in names.groups:
        codes = [c for c in names.groups[who] if c in names.codes]
    elif names.code(who) in names.codes:
        codes = [names.code(who)]
    elif len(steps) == 2:
        codes = [who]  # a new member, written whole
    else:
        raise SummitryError(f"{path}: {names.unknown(who)}")
    if not codes:
        raise SummitryError(f"{path}: no member of {quote(who)} takes part")
    written = {names.code(key): key for key in value.get("parties") or {}}
    party = {p.code: p.party for p in resolved.members if p.party != p.code}
    keys = dict.fromkeys(party.get(code) or written.get(code, code) for code in codes)
    return [("parties", key, *steps[2:]) for key in keys]


def _put(value: Any, steps: DocumentPath, new: Any, path: str) -> None:
    """Set the value at a place; groups of keys on the way are made where there are none."""
    here = value
    for length, step in enumerate(steps[:-1], 1):
        at = _inside(here, step, steps[: length - 1], path)
        inner = here[at] if isinstance(here, list) else here.get(at)
        if isinstance(inner, list | tuple):
            inner = list(inner)
        elif isinstance(steps[length], int):
            raise SummitryError(f"{path}: {quote(str(step))} is not a list")
        elif inner is None:
            inner = {}
        elif not isinstance(inner, dict):
            raise SummitryError(f"{path}: {quote(str(step))} has a value and nothing below it")
        else:
            inner = dict(inner)
        here[at] = inner
        here = inner
    at = _inside(here, steps[-1], steps[:-1], path)
    if new is not None:
        here[at] = new
    elif isinstance(here, list) or at in here:
        del here[at]


def _inside(here: Any, step: str | int, above: DocumentPath, path: str) -> Any:
    if isinstance(here, list):
        if not isinstance(step, int):
            last = len(here) - 1
            raise SummitryError(f"{path}: {quote(str(above[-1]))} is a list; write [0] to [{last}]")
        if step >= len(here):
            count = f"{len(here)} item{'' if len(here) == 1 else 's'}"
            raise SummitryError(f"{path}: there is no [{step}]; the list has {count}")
    return step


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 40 else text[:37] + "..."
