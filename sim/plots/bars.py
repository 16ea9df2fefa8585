"""How does it end, and who gets a side letter: shares of runs as bars with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from ..analysis import tally
from ..analysis.intervals import Proportion
from ..analysis.stopping import LEVEL
from ..analysis.summary_text import left_out, percent
from ..batch.tables import OUTCOMES
from . import style

# Fill and hatch of each outcome, from light to dark.
_LOOK = {
    "consensus": (style.PALE, ""),
    "consensus_with_side_letters": (style.SLATE, ""),
    "adopted_over_objections": (style.SLATE, "xx"),
    "no_deal": (style.DARK, ""),
}


# The part of an interval that lies on a dark bar must be seen as well.
_HALO = [withStroke(linewidth=3.6, foreground="white")]


@style.styled
def outcomes(runs: pd.DataFrame, ax: Axes | None = None, *, level: float = LEVEL) -> Axes:
    """How does the summit end? The share of runs of each outcome, with Wilson intervals.

    Parameters
    ----------
    runs
        Table of runs.
    ax
        Where to draw; a new figure if not given.
    level
        Confidence level of the intervals.

    Returns
    -------
    Axes
    """
    count = np.bincount(tally.codes(runs["outcome"], OUTCOMES), minlength=len(OUTCOMES))
    # Nothing is adopted over objections under consensus: such a bar would only puzzle.
    shown = [
        (o, Proportion.measure(c, len(runs), level))
        for o, c in zip(OUTCOMES, count, strict=True)
        if c or o != "adopted_over_objections"
    ]
    ax = style.axes_or_new(ax, 9, 0.7 * len(shown) + 1.9)
    _bars(ax, [p for _, p in shown], [_LOOK[o] for o, _ in shown], len(runs))
    style.rows(ax, [style.sentence(style.words(o)) for o, _ in shown], width=18)
    ax.set_xlabel("Share of runs (%)")
    style.head(ax, "How does the summit end?", _counted(style.runs_of(len(runs)), len(runs), level))
    return ax


@style.styled
def side_letters(
    members: pd.DataFrame,
    runs: pd.DataFrame,
    names: Mapping[str, str],
    ax: Axes | None = None,
    *,
    top: int = 15,
    level: float = LEVEL,
) -> Axes:
    """Who gets a side letter? Its probability by member given a deal, with Wilson intervals.

    Parameters
    ----------
    members, runs
        Tables of members and runs.
    names
        Full names of all members by code, in any order.
    ax
        Where to draw; a new figure if not given.
    top
        How many members are shown; those that never get one are only counted.
    level
        Confidence level of the intervals.

    Returns
    -------
    Axes
    """
    codes = list(names)
    counts = tally.letters(members, runs, codes)
    deals = int(tally.deals(runs).sum())
    order = np.argsort(-counts, kind="stable")
    shown = [i for i in order[:top] if counts[i]]
    ax = style.axes_or_new(ax, 9, 0.38 * max(len(shown), 2) + 1.9)
    shares = [Proportion.measure(counts[i], deals, level) for i in order if counts[i]]
    _bars(ax, shares[:top], [(style.SLATE, "")] * len(shown), len(runs))
    style.rows(ax, [names[codes[i]] for i in shown])
    ax.set_xlabel("Probability of a side letter, given a deal (%)")
    n = len(runs)
    printed = [percent(p.share) for p in shares]
    rest = left_out(printed, top, "less often", len(codes) - len(shares))
    counted = f"{style.count(deals, 'deal')} of {style.runs_of(n)}" if n > 1 else style.runs_of(n)
    note = _counted(counted, n, level)
    if shown:
        note = "\n".join(filter(None, [note, rest]))
    else:
        ax.set_yticks([])
        ax.set_xlim(0, 1)
        style.say(ax, "no member" if deals else "no deal")
    style.head(ax, "Who gets a side letter?", note)
    return ax


def _counted(what: str, runs: int, level: float) -> str:
    return f"{what}; lines: {level:.0%} intervals" if runs > 1 else what


def _bars(
    ax: Axes, shares: Sequence[Proportion], looks: Sequence[tuple[str, str]], runs: int
) -> None:
    """Horizontal bars and, for more than one run, intervals and a column with the numbers."""
    for row, (p, (colour, hatch)) in enumerate(zip(shares, looks, strict=True)):
        share = p.share if p.of else 0.0
        ax.barh(row, share, height=0.68, color=colour, hatch=hatch, edgecolor="white", linewidth=0)
        if runs == 1:
            continue
        ax.errorbar(
            p.share,
            row,
            xerr=[[max(0.0, share - p.low)], [max(0.0, p.high - share)]],
            color=style.INK,
            capsize=4,
            linewidth=1.6,
            path_effects=_HALO,
        )
    ax.grid(axis="x")
    ax.set_xlim(0, min(1.0, 1.08 * max((p.high for p in shares), default=1.0)))
    style.percent_axis(ax.xaxis)
    if runs > 1:
        style.value_column(ax, [f"{percent(p.share)}\u2002({_range(p)})" for p in shares])


def _range(p: Proportion) -> str:
    return f"{percent(p.low)}\u2013{percent(p.high)}".replace("%\u2013", "\u2013")
