"""Which inputs a study varies, and how: paths of the scenario, each with a distribution.

An input is written as for :meth:`sim.Scenario.set`; ``parties.baltics.fiscal_room`` is ONE input
whose value all members of the group take. With ``each:`` before it, it stands for one input for
every member that it names, and a star at the end for all attributes:
``each:parties.baltics.*`` are twelve inputs.

What nobody gives is taken, in this order, from the distribution in the scenario, from the plausible
range of the parameter (``docs/odd.md``; of some coefficients it is a few values), or from the value
itself: an attribute +-0.1, anything else +-20%. An input that several members share then spans what
they span.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import BaseModel

from ..batch.knobs import HasLoaded, Knobs
from ..engine.problem import Setup, set_up
from ..errors import SummitryError
from ..rules import sampling
from ..scenario import schema
from ..scenario.coefficients import plausible
from ..scenario.distributions import Distribution
from ..scenario.document import DocumentPath, format_path
from ..scenario.parameters import parameters
from ..scenario.resolve import ATTRIBUTES

#: What a user may say of an input: nothing, its range, or its distribution.
Range = None | Sequence[float] | Mapping[str, Any] | Distribution
#: Inputs as a user gives them.
Given = str | Sequence[str] | Mapping[str, Range] | None

_EACH = "each:"
_ATTRIBUTE_HALF = 0.1
_SHARE_HALF = 0.2
_TAILS = (0.05, 0.95)
#: Regions in the order in which a member is counted to the first that holds it.
REGIONS = (
    "baltics", "nordics", "big_five", "benelux", "visegrad", "balkans", "southern", "north_america",
)  # fmt: skip
_WHOLE_COEFFICIENT = ("coefficients", "hold", "exponent")
_SECTIONS: dict[str, type[BaseModel]] = {
    "demander": schema.Demander,
    "mediator": schema.Mediator,
    "side_letters": schema.SideLetters,
    "procedure": schema.Procedure,
    "calendar": schema.Calendar,
}


@dataclass(frozen=True)
class Input:
    """An input that varies.

    Attributes
    ----------
    path
        As for :meth:`sim.Scenario.set`.
    about
        Its distribution in words.
    whole
        Whether it takes whole numbers only.
    among
        The only values that it takes, rising and equally likely; empty if it has a range.
    """

    path: str
    about: str
    whole: bool = False
    among: tuple[float, ...] = ()
    _kind: int = sampling.UNIFORM
    _row: tuple[float, ...] = ()
    _tables: np.ndarray = field(default_factory=lambda: np.zeros((0, 1)), repr=False)

    def values(self, u: np.ndarray) -> np.ndarray:
        """Its values at probabilities in (0, 1), of the same shape."""
        u = np.asarray(u, dtype=float)
        if self.among:
            place = np.minimum(u * len(self.among), len(self.among) - 1).astype(np.int64)
            return np.array(self.among)[place]
        if self.whole:
            low, high = self._row[:2]
            return np.asarray(np.minimum(low + np.floor(u * (high - low + 1.0)), high))
        if self._kind == sampling.UNIFORM:
            low, high = self._row[:2]
            return np.asarray(low + (high - low) * u)
        inside = np.clip(u, 1e-12, 1.0 - 1e-12)
        distinct, where = np.unique(inside, return_inverse=True)
        found = [
            sampling.quantile(self._kind, self._row, self._tables, p) for p in distinct.tolist()
        ]
        return np.asarray(np.array(found)[where].reshape(u.shape))


def _uniform(path: str, low: float, high: float, why: str = "", whole: bool = False) -> Input:
    if not np.isfinite([low, high]).all() or low >= high:
        raise SummitryError(
            f"the range of {path} must be two rising numbers, got {low:g} and {high:g}"
        )
    if whole and (low != int(low) or high != int(high)):
        raise SummitryError(f"{path} takes whole numbers, got {low:g} and {high:g}")
    about = f"uniform from {low:g} to {high:g}" + (f" ({why})" if why else "")
    return Input(path, about, whole, (), sampling.UNIFORM, (float(low), float(high)))


def _among(path: str, values: Sequence[float], why: str = "", whole: bool = False) -> Input:
    found = tuple(sorted(values))
    *most, last = [f"{value:g}" for value in found]
    about = f"{', '.join(most)} or {last}, equally likely" + (f" ({why})" if why else "")
    return Input(path, about, whole, found)


def _usual(path: str, usual: tuple[float, ...], why: str, whole: bool) -> Input:
    """An input over its plausible range (two ends) or values (more)."""
    if len(usual) > 2:
        return _among(path, usual, why, whole)
    low, high = usual
    return _uniform(path, low, high, why, whole)


def inputs_of(scenario: HasLoaded, given: Given = None) -> tuple[Input, ...]:
    """The inputs that a study varies.

    Parameters
    ----------
    scenario
        The scenario.
    given
        Paths (see the module), or a mapping of paths to a range ``(low, high)``, a distribution
        such as ``{"normal": [1, 0.1]}``, or None. Every distribution of the scenario if not given.

    Raises
    ------
    SummitryError
        If a path leads nowhere, is given twice, has no range to vary in, or there is none at all.
    """
    setup = scenario.setup
    if given is None:
        rows = zip(setup.sampled_paths, range(len(setup.sampled_paths)), strict=True)
        fixed = sampling.FIXED
        drawn = [(path, j) for path, j in rows if setup.problem.sample_kind[j] != fixed]
        if not drawn:
            raise SummitryError(
                "no input of this scenario has a distribution; name those that shall vary, "
                "such as demander.leverage or each:parties.*.fiscal_room"
            )
        return tuple(_drawn(path, setup, j) for path, j in drawn)
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Iterable):
        raise SummitryError(f"inputs are paths such as ['demander.leverage'], got {given!r}")
    pairs: Iterable[tuple[str, Range]]
    pairs = given.items() if isinstance(given, Mapping) else [(path, None) for path in given]
    found: dict[str, Input] = {}
    for pattern, spec in pairs:
        for path in expanded(scenario, pattern):
            if path in found:
                raise SummitryError(f"the input {path} is given twice")
            found[path] = _input(scenario, path, spec)
    if not found:
        raise SummitryError("there is no input to vary")
    return tuple(found.values())


def expanded(scenario: HasLoaded, pattern: str) -> list[str]:
    """The paths that a pattern with ``each:`` stands for, members by their codes.

    Raises
    ------
    SummitryError
        If it names nobody.
    """
    if not isinstance(pattern, str):
        raise SummitryError(f"an input is a path such as 'demander.leverage', got {pattern!r}")
    if not pattern.startswith(_EACH):
        return [pattern]
    path = pattern.removeprefix(_EACH).strip()
    head, _, last = path.rpartition(".")
    paths = [f"{head}.{a}" for a in ATTRIBUTES] if last == "*" else [path]
    found = [format_path(t) for one in paths for t in Knobs(scenario, [one]).targets(0)]
    if not path.startswith("parties."):
        raise SummitryError(f"{pattern}: write each:parties.*.fiscal_room or the like")
    return found


def _drawn(path: str, setup: Setup, j: int) -> Input:
    """An input with the distribution of a sampled one, which may have another path."""
    p = setup.problem
    row = tuple(p.sample_parameters[j].tolist())
    names = {
        sampling.UNIFORM: "uniform from {0:g} to {1:g}",
        sampling.TRIANGULAR: "triangular {0:g}, {1:g}, {2:g}",
        sampling.NORMAL: "normal {0:g}, sd {1:g}, within {4:g} to {5:g}",
        sampling.BETA: "beta {0:g}, {1:g} on {4:g} to {5:g}",
    }
    kind = int(p.sample_kind[j])
    if kind == sampling.CHOICE:
        values = row[: int(row[sampling.TABLE])]
        return _among(path, values, whole=_is_whole(tuple(path.split("."))))
    return Input(path, names[kind].format(*row), False, (), kind, row, p.sample_tables)


def _input(scenario: HasLoaded, path: str, spec: Range) -> Input:
    knobs = Knobs(scenario, [path])
    targets = knobs.targets(0)
    whole = _is_whole(targets[0])
    if spec is None:
        return _default(scenario, path, targets, whole)
    if isinstance(spec, Mapping | Distribution):
        written = spec.written() if isinstance(spec, Distribution) else spec
        setup = set_up(scenario.loaded.set({path: written}).resolved)
        name = format_path(targets[0])
        j = setup.sampled_paths.index(name) if name in setup.sampled_paths else None
        if j is None or setup.problem.sample_kind[j] == sampling.FIXED:
            raise SummitryError(f"{path} needs a distribution that varies, got {spec!r}")
        return _drawn(path, setup, j)
    try:
        low, high = (float(v) for v in spec)
    except (TypeError, ValueError):
        raise SummitryError(
            f"{path}: give a range (low, high) or a distribution, got {spec!r}"
        ) from None
    return _uniform(path, low, high, whole=whole)


def _default(scenario: HasLoaded, path: str, targets: Sequence[DocumentPath], whole: bool) -> Input:
    setup = scenario.setup
    names = [format_path(t) for t in targets]
    places = [setup.sampled_paths.index(n) if n in setup.sampled_paths else -1 for n in names]
    if len(names) == 1 and places[0] >= 0 and setup.problem.sample_kind[places[0]]:
        return _drawn(path, setup, places[0])
    usual = plausible_ranges().get(names[0], ())
    if usual:
        return _usual(path, usual, "plausible", whole)
    ends = []
    for name, target, place in zip(names, targets, places, strict=True):
        if place >= 0:
            ends += _drawn(name, setup, place).values(np.array(_TAILS)).tolist()
        else:
            ends += _around(scenario, path, target)
    low, high = min(ends), max(ends)
    if whole:
        low, high = float(np.floor(low)), float(np.ceil(high))
    several = len(names) > 1
    return _uniform(path, low, high, "what its members span" if several else "", whole)


def _around(scenario: HasLoaded, path: str, target: DocumentPath) -> tuple[float, float]:
    """A range around the value that an input has."""
    value: Any = scenario.loaded.as_played()
    for step in target:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
            break
    if isinstance(value, bool) or not isinstance(value, int | float):
        scenario.loaded.set({path: 0.5})  # says what is wrong with the path, if anything is
        raise SummitryError(f"{path} has no value to vary around; give its range")
    if target[-1] in ATTRIBUTES and target[0] == "parties":
        return max(0.0, value - _ATTRIBUTE_HALF), min(1.0, value + _ATTRIBUTE_HALF)
    if value == 0:
        raise SummitryError(f"{path} is 0; give its range")
    half = _SHARE_HALF * abs(value)
    return value - half, value + half


@lru_cache(maxsize=1)
def plausible_ranges() -> dict[str, tuple[float, ...]]:
    """Plausible ranges by path: two ends, or three and more values that it may have."""
    found = _coefficient_ranges()
    for p in parameters():
        low, to, high = p.plausible.partition("-")
        if to and p.path not in found:
            found[p.path] = float(low), float(high)
    return found


def _coefficient_ranges() -> dict[str, tuple[float, ...]]:
    return {
        f"coefficients.{group}.{name}": tuple(*distribution.values())
        for group, names in plausible().items()
        for name, distribution in names.items()
    }


def coefficient_inputs() -> tuple[Input, ...]:
    """Every coefficient over its plausible range, whatever a scenario says of it."""
    found = []
    for path, usual in _coefficient_ranges().items():
        whole = _is_whole(tuple(path.split(".")))
        found.append(_usual(path, usual, "", whole))
    return tuple(found)


def _is_whole(target: DocumentPath) -> bool:
    if target == _WHOLE_COEFFICIENT:
        return True
    model = _SECTIONS.get(str(target[0]))
    if model is None or len(target) != 2:
        return False
    known = model.model_fields.get(str(target[1]))
    return known is not None and known.annotation is int


@dataclass(frozen=True)
class Units:
    """What a study tells the effect of: single inputs, or groups of inputs taken together.

    Attributes
    ----------
    names
        Names of the units.
    inputs
        All inputs.
    unit
        The unit of each input, shape (inputs,).
    """

    names: tuple[str, ...]
    inputs: tuple[Input, ...]
    unit: np.ndarray

    @property
    def grouped(self) -> bool:
        """Whether any unit holds more than one input."""
        return len(self.names) < len(self.inputs)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all inputs."""
        return tuple(i.path for i in self.inputs)

    def points(self, u: np.ndarray) -> np.ndarray:
        """Points of the input space from probabilities, both of shape (..., inputs)."""
        columns = [i.values(u[..., j]) for j, i in enumerate(self.inputs)]
        return np.stack(columns, axis=-1)


