"""The tables of a study as Parquet files, written and read a piece at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pandas as pd

from ..engine.block import ResultHash, empty_block
from ..engine.problem import Setup
from .chunks import Failure, Part, bytes_per_run, merged, piece
from .tables import failures_table, members_table, rounds_table, runs_table, without_failures

# A piece, and so a row group, stays below so many rows of the largest table and so much memory.
_ROWS = 2**18
_BYTES = 32 * 2**20
_TABLES = {"runs": runs_table, "members": members_table, "rounds": rounds_table}


class TableFile:
    """A Parquet file that grows by a row group with each frame, on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._writer: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        """Add a row group; the first one decides the types."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._writer is None:
            table = pa.Table.from_pandas(frame, preserve_index=False)
            self._writer = pq.ParquetWriter(self._file, table.schema)
        else:
            table = pa.Table.from_pandas(frame, schema=self._writer.schema, preserve_index=False)
        if len(frame) or not self._file.tell():
            self._writer.write_table(table, row_group_size=max(1, len(frame)))

    def __enter__(self) -> TableFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._writer is not None and kind is None:
                self._writer.close()
                self._file.flush()
                os.fsync(self._file.fileno())
        finally:
            if self._writer is not None and self._writer.is_open:
                # Left to the garbage collector it would write to a file that is closed.
                with suppress(OSError):
                    self._writer.close()
            self._file.close()


class Assembled(NamedTuple):
    """What is known once all tables are written."""

    hash: str
    runs: int
    failures: tuple[Failure, ...]


def write_tables(setup: Setup, parts: Iterable[Part], folder: Path, trace: bool) -> Assembled:
    """Write ``runs.parquet``, ``members.parquet``, ``failures.parquet``, and ``rounds.parquet``.

    Parameters
    ----------
    setup
        The scenario.
    parts
        Its results in order of replications, in pieces of any size; the files do not depend on it.
    folder
        Where to write.
    trace
        Whether rounds were kept; without it there is no ``rounds.parquet``.
    """
    digest, runs = ResultHash(), 0
    failures: list[Failure] = []
    size = piece_size(setup, trace)
    with ExitStack() as stack:
        names = ["runs", "members", *(["rounds"] if trace else [])]
        files = {n: stack.enter_context(TableFile(folder / f"{n}.parquet")) for n in names}
        for part in regrouped(parts, size):
            digest.update(part.block)
            runs += len(part.block.adopted_round)
            failures += part.failures
            for name, file in files.items():
                frame = _TABLES[name](setup, part.block, part.first)
                file.write(without_failures(frame, part.failures))
    with TableFile(folder / "failures.parquet") as table:
        table.write(failures_table(failures))
    return Assembled(digest.hexdigest(), runs, tuple(failures))


def piece_size(setup: Setup, trace: bool) -> int:
    """Runs in a row group: a property of the scenario, so that equal results are equal files."""
    p = setup.problem
    rows = (p.n_members + 1) * (p.n_rounds if trace else 1)
    return max(1, min(_ROWS // rows, _BYTES // bytes_per_run(p, trace)))


def regrouped(parts: Iterable[Part], size: int) -> Iterator[Part]:
    """The same results in pieces of exactly ``size`` runs, but for the last."""
    held: list[Part] = []
    runs = 0
    for part in parts:
        held.append(part)
        runs += len(part.block.adopted_round)
        if runs >= size:
            whole = merged(held)
            for start in range(0, runs - size + 1, size):
                yield piece(whole, start, start + size)
            rest = runs % size
            held = [piece(whole, runs - rest, runs)] if rest else []
            runs = rest
    if held:
        yield merged(held)


def read_table(
    path: Path, template: pd.DataFrame, columns: Sequence[str], runs: int | None = None
) -> pd.DataFrame:
    """Some columns of a table, with the types of a template, holding little more than these.

    Parameters
    ----------
    path
        A file of :func:`write_tables`.
    template
        A table of the same scenario, for its types; see :func:`templates`.
    columns
        What to read.
    runs
        Stop after the row group that reaches this replication.
    """
    import pyarrow.parquet as pq

    found: dict[str, list[pd.Series]] = {name: [] for name in columns}
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            frame = file.read_row_group(group, columns=list(columns)).to_pandas()
            for name in columns:
                found[name].append(frame[name].astype(template[name].dtype))
            if runs is not None and len(frame) and frame["replication"].iloc[-1] >= runs:
                break
    joined = {}
    for name in columns:
        pieces = found.pop(name)
        joined[name] = pd.concat(pieces, ignore_index=True) if pieces else template[name].iloc[:0]
    return pd.DataFrame(joined, copy=False)


def templates(setup: Setup) -> dict[str, pd.DataFrame]:
    """Tables by name with the types and columns of those of a scenario."""
    block = empty_block(setup.problem, 1, trace=True)
    return {name: table(setup, block) for name, table in _TABLES.items()}
