"""Addressed random numbers: known answers, distribution, independence, and what shares a stream."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from sim.engine.mesa.model import SummitModel, sample_values
from sim.engine.problem import Setup
from sim.rules import draws
from tests.rules.summits import PLEDGE, changed, setup, stubborn

WORDS = st.integers(0, 2**64 - 1)
N = 20_000


def words(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


# --- the generator --------------------------------------------------------------------------


def test_states_are_those_of_splitmix64() -> None:
    # The first outputs for the seed 1234567, as published with the reference implementation:
    # the state is the seed plus a multiple of the golden gamma.
    golden = 0x9E3779B97F4A7C15
    states = words(*((1234567 + j * golden) % 2**64 for j in range(1, 4)))
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert draws.mix(states).tolist() == known
    assert draws.absorb(words(1234567), np.uint64(0)).tolist() == known[:1]


@given(WORDS, WORDS)
def test_absorbing_another_word_gives_another_state(a: int, b: int) -> None:
    together = draws.absorb(words(12345, 12345), words(a, b))
    assert (together[0] == together[1]) == (a == b)


@given(WORDS, st.integers(0, 63))
def test_one_bit_of_an_address_changes_about_half_of_the_state(word: int, bit: int) -> None:
    a, b = draws.absorb(words(1, 1), words(word, word ^ (1 << bit))).tolist()
    # 64 fair coins: fewer than 8 or more than 56 heads has a probability below 1e-9.
    assert 8 <= (a ^ b).bit_count() <= 56


@given(WORDS)
def test_uniform_lies_strictly_between_0_and_1_and_keeps_the_order(state: int) -> None:
    (u,) = draws.uniform(words(state)).tolist()
    assert 0.0 < u < 1.0
    assert u == pytest.approx(state / 2**64, abs=2**-52)


def test_the_extreme_states_are_symmetric() -> None:
    low, high = draws.uniform(words(0, 2**64 - 1)).tolist()
    assert 0.0 < low < 2**-52
    assert high == 1.0 - low < 1.0


def test_keys_of_names_differ() -> None:
    names = [f"{kind} {j}" for kind in ("member", "event") for j in range(1000)]
    assert len({draws.key(name) for name in names}) == len(names)
    assert all(0 <= draws.key(name) < 2**64 for name in names)


# --- distribution and independence ----------------------------------------------------------


def along(axis: str, shift: int = 0) -> np.ndarray:
    """Draws at neighbouring addresses along one word of the address."""

    def address(j: int) -> tuple[Any, ...]:
        at: dict[str, Any] = {"seed": 7, "replication": 11, "round": 3, "who": 5}
        at[axis] = j + shift
        who = words(at["who"])
        return at["seed"], at["replication"], draws.LUCK, at["round"], who

    return np.array([draws.uniforms(*address(j))[0] for j in range(N)])


AXES = ("seed", "replication", "round", "who")


@pytest.mark.parametrize("axis", AXES)
def test_draws_along_each_word_of_the_address_are_uniform(axis: str) -> None:
    u = along(axis)
    # Fixed addresses, so no flicker; a fair generator fails a threshold of 1e-3 once in 1000.
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    counts = np.histogram(u, bins=64, range=(0.0, 1.0))[0]
    assert stats.chisquare(counts).pvalue > 1e-3
    low_bits = np.floor(u * 2**40).astype(np.int64) % 64
    assert stats.chisquare(np.bincount(low_bits, minlength=64)).pvalue > 1e-3


@pytest.mark.parametrize("axis", AXES)
def test_neighbouring_draws_are_independent(axis: str) -> None:
    u = along(axis)
    for lag in (1, 2, 32):
        r = np.corrcoef(u[:-lag], u[lag:])[0, 1]
        assert abs(r) < 4.0 / math.sqrt(N)
    pairs = np.histogram2d(u[:-1:2], u[1::2], bins=8, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-3


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 8},
        {"replication": 12},
        {"purpose": draws.CHAIR},
        {"round_": 4},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_draws_of_members_under_two_addresses_are_uncorrelated(other: dict[str, Any]) -> None:
    address = {"seed": 7, "replication": 11, "purpose": draws.LUCK, "round_": 3}
    who = np.arange(N, dtype=np.uint64)
    a = draws.uniforms(**address, keys=who)
    b = draws.uniforms(**{**address, **other}, keys=who)
    assert abs(np.corrcoef(a, b)[0, 1]) < 4.0 / math.sqrt(N)


def test_no_two_seeds_and_replications_share_a_stream() -> None:
    seeds = [*range(32), 2**32, 2**63, 2**64 - 1]
    states = [
        int(draws.stream(seed, replication, draws.SAMPLE, 0)[0])
        for seed in seeds
        for replication in range(256)
    ]
    assert len(set(states)) == len(states)


def test_purposes_and_rounds_of_neighbouring_runs_share_no_state() -> None:
    purposes = (draws.SAMPLE, draws.LUCK, draws.EVENT, draws.SALIENCE, draws.CHAIR)
    states = [
        int(draws.stream(seed, replication, purpose, round_)[0])
        for seed in range(3)
        for replication in range(20)
        for purpose in purposes
        for round_ in range(20)
    ]
    assert len(set(states)) == len(states)


# --- functions ------------------------------------------------------------------------------


def probabilities() -> list[float]:
    """Probabilities in the middle, in the tails down to 2**-53, and at the seams of the formula."""
    tails = 10.0 ** -np.linspace(0.31, 15.6, 3000)
    seams = [0.075, 0.925, math.exp(-25.0), 1.0 - math.exp(-25.0)]
    near = [np.nextafter(s, d) for s in seams for d in (0.0, 1.0)]
    return [*np.linspace(0.001, 0.999, 3001), *tails, *(1.0 - tails), *seams, *near, 2**-53]


def test_normal_is_the_quantile_of_the_normal_distribution() -> None:
    u = probabilities()
    mine = np.array([draws.normal(float(x)) for x in u])
    truth = stats.norm.ppf(u)
    assert np.all(np.abs(mine - truth) <= 1e-15 * np.abs(truth))


def test_log_is_the_natural_logarithm() -> None:
    x = [*(10.0 ** np.linspace(-300, 300, 4001)), *np.linspace(0.5, 2.0, 4001), 2**-53]
    for value in x:
        truth = math.log(value)
        assert abs(draws.log(float(value)) - truth) <= 2.0 * math.ulp(truth)


def test_compiled_and_plain_functions_give_the_same_bits() -> None:
    absorb, uniform, normal, log = draws.absorb, draws.uniform, draws.normal, draws.log

    @njit(error_model="numpy")
    def compiled(keys: np.ndarray, u: np.ndarray, out: np.ndarray) -> None:
        for j in range(len(keys)):
            out[0, j] = uniform(absorb(keys[j], np.uint64(9)))
            out[1, j] = normal(u[j])
            out[2, j] = log(u[j])

    u = np.array(probabilities())
    keys = draws.mix(np.arange(len(u), dtype=np.uint64))
    out = np.empty((3, len(u)))
    compiled(keys, u, out)
    assert out[0].tolist() == uniform(absorb(keys, np.uint64(9))).tolist()
    assert out[1].tolist() == [normal(x) for x in u.tolist()]
    assert out[2].tolist() == [log(x) for x in u.tolist()]


# --- addressing in a summit -----------------------------------------------------------------

SAMPLED = changed(
    PLEDGE,
    parties={
        code: {
            "threat_perception": {"uniform": [0.1, 0.9]},
            "fiscal_room": {"triangular": [0.0, 0.3, 0.9]},
        }
        for code in ("AAA", "BBB", "CCC", "DDD")
    },
    demander={"leverage": {"normal": [1.0, 0.2]}},
    events=[{"name": "a storm", "chance_per_round": 0.3, "threat_perception": 0.1}],
)


def observed(it: Setup, seed: int = 3, replication: int = 2) -> dict[Any, Any]:
    """Everything drawn in one run: inputs by path, luck by member, rounds of events."""
    m = stubborn(SummitModel(it, seed=seed, replication=replication, collect=False))
    while m.running:
        m.step()
    _, inputs = sample_values(it.problem, seed, replication)
    seen: dict[Any, Any] = dict(zip(it.sampled_paths, inputs, strict=True))
    for state in m.members:
        seen["luck", state.code] = state.luck
    for event, struck in zip(it.scenario.file.events, m.struck, strict=True):
        seen["event", event.name] = struck
    return seen


def _without(code: str) -> dict[str, Any]:
    return changed(SAMPLED, parties={code: None})


CHANGES: dict[str, Callable[[], dict[str, Any]]] = {
    "a member leaves": lambda: _without("BBB"),
    "the first member leaves": lambda: _without("AAA"),
    "a member joins": lambda: changed(
        SAMPLED, parties={"EEE": {**SAMPLED["parties"]["CCC"], "fiscal_room": {"beta": [2, 3]}}}
    ),
    "a member is muted": lambda: changed(
        SAMPLED, parties={"BBB": {"threat_perception": 0.5, "fiscal_room": 0.5}}
    ),
    "members are listed in another order": lambda: changed(
        {**SAMPLED, "parties": dict(reversed(SAMPLED["parties"].items()))}
    ),
    "an event is added in front": lambda: changed(
        SAMPLED,
        events=[{"name": "calm", "chance_per_round": 0.5, "leverage": 0}, *SAMPLED["events"]],
    ),
    "a coefficient is sampled": lambda: changed(
        SAMPLED, coefficients={"pledge": {"pace": {"uniform": [0.01, 0.1]}}}
    ),
    "a group shares a shift": lambda: changed(
        SAMPLED, groups={"g": {"members": ["USA"], "fiscal_room": {"uniform": [0, 0.1]}}}
    ),
    "another mediator": lambda: changed(SAMPLED, mediator={"kind": "nash", "knowledge": "all"}),
    "the calendar is longer": lambda: changed(SAMPLED, calendar={"summit": "2025-07-30"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_scenario_changes_no_other_draw(change: str) -> None:
    before = observed(setup(SAMPLED))
    after = observed(setup(CHANGES[change]()))
    shared = before.keys() & after.keys()
    assert len(shared) >= len(before) - 3
    assert {key: before[key] for key in shared} == {key: after[key] for key in shared}


@pytest.mark.parametrize("other", [(4, 2), (3, 3), (0, 2), (2**64 - 1, 2)])
def test_another_seed_or_replication_changes_every_draw(other: tuple[int, int]) -> None:
    def numbers(drawn: dict[Any, Any]) -> Iterator[tuple[Any, float]]:
        return ((key, x) for key, x in drawn.items() if isinstance(x, float))

    before = dict(numbers(observed(setup(SAMPLED), 3, 2)))
    after = dict(numbers(observed(setup(SAMPLED), *other)))
    assert before.keys() == after.keys()
    assert not [key for key in before if before[key] == after[key]]
