"""The model description says what the code does: tables, numbers, names and worked examples."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from scipy.special import betaincinv, ndtri
from scipy.stats import beta

import sim
from sim.engine.problem import Problem
from sim.rules import (
    beliefs,
    demander,
    drafting,
    draws,
    holding_out,
    luck,
    mediators,
    procedure,
    sampling,
    side_letters,
    side_payments,
)
from sim.rules.mediators import nash
from sim.rules.preferences import pledge, spatial
from sim.scenario import parameters, schema
from sim.scenario.coefficients import Coefficients, coefficient_names
from sim.scenario.grid import KNOWN_WORDS, PLEDGE_TERMS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "sim" / "rules"
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
RANDOMNESS = (ROOT / "docs" / "randomness.md").read_text(encoding="utf-8")
PROSE = ODD.partition(parameters.BEGIN)[0] + ODD.partition(parameters.END)[2]
SOURCES = "\n".join(
    p.read_text(encoding="utf-8")
    for folder in (RULES, ROOT / "sim" / "engine")
    for p in sorted(folder.rglob("*.py"))
)
SUMMITS = ("wales_2014", "vilnius_2023", "hague_2025")

# --- coefficients and settings -----------------------------------------------------------------


def test_parameter_tables_are_fresh() -> None:
    assert parameters.refreshed(ODD) == ODD, "run python -m sim.scenario.parameters docs/odd.md"


def test_tables_need_their_markers() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        parameters.refreshed("a document without markers")


@pytest.mark.parametrize("name", coefficient_names())
def test_every_coefficient_is_used_and_explained(name: str) -> None:
    assert re.search(rf"\bk\.{name}\b|coefficients\.{name}\b", SOURCES), "nothing uses it"
    assert re.search(rf"\b{name}\b", PROSE), "the description does not mention it"


@pytest.mark.parametrize("parameter", list(parameters.parameters()), ids=lambda p: p.path)
def test_every_parameter_is_documented(parameter: parameters.Parameter) -> None:
    assert parameter.meaning and parameter.source and parameter.allowed
    if parameter.path.startswith("coefficients."):
        assert parameter.unit and parameter.plausible
    else:
        name = parameter.path.rsplit(".", 1)[1]
        assert re.search(rf"\b{name}\b", PROSE), "the description does not mention it"


@pytest.mark.parametrize("name", coefficient_names())
def test_defaults_are_on_the_page_and_plausible(name: str) -> None:
    group, key = name.split("_", 1)
    info = type(getattr(Coefficients(), group)).model_fields[key]
    assert isinstance(info.json_schema_extra, dict)
    low, *_, high = info.json_schema_extra["plausible"]
    assert low <= info.default <= high
    section = ODD.partition(f"**`coefficients.{group}`**")[2].partition("\n**")[0]
    assert re.search(rf"^\| `{key}` \| {re.escape(f'{info.default:g}')} \|", section, re.MULTILINE)


def _keys(model: type[BaseModel]) -> Iterator[str]:
    yield from model.model_fields


FACTS = sorted(
    {
        key
        for model in (
            schema.ScenarioFile,
            schema.Roster,
            schema.Party,
            schema.RedLine,
            schema.Group,
            schema.Term,
            schema.Calendar,
            schema.Event,
            schema.Demander,
            schema.Mediator,
            schema.SideLetters,
            schema.SidePayments,
            schema.Procedure,
        )
        for key in _keys(model)
    }
    # How a scenario is written: these fill in facts of another file.
    - {"extends", "terms", "groups", "coefficients", "members", "events", "minus", "rule"}
)


@pytest.mark.parametrize("key", FACTS)
def test_every_fact_of_a_scenario_is_named(key: str) -> None:
    assert re.search(rf"`([a-z]+\.)?{key}\b[^`\n]*`", ODD)


# --- constants of the rules --------------------------------------------------------------------

#: How many columns a table has decides nothing.
STRUCTURE = {"FEATURES", "COLUMNS"}


def _number(node: ast.expr) -> float | None:
    """A number that is written out, or None: an enumeration, a name, a switch."""
    source = re.sub(r"[ ()]", "", ast.unparse(node))
    if not re.fullmatch(r"[-+\d.e*]+", source):
        return None
    base, _, power = source.partition("**")
    return float(base) ** float(power) if power else float(base)


def _constants() -> Iterator[tuple[str, str, float]]:
    """File, name and value of every number that a file of the rules names."""
    for path in sorted(RULES.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.Assign):
                continue
            target, value = node.targets[0], node.value
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(value, ast.Tuple) else [value]
            for name, written in zip(names, values, strict=False):
                number = _number(written)
                assert isinstance(name, ast.Name) or number is None
                if isinstance(name, ast.Name) and number is not None:
                    if not name.id.startswith("_") and name.id not in STRUCTURE:
                        yield path.relative_to(RULES).as_posix(), name.id, number


def _of_page() -> dict[str, tuple[float, str]]:
    """Value and files of every constant that the page names."""
    section = ODD.partition("### 4.2")[2].partition("### 4.3")[0]
    found = {}
    for names, values, files in re.findall(r"^\| (`.+?) \| (.+?) \| (.+?) \|", section, re.M):
        for name, value in zip(names.split(", "), values.split(", "), strict=True):
            base, _, power = value.partition("^")
            found[name.strip("`")] = float(base) ** float(power or 1), files
    return found


@pytest.mark.parametrize(("file", "name", "value"), list(_constants()))
def test_every_constant_of_the_rules_is_on_the_page(file: str, name: str, value: float) -> None:
    number, files = _of_page()[name]
    assert number == value
    assert file in files


def test_the_page_has_no_other_constants() -> None:
    assert set(_of_page()) == {name for _, name, _ in _constants()}


def test_strengths_of_words() -> None:
    section = ODD.partition("### 4.3")[2].partition("### 4.4")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (yes|no) \|$", section, re.MULTILINE)
    page = {w: (s if s == "soft" else float(s), floor == "yes") for w, s, floor in rows}
    assert page == KNOWN_WORDS


# --- order and names ---------------------------------------------------------------------------


def test_the_order_of_a_round() -> None:
    section = ODD.partition("### 1.3")[2].partition("## 2 ")[0]
    steps = re.findall(r"^\d\. \*\*(.+?)\*\*", section, re.MULTILINE)
    assert [step.rstrip(".").lower() for step in steps] == [name for name, _ in procedure.ROUND]


def test_terms_of_a_pledge() -> None:
    section = ODD.partition("#### 3.4.2")[2].partition("#### 3.4.3")[0]
    page = re.findall(r"`(\w+)`\s+([+-]1)\b", section)
    assert page == [(name, f"{ambition:+d}") for name, (_, ambition, _) in PLEDGE_TERMS.items()]
    assert tuple(name for name, _ in page) == pledge.TERMS


def test_every_mediator_and_procedure_is_described() -> None:
    section = ODD.partition("#### 3.4.14")[2].partition("#### 3.4.15")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    assert [n.strip("`") for row in rows for n in row.split(", ")] == list(mediators.NAMES)
    for name in (*procedure.PROCEDURES, *mediators.KNOWLEDGE):
        assert f"`{name}`" in PROSE


def test_every_column_of_the_tables_is_defined() -> None:
    ensemble = sim.load("hague_2025").runs(1, seed=0, engine="mesa", trace=True)
    tables = (ensemble.table, ensemble.members, ensemble.rounds)
    columns = {c for table in tables for c in table.columns if "." not in c}
    assert {c for c in columns if f"`{c}`" not in PROSE} == set()
    assert {o for o in ensemble.table["outcome"].cat.categories if f"`{o}`" not in PROSE} == set()


def _problem(name: str) -> Problem:
    return sim.load(name).setup.problem


def test_numbers_of_rounds_steps_and_leaps() -> None:
    words = " ".join(PROSE.split())
    hague, wales, vilnius = (_problem(name) for name in ("hague_2025", *SUMMITS[:2]))
    first = hague.meeting.tolist().index(1)
    assert f"{first + 1} days and {hague.n_rounds} rounds" in words
    assert f"round {first} (from 0) is the first on the last day" in words
    assert f"The Hague: {len(hague.steps)} steps, {len(hague.leaps):,} leaps" in words
    assert f"Wales: {len(wales.leaps)} leaps, Vilnius {len(vilnius.leaps)}" in words
    assert np.array_equal(wales.steps, wales.leaps)


# --- worked examples: the page, a formula by hand, and the code agree ---------------------------

K = SimpleNamespace(**Coefficients().flat())
T, F, S, D, C, SIZE = 0.35, 0.50, 0.50, 0.60, 1.90, 1.1
YEAR = 2025.0
TEXT_A = (5.0, 0.0, 2030.0, 0.2, 0.0, 1.0)
TEXT_B = (3.5, 1.5, 2035.0, 0.0, 2029.0, 0.9)
IN_FORCE = (2.0, 0.0, 0.0, 0.0, 0.0, 1.0)
HEADLINE, WANTED, STEP, HORIZON, NEED = 5.0, 2030.0, 0.2, 2029.0, 3.5
TO_B, TO_IN_FORCE = 8.0, 2.0


def _loss(text: tuple[float, ...], floor: bool = False) -> float:
    core, broader, deadline, step, review, words = text
    years = pledge.years_left(deadline, YEAR)
    return float(
        pledge.loss(
            core,
            broader,
            float(deadline > 0),
            years,
            step,
            pledge.eased(deadline, review, years, K.pledge_review),
            pledge.binding(words, deadline > 0, floor),
            C,
            1.0,
            pledge.own_pace(F, K),
            SIZE,
            K,
        )
    )


def _cost() -> float:
    return float(pledge.refusing(T, S, D, 1.0 * SIZE, K))


def _value(text: tuple[float, ...], typical: float) -> float:
    core, broader, deadline, step, review, words = text
    late = pledge.late(words, deadline, WANTED, YEAR, typical) + pledge.unscheduled(step, STEP)
    share = pledge.reached(core, broader, HEADLINE, NEED)
    return float(pledge.worth(words, review, HORIZON, late, share, K))


def _value_in_force() -> float:
    core, broader, deadline, step, review, words = IN_FORCE
    late = pledge.late(words, deadline, WANTED, YEAR, TO_IN_FORCE)
    late = late + pledge.unscheduled(step, STEP)
    share = pledge.reached_in_force(core, broader, HEADLINE)
    return float(pledge.worth(words, review, HORIZON, late, share, K))


def _net() -> float:
    return _loss(TEXT_B) - _loss(IN_FORCE, floor=True)


def _half() -> float:
    return float(luck.half_width(K.refusing_luck, _cost()))


def _after(payments: int) -> float:
    value, in_force = _value(TEXT_B, TO_B), _value_in_force()
    return float(side_letters.after_concessions(value, in_force, 2, 0.1, payments, 0.05))


def _typical() -> float:
    return float(pledge.typical_years(2.0, [1.3, 2.4, 1.6], [0.128, 0.1, 0.04], [0.0] * 3))


def _camps() -> float:
    weights = [0.6, 0.2, 0.4]
    spatial.scale_weights(weights, [True, False, True], 1)
    return float(spatial.part_of_loss(0.75, 0.25, weights[0]))


def _sd_by_hand() -> float:
    kept = 1 - 0.4 * 0.6
    parts = (0.12, 0.54 * 0.08 * kept, 0.9 * 0.08 * 1.1 * kept, (0.25 + 0.189 + 0.495) * 0.4 * 0.08)
    return math.sqrt(sum(part * part for part in parts))


# The same by hand.
COST = (0.25 + 0.54 * 0.35 + 0.9 * 0.5 * 1.1) * (1 - 0.4 * 0.6)
WIDTH = math.sqrt(5) * 0.12
LOSS_A = 1.1 * (0.3 * 3.1 + 0.3 * 1.0 + 0.6 * (3.1 - 0.15 * 5 + 0.05 * 5 * 0.5))
LOSS_B = 1.1 * 0.9 * (0.04 * 1.5 + 0.3 * 1.6 + 0.6 * (1 - 0.15 * 6 / 10) * (1.6 - 0.15 * 10))
LOSS_0 = 1.1 * 0.3 * 0.1
NET = LOSS_B - LOSS_0
VALUE_B = 0.9 / (1 + 0.055 * (0.9 * 5 + 0.1 * 3 + 1))
VALUE_0 = 1 / (1 + 0.055 * 1) * 0.4
HALF_0 = math.sqrt(5) * 0.12


def _below(z: float) -> float:
    """The integral of the parabola 3/4 (1 - x x) from -1 to z."""
    z = min(max(z, -1.0), 1.0)
    return 0.5 + 0.75 * (z - z**3 / 3)


Example = tuple[Callable[[], float], Callable[[], float]]
EXAMPLES: dict[str, Example] = {
    "own pace of the member (% GDP a year)": (
        lambda: 0.04 + 0.22 * 0.5,
        lambda: pledge.own_pace(F, K),
    ),
    "what refusing costs it, without luck": (lambda: COST, _cost),
    "half width of its luck": (lambda: WIDTH, _half),
    "the standard deviation to the public, with spreads of 0.08 each": (
        _sd_by_hand,
        lambda: pledge.public_sd(_cost(), D, SIZE, 0.08, 0.08, 0.08, K),
    ),
    "loss by text A": (lambda: LOSS_A, lambda: _loss(TEXT_A)),
    "loss by text B": (lambda: LOSS_B, lambda: _loss(TEXT_B)),
    "loss by the text in force": (lambda: LOSS_0, lambda: _loss(IN_FORCE, floor=True)),
    "net loss by text B": (lambda: NET, _net),
    "share of the cost that counts half-way through the calendar": (
        lambda: 0.5**4,
        lambda: holding_out.held(0.5, K.hold_exponent),
    ),
    "luck from the draws 0.9, 0.2, 0.35": (lambda: -0.3, lambda: luck.luck(0.9, 0.2, 0.35)),
    "odds that it lets text B pass, nothing learned": (
        lambda: 1 - _below((NET - COST) / WIDTH),
        lambda: beliefs.odds(_net(), _cost(), 1 / _half(), 1.0, 1.0),
    ),
    "bound on its luck after it refused text B at a share of 0.8": (
        lambda: (NET / 0.8 - COST) / WIDTH,
        lambda: beliefs.learned_bound(_net(), _cost(), 1 / _half(), 1.0, 0.8),
    ),
    "odds that it lets text B pass after that": (
        lambda: 1 - _below((NET - COST) / WIDTH) / _below((NET / 0.8 - COST) / WIDTH),
        lambda: beliefs.odds(
            _net(),
            _cost(),
            1 / _half(),
            beliefs.learned_bound(_net(), _cost(), 1 / _half(), 1.0, 0.8),
            luck.below(beliefs.learned_bound(_net(), _cost(), 1 / _half(), 1.0, 0.8)),
        ),
    ),
    "odds that it lets text A pass, nothing learned": (
        lambda: 1e-6 * (1 - 0.02 * ((LOSS_A - LOSS_0 - COST) / WIDTH - 1)),
        lambda: beliefs.odds(_loss(TEXT_A) - _loss(IN_FORCE, True), _cost(), 1 / _half(), 1.0, 1.0),
    ),
    "its share of the gain at text B (nash)": (
        lambda: (COST - NET) / (COST + LOSS_0),
        lambda: nash.part(_net(), -_loss(IN_FORCE, True), _cost(), 1 / _half(), 1.0, 1.0),
    ),
    "years to a floor of 2 at the own pace: spending 1.3, 2.4, 1.6, paces 0.128, 0.1, 0.04": (
        lambda: 0.7 / (0.128 + 1e-9),
        _typical,
    ),
    "value of text B to the demander": (lambda: VALUE_B, lambda: _value(TEXT_B, TO_B)),
    "value of the text in force to it": (lambda: VALUE_0, _value_in_force),
    "half width of the latter": (
        lambda: HALF_0,
        lambda: demander.half_width(K.refusing_luck, _value_in_force()),
    ),
    "value of text B with two letters": (
        lambda: VALUE_0 + (VALUE_B - VALUE_0) * 0.9 * 0.9,
        lambda: _after(payments=0),
    ),
    "value of text B with two letters and three payments at a price of 0.05": (
        lambda: VALUE_0 + (VALUE_B - VALUE_0) * 0.9**2 * 0.95**3,
        lambda: _after(payments=3),
    ),
    "odds that the demander lets text B pass, if that were worth 0.45": (
        lambda: 1 - _below((VALUE_0 - 0.45) / HALF_0),
        lambda: demander.odds(
            0.45, VALUE_0, demander.half_width(K.refusing_luck, VALUE_0), 1.0, 1.0
        ),
    ),
    "bound on its luck after it stopped before a text worth 0.7 at a share of 0.4": (
        lambda: (VALUE_0 - 1 + 0.3 / 0.4) / HALF_0,
        lambda: demander.learned_bound(
            0.7, VALUE_0, demander.half_width(K.refusing_luck, VALUE_0), 1.0, 0.4
        ),
    ),
    "spatial: loss at 0.75, ideal 0.25, power x salience 0.6 of 1.0 in two camps": (
        lambda: 0.6 * 0.5 * 2 / 1.0 * 0.25,
        _camps,
    ),
    "spatial: what refusing costs a camp with D = 0.6": (
        lambda: 0.7 * (1 - 0.4 * 0.6),
        lambda: spatial.refusing(D, K),
    ),
    "spatial: value to a chair, losses 0.3, distance 0.2, own view 0.5": (
        lambda: 0.5 * 0.7 + 0.5 * 0.8,
        lambda: spatial.chair_value(0.3, 0.2, 0.5),
    ),
    "spatial: relief by 0.02 of the range, weights 0.5, a tenth of the power": (
        lambda: 0.5 * 0.02 / 0.1,
        lambda: side_payments.relief(0.5, 0.02, 0.1),
    ),
    "first uniform draw of Spain's luck in run 0 of seed 1": (
        lambda: _address_by_hand(1, [0, 2, 0, draws.key("member ESP")]),
        lambda: draws.uniforms(
            1, 0, draws.LUCK, 0, np.array([draws.key("member ESP")], dtype=np.uint64)
        )[0],
    ),
}


def _printed() -> dict[str, float]:
    section = ODD.partition("## 7 Worked examples")[2].partition("## References")[0]
    rows = re.findall(r"^\| (.+?) \| (-?[\d.e-]+) \|$", section, flags=re.MULTILINE)
    return {name: float(value) for name, value in rows}


def test_the_page_has_these_examples() -> None:
    assert set(_printed()) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    by_hand, by_code = EXAMPLES[name]
    assert by_code() == pytest.approx(by_hand(), rel=1e-9, abs=1e-15)
    assert _printed()[name] == pytest.approx(by_hand(), rel=1e-7)


def test_text_b_passes_in_the_end_as_the_page_says() -> None:
    assert not holding_out.refuses(_net(), _cost(), 1.0)
    assert holding_out.goes_along(_value(TEXT_B, TO_B), _value_in_force(), 1.0)
    assert holding_out.refuses(_loss(TEXT_A) - _loss(IN_FORCE, True), _cost() + _half(), 1.0)


# --- claims -----------------------------------------------------------------------------------

unit = st.floats(0.0, 1.0)
texts = st.tuples(
    st.integers(0, 12).map(lambda j: 2.0 + 0.25 * j),
    st.integers(0, 8).map(lambda j: 0.25 * j),
    st.sampled_from([0.0, 2026.0, 2029.0, 2035.0]),
    st.sampled_from([0.0, 0.1, 0.2, 0.3]),
    st.sampled_from([0.0, 2027.0, 2029.0, 2032.0]),
    st.sampled_from([0.3, 0.9, 1.0]),
)


@given(text=texts, now=st.floats(0.9, 4.2), rooms=st.tuples(unit, unit))
def test_fiscal_room_never_raises_a_loss(
    text: tuple[float, ...], now: float, rooms: tuple[float, float]
) -> None:
    core, broader, deadline, step, review, words = text
    years = pledge.years_left(deadline, YEAR)
    ease = pledge.eased(deadline, review, years, K.pledge_review)
    strength = pledge.binding(words, deadline > 0, False)
    less, more = (
        pledge.loss(
            core, broader, float(deadline > 0), years, step, ease, strength, now, 1.0,
            pledge.own_pace(room, K), SIZE, K,
        )
        for room in sorted(rooms)
    )  # fmt: skip
    assert more <= less + 1e-12


@given(which=st.integers(0, 2), low=st.tuples(unit, unit, unit, unit), more=unit)
def test_threat_sensitivity_and_leverage_never_lower_what_refusing_costs(
    which: int, low: tuple[float, ...], more: float
) -> None:
    threat, sensitivity, leverage, domestic = low
    high = [threat, sensitivity, leverage]
    high[which] = high[which] + more
    before = pledge.refusing(threat, sensitivity, domestic, leverage, K)
    assert pledge.refusing(high[0], high[1], domestic, high[2], K) >= before - 1e-12
    tied = pledge.refusing(threat, sensitivity, min(domestic + more, 1.0), leverage, K)
    assert tied <= before + 1e-12


@given(st.floats(0.0, 1.0), st.floats(0.001, 2.0), st.floats(-1.0, 1.0))
def test_refusing_never_pays_by_itself(sd: float, cost: float, lucky: float) -> None:
    assert cost + luck.half_width(sd, cost) * lucky >= 0.0


def test_luck_has_the_spread_that_is_said() -> None:
    """The variance of a parabola on -1 to 1 is 1/5."""
    z = np.linspace(-1.0, 1.0, 20_001)
    middle = (z[1:] + z[:-1]) / 2
    mass = np.diff([luck.below(float(x)) for x in z])
    assert luck.HALF_WIDTH**2 * (mass * middle * middle).sum() == pytest.approx(1.0, abs=1e-6)


def test_which_changes_are_looked_at() -> None:
    sizes, ambition = [13, 9, 13, 4, 7, 3], [1, 1, -1, 1, 1, 1]
    assert len(drafting.leaps(sizes, ambition)) > drafting.WIDE
    assert drafting.changes(sizes, ambition) == drafting.steps(sizes, ambition)
    wide = drafting.leaps([101, 101], [0, 0])
    assert sum(sum(d != 0 for d in row) == 2 for row in wide) == 4


@pytest.mark.parametrize("shape", [(2, 3), (2, 8), (8, 2), (0.5, 0.5), (30, 30), (1.2, 6)])
def test_the_beta_table_is_as_good_as_said(shape: tuple[float, float]) -> None:
    said = float(re.search(r"at most ([\d.]+)\s+of\s+the\s+range", PROSE).group(1))  # type: ignore[union-attr]
    scenario = sim.load("hague_2025").set("parties.ESP.fiscal_room", {"beta": list(shape)})
    p = scenario.setup.problem
    j = scenario.setup.sampled_paths.index("parties.ESP.fiscal_room")
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


@given(seed=word, replication=word, purpose=st.integers(1, 5), round_=st.integers(0, 403))
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
    scenario = sim.load("hague_2025").set("parties.ESP.fiscal_room", {"beta": list(shape)})
    problem = scenario.setup.problem
    (table,) = problem.sample_tables
    low, high = table[:-1], table[1:]
    mean = ((low + high) / 2).mean()
    second = ((low * low + low * high + high * high) / 3).mean()
    exact = beta(*shape)
    assert mean == pytest.approx(exact.mean(), rel=0.005)
    assert (second - mean * mean) ** 0.5 == pytest.approx(exact.std(), rel=0.005)
