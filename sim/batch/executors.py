"""Who plays the chunks of a study: threads, processes, a dask cluster, or any executor.

All of them end in ``concurrent.futures``, so one loop hands out chunks and takes results back. It
never waits for ever: workers that are lost are replaced a few times, and a cluster without workers
is an error, as are workers that give nothing back.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress
from typing import Any, Literal, Protocol, cast

from ..errors import SummitryError
from .chunks import Part, Task, play

Kind = Literal["threads", "processes", "dask"]
KINDS: tuple[Kind, ...] = ("threads", "processes", "dask")

_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx|inproc)://[\x21-\x7e]+")
#: How often a chunk may lose its worker.
TRIES = 3
#: Seconds to wait for a first worker.
PATIENCE = 30.0
#: How much longer to wait for any result, compilation included; and how many times longer than a
#: chunk should take.
_LONGER, _TIMES = 1.8, 20.0
_TICK = 1.0


class Pool(Protocol):
    """Workers: they take chunks, and can be replaced and sent home."""

    def submit(self, task: Task) -> Future[Part | bytes]:
        """Hand out a chunk."""

    def width(self) -> int:
        """How many chunks to hand out at a time."""

    def check(self, idle: float, most: float) -> None:
        """Raise SummitryError if nothing can come.

        ``idle``: seconds since the last result; ``most``: seconds after which a worker is stuck.
        """

    def renew(self) -> bool:
        """Replace lost workers; False if that cannot be done."""

    def close(self) -> None:
        """Send the workers home, at once."""


def open_pool(
    executor: Kind | Executor = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
) -> Pool:
    """Workers of a kind.

    Parameters
    ----------
    executor
        ``threads``, ``processes``, ``dask``, or any :class:`concurrent.futures.Executor`, which
        is left open afterwards.
    workers
        How many; as many as there are processors if not given.
    scheduler
        Address of a dask scheduler, such as ``tcp://10.0.0.1:8786``; without one dask runs in
        this process.

    Raises
    ------
    SummitryError
        If the arguments do not go together, or the cluster does not answer or has no workers.
    """
    if workers is not None and (isinstance(workers, bool) or workers != int(workers)):
        raise SummitryError(f"workers must be a whole number, got {workers}")
    if workers is not None and workers < 1:
        raise SummitryError(f"workers must be at least 1, got {workers}")
    if scheduler is not None and executor != "dask":
        raise SummitryError("a scheduler goes with the dask executor only")
    if scheduler is not None and not _ADDRESS.fullmatch(scheduler):
        raise SummitryError(
            f"a scheduler has an address such as tcp://10.0.0.1:8786, got {scheduler!r}"
        )
    if isinstance(executor, Executor):
        if workers is not None:
            raise SummitryError("an executor knows its own workers; leave workers out")
        return _Foreign(executor)
    count = workers or os.cpu_count() or 1
    if executor == "threads":
        return _Threads(count)
    if executor == "processes":
        return _Processes(count)
    if executor == "dask":
        if scheduler is not None and workers is not None:
            raise SummitryError("a cluster knows its own workers; leave workers out")
        return _Dask(scheduler, count)
    raise SummitryError(
        f"executor must be one of {', '.join(KINDS)} or a concurrent.futures.Executor, "
        f"got {executor!r}"
    )


def played(
    tasks: Iterable[Task], pool: Pool, seconds: float = 1.0
) -> Iterator[tuple[Task, Part | bytes]]:
    """Play chunks and give each as soon as it is done, in any order.

    Parameters
    ----------
    tasks
        The chunks.
    pool
        Who plays.
    seconds
        How long a chunk should take, more or less.

    Raises
    ------
    SummitryError
        If a chunk loses its worker ``TRIES`` times or cannot be played, no worker is left, or none
        gives anything back.
    """
    most = max(_LONGER * PATIENCE, _TIMES * seconds)
    waiting = deque(tasks)
    running: dict[Future[Part | bytes], Task] = {}
    lost: dict[Task, int] = {}
    alive = time.monotonic()
    while waiting or running:
        broken = False
        try:
            while waiting and len(running) < pool.width():
                running[pool.submit(waiting[0])] = waiting[0]
                waiting.popleft()
        except (BrokenExecutor, RuntimeError):
            broken = True
        done, _ = wait(running, timeout=_TICK, return_when=FIRST_COMPLETED)
        if done:
            alive = time.monotonic()
        else:
            pool.check(time.monotonic() - alive, most)
        for future in done:
            task = running.pop(future)
            try:
                result = future.result()
            except SummitryError:
                raise
            except (BrokenExecutor, CancelledError) as error:
                broken = True
                lost[task] = lost.get(task, 0) + 1
                if lost[task] >= TRIES:
                    raise SummitryError(
                        f"{task.name} lost their worker {TRIES} times ({error or 'killed'}); "
                        "too little memory, or something kills the workers"
                    ) from error
                waiting.appendleft(task)
            except Exception as error:
                raise SummitryError(
                    f"{task.name} could not be played: {type(error).__name__}: {error}"
                ) from error
            else:
                yield task, result
        if broken:
            waiting.extendleft(running.values())
            running.clear()
            if not pool.renew():
                raise SummitryError("the executor is broken or shut down; give a new one")


def _check_idle(idle: float, most: float) -> None:
    if idle > most:
        raise SummitryError(
            f"the executor has given nothing back for {idle:.0f} seconds: has it any workers that "
            "are alive, and does none of them hang?"
        )


class _Threads:
    """Threads of this process; the compiled engine does not hold the interpreter lock."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers)
        self._stop = threading.Event()

    def submit(self, task: Task) -> Future[Part | bytes]:
        return self._pool.submit(play, task, self._stop.is_set)

    def width(self) -> int:
        return self._workers + 1

    def check(self, idle: float, most: float) -> None:
        pass

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()


