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
from sim.rules import mediators
from tests.rules.summits import PLEDGE, SPATIAL, model, setup, stubborn
from tests.strategies import scenarios


def test_agents_are_the_members_and_one_mediator() -> None:
    for knowledge in mediators.KNOWLEDGE:
        m = model(PLEDGE, mediator={"knowledge": knowledge})
        assert isinstance(m, mesa.Model)
        by_type = m.agents_by_type
        assert [s.code for s in by_type[MemberState]] == list(PLEDGE["parties"])
        assert len(by_type[Mediator]) == 1
        assert len(m.agents) == len(PLEDGE["parties"]) + 1


def test_one_step_is_one_round() -> None:
    m = stubborn(model(PLEDGE))
    assert (m.round, m.running, m.adopted) == (-1, True, False)
    for round_ in range(3):
        m.step()
        assert m.round == round_


def test_collected_data_tell_the_rounds() -> None:
    m = SummitModel(setup(PLEDGE), seed=1)
    m.run_model()
    assert m.datacollector is not None
    rounds = m.datacollector.get_model_vars_dataframe()
    assert len(rounds) == m.round + 1
    assert list(rounds.columns) == [*PLEDGE["terms"], "on_board", "side_letters", "leverage"]
    assert rounds["core_pct_gdp"].iloc[0] == 5.0
    assert rounds["wording"].iloc[0] == "we_commit"
    members = m.datacollector.get_agenttype_vars_dataframe(MemberState)
    assert len(members) == (m.round + 1) * len(PLEDGE["parties"])
    assert set(members["code"]) == set(PLEDGE["parties"])


def test_collecting_changes_nothing() -> None:
    quiet, loud = (SummitModel(setup(PLEDGE), seed=9, collect=c) for c in (False, True))
    quiet.run_model()
    loud.run_model()
    assert [(s.net_loss, s.objections) for s in quiet.members] == [
        (s.net_loss, s.objections) for s in loud.members
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
            assert -1.0 <= state.luck <= 1.0
            assert abs(state.named) <= m.problem.n_terms
            assert not (state.passed and state.named)
    stuck = m.problem.meeting[m.round] and not m.mediator.learned
    assert m.adopted or stuck or m.round == m.problem.n_rounds - 1
    assert {s.code: s.objections for s in m.members} == objections


def test_a_released_model_can_be_forgotten() -> None:
    m = model(PLEDGE)
    m.run_model()
    m.release()
    gone = weakref.ref(m)
    del m
    gc.collect()
    assert gone() is None


@settings(deadline=None, max_examples=30)
@given(scenarios(moves=True), st.integers(0, 2**64 - 1))
def test_the_same_run_is_the_same_run(scenario: dict[str, Any], seed: int) -> None:
    it = setup(scenario)
    told = []
    for _ in range(2):
        m = SummitModel(it, seed=seed, replication=3, collect=False)
        story: list[Any] = []
        while m.running:
            m.step()
            story.append((list(m.choice), [(s.passed, s.net_loss, s.named) for s in m.members]))
        m.release()
        told.append((story, m.adopted, list(m.mediator.bounds), m.inputs))
    assert told[0] == told[1]


@settings(deadline=None, max_examples=60)
@given(scenarios(), st.integers(0, 2**64 - 1))
def test_bounds_only_fall_and_letters_are_for_good(scenario: dict[str, Any], seed: int) -> None:
    m = model(scenario, seed=seed)
    bounds = list(m.mediator.bounds)
    held: set[str] = set()
    while m.running:
        m.step()
        assert all(a >= b for a, b in zip(bounds, m.mediator.bounds, strict=True))
        assert held <= {s.code for s in m.members if s.side_letter}
        assert m.letters <= m.problem.max_letters
        assert m.letters == 0 or m.problem.meeting[: m.round + 1].any()
        bounds = list(m.mediator.bounds)
        held = {s.code for s in m.members if s.side_letter}


@settings(deadline=None, max_examples=60)
@given(scenarios(), st.integers(0, 2**64 - 1))
def test_an_objector_names_the_step_that_relieves_it_most(
    scenario: dict[str, Any], seed: int
) -> None:
    m = model(scenario, seed=seed)
    m.step()
    for state in m.members:

        def hurts(choice: list[int], state: MemberState = state) -> float:
            if state.demands:
                return -m.tabler.values(choice)[state.demander]
            return m.texts.loss(state, choice)

        steps = []
        for t, size in enumerate(m.sizes):
            for step in (-1, 1):
                there = [place + step * (t == j) for j, place in enumerate(m.choice)]
                if 0 <= there[t] < size and hurts(there) < hurts(m.choice):
                    steps.append((hurts(there), t, step))
        if state.across(m.choice) > 0.0:
            term = abs(state.objection()) - 1
            assert not state.red_low[term] <= m.choice[term] <= state.red_high[term]
        elif steps:
            _, term, step = min(steps)
            assert state.objection() == step * (term + 1)
        else:
            assert state.objection() == 0


def willingness(change: dict[str, Any]) -> float:
    """How far CCC is from refusing the first text on the last day."""
    m = model(PLEDGE, parties={"CCC": change})
    m.step()
    state = next(s for s in m.members if s.code == "CCC")
    return state.full_cost - state.net_loss


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
    def net_loss(core: float) -> float:
        ice = {"has_forces": False, "current_core_pct_gdp": None}
        m = model(PLEDGE, parties={"CCC": ice}, terms={"core_pct_gdp": {"opening": core}})
        m.step()
        return next(s.net_loss for s in m.members if s.code == "CCC")

    assert net_loss(2.0) == net_loss(5.0) == 0.0


def test_without_a_demander_nobody_presses() -> None:
    m = model(SPATIAL)
    m.step()
    assert m.leverage == 0.0
    assert m.problem.demands.tolist() == [-1] * len(m.members)
    assert not any(s.demands for s in m.members)


def test_a_red_line_stops_a_member_at_any_price() -> None:
    for line, passes in ((5.0, True), (4.5, False)):
        lines = {"red_lines": {"core_pct_gdp": {"at_most": line}}}
        m = model(PLEDGE, parties={"CCC": lines}, coefficients={"refusing": {"base": 100.0}})
        state = next(s for s in m.members if s.code == "CCC")
        assert state.would_refuse(m.choice, share=1.0) != passes
        assert state.across(m.choice) == (0.0 if passes else 1.0)


def test_members_of_a_camp_share_their_luck_and_their_weight() -> None:
    members = {
        code: {"ideal": {"height": height, "width": 1}, "power": power}
        for code, height, power in (("AAA", 2, 1.0), ("BBB", 9, 5.0), ("DDD", 2, 3.0))
    }
    luck = {"spatial": {"luck": 0.8, "salience_sd": 0.3}}
    m = model({**SPATIAL, "parties": members}, coefficients=luck)
    first, other, same = m.members
    assert (first.luck, first.weights, first.leader) == (same.luck, same.weights, same.leader)
    assert other.luck != first.luck
    assert m.mediator.asked == [True, True, False]
