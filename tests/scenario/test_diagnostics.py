"""Every fault of a scenario, at its place, in words; on a toy scenario of the real shape."""

import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    field_validator,
    model_validator,
)

from sim.errors import ScenarioError
from sim.scenario.diagnostics import Problems, problem_at, validate
from sim.scenario.document import Document
from sim.scenario.types import Code, Date, Flag, Integer, Name, Real, Text
from sim.scenario.yaml_reader import read_text

Share = Annotated[Real, Field(ge=0, le=1)]
REAL = TypeAdapter(Real)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Uniform(Strict):
    uniform: tuple[Real, Real]


class Normal(Strict):
    normal: Annotated[list[Real], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def spread_is_positive(self) -> Self:
        if self.normal[1] <= 0:
            raise Problems([problem_at(("normal", 1), "sd must be above 0")])
        return self


def double(value: Any) -> float:
    return 2 * REAL.validate_python(value)


class Member(Strict):
    name: Name | None = None
    threat: Share | Uniform | Normal = 0.5
    fiscal_room: Share = 0.5
    doubled: Annotated[float, PlainValidator(double)] = 0.0
    stance: Annotated[Real, Field(gt=0)] | Literal["none"] = "none"


class Event(Strict):
    date: Date
    name: Text
    big: Flag = False


class Nash(Strict):
    kind: Literal["nash"]
    weight: Share = 0.5


class Compromise(Strict):
    kind: Literal["compromise"]
    pool: Integer = 3


class Level(Enum):
    LOW = "low"
    HIGH = "high"


class Scenario(Strict):
    title: Name = "toy"
    runs: Annotated[Integer, Field(ge=1, le=1_000_000)] = 100
    seed: Annotated[Integer, Field(ge=0, le=2**64 - 1)] = 1
    members: Annotated[dict[Code, Member], Field(min_length=2)]
    events: tuple[Event, ...] = ()
    mediator: Annotated[Nash | Compromise, Field(discriminator="kind")] = Nash(kind="nash")
    preferences: Literal["burden", "spatial"] = "burden"
    level: Level = Level.LOW
    start: Annotated[Date, Field(ge=datetime.date(2000, 1, 1))] = datetime.date(2025, 1, 1)

    @field_validator("title")
    @classmethod
    def title_is_not_forbidden(cls, title: str) -> str:
        if title == "forbidden":
            raise ValueError("this title is taken {really}")
        return title

    @model_validator(mode="after")
    def names_differ(self) -> Self:
        seen: dict[str, str] = {}
        found = []
        for code, member in self.members.items():
            name = (member.name or code).casefold()
            if name in seen:
                found.append(problem_at(("members", code, "name"), f"same as {seen[name]}"))
            seen.setdefault(name, code)
        if found:
            raise Problems(found)
        return self


TWO = "members:\n  ALB: {}\n  NO: {}\n"


def load(text: str) -> Scenario:
    return validate(Scenario, read_text(text, "toy.yaml"))


def complaints(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(text)
    for problem in caught.value.problems:
        assert problem.line >= 1
        assert problem.column >= 1
    return str(caught.value).splitlines()


def test_a_right_scenario_becomes_a_model() -> None:
    scenario = load(
        TWO + "runs: 1e3\nseed: 18446744073709551615\nlevel: high\npreferences: spatial\n"
        "mediator: {kind: compromise, pool: 5}\n"
        "events:\n- date: 2025-06-24\n  name: NO\n  big: true\n"
    )
    assert list(scenario.members) == ["ALB", "NO"]
    assert (scenario.runs, scenario.seed, scenario.level) == (1000, 2**64 - 1, Level.HIGH)
    assert scenario.mediator == Compromise(kind="compromise", pool=5)
    assert scenario.events == (Event(date=datetime.date(2025, 6, 24), name="NO", big=True),)


def test_distributions_and_numbers_share_a_field() -> None:
    scenario = load("members:\n  ALB: {threat: {uniform: [0.2, 0.8]}}\n  NO: {threat: 0.4}\n")
    assert scenario.members["ALB"].threat == Uniform(uniform=(0.2, 0.8))
    assert scenario.members["NO"].threat == 0.4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers
        ("runs: 0", "4:7: runs: must be between 1 and 1000000, got 0"),
        ("runs: 999999999999", "4:7: runs: must be between 1 and 1000000, got 999999999999"),
        (
            "seed: 99999999999999999999",
            "4:7: seed: must be between 0 and 18446744073709551615, got 99999999999999999999",
        ),
        ("seed: 0xBEEF", "4:7: seed: must be a decimal number, got '0xBEEF'; write 48879"),
        ("  USA: {threat: 1.4}", "4:17: members.USA.threat: must be between 0 and 1, got 1.4"),
        ("  USA: {threat: yes}", "4:17: members.USA.threat: must be a number, got 'yes'"),
        ("  USA: {stance: -1}", "4:17: members.USA.stance: must be above 0, got -1"),
        ("start: 1999-12-31", "4:8: start: must be at least 2000-01-01, got '1999-12-31'"),
        # empty
        ("members2:", "4:1: members2: unknown key 'members2'"),
        ("title:", "4:7: title: is empty; give a text"),
        ("events:", "4:8: events: is empty; give a list"),
        ("mediator:", "4:10: mediator: is empty; give a group of 'key: value' lines"),
        ("preferences: ~", "4:14: preferences: is empty; must be one of burden, spatial"),
        # kinds
        ("events: Norway", "4:9: events: must be a list, got 'Norway'"),
        ("events: -Norway", "4:9: events: must be a list, got '-Norway'; put a space after"),
        ("events: [Norway]", "4:10: events[0]: must be a group of 'key: value' lines, got"),
        ("mediator: Yes", "4:11: mediator: must be a group of 'key: value' lines, got 'Yes'"),
        ("title: [a]", "4:8: title: must be a text, got a list"),
        # words
        ("preferences: Burden", "got 'Burden' (did you mean 'burden'?)"),
        ("preferences: spacial", "must be one of burden, spatial, got 'spacial' (did you mean"),
        ("level: hihg", "4:8: level: must be one of low, high, got 'hihg' (did you mean 'high'?)"),
        ("mediator: {kind: nahs}", "4:18: mediator.kind: must be one of nash, compromise, got"),
        ("mediator: {weight: 1}", "mediator.kind: is missing; give one of nash, compromise"),
        ("mediator: {kind: nash, pool: 1}", "4:24: mediator.pool: unknown key 'pool', allowed"),
        ("mediator: {kind: nash, weight: 3}", "4:32: mediator.weight: must be between 0 and 1"),
        ("title: " + "A" * 500, "4:8: title: has 500 characters; the limit is 80"),
        # keys
        ("  u-s: {}", "4:3: members.u-s: must be a name of 2 to 24 letters a-z"),
        ("  USA: {fiscal-room: 1}", "unknown key 'fiscal-room', allowed here: name, threat, "),
        ("  USA: {fiscal-room: 1}", "(did you mean 'fiscal_room'?)"),
        ("  USA: {Fiscal_Room: 1}", "(did you mean 'fiscal_room'?)"),
        ("  USA: {thr\u0435at: 1}", "contains '\u0435' (U+0435 CYRILLIC SMALL LETTER IE)"),
        ("  USA: {thr\u0435at: 1}", "(did you mean 'threat'?)"),
        ("fiscal_room: 1", "4:1: fiscal_room: unknown key 'fiscal_room', allowed here: title"),
        ("fiscal_room: 1", "(did you mean 'members.<name>.fiscal_room'?)"),
        # lists of groups
        ("events:\n- name: x", "5:3: events[0].date: is missing; it must be given"),
        ("events:\n- {date: 2025-02-30, name: x}", "5:10: events[0].date: 2025-02-30 is no date"),
        # the model's own words
        ("title: forbidden", "4:8: title: this title is taken {really}"),
        ("  USA:\n    doubled: 0,7", "5:14: members.USA.doubled: must be a number, got '0,7'; use"),
    ],
)
def test_one_fault_is_one_line(text: str, expected: str) -> None:
    (line,) = complaints(TWO + text + "\n")
    assert line.startswith("toy.yaml:4:") or line.startswith("toy.yaml:5:")
    assert expected in line


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc", "members.USA.threat: must be a number, got 'abc'"),
        ("", "members.USA.threat: is empty; give a number"),
        ("[0.2, 0.8]", "for a range write {uniform: [0.2, 0.8]}"),
        ("{uniform: [0.2, x]}", "members.USA.threat.uniform[1]: must be a number, got 'x'"),
        ("{uniform: 0.2}", "members.USA.threat.uniform: must be a list, got 0.2"),
        ("{normal: [0.5]}", "members.USA.threat.normal: must have at least 2 items, got 1"),
        ("{normal: [0.5, -0.1]}", "members.USA.threat.normal[1]: sd must be above 0"),
        ("{gaussian: [1, 2]}", "unknown key 'gaussian', allowed here: uniform, normal"),
        ("{unifrom: [1, 2]}", "(did you mean 'uniform'?)"),
        ("{normal: [0.5, 0.1], sd: 1}", "members.USA.threat.sd: unknown key 'sd'"),
        ("{}", "is missing"),
    ],
)
def test_a_union_gives_one_message_per_place(value: str, expected: str) -> None:
    (line,) = complaints(TWO + f"  USA:\n    threat: {value}\n")
    assert expected in line
    assert line.startswith("toy.yaml:5:")


