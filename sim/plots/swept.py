"""What does a sweep say: the probability of a deal along a value that was varied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from ..errors import SummitryError
from . import style

if TYPE_CHECKING:
    from ..sweeps import Sweep

# Colour, line and marker of each curve.
_LOOKS: tuple[tuple[str, Any, str], ...] = (
    (style.BLUE, "-", "o"),
    (style.ORANGE, "--", "s"),
    (style.VERMILLION, "-.", "^"),
    (style.SKY, ":", "D"),
    (style.GREEN, "-", "v"),
    (style.PURPLE, "--", "P"),
)


@dataclass(frozen=True)
class SweepPlots:
    """The figure of a sweep; it returns the Axes and draws on one that is given."""

    sweep: Sweep

    def deals(self, ax: Axes | None = None) -> Axes:
        """How does the probability of a deal change? See :func:`deals`."""
        return deals(self.sweep.points, self.sweep.varied, ax)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        return {"deals": self.deals}


@style.styled
def deals(points: pd.DataFrame, varied: Sequence[str], ax: Axes | None = None) -> Axes:
    """How does the probability of a deal change? Shares with their intervals along one value.

    Parameters
    ----------
    points
        Table of the points of a sweep; see :class:`sim.Sweep`.
    varied
        The paths that vary. Along the x axis goes the number with the most values; each
        combination of the others is a curve, of which six are drawn at most.
    ax
        Where to draw; a new figure if not given.

    Raises
    ------
    SummitryError
        If no path varies in numbers.
    """
    numbers = [name for name in varied if pd.api.types.is_numeric_dtype(points[name])]
    if not numbers:
        raise SummitryError("no number varies in this sweep, so there is no curve to draw")
    along = max(numbers, key=lambda name: points[name].nunique())
    others = [name for name in varied if name != along]
    ax = style.axes_or_new(ax, 10, 6.2)
    curves = list(points.groupby(others, sort=False)) if others else [((), points)]
    for (key, rows), (colour, line, marker) in zip(curves, _LOOKS, strict=False):
        rows = rows.sort_values(along)
        values = key if isinstance(key, tuple) else (key,)
        label = ", ".join(f"{name} = {value}" for name, value in zip(others, values, strict=True))
        ax.fill_between(
            rows[along], rows["deal_low"], rows["deal_high"], color=colour, alpha=0.2, linewidth=0
        )
        ax.plot(
            rows[along], rows["deal"], color=colour, linestyle=line, marker=marker,
            label=style.cut(label, 60),
        )  # fmt: skip
    ax.set_ylim(-0.02, 1.02)
    style.percent_axis(ax.yaxis)
    ax.set_ylabel("Probability of a deal (%)")
    ax.set_xlabel(style.cut(along, 60))
    ax.grid()
    if others:
        ax.figure.legend(loc="outside lower center", ncols=2)
    note = f"{len(points):,} points, {style.runs_of(int(points['runs'].sum()))}; bands: intervals"
    if len(curves) > len(_LOOKS):
        note += f"\nthe first {len(_LOOKS)} of {len(curves)} curves"
    style.head(ax, "How does the probability of a deal change?", note)
    return ax
