"""What a scalar means, decided by the type that the field wants.

Each type takes a `sim.scenario.document.Scalar` or a native Python value and gives a native
one. So ``code: NO`` is the text "NO" where text is wanted, and ``threat: yes`` is an error where a
number is wanted, with the words that the author of the file needs. Bounds are added as usual::

    Annotated[Real, Field(ge=0, le=1)]
"""

from __future__ import annotations

import datetime
import math
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal
from numbers import Integral
from numbers import Real as RealNumber
from typing import Annotated, Any, NoReturn, SupportsFloat
from unicodedata import category, normalize

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ..errors import quote, visible
from .document import Scalar
from .spelling import lookalike, plain_form

REFUSED = "refused"
"""Type of the pydantic error that the types of this module raise."""

TEXT_LIMIT = 10_000
NAME_LIMIT = 80

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 400  # characters
_BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n"})
_LETTERS_FOR_DIGITS = str.maketrans("OoОlI", "00011")
_OPENING, _CLOSING = "“„«‹‘‚”’»", "”“»›’‘«"
_JSON_BOUNDS = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}


def shown(value: Any) -> str:
    """Describe a value that was found where another was wanted, e.g. ``'abc'`` or ``a list``."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Scalar) and not value.quoted and _NUMBER.fullmatch(value):
        return visible(value[:60])
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Mapping):
        return "a group of 'key: value' entries"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, int):
        # str() of a huge integer is slow and limited by Python to 4,300 digits
        return str(value) if value.bit_length() < 200 else "a huge number"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"a Python {type(value).__name__}"


class _Parsed:
    """Annotation that runs `parse` before the type's own check and mends its JSON Schema."""

    def __init__(self, parse: Callable[[Any], Any], **json: Any) -> None:
        self.parse = parse
        self.json = json

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.parse, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        # pydantic writes bounds that follow a validator as 'ge', which no editor knows.
        json = {_JSON_BOUNDS.get(key, key): value for key, value in handler(schema).items()}
        if json.get("format") == "date":
            for key in _JSON_BOUNDS.values():
                json.pop(key, None)
        return {**json, **self.json}


def _refuse(message: str) -> NoReturn:
    raise PydanticCustomError(REFUSED, "{message}", {"message": message})


def _parse_real(value: Any) -> float:
    if isinstance(value, str):
        return float(_number_text(value))
    return _finite(_native_number(value, "a number"))


def _parse_integer(value: Any) -> int:
    if isinstance(value, str):
        number = Decimal(_number_text(value))
    else:
        native = _native_number(value, "a whole number")
        if isinstance(native, Integral):
            return int(native)
        number = Decimal(_finite(native))
    if number != number.to_integral_value():
        _refuse(f"must be a whole number, got {shown(value)}")
    return int(number)


def _finite(value: SupportsFloat) -> float:
    try:
        number = float(value)
    except OverflowError:
        _refuse("is too large for a number")
    if not math.isfinite(number):
        _refuse(f"must be a finite number, got {number}")
    return number


def _native_number(value: Any, wanted: str) -> RealNumber | float:
    if value is None:
        _refuse(f"is empty; give {wanted}")
    if isinstance(value, RealNumber | Decimal) and not isinstance(value, bool):
        return value  # type: ignore[return-value]  # Decimal is a real number by its methods
    if isinstance(value, list | tuple):
        texts = [str(v) for v in value]
        pair = len(texts) == 2 and all(_NUMBER.fullmatch(t) for t in texts)
        low, high = texts if pair else ("0.2", "0.8")
        _refuse(
            f"must be {wanted}, got a list; for a range write {{uniform: [{low}, {high}]}} "
            "where the field takes distributions"
        )
    _refuse(f"must be {wanted}, got {shown(value)}")


