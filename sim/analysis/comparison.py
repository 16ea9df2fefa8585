"""What a comparison of scenarios says: tables of paired differences, and of where runs part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..batch.tables import OUTCOMES
from . import tally
from .differs import Change
from .flips import Flips, shared
from .intervals import wilson
from .measures import Measure, measures
from .paired import difference, mcnemar

if TYPE_CHECKING:
    from ..api import Scenario
    from ..plots.compare import ComparisonPlots


@dataclass(frozen=True)
class Side:
    """One scenario of a comparison and its runs.

    Attributes
    ----------
    scenario, label
        The scenario, and a name that tells it apart.
    runs
        Table of runs without the sampled inputs, one row for each pair of runs.
    letters, passed
        Who holds a side letter and who let the last text pass, shape (runs, members) bool.
    """

    scenario: Scenario
    label: str
    runs: pd.DataFrame
    letters: np.ndarray
    passed: np.ndarray

    @cached_property
    def outcome(self) -> np.ndarray:
        """Place of each outcome among ``OUTCOMES``, shape (runs,)."""
        return tally.codes(self.runs["outcome"], OUTCOMES)


@dataclass(frozen=True)
class Pairing:
    """A scenario against the first one.

    Attributes
    ----------
    a, b
        The first scenario, and this one.
    changes
        In what they differ.
    left_out
        What cannot be compared, in words.
    flips
        Where each pair of runs parts.
    """

    a: Side
    b: Side
    changes: tuple[Change, ...]
    left_out: tuple[str, ...]
    flips: Flips

    @cached_property
    def members(self) -> list[str]:
        """Codes of the members that take part in both."""
        return shared(self.a.scenario.setup.codes, self.b.scenario.setup.codes)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each outcome; see :attr:`Comparison.table`."""
        same = self.a.scenario.hash == self.b.scenario.hash
        return pd.DataFrame([_row(self.b.label, m, same) for m in self._measures()])

    def _measures(self) -> Iterator[Measure]:
        return measures(
            (self.a.scenario.setup, self.a.runs, self.a.letters),
            (self.b.scenario.setup, self.b.runs, self.b.letters),
        )

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """Runs by their outcome in a (rows) and in b (columns)."""
        counts = np.zeros((len(OUTCOMES), len(OUTCOMES)), dtype=np.int64)
        np.add.at(counts, (self.a.outcome, self.b.outcome), 1)
        return pd.DataFrame(counts, index=pd.Index(OUTCOMES, name="a"), columns=list(OUTCOMES))

    @cached_property
    def changed(self) -> dict[str, np.ndarray]:
        """Runs that ended otherwise, by kind of change, shape (runs,) bool."""
        none = OUTCOMES.index("no_deal")
        a, b = self.a.outcome, self.b.outcome
        return {
            "deal_lost": (a != none) & (b == none),
            "deal_gained": (a == none) & (b != none),
            "other_deal": (a != none) & (b != none) & (a != b),
        }

    @cached_property
    def first_flips(self) -> pd.DataFrame:
        """Who answered otherwise first in runs that ended otherwise.

        Returns
        -------
        DataFrame
            One row for each kind of change (``deal_lost``, ``deal_gained``, ``other_deal``) and
            member: ``runs`` that changed so, ``first`` in how many of them its answer differs in
            the first round in which any answer does, ``share`` with its 95% Wilson interval,
            ``now_objects`` in how many of these it breaks silence in b, ``same_text`` in how many
            the text on the table was still the same, ``round`` their mean round; and ``last`` in
            how many runs it breaks silence on the last text of the side without a deal. Several
            members may be first in one run. A last row without a member counts runs in which no
            answer of a member of both differs as long as both negotiate.
        """
        f, rows = self.flips, []
        codes = self.members
        for kind, runs in self.changed.items():
            n = int(runs.sum())
            failed = self.a if kind == "deal_gained" else self.b
            for i, code in enumerate([*codes, ""]):
                first = runs & (f.who[:, i] if code else f.round == 0)
                count = int(first.sum())
                last = 0
                if code and kind != "other_deal":
                    place = failed.scenario.setup.codes.index(code)
                    last = int((runs & ~failed.passed[:, place]).sum())
                if count or last:
                    low, high = wilson(count, n)
                    now = f.now_pass[first, i] if code else first[first]
                    rows.append(
                        {
                            "scenario": self.b.label,
                            "change": kind,
                            "member": code,
                            "runs": n,
                            "first": count,
                            "share": count / n,
                            "low": low,
                            "high": high,
                            "now_objects": count - int(now.sum()),
                            "same_text": int(f.same_text[first].sum()),
                            "round": float(f.round[first].mean()) if count else np.nan,
                            "last": last,
                        }
                    )
        names = ["scenario", "change", "member", "runs", "first", "share", "low", "high"]
        found = pd.DataFrame(rows, columns=[*names, "now_objects", "same_text", "round", "last"])
        found["kind"] = pd.Categorical(found["change"], categories=list(self.changed))
        found = found.sort_values(["kind", "first"], ascending=[True, False], kind="stable")
        return found.drop(columns="kind").reset_index(drop=True)


