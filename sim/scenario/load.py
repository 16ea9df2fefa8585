"""Finding, merging, checking and changing scenarios."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Problem, ScenarioError, SummitryError
from .diagnostics import validate
from .distributions import KINDS, Distribution
from .document import Document, DocumentPath, Mark, Place, format_path
from .resolve import ATTRIBUTES, Names, Resolved, resolve
from .schema import ScenarioFile
from .spelling import nearest
from .yaml_reader import read_file, read_text

_MAX_PARENTS = 20
# Mappings that stand for one value: a child scenario replaces them whole.
_WHOLE = frozenset({*KINDS, "dist"})
_WHOLE_KEYS = frozenset({"levels"})


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
            Values by path, such as ``{"us.leverage": 0.4, "members.ESP.fiscal_room": 0.6}``.
            ``members.*.x`` sets x for every member, ``members.baltics.x`` for those of a group.

        Raises
        ------
        ScenarioError
            If a path or value does not fit.
        """
        value = copy.deepcopy(self.document.value)
        places = dict(self.document.places)
        for path, new in changes.items():
            for steps in self._steps(path):
                _put(value, steps, new, path)
                mark = Mark(f"{path}={_short(new)}", 1, 1)
                for length in range(1, len(steps) + 1):
                    places.setdefault(steps[:length], Place(mark, mark))
                places[steps] = Place(mark, mark)
        return _check(self.name, Document(self.document.source, value, places))

    def _steps(self, path: str) -> list[DocumentPath]:
        steps = _split(path)
        if len(steps) < 2 or steps[0] != "members":
            return [steps]
        names = Names(self.file)
        names.codes = {p.code for p in self.resolved.members}
        names.groups.update({s.group: s.members for s in self.resolved.shifts})
        who = str(steps[1])
        if who == "*":
            demander = self.resolved.demander
            codes = [p.code for p in self.resolved.members if p.code != demander]
        elif who in names.groups:
            codes = [c for c in names.groups[who] if c in names.codes]
        else:
            codes = [names.code(who)]
        written = {names.code(key): key for key in self.document.value.get("members") or {}}
        return [("members", written.get(code, code), *steps[2:]) for code in codes]

    def as_played(self) -> dict[str, Any]:
        """The complete scenario: every member, default and coefficient written out.

        It can be saved as a file and loaded again, and plays the same to the last bit without the
        built-in data.
        """
        r = self.resolved
        dump = self.file.model_dump(mode="json", exclude_none=True, exclude={"extends", "roster"})
        dump["members"] = {p.code: _player(p, r) for p in r.members}
        if "us" in dump:
            dump["us"]["member"] = r.demander
        for name, group in dump["groups"].items():
            group["members"] = list(next((s.members for s in r.shifts if s.group == name), ()))
        for event, members in zip(dump["events"], r.event_members, strict=True):
            event["members"] = list(members)
        return dump

    @property
    def hash(self) -> str:
        """SHA-256 of everything that decides the results of a run with a given seed."""
        played = self.as_played()
        for key in ("title", "description", "runs", "seed"):
            played.pop(key, None)
        text = json.dumps(played, sort_keys=True, ensure_ascii=True, allow_nan=False)
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
        document = _extended(Document("<python>", dict(source)), Path.cwd(), 0)
        return _check("scenario", document)
    path = find(source)
    return _check(path.stem, _read(path, 0))


def loads(text: str | bytes, source: str = "<text>") -> Loaded:
    """Load a scenario from YAML text; see :func:`load`."""
    return _check("scenario", _extended(read_text(text, source), Path.cwd(), 0))


