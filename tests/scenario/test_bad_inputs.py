"""Files that people write by mistake: each is refused at the right line, in words that help."""

import copy
from collections.abc import Iterator
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.problem import set_up
from sim.errors import ScenarioError
from sim.scenario.load import library, load, loads

H = "extends: hague_2025\n"
NORWAY = H + "parties:\n  ALB: {threat_perception: 0.5}\n  NOR:\n    threat_perception: "
TERMS = (
    "terms:\n  core_pct_gdp: {range: [2, 5], step: 0.5, opening: 5, in_force: 2}\n"
    "  deadline_year: {range: [2028, 2035], step: 1, opening: 2030, in_force: 2035}\n"
)
CALENDAR = "calendar: {start: 2025-01-01, summit: 2025-03-01}\n"
OWN = "title: x\n" + TERMS + CALENDAR  # six lines, no members yet
MEMBER = "{threat_perception: 0.5, fiscal_room: 0.5, us_pressure_sensitivity: 0.5, "
MEMBER += "current_core_pct_gdp: 2}"
TWO = f"parties:\n  AAA: {MEMBER}\n  BBB: {MEMBER}\n"

# (what, text, line, words of the message)
CORPUS: list[tuple[str, str | bytes, int, str]] = [
    ("03 on as a member", H + "parties:\n  ON: {threat_perception: 0.5}\n", 3, "'ON' is not a"),
    ("05 yes for the mediator", H + "mediator: Yes\n", 2, "must be a group of 'key: value' lines"),
    ("07 octal", H + "runs: 0100\n", 2, "some read 0100 as octal); write 100"),
    ("09 date as a number", NORWAY + "2025-06-24", 5, "must be a number, got a date"),
    ("13 null name", H + "events:\n- {name: ~, date: 2025-03-01}\n", 3, "is empty"),
    ("15 nan", NORWAY + ".nan", 5, "must be a finite number, got .nan"),
    ("17 bare nan", NORWAY + "nan", 5, "must be a finite number, got nan"),
    ("19 decimal comma", NORWAY + "0,7", 5, "use a point: 0.7"),
    ("21 per cent", NORWAY + "70%", 5, "write 0.7"),
    ("23 quoted number", NORWAY + '"0.7"', 5, "remove the quotes"),
    ("25 full-width digits", NORWAY + "\uff10.\uff14", 5, "type 0.4"),
    ("27 boolean as a number", NORWAY + "true", 5, "must be a number, got 'true'"),
    ("29 no runs", H + "runs: 0\n", 2, "must be between 1 and 1000000, got 0"),
    ("31 too many runs", H + "runs: 999999999999\n", 2, "must be between 1 and 1000000"),
    ("33 seed over 64 bit", H + "seed: 99999999999999999999\n", 2, "and 18446744073709551615"),
    ("35 seed in hex", H + "seed: 0xBEEF\n", 2, "write 48879"),
    ("37 list for a number", NORWAY + "[0.2, 0.8]", 5, "write {uniform: [0.2, 0.8]}"),
    ("39 hyphen in a key", H + "parties:\n  NOR:\n    fiscal-room: 0.5\n", 4, "'fiscal_room'?"),
    ("41 Cyrillic letter", H + "parties:\n  NOR: {fisc\u0430l_room: 1}", 3, "CYRILLIC"),
    (
        "43 key twice",
        NORWAY + "0.5\n    threat_perception: 0.9",
        6,
        "appears twice (first at line 5",
    ),
    ("45 member twice", H + "parties:\n  Norway: {}\n  norway : {}\n", 4, "'NOR' is listed twice"),
    ("47 no members", OWN, 1, "needs 2 to 1000 members, got 0"),
    ("49 merge key", H + "parties:\n  NOR: {<<: {fiscal_room: 1}}", 3, "'<<' is not allowed"),
    ("53 members as text", H + "parties: Norway\n", 2, "must be a group of 'key: value' lines"),
    ("55 one member", OWN + f"parties:\n  AAA: {MEMBER}\n", 7, "2 to 1000 members, got 1"),
    ("57 no space after the dash", H + "events:\n-name: A\n-name: B\n", 3, "put a space after '-'"),
    ("59 unknown distribution", NORWAY + "{dist: gaussian, mean: 0.5, sd: 0.1}", 5, "'normal'?"),
    ("61 parameter missing", NORWAY + "{dist: normal, mean: 0.5}", 5, "'normal' has no 'sd'"),
    ("63 sd below zero", NORWAY + "{dist: normal, mean: 0.5, sd: -0.1}", 5, "sd must be above 0"),
    (
        "65 mode outside",
        NORWAY + "{dist: triangular, low: 0, mode: 0.1, high: 0.05}",
        5,
        "mode must",
    ),
    ("67 tab", H + "events:\n\t- name: A\n", 3, "a TAB is used for indentation"),
    ("69 unclosed quote", 'title: "Hague\n' + TERMS, 1, "the quote opened on line 1 is not closed"),
    ("71 per cent at the start", "title: %goal\n" + H, 1, "put quotes around it"),
    ("73 two documents", H + "runs: 1\n---\nruns: 2\n", 3, "a second document starts here"),
    (
        "75 typographic quotes",
        H + "parties:\n  NOR: {name: \u201cNorway\u201d}\n",
        3,
        "straight quotes",
    ),
    ("77 empty file", "", 1, "is empty"),
    ("79 mere text", "hello\n", 1, "must be 'key: value' lines"),
    (
        "81 Windows-1252",
        b"title: x\nparties:\n  TUR: {name: T\xfcrkiye}\n",
        3,
        "byte 0xfc is not UTF-8",
    ),
    ("83 spreadsheet", b"PK\x03\x04rest", 1, "spreadsheet"),
    ("85 lone surrogate", 'title: "\\ud800"\n' + H, 1, "invisible or invalid character"),
    (
        "87 very long name",
        H + f"parties:\n  NOR: {{name: {'A' * 500}}}\n",
        3,
        "500 characters; the limit",
    ),
    ("91 Python object", H + 'title: !!python/object/apply:os.system ["id"]\n', 2, "tags"),
    ("93 alias bomb", H + "title: &a x\ndescription: *a\n", 3, "aliases (*a) are not allowed"),
    ("95 deep nesting", H + "title: " + "[" * 1000 + "]" * 1000, 2, "nested deeper than 20 levels"),
    ("97 oversized", b"# " + b"x" * 1_100_000, 1, "the limit is 1 MB"),
    ("99 complex key", "? [a, b]\n: 1\n" + H, 1, "a key must be a simple word"),
    (
        "101 a whole number drawn from a range",
        H + "coefficients:\n  hold:\n    exponent: {uniform: [2, 8]}\n",
        4,
        "must be a whole number, and uniform gives others; write one number, or {choice: [2, 4",
    ),
    (
        "103 a half where a whole number is needed",
        H + "coefficients:\n  hold:\n    exponent: 2.5\n",
        4,
        "must be a whole number, got 2.5",
    ),
]

