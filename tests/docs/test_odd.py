"""The model description says what the code does: tables, names and worked examples."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaincinv, ndtri
from scipy.stats import beta

import sim
from sim.rules import draws, mediators, sampling, tolerance
from sim.rules.mediators import compromise
from sim.rules.preferences import burden, demander, spatial
from sim.scenario import parameters
from sim.scenario.coefficients import Coefficients, coefficient_names

ROOT = Path(__file__).parents[2]
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
RANDOMNESS = (ROOT / "docs" / "randomness.md").read_text(encoding="utf-8")
PROSE = ODD.partition(parameters.BEGIN)[0] + ODD.partition(parameters.END)[2]
RULES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "sim" / "negotiation").rglob("*.py"))
)

# --- parameters -------------------------------------------------------------------------------


def test_parameter_tables_are_fresh() -> None:
    assert parameters.refreshed(ODD) == ODD, "run python -m sim.scenario.parameters docs/odd.md"


def test_tables_need_their_markers() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        parameters.refreshed("a document without markers")


@pytest.mark.parametrize("name", coefficient_names())
def test_every_coefficient_is_used_and_explained(name: str) -> None:
    assert re.search(rf"\.{name}\b", RULES), "no rule uses it"
    assert re.search(rf"\b{name}\b", PROSE), "the description does not mention it"


@pytest.mark.parametrize("parameter", list(parameters.parameters()), ids=lambda p: p.path)
def test_every_parameter_is_documented(parameter: parameters.Parameter) -> None:
    assert parameter.meaning and parameter.source and parameter.allowed
    if parameter.path.startswith("coefficients."):
        assert parameter.unit and parameter.plausible
    else:
        name = parameter.path.rsplit(".", 1)[1]
        assert re.search(rf"\b{name}\b", PROSE), "the description does not mention it"


@pytest.mark.parametrize("parameter", list(parameters.parameters()), ids=lambda p: p.path)
def test_defaults_are_plausible(parameter: parameters.Parameter) -> None:
    if parameter.plausible and parameter.default:
        low, high = re.fullmatch(r"(-?[\d.]+)(?:-| to )([\d.]+)", parameter.plausible).groups()  # type: ignore[union-attr]
        assert float(low) <= float(parameter.default) <= float(high)


def test_every_column_of_the_tables_is_defined() -> None:
    ensemble = sim.load("hague_2025").runs(1, seed=0, engine="mesa", trace=True)
    tables = (ensemble.table, ensemble.members, ensemble.rounds)
    columns = {c for table in tables for c in table.columns if "." not in c}
    assert {c for c in columns if f"`{c}`" not in PROSE} == set()
    assert {o for o in ensemble.table["outcome"].cat.categories if f"`{o}`" not in PROSE} == set()


# --- worked examples: the page, a formula by hand, and the code agree ---------------------------

K = SimpleNamespace(**Coefficients().flat())
T, F, S, D, C = 0.35, 0.40, 0.50, 0.60, 1.30
YEAR = 2025.0
TEXT_A = [5.0, 0.0, 2030.0, 0.2, 0.0, 1.0]
TEXT_B = [3.5, 1.5, 2035.0, 0.0, 2029.0, 0.9]


def _member() -> list[float]:
    row = [0.0] * burden.COLUMNS
    burden.take_position(row, T, F, C, -1.0, 2.5, YEAR, K)
    return row


def _demander() -> list[float]:
    row = [0.0] * burden.COLUMNS
    demander.take_position(row, 5.0, 2030.0, 0.2, YEAR, K)
    return row


def _spatial() -> list[float]:
    row = [0.0] * 3
    k = SimpleNamespace(spatial_scale=2.0)
    spatial.take_position(row, [4.0], [0.8], [4.0], [10.0], k)
    return row


def _tolerance(leverage: float, company: float, letters: float) -> float:
    return tolerance.tolerance(T, S, D, leverage, 0.0, company, letters, 1.0, 0.0, K)


def _l_by_hand(z: float) -> float:
    c = 4 * math.log(2)
    return -((c - z) ** 2) / (4 * c)


Example = tuple[Callable[[], float], Callable[[], float]]
EXAMPLES: dict[str, Example] = {
    "need of the member (% GDP)": (lambda: 1.5 + 3.2 * 0.35, lambda: _member()[burden.NEED]),
    "ideal core (% GDP)": (lambda: 1.3 + 0.4 + 2.2 * 0.4, lambda: _member()[burden.IDEAL]),
    "comfortable pace (pp / year)": (
        lambda: 0.04 + 0.22 * 0.4,
        lambda: _member()[burden.FREE_PACE],
    ),
    "pain of text A": (
        lambda: (
            0.25 * 0.8 * (5 - 2.58) ** 2
            + 3.5 * (3.7 / 5 - 0.128)
            + 0.5 * 0.8 * 0.2
            + 2.5 * (0.2 - 0.128)
        ),
        lambda: burden.pain(TEXT_A, _member()),
    ),
    # The review opens six of ten years; the text delivers 3.28, more than the need.
    "pain of text B": (
        lambda: (
            0.9
            * (1 - 0.15 * 0.6)
            * (0.2 * (3.5 - 2.58) ** 2 + 3.5 * (0.22 - 0.128) + 0.06 * 0.8 * 1.5)
        ),
        lambda: burden.pain(TEXT_B, _member()),
    ),
    "tolerance in round 0 at leverage 0.4": (
        lambda: 0.25 + 0.54 * 0.35 + 0.9 * 0.5 * 0.4 - 0.7 * 0.6,
        lambda: _tolerance(0.4, 0.0, 0.0),
    ),
    "tolerance on the last day at leverage 1.08, 30 of 31 others on board, one letter elsewhere": (
        lambda: 0.25 + 0.189 + 0.45 * 1.08 + 0.25 * 30 / 31 - 0.42 - 0.02,
        lambda: _tolerance(1.08, 30 / 31, 1.0),
    ),
    "pain of text A for the demander": (
        lambda: 0.0,
        lambda: demander.pain(TEXT_A, _demander()),
    ),
    "pain of text B for the demander": (
        lambda: 0.3 * 2.25 + 1.0 * 0.1 + 0.08 * 5 + 0.1 * 0.2 + 0.07 * 0.6,
        lambda: demander.pain(TEXT_B, _demander()),
    ),
    "tolerance of the demander on the last day with one letter": (
        lambda: 1.4 - 0.05,
        lambda: tolerance.demander_tolerance(0.5, 1.4, 1.0, 1.0, K),
    ),
    "share of leverage in The Hague's second round (p = 7/169)": (
        lambda: 0.4 + 0.6 * (7 / 169) ** 1.5,
        lambda: float(sim.load("hague_2025").setup.problem.leverage_shape[1]),
    ),
    "L of a margin of 0.125 at scale 0.25": (
        lambda: _l_by_hand(0.5),
        lambda: mediators.term(mediators.COMPROMISE, 0.125, 1.0, 0.0, 4.0),
    ),
    "Nash score of the margins 0.5 and -0.02": (
        lambda: math.log(0.5) + math.log(0.01) - 3,
        lambda: sum(mediators.term(mediators.NASH, m, 1.0, 0.0, 4.0) for m in (0.5, -0.02)),
    ),
    "offset after a member expected at 0.3 broke silence": (
        lambda: -0.5 * (0.3 + 0.05),
        lambda: mediators.learn(0.0, 0.3, False, 0.5, 0.05),
    ),
    "spatial pain, scale 2, value 7 of 4..10, ideal 4, salience 0.8": (
        lambda: 2 * 0.8 * 0.5**2,
        lambda: spatial.pain([7.0], _spatial(), 1),
    ),
}


def _printed() -> dict[str, float]:
    section = ODD.partition("## 7 Worked examples")[2].partition("## References")[0]
    rows = re.findall(r"^\| (.+?) \| (-?[\d.]+) \|$", section, flags=re.MULTILINE)
    return {name: float(value) for name, value in rows}


def test_the_page_has_these_examples() -> None:
    assert set(_printed()) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    by_hand, by_code = EXAMPLES[name]
    assert by_code() == pytest.approx(by_hand(), abs=1e-12)
    assert _printed()[name] == pytest.approx(by_hand(), abs=6e-9)


# --- claims -----------------------------------------------------------------------------------

unit = st.floats(0.0, 1.0)
steps = st.integers(0, 12)
texts = st.tuples(
    steps.map(lambda j: 2.0 + 0.25 * j),
    st.integers(0, 8).map(lambda j: 0.25 * j),
    st.integers(2029, 2040).map(float),
    st.sampled_from([0.0, 0.1, 0.2, 0.3]),
    st.sampled_from([0.0, 2027.0, 2029.0, 2032.0]),
    st.sampled_from([0.6, 0.9, 1.0]),
).map(list)


def _willing(attributes: list[float], now: float, text: list[float]) -> float:
    threat, room, sensitivity = attributes
    row = [0.0] * burden.COLUMNS
    burden.take_position(row, threat, room, now, -1.0, 2.5, YEAR, K)
    can = tolerance.tolerance(threat, sensitivity, 0.5, 0.8, 0.0, 0.7, 0.0, 0.5, 0.0, K)
    return float(can - burden.pain(text, row))


@given(text=texts, now=st.floats(0.9, 4.2), which=st.integers(0, 2), data=st.data())
def test_more_threat_room_or_sensitivity_never_makes_a_member_less_willing(
    text: list[float], now: float, which: int, data: st.DataObject
) -> None:
    attributes = [data.draw(unit) for _ in range(3)]
    more = attributes.copy()
    more[which] = data.draw(st.floats(attributes[which], 1.0))
    assert _willing(more, now, text) >= _willing(attributes, now, text) - 1e-12


def test_acceptance_is_as_near_to_the_logistic_as_said() -> None:
    z = np.linspace(-12.0, 12.0, 48_001)
    exact = -np.logaddexp(0.0, -z)
    worst = max(abs(compromise.log_acceptance(float(a)) - b) for a, b in zip(z, exact, strict=True))
    said = float(re.search(r"nowhere more than ([\d.]+)\s+away", PROSE).group(1))  # type: ignore[union-attr]
    assert said - 0.001 <= worst <= said


@pytest.mark.parametrize("shape", [(2, 3), (2, 8), (8, 2), (0.5, 0.5), (30, 30), (1.2, 6)])
def test_the_beta_table_is_as_good_as_said(shape: tuple[float, float]) -> None:
    said = float(re.search(r"at most ([\d.]+)\s+of\s+the\s+range", PROSE).group(1))  # type: ignore[union-attr]
    scenario = sim.load("hague_2025").set("members.ESP.fiscal_room", {"beta": list(shape)})
    p = scenario.setup.problem
    j = scenario.setup.sampled_paths.index("members.ESP.fiscal_room")
    for u in np.linspace(1.5 / 4096, 1 - 1.5 / 4096, 4001).tolist():
        drawn = sampling.quantile(p.sample_kind[j], p.sample_parameters[j], p.sample_tables, u)
        assert drawn == pytest.approx(betaincinv(*shape, u), abs=said)


def test_mixing_gives_the_first_output_of_splitmix64() -> None:
    golden = 0x9E3779B97F4A7C15
    mixed = int(draws.mix(np.array([golden], dtype=np.uint64))[0])
    assert f"0x{mixed:016X}" in RANDOMNESS
    assert mixed == 0xE220A8397B1DCDAF  # published first output of SplitMix64 from state 0


def _address_by_hand(seed: int, words: list[int]) -> float:
    """The formulas of docs/randomness.md in Python's unbounded integers."""
    mask, golden = 2**64 - 1, 0x9E3779B97F4A7C15

    def mix(z: int) -> int:
        z &= mask
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & mask
        return z ^ (z >> 31)

    state = mix(seed + golden)
    for word in words:
        state = mix((state ^ word) + golden)
    return ((state >> 12) + 0.5) / 2**52


