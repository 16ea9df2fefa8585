"""The drafting grid: which values each term of the text may take."""

from dataclasses import dataclass
from decimal import Decimal

from .schema import Term

MAX_VALUES = 200

#: The terms that the ``burden`` model knows, with unit, sense of ambition and the value of a text
#: that leaves the term out (None: the scenario must have it).
BURDEN_TERMS: dict[str, tuple[str, int, float | None]] = {
    "core_pct_gdp": ("% GDP", 1, None),
    "broader_pct_gdp": ("% GDP", 1, 0.0),
    "deadline_year": ("year", -1, None),
    "annual_increment_pp": ("pp / year", 1, 0.0),
    "review_year": ("year", 1, 0.0),
    "wording": ("", 1, 1.0),
}


@dataclass(frozen=True)
class GridTerm:
    """One term on the drafting grid.

    Attributes
    ----------
    name, unit
        Name of the term, and its unit for labels.
    values
        The values that a text may give it; 0 stands for a text without the term.
    labels
        Names of the values where they have names (``wording``), else empty.
    opening
        Place of the first text.
    reference
        Value that holds without agreement, or None.
    ambition
        +1 where higher asks more of members, -1 where it asks less, 0 where neither.
    or_none
        Whether the last value stands for a text without the term.
    written
        False for a term that the scenario does not have; it is fixed and not reported.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    labels: tuple[str, ...]
    opening: int
    reference: float | None
    ambition: int
    or_none: bool
    written: bool = True

    def show(self, place: int) -> float | str | None:
        """A value as tables show it: a label, None for a text without the term, or the number."""
        if self.labels:
            return self.labels[place]
        if self.or_none and place == len(self.values) - 1:
            return None
        return self.values[place]


def _decimal(x: float) -> Decimal:
    return Decimal(repr(x))


def _steps(low: float, high: float, step: float) -> list[float]:
    d_low, d_step = _decimal(low), _decimal(step)
    count = int((_decimal(high) - d_low) / d_step) + 1
    return [float(d_low + d_step * j) for j in range(min(count, MAX_VALUES + 1))]


def _place(name: str, wanted: float | str, values: list[float], labels: list[str], or_none: bool) -> int:
    """Place of a value or label on the grid; ValueError in words if it is not there."""
    text = str(wanted)
    if labels:
        if text not in labels:
            raise ValueError(f"'{text}' is not a level of {name}; levels are {', '.join(labels)}")
        return labels.index(text)
    if text == "none":
        if not or_none:
            raise ValueError(f"{name} cannot be none; set or_none: true")
        return len(values) - 1
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a number") from None
    on_grid = values[:-1] if or_none else values
    if number not in on_grid:
        nearest = min(on_grid, key=lambda v: abs(v - number))
        raise ValueError(f"{number:g} is not on the drafting grid; the nearest value is {nearest:g}")
    return on_grid.index(number)


def grid_term(name: str, term: Term, burden: bool) -> GridTerm:
    """The drafting grid of one term.

    Raises
    ------
    GridError
        With the key that is wrong and what is wrong with it.
    """
    unit, ambition, _ = BURDEN_TERMS.get(name, ("", 0, None)) if burden else ("", 0, None)
    labels: list[str] = []
    if name == "wording" and burden or term.levels:
        labels = list(term.levels)
        values = list(term.levels.values())
        if not labels:
            raise GridError("levels", "wording needs levels, such as {aim_to: 0.6, we_commit: 1.0}")
        if sorted(values) != values or len(set(values)) != len(values):
            raise GridError("levels", "levels must be listed from the weakest to the strongest")
    elif term.fixed is not None:
        if term.fixed == "none":
            values = []
        elif isinstance(term.fixed, str):
            raise GridError("fixed", f"'{term.fixed}' is not a number")
        else:
            values = [term.fixed]
    else:
        if term.range is None:
            raise GridError("range", "is missing; give range: [smallest, largest]")
        if term.step is None:
            raise GridError("step", "is missing; give the step of the drafting grid")
        low, high = term.range
        if low > high:
            raise GridError("range", f"smallest value {low:g} is above the largest {high:g}")
        values = _steps(low, high, term.step)
    or_none = (term.or_none or term.fixed == "none") and not labels
    if or_none:
        values.append(0.0)
    if len(values) > MAX_VALUES:
        raise GridError("step", f"the drafting grid has more than {MAX_VALUES} values; take a larger step")
    if labels and term.fixed is not None:
        keep = _at("fixed", name, term.fixed, values, labels, or_none)
        values, labels = [values[keep]], [labels[keep]]
    if term.opening is not None:
        opening = _at("opening", name, term.opening, values, labels, or_none)
    elif len(values) == 1:
        opening = 0
    else:
        raise GridError("opening", "is missing; give the value in the first text")
    return GridTerm(
        name, term.unit or unit, tuple(values), tuple(labels), opening, term.reference, ambition, or_none
    )


def _at(key: str, name: str, wanted: float | str, values: list[float], labels: list[str], or_none: bool) -> int:
    try:
        return _place(name, wanted, values, labels, or_none)
    except ValueError as error:
        raise GridError(key, str(error)) from None


class GridError(ValueError):
    """What is wrong with a term, and at which of its keys."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def absent_term(name: str) -> GridTerm:
    """A term of the ``burden`` model that a scenario leaves out: fixed, and not reported."""
    unit, ambition, value = BURDEN_TERMS[name]
    if value is None:
        raise GridError("", f"the preference model burden needs the term {name}")
    return GridTerm(name, unit, (value,), (), 0, None, ambition, False, written=False)
