"""A discovery as plain text of one screen, and as a small table for notebooks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from ..cards import bar
from ..inputs import Input
from ..intervals import Proportion
from ..summary_text import WIDTH, percent
from .boxes import FoundBox, Worth

if TYPE_CHECKING:
    from .study import Discovery

_INPUTS = 8


def limit(given: Input, low: float, high: float) -> str:
    """The limits of one input in words, such as ``demander.leverage below 0.62``."""
    if given.whole or given.among:
        # Limits lie half-way between the values that there are.
        low, high = _inside(given, low, high)
        if low == high:
            return f"{given.path} = {low:g}"
        below, above = "at most", "at least"
    else:
        below, above = "below", "above"
    if not math.isfinite(low):
        return f"{given.path} {below} {high:.4g}"
    if not math.isfinite(high):
        return f"{given.path} {above} {low:.4g}"
    return f"{given.path} from {low:.4g} to {high:.4g}"


def _inside(given: Input, low: float, high: float) -> tuple[float, float]:
    """The first and last value between two limits; infinite where there is no limit."""
    if not given.among:
        return float(np.ceil(low)), float(np.floor(high))
    held = [value for value in given.among if low <= value <= high]
    return held[0] if math.isfinite(low) else low, held[-1] if math.isfinite(high) else high


def write(d: Discovery) -> str:
    """The discovery in at most 88 columns."""
    return "\n\n".join("\n".join(part) for part in (_head(d), *_boxes(d), _tree(d)) if part)


def interval(p: Proportion) -> str:
    """A share with its interval, such as ``12.0% [10.1%, 14.2%]``."""
    return f"{percent(p.share)} [{percent(p.low)}, {percent(p.high)}]"


def _wrapped(text: str, indent: int = 2) -> str:
    return fill(
        text, WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )


def _head(d: Discovery) -> list[str]:
    half = len(d.test.y)
    return [
        _wrapped(f"Where does it happen: {d.event.text}?"),
        _wrapped(f"{d.scenario.title}; seed {d.seed}"),
        _wrapped(
            f"{d.runs:,} runs, each at a point of its own among {_count(d.inputs)}: {half:,} to "
            f"find where, {half:,} held out to measure it; brackets: 95% intervals (Wilson)",
        ),
        *(_wrapped(f"  {i.path}: {i.about}", 4) for i in d.inputs[:_INPUTS]),
        *([f"  and {len(d.inputs) - _INPUTS} more inputs"] if len(d.inputs) > _INPUTS else []),
        f"It happens at {interval(d.test.rate)} of the points held out.",
    ]


def _count(inputs: tuple[Input, ...]) -> str:
    return f"{len(inputs)} input{'s' if len(inputs) > 1 else ''}"


def _boxes(d: Discovery) -> Iterator[list[str]]:
    if not d.boxes.boxes:
        asked = d.options["density"]
        dense = "" if asked is None else f" with a density of {percent(asked)} or more"
        yield [
            _wrapped(
                f"No box{dense}: with so many runs, no corner that holds 5% of the cases is told "
                "from chance."
            )
        ]
        return
    for number, box in enumerate(d.boxes.boxes, 1):
        yield _box(d, number, box)
    if len(d.boxes.boxes) > 1 and d.boxes.together is not None:
        yield _worth("All boxes together", d.boxes.together, d)


def _box(d: Discovery, number: int, b: FoundBox) -> list[str]:
    rest = " (of what is left)" if number > 1 else ""
    lines = _worth(f"Box {number}{rest}", b.worth, d)
    said = [limit(d.inputs[j], *b.box.sides[j]) for j in b.box.restricted]
    width = min(max(len(text) for text in said) + 2, WIDTH - 14)
    for j, text in zip(b.box.restricted, said, strict=True):
        p = float(np.nanmax(b.p_values[j]))
        lines.append(f"  {text:<{width}}{_p(p)}")
    density, coverage = percent(b.found.density.share), percent(b.found.coverage.share)
    return [*lines, f"  (where it was found: {density} of its points, {coverage} of all cases)"]


def _worth(what: str, w: Worth, d: Discovery) -> list[str]:
    lift = w.density.share / d.test.rate.share
    times = f", {lift:.1f} times as often as everywhere" if math.isfinite(lift) else ""
    return [
        _wrapped(f"{what}: it happens at {interval(w.density)} of its points{times}."),
        f"  It holds {interval(w.coverage)} of all cases "
        f"and {percent(w.mass.share)} of all points.",
    ]


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _tree(d: Discovery) -> list[str]:
    if len(d.leaves) == 1:
        return [_wrapped("The tree has no branch that predicts: it stays with the overall share.")]
    lines = ["As a tree, most frequent first (share of its points; share of all points)"]
    for leaf in sorted(d.leaves, key=lambda leaf: -leaf.worth.density.share):
        head = f"  {interval(leaf.worth.density):<24} {percent(leaf.worth.mass.share):>6}  "
        lines.append(_wrapped(head + d.said(leaf.box), len(head)))
    return lines


def html(d: Discovery) -> str:
    """The boxes as a table with bars for density and coverage."""
    caption = (
        f"<caption style='text-align:left'>Where does it happen: <b>{escape(d.event.text)}</b>? "
        f"{escape(d.scenario.title)}<br>{d.runs:,} runs, half of them held out; it happens at "
        f"{escape(interval(d.test.rate))} of the points</caption>"
    )
    names = ("box", "density", "", "coverage", "", "mass")
    heads = "".join(f"<th style='text-align:left'>{name}</th>" for name in names)
    rows = [(d.said(b.box), b.worth) for b in d.boxes.boxes]
    if len(rows) > 1 and d.boxes.together is not None:
        rows.append(("all boxes together", d.boxes.together))
    body = "".join(_html_row(text, worth) for text, worth in rows)
    if not rows:
        body = "<tr><td colspan='6'>no box</td></tr>"
    return f"<table>{caption}<tr>{heads}</tr>{body}</table>"


def _html_row(text: str, w: Worth) -> str:
    cells = [f"<td style='text-align:left'>{escape(text)}</td>"]
    for p in (w.density, w.coverage):
        cells.append(f"<td>{escape(interval(p))}</td><td>{bar(p.share)}</td>")
    return f"<tr>{''.join(cells)}<td>{escape(percent(w.mass.share))}</td></tr>"
