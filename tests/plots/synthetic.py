"""Scenarios and tables with the columns of real ones and values that nobody negotiated."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.batch import tables
from sim.engine.block import empty_block
from sim.engine.problem import Setup, set_up
from sim.scenario.load import load
from sim.scenario.resolve import Resolved

CALENDAR = {"start": "2025-01-07", "summit": "2025-06-25"}


class Tables(NamedTuple):
    scenario: Resolved
    runs: pd.DataFrame
    members: pd.DataFrame
    rounds: pd.DataFrame


def pledge(n_members: int = 6, **changes: Any) -> Setup:
    """Members around a demander, with the six terms of The Hague."""
    attributes = {
        "threat_perception": 0.5,
        "fiscal_room": 0.5,
        "us_pressure_sensitivity": 0.5,
        "domestic_constraint": 0.2,
        "current_core_pct_gdp": 2.0,
        "gdp_usd_bn": 100,
    }
    scenario = {
        "title": "A summit",
        "parties": {
            f"M{i:03}": {"name": f"Member number {i}", **attributes} for i in range(n_members)
        },
        "terms": {
            "core_pct_gdp": {"range": [2.0, 5.0], "step": 0.25, "opening": 5.0, "in_force": 2.0},
            "broader_pct_gdp": {"range": [0.0, 2.0], "step": 0.25, "opening": 0.0, "in_force": 0.0},
            "deadline_year": {"range": [2029, 2040], "step": 1, "opening": 2030, "in_force": 2030},
            "review_year": {
                "range": [2027, 2032],
                "step": 1,
                "or_none": True,
                "opening": "none",
                "in_force": "none",
            },
            "wording": {
                "levels": {"aim_to": "soft", "allies_commit": 0.9, "we_commit": 1.0},
                "opening": "we_commit",
                "in_force": "aim_to",
            },
        },
        "demander": {"party": "M000", "headline_pct_gdp": 5.0, "deadline_year": 2030},
        "calendar": CALENDAR,
    }
    return set_up(load(scenario | changes).resolved)


def spatial(n_members: int = 5, n_terms: int = 1, **changes: Any) -> Setup:
    """Members with ideal points on terms of their own, without a demander."""
    names = [f"issue_{j}" for j in range(n_terms)]
    scenario = {
        "title": "Another matter",
        "preferences": "spatial",
        "parties": {
            f"P{i}": {"ideal": dict.fromkeys(names, 10.0 * (i % 11))} for i in range(n_members)
        },
        "terms": {
            name: {"range": [0, 100], "step": 1, "opening": 50, "unit": "points"} for name in names
        },
        "calendar": CALENDAR,
    }
    return set_up(load(scenario | changes).resolved)


def tables_of(setup: Setup, runs: int, *, deal: float = 0.8, seed: int = 0) -> Tables:
    """Tables of so many runs, of which about the share ``deal`` end with a text."""
    p = setup.problem
    rng = np.random.default_rng(seed)
    m, k, t = p.n_members, p.n_terms, p.n_rounds
    block = empty_block(p, runs, trace=True)
    has_deal = rng.random(runs) < deal
    last = np.where(has_deal, rng.integers(0, t, runs), t - 1)
    played = np.arange(t) <= last[:, None]
    near = np.array([rng.integers(0, size, (runs, t)) for size in p.sizes]).transpose(1, 2, 0)
    accepts = rng.random((runs, t, m)) < rng.random(m)
    accepts[np.arange(runs), last] |= has_deal[:, None]
    accepts[~has_deal, last[~has_deal], 0] = False
    named = rng.integers(-k, k + 1, (runs, t, m))
    objects = ~accepts & played[:, :, None]
    letter = rng.random((runs, m)) < 0.5 * rng.random(m) ** 2
    block = block._replace(
        adopted_round=np.where(has_deal, last, -1),
        choice=near[np.arange(runs), last],
        side_letter=letter,
        objections=objects.sum(axis=1),
        last_named=np.where(objects.any(axis=1), rng.integers(-k, k + 1, (runs, m)), 0),
        passed=accepts[np.arange(runs), last],
        net_loss=rng.random((runs, m)),
        refusal_cost=0.2 + rng.random((runs, m)),
        trace_choice=np.where(played[:, :, None], near, -1),
        trace_passed=accepts & played[:, :, None],
        trace_named=np.where(objects, named, 0),
        trace_leverage=np.ones((runs, t)),
    )
    return Tables(
        setup.scenario,
        tables.runs_table(setup, block),
        tables.members_table(setup, block),
        tables.rounds_table(setup, block),
    )
