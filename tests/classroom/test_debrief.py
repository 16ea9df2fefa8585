"""The debrief says what the record of the game says, and finds out who stood in the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import sim
from sim.classroom.debrief import debrief
from sim.classroom.game import Draft, Game
from sim.classroom.past import data_of, past_text
from sim.classroom.report import report
from sim.classroom.state import source_of
from sim.classroom.turns import turned

from .test_game import SIX, play_on


def played(stubborn: str | None, rounds: int) -> Game:
    """A game in which one seat breaks silence in so many rounds."""
    game = Game(SIX, 11)
    game.start()
    while game.phase != "ended":
        if game.phase == "answering":
            if stubborn and len(game.rounds) < rounds:
                game.answer(stubborn, silence="breaks", term="core_pct_gdp", direction=-1)
            game.close([stubborn] if stubborn and len(game.rounds) < rounds else [])
        else:
            game.table()
    return game


@pytest.fixture(scope="module")
def refused() -> tuple[Game, dict[str, Any]]:
    game = played("EST", 99)
    return game, debrief(game.copy(), source_of(SIX), {1: 0.5, 2: 0.25})


def test_who_refused_to_the_end_cost_the_deal(refused: tuple[Game, dict[str, Any]]) -> None:
    game, found = refused
    assert found["outcome"] == "no_deal"
    estonia = next(h for h in found["holdouts"] if h["seat"] == "EST")
    assert estonia["rounds"] == len(game.rounds)
    assert estonia["people"]
    assert estonia["deal_with"]["p"] == 0.0
    assert estonia["deal_without"]["p"] > 0.3
    assert estonia["change"]["low"] > 0.0
    assert found["holdouts"][0]["seat"] == "EST"  # the costliest first
    others = [h for h in found["holdouts"] if h["seat"] != "EST"]
    assert all(h["deal_without"]["p"] == 0.0 for h in others)  # Estonia still refuses


def test_rounds_say_what_the_game_recorded(refused: tuple[Game, dict[str, Any]]) -> None:
    game, found = refused
    assert [r["deal"] for r in found["rounds"][:3]] == [0.5, 0.25, None]
    for told, r in zip(found["rounds"], game.rounds, strict=True):
        assert [s["passed"] for s in told["stances"].values()] == list(r.passed)
        assert told["on_board"] == sum(r.passed)
        assert [c for c, s in told["stances"].items() if s["person"]] == ["EST"]
    for moved in found["moved"]:
        before = found["rounds"][moved["round"] - 2]
        changed = found["rounds"][moved["round"] - 1]["changes"]
        assert moved["what"] in [c["words"] for c in changed]
        assert all(not before["stances"][c]["passed"] for c in moved["who"])


def test_who_turned_had_broken_silence_and_stayed_on_board() -> None:
    game = play_on(Game(SIX, 11))
    found = turned(game)
    expected = {
        code
        for i, code in enumerate(game.codes)
        if game.rounds[-1].passed[i] and not all(r.passed[i] for r in game.rounds)
    }
    assert {t["who"] for t in found} == expected
    for turn in found:
        i = game.codes.index(turn["who"])
        assert not game.rounds[turn["round"] - 2].passed[i]
        assert all(r.passed[i] for r in game.rounds[turn["round"] - 1 :])


def test_a_side_letter_is_named_as_the_reason() -> None:
    game = Game(SIX, 11)
    game.start()
    game.close()
    assert not game.rounds[0].passed[game.codes.index("ESP")]
    game.table(Draft(game.places({"core_pct_gdp": 2.0, "deadline_year": 2040}), ("ESP",)))
    game.close([code for code in game.codes if code != "ESP"])  # all others are silent
    assert game.model.adopted
    reasons = {turn["who"]: turn["why"] for turn in turned(game)}
    assert reasons["ESP"] == "it was granted a side letter"
    assert reasons["ITA"] == "its people let the text pass"


@pytest.mark.parametrize(
    ("name", "title", "deadline"),
    [
        ("hague_2025", "The Hague, 25 June 2025", 2035.0),
        ("vilnius_2023", "Vilnius, 11 July 2023", None),
        ("wales_2014", "Wales, 5 September 2014", 2024.0),  # "within a decade"
    ],
)
def test_the_real_summit_is_told_as_the_tables_have_it(
    name: str, title: str, deadline: float | None
) -> None:
    resolved = sim.load(name).loaded.resolved
    past = past_text(data_of(resolved), resolved)
    assert past is not None
    assert past["title"] == title
    assert past["values"].get("deadline_year") == deadline


@pytest.mark.parametrize("name", ["review_2029", "emission_standards"])
def test_a_summit_that_was_not_has_no_past(name: str) -> None:
    resolved = sim.load(name).loaded.resolved
    assert past_text(data_of(resolved), resolved) is None


def test_the_report_needs_nothing_else(refused: tuple[Game, dict[str, Any]]) -> None:
    _, found = refused
    empty = {"items": [], "n_before": 0, "n_after": 0}
    text = report({**found, "questionnaire": empty, "people": []}, "T", "CODE", dt.date(2026, 3, 2))
    assert text.startswith("<!doctype html>")
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    assert "default-src 'none'" in text
