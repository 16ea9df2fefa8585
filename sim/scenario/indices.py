"""Formulas that turn facts about a country into the attributes of a member.

Every function is pure: scalars in, a scalar out. Every weight sits in `IndexWeights` with its
unit, meaning and source. None was fitted, and none was chosen by looking at what a summit
brought or at what a government said before it. ``docs/data.md`` tells the story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import asin, cos, exp, log, log10, radians, sin, sqrt
from typing import Any

INDEX_DECIMALS = 4
"""Digits kept of an index: the logarithm may differ in its last bit between processors."""

_EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius


def _weight(value: float, unit: str, meaning: str, source: str = "judgement") -> Any:
    return field(default=value, metadata={"unit": unit, "meaning": meaning, "source": source})


@dataclass(frozen=True)
class IndexWeights:
    """Weights and anchors of the indices.

    ``dataclasses.fields(IndexWeights)`` gives unit, meaning and source of each as metadata.
    """

    # --- threat perception: place -------------------------------------------------------------
    threat_border: float = _weight(
        0.20, "1", "share of threat perception that a land border with Russia or Belarus gives"
    )
    near_km: float = _weight(
        100.0, "km", "distance at which proximity reaches 1 (capital in reach of ground forces)"
    )
    far_km: float = _weight(
        2500.0, "km", "distance at which proximity reaches 0 (beyond theatre-range missiles)"
    )
    territory_share: float = _weight(
        0.25, "1", "share of proximity from the nearest territory; the rest from the capital"
    )
    # --- threat perception: opinion -----------------------------------------------------------
    floor_enemy_pct: float = _weight(
        40.0, "%", "russia_seen_as_enemy: two of five answers if evenly spread (don't know counts)"
    )
    floor_major_threat_pct: float = _weight(
        25.0, "%", "russia_major_threat: one of four answers if evenly spread (don't know counts)"
    )
    floor_ukraine_events_pct: float = _weight(
        100.0 / 3.0,
        "%",
        "events_in_ukraine_threaten_own_country: one of three answers if evenly spread",
    )
    floor_top_threat_pct: float = _weight(
        0.0, "%", "russia_top_threat: open-ended, so nobody names Russia by chance"
    )
    ceiling_pct: float = _weight(
        90.0, "%", "share that counts as everybody: some never answer or always dissent"
    )
    survey_half_life_years: float = _weight(
        5.0, "years", "age at which a survey counts half as much as a fresh one"
    )
    prior_surveys: float = _weight(
        1.5, "surveys", "surveys' worth of weight that proximity holds against opinion"
    )
    neighbour_km: float = _weight(
        600.0, "km", "scale of the Gaussian kernel by which capitals lend each other opinion"
    )
    neighbour_background: float = _weight(
        0.05, "1", "closeness of the remotest pair: all allies share some news"
    )
    borrowed_max_surveys: float = _weight(
        1.0, "surveys", "most that all borrowed opinion together can count for"
    )
    # --- threat perception: the year ----------------------------------------------------------
    climate_2014: float = _weight(
        0.75, "1", "threat level of 2014, after Crimea, relative to 2025",
        "judgement; Poland 61% (CEORG 2014) against 81% (Pew 2025) = 0.75",
    )  # fmt: skip
    climate_2017: float = _weight(
        0.70, "1", "threat level of 2017, used only to read surveys of that year",
        "judgement; Pew 2017 against ECFR 2023: POL 65/79, FRA 45/59, ESP 47/65, GBR 43/77",
    )  # fmt: skip
    climate_2023: float = _weight(
        0.95, "1", "threat level of 2023, full-scale war, US guarantee not in doubt",
        "judgement; Poland 79% (ECFR 2023) against 81% (Pew 2025) = 0.98",
    )  # fmt: skip
    climate_2025: float = _weight(1.0, "1", "threat level of 2025, the reference", "definition")
    # --- fiscal room --------------------------------------------------------------------------
    fiscal_debt: float = _weight(0.40, "1", "weight of gross debt")
    fiscal_balance: float = _weight(0.40, "1", "weight of the budget balance")
    fiscal_interest: float = _weight(0.20, "1", "weight of net interest")
    debt_comfort_pct: float = _weight(30.0, "% GDP", "gross debt at which debt limits nothing")
    debt_limit_pct: float = _weight(130.0, "% GDP", "gross debt at which debt leaves no room")
    balance_limit_pct: float = _weight(-7.0, "% GDP", "balance that leaves no room")
    balance_comfort_pct: float = _weight(1.0, "% GDP", "balance that limits nothing")
    interest_limit_pct: float = _weight(4.0, "% GDP", "net interest that leaves no room")
    # --- sensitivity to US pressure -----------------------------------------------------------
    us_trade: float = _weight(0.30, "1", "weight of goods exports to the US")
    us_arms: float = _weight(0.30, "1", "weight of dependence on US arms")
    us_hosting: float = _weight(0.20, "1", "weight of US troops hosted")
    us_threat: float = _weight(0.20, "1", "weight of threat perception (need of the guarantee)")
    trade_full_pct: float = _weight(6.0, "% GDP", "exports to the US that count as full exposure")
    arms_prior: float = _weight(0.40, "1", "US share assumed where a member buys too little")
    arms_enough_tiv: float = _weight(
        250.0, "million TIV", "ten-year imports from which the observed US share counts fully"
    )
    hosting_full_troops: float = _weight(
        35_000.0, "persons", "US troops that count as full hosting (Germany, the largest)"
    )


WEIGHTS = IndexWeights()
"""The shipped weights."""


def clip01(x: float) -> float:
    """Bound a number to [0, 1]."""
    return min(1.0, max(0.0, x))


# --- threat perception ------------------------------------------------------------------------


def proximity(capital_km: float, territory_km: float, w: IndexWeights = WEIGHTS) -> float:
    """Closeness to Russia or Belarus, logarithmic in distance.

    ``p(d) = clip((ln far_km - ln d) / (ln far_km - ln near_km))`` and
    ``proximity = (1 - territory_share) p(capital) + territory_share p(territory)``.

    Parameters
    ----------
    capital_km : float
        From the capital to the nearest point of Russia, Belarus or occupied Crimea, km.
    territory_km : float
        Shortest distance between the territories, km; 0 is a shared border.
    w : IndexWeights
        Weights.

    Returns
    -------
    float
        In [0, 1]; 1 within ``near_km``, 0 beyond ``far_km``.
    """

    def p(km: float) -> float:
        return clip01(log(w.far_km / max(km, w.near_km)) / log(w.far_km / w.near_km))

    return (1.0 - w.territory_share) * p(capital_km) + w.territory_share * p(territory_km)


def structural_opinion(
    value_pct: float, floor_pct: float, climate: float, w: IndexWeights = WEIGHTS
) -> float:
    """Put one survey answer on the common scale of 2025.

    ``clip(clip((value - floor) / (ceiling - floor)) / climate)``: the floor makes questions of
    different difficulty comparable, the climate makes years comparable.

    Parameters
    ----------
    value_pct : float
        Share giving the answer, percent.
    floor_pct : float
        Share the answer would get if answers were spread evenly, percent.
    climate : float
        Threat level of the survey's year relative to 2025.
    w : IndexWeights
        Weights.

    Returns
    -------
    float
        In [0, 1].
    """
    return clip01(clip01((value_pct - floor_pct) / (w.ceiling_pct - floor_pct)) / climate)


def survey_weight(age_years: float, w: IndexWeights = WEIGHTS) -> float:
    """How much a survey of this age counts, in fresh surveys: ``0.5 ** (age / half_life)``."""
    return float(0.5 ** (age_years / w.survey_half_life_years))


def haversine_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance between two points given in degrees, km (sphere, IUGG mean radius)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    h = sin((phi2 - phi1) / 2) ** 2
    h += cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2.0 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def closeness(distance_km: float, w: IndexWeights = WEIGHTS) -> float:
    """Weight with which one capital's opinion speaks for another's.

    ``b + (1 - b) exp(-(d / neighbour_km)**2 / 2)`` with ``b = neighbour_background``: a Gaussian
    kernel on a floor, so that remote members lean on the mean of the alliance.
    """
    b = w.neighbour_background
    return b + (1.0 - b) * exp(-0.5 * (distance_km / w.neighbour_km) ** 2)


def borrowed_surveys(evidence: float, w: IndexWeights = WEIGHTS) -> float:
    """How many surveys of one's own the neighbours' opinion is worth.

    ``borrowed_max_surveys * K / (K + 1)`` with K = `evidence`, the sum over other members of
    closeness times their surveys: grows with evidence nearby, never above the maximum.
    """
    return w.borrowed_max_surveys * evidence / (evidence + 1.0)


def threat_perception(
    proximity: float,
    land_border: bool,
    opinion: float,
    surveys: float,
    climate: float,
    w: IndexWeights = WEIGHTS,
) -> float:
    """How exposed to Russia a member feels.

    ``climate * clip(beta B + (1 - beta) ((1 - l) P + l O))``, ``l = n / (n + prior_surveys)``:
    opinion O is trusted over proximity P the more surveys n speak for it.

    Parameters
    ----------
    proximity : float
        P, see `proximity`; [0, 1].
    land_border : bool
        B, a land border with Russia or Belarus.
    opinion : float
        O, own and borrowed opinion pooled; [0, 1].
    surveys : float
        n, effective number of surveys behind O.
    climate : float
        Threat level of the summit's year relative to 2025.
    w : IndexWeights
        Weights.

    Returns
    -------
    float
        In [0, 1].
    """
    trust = surveys / (surveys + w.prior_surveys)
    mixed = (1.0 - trust) * proximity + trust * opinion
    return clip01(climate * clip01(w.threat_border * land_border + (1.0 - w.threat_border) * mixed))


# --- fiscal room ------------------------------------------------------------------------------


def fiscal_room(
    gross_debt_pct_gdp: float,
    budget_balance_pct_gdp: float,
    net_interest_pct_gdp: float,
    w: IndexWeights = WEIGHTS,
) -> float:
    """How much more a budget could carry.

    Weighted mean of three straight lines, each clipped to [0, 1]: debt from ``debt_limit_pct``
    (0) to ``debt_comfort_pct`` (1), balance from ``balance_limit_pct`` (0) to
    ``balance_comfort_pct`` (1), net interest from ``interest_limit_pct`` (0) to none (1).

    Parameters
    ----------
    gross_debt_pct_gdp, budget_balance_pct_gdp, net_interest_pct_gdp : float
        General government, percent of GDP; a deficit is negative.
    w : IndexWeights
        Weights.

    Returns
    -------
    float
        In [0, 1].
    """
    debt = clip01((w.debt_limit_pct - gross_debt_pct_gdp) / (w.debt_limit_pct - w.debt_comfort_pct))
    balance = clip01(
        (budget_balance_pct_gdp - w.balance_limit_pct)
        / (w.balance_comfort_pct - w.balance_limit_pct)
    )
    interest = clip01(1.0 - net_interest_pct_gdp / w.interest_limit_pct)
    return clip01(w.fiscal_debt * debt + w.fiscal_balance * balance + w.fiscal_interest * interest)


# --- sensitivity to US pressure ---------------------------------------------------------------


def trade_exposure(exports_to_us_pct_gdp: float, w: IndexWeights = WEIGHTS) -> float:
    """Exposure to US tariffs: ``clip(sqrt(exports / trade_full_pct))``, exports in % of GDP."""
    return clip01(sqrt(exports_to_us_pct_gdp / w.trade_full_pct))


def arms_dependence(us_share_pct: float, imports_tiv_mn: float, w: IndexWeights = WEIGHTS) -> float:
    """Dependence on US arms.

    ``k s + (1 - k) arms_prior`` with the US share s and ``k = clip(TIV / arms_enough_tiv)``: the
    share of a member that hardly imports arms means little.

    Parameters
    ----------
    us_share_pct : float
        US share of arms imports, percent.
    imports_tiv_mn : float
        Volume of arms imports over ten years, million SIPRI trend-indicator values.
    w : IndexWeights
        Weights.

    Returns
    -------
    float
        In [0, 1].
    """
    k = clip01(imports_tiv_mn / w.arms_enough_tiv)
    return k * us_share_pct / 100.0 + (1.0 - k) * w.arms_prior


def troop_hosting(troops: float, w: IndexWeights = WEIGHTS) -> float:
    """US troops hosted: ``clip(log10(1 + troops) / log10(1 + hosting_full_troops))``."""
    return clip01(log10(1.0 + troops) / log10(1.0 + w.hosting_full_troops))


def us_pressure_sensitivity(
    trade: float, arms: float, hosting: float, threat: float, w: IndexWeights = WEIGHTS
) -> float:
    """How much US pressure moves a member (0 for the US itself, by definition).

    ``us_trade * trade + us_arms * arms + us_hosting * hosting + us_threat * threat``.

    Parameters
    ----------
    trade, arms, hosting : float
        See `trade_exposure`, `arms_dependence`, `troop_hosting`; [0, 1].
    threat : float
        Threat perception; [0, 1].
    w : IndexWeights
        Weights.

    Returns
    -------
    float
        In [0, 1].
    """
    return clip01(
        w.us_trade * trade + w.us_arms * arms + w.us_hosting * hosting + w.us_threat * threat
    )
