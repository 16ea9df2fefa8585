"""The summit as a Mesa model."""

import gc
import weakref
from typing import Any

import mesa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.mesa.agents import Mediator, MemberState
from sim.engine.mesa.model import SummitModel
from tests.rules.summits import BURDEN, changed, model, setup
from tests.strategies import scenarios


def test_agents_are_the_members_and_one_mediator() -> None:
    for knowledge in ("objections", "full"):
        m = model(BURDEN, mediator={"knowledge": knowledge})
        assert isinstance(m, mesa.Model)
        by_type = m.agents_by_type
        assert [s.code for s in by_type[MemberState]] == list(BURDEN["members"])
        assert len(by_type[Mediator]) == 1
        assert len(m.agents) == len(BURDEN["members"]) + 1


def test_one_step_is_one_round() -> None:
    m = model(BURDEN)
    assert (m.round, m.running, m.adopted) == (-1, True, False)
    for round_ in range(3):
        m.step()
        assert m.round == round_


def test_collected_data_tell_the_rounds() -> None:
    m = SummitModel(setup(BURDEN), seed=1)
    m.run_model()
    assert m.datacollector is not None
    rounds = m.datacollector.get_model_vars_dataframe()
    assert len(rounds) == m.round + 1
    assert list(rounds.columns) == [*BURDEN["terms"], "on_board", "side_letters", "leverage"]
    assert rounds["core_pct_gdp"].iloc[0] == 5.0
    assert rounds["wording"].iloc[0] == "commit"
    members = m.datacollector.get_agenttype_vars_dataframe(MemberState)
    assert len(members) == (m.round + 1) * len(BURDEN["members"])
    assert set(members["code"]) == set(BURDEN["members"])


def test_collecting_changes_nothing() -> None:
    quiet, loud = (SummitModel(setup(BURDEN), seed=9, collect=c) for c in (False, True))
    quiet.run_model()
    loud.run_model()
    assert [(s.pain, s.objections) for s in quiet.members] == [
        (s.pain, s.objections) for s in loud.members
    ]
    assert quiet.choice == loud.choice


@settings(deadline=None, max_examples=60)
@given(scenarios(), st.integers(0, 2**64 - 1))
def test_every_run_ends_and_adds_up(scenario: dict[str, Any], seed: int) -> None:
    m = model(scenario, seed=seed)
    objections = dict.fromkeys((s.code for s in m.members), 0)
    while m.running:
        m.step()
        assert m.on_board == sum(s.passed for s in m.members)
        assert m.text == [m.grid[t][j] for t, j in enumerate(m.choice)]
        assert m.letters == sum(s.side_letter for s in m.members)
        for state in m.members:
            objections[state.code] += not state.passed
            assert state.pain >= 0.0
            assert abs(state.named) <= m.problem.n_terms
            assert not (state.passed and state.named)
    assert m.adopted or m.round == m.problem.n_rounds - 1
    assert {s.code: s.objections for s in m.members} == objections


def test_a_released_model_can_be_forgotten() -> None:
    m = model(BURDEN)
    m.run_model()
    m.release()
    gone = weakref.ref(m)
    del m
    gc.collect()
    assert gone() is None


def willingness(change: dict[str, Any]) -> float:
    """Margin of CCC on the first text."""
    m = model(changed(BURDEN, coefficients={"tolerance": {"noise_sd": 0}}), members={"CCC": change})
    m.step()
    state = next(s for s in m.members if s.code == "CCC")
    return state.tolerance - state.pain


@pytest.mark.parametrize(
    ("attribute", "direction"),
    [
        ("threat_perception", 1),
        ("fiscal_room", 1),
        ("us_pressure_sensitivity", 1),
        ("domestic_constraint", -1),
    ],
)
def test_attributes_of_a_scenario_reach_the_rules(attribute: str, direction: int) -> None:
    low, high = willingness({attribute: 0.2}), willingness({attribute: 0.8})
    assert direction * (high - low) > 0.0


def test_a_member_without_forces_is_indifferent_to_the_core() -> None:
    def pain(core: float) -> float:
        ice = {"has_forces": False, "current_core_pct_gdp": None}
        m = model(BURDEN, members={"CCC": ice}, terms={"core_pct_gdp": {"opening": core}})
        m.step()
        return next(s.pain for s in m.members if s.code == "CCC")

    assert pain(2.0) == pain(5.0) == 0.0


def test_without_a_demander_nobody_presses() -> None:
    m = model(BURDEN, us=None)
    m.step()
    assert m.leverage == 0.0
    assert m.problem.demander == -1
    assert all(s.preferences == 0 for s in m.members)
