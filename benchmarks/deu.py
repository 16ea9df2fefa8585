"""Score every model on issues of the European Union and put the result into ``docs/deu.md``.

Run ``python benchmarks/deu.py FILE --procedure FILE`` with files in the format of DEU II (half a
minute for 150 issues). The data are not part of this repository; ``docs/deu.md`` says where they
are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from sim.deu.study import RUNS, DeuScores, score
from sim.plots.deu import deu as draw
from sim.scenario.generated import refreshed

DOCS = Path(__file__).parents[1] / "docs"
BEGIN = "<!-- scores: begin (python benchmarks/deu.py FILE --procedure FILE) -->"
END = "<!-- scores: end -->"


def with_interval(row: pd.Series, measure: str, factor: float = 1.0, digits: int = 1) -> str:
    """A measure with its 95% interval."""
    if pd.isna(row.get(measure)):
        return ""
    middle, low, high = (factor * row[f"{measure}{end}"] for end in ("", "_low", "_high"))
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def report(scores: DeuScores) -> str:
    """The scores as tables of a document."""
    table = scores.table()
    lines = [
        f"{len(scores.issues)} issues of {len({i.proposal for i in scores.issues})} proposals, "
        f"{scores.left_out} left out; {scores.runs} runs an issue, seed {scores.seed}. In brackets "
        "95% intervals.",
        "",
        "| model | issues | mean absolute error | median | within 5 (%) | CRPS | "
        "error less compromise |",
        "|---|---|---|---|---|---|---|",
    ]
    for _, row in table.iterrows():
        lines.append(
            f"| {row['model']} | {row['issues']} | {with_interval(row, 'mean_absolute_error')} | "
            f"{with_interval(row, 'median_absolute_error')} | "
            f"{with_interval(row, 'within_5', 100, 0)} | {with_interval(row, 'crps', 1, 2)} | "
            f"{with_interval(row, 'worse_by')} |"
        )
    lines += [
        "",
        "| distribution | 50% interval covers (%) | 80% | 90% | 80% interval promises (%) | "
        "its width | CRPS less dressed compromise |",
        "|---|---|---|---|---|---|---|",
    ]
    for _, row in table[table["coverage_80"].notna()].iterrows():
        covers = " | ".join(with_interval(row, f"coverage_{k}", 100, 0) for k in (50, 80, 90))
        lines.append(
            f"| {row['model']} | {covers} | {100 * row['promised_80']:.0f} | "
            f"{row['width_80']:.0f} | {with_interval(row, 'crps_worse_by', 1, 2)} |"
        )
    by_rule = scores.by_rule()
    if len(by_rule):
        lines += [
            "",
            "| voting rule | distribution | issues | mean absolute error | CRPS | "
            "80% interval covers (%) | CRPS less dressed compromise |",
            "|---|---|---|---|---|---|---|",
        ]
        for _, row in by_rule[by_rule["coverage_80"].notna()].iterrows():
            lines.append(
                f"| {row['rule']} | {row['model']} | {row['issues']} | "
                f"{with_interval(row, 'mean_absolute_error')} | "
                f"{with_interval(row, 'crps', 1, 2)} | "
                f"{with_interval(row, 'coverage_80', 100, 0)} | "
                f"{with_interval(row, 'crps_worse_by', 1, 2)} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Score a file and refresh the document and its figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--procedure", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args()
    scores = score(arguments.file, procedure=arguments.procedure, runs=arguments.runs)
    document = DOCS / "deu.md"
    text = refreshed(document.read_text(encoding="utf-8"), BEGIN, END, report(scores))
    document.write_text(text, encoding="utf-8")
    figure = draw(scores)
    figure.savefig(DOCS / "figures" / "deu.png", dpi=80, metadata={"Software": None})  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
