"""Forecasts continue what everybody has seen, and count what the engine plays."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.classroom import outlook
from sim.classroom.ahead import Moves, ahead_of, prepared
from sim.classroom.forecasts import Forecaster
from sim.classroom.game import Answer, Draft, Game
from sim.classroom.options import chair_options, seat_options
from sim.classroom.outlook import Outlook, look
from sim.engine.block import Block
from sim.engine.mesa.model import SummitModel
from sim.engine.play import play_block
from sim.engine.problem import Setup

from .test_game import SIX, played


@given(played())
@settings(max_examples=40, deadline=None)
def test_a_continuation_passes_through_what_everybody_has_seen(game: Game) -> None:
    """With the seed of the game, texts and answers are its own, as far as it has come."""
    ahead = replace(ahead_of(game), seed=game.seed)
    block = play_block(ahead.setup, ahead.seed, 0, 1, trace=True)
    for t, r in enumerate(game.rounds):
        assert tuple(block.trace_choice[0, t]) == r.draft.choice
        assert tuple(block.trace_passed[0, t]) == r.passed
        assert tuple(block.trace_named[0, t]) == r.named
    if game.phase == "answering":
        assert block.trace_choice[0, len(game.rounds)].tolist() == game.model.choice
    if game.phase == "ended":
        m = game.model
        assert block.adopted_round[0] == (m.round if m.adopted else -1)
        assert block.choice[0].tolist() == m.choice
        assert block.net_loss[0].tolist() == [s.net_loss for s in m.members]
        assert block.refusal_cost[0].tolist() == [s.refusal_cost for s in m.members]
        assert block.objections[0].tolist() == [s.objections for s in m.members]


@given(played(), st.data())
@settings(max_examples=15, deadline=None)
def test_what_people_are_about_to_say_is_in_no_forecast(game: Game, data: st.DataObject) -> None:
    if game.phase != "answering":
        return
    before = ahead_of(game)
    seat = data.draw(st.sampled_from(game.codes))
    game.answer(seat, silence=data.draw(st.sampled_from(["passes", "breaks"])))
    after = ahead_of(game)
    for name in ("seat_moves", "chair_moves", "amendments", "values", "event_round"):
        one, other = getattr(before.setup.problem, name), getattr(after.setup.problem, name)
        np.testing.assert_array_equal(one, other)


def test_a_random_event_in_the_past_of_a_run_makes_it_another_game() -> None:
    game = Game(SIX, 6)
    game.start()
    while len(game.rounds) < 4:
        game.answer("ESP", silence="breaks")
        game.close(["ESP"])
        game.table()
    random = [e for e, r in enumerate(game.scenario.loaded.resolved.event_rounds) if r < 0]
    pending = [e for e in random if game.model.struck[e] < 0]
    assert pending, "this seed has no event left to come; choose another"
    ahead = ahead_of(game)
    found = ahead.continues(0, 60).tolist()
    expected = []
    for r in range(60):
        run = SummitModel(ahead.setup, seed=ahead.seed, replication=r, collect=False)
        for _ in range(game.model.round + 1):
            run.table_text()
            run.hear_answers()
        expected.append(all(run.struck[e] < 0 for e in pending))
    assert found == expected
    assert not all(found)


def test_before_the_start_the_forecast_is_that_of_the_scenario() -> None:
    ahead = ahead_of(Game(SIX, 1))
    outlook = look(ahead, 600, 60.0)
    assert outlook is not None
    runs = SIX.runs(600, seed=ahead.seed)
    deals = runs.table["outcome"] != "no_deal"
    assert outlook.runs == 600
    assert outlook.deals == deals.sum()
    for name, shares in outlook.shares().items():
        term = next(t for t in SIX.loaded.resolved.terms if t.name == name)
        column = runs.table.loc[deals, name]
        counted = [float((column == term.show(j)).mean()) for j in range(len(term.values))]
        assert shares == pytest.approx(counted, abs=1e-4)
    letters = runs.members.pivot(index="replication", columns="member", values="side_letter")
    share = letters[deals.to_numpy()]["ESP"].astype(float).mean()
    assert outlook.letter(list(SIX.setup.codes).index("ESP")) == pytest.approx(share, abs=1e-4)
    headline = outlook.told()["headline"]
    assert sum(headline["share"]) == pytest.approx(1.0, abs=1e-3)


def test_who_always_refuses_is_forecast_to_prevent_a_deal() -> None:
    game = Game(SIX, 2)
    fixed = Moves(SIX.setup.problem)
    for t in range(game.n_rounds):
        fixed.say(t, 2, game.spoken(Answer("breaks")))
    outlook = look(prepared(game, fixed), 300, 60.0)
    assert outlook is not None
    assert outlook.deals == 0
    assert outlook.deal["p"] == 0.0
    assert outlook.deal["high"] < 0.02  # Wilson: 1.96^2 / (300 + 1.96^2)


def test_the_difference_of_two_outlooks_is_that_of_their_pairs() -> None:
    game = Game(SIX, 2)
    game.start()
    ahead = ahead_of(game)
    one, other = Outlook(ahead), Outlook(ahead)
    one.by_run = [np.array([1, 1, 0, -1, 1], dtype=np.int8)]
    other.by_run = [np.array([0, 1, 0, 1, -1, 0], dtype=np.int8)]
    # Pairs (1, 0), (1, 1), (0, 0): mean 1/3, standard deviation sqrt(1/3), error 1/3.
    assert one.against(other) == {
        "p": pytest.approx(1 / 3, abs=1e-4),
        "low": pytest.approx(1 / 3 - 1.96 / 3, abs=1e-3),
        "high": pytest.approx(1 / 3 + 1.96 / 3, abs=1e-3),
    }
    assert one.against(one)["p"] == 0.0


def test_a_seat_is_offered_moves_that_it_may_make() -> None:
    game = Game(SIX, 2)
    game.start()
    game.answer("ESP", proposes={"core_pct_gdp": 3.0})
    options = seat_options(game, "ESP")
    keys = [told["key"] for told, _ in options]
    assert keys[:2] == ["pass", "breaks"]
    assert keys[-2:] == ["letter", "propose"]
    # Every direction in which a term can go, what the model would name first.
    steps = {
        f"breaks:{t.name}:{d}"
        for t, at in zip(game.terms, game.model.choice, strict=True)
        for d in (-1, 1)
        if t.written and 0 <= at + d < len(t.values)
    }
    assert set(keys[2:-2]) == steps
    named = game.model.members[game.codes.index("ESP")].objection()
    first = game.terms[abs(named) - 1].name
    assert keys[2] == f"breaks:{first}:{1 if named > 0 else -1}"
    assert len(set(keys)) == len(keys)
    assert "letter" not in [told["key"] for told, _ in seat_options(game, "USA")]
    for _, answer in options:
        game.spoken(answer)  # refuses what cannot be said
    for told, _ in options:
        move = told["move"]
        assert set(move) <= {"silence", "term", "direction", "asks_letter", "proposes"}


def test_the_chair_is_offered_its_draft_and_that_of_the_model() -> None:
    game = Game(SIX, 2)
    game.start()
    game.close()
    own = Draft(game.places({"core_pct_gdp": 3.0}), ("ESP",))
    assert [told["key"] for told, _ in chair_options(game, own)] == ["keep", "draft", "model"]


def test_a_stale_forecast_stops_and_a_late_one_makes_do() -> None:
    game = Game(SIX, 2)
    game.start()
    assert look(ahead_of(game), 5000, 60.0, stale=lambda: True) is None
    short = look(ahead_of(game), 10_000_000, 0.0)
    assert short is not None
    assert 64 <= short.runs < 5000


def test_a_forecast_looks_at_the_clock_however_long_a_run_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Runs that take a tenth of a second each end a forecast of a fifth soon after its time."""
    real = outlook.play_block

    def slow(setup: Setup, seed: int, first: int, runs: int) -> Block:
        time.sleep(0.1 * runs)
        return real(setup, seed, first, runs)

    monkeypatch.setattr(outlook, "play_block", slow)
    game = Game(SIX, 2)
    game.start()
    begun = time.monotonic()
    found = look(ahead_of(game), 2048, 0.2)
    assert found is not None
    assert time.monotonic() - begun < 1.5
    assert 1 <= found.runs <= 8


