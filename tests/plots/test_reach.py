"""Figures of one run: beliefs, what is accepted, what could have passed; legible and right."""

import numpy as np
import pytest

import sim
from sim.analysis.within_reach import accepting as accepting_table
from sim.analysis.within_reach import texts
from sim.plots import style
from tests.analysis.scenarios import ALL

from .legible import check_figures

SHIPPED = ["hague_2025", "wales_2014", "emission_standards"]
SMALL = ["pledge", "one day", "amendments only", "spatial", "spatial demander", "plain terms"]


def run(name):
    scenario = sim.load(ALL.get(name, name))
    return scenario.run(seed=1)


@pytest.mark.parametrize("name", [*SHIPPED, *SMALL])
def test_every_text_is_inside_the_figure_and_apart_from_the_others(name):
    plot = run(name).plot
    check_figures({"beliefs": plot.beliefs, "accepting": plot.accepting, "frontier": plot.frontier})


def test_cells_are_the_table():
    one = run("wales_2014")
    with style.off_screen():
        ax = one.plot.accepting(top=40)
    drawn = np.ma.filled(ax.images[0].get_array(), np.nan)
    table = accepting_table(one.scenario.setup, one.seed, one.replication)
    rounds = table[(table["round"] > 0) & (table["member"] != "USA")]
    assert drawn.shape == (27, rounds["round"].max())
    assert np.nansum(drawn) == pytest.approx(rounds["limit"].sum())


def test_the_last_text_is_no_better_than_the_frontier():
    one = run("hague_2025")
    with style.off_screen():
        left = one.plot.frontier().axes[0]
    table = texts(one.scenario.setup, one.seed, one.replication)
    frontier = next(line for line in left.lines if line.get_color() == style.ORANGE)
    best = dict(zip(frontier.get_ydata(), frontier.get_xdata(), strict=True))
    for row in table.to_dict("records"):
        assert row["value"] <= best[row["would_pass"]]
    assert list(frontier.get_xdata()) == sorted(frontier.get_xdata(), reverse=True)
