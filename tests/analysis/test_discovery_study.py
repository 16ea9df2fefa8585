"""Discovery and regional maps of scenarios: events, planted truths, folders, mistakes."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.discovery.events import is_number, parse_event
from sim.analysis.discovery.words import limit
from sim.analysis.inputs import inputs_of
from sim.batch.points import play_points
from sim.cli import app
from sim.errors import SummitryError

CLASS = sim.load("classroom_six")
#: The number of letters that the mediator may grant decides whether there can be one.
INPUTS = {"side_letters.most": (0, 3), "demander.leverage": (0.3, 1.2)}
EVENTS = {
    "no_deal": lambda t, m: t["outcome"] == "no_deal",
    "deal": lambda t, m: t["outcome"] != "no_deal",
    "consensus_with_side_letters": lambda t, m: t["outcome"] == "consensus_with_side_letters",
    "n_side_letters >= 1": lambda t, m: (t["outcome"] != "no_deal") & (t["n_side_letters"] >= 1),
    "core_pct_gdp < 3.5": lambda t, m: t["core_pct_gdp"] < 3.5,
    "headline_pct_gdp = 5": lambda t, m: (t["headline_pct_gdp"] - 5).abs() < 1e-6,
    "deadline_year != 2034": lambda t, m: t["deadline_year"].notna() & (t["deadline_year"] != 2034),
    "adopted_round > 4": lambda t, m: t["adopted_round"] > 4,
    "wording = we_commit": lambda t, m: t["wording"] == "we_commit",
    "wording < we_commit": lambda t, m: t["wording"] < "we_commit",
    "side_letter.ESP": lambda t, m: (t["outcome"] != "no_deal") & m,
    "no_deal or core_pct_gdp<3.5 and side_letter.ESP": lambda t, m: (
        (t["outcome"] == "no_deal") | ((t["core_pct_gdp"] < 3.5) & m)
    ),
}


@pytest.fixture(scope="module")
def both():
    """The same runs as points and as tables."""
    runs = 400
    played = play_points(CLASS, ["demander.leverage"], [[0.7]], runs, seed=3, letters=True)
    many = CLASS.set("demander.leverage", 0.7).runs(runs, seed=3)
    letters = many.members[many.members["member"] == "ESP"]["side_letter"].to_numpy()
    return played, many.table, letters


@pytest.mark.parametrize("text", EVENTS)
def test_events_are_what_the_tables_say(both, text):
    played, table, letters = both
    happens = parse_event(text, CLASS.loaded.resolved).happens(played)[0]
    expected = EVENTS[text](table, letters).fillna(False).to_numpy(dtype=bool)
    np.testing.assert_array_equal(happens, expected)


def test_the_events_tested_happen_in_some_runs(both):
    played, *_ = both
    shares = [parse_event(e, CLASS.loaded.resolved).happens(played).mean() for e in EVENTS]
    assert sum(0 < share < 1 for share in shares) >= 8


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is a text"),
        ("nodeal", "did you mean 'no_deal'"),
        ("core_pct_gpd > 3", "did you mean 'core_pct_gdp'"),
        ("core_pct_gdp > much", "no number"),
        ("wording = aim_two", "did you mean 'aim_to'"),
        ("side_letter.Spain", "did you mean 'side_letter.ESP'"),
        ("side_letter.esp", "did you mean 'side_letter.ESP'"),
        ("side_letter.XYZXYZ", "write one of"),
        ("deal and ", "stand between two conditions"),
        ("no_deal or or", "stand between two conditions"),
        ("or", "stand between two conditions"),
        ("core_pct_gdp => 3", "a name, one of <=, >=, "),
        ("core_pct_gdp < 3 3", "one value"),
        ("core_pct_gdp < nan", "no number"),
    ],
)
def test_wrong_events_are_told(text, words):
    with pytest.raises(SummitryError, match=words):
        parse_event(text, CLASS.loaded.resolved)


def test_numbers_are_told_from_events():
    scenario = CLASS.loaded.resolved
    assert is_number("core_pct_gdp", scenario)
    assert is_number("headline_pct_gdp", scenario)
    assert not is_number("wording", scenario)
    assert not is_number("deal", scenario)


@pytest.fixture(scope="module")
def found():
    return sim.discover(CLASS, "n_side_letters >= 1", INPUTS, runs=3000, seed=0)


def test_without_letters_to_grant_there_are_none(found):
    x = found.test.x
    assert not found.test.y[x[:, 0] == 0].any()
    assert set(np.unique(x[:, 0])) == {0, 1, 2, 3}
    first = found.boxes.boxes[0]
    assert first.box.sides[0, 0] == 0.5
    assert "side_letters.most at least 1" in str(found)
    none = [leaf for leaf in found.leaves if leaf.box.sides[0, 1] == 0.5]
    assert none and all(leaf.worth.density.count == 0 for leaf in none)


@pytest.mark.parametrize(
    ("path", "low", "high", "words"),
    [
        ("coefficients.hold.exponent", 3.0, np.inf, "at least 4"),
        ("coefficients.hold.exponent", -np.inf, 6.0, "at most 4"),
        ("coefficients.spatial.base", 0.5, 1.1, "= 0.7"),
        ("side_letters.most", 0.5, 2.5, "from 1 to 2"),
        ("demander.leverage", -np.inf, 0.625, "below 0.625"),
    ],
)
def test_limits_are_said_in_values_that_there_are(path, low, high, words):
    (given,) = inputs_of(CLASS, path)
    assert limit(given, low, high) == f"{path} {words}"


def test_the_tables_agree_with_the_points(found):
    points = found.points[found.points["part"] == "held_out"]
    overall = points["event"].mean()
    for row in found.table[found.table["box"] == "1"].itertuples():
        inside = pd.Series(True, index=points.index)
        for edge in found.limits[found.limits["box"] == "1"].to_dict("records"):
            value = points[edge["input"]]
            inside &= ~(value < edge["low"]) & ~(value > edge["high"])
        assert row.density == pytest.approx(points.loc[inside, "event"].mean())
        assert row.mass == pytest.approx(inside.mean())
        assert row.coverage == pytest.approx(inside[points["event"]].mean())
        assert row.lift == pytest.approx(row.density / overall)
    assert found.rules["mass"].sum() == pytest.approx(1)
    assert found.rules["coverage"].sum() == pytest.approx(1)
    assert found.trajectory["chosen"].sum() == 1


def test_the_same_seed_gives_the_same_and_another_seed_another():
    one, same, other = (
        sim.discover(CLASS, "no_deal", {"demander.leverage": (0, 1.2)}, runs=400, seed=seed)
        for seed in (0, 0, 1)
    )
    pd.testing.assert_frame_equal(one.points, same.points)
    pd.testing.assert_frame_equal(one.rules, same.rules)
    assert not one.points.equals(other.points)


def test_every_figure_is_drawn_with_and_without_a_box(found):
    from sim.plots import style
    from tests.plots.test_figures import drawn_texts

    nothing = sim.discover(
        CLASS, "no_deal", {"parties.EST.fiscal_room": (0.8, 0.81), "demander.leverage": None},
        runs=300, density=1.0,
    )  # fmt: skip
    assert not nothing.boxes.boxes and "No box with a density of 100.0%" in str(nothing)
    with pytest.raises(SummitryError, match="no box"):
        nothing.plot.limits()
    for discovery in (found, nothing):
        with style.off_screen():
            for draw in discovery.plot.all().values():
                figure = draw().figure
                for words, box in drawn_texts(figure):
                    assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, words
                    assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, words


def test_names_cannot_become_html():
    wild = sim.load("classroom_six").set("title", "<script>alert(1)</script>")
    made = sim.discover(wild, "no_deal", {"demander.leverage": (0, 1.2)}, runs=400)
    assert "<script>" not in made._repr_html_()
    assert "&lt;script&gt;" in made._repr_html_()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"runs": 100}, "at least 200"),
        ({"runs": 301}, "even number"),
        ({"boxes": 0}, "boxes must be"),
        ({"density": 1.5}, "density must be"),
        ({"leaves": 1}, "at least 2 leaves"),
        ({"event": "n_side_letters > 99"}, "in 0 of 400 runs"),
        ({"inputs": {"demander.leverge": (0, 1)}}, "leverage"),
    ],
)
def test_mistakes_are_told_in_words(options, words):
    asked = {"inputs": {"demander.leverage": (0, 1.2)}, "runs": 400, **options}
    with pytest.raises(SummitryError, match=words):
        sim.discover(CLASS, **asked)


def test_a_map_equals_runs_at_its_points():
    region = sim.region_map(
        CLASS, "demander.leverage", "side_letters.most", "deal",
        ranges={"demander.leverage": (0.4, 1.2), "side_letters.most": (0, 1)}, size=3,
        runs=60, seed=2,
    )  # fmt: skip
    assert region.value.shape == (2, 3)
    for row in region.table.itertuples(index=False):
        point = {"demander.leverage": row[0], "side_letters.most": int(row[1])}
        table = CLASS.set(point).runs(60, seed=2).table
        assert row.value == pytest.approx((table["outcome"] != "no_deal").mean())


def test_a_map_takes_the_values_that_there_are():
    region = sim.region_map(
        CLASS, "coefficients.hold.exponent", "demander.leverage", "deal", size=2, runs=20, seed=2
    )
    assert sorted(set(region.table["coefficients.hold.exponent"])) == [2.0, 4.0, 8.0]


def test_a_map_of_a_term_is_its_mean_over_the_deals():
    region = sim.region_map(
        CLASS, "demander.leverage", "parties.ESP.fiscal_room", "core_pct_gdp",
        ranges={"demander.leverage": (0.0, 1.2)}, size=2, runs=80, seed=2,
    )  # fmt: skip
    for row in region.table.itertuples(index=False):
        point = {"demander.leverage": row[0], "parties.ESP.fiscal_room": row[1]}
        core = CLASS.set(point).runs(80, seed=2).table["core_pct_gdp"].dropna()
        assert row.counted == len(core)
        if len(core) > 1:
            assert row.value == pytest.approx(core.mean())
            assert row.standard_error == pytest.approx(core.sem())
        else:
            assert np.isnan(row.standard_error)


def test_errors_of_shares_are_never_zero():
    region = sim.region_map(
        CLASS,
        "demander.leverage",
        "parties.ESP.fiscal_room",
        "n_side_letters > 99",
        size=2,
        runs=50,
    )
    assert (region.value == 0).all()
    assert (region.error > 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"y": "demander.leverage"}, "two different inputs"),
        ({"size": 1}, "size must be"),
        ({"ranges": {"demander.need_core_pct_gdp": (0, 1)}}, "neither x nor y"),
        ({"output": "core"}, "write one of"),
    ],
)
def test_mistakes_with_maps_are_told_in_words(options, words):
    asked = {"x": "demander.leverage", "y": "parties.ESP.fiscal_room", "runs": 10, **options}
    with pytest.raises(SummitryError, match=words):
        sim.region_map(CLASS, **asked)


def test_the_commands_write_folders_of_results(tmp_path):
    run = CliRunner().invoke
    folder = tmp_path / "found"
    arguments = ["discover", "classroom_six", "-i", "demander.leverage=0:1.2", "-n", "600"]
    result = run(app, [*arguments, "-o", str(folder)])
    assert result.exit_code == 0, result.output
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["study_kind"] == "discovery"
    assert {"boxes.csv", "limits.csv", "rules.csv", "figures/tradeoff.png"} <= set(
        manifest["files"]
    )
    again = run(app, [*arguments, "-o", str(folder)])
    assert again.exit_code == 0, again.output
    other = run(app, [*arguments, "-e", "deal", "-o", str(folder)])
    assert isinstance(other.exception, SummitryError)

    folder = tmp_path / "region"
    result = run(
        app,
        [
            "region", "classroom_six", "--x", "demander.leverage=0:1.2", "--y",
            "side_letters.most", "--size", "3", "-n", "20", "-o", str(folder),
        ],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads((folder / "manifest.json").read_text())["study_kind"] == "region"


@pytest.mark.parametrize(
    "text", ["demander.leverage=", "demander.leverage=1", "demander.leverage=a:b", "=0:1"]
)
def test_ranges_that_cannot_be_read_are_told(text):
    result = CliRunner().invoke(app, ["discover", "classroom_six", "-i", text])
    assert isinstance(result.exception, SummitryError)
    assert "demander.leverage=0:1.2" in str(result.exception)
