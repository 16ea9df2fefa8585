"""The story of one run: it is the run, its reasons add up, its offers are the smallest that buy."""

from __future__ import annotations

import itertools

import pytest

from sim.analysis.story import Round, Stance, Story, tell
from sim.analysis.words import day
from sim.engine.mesa.model import SummitModel
from sim.engine.problem import Setup
from sim.errors import SummitryError

from .scenarios import ALL, BURDEN, SPATIAL, changed, setup

RUNS = [(name, replication) for name in ALL for replication in (0, 1)]


def told(name: str, replication: int) -> tuple[Setup, Story]:
    s = setup(ALL[name])
    return s, tell(s, 3, replication, pivotal=False)


def opened_with(scenario: dict, story: Story, choice: tuple[int, ...]) -> dict:
    """The scenario with another first text."""
    openings = {
        f"terms__{t.name}__opening": "none" if t.show(p) is None else t.show(p)
        for t, p in zip(story.terms, choice, strict=True)
        if t.written
    }
    return changed(scenario, **openings)


@pytest.mark.parametrize(("name", "replication"), RUNS)
def test_story_is_the_run(name: str, replication: int) -> None:
    s, story = told(name, replication)
    model = SummitModel(s, seed=3, replication=replication, collect=False)
    for r in story.rounds:
        model.step()
        assert (r.choice, r.leverage) == (tuple(model.choice), model.leverage)
        assert [x.passed for x in r.stances] == [m.passed for m in model.members]
        assert [x.pain for x in r.stances] == [m.pain for m in model.members]
        assert [x.tolerance for x in r.stances] == [m.tolerance for m in model.members]
        assert (r.letter and r.letter.code) == (model.letter_to and model.letter_to.code)
        for x, m in zip(r.stances, model.members, strict=True):
            if x.objection is not None:
                named = 0 if x.objection.term is None else x.objection.term + 1
                assert named * x.objection.direction == m.named
    assert not model.running
    assert story.outcome.adopted == model.adopted
    model.release()


@pytest.mark.parametrize(("name", "replication"), RUNS)
def test_reasons_add_up_and_decide(name: str, replication: int) -> None:
    _, story = told(name, replication)
    for r in story.rounds:
        for x in r.stances:
            assert sum(x.parts.values()) == pytest.approx(x.pain, abs=1e-9)
            assert sum(x.channels.values()) == pytest.approx(x.tolerance, abs=1e-9)
            assert x.passed == (x.pain <= x.tolerance + x.noise)


def test_pain_parts_of_a_hand_computed_member() -> None:
    # Need 1.5 + 3.0 * 0.2 = 2.1; affordable 1.4 + 0.4 + 2.0 * 0.3 = 2.4; so the ideal is 2.1.
    # over = 0.25 * (1.2 - 0.3) * 1.4^2; the pace is (3.5 - 1.4) / 5 = 0.42 a year against a
    # comfortable 0.04 + 0.2 * 0.3 = 0.10; the increment 0.2 exceeds that by 0.10; wording is 0.6.
    # A text of strength 0.6 delivers 1.4 + 0.6 * 2.1 = 2.66, so nothing is short of the need.
    scenario = changed(
        ALL["one round"],
        groups=None,
        terms__wording__opening="aim_to",
        coefficients__burden={
            "need_base": 1.5, "need_slope": 3.0, "afford_base": 0.4, "afford_slope": 2.0,
            "over": 0.25, "room_offset": 1.2, "comfortable_pace": 0.04, "pace_slope": 0.2,
            "pace": 3.0, "increment": 2.0, "schedule": 0.5, "broader": 0.1,
        },
    )  # fmt: skip
    esp = tell(setup(scenario), pivotal=False).rounds[0].stance("ESP")
    full = {"over": 0.441, "pace": 0.96, "increment": 0.29, "broader": 0.045}
    expected = {**full, "wording": -0.4 * sum(full.values())}
    for part, x in esp.parts.items():
        assert x == pytest.approx(expected.get(part, 0.0), abs=1e-12), part
    assert esp.wants.ideal_core_pct_gdp == pytest.approx(2.1)
    assert esp.wants.comfortable_pace_pp == pytest.approx(0.10)


def test_member_without_forces_has_no_core_of_its_own() -> None:
    isl = told("burden", 0)[1].rounds[0].stance("ISL")
    assert isl.wants.ideal_core_pct_gdp is None
    assert isl.parts["over"] == isl.parts["pace"] == isl.parts["increment"] == 0.0