def _number_text(text: str) -> str:
    """Return `text` if it is a finite decimal number, else refuse it with the right words."""
    quoted = not isinstance(text, Scalar) or text.quoted
    if len(text) > _LONGEST_NUMBER:
        _refuse(f"is too long for a number, got {quote(text, 20)}")
    if _NUMBER.fullmatch(text) and not quoted:
        if re.match(r"[+-]?0[0-9]", text):
            number = re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", text)
            _refuse(f"must not start with 0 (some read {text} as octal); write {number}")
        if math.isinf(float(text)):
            _refuse(f"is too large for a number, got {visible(text[:40])}")
        return text
    if _NUMBER.fullmatch(text):
        _refuse(f"must be a number, got the text {quote(text)}; remove the quotes")
    _refuse(_not_a_number(text.strip()))


def _not_a_number(text: str) -> str:
    """Say why a text is no number and, where it can be guessed, what to write."""
    got = quote(text)
    folded = text.casefold()
    if not text:
        return "is empty; give a number"
    if len(text) > 60:
        return f"must be a number, got {got}"
    if folded.lstrip("+-.") in ("nan", "inf", "infinity"):
        return f"must be a finite number, got {text}"
    if folded in _BOOLEANS:
        return f"must be a number, got {got}, which is not one"
    if re.match(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", text):
        return f"must be a number, got a date {got}"
    if re.fullmatch(r"[+-]?0[xXoObB][0-9a-fA-F_]+", text):
        return f"must be a decimal number, got {got}{_as_decimal(text)}"
    odd = lookalike(text)
    plain = plain_form(text)
    if odd and _NUMBER.fullmatch(plain):
        return f"{odd}; type {plain}"
    digits = plain.translate(_LETTERS_FOR_DIGITS)
    if _NUMBER.fullmatch(digits) and re.search(r"[0-9]", plain):
        return f"must be a number, got {got}, with a letter for a digit; type {digits}"
    written = _mended(text)
    return f"must be a number, got {got}" + (f"; {written}" if written else "")


def _as_decimal(text: str) -> str:
    try:
        return f"; write {int(text, 0)}"
    except ValueError:
        return ""


def _mended(text: str) -> str:
    """Suggest how to write a number that has a comma, a per cent sign, a unit and so on."""
    if match := re.fullmatch(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*%", text):
        number = match[1].replace(",", ".")
        share = f"{Decimal(number) / 100:f}"
        return f"write {share}, or {number} where the unit is per cent"
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+", text):
        whole = text.replace(",", "")
        point = f", or {text.replace(',', '.')} with a point" if text.count(",") == 1 else ""
        return f"write {whole} without the comma{point}"
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text):
        return f"use a point: {text.replace(',', '.')}"
    if re.fullmatch(r"[+-]?[0-9]+([_' ][0-9]+)+(\.[0-9]+)?", text):
        return f"write {re.sub('[^0-9.+-]', '', text)}"
    if match := re.fullmatch(r"([0-9]{1,6})\s*/\s*([0-9]{1,6})", text):
        if int(match[2]):
            return f"write {int(match[1]) / int(match[2]):.6g}"
    elif match := re.fullmatch(r"[~$€£]?\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*[^\W\d][\w ]*|", text):
        return f"write only the number, {match[1]}, without a unit" if match[1] else ""
    return ""


def _parse_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value is None:
        _refuse("is empty; write true or false")
    if isinstance(value, Scalar) and value in ("true", "True", "TRUE", "false", "False", "FALSE"):
        if value.quoted:
            _refuse(f"must be true or false, got the text {quote(value)}; remove the quotes")
        return value.lower() == "true"
    _refuse(f"must be true or false, got {shown(value)}; write true or false")


def _parse_text(value: Any) -> str:
    if value is None:
        _refuse("is empty; give a text")
    if not isinstance(value, str):
        _refuse(f"must be a text, got {shown(value)}")
    text = normalize("NFC", re.sub(r"[ \t\r\n]+", " ", value).strip())
    if not text:
        _refuse("is empty; give a text")
    for c in text:
        if not c.isprintable() and category(c) != "Zs":
            _refuse(
                f"contains the invisible or invalid character U+{ord(c):04X}, got {quote(text)}"
            )
    if len(text) > 1 and text[0] in _OPENING and text[-1] in _CLOSING:
        _refuse(
            f"typographic quotes {text[0]} {text[-1]} would be part of the text; "
            'use straight quotes ("), or none'
        )
    if len(text) > TEXT_LIMIT:
        _refuse(f"has {len(text)} characters; the limit is {TEXT_LIMIT}")
    return text


def _identifier(pattern: str, wanted: str, mend: Callable[[str], str]) -> Callable[[Any], str]:
    """Return a parser of names that match `pattern`; `mend` guesses what was meant."""

    def parse(value: Any) -> str:
        text = _parse_text(value)
        if re.fullmatch(pattern, text):
            return text
        odd = lookalike(text)
        meant = mend(plain_form(text))
        hint = f" (did you mean '{meant}'?)" if re.fullmatch(pattern, meant) else ""
        what = f"{quote(text)} {odd}" if odd else f"must be {wanted}, got {quote(text)}"
        _refuse(what + hint)

    return parse


def _parse_date(value: Any) -> datetime.date:
    if value is None:
        _refuse("is empty; give a date such as 2025-06-24")
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if not isinstance(value, str):
        what = "a time" if isinstance(value, datetime.datetime) else shown(value)
        _refuse(f"must be a date such as 2025-06-24, got {what}")
    text = value.strip()
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
        return _calendar_date(text, int(match[1]), int(match[2]), int(match[3]))
    _refuse(f"must be a date such as 2025-06-24, got {quote(text)}{_date_hint(text)}")


def _calendar_date(text: str, year: int, month: int, day: int) -> datetime.date:
    if year < 1:
        _refuse(f"{text} is no date: years start at 0001")
    if not 1 <= month <= 12:
        _refuse(f"{text} is no date: there is no month {month:02d}; write year-month-day")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = datetime.date(year, month, 1).strftime("%B")
        _refuse(f"{text} is no date: {name} {year} has {days} days")
    return datetime.date(year, month, day)


def _date_hint(text: str) -> str:
    if match := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", text):
        return f"; write {match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    if match := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text):
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second or "." in text:
            return f"; write {match[3]}-{second:02d}-{first:02d}"
        if second > 12 >= first:
            return f"; write {match[3]}-{first:02d}-{second:02d}"
        return "; write year-month-day"
    if match := re.match(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]", text):
        return f"; write {match[1]} without the time"
    odd = lookalike(text)
    return f"; it {odd}; type {plain_form(text)}" if odd else ""


Real = Annotated[float, _Parsed(_parse_real)]
"""A finite number."""

Integer = Annotated[int, _Parsed(_parse_integer)]
"""A whole number; ``1e3`` is 1000."""

Flag = Annotated[bool, _Parsed(_parse_flag)]
"""``true`` or ``false`` and nothing else."""

Text = Annotated[str, _Parsed(_parse_text, minLength=1)]
"""Printable text, not empty; spaces and line breaks count as one space each run (Unicode NFC)."""

Name = Annotated[Text, Field(max_length=NAME_LIMIT)]
"""A text of at most 80 characters."""

_KEY = r"[A-Za-z][A-Za-z0-9_]{0,63}"
Key = Annotated[
    str,
    _Parsed(
        _identifier(
            _KEY,
            "a name of letters a-z, digits and _",
            lambda text: re.sub(r"[^A-Za-z0-9]+", "_", text.strip()).strip("_"),
        ),
        pattern=f"^{_KEY}$",
    ),
]
"""A name that becomes a column, e.g. of a term: letters, digits and ``_``."""

_CODE = r"[A-Za-z][A-Za-z0-9_]{1,23}"
Code = Annotated[
    str,
    _Parsed(
        _identifier(
            _CODE,
            "a name of 2 to 24 letters a-z, digits or _, such as ESP",
            lambda text: re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_"),
        ),
        pattern=f"^{_CODE}$",
    ),
]
"""A code of a member or party, e.g. ``ESP``."""

Date = Annotated[datetime.date, _Parsed(_parse_date)]
"""A day, written ``YYYY-MM-DD``."""
