"""A folder of results as a report reads it; nothing outside the folder is ever read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..api import Scenario
from ..ensemble import Ensemble
from ..errors import SummitryError
from ..folders import UNFINISHED, file_hash, read_manifest
from ..results import scenario_of, stored

#: Longer tables are shown by their first rows.
WHOLE, BEGINNING = 120, 8
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST = 2**24


@dataclass(frozen=True)
class Folder:
    """A folder of results.

    Attributes
    ----------
    path
        Where it is.
    manifest
        Its manifest.
    """

    path: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Open a folder of results.

        Raises
        ------
        SummitryError
            If it is none, or unfinished.
        """
        if (path / UNFINISHED).exists():
            raise SummitryError(
                f"{path} holds a study that was interrupted; finish it with --resume first"
            )
        if not path.is_dir():
            raise SummitryError(f"{path} is not a folder of results")
        if not (path / "manifest.json").is_file():
            raise SummitryError(f"{path} holds no results: there is no manifest.json in it")
        return cls(path, read_manifest(path))

    @cached_property
    def kind(self) -> str:
        """What it holds: ``run``, ``sweep``, or the kind of the study that its manifest names."""
        named = self.manifest.get("study_kind")
        if isinstance(named, str):
            return named
        study = self.manifest.get("study")
        swept = isinstance(study, dict) and "vary" in study
        if swept and (self.path / "points.parquet").is_file():
            return "sweep"
        return "run" if (self.path / "runs.parquet").is_file() else "study"

    @cached_property
    def scenario(self) -> Scenario | None:
        """The scenario at the centre; None if this version cannot read it."""
        try:
            return scenario_of(self.manifest)
        except (SummitryError, KeyError, TypeError):
            return None

    @cached_property
    def ensemble(self) -> Ensemble | None:
        """The runs of a folder of runs, read from its tables."""
        m, scenario = self.manifest, self.scenario
        if self.kind != "run" or scenario is None:
            return None
        return stored(scenario, m["study"], self.path, str(m["result_hash"]), int(m["runs"]))

    @property
    def reading(self) -> str:
        """The reading that was written with the study; empty if there is none."""
        path = self.path / "reading.txt"
        return path.read_text(encoding="utf-8", errors="replace") if self._own(path) else ""

    def figures(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every figure."""
        for path in sorted((self.path / "figures").glob("*.png")):
            if self._own(path) and path.read_bytes()[: len(_PNG)] == _PNG:
                yield path.stem, path.read_bytes()

    def tables(self) -> Iterator[tuple[str, pd.DataFrame, int]]:
        """Name, rows to show and number of rows of every table."""
        for path in sorted(self.path.glob("*.parquet")):
            if not self._own(path, largest=None):
                continue
            try:
                with pq.ParquetFile(path) as file:
                    rows = int(file.metadata.num_rows)
                    batches = file.iter_batches(WHOLE if rows <= WHOLE else BEGINNING)
                    batch = next(batches, None)
                    shown = (
                        pa.Table.from_batches([batch])
                        if batch is not None
                        else file.schema_arrow.empty_table()
                    ).to_pandas()
            except (pa.ArrowException, OSError):
                continue
            if rows or path.stem != "failures":
                yield path.stem, shown, rows

    def changed(self) -> list[str]:
        """Files that are not as the manifest says: missing or written anew."""
        listed = self.manifest.get("files")
        if not isinstance(listed, dict):
            return []
        found = []
        for name, digest in sorted(listed.items()):
            path = self.path / name
            inside = path.resolve().is_relative_to(self.path.resolve())
            if not inside or not path.is_file() or file_hash(path) != digest:
                found.append(str(name))
        return found

    def _own(self, path: Path, largest: int | None = _LARGEST) -> bool:
        """Whether a file is a plain one of this folder and not too large to be read whole."""
        if path.is_symlink() or not path.is_file():
            return False
        return largest is None or path.stat().st_size <= largest
