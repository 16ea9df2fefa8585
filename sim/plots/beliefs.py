"""What did the mediator believe of each member, and what was true?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from ..analysis.story import Story
from ..analysis.within_reach import beliefs as beliefs_table
from . import style

_MARK: dict[str, Any] = {"marker": "X", "color": style.VERMILLION, "markeredgecolor": "white"}


@style.styled
def beliefs(
    story: Story, figure: Figure | SubFigure | None = None, *, top: int = 15
) -> Figure | SubFigure:
    """What did the mediator believe of each member, and what was true? Of a single run.

    Left: the odds that the member lets the text on the table pass on the last day, as the mediator
    sees them, by date; a mark where in truth it would not. Right: between what and what refusing
    may cost it on the last day, at first and after all refusals, with the true cost.

    Parameters
    ----------
    story
        The run, from :func:`sim.analysis.story.tell`.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    top
        How many members are shown, those to which the mediator gave the lowest odds.

    Returns
    -------
    Figure or SubFigure
    """
    table = beliefs_table(story)
    mean = table.groupby("member", sort=False)["odds"].mean().sort_values(kind="stable")
    shown = list(mean.index[:top])
    if figure is None:
        figure = style.new_figure(14.5, 0.4 * max(len(shown), 4) + 3.2)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.5, 1.0))
    names = {p.code: p.name for p in story.scenario.members}
    _odds(left, table, shown, story)
    _costs(right, table, shown)
    style.rows(left, [names[code] for code in shown])
    left.set_ylim(len(shown) - 0.5, -0.5)
    right.tick_params(axis="y", which="both", length=0)
    rest = len(mean) - len(shown)
    note = f"seed {story.seed}, replication {story.replication}"
    if rest:
        note += f"; {style.count(rest, 'member')} more with higher odds"
    if story.scenario.file.mediator.kind == "none":
        note += "; nobody mediates: what a mediator could have known"
    style.head(figure, "What did the mediator believe of each member, and what was true?", note)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=5)
    return figure


def _odds(ax: Axes, table: pd.DataFrame, shown: list[str], story: Story) -> None:
    by = table.pivot(index="member", columns="round", values="odds").loc[shown]
    held = table.pivot(index="member", columns="round", values="side_letter").loc[shown]
    odds = np.where(held.to_numpy(bool), np.nan, by.to_numpy(float))
    image = ax.imshow(
        odds, cmap=style.UPWARD, vmin=0, vmax=1, aspect="auto", interpolation="nearest"
    )
    would = table.pivot(index="member", columns="round", values="would_pass").loc[shown]
    rows, columns = np.nonzero(~would.to_numpy(bool))
    ax.plot(columns, rows, linestyle="none", markersize=7, **_MARK)
    rows, columns = np.nonzero(held.to_numpy(bool))
    ax.plot(columns, rows, "s", color=style.GREEN, markersize=8)
    ax.set_yticks(np.arange(len(shown) - 1) + 0.5, minor=True)
    ax.grid(axis="y", which="minor", color="white", linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    dates = [r.date for r in story.rounds]
    places = style.sparse(range(len(dates)), 6)
    ax.set_xticks(places, [f"{dates[j].day} {dates[j]:%b}\n{dates[j].year}" for j in places])
    ax.set_xlabel("date of the round")
    ax.set_title("odds that it lets the text pass on the last day", fontsize=13)
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, label="odds believed (%)")
    style.percent_axis(bar.ax.yaxis)
    bar.outline.set_visible(False)


def _costs(ax: Axes, table: pd.DataFrame, shown: list[str]) -> None:
    first = table[table["round"] == table["round"].min()].set_index("member").loc[shown]
    last = table[table["round"] == table["round"].max()].set_index("member").loc[shown]
    y = np.arange(len(shown))
    ax.hlines(y, first["least"], first["most"], color=style.PALE, linewidth=9)
    ax.hlines(y, last["least"], last["most"], color=style.DARK, linewidth=4)
    ax.plot(last["costs"], y, "o", color=style.ORANGE, markeredgecolor=style.INK, markersize=8)
    ax.set_xlabel("loss")
    ax.margins(x=0.06)
    ax.grid(axis="x")
    ax.set_title("what refusing costs it on the last day", fontsize=13)


def _legend() -> list[Line2D]:
    dot: dict[str, Any] = {"linestyle": "none", "markersize": 9}
    return [
        Line2D([], [], label="in truth it would refuse", **(_MARK | dot)),
        Line2D([], [], marker="s", color=style.GREEN, label="holds a side letter", **dot),
        Line2D([], [], color=style.PALE, linewidth=9, label="believed at first"),
        Line2D([], [], color=style.DARK, linewidth=4, label="believed in the end"),
        Line2D([], [], marker="o", color=style.ORANGE, markeredgecolor=style.INK,
               label="true cost", **dot),
    ]  # fmt: skip
