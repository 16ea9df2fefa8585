"""Who is pivotal: each member made willing, unwilling and removed, its value, and its price."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..batch.tables import runs_table
from ..engine.block import Block
from ..engine.problem import Setup, set_up
from ..errors import SummitryError
from .measures import Measure, Played, measures
from .paired import difference
from .pivotal import without
from .power_play import Worth, play, with_answers, workers
from .power_prices import by_member, prices
from .power_shapley import Shapley, runs_of_a_pair, shapley

if TYPE_CHECKING:
    from ..api import Scenario
    from ..plots.power import PowerPlots

RUNS, PAIRS = 1000, 200
#: What is done to a member.
CHANGES = ("willing", "unwilling", "removed")
_MOST = 100_000


@dataclass(frozen=True)
class Power:
    """The power of each member of a scenario.

    Attributes
    ----------
    scenario, seed, runs
        What was played, and how often with each change.
    outcome
        The outcome of which the values by Shapley are a share; one of
        :data:`sim.analysis.power_play.OUTCOMES`.
    changes
        Paired differences of every outcome.

        One row for each member, change (``willing``: it lets every text pass; ``unwilling``: it
        breaks silence on every text; ``removed``: it stays away) and outcome: ``pairs`` of runs,
        ``a`` as it is and ``b`` with the change, ``difference`` = b - a with its Monte Carlo
        ``standard_error`` and 95% interval (``low``, ``high``). The terms are over runs that end
        with a deal in both. The demander cannot be removed, nor a member without whom the others
        could not negotiate.
    effects
        The difference that each change makes to :attr:`outcome` over all runs: one row for each
        member and change, with the columns of ``changes``.
    values
        Values by Shapley, in the order of the members.
    prices
        What each consent that was lacking would have cost who tables the text, and what else would
        have bought it; see :func:`sim.analysis.power_prices.prices`.
    """

    scenario: Scenario
    seed: int
    runs: int
    outcome: str
    changes: pd.DataFrame
    effects: pd.DataFrame
    values: Shapley
    prices: pd.DataFrame

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each member, the largest value by Shapley first.

        Returns
        -------
        DataFrame
            ``member``, ``name``; for each change the difference of :attr:`outcome` with its 95%
            interval (``willing``, ``willing_low``, ``willing_high``, ...; nan where a member cannot
            be removed); ``shapley`` with ``shapley_se``, ``shapley_low``, ``shapley_high``; and
            ``lacking``, ``gap`` and the prices of its consent, as
            :func:`sim.analysis.power_prices.by_member` gives them.
        """
        setup = self.scenario.setup
        effects = self.effects.set_index(["change", "member"])
        v = self.values
        found = pd.DataFrame(
            {"member": setup.codes, "name": [p.name for p in setup.scenario.members]}
        )
        for change in CHANGES:
            of = effects.reindex([(change, code) for code in setup.codes])
            for name, column in (("", "difference"), ("_low", "low"), ("_high", "high")):
                found[change + name] = of[column].to_numpy()
        found["shapley"], found["shapley_se"] = v.values, v.standard_errors
        found["shapley_low"], found["shapley_high"] = v.low, v.high
        found = found.merge(by_member(setup, self.prices, self.runs), on="member")
        return found.sort_values("shapley", ascending=False, kind="stable", ignore_index=True)

    @property
    def plot(self) -> PowerPlots:
        """Figures, such as ``.plot.pivotal()``."""
        from ..plots.power import PowerPlots

        return PowerPlots(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, figures, reading and manifest into a folder; see :mod:`sim.saving`."""
        from ..saving import save_study

        return save_study(
            Path(folder),
            self.scenario,
            key(self.scenario, self.seed, self.runs, self.outcome, self.values.pairs),
            tables={
                "power": self.table,
                "effects": self.effects,
                "changes": self.changes,
                "prices": self.prices,
            },
            figures=self.plot.all(),
            text=str(self),
            about={"study_kind": "power"},
            command=command,
        )

    def __str__(self) -> str:
        from .power_text import write

        return write(self)

    def _repr_html_(self) -> str:
        from .power_text import html

        return html(self)

    def __repr__(self) -> str:
        return f"<Power in {self.scenario.name}: {self.runs} runs, {self.values.pairs} pairs>"


def key(scenario: Scenario, seed: int, runs: int, outcome: str, pairs: int) -> dict[str, Any]:
    """What decides the results, as plain data."""
    from ..results import study_of

    return {**study_of(scenario, seed, runs, False), "outcome": outcome, "pairs": pairs}


def power(
    scenario: Scenario,
    *,
    runs: int = RUNS,
    seed: int | None = None,
    outcome: str = "deal",
    pairs: int = PAIRS,
    progress: Callable[[int], None] | None = None,
) -> Power:
    """Find out who is pivotal in a scenario.

    Each member is made willing (it lets every text pass), unwilling (it breaks silence on every
    text) and removed, with the same random numbers; its value by Shapley says what its consent adds
    to the outcome, averaged over the order in which consents are won; and for each run it is told
    what its consent to the last text would have cost who tables it.

    Parameters
    ----------
    scenario
        The scenario.
    runs
        Runs with each change, at least 2.
    seed
        Seed; that of the scenario if not given.
    outcome
        What power is over: ``deal``, ``consensus`` (without side letters), ``demander_satisfied``
        or ``n_side_letters``.
    pairs
        Pairs of random orders for the values by Shapley, at least 2.
    progress
        Called with the number of runs done since the last call; see :func:`expected_runs`.

    Returns
    -------
    Power

    Raises
    ------
    SummitryError
        If an argument makes no sense.
    """
    from ..api import Scenario

    if not isinstance(scenario, Scenario):
        raise SummitryError(f"power takes a scenario, as sim.load gives it, got {scenario!r}")
    runs, seed = scenario.counts(runs, seed)
    check_counts(runs, pairs)
    setup = scenario.setup
    worth = Worth.of(setup, outcome)
    changes, effects = [], []
    with ThreadPoolExecutor(workers()) as pool:
        block = play(setup, runs, seed, pool, progress, trace=True)
        base = _played(setup, block)
        value = _measure(worth, setup, block)
        for code in setup.codes:
            for change, other in _changed(setup, code).items():
                after = play(other, runs, seed, pool, progress)
                about = {"member": code, "change": change}
                changes += [about | _row(m) for m in _text_and_end(base, _played(other, after))]
                now = _measure(worth, other, after)
                effects.append(about | _row(Measure(outcome, worth.unit, "all", value, now)))
    return Power(
        scenario,
        seed,
        runs,
        outcome,
        pd.DataFrame(changes),
        pd.DataFrame(effects),
        shapley(setup, worth, pairs, seed, progress),
        prices(setup, seed, block),
    )


def check_counts(runs: int, pairs: int) -> None:
    """Refuse numbers of runs and pairs from which no standard error comes, or that never end.

    Raises
    ------
    SummitryError
        With what is allowed.
    """
    for name, number in (("runs", runs), ("pairs", pairs)):
        if isinstance(number, bool) or int(number) != number or not 2 <= number <= _MOST:
            raise SummitryError(f"{name} must be a whole number from 2 to {_MOST}, got {number!r}")


def expected_runs(scenario: Scenario, runs: int, pairs: int) -> int:
    """How many runs :func:`power` plays, for a progress bar."""
    codes = scenario.setup.codes
    removable = sum(without(scenario.setup.scenario, code) is not None for code in codes)
    return (1 + 2 * len(codes) + removable) * runs + pairs * runs_of_a_pair(len(codes))


def _changed(setup: Setup, code: str) -> dict[str, Setup]:
    """The scenario with one member changed, by change."""
    place, p = setup.codes.index(code), setup.problem
    changed = {
        "willing": with_answers(p, willing=[place]),
        "unwilling": with_answers(p, unwilling=[place]),
    }
    found = {name: Setup(setup.scenario, q, setup.sampled_paths) for name, q in changed.items()}
    rest = without(setup.scenario, code)
    return found if rest is None else {**found, "removed": set_up(rest)}


def _played(setup: Setup, block: Block) -> Played:
    table = runs_table(setup, block).drop(columns=list(setup.sampled_paths))
    return setup, table, block.side_letter


def _measure(worth: Worth, setup: Setup, block: Block) -> np.ndarray:
    value = worth.per_run(setup.problem, block)
    return value.astype(bool) if worth.unit == "share" else value


def _text_and_end(base: Played, after: Played) -> Iterator[Measure]:
    """Every outcome but who holds side letters, which are too many to tell by member."""
    for m in measures(base, after):
        if not m.name.startswith("side_letter."):
            yield m


def _row(m: Measure) -> dict[str, Any]:
    d = difference(m.a, m.b, step=m.step)
    return {
        "outcome": m.name,
        "unit": m.unit,
        "over": m.over,
        "pairs": d.pairs,
        "a": d.a,
        "b": d.b,
        "difference": d.difference,
        "standard_error": d.standard_error,
        "low": d.low,
        "high": d.high,
    }
