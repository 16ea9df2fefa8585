"""Power: textbook voting games, changes that are scenarios of their own, prices that buy."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.power import expected_runs, power
from sim.analysis.power_play import Worth
from sim.analysis.power_prices import prices
from sim.analysis.power_shapley import sampled, shapley
from sim.batch.memory import play_runs
from sim.cli import app
from sim.errors import SummitryError

from .scenarios import PLEDGE, SPATIAL, changed
from .scenarios import setup as set_up
from .test_pivotal import less

pytestmark = pytest.mark.xdist_group("batch_engine")

#: The Council of the European Economic Community of 1958: 12 of 17 votes. The values are those of
#: Felsenthal & Machover, The Measurement of Voting Power (1998), chapter 5.
EEC = {"DEU": 4, "FRA": 4, "ITA": 4, "BEL": 2, "NLD": 2, "LUX": 1}
EEC_VALUES = {"DEU": 14, "FRA": 14, "ITA": 14, "BEL": 9, "NLD": 9, "LUX": 0}
VALUES = np.array(list(EEC_VALUES.values())) / 60


def votes_game(members, pair):
    return float(np.array(list(EEC.values()))[members].sum() >= 12)


def test_the_textbook_values_are_what_all_orders_give():
    votes, pivotal = list(EEC.values()), np.zeros(6)
    for order in itertools.permutations(range(6)):
        sums = np.cumsum([votes[i] for i in order])
        pivotal[order[int(np.argmax(sums >= 12))]] += 1
    assert pivotal / 720 == pytest.approx(VALUES)


def test_values_of_a_voting_game():
    found = sampled(6, votes_game, 600, seed=1)
    assert found.total == pytest.approx(1.0)  # efficiency, whatever orders are drawn
    assert found.values[5] == found.standard_errors[5] == 0.0  # a dummy player has none
    off = np.abs(found.values - VALUES)[:5] / found.standard_errors[:5]
    assert off.max() < 4
    assert found.standard_errors.max() < 0.02


def test_intervals_of_values_cover():
    """An additive game with noise: each value is its own addition."""
    own = np.array([0.3, 0.1, 0.0])
    covered = 0
    for study in range(200):
        noise = np.random.default_rng(study).normal(0.0, 0.2, (20, 8))

        def worth(members, pair, noise=noise):
            return own @ members + noise[pair, members @ np.array([1, 2, 4])]

        found = sampled(3, worth, 20, seed=study)
        covered += ((found.low <= own) & (own <= found.high)).sum()
    assert covered / 600 >= 0.95 - 4 * math.sqrt(0.95 * 0.05 / 600)


def test_the_same_game_played_by_the_engine():
    """Everybody refuses every text, so only those made willing vote for it."""
    never = {"share": {"at_least": 200}}
    members = {
        code: {"ideal": {"share": 50}, "votes": v, "red_lines": never} for code, v in EEC.items()
    }
    council = changed(
        SPATIAL, terms={"share": SPATIAL["terms"]["share"]}, parties=members,
        procedure={"rule": "qualified_majority", "weights": "votes", "quota": 0.7},
        side_letters__most=0,
    )  # fmt: skip
    setup = set_up(council)
    found = shapley(setup, Worth.of(setup, "deal"), 150, 3)
    assert found.total == pytest.approx(1.0)
    assert found.values[5] == 0.0
    off = np.abs(found.values - VALUES)[:5] / found.standard_errors[:5]
    assert off.max() < 4


SMALL = changed(PLEDGE, demander__leverage=0.6, side_letters__most=1)


@pytest.fixture(scope="module")
def small():
    return sim.load(SMALL)


@pytest.fixture(scope="module")
def found(small):
    return power(small, runs=200, seed=4, pairs=20)


def effect(found, code, change):
    rows = found.effects[(found.effects["member"] == code) & (found.effects["change"] == change)]
    (row,) = rows.to_dict("records")
    return row


def test_a_change_is_the_scenario_that_an_author_would_write(small, found):
    def deals(scenario):
        return (scenario.runs(200, seed=4).table["outcome"] != "no_deal").mean()

    for code in ("ESP", "USA"):
        for change, silence in (("willing", "passes"), ("unwilling", "breaks")):
            written = small.set("moves", [{"seat": code, "silence": silence}])
            assert effect(found, code, change)["b"] == pytest.approx(deals(written))
    away = sim.load(less(SMALL, "ESP"))
    assert effect(found, "ESP", "removed")["b"] == pytest.approx(deals(away))
    assert effect(found, "ESP", "willing")["a"] == pytest.approx(deals(small))


def test_under_consensus_every_refusal_is_a_veto_and_the_demander_cannot_leave(found):
    assert (found.effects.loc[found.effects["change"] == "unwilling", "b"] == 0.0).all()
    removed = found.effects.loc[found.effects["change"] == "removed", "member"]
    assert "USA" not in set(removed)
    table = found.table.set_index("member")
    assert np.isnan(table.loc["USA", "removed"])
    assert table["removed"].notna().sum() == len(table) - 1


def test_consent_of_all_gives_a_deal_and_the_values_add_up_to_what_is_missing(found):
    """The values add up to 1 - P(deal) over their own runs, which are 80 here."""
    own = found.scenario.runs(20 * 4, seed=4).table["outcome"] != "no_deal"
    assert found.values.total == pytest.approx(1.0 - own.mean())
    assert found.table["shapley"].sum() == pytest.approx(found.values.total)


def test_table_and_text_hold_every_member_once(found):
    assert sorted(found.table["member"]) == sorted(PLEDGE["parties"])
    assert found.table["shapley"].is_monotonic_decreasing
    text = str(found)
    assert "everybody has a veto" in text
    assert max(map(len, text.split("\n"))) <= 88
    assert "core_pct_gdp" in set(found.changes["outcome"])


ONE_DAY = changed(
    PLEDGE, calendar__start="2025-04-14", events=[], groups={}, demander__leverage=0.5,
    parties__DEU__us_pressure_sensitivity=0.5, mediator__kind="hardliner",
    terms__core_pct_gdp__opening=3.0, terms__deadline_year__opening=2034,
    terms__annual_increment_pp__opening=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def bought():
    """Prices in a summit of one day whose text never moves, so the engine itself can judge."""
    scenario = sim.load(ONE_DAY)
    return scenario, prices(
        scenario.setup, 2, play_runs(scenario.setup, 8, seed=2, trace=True)
    ).query("member != 'USA'")


def accepts(scenario, row):
    runs = scenario.runs(8, seed=2)
    own = runs.members[runs.members["member"] == row["member"]].set_index("replication")
    return own.loc[row["replication"], "accepts"]


@pytest.mark.parametrize(
    ("lever", "path"),
    [
        ("demander.leverage", "demander.leverage"),
        ("threat_perception", "parties.{}.threat_perception"),
        ("fiscal_room", "parties.{}.fiscal_room"),
    ],
)
def test_a_lever_buys_and_a_bit_less_does_not(bought, lever, path):
    scenario, needed = bought
    enough = needed[np.isfinite(needed[lever])]
    assert len(enough) > 2
    played = scenario.loaded.as_played()
    for row in enough.head(5).to_dict("records"):
        where = path.format(row["member"])
        here = (
            played["demander"] if lever == "demander.leverage" else played["parties"][row["member"]]
        )
        for more, expected in ((1e-4, True), (-1e-4, False)):
            value = here[lever.rpartition(".")[2]] + row[lever] + more
            assert accepts(scenario.set(where, value), row) == expected


def test_no_text_one_step_away_buys_whose_price_is_more_steps(bought):
    scenario, needed = bought
    terms = {t.name: t for t in scenario.setup.scenario.terms if t.written}
    checked = 0
    for row in needed.head(6).to_dict("records"):
        found = []
        for name, term in terms.items():
            for place in (term.opening - 1, term.opening + 1):
                if 0 <= place < len(term.values):
                    shown = "none" if term.show(place) is None else term.show(place)
                    moved = scenario.set(f"terms.{name}.opening", shown)
                    found.append(accepts(moved, row))
        assert any(found) == (row["grid_steps"] == 1)
        checked += 1
    assert checked


def test_prices_of_the_text_are_the_cheapest_of_all_changes_of_one_term_or_two(bought):
    """By brute force on the agents."""
    scenario, needed = bought
    for row in needed.head(4).to_dict("records"):
        model = scenario.model(seed=2, replication=row["replication"])
        model.run_model()
        member = model.members[scenario.setup.codes.index(row["member"])]
        here = model.value_of(model.choice)
        costs, steps = [math.inf], [math.inf]
        for choice in itertools.product(*(range(n) for n in model.sizes)):
            apart = [abs(a - b) for a, b in zip(choice, model.choice, strict=True)]
            if 0 < sum(d > 0 for d in apart) <= 2 and not member.would_refuse(list(choice)):
                costs.append(max(0.0, here - model.value_of(list(choice))))
                steps.append(sum(apart))
        assert row["value_given_up"] == pytest.approx(min(costs))
        assert row["grid_steps"] == min(steps)


def test_prices_are_asked_of_those_who_objected_or_hold_a_letter(small):
    setup = small.setup
    block = play_runs(setup, 60, seed=4, trace=True)
    found = prices(setup, 4, block)
    for r in range(60):
        rows = found[found["replication"] == r].set_index("member")
        objected = {code for i, code in enumerate(setup.codes) if not block.passed[r, i]}
        held = {code for i, code in enumerate(setup.codes) if block.side_letter[r, i]}
        assert objected - held <= set(rows.index) <= objected | held
        for code in objected - held:
            assert rows.loc[code, "gap"] >= 0
    assert found["letter"].any()


def test_a_gap_is_net_loss_beyond_the_cost_of_refusing(small):
    """What the Mesa model knows of the last round is what is built up again from the tables."""
    small = small.set({"demander.leverage": 0.3, "mediator.kind": "hardliner"})
    setup = small.setup
    found = prices(setup, 4, play_runs(setup, 10, seed=4, trace=True))
    checked = 0
    for r in range(10):
        model = small.model(seed=4, replication=r)
        model.run_model()
        for state in model.members:
            if not state.passed:
                own = found[(found["replication"] == r) & (found["member"] == state.code)]
                gap = state.net_loss - state.refusal_cost
                assert own["gap"].item() == pytest.approx(gap, abs=1e-9)
                checked += 1
    assert checked


def test_the_demander_has_no_price_but_steps(small):
    short = small.set({"demander.leverage": 0.0, "side_letters.most": 0})
    setup = short.setup
    found = prices(setup, 4, play_runs(setup, 60, seed=4, trace=True))
    own = found[found["member"] == "USA"]
    assert np.isinf(
        own[["value_given_up", "demander.leverage", "fiscal_room"]].to_numpy(float)
    ).all()


def test_a_negotiation_without_a_pledge_knows_no_levers():
    setup = set_up(changed(SPATIAL, parties__AA__domestic_constraint=1.0))
    found = prices(setup, 1, play_runs(setup, 40, seed=1, trace=True))
    assert "demander.leverage" not in found and "value_given_up" in found


def test_mistakes_are_told_in_words(small):
    with pytest.raises(SummitryError, match="one of deal, consensus"):
        power(small, outcome="peace")
    with pytest.raises(SummitryError, match="one of deal, consensus, n_side_letters"):
        power(sim.load(SPATIAL), outcome="demander_satisfied")
    with pytest.raises(SummitryError, match="pairs must be"):
        power(small, pairs=1)
    with pytest.raises(SummitryError, match="runs must be"):
        power(small, runs=1)
    with pytest.raises(SummitryError, match="takes a scenario"):
        power("hague_2025")


def test_other_outcomes_and_negotiations():
    found = power(sim.load(SPATIAL), runs=20, pairs=4, outcome="n_side_letters")
    assert set(found.effects["unit"]) == {"letters"}
    assert "side letters" in str(found) and "<table>" in found._repr_html_()


def test_names_are_inert():
    evil = sim.load(changed(PLEDGE, parties__ESP__name="<script>x</script>"))
    assert "<script>" not in power(evil, runs=4, pairs=2)._repr_html_()


def test_command_and_folder(tmp_path):
    folder, runs = tmp_path / "x", []
    arguments = ["power", "classroom_six", "-n", "20", "--pairs", "3", "--out", str(folder)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert (folder / "reading.txt").read_text() in done.output
    table = pd.read_parquet(folder / "power.parquet")
    assert set(table["member"]) == set(sim.load("classroom_six").setup.codes)
    assert (folder / "figures" / "pivotal.png").exists()
    again = power(sim.load("classroom_six"), runs=20, pairs=3, progress=runs.append)
    assert sum(runs) == expected_runs(again.scenario, 20, 3)
    pd.testing.assert_frame_equal(again.table, table, check_dtype=False)
