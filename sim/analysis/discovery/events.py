"""Events: what may happen in a run, written as ``no_deal or n_side_letters >= 3``."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ...batch.points import PointResults
from ...batch.tables import OUTCOMES
from ...errors import SummitryError, quote
from ...scenario.resolve import Resolved
from ...scenario.spelling import nearest
from .. import tally

_SIGNS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip
_COMPARISON = re.compile(r"\s*([\w.]+)\s*(<=|>=|==|!=|<|>|=)\s*([\w.+-]+)\s*")
_LETTER = "side_letter."
_COUNTS = ("n_side_letters", "adopted_round")


@dataclass(frozen=True)
class Event:
    """Something that happens in a run or not.

    Attributes
    ----------
    text
        As written.
    parts
        Alternatives, of which each is a list of conditions that must all be met: name, sign and
        value, or a name alone.
    """

    text: str
    parts: tuple[tuple[tuple[str, str, str], ...], ...]

    @property
    def needs_letters(self) -> bool:
        """Whether it asks who holds a side letter."""
        return any(name.startswith(_LETTER) for part in self.parts for name, _, _ in part)

    def happens(self, played: PointResults) -> np.ndarray:
        """Whether it happens in each run, bool, shape (points, replicates)."""
        either = np.zeros(played.adopted_round.shape, dtype=bool)
        for part in self.parts:
            every = np.ones_like(either)
            for condition in part:
                every &= _meets(played, *condition)
            either |= every
        return either


def parse_event(text: str, scenario: Resolved) -> Event:
    """Read an event.

    Parameters
    ----------
    text
        Conditions joined by ``and`` and ``or`` (``and`` binds closer). A condition is an outcome
        (``deal``, ``no_deal``, ``consensus`` ...), ``side_letter.ESP`` (that member has one), or a
        comparison of ``n_side_letters``, ``adopted_round``, ``headline_pct_gdp`` or a term of the
        text with a number or one of its levels: ``core_pct_gdp < 3.5``, ``wording = aim_to``.
        Levels are ordered as the scenario lists them. Of a run without a deal only ``no_deal`` is
        true.
    scenario
        The scenario to be played.

    Raises
    ------
    SummitryError
        If it cannot be read, with what is allowed.
    """
    if not isinstance(text, str) or not text.strip():
        raise SummitryError(f"an event is a text such as 'no_deal', got {text!r}")
    parts = [re.split(r"\band\b", part) for part in re.split(r"\bor\b", text)]
    if not all(piece.strip() for part in parts for piece in part):
        raise SummitryError(
            f"event {quote(text)}: 'and' and 'or' stand between two conditions, such as "
            "'no_deal or n_side_letters >= 3'"
        )
    return Event(
        " ".join(text.split()),
        tuple(tuple(_condition(piece, scenario) for piece in part) for part in parts),
    )


def _condition(text: str, scenario: Resolved) -> tuple[str, str, str]:
    match = _COMPARISON.fullmatch(text)
    name, sign, value = match.groups() if match else (text.strip(), "", "")
    if not sign and re.search("[<>=!]", text):
        raise SummitryError(
            f"event {quote(text.strip())}: write a name, one of {', '.join(_SIGNS)}, and one "
            "value, such as n_side_letters >= 3"
        )
    if not sign:
        codes = [p.code for p in scenario.members]
        letters = [_LETTER + code for code in codes]
        if name not in ("deal", *OUTCOMES, *letters):
            what = "deal, " + ", ".join([*OUTCOMES, f"{_LETTER}{codes[0]}"])
            raise SummitryError(
                f"event {quote(name)}: write one of {what}, or a comparison such as "
                f"n_side_letters >= 3{_letter(name, scenario) or _hint(name, ('deal', *OUTCOMES))}"
            )
        return name, "", ""
    terms = {term.name: term for term in scenario.terms if term.written}
    names = _comparable(scenario)
    if name not in names:
        raise SummitryError(
            f"event {quote(text.strip())}: what can be compared is {', '.join(names)}"
            f"{_hint(name, names)}"
        )
    labels = terms[name].labels if name in terms else ()
    if labels and value not in labels:
        raise SummitryError(
            f"event {quote(text.strip())}: the levels of {name} are {', '.join(labels)}"
            f"{_hint(value, labels)}"
        )
    if not labels:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise SummitryError(f"event {quote(text.strip())}: {value!r} is no number")
    return name, sign, value


def is_number(text: str, scenario: Resolved) -> bool:
    """Whether a text is the name of a number that comes out, such as ``core_pct_gdp``."""
    labelled = {term.name for term in scenario.terms if term.labels}
    return isinstance(text, str) and text in _comparable(scenario) and text not in labelled


def _comparable(scenario: Resolved) -> list[str]:
    """What can be compared with a value."""
    terms = [term.name for term in scenario.terms if term.written]
    both = "core_pct_gdp" in terms and "broader_pct_gdp" in terms
    return [*_COUNTS, *terms, *([tally.HEADLINE] if both else [])]


def _letter(name: str, scenario: Resolved) -> str:
    """A "did you mean" for the side letter of a member that is called in another way."""
    if not name.startswith(_LETTER):
        return ""
    codes = {word: p.code for p in scenario.members for word in (p.code, p.name.casefold())}
    asked = name.removeprefix(_LETTER)
    code = codes.get(asked.casefold()) or nearest(asked.upper(), [p.code for p in scenario.members])
    return f" (did you mean '{_LETTER}{code}'?)" if code else ""


def _hint(name: str, names: Iterable[str]) -> str:
    near = nearest(name, tuple(names))
    return f" (did you mean '{near}'?)" if near else ""


def _meets(played: PointResults, name: str, sign: str, value: str) -> np.ndarray:
    deal = played.adopted
    if not sign:
        if name == "deal":
            return deal
        if name in OUTCOMES:
            return np.asarray(played.outcome == OUTCOMES.index(name))
        assert played.letters is not None  # they were asked for, see needs_letters
        return deal & played.letters[:, :, played.codes.index(name.removeprefix(_LETTER))]
    if name in played.labels:
        place = played.labels[name].index(value)
        return deal & _SIGNS[sign](played.levels[name], place)
    numbers = played.terms[name] if name in played.terms else getattr(played, name)
    # Sums of steps of the drafting grid carry rounding errors: 3.5 must equal 3.5.
    met = _SIGNS[sign](np.round(numbers, 9), float(value))
    return np.asarray(deal & met & ~np.isnan(numbers))