MORE: list[tuple[str, str | bytes, int, str]] = [
    # names and members
    (
        "member misspelt",
        H + "parties:\n  ESPP: {fiscal_room: 0.3}\n",
        3,
        "(did you mean 'ESP'?); one of",
    ),
    ("letters swapped", H + "parties:\n  EPS: {}\n", 3, "did you mean 'ESP'?"),
    ("name misspelt", H + "parties:\n  Spian: {}\n", 3, "did you mean 'Spain'?"),
    (
        "nobody's code",
        H + "parties:\n  XYZ: {}\n",
        3,
        "'XYZ' is not a built-in member; one of your own",
    ),
    ("alias and code", H + "parties:\n  UK: {}\n  GBR: {}\n", 4, "(first as 'UK')"),
    ("a list of members", H + "parties:\n- ESP\n", 3, "got a list"),
    ("empty member", H + "parties:\n  ITA:\n", 3, "is empty"),
    (
        "unfinished line",
        H + "parties:\n  ESP:\n    fiscal_room:\n",
        4,
        "give a value or delete the line",
    ),
    (
        "own member lacks much",
        OWN + f"parties:\n  AAA: {MEMBER}\n  BBB: {{fiscal_room: 0.5}}\n",
        8,
        "'BBB' needs threat_perception, us_pressure_sensitivity and current_core_pct_gdp",
    ),
    (
        "code with a hyphen",
        OWN + f"parties:\n  a-a: {MEMBER}\n  BBB: {MEMBER}\n",
        7,
        "did you mean 'a_a'?",
    ),
    ("the demander is unknown", H + "demander: {party: USB}\n", 2, "did you mean 'USA'?"),
    (
        "the demander stays away",
        H + "roster: {without: [USA]}\ndemander: {party: US}\n",
        3,
        "'USA' does not take part",
    ),
    (
        "the demander is not named",
        OWN + TWO + "demander: {headline_pct_gdp: 5, deadline_year: 2030}\n",
        9,
        "is missing; name the party that makes the demand",
    ),
    ("region misspelt", H + "roster: {without: [baltcs]}\n", 2, "did you mean 'baltics'?"),
    (
        "group called like a region",
        H + "groups:\n  europe: {members: [ESP]}\n",
        3,
        "name of a region",
    ),
    ("group called like a member", H + "groups:\n  ESP: {members: [ESP]}\n", 3, "name of a member"),
    (
        "group of nobody known",
        H + "groups:\n  a: {members: [ESP, Atlantis]}\n",
        3,
        "called 'Atlantis'",
    ),
    ("roster of no summit", H + "roster: {data: hague_2026}\n", 2, "did you mean 'hague_2025'?"),
    ("everybody is away", H + "roster: {only: [USA]}\n", 2, "2 to 1000 members, got 1"),
    # values
    ("share above one", NORWAY + "1.5", 5, "must be between 0 and 1, got 1.5"),
    (
        "fiscal room with a word",
        H + "parties:\n  ESP: {fiscal_room: high}\n",
        3,
        "must be a number, got 'high'",
    ),
    ("letter O for zero", NORWAY + "O.5", 5, "with a letter for a digit; type 0.5"),
    ("a fraction", NORWAY + "1/2", 5, "write 0.5"),
    ("a unit", H + "demander: {headline_pct_gdp: 5 percent}\n", 2, "write only the number, 5"),
    ("half a run", H + "runs: 10.5\n", 2, "must be a whole number"),
    ("flag as a word", H + "terms:\n  review_year: {or_none: yes}\n", 3, "write true or false"),
    ("seed below zero", H + "seed: -1\n", 2, "must be between 0 and"),
    (
        "number with a slip",
        H + "parties: {ESP: {gdp_usd_bn: 1e30}}\n",
        2,
        "must be between -1e+09 and 1e+09",
    ),
    (
        "a year with a slip",
        H + "demander: {deadline_year: 20300}\n",
        2,
        "must be a year between 2025 and 2125",
    ),
    ("title too long", f"title: {'very ' * 60}long\n" + H, 1, "the limit is 200"),
    # distributions
    ("uniform upside down", NORWAY + "{uniform: [0.8, 0.2]}", 5, "low must be below high"),
    ("uniform of three", NORWAY + "{uniform: [0.1, 0.2, 0.3]}", 5, "takes 2 numbers, got 3"),
    ("kind misspelt", NORWAY + "{unifrom: [0.1, 0.2]}", 5, "did you mean 'uniform'?"),
    ("parameter misspelt", NORWAY + "{normal: {mean: 0.5, std: 0.1}}", 5, "did you mean 'sd'?"),
    ("mean outside", NORWAY + "{normal: [1.5, 0.1]}", 5, "mean must be between 0 and 1, got 1.5"),
    (
        "beta without a range",
        H + "coefficients: {pledge: {bind: {beta: [2, 2]}}}\n",
        2,
        "use uniform",
    ),
    (
        "two distributions",
        NORWAY + "{uniform: [0, 1], beta: [2, 2]}",
        5,
        "one distribution such as",
    ),
    ("text in a distribution", NORWAY + "{uniform: [low, 0.5]}", 5, "must be a number, got 'low'"),
    # terms
    (
        "no core",
        "title: x\nterms:\n  deadline_year: {fixed: 2030}\n" + CALENDAR + TWO,
        2,
        "needs the term core",
    ),
    ("term misspelt", H + "terms:\n  deadline: {fixed: 2030}\n", 3, "knows the terms core_pct_gdp"),
    (
        "off the grid",
        H + "terms:\n  core_pct_gdp:\n    opening: 3.6\n",
        4,
        "the nearest value is 3.5",
    ),
    (
        "range upside down",
        H + "terms:\n  core_pct_gdp: {range: [5, 2]}\n",
        3,
        "is above the largest",
    ),
    ("range of one", H + "terms:\n  core_pct_gdp: {range: [5]}\n", 3, "must have at least 2 items"),
    (
        "step that does not fit",
        H + "terms:\n  core_pct_gdp:\n    step: 0.4\n",
        4,
        "does not divide",
    ),
    ("step of zero", H + "terms:\n  core_pct_gdp:\n    step: 0\n", 4, "must be above 0"),
    ("grid too fine", H + "terms:\n  core_pct_gdp:\n    step: 0.001\n", 4, "take a larger step"),
    ("levels out of order", H + "terms:\n  wording:\n    levels: {a: 0.9, b: 0.5}\n", 4, "weakest"),
    (
        "level misspelt",
        H + "terms:\n  wording:\n    opening: we_comit\n",
        4,
        "did you mean 'we_commit'?",
    ),
    (
        "none without leave",
        H + "terms:\n  core_pct_gdp:\n    opening: none\n",
        4,
        "set or_none: true",
    ),
    ("octal opening", H + "terms:\n  deadline_year:\n    opening: 02030\n", 4, "write 2030"),
    (
        "a year far away",
        H + "terms:\n  deadline_year: {range: [2030, 20400], step: 1}\n",
        3,
        "more than 200",
    ),
    (
        "half of what is in force",
        "extends: emission_standards\ndemander: {party: DEU}\n"
        "terms:\n  speed: {range: [0, 1], step: 1, opening: 0}\n",
        4,
        "to all terms or to none",
    ),
    (
        "red line on no term",
        H + "parties:\n  ESP: {red_lines: {core: {at_most: 2}}}\n",
        3,
        "there is no term 'core'",
    ),
    (
        "red line upside down",
        H + "parties:\n  ESP: {red_lines: {core_pct_gdp: {at_least: 3, at_most: 2}}}\n",
        3,
        "is above at_most",
    ),
    (
        "ideal without the model",
        H + "parties:\n  ESP: {ideal: {core_pct_gdp: 2}}\n",
        3,
        "needs preferences: spatial",
    ),
    (
        "no ideal",
        "title: x\npreferences: spatial\nterms:\n  a: {range: [0, 1], step: 1, opening: 0}\n"
        + CALENDAR
        + "parties:\n  AAA: {ideal: {a: 1}}\n  BBB: {}\n",
        8,
        "no ideal value of any term",
    ),
    (
        "a demander in space",
        "extends: emission_standards\ndemander: {party: GBR, headline_pct_gdp: 5}",
        2,
        "a spatial demander wants what its ideal points say",
    ),
    (
        "a demander in space that is not there",
        "extends: emission_standards\ndemander: {leverage: 0.5}",
        2,
        "is missing; name the party that makes the demand",
    ),
    (
        "an event that shifts nothing",
        H + "events:\n- {name: quiet, date: 2025-05-01, lasts_days: 3}\n",
        3,
        "needs a shift of one of leverage, threat_perception",
    ),
    (
        "two scenarios to extend",
        "title: x\nextends: [hague_2025, wales_2014]\nparties: {ESP: {fiscal_room: 0.4}}\n",
        2,
        "the name of one scenario, got a list",
    ),
    (
        "an empty extends",
        "extends:\ndemander: {leverage: 0.4}\nparties: {ESP: {fiscal_room: 0.4}}\n",
        1,
        "the name of one scenario, got nothing",
    ),
    (
        "term called like a column",
        "extends: emission_standards\nterms:\n  outcome: {range: [0, 1], step: 1, opening: 0}\n",
        3,
        "name of a column of the results",
    ),
    # calendar and events
    ("no such day", H + "calendar: {summit: 2025-02-30}\n", 2, "February 2025 has 28 days"),
    ("date the other way round", H + "calendar:\n  summit: 25.06.2025\n", 3, "write 2025-06-25"),
    ("summit before the start", H + "calendar:\n  summit: 2024-06-25\n", 3, "is before the start"),
    ("a thousand rounds", H + "calendar: {start: 2000-01-01}\n", 2, "take more days_per_round"),
    ("event outside", H + "events:\n- {name: a, date: 2026-01-01}\n", 3, "is outside the calendar"),
    (
        "neither date nor chance",
        H + "events:\n- {name: a}\n",
        3,
        "either a date or a chance_per_round",
    ),
    (
        "both date and chance",
        H + "events:\n- {name: a, date: 2025-03-01, chance_per_round: 1}\n",
        3,
        "either a date",
    ),
    (
        "same name twice",
        H + "events:\n- {name: a, chance_per_round: 1}\n- {name: a, chance_per_round: 1}\n",
        4,
        "events[0] has the same name",
    ),
    (
        "event for nobody known",
        H + "events:\n- {name: a, chance_per_round: 1, members: [Frnace]}\n",
        3,
        "'France'?",
    ),
    (
        "event for an empty list",
        H + "events:\n- {name: a, chance_per_round: 1, fiscal_room: 0.1, members: []}\n",
        3,
        "is an empty list, which names nobody",
    ),
    ("only an empty list", H + "roster: {only: []}\n", 2, "is an empty list"),
    ("group of an empty list", H + "groups:\n  a: {members: []}\n", 3, "is an empty list"),
    # structure
    ("unknown parent", "extends: hague\n", 1, "did you mean 'hague_2025'?"),
    ("parent misspelt", "extends: vilnus_2023\n", 1, "did you mean 'vilnius_2023'?"),
    (
        "key of elsewhere",
        H + "headline_pct_gdp: 5\n",
        2,
        "did you mean 'demander.headline_pct_gdp'?",
    ),
    (
        "coefficient misspelt",
        H + "coefficients: {refusing: {bse: 1}}\n",
        2,
        "did you mean 'base'?",
    ),
    ("mediator unknown", H + "mediator: {kind: nassh}\n", 2, "did you mean 'nash'?"),
    (
        "rule unknown",
        H + "procedure: {rule: majority}\n",
        2,
        "must be one of consensus, unanimity, qualified_majority",
    ),
    ("events as a group", H + "events: {name: a}\n", 2, "must be a list"),
    ("no title", TERMS + CALENDAR + TWO, 1, "is missing"),
    ("no space after a colon", H + "runs:10\n", 2, "put a space after ':'"),
]


