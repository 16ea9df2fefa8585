"""What a scenario becomes when its data and defaults are filled in."""

import datetime as dt
import itertools
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.problem import set_up
from sim.errors import ScenarioError
from sim.rules.procedure import LAST_DAY_DRAFTS
from sim.scenario import builtin
from sim.scenario.distributions import Distribution
from sim.scenario.grid import SOFT, InForce
from sim.scenario.load import load

MEMBER = {
    "threat_perception": 0.5,
    "fiscal_room": 0.5,
    "us_pressure_sensitivity": 0.5,
    "current_core_pct_gdp": 2.0,
}


def own(**changes: Any) -> dict[str, Any]:
    """A small scenario without built-in members."""
    return {
        "title": "x",
        "parties": {"BBB": MEMBER, "AAA": MEMBER, "CCC": MEMBER},
        "terms": {
            "core_pct_gdp": {"range": [2, 5], "step": 0.5, "opening": 5, "in_force": 2},
            "deadline_year": {
                "range": [2028, 2035],
                "step": 1,
                "or_none": True,
                "opening": 2030,
                "in_force": "none",
            },
        },
        "demander": {"party": "AAA", "headline_pct_gdp": 5, "deadline_year": 2030},
        "calendar": {"start": "2025-01-01", "summit": "2025-01-22"},
        **changes,
    }


def codes(scenario: Any) -> list[str]:
    return [m.code for m in load(scenario).resolved.members]


# --- members ------------------------------------------------------------------------------


def test_members_keep_the_order_of_the_file_without_a_roster() -> None:
    assert codes(own()) == ["BBB", "AAA", "CCC"]


def test_built_in_members_come_by_code_and_own_ones_after_them() -> None:
    found = codes({"extends": "hague_2025", "parties": {"ZZZ": MEMBER, "AAB": MEMBER}})
    assert found == [*sorted(builtin.members("hague_2025")), "ZZZ", "AAB"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NO", "NOR"),
        ("Norway", "NOR"),
        ("UK", "GBR"),
        ("EL", "GRC"),
        ("Turkey", "TUR"),
        ("España", "ESP"),
        ("polska", "POL"),
        ("Belgie", "BEL"),
    ],
)
def test_a_member_answers_to_its_other_names(name: str, code: str) -> None:
    loaded = load(
        {
            "extends": "hague_2025",
            "parties": {name: {"fiscal_room": 0.123}},
            "groups": {"one": {"members": [name]}},
            "demander": {"party": "United States"},
        }
    )
    assert loaded.as_played()["parties"][code]["fiscal_room"] == 0.123
    assert loaded.resolved.groups["one"] == (code,)
    assert loaded.resolved.demanders == ("USA",)


def test_only_and_without_take_codes_names_and_regions() -> None:
    scenario = {
        "extends": "hague_2025",
        "roster": {"only": ["baltics", "Spain", "US"], "without": ["LVA"]},
    }
    # The parent speaks of NLD and of regions that stay away: that does not matter.
    assert codes(scenario) == ["ESP", "EST", "LTU", "USA"]


def test_an_inherited_event_for_members_that_stay_away_is_without_effect() -> None:
    loaded = load({"extends": "review_2029", "roster": {"only": ["USA", "CAN"]}})
    assert not set_up(loaded.resolved).problem.event_shift.any()
    assert loaded.resolved.shifts == ()
    again = load(loaded.as_played())
    assert again.hash == loaded.hash
    assert not set_up(again.resolved).problem.event_shift.any()


def test_an_event_or_group_of_ones_own_for_members_that_stay_away_is_a_mistake() -> None:
    event = {"name": "a", "chance_per_round": 0.5, "members": ["POL"], "fiscal_room": 0.1}
    scenario = {"extends": "hague_2025", "roster": {"only": ["USA", "ESP"]}}
    with pytest.raises(ScenarioError, match=r"events\[0\]\.members: has no effect: .*'POL'"):
        load({**scenario, "events": [event]})
    with pytest.raises(ScenarioError, match=r"groups\.g\.members: has no effect"):
        load({**scenario, "groups": {"g": {"members": ["POL"], "fiscal_room": 0.1}}})
    # Leverage works on whoever is there.
    assert load({**scenario, "events": [{**event, "leverage": 0.1}]})


