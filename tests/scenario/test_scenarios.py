"""What ships: scenarios, starters, and the JSON Schema that editors use."""

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sim.engine.mesa.model import SummitModel
from sim.engine.problem import set_up
from sim.errors import SummitryError
from sim.scenario import builtin
from sim.scenario.coefficients import Coefficients
from sim.scenario.distributions import Distribution
from sim.scenario.json_schema import json_schema
from sim.scenario.load import library, load, loads, shipped_names
from sim.scenario.reference import refreshed
from sim.scenario.starter import KINDS, starter

NAMES = shipped_names()
EXPECTED = {
    "hague_2025": 32,
    "hague_2025_low_us_leverage": 32,
    "hague_2025_no_split": 32,
    **{
        f"hague_2025_mediator_{kind}": 32
        for kind in ("nash", "kalai_smorodinsky", "weighted_mean", "weighted_median", "hardliner",
                     "none")
    },
    "wales_2014": 28,
    "vilnius_2023": 31,
    "review_2029": 32,
    "classroom_six": 6,
    "emission_standards": 10,
}  # fmt: skip


def test_what_ships_is_complete() -> None:
    assert {name: len(load(name).resolved.members) for name in NAMES} == EXPECTED


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_says_what_it_is_and_plays(name: str) -> None:
    loaded = load(name)
    assert loaded.file.description
    setup = set_up(loaded.resolved)
    model = SummitModel(setup, seed=1, replication=0, collect=False)
    model.run_model()
    assert model.round >= 0
    model.release()


def test_titles_differ() -> None:
    assert len({load(name).file.title for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("hague_2025_")])
def test_a_variant_of_the_hague_changes_only_what_it_is_about(name: str) -> None:
    base, variant = load("hague_2025").as_played(), load(name).as_played()
    changed = {
        key for key in base if key not in ("title", "description") and base[key] != variant[key]
    }
    topic = (
        "mediator"
        if "mediator" in name
        else {"leverage": "demander", "split": "terms"}[name.rsplit("_")[-1]]
    )
    assert changed == {topic}


@pytest.mark.parametrize("name", ["wales_2014", "vilnius_2023"])
def test_the_summits_of_the_past_use_the_default_coefficients(name: str) -> None:
    # They are validation: nothing may be fitted on them.
    assert load(name).file.coefficients == Coefficients()
    file, hague = load(name).file, load("hague_2025").file
    assert file.mediator == hague.mediator
    assert file.demander is not None
    assert hague.demander is not None
    assert file.calendar.last_day_drafts == hague.calendar.last_day_drafts


def test_the_review_opens_with_the_text_of_the_hague() -> None:
    row = next(r for r in builtin.rows("summit_outcomes") if r["record_id"] == "HAGUE_2025")
    terms = {t.name: t for t in load("review_2029").resolved.terms}
    opening = {name: t.values[t.opening] for name, t in terms.items()}
    for name in ("core_pct_gdp", "broader_pct_gdp", "deadline_year"):
        assert opening[name] == float(row[name])
    assert terms["wording"].show(terms["wording"].opening) == "allies_commit"
    assert opening == {name: t.in_force.value for name, t in terms.items() if t.in_force}


def test_the_review_starts_from_the_estimates_of_2025() -> None:
    estimates = {
        r["iso3"]: float(r["pct_gdp"])
        for r in builtin.rows("defence_spending_vintages")
        if (r["vintage"], r["year"]) == ("nato_2025_08", "2025")
    }
    for member in load("review_2029").resolved.members:
        core = member.current_core_pct_gdp
        if member.code in estimates and isinstance(core, Distribution):
            low = core.parameters[0]
            assert low <= estimates[member.code] + 0.05
            assert low >= estimates[member.code] - 0.35


def test_the_class_has_the_rounded_attributes_of_the_built_in_members() -> None:
    records = builtin.members("hague_2025")
    for member in load("classroom_six").resolved.members:
        record = records[member.code]
        for name, value in zip(
            ("threat_perception", "fiscal_room", "us_pressure_sensitivity", "domestic_constraint"),
            member.attributes,
            strict=True,
        ):
            if member.code != "USA":
                assert value == pytest.approx(getattr(record, name), abs=0.04), (member.code, name)
        assert member.current_core_pct_gdp == pytest.approx(record.current_core_pct_gdp, abs=0.06)
        assert member.gdp_usd_bn == pytest.approx(record.gdp_usd_bn, rel=0.05)


# Scholz, Calbert & Smith 2011, Table 1: power, position, salience x 100.
PUBLISHED = {
    "NLD": (0.08, 4, 80), "BEL": (0.08, 7, 40), "LUX": (0.03, 4, 20), "DEU": (0.16, 4, 80),
    "FRA": (0.16, 10, 60), "ITA": (0.16, 10, 60), "GBR": (0.16, 10, 90), "IRL": (0.05, 7, 10),
    "DNK": (0.05, 4, 100), "GRC": (0.08, 7, 70),
}  # fmt: skip


