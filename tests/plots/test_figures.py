"""What figures show, that every text can be read, and that files can be reproduced."""

import warnings
from itertools import combinations
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim import plots
from sim.analysis.stopping import LEVEL
from sim.plots import style
from sim.plots.figures import NAMES, write_drawn, write_figures
from sim.plots.trace import trace
from tests.plots.synthetic import CALENDAR, pledge, spatial, tables_of

LONG = "a_term_with_a_name_that_does_not_want_to_end_anywhere"
CASES = {
    "pledge": (pledge(), 100, 0.8),
    "never": (pledge(), 30, 0.0),
    "one run": (pledge(), 1, 1.0),
    "two members": (pledge(2), 20, 0.5),
    "thousand members": (pledge(1000), 3, 0.5),
    "no split": (
        pledge(
            terms={
                "core_pct_gdp": {"range": [2.0, 5.0], "step": 0.1, "opening": 5.0, "in_force": 2.0},
                "deadline_year": {"fixed": 2030, "in_force": 2030},
            }
        ),
        30,
        0.8,
    ),
    "one day": (pledge(calendar={**CALENDAR, "start": "2025-06-25"}), 30, 0.5),
    "years": (pledge(calendar={**CALENDAR, "start": "2022-01-01"}), 10, 0.5),
    "spatial": (spatial(), 100, 0.8),
    "long words": (
        spatial(
            terms={
                LONG: {
                    "range": [0, 1],
                    "step": 0.0078125,
                    "or_none": True,
                    "opening": 0,
                    "unit": "a very long unit of measurement indeed",
                },
                "kind": {
                    "levels": {f"level_number_{i}": i / 10 for i in range(10)},
                    "opening": "level_number_1",
                },
            },
            parties={
                f"P{i}": {
                    "name": f"The most serene and numbered republic of {i}",
                    "ideal": {LONG: 0.5, "kind": 0.5},
                }
                for i in range(9)
            },
        ),
        60,
        0.5,
    ),
}


def names(scenario):
    return {p.code: p.name for p in scenario.members}


def all_figures(data):
    """Every figure by name, as files would hold it."""
    with style.off_screen():
        return {
            "outcomes": plots.outcomes(data.runs).figure,
            "terms": plots.terms(data.runs, data.scenario),
            "side_letters": plots.side_letters(
                data.members, data.runs, names(data.scenario)
            ).figure,
            "text_path": plots.text_path(data.rounds, data.scenario, of=1_000_000),
            "blockers": plots.blockers(data.rounds, data.scenario, of=1_000_000),
            "objections": plots.objections(data.members, data.scenario).figure,
        }


def drawn_texts(figure):
    """Texts that are drawn, with their boxes in pixels."""
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    ticks = set()
    for axis in (a for ax in all_axes(figure) for a in (ax.xaxis, ax.yaxis)):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-6 * (high - low)
        for tick in axis.get_major_ticks() + axis.get_minor_ticks():
            if not low - slack <= tick.get_loc() <= high + slack:
                ticks |= {tick.label1, tick.label2}
    renderer = figure.canvas.get_renderer()
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and text not in ticks
    ]


def all_axes(figure):
    return [ax for parent in figure.axes for ax in [parent, *parent.child_axes]]


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_inside_the_figure_and_apart_from_the_others(case):
    setup, runs, deal = CASES[case]
    for name, figure in all_figures(tables_of(setup, runs, deal=deal)).items():
        texts = drawn_texts(figure)
        for words, box in texts:
            inside = (
                box.x0 >= -1
                and box.y0 >= -1
                and box.x1 <= figure.bbox.x1 + 1
                and box.y1 <= figure.bbox.y1 + 1
            )
            assert inside, f"{name}: '{words}' is cut"
        for (one, a), (other, b) in combinations(texts, 2):
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            along = min(a.y1, b.y1) - max(a.y0, b.y0)
            # A pixel or two of leading and descent may meet between lines.
            assert across < 2 or along < 3, f"{name}: '{one}' and '{other}' overlap"


