"""What do other models say of the same scenario, and would the members take it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from ..analysis.summary_text import percent
from ..scenario.grid import GridTerm
from ..solvers.compare import NEGOTIATION, QUANTILES, ModelComparison
from ..solvers.derive import scale
from . import style

_COLUMNS = 4
#: Room that the label "none" needs beside another, as a share of the axis.
_LABEL_WIDTH = 0.15
_LABELS = {NEGOTIATION: "negotiation, redrafted"}


@dataclass(frozen=True)
class ModelPlots:
    """The figure of a comparison of models; it returns the figure and draws on one given."""

    comparison: ModelComparison

    def models(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """What does each model predict? See :func:`compare_models`."""
        return compare_models(self.comparison, figure)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        return {"models": self.models}


@style.styled
def compare_models(
    comparison: ModelComparison, figure: Figure | SubFigure | None = None
) -> Figure | SubFigure:
    """What does each model predict, term by term, and would its text be adopted as it stands?

    One panel for each open term: the prediction of each model as a dot, and of the negotiation the
    median with the central 50% and 80% of its runs with a deal, which also shade the panel. Last
    panel: the share of runs in which the text of each model is adopted when it is all there is,
    with 95% Wilson intervals.

    Parameters
    ----------
    comparison
        From :func:`sim.solvers.compare.compare_models`.
    figure
        Where to draw; a new figure if not given.

    Returns
    -------
    Figure or SubFigure
    """
    names = [*comparison.solutions, NEGOTIATION]
    panels = len(comparison.terms) + 1
    columns = min(_COLUMNS, panels)
    rows = -(-panels // columns)
    if figure is None:
        figure = style.new_figure(3.1 * columns + 3.0, (0.42 * len(names) + 1.6) * rows + 1.2)
    axes = np.atleast_1d(figure.subplots(rows, columns, sharey=True)).ravel()
    for j, term in enumerate(comparison.terms):
        points = [float(s.values[j]) for s in comparison.solutions.values()]
        _term(axes[j], term, points, comparison.deals[:, j])
    _adopted(axes[panels - 1], comparison)
    for ax in axes[panels:]:
        ax.set_visible(False)
    for at in range(0, panels, columns):
        style.rows(axes[at], [_LABELS.get(n, style.words(n)) for n in names])
    for ax in axes[:panels]:
        ax.tick_params(axis="y", length=0)
        ax.axhline(len(names) - 1.5, color=style.SOFT, linewidth=0.8)
    runs = len(comparison.ensemble)
    style.head(
        figure,
        "What do other models say, and would the members take it?",
        f"Dots: predictions. Bars and shade: median, central 50% and 80% of\n"
        f"{style.count(len(comparison.deals), 'deal')} in {style.runs_of(runs)}",
    )
    return figure


def _term(ax: Axes, term: GridTerm, points: list[float], deals: np.ndarray) -> None:
    last = len(points)
    ax.scatter(points, range(last), s=70, color=style.SLATE, edgecolor=style.INK, zorder=3)
    if len(deals):
        low, q1, middle, q3, high = np.quantile(deals, QUANTILES, method="inverted_cdf")
        butt: Any = {"solid_capstyle": "butt"}
        ax.axvspan(low, high, color=style.BLUE, alpha=0.10, linewidth=0)
        ax.plot([low, high], [last, last], color=style.BLUE, linewidth=4, zorder=2, **butt)
        ax.plot([q1, q3], [last, last], color=style.BLUE, linewidth=11, zorder=3, **butt)
        ax.plot([middle], [last], "|", color=style.INK, markersize=22, markeredgewidth=3, zorder=4)
    else:
        ax.text(0.5, last, "no deal", transform=ax.get_yaxis_transform(), ha="center", va="center")
    values = scale(term)
    room = 0.05 * (values[-1] - values[0])
    ax.set_xlim(values[0] - room, values[-1] + room)
    if term.labels:
        names = [style.two_lines(style.words(label), 8) for label in term.labels]
        ax.set_xticks(values, names, rotation=35, ha="right", fontsize=10)
    elif term.or_none:
        apart = _LABEL_WIDTH * (values[-1] - values[0])
        places = style.round_places(values[:-1], 4)
        ticks = [values[p] for p in places if values[-1] - values[p] >= apart]
        ax.set_xticks([*ticks, values[-1]], [*(f"{v:g}" for v in ticks), "none"])
    else:
        places = style.round_places(values, 5)
        ax.set_xticks([values[p] for p in places])
    ax.grid(axis="x")
    ax.set_title(style.cut(term.name, 28), fontsize=13)
    ax.set_xlabel(term.unit or " ")


def _adopted(ax: Axes, comparison: ModelComparison) -> None:
    shares = [comparison.offers[name].adopted for name in comparison.solutions]
    shares.append(comparison.deal)
    for row, p in enumerate(shares):
        own = row == len(shares) - 1
        ax.barh(row, p.share, height=0.6, color=style.BLUE if own else style.PALE, zorder=2)
        error = [[max(0.0, p.share - p.low)], [max(0.0, p.high - p.share)]]
        ax.errorbar(p.share, row, xerr=error, color=style.INK, capsize=3, linewidth=1.4, zorder=3)
        ax.text(
            max(p.high, p.share) + 0.03, row, percent(p.share), va="center", fontsize=11, zorder=3
        )
    ax.set_xlim(0, 1.28)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    style.percent_axis(ax.xaxis)
    ax.grid(axis="x")
    ax.set_title("adopted as it stands", fontsize=13)
    ax.set_xlabel("share of runs (%)")
