"""Studies that are killed, stopped, damaged or out of space end as if nothing had happened."""

import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.batch import chunks, store
from sim.engine.compiled import build
from sim.errors import SummitryError
from sim.folders import UNFINISHED, Interrupted
from sim.results import play_ensemble
from tests.batch.flaws import CAUSE, flawed

pytestmark = pytest.mark.xdist_group("batch_engine")

TABLES = ("runs.parquet", "members.parquet", "failures.parquet")
# Agent by agent: slow enough to be struck in the middle.
RUN = ("run", "classroom_six", "-n", 1600, "--seed", 3, "--engine", "mesa")


def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
    code = "from sim.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def finish(*arguments: object) -> subprocess.CompletedProcess[str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def chunks_in(folder: Path) -> list[Path]:
    return sorted((folder / UNFINISHED).glob("*.chunk"))


def wait_for_chunks(process: subprocess.Popen[str], folder: Path, count: int = 1) -> None:
    end = time.monotonic() + 60
    while len(chunks_in(folder)) < count and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.01)


def nobody_left(process: subprocess.Popen[str]) -> None:
    """All processes that the command has started end; zombies wait for their new parent only."""
    end = time.monotonic() + 20
    while True:
        table = subprocess.check_output(["ps", "-eo", "pgid=,stat="], text=True)
        rows = [row.split() for row in table.splitlines()]
        if not any(int(group) == process.pid and stat[0] != "Z" for group, stat in rows):
            return
        assert time.monotonic() < end
        time.sleep(0.05)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