def find(source: str | Path) -> Path:
    """The file that a path or the name of a shipped scenario means."""
    path = Path(source)
    if not path.exists() and path.parent == Path() and path.suffix == "":
        shipped = library() / f"{path.name}.yaml"
        if shipped.exists():
            return shipped
        near = nearest(path.name, [*shipped_names(), *(p.name for p in Path().glob("*.yaml"))])
        hint = f" (did you mean '{near}'?)" if near else ""
        raise ScenarioError(
            [Problem(str(source), 1, 1, "", f"no such file and no shipped scenario{hint}")]
        )
    return path


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

    Raises
    ------
    SummitryError
        If it is not YAML.
    """
    document = read_text(f"value: {text}", what)
    if document.problems:
        raise ScenarioError(document.problems)
    return document.value["value"]


def _read(path: Path, depth: int) -> Document:
    return _extended(read_file(path), path.parent, depth)


def _extended(document: Document, folder: Path, depth: int) -> Document:
    """A document laid over the scenario that it extends."""
    parent = document.value.get("extends") if isinstance(document.value, dict) else None
    if not isinstance(parent, str):
        return document
    mark = document.find(("extends",))

    def fail(message: str) -> ScenarioError:
        return ScenarioError([*document.problems, Problem(*mark, "extends", message)])

    if depth >= _MAX_PARENTS:
        raise fail("scenarios extend each other in a circle")
    beside = [folder / parent, folder / f"{parent}.yaml", library() / f"{parent}.yaml"]
    path = next((p for p in beside if p.is_file()), None)
    if path is None:
        near = nearest(parent, [*shipped_names(), *(p.name for p in folder.glob("*.yaml"))])
        hint = f" (did you mean '{near}'?)" if near else ""
        raise fail(f"'{parent}' is neither a file beside this one nor a shipped scenario{hint}")
    base = _read(path, depth + 1)
    places = {**base.places, **document.places}
    value = _merged(base.value, document.value)
    return Document(document.source, value, places, base.problems + document.problems)


def _merged(base: Any, over: Any, key: str = "") -> Any:
    whole = key in _WHOLE_KEYS or not (isinstance(base, dict) and isinstance(over, dict))
    if whole or (base.keys() & _WHOLE) or (over.keys() & _WHOLE):
        return over
    merged = dict(base)
    for name, value in over.items():
        merged[name] = _merged(base[name], value, name) if name in base else value
    return merged


def _check(name: str, document: Document) -> Loaded:
    file = validate(ScenarioFile, document)
    resolved, faults = resolve(file)
    if resolved is None:
        raise ScenarioError(
            Problem(*document.find(_trim(path)), format_path(_trim(path)), message)
            for path, message in faults
        )
    return Loaded(name, document, file, resolved)


def _trim(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(step for step in path if step != "")


def _split(path: str) -> DocumentPath:
    steps: list[str | int] = []
    for part in path.split("."):
        name, *places = part.replace("]", "").split("[")
        steps.append(name)
        for place in places:
            if not place.isdigit():
                raise SummitryError(f"{path}: '[{place}]' is not a place in a list")
            steps.append(int(place))
    if not path or "" in steps:
        raise SummitryError(f"'{path}' is not a path such as us.leverage or members.ESP.fiscal_room")
    return tuple(steps)


def _put(value: Any, steps: DocumentPath, new: Any, path: str) -> None:
    here = value
    for step, following in zip(steps, steps[1:], strict=False):
        if isinstance(step, int):
            if not isinstance(here, list) or step >= len(here):
                raise SummitryError(f"{path}: there is no [{step}]")
            here = here[step]
            continue
        if not isinstance(here.get(step), list if isinstance(following, int) else dict):
            if isinstance(following, int):
                raise SummitryError(f"{path}: '{step}' is not a list")
            here[step] = {}
        here = here[step]
    last = steps[-1]
    if isinstance(last, int):
        if not isinstance(here, list) or last >= len(here):
            raise SummitryError(f"{path}: there is no [{last}]")
    here[last] = new


def _short(value: Any) -> str:
    text = json.dumps(value, default=str) if not isinstance(value, str) else value
    return text if len(text) <= 40 else text[:37] + "..."


def _player(p: Any, r: Resolved) -> dict[str, Any]:
    """A member with every value written out, as a scenario file writes it."""
    row: dict[str, Any] = {"name": p.name}
    if p.preferences != "spatial":
        row.update(zip(ATTRIBUTES, p.attributes, strict=True))
        row["has_forces"] = p.current_core_pct_gdp is not None
        if row["has_forces"]:
            row["current_core_pct_gdp"] = p.current_core_pct_gdp
        if p.capability_need_pct_gdp is not None:
            row["capability_need_pct_gdp"] = p.capability_need_pct_gdp
    for key in ("gdp_usd_bn", "population_million", "capability", "votes"):
        row[key] = getattr(p, key)
    if p.red_lines:
        row["red_lines"] = {
            term: {
                **({"at_least": low} if low > -1e300 else {}),
                **({"at_most": high} if high < 1e300 else {}),
            }
            for term, (low, high) in p.red_lines.items()
        }
    for what in ("ideal", "salience"):
        if getattr(p, what):
            row[what] = dict(zip((t.name for t in r.terms), getattr(p, what), strict=True))
    return _written(row)


def _written(value: Any) -> Any:
    if isinstance(value, Distribution):
        return value.written()
    if isinstance(value, dict):
        return {k: _written(v) for k, v in value.items()}
    return value
