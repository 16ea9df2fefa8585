"""What every model predicts for the issues of a file: points, and distributions where it can.

No model sees an outcome of the proposal that it predicts. Points of the peers' models need no
outcome at all; what does need some, the settings of the negotiation and the errors with which
points are dressed, is learnt from the other proposals of the file (each proposal left out in turn),
or from another file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ..analysis.scores import crps
from ..errors import SummitryError
from ..solvers import challenge, exchange, solve
from ..solvers.case import Case
from .issues import COMMISSION, HIGH, LOW, Issue
from .negotiation import SETTINGS, Setting, play

NEGOTIATION = "negotiation"
#: The compromise mean with the errors that it made elsewhere: the yardstick of distributions.
DRESSED = "compromise, dressed"
#: The outcomes of all other issues, whatever the positions.
CLIMATE = "all other outcomes"
#: Runs with which a setting is tried.
TRIAL_RUNS = 100
#: The central interval that is to hold as many outcomes as it says.
LEVEL = 0.8


@dataclass(frozen=True)
class Forecast:
    """What one model predicts for n issues.

    Attributes
    ----------
    point
        Shape (n,); nan where the model says nothing.
    spread
        Draws from the predictive distribution of each issue; None for a model that gives a point.
    """

    point: np.ndarray
    spread: tuple[np.ndarray, ...] | None = None


def points(issues: Sequence[Issue], all_issues: Sequence[Issue]) -> dict[str, Forecast]:
    """The predictions of the models that give points only.

    Parameters
    ----------
    issues
        What is predicted, n of them.
    all_issues
        All issues of the file, those without a known outcome too: what can be exchanged.
    """
    cases = [issue.case() for issue in issues]
    failing = [issue.case(reference=False) for issue in issues]

    def each(model: str, of: Sequence[Case]) -> np.ndarray:
        return np.array([solve(case, model).values[0] for case in of])

    first = [next(islice(challenge.play(case.term(0)), 1)) for case in cases]
    found = {
        "compromise": each("compromise", cases),
        "mean": np.array([issue.position.mean() for issue in issues]),
        "salience-weighted mean": np.array(
            [
                np.average(i.position, weights=c.salience[:, 0])
                for i, c in zip(issues, cases, strict=True)
            ]
        ),
        "median": np.array([np.median(issue.position) for issue in issues]),
        "weighted median": each("weighted_median", cases),
        "exchange": _exchanged(issues, all_issues),
        "nash": each("nash", failing),
        "nash, against the reference": each("nash", cases),
        "kalai-smorodinsky": each("kalai_smorodinsky", failing),
        "challenge, median": np.array([r.median for r in first]),
        "challenge, mean": np.array([r.mean for r in first]),
        "commission": np.array([_of_commission(issue) for issue in issues]),
        "reference point": np.array(
            [np.nan if issue.reference is None else issue.reference for issue in issues]
        ),
        "middle of the scale": np.full(len(issues), 0.5 * (LOW + HIGH)),
    }
    return {name: Forecast(values) for name, values in found.items()}


def _of_commission(issue: Issue) -> float:
    if COMMISSION not in issue.actors:
        return float("nan")
    return float(issue.position[issue.actors.index(COMMISSION)])


def _exchanged(issues: Sequence[Issue], all_issues: Sequence[Issue]) -> np.ndarray:
    """The exchange model, proposal by proposal: votes are traded within one law."""
    found: dict[str, float] = {}
    for proposal in dict.fromkeys(issue.proposal for issue in issues):
        of_law = [i for i in all_issues if i.proposal == proposal and len(i.actors) > 1]
        values = exchange.solve(_law(of_law)).values
        found |= dict(zip((i.name for i in of_law), values.tolist(), strict=True))
    return np.array([found[issue.name] for issue in issues])


def _law(issues: Sequence[Issue]) -> Case:
    """All issues of a proposal as one case; who has no position on one has no salience there."""
    actors = tuple(dict.fromkeys(a for issue in issues for a in issue.actors))
    power = {a: c for i in issues for a, c in zip(i.actors, i.capability, strict=True)}
    x, s = np.zeros((len(actors), len(issues))), np.zeros((len(actors), len(issues)))
    for k, issue in enumerate(issues):
        case = issue.case()
        at = [actors.index(a) for a in issue.actors]
        x[at, k], s[at, k] = case.position[:, 0], case.salience[:, 0]
    k = len(issues)
    return Case(
        tuple(i.name for i in issues),
        actors,
        np.array([power[a] for a in actors]),
        x,
        s,
        np.full(k, LOW),
        np.full(k, HIGH),
    )


def dressed(
    point: np.ndarray, outcome: np.ndarray, others: Callable[[int], np.ndarray], own: np.ndarray
) -> Forecast:
    """A point with the errors that the same model made on other proposals, cut to the scale.

    Parameters
    ----------
    point
        Predictions, shape (n,).
    outcome, own
        Outcomes and predictions of the issues from which errors are learnt, shape (l,).
    others
        Places in them from which the errors of issue j are taken.
    """
    errors = outcome - own
    spread = tuple(np.clip(point[j] + errors[others(j)], LOW, HIGH) for j in range(len(point)))
    return Forecast(point, spread)


def climate(n: int, outcome: np.ndarray, others: Callable[[int], np.ndarray]) -> Forecast:
    """The outcomes of other proposals as the predictive distribution of each issue."""
    spread = tuple(outcome[others(j)] for j in range(n))
    return Forecast(np.array([x.mean() for x in spread]), spread)


@dataclass(frozen=True)
class Learning:
    """From which issues the prediction of each issue is learnt.

    Attributes
    ----------
    issues
        Issues with known outcomes, l of them.
    own
        Whether they are those that are scored; then each leaves its own proposal out.
    """

    issues: tuple[Issue, ...]
    own: bool

    @property
    def outcome(self) -> np.ndarray:
        """Outcomes, shape (l,)."""
        return np.array([issue.outcome for issue in self.issues], dtype=float)

    def others(self, proposal: str) -> np.ndarray:
        """Places of the issues of all other proposals.

        Raises
        ------
        SummitryError
            If there are none.
        """
        places = np.flatnonzero([issue.proposal != proposal for issue in self.issues])
        if not len(places):
            raise SummitryError(
                "nothing to learn from: the file holds one proposal only; give another file with "
                "--fit-on"
            )
        return places


def negotiated(
    issues: Sequence[Issue],
    learning: Learning,
    runs: int,
    *,
    seed: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Forecast, tuple[Setting, ...]]:
    """What the negotiation predicts, with the settings that were best on other proposals.

    The point is the mean of the decisions. Which setting is best, :func:`choose` says.

    Returns
    -------
    Forecast, tuple of Setting
        The prediction, and the setting that was used for each issue.
    """
    l, s = len(learning.issues), len(SETTINGS)
    penalties, held = np.empty((l, s)), np.empty((l, s))
    for at, (issue, y) in enumerate(zip(learning.issues, learning.outcome, strict=True)):
        tried = play(issue, SETTINGS, TRIAL_RUNS, seed=seed, workers=workers, progress=progress)
        for j, x in enumerate(tried):
            low, high = central(x, LEVEL)
            penalties[at, j] = crps(x, float(y)).value
            held[at, j] = low <= y <= high
    settings, spread = [], []
    for issue in issues:
        others = learning.others(issue.proposal)
        setting = SETTINGS[choose(penalties[others], held[others])]
        settings.append(setting)
        played = play(issue, [setting], runs, seed=seed, workers=workers, progress=progress)
        spread.append(played[0])
    point = np.array([x.mean() for x in spread])
    return Forecast(point, tuple(spread)), tuple(settings)


def central(x: np.ndarray, level: float) -> tuple[float, float]:
    """Ends of the central interval of an ensemble, values that it holds."""
    ends = np.quantile(x, [0.5 - 0.5 * level, 0.5 + 0.5 * level], method="inverted_cdf")
    return float(ends[0]), float(ends[1])


def choose(penalties: np.ndarray, held: np.ndarray) -> int:
    """The best calibrated setting among those whose scores are as good as the best.

    As good: mean CRPS at most one standard error of the difference above the lowest (the rule of
    Breiman, Friedman, Olshen & Stone 1984, "Classification and Regression Trees", section 3.4.3).
    So a score that noise decides does not set the width of the intervals.

    Parameters
    ----------
    penalties
        CRPS of each issue and setting, shape (l, s).
    held
        Whether the central interval of :data:`LEVEL` held the outcome, shape (l, s).

    Returns
    -------
    int
        Place of the setting whose coverage is nearest to :data:`LEVEL`; the better score on a tie.
    """
    mean = penalties.mean(axis=0)
    worse = penalties - penalties[:, [int(np.argmin(mean))]]
    error = worse.std(axis=0) / np.sqrt(len(penalties))
    good = worse.mean(axis=0) <= error
    off = np.abs(held.mean(axis=0) - LEVEL)
    return min(np.flatnonzero(good).tolist(), key=lambda j: (round(float(off[j]), 9), mean[j]))
