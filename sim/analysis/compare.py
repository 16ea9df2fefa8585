"""Comparing scenarios run by run: the same random numbers on both sides, so differences are causes.

``sim.compare(a, b)`` plays each scenario with the same seed. Replication r of one and of the other
share every draw (see ``docs/randomness.md``), so what differs within a pair is what the change did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..batch.chunks import Part, bytes_per_run
from ..batch.memory import play_part
from ..batch.tables import runs_table
from ..errors import SummitryError
from .comparison import Comparison, Pairing, Side
from .differs import changes, labels
from .flips import Flips, flips
from .measures import not_compared

if TYPE_CHECKING:
    from ..api import Scenario

#: Memory that the traces of a piece of the runs may take.
_BYTES = 2**26
_MOST = 4096


def compare(
    a: Scenario,
    b: Scenario,
    *more: Scenario,
    runs: int | None = None,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Compare scenarios run by run, with the same random numbers on both sides.

    Parameters
    ----------
    a
        The scenario that the others are compared with.
    b, *more
        The others. They may differ from ``a`` in anything, members and terms included; what they
        share is compared, and the result says what is not.
    runs, seed
        Runs of each scenario and seed of all; those of ``a`` if not given.
    progress
        Called with the number of runs done since the last call.

    Returns
    -------
    Comparison

    Raises
    ------
    SummitryError
        If an argument is no scenario or a number makes no sense.
    """
    from ..api import Scenario

    scenarios = (a, b, *more)
    for scenario in scenarios:
        if not isinstance(scenario, Scenario):
            raise SummitryError(
                f"compare takes scenarios, as sim.load gives them, got {scenario!r}"
            )
    runs, seed = a.counts(runs, seed)
    pieces = list(_played(scenarios, runs, seed, progress))
    differ = [changes(a.loaded.as_played(), s.loaded.as_played()) for s in scenarios]
    names = labels([s.name for s in scenarios], differ)
    sides = [
        Side(
            scenario,
            name,
            pd.concat([tables[i] for tables, *_ in pieces], ignore_index=True),
            np.concatenate([held[i] for _, held, _, _ in pieces]),
            np.concatenate([passed[i] for _, _, passed, _ in pieces]),
        )
        for i, (scenario, name) in enumerate(zip(scenarios, names, strict=True))
    ]
    pairings = tuple(
        Pairing(
            sides[0],
            side,
            differ[i],
            not_compared(a.setup, side.scenario.setup),
            Flips.joined([found[i - 1] for *_, found in pieces]),
        )
        for i, side in enumerate(sides)
        if i
    )
    return Comparison(seed, len(sides[0].runs), pairings)


_Piece = tuple[list[pd.DataFrame], list[np.ndarray], list[np.ndarray], list[Flips]]


def _played(
    scenarios: tuple[Scenario, ...],
    runs: int,
    seed: int,
    progress: Callable[[int], None] | None,
) -> Iterator[_Piece]:
    """Tables, letters, last answers and flips, piece by piece: traces are large and not kept."""
    setups = [s.setup for s in scenarios]
    each = max(bytes_per_run(s.problem, trace=True) for s in setups)
    size = max(1, min(_MOST, _BYTES // each))
    for first in range(0, runs, size):
        n = min(size, runs - first)
        parts = [
            play_part(s, n, seed=seed, first=first, trace=True, progress=progress) for s in setups
        ]
        kept = _whole(parts, n)
        blocks = [type(p.block)(*(array[kept] for array in p.block)) for p in parts]
        tables = []
        for setup, block in zip(setups, blocks, strict=True):
            table = runs_table(setup, block).drop(columns=list(setup.sampled_paths))
            tables.append(table.assign(replication=first + np.flatnonzero(kept)))
        yield (
            tables,
            [block.side_letter for block in blocks],
            [block.passed for block in blocks],
            [
                flips(setups[0], blocks[0], s, b)
                for s, b in zip(setups[1:], blocks[1:], strict=True)
            ],
        )


def _whole(parts: list[Part], n: int) -> np.ndarray:
    """Which replications could be played in every scenario, shape (n,)."""
    kept = np.ones(n, dtype=bool)
    for part in parts:
        kept[[f.replication - part.first for f in part.failures]] = False
    return kept
