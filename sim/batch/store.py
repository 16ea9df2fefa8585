"""Where the finished chunks of a study are kept, so that it survives whatever happens to it.

A chunk is written under another name, forced to the disk, renamed, and its folder forced to the
disk; its name holds the hash of its bytes, of its place and of the study. So after a crash a chunk
is there whole, or not at all, and none is ever taken for one of another study or place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from ..errors import SummitryError
from .chunks import Part, Task, unpack

_NAME = re.compile(r"(\d{6})-(\d{10})-(\d{6})-([0-9a-f]{32})\.chunk")
_STUDY = "study.json"
#: Characters of a name that say where the chunk belongs.
_PLACE = 24

#: What must be the same to go on with a study, and how messages call it.
MUST_AGREE = {
    "scenario": "scenario",
    "seed": "seed",
    "runs": "number of runs",
    "trace": "--trace",
    "vary": "--vary",
    "until_se": "--until-se",
    "code": "version of the engine",
}


class Store(Protocol):
    """Keeps packed chunks by point of the study and first replication."""

    def runs_of(self, point: int, first: int) -> int:
        """Runs of the chunk that begins there; 0 if it is not kept."""

    def put(self, task: Task, data: bytes) -> None:
        """Keep a chunk."""

    def parts(self, point: int, start: int = 0, end: int | None = None) -> Iterator[Part]:
        """The chunks of a point that begin from ``start`` to ``end - 1``, in order."""


class Memory:
    """A store that ends with the process."""

    def __init__(self) -> None:
        self._chunks: dict[tuple[int, int], tuple[int, bytes]] = {}

    def runs_of(self, point: int, first: int) -> int:
        """Runs of the chunk that begins there; 0 if it is not kept."""
        return self._chunks.get((point, first), (0, b""))[0]

    def put(self, task: Task, data: bytes) -> None:
        """Keep a chunk."""
        self._chunks[task.point, task.first] = task.runs, data

    def parts(self, point: int, start: int = 0, end: int | None = None) -> Iterator[Part]:
        """The chunks of a point that begin from ``start`` to ``end - 1``, in order."""
        for key in _between(self._chunks, point, start, end):
            yield unpack(self._chunks[key][1])


class Disk:
    """A store in a folder; only one process at a time may hold it.

    Parameters
    ----------
    folder
        The folder; it is made.
    study
        What is played: plain data, with the keys of `MUST_AGREE`, and ``chunk``.

    Attributes
    ----------
    chunk
        Runs in a chunk, as the study was begun.

    Raises
    ------
    SummitryError
        If the folder holds the chunks of another study, or another process is at work in it.
    """

    def __init__(self, folder: Path, study: dict[str, Any]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(folder)
        study = json.loads(json.dumps(study))
        try:
            kept = json.loads((folder / _STUDY).read_text())
            begun = kept["study"]
            if kept["digest"] != _identity(begun):
                raise ValueError("the digest is another one")
            compare(folder.parent, begun, study)
        except FileNotFoundError:
            begun = study
            text = json.dumps({"study": study, "digest": _identity(study)}, indent=2)
            write_whole(folder / _STUDY, text.encode())
        except (ValueError, KeyError, TypeError) as error:
            raise SummitryError(f"{folder / _STUDY} is damaged; delete {folder}") from error
        self.chunk = int(begun["chunk"])
        self._identity = _identity(begun)
        self._chunks: dict[tuple[int, int], tuple[int, Path]] = {}
        self.damaged = 0
        for path in sorted(folder.iterdir()):
            match = _NAME.fullmatch(path.name)
            if match is None:
                if path.name.startswith("."):
                    path.unlink()  # half written when the power went
            elif self._digest(path.name, path.read_bytes()) == match[4]:
                point, first, runs = (int(match[i]) for i in (1, 2, 3))
                self._chunks[point, first] = runs, path
            else:
                self.damaged += 1
                path.unlink()

    def runs_of(self, point: int, first: int) -> int:
        """Runs of the chunk that begins there; 0 if it is not kept."""
        return self._chunks.get((point, first), (0, None))[0]

    def put(self, task: Task, data: bytes) -> None:
        """Keep a chunk."""
        place = f"{task.point:06}-{task.first:010}-{task.runs:06}"
        name = f"{place}-{self._digest(place, data)}.chunk"
        write_whole(self.folder / name, data)
        self._chunks[task.point, task.first] = task.runs, self.folder / name

    def parts(self, point: int, start: int = 0, end: int | None = None) -> Iterator[Part]:
        """The chunks of a point that begin from ``start`` to ``end - 1``, in order."""
        for key in _between(self._chunks, point, start, end):
            path = self._chunks[key][1]
            data = path.read_bytes()
            if not path.stem.endswith(self._digest(path.name, data)):
                path.unlink()
                raise SummitryError(f"{path} has changed on the disk; it will be played again")
            yield unpack(data)

    def runs_done(self) -> int:
        """Runs of all chunks that are kept."""
        return sum(runs for runs, _ in self._chunks.values())

    def bytes_per_run(self) -> float:
        """Disk space of a run in the chunks that are kept; 0 without any."""
        size = sum(path.stat().st_size for _, path in self._chunks.values())
        return size / self.runs_done() if self._chunks else 0.0

    def close(self) -> None:
        """Let others in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def remove(self) -> None:
        """Delete the folder, what says whose chunks these are last."""
        for _, path in self._chunks.values():
            path.unlink(missing_ok=True)
        shutil.rmtree(self.folder)
        self.close()

    def _digest(self, name: str, data: bytes) -> str:
        """What proves that a chunk is whole, of this study, and at its place."""
        place = name[:_PLACE].encode()
        return hashlib.sha256(self._identity.encode() + place + data).hexdigest()[:32]


def _between(
    chunks: Iterable[tuple[int, int]], point: int, start: int, end: int | None
) -> list[tuple[int, int]]:
    return sorted(
        (p, first)
        for p, first in chunks
        if p == point and start <= first and (end is None or first < end)
    )


def _locked(folder: Path) -> int | None:
    """Hold the folder; the lock ends with the process, even a killed one."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise SummitryError(f"another process is at work in {folder.parent}") from None
    return handle


def compare(folder: Path, begun: dict[str, Any], now: dict[str, Any], *keys: str) -> None:
    """Refuse to mix two studies in a folder.

    Raises
    ------
    SummitryError
        With the first of the ``keys`` that differs (all of `MUST_AGREE` if none is given).
    """
    for key in keys or MUST_AGREE:
        if begun.get(key) != now.get(key):
            raise SummitryError(
                f"{folder} holds something else and is left as it is: it was begun with another "
                f"{MUST_AGREE[key]} ({_short(begun.get(key))}, now {_short(now.get(key))}); "
                "go on with the same, or give another folder with --out"
            )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else text[:12] + "..."


def _identity(study: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(study, sort_keys=True).encode()).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there whole, or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, where folders can be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
