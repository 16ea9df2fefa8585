"""Chunks of a study: what a worker is asked to play, what it gives back, and that as bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..engine.block import Block, cut, empty_block, joined
from ..engine.compiled.build import source_hash
from ..engine.play import BLOCK, Engine, play_block
from ..engine.problem import Problem, Setup, set_up
from ..errors import SummitryError
from ..scenario.load import load
from ..scenario.written import written_out

# A chunk stays below so much memory, and below so much work (a second or so on one core).
_BYTES = 32 * 2**20
_WORK = {"batch": 400_000_000, "mesa": 1_000_000}
_MOST = 4096
_FEWEST_CHUNKS = 8


class Task(NamedTuple):
    """One chunk to be played by some worker: small, and all that it needs.

    ``scenario`` is the scenario as it is played, written as JSON; ``point`` its place among the
    scenarios of the study; ``code`` the hash of the engine's sources; ``packed`` asks for bytes.
    """

    point: int
    first: int
    runs: int
    scenario: str
    seed: int
    engine: Engine
    trace: bool
    code: str
    packed: bool

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"runs {self.first} to {self.first + self.runs - 1}"


class Failure(NamedTuple):
    """A run that could not be played: where it went wrong, and why."""

    replication: int
    stage: str
    cause: str


class Part(NamedTuple):
    """The results of replications ``first``, ``first + 1``, ...; failed ones are empty rows."""

    first: int
    block: Block
    failures: tuple[Failure, ...]


def as_text(setup: Setup) -> str:
    """A scenario as a task carries it."""
    return json.dumps(written_out(setup.scenario), allow_nan=False)


_KEPT: dict[str, Setup] = {}
_KEPT_AT_MOST = 16


def keep(scenario: str, setup: Setup) -> None:
    """Remember a scenario that tasks carry, so that workers in this process need not read it."""
    while len(_KEPT) >= _KEPT_AT_MOST:
        _KEPT.pop(next(iter(_KEPT)), None)
    _KEPT[scenario] = setup


def _set_up(scenario: str) -> Setup:
    setup = _KEPT.get(scenario)
    if setup is None:
        setup = set_up(load(json.loads(scenario)).resolved)
        keep(scenario, setup)
    return setup


def bytes_per_run(problem: Problem, trace: bool) -> int:
    """Memory that the results of one run take."""
    return sum(array.nbytes for array in empty_block(problem, 1, trace))


def chunk_size(problem: Problem, runs: int, engine: Engine, trace: bool) -> int:
    """Runs in a chunk: little to lose and little to hold, yet enough to be worth a message."""
    most = min(_MOST, _BYTES // bytes_per_run(problem, trace), _WORK[engine] // _work(problem))
    share = -(-runs // (_FEWEST_CHUNKS * BLOCK)) * BLOCK
    return max(1, min(most, share))


def _work(problem: Problem) -> int:
    """Work of a run: how many drafts members think about."""
    return problem.n_members * problem.n_rounds * (1 + len(problem.steps))


def chunk_seconds(problem: Problem, runs: int, engine: Engine) -> float:
    """How long a chunk takes on one core, more or less."""
    return runs * _work(problem) / _WORK[engine]


def play(task: Task, stopped: Callable[[], bool] | None = None) -> Part | bytes:
    """Play a chunk; what any worker does.

    A run that fails is tried once more alone, and then noted as a failure.

    Parameters
    ----------
    task
        What to play.
    stopped
        Asked between blocks of runs; if true the chunk is given up.

    Raises
    ------
    SummitryError
        If this worker has other sources of the engine than the study, cannot compile it, or is told
        to stop.
    """
    if task.code != source_hash():
        raise SummitryError(
            f"a worker has another version of the engine ({source_hash()}) than the study "
            f"({task.code}); install the same version everywhere"
        )
    setup = _set_up(task.scenario)
    blocks: list[Block] = []
    failures: list[Failure] = []
    end = task.first + task.runs
    for first in range(task.first, end, BLOCK):
        if stopped is not None and stopped():
            raise SummitryError("stopped")
        runs = min(BLOCK, end - first)
        try:
            blocks.append(play_block(setup, task.seed, first, runs, task.engine, task.trace))
        except SummitryError:
            raise  # no run is to blame
        except Exception:
            for replication in range(first, first + runs):
                block, failure = _alone(setup, task, replication)
                blocks.append(block)
                failures += failure
    part = Part(task.first, joined(blocks), tuple(failures))
    return pack(part) if task.packed else part


def _alone(setup: Setup, task: Task, replication: int) -> tuple[Block, list[Failure]]:
    try:
        return play_block(setup, task.seed, replication, 1, task.engine, task.trace), []
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        return empty_block(setup.problem, 1, task.trace), [Failure(replication, "play", cause)]


class RunsFailed(SummitryError):
    """More runs have failed than a study can do without."""


def check_failures(runs: int, failures: Sequence[Failure], allowed: int | None = None) -> None:
    """Raise RunsFailed if too many runs have failed.

    Parameters
    ----------
    runs
        How many were played.
    failures
        Those that failed.
    allowed
        How many may; all but one if not given.
    """
    if len(failures) > (runs - 1 if allowed is None else allowed):
        raise RunsFailed(
            f"{len(failures):,} of {runs:,} runs could not be played; the first, replication "
            f"{failures[0].replication}: {failures[0].cause}"
        )


def pack(part: Part) -> bytes:
    """A part as compressed bytes; whole numbers shrink to the smallest type that holds them."""
    import pyarrow as pa

    arrays = {name: _small(array) for name, array in part.block._asdict().items()}
    notes = json.dumps([part.first, part.failures]).encode()
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, notes=np.frombuffer(notes, dtype=np.uint8), **arrays)
    plain = file.getbuffer()
    packed = pa.Codec("zstd", compression_level=1).compress(plain, asbytes=True)
    return len(plain).to_bytes(8, "little") + packed


def unpack(data: bytes) -> Part:
    """The part that :func:`pack` has made bytes of."""
    import pyarrow as pa

    size = int.from_bytes(data[:8], "little")
    plain = pa.Codec("zstd").decompress(memoryview(data)[8:], size, asbytes=True)
    with np.load(io.BytesIO(plain), allow_pickle=False) as arrays:
        first, failures = json.loads(arrays["notes"].tobytes())
        block = Block(*(_wide(arrays[name]) for name in Block._fields))
    return Part(first, block, tuple(Failure(*failure) for failure in failures))


def _small(array: np.ndarray) -> np.ndarray:
    if array.dtype != np.int64 or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    for kind in (np.int8, np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return array.astype(kind)
    return array


def _wide(array: np.ndarray) -> np.ndarray:
    return array.astype(np.int64) if array.dtype.kind == "i" else array


def merged(parts: list[Part]) -> Part:
    """Parts that follow each other as one."""
    failures = tuple(f for part in parts for f in part.failures)
    return Part(parts[0].first, joined([part.block for part in parts]), failures)


def piece(part: Part, start: int, stop: int) -> Part:
    """The replications ``start`` to ``stop - 1`` of a part, counted from its first one."""
    first, last = part.first + start, part.first + stop
    failures = tuple(f for f in part.failures if first <= f.replication < last)
    return Part(first, cut(part.block, start, stop), failures)
