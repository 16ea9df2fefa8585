"""What scalars and Python values mean to a field, and what the author of a wrong one is told."""

import datetime
import math
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from sim.scenario.document import Scalar
from sim.scenario.types import Code, Date, Flag, Integer, Key, Name, Real, Text

REAL, INTEGER, FLAG, TEXT, DATE = (TypeAdapter(t) for t in (Real, Integer, Flag, Text, Date))
CODE, KEY = TypeAdapter(Code), TypeAdapter(Key)


def plain(text: str) -> Scalar:
    return Scalar(text)


def quoted(text: str) -> Scalar:
    return Scalar(text, True)


def refusal(adapter: TypeAdapter[Any], value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    (error,) = caught.value.errors()
    return error["msg"]


# --- Real ----------------------------------------------------------------------------------


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_back_exactly(number: float) -> None:
    assert REAL.validate_python(plain(repr(number))) == number
    assert REAL.validate_python(number) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1e3", 1000), ("1E+3", 1000), (".5", 0.5), ("5.", 5), ("+2", 2), ("-0.25", -0.25), ("0", 0)],
)
def test_ways_to_write_a_number(text: str, number: float) -> None:
    assert REAL.validate_python(plain(text)) == number


@pytest.mark.parametrize(
    "value", [1, 0.5, Fraction(1, 2), Decimal("0.5"), np.float32(0.5), np.int64(3)]
)
def test_native_numbers_become_floats(value: Any) -> None:
    number = REAL.validate_python(value)
    assert type(number) is float
    assert number == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (plain("0,7"), "use a point: 0.7"),
        (plain("-0,7"), "use a point: -0.7"),
        (plain("1,000"), "write 1000 without the comma, or 1.000 with a point"),
        (plain("1,000,000"), "write 1000000 without the comma"),
        (plain("70%"), "write 0.7, or 70 where the unit is per cent"),
        (plain("3,5 %"), "write 0.035, or 3.5 where the unit is per cent"),
        (quoted("0.7"), "got the text '0.7'; remove the quotes"),
        ("0.7", "remove the quotes"),
        (quoted("high"), "must be a number, got 'high'"),
        (plain("nan"), "must be a finite number, got nan"),
        (plain(".NaN"), "must be a finite number, got .NaN"),
        (plain("-.inf"), "must be a finite number, got -.inf"),
        (plain("Infinity"), "must be a finite number, got Infinity"),
        (math.nan, "must be a finite number, got nan"),
        (-math.inf, "must be a finite number, got -inf"),
        (plain("1e999"), "is too large for a number, got 1e999"),
        (10**400, "is too large for a number"),
        (plain("9" * 10_000), "is too long for a number"),
        (plain("true"), "must be a number, got 'true'"),
        (plain("Yes"), "must be a number, got 'Yes'"),
        (True, "must be a number, got true"),
        (np.bool_(True), "must be a number"),
        (plain("2025-06-24"), "must be a number, got a date '2025-06-24'"),
        (datetime.date(2025, 6, 24), "must be a number, got 2025-06-24"),
        (plain("0100"), "must not start with 0 (some read 0100 as octal); write 100"),
        (plain("-007.5"), "write -7.5"),
        (plain("0xBEEF"), "write 48879"),
        (plain("0o17"), "write 15"),
        (plain("1_000"), "write 1000"),
        (plain("1 000"), "write 1000"),
        (plain("1/4"), "write 0.25"),
        (plain("1/0"), "must be a number, got '1/0'"),
        (plain("5 pp"), "write only the number, 5, without a unit"),
        (plain("1:30"), "must be a number, got '1:30'"),
        (plain("\uff10.\uff14"), "U+FF10 FULLWIDTH DIGIT ZERO), which only looks like '0'; type"),
        (plain("\u22125"), "U+2212 MINUS SIGN), which only looks like '-'; type -5"),
        (plain("\u0663"), "ARABIC-INDIC DIGIT THREE), which only looks like '3'; type 3"),
        (plain("1O0"), "with a letter for a digit; type 100"),
        (plain("1\u041e0"), "type 100"),
        (plain("\x1b[2J"), "got '\\x1b[2J'"),
        ([plain("0.3"), plain("0.9")], "for a range write {uniform: [0.3, 0.9]}"),
        ([], "for a range write {uniform: [0.2, 0.8]}"),
        ({"a": 1}, "must be a number, got a group of 'key: value' entries"),
        (None, "is empty; give a number"),
        (b"1", "must be a number, got a Python bytes"),
    ],
)
def test_what_is_no_number(value: object, words: str) -> None:
    assert words in refusal(REAL, value)