@pytest.fixture(scope="module")
def data():
    return tables_of(pledge(), 200)


@pytest.fixture(scope="module")
def figures(data):
    return all_figures(data)


def test_axes_are_labelled_with_units(data, figures):
    for figure in figures.values():
        for ax in figure.axes:
            assert ax.get_xlabel() or ax.get_ylabel()
    units = {t.name: t.unit for t in data.scenario.terms}
    for ax in figures["terms"].axes:
        name = ax.get_title(loc="left")
        unit = units.get(name, "% GDP") or "level"
        assert {ax.get_xlabel(), ax.get_ylabel()} == {unit, "share of deals (%)"}
    path = {
        ax.get_title(loc="left").split(" ")[0]: ax.get_ylabel() for ax in figures["text_path"].axes
    }
    assert path["deadline_year"] == "year"
    assert path[""] == "% GDP"
    assert "(%)" in figures["outcomes"].axes[0].get_xlabel()


def test_outcomes_are_bars_as_long_as_their_share(data, figures):
    ax = figures["outcomes"].axes[0]
    bars = [bar for group in ax.containers if isinstance(group, BarContainer) for bar in group]
    shares = data.runs.outcome.value_counts(normalize=True)
    shown = ["consensus", "consensus_with_side_letters", "no_deal"]
    assert [bar.get_width() for bar in bars] == pytest.approx([shares[o] for o in shown])


def test_terms_are_bars_on_the_drafting_grid(data, figures):
    deals = data.runs[data.runs.outcome != "no_deal"]
    for term in (t for t in data.scenario.terms if t.written):
        ax = next(x for x in figures["terms"].axes if x.get_title(loc="left") == term.name)
        bars = next(group for group in ax.containers if isinstance(group, BarContainer))
        assert len(bars) == len(term.values)
        assert sum(bar.get_height() for bar in bars) == pytest.approx(1)
        if term.name == "deadline_year":
            for bar in bars:
                year = round(bar.get_x() + bar.get_width() / 2)
                assert bar.get_height() == pytest.approx((deals.deadline_year == year).mean())


def test_fine_grids_are_bundled_without_losing_a_run():
    data = tables_of(spatial(), 100)
    with style.off_screen():
        ax = plots.terms(data.runs, data.scenario).axes[0]
    bars = next(group for group in ax.containers if isinstance(group, BarContainer))
    assert len(bars) < 30
    assert sum(bar.get_height() for bar in bars) == pytest.approx(1)
    assert "steps" in ax.get_xlabel()


def test_reference_marks_what_happened(data):
    what = {"core_pct_gdp": 3.5, "review_year": "none", "wording": "allies_commit"}
    with style.off_screen():
        figure = plots.terms(data.runs, data.scenario, reference=what)
    assert "what happened" in [t.get_text() for t in figure.legends[0].get_texts()]
    at = {
        ax.get_title(loc="left"): ax.lines[-1].get_xdata()[0]
        for ax in figure.axes
        if ax.lines[-1].get_marker() == "D"
    }
    assert at.keys() == what.keys()
    assert (at["core_pct_gdp"], at["wording"]) == (3.5, 1)
    with pytest.raises(ValueError, match="aim_to, allies_commit, we_commit"):
        plots.terms(data.runs, data.scenario, Figure(), reference={"wording": "shall"})


def test_side_letters_are_sorted_and_the_rest_is_counted(data):
    with style.off_screen():
        ax = plots.side_letters(data.members, data.runs, names(data.scenario), top=2)
    deals = data.runs.replication[data.runs.outcome != "no_deal"]
    rows = data.members[data.members.replication.isin(deals)]
    shares = rows.groupby("member", observed=False).side_letter.mean().sort_values(ascending=False)
    bars = [bar for group in ax.containers if isinstance(group, BarContainer) for bar in group]
    assert [bar.get_width() for bar in bars] == pytest.approx(list(shares[:2]))
    some, never = int((shares > 0).sum()), int((shares == 0).sum())
    note = ax.get_title(loc="left")
    assert f"{some - 2} others less often" in note
    assert ("never" in note) == (never > 0)


