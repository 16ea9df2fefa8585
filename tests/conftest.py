"""What all tests share: quick scenarios, and figures that need no screen."""

import matplotlib
import pytest

import sim

matplotlib.use("Agg")

# What failed in a helper is told as it is in a test.
for helper in ("classroom.classes", "classroom.house", "classroom.processes", "plots.legible"):
    pytest.register_assert_rewrite(f"tests.{helper}")


@pytest.fixture(scope="session")
def hague() -> sim.Scenario:
    return sim.load("hague_2025")


@pytest.fixture(scope="session")
def six() -> sim.Scenario:
    return sim.load("classroom_six")
