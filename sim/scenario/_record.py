"""What a built-in member looks like: its fields and where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

GRADES = ("A", "B", "B1", "C", "none")
"""From primary source to nothing found; the meanings are in ``data/README.md``."""


@dataclass(frozen=True)
class Provenance:
    """Where one value comes from.

    Attributes
    ----------
    grade : str
        One of `GRADES`. An index has the worst grade of its inputs; an estimate has C.
    source : str
        Publication or table.
    vintage : str
        Edition or year the value belongs to.
    how : str
        How it was obtained; for an index the formula with the numbers put in.
    """

    grade: str
    source: str
    vintage: str
    how: str


class Field(NamedTuple):
    """One attribute of a member: its name, unit and meaning."""

    name: str
    unit: str
    meaning: str


MEMBER_FIELDS = (
    Field("iso3", "", "ISO 3166-1 alpha-3 code"),
    Field("iso2", "", "ISO 3166-1 alpha-2 code"),
    Field("name", "", "English short name"),
    Field("accession_year", "year", "year of joining NATO"),
    Field("has_forces", "", "has armed forces of its own"),
    Field("population_million", "million", "inhabitants"),
    Field("gdp_usd_bn", "USD bn", "gross domestic product, current prices"),
    Field("current_core_pct_gdp", "% GDP", "defence expenditure, NATO definition"),
    Field("threat_perception", "0-1", "how exposed to Russia the member feels"),
    Field("fiscal_room", "0-1", "how much more its budget could carry"),
    Field("us_pressure_sensitivity", "0-1", "how much US pressure moves it"),
    Field("domestic_constraint", "0-1", "how hard more defence money is at home"),
    Field("capital_to_russia_km", "km", "capital to Russia, Belarus or occupied Crimea"),
    Field("territory_to_russia_km", "km", "shortest distance between the territories"),
    Field("land_border", "", "land border with Russia or Belarus"),
    Field("proximity", "0-1", "closeness to Russia on a log scale"),
    Field("own_opinion", "0-1", "threat opinion in the member's own surveys"),
    Field("own_surveys", "surveys", "their number, discounted for age"),
    Field("borrowed_opinion", "0-1", "threat opinion of other members, near capitals first"),
    Field("borrowed_surveys", "surveys", "how many own surveys that is worth"),
    Field("threat_climate", "1", "threat level of the year, 2025 = 1"),
    Field("gross_debt_pct_gdp", "% GDP", "gross government debt"),
    Field("budget_balance_pct_gdp", "% GDP", "government budget balance"),
    Field("net_interest_pct_gdp", "% GDP", "government net interest"),
    Field("exports_to_us_pct_gdp", "% GDP", "goods exports to the US"),
    Field("us_share_arms_imports_pct", "%", "US share of arms imports over ten years"),
    Field("arms_imports_tiv_mn", "million TIV", "arms imports over ten years"),
    Field("us_troops", "persons", "US active-duty personnel permanently assigned"),
    Field("us_troops_rotational", "persons", "US rotational forces, about"),
)
"""Every attribute of a `MemberRecord` but ``provenance``, in order."""


@dataclass(frozen=True)
class MemberRecord:
    """One member at one summit; units and meanings are in `MEMBER_FIELDS`.

    None means that nothing is known or that the attribute does not apply; `provenance` says
    which. It has one entry for every other field.
    """

    iso3: str
    iso2: str
    name: str
    accession_year: int
    has_forces: bool
    population_million: float
    gdp_usd_bn: float
    current_core_pct_gdp: float | None
    threat_perception: float
    fiscal_room: float
    us_pressure_sensitivity: float
    domestic_constraint: float
    capital_to_russia_km: float
    territory_to_russia_km: float
    land_border: bool
    proximity: float
    own_opinion: float | None
    own_surveys: float
    borrowed_opinion: float
    borrowed_surveys: float
    threat_climate: float
    gross_debt_pct_gdp: float
    budget_balance_pct_gdp: float
    net_interest_pct_gdp: float
    exports_to_us_pct_gdp: float | None
    us_share_arms_imports_pct: float | None
    arms_imports_tiv_mn: float
    us_troops: int | None
    us_troops_rotational: int | None
    provenance: Mapping[str, Provenance]


def show(value: object) -> str:
    """Write a value for people: no more than four decimals, a dash for None."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def explain(member: MemberRecord) -> list[str]:
    """Say of every value of a member where it comes from.

    Parameters
    ----------
    member : MemberRecord
        A built-in member.

    Returns
    -------
    list of str
        Two lines per value: the value with unit and grade, then source, vintage and derivation.
    """
    lines = [f"{member.name} ({member.iso3})"]
    for name, unit, meaning in MEMBER_FIELDS:
        origin = member.provenance[name]
        value = show(getattr(member, name))
        if unit not in ("1", "0-1", "year"):
            value = f"{value} {unit}".rstrip()
        lines.append(f"{name}: {value}  [{origin.grade}]  {meaning}")
        lines.append(f"    {origin.source}; {origin.vintage}. {origin.how}")
    return lines


def table(members: Mapping[str, MemberRecord]) -> list[dict[str, object]]:
    """Lay members out as rows: every field, and ``grade_<field>`` beside it.

    Parameters
    ----------
    members : mapping of str to MemberRecord
        As `sim.scenario.builtin.members` returns.

    Returns
    -------
    list of dict
        One row per member; values stay None where unknown. The code and the name carry no grade.
    """
    out = []
    for member in members.values():
        row: dict[str, object] = {}
        for name, _, _ in MEMBER_FIELDS:
            row[name] = getattr(member, name)
            if name not in ("iso3", "iso2", "name"):
                row[f"grade_{name}"] = member.provenance[name].grade
        out.append(row)
    return out
