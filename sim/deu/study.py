"""Scoring a file of issues: every model, one table, one row for each issue and model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import SummitryError
from .forecasts import (
    CLIMATE,
    DRESSED,
    NEGOTIATION,
    TRIAL_RUNS,
    Forecast,
    Learning,
    climate,
    dressed,
    negotiated,
    points,
)
from .issues import Issue, read
from .negotiation import SETTINGS, Setting
from .scores import interval, pit, table

YARDSTICK = "compromise"
RUNS = 500


@dataclass(frozen=True)
class DeuScores:
    """How the models fare on a file.

    Attributes
    ----------
    issues
        Those that are scored: outcome known and at least three positions.
    left_out
        How many of the file are not.
    forecasts
        What each model predicts, by name; the negotiation first.
    settings
        The setting of the negotiation for each issue.
    learnt_from
        How many issues of another file the settings were learnt from; 0 if from the other
        proposals of the file itself.
    runs, seed
        Of the negotiation.
    """

    issues: tuple[Issue, ...]
    left_out: int
    forecasts: dict[str, Forecast]
    settings: tuple[Setting, ...]
    learnt_from: int
    runs: int
    seed: int

    @property
    def outcome(self) -> np.ndarray:
        """Outcomes, shape (n,)."""
        return np.array([issue.outcome for issue in self.issues], dtype=float)

    def table(self) -> pd.DataFrame:
        """One row for each model; see :func:`sim.deu.scores.table`."""
        return table(self.forecasts, self.issues, YARDSTICK, self.seed)

    def by_issue(self) -> pd.DataFrame:
        """One row for each issue and model.

        Columns: issue, proposal, model, outcome, point, and for distributions low_80, high_80 and
        pit.
        """
        parts = []
        for name, forecast in self.forecasts.items():
            part = pd.DataFrame(
                {
                    "issue": [i.name for i in self.issues],
                    "proposal": [i.proposal for i in self.issues],
                    "model": name,
                    "outcome": self.outcome,
                    "point": forecast.point,
                }
            )
            if forecast.spread is not None:
                part["low_80"], part["high_80"] = interval(forecast, 0.8)
                part["pit"] = pit(forecast, self.issues)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def text(self) -> str:
        """The scores in words and columns, for a terminal."""
        proposals = len({i.proposal for i in self.issues})
        lines = [
            f"{len(self.issues)} issues of {proposals} proposals; {self.left_out} left out (no "
            "outcome or fewer than 3 positions).",
            "Errors on a scale of 0 to 100; in brackets 95% intervals (bootstrap of proposals).",
            "",
        ]
        rows = [["", "mean abs. error", "median", "within 5", "CRPS", "80% interval covers"]]
        for row in self.table().to_dict("records"):
            covered = row.get("coverage_80")
            rows.append(
                [
                    str(row["model"])
                    + (f" ({row['issues']})" if row["issues"] < len(self.issues) else ""),
                    f"{row['mean_absolute_error']:.1f} [{row['mean_absolute_error_low']:.1f}, "
                    f"{row['mean_absolute_error_high']:.1f}]",
                    f"{row['median_absolute_error']:.1f}",
                    f"{100 * row['within_5']:.0f}%",
                    f"{row['crps']:.1f}",
                    f"{100 * covered:.0f}% [{100 * row['coverage_80_low']:.0f}, "
                    f"{100 * row['coverage_80_high']:.0f}]"
                    if covered == covered and covered is not None
                    else "",
                ]
            )
        widths = [max(len(r[j]) for r in rows) for j in range(len(rows[0]))]
        lines += [
            "  ".join(
                c.ljust(w) if j == 0 else c.rjust(w)
                for j, (c, w) in enumerate(zip(r, widths, strict=True))
            ).rstrip()
            for r in rows
        ]
        where = (
            f"{self.learnt_from} issues of the other file"
            if self.learnt_from
            else "the other proposals of the file"
        )
        used = ", ".join(
            f"{s.opening} opens, resolve {s.resolve:g}: {n}"
            for s, n in Counter(self.settings).most_common()
        )
        lines += [
            "",
            f"The negotiation ({self.runs} runs an issue) learnt its settings from {where}.",
        ]
        lines += [f"Settings by number of issues: {used}."]
        return "\n".join(lines)


def runs_needed(path: str | Path, fit_on: str | Path | None, runs: int) -> int:
    """How many runs :func:`score` will play, for a progress bar."""
    scored = sum(issue.usable for issue in read(path))
    learnt = scored if fit_on is None else sum(issue.usable for issue in read(fit_on))
    return learnt * len(SETTINGS) * TRIAL_RUNS + scored * runs


def score(
    path: str | Path,
    *,
    fit_on: str | Path | None = None,
    runs: int = RUNS,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> DeuScores:
    """Score every model on a file of issues.

    Parameters
    ----------
    path
        In the format of DEU II; see :func:`sim.deu.issues.read`.
    fit_on
        Another file from which settings and errors are learnt; without it they are learnt from the
        proposals of the file itself, each left out in turn.
    runs
        Runs of the negotiation for each issue.
    seed
        Seed of the negotiation and of the bootstrap.
    workers
        How many threads; as many as there are processors if not given.
    progress
        Called with the number of runs done since the last call.

    Raises
    ------
    SummitryError
        If a file cannot be used.
    """
    if runs < 10:
        raise SummitryError(f"a distribution needs at least 10 runs, got {runs}")
    whole = read(path)
    issues = _usable(whole, path)
    scored = {issue.proposal for issue in issues}
    if fit_on is None:
        learning = Learning(issues, own=True)
        learnt_whole = whole
    else:
        learnt_whole = read(fit_on)
        elsewhere = [i for i in _usable(learnt_whole, fit_on) if i.proposal not in scored]
        if not elsewhere:
            raise SummitryError(f"{fit_on} holds no proposal that is not in {path}")
        learning = Learning(tuple(elsewhere), own=False)
    found = points(issues, whole)
    own = found if fit_on is None else points(learning.issues, learnt_whole)

    def others(j: int) -> np.ndarray:
        return learning.others(issues[j].proposal)

    ours, settings = negotiated(
        issues, learning, runs, seed=seed, workers=workers, progress=progress
    )
    forecasts = {
        NEGOTIATION: ours,
        DRESSED: dressed(found[YARDSTICK].point, learning.outcome, others, own[YARDSTICK].point),
        CLIMATE: climate(len(issues), learning.outcome, others),
        **found,
    }
    return DeuScores(
        issues,
        len(whole) - len(issues),
        forecasts,
        settings,
        0 if fit_on is None else len(learning.issues),
        runs,
        seed,
    )


def _usable(issues: list[Issue], path: str | Path) -> tuple[Issue, ...]:
    usable = tuple(issue for issue in issues if issue.usable)
    if not usable:
        raise SummitryError(f"{path} holds no issue with a known outcome and three positions")
    return usable
