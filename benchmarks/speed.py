"""Measure the batch engine against Mesa's own ``batch_run`` of our Mesa model.

Run ``python benchmarks/speed.py`` on a machine that does nothing else. All ratios are taken within
one run of this script, from interleaved repeats; the medians are reported. ``--before PYTHON``, the
interpreter of an environment with an earlier release, measures that beside it. ``--out`` writes the
page of the documentation.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mesa
import numba
import numpy as np
from mesa.batchrunner import batch_run

import sim
from sim.batch.memory import play_runs
from sim.engine.mesa.agents import Mediator, MemberState
from sim.engine.mesa.model import SummitModel
from sim.engine.problem import Coefficients, Setup
from sim.rules import beliefs
from sim.rules.preferences import pledge
from sim.scenario.coefficients import coefficient_names

SEED = 1
MESA_RUNS = 40


class Plain(SummitModel):
    """Our model as ``batch_run`` wants it: with a collector, which collects nothing."""

    def __init__(self, setup: Setup, seed: int, replication: int) -> None:
        super().__init__(setup, seed=seed, replication=replication, collect=False)
        self.datacollector = mesa.DataCollector()


def per_run(play: Callable[[int], object], runs: int) -> tuple[float, float]:
    """Seconds of CPU and of wall time that one run takes."""
    cpu, wall = time.process_time(), time.perf_counter()
    play(runs)
    return (time.process_time() - cpu) / runs, (time.perf_counter() - wall) / runs


def with_mesa(setup: Setup) -> Callable[[int], object]:
    """Runs by ``batch_run``, one process, no data collected."""

    def play(runs: int) -> object:
        parameters = {"setup": [setup], "seed": [SEED], "replication": range(runs)}
        return batch_run(Plain, parameters, max_steps=10_000, display_progress=False)

    return play


def with_batch(setup: Setup, workers: int) -> Callable[[int], object]:
    """Runs by the batch engine."""
    return lambda runs: play_runs(setup, runs, seed=SEED, workers=workers)


def many_members(count: int) -> Setup:
    """The summit of The Hague with so many members, made by repeating the real ones."""
    hague = sim.load("hague_2025")
    played = hague.loaded.as_played()
    codes = [c for c in played["parties"] if c != "USA"]
    members = {"USA": played["parties"]["USA"]}
    for j in range(count - 1):
        members[f"{codes[j % len(codes)]}{j}"] = played["parties"][codes[j % len(codes)]]
    return sim.load({**played, "parties": members, "events": []}).setup


def many_rounds(days: int) -> Setup:
    """The summit of The Hague with a round every so many days, held by a mediator that never ends
    it, so that all rounds are played."""
    return (
        sim.load("hague_2025")
        .set({"mediator.kind": "hardliner", "calendar.days_per_round": days})
        .setup
    )


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def against_mesa(repeats: int) -> list[str]:
    """The batch engine against ``batch_run``, interleaved."""
    setup = sim.load("hague_2025").setup
    mesa_runs, one, two = with_mesa(setup), with_batch(setup, 1), with_batch(setup, 2)
    for play in (mesa_runs, one, two):
        play(4)
    ratios: list[tuple[float, float, float]] = []
    times: list[tuple[float, float, float, float]] = []
    for _ in range(repeats):
        mesa_cpu, mesa_wall = per_run(mesa_runs, MESA_RUNS)
        one_cpu, one_wall = per_run(one, 2_000)
        _, two_wall = per_run(two, 4_096)
        ratios.append((mesa_cpu / one_cpu, mesa_wall / two_wall, one_wall / two_wall))
        times.append((mesa_cpu, one_cpu, one_wall, two_wall))
    cpu, wall, threads = (statistics.median(column) for column in zip(*ratios, strict=True))
    mesa_cpu, one_cpu, _, two_wall = (statistics.median(c) for c in zip(*times, strict=True))
    return table(
        ["`hague_2025`", "median", "lowest", "highest"],
        [
            ["batch_run of Mesa, CPU per run", f"{mesa_cpu * 1e3:.1f} ms", "", ""],
            ["batch engine, CPU per run", f"{one_cpu * 1e6:.0f} us", "", ""],
            ["batch engine, 2 threads, wall per run", f"{two_wall * 1e6:.0f} us", "", ""],
            ["times faster per CPU second", *spread([r[0] for r in ratios], cpu)],
            ["times faster with 2 threads, wall", *spread([r[1] for r in ratios], wall)],
            ["2 threads against 1, wall", *spread([r[2] for r in ratios], threads, 2)],
        ],
    )


def spread(values: list[float], median: float, digits: int = 0) -> list[str]:
    """Median, lowest and highest as text."""
    return [f"{v:.{digits}f}" for v in (median, min(values), max(values))]


def usual(play: Callable[[int], object], runs: int) -> float:
    """Seconds of CPU that one run takes, the median of three."""
    return statistics.median(per_run(play, runs)[0] for _ in range(3))


def scaling() -> list[str]:
    """CPU per run by number of runs, members and rounds."""
    hague = sim.load("hague_2025").setup
    rows = []
    for runs in (1_000, 10_000, 100_000):
        cpu = usual(with_batch(hague, 1), runs)
        rows.append(["runs", f"{runs:,}", f"{cpu * 1e6:.0f} us", ""])
    for count in (8, 32, 128, 512, 1_000):
        play = with_batch(many_members(count), 1)
        play(1)
        cpu = usual(play, max(512, 64_000 // count))
        rows.append(["members", str(count), f"{cpu * 1e6:.0f} us", f"{cpu * 1e6 / count:.2f} us"])
    for days in (14, 7, 2, 1):
        setup = many_rounds(days)
        rounds = setup.problem.n_rounds
        cpu = usual(with_batch(setup, 1), 2_000)
        rows.append(["rounds", str(rounds), f"{cpu * 1e6:.0f} us", f"{cpu * 1e6 / rounds:.2f} us"])
    return table(["varied", "to", "CPU per run", "per member or round"], rows)


#: What a process does to be timed: runs of a scenario, as any release of the package plays them.
_TIMED = """
import sys, time, sim
changes, runs = eval(sys.argv[1]), int(sys.argv[2])
hague = sim.load("hague_2025").set(changes)
hague.runs(64, seed=1, workers=1).table
start = time.process_time()
hague.runs(runs, seed=1, workers=1).table
print((time.process_time() - start) / runs)
"""


def in_a_process(python: str, changes: dict[str, str], runs: int, own: bool) -> float:
    """Seconds of CPU of a run in a process of some interpreter; ``own``: with these sources."""
    environment = dict(os.environ)
    if not own:
        environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [python, "-P", "-c", _TIMED, repr(changes), str(runs)],
        env=environment,
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def against_before(python: str, repeats: int) -> list[str]:
    """This version against an earlier release, each repeat in processes one after the other."""
    version = subprocess.run(
        [python, "-P", "-c", "import importlib.metadata as m; print(m.version('summitry'))"],
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    drawn = {"coefficients": "plausible"}
    times: list[tuple[float, float, float]] = []
    for _ in range(repeats):
        times.append(
            (
                in_a_process(python, {}, 4_000, own=False),
                in_a_process(sys.executable, {}, 4_000, own=True),
                in_a_process(sys.executable, drawn, 1_000, own=True),
            )
        )
    before, now, drawing = (statistics.median(column) for column in zip(*times, strict=True))
    ratios = [[t[j] / t[0] for t in times] for j in (1, 2)]
    rows = [[f"release {version}", f"{before * 1e6:.0f} us", "1", "", ""]]
    for name, took, ratio in (
        ("this version", now, ratios[0]),
        ("this version, new coefficients in each run", drawing, ratios[1]),
    ):
        told = spread(ratio, statistics.median(ratio), 2)
        rows.append([name, f"{took * 1e6:.0f} us", *told])
    return table(
        ["`hague_2025`, tables included", "CPU per run", "times as long", "lowest", "highest"], rows
    )


class Counted(float):
    """A number that counts the operations of arithmetic and comparison done with it."""

    done = 0


def _counting(name: str) -> Callable[..., object]:
    plain = getattr(float, name)

    def counted(self: Counted, *others: float) -> object:
        Counted.done += 1
        value = plain(self, *others)
        return Counted(value) if isinstance(value, float) else value

    return counted


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "lt", "gt", "le",
              "ge"):  # fmt: skip
    setattr(Counted, f"__{_name}__", _counting(f"__{_name}__"))
Counted.__neg__ = _counting("__neg__")


def operations_per_score() -> int:
    """Operations that one member's part in the score of a draft takes, counted on the rules."""
    Counted.done = 0
    names = coefficient_names()
    k = Coefficients(*(Counted(0.3) for _ in names))
    features = [Counted(x) for x in (3.5, 1.5, 1.0, 10.0, 0.1, 0.9, 0.9)]
    member = [Counted(x) for x in (1.4, 1.0, 0.1, 1.0)]
    net = pledge.loss(*features, *member, k) - Counted(0.1)
    _ = Counted(0.5) * beliefs.odds(net, *(Counted(x) for x in (0.7, 4.0, 1.0, 1.0)))
    return Counted.done


