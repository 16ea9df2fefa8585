"""Forecasts of real summits beside what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..analysis import tally
from ..analysis.backtest import OVERALL, Backtest, Summit, grid_terms
from ..analysis.backtest_facts import INPUTS
from ..analysis.backtest_forecasts import BASELINES, MODEL, Forecast, as_number
from ..analysis.scores import rank_histogram
from ..scenario.grid import GridTerm
from . import style

# Variants of the model: filled, and drawn over it as a line.
_FILL, _LINE = style.PALE, style.BLUE
_BINS = 5
_COLUMNS = 4


@dataclass(frozen=True)
class BacktestPlots:
    """Figures of back-tests; each returns the figure and draws on one that is given."""

    found: Backtest

    def overall(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """Who forecasts the text best? See :func:`overall`."""
        return overall(self.found, figure)

    def texts(
        self, figure: Figure | SubFigure | None = None, *, other: str | None = "fitted"
    ) -> Figure | SubFigure:
        """What was forecast, and what was agreed? See :func:`texts`."""
        return texts(self.found, figure, other=other)

    def ranks(
        self,
        figure: Figure | SubFigure | None = None,
        *,
        forecasts: Sequence[str] = (MODEL, "fitted"),
    ) -> Figure | SubFigure:
        """Where does what happened lie in the forecasts? See :func:`ranks`."""
        return ranks(self.found, figure, forecasts=forecasts)

    def objecting(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """Who objected, and who was forecast to? See :func:`objecting`."""
        return objecting(self.found, figure)

    def all(self) -> dict[str, Callable[[], Axes | Figure | SubFigure]]:
        """Every figure by the name of its file."""
        return {
            "overall": self.overall,
            "texts": self.texts,
            "ranks": self.ranks,
            "objecting": self.objecting,
        }


@style.styled
def overall(found: Backtest, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """Who forecasts the text best? The overall score of each forecast, a panel for each summit.

    Parameters
    ----------
    found
        Back-tests.
    figure
        Where to draw; a new figure if not given.

    Returns
    -------
    Figure or SubFigure
    """
    scored = {f for s in found.summits for f, quantity, _ in s.scored if quantity == OVERALL}
    variants = [name for name in found.summits[0].forecasts if name not in BASELINES]
    names = [name for name in (*variants, *BASELINES) if name in scored]
    figure = figure or style.new_figure(12, 0.42 * len(names) + 2.4)
    panels = figure.subplots(1, len(found.summits), sharey=True, squeeze=False)[0]
    for ax, summit in zip(panels, found.summits, strict=True):
        for row, name in enumerate(names):
            score = summit.scored.get((name, OVERALL, "scaled_crps"))
            if score is None:
                ax.text(0.02, row, "says nothing", color=style.SOFT, va="center", fontsize=11)
                continue
            simple = name in BASELINES
            ax.errorbar(
                score.value,
                row,
                xerr=1.96 * score.standard_error,
                fmt="o" if simple else "D",
                color=style.SOFT if simple else style.BLUE,
                markersize=9,
                capsize=4,
            )
        ax.grid(axis="x")
        ax.set_xlim(-0.04, 1.06)
        ax.set_title(summit.scenario.title.split(",")[0], fontsize=13)
        ax.set_xlabel("mean CRPS / grid width")
    style.rows(panels[0], [style.words(n) for n in names])
    for ax in panels[1:]:
        ax.tick_params(axis="y", length=0)
    handles = [
        Line2D([], [], color=style.BLUE, marker="D", linestyle="none", label="this model"),
        Line2D([], [], color=style.SOFT, marker="o", linestyle="none", label="simple rules"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    note = f"0: exactly what happened; {style.runs_of(found.runs)}, lines: 95% Monte Carlo error"
    style.head(figure, "Who forecasts the text best?", note)
    return figure


@style.styled
def texts(
    found: Backtest,
    figure: Figure | SubFigure | None = None,
    *,
    other: str | None = "fitted",
) -> Figure | SubFigure:
    """What was forecast, and what was agreed? A panel for each term that is no input.

    Parameters
    ----------
    found
        Back-tests.
    figure
        Where to draw; a new figure if not given.
    other
        A second forecast by the model, drawn as a line; none if there is no such forecast.

    Returns
    -------
    Figure or SubFigure
    """
    shown = [
        (s, term)
        for s in found.summits
        for term in grid_terms(s.scenario.setup)
        if term.name in s.what.text
        and term.name != tally.HEADLINE
        and term.name not in INPUTS[s.name]
    ]
    lines = -(-len(shown) // _COLUMNS)
    figure = figure or style.new_figure(3.7 * _COLUMNS, 2.8 * lines + 1.4)
    panels = figure.subplots(lines, _COLUMNS, squeeze=False).ravel()
    both = other is not None and all(other in s.forecasts for s in found.summits)
    for ax, (summit, term) in zip(panels, shown, strict=False):
        _text(ax, summit, term, other if both else None)
    for ax in panels[len(shown) :]:
        ax.remove()
    handles: list[Patch | Line2D] = [
        Patch(facecolor=_FILL, edgecolor=style.INK, label="model, default coefficients")
    ]
    if both:
        line = {"color": _LINE, "marker": "o", "markersize": 5}
        handles.append(Line2D([], [], label="model, fitted to the other two summits", **line))  # type: ignore[arg-type]
    mark = {"color": style.VERMILLION, "marker": "v", "markersize": 11, "linestyle": "none"}
    handles.append(Line2D([], [], label="what was agreed", **mark))  # type: ignore[arg-type]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    for ax in panels[: len(shown) : _COLUMNS]:
        ax.set_ylabel("share of deals (%)")
    note = f"{style.runs_of(found.runs)} of each summit; terms that are inputs are left out"
    style.head(figure, "What was forecast, and what was agreed?", note)
    return figure


def _text(ax: Axes, summit: Summit, term: GridTerm, other: str | None) -> None:
    numbers = np.array([as_number(term, term.show(j)) for j in range(len(term.values))])
    x = np.arange(len(numbers))
    top = 0.0
    for name in (MODEL, other):
        if name is None:
            continue
        shares = _shares(summit.forecasts[name], term.name, numbers)
        top = max(top, float(np.nanmax(shares, initial=0.0)))
        if name == MODEL:
            ax.bar(x, shares, 0.8, color=_FILL, edgecolor=style.INK, linewidth=0.6)
        else:
            ax.plot(x, shares, color=_LINE, marker="o", markersize=4, linewidth=1.6)
    happened = as_number(term, summit.what.text[term.name])
    same = np.isnan(numbers) if np.isnan(happened) else np.isclose(numbers, happened)
    at = int(np.flatnonzero(same)[0])
    ax.plot(at, 1.1 * top, "v", color=style.VERMILLION, markersize=12, clip_on=False)
    ax.set_ylim(0, 1.2 * top)
    labels = [_label(term, j) for j in range(len(numbers))]
    wide = sum(len(text) for text in labels) > 24
    places = [at] if wide and not term.labels else list(range(len(x)))
    if wide and not term.labels:
        apart = max(2, len(x) // 4)
        ends = [j for j in (0, len(x) - 1) if abs(j - at) >= apart]
        places += [j for j in ends if j != at]
    texts = [style.two_lines(labels[j], 9) for j in places]
    ax.set_xticks(places, texts)
    ax.grid(axis="y")
    style.percent_axis(ax.yaxis)
    ax.set_title(f"{summit.scenario.title.split(',')[0]}:\n{term.name}", fontsize=12)


def _label(term: GridTerm, place: int) -> str:
    shown = term.show(place)
    if shown is None:
        return "none"
    return style.words(shown) if isinstance(shown, str) else f"{shown:g}"


def _shares(forecast: Forecast, term: str, numbers: np.ndarray) -> np.ndarray:
    """Share of the texts of a forecast with each value of the grid, shape (values,)."""
    values = forecast.terms[term]
    if forecast.counted is not None:
        values = values[forecast.counted]
    alike = np.isclose(values[:, None], numbers) | (np.isnan(values[:, None]) & np.isnan(numbers))
    shares: np.ndarray = alike.mean(axis=0) if len(values) else np.zeros(len(numbers))
    return shares


@style.styled
def ranks(
    found: Backtest,
    figure: Figure | SubFigure | None = None,
    *,
    forecasts: Sequence[str] = (MODEL, "fitted"),
) -> Figure | SubFigure:
    """Where does what happened lie in the forecasts? Ranks of each term, and their histogram.

    Parameters
    ----------
    found
        Back-tests.
    figure
        Where to draw; a new figure if not given.
    forecasts
        Forecasts by the model to show; those that are not there are left out.

    Returns
    -------
    Figure or SubFigure
    """
    known = [f for f in forecasts if all(f in s.forecasts for s in found.summits)]
    all_ranks = {name: found.ranks(name) for name in known}
    rows = list(all_ranks[known[0]])
    figure = figure or style.new_figure(12, 0.5 * len(rows) + 2.6)
    left, right = figure.subplots(1, 2, width_ratios=[1.6, 1])
    looks = {MODEL: (style.DARK, "s"), "fitted": (style.BLUE, "o")}
    for n, name in enumerate(known):
        colour, marker = looks.get(name, (style.GREEN, "^"))
        shift = 0.3 * (n - (len(known) - 1) / 2)
        for row, key in enumerate(rows):
            rank = all_ranks[name][key]
            left.hlines(row + shift, rank.below, rank.upto, color=colour, linewidth=2.6)
            left.plot(rank.middle, row + shift, marker, color=colour, markersize=7)
        histogram = rank_histogram(list(all_ranks[name].values()), _BINS)
        width = 0.8 / len(known) / _BINS
        centres = (np.arange(_BINS) + 0.5) / _BINS + width * (n - (len(known) - 1) / 2)
        right.bar(centres, histogram * len(rows), width, color=colour, edgecolor="white")
    titles = {s.name: s.scenario.title.split(" summit")[0] for s in found.summits}
    style.rows(left, [f"{titles[s]}: {term}" for s, term in rows], width=44)
    left.set_xlim(-0.03, 1.03)
    left.set_xlabel("Rank among the runs (0: below all, 1: above all)")
    left.grid(axis="x")
    right.axhline(len(rows) / _BINS, color=style.SOFT, linewidth=1.4, linestyle="--")
    right.set_xlabel("Rank among the runs")
    right.set_ylabel("Number of terms")
    right.set_title(f"dashed: a true forecast, {len(rows)} terms", fontsize=12)
    words = {MODEL: "model, default coefficients", "fitted": "fitted to the other two summits"}
    handles = [
        Line2D([], [], color=looks[n][0], marker=looks[n][1], label=words.get(n, n)) for n in known
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    note = "lines: a lump of the forecast at what happened; inputs and absent terms left out"
    style.head(figure, "Where does what happened lie in the forecasts?", note)
    return figure


@style.styled
def objecting(found: Backtest, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """Does the model know who resists? Rounds of objection of members that had spoken before.

    Parameters
    ----------
    found
        Back-tests.
    figure
        Where to draw; a new figure if not given.

    Returns
    -------
    Figure or SubFigure
    """
    most = max(len(s.what.statements) for s in found.summits)
    figure = figure or style.new_figure(12.5, 0.36 * most + 2.2)
    panels = figure.subplots(1, len(found.summits), squeeze=False)[0]
    for ax, summit in zip(panels, found.summits, strict=True):
        rounds = summit.forecasts[MODEL].resists
        assert rounds is not None
        mean = rounds.mean(axis=0)
        order = np.argsort(-mean, kind="stable")
        names = {p.code: p.name for p in summit.scenario.loaded.resolved.members}
        for row, j in enumerate(order):
            opposed = summit.what.statements[j].opposed
            colour = style.VERMILLION if opposed else style.PALE
            hatch = "///" if opposed else ""
            ax.barh(
                row, mean[j], 0.7, color=colour, hatch=hatch, edgecolor=style.INK, linewidth=0.6
            )
        style.rows(ax, [names[summit.what.statements[j].member] for j in order])
        ax.set_ylim(most - 0.4, -0.6)
        ax.grid(axis="x")
        ax.set_xlabel("Rounds of objection (mean)")
        ax.set_title(summit.scenario.title.split(",")[0], fontsize=13)
    handles = [
        Patch(facecolor=style.VERMILLION, hatch="///", edgecolor=style.INK, label="had opposed"),
        Patch(facecolor=style.PALE, edgecolor=style.INK, label="had not"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    note = f"members whose government had spoken before the summit; {style.runs_of(found.runs)}"
    style.head(figure, "Does the model know who resists?", note)
    return figure
