"""Figures of a comparison: everything legible, and what is drawn is what was counted."""

from itertools import combinations

import numpy as np
import pytest

import sim
from sim.analysis.compare import compare
from sim.plots import style

from .test_figures import drawn_texts

pytestmark = pytest.mark.xdist_group("batch_engine")


@pytest.fixture(scope="module")
def comparisons(six):
    weak = six.set("us.leverage", 0.7)
    other = sim.load("emission_standards").set("calendar.days_per_round", 120)
    return {
        "one": compare(six, weak, runs=200),
        "several": compare(six, weak, six.set("us.leverage", 1.3), six, runs=100),
        "nothing in common": compare(six, other, runs=20),
        "the same": compare(six, six, runs=20),
    }


@pytest.mark.parametrize("case", ["one", "several", "nothing in common", "the same"])
def test_every_text_is_inside_the_figure_and_apart_from_the_others(comparisons, case):
    with style.off_screen():
        figures = {n: draw() for n, draw in comparisons[case].plot.all().items()}
    for name, drawn in figures.items():
        figure = getattr(drawn, "figure", None) or drawn
        texts = drawn_texts(figure)
        for words, box in texts:
            assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, f"{name}: {words} is cut"
            assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, f"{name}: {words} is cut"
        for (one, a), (two, b) in combinations(texts, 2):
            across, along = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across < 2 or along < 3, f"{name}: '{one}' and '{two}' overlap"


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
