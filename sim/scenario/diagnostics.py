"""Validation of a document: a model, or everything that is wrong, in plain words and in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import Problem, ScenarioError, quote
from . import retired
from .document import Document, DocumentPath, format_path
from .shape import Shape, Spot
from .spelling import lookalike, nearest
from .types import REFUSED, shown

M = TypeVar("M", bound=BaseModel)

_SEARCHES = 200  # unknown keys for which a right spelling is searched; it takes time
_LISTED = 15  # allowed words that a message spells out
_WRONG_KIND = {
    "model_type": "a group of 'key: value' lines",
    "model_attributes_type": "a group of 'key: value' lines",
    "dict_type": "a group of 'key: value' lines",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date",
}
_BOUND_ERRORS = frozenset(
    {"greater_than_equal", "greater_than", "less_than_equal", "less_than", "multiple_of"}
)


class Finding(NamedTuple):
    """Something a model's own validator found, at a path relative to that model."""

    path: DocumentPath
    message: str


def problem_at(path: DocumentPath, message: str) -> Finding:
    """Say that something is wrong at a path below the model whose validator runs.

    Parameters
    ----------
    path : tuple
        Keys and list positions as in the file, e.g. ``("events", 2, "date")``.
    message : str
        What is wrong and what is allowed.

    Returns
    -------
    Finding
        To be raised within `Problems`.
    """
    return Finding(path, message)


