"""Results where they are: in memory, or in Parquet files of which only parts are read."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Protocol

import pandas as pd

from ..engine.block import block_hash
from ..engine.problem import Setup
from . import tables
from .assemble import read_table, templates
from .chunks import Part

# What summaries and figures count; 32 million rows of it take 350 MB.
_COUNTED = (
    "replication",
    "member",
    "side_letter",
    "objections",
    "last_blocking_term",
    "last_blocking_direction",
    "accepts",
)


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns]


class Results(Protocol):
    """The tables of an ensemble."""

    @property
    def hash(self) -> str:
        """SHA-256 of the results."""

    @property
    def size(self) -> int:
        """Number of runs, failed ones included."""

    def table(self, name: str) -> pd.DataFrame:
        """One of ``runs``, ``members``, ``rounds`` and ``failures``."""

    def first_rounds(self, runs: int) -> pd.DataFrame:
        """The table ``rounds`` of at least so many runs from the first."""

    def counted(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Runs and members with the columns that summaries and figures count."""


class InMemory:
    """Results as arrays."""

    def __init__(self, setup: Setup, part: Part) -> None:
        self._setup = setup
        self.part = part

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the results."""
        return block_hash(self.part.block)

    @property
    def size(self) -> int:
        """Number of runs, failed ones included."""
        return len(self.part.block.adopted_round)

    @cached_property
    def _runs(self) -> pd.DataFrame:
        return self._made(tables.runs_table)

    @cached_property
    def _members(self) -> pd.DataFrame:
        return self._made(tables.members_table)

    @cached_property
    def _rounds(self) -> pd.DataFrame:
        return self._made(tables.rounds_table)

    def _made(self, maker: tables.Maker) -> pd.DataFrame:
        frame = maker(self._setup, self.part.block, self.part.first)
        return tables.without_failures(frame, self.part.failures)

    def table(self, name: str) -> pd.DataFrame:
        """One of ``runs``, ``members``, ``rounds`` and ``failures``."""
        if name == "failures":
            return tables.failures_table(self.part.failures)
        found: pd.DataFrame = getattr(self, f"_{name}")
        return found

    def first_rounds(self, runs: int) -> pd.DataFrame:
        """The table ``rounds`` of at least so many runs from the first."""
        return self._rounds

    def counted(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Runs and members with the columns that summaries and figures count."""
        return self._runs, self._members


class OnDisk:
    """Results in a folder; nothing is kept in memory."""

    def __init__(self, setup: Setup, folder: Path, result_hash: str, runs: int) -> None:
        self._setup = setup
        self._folder = folder
        self.hash = result_hash
        self.size = runs

    def table(self, name: str) -> pd.DataFrame:
        """One of ``runs``, ``members``, ``rounds`` and ``failures``."""
        if name == "failures":
            return pd.read_parquet(self._folder / "failures.parquet")
        template = templates(self._setup)[name]
        return read_table(self._folder / f"{name}.parquet", template, _names(template))

    def first_rounds(self, runs: int) -> pd.DataFrame:
        """The table ``rounds`` of at least so many runs from the first."""
        template = templates(self._setup)["rounds"]
        path = self._folder / "rounds.parquet"
        return read_table(path, template, _names(template), runs)

    def counted(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Runs and members with the columns that summaries and figures count."""
        kinds = templates(self._setup)
        inputs = set(self._setup.sampled_paths)
        runs = [name for name in _names(kinds["runs"]) if name not in inputs]
        return (
            read_table(self._folder / "runs.parquet", kinds["runs"], runs),
            read_table(self._folder / "members.parquet", kinds["members"], _COUNTED),
        )
