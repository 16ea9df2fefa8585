"""The drafting grid: which values each term of the text may take."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from ..errors import quote
from .coefficients import Pledge
from .document import Scalar
from .schema import Term
from .spelling import nearest
from .types import Real

MAX_VALUES = 200
_REAL: TypeAdapter[float] = TypeAdapter(Real)

#: The terms that the ``pledge`` model knows, with unit, sense of ambition and the value of a text
#: that leaves the term out (None: the scenario must have it).
PLEDGE_TERMS: dict[str, tuple[str, int, float | None]] = {
    "core_pct_gdp": ("% GDP", 1, None),
    "broader_pct_gdp": ("% GDP", 1, 0.0),
    "deadline_year": ("year", -1, None),
    "annual_increment_pp": ("pp / year", 1, 0.0),
    "review_year": ("year", 1, 0.0),
    "wording": ("", 1, 1.0),
}


#: Words that diplomats know, by strength (``soft``: a coefficient) and whether they are a floor,
#: which binds without a date. A text in force may use them even if no draft may.
KNOWN_WORDS: dict[str, tuple[float | str, bool]] = {
    "aim_to": ("soft", False),
    "allies_commit": (0.9, False),
    "we_commit": (1.0, False),
    "at_least": (1.0, True),
}
#: What soft words are worth in tables: the coefficient's default.
SOFT = float(Pledge().soft)  # type: ignore[arg-type]


class InForce(NamedTuple):
    """Value of a term in the text in force."""

    value: float
    """The value, or the strength of words."""
    soft: bool = False
    """Whether the strength is that of soft words, a coefficient."""
    floor: bool = False
    """Whether the words are a floor."""


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
    in_force
        Value in the text in force, or None if the scenario gives none.
    ambition
        +1 where higher asks more of members, -1 where it asks less, 0 where neither.
    or_none
        Whether the last value stands for a text without the term.
    soft, floors
        Of levels: whether the strength is that of soft words, and whether the words are a floor.
    written
        False for a term that the scenario does not have; it is fixed and not reported.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    labels: tuple[str, ...]
    opening: int
    in_force: InForce | None
    ambition: int
    or_none: bool
    soft: tuple[bool, ...] = ()
    floors: tuple[bool, ...] = ()
    written: bool = True

    def place(self, wanted: float | str, key: str) -> int:
        """Place of a value or label that a key of the scenario holds.

        Raises
        ------
        GridError
            If it is not on the drafting grid.
        """
        values, labels = list(self.values), list(self.labels)
        return _at(key, self.name, wanted, values, labels, self.or_none)

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
    """The values from low to high, exact in decimals."""
    d_low, d_high, d_step = _decimal(low), _decimal(high), _decimal(step)
    count = int((d_high - d_low) / d_step) + 1
    if count > MAX_VALUES:
        raise GridError(
            "step", f"the drafting grid has more than {MAX_VALUES} values; take a larger step"
        )
    values = [d_low + d_step * j for j in range(count)]
    if values[-1] != d_high:
        raise GridError(
            "step",
            f"{step:g} does not divide the range: from {low:g} it leads to {values[-1]:g}, "
            f"not to {high:g}",
        )
    return [float(v) for v in values]


def _values(name: str, term: Term, pledge: bool) -> tuple[list[float], list[str]]:
    """The values of a term, and their labels where they have names."""
    if (name == "wording" and pledge) or term.levels:
        labels = list(term.levels)
        values = [SOFT if v == "soft" else float(v) for v in term.levels.values()]
        if not labels:
            raise GridError(
                "levels", "wording needs levels, such as {aim_to: soft, we_commit: 1.0}"
            )
        if sorted(values) != values or len(set(values)) != len(values):
            raise GridError("levels", "levels must be listed from the weakest to the strongest")
        for key in ("range", "step"):
            if getattr(term, key) is not None:
                raise GridError(key, f"a term has either levels or a {key}")
        if term.or_none:
            raise GridError("or_none", "a term with levels cannot be left out; add a weak level")
        if term.fixed is None:
            return values, labels
        keep = _at("fixed", name, term.fixed, values, labels, False)
        return [values[keep]], [labels[keep]]
    if term.fixed is not None:
        return [] if term.fixed == "none" else [_number("fixed", term.fixed)], []
    if term.range is None:
        raise GridError("range", "is missing; give range: [smallest, largest]")
    if term.step is None:
        raise GridError("step", "is missing; give the step of the drafting grid")
    low, high = term.range
    if low > high:
        raise GridError("range", f"the smallest value {low:g} is above the largest {high:g}")
    return _steps(low, high, term.step), []


def _number(key: str, wanted: float | str) -> float:
    # A field that takes a number or a word holds text here, unquoted or not.
    try:
        return _REAL.validate_python(Scalar(wanted) if isinstance(wanted, str) else wanted)
    except ValidationError as error:
        raise GridError(key, error.errors(include_url=False)[0]["msg"]) from None


def _at(
    key: str, name: str, wanted: float | str, values: list[float], labels: list[str], or_none: bool
) -> int:
    """Place of the value or label that a key of the term holds."""
    if labels:
        text = str(wanted)
        if text not in labels:
            near = nearest(text, labels)
            hint = f" (did you mean '{near}'?)" if near else ""
            raise GridError(
                key, f"{quote(text)} is not a level of {name}; levels are {', '.join(labels)}{hint}"
            )
        return labels.index(text)
    if wanted == "none":
        if not or_none:
            raise GridError(key, f"{name} cannot be none; set or_none: true")
        return len(values) - 1
    number = _number(key, wanted)
    on_grid = values[:-1] if or_none else values
    if number not in on_grid:
        words = f"{number:g} is not on the drafting grid"
        if on_grid:
            words += f"; the nearest value is {min(on_grid, key=lambda v: abs(v - number)):g}"
        raise GridError(key, words)
    return on_grid.index(number)


def grid_term(name: str, term: Term, pledge: bool) -> GridTerm:
    """The drafting grid of one term.

    Parameters
    ----------
    name
        Name of the term.
    term
        As the scenario writes it.
    pledge
        Whether the preference model is ``pledge``, which knows its terms.

    Raises
    ------
    GridError
        With the key that is wrong and what is wrong with it.
    """
    unit, ambition, _ = PLEDGE_TERMS.get(name, ("", 0, None)) if pledge else ("", 0, None)
    values, labels = _values(name, term, pledge)
    or_none = term.or_none or term.fixed == "none"
    if or_none:
        values.append(0.0)
    if term.opening is not None:
        opening = _at("opening", name, term.opening, values, labels, or_none)
    elif len(values) == 1:
        opening = 0
    else:
        raise GridError("opening", "is missing; give the value in the first text")
    for floor in term.floors:
        if floor not in term.levels:
            raise GridError("floors", f"{quote(floor)} is not a level of {name}")
    return GridTerm(
        name=name,
        unit=term.unit or unit,
        values=tuple(values),
        labels=tuple(labels),
        opening=opening,
        in_force=_in_force(name, term, pledge),
        ambition=ambition,
        or_none=or_none,
        soft=tuple(term.levels[label] == "soft" for label in labels),
        floors=tuple(label in term.floors for label in labels),
    )


def _in_force(name: str, term: Term, pledge: bool) -> InForce | None:
    """The value of a term in the text in force; it need not be one that a draft may take."""
    found = term.in_force
    if found is None:
        return InForce(0.0) if pledge and term.or_none else None
    if term.levels:
        label = str(found)
        if label in term.levels:
            strength: float | str = term.levels[label]
            floor = label in term.floors
        elif label in KNOWN_WORDS:
            strength, floor = KNOWN_WORDS[label]
        else:
            known = [*term.levels, *(w for w in KNOWN_WORDS if w not in term.levels)]
            near = nearest(label, known)
            hint = f" (did you mean '{near}'?)" if near else ""
            raise GridError(
                "in_force", f"{quote(label)} is not known; words are {', '.join(known)}{hint}"
            )
        soft = strength == "soft"
        return InForce(SOFT if soft else float(strength), soft, floor)
    if found == "none":
        if not pledge:
            raise GridError("in_force", "only a spending pledge can be in force without a term")
        return InForce(0.0)
    return InForce(_number("in_force", found))


class GridError(ValueError):
    """What is wrong with a term, and at which of its keys."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def absent_term(name: str) -> GridTerm:
    """A term of the ``pledge`` model that a scenario leaves out: fixed, and not reported.

    Raises
    ------
    GridError
        If the model cannot do without the term.
    """
    unit, ambition, value = PLEDGE_TERMS[name]
    if value is None:
        raise GridError("", f"is missing; the preference model pledge needs the term {name}")
    return GridTerm(
        name=name,
        unit=unit,
        values=(value,),
        labels=(),
        opening=0,
        in_force=InForce(value),
        ambition=ambition,
        or_none=False,
        soft=(False,) if name == "wording" else (),
        floors=(False,) if name == "wording" else (),
        written=False,
    )
