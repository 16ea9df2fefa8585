"""Figures of a goal: everything legible, the goal and the answer where they belong."""

import pytest

from sim.analysis.goal import what_would_it_take
from sim.plots import style

from .legible import check_figures

pytestmark = pytest.mark.xdist_group("batch_engine")


@pytest.fixture(scope="module")
def answers(six):
    two = {"demander.leverage": (0.4, 1.2), "side_letters.most": (0, 4)}
    return {
        "reached": what_would_it_take(six, "no_deal < 2%", two, runs=100),
        "never": what_would_it_take(six, "no_deal < 0.0", "parties.ESP.fiscal_room", runs=100),
        "a mean": what_would_it_take(six, "deadline_year < 2036", ["demander.leverage"], runs=100),
    }


@pytest.mark.parametrize("case", ["reached", "never", "a mean"])
def test_every_text_is_inside_the_figure_and_apart_from_the_others(answers, case):
    check_figures(answers[case].plot.all())


def test_the_goal_is_a_line_in_every_panel_and_the_answer_a_dot(answers):
    a = answers["reached"]
    with style.off_screen():
        panels = a.plot.curves().axes
    assert len(panels) == 3
    for ax in panels:
        assert any(list(line.get_ydata()) == [0.02, 0.02] for line in ax.lines)
    dots = [line for line in panels[-1].lines if line.get_marker() == "o"]
    assert len(dots) == (a.together is not None and not a.already)


@pytest.mark.parametrize(
    ("goal", "written"),
    [
        ("side_letter.ESP < 50%", "A side letter for ESP (%)"),
        ("demander_satisfied > 50%", "Demander satis"),
    ],
)
def test_codes_and_names_keep_their_capitals(six, goal, written):
    found = what_would_it_take(six, goal, "demander.leverage", runs=100)
    with style.off_screen():
        assert found.plot.curves().axes[0].get_ylabel().startswith(written)