@pytest.mark.parametrize(
    ("text", "line", "words"), [c[1:] for c in CORPUS + MORE], ids=[c[0] for c in CORPUS + MORE]
)
def test_a_mistake_is_told_at_its_line(text: str | bytes, line: int, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "file.yaml")
    assert any(p.line == line and words in p.message for p in caught.value.problems), str(
        caught.value
    )
    for problem in caught.value.problems:
        assert problem.column >= 1
        assert "\n" not in str(problem)


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        (H + "parties:\n  NO: {fiscal_room: 0.5}\n", "parties.NO.fiscal_room", 0.5),  # case 1
        (H + "runs: 1e3\n", "runs", 1000),  # case 11
        (
            H + 'parties:\n  NOR: {name: "=HYPERLINK(1)"}\n',
            "parties.NO.name",
            "=HYPERLINK(1)",
        ),  # 89
        (H + "parties:\n  UK: {fiscal_room: 0.5}\n", "parties.UK.fiscal_room", 0.5),  # case 51
    ],
)
def test_what_only_looks_wrong_is_taken(text: str, path: str, value: object) -> None:
    played = loads(text).as_played()
    codes = {"NO": "NOR", "UK": "GBR"}
    for step in path.split("."):
        played = played[codes.get(step, step)]
    assert played == value


