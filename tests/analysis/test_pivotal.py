"""Pivotal members: the counterfactuals are real runs of the scenario that they stand for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.analysis.pivotal import Distance, Outcome, pivots, without
from sim.engine.mesa.model import SummitModel

from ..strategies import scenarios
from .scenarios import ALL, PLEDGE, SPATIAL, changed, setup


def play(scenario: dict, seed: int, replication: int) -> Outcome:
    model = SummitModel(setup(scenario), seed, replication, collect=False)
    model.run_model()
    model.release()
    return Outcome.of(model)


def less(scenario: dict, code: str) -> dict:
    """The scenario as an author would write it without a member."""
    away = changed(scenario, **{f"parties__{code}": None})
    for group in away.get("groups", {}).values():
        group["members"] = [c for c in group["members"] if c != code]
    for event in away.get("events", []):
        if "members" in event:
            event["members"] = [c for c in event["members"] if c != code]
    return away


@pytest.mark.parametrize("name", ["pledge", "mean", "spatial", "spatial demander", "majority"])
def test_removed_is_the_scenario_written_without_the_member(name: str) -> None:
    scenario = ALL[name]
    for pivot in pivots(setup(scenario), 3, 1):
        if pivot.removed is not None:
            assert pivot.removed == play(less(scenario, pivot.code), 3, 1), pivot.code


def test_willing_is_a_member_for_whom_refusing_costs_too_much() -> None:
    """The floor knows nobody, so only the answers of the willing member count."""
    scenario = changed(
        SPATIAL,
        mediator__kind="none",
        demander__party="AA",
        terms__share__opening=5,
        coefficients={"spatial": {"base": 0.05, "luck": 0.05}},
    )
    changed_something = 0
    for replication in range(4):
        actual = play(scenario, 3, replication)
        for pivot in pivots(setup(scenario), 3, replication):
            if pivot.code == "AA":
                continue
            move = {"seat": pivot.code, "silence": "passes"}
            agreed = changed(scenario, moves=[move])
            assert pivot.willing == play(agreed, 3, replication), pivot.code
            changed_something += pivot.willing != actual
    assert changed_something


@pytest.mark.parametrize("knowledge", ["public", "attributes", "all"])
def test_a_member_that_refuses_everything_is_pivotal(knowledge: str) -> None:
    scenario = changed(
        SPATIAL, parties__CC__red_lines={"share": {"at_least": 200}}, mediator__knowledge=knowledge,
        side_letters__most=0, coefficients={"spatial": {"base": 5.0, "luck": 0.1}},
    )  # fmt: skip
    found = {p.code: p for p in pivots(setup(scenario), 3, 0)}
    stubborn = found.pop("CC")
    assert stubborn.removed is not None
    assert stubborn.removed.adopted and stubborn.willing.adopted
    assert stubborn.weight.deal == 1
    for other in found.values():
        assert not other.willing.adopted
        assert other.weight.none


def test_willing_members_never_object() -> None:
    for name in ("pledge", "majority", "amendments only"):
        for pivot in pivots(setup(ALL[name]), 3, 0):
            assert pivot.code not in pivot.willing.objectors
            assert pivot.code not in pivot.willing.letters


def test_demander_and_last_pair_cannot_be_left_out() -> None:
    assert without(setup(PLEDGE).scenario, "USA") is None
    assert without(setup(PLEDGE).scenario, "ESP") is not None
    pair = changed(SPATIAL, parties__CC=None, parties__DD=None)
    found = pivots(setup(pair), 3, 0)
    assert [p.removed for p in found] == [None, None]


def test_member_whose_absence_leaves_no_votes_cannot_be_left_out() -> None:
    votes = {f"parties__{code}__votes": 0.0 for code in ("BB", "CC", "DD")}
    scenario = setup(changed(SPATIAL, **votes)).scenario
    assert without(scenario, "AA") is None
    assert without(scenario, "BB") is not None


outcomes = st.builds(
    Outcome,
    adopted=st.booleans(),
    round=st.integers(0, 5),
    date=st.just(dt.date(2025, 6, 25)),
    choice=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    letters=st.lists(st.sampled_from("ABC"), unique=True).map(lambda x: tuple(sorted(x))),
    objectors=st.just(()),
)


@given(outcomes, outcomes)
def test_distance_is_symmetric_and_puts_the_deal_first(a: Outcome, b: Outcome) -> None:
    d = Distance.between(a, b)
    assert d == Distance.between(b, a)
    assert Distance.between(a, a).none
    assert (d.deal == 1) == (a.adopted != b.adopted)
    if a.adopted and b.adopted and a != b:
        assert not d.none
        assert d < Distance(1, 0, 0, 0)


def test_a_letter_not_needed_for_want_of_its_holder_is_no_difference() -> None:
    day = dt.date(2025, 6, 25)
    with_letter = Outcome(True, 4, day, (1, 2), ("ESP",), ())
    plain = Outcome(True, 4, day, (1, 2), (), ())
    assert Distance.between(with_letter, plain, besides="ESP").none
    assert Distance.between(with_letter, plain) == Distance(0, 1, 0, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(moves=True), st.integers(0, 1000))
def test_fixed_moves_go_with_the_member(scenario: dict[str, Any], seed: int) -> None:
    """A played game can be explained: who is away moves nothing, who is willing refuses nothing."""
    resolved = setup(scenario).scenario
    for pivot in pivots(setup(scenario), seed, 0):
        assert pivot.code not in pivot.willing.objectors
        rest = without(resolved, pivot.code)
        if rest is not None:
            assert all(pivot.code not in (move.member, move.letter) for move in rest.moves)
            kept = [move for move in resolved.moves if move.member != pivot.code]
            assert [move.member for move in rest.moves] == [move.member for move in kept]