def test_objections_add_up_to_the_rounds_in_which_members_object(data):
    for table in (data.rounds, data.members):
        with style.off_screen():
            ax = plots.objections(table, data.scenario)
        length = sum(
            np.array([bar.get_width() for bar in group])
            for group in ax.containers
            if isinstance(group, BarContainer)
        )
        mean = data.members.groupby("member", observed=False).objections.mean()
        assert list(length) == pytest.approx(sorted(mean[mean > 0], reverse=True))


def test_runs_that_are_over_keep_their_text_and_answers(data):
    arranged = trace(data.rounds, data.scenario)
    deadline = next(t for t in data.scenario.terms if t.name == "deadline_year").values
    members = [p.code for p in data.scenario.members]
    for run in range(0, 200, 20):
        rows = data.rounds[data.rounds.replication == run]
        text = rows[rows.member == "mediator"].set_index("round").deadline_year
        last = text.index.max()
        for j in range(len(data.scenario.dates)):
            then = rows[(rows["round"] == min(j + 1, last)) & (rows.member != "mediator")]
            assert deadline[arranged.places["deadline_year"][run, j]] == text[min(j + 1, last)]
            assert list(arranged.on_board[run, j]) == list(
                then.set_index("member").accepts[members].astype(bool)
            )


def test_one_run_is_drawn_as_it_went(data):
    rounds = data.rounds[data.rounds.replication == 0]
    with style.off_screen():
        figure = plots.text_path(rounds, data.scenario)
    ax = next(x for x in figure.axes if x.get_title(loc="left") == "deadline_year")
    text = rounds[rounds.member == "mediator"].deadline_year.tolist()
    assert ax.lines[0].get_ydata()[: len(text)].tolist() == text
    assert not ax.collections  # no band for a single run


@pytest.fixture(scope="module")
def frozen():
    """Rounds in which nobody ever moves the first text."""
    terms = {
        "core_pct_gdp": {"range": [2.0, 5.0], "step": 0.25, "opening": 5.0, "in_force": 2.0},
        "deadline_year": {"range": [2029, 2040], "step": 1, "opening": 2030, "in_force": 2030},
        "annual_increment_pp": {"range": [0.0, 0.3], "step": 0.1, "opening": 0.2, "in_force": 0.0},
        "review_year": {
            "range": [2027, 2032],
            "step": 1,
            "or_none": True,
            "opening": "none",
            "in_force": "none",
        },
    }
    data = tables_of(pledge(terms=terms), 30)
    rounds = data.rounds.copy()
    text = rounds.member == "mediator"
    for term in (t for t in data.scenario.terms if t.written):
        rounds[term.name] = rounds[term.name].astype(object)
        rounds.loc[text, term.name] = term.show(term.opening)
    return data._replace(rounds=rounds)


def test_a_frozen_text_has_a_step_of_the_grid_around_it(frozen):
    with style.off_screen():
        figure = plots.text_path(frozen.rounds, frozen.scenario)
    panels = {ax.get_title(loc="left"): ax for ax in figure.axes}
    assert panels["deadline_year"].get_ylim() == (2029, 2031)
    assert panels["annual_increment_pp"].get_ylim() == pytest.approx((0.1, 0.3))
    assert list(panels["deadline_year"].get_yticks()) == [2029, 2030, 2031]
    review = panels["review_year"]
    assert [t.get_text() for t in review.texts] == ["left out of every text"]
    assert not len(review.get_yticks())


def test_says_which_runs_are_shown(data):
    with style.off_screen():
        path = plots.text_path(data.rounds, data.scenario, of=10_000)
        objecting = plots.blockers(data.rounds, data.scenario, of=10_000)
        everyone = plots.blockers(data.rounds, data.scenario, of=200)
    assert "the first 200 of 10,000 runs" in path.get_suptitle()
    for ax in objecting.axes[:2]:
        assert "the first 200 of 10,000 runs" in ax.get_title(loc="left")
    assert "first" not in everyone.axes[0].get_title(loc="left")


