"""Scoring a file of issues: every model, one table, by voting rule too, and each issue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import SummitryError
from ..folders import file_hash
from .forecasts import (
    CLIMATE,
    DRESSED,
    LOTTERY,
    NEGOTIATION,
    Forecast,
    Learning,
    climate,
    dressed,
    lottery,
    negotiated,
    points,
)
from .issues import Issue, read
from .scores import interval, pit, table

if TYPE_CHECKING:
    from ..plots.deu import DeuPlots

YARDSTICK = "compromise"
RUNS = 1000
#: Voting rules of the Council.
UNANIMITY, MAJORITY = "unanimity", "qualified majority"


@dataclass(frozen=True)
class _File:
    path: Path
    hash: str


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
    learnt_from
        How many issues of another file the errors of points were learnt from; 0 if from the other
        proposals of the file itself.
    runs, seed
        Of the negotiation.
    files
        The files that were read, by what they hold: ``issues``, ``procedure``, ``errors_from``.
    """

    issues: tuple[Issue, ...]
    left_out: int
    forecasts: dict[str, Forecast]
    learnt_from: int
    runs: int
    seed: int
    files: dict[str, _File]

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        return _key(self.files, self.runs, self.seed)

    @property
    def inputs(self) -> dict[str, str]:
        """SHA-256 of each file that was read by its name, or its path where names are the same."""
        names = [f.path.name for f in self.files.values()]
        return {
            f.path.name if names.count(f.path.name) == 1 else str(f.path): f.hash
            for f in self.files.values()
        }

    @property
    def outcome(self) -> np.ndarray:
        """Outcomes, shape (n,)."""
        return np.array([issue.outcome for issue in self.issues], dtype=float)

    def table(self) -> pd.DataFrame:
        """One row for each model; see :func:`sim.deu.scores.table`."""
        return table(self.forecasts, self.issues, YARDSTICK, self.seed)

    @property
    def rules(self) -> dict[str, np.ndarray]:
        """Places of the issues by voting rule; empty if all have the same."""
        unanimous = np.array([issue.unanimity for issue in self.issues])
        if unanimous.all() or not unanimous.any():
            return {}
        return {UNANIMITY: np.flatnonzero(unanimous), MAJORITY: np.flatnonzero(~unanimous)}

    def by_rule(self) -> pd.DataFrame:
        """The table for the issues of each voting rule, which is its first column."""
        parts = []
        for rule, places in self.rules.items():
            some = {name: forecast.of(places) for name, forecast in self.forecasts.items()}
            part = table(some, [self.issues[j] for j in places], YARDSTICK, self.seed)
            part.insert(0, "rule", rule)
            parts.append(part)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

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

    @property
    def plot(self) -> DeuPlots:
        """The figure of these scores: ``.plot.deu()``."""
        from ..plots.deu import DeuPlots

        return DeuPlots(self)

    def text(self) -> str:
        """The scores in words and columns, for a terminal."""
        from .text import scores_text

        return scores_text(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write the tables scores and issues, a figure and reading; see :mod:`sim.saving`.

        Raises
        ------
        SummitryError
            If the folder holds something else, or cannot be written.
        """
        from ..results import made
        from ..saving import write_study

        tables = {"scores": self.table(), "issues": self.by_issue()}
        if self.rules:
            tables["rules"] = self.by_rule()
        return write_study(
            Path(folder),
            self.key,
            {
                **made("deu", self.key, command),
                "study_kind": "deu",
                "scenario": {},
                "inputs": self.inputs,
            },
            tables=tables,
            figures=self.plot.all(),
            text=self.text(),
        )


def study_key(
    path: str | Path,
    runs: int,
    seed: int,
    *,
    procedure: str | Path | None = None,
    errors_from: str | Path | None = None,
) -> dict[str, Any]:
    """What decides the results of :func:`score`, as plain data.

    Raises
    ------
    SummitryError
        If a file cannot be read.
    """
    return _key(_files(path, procedure, errors_from), runs, seed)


def _key(files: dict[str, _File], runs: int, seed: int) -> dict[str, Any]:
    from ..engine.compiled.build import source_hash

    hashes = {role: file.hash for role, file in files.items()}
    return {"study": "deu", **hashes, "runs": runs, "seed": seed, "code": source_hash()}


def _files(
    path: str | Path, procedure: str | Path | None, errors_from: str | Path | None
) -> dict[str, _File]:
    given = {"issues": path, "procedure": procedure, "errors_from": errors_from}
    try:
        return {
            role: _File(Path(p), file_hash(Path(p))) for role, p in given.items() if p is not None
        }
    except OSError as error:
        raise SummitryError(f"cannot read {error.filename}: {error.strerror}") from None


def runs_needed(path: str | Path, runs: int) -> int:
    """How many runs :func:`score` will play, for a progress bar."""
    return runs * sum(issue.usable for issue in read(path))


def score(
    path: str | Path,
    *,
    procedure: str | Path | None = None,
    errors_from: str | Path | None = None,
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
    procedure
        The voting rule of each issue; all by a qualified majority if not given.
    errors_from
        Another file from which the errors of points are learnt; without it they are learnt from the
        proposals of the file itself, each left out in turn.
    runs
        Runs of the negotiation, and draws of the lottery, for each issue.
    seed
        Seed of both, and of the bootstrap.
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
    whole = read(path, procedure)
    issues = _usable(whole, path)
    if errors_from is None:
        learning = Learning(issues, own=True)
        learnt_whole = whole
    else:
        scored = {issue.proposal for issue in issues}
        learnt_whole = read(errors_from)
        elsewhere = [i for i in _usable(learnt_whole, errors_from) if i.proposal not in scored]
        if not elsewhere:
            raise SummitryError(f"{errors_from} holds no proposal that is not in {path}")
        learning = Learning(tuple(elsewhere), own=False)
    found = points(issues, whole)
    own = found if learning.own else points(learning.issues, learnt_whole)

    def others(j: int) -> np.ndarray:
        return learning.others(issues[j].proposal)

    # First, because a file with nothing to learn from is to be told before the runs.
    rivals = {
        DRESSED: dressed(found[YARDSTICK].point, learning.outcome, others, own[YARDSTICK].point),
        LOTTERY: lottery(issues, runs, seed=seed),
        CLIMATE: climate(len(issues), learning.outcome, others),
        **found,
    }
    ours = negotiated(issues, runs, seed=seed, workers=workers, progress=progress)
    return DeuScores(
        issues,
        len(whole) - len(issues),
        {NEGOTIATION: ours, **rivals},
        0 if learning.own else len(learning.issues),
        runs,
        seed,
        _files(path, procedure, errors_from),
    )


def _usable(issues: list[Issue], path: str | Path) -> tuple[Issue, ...]:
    usable = tuple(issue for issue in issues if issue.usable)
    if not usable:
        raise SummitryError(f"{path} holds no issue with a known outcome and three positions")
    return usable
