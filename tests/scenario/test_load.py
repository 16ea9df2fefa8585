"""Finding, merging, changing, writing out and hashing scenarios."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.problem import set_up
from sim.errors import ScenarioError, SummitryError
from sim.scenario.load import Loaded, load, loads, parse_value, shipped_names
from tests.strategies import scenarios

SMALL = """
title: A small one  # with a comment
parties:
  AAA: {threat_perception: 0.4, fiscal_room: {uniform: [0.2, 0.6]}, us_pressure_sensitivity: 0.5,
        current_core_pct_gdp: 2}
  BBB: {threat_perception: 0.7, fiscal_room: 0.3, us_pressure_sensitivity: 0.2,
        current_core_pct_gdp: 1.5}
groups: {both: {members: [AAA, BBB], threat_perception: {normal: [0, 0.1]}}}
terms:
  core_pct_gdp: {range: [2, 5], step: 0.5, opening: 5, in_force: 2}
  deadline_year: {range: [2028, 2035], step: 1, or_none: true, opening: 2030, in_force: none}
demander: {party: AAA, headline_pct_gdp: 5, deadline_year: 2030, leverage: {uniform: [0, 1]}}
calendar: {start: 2025-01-01, summit: 2025-03-01}
events:
- {name: a shock, date: 2025-02-01, threat_perception: 0.1, members: [BBB]}
- {name: another, chance_per_round: 0.1, leverage: 0.2}
"""


def same_problem(one: Loaded, other: Loaded) -> None:
    """Both play the same to the last bit: their numbers and the names of draws are the same."""
    a, b = set_up(one.resolved), set_up(other.resolved)
    assert a.codes == b.codes
    assert a.sampled_paths == b.sampled_paths
    for name, x, y in zip(a.problem._fields, a.problem, b.problem, strict=True):
        assert np.array_equal(np.asarray(x), np.asarray(y)), name


# --- finding and extending ----------------------------------------------------------------


def test_a_name_without_a_folder_is_a_shipped_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("hague_2025").name == "hague_2025"
    (tmp_path / "hague_2025").mkdir()  # results lie in folders of such names
    assert load("hague_2025").name == "hague_2025"
    (tmp_path / "mine.yaml").write_text("extends: wales_2014\nruns: 5\n")
    loaded = load("mine.yaml")
    assert (loaded.name, loaded.file.runs) == ("mine", 5)
    for wrong, near in (("hague", "hague_2025"), ("wales2014", "wales_2014"), ("min", "mine.yaml")):
        with pytest.raises(ScenarioError, match=f"did you mean '{near}'"):
            load(wrong)


def test_a_child_changes_what_it_says_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(SMALL + "mediator: {kind: nash}\n")
    child = tmp_path / "child.yaml"
    child.write_text("extends: parent\nparties:\n  BBB: {fiscal_room: {normal: [0.5, 0.1]}}\n"
                     "demander: {leverage: {normal: [1, 0.1]}}\nevents: []\n")  # fmt: skip
    loaded = load(child)
    assert loaded.as_played()["demander"]["leverage"] == {"normal": [1, 0.1]}
    assert loaded.file.demander is not None
    assert loaded.file.demander.headline_pct_gdp == 5
    assert loaded.as_played()["parties"]["BBB"]["threat_perception"] == 0.7
    assert loaded.as_played()["parties"]["BBB"]["fiscal_room"] == {"normal": [0.5, 0.1]}
    assert loaded.file.events == ()
    grandchild = tmp_path / "grandchild.yaml"
    grandchild.write_text("extends: child\nmediator:\n")  # an empty value takes back
    assert load(grandchild).file.mediator.kind == "compromise"


def test_a_child_may_call_a_member_by_another_name(tmp_path: Path) -> None:
    lines = "parties: {NLD: {red_lines: {core_pct_gdp: {at_most: 4.0}}}}\n"
    (tmp_path / "parent.yaml").write_text("extends: hague_2025\n" + lines)
    child = tmp_path / "child.yaml"
    child.write_text("extends: parent\nparties: {Netherlands: {fiscal_room: 0.5}}\n")
    loaded = load(child)
    netherlands = loaded.as_played()["parties"]["NLD"]
    assert netherlands["fiscal_room"] == 0.5
    assert netherlands["red_lines"] == {"core_pct_gdp": {"at_most": 4.0}}  # as in the parent


def test_a_fault_is_told_in_the_file_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(SMALL + "runs: 0\n")
    child = tmp_path / "child.yaml"
    child.write_text("extends: parent.yaml\nseed: -1\n")
    with pytest.raises(ScenarioError) as caught:
        load(child)
    assert {(Path(p.source).name, p.path) for p in caught.value.problems} == {
        ("parent.yaml", "runs"),
        ("child.yaml", "seed"),
    }


def test_scenarios_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b\n")
    (tmp_path / "b.yaml").write_text("extends: a\n")
    with pytest.raises(ScenarioError, match="in a circle"):
        load(tmp_path / "a.yaml")


def test_other_faults_show_when_the_parent_is_not_found() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("extends: nowhere\nruns: 0\n")
    assert [p.path for p in caught.value.problems] == ["extends", "runs"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("roster: {without: [USA]}", "3:10: demander.party", "'USA' does not take part"),
        ("calendar: {start: 2025-07-01}", "3:12: calendar.summit", "before the start"),
        ("calendar: {summit: 2025-05-20}", "3:12: events[1].date", "outside the calendar"),
        ("terms: {core_pct_gdp: {range: [2, 4]}}", "3:24: terms.core_pct_gdp.opening", "5 is not"),
        ("seed: 3\npreferences: spatial", "4:1: terms.", "more faults follow from this line"),
    ],
)
def test_a_fault_of_an_inherited_value_is_told_at_the_line_that_causes_it(
    text: str, place: str, words: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(f"title: x\nextends: hague_2025\n{text}\n", "mine.yaml")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"mine.yaml:{place}")
    assert words in problem.message
    assert "(inherited from hague_2025)" in problem.message


def test_a_fault_of_an_inherited_value_is_told_with_the_change_that_causes_it() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("hague_2025").set({"demander.leverage": 0.3, "calendar.summit": "2025-05-20"})
    (problem,) = caught.value.problems
    assert problem.source == "calendar.summit=2025-05-20"
    assert problem.path == "events[1].date"


def test_an_empty_value_takes_back_at_every_level_what_the_parent_gives(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        SMALL + "coefficients: {refusing: {base: 0.4, threat: 0.1}}\n"
    )
    child = tmp_path / "child.yaml"
    child.write_text("extends: parent\ncoefficients: {refusing: {base: }}\n")
    default = loads(SMALL).file.coefficients.refusing
    refusing = load(child).file.coefficients.refusing
    assert (refusing.base, refusing.threat) == (default.base, 0.1)
    child.write_text("extends: parent\ncoefficients: {refusing: }\n")
    assert load(child).file.coefficients == loads(SMALL).file.coefficients
    child.write_text("extends: parent\ncoefficients: {pledge: }\n")
    with pytest.raises(ScenarioError, match="parent gives nothing to take back here"):
        load(child)


# --- changing -----------------------------------------------------------------------------


def played(loaded: Loaded, path: str) -> Any:
    value: Any = loaded.as_played()
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else value[step]
    return value


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("demander.leverage", 0.4, ["demander.leverage"]),
        ("demander.leverage", {"uniform": [0.2, 0.3]}, ["demander.leverage"]),
        ("parties.ESP.fiscal_room", 0.6, ["parties.ESP.fiscal_room"]),
        ("parties.Spain.fiscal_room", 0.6, ["parties.ESP.fiscal_room"]),
        ("parties.baltics.votes", 9, [f"parties.{c}.votes" for c in ("EST", "LVA", "LTU")]),
        ("demander.need_core_pct_gdp", 3, ["demander.need_core_pct_gdp"]),
        ("terms.core_pct_gdp.opening", 4.0, ["terms.core_pct_gdp.opening"]),
        ("events[1].leverage", 0.5, ["events.1.leverage"]),
        ("events[0].date", "2025-03-01", ["events.0.date"]),
        ("events[0].members", ["ESP"], ["events.0.members"]),
        ("coefficients.refusing.base", 0.3, ["coefficients.refusing.base"]),
        ("procedure.rule", "unanimity_minus", ["procedure.rule"]),
        ("parties.ESP.red_lines.core_pct_gdp.at_most", 2.1,
         ["parties.ESP.red_lines.core_pct_gdp.at_most"]),
    ],
)  # fmt: skip
def test_a_change_lands_where_its_path_says(path: str, value: Any, where: list[str]) -> None:
    hague = load("hague_2025")
    before = hague.as_played()
    changed = hague.set({path: value})
    for place in where:
        assert played(changed, place) == value
    assert hague.as_played() == before
    assert changed.hash != hague.hash


def test_a_star_means_every_member_but_the_demander() -> None:
    changed = load("hague_2025").set({"parties.*.fiscal_room": 0.5})
    rooms = {m.code: m.attributes[1] for m in changed.resolved.members}
    assert rooms.pop("USA") != 0.5
    assert set(rooms.values()) == {0.5}


def test_changes_apply_in_order_and_none_takes_back() -> None:
    hague = load("hague_2025")
    spain = "parties.ESP.fiscal_room"
    assert played(hague.set({"parties.*.fiscal_room": 0.5, spain: 0.6}), spain) == 0.6
    assert played(hague.set({spain: 0.6, "parties.*.fiscal_room": 0.5}), spain) == 0.5
    assert hague.set({spain: 0.6}).set({spain: None}).hash == hague.hash
    assert hague.set({"side_letters": None}).file.side_letters.most == 4


def test_a_group_of_the_scenario_can_be_changed_by_its_name() -> None:
    changed = loads(SMALL).set({"parties.both.fiscal_room": 0.9})
    assert [m.attributes[1] for m in changed.resolved.members] == [0.9, 0.9]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "is not a path such as"),
        ("demander..leverage", "is not a path such as"),
        ("demander.", "is not a path such as"),
        ("events[x].date", "is not a place in a list"),
        ("events[0", "is not a path such as"),
        ("events[9].date", "there is no [9]; the list has 3 items"),
        ("events.date", "'events' is a list; write [0] to [2]"),
        ("demander[0]", "'demander' is not a list"),
        ("runs.x", "'runs' has a value and nothing below it"),
        ("demander.leverag", "did you mean 'leverage'?"),
        ("leverage", "did you mean 'demander.leverage'?"),
        ("parties.ESPP.fiscal_room", "did you mean 'ESP'?"),
        ("parties.XX.fiscal_room", "no member or group is called 'XX'"),
        ("parties.ESP.fiscal_rom", "did you mean 'fiscal_room'?"),
        ("terms.core.opening", "did you mean 'core_pct_gdp'?"),
        ("coefficients.refussing.base", "did you mean 'refusing'?"),
        ("us.leverage", "us is called demander since 0.2"),
        ("members.ESP.fiscal_room", "members is called parties since 0.2"),
        ("parties.ESP.capability", "capability is called power since 0.2"),
        ("extends", "load the other scenario"),
    ],
)
def test_a_wrong_path_is_one_clear_line(path: str, words: str) -> None:
    with pytest.raises(SummitryError) as caught:
        load("hague_2025").set({path: 0.5})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_value_is_told_with_the_change_that_brought_it() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("hague_2025").set(
            {"demander.leverage": 5, "parties.ESP.fiscal_room": {"uniform": [0, 2]}}
        )
    first, second = caught.value.problems
    assert first.source == "demander.leverage=5"
    assert second.source == 'parties.ESP.fiscal_room={"uniform": [0, 2]}'
    assert "must be between 0 and 2, got 5" in first.message


@given(st.text(alphabet="abus.[]0*_ESP\n\u202e", max_size=12), st.none() | st.integers(0, 1))
@settings(max_examples=60, deadline=None)
def test_any_path_is_taken_or_refused(path: str, value: int | None) -> None:
    try:
        loads(SMALL).set({path: value})
    except SummitryError as error:
        assert str(error)


def test_values_of_the_command_line_are_yaml() -> None:
    assert loads(SMALL).set({"seed": parse_value("7", "--set seed=7")}).file.seed == 7
    assert parse_value("{uniform: [0.2, 0.8]}", "x") == {"uniform": ["0.2", "0.8"]}
    assert parse_value("~", "x") is None
    with pytest.raises(ScenarioError) as caught:
        parse_value("[1, 2", "--set x=[1, 2")
    assert caught.value.problems[0].column == 1


# --- writing out --------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_scenario_written_out_plays_the_same(name: str) -> None:
    loaded = load(name)
    text = json.dumps(loaded.as_played())
    again = loads(text)
    same_problem(loaded, again)
    assert again.as_played() == loaded.as_played()
    assert again.hash == loaded.hash
    assert load(json.loads(text)).hash == loaded.hash


@given(scenarios())
@settings(max_examples=60, deadline=None)
def test_a_random_scenario_written_out_plays_the_same(scenario: dict[str, Any]) -> None:
    loaded = load(scenario)
    again = loads(json.dumps(loaded.as_played()))
    same_problem(loaded, again)
    assert again.as_played() == loaded.as_played()
    assert again.hash == loaded.hash


@given(
    st.dictionaries(
        st.sampled_from(
            ["demander.leverage", "parties.*.fiscal_room", "parties.ESP.threat_perception",
             "parties.eastern_flank.domestic_constraint", "coefficients.letter.price",
             "events[2].chance_per_round"]
        ),
        st.sampled_from([0.0, 0.25, 1.0]),
        min_size=1,
    )
)  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_a_changed_scenario_written_out_plays_the_same(changes: dict[str, float]) -> None:
    changed = load("hague_2025").set(changes)
    again = load(changed.as_played())
    same_problem(changed, again)
    assert again.hash == changed.hash


# --- the hash -----------------------------------------------------------------------------


def shuffled(value: Any) -> Any:
    """The same with the keys of every group in the other order, but for levels."""
    if isinstance(value, dict):
        return {k: value[k] if k == "levels" else shuffled(value[k]) for k in reversed(value)}
    return [shuffled(v) for v in value] if isinstance(value, list) else value


def test_the_hash_ignores_what_does_not_decide() -> None:
    loaded = loads(SMALL)
    assert loads(SMALL.replace("  # with a comment", "")).hash == loaded.hash
    same = {"title": "Other", "description": "Words.", "runs": 7, "seed": 9}
    assert loaded.set(same).hash == loaded.hash
    hague = load("hague_2025")
    played = hague.as_played()
    members = {code: shuffled(m) for code, m in played["parties"].items()}
    again = load({**shuffled(played), "parties": members})
    assert again.hash == hague.hash
    same_problem(hague, again)
    assert loads(SMALL.replace("step: 0.5", "step: 0.50").replace("opening: 5}", "opening: 5.0}")
                 ).hash == loaded.hash  # fmt: skip


DECIDING: dict[str, Any] = {
    "parties.AAA.threat_perception": 0.41,
    "parties.AAA.fiscal_room": {"uniform": [0.2, 0.61]},
    "parties.BBB.current_core_pct_gdp": 1.6,
    "parties.BBB.votes": 3,
    "groups.both.threat_perception": 0.1,
    "groups.both.members": ["AAA"],
    "terms.core_pct_gdp.opening": 4.5,
    "terms.core_pct_gdp.step": 0.25,
    "terms.deadline_year.range": [2027, 2035],
    "calendar.summit": "2025-03-02",
    "calendar.days_per_round": 6,
    "events[0].date": "2025-02-02",
    "events[0].members": ["AAA"],
    "events[1].chance_per_round": 0.11,
    "events[1].name": "other draws",
    "mediator.kind": "nash",
    "mediator.own_view": 0.3,
    "procedure.rule": "unanimity_minus",
    "coefficients.pledge.bind": 0.26,
    "terms.core_pct_gdp.in_force": 1.5,
    "demander.party": "BBB",
    "demander.headline_pct_gdp": 4.5,
}


@pytest.mark.parametrize("path", DECIDING)
def test_the_hash_changes_with_whatever_decides(path: str) -> None:
    loaded = loads(SMALL)
    assert loaded.set({path: DECIDING[path]}).hash != loaded.hash


def test_the_order_of_members_decides_where_the_scenario_sets_it() -> None:
    played = loads(SMALL).as_played()
    other = load({**played, "parties": dict(reversed(played["parties"].items()))})
    assert [m.code for m in other.resolved.members] == ["BBB", "AAA"]
    assert other.hash != loads(SMALL).hash


def test_coefficients_by_name_stand_for_a_shipped_file(tmp_path: Path) -> None:
    from sim.calibration.files import read

    child, grandchild = tmp_path / "child.yaml", tmp_path / "grandchild.yaml"
    child.write_text("extends: hague_2025\ncoefficients: calibrated_2025\n")
    grandchild.write_text("extends: child\ncoefficients: {refusing: {base: 0.3}}\n")
    fitted = load("hague_2025").set(read("calibrated_2025").changes)
    assert load(child).hash == fitted.hash
    assert load("hague_2025").set({"coefficients": "calibrated_2025"}).hash == fitted.hash
    assert load(grandchild).hash == fitted.set({"coefficients.refusing.base": 0.3}).hash


def test_a_wrong_name_of_coefficients_is_told_with_the_right_ones(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("extends: hague_2025\ncoefficients: calibrated_2052\nruns: -1\n")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    first, second = sorted(caught.value.problems, key=lambda p: p.line)
    assert (first.line, first.column) == (2, 15)
    assert "did you mean 'calibrated_2025'" in first.message
    assert second.path == "runs"
