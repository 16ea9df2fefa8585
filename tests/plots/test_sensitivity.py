"""Figures of sensitivity studies: what they show is what the study says."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

import sim
from sim.errors import SummitryError
from sim.plots import style

SIZES = {
    "morris": {"samples": 4, "runs": 4},
    "sobol": {"samples": 16, "runs": 4},
    "pawn": {"samples": 32, "runs": 2},
    "shapley": {"samples": 16, "runs": 4},
    "tornado": {"runs": 20},
}
INPUTS = {
    "demander.leverage": (0.0, 1.2),
    "each:parties.*.fiscal_room": None,
    "each:parties.*.threat_perception": None,
}
OUTPUTS = ["deal", "n_side_letters", "side_letter.ESP"]


@pytest.fixture(scope="module")
def studies(six):
    return {
        method: sim.sensitivity(six, method, INPUTS, outputs=OUTPUTS, **sizes)
        for method, sizes in SIZES.items()
    }


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(ax):
    return [t.get_text().replace("\n", " ") for t in ax.get_yticklabels()]


@pytest.mark.parametrize("method", SIZES)
def test_every_figure_is_drawn_and_says_what_it_is(studies, method):
    for name, draw in studies[method].plot.all().items():
        ax = draw()
        ax.figure.draw_without_rendering()
        title = ax.get_title(loc="left")
        assert title.splitlines()[0].endswith("?"), name
        assert ax.get_xlabel() or name in ("overview", "members"), name


@pytest.mark.parametrize("method", ["morris", "pawn", "shapley"])
def test_bars_are_as_long_as_the_estimates_and_in_order(studies, method):
    study = studies[method]
    table = study.ranking("deal").head(4)
    ax = study.plot.ranking("deal", top=4)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(table[study.main].to_list())
    names = ("United States", "Spain", "Italy", "Germany", "Poland", "Estonia")
    assert texts(ax)[0].startswith(names)
    assert "4 of 11 shown" in ax.get_title(loc="left")


def test_a_sobol_figure_has_both_indices_with_their_intervals(studies):
    study = studies["sobol"]
    table = study.ranking("deal").head(3)
    ax = study.plot.ranking("deal", top=3)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[0::2] == pytest.approx(table["total"].to_list())
    assert widths[1::2] == pytest.approx(table["first"].to_list())
    segments = [c.get_segments()[0] for c in ax.collections]
    ends = [tuple(segment[:, 0]) for segment in segments]
    expected = []
    for _, row in table.iterrows():
        for measure in ("total", "first"):
            low = min(row[f"{measure}_low"], row[measure])
            expected.append((low, max(row[f"{measure}_high"], row[measure])))
    assert np.array(ends) == pytest.approx(np.array(expected))


def test_a_tornado_goes_both_ways(studies):
    study = studies["tornado"]
    table = study.ranking("n_side_letters").head(5)
    ax = study.plot.ranking("n_side_letters", top=5)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[0::2] == pytest.approx(table["low"].to_list())
    assert widths[1::2] == pytest.approx(table["high"].to_list())
    assert "(letters)" in ax.get_xlabel()


def test_what_is_told_apart_by_colour_is_told_apart_in_grey(studies):
    for method in ("sobol", "tornado", "shapley"):
        study = studies[method]
        ax = study.plot.split() if method == "shapley" else study.plot.ranking()
        looks = {(bar.get_facecolor(), bar.get_hatch()) for bar in ax.patches}
        assert len({hatch or "" for _, hatch in looks}) == 2
        greys = sorted(sum(colour[:3]) / 3 for colour, _ in looks)
        assert greys[1] - greys[0] > 0.15


def test_a_figure_draws_where_it_is_told_to(studies):
    _, axes = plt.subplots(1, 2)
    assert studies["sobol"].plot.ranking(ax=axes[1]) is axes[1]
    assert studies["sobol"].plot.overview(ax=axes[0]) is axes[0]
    assert studies["morris"].plot.screening(ax=axes[0]) is axes[0]


def test_the_overview_shows_every_outcome(studies):
    ax = studies["morris"].plot.overview(top=6)
    shown = [t.get_text().replace("\n", " ") for t in ax.get_xticklabels()]
    assert shown == ["deal (probability)", "side letters (letters)",
                     "side letter: Spain (probability)"]  # fmt: skip
    assert len(texts(ax)) == 6


def test_screening_shows_mu_star_and_sigma(studies):
    study = studies["morris"]
    table = study.ranking("n_side_letters")
    ax = study.plot.screening("n_side_letters", top=3)
    dots = np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections])
    expected = table[["mu_star", "sigma"]].to_numpy(dtype=float)
    assert np.sort(dots, axis=0) == pytest.approx(np.sort(expected, axis=0))
    with pytest.raises(SummitryError, match="morris"):
        studies["sobol"].plot.screening()


def test_members_are_shown_one_by_one(studies):
    ax = studies["morris"].plot.members("deal")
    assert sorted(texts(ax)) == sorted(["Poland", "Estonia", "Germany", "Italy", "Spain"])
    shown = [t.get_text() for t in ax.get_xticklabels()]
    assert [s.replace("\n", " ") for s in shown] == ["Threat perception", "Fiscal room"]


def test_members_need_members(six):
    study = sim.sensitivity(six, "tornado", ["demander.leverage"], outputs="deal", runs=10)
    with pytest.raises(SummitryError, match="one by one"):
        study.plot.members()
    with pytest.raises(SummitryError, match="does not split"):
        study.plot.split()


def test_an_outcome_without_an_answer_says_so(studies):
    study = studies["sobol"]
    empty = replace(study, table=study.table.assign(estimate=np.nan))
    ax = empty.plot.ranking()
    assert any("no answer" in t.get_text() for t in ax.texts)


def test_bars_of_variance_add_up(studies):
    study = studies["sobol"]
    ax = study.plot.split()
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(-1, 2)
    assert widths.sum(axis=1) == pytest.approx(np.ones(len(widths)))
    assert widths[:, 0] == pytest.approx(study.split["share"].clip(0, 1).to_list())
    assert ax.patches[0].get_facecolor() == to_rgba(style.SLATE)


def test_names_of_users_do_not_break_figures(six):
    groups = {"a_b": ["demander.leverage"], "$x_{$": ["demander.need_core_pct_gdp"]}
    study = sim.sensitivity(six, "tornado", None, groups, "deal", runs=10)
    ax = study.plot.ranking()
    ax.figure.draw_without_rendering()
    assert sorted(texts(ax)) == ["$x {$", "a b"]
