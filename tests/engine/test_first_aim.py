"""The first aim of tiny summits is the best text by formulas written down a second time."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules import mediators
from sim.rules.luck import HALF_WIDTH
from tests.rules.summits import model
from tests.strategies import numbers

SEARCHING = [m.NAME for m in mediators.MODULES if m.SEARCHES]


@st.composite
def tiny(draw: st.DrawFn) -> dict[str, Any]:
    """Two or three members of equal size on one or two terms, with a chair and no drawn input."""
    terms = ("alpha", "beta")[: draw(st.integers(1, 2))]
    codes = ("AAA", "BBB", "CCC")[: draw(st.integers(2, 3))]
    places = draw(st.lists(st.integers(0, 10), min_size=len(terms) * 3, max_size=len(terms) * 3))
    ideals = [tuple(places[i * len(terms) : (i + 1) * len(terms)]) for i in range(len(codes))]
    return {
        "title": "Tiny",
        "preferences": "spatial",
        "terms": {t: {"range": [0, 10], "step": 2, "opening": 4} for t in terms},
        "parties": {
            code: {
                "ideal": dict(zip(terms, ideal, strict=True)),
                "salience": {t: draw(numbers(0.2, 2.0)) for t in terms},
                # Never a camp with another.
                "domestic_constraint": i / 10,
            }
            for i, (code, ideal) in enumerate(zip(codes, ideals, strict=True))
        },
        "mediator": {
            "kind": draw(st.sampled_from(SEARCHING)), "own_view": draw(numbers(0.0, 1.0)),
        },
        "calendar": {"start": "2025-01-01", "summit": "2025-01-29"},
        "coefficients": {
            "spatial": {
                "base": draw(numbers(0.1, 1.5)), "luck": draw(numbers(0.1, 1.0)),
                "salience_sd": 0.0,
            },
            "refusing": {"domestic": 0.5},
        },
    }  # fmt: skip


def by_hand(scenario: dict[str, Any]) -> dict[tuple[int, ...], float]:
    """The score of every text, by the formulas of the documentation in plain Python."""
    members = list(scenario["parties"].values())
    terms = list(scenario["terms"])
    saliences = [[m["salience"][t] for t in terms] for m in members]
    ideals = [[m["ideal"][t] / 10 for t in terms] for m in members]
    total = math.fsum(itertools.chain.from_iterable(saliences))
    weights = [[0.5 * len(members) * s / total for s in row] for row in saliences]
    k = scenario["coefficients"]
    costs = [k["spatial"]["base"] * (1 - 0.5 * m["domestic_constraint"]) for m in members]
    half = HALF_WIDTH * k["spatial"]["luck"]
    own = scenario["mediator"]["own_view"]
    kind = scenario["mediator"]["kind"]
    found = {}
    for text in itertools.product(range(6), repeat=len(terms)):
        x = [place / 5 for place in text]
        away = [[(a - b) ** 2 for a, b in zip(x, ideal, strict=True)] for ideal in ideals]
        losses = [np.dot(w, d) for w, d in zip(weights, away, strict=True)]
        all_lose = sum(np.dot(s, d) for s, d in zip(saliences, away, strict=True)) / total
        view = np.mean([(a - 0.4) ** 2 for a in x])
        value = (1 - own) * (1 - all_lose) + own * (1 - view)
        if kind == "compromise":
            # The probability that the median of three uniform draws is above t.
            t = [0.5 * (1 + (lost - c) / half) for lost, c in zip(losses, costs, strict=True)]
            t = [min(max(each, 0.0), 1.0) for each in t]
            parts = [1.0 if lost <= 0 else 1 - (3 * u**2 - 2 * u**3)
                     for lost, u in zip(losses, t, strict=True)]  # fmt: skip
        else:
            parts = [(c - lost) / max(c, 0.01) for lost, c in zip(losses, costs, strict=True)]
        least = min(parts) <= 1e-6
        together = min(value, *parts) if kind == "kalai_smorodinsky" else value * math.prod(parts)
        found[text] = 0.0 if least or value <= 1e-6 else together
    return found


@settings(max_examples=150, deadline=None)
@given(tiny(), st.integers(0, 1000))
def test_the_first_aim_of_a_tiny_summit_is_the_best_text_by_hand(
    scenario: dict[str, Any], seed: int
) -> None:
    known = by_hand(scenario)
    best = max(known.values())
    m = model(scenario, seed=seed, mediator={"knowledge": "public"})
    if best > 1e-5:  # else all texts are refused by somebody for sure
        assert known[tuple(m.mediator.aim)] == pytest.approx(best, rel=1e-8)
        score, lifts = m.mediator.score(m.mediator.aim, 0)
        assert (score, lifts) == (pytest.approx(best, rel=1e-8), 0.0)
