"""How often the intervals of sensitivity analysis hold the truth, and how long studies take.

``python -m benchmarks.sensitivity coverage [repetitions]`` repeats the analysis of two functions
with known indices, with noise added to every run, and counts, also for the intervals of SALib (400
repetitions: an hour of one core). ``python -m benchmarks.sensitivity speed`` measures the two
studies of docs/sensitivity.md, and ``figures`` draws its figures and prints what it quotes.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np

import sim
from sim.analysis.sensitivity import METHODS
from sim.analysis.sensitivity.design import Method
from sim.analysis.sensitivity.sobol import Sobol
from tests.analysis.functions import FUNCTIONS, noise_sd, noisy

#: Share of the variance of a run that is noise, samples, and runs of each point.
CASES = ((0.5, 256, 8), (0.8, 512, 4), (0.9, 1024, 2))
THREE = ("threat_perception", "fiscal_room", "us_pressure_sensitivity")


def coverage(
    method: Method, name: str, case: tuple[float, int, int], repetitions: int
) -> dict[str, np.ndarray]:
    """Share of repetitions in which the 95% interval holds the truth, by measure and input.

    Parameters
    ----------
    method
        What is tried.
    name
        Function, of :data:`tests.analysis.functions.FUNCTIONS`.
    case
        One of :data:`CASES`.
    repetitions
        How often all is repeated.
    """
    f, inputs, truth = FUNCTIONS[name]
    share, samples, runs = case
    if method.name in ("morris", "pawn"):
        truth = reference(method, name, share)
    held: dict[str, list[np.ndarray]] = {}
    for repetition in range(repetitions):
        rng = np.random.default_rng([7, repetition])
        design = method.design(np.arange(inputs), samples, rng, np.eye(inputs))
        found = method.analyse(design, noisy(f, design.u, noise_sd(name, share), runs, rng), rng)
        for measure, e in {**found.measures, **found.split}.items():
            if measure in truth:
                inside = (e.low <= truth[measure]) & (truth[measure] <= e.high)
                held.setdefault(measure, []).append(inside)
    return {measure: np.mean(inside, axis=0) for measure, inside in held.items()}


def reference(method: Method, name: str, share: float) -> dict[str, np.ndarray]:
    """What a very large study finds, for measures whose truth has no formula."""
    f, inputs, _ = FUNCTIONS[name]
    rng = np.random.default_rng(1)
    screening = method.name == "morris"
    design = method.design(np.arange(inputs), 20_000 if screening else 2**15, rng, np.eye(inputs))
    # Effects are those on the expectation; distances are between distributions with the noise.
    sd = 0.0 if screening else noise_sd(name, share)
    found = method.analyse(design, noisy(f, design.u, sd, 2, rng), rng)
    return {measure: found.measures[measure].value for measure in method.judged}


def coverage_of_salib(
    name: str, case: tuple[float, int, int], repetitions: int
) -> dict[str, np.ndarray]:
    """The same for SALib's Sobol analysis of the means of the runs of each point."""
    from SALib.analyze import sobol

    f, inputs, truth = FUNCTIONS[name]
    share, samples, runs = case
    problem = {
        "num_vars": inputs,
        "names": [f"x{j}" for j in range(inputs)],
        "bounds": [[0.0, 1.0]] * inputs,
    }
    held: dict[str, list[np.ndarray]] = {"first": [], "total": []}
    for repetition in range(repetitions):
        rng = np.random.default_rng([7, repetition])
        design = Sobol().design(np.arange(inputs), samples, rng, np.eye(inputs))
        y = noisy(f, design.u, noise_sd(name, share), runs, rng).mean(axis=(2, 3)).ravel()
        with contextlib.redirect_stdout(None):
            found = sobol.analyze(problem, y, calc_second_order=False, seed=repetition)
        for measure, key in (("first", "S1"), ("total", "ST")):
            apart = np.abs(found[key] - truth[measure])
            held[measure].append(apart <= found[f"{key}_conf"])
    return {measure: np.mean(inside, axis=0) for measure, inside in held.items()}


