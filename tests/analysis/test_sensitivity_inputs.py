"""Which inputs a study varies: paths, ranges, groups, and mistakes told in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.inputs import inputs_of, units_of
from sim.errors import SummitryError

U = np.linspace(0.0005, 0.9995, 1000)


def one(scenario, given_input):
    (found,) = inputs_of(scenario, given_input)
    return found


def test_inputs_that_nobody_names_are_the_distributions_of_the_scenario(hague):
    found = inputs_of(hague)
    assert tuple(i.path for i in found) == hague.setup.sampled_paths


def test_values_have_the_distribution_that_the_scenario_draws_from(hague):
    drawn = hague.runs(4000, seed=3).table["us.leverage"]
    values = one(hague, "us.leverage").values(U)
    assert stats.ks_2samp(values, drawn).statistic < 1.36 * np.sqrt(1 / 4000 + 1 / 1000)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 8), st.floats(0.5, 8))
def test_a_beta_is_a_beta(hague, a, b):
    values = one(hague, {"members.ESP.fiscal_room": {"beta": [a, b]}}).values(U)
    assert np.abs(stats.beta.cdf(values, a, b) - U).max() < 0.01


def test_coefficients_and_settings_vary_in_their_plausible_range(hague):
    base = one(hague, "coefficients.tolerance.base").values(np.array([0.0, 1.0]))
    assert base.tolist() == [0.1, 0.5]  # as docs/odd.md has it
    letters = one(hague, "mediator.max_side_letters").values(U)
    assert sorted(set(letters)) == list(range(9))
    assert np.bincount(letters.astype(int)).min() >= 1000 // 9 - 1


def test_every_member_one_by_one(hague):
    names = ("threat_perception", "fiscal_room", "us_pressure_sensitivity")
    found = inputs_of(hague, [f"each:members.all.{a}" for a in names])
    assert len({i.path for i in found}) == 96
    assert len(inputs_of(hague, "each:members.baltics.*")) == 12
    assert len(inputs_of(hague, "members.baltics.fiscal_room")) == 1


def test_groups_hold_each_input_once(hague):
    for by, count in (("member", 32), ("attribute", 5), ("region", 9)):
        units = units_of(hague, None, by)  # 31 members, 4 attributes, 8 regions; leverage alone
        assert len(units.names) == count
        assert len(units.unit) == len(units.inputs) == 125
    own = units_of(hague, None, {"baltics": ["each:members.baltics.*"], "force": "us.leverage"})
    assert own.names == ("baltics", "force")
    assert np.bincount(own.unit).tolist() == [12, 1]


@pytest.mark.parametrize(
    ("inputs", "groups", "words"),
    [
        ("us.levrage", None, "leverage"),
        ("members.Spein.fiscal_room", None, "Spain"),
        (["us.leverage", "us.leverage"], None, "twice"),
        ([], None, "no input"),
        (3, None, "paths"),
        ([3], None, "path"),
        ({"us.leverage": (1, 0)}, None, "rising"),
        ({"us.leverage": (1, float("inf"))}, None, "rising"),
        ({"us.leverage": "much"}, None, "range"),
        ({"us.leverage": {"fixed": [1]}}, None, "varies"),
        ({"us.leverage": {"uniform": [1, 5]}}, None, "between 0 and 2"),
        ({"mediator.pool_size": (0.5, 3)}, None, "whole"),
        ("us.annual_increment_pp", None, None),
        ("members.ESP.capability_need_pct_gdp", None, "give its range"),
        ("each:us.leverage", None, "each:members"),
        (None, "continent", "region"),
        (None, {"a": []}, "no input"),
        (None, {"a": ["us.leverage"], "b": ["us.leverage"]}, "groups a and b"),
        (["us.leverage"], {"a": ["members.ESP.fiscal_room"]}, "not among"),
    ],
)
def test_mistakes_are_told_in_words(hague, inputs, groups, words):
    if words is None:
        assert units_of(hague, inputs, groups).names == (inputs,)
        return
    with pytest.raises(SummitryError, match=words):
        units_of(hague, inputs, groups)


def test_a_scenario_without_distributions_says_what_to_do(hague):
    spread = {f"roster.spread.{a}": 0 for a in ("threat_perception", "fiscal_room")}
    spread |= {"roster.spread.us_pressure_sensitivity": 0, "roster.spread.domestic_constraint": 0}
    with pytest.raises(SummitryError, match="name those that shall vary"):
        inputs_of(hague.set({**spread, "us.leverage": 1.0}))
