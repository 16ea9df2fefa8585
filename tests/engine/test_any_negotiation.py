"""Negotiations of any kind: what binds terms, several demanders, payments, meetings."""

from typing import Any

import numpy as np
import pytest

from sim.engine.block import Block
from sim.engine.play import play_block
from sim.engine.problem import Setup, set_up
from sim.scenario.load import load
from tests.rules.summits import changed

# One group, so that tests that run in parallel compile the engine once.
pytestmark = pytest.mark.xdist_group("batch_engine")

FUND: dict[str, Any] = {
    "title": "A fund",
    "preferences": "spatial",
    "terms": {
        "grants": {"range": [0, 500], "step": 50, "in_force": 0, "opening": 500},
        "loans": {"range": [250, 750], "step": 50, "opening": 250},
        "budget": {"range": [1000, 1100], "step": 10, "opening": 1100},
    },
    "constraints": ["grants + loans == 750"],
    "parties": {
        "frugal": {"members": ["NLD", "AUT"], "power": 30, "domestic_constraint": 0.8,
                   "ideal": {"grants": 0, "budget": 1000}},
        "south": {"members": ["ITA", "ESP"], "power": 60, "ideal": {"grants": 500, "budget": 1100}},
        "rest": {"power": 90, "ideal": {"grants": "unknown"}},
    },
    "calendar": {"start": "2020-05-27", "summit": "2020-07-17", "days_per_round": 10},
}  # fmt: skip
RUNS = 300


def setup(scenario: dict[str, Any], **parts: Any) -> Setup:
    return set_up(load(changed(scenario, **parts)).resolved)


def play(it: Setup, **options: Any) -> Block:
    return play_block(it, 1, 0, RUNS, **options)


def values(it: Setup, choice: np.ndarray, term: int) -> np.ndarray:
    return np.asarray(it.problem.grid[term][choice[..., term]])


def test_an_equality_is_kept_in_every_text_of_every_run() -> None:
    it = setup(FUND)
    block = play(it, trace=True)
    tabled = block.trace_choice[block.trace_choice[:, :, 0] >= 0]
    assert set(values(it, tabled, 0) + values(it, tabled, 1)) == {750.0}
    assert len(set(values(it, tabled, 0))) > 2  # and texts do move


@pytest.mark.parametrize("kind", ["none", "weighted_mean", "weighted_median", "nash", "hardliner"])
def test_every_mediator_keeps_what_binds_the_terms(kind: str) -> None:
    it = setup(FUND, mediator={"kind": kind}, constraints=["grants + loans == 750",
                                                           "budget - grants >= 560"])  # fmt: skip
    block = play(it, trace=True)
    tabled = block.trace_choice[block.trace_choice[:, :, 0] >= 0]
    assert set(values(it, tabled, 0) + values(it, tabled, 1)) == {750.0}
    assert (values(it, tabled, 2) - values(it, tabled, 0) >= 560).all()


def test_members_of_a_party_say_the_same_and_hold_letters_together() -> None:
    block = play(setup(FUND, side_letters={"most": 4}, coefficients={"spatial": {"base": 0.1}}))
    for pair in ((0, 1), (2, 3)):
        for array in (block.passed, block.side_letter, block.objections, block.net_loss):
            assert (array[:, pair[0]] == array[:, pair[1]]).all()
    assert block.side_letter.any()


def test_only_who_has_asked_can_get_a_letter() -> None:
    hard = {"spatial": {"base": 0.1}}
    block = play(setup(FUND, side_letters={"most": 4, "only": ["rest"]}, coefficients=hard))
    assert not block.side_letter[:, :4].any()