@pytest.mark.parametrize("rounds", [0, 2])
def test_what_if_agrees_with_itself(rounds: int) -> None:
    """All moves over the same runs: the share of each is that of the first plus the change."""
    game = Game(sim.load("hague_2025"), 2)
    game.start()
    for _ in range(rounds):
        game.answer("ESP", silence="breaks")
        game.close(["ESP"])
        game.table()

    async def ask() -> list[dict[str, Any]] | None:
        forecaster = Forecaster(threads=1)
        await forecaster.warm_up()
        found = await forecaster.what_if_seat("ROOM", game, "ESP")
        forecaster.close()
        return found

    options = asyncio.run(ask())
    assert options is not None
    first = options[0]
    assert first["change"] == {"p": 0.0, "low": 0.0, "high": 0.0}
    for told in options:
        assert told["deal"]["p"] == pytest.approx(
            first["deal"]["p"] + told["change"]["p"], abs=2e-4
        )
        assert told["change"]["low"] <= told["change"]["p"] <= told["change"]["high"]


def test_only_the_newest_request_of_a_seat_is_played() -> None:
    async def ask() -> list[object]:
        forecaster = Forecaster(threads=1)
        await forecaster.warm_up()
        game = Game(sim.load("classroom_six"), 2)
        game.start()
        asked = [forecaster.what_if_seat("ROOM", game, "ESP") for _ in range(4)]
        asked.append(forecaster.what_if_seat("ROOM", game, "ITA"))
        found = await asyncio.gather(*asked)
        forecaster.close()
        return list(found)

    *older, newest, other = asyncio.run(ask())
    assert newest is not None
    assert other is not None
    assert older.count(None) >= 2  # the first may have been begun before the next was asked
    assert newest[0]["change"]["p"] == 0.0  # type: ignore[index]
