"""Who is pivotal, and what does each consent cost?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from ..analysis.power_play import OUTCOMES
from ..analysis.power_prices import price_names
from ..analysis.summary_text import percent
from . import style

if TYPE_CHECKING:
    from ..analysis.power import Power

# Colour and marker of each change.
_LOOKS = {
    "willing": (style.BLUE, "o"),
    "removed": (style.ORANGE, "s"),
    "unwilling": (style.DARK, "X"),
}
_PRICES = {
    "value_given_up": "value of the text\ngiven up for it",
    "grid_steps": "grid steps of the\ntext given for it",
    "demander.leverage": "more leverage\nneeded",
    "threat_perception": "more threat\nperception needed",
    "fiscal_room": "more fiscal room\nneeded",
}


@dataclass(frozen=True)
class PowerPlots:
    """Figures of power; each returns the Axes or Figure, and draws on one that is given."""

    power: Power

    def pivotal(
        self, figure: Figure | SubFigure | None = None, *, top: int = 12
    ) -> Figure | SubFigure:
        """Who is pivotal? See :func:`pivotal`."""
        return pivotal(self.power, figure, top=top)

    def prices(
        self, figure: Figure | SubFigure | None = None, *, top: int = 8
    ) -> Figure | SubFigure:
        """What does each consent cost? See :func:`prices`."""
        return prices(self.power, figure, top=top)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        return {"pivotal": self.pivotal, "prices": self.prices}


@style.styled
def pivotal(
    p: Power, figure: Figure | SubFigure | None = None, *, top: int = 12
) -> Figure | SubFigure:
    """Who is pivotal? Values by Shapley, and what a change of each member alone does.

    Parameters
    ----------
    p
        The power of each member.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    top
        How many members are shown, those with the largest values.
    """
    table = p.table.head(top)
    share = p.outcome != "n_side_letters"
    unit = "percentage points" if share else "side letters"
    scale = 100.0 if share else 1.0
    if figure is None:
        figure = style.new_figure(13, 0.42 * max(len(table), 3) + 2.6)
    left, right = figure.subplots(1, 2, sharey=True)
    y = np.arange(len(table))
    values = scale * table["shapley"].to_numpy()
    error = scale * np.array([table["shapley"] - table["shapley_low"],
                              table["shapley_high"] - table["shapley"]])  # fmt: skip
    left.barh(y, values, height=0.66, color=style.SLATE)
    left.errorbar(values, y, xerr=error, fmt="none", ecolor=style.INK, capsize=4, elinewidth=1.6)
    left.set_xlabel(f"Value by Shapley ({unit})")
    shown = [c for c in _LOOKS if c != "unwilling" or not _all_veto(p)]
    for place, change in enumerate(shown):
        colour, marker = _LOOKS[change]
        at = y + (place - (len(shown) - 1) / 2) * 0.24
        middle, low, high = (
            scale * table[change + e].to_numpy(float) for e in ("", "_low", "_high")
        )
        right.plot([low, high], [at, at], color=colour, linewidth=2.2, solid_capstyle="butt")
        right.plot(middle, at, marker, color=colour, markersize=8)
    right.set_xlabel(f"Difference that the change makes ({unit})")
    for ax in (left, right):
        ax.axvline(0.0, color=style.INK, linewidth=1.2, zorder=0)
        ax.grid(axis="x")
    style.rows(left, table["name"].tolist())
    right.tick_params(axis="y", length=0)
    note = f"{style.cut(OUTCOMES[p.outcome], 60)}; {style.runs_of(p.runs)}; lines: 95% intervals"
    if _all_veto(p):
        note += "\nunwilling is not drawn: whoever always breaks silence prevents every deal"
    style.head(figure, "Who is pivotal?", note)
    handles = [
        Line2D([], [], color=_LOOKS[c][0], marker=_LOOKS[c][1], label=f"made {c}"
               if c != "removed" else c) for c in shown
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _all_veto(p: Power) -> bool:
    """Whether anybody's refusal alone prevents every deal."""
    rows = p.effects[p.effects["change"] == "unwilling"]
    return p.outcome in ("deal", "consensus", "demander_satisfied") and bool(
        (rows["b"] == 0.0).all()
    )


@style.styled
def prices(
    p: Power, figure: Figure | SubFigure | None = None, *, top: int = 8
) -> Figure | SubFigure:
    """What does a consent cost? Its prices in the runs in which it lacked.

    What who tables the text gives up of its value for it, and under ``pledge`` how much more of
    each lever would do; else the steps of the text. Boxes hold half of the runs in which anything
    could have been enough, with the median; lines hold 90%. The numbers say in how many runs it
    could.

    Parameters
    ----------
    p
        The power of each member.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    top
        How many members are shown, those whose consent lacks most often.
    """
    table = p.table.sort_values("lacking", ascending=False, kind="stable")
    table = table[table["lacking"] > 0].head(top)
    if figure is None:
        figure = style.new_figure(14, 0.55 * max(len(table), 3) + 2.4)
    names = [n for n in price_names(p.scenario.setup.scenario) if n != "grid_steps"]
    names = names if len(names) > 1 else [*names, "grid_steps"]
    panels = figure.subplots(1, len(names), sharey=True)
    for ax, name in zip(panels, names, strict=True):
        for row, code in enumerate(table["member"]):
            _box(ax, row, p.prices.loc[p.prices["member"] == code, name])
        ax.set_xlabel(_PRICES[name])
        ax.grid(axis="x")
        ax.set_xlim(left=0.0)
        ax.tick_params(axis="y", length=0)
    first = panels[0]
    shares = zip(table["name"], table["lacking"], strict=True)
    style.rows(first, [f"{style.cut(name, 20)} ({percent(share)})" for name, share in shares], 30)
    if not len(table):
        first.set_yticks([])
        style.say(panels[1], "no consent is lacking in any run")
    note = (
        f"{style.runs_of(p.runs)}; in brackets: share in which its consent lacks or needs a letter"
        "\nbeside a box: share of these in which anything within reach is enough; line: median"
    )
    style.head(figure, "What does its consent to the last text cost?", note)
    return figure


def _box(ax: Axes, row: int, needed: pd.Series) -> None:
    values = needed.to_numpy(dtype=float)
    some = values[np.isfinite(values)]
    share = f"{100 * len(some) / len(values):.0f}%"
    if not len(some):
        ax.text(0.02, row, "never enough", transform=ax.get_yaxis_transform(), va="center",
                color=style.SOFT)  # fmt: skip
        return
    q = np.quantile(some, (0.05, 0.25, 0.5, 0.75, 0.95))
    ax.plot([q[0], q[4]], [row, row], color=style.DARK, linewidth=1.6, zorder=1)
    ax.barh(row, q[3] - q[1], left=q[1], height=0.46, color=style.PALE, edgecolor=style.DARK)
    ax.plot([q[2], q[2]], [row - 0.23, row + 0.23], color=style.DARK, linewidth=3)
    ax.text(q[4], row, f" {share}", va="center", fontsize=12)