word = st.integers(0, 2**64 - 1)


@given(seed=word, replication=word, purpose=st.integers(1, 5), round_=st.integers(0, 400))
def test_draws_follow_the_address_as_described(
    seed: int, replication: int, purpose: int, round_: int
) -> None:
    key = draws.key("member ESP")
    keys = np.array([key], dtype=np.uint64)
    drawn = draws.uniforms(seed, replication, np.uint64(purpose), round_, keys)
    assert drawn == [_address_by_hand(seed, [replication, purpose, round_, key])]


def test_purposes_have_the_numbers_of_the_page() -> None:
    page = re.findall(r"^\| `([A-Z]+)` \| (\d) \|", RANDOMNESS, flags=re.MULTILINE)
    code = {
        name: int(value)
        for name, value in vars(draws).items()
        if isinstance(value, np.uint64) and not name.startswith("_")
    }
    assert {name: int(number) for name, number in page} == code


@given(st.integers(0, 2**52 - 1))
def test_normal_quantiles_are_odd_to_the_bit_and_accurate(k: int) -> None:
    u = (k + 0.5) * 2.0**-52
    z = draws.normal(u)
    assert draws.normal(1.0 - u) == -z
    assert z == pytest.approx(float(ndtri(u)), rel=3e-15, abs=1e-300)
    assert abs(z) < 8.2096


def test_the_ends_of_the_normal_are_where_the_page_says() -> None:
    assert draws.normal(2.0**-53) == pytest.approx(-8.2095, abs=5e-5)
    assert draws.normal(3 * 2.0**-53) == pytest.approx(-8.08, abs=5e-3)


@pytest.mark.parametrize(
    "shape", [(0.5, 0.5), (0.5, 20.0), (2.0, 5.0), (30.0, 30.0), (200.0, 300.0), (1e6, 1e6)]
)
def test_the_beta_table_has_the_moments_that_are_said(shape: tuple[float, float]) -> None:
    """Exactly, for a value that is uniform within each interval of the table."""
    scenario = sim.load("hague_2025").set("members.ESP.fiscal_room", {"beta": list(shape)})
    problem = scenario.setup.problem
    (table,) = problem.sample_tables
    low, high = table[:-1], table[1:]
    mean = ((low + high) / 2).mean()
    second = ((low * low + low * high + high * high) / 3).mean()
    exact = beta(*shape)
    assert mean == pytest.approx(exact.mean(), rel=0.005)
    assert (second - mean * mean) ** 0.5 == pytest.approx(exact.std(), rel=0.005)
