"""What is believed of the coefficients before any summit is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..scenario.coefficients import Coefficients

#: Coefficients that stay as they are: hypotheses that are off by default, and numbers that no
#: summit on spending touches.
FIXED = (
    "burden.free_riding",
    "tolerance.rhetoric",
    "tolerance.urgency",
    "tolerance.reference",
    "tolerance.red_line",
    "spatial.scale",
)


@dataclass(frozen=True)
class Prior:
    """Independent uniform distributions of p coefficients.

    Attributes
    ----------
    names
        Such as ``tolerance.base``.
    low, high
        Ends of the ranges, shape (p,).
    """

    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray

    @property
    def paths(self) -> list[str]:
        """The coefficients as paths of a scenario."""
        return [f"coefficients.{name}" for name in self.names]

    def draw(self, n: int, seed: int) -> np.ndarray:
        """Independent draws, shape (n, p)."""
        u = np.random.default_rng(seed).random((n, len(self.names)))
        drawn: np.ndarray = self.low + (self.high - self.low) * u
        return drawn

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Values as places in their ranges, 0 to 1; any shape that ends with p."""
        places: np.ndarray = (values - self.low) / (self.high - self.low)
        return places

    def unscaled(self, places: np.ndarray) -> np.ndarray:
        """The values at places in their ranges."""
        values: np.ndarray = self.low + (self.high - self.low) * places
        return values


def prior() -> Prior:
    """Uniform over the plausible range of each coefficient (:mod:`sim.scenario.coefficients`)."""
    names, low, high = [], [], []
    for group, outer in Coefficients.model_fields.items():
        for name, inner in type(outer.get_default()).model_fields.items():
            if f"{group}.{name}" in FIXED:
                continue
            extra = inner.json_schema_extra
            assert isinstance(extra, dict)  # every coefficient is declared with its range
            ends = extra["plausible"]
            assert isinstance(ends, list)
            names.append(f"{group}.{name}")
            low.append(ends[0])
            high.append(ends[1])
    return Prior(tuple(names), np.array(low, dtype=float), np.array(high, dtype=float))