def test_faults_of_both_kinds_show_together_and_consequences_do_not() -> None:
    text = (
        "title: x\nroster: {data: hague_2025}\n"
        + TERMS.replace("opening: 2030", "opening: 2040") + CALENDAR
        + "demander: {headline_pct_gdp: 5, deadline_year: 2030}\n"
        + "parties:\n  XYZ: {fiscal_rom: 0.3, threat_perception: 0.1}\n  NO: {votes: many}\n"
        "  Norway: {}\nevents:\n- {name: a, date: 2025-13-01}\n- {name: b, date: 2026-01-01, "
        "leverage: 0}\nruns: -1\n"
    )  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    paths = [p.path for p in caught.value.problems]
    assert paths == [
        "terms.deadline_year.opening",  # not on the grid
        "parties.XYZ",  # lacks two attributes; the third is misspelt, which is told once
        "parties.XYZ.fiscal_rom",
        "parties.NO.votes",
        "parties.Norway",  # twice
        "events[0].date",
        "events[1].date",  # outside the calendar
        "runs",
    ]
    lacking = caught.value.problems[1].message
    assert "us_pressure_sensitivity and current_core_pct_gdp" in lacking
    assert "fiscal_room" not in lacking


def test_a_wrong_calendar_does_not_make_events_wrong() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(H + "calendar: {summit: soon}\n")
    assert [p.path for p in caught.value.problems] == ["calendar.summit"]


