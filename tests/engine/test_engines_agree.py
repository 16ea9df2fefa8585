"""The Mesa model and the batch engine give the same bits, on any scenario."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.batch.memory import play_runs
from sim.engine.block import Block
from sim.engine.compiled.kernel import play
from sim.engine.problem import Setup, set_up
from sim.rules import mediators
from sim.scenario.coefficients import Coefficients
from sim.scenario.load import load
from tests.strategies import scenarios

# One group, so that tests that run in parallel compile the engine once.
pytestmark = pytest.mark.xdist_group("batch_engine")

GENEROUS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def differences(a: Block, b: Block) -> list[str]:
    """Names of the arrays of two blocks that differ in any bit."""
    found = []
    for name, x, y in zip(Block._fields, a, b, strict=True):
        assert x.dtype == y.dtype
        if x.shape != y.shape or x.tobytes() != y.tobytes():
            found.append(name)
    return found


def both(setup: Setup, runs: int, seed: int, first: int = 0) -> tuple[Block, Block]:
    batch = play_runs(setup, runs, seed=seed, first=first, trace=True, engine="batch", workers=1)
    mesa = play_runs(setup, runs, seed=seed, first=first, trace=True, engine="mesa")
    return batch, mesa


@GENEROUS
@given(scenarios(moves=True, crowds=True), st.integers(0, 2**64 - 1), st.integers(0, 10**6))
def test_random_scenarios(scenario: dict[str, Any], seed: int, first: int) -> None:
    batch, mesa = both(set_up(load(scenario).resolved), 3, seed, first)
    assert differences(batch, mesa) == []


def every_coefficient_sampled() -> dict[str, Any]:
    """Every coefficient uniform over its plausible range: what beliefs and truth may differ in."""
    changes = {}
    for group, info in Coefficients.model_fields.items():
        for name, field in type(info.default).model_fields.items():
            changes[f"coefficients.{group}.{name}"] = {
                "uniform": field.json_schema_extra["plausible"]
            }
    return changes


@pytest.mark.parametrize("knowledge", mediators.KNOWLEDGE)
@pytest.mark.parametrize("kind", mediators.NAMES)
def test_every_mediator_on_the_summit_of_the_hague(kind: str, knowledge: str) -> None:
    # Letters from the first rounds on and a red line, so that beliefs about them matter.
    changes: dict[str, Any] = {
        "mediator.kind": kind,
        "mediator.knowledge": knowledge,
        "mediator.letters_rounds_left": 25,
        "mediator.letters_most_objectors": 32,
        "members.ESP.red_lines": {"core_pct_gdp": {"at_most": 3.0}},
        **every_coefficient_sampled(),
    }
    batch, mesa = both(set_up(load("hague_2025").set(changes).resolved), 4, seed=5)
    assert differences(batch, mesa) == []


@pytest.mark.parametrize("knowledge", mediators.KNOWLEDGE)
@pytest.mark.parametrize("kind", mediators.NAMES)
def test_every_mediator_on_car_emissions(kind: str, knowledge: str) -> None:
    changes: dict[str, Any] = {
        "mediator.kind": kind,
        "mediator.knowledge": knowledge,
        "procedure.rule": "consensus",
        "members.*.salience.delay_years": {"uniform": [0.0, 2.0]},
        **every_coefficient_sampled(),
    }
    batch, mesa = both(set_up(load("emission_standards").set(changes).resolved), 10, seed=5)
    assert differences(batch, mesa) == []


@GENEROUS
@given(scenarios(moves=True), st.integers(0, 1000), st.integers(1, 4))
def test_a_run_is_the_same_alone_and_in_a_block(
    scenario: dict[str, Any], seed: int, alone: int
) -> None:
    setup = set_up(load(scenario).resolved)
    block = play_runs(setup, 5, seed=seed, trace=True, workers=1)
    one = play_runs(setup, 1, seed=seed, first=alone, trace=True, workers=1)
    assert differences(Block(*(array[alone : alone + 1] for array in block)), one) == []


@GENEROUS
@given(scenarios(moves=True), st.integers(0, 1000))
def test_a_trace_changes_no_result(scenario: dict[str, Any], seed: int) -> None:
    setup = set_up(load(scenario).resolved)
    traced = play_runs(setup, 4, seed=seed, trace=True, workers=1)
    plain = play_runs(setup, 4, seed=seed, trace=False, workers=1)
    assert all(name.startswith("trace") for name in differences(traced, plain))


@GENEROUS
@given(scenarios(moves=True), st.integers(0, 1000))
def test_a_scenario_written_out_in_full_plays_the_same(scenario: dict[str, Any], seed: int) -> None:
    short = load(scenario)
    full = load(short.as_played())
    a, b = (
        play_runs(set_up(s.resolved), 3, seed=seed, trace=True, workers=1) for s in (short, full)
    )
    assert differences(a, b) == []


@given(scenarios(moves=True), scenarios())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_scenarios_share_one_compiled_engine(a: dict[str, Any], b: dict[str, Any]) -> None:
    for scenario in (a, b):
        play_runs(set_up(load(scenario).resolved), 1, seed=1, workers=1)
    assert len(play.signatures) == 1


def test_blocks_of_neighbouring_seeds_hold_different_runs() -> None:
    hague = set_up(load("hague_2025").resolved)
    inputs = [play_runs(hague, 64, seed=seed, workers=1).inputs for seed in range(4)]
    drawn = {row.tobytes() for block in inputs for row in block}
    assert len(drawn) == 4 * 64
    assert np.isfinite(np.concatenate(inputs)).all()
