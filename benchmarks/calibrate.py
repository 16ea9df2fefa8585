"""Fit the coefficients to real summits, test the fitting, and write what the package ships.

Run with ``python benchmarks/calibrate.py``: writes the files of fitted coefficients in
``sim/scenario/data/coefficients``, the figures, and the generated part of ``docs/calibration.md``.
Takes about seven minutes of processor time; ``--draws 20000`` is a quick try (with ``--out``).
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np

import sim
from sim.analysis.backtest import Backtest
from sim.analysis.backtest import backtest as plain_backtest
from sim.analysis.backtest_facts import RECORDS
from sim.calibration import checks, files
from sim.calibration.fitting import Posterior, adjusted, posterior
from sim.calibration.reference import Reference, player, simulate
from sim.calibration.validation import independent
from sim.engine.compiled.build import source_hash
from sim.plots import calibration as plots
from sim.plots import style
from sim.scenario.coefficients import Coefficients
from sim.scenario.generated import refreshed

WALES, VILNIUS, HAGUE = RECORDS
SEED = 2014
BEGIN = "<!-- results: begin (python benchmarks/calibrate.py) -->"
END = "<!-- results: end -->"
SHIPPED = Path("sim/scenario/data/coefficients")
FITS = {
    "calibrated_2025": (WALES, VILNIUS),
    "without_wales_2014": (VILNIUS, HAGUE),
    "without_vilnius_2023": (WALES, HAGUE),
    "all_three": (WALES, VILNIUS, HAGUE),
}
# Checks use fewer draws, and accept the same share of them.
CHECKED, CHECKS, KEEP = 50_000, 1000, 100
# Recovery from many summits of each kind: draws, simulations of each, fits, draws kept.
RICH, MANY, RICH_CHECKS, RICH_KEEP = 5_000, 20, 250, 50


def defaults(names: Sequence[str]) -> np.ndarray:
    """Default values of coefficients."""
    flat = Coefficients().flat()
    return np.array([flat[name.replace(".", "_", 1)] for name in names], dtype=float)


def part(table: Reference, n: int) -> Reference:
    """The first rows of a table."""
    return replace(
        table,
        drawn=table.drawn[:n],
        simulated={name: rows[:n] for name, rows in table.simulated.items()},
    )


def provenance(name: str, draws: int, fitted: Posterior) -> dict[str, object]:
    """What made a file; nothing that differs between two makings of the same."""
    left_out = [s for s in RECORDS if s not in fitted.summits]
    return {
        "fitted_to": list(fitted.summits),
        "left_out": left_out,
        "method": "rejection ABC, nearest simulated summits; docs/calibration.md",
        "prior": "independent, over the plausible ranges of sim/scenario/coefficients.py",
        "draws": draws,
        "kept": len(fitted.draws),
        "distance_limit": float(f"{fitted.limit:.6g}"),
        "seed": SEED,
        "rules": source_hash(),
        "version": sim.__version__,
        "command": "python benchmarks/calibrate.py",
    }


def fit_table(table: Reference) -> list[str]:
    """How near the model comes to what happened, by fit."""
    lines = [
        "| fitted to | kept within | simulated summits come within (median; 95%) | p |",
        "|---|---|---|---|",
    ]
    for summits in FITS.values():
        fitted = posterior(table, summits)
        found = checks.fit(table, fitted, 200, seed=SEED)
        middle, high = np.quantile(found.usual, [0.5, 0.95])
        lines.append(
            f"| {', '.join(fitted.summits)} | {found.distance:.2f} | {middle:.2f}; {high:.2f} | "
            f"{found.p_value:.3f} |"
        )
    return lines


def closeness(table: Reference, fitted: Posterior) -> list[str]:
    """Where the kept simulations differ from what happened, and the prior before them."""
    lines = [
        "| summit | what | happened | kept draws | all draws |",
        "|---|---|---|---|---|",
    ]
    for summit in fitted.summits:
        rows, real = table.simulated[summit], table.real[summit]
        kept, before = rows[fitted.rows].mean(axis=0), rows.mean(axis=0)
        for j, feature in enumerate(table.features[summit]):
            if abs(kept[j] - real[j]) > 0.1 or abs(before[j] - real[j]) > 0.1:
                lines.append(
                    f"| {summit} | {feature.name} | {real[j]:.2f} | {kept[j]:.2f} | "
                    f"{before[j]:.2f} |"
                )
    return lines


def coefficient_table(table: Reference, fits: dict[str, Posterior]) -> list[str]:
    """Prior, default and posteriors of each coefficient, the most informed first."""
    main, every = fits["calibrated_2025"], fits["all_three"]
    p, usual = table.prior, defaults(table.prior.names)
    moved = adjusted(table, main)
    lines = [
        "| coefficient | range | default | Wales and Vilnius: median, 90% | contraction | "
        "all three: median, 90% | contraction | mean, adjusted mean (in the range, 0 to 1) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    a, b = main.quantiles([0.05, 0.5, 0.95]), every.quantiles([0.05, 0.5, 0.95])
    for j in np.argsort(-np.maximum(main.contraction, every.contraction)):
        means = [p.scaled(d)[:, j].mean() for d in (main.draws, moved)]
        lines.append(
            f"| `{p.names[j]}` | {p.low[j]:g} to {p.high[j]:g} | {usual[j]:g} | "
            f"{a[1, j]:.3g}, {a[0, j]:.3g} to {a[2, j]:.3g} | {main.contraction[j]:+.2f} | "
            f"{b[1, j]:.3g}, {b[0, j]:.3g} to {b[2, j]:.3g} | {every.contraction[j]:+.2f} | "
            f"{means[0]:.2f}, {means[1]:.2f} |"
        )
    return lines


def check_table(found: dict[str, checks.Calibration]) -> list[str]:
    """Simulation-based calibration in a table."""
    lines = [
        "| posteriors | spread of ranks, mean (least to most) | largest z of spread | "
        "spread beyond critical | smallest p of flat ranks | place beyond critical (mean rank) | "
        "80% intervals cover |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, c in found.items():
        beyond = int((np.abs(c.z_spread) > c.critical).sum())
        aside = [
            f"`{c.prior.names[j]}` ({c.ranks[:, j].mean():.3f})"
            for j in np.flatnonzero(np.abs(c.z_place) > c.critical)
        ]
        lines.append(
            f"| {name} | {c.spread.mean():.3f} ({c.spread.min():.2f} to {c.spread.max():.2f}) | "
            f"{c.z_spread.max():.1f} | {beyond} of {len(c.spread)} | {c.flat().min():.2g} | "
            f"{', '.join(aside) or 'none'} | {c.covered.mean():.3f} "
            f"({c.covered.min():.2f} to {c.covered.max():.2f}) |"
        )
    return lines


def recovery_table(one: checks.Calibration, many: checks.Calibration) -> list[str]:
    """How well coefficients are found again, from one summit of each kind and from many."""
    lines = [
        f"| coefficient | from 3 summits | from {3 * MANY} | 80% intervals cover |",
        "|---|---|---|---|",
    ]
    for j in np.argsort(-many.recovery):
        lines.append(
            f"| `{one.prior.names[j]}` | {one.recovery[j]:.2f} | {many.recovery[j]:.2f} | "
            f"{many.covered[j]:.2f} |"
        )
    return lines


def left_out(runs: int, folder: Path) -> Backtest:
    """The Hague predicted by what was fitted without it: draws, and independent distributions."""
    fitted = files.read(folder / "calibrated_2025.json")
    draws = player(sim.load(HAGUE), fitted.paths, fitted.draws)
    also = {"draws": {HAGUE: draws}, "independent": {HAGUE: independent(fitted, HAGUE)}}
    return plain_backtest(runs, SEED, summits=[HAGUE], also=also)


def independence_table(scored: Backtest) -> list[str]:
    """What is lost where the draws are replaced by independent distributions."""
    rows = scored.table
    lines = [
        "| The Hague, left out | score | draws | independent distributions |",
        "|---|---|---|---|",
    ]
    by = {f: rows[rows["forecast"] == f].set_index(["quantity", "score"]) for f in
          ("draws", "independent")}  # fmt: skip
    for key in by["draws"].index:
        cells = [f"{t.loc[key, 'value']:.3f} ({t.loc[key, 'mc_se']:.3f})" for t in by.values()]
        lines.append(f"| {key[0]} | {key[1]} | {cells[0]} | {cells[1]} |")
    return lines


def draw_figures(
    folder: Path,
    table: Reference,
    fits: dict[str, Posterior],
    found: dict[str, checks.Calibration],
) -> None:
    """The figures of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    with style.off_screen(), mpl.rc_context(style.STYLE):
        shown = {"Wales and Vilnius": fits["calibrated_2025"], "all three": fits["all_three"]}
        figure = plots.coefficients(shown, defaults(table.prior.names)).figure
        figure.savefig(folder / "calibration_coefficients.png", dpi=110)
        right, narrow = found["as they are"], found["20% too narrow"]
        plots.ranks(right, narrow).figure.savefig(folder / "calibration_checks.png", dpi=110)