def members_scored(setup: Setup, runs: int) -> float:
    """How many times a run asks what one member thinks of one draft."""
    asked = 0

    class Asking(Mediator):
        def part(self, view: MemberState, choice: list[int]) -> float:
            nonlocal asked
            asked += 1
            return super().part(view, choice)

    for r in range(runs):
        model = SummitModel(setup, seed=SEED, replication=r, collect=False)
        model.mediator.__class__ = Asking
        model.run_model()
        model.release()
    return asked / runs


@numba.njit(error_model="numpy")
def _polynomials(x: np.ndarray, repeats: int) -> None:
    for _ in range(repeats):
        for i in range(len(x)):
            y = x[i]
            for _ in range(16):
                y = y * 0.5 + 0.25
            x[i] = y


def peak() -> float:
    """Operations a second of one core on numbers that lie in its nearest cache, none of them fused,
    as the rules ask: the best of ten."""
    x, repeats = np.linspace(0.0, 1.0, 512), 20_000
    _polynomials(x, 1)
    best = 0.0
    for _ in range(10):
        start = time.process_time()
        _polynomials(x, repeats)
        best = max(best, 32.0 * len(x) * repeats / (time.process_time() - start))
    return best


def to_the_limit() -> list[str]:
    """How far the engine is from what the processor could do."""
    setup = sim.load("hague_2025").setup
    score, asked = operations_per_score(), members_scored(setup, MESA_RUNS)
    top = peak()
    cpu, _ = per_run(with_batch(setup, 1), 4_096)
    return [
        f"Distance to the limit: a run asks {asked:,.0f} times what a member thinks of a draft, "
        f"{score} operations each by the rules, {asked * score / 1e3:,.0f} thousand in all; the "
        f"peak measured here is {top / 1e9:.1f} thousand million operations a second and core. At "
        f"the peak these alone would take {asked * score / top * 1e6:.0f} us; the whole run takes "
        f"{cpu * 1e6:.0f} us, {cpu * top / (asked * score):.1f} times as long. (Random numbers, "
        "events, answers and objections are not counted; members that cannot make a draft better "
        "than the best so far are not asked.)",
        "",
    ]


