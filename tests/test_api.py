"""The notebook interface: load, set, run, runs."""

import gc
import subprocess
import sys
import time
import weakref

import numpy as np
import pandas as pd
import pytest

import sim

HEAVY = ("mesa", "numba", "pandas", "scipy", "matplotlib", "pyarrow")


def test_import_costs_nothing():
    code = f"import sys, sim; print([m for m in {HEAVY} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_scenario_never_changes(six):
    before = six.hash
    weak = six.set("demander.leverage", 0.2)
    assert six.hash == before != weak.hash
    assert weak.set("demander.leverage", 1.0).hash == six.set("demander.leverage", 1.0).hash


def test_set_takes_several_values_at_once(six):
    both = six.set({"demander.leverage": 0.2, "parties.ESP.fiscal_room": 0.9})
    one_by_one = six.set("demander.leverage", 0.2).set("parties.ESP.fiscal_room", 0.9)
    assert both.hash == one_by_one.hash


@pytest.mark.parametrize("engine", ["batch", "mesa"])
def test_runs_are_addressed(six, engine):
    """A run is the same alone and in any batch."""
    many = six.runs(30, seed=5, engine=engine)
    for replication in (0, 7, 29):
        alone = six.run(seed=5, replication=replication)
        row = many.table.iloc[[replication]].reset_index(drop=True)
        pd.testing.assert_frame_equal(row, alone.ensemble.table.reset_index(drop=True))


def test_engines_and_blocks_give_the_same_hash(six, monkeypatch):
    from sim.batch import chunks

    expected = six.runs(40, seed=0, engine="mesa").hash
    for block in (1, 7, 512):
        monkeypatch.setattr(chunks, "BLOCK", block)
        assert six.runs(40, seed=0).hash == expected


def test_seeds_matter_and_zero_is_a_seed(six):
    hashes = {six.runs(20, seed=s).hash for s in (0, 1, 2, 2**64 - 1)}
    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("n", "seed"), [(0, 1), (-3, 1), (10**7, 1), (2.5, 1), (10, -1), (10, 2**64), (True, 1)]
)
def test_wrong_counts_and_seeds_are_refused(six, n, seed):
    with pytest.raises(sim.SummitryError, match="must be a whole number between"):
        six.runs(n, seed=seed)


def test_tables_have_the_promised_columns(hague):
    many = hague.runs(50, seed=1, trace=True)
    assert set(many.table.columns) >= {
        "replication", "outcome", "adopted_round", "adopted_date", "headline_pct_gdp",
        "core_pct_gdp", "broader_pct_gdp", "deadline_year", "annual_increment_pp", "review_year",
        "wording", "n_side_letters", "demander_satisfied", "demander.leverage",
    }  # fmt: skip
    assert list(many.members.columns) == [
        "replication", "member", "threat_perception", "fiscal_room", "us_pressure_sensitivity",
        "domestic_constraint", "side_letter", "objections", "last_blocking_term",
        "last_blocking_direction", "accepts", "net_loss", "refusal_cost",
    ]  # fmt: skip
    assert len(many.members) == 50 * 32


def test_who_objects_last_loses_more_than_refusing_costs(hague):
    """On the last text of a run without a deal; who holds a letter and the demander aside."""
    many = hague.set("demander.leverage", 0.3).runs(50, seed=1)
    failed = many.table.loc[many.table["outcome"] == "no_deal", "replication"]
    last = many.members[many.members["replication"].isin(failed)]
    last = last[~last["side_letter"] & (last["member"] != "USA")]
    refuses = (last["net_loss"] > 0) & (last["net_loss"] > last["refusal_cost"])
    assert len(last) and (refuses == ~last["accepts"]).all()


def test_terms_are_missing_without_a_deal(hague):
    table = hague.set("demander.leverage", 0.0).runs(50, seed=1).table
    none = table[table["outcome"] == "no_deal"]
    assert len(none) > 10
    for column in ("adopted_round", "adopted_date", "headline_pct_gdp", "core_pct_gdp", "wording"):
        assert none[column].isna().all(), column
    assert not none["demander_satisfied"].any()


