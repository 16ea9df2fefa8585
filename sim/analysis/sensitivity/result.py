"""The result of a sensitivity study, which shows itself and says what to make of it."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import SummitryError, quote

if TYPE_CHECKING:
    from ...api import Scenario
    from ...plots.sensitivity import SensitivityPlots

_SHOWN = 12


@dataclass(frozen=True)
class Sensitivity:
    """Which inputs matter for which outcome, by how much, and how certain that is.

    Attributes
    ----------
    scenario, seed
        What was played, and with which seed.
    method
        ``morris``, ``sobol``, ``pawn``, ``shapley`` or ``tornado``.
    samples, runs, points
        Rows of the design, runs of each point, and points in all.
    inputs
        Every input that varied: ``input``, the ``unit`` that it belongs to, its ``distribution``.
    table
        One row for each ``output``, ``input`` (or group of inputs) and ``measure``: ``estimate``
        with its 95% interval ``low`` to ``high``.
    split
        One row for each output: ``parametric`` variance, from the inputs, ``stochastic`` variance,
        of runs with equal inputs, and ``share``, the part of the first, each with its 95% interval
        (``..._low``, ``..._high``). Empty for methods that do not tell.
    units
        Unit of each output by name.
    main
        The measure by which inputs are ranked.
    warnings
        What to be careful about, in words.
    """

    scenario: Scenario
    seed: int
    method: str
    samples: int
    runs: int
    points: int
    inputs: pd.DataFrame
    table: pd.DataFrame
    split: pd.DataFrame
    units: dict[str, str]
    main: str
    warnings: tuple[str, ...]
    key: dict[str, Any] = field(repr=False)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return tuple(self.units)

    def ranking(self, output: str | None = None) -> pd.DataFrame:
        """One row for each input, the one that matters most first; measures with their intervals.

        Parameters
        ----------
        output
            Which outcome; the first if not given.

        Raises
        ------
        SummitryError
            If it was not asked for.
        """
        name = self._output(output)
        rows = self.table[self.table["output"] == name]
        wide = rows.pivot(index="input", columns="measure", values=["estimate", "low", "high"])
        found: dict[str, Any] = {}
        for measure in rows["measure"].unique():
            found[measure] = wide["estimate", measure]
            if wide["low", measure].notna().any():
                found[f"{measure}_low"] = wide["low", measure]
                found[f"{measure}_high"] = wide["high", measure]
        table = pd.DataFrame(found)
        order = table[self.main].rank(method="first", ascending=False, na_option="bottom")
        return table.iloc[np.argsort(order.to_numpy())].reset_index()

    def _output(self, output: str | None) -> str:
        if output is None:
            return self.outputs[0]
        if output not in self.units:
            raise SummitryError(
                f"this study did not ask for {quote(str(output))}, but for "
                f"{', '.join(self.outputs)}"
            )
        return output

    @property
    def plot(self) -> SensitivityPlots:
        """Figures of this study, such as ``.plot.ranking()``."""
        from ...plots.sensitivity import SensitivityPlots

        return SensitivityPlots(self)

    @cached_property
    def _text(self) -> str:
        from .words import reading

        return reading(self)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return (
            f"<Sensitivity of {self.scenario.name} by {self.method}: "
            f"{', '.join(self.outputs)}; {self.points} points of {self.runs} runs>"
        )

    def _repr_html_(self) -> str:
        from .words import heading, shown_measures

        parts = [f"<p>{html.escape(heading(self))}</p>"]
        for output in self.outputs:
            table = self.ranking(output)[["input", *shown_measures(self)]].head(_SHOWN)
            parts.append(f"<p><b>{html.escape(output)}</b> ({html.escape(self.units[output])})</p>")
            parts.append(table.to_html(index=False, float_format="{:.3f}".format, border=0))
        parts += [f"<p>{html.escape(w)}</p>" for w in self.warnings]
        return "\n".join(parts)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables (Parquet and CSV), figures, the reading and a manifest into a folder.

        Parameters
        ----------
        folder
            Made if it is not there.
        command
            Kept in the manifest.

        Raises
        ------
        SummitryError
            If the folder holds something else, or cannot be written.
        """
        from ...saving import save_study

        tables = {"sensitivity": self.table, "inputs": self.inputs}
        if len(self.split):
            tables["split"] = self.split
        return save_study(
            Path(folder),
            self.scenario,
            self.key,
            tables=tables,
            figures=self.plot.all(),
            text=str(self),
            about={
                "study_kind": "sensitivity",
                "method": self.method,
                "warnings": list(self.warnings),
            },
            command=command,
        )