def main() -> None:
    """Run everything and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=50_000)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    args = parser.parse_args()
    clock, cpu = time.perf_counter(), time.process_time()
    table = simulate(args.draws, SEED)
    fits = {name: posterior(table, summits) for name, summits in FITS.items()}
    args.out.mkdir(parents=True, exist_ok=True)
    for name, fitted in fits.items():
        text = files.written(name, fitted, provenance(name, args.draws, fitted))
        (args.out / f"{name}.json").write_text(text, encoding="utf-8")
    made = time.process_time() - cpu
    few = part(table, CHECKED)
    found = {
        "as they are": checks.calibration(few, list(RECORDS), CHECKS, keep=KEEP),
        "20% too narrow": checks.calibration(few, list(RECORDS), CHECKS, keep=KEEP, width=0.8),
        "Wales and Vilnius, as they are": checks.calibration(
            few, FITS["calibrated_2025"], CHECKS, keep=KEEP
        ),
    }
    rich = simulate(RICH, SEED + 10, replicates=MANY)
    many = checks.calibration(rich, list(RECORDS), RICH_CHECKS, keep=RICH_KEEP)
    draw_figures(args.docs / "figures", table, fits, found)
    predicted = left_out(10_000, args.out)
    seconds, total = time.perf_counter() - clock, time.process_time() - cpu
    parts = [
        f"{args.draws:,} draws from the prior, {len(fits['all_three'].draws)} kept (seed {SEED}); "
        f"checks with {CHECKED:,} draws, {KEEP} kept, {CHECKS:,} fits. Made in {seconds / 60:.0f} "
        f"minutes ({total / 60:.0f} of processor time, {made / 60:.0f} of it for the files that "
        f"ship) on {platform.machine()}, Python {platform.python_version()}.",
        "### How near the model comes",
        "\n".join(fit_table(few)),
        "Features (0 to 1) in which the draws kept for Wales and Vilnius, or all draws, are more "
        "than 0.1 away from what happened:",
        "\n".join(closeness(table, fits["calibrated_2025"])),
        "The same for all three:",
        "\n".join(closeness(table, fits["all_three"])),
        "### What was learnt",
        "\n".join(coefficient_table(table, fits)),
        "### Simulation-based calibration",
        f"Critical z: {found['as they are'].critical:.2f} (5% for all coefficients together).",
        "\n".join(check_table(found)),
        "### Recovery",
        "\n".join(recovery_table(found["as they are"], many)),
        "### Draws or independent distributions",
        "\n".join(independence_table(predicted)),
    ]
    page = args.docs / "calibration.md"
    if page.exists():
        text = refreshed(page.read_text(encoding="utf-8"), BEGIN, END, "\n\n".join(parts))
        page.write_text(text, encoding="utf-8")
    print("\n\n".join(parts))


if __name__ == "__main__":
    main()
