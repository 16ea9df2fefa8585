"""Scenarios for tests of what is told and counted: small, different in all that matters."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sim.engine.problem import Setup, set_up
from sim.scenario.load import load

PLEDGE: dict[str, Any] = {
    "title": "A small summit",
    "terms": {
        "core_pct_gdp": {"range": [2.0, 4.0], "step": 0.25, "opening": 3.5, "in_force": 2.0},
        "broader_pct_gdp": {"range": [0.0, 2.0], "step": 0.5, "opening": 0.5, "in_force": 0.0},
        "deadline_year": {"range": [2028, 2036], "step": 1, "or_none": True, "opening": 2030,
                          "in_force": "none"},
        "annual_increment_pp": {"range": [0.0, 0.2], "step": 0.1, "opening": 0.2,
                                "in_force": 0.0},
        "review_year": {"range": [2027, 2030], "step": 1, "or_none": True, "opening": "none",
                        "in_force": "none"},
        "wording": {"levels": {"aim_to": "soft", "we_commit": 1.0}, "opening": "we_commit",
                    "in_force": "aim_to"},
    },
    "parties": {
        "USA": {"gdp_usd_bn": 30000, "current_core_pct_gdp": 3.2, "threat_perception": 0.3,
                "fiscal_room": 0.4, "us_pressure_sensitivity": 0.0},
        "POL": {"current_core_pct_gdp": 3.8, "threat_perception": 0.9, "fiscal_room": 0.6,
                "us_pressure_sensitivity": 0.8, "gdp_usd_bn": 900},
        "DEU": {"current_core_pct_gdp": 2.1, "threat_perception": 0.5, "fiscal_room": 0.7,
                "us_pressure_sensitivity": {"normal": [0.5, 0.1]}, "gdp_usd_bn": 4600},
        "ESP": {"name": "Spain", "current_core_pct_gdp": 1.4, "threat_perception": 0.2,
                "fiscal_room": 0.3, "us_pressure_sensitivity": 0.3, "domestic_constraint": 0.5,
                "gdp_usd_bn": 1700},
        "ITA": {"current_core_pct_gdp": 1.5, "threat_perception": 0.3, "fiscal_room": 0.1,
                "us_pressure_sensitivity": 0.5, "gdp_usd_bn": 2400},
        "ISL": {"has_forces": False, "threat_perception": 0.3, "fiscal_room": 0.6,
                "us_pressure_sensitivity": 0.4, "gdp_usd_bn": 30},
    },
    "groups": {"south": {"members": ["ESP", "ITA"], "fiscal_room": {"normal": [0.0, 0.05]}}},
    "demander": {"party": "USA", "headline_pct_gdp": 4.0, "deadline_year": 2030,
           "annual_increment_pp": 0.2, "leverage": 1.0},
    "calendar": {"start": "2025-01-06", "summit": "2025-04-14"},
    "events": [
        {"name": "A scare", "date": "2025-02-01", "lasts_days": 14, "members": ["DEU", "ESP"],
         "threat_perception": 0.2},
        {"name": "A row over trade", "chance_per_round": 0.3, "leverage": 0.1},
    ],
}  # fmt: skip

SPATIAL: dict[str, Any] = {
    "title": "A committee",
    "preferences": "spatial",
    "terms": {
        "share": {"range": [0, 100], "step": 5, "opening": 50, "unit": "%", "in_force": 0},
        "a_term_with_a_very_long_name": {"range": [0, 10], "step": 1, "opening": 1, "in_force": 0},
        "first_year": {"range": [2030, 2040], "step": 1, "opening": 2035, "unit": "year",
                       "in_force": 2040},
    },
    "parties": {
        "AA": {"ideal": {"share": 0, "a_term_with_a_very_long_name": 2, "first_year": 2030},
               "salience": {"share": 2.0}, "threat_perception": 0.1},
        "BB": {"ideal": {"share": 90, "a_term_with_a_very_long_name": 9, "first_year": 2039},
               "salience": {"share": 0.5, "first_year": 1.5}},
        "CC": {"ideal": {"share": {"normal": [60, 10]}, "a_term_with_a_very_long_name": 4,
                         "first_year": 2034}, "red_lines": {"share": {"at_least": 40}}},
        "DD": {"name": "Delta", "ideal": {"share": 30, "a_term_with_a_very_long_name": 3,
                                          "first_year": 2032}},
    },
    "calendar": {"start": "2025-01-01", "summit": "2025-03-01"},
}  # fmt: skip


def changed(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A scenario with values changed; ``__`` in a key stands for the dot of a path."""
    scenario = deepcopy(base)
    for path, value in changes.items():
        *steps, last = path.split("__")
        here = scenario
        for step in steps:
            here = here.setdefault(step, {})
        if value is None:
            del here[last]
        else:
            here[last] = value
    return scenario


def setup(scenario: dict[str, Any]) -> Setup:
    return set_up(load(scenario).resolved)


ALL = {
    "pledge": PLEDGE,
    "one day": changed(PLEDGE, calendar__start="2025-04-14", events=None),
    "public knowledge": changed(PLEDGE, mediator__knowledge="public"),
    "all is known": changed(PLEDGE, mediator__knowledge="all"),
    "amendments only": changed(PLEDGE, mediator__kind="none"),
    "hardliner": changed(PLEDGE, mediator__kind="hardliner"),
    "mean": changed(PLEDGE, mediator__kind="weighted_mean"),
    "majority": changed(PLEDGE, procedure__rule="qualified_majority", procedure__weights="gdp"),
    "spatial": SPATIAL,
    "spatial minus one": changed(SPATIAL, procedure__rule="unanimity_minus", mediator__kind="nash"),
    "spatial demander": changed(SPATIAL, demander__party="BB"),
    "plain terms": changed(
        PLEDGE, terms__broader_pct_gdp=None, terms__review_year=None, terms__wording=None,
        terms__annual_increment_pp=None,
    ),
}  # fmt: skip
