"""What is believed of the coefficients before any summit is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..scenario.coefficients import plausible

#: Coefficients that no summit on spending touches.
FIXED = ("spatial",)


@dataclass(frozen=True)
class Prior:
    """Independent distributions of p coefficients: uniform over a range, or over a few values.

    Attributes
    ----------
    names
        Such as ``refusing.base``.
    low, high
        Ends of the ranges, shape (p,).
    values
        The values that each may have; none where any in the range may be.
    """

    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    values: tuple[tuple[float, ...], ...]

    @property
    def paths(self) -> list[str]:
        """The coefficients as paths of a scenario."""
        return [f"coefficients.{name}" for name in self.names]

    @property
    def variance(self) -> np.ndarray:
        """Variance of each coefficient, shape (p,)."""
        found = (self.high - self.low) ** 2 / 12.0
        for j, values in enumerate(self.values):
            if values:
                found[j] = np.var(values)
        return np.asarray(found)

    def draw(self, n: int, seed: int) -> np.ndarray:
        """Independent draws, shape (n, p)."""
        u = np.random.default_rng(seed).random((n, len(self.names)))
        drawn: np.ndarray = self.low + (self.high - self.low) * u
        for j, values in enumerate(self.values):
            if values:
                drawn[:, j] = np.array(values)[(u[:, j] * len(values)).astype(int)]
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
    """What ``coefficients: plausible`` draws of all that a summit on spending touches."""
    names, low, high, values = [], [], [], []
    for group, coefficients in plausible().items():
        if group in FIXED:
            continue
        for name, distribution in coefficients.items():
            ((kind, given),) = distribution.items()
            names.append(f"{group}.{name}")
            low.append(min(given))
            high.append(max(given))
            values.append(tuple(given) if kind == "choice" else ())
    return Prior(tuple(names), np.array(low, float), np.array(high, float), tuple(values))
