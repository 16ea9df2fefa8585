"""What all tests share: quick scenarios, and figures that need no screen."""

import matplotlib
import pytest

import sim

matplotlib.use("Agg")


@pytest.fixture(scope="session")
def hague() -> sim.Scenario:
    return sim.load("hague_2025")


@pytest.fixture(scope="session")
def six() -> sim.Scenario:
    return sim.load("classroom_six")
