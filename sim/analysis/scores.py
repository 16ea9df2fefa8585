"""Proper scores of forecasts that are ensembles of runs, each with its Monte Carlo error.

All scores are penalties: 0 is best. The scores of the forecast are those of the library
``scoringrules``; what is added here is how exact they are after a finite number of runs. A score is
a functional T(F) of the forecast distribution F; with runs x_1, ..., x_n its standard error is

    se = sqrt(sum_i IF(x_i)^2) / n,   IF the influence function of T at F

(the infinitesimal jackknife: Efron 1982, "The jackknife, the bootstrap and other resampling plans",
ch. 6, DOI 10.1137/1.9781611970319). Influences of scores that come from the same runs add up run by
run, so sums and means of scores keep their errors right although their parts are dependent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Score:
    """A score and how exact it is.

    Attributes
    ----------
    value
        The penalty, 0 at best; nan if there is nothing to score.
    influence
        What each run moves it by, shape (runs,); zeros for a forecast that is exact.
    """

    value: float
    influence: np.ndarray

    @property
    def standard_error(self) -> float:
        """Monte Carlo standard error of the value."""
        n = len(self.influence)
        return float(math.sqrt(float(np.sum(self.influence**2))) / n) if n else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.value + other.value, self.influence + other.influence)

    def __sub__(self, other: Score) -> Score:
        return Score(self.value - other.value, self.influence - other.influence)

    def scaled(self, factor: float) -> Score:
        """The score in another unit."""
        return Score(self.value * factor, self.influence * factor)


def mean(scores: Sequence[Score]) -> Score:
    """The mean of scores of forecasts that are made of the same runs.

    Raises
    ------
    ValueError
        Without any score.
    """
    if not scores:
        raise ValueError("the mean of no scores is not defined")
    total = scores[0]
    for score in scores[1:]:
        total = total + score
    return total.scaled(1.0 / len(scores))


def crps(values: np.ndarray, observed: float, counted: np.ndarray | None = None) -> Score:
    """Continuous ranked probability score of an ensemble.

    CRPS(F, y) = E|X - y| - E|X - X'| / 2 (Gneiting & Raftery 2007, Journal of the American
    Statistical Association 102(477), 359-378, DOI 10.1198/016214506000001437); it has the unit of
    the value and is the absolute error where the forecast is a point. For values 0, 1, 2, ... that
    number ordered categories it is their ranked probability score (Epstein 1969). The influence of
    a run is |x - y| - E|X - y| - (E|x - X'| - E|X - X'|).

    Parameters
    ----------
    values
        What the runs give, shape (runs,).
    observed
        What happened.
    counted
        Which runs count, shape (runs,), such as those with a deal: then F is the distribution
        given that; all if not given.

    Returns
    -------
    Score
        nan with influence 0 if no run counts.
    """
    from scoringrules import crps_ensemble

    n = len(values)
    keep = np.ones(n, dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    x = np.asarray(values, dtype=float)[keep]
    influence = np.zeros(n)
    if not len(x):
        return Score(math.nan, influence)
    order = np.sort(x)
    value = float(crps_ensemble(observed, order, sorted_ensemble=True, backend="numpy"))
    error, spread = np.abs(x - observed), _distance(x, order)
    influence[keep] = (error - error.mean() - spread + spread.mean()) * (n / len(x))
    return Score(value, influence)


def crps_or_none(
    values: np.ndarray, observed: float, width: float, counted: np.ndarray | None = None
) -> Score:
    """The same where a value may be missing, which counts as a value of its own.

    E d(X, y) - E d(X, X') / 2 with d(a, b) = |a - b| between numbers and the width of the scale
    between a number and none: no value is as far from any number as the ends of the scale are from
    each other. It is proper, as d is a distance of negative type (Gneiting & Raftery 2007, section
    5.1); for a point it is the distance, and without missing values :func:`crps`.

    Parameters
    ----------
    values
        What the runs give, nan for none, shape (runs,).
    observed
        What happened; nan for none.
    width
        Width of the scale.
    counted
        Which runs count, shape (runs,); all if not given.

    Returns
    -------
    Score
        nan with influence 0 if no run counts.
    """
    n = len(values)
    keep = np.ones(n, dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    x = np.asarray(values, dtype=float)[keep]
    influence = np.zeros(n)
    if not len(x):
        return Score(math.nan, influence)
    there = ~np.isnan(x)
    if math.isnan(observed):
        error = np.where(there, width, 0.0)
    else:
        error = np.where(there, np.abs(x - observed), width)
    spread = width * np.where(there, (~there).mean(), there.mean())
    if there.any():
        spread[there] += there.mean() * _distance(x[there], np.sort(x[there]))
    influence[keep] = (error - error.mean() - spread + spread.mean()) * (n / len(x))
    return Score(float(error.mean() - spread.mean() / 2.0), influence)


def _distance(x: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """E|x - X'| for each x, X' one of the ordered values at random; shape of x."""
    n = len(ordered)
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, x, side="right")
    total = x * below - sums[below] + (sums[-1] - sums[below]) - x * (n - below)
    result: np.ndarray = total / n
    return result


def brier(
    happens: np.ndarray, observed: float | np.ndarray, counted: np.ndarray | None = None
) -> Score:
    """Brier score of one or several events, mean over the events.

    (p - y)^2 with p the share of runs in which the event happens (Brier 1950, Monthly Weather
    Review 78(1), 1-3, DOI 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2).

    Parameters
    ----------
    happens
        Whether each event happens in each run, shape (runs,) or (runs, events).
    observed
        1 where it happened, 0 where not; a number or shape (events,).
    counted
        Which runs count, shape (runs,); all if not given.

    Returns
    -------
    Score
        nan with influence 0 if no run counts.
    """
    from scoringrules import brier_score

    z, y, keep = _events(happens, observed, counted)
    if not keep.any():
        return Score(math.nan, np.zeros(len(keep)))
    p = z[keep].mean(axis=0)
    return _over_events(brier_score(y, p, backend="numpy"), 2.0 * (p - y), z, p, keep)


def log_score(
    happens: np.ndarray, observed: float | np.ndarray, counted: np.ndarray | None = None
) -> Score:
    """Logarithmic score of one or several events in nats, mean over the events.

    -log of the probability given to what happened (Good 1952, Journal of the Royal Statistical
    Society B 14(1), 107-114, DOI 10.1111/j.2517-6161.1952.tb00104.x), with the probability taken
    as (k + 1/2) / (n + 1) after k of n runs (the posterior mean under the prior of Jeffreys): an
    event that no run shows may still have a probability of the order of 1/n, and costs about
    log(2n) instead of infinity.

    Parameters and result as for :func:`brier`.
    """
    from scoringrules import log_score as binary_log_score

    z, y, keep = _events(happens, observed, counted)
    n = int(keep.sum())
    if not n:
        return Score(math.nan, np.zeros(len(keep)))
    p = (z[keep].sum(axis=0) + 0.5) / (n + 1.0)
    slope = (p - y) / (p * (1.0 - p))
    return _over_events(binary_log_score(y, p, backend="numpy"), slope, z, p, keep)


def _events(
    happens: np.ndarray, observed: float | np.ndarray, counted: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    z = np.asarray(happens, dtype=float)
    z = z[:, None] if z.ndim == 1 else z
    y = np.broadcast_to(np.asarray(observed, dtype=float), z.shape[1:])
    keep = np.ones(len(z), dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    return z, y, keep


def _over_events(
    each: np.ndarray, slope: np.ndarray, z: np.ndarray, p: np.ndarray, keep: np.ndarray
) -> Score:
    influence = np.zeros(len(z))
    influence[keep] = ((z[keep] - p) * slope).mean(axis=1) * (len(z) / keep.sum())
    return Score(float(np.mean(each)), influence)


def misordered(amounts: np.ndarray, observed: np.ndarray) -> Score:
    """How often those with the event are ranked below those without it, ties half.

    The mean over runs, and over all pairs of one with and one without the event, of the order in
    which ``amounts`` puts them: 1 minus the area under the ROC curve within a run (Hanley & McNeil
    1982, Radiology 143(1), 29-36, DOI 10.1148/radiology.143.1.7063747). 1/2 is no skill.

    Parameters
    ----------
    amounts
        By what the forecast orders the events, shape (runs, events).
    observed
        1 where it happened, 0 where not, shape (events,).

    Returns
    -------
    Score
        nan with influence 0 if it happened everywhere or nowhere.
    """
    a, y = np.asarray(amounts, dtype=float), np.asarray(observed, dtype=bool)
    if y.all() or not y.any():
        return Score(math.nan, np.zeros(len(a)))
    gap = a[:, y][:, :, None] - a[:, ~y][:, None, :]
    wrong = ((gap < 0.0) + 0.5 * (gap == 0.0)).mean(axis=(1, 2))
    return Score(float(wrong.mean()), wrong - wrong.mean())


def log_of(probability: float) -> float:
    """Logarithmic score of a stated probability: -log p, infinite for 0."""
    return -math.log(probability) if probability > 0.0 else math.inf


@dataclass(frozen=True)
class Rank:
    """Where what happened lies in the forecast distribution F.

    Attributes
    ----------
    below, upto
        F(y-) and F(y): the probabilities of less than, and at most, what happened. They differ
        where the forecast has a lump there.
    standard_error
        Monte Carlo standard error of the middle of the two.
    """

    below: float
    upto: float
    standard_error: float

    @property
    def middle(self) -> float:
        """The mid-rank, between 0 and 1."""
        return (self.below + self.upto) / 2.0


def rank(values: np.ndarray, observed: float) -> Rank:
    """Rank of what happened among the runs; see :class:`Rank`."""
    x = np.asarray(values, dtype=float)
    less, equal = x < observed, x == observed
    share = less + equal / 2.0
    se = float(share.std() / math.sqrt(len(x))) if len(x) else math.nan
    return Rank(float(less.mean()), float((less | equal).mean()), se)


def rank_histogram(ranks: Sequence[Rank], bins: int) -> np.ndarray:
    """Histogram of ranks, ties split evenly: the nonrandomised PIT histogram.

    Flat, up to chance, if what happened and the forecasts have the same distribution; piled up at
    both ends if the forecasts are too narrow (Czado, Gneiting & Held 2009, Biometrics 65(4),
    1254-1261, DOI 10.1111/j.1541-0420.2009.01191.x).

    Parameters
    ----------
    ranks
        One for each forecast with its outcome.
    bins
        Number of bins between 0 and 1.

    Returns
    -------
    ndarray, shape (bins,)
        Share of the ranks in each bin; sums to 1.
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    total = np.zeros(bins)
    for r in ranks:
        if r.upto > r.below:
            reached = (np.clip(edges, r.below, r.upto) - r.below) / (r.upto - r.below)
        else:
            # A rank at 0 belongs to the first bin.
            reached = ((edges > 0.0) & (edges >= r.upto)).astype(float)
        total += np.diff(reached)
    return total / len(ranks)
