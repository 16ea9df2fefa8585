"""How does the text move: each term from round to round, and how many are on board."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..analysis.summary_text import number, percent
from ..scenario.grid import GridTerm
from ..scenario.resolve import Resolved
from . import style
from .trace import Trace, trace

_LINES = (
    (style.BLUE, "-", "o"),
    (style.VERMILLION, "-", "s"),
    (style.INK, "--", "^"),
)
_MONEY = ("core_pct_gdp", "broader_pct_gdp")


@style.styled
def text_path(
    rounds: pd.DataFrame, scenario: Resolved, figure: Figure | SubFigure | None = None
) -> Figure | SubFigure:
    """How does the text move? The median of each term by date, with 50% and 90% of the runs.

    A run that has adopted its text keeps it. Core, broader and headline share a panel; the last
    panel is the share of members on board. A single run is drawn as it went.

    Parameters
    ----------
    rounds
        Table of rounds of one or more traced runs.
    scenario
        The scenario that was run.
    figure
        Where to draw (a figure or subfigure); a new figure if not given.

    Returns
    -------
    Figure or SubFigure
    """
    data = trace(rounds, scenario)
    written = [term for term in scenario.terms if term.written]
    money = [term for term in written if term.name in _MONEY]
    single = [term for term in written if term not in money or len(money) < 2]
    n = len(single) + (len(money) == 2) + 1
    columns = 1 if n < 3 else 2 if n < 9 else 3
    lines = -(-n // columns)
    if figure is None:
        figure = style.new_figure(max(9.0, 6.0 * columns), 2.4 * lines + 1.5)
    panels = list(figure.subplots(lines, columns, squeeze=False, sharex=True).ravel())
    for ax in panels[n:]:
        ax.remove()
    panels = panels[:n]
    dates = _dates(scenario)
    free = iter(panels)
    if len(money) == 2:
        _money(next(free), dates, data, money)
    for term in single:
        _term(next(free), dates, data, term)
    _on_board(next(free), dates, data, len(scenario.members))
    for ax in panels:
        _date_axis(ax, dates)
    for ax in panels[-columns:]:
        ax.set_xlabel("date of the round")
        ax.tick_params(labelbottom=True)
    many = data.runs > 1
    note = f"{style.runs_of(data.runs)}; an adopted text stays" if many else "one run"
    style.head(figure, "How does the text move from round to round?", note)
    if many:
        figure.legend(handles=_legend(), loc="outside lower center", ncols=3)
    return figure


def _dates(scenario: Resolved) -> np.ndarray:
    """Dates of the rounds, and one after them up to which the last text is drawn."""
    days = np.array(scenario.dates, dtype="datetime64[D]")
    return np.append(days, days[-1] + 1 + scenario.file.calendar.days_per_round // 2)


def _legend() -> list[Line2D | Patch]:
    return [
        Line2D([], [], color=style.INK, label="median run"),
        Patch(facecolor=style.SOFT, alpha=0.45, label="50% of runs"),
        Patch(facecolor=style.SOFT, alpha=0.2, label="90% of runs"),
    ]


def _money(ax: Axes, dates: np.ndarray, data: Trace, terms: Sequence[GridTerm]) -> None:
    core, broader = (np.array(t.values)[data.places[t.name]] for t in terms)
    named = ((terms[0].name, core), (terms[1].name, broader), ("headline_pct_gdp", core + broader))
    for (name, values), look in zip(named, _LINES, strict=True):
        _band(ax, dates, values, look, name)
    ax.set_ylabel(style.two_lines(terms[0].unit or "value", 16))
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    ax.locator_params(axis="y", nbins=6)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=3,
        borderaxespad=0.2,
        columnspacing=1.0,
        handlelength=1.6,
        handletextpad=0.5,
        fontsize=11,
    )


def _term(ax: Axes, dates: np.ndarray, data: Trace, term: GridTerm) -> None:
    places, note = data.places[term.name], ""
    if term.labels:
        # Levels are equally far apart on paper; their strength is a number of the model.
        _band(ax, dates, places.astype(float), _LINES[0])
        shown = style.sparse(range(len(term.labels)), 4)
        ax.set_yticks(shown, [style.two_lines(style.words(term.labels[j]), 12) for j in shown])
        ax.set_ylim(-0.4, len(term.labels) - 0.6)
        ax.set_ylabel(style.two_lines(term.unit or "level", 16))
    else:
        values = np.array(term.values)[places]
        if term.or_none:
            values = np.where(places == len(term.values) - 1, np.nan, values)
            note = f" (in {percent(1 - np.isnan(values[:, -1]).mean())} of texts)"
        _band(ax, dates, values, _LINES[0])
        ax.yaxis.set_major_formatter(lambda v, _: number(round(float(v), 9)))
        ax.locator_params(axis="y", nbins=5, integer=_whole(term), min_n_ticks=1)
        ax.set_ylabel(style.two_lines(term.unit or "value", 16))
    ax.set_title(style.cut(term.name, 46 - len(note)) + note, fontsize=13)


def _whole(term: GridTerm) -> bool:
    return all(v.is_integer() for v in term.values)


def _on_board(ax: Axes, dates: np.ndarray, data: Trace, members: int) -> None:
    _band(ax, dates, data.on_board.mean(axis=2), _LINES[0])
    ax.set_ylim(-0.03, 1.03)
    style.percent_axis(ax.yaxis)
    ax.set_ylabel("% of members")
    ax.set_title(f"on board, of {members} members", fontsize=13)


def _band(
    ax: Axes,
    dates: np.ndarray,
    values: np.ndarray,
    look: tuple[str, str, str],
    label: str | None = None,
) -> None:
    """Median and bands over the runs at each date; ``values`` has shape (runs, rounds)."""
    colour, dash, marker = look
    values = np.column_stack([values, values[:, -1]])
    known = ~np.isnan(values).all(axis=0)
    q = np.full((5, len(dates)), np.nan)
    q[:, known] = np.nanquantile(
        values[:, known], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0, method="inverted_cdf"
    )
    if len(values) > 1:
        ax.fill_between(dates, q[0], q[4], step="post", color=colour, alpha=0.2, linewidth=0)
        ax.fill_between(dates, q[1], q[3], step="post", color=colour, alpha=0.28, linewidth=0)
    ax.plot(
        dates,
        q[2],
        color=colour,
        linestyle=dash,
        marker=marker,
        markersize=5,
        markevery=slice(0, len(dates) - 1, max(1, len(dates) // 12)),
        drawstyle="steps-post",
        label=label,
    )


def _date_axis(ax: Axes, dates: np.ndarray) -> None:
    ax.set_xlim(dates[0] - np.timedelta64(2, "D"), dates[-1])
    ax.grid(axis="y")