def _row(label: str, m: Measure, same: bool) -> dict[str, Any]:
    d = difference(m.a, m.b, step=m.step)
    # The same scenario gives the same runs: there is nothing to be uncertain of.
    low, high = (0.0, 0.0) if same and d.pairs else (d.low, d.high)
    test = mcnemar(m.a.astype(bool), m.b.astype(bool)) if m.share else None
    return {
        "scenario": label,
        "outcome": m.name,
        "unit": m.unit,
        "over": m.over,
        "pairs": d.pairs,
        "a": d.a,
        "b": d.b,
        "difference": d.difference,
        "standard_error": d.standard_error,
        "low": low,
        "high": high,
        "variance_gain": d.variance_gain,
        "gained": pd.NA if test is None else test.gained,
        "lost": pd.NA if test is None else test.lost,
        "p_value": np.nan if test is None else test.p_value,
        "step": m.step,
    }


@dataclass(frozen=True)
class Comparison:
    """Scenarios against the first one, run by run.

    Attributes
    ----------
    seed, runs
        Seed, and number of pairs of runs.
    pairings
        The first scenario against each of the others.
    """

    seed: int
    runs: int
    pairings: tuple[Pairing, ...]

    @property
    def base(self) -> Side:
        """The scenario that the others are compared with."""
        return self.pairings[0].a

    @cached_property
    def table(self) -> pd.DataFrame:
        """Paired differences of every outcome.

        Returns
        -------
        DataFrame
            One row for each scenario and outcome: ``over`` which runs (``all``; ``both_deal``:
            those that end with a deal in both scenarios, as a text has terms only then), how many
            ``pairs``, the means or shares ``a`` and ``b`` over these pairs, ``difference`` = b - a
            with its Monte Carlo ``standard_error`` and 95% interval (``low``, ``high``; see
            :func:`sim.analysis.paired.difference`), and ``variance_gain``: how many times as many
            unpaired runs would be needed to know it as well. For shares ``gained`` and ``lost``,
            the runs in which it happens on one side only, and the exact ``p_value`` of McNemar's
            test. ``step`` is the smallest difference of one run.
        """
        found = pd.concat([p.table for p in self.pairings], ignore_index=True)
        return found.astype({"gained": "Int64", "lost": "Int64"})

    @cached_property
    def first_flips(self) -> pd.DataFrame:
        """Who answered otherwise first; see :attr:`Pairing.first_flips`."""
        return pd.concat([p.first_flips for p in self.pairings], ignore_index=True)

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """Runs by scenario and by their outcome in the first one (``a``) and in it (``b``)."""
        rows = [
            {"scenario": p.b.label, "a": a, "b": b, "runs": int(n)}
            for p in self.pairings
            for a, counts in zip(OUTCOMES, p.transitions.to_numpy(), strict=True)
            for b, n in zip(OUTCOMES, counts, strict=True)
        ]
        return pd.DataFrame(rows)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row for each run of each scenario, the first one included.

        Returns
        -------
        DataFrame
            ``scenario``, ``replication``, outcome and terms as in the table of an ensemble; and
            where the run parts from that of the first scenario: ``parted_round`` (missing if it
            does not), ``parted_members`` (codes in a row) and ``parted_same_text``.
        """
        rows = [_labelled(self.base)]
        for p in self.pairings:
            f, codes = p.flips, np.array(p.members, dtype=object)
            table = _labelled(p.b)
            table["parted_round"] = pd.array(f.round, dtype="Int16")
            table.loc[f.round == 0, "parted_round"] = pd.NA
            table["parted_members"] = [" ".join(codes[who]) for who in f.who]
            table["parted_same_text"] = pd.array(f.same_text, dtype="boolean")
            table.loc[f.round == 0, "parted_same_text"] = pd.NA
            rows.append(table)
        return pd.concat(rows, ignore_index=True)

    @property
    def plot(self) -> ComparisonPlots:
        """Figures of this comparison, such as ``.plot.differences()``."""
        from ..plots.compare import ComparisonPlots

        return ComparisonPlots(self)

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        return key(self.base.scenario, [p.b.scenario for p in self.pairings], self.seed, self.runs)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, figures, reading and manifest into a folder; see :mod:`sim.saving`."""
        from ..saving import save_study

        compared = [
            {
                "name": p.b.scenario.name,
                "label": p.b.label,
                "scenario_hash": p.b.scenario.hash,
                "scenario": p.b.scenario.loaded.as_played(),
            }
            for p in self.pairings
        ]
        return save_study(
            Path(folder),
            self.base.scenario,
            self.key,
            tables={
                "differences": self.table,
                "transitions": self.transitions,
                "first_flips": self.first_flips,
                "pairs": self.pairs,
            },
            figures=self.plot.all(),
            text=str(self),
            about={"study_kind": "comparison", "compared": compared},
            command=command,
        )

    def overview(self) -> str:
        """Every scenario in a line; see :func:`sim.analysis.compare_text.overview`."""
        from .compare_text import overview

        return overview(self)

    def __str__(self) -> str:
        from .compare_text import write

        return write(self)

    def _repr_html_(self) -> str:
        from .compare_text import html

        return html(self)

    def __repr__(self) -> str:
        names = ", ".join(p.b.label for p in self.pairings)
        return f"<Comparison of {self.base.label} with {names}: {self.runs} pairs of runs>"


def _labelled(side: Side) -> pd.DataFrame:
    table = side.runs.copy()
    table.insert(0, "scenario", side.label)
    for name in table.columns:
        if isinstance(table[name].dtype, pd.CategoricalDtype):
            table[name] = table[name].astype("str").where(table[name].notna())
    return table


def key(a: Scenario, others: list[Scenario], seed: int, runs: int) -> dict[str, Any]:
    """What decides the results of a comparison, as plain data."""
    from ..results import study_of

    return {**study_of(a, seed, runs, False), "compared": [s.hash for s in others]}
