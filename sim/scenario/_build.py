"""Put one built-in member together, never a value without its provenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sim.scenario import indices
from sim.scenario._names import ISO2, shares_land_border
from sim.scenario._opinion import Opinion, climate
from sim.scenario._record import GRADES, MemberRecord, Provenance
from sim.scenario._tables import number
from sim.scenario.indices import INDEX_DECIMALS, IndexWeights


@dataclass(frozen=True)
class Basis:
    """Which editions and years describe the members at one summit."""

    summit_id: str
    year: int
    spending_vintage: str
    spending_year: int
    fiscal_year: int
    fiscal_suffix: str
    fiscal_vintage: str
    arms_window: str
    arms_grade: str
    has_rotational: bool
    proxy_grade: str | None

    def proxied(self, grade: str) -> str:
        """Grade of a 2024 figure at this summit: C where it stands in for another year."""
        return self.proxy_grade or grade

    @property
    def proxy_note(self) -> str:
        """Words to add where a 2024 figure stands in for another year."""
        return (
            f" Stands in for {self.year}, for which no figure is held." if self.proxy_grade else ""
        )


_LATER = "no edition of the time is held, so later revisions are in"
BASES = {
    "hague_2025": Basis(
        summit_id="HAGUE_2025",
        year=2025,
        spending_vintage="nato_2025_08",
        spending_year=2024,
        fiscal_year=2024,
        fiscal_suffix="_weo_apr2025",
        fiscal_vintage="2024 in the April 2025 edition, the last before the summit",
        arms_window="2015_2024",
        arms_grade="A",
        has_rotational=True,
        proxy_grade=None,
    ),
    "vilnius_2023": Basis(
        summit_id="VILNIUS_2023",
        year=2023,
        spending_vintage="nato_2023_07",
        spending_year=2023,
        fiscal_year=2022,
        fiscal_suffix="_weo_apr2025",
        fiscal_vintage=f"2022 in the April 2025 edition; {_LATER}",
        arms_window="2015_2024",
        arms_grade="C",
        has_rotational=True,
        proxy_grade="C",
    ),
    "wales_2014": Basis(
        summit_id="WALES_2014",
        year=2014,
        spending_vintage="nato_2019_06",
        spending_year=2013,
        fiscal_year=2013,
        fiscal_suffix="",
        fiscal_vintage=f"2013 in the October 2025 edition; {_LATER}",
        arms_window="2004_2013",
        arms_grade="A",
        has_rotational=False,
        proxy_grade="C",
    ),
}


_BORDERS = "borders since 2014, with occupied Crimea"
_GOVERNMENTS = "governments.csv (ParlGov, CHES, MARPOR, V-Party, news)"
_TRADE = "US Census, imports for consumption; GDP: IMF World Economic Outlook"
_ARMS = "SIPRI Arms Transfers Database"
_ARMS_GRADE = "A"
_TROOPS = "US Department of Defense, DMDC"
_ROTATIONAL = "members.csv (general knowledge)"


def _worst(grades: Iterable[str]) -> str:
    return max(grades, key=GRADES.index)


class Builder:
    """Collects the values of one member at one summit, each with its provenance.

    Call every method that puts values once, `threat` before `us_leverage`, then `record`.
    """

    def __init__(self, basis: Basis, w: IndexWeights) -> None:
        self.basis = basis
        self.w = w
        self.values: dict[str, Any] = {}
        self.origin: dict[str, Provenance] = {}

    def put(
        self, name: str, value: object, grade: str, source: str, vintage: object, how: str
    ) -> None:
        self.values[name] = value
        self.origin[name] = Provenance(grade, source, str(vintage), how)

    def grade(self, *names: str) -> str:
        return _worst(self.origin[n].grade for n in names)

    def record(self) -> MemberRecord:
        return MemberRecord(**self.values, provenance=MappingProxyType(self.origin))

    def identity(self, row: Mapping[str, str], fiscal: Mapping[str, str]) -> None:
        iso3 = row["iso3"]
        self.put("iso3", iso3, "B", "ISO 3166-1", "current", "Standard code.")
        self.put("iso2", ISO2[iso3], "B", "ISO 3166-1", "current", "Standard code.")
        self.put("name", row["name"], "B", "members.csv", "current", "Name used by NATO.")
        self.put(
            "accession_year", int(row["accession_year"]), row["grade_accession"],
            "members.csv (general knowledge, checked)", row["accession_year"], "As listed.",
        )  # fmt: skip
        self.put(
            "has_forces", row["has_armed_forces"] == "True", row["grade_flags"],
            "members.csv (general knowledge, checked)", "current", "As listed.",
        )  # fmt: skip
        self.put(
            "population_million", float(row["population_million"]),
            self.basis.proxied(row["grade_macro"]), "IMF World Economic Outlook",
            "2024 in the October 2025 edition", f"As published.{self.basis.proxy_note}",
        )  # fmt: skip
        self.put(
            "gdp_usd_bn", float(fiscal["gdp_usd_bn"]), fiscal["grade"],
            "IMF World Economic Outlook",
            f"{self.basis.fiscal_year} in the October 2025 edition",
            "As published; the year before the summit.",
        )  # fmt: skip

    def spending(self, row: Mapping[str, str], spent: Mapping[str, str] | None) -> None:
        name, basis = "current_core_pct_gdp", self.basis
        source = "NATO, Defence Expenditure of NATO Countries"
        vintage = f"{basis.spending_year} in edition {basis.spending_vintage}"
        if spent:
            how = "NATO's estimate." if spent["is_estimate"] == "True" else "As published."
            self.put(name, float(spent["pct_gdp"]), spent["grade"], source, vintage, how)
        elif row["has_armed_forces"] == "False":
            self.put(name, None, "none", source, vintage, "No armed forces: NATO lists no figure.")
        else:
            raise LookupError(f"{row['iso3']} has forces but no spending for {vintage}")

    def threat(self, row: Mapping[str, str], opinion: Opinion) -> None:
        w, year = self.w, self.basis.year
        capital = float(row["distance_to_russia_incl_crimea_km"])
        territory = float(row["territory_to_russia_km"])
        border = shares_land_border(row)
        place = "members.csv (Natural Earth 1:10m, WGS84)"
        self.put(
            "capital_to_russia_km", capital, row["grade_distance"], place, _BORDERS,
            f"Geodesic from {row['capital']}; without Crimea {row['distance_to_russia_km']} km.",
        )  # fmt: skip
        self.put(
            "territory_to_russia_km", territory, row["grade_distance"], place, _BORDERS,
            "Geodesic between the nearest points; 0 is a shared land border.",
        )  # fmt: skip
        self.put("land_border", border, row["grade_flags"], "members.csv", _BORDERS, "As listed.")
        near = indices.proximity(capital, territory, w)
        self.put(
            "proximity", round(near, INDEX_DECIMALS),
            self.grade("capital_to_russia_km", "territory_to_russia_km"), "computed", _BORDERS,
            f"{1 - w.territory_share:g} p({capital:g} km) + {w.territory_share:g} p({territory:g}"
            f" km), p from 0 at {w.far_km:g} km to 1 at {w.near_km:g} km in the logarithm.",
        )  # fmt: skip
        own = opinion.own
        self.put(
            "own_opinion", None if own is None else round(own, INDEX_DECIMALS),
            opinion.grade, "opinion.csv", f"surveys to {year}",
            "; ".join(opinion.answers) + "." if opinion.answers else "No threat survey found.",
        )  # fmt: skip
        self.put(
            "own_surveys", round(opinion.own_surveys, INDEX_DECIMALS), opinion.grade,
            "opinion.csv", f"surveys to {year}",
            f"Each counts 0.5 to the power of age / {w.survey_half_life_years:g} years.",
        )  # fmt: skip
        for name, value, how in (
            ("borrowed_opinion", opinion.borrowed,
             f"Mean of the other members' own surveys, by closeness of capitals (Gaussian, "
             f"{w.neighbour_km:g} km, background {w.neighbour_background:g})."),
            ("borrowed_surveys", opinion.borrowed_surveys,
             f"{w.borrowed_max_surveys:g} x K/(K+1), K the closeness-weighted surveys of others."),
        ):  # fmt: skip
            self.put(name, round(value, INDEX_DECIMALS), "C", "computed", f"surveys to {year}", how)
        level = climate(year, w)
        evidence = IndexWeights.__dataclass_fields__[f"climate_{year}"].metadata["source"]
        self.put("threat_climate", level, "C", "indices.py", year, f"{evidence}.")
        threat = indices.threat_perception(near, border, opinion.pooled, opinion.surveys, level, w)
        trust = opinion.surveys / (opinion.surveys + w.prior_surveys)
        self.put(
            "threat_perception", round(threat, INDEX_DECIMALS),
            self.grade("proximity", "land_border", "own_opinion") if own is not None else "C",
            "computed", year,
            f"climate {level:g} x ({w.threat_border:g} x border {border:d} + "
            f"{1 - w.threat_border:g} x ({1 - trust:.2f} x proximity {near:.2f} + {trust:.2f} x "
            f"opinion {opinion.pooled:.2f})); opinion pooled from {opinion.own_surveys:.2f} own "
            f"and {opinion.borrowed_surveys:.2f} borrowed surveys.",
        )  # fmt: skip

    def fiscal(self, row: Mapping[str, str]) -> None:
        w, basis = self.w, self.basis
        source = "IMF World Economic Outlook"
        for name in ("gross_debt_pct_gdp", "budget_balance_pct_gdp"):
            value = float(row[name + basis.fiscal_suffix])
            self.put(name, value, row["grade"], source, basis.fiscal_vintage, "As published.")
        self.put(
            "net_interest_pct_gdp", float(row["net_interest_pct_gdp"]), row["grade"], source,
            f"{basis.fiscal_year} in the October 2025 edition, the only one held",
            "Primary balance minus balance.",
        )  # fmt: skip
        debt, balance, interest = (
            self.values[n]
            for n in ("gross_debt_pct_gdp", "budget_balance_pct_gdp", "net_interest_pct_gdp")
        )
        self.put(
            "fiscal_room",
            round(indices.fiscal_room(debt, balance, interest, w), INDEX_DECIMALS),
            self.grade("gross_debt_pct_gdp", "budget_balance_pct_gdp", "net_interest_pct_gdp"),
            "computed", basis.fiscal_year,
            f"{w.fiscal_debt:g} x clip(({w.debt_limit_pct:g} - debt {debt:.1f})/"
            f"{w.debt_limit_pct - w.debt_comfort_pct:g}) + {w.fiscal_balance:g} x clip((balance "
            f"{balance:.1f} - ({w.balance_limit_pct:g}))/"
            f"{w.balance_comfort_pct - w.balance_limit_pct:g}) + {w.fiscal_interest:g} x "
            f"clip(1 - interest {interest:.1f}/{w.interest_limit_pct:g}).",
        )  # fmt: skip

    def us_itself(self, us: Mapping[str, str]) -> None:
        """The US: no pressure on itself, by definition."""
        how = "Does not apply to the US itself."
        for name, source in (
            ("exports_to_us_pct_gdp", _TRADE),
            ("us_share_arms_imports_pct", _ARMS),
            ("us_troops", _TROOPS),
            ("us_troops_rotational", _ROTATIONAL),
        ):
            self.put(name, None, "none", source, self.basis.year, how)
        self.arms_volume(us)
        self.put(
            "us_pressure_sensitivity", 0.0, "A", "definition", self.basis.year,
            "The US does not press itself.",
        )  # fmt: skip

    def arms_volume(self, us: Mapping[str, str]) -> float:
        volume = float(us["arms_imports_2015_2024_tiv_mn"])
        self.put(
            "arms_imports_tiv_mn", volume, self.basis.proxied(_ARMS_GRADE), _ARMS, "2015-2024",
            f"By delivery year, computed from the register.{self.basis.proxy_note}",
        )  # fmt: skip
        return volume

    def us_leverage(self, row: Mapping[str, str], us: Mapping[str, str]) -> None:
        w, basis = self.w, self.basis
        note = basis.proxy_note
        exports = float(us["exports_to_us_pct_gdp_2024"])
        self.put(
            "exports_to_us_pct_gdp", exports, basis.proxied(us["grade_trade"]), _TRADE, "2024",
            f"US goods imports from the member over its GDP.{note}",
        )  # fmt: skip
        volume = self.arms_volume(us)
        share = number(us[f"us_share_arms_imports_{basis.arms_window}_pct"])
        past = " The window runs past the summit." if basis.arms_grade == "C" else ""
        self.put(
            "us_share_arms_imports_pct", share, "none" if share is None else basis.arms_grade,
            _ARMS, basis.arms_window.replace("_", "-"),
            "No imports, so no share." if share is None
            else f"By delivery year, computed from the register.{past}",
        )  # fmt: skip
        troops = int(row["us_troops"])
        self.put(
            "us_troops", troops, basis.proxied(row["grade_us_troops"]), _TROOPS, "December 2024",
            f"Active duty, permanently assigned.{note}",
        )  # fmt: skip
        rotational = int(number(row["us_troops_rotational_approx"]) or 0)
        if not basis.has_rotational:
            rotational, vintage = 0, str(basis.year)
            how = "Counted as none: standing rotations of brigades and battle groups began in 2017."
        else:
            vintage = "2024"
            how = f"Round figure.{note}" if rotational else "None listed."
        self.put("us_troops_rotational", rotational, "C", _ROTATIONAL, vintage, how)
        threat = self.values["threat_perception"]
        trade = indices.trade_exposure(exports, w)
        # Without imports the volume is 0 and the share has no weight.
        arms = indices.arms_dependence(share or 0.0, volume, w)
        hosting = indices.troop_hosting(troops + rotational, w)
        inputs = ["exports_to_us_pct_gdp", "arms_imports_tiv_mn", "us_troops", "threat_perception"]
        inputs += ["us_share_arms_imports_pct"] if share is not None else []
        inputs += ["us_troops_rotational"] if rotational else []
        self.put(
            "us_pressure_sensitivity",
            round(indices.us_pressure_sensitivity(trade, arms, hosting, threat, w), INDEX_DECIMALS),
            self.grade(*inputs), "computed", basis.year,
            f"{w.us_trade:g} x trade {trade:.2f} + {w.us_arms:g} x arms {arms:.2f} + "
            f"{w.us_hosting:g} x hosting {hosting:.2f} + {w.us_threat:g} x threat {threat:.2f}.",
        )  # fmt: skip

    def domestic(self, row: Mapping[str, str], everybody: Iterable[Mapping[str, str]]) -> None:
        value = number(row["domestic_constraint"])
        if value is not None:
            self.put(
                "domestic_constraint", value, row["grade_constraint"], _GOVERNMENTS,
                self.basis.year,
                f"Government of {row['head_of_government']}: 0.45 x scepticism "
                f"{row['component_scepticism'] or '-'} + 0.25 x left {row['component_left'] or '-'}"
                f" + 0.20 x weak majority {row['component_weak_majority'] or '-'} + 0.10 x election"
                f" near {row['component_election_near'] or '-'}, over the weight present"
                f" {row['constraint_weight_present']}.",
            )  # fmt: skip
            return
        known = [v for r in everybody if (v := number(r["domestic_constraint"])) is not None]
        self.put(
            "domestic_constraint", round(sum(known) / len(known), INDEX_DECIMALS), "C",
            _GOVERNMENTS, self.basis.year,
            f"Imputed: mean of the {len(known)} members known at this summit; too little is known "
            f"of the government of {row['head_of_government']}.",
        )  # fmt: skip
