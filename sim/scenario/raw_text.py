"""From bytes to text that is safe to parse: size, file type, encoding, invisible characters."""

from __future__ import annotations

import re
import unicodedata

from ..errors import Problem, ScenarioError
from .spelling import name_of

SIZE_LIMIT = 1_000_000
"""Largest scenario in bytes."""

_SHOWN_CHARACTERS = 20

_MAGIC = (
    (b"PK\x03\x04", "a zip archive or spreadsheet (xlsx, ods, docx)"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (xls, doc)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich-text document (RTF)"),
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
)
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters that print as nothing


def decode(data: bytes, source: str) -> str:
    """Return the text of a scenario file.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : str
        Name used in messages.

    Returns
    -------
    str
        Text without byte order mark.

    Raises
    ------
    ScenarioError
        If the file is too large, of another type, not UTF-8, or holds invisible characters.
    """
    _check_size(len(data), source)
    lowered = data[:64].lower()
    for magic, what in _MAGIC:
        if data.startswith(magic) or (magic.isascii() and lowered.startswith(magic)):
            raise _at_start(source, f"is {what}, not YAML text")
    if _is_utf16_or_32(data):
        raise _at_start(source, "is UTF-16 or UTF-32 text; save the file as UTF-8")
    try:
        return check_text(data.decode("utf-8"), source)
    except UnicodeDecodeError as error:
        raise ScenarioError([_not_utf8(data, error.start, source)]) from None


def check_text(text: str, source: str) -> str:
    """Return `text` without byte order mark, after the checks of `decode` that concern text.

    Raises
    ------
    ScenarioError
        If the text is too large or holds invisible or control characters.
    """
    _check_size(len(text) if text.isascii() else len(text.encode("utf-8", "replace")), source)
    text = text.removeprefix("\ufeff")
    bad = "".join(sorted(c for c in set(text) if _is_invisible(c)))
    if not bad:
        return text
    problems: list[Problem] = []
    for match in re.finditer(f"[{re.escape(bad)}]", text):
        if len(problems) == _SHOWN_CHARACTERS:
            break
        line, column = _line_and_column(text, match.start())
        problems.append(Problem(source, line, column, "", _invisible_words(match[0])))
    raise ScenarioError(problems)


def _is_invisible(c: str) -> bool:
    if c in "\t\n\r":
        return False
    if c in _BLANK_LETTERS or c == "\ufffd":
        return True
    # Cc control, Cf format (zero width, bidirectional), Cs surrogate, Zl/Zp separators
    return unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or ord(c) & 0xFFFE == 0xFFFE


def _invisible_words(c: str) -> str:
    if c == "\ufffd":
        return (
            "U+FFFD REPLACEMENT CHARACTER: a letter was lost when the text was saved in "
            "another encoding; type it again and save as UTF-8"
        )
    return f"invisible or control character {name_of(c)}; delete it"


def _check_size(size: int, source: str) -> None:
    if size > SIZE_LIMIT:
        raise too_large(source, size)


def too_large(source: str, size: int) -> ScenarioError:
    """Return the error for a file of `size` bytes, more than `SIZE_LIMIT`."""
    megabytes = f"{size / 1e6:.1f} MB" if size >= 1.05 * SIZE_LIMIT else f"{size:,} bytes"
    return _at_start(source, f"has {megabytes}; the limit is 1 MB")


def _at_start(source: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(source, 1, 1, "", message)])


def _is_utf16_or_32(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return True
    # Without a byte order mark, Latin text has a zero in every second byte.
    head = data[:64]
    return len(head) >= 4 and max(head[::2].count(0), head[1::2].count(0)) > len(head) // 4


def _not_utf8(data: bytes, start: int, source: str) -> Problem:
    line, column = _line_and_column(data[:start].decode("utf-8-sig"), None)
    byte = data[start : start + 1]
    try:
        guess = byte.decode("cp1252")
        hint = f" (in Windows-1252 it is '{guess}')" if guess.isprintable() else ""
    except UnicodeDecodeError:
        hint = ""
    message = f"byte 0x{byte.hex()} is not UTF-8{hint}; save the file as UTF-8"
    return Problem(source, line, column, "", message)


def _line_and_column(text: str, index: int | None) -> tuple[int, int]:
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
