"""The journal: a line is on the disk before it counts, and a torn last line never counted."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.classroom.journal import FORMAT, NAME, Journal, read
from sim.errors import SummitryError

OPENING = {"kind": "open", "format": FORMAT}
ENTRIES = st.lists(
    st.fixed_dictionaries({"kind": st.just("message"), "words": st.text()}), max_size=8
)


def write(path: Path, entries: list[dict[str, Any]]) -> None:
    async def run() -> None:
        journal = Journal(path)
        await asyncio.gather(*(journal.write(entry) for entry in entries))
        await journal.close()

    asyncio.run(run())


@given(ENTRIES)
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, entries: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / NAME
    write(path, [OPENING, *entries])
    assert read(path) == [OPENING, *entries]
    assert path.stat().st_mode & 0o077 == 0  # digests of secrets are nobody else's business


@given(ENTRIES.filter(len), st.data())
@settings(max_examples=30, deadline=None)
def test_a_file_that_was_cut_off_keeps_its_whole_lines(
    tmp_path_factory: pytest.TempPathFactory, entries: list[dict[str, Any]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("journal") / NAME
    write(path, [OPENING, *entries])
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    cut = data.draw(st.integers(first, len(whole)))
    path.write_bytes(whole[:cut])
    kept = read(path)
    assert kept == [OPENING, *entries][: whole[:cut].count(b"\n")]
    write(path, [{"kind": "start"}])
    assert read(path) == [*kept, {"kind": "start"}]


@pytest.mark.parametrize(
    "text", ["", "nonsense\n", '{"kind": "start"}\n', json.dumps(OPENING) + "\nbroken\n{}\n"]
)
def test_what_is_no_journal_is_told_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / NAME
    path.write_text(text)
    with pytest.raises(SummitryError, match="journal"):
        read(path)


def test_every_line_is_synced_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        sync(handle)
        synced.append(os.fstat(handle).st_size)

    async def run() -> None:
        journal = Journal(tmp_path / NAME)
        monkeypatch.setattr(os, "fsync", noted)
        for n in range(5):
            await journal.write({"kind": "n", "n": n})
            assert synced[-1] == (tmp_path / NAME).stat().st_size
        await asyncio.gather(*(journal.write({"kind": "m"}) for _ in range(50)))
        await journal.close()

    asyncio.run(run())
    assert len(synced) <= 5 + 3  # those that come together go together


def test_a_full_disk_is_told_to_everybody_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def run() -> list[Any]:
        journal = Journal(tmp_path / NAME)
        monkeypatch.setattr(os, "fsync", full)
        asked = [journal.write({"kind": "m"}) for _ in range(3)]
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [type(found) for found in asyncio.run(run())] == [OSError] * 3


def test_nothing_stands_behind_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that the disk took only half of is taken off again, and no later one is taken."""
    path = tmp_path / NAME
    write(path, [OPENING])
    real = os.write

    def half(handle: int, data: bytes) -> int:
        if b"lost" in data:
            real(handle, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    async def run() -> list[Any]:
        journal = Journal(path)
        monkeypatch.setattr(os, "write", half)
        lost = asyncio.ensure_future(journal.write({"kind": "m", "words": "lost"}))
        await asyncio.sleep(0)
        behind = [journal.write({"kind": "m", "words": f"{j}"}) for j in range(3)]
        found = await asyncio.gather(lost, *behind, return_exceptions=True)
        late = await asyncio.gather(journal.write({"kind": "late"}), return_exceptions=True)
        await journal.close()
        return [*found, *late]

    assert [type(found) for found in asyncio.run(run())] == [OSError] * 5
    assert read(path) == [OPENING]
