"""Rooms in processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .classes import Browser


class Server:
    """``summitry play`` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], said: str) -> None:
        found = re.search(r"(http://[\d.]+:\d+)/host#(\S+)", said)
        assert found, said
        self.process, self.said = process, said
        self.address, self.secret = found[1], found[2]
        self.code = re.findall(r"code (\S+)", said)[0]

    def teacher(self) -> Browser:
        browser = Browser(self.address)
        answer = browser.post("/api/host", {"secret": self.secret})
        assert answer.status_code == 200
        return browser

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def play(*arguments: str | Path, on: Sequence[str] = ()) -> Iterator[Server]:
    """``summitry play`` with these arguments; ``on`` comes before the command."""
    command = [*on, sys.executable, "-c", "from sim.cli import main; main()", "play", *arguments]
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        said = ""
        assert process.stdout is not None
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        yield Server(process, said)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
