"""Kill a study at random moments until it is done, and compare its end with the whole study.

``python benchmarks/kills.py`` starts ``summitry run --resume``, kills it with signal 9 at a random
moment, and goes on with the next. Whenever a study gets done the results are compared with those of
a run without interruption and another study begins. It ends with 1 at the first difference.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS, SEED = 40_000, 3
COMMAND = ("run", "classroom_six", "-n", str(RUNS), "--seed", str(SEED))
TABLES = ("runs.parquet", "members.parquet", "failures.parquet")


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Begin or go on with the study."""
    code = "from sim.cli import main; main()"
    arguments = [sys.executable, "-c", code, *COMMAND, "--out", str(folder), "--resume"]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def contents(folder: Path) -> tuple[str, list[bytes]]:
    """The hash of the results, and the bytes of the tables."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return manifest["result_hash"], [(folder / name).read_bytes() for name in TABLES]


def main(kills: int) -> int:
    """Kill so many times."""
    moments = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        began = time.monotonic()
        process = start(Path(place) / "whole")
        process.communicate()
        length = time.monotonic() - began
        expected = contents(Path(place) / "whole")
        struck, complete, study = 0, 0, 0
        while struck < kills:
            folder = Path(place) / f"study{study}"
            process = start(folder)
            try:
                _, error = process.communicate(timeout=moments.uniform(0.0, length))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                struck += 1
                continue
            if process.returncode:
                print(f"after {struck} kills: {error.decode()}")
                return 1
            if contents(folder) != expected:
                print(f"after {struck} kills: study {study} ended with other results")
                return 1
            complete, study = complete + 1, study + 1
    print(f"{struck} kills, {complete} studies done in between, all with the same results")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=200, help="how many (200)")
    sys.exit(main(parser.parse_args().kills))
