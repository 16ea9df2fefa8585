"""Terms, texts, changes and members in plain words."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence

from ..scenario.grid import GridTerm
from .offers import Change

WIDTH = 100
_LABELS = {
    "core_pct_gdp": "core spending",
    "broader_pct_gdp": "broader spending",
    "deadline_year": "deadline",
    "annual_increment_pp": "annual increment",
    "review_year": "review",
    "wording": "wording",
}
_PLEDGE = {"core_pct_gdp", "broader_pct_gdp"}
#: Attributes of members in words.
ATTRIBUTES = {
    "threat_perception": "threat perception",
    "fiscal_room": "fiscal room",
    "us_pressure_sensitivity": "sensitivity to pressure",
    "domestic_constraint": "domestic constraint",
}
# (lower, higher) of terms whose direction has a better word.
_DIRECTIONS = {
    "deadline_year": ("an earlier", "a later"),
    "annual_increment_pp": ("a smaller", "a larger"),
    "review_year": ("an earlier", "a later"),
    "wording": ("softer", "stronger"),
}


def label(term: GridTerm) -> str:
    """The name of a term in words: ``core spending`` for ``core_pct_gdp``."""
    return _LABELS.get(term.name, term.name.replace("_", " "))


def value(term: GridTerm, place: int) -> str:
    """A value of a term with its unit; ``none`` for a text without the term or its increment."""
    shown = term.show(place)
    if shown is None or (term.name == "annual_increment_pp" and not shown):
        return "none"
    if isinstance(shown, str):
        return f"“{shown.replace('_', ' ')}”"
    return quantity(shown, term.unit)


def quantity(number: float, unit: str) -> str:
    """A number with its unit, such as ``3.5%`` (of GDP), ``0.2 pp / year`` or ``2032``."""
    if unit == "year":
        return f"{number:.0f}"
    # Values on the drafting grid are short decimals; twelve digits show them as they are.
    rounded = f"{number:.12g}"
    return rounded + ("%" if unit == "% GDP" else f" {unit}" if unit else "")


def change(terms: Sequence[GridTerm], c: Change) -> str:
    """A change with both values: ``core spending 5% → 4.75%``."""
    term = terms[c.term]
    return f"{label(term)} {value(term, c.before)} → {value(term, c.after)}"


def target(terms: Sequence[GridTerm], changes: Iterable[Change]) -> str:
    """Where changes lead: ``core spending 3% and deadline 2032``."""
    return " and ".join(f"{label(terms[c.term])} {value(terms[c.term], c.after)}" for c in changes)


def wish(term: GridTerm, here: int, direction: int) -> str:
    """What an objector asks for: ``lower core spending``, ``a later deadline``, ``no review``."""
    if term.or_none:
        if here == len(term.values) - 1:
            return f"a {label(term)} at all"
        if here + direction == len(term.values) - 1:
            return f"no {label(term)}"
    words = _DIRECTIONS.get(term.name, ("lower", "higher"))
    return f"{words[0] if direction < 0 else words[1]} {label(term)}"


def limits(term: GridTerm, places: Sequence[int]) -> str:
    """Values of a term in words: ``up to 3.5%``, ``2032 or later, or none``, ``nothing``."""
    if not places:
        return "nothing"
    if len(places) == len(term.values):
        return "anything"
    last = len(term.values) - 1 - term.or_none
    found = []
    for first, end in _runs([p for p in places if p <= last]):
        low, high = value(term, first), value(term, end)
        more = "later" if term.unit == "year" else "stronger" if term.labels else "more"
        if first == end:
            found.append(low)
        elif first == 0:
            found.append(f"up to {high}")
        elif end == last:
            found.append(f"{low} or {more}")
        else:
            found.append(f"{low} to {high}")
    if term.or_none and last + 1 in places:
        found.append("none")
    if found == [f"up to {value(term, last)}"]:
        return "anything but none"
    return ", or ".join(found)


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of neighbouring places."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def chance(odds: float) -> str:
    """Odds as a percentage that never says never: ``12%``, ``below 1%``, ``above 99%``."""
    if odds < 0.01:
        return "below 1%"
    return "above 99%" if 0.99 < odds < 1.0 else f"{100 * odds:.0f}%"


def text_words(terms: Sequence[GridTerm], choice: Sequence[int]) -> str:
    """A whole text on one line: ``5% of GDP = core 3.5% + broader 1.5%; deadline 2035; ...``."""
    words = {t.name: _term_words(t, p) for t, p in zip(terms, choice, strict=True) if t.written}
    if words.keys() >= _PLEDGE and all(t.unit == "% GDP" for t in terms if t.name in _PLEDGE):
        core, broader = ((t, p) for t, p in zip(terms, choice, strict=True) if t.name in _PLEDGE)
        headline = core[0].values[core[1]] + broader[0].values[broader[1]]
        split = f"core {value(*core)} + broader {value(*broader)}"
        words["core_pct_gdp"] = f"{quantity(headline, '% GDP')} of GDP = {split}"
        del words["broader_pct_gdp"]
    return "; ".join(words.values())


def _term_words(term: GridTerm, place: int) -> str:
    if term.show(place) is None or (term.name == "annual_increment_pp" and not term.values[place]):
        return f"no {label(term)}"
    if term.labels:
        return (
            value(term, place) if term.name == "wording" else f"{label(term)} {value(term, place)}"
        )
    return f"{label(term)} {value(term, place)}"


def day(date: dt.date) -> str:
    """A date as people write it: ``7 January 2025``."""
    return f"{date.day} {date:%B %Y}"


def count(n: int, one: str, many: str | None = None) -> str:
    """A number of things: ``1 member``, ``2 members``."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def listed(items: Sequence[str]) -> str:
    """Things in a row: ``A, B and C``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def codes(members: Sequence[str], most: int = 16) -> str:
    """Codes of members in a row; a long list is cut with the number left out."""
    if len(members) <= most:
        return ", ".join(members)
    return f"{', '.join(members[:most])} and {len(members) - most} more"


def paragraph(text: str, indent: int = 2, hang: int = 2) -> str:
    """A text wrapped to the width, its first line indented and the rest a little more."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_on_hyphens=False,
    )


def heading(text: str, line: str = "-") -> str:
    """A heading, underlined; wrapped if it is long."""
    lines = textwrap.wrap(text, WIDTH)
    return "\n".join([*lines, line * max(len(part) for part in lines)])