def figures(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (folder / "figures").iterdir()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The study, played without interruption by another engine."""
    folder = tmp_path_factory.mktemp("whole") / "six"
    play_ensemble(sim.load("classroom_six"), folder, runs=1600, seed=3)
    assert not (folder / UNFINISHED).exists()
    return folder


def same_as(whole: Path, folder: Path) -> None:
    a, b = (json.loads((f / "manifest.json").read_text()) for f in (whole, folder))
    assert a["result_hash"] == b["result_hash"]
    assert contents(whole) == contents(folder)
    assert figures(whole) == figures(folder)
    assert not (folder / UNFINISHED).exists()


def test_killed_at_random_moments(whole, tmp_path):
    """kill -9, several times in a row; what was done before is not played again."""
    moments = random.Random(1)
    kept = 0
    for _ in range(2):
        process = start(*RUN, "--out", tmp_path / "x", "--resume")
        wait_for_chunks(process, tmp_path / "x", kept + 1)
        time.sleep(moments.uniform(0.0, 0.15))
        process.kill()
        process.communicate()
        assert len(chunks_in(tmp_path / "x")) > kept
        kept = len(chunks_in(tmp_path / "x"))
    before = {p.name: p.stat().st_mtime_ns for p in chunks_in(tmp_path / "x")}
    refused = finish(*RUN, "--out", tmp_path / "x")
    assert refused.returncode == 2
    assert "--resume" in refused.stderr
    assert {p.name: p.stat().st_mtime_ns for p in chunks_in(tmp_path / "x")} == before
    done = finish(*RUN, "--out", tmp_path / "x", "--resume", "--engine", "batch")
    assert done.returncode == 0, done.stderr
    same_as(whole, tmp_path / "x")


@pytest.mark.parametrize("executor", ["threads", "processes"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_by_a_signal(whole, tmp_path, executor, number, code):
    """Ctrl-C keeps what is done, leaves nobody behind and says how to go on."""
    options = ("--executor", executor, "--workers", 2, "--out", tmp_path / "x")
    process = start(*RUN, *options)
    wait_for_chunks(process, tmp_path / "x", 2)
    if number == signal.SIGINT and executor == "processes":
        os.killpg(process.pid, number)  # as a terminal does it, workers included
    else:
        process.send_signal(number)
    _, err = process.communicate(timeout=300)
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert len(chunks_in(tmp_path / "x")) >= 2
    nobody_left(process)
    (line,) = (text for text in err.splitlines() if text.startswith("To go on: "))
    command, *arguments = shlex.split(line.removeprefix("To go on: "))
    assert command == "summitry"
    done = finish(*arguments)
    assert done.returncode == 0, done.stderr
    same_as(whole, tmp_path / "x")


def test_killed_with_its_workers_left_alone(tmp_path):
    """kill -9 of the command alone: its worker processes end by themselves."""
    process = start(*RUN, "--executor", "processes", "--workers", 2, "--out", tmp_path / "x")
    wait_for_chunks(process, tmp_path / "x")
    process.kill()
    process.communicate(timeout=300)
    nobody_left(process)


class _Stop(Exception):
    pass


def interrupted(folder: Path, scenario: sim.Scenario | None = None) -> None:
    """Leave a study of 1500 runs after its first chunk."""

    def stop(_runs: int) -> None:
        raise _Stop

    with pytest.raises(_Stop):
        play(folder, scenario, progress=stop)


def play(folder: Path, scenario: sim.Scenario | None = None, **changes):
    settings = {"runs": 1500, "seed": 3, "trace": False} | changes
    return play_ensemble(scenario or sim.load("classroom_six"), folder, **settings)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": 4}, r"another seed \(3, now 4\)"),
        ({"runs": 1600}, r"another number of runs \(1500, now 1600\)"),
        ({"trace": True}, "another --trace"),
        ({"scenario": sim.load("hague_2025")}, "another scenario"),
    ],
)
def test_another_study_is_not_mixed_in(tmp_path, changes, reason):
    interrupted(tmp_path / "x")
    before = [p.name for p in chunks_in(tmp_path / "x")]
    with pytest.raises(SummitryError, match=reason):
        play(tmp_path / "x", resume=True, **changes)
    assert [p.name for p in chunks_in(tmp_path / "x")] == before


def test_another_version_of_the_engine_is_not_mixed_in(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(build, "source_hash", lambda: "0123456789abcdef")
        interrupted(tmp_path / "x")
    with pytest.raises(SummitryError, match="another version of the engine"):
        play(tmp_path / "x", resume=True)


@pytest.mark.parametrize("place", [0, 7, 1000, -1])
def test_a_flipped_bit_is_found(tmp_path, place):
    expected = play(tmp_path / "whole")
    interrupted(tmp_path / "x")
    chunk = chunks_in(tmp_path / "x")[0]
    data = bytearray(chunk.read_bytes())
    data[place] ^= 4
    chunk.write_bytes(data)
    played = []
    again = play(tmp_path / "x", resume=True, progress=played.append)
    assert sum(played) == 1500
    assert again.hash == expected.hash
    assert contents(tmp_path / "x") == contents(tmp_path / "whole")


def test_half_a_chunk_is_no_chunk(tmp_path):
    interrupted(tmp_path / "x")
    chunk = chunks_in(tmp_path / "x")[0]
    chunk.write_bytes(chunk.read_bytes()[:100])
    (chunk.parent / f".{chunk.name}.part").write_bytes(b"half")
    assert play(tmp_path / "x", resume=True).hash == play(tmp_path / "y").hash
    assert not (tmp_path / "x" / UNFINISHED).exists()


def test_complete_results_are_not_played_again(tmp_path):
    first = play(tmp_path / "x")
    played = []
    assert play(tmp_path / "x", resume=True, progress=played.append).hash == first.hash
    assert played == []
    table = tmp_path / "x" / "runs.parquet"
    good = table.read_bytes()
    table.write_bytes(good[:-1])
    play(tmp_path / "x", resume=True, progress=played.append)
    assert sum(played) == 1500
    assert table.read_bytes() == good


def test_two_at_once_are_kept_apart(tmp_path):
    process = start(*RUN, "--out", tmp_path / "x")
    wait_for_chunks(process, tmp_path / "x")
    second = finish(*RUN, "--out", tmp_path / "x", "--resume")
    process.kill()
    process.communicate()
    assert second.returncode == 2
    assert "another process is at work" in second.stderr


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few hundred kB, where root allows to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk(whole, small_disk):
    """Told in words; with room made the study goes on to the same end."""
    full = finish(*RUN, "--out", small_disk / "x", "--engine", "batch")
    assert full.returncode == 2
    assert "the disk is full" in full.stderr
    assert str(small_disk / "x") in full.stderr
    assert "MB more" in full.stderr
    assert "Traceback" not in full.stderr
    assert "--resume" in full.stderr.splitlines()[-1]
    assert chunks_in(small_disk / "x")
    subprocess.run(["mount", "-o", "remount,size=50m", small_disk], check=True)
    done = finish(*RUN, "--out", small_disk / "x", "--engine", "batch", "--resume")
    assert done.returncode == 0, done.stderr
    same_as(whole, small_disk / "x")


def test_the_disk_is_full_at_the_last_file(tmp_path, monkeypatch):
    """Whatever file meets the end of the disk, the study can be resumed."""
    from sim.plots import figures as drawing

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "write_figures", full)
        with pytest.raises(Interrupted, match="the disk is full"):
            play(tmp_path / "x")
    assert not (tmp_path / "x" / "manifest.json").exists()
    played = []
    play(tmp_path / "x", resume=True, progress=played.append)
    assert played == [1500]  # found, not played
    assert (tmp_path / "x" / "manifest.json").exists()


def test_failed_runs_are_data_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "play_block", flawed(lambda _, r: r == 700))
    many = play(tmp_path / "x")
    failures = pd.read_parquet(tmp_path / "x" / "failures.parquet")
    assert failures.to_dict("records") == [{"replication": 700, "stage": "play", "cause": CAUSE}]
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["failures"] == 1
    assert len(many.table) == 1499
    assert many.summary().runs == 1499


def test_stored_and_held_results_are_the_same(tmp_path, six):
    held = six.runs(1500, seed=3, trace=True)
    stored = play(tmp_path / "x", trace=True)
    assert stored.hash == held.hash
    for name in ("table", "members", "rounds"):
        pd.testing.assert_frame_equal(getattr(stored, name), getattr(held, name))
    assert stored.summary() == held.summary()
    held.save(tmp_path / "y")
    for name in (*TABLES, "rounds.parquet"):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()
    assert figures(tmp_path / "x") == figures(tmp_path / "y")


def test_files_do_not_depend_on_chunks_and_workers(tmp_path, monkeypatch, six):
    expected = play(tmp_path / "a").hash
    for number, size in enumerate((70, 333, 1500)):
        monkeypatch.setattr(chunks, "_MOST", size)
        assert play(tmp_path / str(number)).hash == expected
        assert contents(tmp_path / str(number)) == contents(tmp_path / "a")


@pytest.mark.parametrize("library", ["pyarrow", "polars", "duckdb"])
def test_tables_open_elsewhere(whole, library):
    reader = pytest.importorskip(library)
    path = whole / "runs.parquet"
    expected = pd.read_parquet(path)["outcome"].value_counts().to_dict()
    if library == "pyarrow":
        import pyarrow.parquet as pq

        values = pq.read_table(path).column("outcome").to_pylist()
    elif library == "polars":
        values = reader.read_parquet(path)["outcome"].to_list()
    else:
        values = [row[0] for row in reader.sql(f"select outcome from '{path}'").fetchall()]
    assert {v: values.count(v) for v in set(values)} == {k: n for k, n in expected.items() if n}


def test_chunks_of_another_study_are_never_taken(tmp_path, monkeypatch):
    """Not even where the note of whose they are is gone, as after a kill while all is cleared."""
    monkeypatch.setattr(chunks, "_MOST", 100)
    interrupted(tmp_path / "x", sim.load("classroom_six").set("demander.leverage", 0.2))
    assert chunks_in(tmp_path / "x")
    (tmp_path / "x" / UNFINISHED / "study.json").unlink()
    assert play(tmp_path / "x", resume=True).hash == play(tmp_path / "whole").hash
    assert contents(tmp_path / "x") == contents(tmp_path / "whole")


def test_a_chunk_at_another_place_is_played_again(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "_MOST", 100)
    interrupted(tmp_path / "x")
    for path in chunks_in(tmp_path / "x"):
        point, first, runs, digest = path.name.split("-")
        moved = (int(first) + 500) % 1500
        path.rename(path.with_name(f"{point}-{moved:010}-{runs}-{digest}"))
    assert play(tmp_path / "x", resume=True).hash == play(tmp_path / "whole").hash


@pytest.mark.parametrize("change", ['"chunk": 10', "[]", "{", '"runs": 9'])
def test_a_damaged_note_of_the_study_is_told(tmp_path, monkeypatch, change):
    monkeypatch.setattr(chunks, "_MOST", 100)
    interrupted(tmp_path / "x")
    note = tmp_path / "x" / UNFINISHED / "study.json"
    text = note.read_text()
    key = change.partition(":")[0]
    note.write_text(re.sub(rf"{key}: \d+", change, text) if ":" in change else change)
    assert note.read_text() != text
    with pytest.raises(SummitryError, match="damaged"):
        play(tmp_path / "x", resume=True)


def test_killed_while_it_is_cleared_the_results_stay_those_of_the_study(tmp_path, monkeypatch):
    """With another seed they are refused, with the same one they are there again."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.Disk, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            play(tmp_path / "x")
    (tmp_path / "x" / UNFINISHED / "study.json").unlink()
    with pytest.raises(SummitryError, match="another seed"):
        play(tmp_path / "x", seed=4, resume=True)
    assert play(tmp_path / "x", resume=True).hash == play(tmp_path / "whole").hash


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("study", v) for v in (None, [], "abc")),
        *(("files", v) for v in (None, [], {"runs.parquet": 1})),
        *(("name", v) for v in (None, 1)),
        *((key, v) for key in ("seed", "runs") for v in (None, "abc", -1, 10**30)),
    ],
)
def test_a_manifest_that_was_edited_is_told(tmp_path, key, value):
    play(tmp_path / "x")
    path = tmp_path / "x" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, key: value}))
    again = finish("rerun", tmp_path / "x", "--out", tmp_path / "y")
    assert again.returncode == 2
    assert "Traceback" not in again.stderr
