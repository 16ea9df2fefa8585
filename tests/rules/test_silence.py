"""The silence procedure: who passes, what an objector names, what counts as adopted."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.batch.memory import play_runs
from sim.engine.problem import set_up
from sim.rules import preferences, silence
from sim.rules.silence import CONSENSUS, QUALIFIED_MAJORITY, UNANIMITY_MINUS
from sim.scenario.load import load
from tests.rules.summits import SPATIAL, changed, model, setup
from tests.strategies import scenarios


def free(n: int) -> tuple[list[float], list[float]]:
    """No red lines on n terms."""
    return [-1e300] * n, [1e300] * n


def test_a_member_passes_when_its_pain_is_at_most_its_tolerance_and_noise() -> None:
    assert silence.lets_pass(1.0, 1.0, 0.0)
    assert not silence.lets_pass(1.0, 0.9, 0.05)
    assert silence.lets_pass(1.0, 0.9, 0.15)
    assert not silence.lets_pass(0.5, 0.6, -0.2)


@pytest.mark.parametrize(
    ("procedure", "weight_for", "objectors", "adopted"),
    [
        (CONSENSUS, 9.0, 1, False),
        (CONSENSUS, 10.0, 0, True),
        (QUALIFIED_MAJORITY, 6.5, 3, True),
        (QUALIFIED_MAJORITY, 6.4, 1, False),
        (UNANIMITY_MINUS, 2.0, 2, True),
        (UNANIMITY_MINUS, 9.0, 3, False),
    ],
)
def test_what_counts_as_adopted(
    procedure: int, weight_for: float, objectors: int, adopted: bool
) -> None:
    assert silence.adopted(procedure, weight_for, 10.0, objectors, 0.65, 2) == adopted


@settings(deadline=None)
@given(scenarios(), st.data())
def test_an_objector_names_the_step_that_relieves_it_most(
    scenario: dict[str, Any], data: st.DataObject
) -> None:
    m = model(scenario)
    m.step()
    n = m.problem.n_terms
    choice = [data.draw(st.integers(0, size - 1)) for size in m.sizes]
    text = [m.grid[t][choice[t]] for t in range(n)]
    for state in m.members:

        def hurts(term: int = 0, step: int = 0, state: Any = state) -> float:
            there = [m.grid[t][choice[t] + (step if t == term else 0)] for t in range(n)]
            return preferences.pain(state.preferences, there, state.position, n)

        steps = [
            (hurts(t, d), t, d)
            for t in range(n)
            for d in (-1, 1)
            if 0 <= choice[t] + d < m.sizes[t]
        ]
        relieving = [s for s in steps if s[0] < hurts()]
        expected = 0
        if relieving:
            _, term, direction = min(relieving)
            expected = direction * (term + 1)
        before = list(text)
        named = silence.objection(
            state.preferences, choice, text, m.grid, m.sizes, state.position, *free(n), n
        )
        assert named == expected
        assert text == before


def test_an_objector_at_its_ideal_names_nothing() -> None:
    m = model(SPATIAL, coefficients={"tolerance": {"base": -1}})
    m.step()
    state = m.members[0]
    named = silence.objection(
        state.preferences, [2, 2], [2.0, 1.0], m.grid, m.sizes, state.position, *free(2), 2
    )
    assert named == 0


def test_a_red_line_is_named_first() -> None:
    m = model(SPATIAL)
    m.step()
    state = m.members[0]
    text = [2.0, 1.0]
    for lowest, highest, expected in (
        ([-9.0, -9.0], [9.0, 0.5], -2),
        ([3.0, -9.0], [9.0, 9.0], 1),
        ([-9.0, 2.0], [1.0, 9.0], -1),
    ):
        named = silence.objection(
            state.preferences, [2, 2], text, m.grid, m.sizes, state.position, lowest, highest, 2
        )
        assert named == expected


def test_what_members_said_is_what_the_rules_say() -> None:
    m = model(SPATIAL)
    m.step()
    # Opening (0, 4), tolerance 3. AAA: 2 (.04 + .5625) = 1.2; BBB: 2 (.5 * .81 + 2 * .0625) = 1.06;
    # CCC: 2 (2 * .36 + 1) = 3.44, and a step in width relieves it more than one in height.
    assert [s.pain for s in m.members] == pytest.approx([1.205, 1.06, 3.44])
    assert [s.passed for s in m.members] == [True, True, False]
    assert [s.named for s in m.members] == [0, 0, -2]
    assert m.members[2].objections == 1
    assert (m.on_board, m.adopted) == (2, False)


PROCEDURES_OF_ONE_KIND = [
    {"rule": "consensus"},
    {"rule": "unanimity_minus", "minus": 0},
    {"rule": "qualified_majority", "quota": 1.0, "weights": "equal"},
]


@pytest.mark.xdist_group("batch_engine")
@settings(deadline=None, max_examples=50)
@given(scenarios(), st.integers(0, 1000))
def test_consensus_is_the_limit_of_the_other_procedures(
    scenario: dict[str, Any], seed: int
) -> None:
    outcomes = set()
    for procedure in PROCEDURES_OF_ONE_KIND:
        it = set_up(load({**scenario, "procedure": procedure}).resolved)
        block = play_runs(it, 5, seed=seed, trace=True, workers=1)
        outcomes.add(b"".join(array.tobytes() for array in block))
    assert len(outcomes) == 1


def test_a_majority_weighs_members_by_what_the_scenario_says() -> None:
    members = {
        code: {"votes": votes, "gdp_usd_bn": gdp, "population_million": people}
        for code, votes, gdp, people in (("AAA", 3, 1, 5), ("BBB", 2, 1, 5), ("CCC", 4, 8, 5))
    }
    # The opening text passes AAA and BBB alone; see above.
    for weights, share in (("votes", 5 / 9), ("gdp", 2 / 10), ("population", 2 / 3)):
        for quota, adopted in ((share - 0.01, True), (share + 0.01, False)):
            procedure = {"rule": "qualified_majority", "quota": quota, "weights": weights}
            m = model(changed(SPATIAL, members=members, procedure=procedure))
            m.step()
            assert m.adopted == adopted, (weights, quota)


def test_unanimity_minus_one_goes_on_without_the_last_objector() -> None:
    for minus, adopted in ((0, False), (1, True)):
        m = model(SPATIAL, procedure={"rule": "unanimity_minus", "minus": minus})
        m.step()
        assert m.adopted == adopted
        assert m.running != adopted


def test_the_range_of_a_term_that_may_be_left_out_is_that_of_all_its_values() -> None:
    # A text without the term holds 0, so the range is 0 to 10, not 2 to 0.
    height = {"range": [2, 10], "or_none": True, "opening": 10}
    m = model(SPATIAL, terms={"height": height})
    m.step()
    assert m.members[2].pain == pytest.approx(2 * (2 * 0.16 + 1))
    assert setup(SPATIAL, terms={"height": height}).problem.sizes[0] == 10
