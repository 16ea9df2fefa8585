"""The briefing of a seat tells what was known at the date of the game, and nothing later."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import sim
from sim.analysis.backtest_facts import RECORDS, last_day
from sim.classroom.briefing import briefing
from sim.classroom.game import Game
from sim.classroom.past import data_of
from sim.scenario import builtin

SUMMITS = tuple(RECORDS)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LATER = re.compile(
    r"after the (summit|agreement|declaration)|at the summit|later|afterwards|subsequent|since then"
    r"|by now|hindsight|re-read|inferred|general knowledge|was adopted|in the end|exempt(ed|ion)",
    re.IGNORECASE,
)


def dates_in(text: str) -> Iterator[dt.date]:
    """The first day that each date in a text may mean: ISO, ``2 Jun 2025`` or ``Jun 2025``."""
    month = rf"({'|'.join(MONTHS)})[a-z]*"
    for y, m, d in re.findall(r"\b(\d{4})-(\d\d)(?:-(\d\d))?\b", text):
        if 1 <= int(m) <= 12:
            yield dt.date(int(y), int(m), int(d or 1))
    for d, m, y in re.findall(rf"\b(?:(\d\d?) )?{month},? (\d{{4}})\b", text):
        yield dt.date(int(y), MONTHS.index(m) + 1, int(d or 1))


def test_dates_are_found() -> None:
    told = "2 Jun 2025, 3 February 2026; Feb 2026, 2024-11, 2025-06-25; 2026-2030; 5-7 Jun 2025"
    assert sorted(dates_in(told)) == [
        dt.date(2024, 11, 1),
        dt.date(2025, 6, 2),
        dt.date(2025, 6, 7),
        dt.date(2025, 6, 25),
        dt.date(2026, 2, 1),
        dt.date(2026, 2, 3),
    ]


@cache
def games(name: str) -> tuple[Game, Game]:
    """The same summit before it begins and at the end of its calendar."""
    late = Game(sim.load(name), 1)
    late.model.round = late.n_rounds - 1
    return Game(sim.load(name), 1), late


def told(game: Game) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    data = data_of(game.scenario.loaded.resolved)
    for code in game.codes:
        for section in briefing(game, code, data)["sections"]:
            for item in section["items"]:
                yield code, section, item


@pytest.mark.parametrize("name", SUMMITS)
def test_no_briefing_speaks_of_what_came_after_the_summit(name: str) -> None:
    for game in games(name):
        summit = game.scenario.loaded.resolved.dates[-1]
        for code, section, item in told(game):
            words = f"{item['label']} {item['value']} {item['note']}"
            assert not LATER.search(words), (code, words)
            sources = item["source"] if section["key"] in ("said", "public") else ""
            dates = [] if item["label"] == "Next election due" else [*dates_in(words + sources)]
            assert not [d for d in dates if d > summit], (code, words, sources)


@pytest.mark.parametrize("name", SUMMITS)
def test_what_was_said_is_told_from_its_day_on(name: str) -> None:
    """Every row of the data, at every date of the calendar."""
    game = Game(sim.load(name), 1)
    dates = game.scenario.loaded.resolved.dates
    rows = [
        r
        for r in builtin.rows("summit_positions")
        if r["summit_id"] == name.upper() and r["statement_timing"] == "before"
    ]
    assert rows
    for at, today in enumerate(dates):
        game.model.round = at
        seen = {
            (code, item["value"]) for code, section, item in told(game) if section["key"] == "said"
        }
        known = {
            (r["iso3"], r["paraphrase"])
            for r in rows
            if r["iso3"] in game.codes and min(last_day(r["date"]), dates[-1]) <= today
        }
        assert seen == known, today


def test_no_briefing_of_a_new_game_gives_away_the_bargain() -> None:
    """At the opening nobody had split the number or moved the date; in the end all had."""
    split = re.compile(r"\b3\.5 ?%? ?(core|\+)|\b1\.5 ?%|\b203[25]\b|related|core goal", re.I)
    opening, late = games("hague_2025")
    assert not [i for _, s, i in told(opening) if s["key"] == "said" and split.search(i["value"])]
    assert [i for _, s, i in told(late) if s["key"] == "said" and split.search(i["value"])]


@pytest.mark.parametrize("name", SUMMITS)
def test_rows_before_a_summit_hold_no_later_word(name: str) -> None:
    """The data themselves: text of a row that was said before speaks of no day after its own."""
    for r in builtin.rows("summit_positions"):
        if r["summit_id"] != name.upper() or r["statement_timing"] != "before":
            continue
        assert not LATER.search(r["paraphrase"]), r
        written = re.sub(
            rf"\b(\d\d?) ({'|'.join(MONTHS)})([a-z]*)\b(?!,? \d{{4}})",
            rf"\1 \2\3 {r['date'][:4]}",
            r["paraphrase"],
        )
        assert not [d for d in dates_in(written) if d > last_day(r["date"])], r


@pytest.mark.parametrize(
    "words",
    [
        "2032 is too late. After the summit the president said so.",
        "Supports 3.5 + 1.5 (repeated by Frederiksen in Feb 2026).",
        "Moved the goal forward; on 24 June 2025 an official said more, and again on 3 July 2025.",
    ],
)
def test_the_words_that_once_leaked_would_be_found(words: str) -> None:
    later = [d for d in dates_in(words) if d > dt.date(2025, 6, 25)]
    assert LATER.search(words) or later
