"""How well the models predict: errors, scores of distributions, calibration, with intervals.

Issues of one proposal are decided together, so intervals come from a bootstrap of whole proposals
(Davison & Hinkley 1997, "Bootstrap Methods and their Application", doi:10.1017/CBO9780511802843,
section 3.8): percentile intervals of 95%.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..analysis.scores import crps
from .forecasts import DRESSED, Forecast, central
from .issues import Issue

RESAMPLES = 2000
#: Nominal levels of the central intervals whose coverage is counted.
LEVELS = (0.5, 0.8, 0.9)
#: A prediction this near counts as a hit.
NEAR = 5.0


def penalty(forecast: Forecast, outcome: np.ndarray) -> np.ndarray:
    """CRPS of each issue, the absolute error of a model that gives points; shape (n,)."""
    if forecast.spread is None:
        return np.abs(forecast.point - outcome)
    return np.array(
        [crps(x, float(y)).value for x, y in zip(forecast.spread, outcome, strict=True)]
    )


def covers(forecast: Forecast, outcome: np.ndarray, level: float) -> np.ndarray:
    """Whether the central interval of a level holds the outcome, ends included; shape (n,)."""
    assert forecast.spread is not None
    low, high = interval(forecast, level)
    return np.asarray((low <= outcome) & (outcome <= high))


def interval(forecast: Forecast, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the central interval of a level, values that the model gives; shape (n,) each."""
    assert forecast.spread is not None
    ends = np.array([central(x, level) for x in forecast.spread])
    return ends[:, 0], ends[:, 1]


def promised(forecast: Forecast, level: float) -> np.ndarray:
    """The probability that each central interval has in its own distribution, shape (n,).

    It is above the nominal level where single values are likely: an interval holds its ends.
    """
    assert forecast.spread is not None
    low, high = interval(forecast, level)
    return np.array(
        [((a <= x) & (x <= b)).mean() for x, a, b in zip(forecast.spread, low, high, strict=True)]
    )


def pit(forecast: Forecast, issues: Sequence[Issue]) -> np.ndarray:
    """Where each outcome lies in its predictive distribution, uniform if calibrated; shape (n,).

    P(X < y) + v P(X = y) with v in (0, 1) from the name of the issue, as outcomes fall on values
    that have probability (Czado, Gneiting & Held 2009, Biometrics 65(4),
    doi:10.1111/j.1541-0420.2009.01191.x).
    """
    assert forecast.spread is not None
    places = []
    for x, issue in zip(forecast.spread, issues, strict=True):
        assert issue.outcome is not None
        v = (issue.number + 0.5) / 2.0**48
        places.append((x < issue.outcome).mean() + v * (x == issue.outcome).mean())
    return np.array(places)


@dataclass(frozen=True)
class Bootstrap:
    """Resamples of whole proposals: how often each issue is drawn, shape (resamples, n)."""

    counts: np.ndarray

    @classmethod
    def of(cls, issues: Sequence[Issue], seed: int) -> Bootstrap:
        """Resamples of the proposals of these issues."""
        names, place = np.unique([issue.proposal for issue in issues], return_inverse=True)
        rng = np.random.default_rng(seed)
        drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
        return cls(drawn[:, place])

    def mean(self, values: np.ndarray) -> tuple[float, float, float]:
        """Mean of the values that are not nan, with its 95% interval."""
        there = np.isfinite(values)
        if not there.any():
            return (float("nan"),) * 3
        weights = self.counts[:, there]
        drawn = weights.sum(axis=1)
        means = (weights @ values[there])[drawn > 0] / drawn[drawn > 0]
        low, high = np.quantile(means, [0.025, 0.975])
        return float(values[there].mean()), float(low), float(high)

    def median(self, values: np.ndarray) -> tuple[float, float, float]:
        """Median of the values that are not nan, with its 95% interval."""
        there = np.isfinite(values)
        if not there.any():
            return (float("nan"),) * 3
        order = np.argsort(values[there], kind="stable")
        ordered = values[there][order]
        total = np.cumsum(self.counts[:, there][:, order], axis=1)
        total = total[total[:, -1] > 0]
        lower = ordered[np.argmax(2 * total >= total[:, -1:], axis=1)]
        upper = ordered[np.argmax(2 * total > total[:, -1:], axis=1)]
        medians = 0.5 * (lower + upper)
        low, high = np.quantile(medians, [0.025, 0.975])
        return float(np.median(ordered)), float(low), float(high)


def table(
    forecasts: dict[str, Forecast], issues: Sequence[Issue], against: str, seed: int
) -> pd.DataFrame:
    """One row for each model.

    Columns, each measure followed by ``_low`` and ``_high`` of its 95% interval: ``model``,
    ``issues`` (predicted), ``mean_absolute_error``, ``median_absolute_error``, ``within_5`` (a
    share), ``crps``, ``worse_by`` (mean absolute error less that of ``against``, on the issues of
    both), and for models that give a distribution ``coverage_50``, ``coverage_80``,
    ``coverage_90``, ``promised_80`` (mean probability of the 80% interval in its own
    distribution), ``width_80`` and ``crps_worse_by`` (CRPS less that of the dressed compromise, if
    that is among them).

    Parameters
    ----------
    forecasts
        By name of the model.
    issues
        With known outcomes.
    against
        The model with which the others are compared.
    seed
        Seed of the bootstrap.
    """
    outcome = np.array([issue.outcome for issue in issues], dtype=float)
    boot = Bootstrap.of(issues, seed)
    yardstick = np.abs(forecasts[against].point - outcome)
    rows = []
    for name, forecast in forecasts.items():
        error = np.abs(forecast.point - outcome)
        row: dict[str, object] = {"model": name, "issues": int(np.isfinite(error).sum())}
        near = np.where(np.isfinite(error), error <= NEAR, np.nan)
        measures: dict[
            str, tuple[Callable[[np.ndarray], tuple[float, float, float]], np.ndarray]
        ] = {
            "mean_absolute_error": (boot.mean, error),
            "median_absolute_error": (boot.median, error),
            "within_5": (boot.mean, near),
            "crps": (boot.mean, penalty(forecast, outcome)),
            "worse_by": (boot.mean, error - yardstick),
        }
        if forecast.spread is not None:
            for level in LEVELS:
                held = covers(forecast, outcome, level).astype(float)
                measures[f"coverage_{100 * level:.0f}"] = (boot.mean, held)
            low, high = interval(forecast, 0.8)
            measures["promised_80"] = (boot.mean, promised(forecast, 0.8))
            measures["width_80"] = (boot.mean, high - low)
            if DRESSED in forecasts:
                against_dressed = penalty(forecast, outcome) - penalty(forecasts[DRESSED], outcome)
                measures["crps_worse_by"] = (boot.mean, against_dressed)
        for measure, (summary, values) in measures.items():
            middle, lowest, highest = summary(values)
            row |= {measure: middle, f"{measure}_low": lowest, f"{measure}_high": highest}
        rows.append(row)
    return pd.DataFrame(rows)
