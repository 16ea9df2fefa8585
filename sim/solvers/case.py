"""What the models of other authors read: powers, positions, saliences and a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import SummitryError


@dataclass(frozen=True)
class Case:
    """A decision among m members on k terms, as the literature on collective decisions puts it.

    Parameters
    ----------
    terms, members
        Names, k and m of them.
    power
        Resources that a member can bring to bear, 0 or more, shape (m,).
    position
        The value of each term that a member wants, in the unit of the term, shape (m, k).
    salience
        How much a member cares, 0 (takes no part in this term) to 1, shape (m, k).
    low, high
        Ends of the scale of each term, shape (k,).
    reference
        What holds without agreement, shape (k,); None: failure is the worst for everybody.

    Raises
    ------
    SummitryError
        If shapes or values do not fit, or nobody has any weight on a term.
    """

    terms: tuple[str, ...]
    members: tuple[str, ...]
    power: np.ndarray
    position: np.ndarray
    salience: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reference: np.ndarray | None = None

    def __post_init__(self) -> None:
        m, k = len(self.members), len(self.terms)
        shapes = {
            "power": (m,),
            "position": (m, k),
            "salience": (m, k),
            "low": (k,),
            "high": (k,),
        }
        if self.reference is not None:
            shapes["reference"] = (k,)
        for name, shape in shapes.items():
            array = np.asarray(getattr(self, name), dtype=float)
            if array.shape != shape or not np.isfinite(array).all():
                raise SummitryError(f"{name} must be {shape} finite numbers, got {array.shape}")
            object.__setattr__(self, name, array)
        if (self.power < 0).any() or (self.salience < 0).any() or (self.salience > 1).any():
            raise SummitryError("powers must be 0 or more, and saliences between 0 and 1")
        if (self.high <= self.low).any():
            raise SummitryError("the scale of a term needs a lower and a higher end")
        for term, weight in zip(self.terms, self.weights.sum(axis=0), strict=True):
            if not weight > 0:
                raise SummitryError(f"nobody has power and salience on '{term}'")

    @property
    def weights(self) -> np.ndarray:
        """Power x salience, shape (m, k)."""
        weights: np.ndarray = self.power[:, None] * self.salience
        return weights

    def term(self, k: int) -> Case:
        """The decision on one term alone, among those who take part in it."""
        takes_part = self.weights[:, k] > 0
        return Case(
            (self.terms[k],),
            tuple(np.array(self.members, dtype=object)[takes_part]),
            self.power[takes_part],
            self.position[takes_part, k : k + 1],
            self.salience[takes_part, k : k + 1],
            self.low[k : k + 1],
            self.high[k : k + 1],
            None if self.reference is None else self.reference[k : k + 1],
        )


@dataclass(frozen=True)
class Solution:
    """What a model predicts.

    Attributes
    ----------
    values
        The predicted value of each term, shape (k,).
    notes
        What the reader must know of this solution, in whole sentences.
    steps
        Rows of a table that shows how the model came to it (rounds, exchanges), by column; empty
        where there is nothing to show.
    """

    values: np.ndarray
    notes: tuple[str, ...] = ()
    steps: Sequence[dict[str, Any]] = field(default_factory=tuple)
