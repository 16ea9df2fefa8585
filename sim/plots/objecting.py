"""Who objects: how long and to what, and when each member comes on board."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.transforms import ScaledTranslation

from ..analysis import tally
from ..scenario.resolve import Resolved
from . import style
from .trace import trace

_LOOKS = (
    (style.BLUE, ""),
    (style.YELLOW, ""),
    (style.VERMILLION, "//"),
    (style.SKY, ".."),
    (style.PURPLE, "\\\\"),
    (style.GREEN, "xx"),
    (style.ORANGE, "--"),
)
_REST = ("#bdbdbd", "")
# A smaller share of all objections cannot be seen, and is not worth a line in the legend.
_VISIBLE = 0.01


@style.styled
def blockers(
    rounds: pd.DataFrame,
    scenario: Resolved,
    figure: Figure | SubFigure | None = None,
    *,
    top: int = 15,
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

    Returns
    -------
    Figure or SubFigure
    """
    if figure is None:
        figure = style.new_figure(14.5, 0.36 * min(max(len(scenario.members), 5), top) + 3.0)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    objections(rounds, scenario, left, top=top)
    on_board(rounds, scenario, right, top=top)
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
    n = table["replication"].nunique()
    total = _named(table, scenario) / n
    per_member = total.sum(axis=(1, 2))
    shown = _longest(per_member, top)
    ax = style.axes_or_new(ax, 9, 0.38 * max(len(shown), 4) + 3.0)
    left = np.zeros(len(shown))
    for label, amount, (colour, hatch) in _stack(total[shown], scenario):
        ax.barh(
            range(len(shown)),
            amount,
            left=left,
            height=0.74,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.6,
            label=label,
        )
        left += amount
    style.rows(ax, [scenario.members[i].name for i in shown])
    ax.grid(axis="x")
    ax.set_xlim(0, 1.04 * float(left.max()) if shown else 1.0)
    by = "last named in the run" if "objections" in table else "named"
    ax.set_xlabel("rounds in which it breaks silence (mean per run)")
    rest = int((per_member > 0).sum()) - len(shown)
    never = int((per_member == 0).sum())
    parts = (style.others(rest, "less often"), style.others(never, "never"))
    note = "; ".join(filter(None, [style.runs_of(n), ", ".join(filter(None, parts))]))
    style.head(ax, "Who objects most, and to what?", note)
    if shown:
        below = ScaledTranslation(0, -0.75, ax.figure.dpi_scale_trans)
        ax.legend(
            loc="upper center",
            bbox_to_anchor=(0.4, 0),
            bbox_transform=ax.transAxes + below,
            ncols=2,
            title=f"term {by}",
            title_fontsize=12,
        )
    else:
        ax.set_yticks([])
        style.say(ax, "nobody ever objects")
    return ax


def _longest(rounds: np.ndarray, top: int) -> list[int]:
    """Places of the members that object longest, ties in order of the scenario."""
    return [int(i) for i in np.argsort(-rounds, kind="stable")[:top] if rounds[i] > 0]


def _named(table: pd.DataFrame, scenario: Resolved) -> np.ndarray:
    """Rounds of objection by member, term named and direction; see `tally.blocking`."""
    if "objections" in table:
        return tally.blocking(table, scenario, table["objections"].to_numpy(dtype=float), "last_")
    objects = ~table["accepts"].fillna(True).to_numpy(dtype=bool)
    return tally.blocking(table[objects], scenario, np.ones(int(objects.sum())))


def _stack(total: np.ndarray, scenario: Resolved) -> list[tuple[str, np.ndarray, tuple[str, str]]]:
    """What is stacked: label, length by member and look, the most frequent objection first."""
    flat = total.reshape(len(total), -1)
    named = flat[:, :-2].sum(axis=0)
    order = np.argsort(-named, kind="stable")[: len(_LOOKS)]
    frequent = [int(j) for j in order if named[j] > _VISIBLE * flat.sum()]
    parts = []
    for j, look in zip(frequent, _LOOKS, strict=False):
        name, direction = scenario.terms[j // 2].name, tally.DIRECTIONS[j % 2]
        parts.append((f"{style.cut(name, 24)}: {direction}", flat[:, j], look))
    rest = flat.sum(axis=1) - flat[:, frequent].sum(axis=1)
    if rest.sum() > 1e-9:
        label = "other or none" if rest.sum() > 0.2 * _VISIBLE * flat.sum() else "_unseen"
        parts.append((label, np.maximum(rest, 0.0), _REST))
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
    shown = _longest(_named(rounds, scenario).sum(axis=(1, 2)), top)
    data = trace(rounds, scenario)
    ax = style.axes_or_new(ax, 9, 0.38 * max(len(shown), 4) + 2.2)
    ax.set_xlabel("date of the round")
    style.head(
        ax,
        "Who is on board when?",
        f"{style.runs_of(data.runs)}; a run that is over keeps its last answers",
    )
    if not shown:
        ax.set_yticks([])
        style.say(ax, "everybody, always")
        return ax
    share = data.on_board.mean(axis=0).T[shown]
    image = ax.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    style.rows(ax, [scenario.members[i].name for i in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_yticks(np.arange(len(shown) - 1) + 0.5, minor=True)
    ax.grid(axis="y", which="minor", color="white", linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    places = style.sparse(range(len(scenario.dates)), 6)
    ax.set_xticks(places, [_day(scenario.dates[j]) for j in places])
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, label="% of runs")
    style.percent_axis(bar.ax.yaxis)
    bar.outline.set_visible(False)
    return ax


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}\n{day.year}"