def test_union_of_number_and_word() -> None:
    (line,) = complaints(TWO + "  USA: {stance: nonne}\n")
    assert "must be 'none', got 'nonne' (did you mean 'none'?)" in line
    (line,) = complaints(TWO + "  USA:\n    stance: 0,5\n")
    assert "use a point: 0.5" in line
    assert "must be 'none'" in line


def test_all_faults_are_told_at_once_from_the_top() -> None:
    lines = complaints(
        "runs: 0\n"
        "runs: 5\n"
        "titel: x\n"
        "members:\n"
        "  ALB: {threat: 70%}\n"
        "  NO: &anchor {threat: 0.5, <<: {}, nam: Norway}\n"
        "events:\n"
        "- {name: ~}\n"
    )
    places = [tuple(int(n) for n in line.split(":")[1:3]) for line in lines]
    assert places == sorted(places)
    assert [p[0] for p in places] == [1, 2, 3, 5, 6, 6, 6, 8, 8]


def test_a_misspelt_required_key_is_told_once() -> None:
    (line,) = complaints("membres: {ALB: {}, NO: {}}\n")
    assert "unknown key 'membres'" in line
    assert "did you mean 'members'?" in line


def test_missing_members() -> None:
    assert complaints("runs: 10\n") == ["toy.yaml:1:1: members: is missing; it must be given"]
    (line,) = complaints("members: {ALB: {}}\n")
    assert "members: must have at least 2 items, got 1" in line
    (line,) = complaints("members: Norway\n")
    assert "must be a group of 'key: value' lines, got 'Norway'" in line


