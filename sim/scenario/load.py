"""Finding, merging, checking and changing scenarios."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import Problem, ScenarioError
from . import builtin
from .changes import changed
from .checks import check
from .diagnostics import validate
from .distributions import KINDS
from .document import Document, DocumentPath
from .fitted import with_coefficients
from .naming import similar
from .resolve import Resolved
from .schema import ScenarioFile
from .written import written_out
from .yaml_reader import read_file, read_text

_MAX_PARENTS = 20
# Mappings that stand for one value: a child scenario replaces them whole.
_WHOLE = frozenset({*KINDS, "dist"})
_WHOLE_KEYS = frozenset({("levels",)})


@dataclass(frozen=True)
class Loaded:
    """A scenario that has been read, checked and filled in.

    Attributes
    ----------
    name
        Short name, from the file name.
    document
        What was written, with that of the scenarios that it extends.
    file
        The same, checked.
    resolved
        Ready to be played.
    """

    name: str
    document: Document
    file: ScenarioFile
    resolved: Resolved

    def set(self, changes: Mapping[str, Any]) -> Loaded:
        """The scenario with some values changed.

        Parameters
        ----------
        changes
            Values by path: keys joined by points, list positions in brackets, such as
            ``{"demander.leverage": 0.4, "parties.ESP.fiscal_room": 0.6,
            "events[0].leverage": 0.1}``.
            Members answer to codes and names; ``parties.*.x`` sets x for every member but the
            demander, ``parties.baltics.x`` for those of a region or group. Changes apply in
            order. What is not written yet is added; None takes a value back.

        Raises
        ------
        SummitryError
            If a path leads nowhere.
        ScenarioError
            If a key or value does not fit; with every problem.
        """
        new = with_coefficients(changed(self.document, self.resolved, changes))
        return _checked(self.name, new)

    def as_played(self) -> dict[str, Any]:
        """The complete scenario: every member, default and coefficient written out.

        It can be saved as a file (JSON is YAML) and loaded again, and plays the same to the last
        bit without the built-in data.
        """
        return written_out(self.resolved)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that decides the results of a run with a given seed.

        Title, description, runs, seed, comments and the order of keys do not count. The order of
        members and terms does where the scenario sets it: sums run in that order.
        """
        played = self.as_played()
        for key in ("title", "description", "runs", "seed"):
            played.pop(key, None)
        order = [list(played["parties"]), [term.name for term in self.resolved.terms]]
        text = json.dumps([played, order], sort_keys=True, ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load(source: str | Path | Mapping[str, Any]) -> Loaded:
    """Load a scenario.

    Parameters
    ----------
    source
        Path of a YAML file, name of a shipped scenario such as ``hague_2025``, or the scenario
        itself as a mapping.

    Raises
    ------
    ScenarioError
        With every problem found, each with file, line and column.
    """
    if isinstance(source, Mapping):
        return _checked("scenario", _extended(Document("<python>", dict(source)), Path.cwd(), 0))
    path = find(source)
    return _checked(path.stem, _extended(read_file(path), path.parent, 0))


def loads(text: str | bytes, source: str = "<text>") -> Loaded:
    """Load a scenario from YAML text; see :func:`load`."""
    return _checked("scenario", _extended(read_text(text, source), Path.cwd(), 0))


def find(source: str | Path) -> Path:
    """The file that a path or the name of a shipped scenario means.

    Raises
    ------
    ScenarioError
        If a bare name is neither; a path is not looked at.
    """
    path = Path(source)
    bare = path.parent == Path() and path.suffix == ""
    if not bare or path.is_file():
        return path
    shipped = library() / f"{path.name}.yaml"
    if shipped.is_file():
        return shipped
    if path.exists():
        return path
    hint = _hint(path.name, [p.name for p in Path().glob("*.yaml")])
    words = f"no such file and no shipped scenario{hint}"
    raise ScenarioError([Problem(str(source), 1, 1, "", words)])


def library() -> Path:
    """The folder of the shipped scenarios."""
    package = Path(__file__).parents[1]
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped_names() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(p.stem for p in library().glob("*.yaml"))


def parse_value(text: str, what: str) -> Any:
    """A value as written on the command line, in YAML.

    Parameters
    ----------
    text
        Such as ``0.4``, ``{uniform: [0.2, 0.8]}`` or ``none``.
    what
        Name of the place in messages.

    Raises
    ------
    ScenarioError
        If it is not YAML.
    """
    before = "value: "
    try:
        document = read_text(before + text, what)
        problems = document.problems
    except ScenarioError as error:
        problems = error.problems
    if problems:
        raise ScenarioError(
            replace(p, column=max(1, p.column - (len(before) if p.line == 1 else 0)), path="")
            for p in problems
        )
    return document.value["value"]


def _hint(name: str, files: list[str]) -> str:
    """A "did you mean" for a shipped scenario or a file."""
    near = similar(name, [*shipped_names(), *files])
    return f" (did you mean '{near}'?)" if near else ""


def _extended(document: Document, folder: Path, depth: int) -> Document:
    """A document laid over the scenario that it extends, names of coefficients looked up."""
    document = with_coefficients(document)
    parent = document.value.get("extends") if isinstance(document.value, dict) else None
    if parent is None and ("extends",) not in document.places:
        return document
    if not isinstance(parent, str):
        raise _no_parent(document, f"must be the name of one scenario, got {_kind(parent)}")
    if depth >= _MAX_PARENTS:
        raise _no_parent(document, "scenarios extend each other in a circle")
    beside = [folder / parent, folder / f"{parent}.yaml", library() / f"{parent}.yaml"]
    path = next((p for p in beside if _is_file(p)), None)
    if path is None:
        hint = _hint(parent, [p.name for p in folder.glob("*.yaml")])
        words = f"'{parent}' is neither a file beside this one nor a shipped scenario{hint}"
        raise _no_parent(document, words)
    base = _extended(read_file(path), path.parent, depth + 1)
    return _laid_over(base, document)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing; delete the line if there is none"
    return "a list" if isinstance(value, list | tuple) else "a group of 'key: value' entries"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _no_parent(document: Document, message: str) -> ScenarioError:
    """The error for `extends`, with what else is wrong, except what the parent would have given."""
    problems = [*document.problems, Problem(*document.find(("extends",)), "extends", message)]
    try:
        validate(ScenarioFile, document)
    except ScenarioError as error:
        problems += [
            p
            for p in error.problems
            if p.path != "extends" and not p.message.startswith("is missing")
        ]
    return ScenarioError(problems)


def _laid_over(base: Document, over: Document) -> Document:
    """One document over another; a member may go by another name in each."""
    value, places = over.value, over.places
    members = value.get("parties")
    known = base.value.get("parties")
    if isinstance(members, dict) and isinstance(known, dict):
        codes = {code: key for key in known if (code := builtin.alias(key))}
        taken = {str(k): str(codes.get(builtin.alias(k) or "", k)) for k in members}
        # Two names of one member within a file stay two, to be told of.
        if len(set(taken.values())) == len(taken):
            value = {**value, "parties": {taken[k]: v for k, v in members.items()}}
            places = {_renamed(path, taken): place for path, place in places.items()}
    written: set[DocumentPath] = set()
    merged = _merged(base.value, value, (), written)
    kept = {p: place for p, place in base.places.items() if not _within(p, written)}
    return Document(
        over.source,
        merged,
        {**kept, **places},
        base.problems + over.problems,
        base,
        frozenset(written),
    )


def _within(path: DocumentPath, places: Collection[DocumentPath]) -> bool:
    return any(path[:length] in places for length in range(1, len(path) + 1))


def _renamed(path: DocumentPath, names: Mapping[str, str]) -> DocumentPath:
    if len(path) < 2 or path[0] != "parties":
        return path
    return ("parties", names.get(str(path[1]), path[1]), *path[2:])


def _merged(base: Any, over: Any, path: DocumentPath, written: set[DocumentPath]) -> Any:
    """A value over another; the places that the upper one gives whole or takes back are noted."""
    whole = path[-1:] in _WHOLE_KEYS or not (isinstance(base, dict) and isinstance(over, dict))
    if whole or (base.keys() & _WHOLE) or (over.keys() & _WHOLE):
        written.add(path)
        return over
    merged = dict(base)
    for name, value in over.items():
        inner = (*path, name)
        if name in base and value is not None:
            merged[name] = _merged(base[name], value, inner, written)
            continue
        written.add(inner)
        if name in base:
            del merged[name]  # an empty value takes back what the parent says
        else:
            merged[name] = value
    return merged


def _checked(name: str, document: Document) -> Loaded:
    file, resolved = check(document)
    return Loaded(name, document, file, resolved)