@pytest.mark.parametrize("base", ["one round", "spatial", "majority", "floor"])
def test_offer_would_have_been_let_pass(base: str) -> None:
    """The first round again, opened with the text offered: the very members said answer so."""
    scenario = ALL[base]
    s = setup(scenario)
    checked = 0
    for replication in range(6):
        story = tell(s, 3, replication, pivotal=False)
        first = story.rounds[0]
        passed = {x.code for x in first.stances if x.passed}
        for x in first.objectors:
            assert x.objection is not None
            if x.objection.offer is None:
                continue
            choice = list(first.choice)
            for c in x.objection.offer.changes:
                assert choice[c.term] == c.before
                choice[c.term] = c.after
            again = setup(opened_with(scenario, story, tuple(choice)))
            model = SummitModel(again, seed=3, replication=replication, collect=False)
            model.step()
            now = {m.code for m in model.members if m.passed}
            model.release()
            assert x.code in now
            assert set(x.objection.offer.wins) == now - passed
            assert set(x.objection.offer.loses) == passed - now
            checked += 1
    assert checked > 3


def _buying(model: SummitModel, x: Stance, terms: int) -> dict[tuple[int, ...], int]:
    """All texts that differ in so many terms and buy a member, with their steps; by brute force."""
    place = model.setup.codes.index(x.code)
    found = {}
    for moved in itertools.combinations(range(len(model.choice)), terms):
        for places in itertools.product(*(range(model.sizes[t]) for t in moved)):
            choice = list(model.choice)
            for t, p in zip(moved, places, strict=True):
                choice[t] = p
            text = [model.grid[t][p] for t, p in enumerate(choice)]
            if model.members[place].feel(text) <= x.tolerance + x.noise:
                steps = sum(abs(p - q) for p, q in zip(choice, model.choice, strict=True))
                found[tuple(choice)] = steps
    return found


def _lost(model: SummitModel, r: Round, choice: tuple[int, ...]) -> int:
    """How many members a text loses."""
    text = [model.grid[t][p] for t, p in enumerate(choice)]
    pairs = zip(r.stances, model.members, strict=True)
    return sum(x.passed and m.feel(text) > x.tolerance + x.noise for x, m in pairs)


NARROW = changed(
    BURDEN,
    terms__deadline_year={"range": [2029, 2031], "step": 1, "opening": 2030},
    terms__core_pct_gdp={"range": [2.75, 3.25], "step": 0.25, "opening": 3.0},
    terms__annual_increment_pp__opening=0.0,
)


@pytest.mark.parametrize("scenario", [BURDEN, NARROW, SPATIAL, ALL["reference counts"]])
def test_offer_is_the_smallest_and_among_those_the_cheapest(scenario: dict) -> None:
    s = setup(scenario)
    story = tell(s, 3, 0, pivotal=False)
    model = SummitModel(s, seed=3, replication=0, collect=False)
    for r in story.rounds[:8]:
        model.step()
        for x in r.objectors:
            assert x.objection is not None
            offer = x.objection.offer
            buying = _buying(model, x, 1) or _buying(model, x, 2)
            if not buying:
                assert offer is None
                continue
            assert offer is not None
            least = min(buying.values())
            assert offer.steps == least
            cheapest = min(_lost(model, r, c) for c, steps in buying.items() if steps == least)
            assert len(offer.loses) == cheapest
    model.release()


def test_leverage_that_would_have_bought_is_just_enough() -> None:
    """One round on the day of the summit, where the leverage in force is the one written."""
    checked = 0
    for core in (2.25, 2.5, 2.75, 3.0):
        scenario = changed(
            ALL["one round"],
            terms__core_pct_gdp__opening=core,
            terms__deadline_year__opening=2034,
            terms__annual_increment_pp__opening=0.0,
        )
        for x in tell(setup(scenario), 3, pivotal=False).rounds[0].objectors:
            assert x.objection is not None
            needed = x.objection.leverage
            if needed is None or needed > 1.99:
                continue
            for leverage, passes in ((needed + 1e-6, True), (needed - 1e-6, False)):
                other = changed(scenario, us__leverage=leverage)
                again = tell(setup(other), 3, pivotal=False).rounds[0]
                assert again.stance(x.code).passed == passes
            checked += 1
    assert checked


