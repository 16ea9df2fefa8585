"""The summary as plain text: one screen, aligned, readable without colour or special characters."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from . import tally
from .intervals import Proportion
from .stopping import LEVEL

if TYPE_CHECKING:
    from .summary import Adoption, Grievance, Summary, TermSummary

WIDTH = 88
_NAME = 32
_BAR = 20
_MEMBERS = 5
_TERMS = 10
_CELL = 7
#: What several outcomes have in common, in words.
_ENDS = {"deal": "any deal", "demander_satisfied": "deal with the headline asked"}
#: (lower, higher) of terms whose direction has a better word.
_DIRECTIONS = {
    "deadline_year": ("earlier", "later"),
    "review_year": ("earlier", "later"),
    "annual_increment_pp": ("smaller", "larger"),
    "wording": ("softer", "stronger"),
}


def write(s: Summary) -> str:
    """The summary in at most 88 columns and about 50 lines."""
    parts = [
        _head(s),
        _outcomes(s),
        _terms(s),
        _letters(s),
        _objectors(s),
        _holdouts(s),
        _unknown(s),
        _plausible(s),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part)


def _head(s: Summary) -> list[str]:
    counted = f"{_runs(s.runs)}; brackets hold 95% intervals (Wilson) of the Monte Carlo error"
    if s.level != LEVEL:
        counted = (
            f"{_runs(s.runs)}; brackets: Wilson intervals of {s.level:.0%}, of which 95% hold the "
            "truth\nalthough the results decided when to stop"
        )
    return [_cut(s.title, WIDTH), counted if s.runs > 1 else "one run"]


def _outcomes(s: Summary) -> list[str]:
    lines = ["How it ends"]
    if s.runs == 1:
        (ended,) = (name for name, p in s.outcomes.items() if p.count)
        asked = {None: "", 0: ", below the headline asked", 1: ", with the headline asked"}
        met = s.demander_satisfied.count if s.demander_satisfied and s.deal.count else None
        lines.append(f"  {ended.replace('_', ' ')}{asked[met]}")
        return lines + _adopted(s)
    for name, p in s.outcomes.items():
        if p.count or name != "adopted_over_objections":
            lines.append(_row(name.replace("_", " "), p, bar=True))
    lines.append(_row(_ENDS["deal"], s.deal, bar=True))
    if s.demander_satisfied is not None:
        lines.append(_row(_ENDS["demander_satisfied"], s.demander_satisfied, bar=True))
    return lines + _adopted(s)


def _adopted(s: Summary) -> list[str]:
    if s.adoption is None:
        return []
    first, median, last = (_date(d) for d in s.adoption.dates)
    spread = ""
    if s.deal.count > 1:
        days = "on that day" if first == last else f"{first} to {last}"
        spread = f"; 90% of deals {days}"
    return [f"  adopted on {median} ({_when(s.adoption)}{spread})"]


def _when(a: Adoption) -> str:
    """The round of the median; several on the last day are its drafts."""
    draft = a.rounds[1] - (a.of - a.drafts)
    if draft > 0 and a.drafts > 1:
        return f"draft {draft} of the last day"
    return f"round {a.rounds[1]} of {a.of}"


def _terms(s: Summary) -> list[str]:
    if not s.deal.count:
        return ["The text: no run ended with a deal."] if s.runs > 1 else []
    if s.deal.count == 1:
        shown = [f"  {_fit(_name(term))}  {number(term.mode)}" for term in s.terms[:_TERMS]]
        return ["The text that was adopted", *shown, *_more(s)]
    head = "".join(f"{h:>{_CELL}}" for h in ("5%", "25%", "median", "75%", "95%"))
    lines = [f"The text, given a deal{'':<{_NAME - 20}}{head}  most often"]
    for term in s.terms[:_TERMS]:
        lines.append(_levels(term) if term.levels else _quantiles(term))
        if term.absent is not None and term.absent.count and term.mode != "none":
            lines.append(f"    left out of the text in {percent(term.absent.share)} of deals")
    return lines + _more(s)


def _more(s: Summary) -> list[str]:
    more = len(s.terms) - _TERMS
    return [f"  and {more} more terms"] if more > 0 else []


def _name(term: TermSummary) -> str:
    room = term.unit and len(term.name) + len(term.unit) < _NAME - 3
    return f"{term.name} ({term.unit})" if room else term.name


def _quantiles(term: TermSummary) -> str:
    cells = "".join(f" {_cut(number(q), _CELL - 1):>{_CELL - 1}}" for q in term.quantiles)
    mode = f"{number(term.mode)} {percent(term.mode_share.share)}"
    return f"  {_fit(_name(term))}{cells or ' ' * 5 * _CELL}  {mode}"


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
        return ["Side letters: nobody gets one" + (" in any deal." if s.runs > 1 else ".")]
    if s.runs == 1:
        return ["Who gets a side letter", *(f"  {x.name}" for x in some[:_MEMBERS]), *_rest(some)]
    lines = ["Who gets a side letter, given a deal"]
    lines += [_row(x.name, x.probability, bar=True) for x in some[:_MEMBERS]]
    printed = [percent(x.probability.share) for x in some]
    rest = left_out(printed, _MEMBERS, "less often", len(s.side_letters) - len(some))
    return [*lines, f"  {rest}"] if rest else lines


def _objectors(s: Summary) -> list[str]:
    if not s.objectors:
        return ["Nobody ever objects."]
    what = "rounds in a run, mean and standard error" if s.runs > 1 else "rounds"
    lines = [f"Who objects longest ({what}; last named)"]
    printed = [f"{o.rounds:.1f}" if s.runs > 1 else f"{o.rounds:.0f}" for o in s.objectors]
    for o, rounds in zip(s.objectors[:_MEMBERS], printed, strict=False):
        error = "" if math.isnan(o.standard_error) else f"+- {o.standard_error:.2f}"
        lines.append(f"  {_fit(o.name)}{rounds:>6}  {error:<16} {_grievance(o.grievance)}")
    rest = left_out(printed, _MEMBERS, "less", len(s.side_letters) - len(s.objectors))
    return [*lines, f"  {rest}"] if rest else lines


def _holdouts(s: Summary) -> list[str]:
    if not s.holdouts:
        return []
    if s.runs == 1:
        shown = [f"  {_fit(h.name)}{_grievance(h.grievance)}" for h in s.holdouts[:_MEMBERS]]
        return ["Who stands in the way at the end (last named)", *shown, *_rest(s.holdouts)]
    runs = s.runs - s.deal.count
    lines = [f"Who stands in the way where there is no deal ({_runs(runs)}; last named)"]
    for h in s.holdouts[:_MEMBERS]:
        lines.append(f"{_row(h.name, h.probability)}{_grievance(h.grievance)}")
    printed = [percent(h.probability.share) for h in s.holdouts]
    rest = left_out(printed, _MEMBERS, "less often", len(s.side_letters) - len(s.holdouts))
    return [*lines, f"  {rest}"] if rest else lines


def _unknown(s: Summary) -> list[str]:
    if not s.unknown:
        return []
    told = ", ".join(f"{party} ({', '.join(terms)})" for party, terms in s.unknown.items())
    return wrap(f"Positions that nobody knows, drawn in each run: {told}.", WIDTH)


def _plausible(s: Summary) -> list[str]:
    if s.plausible is None or s.runs == 1:
        return []
    p = s.plausible
    head = "".join(f"{h:>{_CELL + 1}}" for h in ("here", "5%", "median", "95%"))
    lines = [
        f"How much hangs on the coefficients ({p.draws} draws of plausible ones, "
        f"{_runs(p.runs)} each)",
        f"  {_fit('')}{head} of the draws",
    ]
    here = {**s.outcomes, "deal": s.deal, "demander_satisfied": s.demander_satisfied}
    for name, shares in p.shares.items():
        found = here[name]
        if found is not None and (found.count or any(shares)):
            cells = "".join(f"{percent(x):>{_CELL + 1}}" for x in (found.share, *shares))
            lines.append(f"  {_fit(_ENDS.get(name, name.replace('_', ' ')))}{cells}")
    return [*lines, f"  a deal is more likely than not in {p.likely} of the {p.draws} draws"]


def _rest(some: Sequence[object]) -> list[str]:
    more = len(some) - _MEMBERS
    return [f"  and {more} more"] if more > 0 else []


def left_out(printed: Sequence[str], shown: int, less: str, never: int) -> str:
    """What is said of members that a ranking leaves out, ties among them first.

    Parameters
    ----------
    printed
        What is printed for each member that counts, largest first: two are level if it is equal.
    shown
        How many of them the ranking shows.
    less
        Word for less than that: ``less often``.
    never
        Members for whom nothing is counted.

    Returns
    -------
    str
        Such as ``27 others level at 26.0, 3 less often, 2 never``; empty if nobody is left out.
    """
    left = printed[shown:]
    level = sum(text == printed[shown - 1] for text in left)
    parts = [(level, f"level at {left[0]}" if level else ""), (len(left) - level, less)]
    said = [(n, what) for n, what in [*parts, (never, "never")] if n]
    others = [" others" if n > 1 else " other" for n, _ in said[:1]] + [""] * 2
    return ", ".join(f"{n}{word} {what}" for (n, what), word in zip(said, others, strict=False))


def _grievance(g: Grievance | None) -> str:
    if g is None:
        return "names no term"
    words = _DIRECTIONS.get(g.term, tally.DIRECTIONS)
    return f"{_cut(g.term, 21)} {words[tally.DIRECTIONS.index(g.direction)]}"


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
