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
from sim.classroom.hurts import hurts
from sim.classroom.naming import capital
from sim.classroom.past import data_of
from sim.classroom.red_lines import red_lines
from sim.classroom.wording import label, value
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


# Red lines.


@pytest.mark.parametrize("name", ["hague_2025", "classroom_six", "emission_standards"])
@pytest.mark.parametrize("rounds", [0, 7])
def test_red_lines_are_where_a_member_stops_to_sign(name: str, rounds: int) -> None:
    """The rest as on the table: on the last day it signs within them and not a step beyond."""
    game = Game(sim.load(name), 4)
    while len(game.rounds) < rounds:
        {"lobby": game.start, "answering": game.close, "drafting": game.table}[game.phase]()
    model = game.present
    limited = 0
    for state in model.members:
        player = next(p for p in game.scenario.loaded.resolved.members if p.code == state.code)
        told = {term: limit for term, limit, origin in red_lines(game, player) if origin == "model"}
        for t, term in enumerate(game.terms):
            if not term.written:
                continue
            signs = []
            for j in range(model.sizes[t]):
                text = [j if k == t else place for k, place in enumerate(model.choice)]
                if state.demands:
                    signs.append(model.value_of(text) > model.tabler.real_in_force)
                else:
                    signs.append(state.net(text) <= max(0.0, state.full_cost))
            limit = told.get(capital(label(term)))
            if all(signs) or not any(signs):
                assert limit is None
                continue
            limited += 1
            assert limit is not None
            none = signs.pop() if term.or_none else None
            if not any(signs):
                assert limit == "only if it is left out"
                continue
            shown = [value(term, j) for j, yes in enumerate(signs) if yes]
            assert ("not left out" in limit) == (none is False)
            assert ("at least" in limit or "not before" in limit) == (not signs[0])
            assert ("at most" in limit or "not after" in limit) == (not signs[-1])
            assert shown[0] in limit or signs[0]
            assert shown[-1] in limit or signs[-1]
    assert limited > 0


def test_every_member_is_told_red_lines() -> None:
    game = Game(sim.load("hague_2025"), 4)
    for code in game.codes:
        sections = {s["key"]: s for s in briefing(game, code, "hague_2025")["sections"]}
        assert sections["red_lines"]["items"], code


def surveys(game: Game, code: str) -> set[tuple[str, str]]:
    """What a briefing tells of the public: words and figure."""
    told = briefing(game, code, "hague_2025")["sections"]
    public = next((s["items"] for s in told if s["key"] == "public"), [])
    return {(item["label"], item["value"]) for item in public}


def test_surveys_are_told_from_the_day_they_came_out() -> None:
    """Those that came out on 23 June 2025 are no news in January, and are there at the summit."""
    game = Game(sim.load("hague_2025"), 4)
    code, of = next(
        (r["iso3"], (r["year"], f"{float(r['value_pct']):.0f}%"))
        for r in builtin.rows("opinion")
        if r["release_date"] == "2025-06-23" and r["iso3"] in game.codes
    )

    def told() -> bool:
        return any((label_[-4:], figure) == of for label_, figure in surveys(game, code))

    game.start()
    assert not told()
    while not game.model.problem.meeting[game.model.round]:
        if game.phase == "answering":
            game.answer(code, silence="breaks")
            game.close([code])
        else:
            game.table()
    assert told()


# What is at stake.


def number(x: float) -> str:
    return f"{x:.2f}".replace("-0.00", "0.00")


def stakes(game: Game, code: str) -> dict[str, dict[str, str]]:
    sections = {s["key"]: s for s in briefing(game, code, None)["sections"]}
    return {item["label"]: item for item in sections["stakes"]["items"]}


@pytest.mark.parametrize("name", ["hague_2025", "emission_standards"])
def test_a_seat_is_told_what_the_text_costs_it_and_what_refusing_does(name: str) -> None:
    game = Game(sim.load(name), 4)
    while game.phase != "ended":
        for state in game.present.members:
            told = stakes(game, state.code)
            if state.demands:
                worth = told["The text on the table is worth"]["value"]
                assert worth.startswith(f"{state.model.value_of(state.model.choice):.2f} of all")
                continue
            assert told["The text on the table costs you"]["value"] == number(state.net_loss)
            today = told["Refusing it costs you today"]["value"]
            last = told["Refusing it costs you on the last day"]
            assert today == number(state.refusal_cost)
            assert last["value"] == number(state.full_cost)
            assert abs(float(today)) <= abs(float(last["value"]))
            low, high = (float(x) for x in re.findall(r"-?\d\.\d\d", last["note"]))
            assert low <= float(last["value"]) <= high
        {"lobby": game.start, "answering": game.close, "drafting": game.table}[game.phase]()
    if game.model.problem.meeting[game.model.round]:  # all of it counts then
        for state in game.model.members:
            assert state.demands or state.refusal_cost == state.full_cost


def test_what_hurts_adds_up_and_the_advice_is_the_models_answer() -> None:
    for name in ("hague_2025", "emission_standards"):
        game = Game(sim.load(name), 5)
        game.start()
        while game.phase != "ended":
            if game.phase == "drafting":
                game.table()
                continue
            told = [hurts(s, game.terms) for s in game.model.members]
            game.close()
            for t, passed in zip(told, game.rounds[-1].passed, strict=True):
                assert (t["advice"]["silence"] == "passes") == passed
                assert abs(t["refusal_cost"]) <= abs(t["full_cost"])
                left_out = 0.006 * 8  # parts too small for a word
                assert abs(sum(p["loss"] for p in t["parts"]) - t["net_loss"]) < left_out
