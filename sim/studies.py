"""Playing a study in a folder, so that it survives whatever happens on the way."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import SummitryError
from .folders import UNFINISHED, Interrupted, check_folder, plain_words, publish

if TYPE_CHECKING:
    from .batch.executors import Kind
    from .batch.schedule import Study
    from .batch.store import Disk

_MARGIN = 4 * 2**20


@dataclass(frozen=True)
class Workers:
    """Who plays; see :func:`sim.batch.executors.open_pool`."""

    executor: Kind | Executor = "threads"
    workers: int | None = None
    scheduler: str | None = None


def play_into(
    folder: Path,
    study: Study,
    key: dict[str, Any],
    workers: Workers,
    fill: Callable[[Path, Disk], dict[str, Any]],
    *,
    resume: bool = False,
    progress: Callable[[int], None] | None = None,
    share: float = 1.3,
) -> None:
    """Play a study in a folder, so that it survives crashes, and put its results there.

    Parameters
    ----------
    folder
        Where; see :func:`check_folder`.
    study, key
        What to play, and the same as plain data.
    workers
        Who plays.
    fill
        Writes the files of the results into a folder and returns the manifest without ``files``.
    resume
        Whether to go on with what is there.
    progress
        Called with the number of runs each time that some are done; first with those found.
    share
        Size of the results in relation to the chunks, to tell how much space is needed.

    Raises
    ------
    Interrupted
        If the study stopped and can be resumed: disk full, workers lost.
    SummitryError
        If it could not even begin, or no run at all could be played.
    """
    from .batch.chunks import RunsFailed
    from .batch.executors import open_pool
    from .batch.schedule import play_study
    from .batch.store import Disk

    check_folder(folder, key, resume=resume)
    total = study.runs * len(study.setups)
    store: Disk | None = None
    # Before anything is written: what cannot be played leaves no study that could be resumed.
    pool = open_pool(workers.executor, workers.workers, workers.scheduler)
    try:
        with plain_words(folder, lambda: _space(store, study, total, share)):
            try:
                store = Disk(folder / UNFINISHED, {**key, "chunk": study.chunk()})
                if progress and store.runs_done():
                    progress(store.runs_done())
                started = time.perf_counter()
                play_study(study, store, store.chunk, pool, progress)
            finally:
                pool.close()
            seconds = round(time.perf_counter() - started, 3)
            final = folder / UNFINISHED / "final"
            shutil.rmtree(final, ignore_errors=True)
            final.mkdir()
            manifest = fill(final, store)
            publish(final, folder, {**manifest, "seconds": seconds})
            store.remove()
    except Interrupted:
        raise
    except RunsFailed:
        if store is not None:
            store.remove()  # played again they would fail again
            with suppress(OSError):
                folder.rmdir()
        raise
    except SummitryError as error:
        if store is None:
            raise
        raise Interrupted(str(error)) from error
    finally:
        if store is not None:
            store.close()


def _space(store: Disk | None, study: Study, total: int, share: float) -> float:
    """Bytes that are still needed, more or less."""
    from .batch.chunks import bytes_per_run

    done = store.runs_done() if store else 0
    each = store.bytes_per_run() if store else 0.0
    each = each or float(bytes_per_run(study.setups[0].problem, study.trace))
    return each * (total - done + share * total) + _MARGIN
