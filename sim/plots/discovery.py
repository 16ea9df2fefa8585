"""Where does it happen: the trade-off between boxes, their limits, the points, and the tree."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..analysis.discovery.words import limit
from ..analysis.inputs import Input
from ..analysis.intervals import Proportion
from ..analysis.summary_text import percent
from ..errors import SummitryError
from . import style

if TYPE_CHECKING:
    from ..analysis.discovery.study import Discovery

# Line and hatch of each box, so that they are told apart in grey.
_LOOKS: tuple[tuple[str, Any, str], ...] = (
    (style.VERMILLION, "-", "///"),
    (style.BLUE, "--", "..."),
    (style.DARK, ":", "xxx"),
)
_MOST_POINTS = 3000
_NAME = 40


@dataclass(frozen=True)
class DiscoveryPlots:
    """Figures of a discovery; each returns the Axes and draws on one that is given."""

    discovery: Discovery

    def tradeoff(self, ax: Axes | None = None) -> Axes:
        """How pure can a box be? See :func:`tradeoff`."""
        return tradeoff(self.discovery, ax)

    def limits(self, ax: Axes | None = None) -> Axes:
        """Which values of the inputs make it? See :func:`limits`."""
        return limits(self.discovery, ax)

    def points(self, x: str | None = None, y: str | None = None, ax: Axes | None = None) -> Axes:
        """Where among two inputs does it happen? See :func:`points`."""
        return points(self.discovery, x, y, ax)

    def rules(self, ax: Axes | None = None) -> Axes:
        """What does the tree say? See :func:`rules`."""
        return rules(self.discovery, ax)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file; without a box only those that need none."""
        found: dict[str, Callable[[], Axes | Figure | SubFigure]] = {"tradeoff": self.tradeoff}
        if self.discovery.boxes.boxes:
            found["limits"] = self.limits
        if len(self.discovery.inputs) > 1:
            found["points"] = self.points
        return found | {"rules": self.rules}


@style.styled
def tradeoff(d: Discovery, ax: Axes | None = None) -> Axes:
    """How pure can a box be, and how much does it then leave out?

    Every box on the way of the peeling, measured on the points held out, with the share of all
    cases that it holds (coverage) against how often it happens in it (density). A thin line shows
    the same where the boxes were found; the chosen box has its 95% intervals.

    Parameters
    ----------
    d
        The discovery.
    ax
        Where to draw; a new figure if not given.
    """
    ax = style.axes_or_new(ax, 9, 6)
    table = d.trajectory
    ax.plot(
        table["found_coverage"], table["found_density"], color=style.SLATE, linewidth=1.2,
        linestyle="--", label="where they were found",
    )  # fmt: skip
    ax.plot(
        table["coverage"], table["density"], color=style.BLUE, marker="o", markersize=5,
        label="held out",
    )  # fmt: skip
    changed = table["inputs"].diff().fillna(0) != 0
    top = 1.06 * max(1e-9, table[["found_density", "density_high"]].max().max())
    said: list[tuple[float, float]] = []  # where numbers stand: no other fits on top of them
    rows = table.loc[changed, ["inputs", "coverage", "density"]].to_numpy(dtype=float)
    for inputs, *at in rows.tolist():
        if any(abs(at[0] - x) < 0.03 and abs(at[1] - y) < 0.05 * top for x, y in said):
            continue
        said.append((at[0], at[1]))
        ax.annotate(
            f"{inputs:.0f}", (at[0], at[1]), xytext=(-10, -14),
            textcoords="offset points", ha="center", fontsize=11, color=style.INK,
        )  # fmt: skip
    if d.boxes.boxes:
        worth = d.boxes.trajectory_worth[d.boxes.chosen]
        _cross(ax, worth.coverage, worth.density)
    ax.axhline(d.test.rate.share, color=style.SOFT, linewidth=1.2, linestyle=":")
    ax.annotate(
        "everywhere", (0, d.test.rate.share), xytext=(4, 4), textcoords="offset points",
        color=style.SOFT, fontsize=11,
    )  # fmt: skip
    ax.set_xlim(-0.02, 1.04)
    ax.set_ylim(0, top)
    style.percent_axis(ax.xaxis)
    style.percent_axis(ax.yaxis)
    ax.grid()
    ax.set_xlabel("Coverage: share of all cases in the box (%)")
    ax.set_ylabel("Density: it happens\nat ... of its points (%)")
    ax.figure.legend(loc="outside lower center", ncols=3)
    style.head(ax, "How pure can a box be?", f"{_event(d)}\nnumbers: inputs that are restricted")
    return ax


def _cross(ax: Axes, x: Proportion, y: Proportion) -> None:
    ax.errorbar(
        x.share, y.share, xerr=[[x.share - x.low], [x.high - x.share]],
        yerr=[[y.share - y.low], [y.high - y.share]], color=style.VERMILLION, marker="D",
        markersize=9, capsize=4, linewidth=2, zorder=5, label="chosen, with 95% intervals",
    )  # fmt: skip


