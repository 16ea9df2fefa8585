"""What many runs of a scenario give: tables, a summary, figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import SummitryError

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from .analysis.summary import Summary
    from .api import Scenario
    from .batch.chunks import Part
    from .batch.held import Results
    from .engine.block import Block
    from .plots.accessor import Plots


@dataclass(frozen=True)
class Ensemble:
    """Many runs of one scenario.

    Attributes
    ----------
    scenario, seed
        What was run, and with which seed.
    results
        The results, in memory or on the disk.
    traced
        Whether every round was kept.
    first
        Number of the first replication.
    until_se, planned
        Standard error of the probability of a deal at which playing was to stop, and the number of
        runs at which it would have ended anyway; None where the number of runs was fixed.
    """

    scenario: Scenario
    seed: int
    results: Results
    traced: bool = False
    first: int = 0
    until_se: float | None = None
    planned: int | None = None

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        seed: int,
        part: Part,
        traced: bool,
        *,
        until_se: float | None = None,
        planned: int | None = None,
    ) -> Ensemble:
        """The ensemble of results in memory."""
        from .batch.held import InMemory

        held = InMemory(scenario.setup, part)
        return cls(scenario, seed, held, traced, part.first, until_se, planned)

    def __len__(self) -> int:
        return self.results.size

    @property
    def part(self) -> Part:
        """The results as arrays; only of results in memory."""
        from .batch.held import InMemory

        if not isinstance(self.results, InMemory):
            raise SummitryError("results on the disk have tables and no arrays")
        return self.results.part

    @property
    def block(self) -> Block:
        """The results as arrays, failed runs as empty rows; only of results in memory."""
        return self.part.block

    @property
    def table(self) -> pd.DataFrame:
        """One row for each run."""
        return self.results.table("runs")

    @property
    def members(self) -> pd.DataFrame:
        """One row for each member of each run."""
        return self.results.table("members")

    @property
    def rounds(self) -> pd.DataFrame:
        """One row for each member in each round; only of runs that were traced."""
        if not self.traced:
            raise SummitryError("rounds were not kept; run again with trace=True (or --trace)")
        return self.results.table("rounds")

    def first_rounds(self, runs: int) -> pd.DataFrame:
        """The rounds of the first runs only; see :attr:`rounds`."""
        rounds = self.results.first_rounds(runs)
        return rounds[rounds["replication"] < self.first + runs]

    @property
    def failures(self) -> pd.DataFrame:
        """Runs that could not be played and are in no table: replication, stage, cause."""
        return self.results.table("failures")

    @cached_property
    def counted(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Tables of runs and members with the columns that summaries and figures count."""
        return self.results.counted()

    @property
    def level(self) -> float:
        """Confidence level at which its intervals are made; see :mod:`sim.analysis.stopping`."""
        from .analysis.stopping import level

        return level(self.until_se)

    @cached_property
    def plausible(self) -> pd.DataFrame:
        """The outcomes under draws of all coefficients over their plausible ranges.

        See :func:`sim.analysis.plausible.over_coefficients`.
        """
        from .analysis.plausible import over_coefficients

        return over_coefficients(self.scenario, seed=self.seed)

    def summary(self, plausible: bool | None = None) -> Summary:
        """Probabilities with intervals, quantiles of the terms, side letters and blockers.

        Parameters
        ----------
        plausible
            Whether to say how much hangs on the coefficients (:attr:`plausible`). If not given,
            where that takes no more runs than the ensemble has.
        """
        from .analysis.plausible import DRAWS, RUNS, spread
        from .analysis.summary import summarise

        s = summarise(self.scenario.loaded.resolved, *self.counted, level=self.level)
        if plausible is None:
            plausible = len(self) >= DRAWS * RUNS
        return replace(s, plausible=spread(self.plausible)) if plausible else s

    @property
    def plot(self) -> Plots:
        """Figures of this ensemble, such as ``.plot.outcomes()``."""
        from .plots.accessor import Plots

        return Plots(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the results: equal for equal results, whatever the engine."""
        return self.results.hash

    def to_xarray(self) -> xarray.Dataset:
        """The results as arrays with named dimensions: scenario, replication, member, term
        and, with a trace, round.

        See :func:`sim.arrays.ensemble_dataset`.

        Raises
        ------
        SummitryError
            If xarray is not installed.
        """
        from .arrays import ensemble_dataset

        return ensemble_dataset(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, manifest and figures into a folder; see :mod:`sim.results`."""
        from .results import write

        return write(self, Path(folder), command=command)

    def _repr_html_(self) -> str:
        from .analysis.cards import ensemble_html

        return ensemble_html(self)

    def __repr__(self) -> str:
        return f"<Ensemble of {len(self)} runs of {self.scenario.name}, seed {self.seed}>"
