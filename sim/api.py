"""What a notebook sees: a scenario, one run of it, and an ensemble of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .ensemble import Ensemble
from .errors import SummitryError
from .scenario.load import Loaded
from .scenario.load import load as _load

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from .analysis.story import Story
    from .batch.executors import Kind
    from .engine.mesa.model import SummitModel
    from .engine.play import Engine
    from .engine.problem import Setup
    from .plots.accessor import Plots

MAX_SEED = 2**64 - 1
MAX_RUNS = 1_000_000
_MISSING = object()


def load(source: str | Path | Mapping[str, Any]) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    source
        Path of a YAML file, name of a shipped scenario such as ``"hague_2025"``, or the scenario
        itself as a mapping.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With everything that is wrong, each with file, line and column.
    """
    if not isinstance(source, str | Path | Mapping):
        raise SummitryError(
            f"load takes a path, the name of a shipped scenario or a mapping, got {source!r}"
        )
    return Scenario(_load(source))


@dataclass(frozen=True)
class Scenario:
    """A summit and everything that decides it; it never changes, :meth:`set` gives a new one."""

    loaded: Loaded

    @property
    def name(self) -> str:
        """Short name, from the file name."""
        return self.loaded.name

    @property
    def title(self) -> str:
        """One line that names the scenario."""
        return self.loaded.file.title

    @property
    def hash(self) -> str:
        """SHA-256 of everything that decides the results of a run with a given seed."""
        return self.loaded.hash

    @cached_property
    def setup(self) -> Setup:
        """The scenario as numbers, ready for the model and the engines."""
        from .engine.problem import set_up

        return set_up(self.loaded.resolved)

    def set(self, path: str | Mapping[str, Any], value: Any = _MISSING) -> Scenario:
        """The scenario with one value changed, or several given as a mapping.

        Parameters
        ----------
        path
            Such as ``"demander.leverage"``, ``"parties.ESP.fiscal_room"``,
            ``"parties.*.threat_perception"`` (every member) or
            ``"parties.baltics.fiscal_room"`` (a group).
        value
            A number, a distribution such as ``{"uniform": [0.2, 0.4]}``, or what the key takes.

        Raises
        ------
        ScenarioError
            If a path or value does not fit.
        """
        if isinstance(path, Mapping):
            return Scenario(self.loaded.set(path))
        if not isinstance(path, str) or value is _MISSING:
            raise SummitryError("set takes a path and a value, or a mapping of values by path")
        return Scenario(self.loaded.set({path: value}))

    def code(self, member: str) -> str:
        """The code of a member that is called by its code, name or another usual name."""
        from .scenario.naming import Names

        for player in self.loaded.resolved.members:
            if member.casefold() in (player.code.casefold(), player.name.casefold()):
                return player.code
        return Names(self.loaded.file).code(member)

    def model(self, *, seed: int | None = None, replication: int = 0) -> SummitModel:
        """The Mesa model of one run, before its first round."""
        from .engine.mesa.model import SummitModel

        replication = _whole(replication, "replication", 0, MAX_SEED)
        return SummitModel(self.setup, seed=self._seed(seed), replication=replication)

    def run(self, *, seed: int | None = None, replication: int = 0) -> Run:
        """Play one summit agent by agent and keep every round."""
        return Run(self, self._seed(seed), _whole(replication, "replication", 0, MAX_SEED))

    def runs(
        self,
        n: int | None = None,
        *,
        seed: int | None = None,
        engine: Engine = "batch",
        trace: bool = False,
        until_se: float | None = None,
        executor: Kind | Executor = "threads",
        workers: int | None = None,
        scheduler: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Ensemble:
        """Play many summits with uncertain inputs.

        Parameters
        ----------
        n
            Number of runs, at most with ``until_se``; that of the scenario if not given.
        seed
            Seed of all random numbers; that of the scenario if not given.
        engine
            ``"batch"`` or ``"mesa"``; the results are the same to the last bit.
        trace
            Whether to keep every round (:attr:`Ensemble.rounds`).
        until_se
            Stop when the probability of a deal has this standard error. Intervals are then made so
            wide that they keep their coverage in spite of the repeated looks; see
            :func:`sim.analysis.stopping.stopping`.
        executor
            ``"threads"``, ``"processes"``, ``"dask"``, or any ``concurrent.futures.Executor``; the
            results are the same to the last bit.
        workers
            How many; as many as there are processors if not given.
        scheduler
            Address of a dask scheduler, such as ``"tcp://10.0.0.1:8786"``.
        progress
            Called with the number of runs done since the last call.

        Raises
        ------
        SummitryError
            If an argument makes no sense, or no worker is left to play.
        """
        from .analysis.stopping import stopping
        from .batch.memory import play_part

        if engine not in ("batch", "mesa"):
            raise SummitryError(f"engine must be 'batch' or 'mesa', got {engine!r}")
        runs, seed = self.counts(n, seed)
        part = play_part(
            self.setup,
            runs,
            seed=seed,
            engine=engine,
            trace=trace,
            stopping=stopping(until_se),
            executor=executor,
            workers=workers,
            scheduler=scheduler,
            progress=progress,
        )
        return Ensemble.of(self, seed, part, trace, until_se=until_se, planned=runs)

    def counts(self, runs: int | None, seed: int | None) -> tuple[int, int]:
        """Number of runs and seed: what is given, else what the scenario says.

        Raises
        ------
        SummitryError
            If they are no whole numbers in the range.
        """
        given = self.loaded.file.runs if runs is None else runs
        return _whole(given, "runs", 1, MAX_RUNS), self._seed(seed)

    def _seed(self, seed: int | None) -> int:
        return _whole(self.loaded.file.seed if seed is None else seed, "seed", 0, MAX_SEED)

    def __repr__(self) -> str:
        members = len(self.loaded.resolved.members)
        return f"<Scenario {self.name}: {self.title} ({members} members)>"


def _whole(value: Any, what: str, low: int, high: int) -> int:
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= value <= high or int(value) != value:
        raise SummitryError(
            f"{what} must be a whole number between {low} and {high}, got {value!r}"
        )
    return int(value)


@dataclass(frozen=True)
class Run:
    """One summit."""

    scenario: Scenario
    seed: int
    replication: int

    @cached_property
    def ensemble(self) -> Ensemble:
        """The run as an ensemble of one, for its tables."""
        from .batch.chunks import Part
        from .engine.play import play_block

        block = play_block(self.scenario.setup, self.seed, self.replication, 1, "mesa", trace=True)
        part = Part(self.replication, block, ())
        return Ensemble.of(self.scenario, self.seed, part, True)

    @property
    def outcome(self) -> dict[str, Any]:
        """The row of this run: outcome, date, terms and sampled inputs."""
        return dict(self.ensemble.table.iloc[0])

    @property
    def rounds(self) -> pd.DataFrame:
        """Every round: the text on the table and each member's answer."""
        return self.ensemble.rounds

    @property
    def members(self) -> pd.DataFrame:
        """Each member's attributes, objections, net loss and what refusing cost it."""
        return self.ensemble.members

    @property
    def plot(self) -> Plots:
        """Figures of this run, such as ``.plot.text_path()``."""
        return self.ensemble.plot

    @cached_property
    def story(self) -> Story:
        """The run as data: who blocked when, on what, and what would have bought each."""
        from .analysis.story import tell

        return tell(self.scenario.setup, self.seed, self.replication)

    def explain(self, member: str | None = None, *, short: bool = False) -> str:
        """The run as a story with dates, or the story of one member by its code or name.

        See :meth:`sim.analysis.story.Story.text`.
        """
        code = None if member is None else self.scenario.code(member)
        return self.story.text(code, short=short)

    def __repr__(self) -> str:
        return f"<Run of {self.scenario.name}: seed {self.seed}, replication {self.replication}>"
