"""Uncertain inputs are drawn from the distributions that the scenario names."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.engine.mesa.model import sample_values
from sim.engine.problem import PER_MEMBER
from sim.rules import sampling
from tests.rules.summits import PLEDGE, changed, setup
from tests.strategies import distributions

PROBABILITIES = [1e-12, 1e-6, 0.001, 0.1, 0.25, 0.5, 0.77, 0.9, 0.999, 1.0 - 1e-9]


def truth(written: dict[str, list[float]], low: float = 0.0, high: float = 1.0) -> Any:
    """The same distribution from scipy."""
    ((kind, p),) = written.items()
    if kind == "uniform":
        return stats.uniform(p[0], p[1] - p[0])
    if kind == "triangular":
        return stats.triang((p[1] - p[0]) / (p[2] - p[0]), p[0], p[2] - p[0])
    if kind == "normal":
        return stats.truncnorm((low - p[0]) / p[1], (high - p[0]) / p[1], p[0], p[1])
    return stats.beta(p[0], p[1], low, high - low)


def row_of(written: dict[str, list[float]]) -> tuple[int, list[float], Any]:
    """Kind, parameters and tables of a distribution of a threat perception."""
    scenario = changed(PLEDGE)
    scenario["parties"]["AAA"]["threat_perception"] = written
    p = setup(scenario).problem
    return int(p.sample_kind[0]), p.sample_parameters[0].tolist(), p.sample_tables


@settings(deadline=None)
@given(distributions(0.0, 1.0), st.sampled_from(PROBABILITIES) | st.floats(1e-9, 1.0 - 1e-9))
def test_quantiles_are_those_of_the_distribution(written: dict[str, Any], u: float) -> None:
    kind, parameters, tables = row_of(written)
    x = sampling.quantile(kind, parameters, tables, u)
    if kind == sampling.FIXED:
        assert x == written["fixed"][0]
    elif kind == sampling.CHOICE:
        values = written["choice"]
        assert x == values[min(int(u * len(values)), len(values) - 1)]
    elif kind == sampling.BETA:
        # Interpolated between the quantiles of neighbouring places of the table.
        assert abs(truth(written).cdf(x) - u) <= 1.0 / sampling.TABLE_STEPS
    elif kind == sampling.NORMAL:
        # The probabilities below and above the range are rounded to 12 decimals.
        assert truth(written).cdf(x) == pytest.approx(u, abs=1e-10)
    else:
        assert x == pytest.approx(truth(written).ppf(u), rel=1e-12, abs=1e-12)


@settings(deadline=None)
@given(distributions(0.0, 1.0), st.floats(1e-15, 1.0 - 1e-15), st.floats(1e-15, 1.0 - 1e-15))
def test_quantiles_rise_and_stay_in_the_range(written: dict[str, Any], u: float, v: float) -> None:
    kind, parameters, tables = row_of(written)
    low, high = (sampling.quantile(kind, parameters, tables, w) for w in sorted((u, v)))
    assert 0.0 <= low <= 1.0
    assert 0.0 <= high <= 1.0
    # The values of a choice stand in the order in which they were written.
    assert low <= high or kind == sampling.CHOICE


POPULATION: dict[str, dict[str, list[float]]] = {
    "parties.AAA.threat_perception": {"uniform": [0.2, 0.7]},
    "parties.AAA.fiscal_room": {"triangular": [0.1, 0.2, 0.9]},
    "parties.BBB.threat_perception": {"normal": [0.1, 0.3]},
    "parties.BBB.fiscal_room": {"normal": [0.5, 0.05]},
    "parties.CCC.threat_perception": {"beta": [2.0, 5.0]},
    "parties.CCC.fiscal_room": {"beta": [0.5, 0.5]},
}


def population(scenario: dict[str, Any], runs: int) -> dict[str, np.ndarray]:
    """Sampled inputs and the attributes after shared shifts, by path."""
    it = setup(scenario)
    values = np.array([sample_values(it.problem, 12, r)[0] for r in range(runs)])
    found = {
        path: values[:, place]
        for path, place in zip(it.sampled_paths, it.problem.sampled.tolist(), strict=True)
    }
    for j, member in enumerate(it.scenario.members):
        found[member.code] = values[:, PER_MEMBER * j]
    return found


def test_a_population_of_runs_follows_its_distributions() -> None:
    scenario = changed(PLEDGE)
    for path, written in POPULATION.items():
        _, code, name = path.split(".")
        scenario["parties"][code][name] = written
    drawn = population(scenario, 4000)
    for path, written in POPULATION.items():
        assert stats.kstest(drawn[path], truth(written).cdf).pvalue > 1e-3, path
    together = np.corrcoef([drawn[path] for path in POPULATION])
    assert np.abs(together - np.eye(len(POPULATION))).max() < 4.0 / np.sqrt(4000)


def test_the_values_of_a_choice_are_equally_likely() -> None:
    scenario = changed(PLEDGE, coefficients={"hold": {"exponent": {"choice": [2, 4, 8]}}})
    drawn = population(scenario, 3000)["coefficients.hold.exponent"]
    counts = [int((drawn == value).sum()) for value in (2.0, 4.0, 8.0)]
    assert sum(counts) == 3000
    assert stats.chisquare(counts).pvalue > 1e-3


def test_a_shared_shift_makes_members_vary_together() -> None:
    own, shared, runs = 0.1, 0.2, 4000
    scenario = changed(
        PLEDGE,
        groups={
            "g": {"members": ["AAA", "BBB"], "threat_perception": {"uniform": [-shared, shared]}}
        },
    )
    for code in ("AAA", "BBB", "CCC"):
        scenario["parties"][code]["threat_perception"] = {"uniform": [0.5 - own, 0.5 + own]}
    drawn = population(scenario, runs)
    # Variances of uniform distributions are width squared over 12, so the correlation of two
    # members is shared**2 / (shared**2 + own**2) = 0.8.
    expected = shared**2 / (shared**2 + own**2)
    error = 4.0 / np.sqrt(runs)
    assert np.corrcoef(drawn["AAA"], drawn["BBB"])[0, 1] == pytest.approx(expected, abs=error)
    assert np.corrcoef(drawn["AAA"], drawn["CCC"])[0, 1] == pytest.approx(0.0, abs=error)
    for code in ("AAA", "BBB"):
        unshifted = drawn[code] - drawn["groups.g.threat_perception"]
        assert stats.kstest(unshifted, stats.uniform(0.5 - own, 2 * own).cdf).pvalue > 1e-3


def test_shifted_attributes_stay_between_0_and_1() -> None:
    scenario = changed(
        PLEDGE, groups={"g": {"members": ["AAA"], "threat_perception": {"uniform": [-1.0, 1.0]}}}
    )
    drawn = population(scenario, 500)["AAA"]
    assert drawn.min() == 0.0
    assert drawn.max() == 1.0
