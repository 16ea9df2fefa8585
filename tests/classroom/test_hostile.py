"""Whatever people type is text in every output, and stays the name that it is."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import html
import io
import json
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.classroom.journal import NAME
from sim.classroom.people import clean
from sim.classroom.refusals import Refused
from sim.classroom.report import report
from sim.classroom.rooms import restore_state
from sim.spreadsheets import cell, write_csv

from .classes import Class, open_class
from .hostile import HIDING, NAMES, NO_NAMES

TYPED = NAMES + HIDING
SEATS = ["chair", "USA", "POL", "ESP", "ITA", "DEU", "EST"]
PACKAGE = Path(sim.__file__).parent


def named(typed: str) -> str:
    """The name that a room makes of what was typed."""
    return clean(typed, "the name", 40)


def harmless(text: str) -> bool:
    """Whether a text holds nothing that hides or moves what stands around it."""
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in text)


class Bones(HTMLParser):
    """The elements of a page and their attributes, and all its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def formulas(rows: Sequence[Sequence[str]]) -> list[str]:
    def number(text: str) -> bool:
        return re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text) is not None

    risky = tuple("=+-@\t\r＝＋－＠")
    return [c for row in rows for c in row if c.startswith(risky) and c != "-" and not number(c)]


# The room.


def test_there_are_sixty_and_more() -> None:
    assert len({*TYPED}) >= 60
    assert all(len(named(typed)) <= 40 for typed in TYPED)


@pytest.mark.parametrize("typed", TYPED)
def test_a_name_stays_what_it_is_without_what_hides(typed: str) -> None:
    kept = named(typed)
    assert harmless(kept)
    assert named(kept) == kept
    if typed in NAMES and harmless(typed) and "͑" not in typed:
        assert kept == unicodedata.normalize("NFC", typed)


@pytest.mark.parametrize("typed", NO_NAMES, ids=lambda t: repr(t)[:20])
def test_what_is_no_name_is_refused(typed: Any) -> None:
    with pytest.raises(Refused) as error:
        clean(typed, "the name", 40, "bad_name")
    assert error.value.code == "bad_name"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Class, dict[str, Any]]]:
    """A summit in which everybody has a hostile name and writes hostile messages."""
    folder = tmp_path_factory.mktemp("hostile")
    seen: dict[str, Any] = {"folder": folder, "names": {}, "ticks": []}
    with open_class(folder, rooms=2) as room:
        teacher = room.teacher()
        browsers = []
        # A room holds 80 people; the others go next door.
        for j, typed in enumerate(TYPED):
            at = 0 if j < 75 else 1
            browser = room.student(typed, SEATS[j % len(SEATS)], at)
            me = browser.get("/api/me").json()["seat"]
            assert me["name"] == named(typed)
            seen["names"].setdefault(at, []).append(me["name"])
            browsers.append((at, typed, SEATS[j % len(SEATS)], browser))
        seen["refused"] = [
            room.browser().post(
                "/api/join", {"code": room.plans[1].code, "name": typed, "seat": None}
            )
            for typed in NO_NAMES
        ]
        with teacher.watch("host") as host:
            assert host.control("start")["type"] == "ack"
            for j, (at, _, seat, browser) in enumerate(browsers):
                if at:
                    continue
                with browser.watch("seat") as window:
                    to = {"to": SEATS[1 + j % 6]} if seat == "chair" else {}
                    words = TYPED[-1 - j]
                    answer = window.say(type="message", words=words, **to)
                    if any("\ud800" <= c <= "\udfff" for c in words):
                        assert answer["error"] == "bad_message"  # no such text can be sent
                        assert harmless(answer["message"])
                        continue
                    assert answer["type"] == "ack", answer
                    seen["ticks"].append(window.until(lambda t: t["you"].get("messages")))
            for j in range(3):
                for name in TYPED[j::15]:
                    time.sleep(0.1)  # ten messages a second
                    answer = host.control("event", name=name, leverage=0.01)
                    assert answer["type"] == "ack", (name, answer)
                host.control("step")
                host.control("step")
            host.control("demo", on=True, speed=8.0)
            seen["ticks"].append(host.until(lambda t: t["phase"] == "ended", 60.0))
            for _ in range(400):
                if teacher.get("/api/debrief").status_code == 200:
                    break
                host.receive(30.0)
        seen |= {
            "debrief": teacher.get("/api/debrief"),
            "report": teacher.get("/api/report.html"),
            "record": teacher.get("/api/record.yaml"),
            "rounds": teacher.get("/api/rounds.csv"),
            "answers": teacher.get("/api/questionnaire.csv"),
            "briefing": browsers[1][3].get("/api/briefing"),
            "state": room.rooms.of_code(room.plans[0].code).state,
        }
        yield room, seen


def test_no_name_is_a_name_at_the_door(played: tuple[Class, dict[str, Any]]) -> None:
    answers = played[1]["refused"]
    assert {a.status_code for a in answers} <= {413, 422}
    assert all(harmless(a.json()["message"]) for a in answers)


