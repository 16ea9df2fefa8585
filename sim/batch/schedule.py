"""A study: one or many scenarios with the same random numbers, played chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from ..engine.compiled.build import source_hash
from ..engine.play import Engine
from ..engine.problem import Setup
from .chunks import Task, as_text, chunk_seconds, chunk_size
from .executors import Pool, played
from .store import Store


@dataclass(frozen=True)
class Stopping:
    """When a scenario has been played often enough.

    Attributes
    ----------
    batch
        Runs between two looks.
    enough
        Asked with the number of deals and of runs after each batch.
    """

    batch: int
    enough: Callable[[int, int], bool]


@dataclass(frozen=True)
class Study:
    """What is played.

    Attributes
    ----------
    setups
        The scenarios; replications of the same number share their random numbers.
    seed, runs
        Seed, and number of runs of each scenario (at most, with ``stopping``).
    engine, trace
        As for :func:`sim.engine.play.play_block`.
    stopping
        Stops each scenario by itself; None plays all runs.
    """

    setups: tuple[Setup, ...]
    seed: int
    runs: int
    engine: Engine = "batch"
    trace: bool = False
    stopping: Stopping | None = None

    def chunk(self) -> int:
        """Runs in a chunk."""
        sizes = [chunk_size(s.problem, self.runs, self.engine, self.trace) for s in self.setups]
        return min([*sizes, self.stopping.batch] if self.stopping else sizes)


def play_study(
    study: Study,
    store: Store,
    chunk: int,
    pool: Pool,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Play what a store does not hold yet, and put it there.

    With ``stopping`` all scenarios advance by a batch at a time. When to stop depends on complete
    batches in order only, so it is the same for every executor and after every interruption.

    Parameters
    ----------
    study
        What to play.
    store
        Takes the chunks.
    chunk
        Runs in a chunk.
    pool
        Who plays; it is left open.
    progress
        Called with the number of runs played, and with those saved by stopping early.
    """
    seconds = max(chunk_seconds(s.problem, chunk, study.engine) for s in study.setups)
    batch = study.stopping.batch if study.stopping else study.runs
    going = list(range(len(study.setups)))
    deals, counted = [0] * len(study.setups), [0] * len(study.setups)
    for start in range(0, study.runs, batch):
        end = min(start + batch, study.runs)
        missing = _missing(study, store, chunk, going, start, end)
        for task, data in played(missing, pool, seconds):
            store.put(task, cast(bytes, data))
            if progress:
                progress(task.runs)
        if study.stopping is None:
            return
        for point in list(going):
            for part in store.parts(point, start, end):
                deals[point] += int((part.block.adopted_round >= 0).sum())
                counted[point] += len(part.block.adopted_round) - len(part.failures)
            if study.stopping.enough(deals[point], counted[point]):
                going.remove(point)
                if progress:
                    progress(study.runs - end)


def _missing(
    study: Study, store: Store, chunk: int, going: list[int], start: int, end: int
) -> Iterator[Task]:
    code = source_hash()
    for point in going:
        text = ""
        for first in range(start, end, chunk):
            runs = min(chunk, end - first)
            if store.runs_of(point, first) != runs:
                text = text or as_text(study.setups[point])
                yield Task(
                    point, first, runs, text, study.seed, study.engine, study.trace, code, True
                )