@given(st.text(max_size=30), st.booleans())
def test_any_text_is_a_finite_number_or_a_readable_refusal(text: str, quotes: bool) -> None:
    for adapter in (REAL, INTEGER):
        try:
            assert math.isfinite(adapter.validate_python(Scalar(text, quotes)))
        except ValidationError as error:
            message = error.errors()[0]["msg"]
            assert message
            assert message.isprintable() or text.isprintable()


# --- Integer -------------------------------------------------------------------------------


@given(st.integers(-(10**30), 10**30))
def test_whole_numbers_are_exact(number: int) -> None:
    assert INTEGER.validate_python(plain(str(number))) == number
    assert INTEGER.validate_python(number) == number


def test_whole_numbers_in_other_spellings() -> None:
    for value in (plain("1e3"), plain("1000.0"), 1000.0, np.int32(1000), Decimal(1000)):
        number = INTEGER.validate_python(value)
        assert type(number) is int
        assert number == 1000


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (plain("2.5"), "must be a whole number, got 2.5"),
        (2.5, "must be a whole number, got 2.5"),
        (plain("1e-3"), "must be a whole number, got 1e-3"),
        (plain("0e99999999999"), "must be a number"),
        (plain("1e999"), "is too large"),
        (True, "must be a whole number, got true"),
        (None, "is empty"),
        (math.nan, "must be a finite number"),
        (plain("0100"), "write 100"),
    ],
)
def test_what_is_no_whole_number(value: object, words: str) -> None:
    assert words in refusal(INTEGER, value)


# --- Flag ----------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["true", "True", "TRUE"])
def test_flags(spelling: str) -> None:
    assert FLAG.validate_python(plain(spelling)) is True
    assert FLAG.validate_python(False) is False


@pytest.mark.parametrize("value", [plain(t) for t in ("yes", "No", "on", "OFF", "1", "y")] + [1, 0])
def test_other_words_for_flags_are_refused(value: object) -> None:
    assert "write true or false" in refusal(FLAG, value)


def test_quoted_or_empty_flag() -> None:
    assert "remove the quotes" in refusal(FLAG, quoted("true"))
    assert "is empty; write true or false" in refusal(FLAG, None)


# --- Text, Name, Key, Code -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["NO", "ON", "true", "2025", "=HYPERLINK(1)", "Türkiye", "’s-Hertogenbosch", "'x'"]
)
def test_text_is_what_it_says(text: str) -> None:
    value = TEXT.validate_python(plain(text))
    assert value == text
    assert type(value) is str


def test_text_is_normalised() -> None:
    assert TEXT.validate_python(quoted(" a\n  b \n")) == "a b"
    assert TEXT.validate_python("Tu\u0308rkiye") == "Türkiye"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "is empty"),
        (quoted(""), "is empty"),
        (quoted("  \n"), "is empty"),
        (5, "must be a text, got 5"),
        (True, "must be a text, got true"),
        ([plain("a")], "must be a text, got a list"),
        (plain("“Norway”"), "typographic quotes “ ” would be part of the text"),
        (plain("«Norvège»"), "typographic quotes"),
        (plain("„Norwegen“"), "typographic quotes"),
        (quoted("\ud800"), "invalid character U+D800, got '\\ud800'"),
        (quoted("a\x1b[31m"), "U+001B, got 'a\\x1b[31m'"),
        (quoted("a\u202eb"), "U+202E"),
        (quoted("a\x00"), "U+0000"),
    ],
)
def test_what_is_no_text(value: object, words: str) -> None:
    message = refusal(TEXT, value)
    assert words in message
    assert message.isprintable()


