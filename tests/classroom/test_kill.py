"""A server that is killed without warning comes back with every move that was acknowledged."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sim.classroom.journal import NAME, read
from sim.classroom.rooms import restore_state
from sim.cli import main

from .classes import Browser, open_class
from .processes import play


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX systems")
def test_kill_and_resume(tmp_path: Path) -> None:
    folder = tmp_path / "room"
    acknowledged = []
    with play("classroom_six", "--port", "0", "--out", folder) as server:
        teacher = server.teacher()
        student = Browser(server.address)
        student.post("/api/join", {"code": server.code, "name": "Ana", "seat": "ESP"})
        with teacher.watch("host") as host, student.watch("seat") as window:
            host.control("start")
            for n in range(3):
                window.say(type="answer", silence="breaks", term="core_pct_gdp", direction=-1)
                host.control("step")
                host.control("step")
                assert window.say(type="message", words=f"message {n}")["type"] == "ack"
                acknowledged.append(f"message {n}")
            answer = window.say(type="answer", silence="breaks", term="deadline_year", direction=1)
            assert answer["type"] == "ack"
            window.socket.send('{"type": "message", "words": "perhaps"}')
            server.kill()
    journal = folder / server.code / NAME
    state = restore_state(journal)
    before = state.game
    assert [m["words"] for m in state.messages if m["words"] != "perhaps"] == acknowledged
    assert len(before.rounds) == 3
    assert before.said["ESP"].term == "deadline_year"
    with journal.open("ab") as file:
        file.write(b'{"kind":"message","from":"ES')  # the line that was being written
    cookies = {"host": teacher.http.cookies, "seat": student.http.cookies}
    port = server.address.rsplit(":", 1)[1]
    with play("--resume", folder, "--port", port) as again:
        old_teacher, old_student = Browser(again.address), Browser(again.address)
        old_teacher.http.cookies, old_student.http.cookies = cookies["host"], cookies["seat"]
        assert old_student.get("/api/me").json()["seat"]["seat"] == "ESP"
        assert again.teacher().get("/api/me").json()["host"] == {"code": server.code}
        with old_teacher.watch("host") as host, old_student.watch("seat") as window:
            tick = window.until(lambda tick: True)
            assert tick["round"] == 4
            assert tick["you"]["answer"]["term"] == "deadline_year"
            assert tick["paused"]  # nothing runs away while the class comes back
            host.control("resume")
            host.control("step")
            tick = window.until(lambda tick: tick["phase"] != "answering")
            assert tick["stances"]["ESP"]["term"] == "deadline_year"
    assert [e["kind"] for e in read(journal)].count("close") == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "TAKEN"], "is taken"),
        (["--port", "0", "--out", "ROOM"], "holds a room already"),
        (["--port", "0", "--resume", "NOTHING"], "holds no room"),
        (["--port", "0", "--resume", "ROOM"], "is open in another process"),
        (["classroom_six", "--port", "0", "--resume", "ROOM"], "takes only"),
        (["--port", "0", "--rooms", "99"], "rooms must be"),
        (["no_such_scenario", "--port", "0"], "no shipped scenario"),
    ],
)
def test_what_cannot_be_opened_is_told_in_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_class(tmp_path / "room") as running:
        known = {
            "TAKEN": running.address.rsplit(":", 1)[1],
            "ROOM": str(tmp_path / "room"),
            "NOTHING": str(tmp_path / "nothing"),
        }
        monkeypatch.setattr(
            sys, "argv", ["summitry", "play", *(known.get(a, a) for a in arguments)]
        )
        with pytest.raises(SystemExit) as stopped:
            main()
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err
