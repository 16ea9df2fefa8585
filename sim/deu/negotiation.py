"""An issue of EU legislation as a negotiation of this package, through ``spatial`` preferences.

Who: Commission, Parliament and the member states that take a position. What: one term on the scale
of 0 to 100. How, in the words of a scenario:

- The presidency of the Council is the mediator (``compromise``): it redrafts between rounds, on
  straw polls, and puts its text to a qualified majority of all actors by their power. Commission
  and Parliament vote with the states, as there is one table in a scenario.
- An actor's loss is weighted by the power that it exerts, capability x salience (Van den Bos 1991),
  so that the presidency listens to whom the compromise model counts.
- Positions and saliences are codings of experts: each run draws them around what was coded.
- Resolve: actors that take the same position stand together. Each run draws for each such camp how
  much its members are tied at home (``domestic_constraint``, one draw for the whole camp), which
  lowers what they swallow. Being tied is a strength at the table (Schelling 1960, "The Strategy of
  Conflict"; Putnam 1988, International Organization 42(3), doi:10.1017/S0020818300027697). It wears
  off towards the last round (``urgency``): in the end a law is worth more than the ties.

Two things are fitted, never on the issue that is scored: the weight of resolve, and whether the
talks begin with the Commission's proposal or with the presidency's reading of the room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .issues import COMMISSION, HIGH, LOW, Issue, actor_names

if TYPE_CHECKING:
    from ..api import Scenario

#: Name of the one term.
TERM = "decision"
Opening = Literal["presidency", "commission"]

# Judgements. Never fitted, but tried by hand on half of the data: docs/deu.md.
_STEP = 5.0
_ROUNDS, _DAYS = 12, 30
_MOVES = 6  # steps on the drafting grid from one round to the next
_POSITION_SD = 5.0  # points by which a coded position may be off
_SALIENCE_CV = 0.3  # the same for saliences, as a share of the value
_BASE = 2.0  # tolerance of everybody, as large as the loss of a whole scale at average power
_START = dt.date(2001, 1, 1)
_FITTED = ("coefficients.tolerance.domestic", "coefficients.tolerance.urgency")


@dataclass(frozen=True, order=True)
class Setting:
    """What is fitted.

    Attributes
    ----------
    opening
        With whose text the talks begin.
    resolve
        Tolerance that a camp tied as much as can be loses at the first round (units of tolerance;
        2 is the loss of a text a whole scale away for an actor of average power).
    """

    opening: Opening
    resolve: float


#: Steps of a factor of two: with finer ones the choice flips by chance from issue to issue.
SETTINGS = tuple(
    Setting(opening, resolve)
    for opening in ("presidency", "commission")
    for resolve in (8.0, 16.0, 32.0)
)


def scenario_of(issue: Issue, setting: Setting) -> Scenario:
    """The negotiation about an issue.

    Parameters
    ----------
    issue
        With at least two positions.
    setting
        What is fitted.
    """
    from ..api import load

    exerted = issue.capability * issue.salience
    if not exerted.any():
        exerted = issue.capability
    weight = exerted / exerted.mean()
    compromise = float(np.average(issue.position, weights=exerted))
    scenario: dict[str, Any] = {
        "title": f"Issue {issue.name}",
        "preferences": "spatial",
        "members": {
            actor: {
                "name": actor_names()[actor],
                "ideal": {TERM: {"normal": [float(x), _POSITION_SD]}},
                "salience": {TERM: _around(float(w))},
                "capability": float(c),
                "votes": float(c),
            }
            for actor, x, w, c in zip(
                issue.actors, issue.position, weight, issue.capability, strict=True
            )
        },
        "terms": {
            TERM: {
                "range": [LOW, HIGH],
                "step": _STEP,
                "opening": _first(issue, setting, compromise),
            }
        },
        "procedure": {"rule": "qualified_majority", "weights": "votes", "quota": issue.quota},
        "mediator": {
            "kind": "compromise",
            "knowledge": "straw_polls",
            "max_side_letters": 0,  # a law binds all alike
            "moves_per_round": _MOVES,
            "temperature": 0.0,  # on one line there is no other hill to be found
        },
        "calendar": {
            "start": _START.isoformat(),
            "summit": (_START + dt.timedelta(days=_DAYS * (_ROUNDS - 1))).isoformat(),
            "days_per_round": _DAYS,
        },
        "coefficients": {
            "tolerance": {
                "base": _BASE,
                "domestic": setting.resolve,
                "urgency": setting.resolve,
            }
        },
    }
    camps: dict[float, list[str]] = {}
    for actor, x in zip(issue.actors, issue.position.tolist(), strict=True):
        camps.setdefault(x, []).append(actor)
    if len(camps) > 1:
        scenario["groups"] = {
            f"camp_at_{x:g}".replace(".", "_"): {
                "members": who,
                "domestic_constraint": {"uniform": [0.0, 1.0]},
            }
            for x, who in sorted(camps.items())
        }
    return load(scenario)


def _around(value: float) -> Any:
    return {"normal": [value, _SALIENCE_CV * value]} if value > 0 else 0.0


def _first(issue: Issue, setting: Setting, compromise: float) -> float:
    """The first text, on the drafting grid; without a Commission's position the compromise."""
    text = compromise
    if setting.opening == "commission" and COMMISSION in issue.actors:
        text = float(issue.position[issue.actors.index(COMMISSION)])
    return float(np.clip(_STEP * round(text / _STEP), LOW, HIGH))


def play(
    issue: Issue,
    settings: Sequence[Setting],
    runs: int,
    *,
    seed: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[np.ndarray]:
    """Decisions of many runs, for each setting.

    Parameters
    ----------
    issue
        What is decided.
    settings
        Each is played with the same random numbers.
    runs
        Runs of each setting.
    seed
        Seed of all random numbers.
    workers
        How many threads; as many as there are processors if not given.
    progress
        Called with the number of runs done since the last call.

    Returns
    -------
    list of ndarray
        Decisions of the runs with a deal, one array for each setting; all of the issues in the
        data set were decided. Without any deal the compromise, once.
    """
    from ..batch.points import play_points

    found: dict[Setting, np.ndarray] = {}
    for opening in dict.fromkeys(s.opening for s in settings):
        these = [s for s in settings if s.opening == opening]
        scenario = scenario_of(issue, these[0])
        points = [[s.resolve] * len(_FITTED) for s in these]
        results = play_points(
            scenario, _FITTED, points, runs, seed=seed, workers=workers, progress=progress
        )
        for setting, decisions in zip(these, results.terms[TERM], strict=True):
            deals = decisions[np.isfinite(decisions)]
            if not len(deals):
                deals = np.array([np.average(issue.position, weights=issue.capability)])
            found[setting] = deals
    return [found[s] for s in settings]
