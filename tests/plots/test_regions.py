"""Heat maps and curves of sweeps: what is drawn is what was counted, and can be read."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

import sim
from sim.analysis.discovery.events import parse_event
from sim.analysis.inputs import inputs_of
from sim.analysis.region import Plan, RegionMap
from sim.errors import SummitryError
from sim.plots import regions, style, swept
from tests.plots.test_figures import drawn_texts

CLASS = sim.load("classroom_six")


def region(value, output="deal", error=0.01):
    """A map of given values, shape (rows, columns)."""
    value = np.asarray(value, dtype=float)
    x, y = inputs_of(CLASS, {"demander.leverage": (0, 1), "parties.ESP.fiscal_room": (0, 1)})
    rows, columns = value.shape
    event = None if output == "core_pct_gdp" else parse_event(output, CLASS.loaded.resolved)
    plan = Plan(
        CLASS, 1, 100, x, y, np.linspace(0, 1, columns), np.linspace(0, 1, rows), output, event
    )
    return RegionMap(plan, value, np.full(value.shape, error), np.full(value.shape, 100))


def drawn(made):
    with style.off_screen():
        return made.plot.heat()


def test_cells_lie_around_their_values():
    ax = drawn(region(np.arange(12).reshape(3, 4) / 12))
    (mesh,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    np.testing.assert_allclose(mesh.get_array(), np.arange(12).reshape(3, 4) / 12)
    edges = mesh.get_coordinates()
    np.testing.assert_allclose(edges[0, :, 0], [0, 1 / 6, 0.5, 5 / 6, 1])
    np.testing.assert_allclose(edges[:, 0, 1], [0, 0.25, 0.75, 1])


@pytest.mark.parametrize("rows", [2, 3, 7])
def test_nothing_is_drawn_beyond_what_was_played(rows):
    made = region(np.zeros((rows, 2)))
    ax = drawn(made)
    (mesh,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    edges = mesh.get_coordinates()
    for axis, values in enumerate((made.plan.x_values, made.plan.y_values)):
        assert edges[..., axis].min() == values[0]
        assert edges[..., axis].max() == values[-1]
    assert (*ax.get_xlim(), *ax.get_ylim()) == (0, 1, 0, 1)


def test_contours_lie_where_the_level_is_crossed():
    share = np.tile(np.linspace(0, 1, 11), (3, 1))
    ax = drawn(region(share))
    lines = next(c for c in ax.collections if isinstance(c, mpl.contour.ContourSet))
    np.testing.assert_allclose(lines.levels, [0.05, 0.25, 0.5, 0.75, 0.95])
    for level, segments in zip(lines.levels, lines.allsegs, strict=True):
        for segment in segments:
            np.testing.assert_allclose(segment[:, 0], level, atol=1e-9)


@pytest.mark.parametrize(("error", "most"), [(0.001, 8), (0.2, 3), (5.0, 1)])
def test_contours_of_means_are_not_finer_than_the_error(error, most):
    mean = np.add.outer(np.linspace(2, 2.5, 5), np.linspace(0, 0.5, 5))
    ax = drawn(region(mean, "core_pct_gdp", error))
    levels = [c.levels for c in ax.collections if isinstance(c, mpl.contour.ContourSet)] or [
        np.array([])
    ]
    assert len(levels[0]) <= most
    if len(levels[0]) > 1:
        assert np.diff(levels[0]).min() >= 2 * error - 1e-9


CASES = {
    "usual": np.random.default_rng(1).random((21, 21)),
    "all": np.ones((5, 5)),
    "none": np.zeros((2, 9)),
    "holes": np.where(np.eye(6) > 0, np.nan, 0.4),
    "empty": np.full((3, 3), np.nan),
    "two rows": np.linspace(0, 1, 10).reshape(2, 5),
}


@pytest.mark.parametrize("output", ["deal", "core_pct_gdp", "no_deal or n_side_letters >= 3"])
@pytest.mark.parametrize("case", CASES)
def test_every_map_can_be_read(case, output):
    made = region(CASES[case], output)
    figure = drawn(made).figure
    texts = drawn_texts(figure)
    for words, box in texts:
        assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, words
        assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, words
    titled = [t for t in texts if "\n" in t[0] or t[0].startswith(("demander.", "parties."))]
    for (one, a), (other, b) in combinations(titled, 2):
        across, along = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across < 2 or along < 3, f"'{one}' and '{other}' overlap"
    assert str(made)


def points(**columns):
    n = len(next(iter(columns.values())))
    deal = np.linspace(0.2, 0.8, n)
    return pd.DataFrame(
        {**columns, "runs": 50, "deal": deal, "deal_low": deal - 0.1, "deal_high": deal + 0.1}
    )


def test_a_sweep_is_a_curve_for_each_combination():
    table = points(
        **{"demander.leverage": [0.0, 0.5, 1.0] * 2, "mediator.kind": ["nash"] * 3 + ["none"] * 3}
    )
    with style.off_screen():
        ax = swept.deals(table, ["demander.leverage", "mediator.kind"])
    assert [line.get_label() for line in ax.lines] == [
        "mediator.kind = nash", "mediator.kind = none",
    ]  # fmt: skip
    np.testing.assert_allclose(ax.lines[1].get_xydata()[:, 1], table["deal"][3:])


def test_many_curves_are_counted_and_words_alone_have_none():
    table = points(**{"a.b": list(range(20)) * 2, "c.d": [k // 4 for k in range(40)]})
    with style.off_screen():
        ax = swept.deals(table, ["a.b", "c.d"])
    assert len(ax.lines) == 6
    assert "the first 6 of 10 curves" in ax.get_title(loc="left")
    with pytest.raises(SummitryError, match="no number varies"):
        swept.deals(points(**{"mediator.kind": ["nash", "none"]}), ["mediator.kind"])


def test_the_user_can_give_axes():
    figure = mpl.figure.Figure()
    ax = figure.add_subplot()
    assert regions.heat(region(np.eye(3)), ax) is ax
