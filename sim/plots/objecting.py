"""Who objects: how long and to what, and when each member comes on board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from ..analysis import tally
from ..analysis.summary_text import left_out
from ..scenario.resolve import Resolved
from . import style
from .trace import trace

_REST = "#bdbdbd"
# A smaller share of all objections cannot be seen, and is not worth a line in the legend.
_VISIBLE = 0.01


@style.styled
def blockers(
    rounds: pd.DataFrame,
    scenario: Resolved,
    figure: Figure | SubFigure | None = None,
    *,
    top: int = 15,
    of: int | None = None,
) -> Figure | SubFigure:
    """Who objects? :func:`objections` and :func:`on_board` of the same members, side by side.

    Parameters
    ----------
    rounds
        Table of rounds of one or more traced runs.
    scenario
        The scenario that was run.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    top
        How many members are shown.
    of
        Number of runs of which these are the first, if there are more.

    Returns
    -------
    Figure or SubFigure
    """
    if figure is None:
        figure = style.new_figure(14.5, 0.36 * min(max(len(scenario.members), 5), top) + 2.9)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1))
    handles = _objections(rounds, scenario, left, top, of)
    _on_board(rounds, scenario, right, top, of)
    right.tick_params(labelleft=False)  # the rows are those at the left
    if handles:
        long = sum(len(str(handle.get_label())) + 8 for handle in handles) > 130
        figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=-(-len(handles) // 2) if long else len(handles),
            title=_legend_title(rounds),
            title_fontsize=12,
        )
    return figure


@style.styled
def objections(
    table: pd.DataFrame, scenario: Resolved, ax: Axes | None = None, *, top: int = 15
) -> Axes:
    """Who objects most, and to what? Rounds of objection by member, stacked by term and direction.

    Parameters
    ----------
    table
        Table of rounds (each objection counts for the term that it names), or table of members
        (all objections of a run count for the term that the member named last).
    scenario
        The scenario that was run.
    ax
        Where to draw; a new figure if not given.
    top
        How many members are shown.

    Returns
    -------
    Axes
    """
    shown = min(top, len(scenario.members))
    ax = style.axes_or_new(ax, 9, 0.38 * max(shown, 4) + 3.2)
    handles = _objections(table, scenario, ax, top)
    if handles:
        below = ScaledTranslation(0, -0.75, ax.figure.dpi_scale_trans)
        ax.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.4, 0),
            bbox_transform=ax.transAxes + below,
            ncols=2,
            title=_legend_title(table),
            title_fontsize=12,
        )
    return ax


def _legend_title(table: pd.DataFrame) -> str:
    return "term last named in the run" if "objections" in table else "term named"


def _objections(
    table: pd.DataFrame, scenario: Resolved, ax: Axes, top: int, of: int | None = None
) -> list[Patch]:
    """Draw the bars, and return what a legend explains."""
    n = table["replication"].nunique()
    total = _named(table, scenario) / n
    per_member = total.sum(axis=(1, 2))
    shown = _longest(per_member, top)
    left = np.zeros(len(shown))
    stack = _stack(total[shown], scenario)
    for amount, colour, hatch in stack:
        ax.barh(
            range(len(shown)),
            amount,
            left=left,
            height=0.74,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.6,
        )
        left += amount
    style.rows(ax, [scenario.members[i].name for i in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.grid(axis="x")
    ax.set_xlim(0, 1.04 * float(left.max()) if shown else 1.0)
    ax.set_xlabel("rounds in which it breaks silence" + (" (mean per run)" if n > 1 else ""))
    if n == 1:
        ax.locator_params(axis="x", integer=True)
    printed = [f"{r:.{n > 1:d}f}" for r in -np.sort(-per_member[per_member > 0])]
    rest = left_out(printed, top, "less", int((per_member == 0).sum()))
    note = "\n".join(filter(None, [style.first_of(n, of), rest]))
    style.head(ax, "Who objects most, and to what?", note)
    if not shown:
        ax.set_yticks([])
        style.say(ax, "nobody ever objects")
    return _handles(stack, scenario)


def _handles(stack: Sequence[tuple[np.ndarray, str, str]], scenario: Resolved) -> list[Patch]:
    """Terms by colour, then directions by hatch; of what is drawn."""
    seen = 0.2 * _VISIBLE * sum(float(amount.sum()) for amount, _, _ in stack)
    colours = {colour for amount, colour, _ in stack if amount.sum() > seen}
    handles = [
        Patch(color=colour, linewidth=0, label=style.cut(name, 28))
        for name, colour in style.term_colours(scenario).items()
        if colour in colours
    ]
    if _REST in colours:
        handles.append(Patch(color=_REST, linewidth=0, label="other or none"))
    hatches = {hatch for _, colour, hatch in stack if colour != _REST}
    handles += [
        Patch(facecolor=style.SOFT, hatch=hatch, edgecolor="white", label=f"wants it {direction}")
        for direction, hatch in style.HATCH.items()
        if hatch in hatches
    ]
    return handles


def _longest(rounds: np.ndarray, top: int) -> list[int]:
    """Places of the members that object longest, ties in order of the scenario."""
    return [int(i) for i in np.argsort(-rounds, kind="stable")[:top] if rounds[i] > 0]


def _named(table: pd.DataFrame, scenario: Resolved) -> np.ndarray:
    """Rounds of objection by member, term named and direction; see `tally.blocking`."""
    if "objections" in table:
        return tally.blocking(table, scenario, table["objections"].to_numpy(dtype=float), "last_")
    objects = ~table["accepts"].fillna(True).to_numpy(dtype=bool)
    return tally.blocking(table[objects], scenario, np.ones(int(objects.sum())))


def _stack(total: np.ndarray, scenario: Resolved) -> list[tuple[np.ndarray, str, str]]:
    """What is stacked, in order of the scenario: length by member, colour and hatch."""
    colours = style.term_colours(scenario)
    parts, rest = [], total.sum(axis=(1, 2))
    for j, term in enumerate(scenario.terms):
        for d, direction in enumerate(tally.DIRECTIONS):
            amount = total[:, j, d]
            if term.name in colours and amount.sum() > _VISIBLE * total.sum():
                parts.append((amount, colours[term.name], style.HATCH[direction]))
                rest = rest - amount
    if rest.sum() > 1e-9:
        parts.append((np.maximum(rest, 0.0), _REST, ""))
    return parts


@style.styled
def on_board(
    rounds: pd.DataFrame, scenario: Resolved, ax: Axes | None = None, *, top: int = 15
) -> Axes:
    """Who is on board when? The share of runs in which a member lets the text pass, by date.

    Members are ordered as in :func:`objections`; a run that is over keeps its last answers.

    Parameters
    ----------
    rounds
        Table of rounds of one or more traced runs.
    scenario
        The scenario that was run.
    ax
        Where to draw; a new figure if not given.
    top
        How many members are shown, those that object longest.

    Returns
    -------
    Axes
    """
    ax = style.axes_or_new(ax, 9, 0.38 * max(min(top, len(scenario.members)), 4) + 2.2)
    _on_board(rounds, scenario, ax, top)
    return ax


def _on_board(
    rounds: pd.DataFrame, scenario: Resolved, ax: Axes, top: int, of: int | None = None
) -> None:
    shown = _longest(_named(rounds, scenario).sum(axis=(1, 2)), top)
    data = trace(rounds, scenario)
    ax.set_xlabel("date of the round")
    style.head(
        ax,
        "Who is on board when?",
        f"{style.first_of(data.runs, of)}\na run that is over keeps its last answers"
        if data.runs > 1
        else "one run\ndark: it lets the text pass",
    )
    if not shown:
        ax.set_yticks([])
        style.say(ax, "everybody, always")
        return
    share = data.on_board.mean(axis=0).T[shown]
    image = ax.imshow(
        share, cmap=style.UPWARD, vmin=0, vmax=1, aspect="auto", interpolation="nearest"
    )
    style.rows(ax, [scenario.members[i].name for i in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_yticks(np.arange(len(shown) - 1) + 0.5, minor=True)
    ax.grid(axis="y", which="minor", color="white", linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    places = style.sparse(range(len(scenario.dates)), 6)
    ax.set_xticks(places, [_day(scenario.dates[j]) for j in places])
    if data.runs == 1:
        return
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, label="% of runs")
    style.percent_axis(bar.ax.yaxis)
    bar.outline.set_visible(False)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}\n{day.year}"