# --- whatever comes -----------------------------------------------------------------------

JUNK: list[Any] = [
    None, True, -1, 0, 1e308, 10**400, float("nan"), "", "none", "NO", "\ud800", "x" * 300,
    "2025-02-30", [], [None], [[]], {}, {"a": {}}, {"uniform": [1, 0]}, {"normal": None},
    {"dist": []}, {False: 1}, ["ESP", 3], "0100", "1e3", b"x", {"opening": "none"}, {1: 2}, (1, 2),
    object(),
]  # fmt: skip
BASES = [load(name).as_played() for name in ("classroom_six", "emission_standards", "review_2029")]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


PLACES = [list(places(base)) for base in BASES]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_scenario_spoilt_at_random_is_played_or_refused_in_words(data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(BASES) - 1))
    scenario = copy.deepcopy(BASES[which])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(PLACES[which]))
        try:
            here = reduce(lambda value, step: value[step], path[:-1], scenario)
            if data.draw(st.booleans()):
                here[path[-1]] = data.draw(st.sampled_from(JUNK))
            else:
                del here[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    try:
        loaded = load(scenario)
    except ScenarioError as error:
        assert error.problems
        assert all(p.message and p.line >= 1 and p.column >= 1 for p in error.problems)
    else:
        set_up(loaded.resolved)
        assert loaded.hash


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_text_spoilt_at_random_is_read_or_refused_in_words(data: st.DataObject) -> None:
    text = (library() / "classroom_six.yaml").read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 20))
        text = text[:at] + data.draw(st.text(max_size=4)) + text[at + cut :]
    try:
        loads(text, "file.yaml")
    except ScenarioError as error:
        assert all(str(p).startswith("file.yaml:") for p in error.problems)