@pytest.mark.parametrize("count", [500, 2000])
def test_many_unknown_names_are_told_soon(count: int) -> None:
    members = {f"A{j:04d}": MEMBER for j in range(900)}
    event = {"name": "a", "chance_per_round": 0.5, "fiscal_room": 0.1}
    event["members"] = [f"Q{j:04d}" for j in range(count)]
    begun = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        load(own(parties=members, events=[event], demander={**own()["demander"], "party": "A0000"}))
    assert len(caught.value.problems) == count
    assert time.process_time() - begun < 2.0


def test_attributes_of_built_in_members_spread_around_the_computed_value() -> None:
    record = builtin.members("hague_2025")["ESP"]
    spain = next(m for m in load("hague_2025").resolved.members if m.code == "ESP")
    assert spain.attributes[1] == Distribution("normal", (record.fiscal_room, 0.06), 0.0, 1.0)
    still = load({"extends": "hague_2025", "roster": {"spread": {"fiscal_room": 0}}})
    spain = next(m for m in still.resolved.members if m.code == "ESP")
    assert spain.attributes[1] == record.fiscal_room


def test_a_member_without_forces_has_no_core_spending() -> None:
    iceland = next(m for m in load("hague_2025").resolved.members if m.code == "ISL")
    assert iceland.current_core_pct_gdp is None
    loaded = load(own(parties={"AAA": MEMBER, "BBB": {**MEMBER, "has_forces": False}}))
    assert loaded.resolved.members[1].current_core_pct_gdp is None


# --- the drafting grid --------------------------------------------------------------------


@given(
    low=st.integers(-1000, 1000),
    step=st.integers(1, 500),
    count=st.integers(1, 199),
    scale=st.sampled_from([1, 10, 100, 1000]),
)
def test_a_grid_holds_every_step_exactly_as_it_is_written(
    low: int, step: int, count: int, scale: int
) -> None:
    values = [(low + step * j) / scale for j in range(count + 1)]
    term = {"range": [values[0], values[-1]], "step": step / scale, "opening": values[-1]}
    scenario = own(
        preferences="spatial",
        demander={"party": "AAA"},
        parties={"AAA": {"ideal": {"a": 0}}, "BBB": {"ideal": {"a": 1}}},
        terms={"a": term},
    )
    grid = load(scenario).resolved.terms[0]
    assert list(grid.values) == values
    assert grid.opening == count


def test_terms_that_a_pledge_leaves_out_are_fixed_and_not_reported() -> None:
    terms = load(own()).resolved.terms
    assert {t.name: t.values for t in terms if not t.written} == {
        "broader_pct_gdp": (0.0,),
        "annual_increment_pp": (0.0,),
        "review_year": (0.0,),
        "wording": (1.0,),
    }


def test_none_and_levels_show_as_they_are_written() -> None:
    terms = {t.name: t for t in load("hague_2025").resolved.terms}
    assert terms["review_year"].show(terms["review_year"].opening) is None
    assert terms["wording"].show(terms["wording"].opening) == "we_commit"


# --- calendar, events, groups -------------------------------------------------------------


@given(st.integers(0, 400), st.integers(1, 60))
def test_the_last_round_is_the_summit_and_no_step_is_longer_than_asked(
    days: int, step: int
) -> None:
    start = dt.date(2025, 1, 1)
    summit = start + dt.timedelta(days=days)
    calendar = {"start": start, "summit": summit, "days_per_round": step}
    if days // step >= 400:
        return
    all_dates = load(own(calendar=calendar)).resolved.dates
    drafts = len(all_dates) - all_dates.index(summit)
    assert drafts == LAST_DAY_DRAFTS
    dates = all_dates[: len(all_dates) - drafts + 1]
    assert dates[0] == start
    assert dates[-1] == summit
    gaps = [(b - a).days for a, b in itertools.pairwise(dates)]
    assert all(0 < gap <= step for gap in gaps)
    assert all(gap == step for gap in gaps[:-1])


