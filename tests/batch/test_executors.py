"""Who plays makes no difference, and workers that are lost or missing are told in plain words."""

import os
import signal
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

import sim
from sim.batch import chunks, executors
from sim.batch.chunks import Task, as_text
from sim.batch.memory import play_part, play_runs
from sim.engine.block import block_hash
from sim.engine.compiled import kernel
from sim.engine.compiled.build import source_hash
from sim.engine.problem import Setup
from sim.errors import SummitryError
from tests.batch.flaws import CAUSE, flawed

pytestmark = pytest.mark.xdist_group("batch_engine")

RUNS = 60


@pytest.fixture(scope="module")
def expected(six):
    return six.runs(RUNS, seed=3, workers=1).hash


def tasks_of(setup: Setup, runs: int, size: int) -> list[Task]:
    text, code = as_text(setup), source_hash()
    return [
        Task(0, at, min(size, runs - at), text, 3, "batch", False, code, packed=False)
        for at in range(0, runs, size)
    ]


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("chunk", [1, 7, 16, 59, 512])
def test_threads_and_chunks_make_no_difference(six, expected, workers, chunk):
    part = play_part(six.setup, RUNS, seed=3, workers=workers, chunk=chunk)
    assert block_hash(part.block) == expected


def test_processes_make_no_difference(six, expected):
    assert six.runs(RUNS, seed=3, executor="processes", workers=2).hash == expected
    assert six.runs(RUNS, seed=3, executor="processes", workers=1, engine="mesa").hash == expected


def test_any_executor_will_do_and_stays_open(six, expected):
    with ThreadPoolExecutor(2) as pool:
        assert six.runs(RUNS, seed=3, executor=pool).hash == expected
        assert pool.submit(int, 7).result() == 7


def test_dask_makes_no_difference(six, expected):
    distributed = pytest.importorskip("distributed")
    assert six.runs(RUNS, seed=3, executor="dask", workers=2).hash == expected
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        many = six.runs(RUNS, seed=3, executor="dask", scheduler=address)
        assert many.hash == expected


def test_a_cluster_without_workers_is_an_error_and_no_wait(six, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 1.0)
    started = time.monotonic()
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        pytest.raises(SummitryError, match="no workers"),
    ):
        six.runs(RUNS, seed=3, executor="dask", scheduler=cluster.scheduler_address)
    assert time.monotonic() - started < 20


def test_a_scheduler_that_is_not_there_is_an_error(six, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 1.0)
    with pytest.raises(SummitryError, match="no dask scheduler answers"):
        six.runs(RUNS, seed=3, executor="dask", scheduler="tcp://127.0.0.1:9")


class _Idle(Executor):
    """Takes work and never does any."""

    def submit(self, *_args, **_kwargs):
        return Future()


def test_an_executor_that_gives_nothing_back_is_an_error(six, monkeypatch):
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    with pytest.raises(SummitryError, match="nothing back"):
        six.runs(RUNS, seed=3, executor=_Idle())


def test_a_killed_worker_is_replaced(six, expected):
    """One worker process of two is killed while it plays; nothing is missing in the end."""
    pool = executors.open_pool("processes", 2)
    found = {}
    try:
        for task, part in executors.played(tasks_of(six.setup, RUNS, 10), pool):
            if not found:
                victim = next(iter(pool._pool._processes.values()))
                os.kill(victim.pid, signal.SIGKILL)
            found[task.first] = part
    finally:
        pool.close()
    block = chunks.merged([found[first] for first in sorted(found)]).block
    assert block_hash(block) == expected


