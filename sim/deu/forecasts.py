"""What every model predicts for the issues of a file: points, and distributions where it can.

No model sees an outcome of the proposal that it predicts. The negotiation, the lottery and the
points of the peers' models need no outcome at all; the errors with which a point is dressed are
learnt from the other proposals of the file (each proposal left out in turn), or from another file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ..errors import SummitryError
from ..solvers import challenge, exchange, solve
from ..solvers.case import Case
from .issues import COMMISSION, HIGH, LOW, Issue
from .negotiation import play

NEGOTIATION = "negotiation"
#: The compromise mean with the errors that it made elsewhere: the yardstick of distributions.
DRESSED = "compromise, dressed"
#: The outcomes of all other issues, whatever the positions.
CLIMATE = "all other outcomes"
#: Somebody gets its way, by chance.
LOTTERY = "lottery over positions"
#: The lottery: the share of the distance from the compromise that is kept, and the error in points.
KEPT, LOTTERY_SD = 0.7, 15.0


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

    def of(self, places: np.ndarray) -> Forecast:
        """The same for some of the issues, by their places."""
        if self.spread is None:
            return Forecast(self.point[places])
        return Forecast(self.point[places], tuple(self.spread[j] for j in places))


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
    power = {a: c for i in issues for a, c in zip(i.actors, i.power, strict=True)}
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
    """From which issues the errors of a point are learnt.

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
                "--errors-from"
            )
        return places


def lottery(issues: Sequence[Issue], draws: int, *, seed: int) -> Forecast:
    """A position drawn by power x salience, drawn towards the compromise, with an error.

    The simplest model with a distribution: an actor prevails with the probability of its weight.
    Its position is moved to ``KEPT`` of its distance from the compromise, and a normal error with a
    standard deviation of ``LOTTERY_SD`` is added. These two numbers were the best of several on one
    half of the data, so this rival is stronger there than it is by right.
    """
    spread = []
    for issue in issues:
        weights = issue.case().weights[:, 0]
        share = weights / weights.sum()
        middle = float(issue.position @ share)
        rng = np.random.default_rng([seed, issue.number])
        drawn = rng.choice(issue.position, draws, p=share)
        error = LOTTERY_SD * rng.standard_normal(draws)
        spread.append(np.clip(middle + KEPT * (drawn - middle) + error, LOW, HIGH))
    return Forecast(np.array([x.mean() for x in spread]), tuple(spread))


def negotiated(
    issues: Sequence[Issue],
    runs: int,
    *,
    seed: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Forecast:
    """What the negotiation predicts; the point is the mean of the decisions."""
    spread = []
    for issue in issues:
        spread.append(play(issue, runs, seed=seed, workers=workers))
        if progress:
            progress(runs)
    return Forecast(np.array([x.mean() for x in spread]), tuple(spread))


def central(x: np.ndarray, level: float) -> tuple[float, float]:
    """Ends of the central interval of an ensemble, values that it holds."""
    ends = np.quantile(x, [0.5 - 0.5 * level, 0.5 + 0.5 * level], method="inverted_cdf")
    return float(ends[0]), float(ends[1])
