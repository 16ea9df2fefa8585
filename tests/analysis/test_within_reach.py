"""One run as tables: they are the run, and what they say of the agents is what these say."""

from __future__ import annotations

import pytest

from sim.analysis.story import tell
from sim.analysis.within_reach import accepting, beliefs, main_term, texts
from sim.engine.mesa.model import SummitModel

from .scenarios import ALL, PLEDGE, changed, setup

NAMES = ["pledge", "one day", "public knowledge", "all is known", "spatial", "spatial demander"]


def played(name: str) -> SummitModel:
    model = SummitModel(setup(ALL[name]), seed=3, replication=1, collect=False)
    model.run_model()
    model.release()
    return model


@pytest.mark.parametrize("name", NAMES)
def test_beliefs_have_a_row_for_each_round_and_member(name: str) -> None:
    s = setup(ALL[name])
    model, table = played(name), beliefs(tell(s, 3, 1, pivotal=False))
    assert len(table) == (model.round + 1) * len(s.codes)
    assert table["odds"].between(0.0, 1.0).all()
    own = table[~table["member"].isin(s.scenario.demanders)]
    if s.problem.knowledge == 1 and not s.scenario.file.events:  # only luck is not known
        assert (own["least"] <= own["costs"] + 1e-9).all()
        assert (own["costs"] <= own["most"] + 1e-9).all()


@pytest.mark.parametrize("name", NAMES)
def test_what_members_accept_grows_with_the_clock(name: str) -> None:
    s = setup(ALL[name])
    table = accepting(s, 3, 1)
    rounds = table[table["round"] > 0]
    assert rounds["round"].max() == played(name).round + 1
    for code in s.codes:
        if code in s.scenario.demanders or s.scenario.file.events:
            continue
        own = rounds[rounds["member"] == code]["limit"].fillna(-1.0)
        assert own.is_monotonic_increasing or ALL[name].get("preferences") == "spatial"


def test_the_limit_of_core_spending_is_the_most_that_passes() -> None:
    scenario = changed(PLEDGE, events=None, groups=None)
    s = setup(scenario)
    table = accepting(s, 3, 0)
    model = SummitModel(s, seed=3, collect=False)
    model.run_model()
    t = main_term(s)
    last = table[table["round"] == 0].set_index("member")["limit"]
    for state in model.members:
        state.side_letter = False
        passing = []
        for place, value in enumerate(model.grid[t][: model.sizes[t]]):
            choice = list(model.choice)
            choice[t] = place
            if not state.would_refuse(choice, 1.0):
                passing.append(value)
        expected = min(passing) if state.demands else max(passing)
        assert last[state.code] == expected
    model.release()


@pytest.mark.parametrize("name", NAMES)
def test_texts_hold_those_that_were_on_the_table_and_what_all_say_to_them(name: str) -> None:
    model, table = played(name), texts(setup(ALL[name]), 3, 1)
    assert table["last"].sum() == 1
    last = table[table["last"]].iloc[0]
    assert last["value"] == pytest.approx(model.value_of(model.choice))
    assert last["adopted"] == model.adopted
    willing = [not m.would_refuse(model.choice, 1.0) for m in model.members]
    assert last["would_pass"] == sum(willing)
    assert sorted(table.loc[table["tabled"] > 0, "tabled"])[0] == 1
    assert table["would_pass"].between(0, len(model.members)).all()
    assert table["odds"].between(0.0, 1.0).all()
