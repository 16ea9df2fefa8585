"""Constraints between terms, such as ``grants + loans == 750``, read from text.

A constraint is linear: sums and differences of terms, each with a number before it, on both sides
of ``==``, ``<=`` or ``>=``. It is read by a grammar of its own; nothing in a scenario is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, lcm

from ..errors import quote
from .grid import GridTerm
from .naming import Fault
from .spelling import nearest

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign>==|<=|>=|[-+*=<>]))"
)
_RELATIONS = ("==", "<=", ">=")
_FORM = "write it like grants + loans == 750 or 2*grants - loans <= 100"


class ConstraintError(ValueError):
    """What is wrong with a constraint, in words for its author."""


@dataclass(frozen=True)
class Linear:
    """A linear constraint: the sum over terms of weight x value, and how it compares to 0."""

    weights: Mapping[str, Fraction]
    constant: Fraction
    relation: str


@dataclass(frozen=True)
class Binding:
    """A constraint as the engines count it, in steps of the drafting grid.

    Attributes
    ----------
    steps
        What one step of each term adds to the left side; whole numbers.
    most
        The most that the left side may come to, counted from the lowest values; None for an
        equality, which the opening text keeps and every change keeps with it.
    """

    steps: tuple[int, ...]
    most: int | None


def read_constraint(text: str) -> Linear:
    """Read one constraint.

    Raises
    ------
    ConstraintError
        If the text is no linear constraint.

    Examples
    --------
    >>> read_constraint("grants + loans == 750").constant
    Fraction(-750, 1)
    """
    tokens = list(_tokens(text))
    relations = [t for t in tokens if t in _RELATIONS]
    if len(relations) != 1:
        raise ConstraintError(f"needs one of ==, <= and >=, got {quote(text)}; {_FORM}")
    at = tokens.index(relations[0])
    weights: dict[str, Fraction] = {}
    constant = Fraction(0)
    for side, part in ((1, tokens[:at]), (-1, tokens[at + 1 :])):
        for name, number in _sum(part, text):
            if name is None:
                constant += side * number
            else:
                weights[name] = weights.get(name, Fraction(0)) + side * number
    weights = {name: weight for name, weight in weights.items() if weight}
    if not weights:
        raise ConstraintError(f"names no term, got {quote(text)}; {_FORM}")
    return Linear(weights, constant, relations[0])


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ConstraintError(f"cannot be read at {quote(text[place:].strip())}; {_FORM}")
        found = match.group().strip()
        if found in ("=", "<", ">"):
            raise ConstraintError(f"has a single '{found}'; write one of ==, <= and >=")
        yield found
        place = match.end()


def _sum(tokens: list[str], text: str) -> Iterator[tuple[str | None, Fraction]]:
    """The summands of one side: a term (None for a plain number) with the number before it."""
    if not tokens:
        raise ConstraintError(f"has nothing on one side, got {quote(text)}; {_FORM}")
    place = 0
    while place < len(tokens):
        sign = Fraction(1)
        if tokens[place] in "+-":
            sign = Fraction(-1 if tokens[place] == "-" else 1)
            place += 1
        elif place > 0:
            raise ConstraintError(f"lacks + or - before {quote(tokens[place])}; {_FORM}")
        factors = [_take(tokens, place, text)]
        place += 1
        while place < len(tokens) and tokens[place] == "*":
            factors.append(_take(tokens, place + 1, text))
            place += 2
        names = [f for f in factors if not f[0].isdigit() and f[0] != "."]
        if len(names) > 1:
            raise ConstraintError(f"multiplies {names[0]} by {names[1]}; it must be linear")
        number = sign
        for factor in factors:
            if factor not in names:
                number *= Fraction(Decimal(factor))
        yield (names[0] if names else None), number


def _take(tokens: list[str], place: int, text: str) -> str:
    if place >= len(tokens) or tokens[place] in "+-*":
        raise ConstraintError(f"lacks a number or a term, got {quote(text)}; {_FORM}")
    return tokens[place]


def bindings(
    constraints: tuple[str, ...], terms: tuple[GridTerm, ...], faults: list[Fault]
) -> tuple[Binding, ...]:
    """The constraints of a scenario in steps of its drafting grid.

    Parameters
    ----------
    constraints
        As written.
    terms
        The terms; each that a constraint names must move by equal steps.
    faults
        What is found to be wrong is added here, with its place.
    """
    found = []
    for j, text in enumerate(constraints):
        try:
            found.append(_binding(read_constraint(text), terms, text))
        except ConstraintError as error:
            faults.append((("constraints", j), str(error)))
    return tuple(b for b in found if any(b.steps))


def _binding(line: Linear, terms: tuple[GridTerm, ...], text: str) -> Binding:
    known = {term.name: term for term in terms}
    lowest, first = line.constant, line.constant
    steps: list[Fraction] = []
    for name in line.weights:
        if name not in known:
            near = nearest(name, list(known))
            hint = f" (did you mean '{near}'?)" if near else ""
            raise ConstraintError(f"{quote(name)} is not a term of this scenario{hint}")
    for term in terms:
        weight = line.weights.get(term.name, Fraction(0))
        if weight and (term.labels or term.or_none):
            raise ConstraintError(f"{term.name} has words or may be left out; it cannot be bound")
        values = [_exact(value) for value in term.values]
        step = values[1] - values[0] if len(values) > 1 else Fraction(0)
        steps.append(weight * step)
        lowest += weight * values[0]
        first += weight * values[term.opening]
    if line.relation == ">=":
        steps, lowest, first = [-s for s in steps], -lowest, -first
    if (first != 0) if line.relation == "==" else (first > 0):
        shown = ", ".join(f"{n} {known[n].show(known[n].opening)}" for n in line.weights)
        raise ConstraintError(f"the opening text does not keep {quote(text)}: it has {shown}")
    scale = lcm(*(s.denominator for s in steps))
    whole = tuple(int(s * scale) for s in steps)
    return Binding(whole, None if line.relation == "==" else floor(-lowest * scale))


def _exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(value)))
