"""What may be changed to reach a goal: inputs with where they stand and how far they may go.

What is uncertain is *moved*: its distribution keeps its shape and gets another centre, and members
of a group keep their distances. What is certain is *set*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..batch.knobs import Knobs
from ..errors import SummitryError
from ..scenario.distributions import KINDS, Distribution, centre, parse_quantity
from ..scenario.document import DocumentPath, format_path
from ..scenario.resolve import ATTRIBUTES
from .inputs import inputs_of, plausible_ranges

if TYPE_CHECKING:
    from ..api import Scenario

MOST = 6
#: How far an attribute may be shifted unless the user says otherwise; judgement.
SHIFT = 0.3
_TAILS = (0.001, 0.999)


@dataclass(frozen=True)
class Lever:
    """An input that may be changed.

    Attributes
    ----------
    path
        As the user wrote it.
    knob
        The path that is set at each point.
    at
        Where it stands: its value or centre; of a shift the mean of the centres of its members.
    origin
        The number of the knob that changes nothing: ``at``, or 0 for a shift.
    low, high
        How far the knob may go; the difference is the unit of distance.
    whole
        Whether it takes whole numbers only.
    spread
        Its distribution, which is moved with it; None for a number or a shift.
    """

    path: str
    knob: str
    at: float
    origin: float
    low: float
    high: float
    whole: bool
    spread: Distribution | None = None

    @property
    def moved(self) -> bool:
        """Whether it is moved with its uncertainty, and not set."""
        return self.knob != self.path or self.spread is not None

    @property
    def span(self) -> float:
        """The unit of distance."""
        return self.high - self.low

    def distribution(self, number: float) -> dict[str, list[float]]:
        """The distribution moved so that its centre goes from ``origin`` to a number."""
        assert self.spread is not None
        d, by = self.spread, number - self.origin
        still = KINDS[d.kind].index("sd") if "sd" in KINDS[d.kind] else -1
        moved = [p if j == still else p + by for j, p in enumerate(d.parameters)]
        return {d.kind: moved}

    def show(self, number: float) -> str:
        """A place of the knob in print, as the value of the input."""
        value = number + self.at - self.origin
        return f"{value:.0f}" if self.whole else f"{value:.3g}"


def levers_of(
    scenario: Scenario, by: str | Sequence[str] | Mapping[str, Sequence[float] | None]
) -> tuple[Scenario, tuple[Lever, ...]]:
    """The levers that a user names, and the scenario on which their knobs can be turned.

    Parameters
    ----------
    scenario
        The scenario.
    by
        Paths such as ``demander.leverage`` or ``parties.southern.fiscal_room``, or a mapping of
        paths to a range of their values ``(low, high)``. Without one a parameter goes through its
        plausible range (``docs/odd.md``), an attribute 0.3 up and down, and anything else through
        its distribution or 20% up and down. A beta distribution cannot be moved; it is replaced by
        a number, and so is one that the range would lead beyond what its input may be.

    Raises
    ------
    SummitryError
        If a path leads nowhere or has no range, or there are none or too many.
    """
    if isinstance(by, str):
        by = [by]
    ranges: dict[str, Sequence[float] | None]
    ranges = dict(by) if isinstance(by, Mapping) else dict.fromkeys(by)
    if not 1 <= len(ranges) <= MOST or (not isinstance(by, Mapping) and len(ranges) < len(by)):
        raise SummitryError(f"name from 1 to {MOST} different inputs that may be changed")
    found = []
    for j, (path, given) in enumerate(ranges.items()):
        targets = Knobs(scenario, [path]).targets(0)
        if targets[0][0] == "parties" and targets[0][-1] in ATTRIBUTES:
            lever = _shift(scenario, path, targets, given, j)
            group, attribute = lever.knob.split(".")[1:]
            codes = [str(target[1]) for target in targets]
            scenario = scenario.set(f"groups.{group}", {"members": codes, attribute: 0.0})
        else:
            lever = _value(scenario, path, targets, given)
        found.append(lever)
    return scenario, tuple(found)


def parse_by(texts: Sequence[str]) -> dict[str, tuple[float, float] | None]:
    """Levers as written after ``--by``: ``demander.leverage`` or ``demander.leverage=0.5:1.3``.

    Raises
    ------
    SummitryError
        If one is neither, or given twice.
    """
    found: dict[str, tuple[float, float] | None] = {}
    for text in texts:
        path, sign, ends = text.partition("=")
        path = path.strip()
        if path in found:
            raise SummitryError(f"--by {path} is given twice")
        low, _, high = ends.partition(":")
        try:
            found[path] = (float(low), float(high)) if sign else None
        except ValueError:
            raise SummitryError(
                f"--by {text}: write KEY or KEY=FROM:TO, such as demander.leverage=0.5:1.3"
            ) from None
    return found


def _value(
    scenario: Scenario,
    path: str,
    targets: Sequence[DocumentPath],
    given: Sequence[float] | None,
) -> Lever:
    at, spread = _standing(scenario, targets[0])
    if any(_standing(scenario, target)[0] != at for target in targets):
        raise SummitryError(f"{path} names several values that differ; name one of them")
    low, high = _ends(path, given) if given is not None else _default(scenario, path)
    if given is not None and not low <= at <= high:
        raise SummitryError(
            f"the range of {path} must hold its present value, {at:g}; got {low:g} to {high:g}"
        )
    low, high = min(low, at), max(high, at)
    whole = inputs_of(scenario, {path: (low, high)})[0].whole
    lever = Lever(path, path, at, at, low, high, whole, spread)
    return lever if _can_move(scenario, lever) else replace(lever, spread=None)


def _can_move(scenario: Scenario, lever: Lever) -> bool:
    """Whether the distribution of a lever fits wherever the lever may go."""
    if lever.spread is None or lever.spread.kind == "beta":
        return False
    try:
        for end in (lever.low, lever.high):
            scenario.set(lever.path, lever.distribution(end))
    except SummitryError:
        return False
    return True


def _shift(
    scenario: Scenario,
    path: str,
    targets: Sequence[DocumentPath],
    given: Sequence[float] | None,
    j: int,
) -> Lever:
    centres = [_standing(scenario, target)[0] for target in targets]
    at = float(np.mean(centres))
    low, high = max(-SHIFT, -max(centres)), min(SHIFT, 1.0 - min(centres))
    if given is not None:
        ends = _ends(path, given)
        low, high = ends[0] - at, ends[1] - at
        if not low <= 0.0 <= high:
            raise SummitryError(
                f"the range of {path} must hold its present value, {at:.3g} on average; got "
                f"{ends[0]:g} to {ends[1]:g}"
            )
    names = set(scenario.loaded.resolved.groups)
    group = next(n for n in (f"lever_{k}" for k in range(j, j + 99)) if n not in names)
    return Lever(path, f"groups.{group}.{targets[0][-1]}", at, 0.0, low, high, False)


def _ends(path: str, given: Sequence[float]) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in given)
    except (TypeError, ValueError):
        raise SummitryError(f"{path}: give a range (low, high), got {given!r}") from None
    if not (np.isfinite([low, high]).all() and low < high):
        raise SummitryError(f"{path}: the range must be two rising numbers, got {given!r}")
    return low, high


def _default(scenario: Scenario, path: str) -> tuple[float, float]:
    usual = plausible_ranges().get(path)
    if usual:
        return min(usual), max(usual)
    ends = inputs_of(scenario, [path])[0].values(np.array(_TAILS))
    return float(ends[0]), float(ends[1])


def _standing(scenario: Scenario, target: DocumentPath) -> tuple[float, Distribution | None]:
    """The value of an input or the centre of its distribution, and that distribution."""
    value: Any = scenario.loaded.as_played()
    for step in target:
        inside = value.get(step) if isinstance(value, Mapping) else None
        if isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
            inside = value[step]
        value = inside
    if isinstance(value, Mapping) and ("dist" in value or set(value) & KINDS.keys()):
        quantity = parse_quantity(value, -1e9, 1e9)
        return float(centre(quantity)), quantity if isinstance(quantity, Distribution) else None
    if isinstance(value, str | Mapping):
        raise SummitryError(
            f"{format_path(target)} is no number that could be changed; name a number, such as "
            "demander.leverage"
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        path = format_path(target)
        scenario.set(path, 0.5)  # says what is wrong with the path, if anything is
        raise SummitryError(f"{path} has no number in this scenario that could be changed")
    return float(value), None
