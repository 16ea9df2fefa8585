"""The data that the fit sees."""

import csv

import numpy as np
import pytest

from sim.delivery.history import attributes, history, nato, sipri
from sim.delivery.posterior import shipped
from sim.scenario import builtin


def test_nothing_after_2024_is_known():
    assert max(max(years) for years in nato().values()) == 2024
    assert max(max(years) for years in sipri().values()) == 2024
    assert shipped().last == 2024


def test_every_change_lies_inside_one_series():
    with builtin.data_file("defence_spending.csv").open(newline="") as stream:
        table = {(r["iso3"], int(r["year"])): r for r in csv.DictReader(stream)}
    data = history()
    for change, m, t in zip(data.change, data.member, data.year, strict=True):
        code, year = data.members[m], data.years[t]
        column = "pct_gdp" if year > 2014 else "pct_gdp_sipri"
        before, now = table[code, year - 1], table[code, year]
        assert np.isclose(change, np.log(float(now[column]) / float(before[column])), atol=1e-9)
        if year > 2014:
            assert before["pct_gdp_vintage"] == now["pct_gdp_vintage"] == "nato_2025_08"
    assert len(data.change) > 900


def test_only_members_below_two_percent_are_asked_and_only_after_wales():
    data = history()
    accession = {code: r.accession_year for code, r in builtin.members("hague_2025").items()}
    for asked, m, t, level in zip(data.asked, data.member, data.year, data.level, strict=True):
        year, code = data.years[t], data.members[m]
        due = year > 2014 and accession[code] <= year and level < 0
        assert (asked > 0) == due
    assert not history(pledge=False).asked.any()


def test_an_earlier_origin_is_the_same_history_cut_short():
    data, early = history(), history(2018)
    known = np.array(data.years)[data.year] <= 2018
    for name in ("change", "member", "year", "level", "asked", "threat", "room"):
        assert (getattr(data, name)[known] == getattr(early, name)).all()


def test_wales_was_met_by_three_of_its_28_allies():
    """NATO counted Greece, the United Kingdom and the United States in 2014 (press releases)."""
    met = {code for code in builtin.members("wales_2014") if nato().get(code, {}).get(2014, 0) >= 2}
    assert met == {"GRC", "GBR", "USA"}


def test_attributes_are_relative_to_the_threat_level_of_their_year():
    record = builtin.members("wales_2014")["POL"]
    assert attributes("POL", 2018)[0] == pytest.approx(record.threat_perception / 0.75)
    with pytest.raises(KeyError):
        attributes("ZZZ", 2018)
