"""Which inputs a study varies: paths, ranges, groups, and mistakes told in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sim
from sim.analysis.inputs import coefficient_inputs, inputs_of, plausible_ranges, units_of
from sim.errors import SummitryError
from sim.scenario.coefficients import plausible

from .scenarios import PLEDGE

U = np.linspace(0.0005, 0.9995, 1000)


def one(scenario, given_input):
    (found,) = inputs_of(scenario, given_input)
    return found


def test_inputs_that_nobody_names_are_the_distributions_of_the_scenario(hague):
    found = inputs_of(hague)
    assert tuple(i.path for i in found) == hague.setup.sampled_paths


def test_values_have_the_distribution_that_the_scenario_draws_from(hague):
    drawn = hague.runs(4000, seed=3).table["demander.leverage"]
    values = one(hague, "demander.leverage").values(U)
    assert stats.ks_2samp(values, drawn).statistic < 1.36 * np.sqrt(1 / 4000 + 1 / 1000)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 8), st.floats(0.5, 8))
def test_a_beta_is_a_beta(hague, a, b):
    values = one(hague, {"parties.ESP.fiscal_room": {"beta": [a, b]}}).values(U)
    assert np.abs(stats.beta.cdf(values, a, b) - U).max() < 0.01


def test_coefficients_and_settings_vary_in_their_plausible_range(hague):
    usual = plausible_ranges()
    base = one(hague, "coefficients.refusing.base").values(np.array([0.0, 1.0]))
    assert tuple(base) == usual["coefficients.refusing.base"]
    low, high = usual["side_letters.most"]
    letters = one(hague, "side_letters.most").values(U)
    assert sorted(set(letters)) == list(range(int(low), int(high) + 1))
    counts = np.unique(letters, return_counts=True)[1]
    assert counts.max() - counts.min() <= 1


def test_a_coefficient_with_a_few_values_takes_these_and_no_others(hague):
    path = "coefficients.hold.exponent"
    for given_input in (path, {path: {"choice": [8, 2, 4]}}):
        found = one(hague, given_input)
        values, counts = np.unique(found.values(U), return_counts=True)
        assert values.tolist() == [2.0, 4.0, 8.0] and counts.max() - counts.min() <= 1
        assert "2, 4 or 8" in found.about
    assert set(one(hague, {path: (2, 5)}).values(U)) == {2.0, 3.0, 4.0, 5.0}
    assert set(one(hague, "coefficients.spatial.base").values(U)) == set(
        plausible_ranges()["coefficients.spatial.base"]
    )


def test_every_coefficient_stays_in_its_range(hague):
    found = coefficient_inputs()
    assert [i.path for i in found] == [
        f"coefficients.{group}.{name}" for group, names in plausible().items() for name in names
    ]
    ends = np.array([i.values(np.array([0.0, 1.0])) for i in found])
    for values in ends.T:
        hague.set(dict(zip([i.path for i in found], values.tolist(), strict=True)))


def test_every_member_one_by_one(hague):
    names = ("threat_perception", "fiscal_room", "us_pressure_sensitivity")
    found = inputs_of(hague, [f"each:parties.all.{a}" for a in names])
    assert len({i.path for i in found}) == 96
    assert len(inputs_of(hague, "each:parties.baltics.*")) == 12
    assert len(inputs_of(hague, "parties.baltics.fiscal_room")) == 1


def test_groups_hold_each_input_once(hague):
    for by, count in (("member", 31), ("attribute", 4), ("region", 8)):
        units = units_of(hague, None, by)
        assert len(units.names) == count + 2  # leverage and need stand alone
        assert len(units.unit) == len(units.inputs) == 31 * 4 + 2
    own = units_of(
        hague, None, {"baltics": ["each:parties.baltics.*"], "force": "demander.leverage"}
    )
    assert own.names == ("baltics", "force")
    assert np.bincount(own.unit).tolist() == [12, 1]


@pytest.mark.parametrize(
    ("inputs", "groups", "words"),
    [
        ("demander.levrage", None, "leverage"),
        ("parties.Spein.fiscal_room", None, "Spain"),
        (["demander.leverage", "demander.leverage"], None, "twice"),
        ([], None, "no input"),
        (3, None, "paths"),
        ([3], None, "path"),
        ({"demander.leverage": (1, 0)}, None, "rising"),
        ({"demander.leverage": (1, float("inf"))}, None, "rising"),
        ({"demander.leverage": "much"}, None, "range"),
        ({"demander.leverage": {"fixed": [1]}}, None, "varies"),
        ({"demander.leverage": {"uniform": [1, 5]}}, None, "between 0 and 2"),
        ({"side_letters.most": (0.5, 3)}, None, "whole"),
        ("demander.annual_increment_pp", None, None),
        ({"coefficients.hold.exponent": (2.5, 8)}, None, "whole"),
        ({"coefficients.hold.exponent": {"uniform": [2, 8]}}, None, "whole"),
        ("each:demander.leverage", None, "each:parties"),
        (None, "continent", "region"),
        (None, {"a": []}, "no input"),
        (None, {"a": ["demander.leverage"], "b": ["demander.leverage"]}, "groups a and b"),
        (["demander.leverage"], {"a": ["parties.ESP.fiscal_room"]}, "not among"),
    ],
)
def test_mistakes_are_told_in_words(hague, inputs, groups, words):
    if words is None:
        assert units_of(hague, inputs, groups).names == (inputs,)
        return
    with pytest.raises(SummitryError, match=words):
        units_of(hague, inputs, groups)


def test_what_has_no_value_and_no_usual_range_needs_one():
    with pytest.raises(SummitryError, match="give its range"):
        inputs_of(sim.load(PLEDGE), "demander.need_core_pct_gdp")


def test_a_scenario_without_distributions_says_what_to_do(hague):
    spread = {f"roster.spread.{a}": 0 for a in ("threat_perception", "fiscal_room")}
    spread |= {"roster.spread.us_pressure_sensitivity": 0, "roster.spread.domestic_constraint": 0}
    with pytest.raises(SummitryError, match="name those that shall vary"):
        inputs_of(
            hague.set({**spread, "demander.leverage": 1.0, "demander.need_core_pct_gdp": 3.5})
        )
