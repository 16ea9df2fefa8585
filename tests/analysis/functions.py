"""Functions whose sensitivity is known, as noisy simulators."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]


def ishigami(u: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, x in (-pi, pi)^3 (Ishigami & Homma 1990)."""
    x = (2.0 * u - 1.0) * np.pi
    return np.sin(x[..., 0]) * (1.0 + 0.1 * x[..., 2] ** 4) + 7.0 * np.sin(x[..., 1]) ** 2


A = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def g_function(u: np.ndarray) -> np.ndarray:
    """Product of (|4 u_i - 2| + a_i) / (1 + a_i), a = 0, 1, 4.5, 9, 99 (Saltelli & Sobol 1995)."""
    return np.prod((np.abs(4.0 * u - 2.0) + A) / (1.0 + A), axis=-1)


def _ishigami_truth() -> dict[str, np.ndarray]:
    a, b, pi = 7.0, 0.1, np.pi
    v1, v2 = 0.5 * (1.0 + b * pi**4 / 5.0) ** 2, a * a / 8.0
    v13 = b * b * pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    v = v1 + v2 + v13
    return {
        "first": np.array([v1, v2, 0.0]) / v,
        "total": np.array([v1 + v13, v2, v13]) / v,
        "shapley": np.array([v1 + v13 / 2.0, v2, v13 / 2.0]) / v,
        "parametric": np.array(v),
    }


def _g_truth() -> dict[str, np.ndarray]:
    part = 1.0 / (3.0 * (1.0 + A) ** 2)
    v = np.prod(1.0 + part) - 1.0
    # The worth of an interaction is divided among its members equally (Owen 2014).
    shapley = np.zeros(len(A))
    for bits in range(1, 2 ** len(A)):
        inside = [i for i in range(len(A)) if bits >> i & 1]
        shapley[inside] += np.prod(part[inside]) / len(inside)
    others = np.prod(1.0 + part) / (1.0 + part)
    return {
        "first": part / v,
        "total": part * others / v,
        "shapley": shapley / v,
        "parametric": np.array(v),
    }


#: Functions of numbers in (0, 1) with their number of inputs and true indices.
FUNCTIONS: dict[str, tuple[Function, int, dict[str, np.ndarray]]] = {
    "Ishigami": (ishigami, 3, _ishigami_truth()),
    "G": (g_function, 5, _g_truth()),
}


def noisy(f: Function, u: np.ndarray, sd: float, runs: int, rng: np.random.Generator) -> np.ndarray:
    """Outcomes of shape (rows, points, runs, 1); half of the noise is common to a row's points."""
    shared = rng.standard_normal((u.shape[0], 1, runs, 1))
    own = rng.standard_normal((*u.shape[:2], runs, 1))
    return np.asarray(f(u)[..., None, None] + sd * (shared + own) / np.sqrt(2.0))


def noise_sd(name: str, share: float) -> float:
    """Standard deviation of the noise that makes this share of the variance of a single run."""
    variance = float(FUNCTIONS[name][2]["parametric"])
    return float(np.sqrt(variance * share / (1.0 - share)))
