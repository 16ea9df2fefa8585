"""A sensitivity study in words: what it says, and what to be careful about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .design import Analysis, Method
from .outputs import Output

if TYPE_CHECKING:
    import pandas as pd

    from .result import Sensitivity

#: Half the width of an interval at which an index counts as known (Sarrazin, Pianosi & Wagener
#: 2016, Environmental Modelling & Software 79, 135-152, doi:10.1016/j.envsoft.2016.02.005, take
#: 0.05 for the whole width of a normalised index), and the same in relation to the largest effect.
PRECISION = 0.05
RELATIVE = 0.1
_MISSING = 0.01
_TOP = 8

_MEASURES = {
    "morris": ("effect", "mu", "noise"),
    "sobol": ("total", "first"),
    "pawn": ("ks", "noise"),
    "shapley": ("shapley",),
    "tornado": ("low", "high", "swing"),
}
_WORDS = {
    "morris": "effect: how much the outcome changes when an input moves by half of its range "
    "(root mean square, noise taken off)",
    "sobol": "total: share of the variance that would remain if only this input were unknown; "
    "first: what it takes away alone",
    "pawn": "ks: how far knowing the input moves the distribution of the outcome, 0 to 1",
    "shapley": "shapley: fair share of the variance, adding up to 1",
    "tornado": "low, high: change of the outcome with the input at its 5% and 95% quantile, all "
    "others at their medians",
}


def shown_measures(study: Sensitivity) -> list[str]:
    """The measures that a short table shows."""
    there = set(study.table["measure"])
    return [m for m in _MEASURES[study.method] if m in there]


def heading(study: Sensitivity) -> str:
    """What was done, in one line."""
    total = study.points * study.runs
    names = study.table["input"].nunique()
    what = "inputs" if names == len(study.inputs) else f"groups of {len(study.inputs)} inputs"
    return (
        f"{study.scenario.title}: {study.method}, {names} {what}, {study.points:,} points of "
        f"{study.runs:,} runs ({total:,} runs), seed {study.seed}"
    )


def reading(study: Sensitivity) -> str:
    """The whole study as text."""
    lines = [heading(study), f"{_WORDS[study.method]}; brackets hold 95% intervals"]
    for output in study.outputs:
        table = study.ranking(output)
        unit = study.units[output]
        lines += ["", f"{output} ({unit})" if unit else output]
        if len(study.split) and output in set(study.split["output"]):
            lines.append(_split_line(study, output))
        if table[study.main].isna().all():
            continue
        width = max(len(str(name)) for name in table["input"].head(_TOP))
        for _, row in table.head(_TOP).iterrows():
            cells = [_cell(row, measure) for measure in shown_measures(study)]
            lines.append(f"  {row['input']!s:<{width}}  " + "  ".join(cells))
        if len(table) > _TOP:
            others, rest = len(table) - _TOP, max(0.0, float(table[study.main].iloc[_TOP]))
            count = "1 other" if others == 1 else f"{others} others"
            lines.append(f"  {count} at most {rest:.3f}")
    if study.warnings:
        lines += ["", *study.warnings]
    return "\n".join(lines)


def _cell(row: pd.Series, measure: str) -> str:
    ends = [f"{measure}{end}" for end in ("", "_low", "_high")]
    # No minus before a zero.
    value, *interval = (f"{round(row[e], 3) + 0.0:.3f}" for e in ends if e in row)
    return f"{measure} {value:>7}" + (f" [{', '.join(interval)}]" if interval else "")


def _split_line(study: Sensitivity, output: str) -> str:
    row = study.split.set_index("output").loc[output]
    if not np.isfinite(row["share"]):
        return "  the outcome does not vary"
    if not row["parametric_low"] > 0.0:
        return "  what the inputs explain cannot be told from the noise of runs"
    return (
        f"  the inputs explain {row['share']:.1%} [{row['share_low']:.1%}, "
        f"{row['share_high']:.1%}] of the variance of a single run"
    )


def cautions(
    method: Method, output: Output, found: Analysis, names: tuple[str, ...], samples: int, runs: int
) -> list[str]:
    """What to be careful about with one outcome.

    Parameters
    ----------
    method, output, found
        How, what, and what came out.
    names
        Names of the units.
    samples, runs
        Rows of the design and runs of each point.
    """
    said = []
    if output.given_deal and found.used < 1.0 - _MISSING:
        what = "points" if method.name in ("pawn", "tornado") else "rows of points"
        said.append(
            f"{output.name}: {1.0 - found.used:.1%} of the {what} are left out, as too few runs "
            "there end with a deal; what is told holds where deals are common"
        )
    if found.used == 0.0:
        return said
    variance = found.split.get("parametric")
    if variance is not None and not found.split["stochastic"].value + variance.value > 0.0:
        said.append(f"{output.name}: is the same in every run")
        return said
    if variance is not None and not variance.low > 0.0:
        said.append(
            f"{output.name}: what the inputs do cannot be told from the noise of runs; its indices "
            "mean nothing"
        )
        return said
    worst, name, measure, sizes = 0.0, "", "", 1.0
    for candidate in method.judged:
        e = found.measures[candidate]
        half = 0.5 * (e.high - e.low)
        largest = float(np.nanmax(np.abs(e.value), initial=0.0)) if method.relative else 1.0
        if not np.isfinite(half).any() or largest == 0.0:
            continue
        j = int(np.nanargmax(half))
        if half[j] / largest > worst:
            worst, name, measure, sizes = float(half[j]) / largest, names[j], candidate, largest
    limit = RELATIVE if method.relative else PRECISION
    if worst > limit:
        times = (worst / limit) ** 2
        said.append(
            f"{output.name}: not converged; {measure} of {name} is known to +-{worst * sizes:.2g} "
            f"only. {_advice(method.name, samples, runs, times)} would make it "
            f"+-{limit * sizes:.2g}"
        )
    return said


def _advice(method: str, samples: int, runs: int, times: float) -> str:
    """How much more to play, in words."""
    if method == "tornado":
        return f"About {_round_up(runs * times):,} runs a point (now {runs:,})"
    more = samples * times
    size = 2 ** int(np.ceil(np.log2(more))) if method in ("sobol", "pawn") else _round_up(more)
    return f"About {size:,} samples (now {samples:,}, each point with {runs} runs)"


def _round_up(number: float) -> int:
    """A number of two digits that is not smaller."""
    unit = 10 ** max(0, int(np.floor(np.log10(number))) - 1)
    return int(np.ceil(number / unit)) * unit
