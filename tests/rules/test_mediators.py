"""Mediators: a contract for all, and what each of them looks for."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.mesa.model import SummitModel
from sim.rules import mediators
from sim.rules.mediators import compromise, kalai_smorodinsky, nash, weighted_mean, weighted_median
from sim.rules.mediators.floor import amend
from tests.rules.summits import BURDEN, SPATIAL, model, setup
from tests.strategies import numbers, scenarios

SEARCHING = ("compromise", "nash", "kalai_smorodinsky")
WRITING = ("weighted_mean", "weighted_median")
KINDS = pytest.mark.parametrize("kind", mediators.NAMES)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drafts(m: SummitModel) -> list[tuple[int, ...]]:
    """The text of every round, adopted or not."""
    texts = []
    for _ in range(m.problem.n_rounds):
        m.step()
        texts.append(tuple(m.choice))
    return texts


# --- the contract ---------------------------------------------------------------------------


@KINDS
@FEW
@given(scenarios(), st.integers(0, 1000))
def test_every_draft_is_on_the_grid_and_the_same_again(
    kind: str, scenario: dict[str, Any], seed: int
) -> None:
    scenario["mediator"]["kind"] = kind
    it = setup(scenario)
    m = SummitModel(it, seed=seed, collect=False)
    texts = drafts(m)
    assert texts[0] == tuple(it.problem.opening)
    for text in texts:
        assert all(0 <= place < size for place, size in zip(text, m.sizes, strict=True))
        assert all(type(place) is int for place in text)
    assert texts == drafts(SummitModel(it, seed=seed, collect=False))


@KINDS
@FEW
@given(scenarios(), st.integers(0, 1000))
def test_letters_go_to_members_that_objected_and_within_the_limits(
    kind: str, scenario: dict[str, Any], seed: int
) -> None:
    scenario["mediator"]["kind"] = kind
    m = model(scenario, seed=seed)
    for _ in range(m.problem.n_rounds):
        objectors = [s for s in m.members if not s.passed]
        holders = {s.code for s in m.members if s.side_letter}
        m.step()
        new = [s for s in m.members if s.side_letter and s.code not in holders]
        assert len(new) <= (1 if m.round else 0)
        assert new == ([m.letter_to] if m.letter_to else [])
        assert all(s in objectors and s.place != m.problem.demander for s in new)
    letters = sum(s.side_letter for s in m.members)
    assert letters == m.letters <= m.problem.max_letters
    assert letters == 0 or kind in SEARCHING + WRITING


@FEW
@given(scenarios(), st.integers(0, 1000))
def test_the_hardliner_never_changes_the_text(scenario: dict[str, Any], seed: int) -> None:
    scenario["mediator"]["kind"] = "hardliner"
    assert len(set(drafts(model(scenario, seed=seed)))) == 1


@FEW
@given(scenarios(), st.integers(0, 1000))
def test_without_a_mediator_the_text_moves_one_step_that_objectors_asked_for(
    scenario: dict[str, Any], seed: int
) -> None:
    scenario["mediator"]["kind"] = "none"
    m = model(scenario, seed=seed)
    m.step()
    for _ in range(m.problem.n_rounds - 1):
        before, asked = list(m.choice), [s.named for s in m.members]
        m.step()
        moved = [b - a for a, b in zip(before, m.choice, strict=True)]
        steps = [(term, step) for term, step in enumerate(moved) if step]
        assert len(steps) <= 1
        for term, step in steps:
            assert step in (-1, 1)
            same, other = asked.count(step * (term + 1)), asked.count(-step * (term + 1))
            assert same >= max(1, other)


@pytest.mark.parametrize("kind", SEARCHING + WRITING)
def test_straw_polls_without_error_are_full_knowledge(kind: str) -> None:
    def played(knowledge: str) -> list[tuple[int, ...]]:
        mediator = {"kind": kind, "knowledge": knowledge, "poll_error_sd": 0.0}
        return drafts(model(BURDEN, mediator=mediator, calendar={"summit": "2025-08-30"}))

    assert played("straw_polls") == played("full")


@pytest.mark.parametrize("kind", SEARCHING + WRITING)
def test_beliefs_that_are_true_and_never_corrected_are_full_knowledge(kind: str) -> None:
    # Nothing is uncertain in this scenario, so the public data are the truth.
    def played(knowledge: str) -> list[tuple[int, ...]]:
        mediator = {"kind": kind, "knowledge": knowledge, "learning_rate": 0.0}
        return drafts(model(BURDEN, mediator=mediator, calendar={"summit": "2025-08-30"}))

    assert played("objections") == played("full")


# --- searching mediators against brute force ------------------------------------------------


def gains() -> tuple[list[tuple[int, int]], np.ndarray]:
    """All texts of the spatial summit and the gain of each member: shape (texts, members)."""
    texts = list(itertools.product(range(11), range(9)))
    point = np.array([[h, w / 2] for h, w in texts], dtype=float)
    ideal = np.array([[2, 1], [9, 3], [6, 0]], dtype=float)
    salience = np.array([[1, 1], [0.5, 2], [2, 1]], dtype=float)
    gap = (point[:, None, :] - ideal[None]) / np.array([10.0, 4.0])
    return texts, 3.0 - 2.0 * (salience * gap**2).sum(axis=2)


def found(kind: str, opening: tuple[int, int] = (0, 8), **mediator: Any) -> tuple[int, ...]:
    """The second draft of a mediator that knows all and redrafts 20 times."""
    m = model(
        SPATIAL,
        terms={"height": {"opening": opening[0]}, "width": {"opening": opening[1] / 2}},
        mediator={"kind": kind, "moves_per_round": 20, **mediator},
    )
    m.step()
    m.step()
    return tuple(m.choice)


OPENINGS = [(0, 8), (10, 0), (0, 0), (5, 4), (10, 8)]


@pytest.mark.parametrize("opening", OPENINGS)
def test_nash_finds_the_largest_product_of_gains(opening: tuple[int, int]) -> None:
    texts, gain = gains()
    product = np.where((gain > 0.0).all(axis=1), gain.clip(0.0).prod(axis=1), 0.0)
    assert found("nash", opening) == texts[int(product.argmax())]


@pytest.mark.parametrize("opening", OPENINGS)
def test_kalai_smorodinsky_does_not_lose_by_redrafting(opening: tuple[int, int]) -> None:
    texts, gain = gains()
    # Each member's best text is its ideal point, where its gain is 3.
    share = dict(zip(texts, (gain / 3.0).min(axis=1), strict=True))
    result = found("kalai_smorodinsky", opening)
    assert share[result] >= share[opening]
    # No move on the grid helps the one who gains least.
    near = [
        (result[0] + a, result[1] + b)
        for a, b in itertools.product((-1, 0, 1), repeat=2)
        if 0 <= result[0] + a <= 10 and 0 <= result[1] + b <= 8
    ]
    assert share[result] == pytest.approx(max(share[text] for text in near))


def test_kalai_smorodinsky_finds_the_equal_shares_from_anywhere() -> None:
    texts, gain = gains()
    share = dict(zip(texts, (gain / 3.0).min(axis=1), strict=True))
    best = max(share.values())
    assert [share[found("kalai_smorodinsky", text)] for text in OPENINGS] == pytest.approx(
        [best] * len(OPENINGS)
    )


@pytest.mark.parametrize("scale", [0.25, 1.0])
@pytest.mark.parametrize("opening", OPENINGS)
def test_compromise_finds_the_text_most_likely_to_pass(
    opening: tuple[int, int], scale: float
) -> None:
    texts, gain = gains()
    chance = dict(zip(texts, -np.log1p(np.exp(-gain / scale)).sum(axis=1), strict=True))
    result = chance[found("compromise", opening, acceptance_scale=scale)]
    # The score is within 0.076 of the log probability for each of the three members.
    assert result >= max(chance.values()) - 2 * 3 * 0.076
    assert result >= chance[opening] - 2 * 3 * 0.076


@pytest.mark.parametrize("kind", SEARCHING)
def test_a_cold_mediator_never_takes_a_draft_that_it_likes_less(kind: str) -> None:
    m = model(BURDEN, mediator={"kind": kind, "temperature": 0.0, "knowledge": "full"})
    m.step()
    for _ in range(3):
        m.round += 1
        bests = m.mediator._best_margins()
        before = m.mediator.score([m.grid[t][j] for t, j in enumerate(m.choice)], bests)
        m.mediator.redraft(None)
        after = m.mediator.score([m.grid[t][j] for t, j in enumerate(m.choice)], bests)
        m.round -= 1
        assert after >= before


def test_annealing_makes_drafts_differ_between_runs() -> None:
    def texts(temperature: float) -> set[tuple[int, ...]]:
        mediator = {"temperature": temperature, "moves_per_round": 3, "knowledge": "full"}
        return {drafts(model(SPATIAL, seed, mediator=mediator))[1] for seed in range(10)}

    assert len(texts(0.0)) == 1
    assert len(texts(2.0)) > 1


# --- scores ---------------------------------------------------------------------------------


def log_logistic(z: float) -> float:
    return -math.log1p(math.exp(-z)) if z > 0 else z - math.log1p(math.exp(z))


def test_log_acceptance_is_near_the_log_of_the_logistic_function() -> None:
    z = np.linspace(-40.0, 40.0, 16_001).tolist()
    mine = [compromise.log_acceptance(x) for x in z]
    assert max(abs(a - log_logistic(x)) for a, x in zip(mine, z, strict=True)) <= 0.076
    assert compromise.log_acceptance(0.0) == pytest.approx(-math.log(2.0))
    step = 1e-5
    slope = (compromise.log_acceptance(step) - compromise.log_acceptance(-step)) / (2 * step)
    assert slope == pytest.approx(0.5, abs=1e-6)
    assert compromise.log_acceptance(30.0) == 0.0
    assert compromise.log_acceptance(-30.0) == pytest.approx(-30.0)


@given(numbers(-20.0, 20.0), numbers(-20.0, 20.0), numbers(-20.0, 20.0))
def test_log_acceptance_rises_ever_more_slowly(a: float, b: float, c: float) -> None:
    low, middle, high = sorted((a, b, c))
    f = [compromise.log_acceptance(z) for z in (low, middle, high)]
    assert f[0] <= f[1] <= f[2] <= 0.0
    # Concave: helping the worst off counts most.
    assert (f[1] - f[0]) * (high - middle) >= (f[2] - f[1]) * (middle - low) - 1e-9


MARGINS = st.lists(numbers(-2.0, 3.0), min_size=1, max_size=11)


@given(MARGINS)
def test_scores_put_the_members_together(margins: list[float]) -> None:
    def score(kind: int, weights: list[float]) -> float:
        terms = [
            mediators.term(kind, m, w, 2.0, 4.0) for m, w in zip(margins, weights, strict=True)
        ]
        return mediators.total(kind, terms)

    once, heavy = [1.0] * len(margins), [3.0] + [1.0] * (len(margins) - 1)
    chances = [compromise.log_acceptance(4.0 * m) for m in margins]
    assert score(mediators.COMPROMISE, once) == pytest.approx(math.fsum(chances), abs=1e-9)
    assert score(mediators.COMPROMISE, heavy) == pytest.approx(
        math.fsum([*chances, 2.0 * chances[0]]), abs=1e-9
    )
    logs = [math.log(m) if m >= 0.01 else math.log(0.01) + (m - 0.01) / 0.01 for m in margins]
    assert score(mediators.NASH, once) == pytest.approx(math.fsum(logs), abs=1e-9)
    assert score(mediators.KALAI_SMORODINSKY, once) == pytest.approx(min(margins) / 2.0)


def test_small_gains_are_counted_without_a_jump() -> None:
    edge = nash.SMALL_GAIN
    assert nash.term(edge * (1 - 1e-9)) == pytest.approx(nash.term(edge), abs=1e-8)
    assert nash.term(-5.0) < nash.term(-4.0) < nash.term(edge) < nash.term(2 * edge)
    # A member that cannot gain at all does not divide by zero.
    assert kalai_smorodinsky.term(-1.0, 0.0) == -1.0 / kalai_smorodinsky.SMALL_GAIN


# --- writing mediators ----------------------------------------------------------------------

# Bueno de Mesquita 1994, p. 78, as printed by Scholz, Calbert & Smith 2011, Table 1.
EMISSIONS = {
    "NLD": (0.08, 4, 80),
    "BEL": (0.08, 7, 40),
    "LUX": (0.03, 4, 20),
    "DEU": (0.16, 4, 80),
    "FRA": (0.16, 10, 60),
    "ITA": (0.16, 10, 60),
    "GBR": (0.16, 10, 90),
    "IRL": (0.05, 7, 10),
    "DNK": (0.05, 4, 100),
    "GRC": (0.08, 7, 70),
}


def test_car_emissions_mean_and_median_as_published() -> None:
    ideals = [float(position) for _, position, _ in EMISSIONS.values()]
    weights = [capability * salience for capability, _, salience in EMISSIONS.values()]
    assert weighted_mean.value(ideals, weights) == pytest.approx(7.38996, abs=5e-6)
    assert weighted_median.value(ideals, weights) == 7.0


@pytest.mark.parametrize(("kind", "delay"), [("weighted_mean", 7.39), ("weighted_median", 7.0)])
def test_a_mediator_writes_the_published_text_of_car_emissions(kind: str, delay: float) -> None:
    scenario = {
        "title": "Car emissions",
        "preferences": "spatial",
        "terms": {"delay_years": {"range": [4, 10], "step": 0.05, "opening": 4}},
        "members": {
            code: {
                "capability": capability,
                "ideal": {"delay_years": position},
                "salience": {"delay_years": salience / 100},
            }
            for code, (capability, position, salience) in EMISSIONS.items()
        },
        "mediator": {"kind": kind, "knowledge": "full"},
        "calendar": {"start": "1985-07-01", "summit": "1985-07-29"},
    }
    m = model(scenario)
    m.step()
    m.step()
    assert m.text[0] == pytest.approx(delay, abs=0.025)


@pytest.mark.parametrize(
    ("ideals", "weights", "mean"),
    [
        ([0, 100], [1, 1], 50),
        ([0, 100, 100], [1, 1, 1], 66.67),
        ([0, 100], [10, 60], 85.714),
        ([0, 100], [90, 50], 35.714),
    ],
)
def test_cases_of_the_compromise_model(
    ideals: list[float], weights: list[float], mean: float
) -> None:
    assert weighted_mean.value(ideals, weights) == pytest.approx(mean, abs=0.005)


@given(st.lists(st.tuples(numbers(-5.0, 5.0), numbers(0.0, 3.0)), min_size=1, max_size=9))
def test_mean_and_median_against_numpy(members: list[tuple[float, float]]) -> None:
    ideals, weights = [i for i, _ in members], [w for _, w in members]
    if sum(weights) == 0.0:
        for kind in (mediators.WEIGHTED_MEAN, mediators.WEIGHTED_MEDIAN):
            assert mediators.written_value(kind, ideals, weights, 1.25) == 1.25
        return
    mean = mediators.written_value(mediators.WEIGHTED_MEAN, ideals, weights, 9.0)
    assert mean == pytest.approx(np.average(ideals, weights=weights))
    median = mediators.written_value(mediators.WEIGHTED_MEDIAN, ideals, weights, 9.0)
    assert median in ideals
    rounding = 1e-9
    below = sum(w for i, w in members if i <= median)
    above = sum(w for i, w in members if i >= median)
    assert min(below, above) >= 0.5 * sum(weights) - rounding


def test_written_texts_by_hand() -> None:
    # Height: weights 1, 0.5, 2 on 2, 9, 6; mean 18.5 / 3.5 = 5.29, median 6.
    # Width: weights 1, 2, 1 on 1, 3, 0; mean 1.75, half-way, so the lower 1.5; median 1.
    for kind, text in (("weighted_mean", [5.0, 1.5]), ("weighted_median", [6.0, 1.0])):
        m = model(SPATIAL, mediator={"kind": kind})
        m.step()
        m.step()
        assert m.text == text


# --- the floor, and learning ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "choice", "after"),
    [
        ([0, 0, 0, 0], [1, 1], [1, 1]),
        ([2, 1, 0, 1], [1, 1], [0, 1]),
        ([2, 1, 0, 3], [1, 1], [1, 2]),
        ([1, 1, 0, 1], [1, 1], [0, 1]),
        ([0, 1, 1, 0], [1, 1], [2, 1]),
        ([3, 0, 0, 1], [0, 1], [0, 2]),
        ([0, 3, 0, 1], [2, 2], [2, 2]),
    ],
)
def test_the_floor_moves_the_term_that_most_named(
    asked: list[int], choice: list[int], after: list[int]
) -> None:
    amend(choice, [3, 3], asked)
    assert choice == after


@given(numbers(-2.0, 2.0), numbers(-2.0, 2.0), st.booleans(), numbers(0.0, 1.0), numbers(0, 0.5))
def test_a_mediator_learns_from_surprises_only(
    offset: float, margin: float, passed: bool, rate: float, doubt: float
) -> None:
    learnt = mediators.learn(offset, margin, passed, rate, doubt)
    expected = passed == (margin >= 0.0)
    if expected:
        assert learnt == offset
    elif passed:
        assert learnt >= offset
    else:
        assert learnt <= offset
    # Learning at full rate, the mediator would no longer be surprised by the same answer.
    full = mediators.learn(offset, margin, passed, 1.0, doubt) - offset + margin
    assert full >= -1e-9 if passed else full <= 1e-9 or not expected


def test_a_mediator_whose_beliefs_are_right_learns_nothing() -> None:
    mediator = {"kind": "hardliner", "knowledge": "objections", "learning_rate": 0.5}
    m = model(BURDEN, mediator=mediator, coefficients={"tolerance": {"noise_sd": 0.0}})
    for _ in range(4):
        m.step()
        assert m.mediator.offsets == [0.0] * 5


def test_objections_teach_the_mediator_who_is_tougher_than_it_thought() -> None:
    mediator = {"kind": "hardliner", "knowledge": "objections", "learning_rate": 0.5, "doubt": 0.1}
    m = model(BURDEN, mediator=mediator, coefficients={"tolerance": {"noise_sd": 0.0}})
    state, believed = m.members[2], m.mediator.views[2]
    state.weigh = lambda: setattr(state, "tolerance", 0.0)  # type: ignore[method-assign]
    believed.weigh = lambda: setattr(believed, "tolerance", 9.0)  # type: ignore[method-assign]
    m.step()
    expected = 9.0 - state.pain
    assert m.mediator.offsets[2] == pytest.approx(-0.5 * (expected + 0.1))
    m.step()
    # What is left of the surprise is half of it, less the doubt.
    left = expected - 0.5 * (expected + 0.1)
    assert m.mediator.margins[2] == pytest.approx(left)
