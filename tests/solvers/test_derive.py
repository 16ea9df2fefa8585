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
    assert (c.power[i], c.position[i, 0], c.salience[i, 0]) == (0.08, 7.0, 0.7)


def test_positions_are_what_members_would_let_pass_on_the_last_day() -> None:
    setup = HAGUE.setup
    c = case_of(setup)
    model = SummitModel(setup, collect=False, centre=True)
    names = [t.name for t in setup.scenario.terms]
    for state, position in zip(model.members, c.position, strict=True):
        if state.demands:
            continue
        for name, at in zip(c.terms, position.tolist(), strict=True):
            t = names.index(name)
            values, up = scale(setup.scenario.terms[t]), model.ambition[t] > 0
            harder = [v for v in values if (v > at if up else v < at)]
            for value in harder:
                choice = list(model.choice)
                choice[t] = values.index(value)
                assert state.would_refuse(choice, 1.0), (state.code, name, value)
    model.release()


def test_the_demander_stands_by_its_demand() -> None:
    c = case_of(HAGUE.setup)
    own = dict(zip(c.terms, c.position[c.members.index("USA")].tolist(), strict=True))
    demander = HAGUE.setup.scenario.file.demander
    assert own["core_pct_gdp"] + own["broader_pct_gdp"] == demander.headline_pct_gdp
    assert own["deadline_year"] == demander.deadline_year
    assert own["annual_increment_pp"] == demander.annual_increment_pp


def test_salience_is_how_fast_a_member_loses() -> None:
    c = case_of(HAGUE.setup)
    at = {name: k for k, name in enumerate(c.terms)}
    assert c.salience.max() == 1.0 and c.salience.min() >= 0.0
    iceland = c.salience[c.members.index("ISL")]
    assert iceland[at["core_pct_gdp"]] == 0.0 and iceland[at["broader_pct_gdp"]] > 0.0
    spain, poland = (c.salience[c.members.index(m), at["core_pct_gdp"]] for m in ("ESP", "POL"))
    assert spain > poland


def test_who_feels_the_threat_more_goes_further() -> None:
    c = case_of(HAGUE.setup)
    core = dict(zip(c.members, c.position[:, c.terms.index("core_pct_gdp")], strict=True))
    assert core["EST"] > core["DEU"] > core["ESP"]


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
            "title": "t", "preferences": "spatial", "parties": members,
            "terms": {"x": {"range": [0, 10], "step": 1, "opening": 0}},
            "calendar": {"start": "2025-01-01", "summit": "2025-02-01"},
        }
    )  # fmt: skip
    assert case_of(scenario.setup).salience[:, 0] == pytest.approx([0.25, 1.0])


def test_a_term_that_is_fixed_is_left_out() -> None:
    c = case_of(HAGUE.set("terms.broader_pct_gdp", {"fixed": 0.0, "in_force": 0.0}).setup)
    assert "broader_pct_gdp" not in c.terms
    assert np.isfinite(c.position).all()


def test_a_term_by_which_nobody_loses_is_left_out() -> None:
    undated = HAGUE.set("terms.deadline_year.opening", "none")
    c = case_of(undated.setup)  # nothing lies behind a review of a pledge without a date
    assert (c.salience > 0).any(axis=0).all()


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