def test_headline_is_core_plus_broader(hague):
    table = hague.runs(100, seed=1).table
    parts = table["core_pct_gdp"] + table["broader_pct_gdp"]
    pd.testing.assert_series_equal(table["headline_pct_gdp"], parts, check_names=False)


def test_rounds_agree_with_runs_and_members(six):
    many = six.runs(40, seed=3, trace=True)
    rounds = many.rounds
    last = rounds.groupby("replication")["round"].max()
    adopted = many.table.set_index("replication")["adopted_round"].dropna()
    assert (last[adopted.index] == adopted).all()
    answers = rounds[rounds["member"] != "mediator"]
    refusals = (~answers["accepts"].astype(bool)).groupby(
        [answers["replication"], answers["member"].astype(str)]
    )
    objections = many.members.assign(member=many.members["member"].astype(str)).set_index(
        ["replication", "member"]
    )["objections"]
    counted = refusals.sum()
    assert (counted == objections.reindex(counted.index)).all()
    texts = rounds[rounds["member"] == "mediator"].groupby("replication").last()
    deal = many.table.set_index("replication").loc[adopted.index]
    assert (texts.loc[adopted.index, "core_pct_gdp"] == deal["core_pct_gdp"]).all()


def test_rounds_need_a_trace(six):
    with pytest.raises(sim.SummitryError, match="trace"):
        _ = six.runs(5).rounds


def test_common_random_numbers(six):
    """A change that touches one member leaves the draws of all others as they were."""
    a = six.runs(30, seed=1).members
    b = six.set("parties.ITA.fiscal_room", {"uniform": [0.1, 0.9]}).runs(30, seed=1).members
    others = a["member"] != "ITA"
    columns = ["threat_perception", "fiscal_room", "us_pressure_sensitivity"]
    pd.testing.assert_frame_equal(a.loc[others, columns], b.loc[others, columns])
    assert not np.array_equal(a.loc[~others, "fiscal_room"], b.loc[~others, "fiscal_room"])


def test_the_mesa_model_steps_like_one(hague):
    model = hague.model(seed=2, replication=4)
    while model.running:
        model.step()
    assert model.steps == model.round + 1
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == model.steps
    assert frame["on_board"].iloc[-1] == sum(s.passed for s in model.members)
    from sim.engine.mesa.agents import Mediator, MemberState

    assert len(model.agents_by_type[MemberState]) == 32
    assert len(model.agents_by_type[Mediator]) == 1
    row = hague.run(seed=2, replication=4).outcome
    assert (row["outcome"] != "no_deal") == model.adopted


def test_models_do_not_pile_up(six):
    six.runs(5, engine="mesa")
    models = [weakref.ref(six.model()) for _ in range(3)]
    for ref in models:
        model = ref()
        if model is not None:
            model.release()
            del model
    gc.collect()
    assert all(ref() is None for ref in models)


def test_one_traced_run_is_quick(six):
    """Who asks for one run waits less than a second, for the first of a scenario as well."""
    six.run(seed=1).rounds  # noqa: B018 - imports and compiles
    scenario = sim.load("hague_2025")
    for replication in range(3):
        started = time.process_time()
        scenario.run(seed=1, replication=replication).rounds  # noqa: B018
        assert time.process_time() - started < 1.0


MISTAKES = [
    lambda s: s.runs(5, engine="nonsense"),
    lambda s: s.runs("abc"),
    lambda s: s.runs(float("nan")),
    lambda s: s.model(seed="x"),
    lambda s: s.model(replication=-1),
    lambda s: s.run(replication=2.5),
    lambda s: s.set("demander.leverage"),
    lambda s: s.set(3, 4),
    lambda s: sim.load(5),
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_in_python_are_told_in_words(six, mistake):
    with pytest.raises(sim.SummitryError):
        mistake(six)


def test_a_summit_that_is_over_has_no_further_round(six):
    model = six.model()
    model.run_model()
    with pytest.raises(sim.SummitryError, match="over"):
        model.step()
