"""The journal of a room: every move is a line on the disk before it is acknowledged."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import SummitryError

NAME = "journal.jsonl"
FORMAT = 3


class Journal:
    """A file of JSON lines that only grows.

    Lines that come in while others are being written go to the disk together, with one ``fsync``.

    Parameters
    ----------
    path
        The file; made if it does not exist.

    Raises
    ------
    SummitryError
        If it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            new = not path.exists()
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._file = os.open(path, flags, 0o600)
            if new:
                _sync_folder(path.parent)
        except OSError as error:
            raise SummitryError(f"cannot write {path}: {error.strerror or error}") from error
        if not _lock(self._file):
            os.close(self._file)
            raise SummitryError(f"the room in {path.parent} is open in another process")
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._failed: OSError | None = None

    async def write(self, entry: dict[str, Any]) -> None:
        """Put a line on the disk; returns when it is there.

        Raises
        ------
        OSError
            If the disk does not take it, or has not taken an earlier one.
        """
        if self._failed is not None:
            raise self._failed
        line = as_line(entry)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((line, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self.put, b"".join(line for line, _ in batch))
            except OSError as error:
                # What is missing would be missing for ever: nothing may stand behind the gap.
                self._failed = error
                late, self._waiting = self._waiting, []
                for _, done in [*batch, *late]:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    def put(self, data: bytes) -> None:
        """Put bytes on the disk, whole or not at all.

        Raises
        ------
        OSError
            If the disk does not take them.
        """
        size = os.fstat(self._file).st_size
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, size)
            raise

    async def close(self) -> None:
        """Wait for what is being written, and close the file."""
        if self._writer is not None:
            await self._writer
        os.close(self._file)


def as_line(entry: dict[str, Any]) -> bytes:
    """An entry as a line of a journal."""
    return json.dumps(entry, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def read(path: Path) -> list[dict[str, Any]]:
    """The entries of a journal; a last line that was cut off was never acknowledged and is dropped.

    The cut-off line is taken off the file too, so that the next one does not run into it.

    Raises
    ------
    SummitryError
        If the file is no journal or is damaged before its end.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SummitryError(f"cannot read {path}: {error.strerror or error}") from error
    whole = data[: data.rfind(b"\n") + 1]
    entries = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or "kind" not in entry:
            raise SummitryError(f"{path}:{number}: is not a line of a room's journal")
        entries.append(entry)
    if not entries or entries[0].get("format") != FORMAT:
        raise SummitryError(f"{path} is not the journal of a room of this version")
    if len(whole) < len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return entries


def _lock(handle: int) -> bool:
    """Keep other processes from writing to a file until it is closed; False if one does already."""
    if sys.platform == "win32":
        import msvcrt

        # A byte that the journal will never reach: locking hinders reading there.
        os.lseek(handle, 2**31 - 2, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # Windows has no handle of a folder to be synced
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
