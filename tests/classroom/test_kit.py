"""The teaching kit: from the data, complete, printable, and silent about how the summit ended."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from typer.testing import CliRunner

import sim
from sim.analysis.backtest_facts import facts
from sim.classroom import questionnaire
from sim.classroom.briefing import briefing
from sim.classroom.game import Game
from sim.classroom.kit import bulletins, paper, write
from sim.classroom.kit.cards import cards, without_spread
from sim.classroom.kit.markdown import Sources, plain, table
from sim.classroom.kit.sheets import sheets
from sim.cli import app
from sim.scenario import builtin

ROOT = Path(__file__).parents[2]
STRINGS = (ROOT / "sim/classroom/page/strings.en.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def kit() -> dict[str, str]:
    return write.texts()


@pytest.fixture(scope="module")
def hague_cards() -> dict[str, str]:
    return {
        card.splitlines()[0].removeprefix("## "): card for card in cards(sim.load("hague_2025"))
    }


class Tags(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


# The committed kit


def test_the_committed_kit_is_what_the_generator_makes(kit: dict[str, str]) -> None:
    folder = ROOT / "docs" / "teaching"
    assert {path.name for path in folder.iterdir()} == set(kit)
    stale = [n for n, text in kit.items() if (folder / n).read_text(encoding="utf-8") != text]
    assert not stale, f"run: python -m sim.classroom.kit docs/teaching  ({', '.join(stale)})"


def test_the_command_writes_the_kit_and_says_what_is_wrong(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "sim.classroom.kit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run(str(tmp_path / "new" / "kit"))
    assert done.returncode == 0
    assert (tmp_path / "new" / "kit" / "lesson_45.html").exists()
    (tmp_path / "file").write_text("")
    for wrong in ([], ["--help"], [str(tmp_path / "file" / "kit")]):
        failed = run(*wrong)
        assert failed.returncode == 2
        assert failed.stderr
        assert "Traceback" not in failed.stderr


def test_every_sheet_is_in_the_index_once(kit: dict[str, str]) -> None:
    for sheet in sheets():
        assert kit["README.md"].count(f"({sheet.name}.html)") == 1
        assert kit["README.md"].count(f"({sheet.name}.md)") == 1


# Cards


def test_there_is_a_card_for_each_capital_and_the_chair(hague_cards: dict[str, str]) -> None:
    names = {record.name for record in builtin.members("hague_2025").values()}
    assert len(names) == 32
    assert set(hague_cards) == names | {"Secretary General"}


@pytest.mark.parametrize("seat", ["ESP", "POL", "ISL", "USA", "NLD"])
def test_a_card_tells_what_the_briefing_of_the_room_tells(
    seat: str, hague_cards: dict[str, str]
) -> None:
    game = Game(without_spread(sim.load("hague_2025")), seed=3)
    told = briefing(game, seat, "hague_2025")
    card = hague_cards[told["name"]]
    assert plain(told["intro"]) in card
    for section in told["sections"]:
        for item in section["items"]:
            assert (plain(item["value"]) in card) == (section["key"] != "said")
            assert section["key"] == "said" or plain(item["label"]) in card
            if section["key"] != "said" and item["source"]:
                assert f"{plain(item['source'])} ({item['grade']})" in card


def test_cards_hold_nothing_of_what_the_summit_brought(hague_cards: dict[str, str]) -> None:
    real = facts("hague_2025", "USA").text
    rows = [r for r in builtin.rows("summit_outcomes") if r["record_id"].startswith("HAGUE")]
    rows += [r for r in builtin.rows("summit_positions") if r["summit_id"] == "HAGUE_2025"]
    rows += list(builtin.rows("pledges_after_hague"))
    told = {
        r.get(k) for r in rows for k in ("key_wording", "note", "paraphrase", "detail", "opt_outs")
    }
    sentences = {plain(text) for text in told if text and len(text) > 10}
    year = re.compile(rf"\b{real['deadline_year']:.0f}\b(?!-)")
    assert sentences
    for name, card in hague_cards.items():
        assert not [text for text in sentences if text in card], name
        assert not year.search(card), name
        # The only text on a card is the first draft: all core, nothing broader.
        assert set(re.findall(r"\b(?:core|broader) [\d.]+%", card)) == {"core 5%", "broader 0%"}
        for word in ("Hague Summit Declaration", "exempt", "opt-out", "flexib"):
            assert word not in card, (name, word)


def test_the_sentences_of_the_outcome_would_be_found(kit: dict[str, str]) -> None:
    """The test above can fail: the sheet for the debrief holds what cards must not."""
    real = kit["what_happened.md"]
    row = next(r for r in builtin.rows("summit_outcomes") if r["record_id"] == "HAGUE_2025")
    assert plain(row["key_wording"]) in real
    assert re.search(rf"\b{row['deadline_year']}\b", real)


def test_cards_do_not_depend_on_the_luck_of_a_game() -> None:
    scenario = sim.load("hague_2025")
    assert cards(scenario.set("seed", 12345)) == cards(scenario)


def test_red_lines_of_the_scenario_stand_on_the_card() -> None:
    scenario = sim.load("classroom_six").set(
        "parties.ESP.red_lines", {"core_pct_gdp": {"at_most": 2.5}}
    )
    spain = next(card for card in cards(scenario) if card.startswith("## Spain"))
    assert "at most 2.5% (from the scenario)" in spain
    poland = next(card for card in cards(scenario) if card.startswith("## Poland"))
    assert "from the scenario" not in poland
    assert "(model)" in poland.partition("Your red lines")[2]


def test_cards_of_a_scenario_without_nato() -> None:
    made = cards(sim.load("emission_standards"))
    scenario = sim.load("emission_standards")
    assert len(made) == 1 + len(scenario.loaded.resolved.members)
    assert not [card for card in made if "Russia" in card]


# News, questions, plans


def test_every_event_of_the_played_scenarios_has_its_bulletin(kit: dict[str, str]) -> None:
    text = kit["bulletins.md"]
    for name in ("hague_2025", "classroom_six"):
        for event in sim.load(name).loaded.file.events:
            assert f"“{plain(event.name)}”" in text
    for dated, headline in (
        ("16 May 2025", "fewer troops"),
        ("4 June 2025", "empty American chair"),
    ):
        assert re.search(rf"### {dated}: .*{headline}", text)


def test_bulletins_of_facts_name_source_and_grade_and_others_say_invented() -> None:
    for bulletin in bulletins.written()["events"]:
        invented = "Invented" in bulletin.get("note", "")
        assert invented != bool(bulletin.get("source") and bulletin["grade"] in builtin.GRADES)


def test_bulletins_of_capitals_were_said_before_the_summit() -> None:
    for bulletin in bulletins.written()["capitals"]:
        row = bulletins.statement(bulletin["row"], "hague_2025")
        assert row["date"] < "2025-06-22"
        assert row["source"] in bulletins.capitals("hague_2025")
    with pytest.raises(KeyError, match="no statement of ESP"):
        bulletins.statement({"iso3": "ESP", "date": "2025-06-22"}, "hague_2025")


def test_bulletins_for_added_events_bear_the_names_that_the_room_offers() -> None:
    presets = STRINGS[STRINGS.index("presets:") :]
    for bulletin in bulletins.written()["presets"]:
        assert f'name: "{bulletin["event"]}"' in presets


def test_the_questionnaire_is_that_of_the_room(kit: dict[str, str]) -> None:
    text = kit["questionnaire.md"]
    for item in questionnaire.ITEMS:
        for words in (item["words"], item["low"], item["high"]):
            assert text.count(plain(words)) >= len(questionnaire.WHEN)
    assert (
        text.count("☐") == len(questionnaire.WHEN) * len(questionnaire.ITEMS) * questionnaire.SCALE
    )
    for heading in re.findall(r"^# (.+)$", text, re.M):
        assert f'"{heading}"' in STRINGS


def test_commands_of_the_lesson_plans_exist(kit: dict[str, str]) -> None:
    text = kit["lesson_45.md"] + kit["lesson_90.md"]
    commands = set(re.findall(r"summitry ([a-z]+ [^`\n)]+)", text))
    assert len(commands) >= 5
    for command in commands:
        name, scenario, *options = shlex.split(command)
        shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output
        for option in options:
            if option.startswith("--"):
                assert option in shown, command
            elif "=" in option:
                path, value = option.split("=", 1)
                sim.load("hague_2025").set(path, float(value))
        if not scenario.endswith(".yaml"):
            sim.load(scenario)


@pytest.mark.parametrize(("lesson", "name"), [(45, "classroom_six"), (90, "hague_2025")])
def test_what_to_expect_is_what_the_named_command_gives(
    lesson: int, name: str, kit: dict[str, str]
) -> None:
    text = " ".join(kit[f"lesson_{lesson}.md"].split())
    assert f"summitry run {name} --runs 4000 --seed 1" in text
    runs = sim.load(name).runs(4000, seed=1).table
    share = runs["outcome"].value_counts(normalize=True)
    deals = 1 - share["no_deal"]
    told = re.search(
        r"(\d+)% of 4,000 .*half of them in round (\d+) or earlier, none before round (\d+)",
        text,
    )
    assert told is not None
    rounds = runs["adopted_round"].dropna().astype(int)
    expected = (round(100 * deals), rounds.median(), rounds.min())
    assert tuple(map(int, told.groups())) == expected
    with_letters = share["consensus_with_side_letters"]
    letters = re.search(r"(\d+)% end with (?:a|the one) side letter", text)
    assert letters is not None
    assert int(letters[1]) == round(100 * with_letters)


def test_the_minutes_of_a_lesson_add_up(kit: dict[str, str]) -> None:
    for length in (45, 90):
        spans = re.findall(r"^\| (\d+) to (\d+) \|", kit[f"lesson_{length}.md"], re.M)
        ends = [0, *(int(b) for _, b in spans)]
        assert [int(a) for a, _ in spans] == ends[:-1]
        assert ends[-1] == length


def test_seats_to_fill_first_are_seats(kit: dict[str, str]) -> None:
    names = {r.name for r in builtin.members("hague_2025").values()} | {"Secretary General"}
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", kit["lesson_90.md"], re.M)
    seats: list[str] = []
    for people, listed in rows:
        if "others" in listed:
            assert int(people) == len(names)
            continue
        seats += listed.removeprefix("and ").split(", ")
        assert len(seats) == len(set(seats)) == int(people)
    assert set(seats) <= names


# Paper


def test_pages_run_nothing_and_fetch_nothing(kit: dict[str, str]) -> None:
    for name, text in kit.items():
        if name.endswith(".html"):
            page = Tags(text)
            assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "a"}
            assert not [a for _, a in page.tags if {"src", "href", "style"} & set(a)]
            assert "http:" not in text
            assert "https:" not in text
            assert "url(" not in text


def test_each_card_is_an_article_of_its_own(kit: dict[str, str]) -> None:
    kinds = [a["class"] for a in Tags(kit["role_cards.html"]).named("article")]
    assert kinds == ["text", "chair", *["card"] * 32]


@given(st.text(min_size=1, max_size=60))
def test_data_is_never_markup(text: str) -> None:
    words = " ".join(text.split())
    html = MarkdownIt("commonmark").enable("table").render(table(["a"], [[f"x{plain(text)}"]]))
    assert html.count("<td>") == 1
    found = Tags(html)
    assert {tag for tag, _ in found.tags} <= {"table", "thead", "tbody", "tr", "th", "td"}
    if words.isascii() and "&" not in words and words.isprintable():
        shown = re.search(r"<td>(.*)</td>", html, re.S)
        assert shown is not None
        unescaped = shown[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        assert unescaped == f"x{words}"


def test_html_in_a_page_is_shown_and_not_used() -> None:
    made = paper.page("<b>", [("text", "<script>alert(1)</script>\n\n<img src=x>")])
    assert not Tags(made).named("script")
    assert not Tags(made).named("img")
    assert "&lt;script&gt;" in made
    assert "<title>&lt;b&gt;</title>" in made


def test_a_source_is_told_once() -> None:
    sources = Sources()
    assert sources.mark("A book", "A") == "¹"
    assert sources.mark("A book", "B") == "²"
    assert sources.mark("A book", "A") == "¹"
    assert sources.mark("", "") == ""
    assert sources.told() == "¹ A book (A). ² A book (B)."


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", ["role_cards", "role_cards_six", "questionnaire"])
def test_each_part_prints_on_one_page_of_a4(chromium: Any, name: str, tmp_path: Path) -> None:
    sheet = next(s for s in sheets() if s.name == name)
    file = tmp_path / "sheet.html"
    file.write_text(paper.page(sheet.title, sheet.parts), encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    pdf = page.pdf(prefer_css_page_size=True)
    page.close()
    boxes = re.findall(rb"/MediaBox \[0 0 (\S+) (\S+)\]", pdf)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
    assert len(re.findall(rb"/Type /Page\b", pdf)) == len(sheet.parts)
