"""Members on a map: areas known from outside, every member seen, colours that follow numbers."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, PathPatch, Rectangle

import sim
from sim import plots
from sim.analysis import geography
from sim.errors import SummitryError
from sim.plots import maps, style
from tests.plots.synthetic import spatial, tables_of
from tests.plots.test_figures import drawn_texts

MEMBERS = [o.code for o in geography.outlines() if o.member]
# Land and inland water, km2; CIA World Factbook (2024), countries without far islands.
AREAS = {"POL": 312_685, "DEU": 357_022, "FIN": 338_145, "TUR": 783_562, "ROU": 238_391}
WORDS = {"question": "What is it?", "label": "number (no unit)"}


def area(code, centre):
    outline = next(o for o in geography.outlines() if o.code == code)
    rings = [geography.ring_area(geography.equal_area(r, centre)) for r in outline.rings]
    return abs(sum(rings))


@pytest.mark.parametrize("code", AREAS)
def test_areas_are_those_of_the_states(code):
    # Outlines are rounded to 0.01 degrees and coasts are simplified.
    assert area(code, (12.0, 52.0)) == pytest.approx(AREAS[code], rel=0.025)


@given(st.tuples(st.floats(-30, 40), st.floats(20, 75)))
def test_the_projection_keeps_areas_wherever_its_centre_is(centre):
    # The lines between points are straight on the map, which is worth a little.
    assert area("POL", centre) == pytest.approx(area("POL", (19.0, 52.0)), rel=2e-4)


@given(st.floats(-60, 60), st.floats(5, 85), st.floats(-60, 60), st.floats(5, 85))
def test_distances_to_the_centre_are_chords(lon, lat, lon0, lat0):
    a, b, c, d = np.radians([lon, lat, lon0, lat0])
    point = np.array([np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)])
    centre = np.array([np.cos(d) * np.cos(c), np.cos(d) * np.sin(c), np.sin(d)])
    (flat,) = geography.equal_area(np.array([[lon, lat]]), (lon0, lat0))
    chord = geography.EARTH_KM * np.linalg.norm(point - centre)
    assert np.linalg.norm(flat) == pytest.approx(chord, rel=1e-6, abs=1e-3)


def test_every_member_has_one_tile_in_the_right_order():
    assert sorted(geography.TILES) == sorted(MEMBERS)
    assert len(MEMBERS) == 32
    assert len(set(geography.TILES.values())) == 32
    middle = {
        o.code: geography.ring_middle(max(o.rings, key=lambda r: abs(geography.ring_area(r))))
        for o in geography.outlines()
    }
    for one, other in combinations(geography.TILES, 2):
        (x1, y1), (x2, y2) = geography.TILES[one], geography.TILES[other]
        if y1 == y2:
            assert (x1 < x2) == (middle[one][0] < middle[other][0]), (one, other)
        if x1 == x2:
            assert (y1 < y2) == (middle[one][1] > middle[other][1]), (one, other)


@pytest.fixture(scope="module")
def hague():
    return sim.load("hague_2025").setup


@pytest.fixture(scope="module")
def data(hague):
    return tables_of(hague, 60, deal=0.6)


def test_means_are_those_of_the_tables(hague, data):
    runs, members, codes = data.runs, data.members, list(hague.codes)
    deal = runs.set_index("replication")["outcome"] != "no_deal"
    with_deal = members[members["replication"].map(deal)]
    expected = {
        "side_letters": with_deal.groupby("member", observed=False)["side_letter"],
        "objections": members.groupby("member", observed=False)["objections"],
        "acceptance": members.groupby("member", observed=False)["accepts"],
    }
    assert set(expected) == set(maps.MEASURES)
    for what, groups in expected.items():
        shown = maps.member_means(what, runs, members, codes)
        by_member = groups.agg(lambda column: column.astype(float).mean())
        errors = groups.agg(lambda column: column.astype(float).sem())
        for code in codes:
            assert shown.values[code] == pytest.approx(by_member[code])
            assert shown.errors[code] == pytest.approx(errors[code], abs=1e-12)


def test_without_a_deal_side_letters_are_not_defined(hague):
    none = tables_of(hague, 5, deal=0.0)
    shown = maps.member_means("side_letters", none.runs, none.members, list(hague.codes))
    assert all(math.isnan(v) for v in shown.values.values())
    for draw in (plots.member_map, plots.tile_map):
        with style.off_screen():
            draw(shown.values, **shown.words)


def darkness(face):
    return -sum(w * c for w, c in zip((0.299, 0.587, 0.114), to_rgb(face[:3]), strict=True))


def test_more_is_darker_and_small_states_have_a_disc():
    values = {code: j / 31 for j, code in enumerate(MEMBERS)}
    with style.off_screen():
        ax = plots.member_map(values, **WORDS)
    states = [p for p in ax.patches if isinstance(p, PathPatch)]
    assert len(states) == len(geography.outlines())
    shades = [
        darkness(p.get_facecolor())
        for o, p in zip(geography.outlines(), states, strict=True)
        if o.member
    ]
    assert shades == sorted(shades)
    discs = [p for p in ax.patches if isinstance(p, Circle)]
    assert {d.get_facecolor() for d in discs} == {
        p.get_facecolor()
        for o, p in zip(geography.outlines(), states, strict=True)
        if o.code in ("LUX", "MNE", "SVN")
    }


def test_every_tile_holds_its_number_and_others_stand_below():
    values = {code: 0.01 * j for j, code in enumerate([*MEMBERS, "ATL"])}
    with style.off_screen():
        ax = plots.tile_map(values, shares=True, **WORDS)
    at = {t.get_text(): t.get_position() for t in ax.texts}
    for code, value in values.items():
        x, y = at[code]
        shown = next(
            t for t in ax.texts if t.get_position()[0] == x and 0 < t.get_position()[1] - y < 0.5
        )
        assert shown.get_text() == f"{100 * value:.1f}%"
    assert at["ATL"][1] > max(y for code, (_, y) in at.items() if code in MEMBERS)
    assert len([p for p in ax.patches if isinstance(p, Rectangle)]) == 33


def test_what_is_below_zero_is_told_apart_without_colours():
    values = {"ESP": -0.4, "ITA": 0.4, "FRA": math.nan}
    with style.off_screen():
        ax = plots.member_map(values, **WORDS)
    states = dict(
        zip(
            (o.code for o in geography.outlines()),
            (p for p in ax.patches if isinstance(p, PathPatch)),
            strict=True,
        )
    )
    hatches = {code: states[code].get_hatch() for code in [*values, "DEU"]}
    assert hatches["ITA"] is None and hatches["DEU"] is None
    assert hatches["ESP"] and hatches["FRA"] and hatches["ESP"] != hatches["FRA"]
    assert "striped: below 0; crossed: not defined" in ax.get_title(loc="left")


@pytest.mark.parametrize("what", maps.MEASURES)
def test_every_text_can_be_read(hague, data, what):
    shown = maps.member_means(what, data.runs, data.members, list(hague.codes))
    for draw in (plots.member_map, plots.tile_map):
        with style.off_screen():
            figure = draw(shown.values, **shown.words).figure
        texts = drawn_texts(figure)
        for words, box in texts:
            assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, words
            assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, words
        for (one, a), (other, b) in combinations(texts, 2):
            across, along = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across < 2 or along < 3, f"'{one}' and '{other}' overlap"


def test_mistakes_are_told_in_words():
    other = tables_of(spatial(), 3)
    with pytest.raises(SummitryError, match="side_letters, objections, acceptance"):
        maps.member_means("gdp", other.runs, other.members, ["P0"])
    for draw in (plots.member_map, plots.tile_map):
        with pytest.raises(SummitryError, match="members of NATO"):
            draw({"P0": 1.0}, **WORDS)


def test_an_ensemble_draws_both():
    many = sim.load("hague_2025").runs(20, seed=1)
    with style.off_screen():
        assert "20 runs" in many.plot.map().get_title(loc="left")
        assert "20 runs" in many.plot.tiles("objections").get_title(loc="left")