class Problems(ValueError):
    """Several findings of one model validator, each with its own place.

    Parameters
    ----------
    findings : iterable of Finding
        Made by `problem_at`.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{format_path(f.path)}: {f.message}" for f in self.findings))


@dataclass(frozen=True)
class _Fault:
    """A pydantic error with its spot; `details` as of `ValidationError.errors`."""

    details: dict[str, Any]
    spot: Spot

    @property
    def kind(self) -> str:
        return str(self.details["type"])


class _Told(NamedTuple):
    """A fault in words; `meant` is the key that an unknown key was probably meant to be."""

    path: DocumentPath
    message: str
    key: bool = False
    missing: bool = False
    meant: DocumentPath | None = None


def validate(model_class: type[M], document: Document) -> M:
    """Return the model that a document describes.

    Parameters
    ----------
    model_class : type of BaseModel
        The model; ``extra="forbid"`` makes unknown keys errors.
    document : Document
        As read by `sim.scenario.yaml_reader`, or made in Python without places.

    Returns
    -------
    BaseModel
        An instance of `model_class`.

    Raises
    ------
    ScenarioError
        With every problem of the text and of the values, each at its place.
    """
    problems = list(document.problems)
    told_by_text = {(p.source, p.line, p.column, p.path) for p in problems}
    try:
        model = model_class.model_validate(document.value)
    except ValidationError as error:
        told = _Translator(model_class, document).tell(error)
        for one in told:
            path = format_path(one.path)
            mark = document.find(one.path, key=one.key)
            if (*mark, path) not in told_by_text:  # else a mere consequence, e.g. of an alias
                problems.append(Problem(*mark, path, one.message))
        raise ScenarioError(problems) from None
    if problems:
        raise ScenarioError(problems)
    return model


class _Translator:
    def __init__(self, model_class: type[BaseModel], document: Document) -> None:
        self._shape = Shape(model_class)
        self._document = document
        self._searches = 0

    def tell(self, error: ValidationError) -> list[_Told]:
        """Return every fault in words, one message per place for a union."""
        faults = [
            _Fault(dict(details), self._shape.locate(details["loc"], self._document.value))
            for details in error.errors(include_url=False)
        ]
        told = self._collapse(faults, 0)
        meant = {one.meant for one in told if one.meant is not None}
        return [one for one in told if not (one.missing and one.path in meant)]

    def _collapse(self, faults: Sequence[_Fault], level: int) -> list[_Told]:
        """Tell `faults`, choosing one branch of each union at nesting `level`."""
        told: list[_Told] = []
        unions: dict[DocumentPath, dict[str, list[_Fault]]] = {}
        for fault in faults:
            if len(fault.spot.branches) > level:
                branch = fault.spot.branches[level]
                unions.setdefault(branch.union, {}).setdefault(branch.label, []).append(fault)
            else:
                told += self._tell_one(fault)
        for path, branches in unions.items():
            told += self._tell_union(path, list(branches.values()), level)
        return told

    def _tell_union(
        self, path: DocumentPath, branches: list[list[_Fault]], level: int
    ) -> list[_Told]:
        fitting = [b for b in branches if not any(_is_wrong_kind(f, path) for f in b)]
        if not fitting:
            return self._tell_wrong_kinds(path, [f for b in branches for f in b])
        best = min(fitting, key=lambda b: (_misfits(b, path), len(b)))
        groups = [b for b in fitting if any(f.kind == "extra_forbidden" for f in b)]
        if len(fitting) > 1 and len(groups) == len(fitting):
            unknown = [{f.spot.path for f in b if f.kind == "extra_forbidden"} for b in groups]
            common = set.intersection(*unknown)
            parents = [s for b in groups for f in b for s in f.spot.parents]
            if common:
                return [self._unknown_key(place, parents) for place in sorted(common, key=str)]
        return self._collapse(best, level + 1)

    def _tell_wrong_kinds(self, path: DocumentPath, faults: list[_Fault]) -> list[_Told]:
        """One message for a value that is of no branch's kind."""
        value = self._document.get(path)
        own = [f for f in faults if f.kind in (REFUSED, "literal_error", "enum")]
        messages = dict.fromkeys(m.message for f in own or faults for m in self._tell_one(f))
        if isinstance(value, str):
            near = [m for m in messages if "did you mean" in m]
            return [_Told(path, near[0] if near else "; or ".join(messages))]
        if isinstance(value, dict | list) and not own:
            wanted = dict.fromkeys(_WRONG_KIND.get(f.kind, "another kind of value") for f in faults)
            return [_Told(path, f"must be {' or '.join(wanted)}, got {shown(value)}")]
        return [_Told(path, next(iter(messages)))]

    def _tell_one(self, fault: _Fault) -> list[_Told]:
        spot, kind = fault.spot, fault.kind
        if kind == "extra_forbidden":
            return [self._unknown_key(spot.path, spot.parents)]
        if kind == "missing":
            return [_Told(spot.path, "is missing; it must be given", missing=True)]
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            return [self._tag(fault)]
        if kind == "value_error":
            return _own_words(spot, fault.details["ctx"]["error"])
        return [_Told(spot.path, self._words(fault), key=spot.key)]

    def _words(self, fault: _Fault) -> str:
        kind, details = fault.kind, fault.details
        value, context = details["input"], details.get("ctx", {})
        if kind == REFUSED:
            return str(context["message"])
        if kind == "assertion_error":
            return str(context["error"])
        if kind in ("literal_error", "enum"):
            return _one_of(value, self._shape.literals(fault.spot.schemas), context)
        if kind in _BOUND_ERRORS:
            return _out_of_bounds(value, self._shape.bounds(fault.spot), context)
        if kind in _WRONG_KIND:
            return _wrong_kind(value, _WRONG_KIND[kind])
        if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
            return _wrong_length(value, context)
        message = str(details["msg"]).replace("Input should be", "must be", 1)
        return message if value is None else f"{message}, got {shown(value)}"

    def _unknown_key(self, path: DocumentPath, parents: list[Any]) -> _Told:
        key = str(path[-1])
        allowed = self._shape.keys(parents)
        if path in retired.RENAMED:
            new = retired.RENAMED[path]
            words = f"{key} is called {new} since 0.2"
            return _Told(path, words, key=True, meant=(*path[:-1], new))
        if key in retired.KEYS:
            return _Told(path, f"{key} {retired.KEYS[key]}", key=True)
        odd = lookalike(key)
        message = f"unknown key {quote(key)}" + (f" ({odd})" if odd else "")
        self._searches += 1
        search = self._searches <= _SEARCHES
        near = nearest(key, allowed) if search else None
        elsewhere = self._shape.elsewhere(key) if search and not near else None
        if allowed:
            message += f", allowed here: {_listed(allowed)}"
        if near or elsewhere:
            message += f" (did you mean '{near or elsewhere}'?)"
        meant = (*path[:-1], near) if near else None
        return _Told(path, message, key=True, meant=meant)

    def _tag(self, fault: _Fault) -> _Told:
        path, value = fault.spot.path, fault.details["input"]
        tag = fault.details["ctx"]["discriminator"].strip("'")
        allowed = self._shape.literals(fault.spot.schemas)
        if not isinstance(value, dict):
            return _Told(path, _wrong_kind(value, _WRONG_KIND["model_type"]))
        if tag not in value:
            words = f"is missing; give one of {_listed(allowed)}"
            return _Told((*path, tag), words, missing=True)
        return _Told((*path, tag), _one_of(self._document.get((*path, tag)), allowed, {}))