def units_of(
    scenario: HasLoaded, inputs: Given, groups: str | Mapping[str, Sequence[str]] | None
) -> Units:
    """Inputs and the groups in which they are taken together.

    Parameters
    ----------
    scenario
        The scenario.
    inputs
        As for :func:`inputs_of`; if not given and groups are named, the inputs of the groups.
    groups
        Inputs by name of the group; what is in none stands alone. Or ``"member"``,
        ``"attribute"`` or ``"region"``: the inputs of members by member, attribute or region
        (:data:`REGIONS`, a member of several counts to the first).

    Raises
    ------
    SummitryError
        If a group is empty or holds what another holds.
    """
    if groups is None or isinstance(groups, str):
        found = inputs_of(scenario, inputs)
        names = [_preset(scenario, i.path, groups) for i in found]
    else:
        holder: dict[str, str] = {}
        for name, patterns in groups.items():
            listed: Iterable[str] = [patterns] if isinstance(patterns, str) else patterns
            paths = [path for pattern in listed for path in expanded(scenario, pattern)]
            if not paths:
                raise SummitryError(f"the group {name} holds no input")
            for path in paths:
                if path in holder:
                    raise SummitryError(f"{path} is in the groups {holder[path]} and {name}")
                holder[path] = name
        found = inputs_of(scenario, list(holder) if inputs is None else inputs)
        missing = [path for path in holder if path not in {i.path for i in found}]
        if missing:
            raise SummitryError(f"{missing[0]} is in a group and not among the inputs")
        names = [holder.get(i.path, i.path) for i in found]
    order = list(dict.fromkeys(names))
    return Units(tuple(order), found, np.array([order.index(n) for n in names]))


def _preset(scenario: HasLoaded, path: str, by: str | None) -> str:
    if by is None:
        return path
    if by not in ("member", "attribute", "region"):
        raise SummitryError(
            f"groups must be 'member', 'attribute', 'region' or a mapping, got {by!r}"
        )
    parts = path.split(".")
    if parts[0] != "parties" or len(parts) < 3:
        return path
    if by == "member":
        return parts[1]
    if by == "attribute":
        return ".".join(parts[2:])
    from ..scenario.naming import Names

    names = Names(scenario.loaded.file)
    regions = {**names.groups, **scenario.loaded.resolved.groups}
    code = names.code(parts[1])
    return next((r for r in REGIONS if code in regions.get(r, ())), parts[1])
