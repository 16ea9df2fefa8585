"""Scoring a file of issues: every model, one table, one row for each issue and model."""

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

if TYPE_CHECKING:
    from ..plots.deu import DeuPlots

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
    inputs
        SHA-256 of each file that was read, by its name.
    """

    issues: tuple[Issue, ...]
    left_out: int
    forecasts: dict[str, Forecast]
    settings: tuple[Setting, ...]
    learnt_from: int
    runs: int
    seed: int
    inputs: dict[str, str]

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        return _key(list(self.inputs.values()), self.runs, self.seed)

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

        chosen = zip(self.issues, self.settings, strict=True)
        return write_study(
            Path(folder),
            self.key,
            {
                **made("deu", self.key, command),
                "study_kind": "deu",
                "scenario": {},
                "inputs": self.inputs,
                "settings": {i.name: [s.opening, s.resolve] for i, s in chosen},
            },
            tables={"scores": self.table(), "issues": self.by_issue()},
            figures=self.plot.all(),
            text=self.text(),
        )


def study_key(path: str | Path, fit_on: str | Path | None, runs: int, seed: int) -> dict[str, Any]:
    """What decides the results of :func:`score`, as plain data.

    Raises
    ------
    SummitryError
        If a file cannot be read.
    """
    return _key(list(_inputs(path, fit_on).values()), runs, seed)


def _key(inputs: list[str], runs: int, seed: int) -> dict[str, Any]:
    from ..engine.compiled.build import source_hash

    return {"study": "deu", "inputs": inputs, "runs": runs, "seed": seed, "code": source_hash()}


def _inputs(path: str | Path, fit_on: str | Path | None) -> dict[str, str]:
    """SHA-256 of each file by its name, or by its whole path where both have the same name."""
    paths = [Path(p) for p in (path, fit_on) if p is not None]
    names = [p.name if len({q.name for q in paths}) == len(paths) else str(p) for p in paths]
    try:
        return {name: file_hash(p) for name, p in zip(names, paths, strict=True)}
    except OSError as error:
        raise SummitryError(f"cannot read {error.filename}: {error.strerror}") from None


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
        _inputs(path, fit_on),
    )


def _usable(issues: list[Issue], path: str | Path) -> tuple[Issue, ...]:
    usable = tuple(issue for issue in issues if issue.usable)
    if not usable:
        raise SummitryError(f"{path} holds no issue with a known outcome and three positions")
    return usable
