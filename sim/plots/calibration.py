"""What fitting taught about the coefficients, and whether the fitting can be trusted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..calibration.checks import Calibration
from ..calibration.fitting import Posterior
from . import style

# Fits differ in colour, marker and place.
_LOOKS = ((style.BLUE, "o"), (style.VERMILLION, "s"), (style.GREEN, "D"))


@style.styled
def coefficients(
    fits: Mapping[str, Posterior], defaults: np.ndarray, ax: Axes | None = None
) -> Axes:
    """What do the summits say about the coefficients? Medians and 90% intervals in their ranges.

    Parameters
    ----------
    fits
        Posteriors under the names to print; at most three.
    defaults
        Default values, shape (p,).
    ax
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    first = next(iter(fits.values()))
    prior = first.prior
    learnt = np.max([f.contraction for f in fits.values()], axis=0)
    order = np.argsort(-learnt)
    ax = style.axes_or_new(ax, 10, 0.36 * len(order) + 2.2)
    apart = 0.28
    for n, (fitted, (colour, marker)) in enumerate(zip(fits.values(), _LOOKS, strict=False)):
        low, middle, high = prior.scaled(fitted.quantiles([0.05, 0.5, 0.95]))[:, order]
        y = np.arange(len(order)) + apart * (n - (len(fits) - 1) / 2)
        ax.hlines(y, low, high, color=colour, linewidth=2.4)
        ax.plot(middle, y, marker, color=colour, markersize=5)
    ax.plot(
        prior.scaled(defaults)[order], np.arange(len(order)), "|", color=style.INK, markersize=13
    )
    ax.axvspan(0.05, 0.95, color=style.GRID, alpha=0.45, linewidth=0)
    style.rows(ax, [prior.names[j] for j in order], width=40)
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("Place in the plausible range (0: lowest, 1: highest value)")
    handles = [
        Line2D([], [], color=colour, marker=marker, label=name)
        for name, (colour, marker) in zip(fits, _LOOKS, strict=False)
    ]
    default = {"color": style.INK, "marker": "|", "markersize": 13, "linestyle": "none"}
    handles.append(Line2D([], [], label="default", **default))  # type: ignore[arg-type]
    figure = ax.get_figure()
    assert figure is not None
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    note = "medians and 90% intervals after fitting; grey: the same before; most learnt first"
    style.head(ax, "What do the summits say about the coefficients?", note)
    return ax


@style.styled
def ranks(right: Calibration, narrow: Calibration, ax: Axes | None = None) -> Axes:
    """Can the posteriors be trusted? Spread of the ranks of the truth, for each coefficient.

    Parameters
    ----------
    right
        Simulation-based calibration of the posteriors as they are.
    narrow
        The same of posteriors that were made too narrow on purpose.
    ax
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    order = np.argsort(right.spread)
    ax = style.axes_or_new(ax, 10, 0.3 * len(order) + 2.4)
    y = np.arange(len(order))
    band = right.critical * 12.0 / np.sqrt(180.0 * len(right.ranks))
    ax.axvspan(1.0 - band, 1.0 + band, color=style.GRID, alpha=0.6, linewidth=0)
    ax.axvline(1.0, color=style.SOFT, linewidth=1.2)
    ax.plot(right.spread[order], y, "o", color=style.BLUE, label="posteriors as they are")
    ax.plot(
        narrow.spread[order], y, "^", color=style.VERMILLION, label="made 20% too narrow on purpose"
    )
    style.rows(ax, [right.prior.names[j] for j in order], width=40)
    ax.set_xlabel("Spread of ranks: below 1 too wide, above 1 too narrow")
    figure = ax.get_figure()
    assert figure is not None
    figure.legend(loc="outside lower center", ncols=2)
    note = f"{len(right.ranks):,} fits to simulated summits; grey: right up to chance (95%)"
    style.head(ax, "Can the posteriors be trusted?", note)
    return ax
