"""A game: the model plays free seats as ever, people's moves count, and a step back is exact."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.classroom.game import Answer, Draft, Game
from sim.classroom.record import record
from sim.classroom.refusals import Refused
from sim.engine.mesa.model import SummitModel

SIX = sim.load("classroom_six")
EMISSIONS = sim.load("emission_standards")
SCENARIOS = st.sampled_from([SIX, EMISSIONS])
SEEDS = st.integers(0, 10_000)


def facts(game: Game) -> dict[str, Any]:
    """Everything about a game that anybody can see or that decides its future."""
    m = game.model
    return {
        "phase": game.phase,
        "rounds": list(game.rounds),
        "choice": list(m.choice),
        "round": m.round,
        "adopted": m.adopted,
        "letters": game.letters,
        "members": [
            (s.net_loss, s.refusal_cost, s.full_cost, s.passed, s.objections, s.asking)
            for s in m.members
        ],
        "aim": list(m.mediator.aim),
        "bounds": list(m.mediator.bounds),
        "learned": m.mediator.learned,
        "asked": list(m.mediator.asked),
        "amendments": [list(text) for text in m.mediator.amendments],
    }


def play_on(game: Game) -> Game:
    """Let the model play the rest."""
    while game.phase != "ended":
        {"lobby": game.start, "answering": game.close, "drafting": game.table}[game.phase]()
    return game


@st.composite
def played(draw: Any, most: int = 8) -> Game:
    """A game in which people have done anything that they may."""
    scenario = draw(SCENARIOS)
    game = Game(scenario, draw(SEEDS))
    game.start()
    for _ in range(draw(st.integers(0, most))):
        if game.phase == "answering":
            held = draw(st.sets(st.sampled_from(game.codes), max_size=3))
            for code in sorted(held):
                game.answer(code, **draw(answers(game, code)))
            game.close(held)
        elif game.phase == "drafting":
            game.table(draw(st.none() | drafts(game)))
    return game


def answers(game: Game, code: str) -> Any:
    terms = [t for t in game.terms if t.written]
    demanders = game.scenario.loaded.resolved.demanders
    named = st.one_of(
        st.just({}),
        st.builds(
            lambda t, d: {"term": t.name, "direction": d},
            st.sampled_from(terms),
            st.sampled_from([-1, 1]),
        ),
    )
    values = st.dictionaries(
        st.sampled_from([t.name for t in terms]), st.integers(0, 10_000), max_size=2
    ).map(
        lambda places: {
            name: next(t for t in terms if t.name == name).show(
                at % len(next(t for t in terms if t.name == name).values)
            )
            for name, at in places.items()
        }
    )
    return st.builds(
        lambda s, n, asks, v: {
            "silence": s,
            **(n if s == "breaks" else {}),
            "asks_letter": asks and code not in demanders,
            "proposes": v,
        },
        st.sampled_from(["passes", "breaks"]),
        named,
        st.booleans(),
        values,
    )


def drafts(game: Game) -> Any:
    members = game.model.members
    free = [
        s.code
        for s in members
        if not s.side_letter
        and not s.demands
        and sum(other.leader == s.leader for other in members) <= game.letters_left
    ]
    letters: Any = st.just(())
    if free:
        letters = st.just(()) | st.tuples(st.sampled_from(free))
    return st.builds(
        Draft, st.tuples(*(st.integers(0, len(t.values) - 1) for t in game.terms)), letters
    )


@given(SCENARIOS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_without_people_it_is_the_first_run_of_the_model(scenario: sim.Scenario, seed: int) -> None:
    game = play_on(Game(scenario, seed))
    alone = scenario.model(seed=seed)
    alone.run_model()
    assert game.model.choice == alone.choice
    assert game.model.round == alone.round
    assert [s.net_loss for s in game.model.members] == [s.net_loss for s in alone.members]
    assert [s.side_letter for s in game.model.members] == [s.side_letter for s in alone.members]


@given(played(), st.data())
@settings(max_examples=40, deadline=None)
def test_a_step_back_and_forth_leads_to_the_same_place(game: Game, data: st.DataObject) -> None:
    before = facts(game)
    if game.phase == "ended":
        return
    said: dict[str, Answer] = dict(game.said)
    if game.phase == "answering":
        code = data.draw(st.sampled_from(game.codes))
        game.answer(code, **data.draw(answers(game, code)))
        said = dict(game.said)
        game.close([code])
    else:
        game.table(data.draw(st.none() | drafts(game)))
    after = facts(game)
    game.undo()
    assert facts(game) == before
    assert game.said == said
    if game.phase == "answering":
        game.close(list(said))
        assert facts(game) == after


@given(played())
@settings(max_examples=30, deadline=None)
def test_all_steps_back_lead_to_the_lobby(game: Game) -> None:
    state = game.state
    while game.can_undo:
        game.undo()
        assert game.state > state
        state = game.state
    assert game.phase == "lobby"
    assert facts(game) == facts(Game(game.scenario, game.seed))


@given(played(), st.sampled_from(["leverage", "threat_perception"]))
@settings(max_examples=30, deadline=None)
def test_an_event_changes_the_future_only(game: Game, what: str) -> None:
    if game.phase == "ended" or game.model.problem.meeting[game.model.round]:
        with pytest.raises(Refused):
            game.add_event({"name": "Too late", what: 0.4})
        return
    before = facts(game)
    game.add_event({"name": "A shock", what: 0.4})
    assert facts(game) == before
    if game.phase == "answering":
        game.close()
    if game.phase == "drafting":
        game.table()
        assert "A shock" in game.struck


def test_on_the_last_day_no_event_can_count_any_more() -> None:
    """It would be dated by the day, and so come before the first text of it."""
    game = Game(SIX, 1)
    game.start()
    while not game.model.problem.meeting[game.model.round]:
        game.answer("EST", silence="breaks")
        game.close(["EST"])
        if game.model.problem.meeting[game.model.round + 1]:
            game.add_event({"name": "On the morning of the summit", "leverage": 0.1})
        game.table()
    assert game.struck == ("On the morning of the summit",)
    with pytest.raises(Refused, match="no day is to come"):
        game.add_event({"name": "At noon", "leverage": 0.1})


def test_an_event_of_the_same_name_gets_a_number() -> None:
    game = Game(SIX, 1)
    game.start()
    for _ in range(2):
        game.add_event({"name": "A shock", "leverage": 0.1})
    names = [e.name for e in game.scenario.loaded.file.events]
    assert names[-2:] == ["A shock", "A shock (2)"]


def test_silence_lets_the_text_pass() -> None:
    game = Game(SIX, 3)
    game.start()
    spain = game.codes.index("ESP")
    free = Game(SIX, 3)
    free.start()
    free.close()
    assert not free.rounds[0].passed[spain]  # the model breaks silence on the opening text
    game.close(["ESP"])
    assert game.rounds[0].passed[spain]


def test_one_seat_that_breaks_silence_stops_everybody() -> None:
    game = Game(SIX, 3)
    game.start()
    while game.phase != "ended":
        if game.phase == "answering":
            game.answer("EST", silence="breaks")
            game.close(game.codes)
            assert game.model.on_board == len(game.codes) - 1
        else:
            game.table()
    assert not game.model.adopted


def test_everybody_silent_adopts_the_opening_text() -> None:
    game = Game(SIX, 3)
    game.start()
    opening = list(game.model.choice)
    game.close(game.codes)
    assert game.model.adopted
    assert game.phase == "ended"
    assert game.model.choice == opening


@given(played(), st.data())
@settings(max_examples=20, deadline=None)
def test_what_is_asked_between_two_texts_counts_as_said_with_the_answer(
    game: Game, data: st.DataObject
) -> None:
    if game.phase != "drafting":
        return
    codes = [c for c in game.codes if c not in game.scenario.loaded.resolved.demanders]
    seat = data.draw(st.sampled_from(codes))
    last, draft = game.rounds[-1], Draft(game.model_draft.choice)  # type: ignore[union-attr]
    game.write_draft(draft)
    game.answer(seat, asks_letter=True)
    member = game.model.members[game.codes.index(seat)]
    assert member.asking
    assert game.rounds[-1].passed == last.passed
    assert game.rounds[-1].named == last.named
    assert game.said[seat].asks_letter
    with pytest.raises(Refused):
        game.answer(seat, silence="breaks")


def test_the_chair_writes_what_is_tabled() -> None:
    game = Game(SIX, 3)
    game.start()
    game.close()
    choice = game.places({"core_pct_gdp": 3.5, "wording": "aim_to"})
    game.table(Draft(choice, ("ESP",)))
    assert tuple(game.model.choice) == choice
    assert game.letters == ("ESP",)
    assert game.letters_left == 0
    game.close()
    with pytest.raises(Refused, match="left"):
        game.table(Draft(choice, ("ITA",)))


def test_a_camp_holds_a_side_letter_together_or_not_at_all() -> None:
    scenario = EMISSIONS.set("side_letters.most", 2)
    game = Game(scenario, 3)
    members = game.model.members
    camps = {s.leader: [o.code for o in members if o.leader == s.leader] for s in members}
    large = next((camp for camp in camps.values() if len(camp) > 2), None)
    fitting = next((camp for camp in camps.values() if len(camp) <= 2), None)
    game.start()
    game.answer(members[0].code, silence="breaks")
    game.close([members[0].code])
    choice = tuple(game.model.choice)
    if large:
        with pytest.raises(Refused, match="left"):
            game.table(Draft(choice, (large[0],)))
    if fitting:
        game.table(Draft(choice, (fitting[0],)))
        assert set(game.on_table.letters) == set(fitting) == set(game.letters)


def test_the_summit_may_end_early_on_its_last_day() -> None:
    """Where nobody can be learned of any more no text is tabled, unless people may yet turn."""
    stubborn = SIX.set("moves", [{"seat": "ESP", "silence": "breaks"}])
    early = []
    for seed in range(40):
        game = Game(stubborn, seed)
        game.start()
        while game.phase != "ended":
            if game.phase == "answering":
                game.close(["ESP"] if seed % 2 else [])
            else:
                game.table()
        assert len(game.rounds) > sum(game.model.problem.meeting == 0)
        if seed % 2 and not game.model.adopted:
            assert len(game.rounds) == game.n_rounds
        elif not seed % 2:
            assert not game.model.adopted
            early.append(len(game.rounds) < game.n_rounds)
        game.undo()
        assert game.phase == "answering"
    assert any(early)


@pytest.mark.parametrize(
    ("seat", "parts", "words"),
    [
        ("ESP", {"silence": "breaks", "term": "tariffs", "direction": 1}, "no such term"),
        ("ESP", {"silence": "breaks", "term": "wording", "direction": 0}, "direction"),
        ("ESP", {"proposes": {"core_pct_gdp": 3.1}}, "takes one of"),
        ("ESP", {"proposes": {"core_pct_gdp": True}}, "takes one of"),
        ("ESP", {"proposes": {"core_pct_gdp": None}}, "takes one of"),
        ("USA", {"asks_letter": True}, "demand"),
    ],
)
def test_what_no_seat_can_say_is_refused(seat: str, parts: dict[str, Any], words: str) -> None:
    game = Game(SIX, 1)
    game.start()
    with pytest.raises(Refused, match=words):
        game.answer(seat, **parts)
    assert game.said == {}


@given(played())
@settings(max_examples=25, deadline=None)
def test_the_record_is_a_scenario_whose_first_run_is_the_game(
    tmp_path_factory: pytest.TempPathFactory, game: Game
) -> None:
    play_on(game)
    name = "classroom_six" if game.scenario is SIX else "emission_standards"
    path = tmp_path_factory.mktemp("record") / "game.yaml"
    path.write_text(record(game, name))
    again = sim.load(path).model()
    again.run_model()
    assert again.choice == game.model.choice
    assert (again.round, again.adopted) == (game.model.round, game.model.adopted)
    assert [s.side_letter for s in again.members] == [s.side_letter for s in game.model.members]
    assert [s.objections for s in again.members] == [s.objections for s in game.model.members]


def test_the_record_knows_events_that_the_teacher_added(tmp_path: Any) -> None:
    game = Game(SIX, 1)
    game.start()
    game.add_event({"name": "=SUM(A1): {x} # 'quoted'", "leverage": 0.3})
    play_on(game)
    path = tmp_path / "game.yaml"
    path.write_text(record(game, "classroom_six"))
    loaded = sim.load(path)
    assert loaded.hash != SIX.hash
    assert "=SUM(A1): {x} # 'quoted'" in [e.name for e in loaded.loaded.file.events]


def test_games_that_are_over_leave_nothing_behind() -> None:
    def models() -> int:
        gc.collect()
        return sum(issubclass(type(o), SummitModel) for o in gc.get_objects())

    before = models()
    game = play_on(Game(SIX, 1))
    for _ in range(5):
        game.undo()
    del game
    assert models() == before


@given(played())
@settings(max_examples=20, deadline=None)
def test_played_again_it_passes_through_the_same_places(game: Game) -> None:
    """What the debrief looks at, in one go, is what steps back lead to one after the other."""
    forward = [facts(again) for again in game.again()]
    back = [facts(game)]
    copy = game.copy()
    while copy.can_undo:
        copy.undo()
        back.append(facts(copy))
    assert forward == back[-2::-1]  # the lobby is no step


def test_a_step_back_gives_a_silent_seat_its_silence_back() -> None:
    game = Game(SIX, 3)
    game.start()
    game.answer("POL", silence="breaks")
    game.answer("ITA", asks_letter=True)
    before = dict(game.said)
    game.close(["POL", "ESP", "ITA"])
    assert game.said["ESP"].silence == "passes"
    assert game.rounds[0].silent == {"ESP", "ITA"}
    game.undo()
    assert game.said == before


def test_a_step_back_gives_the_chair_its_draft_back() -> None:
    game = Game(SIX, 3)
    game.start()
    game.answer("POL", silence="breaks")
    game.close(["POL"])
    own = Draft(game.places({"core_pct_gdp": 3.0}))
    assert own != game.model_draft
    game.table(own)
    game.undo()
    assert game.draft == own


def test_who_only_asked_and_is_gone_is_played_by_the_model() -> None:
    """Its letter is asked for all the same."""
    for seed in range(6):
        game, alone = Game(SIX, seed), Game(SIX, seed)
        for g in (game, alone):
            g.start()
        game.answer("ITA", asks_letter=True)
        game.close([])
        alone.close([])
        assert game.rounds[0].passed == alone.rounds[0].passed
        assert game.rounds[0].named == alone.rounds[0].named
        assert game.model.members[game.codes.index("ITA")].asking
        assert not alone.model.members[game.codes.index("ITA")].asking


def test_what_changes_nothing_is_no_step() -> None:
    game = Game(SIX, 3)
    game.start()
    game.answer("ESP", silence="breaks")
    game.close(["ESP"])
    state = game.state
    game.answer("ESP", proposes={})
    game.answer("ESP", asks_letter=False)
    assert game.state == state


@given(played(), st.data())
@settings(max_examples=30, deadline=None)
def test_a_game_played_again_searches_for_no_text_and_is_the_same(
    game: Game, data: st.DataObject
) -> None:
    """Texts that the model wrote are taken from the record; what follows is what followed."""
    again = game.copy()
    assert facts(again) == facts(game)
    for g in (again, game):
        if g.phase == "answering":
            g.close()
        if g.phase == "drafting":
            g.table()
    assert facts(again) == facts(game)
