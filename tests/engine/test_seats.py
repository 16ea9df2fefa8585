"""Fixed moves and other people in the seats."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.engine.mesa.agents import Mediator, MemberState
from sim.engine.mesa.seats import Answer, Draft
from sim.errors import ScenarioError, SummitryError
from sim.scenario.load import load
from tests.strategies import scenarios


def small(**changes: Any) -> dict[str, Any]:
    member = {
        "threat_perception": 0.5, "fiscal_room": 0.5, "us_pressure_sensitivity": 0.5,
        "current_core_pct_gdp": 2.0,
    }  # fmt: skip
    return {
        "title": "x",
        "members": {"AAA": member, "BBB": member, "CCC": member},
        "terms": {
            "core_pct_gdp": {"range": [2, 5], "step": 0.5, "opening": 5},
            "deadline_year": {"range": [2028, 2035], "step": 1, "opening": 2030},
        },
        "calendar": {"start": "2025-01-01", "summit": "2025-01-29"},
        "mediator": {"temperature": 0, "knowledge": "full"},
        **changes,
    }


def played(scenario: sim.Scenario, seed: int, replication: int) -> tuple[Any, list[dict[str, Any]]]:
    """A run agent by agent, and everything that was done in it as moves."""
    model = scenario.model(seed=seed, replication=replication)
    terms = scenario.setup.scenario.terms
    moves = []
    while model.running:
        model.step()
        shown = {t.name: t.show(at) for t, at in zip(terms, model.choice, strict=True) if t.written}
        chair = {"seat": "mediator", "round": model.round + 1}
        chair["text"] = {name: "none" if v is None else v for name, v in shown.items()}
        if model.letter_to is not None:
            chair["letter"] = model.letter_to.code
        moves.append(chair)
        moves += [
            {
                "seat": s.code,
                "round": model.round + 1,
                "silence": "passes" if s.passed else "breaks",
            }
            for s in model.members
        ]
    return model, moves


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(0, 2**32))
def test_a_run_written_as_moves_comes_out_the_same_whatever_the_inputs(
    scenario: dict[str, Any], seed: int
) -> None:
    scenario = {k: v for k, v in scenario.items() if k != "moves"}
    once = sim.load(scenario)
    model, moves = played(once, seed, 0)
    again = sim.load({**scenario, "moves": moves})
    for other in (seed, seed + 1):  # other inputs, the same moves
        replayed = again.model(seed=other)
        replayed.run_model()
        assert (replayed.adopted, replayed.round) == (model.adopted, model.round)
        assert list(replayed.choice) == list(model.choice)
        assert [s.side_letter for s in replayed.members] == [s.side_letter for s in model.members]


def test_a_member_that_always_breaks_silence_keeps_a_consensus_from_forming() -> None:
    blocked = sim.load(small(moves=[{"seat": "BBB", "silence": "breaks"}])).runs(200, seed=3)
    assert (blocked.table["outcome"] == "no_deal").all()
    members = blocked.members
    assert (members.loc[members["iso3"] == "BBB", "objections"] == 5).all()


def test_a_move_of_one_round_counts_before_that_of_every_round() -> None:
    moves = [
        {"seat": "AAA", "silence": "passes"},
        {"seat": "BBB", "silence": "passes"},
        {"seat": "CCC", "silence": "breaks"},
        {"seat": "CCC", "round": 3, "silence": "passes"},
    ]
    table = sim.load(small(moves=moves)).runs(50, seed=1).table
    assert (table["adopted_round"] == 3).all()


def test_an_objector_names_what_its_move_says() -> None:
    move = {
        "seat": "CCC", "round": 1, "silence": "breaks", "term": "deadline_year",
        "direction": "higher",
    }  # fmt: skip
    rounds = sim.load(small(moves=[move])).runs(20, seed=1, trace=True).rounds
    row = rounds[(rounds["round"] == 1) & (rounds["iso3"] == "CCC")]
    assert set(row["blocking_term"]) == {"deadline_year"}
    assert set(row["blocking_direction"]) == {"higher"}


def test_the_text_of_the_chair_is_on_the_table_and_its_letter_is_granted() -> None:
    moves = [
        {"seat": "mediator", "round": 2, "text": {"core_pct_gdp": 3.5}, "letter": "BBB"},
        {"seat": "AAA", "round": 1, "silence": "breaks"},
    ]
    ensemble = sim.load(small(moves=moves)).runs(20, seed=1, trace=True)
    rounds = ensemble.rounds
    assert set(rounds.loc[rounds["round"] == 2, "core_pct_gdp"]) == {3.5}
    assert set(rounds.loc[rounds["round"] == 2, "deadline_year"]) == {2030}
    members = ensemble.members
    assert members.loc[members["iso3"] == "BBB", "side_letter"].all()


def _everyone_breaks(first_rounds: int) -> list[dict[str, Any]]:
    return [
        {"seat": seat, "round": r + 1, "silence": "breaks"}
        for seat in ("AAA", "BBB", "CCC")
        for r in range(first_rounds)
    ]


@pytest.mark.parametrize("asker", ["AAA", "BBB", "CCC"])
def test_who_has_asked_for_a_letter_gets_the_first_one(asker: str) -> None:
    moves = _everyone_breaks(2)
    for move in moves:
        if move["seat"] == asker and move["round"] == 1:
            move["asks_letter"] = True
    mediator = {"letters_rounds_left": 9, "letters_most_objectors": 3}
    rounds = sim.load(small(moves=moves, mediator=mediator)).runs(100, seed=1, trace=True).rounds
    first = rounds[rounds["round"] == 2]
    assert set(first["side_letter_to"].dropna()) == {asker}


def test_an_amendment_that_pleases_all_is_tabled_next() -> None:
    moves = _everyone_breaks(1)
    moves[0]["proposes"] = {"core_pct_gdp": 2, "deadline_year": 2035}
    rounds = sim.load(small(moves=moves)).runs(20, seed=1, trace=True).rounds
    second = rounds[rounds["round"] == 2]
    assert set(second["core_pct_gdp"]) == {2.0}
    assert set(second["deadline_year"]) == {2035}
    without = sim.load(small(moves=_everyone_breaks(1))).runs(20, seed=1, trace=True).rounds
    assert set(without.loc[without["round"] == 2, "core_pct_gdp"]) == {4.5}  # one step at a time


class _Human:
    """Lets everything pass but what asks more than 3.5%."""

    def act(self, member: MemberState) -> Answer:
        return Answer(member.model.text[0] <= 3.5, named=-1)


class _HumanChair:
    def act(self, mediator: Mediator) -> Draft | None:
        return Draft({0: 6 - mediator.model.round})  # 5%, 4.5%, 4% ...


def test_somebody_else_in_the_seats_plays_by_the_same_rules_as_fixed_moves() -> None:
    scenario = sim.load(small())
    model = scenario.model(seed=1)
    for state in model.members:
        state.seat = _Human()
    model.mediator.chair = _HumanChair()
    model.run_model()
    assert model.adopted
    assert model.round == 3  # 5, 4.5, 4, 3.5
    assert [s.last_named for s in model.members] == [-1, -1, -1]


def test_the_halves_of_a_round_show_the_text_before_it_is_answered() -> None:
    model = sim.load(small()).model(seed=1)
    model.table_text()
    assert model.text[0] == 5.0
    assert all(s.pain > 0 for s in model.members)
    assert not any(s.objections for s in model.members)
    model.hear_answers()
    assert model.on_board + sum(s.objections for s in model.members) == 3


def test_no_round_is_played_after_the_last() -> None:
    one = sim.load(small(moves=[{"seat": "AAA", "silence": "breaks"}])).model(seed=1)
    one.run_model()
    assert one.round == 4
    with pytest.raises(SummitryError, match="no round is left"):
        one.table_text()


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"seat": "ZZZ", "silence": "passes"}, "no member or group is called 'ZZZ'"),
        ({"seat": "AAA"}, "says nothing"),
        ({"seat": "AAA", "round": 6, "silence": "passes"}, "numbered 1 to 5"),
        ({"seat": "AAA", "text": {"core_pct_gdp": 3}, "silence": "passes"}, "only the mediator"),
        ({"seat": "mediator", "silence": "passes"}, "a member does that"),
        ({"seat": "mediator", "text": {"core": 3}}, "there is no term 'core'"),
        ({"seat": "mediator", "text": {"core_pct_gdp": 3.1}}, "not on the drafting grid"),
        ({"seat": "mediator", "round": 1, "letter": "ZZZ"}, "no member or group"),
        ({"seat": "mediator", "letter": "AAA"}, "give the round"),
        ({"seat": "AAA", "silence": "breaks", "term": "core_pct_gdp"}, "both term and direction"),
        (
            {"seat": "AAA", "silence": "passes", "term": "core_pct_gdp", "direction": "lower"},
            "only who breaks silence",
        ),
    ],
)
def test_moves_that_make_no_sense(move: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        load(small(moves=[move]))


def test_two_moves_of_a_seat_in_one_round_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"moves\[0\] is of the same seat"):
        load(small(moves=[{"seat": "AAA", "silence": "passes"}] * 2))


def test_inherited_moves_of_members_that_stay_away_do_nothing(tmp_path: Path) -> None:
    parent, child = tmp_path / "parent.yaml", tmp_path / "child.yaml"
    parent.write_text(
        "extends: hague_2025\nmoves:\n  - {seat: Spain, silence: passes}\n"
        "  - {seat: Italy, silence: breaks}\n"
    )
    child.write_text("extends: parent\nroster: {without: [ESP]}\n")
    assert [m.member for m in load(parent).resolved.moves] == ["ESP", "ITA"]
    assert [m.member for m in load(child).resolved.moves] == ["ITA"]
