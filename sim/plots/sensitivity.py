"""Which inputs matter? Figures of a sensitivity study, by one call each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from ..errors import SummitryError
from ..scenario.resolve import ATTRIBUTES
from . import style
from .sensitivity_words import MEANING, asked, attribute, axis, label, method, players, short

if TYPE_CHECKING:
    from ..analysis.sensitivity.result import Sensitivity

_TOP = 15
#: From this share of the darkest blue on, a number is easier to read in white.
_DARK = 0.75
# The part of an interval that lies on a dark bar must be seen as well.
_HALO = [withStroke(linewidth=3.4, foreground="white")]


@dataclass(frozen=True)
class SensitivityPlots:
    """Figures of a sensitivity study; each returns its Axes and draws on those that are given."""

    study: Sensitivity

    def ranking(
        self, output: str | None = None, ax: Axes | None = None, *, top: int = _TOP
    ) -> Axes:
        """Which inputs matter most for an outcome? With 95% intervals.

        Parameters
        ----------
        output
            Which outcome; the first of the study if not given.
        ax
            Where to draw; a new figure if not given.
        top
            How many inputs are shown.

        Returns
        -------
        Axes
        """
        return ranking(self.study, output, ax, top)

    def screening(
        self, output: str | None = None, ax: Axes | None = None, *, top: int = 10
    ) -> Axes:
        """Which inputs can be left out, and which interact? Only of ``morris``.

        Parameters
        ----------
        output, ax, top
            As for :meth:`ranking`; ``top`` inputs are named.

        Raises
        ------
        SummitryError
            If the study has no such measures.
        """
        return screening(self.study, output, ax, top)

    def overview(self, ax: Axes | None = None, *, top: int = _TOP) -> Axes:
        """Which inputs matter for which outcome? Inputs by outcomes; see :meth:`ranking`."""
        return overview(self.study, ax, top)

    def members(self, output: str | None = None, ax: Axes | None = None) -> Axes:
        """Whose attributes matter? Members by attributes, for studies of members one by one.

        Raises
        ------
        SummitryError
            If the inputs are no attributes of members one by one.
        """
        return members(self.study, output, ax)

    def split(self, ax: Axes | None = None) -> Axes:
        """How much comes from the inputs, and how much from the noise of runs?

        Raises
        ------
        SummitryError
            If the method does not tell.
        """
        return split(self.study, ax)

    def all(self) -> dict[str, Callable[[], Axes]]:
        """What draws each figure of this study, by name of file."""

        def ranked(output: str) -> Callable[[], Axes]:
            return lambda: self.ranking(output)

        found: dict[str, Callable[[], Axes]] = {}
        for output in self.study.outputs:
            plain = "".join(c if c.isalnum() or c in "_-" else "_" for c in output)
            found[f"ranking_{plain}"] = ranked(output)
        if len(self.study.outputs) > 1:
            found["overview"] = self.overview
        if len(self.study.split):
            found["split"] = self.split
        if "sigma" in set(self.study.table["measure"]):
            found["screening"] = self.screening
        if _by_member(self.study) is not None:
            found["members"] = self.members
        return found


def _note(study: Sensitivity, shown: int, of: int) -> str:
    most = f"{shown} of {of} shown; " if shown < of else ""
    return (
        f"{method(study)}, {study.points:,} points of "
        f"{style.runs_of(study.runs)}; {most}lines: 95% intervals"
    )


@style.styled
def ranking(study: Sensitivity, output: str | None, ax: Axes | None, top: int) -> Axes:
    """See :meth:`SensitivityPlots.ranking`."""
    table = study.ranking(output)
    name = output or study.outputs[0]
    told = table[table[study.main].notna()].head(top)
    ax = style.axes_or_new(ax, 10, 0.46 * max(len(told), 3) + 2.2)
    style.head(ax, asked(study, name), _note(study, len(told), len(table)))
    ax.set_xlabel(axis(study, name))
    if not len(told):
        ax.set_yticks([])
        style.say(ax, "no answer: the outcome does not vary, or hardly exists")
        return ax
    if study.method == "tornado":
        _tornado(ax, told)
    else:
        _bars(ax, study, told)
    ax.axvline(0.0, color=style.INK, linewidth=1)
    ax.grid(axis="x")
    style.rows(ax, [label(study, n) for n in told["input"]], width=30)
    return ax


def _interval(ax: Axes, row: int | float, e: pd.Series, measure: str) -> None:
    value, low, high = (float(e[f"{measure}{end}"]) for end in ("", "_low", "_high"))
    sides = [[max(0.0, value - low)], [max(0.0, high - value)]]
    ax.errorbar(
        value, row, xerr=sides, fmt="none", color=style.INK, capsize=3, linewidth=1.4,
        path_effects=_HALO,
    )  # fmt: skip


def _bars(ax: Axes, study: Sensitivity, told: pd.DataFrame) -> None:
    """Bars of the main measure; beside them what goes with it."""
    both = study.method == "sobol"
    keys: list[Any] = []
    for row, (_, e) in enumerate(told.iterrows()):
        at = row - 0.16 if both else row
        ax.barh(at, e[study.main], height=0.32 if both else 0.62, color=style.SLATE)
        _interval(ax, at, e, study.main)
        if both:
            ax.barh(row + 0.2, e["first"], height=0.32, color=style.PALE, hatch="///",
                    edgecolor="white", linewidth=0)  # fmt: skip
            _interval(ax, row + 0.2, e, "first")
    if both:
        keys = [
            Patch(color=style.SLATE, label="total: with interactions"),
            Patch(facecolor=style.PALE, hatch="///", edgecolor="white", label="first: alone"),
        ]
    if study.method == "pawn":
        for row, value in enumerate(told["noise"]):
            ax.plot([value, value], [row - 0.36, row + 0.36], color=style.VERMILLION, linewidth=2.4)
        what = "of inputs without effect 95% stay below"
        keys = [Line2D([], [], color=style.VERMILLION, linewidth=2.4, label=what)]
    if keys:
        ax.legend(handles=keys, loc="lower right", frameon=True, framealpha=0.95, edgecolor="white")


def _tornado(ax: Axes, told: pd.DataFrame) -> None:
    looks = {"low": (style.PALE, "///"), "high": (style.SLATE, "")}
    for row, (_, e) in enumerate(told.iterrows()):
        for j, (end, (colour, hatch)) in enumerate(looks.items()):
            at = row - 0.18 + 0.36 * j
            ax.barh(at, e[end], height=0.34, color=colour, hatch=hatch, edgecolor="white",
                    linewidth=0)  # fmt: skip
            _interval(ax, at, e, end)
    keys = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=f"input {end}")
        for end, (colour, hatch) in looks.items()
    ]
    ax.legend(handles=keys, loc="lower right", frameon=True, framealpha=0.95, edgecolor="white")


@style.styled
def screening(study: Sensitivity, output: str | None, ax: Axes | None, top: int) -> Axes:
    """See :meth:`SensitivityPlots.screening`."""
    table = study.ranking(output)
    name = output or study.outputs[0]
    if "sigma" not in table:
        raise SummitryError(
            "screening shows mu* and sigma, which morris gives for single inputs and an outcome "
            "that is a number or an event"
        )
    ax = style.axes_or_new(ax, 9.5, 6.8)
    named, rest = table.head(top), table.iloc[top:]
    ax.scatter(rest["mu_star"], rest["sigma"], s=28, color=style.PALE, edgecolor=style.SLATE)
    ax.scatter(named["mu_star"], named["sigma"], s=60, color=style.BLUE, edgecolor="white")
    reach = 1.1 * float(np.nanmax([table["mu_star"].max(), table["sigma"].max(), 1e-9]))
    ax.plot([0, reach], [0, reach], color=style.SOFT, linewidth=1.2, linestyle="--")
    ax.text(0.97 * reach, 0.97 * reach, "sigma = mu*", color=style.SOFT, ha="right", va="bottom",
            rotation=0, fontsize=11)  # fmt: skip
    _name_points(ax, study, named, reach)
    ax.set_xlim(0, 1.6 * reach)
    ax.set_ylim(0, reach)
    ax.grid()
    unit = study.units[name]
    ax.set_xlabel(f"mu*: mean absolute effect ({unit})" if unit else "mu*: mean absolute effect")
    ax.set_ylabel("sigma: how much the effect depends on the others")
    style.head(
        ax,
        asked(study, name),
        f"Morris, {study.samples} paths of {study.points // study.samples} points, "
        f"{style.runs_of(study.runs)} each; the {len(named)} largest are named",
    )
    return ax


def _name_points(ax: Axes, study: Sensitivity, named: pd.DataFrame, reach: float) -> None:
    """Write names beside points, pushed apart where they would overlap."""
    gap = 0.045 * reach
    at = named.sort_values("sigma")
    places: list[float] = []
    for sigma in at["sigma"]:
        places.append(max(float(sigma), places[-1] + gap if places else 0.7 * gap))
    over = places[-1] - (reach - gap / 2)
    if over > 0:
        places = [max(p - over, gap / 2 + j * gap) for j, p in enumerate(places)]
    right = float(at["mu_star"].max()) + 0.04 * reach
    for y, (_, e) in zip(places, at.iterrows(), strict=True):
        ax.annotate(
            label(study, e["input"]),
            (e["mu_star"], e["sigma"]),
            (right, y),
            va="center",
            fontsize=11,
            arrowprops={"arrowstyle": "-", "color": style.GRID, "linewidth": 1, "shrinkB": 4},
        )


@style.styled
def overview(study: Sensitivity, ax: Axes | None, top: int) -> Axes:
    """See :meth:`SensitivityPlots.overview`."""
    rows = study.table[study.table["measure"] == study.main]
    wide = rows.pivot(index="input", columns="output", values="estimate")[list(study.outputs)]
    relative = study.method in ("morris", "tornado")
    scaled = wide / wide.max() if relative else wide
    order = np.argsort(-scaled.max(axis=1).fillna(-np.inf).to_numpy(), kind="stable")[:top]
    wide, scaled = wide.iloc[order], scaled.iloc[order]
    ax = style.axes_or_new(ax, 5.2 + 1.7 * len(wide.columns), 0.46 * max(len(wide), 3) + 2.6)
    shades = np.clip(np.nan_to_num(scaled.to_numpy(dtype=float)), 0.0, 1.0)
    ax.imshow(shades, cmap="Blues", vmin=0.0, vmax=1.15, aspect="auto")
    for (row, column), value in np.ndenumerate(wide.to_numpy(dtype=float)):
        text = "-" if np.isnan(value) else f"{value + 0.0:.2f}" if abs(value) >= 0.005 else "0"
        dark = shades[row, column] > _DARK
        ax.text(column, row, text, ha="center", va="center", fontsize=12,
                color="white" if dark else style.INK)  # fmt: skip
    ax.set_xticks(
        range(len(wide.columns)),
        [style.two_lines(short(study, c), 16)
         + (f"\n({study.units[c]})" if relative and study.units[c] else "") for c in wide.columns],
    )  # fmt: skip
    ax.tick_params(axis="x", length=0)
    ax.spines[:].set_visible(False)
    style.rows(ax, [label(study, n) for n in wide.index], width=30)
    of = rows["input"].nunique()
    shown = f"{len(wide)} of {of} shown" if len(wide) < of else ""
    shades_of = "; shades: in relation to the largest of the column" if relative else ""
    main = "" if study.main == study.method else f", {study.main}"
    measure = f"{method(study)}{main}: {MEANING[study.method].lower()}"
    note = f"{measure}\n{shown}{shades_of}".rstrip() if shown else f"{measure}{shades_of}"
    style.head(ax, "Which inputs matter for which outcome?", note)
    return ax


def _by_member(study: Sensitivity) -> pd.DataFrame | None:
    """Places of member and attribute of each input, None if inputs are nothing of the kind."""
    parts = study.inputs["input"].str.split(".")
    codes = [p.code for p in study.scenario.loaded.resolved.members]
    fits = [len(p) == 3 and p[1] in codes and p[2] in ATTRIBUTES for p in parts]
    single = study.inputs["input"].nunique() == study.inputs["unit"].nunique()
    if sum(fits) < 8 or not single:
        return None
    found = study.inputs[fits].copy()
    found["member"] = [p[1] for p, fit in zip(parts, fits, strict=True) if fit]
    found["attribute"] = [p[2] for p, fit in zip(parts, fits, strict=True) if fit]
    return found


@style.styled
def members(study: Sensitivity, output: str | None, ax: Axes | None) -> Axes:
    """See :meth:`SensitivityPlots.members`."""
    places = _by_member(study)
    if places is None:
        raise SummitryError(
            "this figure needs attributes of members one by one, such as each:parties.*.fiscal_room"
        )
    name = output or study.outputs[0]
    main = study.ranking(output).set_index("input")[study.main]
    places = places.assign(value=places["input"].map(main))
    wide = places.pivot(index="member", columns="attribute", values="value")
    wide = wide[[a for a in ATTRIBUTES if a in wide]]
    wide = wide.iloc[np.argsort(-wide.max(axis=1).fillna(-1.0).to_numpy(), kind="stable")]
    names = players(study)
    ax = style.axes_or_new(ax, 4.6 + 2.0 * len(wide.columns), 0.33 * len(wide) + 2.4)
    numbers = wide.to_numpy(dtype=float)
    largest = float(np.nanmax(numbers, initial=0.0)) or 1.0
    ax.imshow(np.clip(numbers, 0.0, None), cmap="Blues", vmin=0.0, vmax=1.15 * largest,
              aspect="auto")  # fmt: skip
    for (row, column), value in np.ndenumerate(numbers):
        if value >= 0.1 * largest:
            colour = "white" if value > _DARK * largest else style.INK
            ax.text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=11,
                    color=colour)  # fmt: skip
    ax.set_xticks(
        range(len(wide.columns)),
        [style.two_lines(style.sentence(attribute(str(c))), 14) for c in wide],
    )
    ax.tick_params(axis="x", length=0, top=False, bottom=False)
    ax.spines[:].set_visible(False)
    style.rows(ax, [names[code] for code in wide.index])
    ax.tick_params(axis="y", labelsize=11)
    unit = f" ({study.units[name]})" if study.method in ("morris", "tornado") else ""
    style.head(
        ax,
        asked(study, name).replace("What drives", "Whose attributes drive"),
        f"{method(study)}, {study.main}{unit}; numbers from a tenth of the largest on",
    )
    return ax


@style.styled
def split(study: Sensitivity, ax: Axes | None) -> Axes:
    """See :meth:`SensitivityPlots.split`."""
    if not len(study.split):
        raise SummitryError(f"{study.method} does not split the variance")
    table = study.split[study.split["share"].notna()].reset_index(drop=True)
    ax = style.axes_or_new(ax, 9.5, 0.7 * max(len(table), 2) + 2.4)
    for row, (_, e) in enumerate(table.iterrows()):
        share = float(np.clip(e["share"], 0.0, 1.0))
        ax.barh(row, share, height=0.6, color=style.SLATE)
        ax.barh(row, 1.0 - share, left=share, height=0.6, color=style.PALE, hatch="///",
                edgecolor="white", linewidth=0)  # fmt: skip
        _interval(ax, row, e, "share")
    ax.set_xlim(0, 1)
    style.percent_axis(ax.xaxis)
    style.rows(ax, [short(study, o) for o in table["output"]])
    ax.set_xlabel("Share of the variance of a single run (%)")
    keys = [
        Patch(color=style.SLATE, label="the inputs of this study"),
        Patch(facecolor=style.PALE, hatch="///", edgecolor="white", label="everything else"),
    ]
    below = -0.55 / (0.7 * max(len(table), 2))
    ax.legend(handles=keys, loc="upper center", bbox_to_anchor=(0.5, below), ncols=2)
    style.head(ax, "How much of it comes from the inputs?", _note(study, 0, 0))
    return ax