def test_side_payments_come_out_of_their_term_and_keep_to_the_most() -> None:
    pays = {"term": "budget", "step": 5, "most": 20}
    hard = {"spatial": {"base": 0.15}}
    without = play(setup(FUND, side_letters={"most": 0}, coefficients=hard))
    it = setup(FUND, side_letters={"most": 0}, side_payments=pays, coefficients=hard)
    block = play(it, trace=True)
    assert block.paid.any()
    assert block.paid.sum(axis=1).max() <= 4
    # Payments are promised at the meeting and never taken back.
    assert not block.trace_paid[:, it.problem.meeting == 0].any()
    steps = np.diff(block.trace_paid.sum(axis=2), axis=1)
    going_on = block.trace_choice[:, 1:, 0] >= 0
    assert (steps[going_on] >= 0).all()
    assert (block.adopted_round >= 0).mean() > (without.adopted_round >= 0).mean()


def test_a_price_on_payments_makes_them_rarer() -> None:
    hard = {"spatial": {"base": 0.15}}
    paid = []
    for price in (0.0, 0.3):
        pays = {"term": "budget", "step": 5, "most": 20, "price": price}
        it = setup(FUND, side_letters={"most": 0}, side_payments=pays, coefficients=hard)
        paid.append(play(it).paid.sum())
    assert paid[1] < paid[0]


CLIMATE: dict[str, Any] = {
    "title": "A climate sum",
    "preferences": "spatial",
    "terms": {"sum": {"range": [100, 700], "step": 50, "in_force": 100, "opening": 600}},
    "parties": {
        "g77": {"power": 40, "ideal": {"sum": 500}},
        "india": {"power": 10, "ideal": {"sum": 700}},
        "eu": {"power": 25, "ideal": {"sum": 200}},
        "usa": {"power": 25, "ideal": {"sum": 200}},
    },
    "demander": {"party": ["g77", "india"]},
    "calendar": {"start": "2024-11-11", "summit": "2024-11-24", "days_per_round": 2},
}


def test_each_of_two_demanders_can_stop_a_text() -> None:
    it = setup(CLIMATE)
    block = play(it)
    adopted = block.adopted_round >= 0
    assert adopted.any()
    assert block.passed[adopted][:, :2].all()
    # With a vote the others could be outvoted, but not those whose text it is.
    voted = play(setup(CLIMATE, procedure={"rule": "qualified_majority", "quota": 0.01}))
    assert voted.passed[voted.adopted_round >= 0][:, :2].all()


def test_demanders_weigh_by_their_power() -> None:
    means = []
    for power in (1, 400):
        it = setup(CLIMATE, parties={"india": {"power": power, "ideal": {"sum": 700}}})
        assert it.problem.demander_share.sum() == pytest.approx(1.0)
        block = play(it)
        means.append(values(it, block.choice[block.adopted_round >= 0], 0).mean())
    assert means[0] <= means[1]


def test_one_demander_in_a_list_is_one_demander() -> None:
    listed = play(setup(CLIMATE, demander={"party": ["g77"]}))
    named = play(setup(CLIMATE, demander={"party": "g77"}))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(listed, named, strict=True))


def test_far_from_harm_a_meeting_fails_more_often_and_another_may_follow() -> None:
    hard = changed(FUND, coefficients={"spatial": {"base": 0.1}}, side_letters={"most": 0})
    close, far = (play(setup(hard, calendar={"meeting_at": at})) for at in (1.0, 0.5))
    deals = [(b.adopted_round >= 0).mean() for b in (close, far)]
    assert deals[1] < deals[0]
    it = setup(hard, calendar={"next_meeting": "2020-09-24"})
    both = play(it)
    first = it.problem.meeting == 1
    at_first = np.isin(both.adopted_round, np.flatnonzero(first)).mean()
    assert at_first < deals[0]  # who knows of another meeting holds out
    assert (both.adopted_round > np.flatnonzero(first)[-1]).any()


def test_unanimity_is_consensus_by_another_name() -> None:
    blocks = [play(setup(FUND, procedure={"rule": rule})) for rule in ("consensus", "unanimity")]
    assert all(a.tobytes() == b.tobytes() for a, b in zip(*blocks, strict=True))
