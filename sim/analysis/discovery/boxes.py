"""Boxes found on one half of the points, and what they are worth on the other half."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import SummitryError
from ..intervals import Proportion, wilson
from .prim import Box, limit_p_values, paste, peel, simplified

#: A further box must hold this share of all events.
LEAST_COVERAGE = 0.05


@dataclass(frozen=True)
class Sample:
    """Points that were played once each.

    Attributes
    ----------
    x
        Inputs, shape (n, d).
    y
        Whether the event happened, bool, shape (n,).
    """

    x: np.ndarray
    y: np.ndarray

    @property
    def rate(self) -> Proportion:
        """How often the event happened."""
        return Proportion.measure(int(self.y.sum()), len(self.y))

    def outside(self, box: Box) -> Sample:
        """The points that do not lie in a box."""
        rest = ~box.holds(self.x)
        return Sample(self.x[rest], self.y[rest])


@dataclass(frozen=True)
class Worth:
    """What a region is worth, with 95% Wilson intervals.

    Attributes
    ----------
    coverage
        Share of all events that lie in it.
    density
        Share of its points that are events.
    mass
        Share of all points that lie in it.
    """

    coverage: Proportion
    density: Proportion
    mass: Proportion

    @classmethod
    def measure(cls, inside: np.ndarray, y: np.ndarray) -> Worth:
        """The worth of the region with the points ``inside``, bool, shape (n,)."""
        n, k = int(inside.sum()), int(y[inside].sum())
        return cls(
            Proportion.measure(k, int(y.sum())),
            Proportion.measure(k, n),
            Proportion.measure(n, len(y)),
        )


@dataclass(frozen=True)
class FoundBox:
    """A box and how good it is.

    Attributes
    ----------
    box
        The limits.
    found
        Its worth on the points on which it was found: flattering, as it was chosen there.
    worth
        Its worth on the points that were held out, without those of earlier boxes.
    p_values
        Of each limit on the points that were held out, shape (d, 2); see
        :func:`sim.analysis.discovery.prim.limit_p_values`.
    """

    box: Box
    found: Worth
    worth: Worth
    p_values: np.ndarray


@dataclass(frozen=True)
class Search:
    """All boxes of a search.

    Attributes
    ----------
    trajectory
        Every box that was peeled for the first one, from the whole space on.
    trajectory_found, trajectory_worth
        Their worth where they were found and where they were held out.
    chosen
        Which of them was chosen, before pasting and simplifying.
    boxes
        The boxes, each for what the earlier ones left; may be empty.
    together
        Worth of all boxes together on the points that were held out; None without a box.
    """

    trajectory: tuple[Box, ...]
    trajectory_found: tuple[Worth, ...]
    trajectory_worth: tuple[Worth, ...]
    chosen: int
    boxes: tuple[FoundBox, ...]
    together: Worth | None


def search(train: Sample, test: Sample, *, most: int, density: float | None = None) -> Search:
    """Find boxes on one sample and measure them on another.

    Of each trajectory the box is chosen that correlates most with the event: the largest

        phi = (N k - n K) / sqrt(n (N - n) K (N - K))

    with k of the K events among the n of N points of the box (Matthews 1975). It weighs coverage
    against density and serves rare and frequent events alike. With ``density``, it is the box with
    the largest coverage among those at least so dense. Its sides are pasted out, and limits with a
    quasi-p-value above 0.05 dropped.
    A box counts if it holds 5% of all events and they are more frequent in it than outside: the
    lower end of the 99.9% interval of its density lies above the share of events among all points.

    Parameters
    ----------
    train, test
        Two samples of the same inputs with luck of their own.
    most
        How many boxes at most.
    density
        Density that a box must reach where it is found.

    Raises
    ------
    SummitryError
        If the event never or always happens where boxes are searched for.

    References
    ----------
    Matthews, B. W. (1975). Comparison of the predicted and observed secondary structure of T4 phage
    lysozyme. Biochimica et Biophysica Acta 405(2), 442-451. DOI 10.1016/0005-2795(75)90109-9.
    """
    if not 0 < train.y.sum() < len(train.y) or not 0 < test.y.sum() < len(test.y):
        k, n = int(train.y.sum() + test.y.sum()), len(train.y) + len(test.y)
        raise SummitryError(
            f"the event happened in {k:,} of {n:,} runs: there is nothing to tell apart; take "
            "another event, other inputs or wider ranges"
        )
    boxes: list[FoundBox] = []
    trajectory, chosen = [Box.whole(train.x.shape[1])], 0
    here, there = train, test
    while len(boxes) < most and 0 < here.y.sum() < len(here.y):
        peeled = peel(here.x, here.y)
        at = _choose([Worth.measure(b.holds(here.x), here.y) for b in peeled], density)
        if not boxes:
            trajectory, chosen = peeled, at if at is not None else 0
        if at is None:
            break
        box = paste(here.x, here.y, peeled[at])
        box = simplified(here.x, here.y, box)
        if not box.limits or not _counts(here, box, train):
            break
        boxes.append(
            FoundBox(
                box,
                _part(box, here, train),
                _part(box, there, test),
                limit_p_values(there.x, there.y, box),
            )
        )
        here, there = here.outside(box), there.outside(box)
    inside = np.zeros(len(test.y), dtype=bool)
    for found in boxes:
        inside |= found.box.holds(test.x)
    return Search(
        tuple(trajectory),
        tuple(Worth.measure(b.holds(train.x), train.y) for b in trajectory),
        tuple(Worth.measure(b.holds(test.x), test.y) for b in trajectory),
        chosen,
        tuple(boxes),
        Worth.measure(inside, test.y) if boxes else None,
    )


def _choose(worth: list[Worth], density: float | None) -> int | None:
    """Place of the box that is chosen from a trajectory; None if none is dense enough."""
    if density is not None:
        dense = [j for j, w in enumerate(worth) if w.density.share >= density]
        return max(dense, key=lambda j: worth[j].coverage.share) if dense else None
    return max(range(len(worth)), key=lambda j: _phi(worth[j]))


def _phi(w: Worth) -> float:
    """Correlation of lying in a box with the event; 0 for the whole space."""
    k, n, events, points = w.coverage.count, w.mass.count, w.coverage.of, w.mass.of
    spread = n * (points - n) * events * (points - events)
    return (points * k - n * events) / math.sqrt(spread) if spread else 0.0


def _part(box: Box, left: Sample, whole: Sample) -> Worth:
    """Worth of a box among the points that are left, in relation to all points."""
    inside = box.holds(left.x)
    n, k = int(inside.sum()), int(left.y[inside].sum())
    return Worth(
        Proportion.measure(k, int(whole.y.sum())),
        Proportion.measure(k, n),
        Proportion.measure(n, len(whole.y)),
    )


def _counts(left: Sample, box: Box, train: Sample) -> bool:
    """Whether a box is worth telling, judged where it was found."""
    inside = box.holds(left.x)
    n, k = int(inside.sum()), int(left.y[inside].sum())
    low, _ = wilson(k, n, 0.999)
    return k >= LEAST_COVERAGE * train.y.sum() and low > train.rate.share
