"""What does the text say: the distribution of each term over the runs with a deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from ..analysis import tally
from ..analysis.intervals import Proportion, wilson
from ..analysis.stopping import LEVEL
from ..analysis.summary_text import number, percent
from ..scenario.grid import GridTerm
from ..scenario.resolve import Resolved
from . import style

_PANEL = (3.6, 2.9)
_MOST_BARS, _BUNDLES = 41, 21
_MOST_LETTERS = 26
# Letters that fit side by side below a panel, and how far apart two numbers are at least.
_LETTERS, _BETWEEN = 31, 1.2


class _Drawn(NamedTuple):
    """Level of the intervals; none are drawn of one run."""

    level: float
    one: bool


@style.styled
def terms(
    runs: pd.DataFrame,
    scenario: Resolved,
    figure: Figure | SubFigure | None = None,
    *,
    reference: Mapping[str, float | str] | None = None,
    level: float = LEVEL,
) -> Figure | SubFigure:
    """What does the text say? The share of deals with each value, a panel for each term.

    Bars stand on the drafting grid, with Wilson intervals, several values to a bar where the grid
    is fine; a text that goes without a term counts as ``none``. A marker shows the first text.

    Parameters
    ----------
    runs
        Table of runs.
    scenario
        The scenario that was run.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    reference
        What really happened, by term, such as ``{"core_pct_gdp": 3.5, "wording": "we_commit"}``.
    level
        Confidence level of the intervals.

    Returns
    -------
    Figure or SubFigure
    """
    shown = tally.reported_terms(scenario, runs)
    reference, colours = reference or {}, style.term_colours(scenario)
    columns = _columns(len(shown))
    lines = -(-len(shown) // columns)
    if figure is None:
        figure = style.new_figure(max(_PANEL[0] * columns, 6.5), _PANEL[1] * lines + 1.3)
    drawn = _Drawn(level, one=len(runs) == 1)
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for ax, term in zip(panels, shown, strict=False):
        counts = tally.term_counts(term, runs)
        if term.name == tally.HEADLINE:
            term, counts = _near(term, counts)
        colour = colours.get(term.name, style.SLATE)
        _panel(ax, term, counts, reference.get(term.name), colour, drawn)
    for ax in panels[len(shown) :]:
        ax.remove()
    n, deals = len(runs), int(tally.deals(runs).sum())
    none = Proportion.measure(n - deals, n)
    note = f"{style.count(deals, 'deal')} of {style.runs_of(n)}; no deal in {percent(none.share)}"
    if n == 1:
        note = "one run"
    style.head(figure, "What does the text say?", note)
    handles = [_marker("opening", "first text")]
    if any(term.name in reference for term in shown):
        handles.append(_marker("reference", "what happened"))
    if deals and n > 1:
        handles.append(
            Line2D([], [], color=style.INK, linewidth=1.6, label=f"{level:.0%} interval")
        )
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _near(term: GridTerm, counts: np.ndarray, room: int = 4) -> tuple[GridTerm, np.ndarray]:
    """The part of a grid around what was adopted and opened with.

    The headline has no drafting grid of its own: most sums of core and broader never occur.
    """
    used = [term.opening, *np.flatnonzero(counts).tolist()]
    first, last = max(0, min(used) - room), max(used) + room + 1
    part = replace(term, values=term.values[first:last], opening=term.opening - first)
    return part, counts[first:last]


def _columns(n: int) -> int:
    if n <= 3:
        return n
    return {4: 2, 5: 3, 6: 3, 9: 3}.get(n, 4)


def _panel(
    ax: Axes,
    term: GridTerm,
    counts: np.ndarray,
    happened: float | str | None,
    colour: str,
    drawn: _Drawn,
) -> None:
    x = _positions(term)
    unit = style.two_lines(term.unit or ("level" if term.labels else "value"), 26)
    levels = [style.two_lines(style.words(label), 8) for label in term.labels]
    longest = max((len(line) for level in levels for line in level.split("\n")), default=0)
    sideways = len(levels) * longest > _MOST_LETTERS
    at = None if happened is None else _position(term, x, happened)
    if sideways:
        _bars(ax, x, counts, 0.7, colour, drawn, sideways=True)
        ax.set_yticks(x, [style.two_lines(style.words(label), 16) for label in term.labels])
        ax.set_ylim(-0.6, len(x) - 0.4)
        ax.set(xlabel="share of deals (%)", ylabel=unit)
    else:
        step = float(np.diff(x).min()) if len(x) > 1 else 1.0
        bundle = 1 if len(x) <= _MOST_BARS else -(-len(x) // _BUNDLES)
        bars = _bundled(x, counts, bundle, term.or_none)
        _bars(ax, *bars, 0.7 * step * bundle, colour, drawn, sideways=False)
        ends = [x[0], x[-1]] if at is None else [min(x[0], at), max(x[-1], at)]
        ax.set_xlim(ends[0] - 0.8 * step * bundle, ends[1] + 0.8 * step * bundle)
        ax.set_ylabel("share of deals (%)")
        ax.set_xlabel(unit if bundle == 1 else f"{unit}; a bar is {bundle} steps")
        if levels:
            ax.set_xticks(x, levels)
        else:
            _ticks(ax, term, x, counts)
    _mark(ax, "opening", x[term.opening], sideways)
    if at is not None:
        _mark(ax, "reference", at, sideways)
    ax.set_title(style.cut(term.name, 28), fontsize=13, pad=15)
    if not counts.sum():
        style.say(ax, "no deal" if drawn.one else "no deal in any run")


def _bars(
    ax: Axes,
    x: np.ndarray,
    counts: np.ndarray,
    width: float,
    colour: str,
    drawn: _Drawn,
    *,
    sideways: bool,
) -> None:
    """Shares of deals, upright or sideways, with their intervals unless there is only one run."""
    total = int(counts.sum())
    shares = counts / max(total, 1)
    low, high = np.array([wilson(int(c), total, drawn.level) for c in counts]).T
    seen = counts > 0
    error = [(shares - low)[seen], (high - shares)[seen]]
    if drawn.one:
        error = [np.zeros(seen.sum())] * 2
    bar: dict[str, Any] = {"color": colour, "edgecolor": style.INK, "linewidth": 0.6}
    line: dict[str, Any] = {"fmt": "none", "ecolor": style.INK, "elinewidth": 1.6}
    line["path_effects"] = [withStroke(linewidth=3.2, foreground="white")]
    limits = (0.0, 1.12 * float(high[seen].max()) if total else 1.0)
    if sideways:
        ax.barh(x, shares, height=width, **bar)
        ax.errorbar(shares[seen], x[seen], xerr=error, **line)
        ax.set_xlim(limits)
        ax.grid(axis="x")
        style.percent_axis(ax.xaxis)
    else:
        ax.bar(x, shares, width=width, **bar)
        ax.errorbar(x[seen], shares[seen], yerr=error, **line)
        ax.set_ylim(limits)
        ax.grid(axis="y")
        style.percent_axis(ax.yaxis)


def _bundled(
    x: np.ndarray, counts: np.ndarray, bundle: int, or_none: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Positions and counts of so many neighbouring values at a time; ``none`` stays alone."""
    if bundle == 1:
        return x, counts
    numbers = len(x) - or_none
    starts = np.arange(0, numbers, bundle)
    width = (bundle - 1) * (x[1] - x[0])
    centres = x[starts] + width / 2
    return (
        np.append(centres, x[numbers:]),
        np.append(np.add.reduceat(counts[:numbers], starts), counts[numbers:]),
    )


