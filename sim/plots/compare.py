"""What does the change do? Paired differences, how outcomes change hands, and who parts first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..analysis.compare_text import cells, records
from ..analysis.summary_text import percent
from ..batch.tables import OUTCOMES
from . import style

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison, Pairing

# Colour, marker and line of each scenario after the first.
_LOOKS = (
    (style.DARK, "o"),
    (style.ORANGE, "s"),
    (style.SKY, "^"),
    (style.VERMILLION, "D"),
    (style.GREEN, "v"),
    (style.PURPLE, "P"),
)
_LETTERS, _FIRST = 6, 12
_KINDS = {
    "deal_lost": "the deal is lost",
    "deal_gained": "a deal is gained",
    "other_deal": "the deal is of another kind",
}


@dataclass(frozen=True)
class ComparisonPlots:
    """Figures of a comparison; each returns the Axes or Figure, and draws on one that is given."""

    comparison: Comparison

    def differences(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """What does the change do? See :func:`differences`."""
        return differences(self.comparison, figure)

    def transitions(self, ax: Axes | None = None, *, scenario: int = 1) -> Axes:
        """Which runs end otherwise? See :func:`transitions`; ``scenario`` counts from 1."""
        return transitions(self.comparison.pairings[scenario - 1], ax)

    def first_flips(self, ax: Axes | None = None, *, scenario: int = 1) -> Axes:
        """Whose answer changes first? See :func:`first_flips`; ``scenario`` counts from 1."""
        return first_flips(self.comparison.pairings[scenario - 1], ax)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        found: dict[str, Callable[[], Axes | Figure | SubFigure]] = {
            "differences": self.differences
        }
        many = len(self.comparison.pairings) > 1
        for place in range(1, len(self.comparison.pairings) + 1):
            end = f"_{place}" if many else ""
            found[f"transitions{end}"] = partial(self.transitions, scenario=place)
            found[f"first_flips{end}"] = partial(self.first_flips, scenario=place)
        return found


@style.styled
def differences(c: Comparison, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """What does the change do? Paired differences of all outcomes with 95% intervals.

    On the left shares, in percentage points; on the right numbers, in steps of their drafting grid
    so that they share an axis, with the values beside them.

    Parameters
    ----------
    c
        The comparison.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.
    """
    table = c.table
    shares, numbers = _shown(table, share=True), _shown(table, share=False)
    lines = max(len(shares), len(numbers), 3)
    if figure is None:
        height = (0.26 + 0.22 * len(c.pairings)) * lines
        figure = style.new_figure(15, height + 1.9 + 0.3 * len(c.pairings))
    left, right = figure.subplots(1, 2)
    _forest(left, c, shares, 100.0, lines)
    left.set_xlabel("Difference (percentage points)")
    _forest(right, c, numbers, None, lines)
    right.set_xlabel("Difference (steps of the drafting grid, rounds or letters)")
    note = f"against {style.cut(c.base.label, 50)}; {style.count(c.runs, 'pair')} of runs"
    style.head(figure, "What does the change do?", f"{note}; lines: 95% intervals")
    handles = [
        Line2D([], [], color=colour, marker=marker, label=style.cut(p.b.label, 60))
        for p, (colour, marker) in zip(c.pairings, _looks(len(c.pairings)), strict=True)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 2))
    return figure


def _looks(n: int) -> list[tuple[str, str]]:
    return [_LOOKS[i % len(_LOOKS)] for i in range(n)]


def _shown(table: pd.DataFrame, *, share: bool) -> list[str]:
    """Outcomes in the order of the table; of the letters only those that change most."""
    rows = table[(table["unit"] == "share") == share]
    letters = rows[rows["outcome"].str.startswith("side_letter.")]
    most = letters.groupby("outcome")["difference"].apply(lambda d: d.abs().max())
    kept = set(most[most > 0].sort_values(ascending=False, kind="stable").index[:_LETTERS])
    names = [n for n in dict.fromkeys(rows["outcome"]) if not n.startswith("side_letter.")]
    # The other side of "deal" says nothing new.
    return [n for n in names if n != "no_deal"] + sorted(kept)


def _forest(
    ax: Axes, c: Comparison, names: Sequence[str], factor: float | None, lines: int
) -> None:
    """Rows of differences, the scenarios of one outcome below each other."""
    n = len(c.pairings)
    members = {m.code: m.name for m in c.base.scenario.loaded.resolved.members}
    texts = []
    for row, name in enumerate(names):
        printed = []
        for place, (p, (colour, marker)) in enumerate(zip(c.pairings, _looks(n), strict=True)):
            found = records(p.table[p.table["outcome"] == name])
            if not found or not found[0]["pairs"]:
                printed.append("–")
                continue
            r = found[0]
            scale = factor if factor is not None else 1.0 / r["step"]
            y = row + (place - (n - 1) / 2) * 0.7 / n
            low, high = r["low"] * scale, r["high"] * scale
            ends = [y, y]
            if np.isfinite([low, high]).all():
                ax.plot([low, high], ends, color=colour, linewidth=2.4, solid_capstyle="butt")
            ax.plot([r["difference"] * scale], [y], marker, color=colour, markersize=8)
            printed.append(_printed(r))
        texts.append("\n".join(printed))
    style.rows(ax, [_words(name, members) for name in names], width=24)
    ax.set_ylim(lines - 0.4, -0.6)
    if not names:
        style.say(ax, "nothing to compare")
        return
    ax.axvline(0.0, color=style.INK, linewidth=1.2, zorder=0)
    ax.grid(axis="x")
    low, high = ax.get_xlim()
    ax.set_xlim(min(low, -0.1), max(high, 0.1))
    style.value_column(ax, texts)


def _printed(r: dict[str, Any]) -> str:
    a, b, d, _, _ = cells(r)
    unit = "" if r["unit"] == "share" else f" {r['unit']}"
    return f"{a} → {b}  ({d}{unit if len(unit) < 12 else ''})"


def _words(name: str, members: Mapping[str, str]) -> str:
    if name.startswith("side_letter."):
        return f"letter to {members[name.partition('.')[2]]}"
    return style.words(name.replace("=", ": "))


@style.styled
def transitions(p: Pairing, ax: Axes | None = None) -> Axes:
    """Which runs end otherwise? Runs by their outcome in both scenarios; the diagonal stays.

    Parameters
    ----------
    p
        A scenario against the first one.
    ax
        Where to draw; a new figure if not given.
    """
    table = p.transitions
    counts = table.to_numpy()
    seen = [
        i
        for i, name in enumerate(OUTCOMES)
        if name != "adopted_over_objections" or counts[i].any() or counts[:, i].any()
    ]
    counts = counts[np.ix_(seen, seen)]
    total = counts.sum()
    shares = counts / max(total, 1)
    ax = style.axes_or_new(ax, 9.5, 1.25 * len(seen) + 2.6)
    ax.imshow(shares, cmap=style.UPWARD, vmin=0, vmax=max(shares.max(), 1e-9), aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        dark = share > 0.55 * shares.max()
        ax.text(
            j,
            i,
            f"{percent(share)}\n{counts[i, j]:,}" if counts[i, j] else "0",
            ha="center",
            va="center",
            color="white" if dark else style.INK,
            fontsize=14,
            fontweight="bold" if i != j else "normal",
        )
        if i == j:
            ax.add_patch(_frame(j, i, "white" if dark else style.SOFT))
    names = [style.two_lines(style.sentence(style.words(OUTCOMES[i])), 18) for i in seen]
    ax.set_xticks(range(len(seen)), names)
    ax.set_yticks(range(len(seen)), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_ylabel(f"A: {style.cut(p.a.label, 34)}", labelpad=12)
    ax.set_xlabel(f"B: {style.cut(p.b.label, 60)}")
    moved = total - np.trace(counts)
    note = (
        f"{percent(moved / max(total, 1))} of {style.count(total, 'run')} change; framed: no change"
    )
    style.head(ax, "Which runs end otherwise?", note)
    return ax


def _frame(x: float, y: float, colour: str) -> Rectangle:
    return Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, fill=False, edgecolor=colour, lw=1.4)


@style.styled
def first_flips(p: Pairing, ax: Axes | None = None) -> Axes:
    """Whose answer changes first in runs that end otherwise? By whether it now objects.

    Parameters
    ----------
    p
        A scenario against the first one. Shown is the most frequent of the kinds of change that
        make or unmake a deal; if there is none, other changes of category.
    ax
        Where to draw; a new figure if not given.
    """
    flips = p.first_flips
    sizes = {kind: int(runs.sum()) for kind, runs in p.changed.items()}
    kind = max(("deal_lost", "deal_gained"), key=lambda k: sizes[k])
    kind = kind if sizes[kind] else "other_deal"
    rows = flips[(flips["change"] == kind) & (flips["member"] != "") & (flips["first"] > 0)]
    names = {m.code: m.name for m in p.b.scenario.loaded.resolved.members}
    shown = rows.head(_FIRST)
    ax = style.axes_or_new(ax, 9.5, 0.4 * max(len(shown), 2) + 2.5)
    n = sizes[kind]
    objects = shown["now_objects"].to_numpy(dtype=float)
    others = shown["first"].to_numpy(dtype=float) - objects
    y = np.arange(len(shown))
    ax.barh(y, objects / max(n, 1), height=0.68, color=style.DARK, label="now breaks silence")
    ax.barh(
        y,
        others / max(n, 1),
        left=objects / max(n, 1),
        height=0.68,
        color=style.PALE,
        edgecolor=style.INK,
        linewidth=0.6,
        hatch="///",
        label="now lets it pass",
    )
    style.rows(ax, [names[code] for code in shown["member"]])
    note = f"{style.count(n, 'run')} of {len(p.a.runs):,} in which {_KINDS[kind]}"
    style.head(ax, "Whose answer changes first?", note)
    if not len(shown):
        ax.set_yticks([])
        style.say(ax, "no run ends otherwise" if not n else "no member: the answers are the same")
        return ax
    ax.grid(axis="x")
    ax.set_xlim(0, 1.06 * float(shown["share"].max()))
    style.percent_axis(ax.xaxis)
    ax.set_xlabel("Share of these runs (%); several may be first in one run")
    numbers = zip(shown["share"], shown["round"], strict=True)
    style.value_column(ax, [f"{percent(share)}\u2002round {at:.0f}" for share, at in numbers])
    ax.legend(loc="lower right")
    return ax
