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
        "parties": {
            "USA": {**member, "current_core_pct_gdp": 3.4}, "AAA": member, "BBB": member,
            "CCC": member,
        },
        "demander": {"headline_pct_gdp": 5.0, "deadline_year": 2030},
        "terms": {
            "core_pct_gdp": {"range": [2, 5], "step": 0.5, "opening": 5, "in_force": 2},
            "deadline_year": {
                "range": [2028, 2035], "step": 1, "opening": 2030, "in_force": "none",
            },
        },
        "calendar": {"start": "2025-01-01", "summit": "2025-01-29", "last_day_drafts": 1},
        **changes,
    }  # fmt: skip


#: No change of the text is possible, it is about as bad as to refuse it, and three drafts are on
#: the last day.
ONE_TEXT: dict[str, Any] = {
    "parties": {
        code: {
            "threat_perception": 0.5, "fiscal_room": 0.5, "us_pressure_sensitivity": 0.5,
            "current_core_pct_gdp": 3.5,
        }
        for code in ("USA", "AAA", "BBB", "CCC")
    },
    "terms": {
        "core_pct_gdp": {"fixed": 5.0, "in_force": 2},
        "deadline_year": {"fixed": 2030, "in_force": "none"},
    },
    "calendar": {"start": "2025-01-01", "summit": "2025-01-29", "last_day_drafts": 3},
}  # fmt: skip


def played(scenario: sim.Scenario, seed: int) -> tuple[Any, list[dict[str, Any]]]:
    """A run agent by agent, and all that was said and written in it as moves."""
    model = scenario.model(seed=seed)
    terms = scenario.setup.scenario.terms
    moves = []
    while model.running:
        model.step()
        shown = {t.name: t.show(at) for t, at in zip(terms, model.choice, strict=True) if t.written}
        text = {name: "none" if v is None else v for name, v in shown.items()}
        moves.append({"seat": "mediator", "round": model.round + 1, "text": text})
        for s in model.members:
            silence = "passes" if s.passed else "breaks"
            moves.append({"seat": s.code, "round": model.round + 1, "silence": silence})
    return model, moves


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(0, 2**32))
def test_a_run_written_as_moves_comes_out_the_same_whatever_the_inputs(
    scenario: dict[str, Any], seed: int
) -> None:
    once = sim.load(scenario)
    model, moves = played(once, seed)
    again = sim.load({**scenario, "moves": moves})
    for other in (seed, seed + 1):  # other inputs, the same moves
        replayed = again.model(seed=other)
        # What is learned differs, and with it whether the last day goes on.
        while replayed.running and replayed.round < model.round:
            replayed.step()
            said = {
                move["seat"]: move["silence"] == "passes"
                for move in moves
                if "silence" in move and move["round"] == replayed.round + 1
            }
            # A round that the first run left out at a meeting has no moves.
            assert not said or {s.code: s.passed for s in replayed.members} == said
        if replayed.round == model.round:
            assert replayed.adopted == model.adopted
            assert list(replayed.choice) == list(model.choice)


def test_a_member_that_always_breaks_silence_keeps_a_consensus_from_forming() -> None:
    blocked = sim.load(small(moves=[{"seat": "BBB", "silence": "breaks"}])).runs(200, seed=3)
    assert (blocked.table["outcome"] == "no_deal").all()
    members = blocked.members
    assert (members.loc[members["member"] == "BBB", "objections"] == 5).all()


def test_a_move_of_one_round_counts_before_that_of_every_round() -> None:
    moves = [
        *({"seat": seat, "silence": "passes"} for seat in ("USA", "AAA", "BBB")),
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
    row = rounds[(rounds["round"] == 1) & (rounds["member"] == "CCC")]
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
    assert members.loc[members["member"] == "BBB", "side_letter"].all()


def _all_break(rounds: int) -> list[dict[str, Any]]:
    return [
        {"seat": seat, "round": r + 1, "silence": "breaks"}
        for seat in ("AAA", "BBB", "CCC")
        for r in range(rounds)
    ]


@pytest.mark.parametrize("asker", ["AAA", "BBB", "CCC"])
def test_who_has_asked_for_a_letter_gets_it(asker: str) -> None:
    moves = _all_break(7)
    for move in moves:
        if move["seat"] == asker and move["round"] == 1:
            move["asks_letter"] = True
    side_letters = {"most": 1}
    ensemble = sim.load(small(moves=moves, side_letters=side_letters, **ONE_TEXT)).runs(
        50, seed=1, trace=True
    )
    rounds = ensemble.rounds
    given = rounds[rounds["side_letter"].fillna(False)]
    assert set(given["member"]) == {asker}
    assert given["round"].min() >= 5  # not before the last day
    held = ensemble.members.loc[ensemble.members["side_letter"], "member"]
    assert set(held) == {asker}


def test_letters_are_for_the_last_day_and_no_more_than_are_allowed() -> None:
    for most in range(4):
        scenario = small(moves=_all_break(7), side_letters={"most": most}, **ONE_TEXT)
        ensemble = sim.load(scenario).runs(50, seed=1, trace=True)
        assert ensemble.table["n_side_letters"].max() == min(most, 3)
        rounds = ensemble.rounds
        assert not rounds.loc[rounds["round"] < 5, "side_letter"].fillna(False).any()
        members = ensemble.members
        assert not members.loc[members["member"] == "USA", "side_letter"].any()


def test_an_amendment_joins_what_the_mediator_looks_at() -> None:
    moves = _all_break(1)
    moves[0]["proposes"] = {"core_pct_gdp": 2, "deadline_year": 2035}
    model = sim.load(small(moves=moves)).model(seed=1)
    model.step()
    assert model.mediator.learned
    amended = model.mediator.candidates()[-1]
    assert [model.grid[t][place] for t, place in enumerate(amended)][0:3:2] == [2.0, 2035.0]


class _Human:
    """Lets everything pass but what asks more than 3.5%."""

    def act(self, member: MemberState) -> Answer:
        return Answer(member.model.text[0] <= 3.5, named=-1)


class _HumanChair:
    def act(self, mediator: Mediator) -> Draft | None:
        return Draft({0: 6 - mediator.model.round})  # 5%, 4.5%, 4% ...


def test_somebody_else_in_the_seats_plays_by_the_same_rules_as_fixed_moves() -> None:
    model = sim.load(small()).model(seed=1)
    for state in model.members:
        state.seat = _Human()
    model.mediator.chair = _HumanChair()
    model.run_model()
    assert model.adopted
    assert model.round == 3  # 5, 4.5, 4, 3.5
    assert [s.last_named for s in model.members] == [-1, -1, -1, -1]


def test_the_halves_of_a_round_show_the_text_before_it_is_answered() -> None:
    model = sim.load(small()).model(seed=1)
    model.table_text()
    assert model.text[0] == 5.0
    assert all(s.net_loss > 0 for s in model.members if not s.demands)
    assert not any(s.objections for s in model.members)
    model.hear_answers()
    assert model.on_board + sum(s.objections for s in model.members) == 4


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
