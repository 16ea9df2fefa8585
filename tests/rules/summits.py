"""Small summits and shorthands for the tests of the rules."""

import copy
from collections.abc import Mapping
from typing import Any

from sim.engine.mesa.agents import MemberState
from sim.engine.mesa.model import SummitModel
from sim.engine.mesa.seats import Answer
from sim.engine.problem import Setup, set_up
from sim.scenario.load import load

#: Five members, four rounds, one on the last day; nobody is lucky but in tests that add luck.
PLEDGE: dict[str, Any] = {
    "title": "Five members",
    "terms": {
        "core_pct_gdp": {"range": [2.0, 5.0], "step": 0.5, "opening": 5.0, "in_force": 2.0},
        "broader_pct_gdp": {"range": [0.0, 2.0], "step": 0.5, "opening": 0.0, "in_force": 0.0},
        "deadline_year": {
            "range": [2029, 2036], "step": 1, "or_none": True, "opening": 2030, "in_force": "none",
        },
        "annual_increment_pp": {
            "range": [0.0, 0.3], "step": 0.1, "opening": 0.2, "in_force": 0.0,
        },
        "wording": {
            "levels": {"aim_to": "soft", "we_commit": 1.0},
            "opening": "we_commit",
            "in_force": "at_least",
        },
    },
    "parties": {
        "USA": {"current_core_pct_gdp": 3.2, "gdp_usd_bn": 29000},
        "AAA": {"current_core_pct_gdp": 3.5},
        "BBB": {"current_core_pct_gdp": 2.0},
        "CCC": {"current_core_pct_gdp": 1.5},
        "DDD": {"current_core_pct_gdp": 1.3},
    },
    "demander": {"headline_pct_gdp": 5.0, "deadline_year": 2030, "annual_increment_pp": 0.2},
    "calendar": {"start": "2025-06-01", "summit": "2025-06-22", "last_day_drafts": 1},
    "coefficients": {"refusing": {"luck": 0.0}},
}  # fmt: skip
_THREAT = {"USA": 0.2, "AAA": 0.9, "BBB": 0.5, "CCC": 0.3, "DDD": 0.1}
for _code, _threat in _THREAT.items():
    PLEDGE["parties"][_code].update(
        threat_perception=_threat, fiscal_room=0.4, us_pressure_sensitivity=0.5
    )

#: Three members on two terms with a chair; nobody is lucky, saliences are as written.
SPATIAL: dict[str, Any] = {
    "title": "Three members",
    "preferences": "spatial",
    "terms": {
        "height": {"range": [0, 10], "step": 1, "opening": 0},
        "width": {"range": [0, 4], "step": 0.5, "opening": 4},
    },
    "parties": {
        "AAA": {"ideal": {"height": 2, "width": 1}},
        "BBB": {"ideal": {"height": 9, "width": 3}, "salience": {"height": 0.5, "width": 2}},
        "CCC": {"ideal": {"height": 6, "width": 0}, "salience": {"height": 2}},
    },
    "calendar": {"start": "2025-01-01", "summit": "2025-02-26", "last_day_drafts": 1},
    "coefficients": {"spatial": {"luck": 0.0, "salience_sd": 0.0}},
}


def changed(scenario: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """A scenario with parts laid over it, mappings merged; a part that is None is left out."""
    result = copy.deepcopy(dict(scenario))
    _lay_over(result, parts)
    return result


def _lay_over(base: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        if value is None:
            base.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _lay_over(base[key], value)
        else:
            base[key] = copy.deepcopy(value)


def setup(scenario: Mapping[str, Any] | str, **parts: Any) -> Setup:
    """A scenario ready to be played; ``parts`` as for :func:`changed`."""
    if isinstance(scenario, str):
        return set_up(load(scenario).set(parts).resolved if parts else load(scenario).resolved)
    return set_up(load(changed(scenario, **parts)).resolved)


def model(scenario: Mapping[str, Any], seed: int = 1, **parts: Any) -> SummitModel:
    """A run of a scenario, not yet begun."""
    return SummitModel(setup(scenario, **parts), seed=seed, collect=False)


class _Stubborn:
    def act(self, member: MemberState) -> Answer:
        return Answer(False)


def stubborn(m: SummitModel) -> SummitModel:
    """The same run, in which everybody refuses everything, so that all rounds are played."""
    for state in m.members:
        state.seat = _Stubborn()
    return m