def tell_coverage(repetitions: int) -> None:
    """Print the coverage of every index."""
    print("| by | function | noise | samples x runs | measure | coverage of each input (%) |")
    print("|---|---|---|---|---|---|")
    for who in (*METHODS, "SALib, sobol"):
        if who == "tornado":
            continue  # means of paired differences: nothing to be found out
        for name in FUNCTIONS:
            for case in CASES:
                if who == "SALib, sobol":
                    found = coverage_of_salib(name, case, repetitions)
                else:
                    sizes = (case[0], case[1] // 8, case[2]) if who == "morris" else case
                    found = coverage(METHODS[who], name, sizes, repetitions)
                for measure, held in found.items():
                    shown = ", ".join(f"{100 * h:.1f}" for h in np.atleast_1d(held))
                    size = f"{case[1] // 8 if who == 'morris' else case[1]} x {case[2]}"
                    what = f"{who} | {name} | {case[0]:.0%} | {size}"
                    print(f"| {what} | {measure} | {shown} |", flush=True)


def twelve_groups() -> dict[str, list[str]]:
    """Eight regions in three attributes, leverage, and three groups of coefficients."""
    members = {
        "southern": ("ESP", "PRT", "TUR"),
        "visegrad": ("CZE", "HUN", "SVK"),
        "balkans": ("ALB", "BGR", "GRC", "HRV", "MKD", "MNE", "ROU", "SVN"),
    }
    whole = ("baltics", "nordics", "big_five", "benelux", "north_america")
    groups = {r: [f"each:parties.{r}.{a}" for a in THREE] for r in whole}
    groups |= {r: [f"parties.{m}.{a}" for m in who for a in THREE] for r, who in members.items()}
    coefficients = {
        "refusing": ("base", "threat", "pressure", "domestic", "luck"),
        "pledge": ("bind", "burden", "pace", "pace_slope", "broader", "soft"),
        "demander": ("impatience",),
    }
    groups["leverage"] = ["demander.leverage"]
    for part, names in coefficients.items():
        groups[part] = [f"coefficients.{part}.{name}" for name in names]
    return groups


def tell_speed() -> None:
    """Print seconds of wall clock and of processors for the two studies."""
    hague = sim.load("hague_2025")
    hague.runs(100, seed=1)  # compiles
    each = [f"each:parties.all.{a}" for a in THREE]
    for what, study in (
        ("Morris, 96 inputs", lambda: sim.sensitivity(hague, "morris", each, seed=0)),
        (
            "Sobol, 12 groups",
            lambda: sim.sensitivity(hague, "sobol", None, twelve_groups(), seed=0),
        ),
    ):
        wall, cpu = time.perf_counter(), time.process_time()
        found = study()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{what}: {found.points:,} points of {found.runs} runs, {wall:.1f} s of wall clock, "
              f"{cpu:.1f} s of processors, load {os.getloadavg()[0]:.1f}")  # fmt: skip


def draw() -> None:
    """Play the studies of docs/sensitivity.md, print them and draw its figures."""
    from sim.plots.style import STYLE, off_screen

    folder = Path(__file__).parents[1] / "docs" / "figures"
    hague = sim.load("hague_2025")
    outputs = ["deal", "core_pct_gdp", "deadline_year", "n_side_letters", "side_letter.ESP"]
    each = [f"each:parties.all.{a}" for a in THREE]
    screened = sim.sensitivity(hague, "morris", each, outputs=outputs, seed=0)
    shares = sim.sensitivity(hague, "sobol", None, twelve_groups(), outputs, seed=0)
    fair = sim.sensitivity(hague, "shapley", None, "attribute", outputs, samples=4096, seed=0)
    figures = {
        "screening": lambda: screened.plot.ranking("side_letter.ESP"),
        "overview": shares.plot.overview,
        "split": shares.plot.split,
        "shapley": fair.plot.overview,
    }
    with off_screen(), mpl.rc_context(STYLE):
        for name, figure in figures.items():
            path = folder / f"sensitivity_{name}.png"
            figure().figure.savefig(path, dpi=80, metadata={"Software": None})
    for study in (screened, shares, fair):
        print(study, end="\n\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["speed"]:
        tell_speed()
    elif sys.argv[1:2] == ["figures"]:
        draw()
    else:
        tell_coverage(int(sys.argv[2]) if len(sys.argv) > 2 else 400)