@style.styled
def limits(d: Discovery, ax: Axes | None = None) -> Axes:
    """Which values of the inputs make it? The limits of each box within the range that was sampled.

    Parameters
    ----------
    d
        The discovery.
    ax
        Where to draw; a new figure if not given.

    Raises
    ------
    SummitryError
        If there is no box.
    """
    rows = [(k, j) for k, b in enumerate(d.boxes.boxes) for j in b.box.restricted]
    if not rows:
        raise SummitryError("no box was found, so there are no limits to draw")
    rows = rows[:20]
    ax = style.axes_or_new(ax, 12, 0.62 * len(rows) + 2.6)
    low, high = d.test.x.min(axis=0), d.test.x.max(axis=0)
    names, texts = [], []
    for place, (k, j) in enumerate(rows):
        box = d.boxes.boxes[k].box
        colour, _, hatch = _look(k)
        ends = np.clip((box.sides[j] - low[j]) / (high[j] - low[j]), 0, 1)
        ax.barh(place, 1, height=0.62, color="#eeeeee", linewidth=0)
        ax.barh(
            place, ends[1] - ends[0], left=ends[0], height=0.62, color=colour, hatch=hatch,
            edgecolor="white", linewidth=0,
        )  # fmt: skip
        for at, value, side in ((0, low[j], "left"), (1, high[j], "right")):
            ax.annotate(
                _short(value, high[j] - low[j]), (at, place), xytext=(4 - 8 * at, 0),
                textcoords="offset points", ha=side, va="center", fontsize=11, color=style.INK,
                bbox={"color": "white", "alpha": 0.8, "pad": 1},
            )  # fmt: skip
        names.append(_name(d.inputs[j].path))
        said = limit(d.inputs[j], *box.sides[j]).removeprefix(d.inputs[j].path).strip()
        texts.append(f"box {k + 1}: {said}")
    style.rows(ax, names, width=_NAME)
    style.value_column(ax, texts)
    for k in {k for k, _ in rows}:
        first = next(p for p, (kk, _) in enumerate(rows) if kk == k)
        if first:
            ax.axhline(first - 0.5, color=style.SOFT, linewidth=1)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    ax.set_xlabel("value within the range that was sampled (its ends are printed)")
    worths = [
        f"box {k + 1}: it happens at {percent(b.worth.density.share)} of its points; "
        f"{percent(b.worth.coverage.share)} of all cases lie in it"
        for k, b in enumerate(d.boxes.boxes[:3])
    ]
    style.head(ax, "Which values of the inputs make it?", "\n".join([_event(d), *worths]))
    return ax


@style.styled
def points(
    d: Discovery, x: str | None = None, y: str | None = None, ax: Axes | None = None
) -> Axes:
    """Where among two inputs does it happen? Points held out, and the boxes that restrict these.

    Parameters
    ----------
    d
        The discovery.
    x, y
        Inputs; the two that the boxes restrict first if not given.
    ax
        Where to draw; a new figure if not given.

    Raises
    ------
    SummitryError
        If there is only one input, or no such input.
    """
    ax = style.axes_or_new(ax, 9.5, 7)
    j, i = _two(d, x, y)
    shown = slice(0, _MOST_POINTS)
    at, happens = d.test.x[shown], d.test.y[shown]
    rng = np.random.default_rng(0)
    for which, colour, marker, size in (
        (~happens, style.PALE, "o", 14),
        (happens, style.DARK, "x", 22),
    ):
        spots = at[which][:, [j, i]].astype(float)
        for column, k in enumerate((j, i)):
            apart = _apart(d.inputs[k])
            if apart:  # so that points of equal values do not hide each other
                spots[:, column] += apart * rng.uniform(-0.28, 0.28, len(spots))
        ax.scatter(
            spots[:, 0], spots[:, 1], s=size, color=colour, marker=marker, linewidths=1.1, zorder=2
        )
    for k, found in enumerate(d.boxes.boxes):
        if {j, i} & set(found.box.restricted):
            _frame(ax, found.box.sides[[j, i]], at[:, [j, i]], k)
    ax.set_xlabel(_axis_name(d.inputs[j]))
    ax.set_ylabel(_axis_name(d.inputs[i]))
    handles = [
        Line2D([], [], color=style.DARK, marker="x", linestyle="", label="it happens"),
        Line2D([], [], color=style.PALE, marker="o", linestyle="", label="it does not"),
        *(
            Line2D([], [], color=_look(k)[0], linestyle=_look(k)[1], label=f"box {k + 1}")
            for k, b in enumerate(d.boxes.boxes)
            if {j, i} & set(b.box.restricted)
        ),
    ]
    ax.figure.legend(handles=handles, loc="outside lower center", ncols=5)
    others = len(d.inputs) - 2
    note = f"{len(at):,} points held out"
    if others:
        note += f"; {others} other input{'s' if others > 1 else ''} and luck vary as well"
    style.head(ax, "Where among two inputs does it happen?", f"{_event(d)}\n{note}")
    return ax