def test_a_term_has_one_colour_and_a_direction_one_hatch(data, figures):
    colours = style.term_colours(data.scenario)
    assert len(set(colours.values())) == len(colours) == 5
    for ax in figures["terms"].axes:
        name = ax.get_title(loc="left")
        bars = next(group for group in ax.containers if isinstance(group, BarContainer))
        if name in colours:
            assert to_hex(bars[0].get_facecolor()) == colours[name].lower()
    deadline = next(
        ax for ax in figures["text_path"].axes if ax.get_title(loc="left") == "deadline_year"
    )
    assert deadline.lines[0].get_color() == colours["deadline_year"]
    # What the bars of a colour and hatch add up to is what the table says of term and direction.
    table = data.rounds[data.rounds.accepts.eq(False)]
    ax = figures["blockers"].axes[0]
    for group in (g for g in ax.containers if isinstance(g, BarContainer)):
        look = to_hex(group[0].get_facecolor()), group[0].get_hatch() or ""
        term = next((t for t, colour in colours.items() if colour.lower() == look[0]), None)
        if term is not None:
            (wanted,) = (d for d, hatch in style.HATCH.items() if hatch == look[1])
            named = (table.blocking_term == term) & (table.blocking_direction == wanted)
            assert sum(bar.get_width() for bar in group) * 200 == pytest.approx(named.sum())


def test_highest_bars_have_their_number(data, figures):
    deals = data.runs[data.runs.outcome != "no_deal"]
    for name in ("core_pct_gdp", "deadline_year", "review_year"):
        ax = next(x for x in figures["terms"].axes if x.get_title(loc="left") == name)
        labels = {t.get_text() for t in ax.get_xticklabels()}
        assert f"{float(deals[name].dropna().mode()[0]):g}" in labels


def test_one_run_has_no_intervals():
    figures = all_figures(tables_of(pledge(), 1, deal=1.0))
    for name in ("outcomes", "side_letters", "terms"):
        for ax in figures[name].axes:
            assert "interval" not in ax.get_title(loc="left")
            assert not ax.child_axes  # the column of numbers
    assert "one run" in figures["terms"].get_suptitle()
    assert not any(
        "interval" in t.get_text() for key in figures["terms"].legends for t in key.get_texts()
    )


def test_draws_where_it_is_told_and_leaves_settings_alone(data):
    before = dict(mpl.rcParams)
    figure = Figure(figsize=(12, 10))
    top, bottom = figure.subfigures(2, 1)
    left, right = top.subplots(1, 2)
    assert plots.outcomes(data.runs, left) is left
    assert plots.side_letters(data.members, data.runs, names(data.scenario), right) is right
    assert plots.terms(data.runs, data.scenario, bottom) is bottom
    assert dict(mpl.rcParams) == before


def ensemble(data):
    return SimpleNamespace(
        scenario=SimpleNamespace(loaded=SimpleNamespace(resolved=data.scenario)),
        counted=(data.runs, data.members),
        first_rounds=lambda runs: data.rounds[data.rounds["replication"] < runs],
        traced=True,
        level=LEVEL,
    )


def test_files_have_the_same_bytes_each_time(data, tmp_path):
    first = write_figures(ensemble(data), tmp_path / "one")
    with mpl.rc_context({"savefig.bbox": "tight", "figure.dpi": 55, "svg.hashsalt": "other"}):
        second = write_figures(ensemble(data), tmp_path / "two")
    assert [p.name for p in first] == [
        f"{name}.{kind}" for name in NAMES for kind in ("png", "svg")
    ]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


@pytest.mark.parametrize("name", ["The summit of \N{DUCK}", r"$x^{2 and $\undefined$", "A & <b>"])
def test_any_name_can_be_drawn_without_a_word_to_the_user(name, tmp_path):
    def drawn():
        figure = Figure()
        figure.suptitle(name)
        figure.subplots().set_yticks([0], [name])
        return figure

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(write_drawn({"duck": drawn}, tmp_path)) == 2
