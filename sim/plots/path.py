"""How does the text move: each term from round to round, and how many are on board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..analysis import tally
from ..analysis.summary_text import number, percent
from ..scenario.grid import GridTerm
from ..scenario.resolve import Resolved
from . import style
from .trace import Trace, trace

_MONEY = ("core_pct_gdp", "broader_pct_gdp")


@style.styled
def text_path(
    rounds: pd.DataFrame,
    scenario: Resolved,
    figure: Figure | SubFigure | None = None,
    *,
    of: int | None = None,
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
    of
        Number of runs of which these are the first, if there are more.

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
    dates, colours = _dates(scenario), style.term_colours(scenario)
    free = iter(panels)
    if len(money) == 2:
        _money(next(free), dates, data, money, colours)
    for term in single:
        _term(next(free), dates, data, term, colours.get(term.name, style.INK))
    _on_board(next(free), dates, data, len(scenario.members))
    for ax in panels:
        _date_axis(ax, dates)
    for ax in panels[-columns:]:
        ax.set_xlabel("date of the round")
        ax.tick_params(labelbottom=True)
    many = data.runs > 1
    note = f"{style.first_of(data.runs, of)}; an adopted text stays" if many else "one run"
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
        Line2D([], [], color=style.INK, label="median"),
        Patch(facecolor=style.SOFT, alpha=0.45, label="50% of runs"),
        Patch(facecolor=style.SOFT, alpha=0.2, label="90% of runs"),
    ]


def _money(
    ax: Axes,
    dates: np.ndarray,
    data: Trace,
    terms: Sequence[GridTerm],
    colours: Mapping[str, str],
) -> None:
    core, broader = (np.array(t.values)[data.places[t.name]] for t in terms)
    _band(ax, dates, core, (colours[terms[0].name], "-", "o"), terms[0].name)
    _band(ax, dates, broader, (colours[terms[1].name], "-", "s"), terms[1].name)
    _band(ax, dates, core + broader, (style.INK, "--", "^"), tally.HEADLINE)
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


def _term(ax: Axes, dates: np.ndarray, data: Trace, term: GridTerm, colour: str) -> None:
    places, note, look = data.places[term.name], "", (colour, "-", "o")
    ax.set_ylabel(style.two_lines(term.unit or ("level" if term.labels else "value"), 16))
    if term.labels:
        # Levels are equally far apart on paper; their strength is a number of the model.
        _band(ax, dates, places.astype(float), look)
        shown = style.sparse(range(len(term.labels)), 4)
        ax.set_yticks(shown, [style.two_lines(style.words(term.labels[j]), 12) for j in shown])
        ax.set_ylim(-0.4, len(term.labels) - 0.6)
    else:
        values = np.array(term.values)[places]
        if term.or_none:
            values = np.where(places == len(term.values) - 1, np.nan, values)
            note = _written(values)
        if np.isnan(values).all():
            ax.set_yticks([])
            style.say(ax, "left out of every text")
        else:
            _grid_axis(ax, term, _band(ax, dates, values, look))
    ax.set_title(style.cut(term.name, 46 - len(note)) + note, fontsize=13)


def _written(values: np.ndarray) -> str:
    """Where a term that may be left out is in the text, for a title; values (runs, rounds)."""
    written = ~np.isnan(values)
    if not written.any():
        return ""
    if len(values) > 1:
        return f" (in {percent(written[:, -1].mean())} of last texts)"
    return "" if written[:, -1].all() else " (not in the last text)"


def _grid_axis(ax: Axes, term: GridTerm, drawn: np.ndarray) -> None:
    """Limits a step of the drafting grid around what is drawn, and ticks on the grid."""
    grid = np.array(term.values[:-1] if term.or_none else term.values)
    step = float(grid[1] - grid[0]) if len(grid) > 1 else 1.0
    low, high = np.nanmin(drawn) - step, np.nanmax(drawn) + step
    near = grid[(grid > low - step / 2) & (grid < high + step / 2)]
    places = style.round_places(near.tolist(), 5)
    ax.set_ylim(low, high)
    ax.set_yticks(near[places], [number(float(v)) for v in near[places]])


def _on_board(ax: Axes, dates: np.ndarray, data: Trace, members: int) -> None:
    _band(ax, dates, data.on_board.mean(axis=2), (style.DARK, "-", "o"))
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
) -> np.ndarray:
    """Draw the median and bands over the runs at each date, and return them as (5, dates).

    ``values`` has shape (runs, rounds).
    """
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
    return q


def _date_axis(ax: Axes, dates: np.ndarray) -> None:
    ax.set_xlim(dates[0] - np.timedelta64(2, "D"), dates[-1])
    ax.grid(axis="y")
