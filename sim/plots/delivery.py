"""What members spend after a summit: fans, who is there by when, the alliance, and a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from ..delivery.delivered import ALL
from ..delivery.history import nato
from ..errors import SummitryError
from . import maps, style

if TYPE_CHECKING:
    from ..delivery.delivered import Delivery

#: Bands of a fan: quantiles and greys of blue that also part in grey.
_BANDS = (("q2.5", "q97.5", "#dcebf5"), ("q10", "q90", "#a9cfe6"), ("q25", "q75", "#5fa3cf"))
_BANDS_IN_WORDS = "bands hold 50, 80 and 95% of runs"
_COLUMNS = 8
#: From this share on a cell of the heat map is dark and its number white.
_DARK = 0.55


@style.styled
def fan(delivery: Delivery, member: str, ax: Axes | None = None) -> Axes:
    """What will a member spend?

    Parameters
    ----------
    delivery
        What was delivered.
    member
        Code or name.
    ax
        Where to draw; new if not given.

    Raises
    ------
    SummitryError
        If the member is not among those with forces.
    """
    code = _code(delivery, member)
    ax = style.axes_or_new(ax, 9.0, 5.5)
    _fan(ax, delivery, code)
    note = f"{style.runs_of(len(delivery))}; {_BANDS_IN_WORDS}"
    style.head(ax, f"What will {_names(delivery)[code]} spend?", note)
    ax.set_xlabel("year")
    ax.set_ylabel("core spending (% GDP)")
    ax.legend(loc="upper left")
    return ax


@style.styled
def fans(delivery: Delivery, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """What will each member spend? One small fan for each, all on one scale but for the highest."""
    codes = sorted(delivery.members, key=lambda code: _names(delivery)[code])
    rows = -(-len(codes) // _COLUMNS)
    columns = min(_COLUMNS, len(codes))
    if figure is None:
        figure = style.new_figure(2.5 * columns + 0.6, 2.35 * rows + 1.5)
    panels = np.ravel(figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False))
    limit = float(np.ceil(delivery.fans["q90"].max()))
    for ax, code in zip(panels, codes, strict=False):
        _fan(ax, delivery, code)
        ax.set_title(style.cut(_names(delivery)[code], 20), fontsize=13, pad=4)
        ax.set_ylim(0.0, min(limit, 7.0))
        ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    for ax in panels[len(codes) :]:
        ax.set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.supylabel("core spending (% GDP)", fontsize=13)
    note = f"{style.runs_of(len(delivery))}; {_BANDS_IN_WORDS}"
    style.head(figure, "What will each member spend?", note)
    return figure


@style.styled
def reach(delivery: Delivery, ax: Axes | None = None, *, target: float | None = None) -> Axes:
    """Who has reached the text's core, or a level, by when?

    Parameters
    ----------
    delivery
        What was delivered.
    ax
        Where to draw; new if not given.
    target
        Core spending, % GDP; that of the text of each run if not given.
    """
    wide = delivery.reach(target).pivot(index="member", columns="year", values="reached")
    wide = wide.loc[wide.mean(axis=1).sort_values(ascending=False, kind="stable").index]
    ax = style.axes_or_new(ax, 0.62 * wide.shape[1] + 3.2, 0.33 * wide.shape[0] + 1.8)
    ax.imshow(wide.to_numpy(), cmap=style.UPWARD, vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), share in np.ndenumerate(wide.to_numpy()):
        ink = "white" if share > _DARK else style.INK
        ax.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=ink, fontsize=10)
    ax.set_xticks(range(wide.shape[1]), [str(year) for year in wide.columns])
    ax.set_yticks(range(wide.shape[0]), [_names(delivery)[code] for code in wide.index])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    what = "the core of the text" if target is None else f"{target:g}% of GDP"
    runs = int(delivery.deal.sum()) if target is None else len(delivery)
    counted = style.count(runs, "deal") if target is None else style.runs_of(runs)
    style.head(ax, f"Who has reached {what} by when?", f"percent of {counted}")
    return ax


@style.styled
def alliance(delivery: Delivery, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
    """What does it add up to? In percent of GDP, with and without the demander, and in dollars."""
    if figure is None:
        figure = style.new_figure(13.0, 5.6)
    share, money = figure.subplots(1, 2)
    columns = ["core_pct_gdp", "others_pct_gdp", "core_usd_bn"]
    by_year = delivery.alliance.groupby("year")[columns]
    quantiles = {p: by_year.quantile(p / 100) for p in (2.5, 10, 25, 50, 75, 90, 97.5)}
    for ax, name in ((share, "core_pct_gdp"), (money, "core_usd_bn")):
        _bands(ax, pd.DataFrame({f"q{p:g}": table[name] for p, table in quantiles.items()}))
        ax.set_xlabel("year")
        ax.grid(axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    others = quantiles[50]["others_pct_gdp"]
    if not np.allclose(others, quantiles[50]["core_pct_gdp"]):
        label = "median without the demander"
        share.plot(others.index, others, color=style.VERMILLION, ls=":", label=label)
    if delivery.deal.any():
        gap = delivery.credibility_gap
        pledged = gap[gap["member"] == ALL].set_index("year")["pledged_pct_gdp"]
        share.plot(pledged.index, pledged, color=style.INK, ls="--", label="pledged")
    share.set_ylabel("core spending (% GDP)")
    share.legend(loc="upper left")
    money.set_ylabel(f"core spending (bn US dollars of {delivery.summit.start.year})")
    note = f"{style.runs_of(len(delivery))}; {_BANDS_IN_WORDS}; pledged: a straight line for all"
    style.head(figure, "What does the alliance spend?", note)
    return figure


@style.styled
def gap(delivery: Delivery, ax: Axes | None = None, *, year: int | None = None) -> Axes:
    """Who is expected to fall short of the line to the pledge, and by how much?

    Parameters
    ----------
    delivery
        What was delivered.
    ax
        Where to draw; new if not given.
    year
        Which year; the usual date of the texts if not given.
    """
    year = _due(delivery) if year is None else year
    table = delivery.credibility_gap
    table = table[(table["year"] == year) & (table["member"] != ALL)]
    if table.empty:
        raise SummitryError(f"{year} was not played: {delivery.years[0]} to {delivery.years[-1]}")
    table = table.sort_values("short_pp", ascending=False, kind="stable")
    ax = style.axes_or_new(ax, 10.0, 0.31 * len(table) + 1.9)
    ax.barh(range(len(table)), table["short_pp"], color=style.SKY, edgecolor=style.INK, lw=0.6)
    style.rows(ax, [_names(delivery)[code] for code in table["member"]])
    style.value_column(ax, [f"{usd:,.1f}" for usd in table["short_usd_bn"]])
    ax.set_xlabel("expected shortfall (percentage points of GDP; right: bn US dollars)")
    ax.grid(axis="x")
    note = f"{style.count(int(delivery.deal.sum()), 'deal')}; below the straight line to the pledge"
    style.head(ax, f"Who falls short in {year}?", note)
    return ax


@style.styled
def met_map(delivery: Delivery, ax: Axes | None = None) -> Axes:
    """Who keeps the word on its date? A map; see :func:`sim.plots.maps.member_map`."""
    return maps.member_map(_met(delivery), ax, **_met_words(delivery))


@style.styled
def met_tiles(delivery: Delivery, ax: Axes | None = None) -> Axes:
    """The same on tiles with numbers; see :func:`sim.plots.maps.tile_map`."""
    return maps.tile_map(_met(delivery), ax, **_met_words(delivery))


@dataclass(frozen=True)
class DeliveryPlots:
    """Figures of a delivery; each returns the Axes or Figure, and draws on one that is given."""

    delivery: Delivery

    def fan(self, member: str, ax: Axes | None = None) -> Axes:
        """What will a member spend? See :func:`fan`."""
        return fan(self.delivery, member, ax)

    def fans(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """What will each member spend? See :func:`fans`."""
        return fans(self.delivery, figure)

    def reach(self, ax: Axes | None = None, *, target: float | None = None) -> Axes:
        """Who has reached a level by when? See :func:`reach`."""
        return reach(self.delivery, ax, target=target)

    def alliance(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """What does the alliance spend? See :func:`alliance`."""
        return alliance(self.delivery, figure)

    def gap(self, ax: Axes | None = None, *, year: int | None = None) -> Axes:
        """Who falls short? See :func:`gap`."""
        return gap(self.delivery, ax, year=year)

    def met_map(self, ax: Axes | None = None) -> Axes:
        """Who keeps the word on its date? See :func:`met_map`."""
        return met_map(self.delivery, ax)

    def met_tiles(self, ax: Axes | None = None) -> Axes:
        """The same on tiles. See :func:`met_tiles`."""
        return met_tiles(self.delivery, ax)

    def all(self) -> Mapping[str, Callable[[], Axes | Figure | SubFigure]]:
        """What can be drawn of this delivery, by the name of its file."""
        figures: dict[str, Callable[[], Axes | Figure | SubFigure]] = {
            "fans": self.fans,
            "alliance": self.alliance,
        }
        if self.delivery.deal.any():
            figures["reach"], figures["gap"] = self.reach, self.gap
            if self.delivery.met()["runs"].iloc[0] and set(self.delivery.members) & set(nato()):
                figures |= {"met_map": self.met_map, "met_tiles": self.met_tiles}
        return figures


def _fan(ax: Axes, d: Delivery, code: str) -> None:
    """Bands, median, what was spent before, and the line to the pledge."""
    rows = d.fans[d.fans["member"] == code].set_index("year")
    member = d.members.index(code)
    now = float(np.median(d.summit.start.spending[:, member]))
    base = pd.DataFrame(
        {name: now for name in rows.columns if name != "member"}, [d.summit.start.year]
    )
    _bands(ax, pd.concat([base, rows.drop(columns="member")]))
    past = {y: v for y, v in nato().get(code, {}).items() if y <= d.summit.start.year}
    if past and abs(past[max(past)] - now) < 0.005 and max(past) == d.summit.start.year:
        ax.plot(list(past), list(past.values()), color=style.INK, lw=1.8, label="spent")
    if d.deal.any():
        line = d.pledged[d.deal, member].mean(axis=0)
        line = np.concatenate([[now], line])
        years = [d.summit.start.year, *d.years]
        ax.plot(years, line, color=style.VERMILLION, ls="--", lw=1.6, label="line to the pledge")
    ax.grid(axis="y")
    ax.set_ylim(bottom=0.0)


def _bands(ax: Axes, quantiles: pd.DataFrame) -> None:
    for low, high, colour in _BANDS:
        ax.fill_between(quantiles.index, quantiles[low], quantiles[high], color=colour, lw=0)
    ax.plot(quantiles.index, quantiles["q50"], color="#08306b", label="median")


def _names(d: Delivery) -> dict[str, str]:
    return {m.code: m.name for m in d.ensemble.scenario.loaded.resolved.members}


def _code(d: Delivery, member: str) -> str:
    code = d.ensemble.scenario.code(member)
    if code not in d.members:
        raise SummitryError(f"{member} has no core spending; members: {', '.join(d.members)}")
    return code


def _due(d: Delivery) -> int:
    """The year that most texts have as their date, or the last one that was played."""
    dates = d.summit.deadline[~np.isnan(d.summit.deadline)].astype(int)
    dates = dates[dates <= d.years[-1]]
    return int(np.bincount(dates).argmax()) if len(dates) else d.years[-1]


def _met(d: Delivery) -> dict[str, float]:
    met = d.met()
    return dict(zip(met["member"], met["met"], strict=True))


def _met_words(d: Delivery) -> dict[str, Any]:
    runs = int(d.met()["runs"].iloc[0])
    return {
        "question": "Who stands at the core of the text on its date?",
        "label": "there on the date (% of deals)",
        "note": f"{style.count(runs, 'deal')} with a date",
        "limits": (0.0, 1.0),
        "shares": True,
    }