def timed(cache: str, *command: str) -> tuple[float, float, float]:
    """Seconds of wall time and CPU, and the most memory in GiB, of one command as a user calls it,
    its compiled engine kept in ``cache``."""
    code = "from sim.cli import main; main()"
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *command],
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"summitry {' '.join(command)} failed")
    wall = time.perf_counter() - start
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


def commands(repeats: int) -> list[str]:
    """What a user waits for at the command line: the first call ever, a study, a large one."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for name, runs, times in (
            ("one run, the first ever: the engine is compiled", 1, 1),
            ("one run", 1, repeats),
            ("10,000 runs, figures included", 10_000, repeats),
            ("1,000,000 runs, figures included", 1_000_000, 1),
        ):
            measured = []
            for _ in range(times):
                with tempfile.TemporaryDirectory() as out:
                    study = ("run", "hague_2025", "-n", str(runs), "--out", f"{out}/study")
                    measured.append(timed(cache, *study))
            wall, cpu, memory = (statistics.median(c) for c in zip(*measured, strict=True))
            rows.append([name, f"{wall:.1f} s", f"{cpu:.1f} s", f"{memory:.2f} GiB"])
    return table(["`summitry run hague_2025`", "wall", "CPU", "most memory"], rows)


def same_results() -> list[str]:
    """Whether the engines agree on the runs that were timed."""
    hague = sim.load("hague_2025")
    same = (
        hague.runs(MESA_RUNS, seed=SEED).hash
        == hague.runs(MESA_RUNS, seed=SEED, engine="mesa").hash
    )
    return [f"Results of both engines on {MESA_RUNS} runs: {'equal' if same else 'NOT EQUAL'}.", ""]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--before", help="interpreter with an earlier release")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    waits = commands(3)  # first: what a process has in memory is counted for those it starts
    lines = [
        "# Speed",
        "",
        "Written by `python benchmarks/speed.py`. Times depend on the machine, ratios much less.",
        f"Here: {os.cpu_count()} processors, {platform.machine()}, Python "
        f"{platform.python_version()}, NumPy {np.__version__}, Mesa {mesa.__version__}; "
        f"load at the start {os.getloadavg()[0]:.1f}.",
        "",
        *same_results(),
        *against_mesa(args.repeats),
        *(against_before(args.before, args.repeats) if args.before else ()),
        *to_the_limit(),
        *scaling(),
        *waits,
    ]
    text = "\n".join(lines)
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
