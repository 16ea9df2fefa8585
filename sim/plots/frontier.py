"""Which texts could have passed, and where does the last one lie among them?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from ..analysis.within_reach import texts
from ..engine.problem import Setup
from . import style

_DOT: dict[str, Any] = {"linestyle": "none", "markersize": 9}


@style.styled
def frontier(
    setup: Setup,
    seed: int = 1,
    replication: int = 0,
    figure: Figure | SubFigure | None = None,
) -> Figure | SubFigure:
    """Which texts could have passed, and where does the last one lie? Of a single run.

    Texts that were on the table, and those that differ from the last one on one term or two; see
    :func:`sim.analysis.within_reach.texts`. Left: how many members would let each pass on the last
    day in truth, against what it brings to who tables it, with the frontier. Right: the odds that
    all do, as the mediator saw them; along a dashed line gain x odds is the same.

    Parameters
    ----------
    setup, seed, replication
        The run.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.

    Returns
    -------
    Figure or SubFigure
    """
    table = texts(setup, seed, replication)
    members = len(setup.codes)
    if figure is None:
        figure = style.new_figure(14.5, 6.4)
    left, right = figure.subplots(1, 2, sharex=True)
    _truth(left, table, members)
    _seen(right, table, members)
    who = " and ".join(setup.scenario.demanders) or "the chair"
    for ax in (left, right):
        ax.set_xlabel(f"what the text brings to {who}")
        ax.grid()
    ended = "adopted" if table["adopted"].any() else "last"
    note = (
        f"seed {seed}, replication {replication}; {style.count(len(table), 'text')} near the path"
    )
    style.head(figure, "Which texts could have passed?", note)
    figure.legend(handles=_legend(ended), loc="outside lower center", ncols=5)
    return figure


def _truth(ax: Axes, table: pd.DataFrame, members: int) -> None:
    passes = table["would_pass"] == members
    for some, colour in ((~passes, style.SLATE), (passes, style.BLUE)):
        ax.plot(
            table.loc[some, "value"], table.loc[some, "would_pass"], ".", color=colour, alpha=0.5
        )
    at = np.arange(table["would_pass"].min(), members + 1)
    best = [table.loc[table["would_pass"] >= n, "value"].max() for n in at]
    ax.plot(best, at, color=style.ORANGE, drawstyle="steps-post", zorder=3)
    path = table[table["tabled"] > 0].sort_values("tabled")
    ax.plot(path["value"], path["would_pass"], "o-", color=style.INK, markersize=5, linewidth=1.2)
    _last(ax, table, "would_pass")
    ax.axvline(table["value_in_force"].iloc[0], color=style.SOFT, linestyle=":", zorder=0)
    ax.set_ylabel(f"members that would let it pass, of {members}")
    ax.locator_params(axis="y", integer=True)
    ax.set_title("in truth, on the last day", fontsize=13)


def _seen(ax: Axes, table: pd.DataFrame, members: int) -> None:
    passes = table["would_pass"] == members
    for some, colour in ((~passes, style.SLATE), (passes, style.BLUE)):
        ax.plot(table.loc[some, "value"], table.loc[some, "odds"], ".", color=colour, alpha=0.5)
    last, in_force = table[table["last"]].iloc[0], float(table["value_in_force"].iloc[0])
    score = (last["value"] - in_force) * last["odds"]
    if score > 0.0:
        value = np.linspace(in_force + score, max(1.0, table["value"].max()), 200)
        ax.plot(value, score / (value - in_force), color=style.PURPLE, linestyle="--")
    _last(ax, table, "odds")
    ax.axvline(in_force, color=style.SOFT, linestyle=":", zorder=0)
    ax.set_ylim(-0.03, 1.03)
    style.percent_axis(ax.yaxis)
    ax.set_ylabel("odds that all do (%)")
    ax.set_title("as the mediator saw it in the end", fontsize=13)


def _last(ax: Axes, table: pd.DataFrame, column: str) -> None:
    last = table[table["last"]].iloc[0]
    ax.plot(
        last["value"], last[column], "*", color=style.VERMILLION, markeredgecolor=style.INK,
        markersize=18, zorder=5,
    )  # fmt: skip


def _legend(ended: str) -> list[Line2D]:
    return [
        Line2D([], [], marker=".", color=style.BLUE, label="all would let it pass", **_DOT),
        Line2D([], [], marker=".", color=style.SLATE, label="not all", **_DOT),
        Line2D([], [], marker="*", color=style.VERMILLION, markeredgecolor=style.INK,
               label=f"the {ended} text", **(_DOT | {"markersize": 14})),
        Line2D([], [], marker="o", color=style.INK, markersize=5, linewidth=1.2,
               label="texts on the table"),
        Line2D([], [], color=style.ORANGE, label="frontier"),
        Line2D([], [], color=style.SOFT, linestyle=":", label="without agreement"),
        Line2D([], [], color=style.PURPLE, linestyle="--", label="gain x odds as of this text"),
    ]  # fmt: skip
