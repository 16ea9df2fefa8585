"""Constraints between terms are read by their own grammar, and checked against the opening text."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.constraints import ConstraintError, read_constraint
from sim.scenario.load import load

FUND: dict[str, Any] = {
    "title": "A fund",
    "preferences": "spatial",
    "terms": {
        "grants": {"range": [0, 500], "step": 50, "opening": 500},
        "loans": {"range": [250, 750], "step": 20, "opening": 250},
    },
    "parties": {
        "north": {"members": ["NLD", "SWE"], "power": 4, "ideal": {"grants": 0}},
        "south": {"power": 2, "ideal": {"grants": 500}},
    },
    "calendar": {"start": "2020-05-27", "summit": "2020-07-17"},
}

weights = st.dictionaries(
    st.sampled_from(["a", "b", "grants", "x_1"]),
    st.decimals(-99, 99, places=2, allow_nan=False).filter(bool),
    min_size=1,
)


@given(
    weights, st.decimals(-999, 999, places=1), st.sampled_from(["==", "<=", ">="]), st.booleans()
)
def test_what_is_written_is_read_back(
    terms: dict[str, Any], constant: Any, sign: str, turned: bool
) -> None:
    words = " ".join(
        f"{'-' if w < 0 else '+'} {abs(w)}*{name}" for name, w in terms.items()
    ).removeprefix("+ ")
    sides = (str(constant), words) if turned else (words, str(constant))
    line = read_constraint(f"{sides[0]} {sign} {sides[1]}")
    turn = -1 if turned else 1
    assert line.weights == {name: turn * Fraction(w) for name, w in terms.items()}
    assert line.constant == -turn * Fraction(constant)
    assert line.relation == sign


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("grants = 3", "single '='"),
        ("grants + loans", "needs one of"),
        ("0 == 3", "names no term"),
        ("grants - grants == 0", "names no term"),
        ("grants * loans == 1", "must be linear"),
        ("2 grants == 1", "lacks + or -"),
        ("grants == ", "nothing on one side"),
        ("__import__('os').getcwd() == 1", "cannot be read at"),
        ("grants ** 2 == 1", "lacks a number or a term"),
        ("1 <= grants <= 2", "needs one of"),
    ],
)
def test_what_is_no_linear_constraint_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConstraintError, match=words.replace("+", r"\+")):
        read_constraint(text)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("grants + loan == 750", "'loan' is not a term of this scenario (did you mean 'loans'?)"),
        ("grants + loans == 800", "the opening text does not keep 'grants + loans == 800'"),
        ("grants <= 400", "it has grants 500"),
    ],
)
def test_a_scenario_says_where_a_constraint_does_not_fit(constraint: str, words: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load({**FUND, "constraints": ["grants + loans == 750", constraint]})
    assert "constraints[1]" in str(error.value)
    assert words in str(error.value)


def test_a_term_of_words_cannot_be_bound() -> None:
    terms = {**FUND["terms"], "words": {"levels": {"weak": 0.1, "strong": 1}, "opening": "weak"}}
    with pytest.raises(ScenarioError, match="cannot be bound"):
        load({**FUND, "terms": terms, "constraints": ["words + grants >= 1"]})


def test_steps_are_counted_in_whole_numbers() -> None:
    (binding,) = load({**FUND, "constraints": ["grants + loans == 750"]}).resolved.bindings
    one, other = binding.steps
    assert (one * 20, binding.most) == (other * 50, None)
    (limit,) = load({**FUND, "constraints": ["0.5*grants <= 250.2"]}).resolved.bindings
    # From the lowest value, 0, ten steps of 50 halves may be made: the text cannot go beyond.
    assert limit.most is not None
    assert limit.most // limit.steps[0] == 10


def test_members_of_a_party_share_its_power_and_speak_as_one() -> None:
    resolved = load(FUND).resolved
    assert [m.code for m in resolved.members] == ["NLD", "SWE", "south"]
    assert [m.power for m in resolved.members] == [2.0, 2.0, 2.0]
    assert {m.party for m in resolved.members} == {"north", "south"}


def test_an_unknown_position_lies_between_what_is_in_force_and_the_opening() -> None:
    terms = {"grants": {**FUND["terms"]["grants"], "in_force": 100}}
    parties = {"one": {"ideal": {"grants": "unknown"}}, "two": {"ideal": {"grants": 0}}}
    member = load({**FUND, "terms": terms, "parties": parties}).resolved.members[0]
    assert member.unknown == ("grants",)
    assert member.ideal[0].parameters == (100.0, 500.0)  # type: ignore[union-attr]
