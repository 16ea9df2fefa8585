"""What would each member accept, and when?"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..analysis.summary_text import number
from ..analysis.within_reach import accepting as accepting_table
from ..analysis.within_reach import main_term
from ..analysis.words import label
from ..engine.problem import Setup
from ..rules.preferences import PLEDGE
from ..scenario.grid import GridTerm
from . import style


@style.styled
def accepting(
    setup: Setup, seed: int = 1, replication: int = 0, ax: Axes | None = None, *, top: int = 20
) -> Axes:
    """What would each member accept, and when? Of a single run, the rest as in its last text.

    Pledge: the most core spending that a member would let pass that day, at the right on the last
    day. Spatial: how far from its ideal point it would go on the first open term. White where it
    would let nothing pass.

    Parameters
    ----------
    setup, seed, replication
        The run.
    ax
        Where to draw; a new figure if not given.
    top
        How many members are shown, those that would accept least on the last day. The demander,
        of whom the least is meant, is left out.

    Returns
    -------
    Axes
    """
    table = accepting_table(setup, seed, replication)
    members = {p.code: p.name for p in setup.scenario.members}
    if setup.problem.preferences == PLEDGE:
        for code in setup.scenario.demanders:
            del members[code]
    by = table.pivot(index="member", columns="round", values="limit").loc[list(members)]
    shown = list(by[0].fillna(-math.inf).sort_values(kind="stable").index[:top])
    ax = style.axes_or_new(ax, 12, 0.38 * max(len(shown), 4) + 2.4)
    values = by.loc[shown].to_numpy(float)
    term = setup.scenario.terms[main_term(setup)]
    _draw(ax, values[:, 1:], _range(setup, term))
    dates = table[table["round"] > 0].drop_duplicates("round")["date"].tolist()
    places = style.sparse(range(len(dates)), 7)
    ax.set_xticks(places, [f"{dates[j].day} {dates[j]:%b}\n{dates[j].year}" for j in places])
    ax.set_xlabel("date of the round")
    style.rows(ax, [members[code] for code in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    style.value_column(ax, [_told(x) for x in values[:, 0]])
    _bar(ax, setup, term)
    note = f"seed {seed}, replication {replication}; the rest as in the last text of the run"
    note += "\nwhite: nothing; at the right: on the last day"
    rest = len(by) - len(shown)
    if rest:
        note += f"; {style.count(rest, 'member')} more would accept as much or more"
    style.head(ax, "What would each member accept, and when?", note)
    return ax


def _range(setup: Setup, term: GridTerm) -> tuple[float, float]:
    values = term.values[:-1] if term.or_none else term.values
    low, high = min(values), max(values)
    return (low, high) if setup.problem.preferences == PLEDGE else (0.0, high - low)


def _draw(ax: Axes, values: np.ndarray, ends: tuple[float, float]) -> None:
    low, high = ends
    ax.imshow(
        values, cmap=style.UPWARD, vmin=low, vmax=high, aspect="auto", interpolation="nearest"
    )
    ax.set_yticks(np.arange(len(values) - 1) + 0.5, minor=True)
    ax.grid(axis="y", which="minor", color="white", linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)


def _bar(ax: Axes, setup: Setup, term: GridTerm) -> None:
    most = setup.problem.preferences == PLEDGE
    words = f"most {label(term)}" if most else f"distance from its ideal: {label(term)}"
    unit = f" ({term.unit})" if term.unit else ""
    bar = ax.figure.colorbar(ax.images[0], ax=ax, pad=0.08, label=style.cut(words, 44) + unit)
    bar.outline.set_visible(False)


def _told(limit: float) -> str:
    return "nothing" if pd.isna(limit) else number(limit)
