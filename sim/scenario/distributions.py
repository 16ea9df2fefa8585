"""Uncertain inputs: a number of a scenario, or the distribution from which each run draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import core_schema

from ..errors import quote
from .diagnostics import Problems, problem_at
from .document import DocumentPath
from .spelling import nearest
from .types import Real

#: Parameters of each kind of distribution, in the order of the short form.
KINDS: dict[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "beta": ("a", "b"),
    "choice": ("values",),
}
#: How many values a ``choice``, each equally likely, may have.
FEWEST_CHOICES, MOST_CHOICES = 2, 4
#: Kinds that give the numbers that they name and no others.
NAMING = ("fixed", "choice")
_WHOLE_FORM = "write one number, or {choice: [2, 4, 8]}"
_ALIASES = {"gaussian": "normal", "constant": "fixed", "triangle": "triangular", "flat": "uniform"}
_WIDEST_BETA = 100.0  # width of a range that is still one, and not a mere guard against typos
_REAL: TypeAdapter[float] = TypeAdapter(Real)


@dataclass(frozen=True)
class Distribution:
    """A distribution of one input.

    Parameters
    ----------
    kind
        One of :data:`KINDS`. A ``normal`` is truncated to [low, high], a ``beta`` stretched to it.
    parameters
        In the order given in :data:`KINDS`.
    low, high
        The range that the input may take.
    """

    kind: str
    parameters: tuple[float, ...]
    low: float
    high: float

    def centre(self) -> float:
        """The mean before truncation, bounded to the range: what the public expects.

        Of a choice the lower median, so that it is one of its values.
        """
        p = self.parameters
        if self.kind == "fixed":
            centre = p[0]
        elif self.kind == "uniform":
            centre = 0.5 * (p[0] + p[1])
        elif self.kind == "triangular":
            centre = (p[0] + p[1] + p[2]) / 3.0
        elif self.kind == "normal":
            centre = p[0]
        elif self.kind == "choice":
            centre = sorted(p)[(len(p) - 1) // 2]
        else:
            centre = self.low + (self.high - self.low) * p[0] / (p[0] + p[1])
        return min(max(centre, self.low), self.high)

    def variance(self) -> float:
        """The variance before truncation."""
        p = self.parameters
        if self.kind == "uniform":
            return (p[1] - p[0]) ** 2 / 12.0
        if self.kind == "triangular":
            a, b, c = p
            return (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
        if self.kind == "normal":
            return p[1] ** 2
        if self.kind == "beta":
            a, b = p
            return (self.high - self.low) ** 2 * a * b / ((a + b) ** 2 * (a + b + 1.0))
        if self.kind == "choice":
            mean = sum(p) / len(p)
            return sum((x - mean) ** 2 for x in p) / len(p)
        return 0.0

    def written(self) -> dict[str, list[float]]:
        """The distribution as a scenario file writes it."""
        return {self.kind: list(self.parameters)}


#: A number, or a distribution of it.
Quantity = float | Distribution


def centre(value: Quantity) -> float:
    """A number itself, or the centre of a distribution."""
    return value.centre() if isinstance(value, Distribution) else value


class _Item(NamedTuple):
    """A parameter of a distribution as its author wrote it, and where below the quantity."""

    value: Any
    path: DocumentPath


def _wrong(path: DocumentPath, message: str) -> Problems:
    return Problems([problem_at(path, message)])


def _parameters(kind: str, given: Any, path: DocumentPath) -> list[_Item]:
    """The parameters of a distribution in the order of :data:`KINDS`."""
    names = KINDS[kind]
    form = f"write {{{kind}: [{', '.join(names)}]}}"
    if kind == "choice":
        return _choices(given, path)
    if isinstance(given, Mapping):
        unknown = [str(k) for k in given if k not in names]
        if unknown:
            near = nearest(unknown[0], names)
            hint = f" (did you mean '{near}'?)" if near else ""
            raise _wrong(
                (*path, unknown[0]), f"'{kind}' has no parameter {quote(unknown[0])}; {form}{hint}"
            )
        missing = [n for n in names if n not in given]
        if missing:
            raise _wrong(path, f"'{kind}' has no '{missing[0]}'; {form}")
        return [_Item(given[n], (*path, n)) for n in names]
    if isinstance(given, Sequence) and not isinstance(given, str):
        items = [_Item(value, (*path, j)) for j, value in enumerate(given)]
    else:
        items = [_Item(given, path)]
    if len(items) != len(names):
        count = f"{len(names)} number{'s' if len(names) > 1 else ''}"
        raise _wrong(path, f"'{kind}' takes {count}, got {len(items)}; {form}")
    return items


def _choices(given: Any, path: DocumentPath) -> list[_Item]:
    """The values of a choice."""
    if isinstance(given, Mapping) and list(given) == ["values"]:
        given, path = given["values"], (*path, "values")
    listed = isinstance(given, Sequence) and not isinstance(given, str)
    if not listed or not FEWEST_CHOICES <= len(given) <= MOST_CHOICES:
        raise _wrong(
            path,
            f"'choice' takes {FEWEST_CHOICES} to {MOST_CHOICES} values, each equally likely; "
            "write {choice: [2, 4, 8]}",
        )
    return [_Item(value, (*path, j)) for j, value in enumerate(given)]


def _numbers(kind: str, items: Sequence[_Item]) -> tuple[float, ...]:
    """The parameters as numbers; every one that is none is reported."""
    numbers, findings = [], []
    names = KINDS[kind] * len(items) if kind == "choice" else KINDS[kind]
    for name, item in zip(names, items, strict=True):
        try:
            numbers.append(_REAL.validate_python(item.value))
        except ValidationError as error:
            message = error.errors(include_url=False)[0]["msg"]
            findings.append(problem_at(item.path, f"{kind} {name}: {message}"))
    if findings:
        raise Problems(findings)
    return tuple(numbers)


def _check(
    kind: str, p: tuple[float, ...], paths: Sequence[DocumentPath], low: float, high: float
) -> None:
    """Refuse parameters that make no distribution on [low, high], at the one that is wrong."""

    def need(right: bool, at: int, message: str) -> None:
        if not right:
            raise _wrong(paths[at], message)

    if kind == "beta":
        need(
            high - low <= _WIDEST_BETA,
            0,
            "beta: is stretched over the range of the value, and this value has none to speak of; "
            "use uniform, triangular or normal",
        )
        for j, name in enumerate(KINDS[kind]):
            need(p[j] > 0, j, f"beta: {name} must be above 0, got {p[j]:g}")
        return
    for j, name in enumerate(KINDS[kind] if kind != "choice" else KINDS[kind] * len(p)):
        if name != "sd":
            words = f"{kind}: {name} must be between {low:g} and {high:g}, got {p[j]:g}"
            need(low <= p[j] <= high, j, words)
    if kind == "uniform":
        need(p[0] < p[1], 1, f"uniform: low must be below high, got {p[0]:g} and {p[1]:g}")
    elif kind == "triangular":
        need(p[0] < p[2], 2, f"triangular: low must be below high, got {p[0]:g} and {p[2]:g}")
        words = (
            f"triangular: mode must lie between low and high, {p[0]:g} and {p[2]:g}, got {p[1]:g}"
        )
        need(p[0] <= p[1] <= p[2], 1, words)
    elif kind == "normal":
        need(p[1] > 0, 1, f"normal: sd must be above 0, got {p[1]:g}")


def _check_whole(
    kind: str, p: tuple[float, ...], items: Sequence[_Item], path: DocumentPath
) -> None:
    """Refuse a distribution that gives other numbers than whole ones."""
    if kind not in NAMING:
        raise _wrong(path, f"must be a whole number, and {kind} gives others; {_WHOLE_FORM}")
    for number, item in zip(p, items, strict=True):
        if number != int(number):
            raise _wrong(item.path, f"{kind}: must be a whole number, got {number:g}")


def parse_quantity(value: Any, low: float, high: float, whole: bool = False) -> Quantity:
    """A number or distribution within [low, high] from what a scenario holds.

    Parameters
    ----------
    value
        A number, ``{kind: [parameters]}``, ``{kind: {name: parameter}}``,
        ``{dist: kind, name: parameter}`` or a :class:`Distribution`.
    low, high
        The range that the value may take.
    whole
        Whether it must be a whole number, in every run.

    Raises
    ------
    ValueError
        In words for the author of the scenario; as :class:`sim.scenario.diagnostics.Problems`
        with the place below ``value`` where a part of a distribution is wrong.
    """
    if isinstance(value, Distribution):
        value = value.written()
    if isinstance(value, Mapping):
        if "dist" in value:
            kind = str(value["dist"])
            given: Any = {k: v for k, v in value.items() if k != "dist"}
            at: DocumentPath = ()
            kind_at: DocumentPath = ("dist",)
        elif len(value) == 1:
            kind, given = next(iter(value.items()))
            kind_at = at = (str(kind),)
        else:
            raise ValueError("give a number, or one distribution such as {uniform: [0.2, 0.8]}")
        if kind not in KINDS:
            meant = _ALIASES.get(str(kind).casefold()) or nearest(str(kind), KINDS)
            hint = f" (did you mean '{meant}'?)" if meant else ""
            known = ", ".join(KINDS)
            raise _wrong(
                kind_at, f"unknown distribution {quote(str(kind))}, known are {known}{hint}"
            )
        items = _parameters(kind, given, at)
        parameters = _numbers(kind, items)
        _check(kind, parameters, [item.path for item in items], low, high)
        if whole:
            _check_whole(kind, parameters, items, kind_at)
        return Distribution(kind, parameters, low, high)
    number = _REAL.validate_python(value)
    if not low <= number <= high:
        raise ValueError(f"must be between {low:g} and {high:g}, got {number:g}")
    if whole and number != int(number):
        raise ValueError(f"must be a whole number, got {number:g}; {_WHOLE_FORM}")
    return number


def _written(value: Quantity) -> Any:
    return value.written() if isinstance(value, Distribution) else value


#: Stands for a position that nobody knows.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Within:
    """Bounds of a field ``Annotated[Quantity, Within(low, high)]``: a number or distribution."""

    low: float
    high: float
    whole: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Validate by :func:`parse_quantity`, and write a distribution as a file does."""
        return core_schema.no_info_plain_validator_function(
            lambda value: parse_quantity(value, self.low, self.high, self.whole),
            serialization=core_schema.plain_serializer_function_ser_schema(_written),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """A number in the range; :mod:`sim.scenario.json_schema` adds the distributions to it."""
        bounds = [self.low, self.high]
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": bounds[0], "maximum": bounds[1], "x-range": bounds}


@dataclass(frozen=True)
class WithinOrUnknown(Within):
    """As :class:`Within`; a value may also be ``unknown``."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Validate by :func:`parse_quantity`, but for the word."""
        return core_schema.no_info_plain_validator_function(
            lambda value: UNKNOWN if value == UNKNOWN else self._parsed(value),
            serialization=core_schema.plain_serializer_function_ser_schema(_written),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """As for :class:`Within`, or the word."""
        known = super().__get_pydantic_json_schema__(schema, handler)
        return {"anyOf": [known, {"const": UNKNOWN}]}

    def _parsed(self, value: Any) -> Quantity:
        return parse_quantity(value, self.low, self.high)
