"""Pool threat surveys: a member's own, and those of members whose capitals are close."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario._record import GRADES
from sim.scenario._tables import rows
from sim.scenario.indices import (
    IndexWeights,
    borrowed_surveys,
    closeness,
    haversine_km,
    structural_opinion,
    survey_weight,
)

THREAT_QUESTIONS = {
    "russia_seen_as_enemy": "floor_enemy_pct",
    "russia_major_threat": "floor_major_threat_pct",
    "events_in_ukraine_threaten_own_country": "floor_ukraine_events_pct",
    "russia_top_threat": "floor_top_threat_pct",
}
"""Survey measures that ask about the threat, and the weight that anchors each.

Questions about spending ask for taste, not threat, and are left out. ``country_under_threat``
was asked after The Hague and about any threat."""


@dataclass(frozen=True)
class Opinion:
    """What is known of one member's public on the scale of 2025.

    Attributes
    ----------
    own : float or None
        Weighted mean of the member's own surveys in [0, 1]; None without a survey.
    own_surveys : float
        Their number, discounted for age.
    borrowed : float
        Mean of other members' opinion, weighted by closeness and surveys.
    borrowed_surveys : float
        How many own surveys that is worth.
    grade : str
        Worst grade of the own surveys; "none" without one.
    answers : tuple of str
        The own answers in words.
    """

    own: float | None
    own_surveys: float
    borrowed: float
    borrowed_surveys: float
    grade: str
    answers: tuple[str, ...]

    @property
    def surveys(self) -> float:
        """Effective number of surveys, own and borrowed."""
        return self.own_surveys + self.borrowed_surveys

    @property
    def pooled(self) -> float:
        """Own and borrowed opinion, weighted by their surveys; 0 where nothing is known."""
        if self.surveys == 0.0:
            return 0.0
        own = (self.own or 0.0) * self.own_surveys
        return (own + self.borrowed * self.borrowed_surveys) / self.surveys


def climate(year: int, w: IndexWeights) -> float:
    """Threat level of a year relative to 2025 (years of summits and surveys only)."""
    return float(getattr(w, f"climate_{year}"))


def opinions(year: int, w: IndexWeights) -> dict[str, Opinion]:
    """Opinion of every country in ``members.csv`` as known in a year.

    Parameters
    ----------
    year : int
        Year of the summit; later surveys are not used.
    w : IndexWeights
        Weights.

    Returns
    -------
    dict of str to Opinion
        By alpha-3 code.
    """
    total: dict[str, float] = {}
    count: dict[str, float] = {}
    grade: dict[str, str] = {}
    words: dict[str, list[str]] = {}
    for row in rows("opinion"):
        asked = int(row["year"])
        if row["measure"] not in THREAT_QUESTIONS or asked > year:
            continue
        iso3, floor = row["iso3"], getattr(w, THREAT_QUESTIONS[row["measure"]])
        scaled = structural_opinion(float(row["value_pct"]), floor, climate(asked, w), w)
        weight = survey_weight(year - asked, w)
        total[iso3] = total.get(iso3, 0.0) + weight * scaled
        count[iso3] = count.get(iso3, 0.0) + weight
        grade[iso3] = max(grade.get(iso3, "A"), row["grade"], key=GRADES.index)
        words.setdefault(iso3, []).append(
            f"{row['survey']} {row['measure']} {row['value_pct']}% -> {scaled:.2f}, "
            f"weight {weight:.2f}"
        )
    own = {iso3: total[iso3] / count[iso3] for iso3 in total}
    place = {
        r["iso3"]: (float(r["capital_lat_deg"]), float(r["capital_lon_deg"]))
        for r in rows("members")
    }
    pooled = {}
    for iso3 in place:
        evidence = lent = 0.0
        for other in own:
            if other != iso3:
                share = closeness(haversine_km(*place[iso3], *place[other]), w) * count[other]
                evidence += share
                lent += share * own[other]
        pooled[iso3] = Opinion(
            own=own.get(iso3),
            own_surveys=count.get(iso3, 0.0),
            borrowed=lent / evidence,
            borrowed_surveys=borrowed_surveys(evidence, w),
            grade=grade.get(iso3, "none"),
            answers=tuple(words.get(iso3, ())),
        )
    return pooled
