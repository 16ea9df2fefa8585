"""Playing many runs of one scenario into memory, by either engine and any executor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import cast

from ..engine.block import Block
from ..engine.compiled.build import source_hash
from ..engine.play import Engine
from ..engine.problem import Setup
from .chunks import Part, Task, as_text, check_failures, chunk_seconds, chunk_size, keep, merged
from .executors import Kind, open_pool, played
from .schedule import Stopping, Study, play_study
from .store import Memory


def play_part(
    setup: Setup,
    runs: int,
    *,
    seed: int,
    first: int = 0,
    engine: Engine = "batch",
    trace: bool = False,
    stopping: Stopping | None = None,
    executor: Kind | Executor = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    chunk: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Part:
    """Play replications ``first`` to ``first + runs - 1``; those that fail are noted.

    Parameters
    ----------
    setup
        The scenario.
    runs
        Number of replications.
    seed
        Seed of all random numbers, 0 to 2**64 - 1.
    engine
        ``batch`` (compiled) or ``mesa`` (agent by agent); both give the same bits.
    trace
        Whether to keep every round.
    stopping
        When to stop earlier; replications then begin with 0.
    executor, workers, scheduler
        Who plays; see :func:`sim.batch.executors.open_pool`.
    chunk
        Runs that a worker plays at a time; a sensible number if not given.
    progress
        Called with the number of runs of each chunk that is done.

    Returns
    -------
    Part
        The same whatever the engine, executor, number of workers and chunk.

    Raises
    ------
    SummitryError
        If an argument makes no sense, no worker is left, or no run at all could be played.
    """
    if engine == "mesa" and executor == "threads":
        workers = 1  # threads of plain Python only get in each other's way
    if stopping is not None:
        study, store = Study((setup,), seed, runs, engine, trace, stopping), Memory()
        pool = open_pool(executor, workers, scheduler)
        try:
            play_study(study, store, chunk or study.chunk(), pool, progress)
        finally:
            pool.close()
        return _usable(merged(list(store.parts(0))))
    size = chunk or chunk_size(setup.problem, runs, engine, trace)
    text, code, end = as_text(setup), source_hash(), first + runs
    keep(text, setup)
    tasks = [
        Task(0, at, min(size, end - at), text, seed, engine, trace, code, packed=False)
        for at in range(first, end, size)
    ]
    parts: dict[int, Part] = {}
    pool = open_pool(executor, workers, scheduler)
    try:
        for task, part in played(tasks, pool, chunk_seconds(setup.problem, size, engine)):
            parts[task.first] = cast(Part, part)
            if progress:
                progress(task.runs)
    finally:
        pool.close()
    return _usable(merged([parts[task.first] for task in tasks]))


def _usable(part: Part) -> Part:
    check_failures(len(part.block.adopted_round), part.failures)
    return part


def play_runs(
    setup: Setup,
    runs: int,
    *,
    seed: int,
    first: int = 0,
    engine: Engine = "batch",
    trace: bool = False,
    workers: int | None = None,
) -> Block:
    """The results of :func:`play_part` alone, played by threads; RunsFailed if a run is missing."""
    part = play_part(
        setup, runs, seed=seed, first=first, engine=engine, trace=trace, workers=workers
    )
    check_failures(runs, part.failures, allowed=0)
    return part.block