def test_an_event_takes_effect_in_the_first_round_on_or_after_its_day() -> None:
    days = (1, 2, 8, 9, 22)
    events = [{"name": str(d), "date": f"2025-01-{d:02d}", "leverage": 0.1} for d in days]
    assert load(own(events=events)).resolved.event_rounds == (0, 1, 1, 2, 3)


def test_shifts_do_not_hang_on_the_order_of_groups() -> None:
    groups = {
        "one": {"members": ["AAA"], "fiscal_room": {"uniform": [-0.6, 0.6]}},
        "two": {"members": ["AAA", "BBB"], "fiscal_room": 0.3},
    }
    forth = load(own(groups=groups)).resolved.shifts
    back = load(own(groups=dict(reversed(groups.items())))).resolved.shifts
    assert forth == back
    assert [s.group for s in forth] == ["one", "two"]


def test_a_pledge_says_what_is_in_force_on_every_term() -> None:
    scenario = own()
    found = {t.name: t.in_force for t in load(scenario).resolved.terms}
    assert found["core_pct_gdp"] == InForce(2.0)
    assert found["deadline_year"] == InForce(0.0)
    # What is not on the table stays as it is: without agreement, too.
    assert found["broader_pct_gdp"] == InForce(0.0)
    del scenario["terms"]["core_pct_gdp"]["in_force"]
    with pytest.raises(ScenarioError, match="core_pct_gdp: needs in_force"):
        load(scenario)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("aim_to", InForce(SOFT, soft=True)),
        ("at_least", InForce(1.0, floor=True)),
        ("firm", InForce(0.7)),
    ],
)
def test_words_in_force_may_be_known_ones_that_no_draft_may_use(
    words: str, expected: InForce
) -> None:
    scenario = own()
    scenario["terms"]["wording"] = {
        "levels": {"weak": "soft", "firm": 0.7}, "opening": "firm", "in_force": words,
    }  # fmt: skip
    assert load(scenario).resolved.terms[-1].in_force == expected


def test_files_of_the_first_release_are_refused_in_plain_words() -> None:
    scenario = own()
    scenario["terms"]["core_pct_gdp"]["reference"] = 2
    scenario["demander"]["tolerance_start"] = 0.5
    scenario["mediator"] = {"knowledge": "straw_polls"}
    with pytest.raises(ScenarioError) as caught:
        load(scenario)
    told = {p.path: p.message for p in caught.value.problems}
    assert "is called in_force since 0.2" in told["terms.core_pct_gdp.reference"]
    assert "is gone since 0.2" in told["demander.tolerance_start"]
    assert "straw polls are gone since 0.2" in told["mediator.knowledge"]


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"us": {"leverage": 0.4}}, "us", "us is called demander since 0.2"),
        ({"members": {"ESP": {}}}, "members", "members is called parties since 0.2"),
        ({"demander": {"member": "USA"}}, "demander.member", "member is called party since 0.2"),
        (
            {"parties": {"ESP": {"capability": 3}}},
            "parties.ESP.capability",
            "capability is called power since 0.2",
        ),
    ],
)
def test_keys_that_were_renamed_say_their_new_name(
    changes: dict[str, object], path: str, words: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load({"extends": "hague_2025", **changes})
    assert [(p.path, p.message) for p in caught.value.problems] == [(path, words)]


def test_a_deadline_must_be_able_to_lie_after_the_summit() -> None:
    terms = own()["terms"] | {
        "deadline_year": {"range": [2018, 2025], "step": 1, "opening": 2020},
    }
    with pytest.raises(ScenarioError, match=r"terms\.deadline_year\.range: no deadline lies after"):
        load(own(terms=terms))
