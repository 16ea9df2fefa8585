"""Uncertain inputs: a number of a scenario, or the distribution from which each run draws it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError, WithJsonSchema

from .types import Real

#: Parameters of each kind of distribution, in the order of the short form.
KINDS: dict[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "beta": ("a", "b"),
}
_ALIASES = {"gaussian": "normal", "constant": "fixed", "triangle": "triangular", "flat": "uniform"}
_REAL: TypeAdapter[float] = TypeAdapter(Real)


@dataclass(frozen=True)
class Distribution:
    """A distribution of one input.

    Parameters
    ----------
    kind
        One of :data:`KINDS`. A ``normal`` is truncated to [low, high]; a ``beta`` is stretched to it.
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
        """The mean before truncation, bounded to the range: what the public expects of the input."""
        p = self.parameters
        if self.kind == "fixed":
            centre = p[0]
        elif self.kind == "uniform":
            centre = 0.5 * (p[0] + p[1])
        elif self.kind == "triangular":
            centre = (p[0] + p[1] + p[2]) / 3.0
        elif self.kind == "normal":
            centre = p[0]
        else:
            centre = self.low + (self.high - self.low) * p[0] / (p[0] + p[1])
        return min(max(centre, self.low), self.high)

    def written(self) -> dict[str, list[float]]:
        """The distribution as a scenario file writes it."""
        return {self.kind: list(self.parameters)}


#: A number, or a distribution of it.
Quantity = float | Distribution


def centre(value: Quantity) -> float:
    """A number itself, or the centre of a distribution."""
    return value.centre() if isinstance(value, Distribution) else value


def _real(value: Any, what: str) -> float:
    try:
        return _REAL.validate_python(value)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ValueError(f"{what} {message}") from None


def _parameters(kind: str, given: Any) -> tuple[float, ...]:
    names = KINDS[kind]
    form = f"write {{{kind}: [{', '.join(names)}]}}"
    if isinstance(given, Mapping):
        unknown = [str(k) for k in given if k not in names]
        if unknown:
            raise ValueError(f"'{kind}' has no parameter {unknown[0]!r}; {form}")
        missing = [n for n in names if n not in given]
        if missing:
            raise ValueError(f"'{kind}' has no {missing[0]!r}; {form}")
        values: list[Any] = [given[n] for n in names]
    elif isinstance(given, Sequence) and not isinstance(given, str):
        values = list(given)
    else:
        values = [given]
    if len(values) != len(names):
        raise ValueError(f"'{kind}' takes {len(names)} numbers, got {len(values)}; {form}")
    return tuple(_real(v, f"{kind} {n}:") for n, v in zip(names, values, strict=True))


def _checked(kind: str, p: tuple[float, ...], low: float, high: float) -> Distribution:
    if kind == "uniform" and not p[0] < p[1]:
        raise ValueError(f"uniform: low must be below high, got {p[0]:g} and {p[1]:g}")
    if kind == "triangular" and not (p[0] <= p[1] <= p[2] and p[0] < p[2]):
        raise ValueError(f"triangular: mode must lie between low and high, got {list(p)}")
    if kind == "normal" and not p[1] > 0:
        raise ValueError(f"normal: sd must be above 0, got {p[1]:g}")
    if kind == "normal" and not low <= p[0] <= high:
        raise ValueError(f"normal: mean must be between {low:g} and {high:g}, got {p[0]:g}")
    if kind == "beta" and not (p[0] > 0 and p[1] > 0):
        raise ValueError(f"beta: a and b must be above 0, got {p[0]:g} and {p[1]:g}")
    if kind in ("fixed", "uniform", "triangular") and not low <= p[0] <= p[-1] <= high:
        raise ValueError(f"{kind}: values must be between {low:g} and {high:g}, got {list(p)}")
    return Distribution(kind, p, low, high)


def parse_quantity(value: Any, low: float, high: float) -> Quantity:
    """A number or distribution within [low, high] from what a scenario holds.

    Raises
    ------
    ValueError
        In words for the author of the scenario.
    """
    if isinstance(value, Distribution):
        return _checked(value.kind, value.parameters, low, high)
    if isinstance(value, Mapping):
        if "dist" in value:
            kind = str(value["dist"])
            given: Any = {k: v for k, v in value.items() if k != "dist"}
        elif len(value) == 1:
            kind, given = next(iter(value.items()))
        else:
            raise ValueError("give a number, or one distribution such as {uniform: [0.2, 0.8]}")
        if kind not in KINDS:
            hint = f"; did you mean '{_ALIASES[kind]}'?" if kind in _ALIASES else ""
            known = ", ".join(KINDS)
            raise ValueError(f"unknown distribution '{kind}'; known are {known}{hint}")
        return _checked(kind, _parameters(kind, given), low, high)
    number = _REAL.validate_python(value)
    if not low <= number <= high:
        raise ValueError(f"must be between {low:g} and {high:g}, got {number:g}")
    return number


def _written(value: Quantity) -> Any:
    return value.written() if isinstance(value, Distribution) else value


def quantity(low: float, high: float) -> Any:
    """The field type of a number or distribution within [low, high]."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("a quantity needs a finite range")
    forms = [
        {"type": "number", "minimum": low, "maximum": high},
        *(
            {
                "type": "object",
                "additionalProperties": False,
                "required": [kind],
                "properties": {
                    kind: {
                        "type": "array",
                        "items": {"type": "number"},
                        "minItems": len(names),
                        "maxItems": len(names),
                        "description": f"[{', '.join(names)}]",
                    }
                },
            }
            for kind, names in KINDS.items()
        ),
    ]
    return Annotated[
        Quantity,
        PlainValidator(lambda value: parse_quantity(value, low, high)),
        PlainSerializer(_written),
        WithJsonSchema({"anyOf": forms, "x-range": [low, high]}),
    ]
