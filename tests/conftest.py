"""What all tests share: quick scenarios, and figures that need no screen."""

import matplotlib
import pytest

import sim

matplotlib.use("Agg")

#: Tests written for the negotiation of 0.1.0 that have not been seen to pass with the new one yet.
#: They stay in the tree and come back one by one; none is to be added.
collect_ignore = [
    "analysis/test_backtest.py",
    "analysis/test_compare.py",
    "analysis/test_discovery.py",
    "analysis/test_discovery_study.py",
    "analysis/test_goal.py",
    "analysis/test_sensitivity.py",
    "analysis/test_sensitivity_inputs.py",
    "analysis/test_sensitivity_study.py",
    "analysis/test_summary.py",
    "batch",
    "calibration",
    "classroom",
    "analysis/test_plausible.py",
    "engine/test_seats.py",
    "forecasts",
    "notebooks",
    "plots/test_accessors.py",
    "plots/test_compare.py",
    "plots/test_figures.py",
    "plots/test_goal.py",
    "plots/test_maps.py",
    "plots/test_regions.py",
    "plots/test_sensitivity.py",
    "scenario/test_load.py",
    "test_cli.py",
]
# What failed in a helper is told as it is in a test.
for helper in ("classroom.classes", "classroom.house", "classroom.processes", "plots.legible"):
    pytest.register_assert_rewrite(f"tests.{helper}")


@pytest.fixture(scope="session")
def hague() -> sim.Scenario:
    return sim.load("hague_2025")


@pytest.fixture(scope="session")
def six() -> sim.Scenario:
    return sim.load("classroom_six")
