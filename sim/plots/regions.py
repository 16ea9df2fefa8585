"""Where in two inputs is there a deal: a heat map with contours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.ticker import MaxNLocator

from . import style

if TYPE_CHECKING:
    from ..analysis.region import RegionMap

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_HALO: list[AbstractPathEffect] = [withStroke(linewidth=3.5, foreground="white")]


@dataclass(frozen=True)
class RegionPlots:
    """The figure of a regional map; it returns the Axes and draws on one that is given."""

    region: RegionMap

    def heat(self, ax: Axes | None = None) -> Axes:
        """What comes out where? See :func:`heat`."""
        return heat(self.region, ax)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        return {"region": self.heat}


@style.styled
def heat(r: RegionMap, ax: Axes | None = None) -> Axes:
    """What comes out where two inputs vary? A heat map with contours of the same numbers.

    Contours of shares lie at 5, 25, 50, 75 and 95%; those of means at round values, not nearer than
    twice the standard error. They join the values of neighbouring cells without smoothing, so they
    wander as far as the error lets them. Each cell reaches half way to its neighbours and never
    beyond the values that were played. Grey crossed cells have no run that counts.

    Parameters
    ----------
    r
        The regional map.
    ax
        Where to draw; a new figure if not given.
    """
    ax = style.axes_or_new(ax, 9.5, 7.4)
    low, high = (0.0, 1.0) if r.share else _ends(r.value)
    ax.set_facecolor("#dddddd")
    if np.isnan(r.value).any():
        ax.patch.set(hatch="xx", edgecolor=style.SOFT)
    x, y = _edges(r.plan.x_values), _edges(r.plan.y_values)
    image = ax.pcolormesh(x, y, r.value, cmap=style.UPWARD, vmin=low, vmax=high, linewidth=0)
    levels = _levels(r, low, high)
    if len(levels):
        lines = ax.contour(
            r.plan.x_values,
            r.plan.y_values,
            r.value,
            levels=levels,
            colors=style.INK,
            linewidths=1.8,
        )
        lines.set_path_effects(_HALO)
        shown = (lambda v: f"{100 * v:.0f}%") if r.share else (lambda v: f"{v:.4g}")
        for text in ax.clabel(lines, fmt=shown, fontsize=12, inline=False, colors=style.INK):
            text.set_path_effects(_HALO)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    ax.set_xlabel(style.cut(r.plan.x.path, 60))
    ax.set_ylabel(style.cut(r.plan.y.path, 46))
    what = "% of runs" if r.share else f"mean {style.cut(r.plan.output, 30)}, given a deal"
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, label=what)
    bar.outline.set_visible(False)
    if r.share:
        style.percent_axis(bar.ax.yaxis)
    cells = f"{r.value.size:,} points of {style.runs_of(r.plan.runs)}, the same luck at each"
    worst = float(np.nanmax(r.error)) if _any(r) else float("nan")
    error = f"{100 * worst:.1f} points" if r.share else f"{worst:.2g}"
    event = f"Where does it happen: {style.cut(r.plan.output, 50)}?"
    question = event if r.share else f"Where is {style.cut(r.plan.output, 40)} high?"
    style.head(ax, question, f"{cells}\nstandard error of a point: at most {error}")
    return ax


def _levels(r: RegionMap, low: float, high: float) -> np.ndarray:
    """Where contours lie: between values that occur, and of means twice their error apart."""
    if not _any(r):
        return np.array([])
    levels = np.array(_LEVELS)
    if not r.share:
        apart = 2 * float(np.nanmax(r.error, initial=1e-12))
        steps = max(1, min(6, int((high - low) / apart)))
        levels = np.array(MaxNLocator(steps).tick_values(low, high))
    between = (levels > np.nanmin(r.value)) & (levels < np.nanmax(r.value))
    return np.asarray(levels[between])


def _any(r: RegionMap) -> bool:
    return not bool(np.isnan(r.value).all())


def _ends(value: np.ndarray) -> tuple[float, float]:
    if np.isnan(value).all():
        return 0.0, 1.0
    low, high = float(np.nanmin(value)), float(np.nanmax(value))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _edges(values: np.ndarray) -> np.ndarray:
    """Edges of cells around values; the outer ones end with the range that was played."""
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([values[:1], middle, values[-1:]])
