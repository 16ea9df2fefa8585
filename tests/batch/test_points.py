"""Playing many points gives what setting each of them and running it gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.batch.knobs import Knobs
from sim.batch.points import play_points
from sim.batch.tables import OUTCOMES
from sim.errors import SummitryError
from sim.scenario.coefficients import Coefficients
from sim.scenario.resolve import ATTRIBUTES
from tests.strategies import scenarios

#: Numeric inputs that any scenario has, with a range of values that fit.
COEFFICIENTS = {
    f"coefficients.{group}.{name}": (0.0, 1.0)
    for group in Coefficients.model_fields
    for name in type(getattr(Coefficients(), group)).model_fields
    if name != "exponent"
}
SETTINGS = {"mediator.own_view": (0.0, 1.0), "procedure.quota": (0.5, 0.9)}
WHOLE = {
    "side_letters.most": 6,
    "procedure.minus": 3,
    "coefficients.hold.exponent": 8,
    "calendar.last_day_drafts": 5,
}
DEMAND = {
    "demander.headline_pct_gdp": (2.0, 6.0),
    "demander.annual_increment_pp": (0.0, 0.4),
    "demander.need_core_pct_gdp": (1.0, 5.0),
    "demander.leverage": (0.0, 2.0),
}


@st.composite
def studies(draw: st.DrawFn) -> tuple[sim.Scenario, list[str], list[list[float]]]:
    """A scenario, some of its inputs and points of them."""
    scenario = sim.load(draw(scenarios()))
    resolved = scenario.loaded.resolved
    ranges = {**COEFFICIENTS, **SETTINGS}
    members = [p.code for p in resolved.members]
    for who in ("*", *members, *(g for g, inside in resolved.groups.items() if inside)):
        ranges |= {f"parties.{who}.{a}": (0.0, 1.0) for a in ATTRIBUTES}
        if resolved.file.preferences == "spatial":
            for term in resolved.terms:
                ranges[f"parties.{who}.ideal.{term.name}"] = (-2.0, 12.0)
                ranges[f"parties.{who}.salience.{term.name}"] = (0.0, 2.0)
    for member in resolved.members:
        if member.current_core_pct_gdp is not None:
            ranges[f"parties.{member.code}.current_core_pct_gdp"] = (0.5, 4.0)
        ranges[f"parties.{member.code}.gdp_usd_bn"] = (1.0, 900.0)
    for group in resolved.groups:
        ranges |= {f"groups.{group}.{a}": (-1.0, 1.0) for a in ATTRIBUTES}
    if resolved.file.preferences == "pledge":
        ranges |= DEMAND
    known = sorted([*ranges, *WHOLE])
    # Few inputs are settings, and few are shifts: each kind has its chance.
    kinds = sorted({path.split(".")[0] for path in known})
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6))
    paths = []
    for kind in chosen:
        path = draw(st.sampled_from([k for k in known if k.split(".")[0] == kind]))
        paths += [path] if path not in paths else []

    def value(path: str) -> st.SearchStrategy[float]:
        if path in WHOLE:
            return st.integers(1, WHOLE[path]).map(float)
        low, high = ranges[path]
        return st.sampled_from([low, high]) | st.floats(low, high)

    point = st.tuples(*(value(path) for path in paths)).map(list)
    return scenario, paths, draw(st.lists(point, min_size=1, max_size=3))


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(np.asarray(a, dtype=float), np.asarray(b, dtype=float), equal_nan=True)


def assert_equal(scenario: sim.Scenario, paths, points, replicates, seed, results) -> None:
    for j, point in enumerate(points):
        runs = scenario.set(dict(zip(paths, point, strict=True))).runs(replicates, seed=seed)
        table, deal = runs.table, runs.table["outcome"] != "no_deal"
        assert same(results.adopted[j], deal)
        assert same(results.adopted_round[j], table["adopted_round"].astype("float").fillna(0))
        assert same(results.n_side_letters[j], table["n_side_letters"])
        assert same(results.objectors[j], runs.block.objectors)
        assert [OUTCOMES[o] for o in results.outcome[j]] == list(table["outcome"])
        assert same(results.letters[j], runs.block.side_letter)
        if results.headline_pct_gdp is not None:
            assert same(results.headline_pct_gdp[j], table["headline_pct_gdp"])
        for name, term in results.terms.items():
            if name in results.levels:
                assert same(results.levels[name][j], table[name].cat.codes)
                assert same(np.isnan(term[j]), table[name].isna())
            else:
                assert same(term[j], pd.to_numeric(table[name]).astype("float"))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(studies())
def test_the_numbers_of_a_point_are_those_of_the_scenario_that_is_set(study):
    scenario, paths, points = study
    knobs = Knobs(scenario, paths)
    values = knobs.checked(points)
    for j, group in enumerate(knobs.alike(values)):
        assert j < len(points)
        base = knobs.base(values[group[0]])
        for point in values[group]:
            changes = knobs.changes(point)
            shifts = [paths[j] for j in knobs.quick if paths[j].startswith("groups.")]
            if any(changes[p] == 0.0 for p in shifts):
                continue  # a shift of nothing has no place in the scenario that is set
            setup = scenario.set(changes).setup
            # There a fixed shift counts as drawn, always with one value.
            drawn = ~np.isin(np.array(setup.sampled_paths, dtype=str), np.array(shifts, dtype=str))
            expected = setup.problem._asdict()
            for field in ("sampled", "sample_kind", "sample_parameters", "sample_keys"):
                expected[field] = expected[field][drawn]
            for field, found in base.at(point)._asdict().items():
                assert np.array_equal(found, expected[field]), field


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(studies(), st.integers(0, 2**64 - 1), st.integers(1, 8))
def test_points_give_what_set_and_runs_give(study, seed, replicates):
    scenario, paths, points = study
    results = play_points(scenario, paths, points, replicates, seed=seed, letters=True)
    assert_equal(scenario, paths, points, replicates, seed, results)


@pytest.mark.parametrize(
    ("paths", "points"),
    [
        (["parties.*.fiscal_room", "parties.ESP.fiscal_room"], [[0.3, 0.7], [0.5, 0.1]]),
        (["parties.Spain.threat_perception", "demander.leverage"], [[0.9, 0.2], [0.0, 2.0]]),
        (["parties.baltics.us_pressure_sensitivity"], [[0.0], [1.0]]),
        (
            ["side_letters.most", "demander.headline_pct_gdp"],
            [[0, 4.0], [3, 5.0], [0, 4.5]],
        ),
        (["roster.spread.threat_perception", "coefficients.letter.price"], [[0, 0.2], [0.2, 1]]),
        (["events[0].leverage", "demander.need_core_pct_gdp"], [[0.2, 3.0], [0, 5.0]]),
    ],
)  # fmt: skip
def test_wildcards_groups_and_settings_of_a_shipped_summit(hague, paths, points):
    results = play_points(hague, paths, points, 4, seed=0, letters=True)
    assert_equal(hague, paths, points, 4, 0, results)


def test_most_inputs_take_the_quick_way(hague):
    paths = [f"parties.{code}.{a}" for code in hague.setup.codes for a in ATTRIBUTES]
    assert not Knobs(
        hague, [*paths, *COEFFICIENTS, "demander.leverage", "demander.need_core_pct_gdp"]
    ).slow


def test_points_share_their_luck_or_not(six):
    points = [[0.3]] * 40
    alike = play_points(six, ["parties.ESP.fiscal_room"], points, 3, seed=5)
    assert (alike.adopted_round == alike.adopted_round[0]).all()
    own = play_points(six, ["parties.ESP.fiscal_room"], points, 3, seed=5, first=np.arange(40) * 3)
    runs = six.set("parties.ESP.fiscal_room", 0.3).runs(120, seed=5).table
    assert same(own.adopted_round.ravel(), runs["adopted_round"].astype("float").fillna(0))
    assert own.adopted_round.std() > 0


def test_workers_and_order_do_not_count_and_progress_is_told(six):
    rng = np.random.default_rng(3)
    paths = ["demander.leverage", "side_letters.most"]
    points = np.column_stack([rng.random(500), rng.integers(0, 2, 500)])
    done: list[int] = []
    one = play_points(six, paths, points, 5, seed=2, workers=1, progress=done.append)
    two = play_points(six, paths, points[::-1], 5, seed=2, workers=3)
    assert sum(done) == 2500 and len(done) > 1
    assert same(one.adopted_round, two.adopted_round[::-1])
    assert same(one.terms["core_pct_gdp"], two.terms["core_pct_gdp"][::-1])
    assert one.letters is None


@pytest.mark.parametrize(
    ("paths", "points"),
    [
        (["demander.levrage"], [[0.2]]),
        (["parties.spam.fiscal_room"], [[0.2]]),
        (["demander.leverage"], [[0.2], [2.5], [0.3]]),
        (["demander.leverage", "parties.ESP.fiscal_room"], [[0.2, 0.1], [0.3, np.nan]]),
        (["coefficients.refusing.base"], [[np.inf]]),
        (["side_letters.most"], [[1], [2.5], [3]]),
        (["coefficients.hold.exponent"], [[2], [2.5], [4]]),
        (["groups.new.fiscal_room"], [[0.1]]),
        (["demander.leverage.x"], [[0.1]]),
        (["title"], [[0.1]]),
    ],
)
def test_mistakes_are_told_as_set_tells_them(hague, paths, points):
    with pytest.raises(SummitryError) as told:
        play_points(hague, paths, points, 1, seed=1)
    with pytest.raises(SummitryError) as expected:
        for point in points:
            hague.set(dict(zip(paths, map(float, point), strict=True)))
    assert type(told.value) is type(expected.value)
    assert str(told.value) == str(expected.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paths": ["demander.leverage", "demander.leverage"], "points": [[1, 1]]}, "twice"),
        ({"paths": [3]}, "path"),
        ({"points": [0.5]}, "shape"),
        ({"points": []}, "shape"),
        ({"points": [["much"]]}, "numbers"),
        ({"replicates": 0}, "replicates"),
        ({"seed": -1}, "seed"),
        ({"workers": 0}, "workers"),
        ({"first": -1}, "first"),
        ({"first": np.arange(2)}, "first"),
        ({"replicates": 10**9}, "more than"),
    ],
)
def test_senseless_calls_are_told_in_words(six, changes, words):
    call = {
        "paths": ["demander.leverage"],
        "points": [[1.0]],
        "replicates": 1,
        "seed": 1,
        **changes,
    }
    with pytest.raises(SummitryError, match=words):
        play_points(six, call.pop("paths"), call.pop("points"), call.pop("replicates"), **call)
