"""What every method of sensitivity analysis gives: its points, and what it makes of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np

from .unbiased import Estimate


@dataclass(frozen=True)
class Design:
    """Points of the input space as probabilities.

    Attributes
    ----------
    u
        Shape (rows, points, inputs). Rows are independent of each other; the points of a row share
        their random numbers.
    unit
        The unit of each input, shape (inputs,).
    moved
        For methods that move units in turn: the unit that each step of a row moves, shape
        (rows, points - 1); else empty.
    """

    u: np.ndarray
    unit: np.ndarray
    moved: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    @property
    def units(self) -> int:
        """How many units there are."""
        return int(self.unit.max()) + 1

    @property
    def points(self) -> int:
        """How many points there are."""
        return self.u.shape[0] * self.u.shape[1]


@dataclass(frozen=True)
class Analysis:
    """What a method finds for one outcome.

    Attributes
    ----------
    measures
        By name, each with one estimate for every unit.
    split
        Variance between points and between runs of a point, and the share of the first, each a
        single estimate; empty where the method does not tell.
    used
        Share of the rows that could be used: rows with a point at which fewer than two runs have
        the outcome are left out.
    """

    measures: dict[str, Estimate]
    split: dict[str, Estimate]
    used: float


class Method(ABC):
    """A method of sensitivity analysis.

    Attributes
    ----------
    name
        By which it is called.
    samples, runs
        Rows of its design and runs of each point unless the user says otherwise.
    fewest_runs
        Runs of a point that it needs.
    main
        The measure that ranks units.
    judged
        Measures whose intervals tell whether there were samples enough.
    relative
        Whether these are judged in relation to the largest, and not as shares of a whole.
    """

    name: str
    samples: int
    runs: int
    fewest_runs: int
    main: str
    judged: tuple[str, ...]
    relative: bool

    @abstractmethod
    def design(
        self, unit: np.ndarray, samples: int, rng: np.random.Generator, correlation: np.ndarray
    ) -> Design:
        """Points; ``unit``: the unit of each input, ``correlation``: (inputs, inputs)."""

    @abstractmethod
    def analyse(self, design: Design, y: np.ndarray, rng: np.random.Generator) -> Analysis:
        """From outcomes of shape (rows, points, R, components), nan where a run has none."""
