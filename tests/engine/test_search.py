"""The mediator's search finds what looking at all texts finds, and no score is lost."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.batch.memory import play_runs
from sim.engine.mesa.model import SummitModel
from sim.engine.problem import set_up
from sim.rules import lattice, scores
from sim.scenario.load import load
from tests.strategies import scenarios

pytestmark = pytest.mark.xdist_group("batch_engine")

SEARCHING = st.sampled_from(["compromise", "nash", "kalai_smorodinsky"])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def by_public_values(scenario: dict[str, Any], kind: str, seed: int) -> SummitModel:
    """A run not yet begun whose mediator knows public values, as in the search for a first aim."""
    mediator = {**scenario["mediator"], "kind": kind, "knowledge": "public"}
    setup = set_up(load({**scenario, "mediator": mediator}).resolved)
    return SummitModel(setup, seed=seed, collect=False)


def can_be_tabled(m: SummitModel, text: Sequence[int]) -> bool:
    """Whether a text keeps what binds the terms together."""
    p = m.problem
    return bool(lattice.feasible(text, p.opening, p.equalities, p.limits, p.limit_most))


@FEW
@given(scenarios(), SEARCHING, st.integers(0, 1000))
def test_no_change_of_two_terms_is_better_than_the_first_aim(
    scenario: dict[str, Any], kind: str, seed: int
) -> None:
    m = by_public_values(scenario, kind, seed)
    mediator, places = m.mediator, [range(size) for size in m.sizes]
    top = mediator.score(mediator.aim, 0)
    for pair in itertools.combinations_with_replacement(range(len(places)), 2):
        for a, b in itertools.product(places[pair[0]], places[pair[1]]):
            text = list(mediator.aim)
            text[pair[0]], text[pair[1]] = a, b
            if can_be_tabled(m, text):
                assert not scores.beats(*mediator.score(text, 0), *top)


@FEW
@given(scenarios(), SEARCHING, st.integers(0, 1000))
def test_with_two_free_terms_the_first_aim_is_the_best_of_all_texts(
    scenario: dict[str, Any], kind: str, seed: int
) -> None:
    m = by_public_values(scenario, kind, seed)
    assume(sum(size > 1 for size in m.sizes) <= 2)
    every = itertools.product(*(range(size) for size in m.sizes))
    top = m.mediator.score(m.mediator.aim, 0)
    for text in every:
        if can_be_tabled(m, text):
            assert not scores.beats(*m.mediator.score(list(text), 0), *top)


@FEW
@given(scenarios(), SEARCHING, st.integers(0, 1000))
def test_a_score_that_is_given_up_on_the_way_would_not_have_been_better(
    scenario: dict[str, Any], kind: str, seed: int
) -> None:
    m = by_public_values(scenario, kind, seed)
    top = m.mediator.score(m.mediator.aim, 0)
    for choice in m.mediator.candidates():
        whole, given_up = m.mediator.score(choice, 0), m.mediator.score(choice, 0, top)
        better = scores.beats(*whole, *top)
        assert scores.beats(*given_up, *top) == better
        assert not better or given_up == whole


def test_scores_of_a_thousand_members_are_not_lost() -> None:
    # A thousand camps: the product of their odds is far below the smallest number there is.
    crowd = {
        "title": "A thousand",
        "preferences": "spatial",
        "terms": {"height": {"range": [0, 20], "step": 1, "opening": 0}},
        "parties": {f"M{j:03}": {"ideal": {"height": 20.0 * (j / 1000) ** 2}} for j in range(1000)},
        "mediator": {"kind": "compromise", "knowledge": "public"},
        "side_letters": {"most": 0},
        "calendar": {"start": "2025-01-01", "summit": "2025-01-15"},
        "coefficients": {"spatial": {"base": 0.0, "luck": 0.4}},
    }
    setup = set_up(load(crowd).resolved)
    m = SummitModel(setup, collect=False)

    def logarithm(place: int) -> float:
        parts = [m.mediator.part(view, [place]) for view in m.mediator.views]
        return math.fsum(map(math.log, [m.tabler.value([place]), *parts]))

    known = [logarithm(place) for place in range(21)]
    best = known.index(max(known))
    assert known[best] < math.log(5e-324)  # the smallest number
    block = play_runs(setup, 20, seed=3, trace=True, workers=1)
    # What is refused on the first day teaches nothing, so the second text is the first aim.
    assert set(block.trace_choice[:, 1, 0].tolist()) == {best}
    assert 0 < best < 20
