"""Comparing scenarios: pairs of real runs, where they part, and what only one scenario has."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.compare import compare
from sim.analysis.differs import changes, labels
from sim.batch.chunks import Failure
from sim.batch.memory import play_part
from sim.cli import app
from sim.errors import SummitryError

from .scenarios import PLEDGE, SPATIAL, changed
from .test_pivotal import less

pytestmark = pytest.mark.xdist_group("batch_engine")
RUNS = 400


@pytest.fixture(scope="module")
def weak(six):
    return six.set("demander.leverage", 0.75)


@pytest.fixture(scope="module")
def found(six, weak):
    return compare(six, weak, runs=RUNS, seed=5)


def row(comparison, outcome, label=None):
    table = comparison.table
    if label is not None:
        table = table[table["scenario"] == label]
    (found,) = table[table["outcome"] == outcome].to_dict("records")
    return found


def test_a_scenario_differs_from_itself_in_exactly_nothing(six):
    table = compare(six, six, runs=100).table
    assert (table[["difference", "low", "high"]] == 0.0).all(axis=None)
    assert (table["standard_error"] == 0.0).all()
    assert (table["gained"].dropna() == 0).all()


def test_pairs_are_the_runs_of_each_scenario_alone(six, weak, found):
    one, two = (s.runs(RUNS, seed=5) for s in (six, weak))
    for side, alone in ((found.base, one), (found.pairings[0].b, two)):
        for name in side.runs.columns:
            pd.testing.assert_series_equal(
                side.runs[name], alone.table[name], check_dtype=False, check_index=False
            )
    a, b = one.table, two.table
    deal_a, deal_b = a["outcome"] != "no_deal", b["outcome"] != "no_deal"
    deal = row(found, "deal")
    assert deal["difference"] == pytest.approx(deal_b.mean() - deal_a.mean())
    assert (deal["gained"], deal["lost"]) == ((deal_b & ~deal_a).sum(), (deal_a & ~deal_b).sum())
    both = deal_a & deal_b
    core = row(found, "core_pct_gdp")
    d = b.loc[both, "core_pct_gdp"] - a.loc[both, "core_pct_gdp"]
    assert core["pairs"] == both.sum() > 50
    assert core["difference"] == pytest.approx(d.mean())
    assert core["standard_error"] == pytest.approx(d.sem())
    held = two.members.pivot(index="replication", columns="member", values="side_letter")
    assert row(found, "side_letter.ESP")["b"] == pytest.approx(held.loc[both, "ESP"].mean())


def test_levels_of_a_term_are_shares_that_add_up(found):
    wording = found.table[found.table["outcome"].str.startswith("wording=")]
    assert wording["a"].sum() == pytest.approx(1.0)
    assert wording["difference"].sum() == pytest.approx(0.0, abs=1e-12)


def test_transitions_count_every_run_once(six, weak, found):
    one, two = (s.runs(RUNS, seed=5).table["outcome"] for s in (six, weak))
    expected = pd.crosstab(one, two, dropna=False)
    counts = found.pairings[0].transitions
    assert (counts.to_numpy() == expected.to_numpy()).all()
    moved = sum(int(runs.sum()) for runs in found.pairings[0].changed.values())
    assert moved == RUNS - np.trace(counts.to_numpy()) > 0


def parted(a: pd.DataFrame, b: pd.DataFrame) -> tuple[int, set[str]]:
    """The first round in which two traced runs have other answers, and of whom, by reading."""
    for number in sorted(set(a["round"]) & set(b["round"])):
        here, there = (
            t[(t["round"] == number) & (t["member"] != "mediator")].set_index("member")["accepts"]
            for t in (a, b)
        )
        other = {code for code in here.index.intersection(there.index) if here[code] != there[code]}
        if other:
            return number, other
    return 0, set()


@pytest.mark.parametrize("case", ["six", "less members", "majority"])
def test_runs_part_where_reading_the_rounds_says_so(six, weak, case):
    a, b = {
        "six": (six, weak),
        "less members": (sim.load(PLEDGE), sim.load(less(PLEDGE, "DEU"))),
        "majority": (six, six.set({"procedure.rule": "qualified_majority"})),
    }[case]
    flips = compare(a, b, runs=40, seed=2).pairings[0].flips
    codes = compare(a, b, runs=1).pairings[0].members
    one, two = (s.runs(40, seed=2, trace=True).rounds for s in (a, b))
    parting = 0
    for r in range(40):
        number, who = parted(one[one["replication"] == r], two[two["replication"] == r])
        assert flips.round[r] == number
        assert {codes[i] for i in np.flatnonzero(flips.who[r])} == who
        said = two[(two["replication"] == r) & (two["round"] == number)].set_index("member")
        for code in who:
            assert flips.now_pass[r, codes.index(code)] == said.loc[code, "accepts"]
        parting += number > 0
    assert case == "majority" or parting


def test_another_rule_with_the_same_answers_is_nobody_s_flip(six):
    """Counting votes otherwise ends runs earlier; until then every answer is the same."""
    majority = six.set({"procedure.rule": "qualified_majority", "procedure.quota": 0.5})
    found = compare(six, majority, runs=60)
    assert (found.pairings[0].flips.round == 0).all()
    assert (found.first_flips["share"][found.first_flips["member"] == ""] == 1.0).all()
    assert row(found, "adopted_over_objections")["b"] > 0


def test_who_is_first_is_counted_in_runs_that_change(found):
    p, table = found.pairings[0], found.first_flips
    for kind, runs in p.changed.items():
        rows = table[table["change"] == kind].set_index("member")
        if runs.any():
            assert (rows["runs"] == runs.sum()).all()
        for i, code in enumerate(p.members):
            first = int((p.flips.who[:, i] & runs).sum())
            assert first == (rows.loc[code, "first"] if code in rows.index else 0)
    lost = table[(table["change"] == "deal_lost") & (table["last"] > 0)]
    # Under consensus somebody breaks silence at the end of every run without a deal.
    assert lost["last"].sum() >= p.changed["deal_lost"].sum() > 0


def test_members_and_terms_that_only_one_has_are_told_and_left_out(six):
    without = sim.load(less(PLEDGE, "DEU"))
    found = compare(sim.load(PLEDGE), without, runs=50)
    assert "members only in A: DEU" in found.pairings[0].left_out
    assert not found.table["outcome"].str.contains("DEU").any()
    found = compare(sim.load(PLEDGE), sim.load(SPATIAL), runs=20)
    assert not set(PLEDGE["terms"]) & set(found.table["outcome"])
    words = " ".join(found.pairings[0].left_out)
    assert "term core_pct_gdp (only in A)" in words
    assert "term share (only in B)" in words
    assert "demander" in words and "calendar" in words
    assert "core_pct_gdp" in str(found)


def test_terms_of_runs_without_a_common_deal_are_not_made_up(six):
    never = changed(PLEDGE, mediator__kind="hardliner", terms__core_pct_gdp__opening=4.0)
    for code in ("ESP", "ITA"):
        never["parties"][code]["red_lines"] = {"core_pct_gdp": {"at_most": 2.0}}
    found = compare(sim.load(PLEDGE), sim.load(never), runs=30)
    assert row(found, "deal")["b"] == 0.0
    core = row(found, "core_pct_gdp")
    assert core["pairs"] == 0 and np.isnan(core["difference"])
    assert "no terms can be compared" in str(found)


def test_a_run_that_fails_in_one_scenario_counts_in_none(six, weak, monkeypatch):
    def failing(setup, *args, **options):
        part = play_part(setup, *args, **options)
        broken = (Failure(3, "play", "a fault"),) if setup is six.setup else ()
        return part._replace(failures=broken)

    monkeypatch.setattr("sim.analysis.compare.play_part", failing)
    found = compare(six, weak, runs=10)
    assert found.runs == 9
    for _, rows in found.pairs.groupby("scenario"):
        assert rows["replication"].tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9]


def test_several_scenarios_are_all_compared_with_the_first(six, weak, found):
    strong = six.set("demander.leverage", 1.2)
    many = compare(six, weak, strong, runs=RUNS, seed=5)
    names = list(dict.fromkeys(many.table["scenario"]))
    assert names == [
        "classroom_six, demander.leverage=0.75",
        "classroom_six, demander.leverage=1.2",
    ]
    assert row(many, "deal", names[0])["difference"] == row(found, "deal")["difference"]
    alone = compare(six, strong, runs=RUNS, seed=5)
    assert row(many, "deal", names[1])["difference"] == row(alone, "deal")["difference"]
    assert len(many.pairs) == 3 * RUNS


def test_pairing_by_random_numbers_gains(six):
    """A small change: most runs keep their luck, so pairs know its effect better."""
    found = compare(six, six.set("parties.POL.fiscal_room", 0.45), runs=RUNS)
    assert row(found, "deal")["variance_gain"] > 2
    assert row(found, "n_side_letters")["variance_gain"] > 2


def test_what_differs_is_told_path_by_path(six, weak):
    (change,) = changes(six.loaded.as_played(), weak.loaded.as_played())
    assert (change.path, change.b) == ("demander.leverage", 0.75)
    assert "triangular" in str(change) and "0.75" in str(change)
    away = changes(
        sim.load(PLEDGE).loaded.as_played(), sim.load(less(PLEDGE, "DEU")).loaded.as_played()
    )
    assert "parties.DEU only in A" in [str(c) for c in away]
    assert any(c.path.startswith("events[A scare]") for c in away)
    assert changes(six.loaded.as_played(), six.loaded.as_played()) == ()
    assert labels(["a", "b", "a"], [[], [], []]) == ("a", "b", "a (2)")


def test_text_fits_the_screen_and_html_is_inert(found):
    assert max(map(len, str(found).split("\n"))) <= 88
    evil = sim.load(changed(PLEDGE, parties__ESP__name="<script>x</script>"))
    page = compare(evil, evil.set("terms.core_pct_gdp.unit", "<b>"), runs=10)._repr_html_()
    assert "<script>" not in page and "(<b>)" not in page and "<table>" in page


@pytest.mark.parametrize("other", ["hague_2025", None, 3])
def test_what_is_no_scenario_is_refused_in_words(six, other):
    with pytest.raises(SummitryError, match="takes scenarios"):
        compare(six, other, runs=5)


def test_saved_with_tables_figures_and_origin(six, weak, tmp_path):
    found = compare(six, weak, runs=30, seed=5)
    folder = found.save(tmp_path / "x", command="summitry compare")
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "differences.parquet"), found.table, check_dtype=False
    )
    assert len(pd.read_csv(folder / "pairs.csv")) == 60
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["scenario_hash"] == six.hash
    assert manifest["compared"][0]["scenario_hash"] == weak.hash
    assert sim.load(manifest["compared"][0]["scenario"]).hash == weak.hash
    assert {f"figures/{n}.png" for n in ("differences", "transitions", "first_flips")} <= set(
        manifest["files"]
    )
    assert found.save(folder) == folder  # the same again
    with pytest.raises(SummitryError, match="another study"):
        compare(six, six.set("demander.leverage", 0.7), runs=30, seed=5).save(folder)


def test_command(tmp_path):
    folder = tmp_path / "x"
    change = ["--set", "demander.leverage=0.6", "-n", "50"]
    done = CliRunner().invoke(app, ["compare", "classroom_six", *change, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    assert "demander.leverage: {triangular: [0.6, 1.0, 1.2]} → 0.6" in done.output
    assert (folder / "reading.txt").read_text() in done.output
    below_a_file = str(folder / "reading.txt" / "y")
    lost = CliRunner().invoke(app, ["compare", "classroom_six", *change, "--out", below_a_file])
    assert isinstance(lost.exception, SummitryError)
    assert "reading.txt is a file" in str(lost.exception)
    alone = CliRunner().invoke(app, ["compare", "classroom_six"])
    assert isinstance(alone.exception, SummitryError)
    assert "second scenario" in str(alone.exception)


def test_several_scenarios_are_told_at_a_glance_first(six, weak, found):
    several = compare(six, weak, six.set("demander.leverage", 0.2), runs=RUNS, seed=5)
    glance = several.overview()
    lines = glance.splitlines()
    assert len(lines) == 6
    assert max(map(len, str(several).splitlines())) <= 88
    assert str(several).startswith(glance)
    assert str(several).count("How it ends") == 2
    deal = several.table[several.table["outcome"] == "deal"]
    for line, row, p in zip(lines[4:], deal.itertuples(), several.pairings, strict=True):
        assert f"{100 * row.b:.1f}%" in line and f"{100 * row.difference:+.1f} pp" in line
        assert f"{100 * (1 - np.trace(p.transitions.to_numpy()) / RUNS):.1f}%" in line
    assert "minus A" not in str(found)