def _two(d: Discovery, x: str | None, y: str | None) -> tuple[int, int]:
    paths = [i.path for i in d.inputs]
    for name in (x, y):
        if name is not None and name not in paths:
            raise SummitryError(f"{name} is not among the inputs: {', '.join(paths[:20])}")
    if len(paths) < 2:
        raise SummitryError("a figure of points needs two inputs")
    order = [j for b in d.boxes.boxes for j in b.box.restricted]
    order += [j for leaf in d.leaves for j in leaf.box.restricted]
    rest = [j for j in dict.fromkeys([*order, *range(len(paths))]) if paths[j] not in (x, y)]
    first = paths.index(x) if x is not None else rest.pop(0)
    return first, paths.index(y) if y is not None else rest.pop(0)


def _frame(ax: Axes, sides: np.ndarray, spots: np.ndarray, k: int) -> None:
    """The box in these two inputs, as far as the points go."""
    colour, line, _ = _look(k)
    margin = 0.015 * (spots.max(axis=0) - spots.min(axis=0))
    low = np.maximum(sides[:, 0], spots.min(axis=0) - margin)
    high = np.minimum(sides[:, 1], spots.max(axis=0) + margin)
    ax.add_patch(
        Rectangle(
            tuple(low),
            *(high - low),
            fill=False,
            edgecolor=colour,
            linestyle=line,
            linewidth=3,
            zorder=3,
        )
    )


@style.styled
def rules(d: Discovery, ax: Axes | None = None) -> Axes:
    """What does the tree say? How often it happens in each of its regions, with 95% intervals.

    Parameters
    ----------
    d
        The discovery.
    ax
        Where to draw; a new figure if not given.
    """
    leaves = sorted(d.leaves, key=lambda leaf: -leaf.worth.density.share)
    lines = [_rule(d, leaf.box.sides, leaf.box.restricted) for leaf in leaves]
    tall = sum(max(2, text.count("\n") + 1) for text in lines)
    ax = style.axes_or_new(ax, 13, 0.3 * tall + 2.3)
    place, places = 0.0, []
    for leaf, text in zip(leaves, lines, strict=True):
        height = max(2, text.count("\n") + 1) / 2
        place += height / 2
        p = leaf.worth.density
        ax.barh(place, p.share, height=0.6, color=style.SLATE, linewidth=0)
        if p.of:
            ax.errorbar(
                p.share, place, xerr=[[p.share - p.low], [p.high - p.share]], color=style.INK,
                capsize=4, linewidth=1.6,
            )  # fmt: skip
        places.append(place)
        place += height / 2
    ax.set_yticks(places, lines, fontsize=11.5)
    ax.set_ylim(place, 0)
    ax.tick_params(axis="y", length=0)
    ax.axvline(d.test.rate.share, color=style.VERMILLION, linestyle="--", linewidth=1.8)
    column = ax.secondary_yaxis("right")
    column.set_yticks(
        places,
        [
            f"{percent(leaf.worth.density.share)}\u2002of {percent(leaf.worth.mass.share)}"
            for leaf in leaves
        ],
    )
    column.tick_params(length=0, pad=8)
    column.spines[:].set_visible(False)
    ax.grid(axis="x")
    ax.set_xlim(0, min(1.0, 1.08 * max(leaf.worth.density.high for leaf in leaves)))
    style.percent_axis(ax.xaxis)
    ax.set_xlabel("it happens at ... of the points of the region (%)")
    note = (
        f"{_event(d)}; {len(d.test.y):,} points held out\n"
        "dashed: everywhere; lines: 95% intervals; right: share, of which part of all points"
    )
    style.head(ax, "What does the tree say?", note)
    return ax


def _rule(d: Discovery, sides: np.ndarray, restricted: tuple[int, ...]) -> str:
    said = [style.cut(limit(d.inputs[j], *sides[j]), 60) for j in restricted]
    return "\n".join(said) or "everywhere"


def _event(d: Discovery) -> str:
    return f"event: {style.cut(d.event.text, 70)}"


def _name(path: str) -> str:
    return style.cut(path, _NAME)


def _apart(given: Input) -> float:
    """The least distance between the values of an input; 0 where any number will do."""
    if given.among:
        return float(np.diff(np.unique(given.among)).min(initial=1.0))
    return 1.0 if given.whole else 0.0


def _axis_name(given: Input) -> str:
    return style.cut(given.path, 60)


def _short(value: float, span: float) -> str:
    """A number to a thousandth of its range."""
    unit = 10.0 ** (math.floor(math.log10(span)) - 2) if span > 0 else 1.0
    return f"{round(value / unit) * unit:.4g}"


def _look(k: int) -> tuple[str, Any, str]:
    return _LOOKS[k % len(_LOOKS)]