def test_a_killed_dask_worker_is_replaced(six, expected):
    """One of two worker processes of a cluster is killed in the middle of a study."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        victims = [worker.pid for worker in cluster.workers.values()]
        done = []

        def strike(runs: int) -> None:
            if not done:
                os.kill(victims[0], signal.SIGKILL)
            done.append(runs)

        part = play_part(
            six.setup,
            RUNS,
            seed=3,
            engine="mesa",
            executor="dask",
            scheduler=cluster.scheduler_address,
            chunk=5,
            progress=strike,
        )
    assert sum(done) == RUNS
    assert block_hash(part.block) == expected


def _die(*_args):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_chunk_that_kills_every_worker_is_an_error(six):
    class Deadly(executors._Processes):
        def submit(self, task):
            return self._pool.submit(_die)

    pool = Deadly(1)
    try:
        with pytest.raises(SummitryError, match="lost their worker 3 times"):
            list(executors.played(tasks_of(six.setup, 5, 5), pool))
    finally:
        pool.close()


def _sleep(*_args):
    time.sleep(30)


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_a_chunk_that_hangs_is_an_error(six, monkeypatch, kind):
    """Its worker is alive, or looks so; and afterwards it is not left behind."""
    if kind == "dask":
        pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 2.0)
    pool = executors.open_pool(kind, 1)
    inner = pool._pool if kind == "processes" else pool._executor
    monkeypatch.setattr(pool, "submit", lambda task: inner.submit(_sleep, task))
    started = time.monotonic()
    with pytest.raises(SummitryError, match="hang"):
        list(executors.played(tasks_of(six.setup, 5, 5), pool, seconds=0.1))
    assert time.monotonic() - started < 20
    if kind == "processes":
        worker = next(iter(pool._pool._processes.values()))
        os.kill(worker.pid, signal.SIGSTOP)
        pool.close()
        worker.join(10)
        assert not worker.is_alive()
    else:
        monkeypatch.undo()
        pool.close()


def test_an_executor_of_others_that_breaks_is_an_error(six):
    with ProcessPoolExecutor(1, mp_context=executors.multiprocessing.get_context("spawn")) as pool:
        with pytest.raises(Exception, match="terminated"):
            pool.submit(_die).result()
        with pytest.raises(SummitryError, match="broken"):
            six.runs(RUNS, seed=3, executor=pool)


def test_a_run_that_fails_is_data(six, monkeypatch):
    """The other runs of its block are played all the same."""
    whole = six.runs(20, seed=3)
    monkeypatch.setattr(chunks, "play_block", flawed(lambda _, r: r == 7))
    many = six.runs(20, seed=3)
    failures = many.failures
    assert failures.to_dict("records") == [{"replication": 7, "stage": "play", "cause": CAUSE}]
    left = whole.table[whole.table["replication"] != 7].reset_index(drop=True)
    assert many.table.equals(left)
    assert 7 not in set(many.members["replication"])
    assert many.summary().runs == 19


def test_a_study_of_which_no_run_can_be_played_is_an_error(six, monkeypatch):
    monkeypatch.setattr(chunks, "play_block", flawed(lambda *_: True))
    with pytest.raises(SummitryError, match=rf"20 of 20 runs .* {CAUSE}"):
        six.runs(20, seed=3)
    with pytest.raises(SummitryError, match="300 of 300 runs"):
        six.runs(300, seed=3, until_se=0.1)


def test_results_without_the_runs_that_failed_are_not_given_as_whole(six, monkeypatch):
    """Who takes arrays of results cannot leave out the failed ones, so they are an error."""
    monkeypatch.setattr(chunks, "play_block", flawed(lambda _, r: r == 7))
    with pytest.raises(SummitryError, match=r"1 of 20 runs .* replication 7"):
        play_runs(six.setup, 20, seed=3)


def test_an_engine_that_cannot_be_compiled_is_told_once(six, monkeypatch):
    """It is no fault of the runs: they are not tried one by one, and Mesa is named."""
    calls = []

    class Broken:
        overloads = ()

        def __call__(self, *_):
            calls.append(1)
            raise TypeError("no such option")

    monkeypatch.setattr(kernel, "play", Broken())
    with pytest.raises(SummitryError, match=r"cannot be compiled here \(TypeError.*--engine mesa"):
        six.runs(RUNS, seed=3, workers=1)
    assert len(calls) == 1


def test_workers_with_another_engine_are_refused(six):
    task = tasks_of(six.setup, 5, 5)[0]._replace(code="0123")
    with pytest.raises(SummitryError, match="another version"):
        chunks.play(task)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"workers": 0}, "at least 1"),
        ({"workers": 2.5}, "whole number"),
        ({"executor": "trheads"}, "threads, processes, dask"),
        ({"scheduler": "tcp://10.0.0.1:8786"}, "dask executor only"),
        ({"executor": "dask", "scheduler": "nonsense"}, "an address such as"),
        ({"executor": "dask", "scheduler": "ftp://127.0.0.1:99"}, "an address such as"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(six, arguments, words):
    with pytest.raises(sim.SummitryError, match=words):
        six.runs(5, **arguments)


def test_parts_survive_being_packed(six):
    part = play_part(six.setup, 9, seed=1, first=2**40, trace=True)
    again = chunks.unpack(chunks.pack(part))
    assert again.first == part.first
    for a, b in zip(part.block, again.block, strict=True):
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