def test_emission_standards_hold_the_published_positions() -> None:
    members = load("emission_standards").resolved.members
    found = {m.code: (m.power, m.ideal[0], m.salience[0]) for m in members}
    assert found == {c: (cap, pos, sal / 100) for c, (cap, pos, sal) in PUBLISHED.items()}
    weights = {m.code: m.power * float(m.salience[0]) for m in members}  # type: ignore[arg-type]
    mean = sum(weights[m.code] * float(m.ideal[0]) for m in members) / sum(weights.values())  # type: ignore[arg-type]
    assert mean == pytest.approx(7.38996, abs=1e-5)  # as published
    votes = {m.code: m.votes for m in members}
    assert sum(votes.values()) == 63
    quota = load("emission_standards").file.procedure.quota
    assert 44 < quota * 63 <= 45  # the qualified majority of the ten


# --- starters -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_validates_and_plays_as_it_is(kind: str) -> None:
    text = starter(kind)
    assert "##" not in text
    model = SummitModel(set_up(loads(text).resolved), collect=False)
    model.run_model()
    model.release()
    lines = [line for line in text.splitlines() if re.match(r"\s*[\w-]+:", line)]
    assert sum("#" in line for line in lines) > len(lines) / 3  # keys are explained once
    jsonschema.validate(plain(yaml.safe_load(text)), schema())


def test_an_unknown_starter_names_the_known_ones() -> None:
    with pytest.raises(SummitryError, match="extend, pledge, spatial, fund"):
        starter("nothing")
    with pytest.raises(SummitryError, match="did you mean 'spatial'"):
        starter("spacial")


# --- JSON Schema --------------------------------------------------------------------------


@cache
def schema() -> dict[str, Any]:
    return json_schema()


def plain(value: Any) -> Any:
    """YAML values as JSON has them."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def test_the_schema_is_a_schema_of_its_dialect_and_is_json() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()
    assert schema()["$schema"].endswith("2020-12/schema")
    assert schema()["title"]


def test_every_key_is_described_and_none_but_the_known_allowed() -> None:
    def visit(node: dict[str, Any], name: str) -> None:
        for key, inner in node.get("properties", {}).items():
            assert inner.get("description") or "$ref" in inner, f"{name}.{key}"
        if "properties" in node:
            assert "additionalProperties" in node, name

    visit(schema(), "scenario")
    for name, definition in schema()["$defs"].items():
        visit(definition, name)


@pytest.mark.parametrize("path", sorted(library().glob("*.yaml")), ids=lambda p: Path(p).stem)
def test_shipped_scenarios_fit_the_schema(path: Path) -> None:
    jsonschema.validate(plain(yaml.safe_load(path.read_text(encoding="utf-8"))), schema())


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_written_out_fit_the_schema(name: str) -> None:
    jsonschema.validate(load(name).as_played(), schema())


@pytest.mark.parametrize(
    "text",
    [
        "extends: hague_2025\nruns: 0",
        "extends: hague_2025\nrun: 5",
        "title: x",
        "extends: hague_2025\nparties: {ESP: {fiscal-room: 0.5}}",
        "extends: hague_2025\nparties: {ESP: {fiscal_room: 1.5}}",
        "extends: hague_2025\nparties: {ESP: {fiscal_room: {uniform: [0.1]}}}",
        "extends: hague_2025\nparties: {ESP: {fiscal_room: {gaussian: [0.1, 0.2]}}}",
        "extends: hague_2025\nparties: [ESP]",
        "extends: hague_2025\nmediator: {kind: rutte}",
        "extends: hague_2025\ncoefficients: {burden: {over: many}}",
        "extends: hague_2025\nevents: [{name: a}]",
        "extends: hague_2025\nevents: [{name: a, chance_per_round: 2}]",
        "extends: hague_2025\nterms: {core_pct_gdp: {range: [1]}}",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(yaml.safe_load(text)), schema())
    with pytest.raises(SummitryError):
        loads(text)


@pytest.mark.parametrize(
    "value", ["{normal: [0.5, 0.1]}", "{normal: {mean: 0.5, sd: 0.1}}", "0.5", "{fixed: 0.5}",
              "{dist: normal, mean: 0.5, sd: 0.1}"]
)  # fmt: skip
def test_every_way_of_writing_a_quantity_fits_the_schema(value: str) -> None:
    text = f"extends: hague_2025\nparties: {{ESP: {{fiscal_room: {value}}}}}"
    jsonschema.validate(plain(yaml.safe_load(text)), schema())
    loads(text)


# --- the guide ----------------------------------------------------------------------------

GUIDE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def test_the_tables_of_keys_in_the_guide_are_those_of_the_schema() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run python -m sim.scenario.reference docs/scenarios.md"


def test_every_key_is_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    models = (
        "Party", "Term", "Demander", "Procedure", "Mediator", "SideLetters", "SidePayments",
        "Event", "Group", "Calendar",
    )  # fmt: skip
    keys = {key for name in models for key in schema()["$defs"][name]["properties"]}
    assert all(f"| `{key}` |" in text for key in keys | set(schema()["properties"]))


def test_yaml_in_the_guide_is_right_and_what_ships_is_named() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    blocks = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.S) if "title" in b]
    assert len(blocks) == 3
    for block in blocks:
        loads(block)
    for name in NAMES:
        assert f"`{name}`" in text or "_mediator_" in name