def test_the_page_gets_names_and_messages_as_data(played: tuple[Class, dict[str, Any]]) -> None:
    _, seen = played
    people = {p["name"] for p in seen["ticks"][-1]["you"]["people"]}
    assert people == set(seen["names"][0])
    typed = [t for t in TYPED[-len(people) :] if "\ud800" not in t and "\udfff" not in t]
    sent = {clean(t, "the message", 500) for t in typed}
    got = {m["words"] for tick in seen["ticks"] for m in tick["you"].get("messages", ())}
    assert got == sent
    for data in (*seen["ticks"], seen["debrief"].json(), seen["briefing"].json()):
        assert all(harmless(text.replace("\n", " ")) for text in strings(data))


def test_the_report_has_no_element_from_a_name(played: tuple[Class, dict[str, Any]]) -> None:
    """The same elements and attributes as with plain names, and each name in full as text."""
    _, seen = played
    found = seen["debrief"].json()
    page = Bones(seen["report"].text)
    plain = json.loads(seen["debrief"].text)
    plain["people"] = [
        {**p, "names": [f"n{j}" for j in range(len(p["names"]))]} for p in plain["people"]
    ]
    for r in plain["rounds"]:
        r["news"] = ["event"] * len(r["news"])
    assert page.elements == Bones(report(plain, "Title", "CODE", dt.date(2026, 3, 2))).elements
    for name in seen["names"][0]:
        assert name in page.text
    assert any(named(typed) in page.text for r in found["rounds"] for typed in r["news"])
    body = seen["report"].text.partition("<body>")[2]
    assert html.unescape(re.sub(r"<[^<>]*>", "", body)).count(named(NAMES[0])) >= 1


def test_the_record_is_a_scenario_and_holds_no_name(
    played: tuple[Class, dict[str, Any]], tmp_path: Path
) -> None:
    _, seen = played
    text = seen["record"].text
    assert text.isascii()
    path = tmp_path / "record.yaml"
    path.write_text(text, encoding="ascii")
    game = sim.load(path)
    data = yaml.safe_load(text)
    events = {e["name"] for e in data["events"]}
    typed = {named(name) for j in range(3) for name in TYPED[j::15]}
    assert typed <= events
    assert typed <= {e.name for e in game.loaded.file.events}
    told = {clean(t, "the message", 500) for t in TYPED} | set(seen["names"][0])
    del data["events"]
    rest = "\n".join(strings(data))
    assert [name for name in told if len(name) > 4 and name in rest] == []


def test_no_table_has_a_formula(played: tuple[Class, dict[str, Any]]) -> None:
    _, seen = played
    for name in ("rounds", "answers"):
        rows = cells(seen[name].text)
        assert len({len(row) for row in rows}) == 1
        assert formulas(rows) == []


def test_a_room_of_hostile_names_comes_back(played: tuple[Class, dict[str, Any]]) -> None:
    """The journal holds one line for each entry, and gives the same people and messages again."""
    _, seen = played
    before = seen["state"]
    journal = next(p for p in seen["folder"].rglob(NAME) if before.code in p.read_text("utf-8"))
    lines = journal.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert all(isinstance(json.loads(line), dict) for line in lines)
    after = restore_state(journal)
    assert {i: p.name for i, p in after.people.by_id.items()} == {
        i: p.name for i, p in before.people.by_id.items()
    }
    assert after.messages == before.messages
    assert after.news == before.news


# Scenarios that people write and upload.


def test_a_scenario_of_hostile_names_can_be_played_and_taken_home(tmp_path: Path) -> None:
    names = [name for name in NAMES if len(name) <= 30]
    seats = [name for name in names if not name.startswith(("{", "$"))][:6]
    data = yaml.safe_load((PACKAGE.parent / "scenarios" / "classroom_six.yaml").read_text("utf-8"))
    codes = list(data["parties"]) if isinstance(data["parties"], dict) else []
    assert len(codes) == 6
    for code, name in zip(codes, seats, strict=True):
        data["parties"][code] = {**(data["parties"][code] or {}), "name": name}
    # The reader of scenarios refuses what is invisible, so that is left out here.
    data["title"], data["description"] = NAMES[0], "\n".join(filter(harmless, NAMES))
    text = yaml.safe_dump(data, allow_unicode=True)
    with open_class(tmp_path) as room:
        teacher = room.teacher()
        sent = teacher.http.post(
            "/api/scenario", content=text.encode(), headers={"Content-Type": "application/yaml"}
        )
        assert sent.status_code == 200, sent.text
        with teacher.watch("host") as host:
            host.control("demo", on=True, speed=8.0)
            host.until(lambda t: t["phase"] == "ended", 60.0)
            for _ in range(400):
                if teacher.get("/api/debrief").status_code == 200:
                    break
                host.receive(30.0)
            assert {m["name"] for m in host.room["members"]} == set(seats)
        found = json.loads(teacher.get("/api/debrief").text)
        page = Bones(teacher.get("/api/report.html").text)
        allowed = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p"}
        allowed |= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li", "svg", "text"}
        allowed |= {"tspan", "line", "circle", "rect", "div", "dl", "dt", "dd"}
        assert {tag.strip("/") for tag, _ in page.elements} <= allowed
        assert not [a for _, attrs in page.elements for a, _ in attrs if a.startswith("on")]
        assert all(h["name"] in page.text for h in found["holdouts"])
        assert formulas(cells(teacher.get("/api/rounds.csv").text)) == []
        path = tmp_path / "record.yaml"
        path.write_text(teacher.get("/api/record.yaml").text, encoding="utf-8")
        assert {m.name for m in sim.load(path).loaded.resolved.members} == set(seats)


