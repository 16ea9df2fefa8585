"""Figures of a comparison: everything legible, and what is drawn is what was counted."""

import numpy as np
import pytest

import sim
from sim.analysis.compare import compare
from sim.plots import style

from .legible import check_figures

pytestmark = pytest.mark.xdist_group("batch_engine")


@pytest.fixture(scope="module")
def comparisons(six):
    weak = six.set("demander.leverage", 0.7)
    other = sim.load("emission_standards").set("calendar.days_per_round", 120)
    return {
        "one": compare(six, weak, runs=200),
        "several": compare(six, weak, six.set("demander.leverage", 1.3), six, runs=100),
        "nothing in common": compare(six, other, runs=20),
        "the same": compare(six, six, runs=20),
    }


@pytest.mark.parametrize("case", ["one", "several", "nothing in common", "the same"])
def test_every_text_is_inside_the_figure_and_apart_from_the_others(comparisons, case):
    check_figures(comparisons[case].plot.all())


def test_cells_hold_the_shares_of_all_runs(comparisons):
    p = comparisons["one"].pairings[0]
    with style.off_screen():
        ax = comparisons["one"].plot.transitions()
    shares = np.asarray(ax.images[0].get_array())
    assert shares.sum() == pytest.approx(1.0)
    assert np.trace(shares) == pytest.approx((p.a.outcome == p.b.outcome).mean())


def test_points_stand_at_the_differences(comparisons):
    c = comparisons["one"]
    with style.off_screen():
        left, right = c.plot.differences().axes[:2]
    table = c.table.set_index("outcome")
    drawn = {
        round(float(line.get_xdata()[0]), 9) for line in left.lines if len(line.get_xdata()) == 1
    }
    assert round(100 * table.loc["deal", "difference"], 9) in drawn
    steps = {
        round(float(line.get_xdata()[0]), 9) for line in right.lines if len(line.get_xdata()) == 1
    }
    deadline = table.loc["deadline_year"]
    assert round(deadline["difference"] / deadline["step"], 9) in steps