def _positions(term: GridTerm) -> np.ndarray:
    """Where each value stands: on its number, one after the other if they have names."""
    if term.labels:
        return np.arange(len(term.values), dtype=float)
    x = np.array(term.values)
    if term.or_none and len(x) > 1:
        step = x[1] - x[0] if len(x) > 2 else 1.0
        x[-1] = x[-2] + max(2 * step, 0.12 * (x[-2] - x[0]))
    return x


def _position(term: GridTerm, x: np.ndarray, value: float | str) -> float:
    if value == "none" and term.or_none:
        return float(x[-1])
    if term.labels:
        if value not in term.labels:
            raise ValueError(f"{value!r} is not a level of {term.name}: {', '.join(term.labels)}")
        return float(x[term.labels.index(str(value))])
    return float(value)


def _ticks(ax: Axes, term: GridTerm, x: np.ndarray, counts: np.ndarray) -> None:
    """Numbers where bars are, the highest first, then round ones, as far as they fit.

    A bar whose number does not fit has it a line lower, or a small mark as every value.
    """
    numbers = x[:-1] if term.or_none else x
    texts = [number(float(v)) for v in numbers] + ["none"] * term.or_none
    longest = max((len(text) for text in texts), default=1)
    apart = (longest + _BETWEEN) * np.ptp(x) / _LETTERS
    visible = [int(j) for j in np.argsort(-counts, kind="stable") if counts[j] > 0.01 * sum(counts)]
    bars = visible if len(x) <= _MOST_BARS else []
    round_ones = style.round_places(numbers.tolist(), max(1, _LETTERS // (longest + 2)))
    upper = list(range(len(numbers), len(x)))
    lower: list[int] = []

    def fits(j: int, named: list[int]) -> bool:
        return j not in named and all(abs(x[j] - x[i]) >= apart for i in named)

    for j in [*bars, term.opening, *round_ones]:
        if fits(j, upper):
            upper.append(j)
        elif j in bars and j not in upper and fits(j, lower):
            lower.append(j)
    ax.set_xticks(x[upper], [texts[j] for j in upper])
    ax.tick_params(axis="x", which="both", labelsize=11)
    if len(x) <= _MOST_BARS:
        rest = sorted(set(range(len(x))) - set(upper))
        ax.set_xticks(x[rest], [texts[j] if j in lower else "" for j in rest], minor=True)
        ax.tick_params(axis="x", which="minor", pad=17)


def _marker(kind: str, label: str = "") -> Line2D:
    opening = kind == "opening"
    return Line2D(
        [],
        [],
        linestyle="--" if opening else "-",
        linewidth=1.8,
        color=style.SOFT if opening else style.INK,
        marker="v" if opening else "D",
        markersize=8,
        markerfacecolor="white" if opening else style.INK,
        label=label,
    )


def _mark(ax: Axes, kind: str, at: float, sideways: bool) -> None:
    """A line across the axes at a value, with a marker at its end."""
    line = _marker(kind)
    line.set_transform(ax.get_yaxis_transform() if sideways else ax.get_xaxis_transform())
    # Not at the same height: the summit may end with the first text.
    reach = [0.0, 1.0 if kind == "opening" else 0.88]
    line.set_data((reach, [at, at]) if sideways else ([at, at], reach))
    line.set_markevery([1])
    line.set_clip_on(False)
    line.set_zorder(1.5 if kind == "opening" else 1.8)
    ax.add_line(line)