@given(st.text(max_size=50))
def test_accepted_text_can_be_written_everywhere(text: str) -> None:
    try:
        accepted = TEXT.validate_python(quoted(text))
    except ValidationError:
        return
    assert accepted.encode()
    assert "\n" not in accepted
    assert accepted == accepted.strip()
    assert TEXT.validate_python(accepted) == accepted


def test_names_are_short() -> None:
    adapter = TypeAdapter(Name)
    assert adapter.validate_python("A" * 80)
    with pytest.raises(ValidationError):
        adapter.validate_python("A" * 81)


def test_codes() -> None:
    assert CODE.validate_python(plain("NO")) == "NO"
    assert CODE.validate_python(plain("rest")) == "rest"
    assert "did you mean 'G_77'?" in refusal(CODE, plain("G-77"))
    assert "U+0415 CYRILLIC CAPITAL LETTER IE" in refusal(CODE, plain("ЕSP"))


def test_keys() -> None:
    assert KEY.validate_python(plain("core_pct_gdp")) == "core_pct_gdp"
    assert "did you mean 'core_pct_gdp'?" in refusal(KEY, plain("core-pct gdp"))
    assert "did you mean" not in refusal(KEY, plain("1st"))


# --- Date ----------------------------------------------------------------------------------


@given(st.dates())
def test_every_day_is_read_back(day: datetime.date) -> None:
    for value in (plain(day.isoformat()), quoted(day.isoformat()), day.isoformat(), day):
        assert DATE.validate_python(value) == day


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (plain("2025-02-30"), "2025-02-30 is no date: February 2025 has 28 days"),
        (plain("2025-06-00"), "June 2025 has 30 days"),
        (plain("2025-13-01"), "there is no month 13"),
        (plain("0000-01-01"), "years start at 0001"),
        (plain("2025-6-4"), "write 2025-06-04"),
        (plain("24.06.2025"), "write 2025-06-24"),
        (plain("24/06/2025"), "write 2025-06-24"),
        (plain("06/24/2025"), "write 2025-06-24"),
        (plain("05/06/2025"), "write year-month-day"),
        (plain("2025-06-24T10:00"), "write 2025-06-24 without the time"),
        (plain("June 24"), "must be a date such as 2025-06-24, got 'June 24'"),
        (plain("２025-06-24"), "FULLWIDTH DIGIT TWO"),
        (datetime.datetime(2025, 6, 24, 10), "got a time"),
        (2025, "must be a date such as 2025-06-24, got 2025"),
        (None, "is empty; give a date"),
    ],
)
def test_what_is_no_date(value: object, words: str) -> None:
    assert words in refusal(DATE, value)


# --- bounds and JSON Schema ----------------------------------------------------------------


def test_bounds_are_enforced_after_reading() -> None:
    share = TypeAdapter(Annotated[Real, Field(ge=0, le=1)])
    assert share.validate_python(plain("1")) == 1
    for outside in (plain("1.4"), -0.1):
        with pytest.raises(ValidationError):
            share.validate_python(outside)


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (Real, {"type": "number"}),
        (Integer, {"type": "integer"}),
        (Flag, {"type": "boolean"}),
        (Text, {"type": "string", "minLength": 1}),
        (Name, {"type": "string", "minLength": 1, "maxLength": 80}),
        (Date, {"type": "string", "format": "date"}),
        (
            Annotated[Real, Field(ge=0, lt=1)],
            {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
        ),
        (
            Annotated[Integer, Field(gt=0, le=9)],
            {"type": "integer", "exclusiveMinimum": 0, "maximum": 9},
        ),
        (
            Annotated[Date, Field(ge=datetime.date(2020, 1, 1))],
            {"type": "string", "format": "date"},
        ),
    ],
)
def test_editors_get_a_standard_json_schema(annotation: Any, schema: dict[str, Any]) -> None:
    assert TypeAdapter(annotation).json_schema() == schema
