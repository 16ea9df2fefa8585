"""How well boxes and trees find a planted corner, and whether their numbers can be trusted.

``python -m benchmarks.discovery [repetitions]`` plants an event with probability 0.9 in a corner
of three of ten inputs (9.6% of the space) and 0.05 elsewhere, or 0.14 everywhere, searches it again
and again with new points, and writes the table of docs/discovery.md (400 repetitions: three minutes
of one core).
"""

from __future__ import annotations

import sys

import numpy as np

from sim.analysis.discovery.boxes import Sample, search
from sim.analysis.discovery.prim import Box
from sim.analysis.discovery.tree import grow

LIMITS = {(0, 0): 0.6, (2, 1): 0.3, (4, 0): 0.2}
INSIDE, OUTSIDE, NOISE = 0.9, 0.05, 0.14


def corner(x: np.ndarray) -> np.ndarray:
    """Whether points lie in the planted corner."""
    return (x[:, 0] >= 0.6) & (x[:, 2] <= 0.3) & (x[:, 4] >= 0.2)


def probability(x: np.ndarray, planted: bool) -> np.ndarray:
    """Probability of the event at each point."""
    return np.where(corner(x), INSIDE, OUTSIDE) if planted else np.full(len(x), NOISE)


def sample(points: int, rng: np.random.Generator, planted: bool) -> Sample:
    """Points with the event drawn at each."""
    x = rng.random((points, 10))
    return Sample(x, rng.random(points) < probability(x, planted))


def volume(box: Box, limits: dict[tuple[int, int], float]) -> float:
    """Share of the space that lies in a box and within further limits."""
    sides = np.clip(box.sides, 0.0, 1.0)
    for (j, end), value in limits.items():
        sides[j, end] = (max, min)[end](sides[j, end], value)
    return float(np.prod(np.maximum(sides[:, 1] - sides[:, 0], 0.0)))


def repeated(points: int, planted: bool, repetitions: int) -> dict[str, float]:
    """Shares of repetitions and errors, for half of ``points`` to find and half to measure."""
    overall = OUTSIDE + (INSIDE - OUTSIDE) * volume(Box.whole(10), LIMITS) if planted else NOISE
    rows: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        rows.setdefault(name, []).append(value)

    for repetition in range(repetitions):
        rng = np.random.default_rng([points, planted, repetition])
        train, test = (sample(points // 2, rng, planted) for _ in range(2))
        found = search(train, test, most=1)
        leaves = grow(train, test)
        note("a box", bool(found.boxes))
        note("a branch", len(leaves) > 1)
        best = max(leaves, key=lambda leaf: leaf.worth.density.share)
        note("tree exact", set(best.box.limits) == set(LIMITS))
        for box in found.boxes:
            note("box exact", set(box.box.limits) == set(LIMITS))
            mass = volume(box.box, {})
            share = volume(box.box, LIMITS) / mass
            density = OUTSIDE + (INSIDE - OUTSIDE) * share if planted else NOISE
            coverage = density * mass / overall
            worth = box.worth
            note("density held", worth.density.low <= density <= worth.density.high)
            note("coverage held", worth.coverage.low <= coverage <= worth.coverage.high)
            note("flattery", box.found.density.share - density)
            for place in LIMITS:
                if place in box.box.limits:
                    note("limit error", abs(box.box.sides[place] - LIMITS[place]))
    return {name: float(np.mean(values)) for name, values in rows.items()}


def main() -> None:
    """Print the table."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    names = [
        "a box", "box exact", "limit error", "density held", "coverage held", "flattery",
        "a branch", "tree exact",
    ]  # fmt: skip
    print(f"| runs | planted | {' | '.join(names)} |")
    print("|---" * (len(names) + 2) + "|")
    for planted in (True, False):
        for points in (1000, 4000):
            found = repeated(points, planted, repetitions)
            cells = [f"{found[name]:.3f}" if name in found else "-" for name in names]
            print(f"| {points:,} | {'yes' if planted else 'no'} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
