"""How well do the models predict decisions of the European Union, and is the spread honest?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from ..deu.forecasts import CLIMATE, DRESSED, LOTTERY, NEGOTIATION
from ..deu.scores import covers, pit
from ..deu.study import YARDSTICK, DeuScores
from . import style

_LEVELS = np.linspace(0.1, 0.9, 9)
_BINS = 10
_LOOKS = {
    NEGOTIATION: (style.BLUE, "o", "-"),
    DRESSED: (style.ORANGE, "s", "--"),
    LOTTERY: (style.GREEN, "D", "-."),
    CLIMATE: (style.SLATE, "^", ":"),
}


@dataclass(frozen=True)
class DeuPlots:
    """The figure of scores of models, whole or in parts; each is drawn on what is given."""

    scores: DeuScores

    def deu(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """Everything in one figure. See :func:`deu`."""
        return deu(self.scores, figure)

    def errors(self, ax: Axes | None = None) -> Axes:
        """How far off are the models? See :func:`errors`."""
        return errors(self.scores, ax)

    def coverage(self, ax: Axes | None = None) -> Axes:
        """Do intervals hold what they promise? See :func:`coverage`."""
        return coverage(self.scores, ax)

    def transforms(self, ax: Axes | None = None) -> Axes:
        """Are distributions too wide or too narrow? See :func:`transforms`."""
        return transforms(self.scores, ax)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file; the parts are in the whole."""
        return {"deu": self.deu}


@style.styled
def deu(scores: DeuScores, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """Errors, coverage of intervals and probability transforms of all models in one figure.

    Parameters
    ----------
    scores
        From :func:`sim.deu.study.score`.
    figure
        Where to draw; a new figure if not given.

    Returns
    -------
    Figure or SubFigure
    """
    if figure is None:
        figure = style.new_figure(15.5, 0.4 * len(scores.forecasts) + 3.2)
    halves: Any = figure.subfigures(1, 2, width_ratios=(1.25, 1))
    left, right = halves
    errors(scores, left.subplots())
    top, bottom = right.subplots(2, 1, height_ratios=(1.35, 1))
    coverage(scores, top)
    transforms(scores, bottom)
    proposals = len({i.proposal for i in scores.issues})
    style.head(
        figure,
        "How well do the models predict decisions of the European Union?",
        f"{len(scores.issues)} issues of {proposals} proposals; "
        "lines: 95% intervals, bootstrap of proposals",
    )
    return figure


@style.styled
def errors(scores: DeuScores, ax: Axes | None = None) -> Axes:
    """How far off are the predictions? Mean absolute error and CRPS of each model, best first.

    Parameters
    ----------
    scores
        From :func:`sim.deu.study.score`.
    ax
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    table = scores.table().sort_values("mean_absolute_error", kind="stable")
    ax = style.axes_or_new(ax, 9, 0.4 * len(table) + 2)
    best = float(np.abs(scores.forecasts[YARDSTICK].point - scores.outcome).mean())
    ax.axvline(best, color=style.SOFT, linewidth=1.2, linestyle="--", zorder=1)
    for row, one in enumerate(table.to_dict("records")):
        spread = scores.forecasts[one["model"]].spread is not None
        point = one["mean_absolute_error"]
        error = [
            [point - one["mean_absolute_error_low"]],
            [one["mean_absolute_error_high"] - point],
        ]
        own = one["model"] == NEGOTIATION
        ax.errorbar(
            point, row, xerr=error, fmt="o", markersize=9, capsize=4,
            color=style.BLUE if own else style.DARK,
            label="mean absolute error" if row == 0 else None,
        )  # fmt: skip
        if spread:
            ax.plot(
                one["crps"], row, "D", markersize=8, markerfacecolor="white",
                markeredgecolor=style.BLUE if own else style.DARK, markeredgewidth=2,
                label="CRPS of its distribution" if own else None,
            )  # fmt: skip
    n = len(scores.issues)
    names = [
        f"{m} ({k:,})" if k < n else m for m, k in zip(table["model"], table["issues"], strict=True)
    ]
    style.rows(ax, names, width=30)
    ax.set_xlim(0, None)
    ax.grid(axis="x")
    ax.set_xlabel("points on the scale of 0 to 100 (less is better)")
    style.head(ax, "How far off?")
    ax.legend(loc="upper right")
    return ax


@style.styled
def coverage(scores: DeuScores, ax: Axes | None = None) -> Axes:
    """Do the intervals hold what they promise? Share of outcomes inside, by nominal level.

    Parameters
    ----------
    scores
        From :func:`sim.deu.study.score`.
    ax
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = style.axes_or_new(ax, 7, 5)
    ax.plot([0, 1], [0, 1], color=style.SOFT, linewidth=1.2)
    ax.annotate("as promised", (0.13, 0.13), (0.2, 0.07), color=style.SOFT, fontsize=11)
    for name, (colour, marker, line) in _LOOKS.items():
        forecast = scores.forecasts[name]
        held = [covers(forecast, scores.outcome, level).mean() for level in _LEVELS]
        ax.plot(
            _LEVELS, held, color=colour, marker=marker, linestyle=line, markersize=7, label=name
        )
    style.percent_axis(ax.xaxis)
    style.percent_axis(ax.yaxis)
    ax.set(xlim=(0, 1), ylim=(0, 1.04), xlabel="nominal level of the central interval (%)")
    ax.set_ylabel("outcomes inside (%)")
    ax.grid()
    ax.legend(loc="upper left", fontsize=11)
    style.head(ax, "Do the intervals hold what they promise?")
    return ax


@style.styled
def transforms(scores: DeuScores, ax: Axes | None = None) -> Axes:
    """Where do outcomes fall in the distribution that the negotiation predicts?

    A histogram of the randomised probability integral transform: flat if calibrated, high in the
    middle if too wide, at the ends if too narrow. The band holds 95% of the bars of a calibrated
    forecast of independent issues.

    Parameters
    ----------
    scores
        From :func:`sim.deu.study.score`.
    ax
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    from scipy.stats import binom

    ax = style.axes_or_new(ax, 7, 4)
    n = len(scores.issues)
    places = pit(scores.forecasts[NEGOTIATION], scores.issues)
    low, high = binom.ppf([0.025, 0.975], n, 1 / _BINS)
    ax.axhspan(low, high, color=style.PALE, alpha=0.6, linewidth=0)
    ax.axhline(n / _BINS, color=style.SOFT, linewidth=1.2)
    ax.hist(places, bins=_BINS, range=(0, 1), color=style.BLUE, edgecolor="white", rwidth=0.92)
    style.percent_axis(ax.xaxis)
    ax.set(xlim=(0, 1), xlabel="share of the predicted distribution below the outcome (%)")
    ax.set_ylabel("issues")
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    style.head(ax, "Where do outcomes fall in what the negotiation predicts?")
    return ax
