"""What the room says in words, out of the one file that a translator edits.

The page keeps all its words in ``page/strings.en.js``; the last part of that file, ``server``, is
JSON and holds what this package says: news, objections, briefings, reasons, refusals. A sentence is
known by its English words, and what stands for them in the file is what people read.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ..analysis import words
from ..analysis.offers import Change
from ..scenario.grid import GridTerm

STRINGS = Path(__file__).parent / "page" / "strings.en.js"
_SERVER = re.compile(r"^export const server = (\{.*?^\});$", re.DOTALL | re.MULTILINE)
_PLEDGE = ("core_pct_gdp", "broader_pct_gdp")


@cache
def strings() -> Mapping[str, str]:
    """The sentences of the room by their English words."""
    found = _SERVER.search(STRINGS.read_text(encoding="utf-8"))
    assert found is not None  # a test reads the file
    told: dict[str, str] = json.loads(found[1])
    return told


def say(english: str, **values: object) -> str:
    """A sentence of the room.

    Parameters
    ----------
    english
        The sentence as it stands in the file of strings, with ``{name}`` for what is filled in.
    **values
        What is filled in. Without any, nothing is, and braces stay.
    """
    told = strings()[english]
    return told.format(**values) if values else told


def known(phrase: str) -> str:
    """A phrase that the package or a scenario words; one that the file does not hold stays."""
    return strings().get(phrase, phrase)


def label(term: GridTerm) -> str:
    """The name of a term; see :func:`sim.analysis.words.label`."""
    return known(words.label(term))


def value(term: GridTerm, place: int) -> str:
    """A value of a term with its unit; see :func:`sim.analysis.words.value`.

    An increment of nothing is none.
    """
    shown = term.show(place)
    if term.name == "annual_increment_pp" and not shown:
        return known("none")
    if isinstance(shown, int | float):
        return quantity(shown, term.unit)
    return known(words.value(term, place))


def quantity(number: float, unit: str) -> str:
    """A number with its unit; see :func:`sim.analysis.words.quantity`."""
    return words.quantity(number, unit if unit in ("year", "% GDP") else known(unit))


def wish(term: GridTerm, here: int, direction: int) -> str:
    """What an objector asks for; see :func:`sim.analysis.words.wish`."""
    return known(words.wish(term, here, direction))


def change(terms: Sequence[GridTerm], c: Change) -> str:
    """A change with both values; see :func:`sim.analysis.words.change`."""
    term = terms[c.term]
    return f"{label(term)} {value(term, c.before)} → {value(term, c.after)}"


def text(terms: Sequence[GridTerm], choice: Sequence[int]) -> str:
    """A whole text on one line; see :func:`sim.analysis.words.text_words`."""
    at = {t.name: (t, p) for t, p in zip(terms, choice, strict=True) if t.written}
    told = {name: _said(*found) for name, found in at.items()}
    if all(name in at and at[name][0].unit == "% GDP" for name in _PLEDGE):
        core, broader = (at[name] for name in _PLEDGE)
        headline = core[0].values[core[1]] + broader[0].values[broader[1]]
        told["core_pct_gdp"] = say(
            "{headline} of GDP = core {core} + broader {broader}",
            headline=quantity(headline, "% GDP"),
            core=value(*core),
            broader=value(*broader),
        )
        del told["broader_pct_gdp"]
    return "; ".join(told.values())


def _said(term: GridTerm, place: int) -> str:
    """A term with its value, within a text."""
    if term.show(place) is None or (term.name == "annual_increment_pp" and not term.values[place]):
        return known(f"no {words.label(term)}")
    if term.name == "wording" and term.labels:
        return value(term, place)
    return f"{label(term)} {value(term, place)}"


def day(date: dt.date) -> str:
    """A date as people write it: ``7 January 2025``."""
    return say("{day} {month} {year}", day=date.day, month=known(f"{date:%B}"), year=date.year)


def month(date: dt.date) -> str:
    """The month of a date as people write it: ``January 2025``."""
    return say("{month} {year}", month=known(f"{date:%B}"), year=date.year)


def listed(items: Sequence[str]) -> str:
    """Things in a row: ``A, B and C``."""
    if len(items) == 1:
        return items[0]
    return say("{some} and {last}", some=", ".join(items[:-1]), last=items[-1])
