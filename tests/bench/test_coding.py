"""The tables of the bench keep their rules, and their coding never sees an outcome."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.bench.check import faults
from sim.bench.coding import VERSIONS, meeting_at, scenario, scenarios
from sim.bench.tables import COLUMNS, DATA, read, read_outcomes, rows_of
from sim.errors import SummitryError

NAMES = tuple(read().negotiations)
TABLES = tuple(COLUMNS)


def _copy(folder: Path) -> Path:
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    return folder


def _write(folder: Path, table: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS[table])
        writer.writeheader()
        writer.writerows(rows)


def _changed(folder: Path, table: str, where: dict[str, str], **cells: str) -> Path:
    """A copy of the tables in which the rows `where` have other cells."""
    _copy(folder)
    rows = rows_of(folder, table)
    hit = [r for r in rows if all(r[k] == v for k, v in where.items())]
    assert hit
    for row in hit:
        row.update(cells)
    _write(folder, table, rows)
    return folder


def _all(folder: Path) -> dict[str, dict]:
    return {version: scenarios(version, folder) for version in VERSIONS}


# ------------------------------------------------------------------------------ the tables


def test_nothing_is_wrong_with_the_tables_of_the_package() -> None:
    assert faults() == []


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_and_a_grade(table) -> None:
    for row in rows_of(DATA, table):
        assert row["source"] and row["grade"]


def test_coded_statements_are_dated_before_the_outcome() -> None:
    ends = {r["negotiation"]: r["outcome_date"] for r in rows_of(DATA, "outcomes")}
    for row in rows_of(DATA, "positions"):
        if row["before_outcome"] == "yes":
            assert row["date"] < ends[row["negotiation"]], row


def test_every_negotiation_has_two_parties_with_a_dated_statement() -> None:
    bench = read()
    for key in NAMES:
        assert len({p.party for p in bench.positions[key] if p.before}) >= 2


@pytest.mark.parametrize(
    ("table", "where", "cells", "says"),
    [
        ("positions", {"party": "iran"}, {"grade": "D"}, "the grade must be"),
        ("positions", {"party": "iran"}, {"source": ""}, "a source is missing"),
        ("positions", {"party": "iran"}, {"url": ""}, "a web address is missing"),
        ("positions", {"party": "iran"}, {"date": "2016-10-15"}, "must be dated before"),
        ("positions", {"party": "iran"}, {"before_outcome": "no"}, "disagree"),
        ("positions", {"party": "iran"}, {"level": "3"}, "level must be"),
        ("positions", {"party": "iran"}, {"value": "2040"}, "outside the range"),
        ("positions", {"party": "iran"}, {"party": "persia"}, "parties.csv has no persia"),
        ("terms", {"term": "cap_usd"}, {"step": "3"}, "whole steps"),
        ("terms", {"term": "cap_usd"}, {"opening": "66"}, "opening must be a place"),
        ("parties", {"party": "iraq"}, {"members": "IRN"}, "in one party only"),
        ("negotiations", {"negotiation": "KIGALI_2016"}, {"quota": "0.6"}, "a quota belongs"),
        ("negotiations", {"negotiation": "KIGALI_2016"}, {"demander": "usa"}, "is not a party"),
        ("outcomes", {"term": "cap_usd"}, {"deal": "no"}, "a failure has none"),
        ("outcomes", {"term": "cap_usd"}, {"opt_out": "CHE"}, "CHE got an opt-out"),
    ],
)
def test_the_checker_says_what_is_wrong(table, where, cells, says, tmp_path) -> None:
    assert any(says in f for f in faults(_changed(tmp_path, table, where, **cells)))


def test_a_cell_that_is_no_number_is_named(tmp_path) -> None:
    folder = _changed(tmp_path, "terms", {"term": "cap_usd"}, opening="much")
    with pytest.raises(SummitryError, match="OIL_CAP_2022, column opening"):
        read(folder)


def test_other_columns_are_refused(tmp_path) -> None:
    _copy(tmp_path)
    (tmp_path / "terms.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SummitryError, match=r"terms\.csv must have the columns"):
        read(tmp_path)


# ------------------------------------------------------------------------- no look at the end


def test_the_coding_is_the_same_without_outcomes(tmp_path) -> None:
    (_copy(tmp_path) / "outcomes.csv").unlink()
    assert _all(tmp_path) == _all(DATA)


def _cells() -> st.SearchStrategy:
    outcomes = len(rows_of(DATA, "outcomes"))
    return st.tuples(st.permutations(range(outcomes)), st.booleans())


@given(change=_cells())
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_coding_is_the_same_when_outcomes_are_shuffled_or_blank(change, tmp_path) -> None:
    order, blank = change
    rows = rows_of(DATA, "outcomes")
    cells = ("deal", "outcome", "operator", "opt_out", "side_terms", "note")
    shuffled = [
        {**row, **{c: "" if blank else rows[i][c] for c in cells}}
        for row, i in zip(rows, order, strict=True)
    ]
    _write(_copy(tmp_path), "outcomes", shuffled)
    assert _all(tmp_path) == _all(DATA)


@pytest.mark.parametrize("timing", ["during", "at_or_after_summit", "later_source"])
def test_statements_that_are_not_from_before_change_nothing(timing, tmp_path) -> None:
    _copy(tmp_path)
    rows = rows_of(tmp_path, "positions")
    late = [
        {**r, "before_outcome": "no", "statement_timing": timing, "level": "2", "asks_opt_out": "1",
         "asks_payment": "1", "value": r["value"] and "99", "date": "2030-01-01"}
        for r in rows
    ]  # fmt: skip
    _write(tmp_path, "positions", rows + late)
    assert _all(tmp_path) == _all(DATA)


def test_the_last_draft_is_never_coded(tmp_path) -> None:
    for row in (rows := rows_of(_copy(tmp_path), "terms")):
        row["last_draft"] = row["range_low"]
    _write(tmp_path, "terms", rows)
    assert _all(tmp_path) == _all(DATA)


# --------------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", NAMES)
def test_a_scenario_has_the_keys_of_the_format(key, version) -> None:
    got = scenario(key, version)
    needed = {"title", "preferences", "parties", "terms", "procedure", "calendar"}
    assert needed <= set(got)
    assert ("demander" in got) != ("mediator" in got)
    assert set(got) - needed <= {
        "constraints", "demander", "mediator", "side_letters", "side_payments",
    }  # fmt: skip
    for term in got["terms"].values():
        assert {"unit", "range", "step", "opening"} <= set(term) <= {
            "unit", "range", "step", "opening", "in_force",
        }  # fmt: skip
    for party in got["parties"].values():
        assert {"name", "power", "votes", "domestic_constraint", "ideal", "salience"} <= set(party)
        assert set(party["ideal"]) == set(party["salience"]) <= set(got["terms"])
    assert {"start", "summit", "days_per_round", "meeting_at"} <= set(got["calendar"])
    assert 0 < got["calendar"]["meeting_at"] <= 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", NAMES)
def test_a_scenario_survives_a_yaml_file(key, version) -> None:
    got = scenario(key, version)
    assert yaml.safe_load(yaml.safe_dump(got)) == got


@pytest.mark.skip(reason="sim.load does not know this format yet: take this line away then")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", NAMES)
def test_a_scenario_can_be_loaded(key, version, tmp_path) -> None:
    import sim

    path = tmp_path / f"{key}.yaml"
    path.write_text(yaml.safe_dump(scenario(key, version), sort_keys=False))
    assert sim.load(path)


def _ideals(key: str, term: str, version: str) -> dict:
    got = scenario(key, version)["parties"]
    return {name: party["ideal"].get(term) for name, party in got.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_who_named_a_number_has_it_as_ideal(version) -> None:
    kigali = _ideals("KIGALI_2016", "freeze_year", version)
    assert kigali["early"] == 2021 and kigali["india"] == 2031
    assert kigali["chn_pak"] == {"uniform": [2025, 2026]}
    assert kigali["rest"] == "unknown"


def test_who_named_none_is_drawn_by_its_stance_only_with_judgement() -> None:
    """Climate 2014: in force 20, opening 40, range to 50; a refusal, and a wish for more."""
    judged = _ideals("EU_CLIMATE_2014", "ghg_2030_pct", "judgement")
    assert judged["pol"] == {"uniform": [20, 30]} and judged["swe"] == {"uniform": [40, 50]}
    plain = _ideals("EU_CLIMATE_2014", "ghg_2030_pct", "mechanical")
    assert plain["pol"] == plain["swe"] == "unknown"


def test_sides_turn_where_supporters_want_less() -> None:
    """UN 1972: 25 demanded of 31.52 in force; refusals near what is in force."""
    judged = _ideals("UN_SCALE_1972", "us_share_pct", "judgement")
    low, high = judged["bra"]["uniform"]
    assert (low, high) == (pytest.approx((25 + 31.52) / 2), 31.52)
    assert judged["can"] == 25


def test_silence_on_one_term_is_no_stake_with_judgement_and_unknown_without() -> None:
    assert _ideals("NGEU_2020", "mff_eur_bn", "judgement")["fin"] is None
    assert _ideals("NGEU_2020", "mff_eur_bn", "mechanical")["fin"] == "unknown"


@pytest.mark.parametrize("version", VERSIONS)
def test_nobody_has_a_stake_in_a_balance_term(version) -> None:
    assert set(_ideals("NGEU_2020", "loans_eur_bn", version).values()) == {None}
    assert scenario("NGEU_2020", version)["constraints"] == ["grants_eur_bn + loans_eur_bn == 750"]


@pytest.mark.parametrize("version", VERSIONS)
def test_salience_and_ties_at_home_follow_the_stance(version) -> None:
    parties = scenario("UN_SCALE_1972", version)["parties"]
    salience = {k: p["salience"]["us_share_pct"] for k, p in parties.items()}
    tied = {k: p["domestic_constraint"] for k, p in parties.items()}
    assert (salience["usa"], salience["bra"], salience["yug"], salience["phl"]) == (1, 1, 0.7, 0.5)
    assert (tied["usa"], tied["bra"], tied["yug"], tied["phl"]) == (0, 1, 0.5, 0)


@pytest.mark.parametrize("key", NAMES)
def test_opt_outs_are_open_only_to_who_asked_before(key) -> None:
    bench = read()
    asked = {p.party for p in bench.positions[key] if p.before and p.asks_opt_out}
    codes = [c for p in bench.parties[key] if p.key in asked for c in p.members]
    letters = scenario(key, "judgement", bench).get("side_letters")
    assert letters == ({"most": len(codes), "only": codes} if codes else None)


def test_two_demanders_are_a_list() -> None:
    assert scenario("COP29_NCQG", "judgement")["demander"] == {"party": ["g77", "india"]}
    assert scenario("UN_SCALE_1972", "judgement")["demander"] == {"party": "usa"}


def test_the_clock_runs_from_the_first_number_to_the_day_of_harm() -> None:
    """MFF 2020: 660 of 974 days; the last meeting before harm is at 1; nothing due is 0.5."""
    facts = read().negotiations
    budget = facts["MFF_FEB_2020"]
    assert meeting_at(budget) == round(660 / 974, 2)
    assert (budget.harm - budget.clock_from).days == 974
    assert meeting_at(facts["OIL_CAP_2022"]) == 1 and meeting_at(facts["KIGALI_2016"]) == 0.5


def test_a_next_meeting_counts_only_before_harm() -> None:
    calendars = {k: scenario(k, "judgement")["calendar"] for k in NAMES}
    assert "next_meeting" not in calendars["COP29_NCQG"]
    assert calendars["MFF_FEB_2020"]["next_meeting"] == date(2020, 3, 26)


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(SummitryError, match="KIGALI_2016"):
        scenario("KYOTO_1997", "judgement")


def test_versions_other_than_the_two_are_refused() -> None:
    with pytest.raises(SummitryError, match="judgement or mechanical"):
        scenario("KIGALI_2016", "intuition")  # type: ignore[arg-type]


def test_outcomes_hold_failures_without_a_number() -> None:
    failed = {o.negotiation for o in read_outcomes() if not o.deal}
    assert failed == {"EU_NEUTRALITY_JUN_2019", "MFF_FEB_2020", "MFF_NOV_2012", "WTO_SSM_2008"}
