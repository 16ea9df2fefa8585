"""A room in a real network: two hosts with a cable between them and no way out, as in a classroom
without internet. The hosts are network namespaces of Linux, which only root can make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .processes import play

TEACHER, STUDENT = "10.77.0.1", "10.77.0.2"
ROOT = Path(__file__).parents[2]
JOIN = """
import sys
import httpx
from tests.classroom.classes import Browser
address, code = sys.argv[1:]
browser = Browser(address)
try:
    answer = browser.post("/api/join", {"code": code, "name": "Ada", "seat": "ESP"})
except httpx.TransportError as error:
    sys.exit(f"no connection: {error}")
print(answer.status_code)
with browser.watch("seat") as window:
    print(window.until(lambda tick: True)["type"])
"""


def ip(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@pytest.fixture(name="hosts")
def two_hosts() -> Iterator[tuple[str, str]]:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("hosts of a test network need Linux, root and the command ip")
    teacher, student = (f"summitry-{role}-{os.getpid()}" for role in ("t", "s"))
    cable = f"st{os.getpid() % 10**6}", f"ss{os.getpid() % 10**6}"
    try:
        try:
            ip("netns", "add", teacher)
            ip("netns", "add", student)
            ip("link", "add", cable[0], "type", "veth", "peer", "name", cable[1])
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
        for host, end, address in zip((teacher, student), cable, (TEACHER, STUDENT), strict=True):
            ip("link", "set", end, "netns", host)
            ip("-n", host, "addr", "add", f"{address}/24", "dev", end)
            ip("-n", host, "link", "set", "lo", "up")
            ip("-n", host, "link", "set", end, "up")
        yield teacher, student
    finally:
        for host in (teacher, student):
            subprocess.run(["ip", "netns", "del", host], check=False, capture_output=True)


def joins(hosts: tuple[str, str], folder: Path, *options: str) -> tuple[str, str, str]:
    """What the teacher's terminal says, and what a student on the other host gets and is told."""
    teacher, student = (["ip", "netns", "exec", host] for host in hosts)
    with play("classroom_six", "--port", "8765", "--out", folder, *options, on=teacher) as room:
        tried = subprocess.run(
            [*student, sys.executable, "-c", JOIN, f"http://{TEACHER}:8765", room.code],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
        )
        return room.said, tried.stdout, tried.stderr


def test_a_student_on_another_computer_joins(hosts: tuple[str, str], tmp_path: Path) -> None:
    said, got, told = joins(hosts, tmp_path / "room", "--lan")
    assert f"Students:  http://{TEACHER}:8765" in said
    assert got.split() == ["200", "tick"], told


def test_only_this_computer_joins_without_lan(hosts: tuple[str, str], tmp_path: Path) -> None:
    said, got, told = joins(hosts, tmp_path / "room")
    assert "Only this computer can join" in said
    assert got == ""
    assert "no connection" in told
