"""One number for each member, on a map and on a grid of equal tiles.

The map shows where; on the tiles every member is equally large and its number is printed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize, to_rgb
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path

from ..analysis import geography, tally
from ..analysis.stopping import LEVEL
from ..analysis.summary_text import percent
from ..errors import SummitryError
from . import style

# Members have a dark border, so that they stand out in grey as well.
_ABROAD = {"facecolor": "#f1f1f1", "edgecolor": "#cccccc"}
_UNKNOWN = {"facecolor": "#bdbdbd", "edgecolor": style.SOFT, "hatch": "xxxx"}
_BELOW_ZERO = "\\\\\\\\"

_EUROPE, _AMERICA = (12.0, 52.0), (-98.0, 52.0)  # where the two projections are true
# North America stands in the ocean, smaller: scale and place of its middle, km.
_SHRINK, _SHIFT = 0.42, np.array([-4300.0, 350.0])
_VIEW = ((-5900.0, 2830.0), (-2020.0, 2430.0))  # km
_SMALL_KM2, _DOT_KM = 22_000.0, 78.0
_OVERSEAS = ("USA", "CAN", "GRL")


class Measure(NamedTuple):
    """What of an ensemble a map can show: a column of the table of members, averaged over runs."""

    question: str
    label: str
    column: str
    of_deals: bool
    shares: bool


MEASURES = {
    "side_letters": Measure(
        "Who gets a side letter?", "side letter (% of deals)", "side_letter", True, True
    ),
    "objections": Measure(
        "Who objects longest?", "breaks silence (rounds per run)", "objections", False, False
    ),
    "acceptance": Measure(
        "Who accepts the last text?", "accepts it (% of runs)", "accepts", False, True
    ),
}


class Shown(NamedTuple):
    """What a map shows of an ensemble.

    ``values`` holds the mean of each member by code (nan without any run that counts), ``errors``
    their Monte Carlo standard errors; ``words`` are the other arguments of the maps.
    """

    values: dict[str, float]
    errors: dict[str, float]
    words: dict[str, Any]


def member_means(
    what: str,
    runs: pd.DataFrame,
    members: pd.DataFrame,
    codes: Sequence[str],
    level: float = LEVEL,
) -> Shown:
    """A mean over the runs for each member.

    Parameters
    ----------
    what
        ``side_letters`` (share of the deals in which it has one), ``objections`` (rounds in which
        it breaks silence, per run) or ``acceptance`` (share of the runs in which it lets the last
        text pass).
    runs, members
        Tables of runs and members.
    codes
        All members.
    level
        Confidence level of the intervals that the note tells.

    Raises
    ------
    SummitryError
        If there is no such measure.
    """
    if what not in MEASURES:
        raise SummitryError(f"a map shows one of {', '.join(MEASURES)}, got {what!r}")
    measure = MEASURES[what]
    deals = tally.deals(runs)
    n = int(deals.sum()) if measure.of_deals else len(runs)
    counted = runs.loc[deals, "replication"] if measure.of_deals else runs["replication"]
    total, squares = np.zeros(len(codes)), np.zeros(len(codes))
    for rows in tally.slices(members):
        part = members.iloc[rows]
        part = part[np.isin(part["replication"], counted)]
        who = tally.codes(part["member"], codes)
        amount = part[measure.column].to_numpy(dtype=float)
        total += np.bincount(who, weights=amount, minlength=len(codes))
        squares += np.bincount(who, weights=amount * amount, minlength=len(codes))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / np.float64(n)
        spread = np.sqrt(np.maximum(squares / np.float64(n) - mean**2, 0.0) / (n - 1))
    note = style.runs_of(len(runs))
    if measure.of_deals:
        note = f"{style.count(n, 'deal')} of {note}"
    if n > 1:
        worst = NormalDist().inv_cdf((1 + level) / 2) * float(spread.max())
        width = f"{100 * worst:.1f} points" if measure.shares else f"{worst:.2g} rounds"
        note += f"; {level:.0%} intervals: at most \u00b1 {width}"
    words = {
        "question": measure.question,
        "label": measure.label,
        "note": note,
        "shares": measure.shares,
    }
    means, errors = (dict(zip(codes, v.tolist(), strict=True)) for v in (mean, spread))
    return Shown(means, errors, words)


@style.styled
def member_map(
    values: Mapping[str, float],
    ax: Axes | None = None,
    *,
    question: str,
    label: str,
    note: str = "",
    limits: tuple[float, float] | None = None,
    shares: bool = False,
) -> Axes:
    """A map of the members in colours; small states have a disc, North America a smaller scale.

    Parameters
    ----------
    values
        Number of each member by code; nan where it is not defined. Members without a number stay
        grey, codes that no state has are counted below the title.
    ax
        Where to draw; a new figure if not given.
    question, note
        What the map answers, and below it what was counted.
    label
        What the colours mean, with the unit.
    limits
        Ends of the colours; from 0 to the largest number if not given, or as far below 0 as above
        where a number is negative.
    shares
        Whether the numbers are shares from 0 to 1, to be shown as percentages.

    Returns
    -------
    Axes

    Raises
    ------
    SummitryError
        If no number belongs to a state on the map.
    """
    known = {o.code for o in geography.outlines() if o.member}
    _some(values, known)
    ax = style.axes_or_new(ax, 12.5, 7.4)
    colours = _colours(values, limits)
    for code, shape in _shapes().items():
        here = code in values
        look = _look(code, values, colours)
        ax.add_patch(PathPatch(shape.path, linewidth=0.7, zorder=1 + here, **look))
        if here and shape.km2 < _SMALL_KM2:
            ax.add_patch(Circle(tuple(shape.middle), _DOT_KM, linewidth=1.2, zorder=3, **look))
    ax.set_xlim(*_VIEW[0])
    ax.set_ylim(*_VIEW[1])
    _bare(ax)
    x, y = _SHIFT
    ax.text(x, y - 1500, "North America is drawn smaller", ha="center", color=style.SOFT)
    _legend(ax, (0.03, 0.07, 0.31, 0.035), colours, label, shares)
    missing = sum(code not in known for code in values)
    said = [f"{missing} of {style.count(len(values), 'member')} not on the map"] if missing else []
    if any(v < 0 for v in values.values()):
        said.append("striped: below 0")
    if any(math.isnan(v) for v in values.values()):
        said.append("crossed: not defined")
    style.head(ax, question, "\n".join(filter(None, [note, "; ".join(said)])))
    return ax


@style.styled
def tile_map(
    values: Mapping[str, float],
    ax: Axes | None = None,
    *,
    question: str,
    label: str,
    note: str = "",
    limits: tuple[float, float] | None = None,
    shares: bool = False,
) -> Axes:
    """The members as equal tiles, roughly where they lie, each with its number.

    Parameters
    ----------
    values, ax, question, note, label, limits, shares
        As for :func:`member_map`; members that have no tile stand in rows below the others.

    Returns
    -------
    Axes

    Raises
    ------
    SummitryError
        If no number belongs to a state with a tile.
    """
    _some(values, set(geography.TILES))
    others = [code for code in values if code not in geography.TILES]
    places = geography.TILES | {code: (j % 10, 9 + j // 10) for j, code in enumerate(others)}
    rows = 1 + max(row for _, row in places.values())
    ax = style.axes_or_new(ax, 9.5, 0.86 * rows + 1.5)
    colours = _colours(values, limits)
    for code, (column, row) in places.items():
        face = _look(code, values, colours)["facecolor"]
        ax.add_patch(Rectangle((column + 0.03, row + 0.03), 0.94, 0.94, linewidth=0, color=face))
        ink = _ink(face) if code in values else _ABROAD["edgecolor"]
        words: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
        size = 13 if len(code) < 5 else 9
        ax.text(column + 0.5, row + 0.32, style.cut(code, 8), size=size, weight="bold", **words)
        if code in values:
            ax.text(column + 0.5, row + 0.7, _number(values[code], shares), size=12, **words)
    ax.set_xlim(0, 10)
    ax.set_ylim(rows, 0)
    _bare(ax)
    _legend(ax, (0.0, 1 - 8.4 / rows, 0.34, 0.3 / rows), colours, label, shares)
    style.head(ax, question, note)
    return ax


class _Shape(NamedTuple):
    path: Path
    km2: float
    middle: np.ndarray


class _Colours(NamedTuple):
    norm: Normalize
    cmap: Colormap


@cache
def _shapes() -> dict[str, _Shape]:
    """Every state as it stands on the map, by code; area and middle are those of its main land."""
    found = {}
    for outline in geography.outlines():
        overseas = outline.code in _OVERSEAS
        rings = [
            geography.equal_area(ring, _AMERICA if overseas else _EUROPE) for ring in outline.rings
        ]
        main = max(rings, key=lambda ring: abs(geography.ring_area(ring)))
        km2, middle = abs(geography.ring_area(main)), geography.ring_middle(main)
        if overseas:
            rings = [ring * _SHRINK + _SHIFT for ring in rings]
        path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        found[outline.code] = _Shape(path, km2, middle)
    return found


def _some(values: Mapping[str, float], known: set[str]) -> None:
    if not known & set(values):
        raise SummitryError(
            "a map needs members of NATO by their codes, such as ESP; this scenario has "
            f"{', '.join(list(values)[:5]) or 'none'}"
        )


def _colours(values: Mapping[str, float], limits: tuple[float, float] | None) -> _Colours:
    numbers = [v for v in values.values() if not math.isnan(v)]
    if limits is None:
        far = max((abs(v) for v in numbers), default=0.0) or 1.0
        limits = (-far if min(numbers, default=0.0) < 0 else 0.0, far)
    return _Colours(Normalize(*limits), style.BOTH_WAYS if limits[0] < 0 else style.UPWARD)


def _look(code: str, values: Mapping[str, float], colours: _Colours) -> dict[str, Any]:
    """How a state is filled: by its number, crossed where that is not defined, else pale."""
    if code not in values:
        return _ABROAD
    value = values[code]
    if math.isnan(value):
        return _UNKNOWN
    look = {"facecolor": colours.cmap(colours.norm(value)), "edgecolor": style.SOFT}
    return look | {"hatch": _BELOW_ZERO} if value < 0 else look


def _ink(face: Any) -> str:
    """White on dark colours, ink on light ones."""
    red, green, blue = to_rgb(face)
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.52 else style.INK


def _number(value: float, shares: bool) -> str:
    if math.isnan(value):
        return "\u2013"
    return percent(value) if shares else f"{value:.3g}".replace("-", "\u2212")


def _legend(
    ax: Axes,
    place: tuple[float, float, float, float],
    colours: _Colours,
    label: str,
    shares: bool,
) -> None:
    bar = ax.inset_axes(place)
    scale = ScalarMappable(colours.norm, colours.cmap)
    ax.figure.colorbar(scale, cax=bar, orientation="horizontal", label=label)
    bar.locator_params(axis="x", nbins=4)
    if shares:
        style.percent_axis(bar.xaxis)
    for spine in bar.spines.values():
        spine.set_visible(False)


def _bare(ax: Axes) -> None:
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
