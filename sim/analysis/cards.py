"""An ensemble as a small table for notebooks, with bars and sparklines and without any script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from . import tally
from .intervals import Proportion
from .summary import Summary, TermSummary
from .summary_text import number, percent

if TYPE_CHECKING:
    from ..ensemble import Ensemble

_WIDTH, _HEIGHT = 120, 22
_TERMS, _LETTERS = 10, 5
_LEFT = "style='text-align:left'"


def ensemble_html(ensemble: Ensemble) -> str:
    """How the runs end, what the text says and who gets a letter, as an HTML table.

    Bars and sparklines take the colour of the text, so they are seen on light and dark pages. All
    names are escaped.

    Parameters
    ----------
    ensemble
        The runs.

    Returns
    -------
    str
    """
    s = ensemble.summary(plausible=False)
    runs, _ = ensemble.counted
    counts = [
        tally.term_counts(term, runs)
        for term in tally.reported_terms(ensemble.scenario.loaded.resolved, runs)
    ]
    body = "".join([*_outcomes(s), *_terms(s, counts), *_letters(s)])
    some = f"{s.runs:,} runs" if s.runs > 1 else "one run"
    caption = (
        f"<caption {_LEFT}><b>{escape(s.title)}</b><br>{some}, seed {ensemble.seed}"
        f"{f'; brackets: {s.level:.0%} intervals' if s.runs > 1 else ''}</caption>"
    )
    return f"<table>{caption}{body}</table>"


def sparkline(counts: Sequence[int] | np.ndarray) -> str:
    """Counts as a row of bars in an inline SVG; at most 60 bars, neighbours added up."""
    heights = np.asarray(counts, dtype=float)
    apart = -(-len(heights) // 60)
    heights = np.add.reduceat(heights, np.arange(0, len(heights), apart))
    top = heights.max() or 1.0
    width = _WIDTH / len(heights)
    bars = "".join(
        f"<rect x='{j * width:.1f}' y='{_HEIGHT - _HEIGHT * h / top:.1f}' "
        f"width='{max(0.5, width - 1):.1f}' height='{_HEIGHT * h / top:.1f}'/>"
        for j, h in enumerate(heights)
        if h > 0
    )
    line = f"<rect y='{_HEIGHT}' width='{_WIDTH}' height='1' opacity='0.5'/>"
    return (
        f"<svg width='{_WIDTH}' height='{_HEIGHT + 1}' fill='currentColor' "
        f"aria-hidden='true'>{bars}{line}</svg>"
    )


def bar(share: float) -> str:
    """A share as a bar in an inline SVG."""
    width = 0.0 if np.isnan(share) else _WIDTH * share
    return (
        f"<svg width='{_WIDTH}' height='12' fill='currentColor' aria-hidden='true'>"
        f"<rect width='{_WIDTH}' height='12' opacity='0.15'/>"
        f"<rect width='{width:.1f}' height='12' opacity='0.75'/></svg>"
    )


def _head(*cells: str) -> str:
    return f"<tr>{''.join(f'<th {_LEFT}>{cell}</th>' for cell in cells)}</tr>"


def _row(name: str, text: str, figure: str) -> str:
    cells = f"<td {_LEFT}>{escape(name)}</td><td {_LEFT}>{escape(text)}</td>"
    return f"<tr>{cells}<td>{figure}</td></tr>"


def _share(p: Proportion) -> str:
    return f"{percent(p.share)} [{percent(p.low)}, {percent(p.high)}]"


def _outcomes(s: Summary) -> Iterator[str]:
    if s.runs == 1:
        (ended,) = (name for name, p in s.outcomes.items() if p.count)
        yield _row("how it ends", ended.replace("_", " "), "")
        return
    yield _head("how it ends", "share of runs", "")
    for name, p in s.outcomes.items():
        if p.count or name != "adopted_over_objections":
            yield _row(name.replace("_", " "), _share(p), bar(p.share))


def _terms(s: Summary, counts: Sequence[np.ndarray]) -> Iterator[str]:
    if not s.deal.count:
        return
    many = s.deal.count > 1
    yield _head("the text", "median (5% to 95%)" if many else "adopted", "all values" * many)
    for term, found in list(zip(s.terms, counts, strict=True))[:_TERMS]:
        name = f"{term.name} ({term.unit})" if term.unit else term.name
        text = _quantiles(term) if many else number(term.mode)
        yield _row(name, text, sparkline(found) if many else "")
    if len(s.terms) > _TERMS:
        yield _row(f"and {len(s.terms) - _TERMS} more terms", "", "")


def _quantiles(term: TermSummary) -> str:
    if not term.quantiles:
        return "left out"
    low, *_, high = term.quantiles
    median = term.quantiles[len(term.quantiles) // 2]
    text = number(median) if low == high else f"{number(median)} ({number(low)} to {number(high)})"
    if term.absent is not None and term.absent.count:
        text += f"; left out in {percent(term.absent.share)}"
    return text


def _letters(s: Summary) -> Iterator[str]:
    if not s.deal.count:
        return
    some = [letter for letter in s.side_letters if letter.probability.count]
    if s.runs == 1:
        yield _row("side letters", ", ".join(letter.name for letter in some) or "nobody", "")
        return
    yield _head("side letters", "share of deals" if some else "nobody", "")
    for letter in some[:_LETTERS]:
        p = letter.probability
        yield _row(letter.name, _share(p), bar(p.share))
    if len(some) > _LETTERS:
        yield _row(f"and {len(some) - _LETTERS} more members", "", "")