class _Processes:
    """Processes on this machine, each started afresh: a fork would inherit compiler threads."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
        )

    def submit(self, task: Task) -> Future[Part | bytes]:
        return self._pool.submit(play, task)

    def width(self) -> int:
        return self._workers + 1

    def check(self, idle: float, most: float) -> None:
        _check_idle(idle, most)

    def renew(self) -> bool:
        self.close()
        self._pool = self._new()
        return True

    def close(self) -> None:
        # The list is gone after shutdown; public means to end the workers come with Python 3.14.
        workers = list((getattr(self._pool, "_processes", None) or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(5.0)
            worker.kill()  # one that is stopped does not hear the first call


class _Foreign:
    """An executor of the user's."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._futures: set[Future[Part | bytes]] = set()

    def submit(self, task: Task) -> Future[Part | bytes]:
        future = self._executor.submit(play, task)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return future

    def width(self) -> int:
        return 2 * (int(getattr(self._executor, "_max_workers", 0)) or 32)

    def check(self, idle: float, most: float) -> None:
        _check_idle(idle, most)

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        for future in list(self._futures):
            future.cancel()


class _Dask:
    """Workers of a dask cluster, which replaces those it loses by itself."""

    def __init__(self, scheduler: str | None, workers: int) -> None:
        try:
            import distributed
        except ImportError:
            raise SummitryError(
                "dask is not installed; install summitry with its extra: summitry[dask]"
            ) from None
        self._cluster: Any = None
        try:
            if scheduler is None:
                self._cluster = distributed.LocalCluster(
                    n_workers=1,
                    threads_per_worker=workers,
                    processes=False,
                    dashboard_address="127.0.0.1:0",  # None would take port 8787 of all networks
                )
            self._client: Any = distributed.Client(
                self._cluster or scheduler, timeout=PATIENCE, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise SummitryError(f"no dask scheduler answers at {scheduler}: {error}") from error
        self._width = 1
        self._seen = time.monotonic()
        self._executor = self._client.get_executor(pure=False, retries=0)
        while not self._slots():
            if time.monotonic() - self._seen > PATIENCE:
                self.close()
                raise SummitryError(
                    f"the dask cluster at {scheduler} has no workers after {PATIENCE:.0f} seconds"
                )
            time.sleep(0.2)

    def _slots(self) -> int:
        """Threads of all workers; 0 if the scheduler does not answer."""
        try:
            counts = self._client.sync(self._client.scheduler.ncores, callback_timeout=5.0)
        except Exception:
            return 0
        self._width = max(1, 2 * sum(counts.values()))
        return sum(counts.values())

    def submit(self, task: Task) -> Future[Part | bytes]:
        return cast("Future[Part | bytes]", self._executor.submit(play, task))

    def width(self) -> int:
        return self._width

    def check(self, idle: float, most: float) -> None:
        _check_idle(idle, most)
        if self._slots():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > PATIENCE:
            raise SummitryError(
                f"the dask cluster has had no workers for {PATIENCE:.0f} seconds; what is done is "
                "kept where it is written to a folder"
            )

    def renew(self) -> bool:
        return bool(self._client.status == "running")

    def close(self) -> None:
        with suppress(Exception):
            self._executor.shutdown(wait=False)
        with suppress(Exception):
            self._client.close(timeout=5)
        if self._cluster is not None:
            with suppress(Exception):
                self._cluster.close(timeout=5)
