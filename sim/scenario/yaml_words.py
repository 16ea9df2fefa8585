"""What a YAML syntax error means, in words for somebody who never read the YAML standard."""

from __future__ import annotations

import re
import unicodedata

from yaml.error import MarkedYAMLError

from ..errors import quote
from .spelling import name_of

Place = tuple[int, int]
"""Line and column, counted from 0 as PyYAML does."""

_STARTERS = {"anchor": "&", "alias": "*", "tag": "!", "block scalar": "| or >"}


def explain(error: MarkedYAMLError, text: str) -> tuple[Place, str]:
    """Say what is wrong and where.

    Parameters
    ----------
    error : MarkedYAMLError
        As raised by PyYAML's scanner or parser.
    text : str
        The text that was parsed.

    Returns
    -------
    place : tuple of int
        Line and column counted from 0.
    message : str
        In plain words.
    """
    lines = re.split(r"\r\n|\n|\r", text)
    place = _place(error.problem_mark)
    opened = _place(error.context_mark) if error.context_mark else place
    for where in (place, opened):
        tab = _indentation_tab(_line(lines, where))
        if tab is not None:
            return (where[0], tab), "a TAB is used for indentation; use spaces"
    where, message = _by_kind(error, lines, place, opened)
    return where, message + _odd_space(lines, where[0])


def _place(mark: object) -> Place:
    return (getattr(mark, "line", 0), getattr(mark, "column", 0))


def _line(lines: list[str], place: Place) -> str:
    return lines[place[0]] if place[0] < len(lines) else ""


def _indentation_tab(line: str) -> int | None:
    tab = re.match(r"[ \-]*\t", line)
    return tab.end() - 1 if tab else None


def _odd_space(lines: list[str], number: int) -> str:
    """Mention a space that YAML does not take for one, on the line or the line above."""
    for at in (number, number - 1):
        for c in lines[at] if 0 <= at < len(lines) else "":
            if c != " " and unicodedata.category(c) == "Zs":
                return f" (line {at + 1} contains {name_of(c)}; use an ordinary space)"
    return ""


def _by_kind(
    error: MarkedYAMLError, lines: list[str], place: Place, opened: Place
) -> tuple[Place, str]:
    problem, context = error.problem or "", error.context or ""
    line = _line(lines, place)
    here = line[place[1] : place[1] + 1]
    if "quoted scalar" in context:
        return _quoted(problem, place, opened, here)
    if "cannot start any token" in problem:
        if here == "\t":
            return place, "a TAB stands here; use spaces"
        return place, f"a value cannot start with '{here}'; put quotes around it"
    if "scanning a directive" in context or _line(lines, opened).startswith("%"):
        return (opened[0], 0), "a line cannot start with '%'; put quotes around the text"
    for word, mark in _STARTERS.items():
        if context.endswith((f"a {word}", f"an {word}")):
            return opened, f"a plain text cannot start with {mark}; put quotes around it"
    if "mapping values are not allowed" in problem:
        return place, _second_colon(line[: place[1]])
    if "sequence entries are not allowed" in problem:
        return place, "a list item '- ...' must start on a line of its own"
    if "could not find expected ':'" in problem:
        return opened, _no_colon(_line(lines, opened))
    if "flow" in context:
        return _bracket(problem, place, opened, lines)
    if "undefined tag handle" in problem:
        return place, "a plain text cannot start with '!'; put quotes around it"
    if "expected the node content" in problem:
        return place, f"a value is missing before {quote(here)}" if here else "a value is missing"
    if "<block end>" in problem or "<document start>" in problem:
        return place, _out_of_line(line, place[1], lines)
    return place, f"cannot be read as YAML: {problem}"


def _quoted(problem: str, place: Place, opened: Place, here: str) -> tuple[Place, str]:
    if "escape" in problem:
        return place, (
            f"\\{here} is not a valid escape in double quotes; use single quotes, or write \\\\"
        )
    return opened, f"the quote opened on line {opened[0] + 1} is not closed"


def _second_colon(before: str) -> str:
    if re.search(r":\s", before):
        return "a second ': ' on one line; put quotes around a text that contains ': '"
    return "a 'key: value' cannot stand here; check the indentation of this line and the one above"


def _no_colon(line: str) -> str:
    if re.match(r"\s*-[^\s-]", line):
        return "put a space after '-'"
    if re.search(r"\w:[^\s/]", line):
        return f"put a space after ':' in {quote(line.strip())}"
    return f"no ': ' in {quote(line.strip())}; expected 'key: value'"


def _bracket(problem: str, place: Place, opened: Place, lines: list[str]) -> tuple[Place, str]:
    bracket = _line(lines, opened)[opened[1] : opened[1] + 1]
    if bracket not in ("[", "{"):
        here = _line(lines, place)[place[1] : place[1] + 1]
        return place, f"a value is missing before {quote(here)}" if here else "a value is missing"
    closing = {"[": "]", "{": "}"}[bracket]
    if "<stream end>" in problem or "<document" in problem:
        return opened, f"the '{bracket}' opened on line {opened[0] + 1} is not closed"
    return place, (
        f"expected ',' or '{closing}' here; the '{bracket}' was opened on line {opened[0] + 1}"
    )


def _out_of_line(line: str, column: int, lines: list[str]) -> str:
    here = line[column : column + 1]
    before = line[:column].rstrip()
    if here in ("]", "}", ","):
        return f"'{here}' without an opening bracket before it; put quotes around it if it is text"
    if before.endswith(('"', "'")):
        return (
            "text goes on after a closing quote; put the whole value in one pair of quotes, "
            "and check that every quote above is closed"
        )
    if here == "-":
        return "a list item '- ...' does not fit here; line it up with the items above"
    if re.match(r"\s*\S+:\S", line):
        return f"put a space after ':' in {quote(line.strip())}"
    return "this line does not fit the lines above it; check its indentation"
