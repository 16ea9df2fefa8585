"""Scores on issues of EU legislation as plain text."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..solvers.text import columns
from .study import DeuScores

_HEADS = ["", "mean abs. error", "median", "within 5", "CRPS", "80% interval covers"]


def scores_text(scores: DeuScores) -> str:
    """One line for each model, for all issues and by voting rule."""
    n, proposals = len(scores.issues), len({i.proposal for i in scores.issues})
    where = "the other proposals of the file"
    if scores.learnt_from:
        where = f"{scores.learnt_from} issues of the other file"
    lines = [
        f"{n} issues of {proposals} proposals; {scores.left_out} left out (no outcome or fewer "
        "than 3 positions).",
        "Errors on a scale of 0 to 100; in brackets 95% intervals (bootstrap of proposals).",
        "",
        *columns([_HEADS, *_rows(scores.table(), n)]),
        "",
    ]
    by_rule = scores.by_rule()
    for rule, places in scores.rules.items():
        part = by_rule[(by_rule["rule"] == rule) & by_rule["coverage_80"].notna()]
        lines += [
            f"Of these the {len(places)} by {rule}:",
            *columns([_HEADS, *_rows(part, len(places))]),
            "",
        ]
    lines += [
        f"The negotiation ({scores.runs} runs an issue) is not fitted to anything.",
        f"Errors of the dressed compromise, and all other outcomes: from {where}.",
    ]
    return "\n".join(lines)


def _rows(table: pd.DataFrame, issues: int) -> list[list[str]]:
    return [_row(row, issues) for row in table.to_dict("records")]


def _row(row: dict[Any, Any], issues: int) -> list[str]:
    few = f" ({row['issues']})" if row["issues"] < issues else ""
    covers = ""
    if row["coverage_80"] == row["coverage_80"]:  # not nan
        middle, low, high = (100 * row[f"coverage_80{end}"] for end in ("", "_low", "_high"))
        covers = f"{middle:.0f}% [{low:.0f}, {high:.0f}]"
    low, high = row["mean_absolute_error_low"], row["mean_absolute_error_high"]
    return [
        row["model"] + few,
        f"{row['mean_absolute_error']:.1f} [{low:.1f}, {high:.1f}]",
        f"{row['median_absolute_error']:.1f}",
        f"{100 * row['within_5']:.0f}%",
        f"{row['crps']:.1f}",
        covers,
    ]
