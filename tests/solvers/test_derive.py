"""What the peers' models read of a scenario."""

import numpy as np
import pytest

import sim
from sim.engine.mesa.model import SummitModel
from sim.scenario.load import shipped_names
from sim.solvers import MODELS, solve
from sim.solvers.derive import case_of, place, scale, words

HAGUE = sim.load("hague_2025")


def test_spatial_scenarios_give_what_they_say() -> None:
    c = case_of(sim.load("emission_standards").setup)
    assert c.terms == ("delay_years",) and c.reference.tolist() == [10.0]
    i = c.members.index("GRC")
    assert (c.capability[i], c.position[i, 0], c.salience[i, 0]) == (0.08, 7.0, 0.7)


def test_positions_are_the_wishes_of_the_members_of_the_negotiation() -> None:
    attributes = HAGUE.loaded.file.roster.spread.__class__.model_fields
    calm = {f"roster.spread.{a}": 0 for a in attributes}
    scenario = HAGUE.set({**calm, "us.leverage": 1.0, "events": []})
    c = case_of(scenario.setup)
    model = SummitModel(scenario.setup, collect=False)
    model.step()
    names = [t.name for t in scenario.setup.scenario.terms]
    for k, name in enumerate(c.terms):
        if name != "review_year":  # a text without one is no year
            own = [m.ideal_value(names.index(name)) for m in model.members]
            assert c.position[:, k].tolist() == own


def test_salience_is_what_is_at_stake() -> None:
    c = case_of(HAGUE.setup)
    at = {name: k for k, name in enumerate(c.terms)}
    assert c.salience.max() == 1.0 and c.salience.min() >= 0.0
    iceland = c.salience[c.members.index("ISL")]
    assert iceland[at["core_pct_gdp"]] == 0.0 and iceland[at["broader_pct_gdp"]] > 0.0
    spain, poland = (c.salience[c.members.index(m), at["core_pct_gdp"]] for m in ("ESP", "POL"))
    assert spain > poland


def test_nobody_wishes_for_broader_spending() -> None:
    """So no model that stays among the wishes can find the split of The Hague."""
    c = case_of(HAGUE.setup)
    assert (c.position[:, c.terms.index("broader_pct_gdp")] == 0.0).all()


def test_none_is_one_step_above_the_highest_year() -> None:
    term = next(t for t in HAGUE.setup.scenario.terms if t.name == "review_year")
    assert scale(term)[-2:] == [2032.0, 2033.0]
    assert place(term, 2033.0) == len(term.values) - 1
    assert words(term, 2032.9) == "none" and words(term, 2029.2) == "2029.2"
    c = case_of(HAGUE.setup)
    assert c.position[c.members.index("USA"), c.terms.index("review_year")] == 2033.0


def test_saliences_beyond_one_are_divided_by_the_largest() -> None:
    members = {
        "AAA": {"ideal": {"x": 0}, "salience": {"x": 20}},
        "BBB": {"ideal": {"x": 10}, "salience": {"x": 80}},
    }
    scenario = sim.load(
        {
            "title": "t", "preferences": "spatial", "members": members,
            "terms": {"x": {"range": [0, 10], "step": 1, "opening": 0}},
            "calendar": {"start": "2025-01-01", "summit": "2025-02-01"},
        }
    )  # fmt: skip
    assert case_of(scenario.setup).salience[:, 0] == pytest.approx([0.25, 1.0])


def test_a_term_that_is_fixed_is_left_out() -> None:
    c = case_of(HAGUE.set("terms.broader_pct_gdp", {"fixed": 0.0}).setup)
    assert "broader_pct_gdp" not in c.terms
    assert np.isfinite(c.position).all()


@pytest.mark.parametrize("name", shipped_names())
def test_every_model_solves_every_shipped_scenario(name: str) -> None:
    setup = sim.load(name).setup
    c = case_of(setup)
    by_name = {t.name: t for t in setup.scenario.terms}
    for model in MODELS:
        values = solve(c, model).values
        assert (values >= c.low - 1e-6).all() and (values <= c.high + 1e-6).all()
        for term, value in zip(c.terms, values, strict=True):
            assert 0 <= place(by_name[term], value) < len(by_name[term].values)
            assert words(by_name[term], value)
