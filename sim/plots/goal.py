"""What would it take? The outcome along each lever, and along the way to the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from . import style

if TYPE_CHECKING:
    from ..analysis.goal import Answer
    from ..analysis.goal_search import Alone, Crossing, Curve

_PANEL = (5.2, 4.0)


@dataclass(frozen=True)
class AnswerPlots:
    """Figures of an answer; each returns the Figure, and draws on one that is given."""

    answer: Answer

    def curves(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """How does the outcome change on the way? See :func:`curves`."""
        return curves(self.answer, figure)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        return {"curves": self.curves}


@style.styled
def curves(a: Answer, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """What would it take? A panel for each lever, and for several one for all together.

    Parameters
    ----------
    a
        The answer.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    """
    joint = len(a.levers) > 1
    n = len(a.levers) + joint
    columns = {4: 2}.get(n, min(n, 3))
    lines = -(-n // columns)
    if figure is None:
        figure = style.new_figure(max(_PANEL[0] * columns, 8.0), _PANEL[1] * lines + 1.5)
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for ax in panels[n:]:
        ax.remove()
    for ax, x in zip(panels, a.alone, strict=False):
        _lever(ax, a, x)
    if joint:
        _together(panels[n - 1], a)
        _goal(panels[n - 1], a, [a.path])
    for ax in panels[: len(a.levers)]:
        _goal(ax, a, [x.curve for x in a.alone])
    for ax in panels[:n:columns]:
        words = style.sentence(a.target.name())
        ax.set_ylabel(f"{words} (%)" if a.target.share else style.cut(words, 30))
    note = f"the goal: {a.target.words()}; {style.runs_of(a.runs)} at each point"
    style.head(figure, "What would it take?", note)
    handles = [
        Line2D([], [], color=style.INK, linestyle="--", label="goal"),
        Line2D([], [], color=style.SOFT, linestyle=":", label="today"),
        Patch(facecolor=style.SLATE, alpha=0.35, label="95% interval"),
        Line2D([], [], color=style.VERMILLION, marker="o", linestyle="none", label="reached here"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def _draw(ax: Axes, x: np.ndarray, curve: Curve, dots: bool) -> None:
    o = curve.outcome
    known = np.isfinite(o.value)
    if not known.any():
        style.say(ax, "no deal anywhere")
        return
    x = x[known]
    if dots:
        error = [o.value[known] - o.low[known], o.high[known] - o.value[known]]
        ax.errorbar(x, o.value[known], yerr=error, color=style.DARK, marker="s", capsize=4)
        return
    ax.fill_between(x, o.low[known], o.high[known], color=style.SLATE, alpha=0.35, linewidth=0)
    ax.plot(x, o.value[known], color=style.DARK)


def _lever(ax: Axes, a: Answer, x: Alone) -> None:
    lever, j = x.lever, a.levers.index(x.lever)
    move = lever.at - lever.origin
    _draw(ax, x.curve.points[:, j] + move, x.curve, lever.whole)
    ax.axvline(lever.at, color=style.SOFT, linestyle=":", linewidth=1.8)
    _mark(ax, a, x.crossing, None if x.crossing is None else float(x.crossing.point[j]) + move)
    head, dot, name = lever.path.rpartition(".")
    ax.set_xlabel(lever.path if len(lever.path) <= 30 else f"{head}{dot}\n{name}")
    if lever.whole:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_title("moved with its uncertainty" if lever.moved else "set", fontsize=13)


def _together(ax: Axes, a: Answer) -> None:
    _draw(ax, a.path.distance, a.path, dots=False)
    ax.axvline(0.0, color=style.SOFT, linestyle=":", linewidth=1.8)
    _mark(ax, a, a.together, None if a.together is None else a.together.distance)
    ax.set_xlabel("distance from today\n(units of the plausible ranges)")
    ax.set_title("all together", fontsize=13)


def _mark(ax: Axes, a: Answer, crossing: Crossing | None, x: float | None) -> None:
    """Mark where the goal is reached first, at the height of the goal."""
    if crossing is not None and x is not None and not a.already:
        ax.plot([x], [a.target.value], "o", color=style.VERMILLION, markersize=11, zorder=4)


def _goal(ax: Axes, a: Answer, shown: Sequence[Curve]) -> None:
    """Draw the goal, and give panels that show the same curves the same axis."""
    ax.axhline(a.target.value, color=style.INK, linestyle="--", linewidth=1.6)
    ax.grid(axis="y")
    ends = [e for c in shown for e in (c.outcome.value, c.outcome.low, c.outcome.high)]
    values = np.concatenate(ends)
    low, high = (
        float(end([*values[np.isfinite(values)], a.target.value])) for end in (np.min, np.max)
    )
    room = 0.05 * (high - low or 1.0)
    if a.target.share:
        ax.set_ylim(max(-0.02, low - room), min(1.02, high + room))
        style.percent_axis(ax.yaxis)
    else:
        ax.set_ylim(low - room, high + room)
