"""An issue of EU legislation as a negotiation of this package, through ``spatial`` preferences.

Who: Commission, Parliament and the member states that take a position. What: one term on the scale
of 0 to 100. How, in the words of a scenario:

- The presidency of the Council is the mediator (``compromise``) and tables the text. Half of what
  it wants is the least loss to all, half is the view of an actor drawn by power x salience.
- Actors with the same position are one camp: they speak as one and are lucky as one. A camp has
  the mean salience of its members, weighted by power, so that its weight in the eyes of the
  presidency, the sum of power x salience (Van den Bos 1991), stays as it is.
- Consensus is sought up to the last day. Then the text is put to a qualified majority of all actors
  by their power, if the Council decides by one. Commission and Parliament vote with the states, as
  there is one table in a scenario.
- What refusing costs a camp, and how much luck there is in it, is known to nobody: each run draws
  both from a few values (:mod:`sim.scenario.coefficients`).

Nothing is fitted. Who scores issues on scales coded by experts adds an error to each decision.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario.coefficients import plausible
from .issues import HIGH, LOW, Issue, actor_names

if TYPE_CHECKING:
    from ..api import Scenario

#: Name of the one term.
TERM = "decision"

# Judgements; docs/deu.md.
_STEP = 5.0
_DATES, _DAYS = 24, 15
_LEAST_SALIENCE = 0.02
_ERROR_SD = 10.0  # points by which a coded decision may be off
_START = dt.date(2001, 1, 1)
#: Drawn in each run; all other coefficients stay at their defaults.
_DRAWN = ("base", "luck")


def scenario_of(issue: Issue) -> Scenario:
    """The negotiation about an issue, with at least two positions."""
    from ..api import load

    salience = _camp_salience(issue)
    rule: dict[str, Any] = {"rule": "consensus"}
    if not issue.unanimity:
        rule = {"rule": "qualified_majority", "weights": "votes", "quota": issue.quota}
    return load(
        {
            "title": f"Issue {issue.name}",
            "preferences": "spatial",
            "parties": {
                actor: {
                    "name": actor_names()[actor],
                    "ideal": {TERM: float(x)},
                    "salience": {TERM: float(s)},
                    "power": float(c),
                    "votes": float(c),
                }
                for actor, x, s, c in zip(
                    issue.actors, issue.position, salience, issue.power, strict=True
                )
            },
            "terms": {TERM: {"range": [LOW, HIGH], "step": _STEP, "opening": _first(issue)}},
            "procedure": rule,
            "mediator": {
                "kind": "compromise",
                "knowledge": "attributes",
                "own_view": 0.5,
                "view": "drawn",
            },
            "side_letters": {"most": 0},  # a law binds all alike
            "calendar": {
                "start": _START.isoformat(),
                "summit": (_START + dt.timedelta(days=_DAYS * (_DATES - 1))).isoformat(),
                "days_per_round": _DAYS,
                "last_day_drafts": 1,  # a file, not a summit
            },
            "coefficients": {"spatial": {name: plausible()["spatial"][name] for name in _DRAWN}},
        }
    )


def _camp_salience(issue: Issue) -> np.ndarray:
    """Salience of the camp of each actor, 0 to 1, shape (n,)."""
    own = issue.case().salience[:, 0].clip(_LEAST_SALIENCE, 1.0)
    found = np.empty(len(own))
    for x in np.unique(issue.position):
        camp = issue.position == x
        found[camp] = np.average(own[camp], weights=issue.power[camp])
    return found


def _first(issue: Issue) -> float:
    """The first text: the mean of positions by power x salience, on the drafting grid."""
    case = issue.case()
    mean = np.average(issue.position, weights=case.weights[:, 0])
    return float(np.clip(_STEP * round(float(mean) / _STEP), LOW, HIGH))


def play(issue: Issue, runs: int, *, seed: int, workers: int | None = None) -> np.ndarray:
    """Decisions of many runs as a coder would put them on the scale.

    Parameters
    ----------
    issue
        What is decided.
    runs
        How many.
    seed
        Seed of all random numbers.
    workers
        How many threads; as many as there are processors if not given.

    Returns
    -------
    ndarray
        Decisions of the runs with a deal, as the issues of the data set were decided; without any
        deal the last text of each run. Each has a normal error of 10 points, cut to the scale.
    """
    from ..batch.memory import play_runs

    setup = scenario_of(issue).setup
    block = play_runs(setup, runs, seed=seed, workers=workers)
    deal = block.adopted_round >= 0
    texts = setup.problem.grid[0][block.choice[:, 0]]
    error = _ERROR_SD * np.random.default_rng([seed, issue.number]).standard_normal(runs)
    decisions = np.clip(texts + error, LOW, HIGH)
    found: np.ndarray = decisions[deal] if deal.any() else decisions
    return found
