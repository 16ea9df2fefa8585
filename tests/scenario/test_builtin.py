"""The built-in members against the shipped tables, read here independently."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from sim.scenario import builtin as b
from sim.scenario.indices import WEIGHTS

DATA = Path(b.__file__).parent / "data"
SIZE = {"hague_2025": 32, "vilnius_2023": 31, "wales_2014": 28}
OPENING = {"hague_2025": "2025-06-24", "vilnius_2023": "2023-07-11", "wales_2014": "2014-09-04"}
INDICES = ("threat_perception", "fiscal_room", "us_pressure_sensitivity", "domestic_constraint")

summits = pytest.mark.parametrize("summit", b.SUMMITS)


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@summits
def test_members_are_those_who_had_joined(summit: str) -> None:
    members = b.members(summit)
    assert len(members) == SIZE[summit]
    assert list(members) == sorted(members)
    year = int(OPENING[summit][:4])
    joined = {r["iso3"] for r in read("members") if int(r["accession_year"]) <= year}
    assert set(members) == joined


def test_late_joiners_are_absent_before_they_joined() -> None:
    assert not {"FIN", "SWE", "MNE", "MKD"} & set(b.members("wales_2014"))
    assert "FIN" in b.members("vilnius_2023")
    assert "SWE" not in b.members("vilnius_2023")


@summits
def test_every_value_has_provenance_and_is_a_number_or_none(summit: str) -> None:
    names = {f.name for f in fields(b.MemberRecord)} - {"provenance"}
    assert names == {f.name for f in b.MEMBER_FIELDS}
    for member in b.members(summit).values():
        assert set(member.provenance) == names
        for name in names:
            value, origin = getattr(member, name), member.provenance[name]
            assert origin.grade in {"A", "B", "B1", "C", "none"}
            assert origin.source and origin.vintage and origin.how
            assert (value is not None) or origin.grade == "none", (member.iso3, name)
            if isinstance(value, float):
                assert math.isfinite(value)


@summits
@pytest.mark.parametrize("name", INDICES)
def test_indices_lie_in_the_unit_interval_and_differ(summit: str, name: str) -> None:
    values = [getattr(m, name) for m in b.members(summit).values()]
    assert all(0.0 <= v <= 1.0 for v in values)
    assert len(set(values)) > len(values) / 2


@summits
def test_an_index_is_no_better_graded_than_its_inputs(summit: str) -> None:
    order = ["A", "B", "B1", "C"]
    for m in b.members(summit).values():
        if m.iso3 == "USA":
            continue
        grade = {n: m.provenance[n].grade for n in m.provenance}
        for name in ("exports_to_us_pct_gdp", "us_troops", "threat_perception"):
            assert order.index(grade["us_pressure_sensitivity"]) >= order.index(grade[name])
        if m.own_opinion is None:
            assert grade["threat_perception"] == "C"


def test_current_spending_is_what_was_published_then() -> None:
    editions = {
        "hague_2025": ("nato_2025_08", "2024"),
        "vilnius_2023": ("nato_2023_07", "2023"),
        "wales_2014": ("nato_2019_06", "2013"),
    }
    table = read("defence_spending_vintages")
    for summit, (vintage, year) in editions.items():
        published = {
            r["iso3"]: float(r["pct_gdp"])
            for r in table
            if r["vintage"] == vintage and r["year"] == year
        }
        for iso3, m in b.members(summit).items():
            assert m.current_core_pct_gdp == published.get(iso3)


def test_spending_matches_figures_known_from_the_press() -> None:
    hague, vilnius = b.members("hague_2025"), b.members("vilnius_2023")
    assert hague["ESP"].current_core_pct_gdp == 1.43  # NATO, August 2025
    assert vilnius["POL"].current_core_pct_gdp == 3.90  # NATO, July 2023
    assert vilnius["FIN"].current_core_pct_gdp == 2.45


@summits
def test_only_iceland_has_no_spending_and_no_forces(summit: str) -> None:
    members = b.members(summit)
    assert {i for i, m in members.items() if m.current_core_pct_gdp is None} == {"ISL"}
    assert {i for i, m in members.items() if not m.has_forces} == {"ISL"}
    assert "No armed forces" in members["ISL"].provenance["current_core_pct_gdp"].how


@pytest.mark.parametrize(
    ("summit", "year", "suffix"),
    [
        ("hague_2025", "2024", "_weo_apr2025"),
        ("vilnius_2023", "2022", "_weo_apr2025"),
        ("wales_2014", "2013", ""),
    ],
)
def test_fiscal_room_recomputed_from_the_year_before(summit: str, year: str, suffix: str) -> None:
    table = {r["iso3"]: r for r in read("fiscal") if r["year"] == year}
    for iso3, m in b.members(summit).items():
        r = table[iso3]
        debt = float(r["gross_debt_pct_gdp" + suffix])
        balance = float(r["budget_balance_pct_gdp" + suffix])
        parts = (
            (0.4, 1 - (debt - 30) / 100),
            (0.4, (balance + 7) / 8),
            (0.2, 1 - float(r["net_interest_pct_gdp"]) / 4),
        )
        expected = sum(weight * min(1.0, max(0.0, x)) for weight, x in parts)
        assert m.fiscal_room == pytest.approx(expected, abs=1e-4)
        assert m.gdp_usd_bn == float(r["gdp_usd_bn"])


def test_us_pressure_recomputed_for_the_netherlands() -> None:
    hague, wales = b.members("hague_2025")["NLD"], b.members("wales_2014")["NLD"]
    us = next(r for r in read("us_leverage") if r["iso3"] == "NLD")
    trade = math.sqrt(float(us["exports_to_us_pct_gdp_2024"]) / 6)
    hosting = math.log10(1 + 415) / math.log10(35001)
    for m, window in ((hague, "2015_2024"), (wales, "2004_2013")):
        arms = float(us[f"us_share_arms_imports_{window}_pct"]) / 100
        expected = 0.3 * trade + 0.3 * arms + 0.2 * hosting + 0.2 * m.threat_perception
        assert m.us_pressure_sensitivity == pytest.approx(expected, abs=1e-4)


@summits
def test_the_us_does_not_press_itself(summit: str) -> None:
    usa = b.members(summit)["USA"]
    assert usa.us_pressure_sensitivity == 0.0
    assert usa.us_troops is None and usa.exports_to_us_pct_gdp is None


@pytest.mark.parametrize("summit", ["vilnius_2023", "wales_2014"])
def test_figures_of_2024_are_marked_where_they_stand_in(summit: str) -> None:
    for m in b.members(summit).values():
        if m.iso3 != "USA":
            assert m.provenance["exports_to_us_pct_gdp"].grade == "C"
            assert m.provenance["us_troops"].grade == "C"
        assert m.provenance["population_million"].grade == "C"


@summits
def test_no_survey_was_taken_after_the_summit_opened(summit: str) -> None:
    table = read("opinion")
    used = 0
    for m in b.members(summit).values():
        for r in table:
            answer = f"{r['survey']} {r['measure']} {r['value_pct']}%"
            if r["iso3"] == m.iso3 and answer in m.provenance["own_opinion"].how:
                used += 1
                assert r["fieldwork"].split("/")[-1] <= OPENING[summit][: len(r["fieldwork"])]
                assert "spending" not in r["measure"] and "budget" not in r["measure"]
    assert used == sum(
        r["iso3"] in b.members(summit)
        and r["measure"]
        in {
            "russia_seen_as_enemy",
            "russia_major_threat",
            "russia_top_threat",
            "events_in_ukraine_threaten_own_country",
        }
        and r["year"] <= OPENING[summit][:4]
        for r in table
    )


def test_members_without_a_survey_lean_on_their_neighbours() -> None:
    hague = b.members("hague_2025")
    alone = b.members("hague_2025", replace(WEIGHTS, borrowed_max_surveys=0.0))
    for iso3 in ("NOR", "CAN", "BEL"):
        assert hague[iso3].own_opinion is None
        assert hague[iso3].threat_perception > alone[iso3].threat_perception
    # Oslo reads Stockholm and Copenhagen, Podgorica reads Rome and Bucharest.
    assert hague["NOR"].borrowed_opinion > hague["MNE"].borrowed_opinion + 0.1
    # Opinion that is out of reach cannot weigh more than what surrounds a member.
    assert hague["LUX"].borrowed_surveys > hague["CAN"].borrowed_surveys


def test_opinion_of_spain_recomputed() -> None:
    # Pew 2017: 47% over a floor of 25, climate 0.70; ECFR 2023: 65% over a floor of 40, 0.95.
    weights = (0.5 ** (8 / 5), 0.5 ** (2 / 5))
    answers = ((47 - 25) / (90 - 25) / 0.70, (65 - 40) / (90 - 40) / 0.95)
    spain = b.members("hague_2025")["ESP"]
    assert spain.own_surveys == pytest.approx(sum(weights), abs=1e-4)
    mean = sum(w * a for w, a in zip(weights, answers, strict=True)) / sum(weights)
    assert spain.own_opinion == pytest.approx(mean, abs=1e-4)


def test_borrowed_opinion_recomputed() -> None:
    hague = b.members("hague_2025")
    place = {
        r["iso3"]: (
            math.radians(float(r["capital_lat_deg"])),
            math.radians(float(r["capital_lon_deg"])),
        )
        for r in read("members")
    }

    def borrowed(borrower: str) -> tuple[float, float]:
        lat, lon = place[borrower]
        lent = evidence = 0.0
        for iso3, m in hague.items():
            if iso3 == borrower or m.own_opinion is None:
                continue
            la, lo = place[iso3]
            # Law of cosines, good enough for capitals hundreds of kilometres apart.
            cosine = math.sin(lat) * math.sin(la) + math.cos(lat) * math.cos(la) * math.cos(
                lon - lo
            )
            kernel = 0.05 + 0.95 * math.exp(-0.5 * (6371.0088 * math.acos(cosine) / 600) ** 2)
            evidence += kernel * m.own_surveys
            lent += kernel * m.own_surveys * m.own_opinion
        return lent / evidence, evidence / (1 + evidence)

    for iso3 in ("SVN", "HUN"):  # without and with a survey of its own
        opinion, surveys = borrowed(iso3)
        assert hague[iso3].borrowed_opinion == pytest.approx(opinion, abs=3e-4)
        assert hague[iso3].borrowed_surveys == pytest.approx(surveys, abs=3e-4)


def test_rotational_forces_count_where_they_are_known() -> None:
    hague, wales = b.members("hague_2025")["POL"], b.members("wales_2014")["POL"]
    assert (hague.us_troops, hague.us_troops_rotational) == (312, 10_000)
    assert wales.us_troops_rotational == 0
    hosting = math.log10(1 + 10_312) / math.log10(35_001)
    assert f"0.2 x hosting {hosting:.2f}" in hague.provenance["us_pressure_sensitivity"].how


def test_geography_orders_threat_as_maps_do() -> None:
    t = {i: m.threat_perception for i, m in b.members("hague_2025").items()}
    bordering = b.regions()["borders_russia"]
    assert min(t[i] for i in bordering) > max(v for i, v in t.items() if i not in bordering)
    assert b.members("hague_2025")["ROU"].capital_to_russia_km == 515.0  # Crimea counts


def test_the_threat_of_2014_was_lower_for_everybody() -> None:
    wales, hague = b.members("wales_2014"), b.members("hague_2025")
    assert {m.threat_climate for m in hague.values()} == {1.0}
    assert all(wales[i].threat_perception < hague[i].threat_perception for i in wales)


@summits
def test_domestic_constraint_is_the_table_or_the_mean(summit: str) -> None:
    table = [r for r in read("governments") if r["summit_id"] == summit.upper()]
    known = [float(r["domestic_constraint"]) for r in table if r["domestic_constraint"]]
    for r in table:
        m = b.members(summit)[r["iso3"]]
        if r["domestic_constraint"]:
            assert m.domestic_constraint == float(r["domestic_constraint"])
        else:
            assert m.domestic_constraint == pytest.approx(sum(known) / len(known), abs=1e-4)
            assert m.provenance["domestic_constraint"].grade == "C"
            assert "Imputed" in m.provenance["domestic_constraint"].how


def test_changed_weights_change_the_members_and_leave_the_shipped_ones_alone() -> None:
    before = b.members("hague_2025")["ESP"].fiscal_room
    strict = replace(WEIGHTS, debt_limit_pct=100.0)
    assert b.members("hague_2025", strict)["ESP"].fiscal_room < before
    assert b.members("hague_2025")["ESP"].fiscal_room == before


def test_unknown_summit_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="vilnius_2023"):
        b.members("madrid_2022")


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("ESP", "ESP"), ("es", "ESP"), ("Spain", "ESP"), ("UK", "GBR"), ("great britain", "GBR"),
        ("United Kingdom", "GBR"), ("Turkey", "TUR"), ("Türkiye", "TUR"), ("TURKIYE", "TUR"),
        ("Czech Republic", "CZE"), ("Macedonia", "MKD"), ("Holland", "NLD"), ("US", "USA"),
        ("America", "USA"), ("EL", "GRC"), ("GR", "GRC"), ("NO", "NOR"), (" the  US ", "USA"),
    ],
)  # fmt: skip
def test_alias_finds_what_people_write(text: str, iso3: str) -> None:
    assert b.alias(text) == iso3


def test_alias_knows_every_member_and_nobody_else() -> None:
    for m in b.members("hague_2025").values():
        assert b.alias(m.iso3) == b.alias(m.iso2) == b.alias(m.name.upper()) == m.iso3
    assert len({m.iso2 for m in b.members("hague_2025").values()}) == 32
    for text in ("", "RUS", "Ireland", "Austria", "Spa"):
        assert b.alias(text) is None


def test_regions_name_members_of_the_time() -> None:
    for year, summit in ((2025, "hague_2025"), (2023, "vilnius_2023"), (2014, "wales_2014")):
        groups = b.regions(year)
        assert groups["all"] == tuple(b.members(summit))
        for members in groups.values():
            assert members and list(members) == sorted(set(members))
            assert set(members) <= set(groups["all"])
    assert b.regions()["baltics"] == ("EST", "LTU", "LVA")
    assert len(b.regions()["eu"]) == 23  # NATO members in the EU since March 2024
    assert "GBR" in b.regions(2014)["eu"] and "GBR" not in b.regions(2023)["eu"]
    assert len(b.regions()["bucharest_nine"]) == 9


@summits
def test_explain_names_every_value_and_its_source(summit: str) -> None:
    member = b.members(summit)["POL"]
    text = "\n".join(b.explain(member))
    for name, _, _ in b.MEMBER_FIELDS:
        assert f"\n{name}: " in text
        assert member.provenance[name].source in text
    assert f"threat_perception: {member.threat_perception:g}" in text


@summits
def test_table_has_a_row_per_member_and_a_grade_per_value(summit: str) -> None:
    table = b.members_table(summit)
    assert [row["iso3"] for row in table] == list(b.members(summit))
    for row in table:
        for name in (*INDICES, "current_core_pct_gdp", "us_troops"):
            assert row[f"grade_{name}"] in b.GRADES


def test_shipped_files_can_be_reached() -> None:
    outlines = json.loads(b.data_file("nato_map.geojson").read_text(encoding="utf-8"))
    mapped = {f["properties"]["iso3"] for f in outlines["features"] if f["properties"]["member"]}
    assert mapped == set(b.members("hague_2025"))
    assert {r["summit_id"] for r in b.rows("summit_positions")} >= {"HAGUE_2025", "WALES_2014"}
    with pytest.raises(FileNotFoundError, match=r"opinion\.csv"):
        b.data_file("opinions.csv")


def test_loading_members_imports_nothing_heavy() -> None:
    code = (
        "import sys; from sim.scenario import builtin; builtin.members('hague_2025');"
        "heavy = {'pandas', 'numpy', 'scipy', 'numba', 'mesa', 'matplotlib'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
