"""Figures of power: everything legible, and bars as long as the values."""

import pytest

import sim
from sim.analysis.power import power
from sim.plots import style
from tests.analysis.scenarios import SPATIAL

from .legible import check_figures

pytestmark = pytest.mark.xdist_group("batch_engine")


@pytest.fixture(scope="module")
def found(six):
    return {
        "consensus": power(six, runs=60, pairs=5),
        "majority": power(
            six.set({"procedure.rule": "qualified_majority"}), runs=40, pairs=3, outcome="consensus"
        ),
        "letters": power(sim.load(SPATIAL), runs=20, pairs=3, outcome="n_side_letters"),
        "few": power(six, runs=2, pairs=2),
    }


@pytest.mark.parametrize("case", ["consensus", "majority", "letters", "few"])
def test_every_text_is_inside_the_figure_and_apart_from_the_others(found, case):
    check_figures(found[case].plot.all())


def test_bars_are_as_long_as_the_values(found):
    p = found["consensus"]
    with style.off_screen():
        left, _ = p.plot.pivotal().axes[:2]
    drawn = [bar.get_width() for bar in left.patches]
    assert drawn == pytest.approx((100 * p.table["shapley"]).tolist())


def test_unwilling_is_drawn_where_it_says_something(found):
    def legend(p):
        with style.off_screen():
            return [text.get_text() for text in p.plot.pivotal().legends[0].get_texts()]

    assert "made unwilling" not in legend(found["consensus"])
    assert "made unwilling" in legend(found["letters"])
