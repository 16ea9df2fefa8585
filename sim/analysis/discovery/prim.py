"""The patient rule induction method (PRIM): a box of inputs in which something is frequent.

A box is peeled off the space of the inputs, a thin slice at a time, and each slice is the one whose
loss makes the event most frequent in what is left. This gives a row of ever smaller boxes, from
which one is chosen; at last its sides are pasted out again where that helps.

References
----------
Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data. Statistics and
Computing 9(2), 123-143. DOI 10.1023/A:1008894516817.
Bryant, B. P. and Lempert, R. J. (2010). Thinking inside the box: a participatory, computer-assisted
approach to scenario discovery. Technological Forecasting and Social Change 77(1), 34-49.
DOI 10.1016/j.techfore.2009.08.002.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

LOW, HIGH = 0, 1


@dataclass(frozen=True)
class Box:
    """A box in the space of d inputs.

    Attributes
    ----------
    sides
        Lowest and highest value of each input, shape (d, 2); infinite where there is no limit.
    """

    sides: np.ndarray

    @classmethod
    def whole(cls, inputs: int) -> Box:
        """The box without limits."""
        return cls(np.tile([-np.inf, np.inf], (inputs, 1)))

    def holds(self, x: np.ndarray) -> np.ndarray:
        """Whether each point, shape (n, d), lies in the box: bool, shape (n,)."""
        return np.all((x >= self.sides[:, LOW]) & (x <= self.sides[:, HIGH]), axis=1)

    def with_limit(self, j: int, end: int, value: float) -> Box:
        """The box with another limit of input j, at its low or high end."""
        sides = self.sides.copy()
        sides[j, end] = value
        return replace(self, sides=sides)

    def without_limit(self, j: int, end: int) -> Box:
        """The box without a limit of input j at its low or high end."""
        return self.with_limit(j, end, (-np.inf, np.inf)[end])

    @property
    def limits(self) -> tuple[tuple[int, int], ...]:
        """Inputs and ends that have a limit."""
        return tuple((int(j), int(end)) for j, end in np.argwhere(np.isfinite(self.sides)))

    @property
    def restricted(self) -> tuple[int, ...]:
        """Inputs that have a limit."""
        return tuple(sorted({j for j, _ in self.limits}))


def peel(x: np.ndarray, y: np.ndarray, *, alpha: float = 0.05, least: float = 0.02) -> list[Box]:
    """Peel a box off the data until it is small; every box on the way.

    Each step takes off one end of one input: the share ``alpha`` of the points in the box, more
    where values are tied, and the limit lies half-way between values. Of all ends it takes that
    with the largest

        (mean of y in what is left - mean of y in the box) / points taken off,

    which for equal slices is the criterion of Friedman and Fisher, and makes slices of tied values
    comparable (Kwakkel and Jaxa-Rozen 2016, Environmental Modelling and Software 79, 311-321, DOI
    10.1016/j.envsoft.2015.11.020, equation 2). Of equal ones it takes that which leaves more inputs
    free. It ends where no slice helps.

    Parameters
    ----------
    x
        Inputs of n points, shape (n, d).
    y
        Whether the event happens, or how often, shape (n,).
    alpha
        Share of the box that a step takes off, between 0 and 1.
    least
        Share of all points that the smallest box must hold.

    Returns
    -------
    list of Box
        From the whole space on, each within the one before.
    """
    y = np.asarray(y, dtype=float)
    boxes = [Box.whole(x.shape[1])]
    inside = np.arange(len(x))
    while True:
        here, mean = x[inside], y[inside].mean()
        best: tuple[float, int] = (0.0, -x.shape[1])
        kept, box = None, boxes[-1]
        for j, end, limit in _slices(here, alpha):
            rest = here[:, j] >= limit if end == LOW else here[:, j] <= limit
            left = int(rest.sum())
            if left < least * len(x):
                continue
            smaller = boxes[-1].with_limit(j, end, limit)
            gain = (y[inside[rest]].mean() - mean) / (len(inside) - left)
            score = (float(gain), -len(smaller.restricted))
            if gain > 0 and score > best:
                best, kept, box = score, rest, smaller
        if kept is None:
            return boxes
        inside = inside[kept]
        boxes.append(box)


def _slices(x: np.ndarray, alpha: float) -> Iterator[tuple[int, int, float]]:
    """New limits of the box around x that take off the share alpha: input, end, limit."""
    n = len(x)
    off = int(alpha * (n - 1)) + 1
    if off >= n:
        return
    for j, column in enumerate(np.sort(x, axis=0).T):
        for end, edge in ((HIGH, column[n - off]), (LOW, column[off - 1])):
            # All that are tied with the last one that goes must go as well.
            rest = column[column > edge] if end == LOW else column[column < edge]
            if len(rest):
                yield j, end, float((edge + (rest[0] if end == LOW else rest[-1])) / 2)


def paste(x: np.ndarray, y: np.ndarray, box: Box, *, alpha: float = 0.05) -> Box:
    """Push the limits of a box out again as long as the event becomes more frequent in it.

    Parameters
    ----------
    x, y, alpha
        As for :func:`peel`; a step adds the share ``alpha`` of the points in the box.
    box
        The box to extend.
    """
    y = np.asarray(y, dtype=float)
    while True:
        inside = box.holds(x)
        best, mean = None, y[inside].mean()
        for j, end in box.limits:
            wider = _pushed(x, box, j, end, max(1, round(alpha * int(inside.sum()))))
            pasted = y[wider.holds(x)].mean()
            if pasted > mean:
                best, mean = wider, pasted
        if best is None:
            return box
        box = best


def _pushed(x: np.ndarray, box: Box, j: int, end: int, more: int) -> Box:
    """The box with a limit pushed out so that it holds about so many more points."""
    free = box.without_limit(j, end)
    column = x[free.holds(x) & ~box.holds(x), j]
    ahead = np.sort(column)[::-1] if end == LOW else np.sort(column)
    if len(ahead) <= more:
        return free
    edge = ahead[more - 1]
    beyond = ahead[ahead < edge] if end == LOW else ahead[ahead > edge]
    return box.with_limit(j, end, float((edge + beyond[0]) / 2)) if len(beyond) else free


def limit_p_values(x: np.ndarray, y: np.ndarray, box: Box) -> np.ndarray:
    """How easily chance alone would make each limit of a box look useful.

    With q the share of events in the box without the limit, and k events among the n points of the
    box, it is the probability of k or more of n if each is an event with probability q. On the data
    on which the box was found it is the quasi-p-value of Bryant and Lempert (2010, section 2.3.2),
    too small as the limit was searched for; on other data it is a one-sided binomial p-value.

    Parameters
    ----------
    x
        Inputs, shape (n, d).
    y
        Whether the event happens, bool, shape (n,).
    box
        The box.

    Returns
    -------
    ndarray, shape (d, 2)
        For each end of each input; nan where there is no limit.
    """
    from scipy.stats import binom

    found = np.full(box.sides.shape, np.nan)
    inside = box.holds(x)
    n, k = int(inside.sum()), int(y[inside].sum())
    for j, end in box.limits:
        around = box.without_limit(j, end).holds(x)
        q = y[around].mean() if around.any() else np.nan
        found[j, end] = binom.sf(k - 1, n, q) if n else 1.0
    return found


def simplified(x: np.ndarray, y: np.ndarray, box: Box, *, level: float = 0.05) -> Box:
    """The box without limits whose quasi-p-value is above the level, the worst first."""
    while box.limits:
        p = limit_p_values(x, y, box)
        j, end = np.unravel_index(int(np.nanargmax(p)), p.shape)
        if p[j, end] <= level:
            return box
        box = box.without_limit(int(j), int(end))
    return box