# Notebooks, figures and tables of the package.

HARMLESS = [name for name in NAMES if harmless(name)]


def six(names: Sequence[str]) -> sim.Scenario:
    """The summit of six with other names, title and description."""
    written = (PACKAGE.parent / "scenarios" / "classroom_six.yaml").read_text("utf-8")
    data = yaml.safe_load(written)
    for code, name in zip(data["parties"], names, strict=True):
        data["parties"][code]["name"] = name
    data["title"], data["description"] = names[0], names[1]
    return sim.load(data)


@pytest.mark.parametrize("at", range(0, len(HARMLESS), 6))
def test_notebooks_show_names_as_text(at: int) -> None:
    """The same elements as with plain names."""
    names = (HARMLESS + HARMLESS)[at : at + 6]
    shown, plain = six(names), six([f"Member {j}" for j in range(6)])
    for show in (
        lambda s: s.runs(20, seed=1)._repr_html_(),
        lambda s: sim.compare(s, s.set("demander.leverage", 0.5), runs=20)._repr_html_(),
    ):
        ours, theirs = Bones(show(shown)), Bones(show(plain))
        assert [tag for tag, _ in ours.elements] == [tag for tag, _ in theirs.elements]
        assert not [a for _, attrs in ours.elements for a, _ in attrs if a.startswith("on")]


def test_figures_and_files_of_names_that_mean_something_to_a_typesetter(tmp_path: Path) -> None:
    odd = ["$\\frac{1}{0}$ $x", "$$\\input{/etc/passwd}$$", "=1+1", "%s%n", "{0}", "</svg><b>"]
    six(odd).runs(30, seed=1).save(tmp_path / "r")
    files = {path.suffix for path in (tmp_path / "r").rglob("*") if path.is_file()}
    assert ".png" in files or ".svg" in files
    for path in (tmp_path / "r").rglob("*.svg"):
        assert "<b>" not in path.read_text("utf-8")
    for path in (tmp_path / "r").rglob("*.csv"):
        assert formulas(cells(path.read_text("utf-8"))) == []
    for path in (tmp_path / "r").rglob("*.html"):
        assert "b" not in {tag for tag, _ in Bones(path.read_text("utf-8")).elements}


@given(st.lists(st.one_of(st.sampled_from(TYPED), st.text(), st.floats(), st.none()), max_size=6))
def test_tables_hold_text_and_no_formula(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any]
) -> None:
    kept = [v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in values]
    table = pd.DataFrame({"=name": pd.Series(kept, dtype=object), "n": range(len(kept))})
    path = tmp_path_factory.mktemp("table") / "t.csv"
    write_csv(table, path)
    rows = cells(path.read_bytes().decode())
    assert formulas([[str(c) for c in rows[0]]]) == []
    told = [cell(v) for v in kept if isinstance(v, str)]
    assert formulas([[str(v) for v in told]]) == []
    assert list(table.columns) == ["=name", "n"]  # the table itself stays


@pytest.mark.parametrize("kind", [object, "string", "category"])
def test_names_of_members_in_tables_are_text(kind: Any, tmp_path: Path) -> None:
    table = pd.DataFrame({"member": pd.Series(["=1+1", "Spain", "@SUM(A1)"], dtype=kind)})
    table["change"] = [-1.5, 2.0, float("nan")]
    write_csv(table, tmp_path / "t.csv")
    rows = cells((tmp_path / "t.csv").read_text())
    assert rows == [["member", "change"], ["'=1+1", "-1.5"], ["Spain", "2.0"], ["'@SUM(A1)", ""]]


def test_numbers_and_lone_signs_stay() -> None:
    assert [cell(v) for v in (-1.5, "-1.5", "+3e4", "-", None, True)] == [
        -1.5,
        "-1.5",
        "+3e4",
        "-",
        None,
        True,
    ]


@pytest.mark.parametrize("text", ["-INFINITY", "-nan", "+1_000", "-0x1", "+１"])
def test_what_only_a_program_takes_for_a_number_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_csv_is_written_in_one_place() -> None:
    for path in PACKAGE.rglob("*.py"):
        calls = [
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        ]
        assert "to_csv" not in calls or path.name == "spreadsheets.py", path