def test_no_leverage_without_a_demander() -> None:
    _, story = told("no demander", 0)
    objections = [x.objection for r in story.rounds for x in r.objectors]
    assert objections
    assert all(o is not None and o.leverage is None for o in objections)


def test_letter_said_to_be_enough_takes_the_share_of_pain_that_it_takes() -> None:
    scenario = changed(BURDEN, coefficients__letter={"relief": 0.7})
    story = tell(setup(scenario), 3, pivotal=False)
    said = set()
    for r in story.rounds:
        for x in r.objectors:
            if x.side_letter or x.code == "USA":
                continue
            assert x.objection is not None
            said.add(x.objection.letter_enough)
            assert x.objection.letter_enough == (0.3 * x.pain <= x.tolerance + x.noise)
    assert said == {True, False}
    assert not any(
        x.objection and x.objection.letter_enough for r in story.rounds for x in r.stances
        if x.code == "USA"
    )  # fmt: skip


def test_events_strike_and_wear_off_in_their_rounds() -> None:
    _, story = told("burden", 0)
    scare = [(r.date, e.over) for r in story.rounds for e in r.shocks if e.name == "A scare"]
    # The first rounds on or after 1 February and two weeks later.
    assert [(f"{d:%m-%d}", over) for d, over in scare] == [("02-03", False), ("02-17", True)]
    row = [r for r in story.rounds for e in r.shocks if e.name == "A row over trade"]
    assert len(row) <= 1


def test_redraft_that_goes_back_names_the_first_round_of_the_text() -> None:
    went_back = 0
    for replication in range(6):
        for r, earlier in _with_earlier(told("burden", replication)[1]):
            same = [e.number for e in earlier if e.choice == r.choice]
            unchanged = not earlier or earlier[-1].choice == r.choice
            assert r.tabled_before == (same[0] if same and not unchanged else None)
            went_back += r.tabled_before is not None
    assert went_back


def _with_earlier(story: Story) -> list[tuple[Round, tuple[Round, ...]]]:
    return [(r, story.rounds[:j]) for j, r in enumerate(story.rounds)]


@pytest.mark.parametrize("name", ALL)
def test_text_is_narrow_and_has_every_date(name: str) -> None:
    s = setup(ALL[name])
    story = tell(s, 3, 0, pivotal=True)
    for text in (story.text(), *(story.text(code) for code in s.codes)):
        assert max(len(line) for line in text.splitlines()) <= 100
        assert ALL[name]["title"] in text
    summit = story.text()
    for r in story.rounds:
        assert day(r.date) in summit
        section = summit.split(f"Round {r.number + 1}, ")[1].split("\nRound ")[0]
        assert all(x.code in section for x in r.objectors)
    assert ("No deal" in summit) == (not story.outcome.adopted)


def test_member_story_says_what_it_wants_and_why_it_ended() -> None:
    text = tell(setup(BURDEN), 3, 0).text("ESP")
    for phrase in ("What Spain (ESP) wants", "comfortable", "pace", "company", "Why it ended so"):
        assert phrase in text


def test_unknown_member_is_a_plain_error() -> None:
    with pytest.raises(SummitryError, match=r"no member 'ZZZ'; members are .*ESP"):
        told("burden", 0)[1].text("ZZZ")


def test_same_run_same_story() -> None:
    s = setup(SPATIAL)
    assert tell(s, 5, 7) == tell(s, 5, 7)
    assert tell(s, 5, 7, pivotal=False).rounds != tell(s, 5, 8, pivotal=False).rounds


@pytest.mark.parametrize("name", list(ALL))
def test_the_short_form_tells_every_round_and_how_it_ended(name: str) -> None:
    _, story = told(name, 0)
    short, whole = story.text(short=True), story.text()
    for r in story.rounds:
        said = f"{r.number + 1}. {day(r.date)}, {len(r.stances) - len(r.objectors)} of "
        assert sum(said in line for line in short.splitlines()) == 1
    ended = whole.split("\n\n")[1]
    assert short.split("\n\n")[1] == ended
    assert len(short.splitlines()) <= 8 + 4 * len(story.rounds)
    assert max(map(len, short.splitlines())) <= 100


def test_one_member_has_no_short_form() -> None:
    _, story = told("burden", 0)
    with pytest.raises(SummitryError, match="whole summit"):
        story.text(story.scenario.members[0].code, short=True)