def _is_wrong_kind(fault: _Fault, union: DocumentPath) -> bool:
    """Whether a fault says that the value is not of the kind a union's branch wants."""
    if fault.spot.path != union:
        return False
    return fault.kind in (REFUSED, "literal_error", "enum") or fault.kind.endswith("_type")


def _misfits(faults: list[_Fault], union: DocumentPath) -> int:
    """Count missing and unknown keys directly below a union: signs of another branch."""
    return sum(
        fault.kind in ("missing", "extra_forbidden") and len(fault.spot.path) == len(union) + 1
        for fault in faults
    )


def _own_words(spot: Spot, error: Exception) -> list[_Told]:
    """What a validator written for a model said, as it said it."""
    if isinstance(error, Problems):
        return [_Told((*spot.path, *f.path), f.message) for f in error.findings]
    if isinstance(error, ValidationError):
        return [
            _Told((*spot.path, *d["loc"]), d["msg"].removeprefix("Value error, "))
            for d in error.errors(include_url=False)
        ]
    return [_Told(spot.path, str(error), key=spot.key)]


def _one_of(value: Any, allowed: list[str], context: dict[str, Any]) -> str:
    if len(allowed) == 1:
        choices = quote(allowed[0])
    elif allowed:
        choices = f"one of {_listed(allowed)}"
    else:
        choices = str(context.get("expected", "one of the allowed values"))
    if value is None:
        return f"is empty; must be {choices}"
    if isinstance(value, str) and value in retired.WORDS:
        return f"must be {choices}; {retired.WORDS[str(value)]}"
    near = nearest(value, allowed) if isinstance(value, str) else None
    odd = lookalike(value) if isinstance(value, str) else None
    hint = (f"; it {odd}" if odd else "") + (f" (did you mean '{near}'?)" if near else "")
    return f"must be {choices}, got {shown(value)}{hint}"


def _listed(words: Sequence[str]) -> str:
    rest = len(words) - _LISTED
    return ", ".join(words[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _out_of_bounds(value: Any, bounds: dict[str, Any], context: dict[str, Any]) -> str:
    if "multiple_of" in context:
        return f"must be a multiple of {context['multiple_of']}, got {shown(value)}"
    known = {**context, **bounds}
    if "ge" in known and "le" in known:
        return f"must be between {shown(known['ge'])} and {shown(known['le'])}, got {shown(value)}"
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    limits = [f"{word} {shown(known[key])}" for key, word in words.items() if key in known]
    return f"must be {' and '.join(limits)}, got {shown(value)}"


def _wrong_kind(value: Any, wanted: str) -> str:
    if value is None:
        return f"is empty; give {wanted}"
    if isinstance(value, str) and value.startswith("-") and wanted == "a list":
        return f"must be a list, got {shown(value)}; put a space after each '-'"
    return f"must be {wanted}, got {shown(value)}"


def _wrong_length(value: Any, context: dict[str, Any]) -> str:
    unit = "character" if isinstance(value, str) else "item"
    length = context.get("actual_length")
    length = len(value) if not isinstance(length, int) else length
    if "min_length" in context:
        least = context["min_length"]
        return f"must have at least {_counted(least, unit)}, got {length}"
    return f"has {_counted(length, unit)}; the limit is {context['max_length']}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
