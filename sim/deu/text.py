"""Scores on issues of EU legislation as plain text."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..solvers.text import columns
from .study import DeuScores

_HEADS = ["", "mean abs. error", "median", "within 5", "CRPS", "80% interval covers"]


def scores_text(scores: DeuScores) -> str:
    """One line for each model, and how the negotiation came to its settings."""
    n, proposals = len(scores.issues), len({i.proposal for i in scores.issues})
    rows = [_row(row, n) for row in scores.table().to_dict("records")]
    where = "the other proposals of the file"
    if scores.learnt_from:
        where = f"{scores.learnt_from} issues of the other file"
    used = ", ".join(
        f"{s.opening} opens, resolve {s.resolve:g}: {count}"
        for s, count in Counter(scores.settings).most_common()
    )
    return "\n".join(
        [
            f"{n} issues of {proposals} proposals; {scores.left_out} left out (no outcome or fewer "
            "than 3 positions).",
            "Errors on a scale of 0 to 100; in brackets 95% intervals (bootstrap of proposals).",
            "",
            *columns([_HEADS, *rows]),
            "",
            f"The negotiation ({scores.runs} runs an issue) learnt its settings from {where}.",
            f"Settings by number of issues: {used}.",
        ]
    )


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