def test_missing_space_after_dash_or_colon_is_named() -> None:
    assert any("put a space after '-'" in x for x in complaints("members:\n-name: A\n-name: B\n"))
    assert any("put a space after ':'" in x for x in complaints("members: {ALB:1, NO: {}}\n"))


def test_an_alias_is_told_once() -> None:
    (line,) = complaints(TWO + "title: *important\n")
    assert "aliases (*important) are not allowed" in line


def test_one_validator_reports_several_places() -> None:
    lines = complaints("members:\n  ALB: {name: X}\n  NO: {name: x}\n  USA:\n    name: X\n")
    assert lines == [
        "toy.yaml:3:14: members.NO.name: same as ALB",
        "toy.yaml:5:11: members.USA.name: same as ALB",
    ]


def test_user_text_cannot_reach_the_terminal_raw() -> None:
    for line in complaints(TWO + 'preferences: "\\x1b[2J\\ud800"\n"k\\x07": 1\n'):
        assert line.isprintable()


def test_a_document_made_in_python_is_validated_too() -> None:
    document = Document("<python>", {"members": {"ALB": {"threat": 0.5}, "NO": {}}, "runs": 3})
    assert validate(Scenario, document).runs == 3
    with pytest.raises(ScenarioError, match="runs: must be between 1 and 1000000, got 0"):
        validate(Scenario, Document("<python>", {"members": {"ALB": {}, "NO": {}}, "runs": 0}))


def test_thousands_of_faults_end_soon() -> None:
    lines = complaints("".join(f"memberz{i}: 1\n" for i in range(20_000)))
    assert len(lines) == 101


words = st.sampled_from(
    ["members", "ALB", "threat", "uniform", "normal", "events", "date", "kind", "mediator", "runs",
     "title", "nash", "0.5", "true", "", "x", "2025-01-01", "-1", "name", "big", "stance"]
)  # fmt: skip
trees = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(words, trees, max_size=5))
def test_any_values_give_a_model_or_problems_with_known_paths(tree: dict[str, Any]) -> None:
    try:
        scenario = validate(Scenario, Document("<python>", tree))
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.message
            # no label of a union's branch or validator leaks into a path
            assert "function-" not in problem.path
            assert "Uniform" not in problem.path
    else:
        assert isinstance(scenario, Scenario)
