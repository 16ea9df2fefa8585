"""Every word of the room is in one file: that of the page, which the server reads as well."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.analysis import words
from sim.analysis.offers import Change
from sim.classroom import wording
from sim.scenario.grid import GridTerm
from sim.scenario.load import shipped_names

ROOM = Path(wording.__file__).parent
#: What people in a room never see: the terminal of the teacher, the Mesa page, the record.
ELSEWHERE = {"serve", "mesa_page", "mesa_serve", "journal", "rooms", "record", "qr", "ahead"}
MODULES = sorted(p for p in ROOM.glob("*.py") if p.stem not in ELSEWHERE)
#: Two words, or a word and something that is filled in, make a sentence.
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.]? \(?[A-Za-z{]|\} [A-Za-z]{2,}")
#: Names of parts of the model, and of members.
CODES = {"in force", "not yet", "side letters", "red line", "United States", "United Kingdom"}
MARKUP = re.compile(r"</|/>|<meta|<\w+ |\{ |src '|^attachment;")
SCENARIOS = {name: sim.load(name) for name in shipped_names()}


def written(node: ast.AST) -> str | None:
    """The text of a string or f-string, ``{}`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return None


def is_call(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def said(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if is_call(node, "say"):
            assert isinstance(node, ast.Call)
            first = node.args[0]
            # A sentence that is put together cannot be looked up.
            assert isinstance(first, ast.Constant), ast.unparse(node)
            yield first.value


def loose(tree: ast.AST) -> Iterator[str]:
    """Sentences of a module that do not come from the file."""
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if is_call(node, "say", "SummitryError") or isinstance(node, ast.Assert):
            inside |= set(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            inside |= set(ast.walk(node)) - {node}
        elif isinstance(node, ast.Expr) and written(node.value) is not None:
            inside.add(node.value)  # a docstring
    for node in set(ast.walk(tree)) - inside:
        text = written(node)
        if (
            text is None
            or text in CODES
            or re.search(r"</|/>|<meta|<\w+ |\{ |src '|^attachment;", text)
        ):
            continue  # HTML, style sheets and headers
        if SENTENCE.search(text):
            yield text


def phrases() -> set[str]:
    """What the package words about the shipped scenarios: terms, wishes, units, months."""
    found = (
        {f"{dt.date(2025, m, 1):%B}" for m in range(1, 13)}
        | set(words.ATTRIBUTES.values())
        | {"none"}
    )
    for scenario in SCENARIOS.values():
        for term in scenario.loaded.resolved.terms:
            if not term.written:
                continue
            places = range(len(term.values))
            found.add(words.label(term))
            found |= {words.value(term, p) for p in places if isinstance(term.show(p), str)}
            found |= {words.wish(term, p, d) for p in places for d in (-1, 1)}
            if term.or_none or term.name == "annual_increment_pp":
                found.add(f"no {words.label(term)}")
            if term.unit not in ("", "year", "% GDP"):
                found.add(term.unit)
    return found


def test_no_sentence_is_worded_outside_the_file() -> None:
    found = {
        p.name: sorted(loose(ast.parse(p.read_text("utf-8"))))
        for p in MODULES
        if p.stem != "wording"
    }
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_only_one_module_takes_words_from_the_package() -> None:
    """Labels, values and days that people read go through the file as well."""
    for path in MODULES:
        if path.stem == "wording":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "analysis.words":
                assert {alias.name for alias in node.names} <= {"ATTRIBUTES"}, path.name


def test_the_file_holds_what_is_said_and_nothing_else() -> None:
    used = {s for p in MODULES for s in said(ast.parse(p.read_text("utf-8")))} | phrases()
    held = set(wording.strings())
    assert sorted(used - held) == []
    assert sorted(held - used) == []


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused("not_now", "the summit is over for today")',
        'told = f"{name} breaks silence"',
        'x = {"words": "A new sentence."}',
    ],
)
def test_a_new_sentence_would_be_found(code: str) -> None:
    assert list(loose(ast.parse(code)))


def fields(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}


def test_a_translation_fills_in_the_same_values() -> None:
    for english, told in wording.strings().items():
        assert {name for name, _ in fields(told)} == {name for name, _ in fields(english)}


def test_what_stands_in_the_file_is_what_people_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A translator changes the file, and the server says the other words."""
    text = wording.STRINGS.read_text(encoding="utf-8")
    there = json.loads(wording._SERVER.search(text)[1])  # type: ignore[index]
    other = {english: f"«{told}»" for english, told in there.items()}
    translated = tmp_path / "strings.xx.js"
    translated.write_text(
        f"export const t = {{}};\nexport const server = {json.dumps(other, indent=1)};\n"
    )
    monkeypatch.setattr(wording, "STRINGS", translated)
    wording.strings.cache_clear()
    try:
        terms = SCENARIOS["hague_2025"].loaded.resolved.terms
        choice = [0] * len(terms)
        told = wording.text(terms, choice)
        assert told.startswith("«2% of GDP = core 2% + broader 0%»; «deadline» 2029;")
        assert wording.say("{n} rounds", n=3) == "«3 rounds»"
        assert wording.wish(terms[0], 1, -1) == "«lower core spending»"
    finally:
        wording.strings.cache_clear()


@st.composite
def texts(draw: Any) -> tuple[tuple[GridTerm, ...], list[int], list[int]]:
    terms = SCENARIOS[draw(st.sampled_from(sorted(SCENARIOS)))].loaded.resolved.terms
    places = st.tuples(*(st.integers(0, len(t.values) - 1) for t in terms)).map(list)
    return terms, draw(places), draw(places)


@given(texts())
def test_the_english_of_the_room_is_that_of_the_package(
    drawn: tuple[tuple[GridTerm, ...], list[int], list[int]],
) -> None:
    terms, before, after = drawn
    assert wording.text(terms, before) == words.text_words(terms, before)
    for t, (a, b) in enumerate(zip(before, after, strict=True)):
        c = Change(t, a, b)
        assert wording.change(terms, c) == words.change(terms, c)
    for date in SCENARIOS["hague_2025"].loaded.resolved.dates:
        assert wording.day(date) == words.day(date)
    some = ["A", "B", "C", "D"]
    assert all(wording.listed(some[:n]) == words.listed(some[:n]) for n in range(1, 5))
