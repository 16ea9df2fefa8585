"""The summary as plain text: one screen, aligned, readable without colour or special characters."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from .intervals import Proportion

if TYPE_CHECKING:
    from .summary import Grievance, Summary, TermSummary

WIDTH = 88
_NAME = 32
_BAR = 20
_MEMBERS = 5
_TERMS = 10
_CELL = 7


def write(s: Summary) -> str:
    """The summary in at most 88 columns and about 45 lines."""
    parts = [
        _head(s),
        _outcomes(s),
        _terms(s),
        _letters(s),
        _objectors(s),
        _holdouts(s),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part)


def _head(s: Summary) -> list[str]:
    return [
        _cut(s.title, WIDTH),
        f"{_runs(s.runs)}; brackets hold 95% intervals (Wilson) of the Monte Carlo error",
    ]


def _outcomes(s: Summary) -> list[str]:
    lines = ["How it ends"]
    for name, p in s.outcomes.items():
        if p.count or name != "adopted_over_objections":
            lines.append(_row(name.replace("_", " "), p, bar=True))
    lines.append(_row("any deal", s.deal, bar=True))
    if s.us_satisfied is not None:
        lines.append(_row("deal with the headline asked", s.us_satisfied, bar=True))
    if s.adoption is not None:
        a = s.adoption
        first, median, last = (_date(d) for d in a.dates)
        lines.append(
            f"  adopted on {median} (round {a.rounds[1]} of {a.of}; 90% of deals {first} to {last})"
        )
    return lines


def _terms(s: Summary) -> list[str]:
    if not s.deal.count:
        return ["The text: no run ended with a deal."]
    head = "".join(f"{h:>{_CELL}}" for h in ("5%", "25%", "median", "75%", "95%"))
    lines = [f"The text, given a deal{'':<{_NAME - 20}}{head}  most often"]
    for term in s.terms[:_TERMS]:
        lines.append(_levels(term) if term.levels else _quantiles(term))
        if term.absent is not None and term.absent.count and term.mode != "none":
            lines.append(f"    left out of the text in {percent(term.absent.share)} of deals")
    if len(s.terms) > _TERMS:
        lines.append(f"  and {len(s.terms) - _TERMS} more terms")
    return lines


def _quantiles(term: TermSummary) -> str:
    unit = f" ({term.unit})" if term.unit and len(term.name) + len(term.unit) < _NAME - 3 else ""
    cells = "".join(f" {_cut(number(q), _CELL - 1):>{_CELL - 1}}" for q in term.quantiles)
    mode = f"{number(term.mode)} {percent(term.mode_share.share)}"
    return f"  {_fit(term.name + unit)}{cells or ' ' * 5 * _CELL}  {mode}"


def _levels(term: TermSummary) -> str:
    shares = [
        f"{name} {percent(p.share)}"
        for name, p in sorted(term.levels.items(), key=lambda item: -item[1].count)
        if p.count
    ]
    room = WIDTH - _NAME - 5
    while len(", ".join(shares)) > room and len(shares) > 1:
        shares = [*shares[: -2 if shares[-1] == "..." else -1], "..."]
    return f"  {_fit(term.name)}   {_cut(', '.join(shares), room)}"


def _letters(s: Summary) -> list[str]:
    if not s.deal.count:
        return []
    some = [letter for letter in s.side_letters if letter.probability.count]
    if not some:
        return ["Side letters: nobody gets one in any deal."]
    lines = ["Who gets a side letter, given a deal"]
    lines += [_row(letter.name, letter.probability, bar=True) for letter in some[:_MEMBERS]]
    never = len(s.side_letters) - len(some)
    rest = [f"{len(some) - _MEMBERS} more less often"] if len(some) > _MEMBERS else []
    rest += [f"{never} never"] if never else []
    return [*lines, f"  {', '.join(rest)}"] if rest else lines


def _objectors(s: Summary) -> list[str]:
    if not s.objectors:
        return ["Nobody ever objects."]
    lines = ["Who objects longest (rounds in a run, mean and standard error; last named)"]
    for o in s.objectors[:_MEMBERS]:
        error = "" if math.isnan(o.standard_error) else f"+- {o.standard_error:.2f}"
        lines.append(f"  {_fit(o.name)}{o.rounds:6.1f}  {error:<16} {_grievance(o.grievance)}")
    return lines


def _holdouts(s: Summary) -> list[str]:
    if not s.holdouts:
        return []
    runs = s.runs - s.deal.count
    lines = [f"Who stands in the way where there is no deal ({_runs(runs)}; last named)"]
    for h in s.holdouts[:_MEMBERS]:
        lines.append(f"{_row(h.name, h.probability)}{_grievance(h.grievance)}")
    return lines


def _grievance(g: Grievance | None) -> str:
    if g is None:
        return "names no term"
    return f"{_cut(g.term, 21)} {g.direction}"


def _row(name: str, p: Proportion, bar: bool = False) -> str:
    interval = f"[{percent(p.low)}, {percent(p.high)}]"
    drawn = "#" * round(p.share * _BAR) if bar and p.of else ""
    return f"  {_fit(name)}{percent(p.share):>6}  {interval:<16} {drawn}"


def _fit(name: str) -> str:
    return f"{_cut(name, _NAME - 1):<{_NAME}}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def percent(share: float) -> str:
    """A share as a percentage with one decimal, never rounded to all or none; ``-`` for nan."""
    if math.isnan(share):
        return "-"
    if 0 < share < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= share < 1 else f"{100 * share:.1f}%"


def number(value: float | str | None) -> str:
    """A value of a term, without needless decimals."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.10g}"


def _runs(n: int) -> str:
    return f"{n:,} run" if n == 1 else f"{n:,} runs"


def _date(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
