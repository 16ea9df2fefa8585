"""Grids of scenarios: every combination of some values, and what came out at each point."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..batch.tables import OUTCOMES
from ..errors import SummitryError
from ..scenario.load import parse_value
from .intervals import wilson

MAX_POINTS = 100_000


def parse_vary(text: str) -> tuple[str, list[Any]]:
    """A path and its values, as written after ``--vary``.

    Parameters
    ----------
    text
        ``demander.leverage=0:1:11`` (from, to, how many) or ``mediator.kind=compromise,nash``.

    Raises
    ------
    SummitryError
        If it is neither.
    """
    path, sign, values = text.partition("=")
    if not sign or not path.strip() or not values.strip():
        raise SummitryError(
            f"--vary {text}: write KEY=FROM:TO:HOW_MANY or KEY=VALUE,VALUE, such as "
            "demander.leverage=0:1:11 or demander.leverage=0.2,0.4"
        )
    ends = values.split(":")
    if len(ends) == 3 and "{" not in values:
        try:
            low, high, count = float(ends[0]), float(ends[1]), int(ends[2])
        except ValueError:
            raise SummitryError(f"--vary {text}: FROM, TO and HOW_MANY must be numbers") from None
        if not 2 <= count <= MAX_POINTS or not (math.isfinite(low) and math.isfinite(high)):
            raise SummitryError(f"--vary {text}: HOW_MANY must be from 2 to {MAX_POINTS}")
        # Decimal values as a person would write them: 0.3 and not 0.30000000000000004.
        return path.strip(), [round(float(v), 12) for v in np.linspace(low, high, count)]
    found = parse_value(f"[{values}]", f"--vary {path}")
    return path.strip(), list(found)


def points_of(vary: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """All combinations, the last path changing fastest.

    Raises
    ------
    SummitryError
        If nothing varies, a path has no or equal values, or there are too many combinations.
    """
    for path, values in vary.items():
        if isinstance(values, str) or not len(values):
            raise SummitryError(f"{path}: give a list of values to sweep over")
        if len({repr(v) for v in values}) < len(values):
            raise SummitryError(f"{path}: a value is given twice")
    count = math.prod(len(values) for values in vary.values())
    if not vary or count > MAX_POINTS:
        raise SummitryError(
            f"a sweep must have from 1 to {MAX_POINTS} points, got {count if vary else 0}"
        )
    plain = [[v.item() if isinstance(v, np.generic) else v for v in vs] for vs in vary.values()]
    return [dict(zip(vary, values, strict=True)) for values in itertools.product(*plain)]


def point_rows(runs: pd.DataFrame, point: int, inputs: Sequence[str]) -> pd.DataFrame:
    """The rows of one point in the table of a sweep: its number, and outcomes without inputs."""
    kept = runs[[name for name in runs.columns if name not in set(inputs)]]
    kept.insert(0, "point", np.int32(point))
    return kept


def varied_columns(points: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The varied values of all points by path: numbers, or text where not all are numbers."""
    columns: dict[str, list[Any]] = {}
    for path in points[0]:
        values = [point[path] for point in points]
        numbers = [_number(v) for v in values]
        columns[path] = [str(v) for v in values] if None in numbers else numbers
    return columns


def _number(value: Any) -> float | None:
    """A number, or a scalar of a scenario file that is written as one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def measured(rows: pd.DataFrame, level: float) -> dict[str, Any]:
    """What the runs of one point say.

    Parameters
    ----------
    rows
        The runs of the point.
    level
        Confidence level of the Wilson intervals.

    Returns
    -------
    dict
        ``runs``; ``deal``, every outcome and ``demander_satisfied`` as shares, with ``_low`` and
        ``_high``; and for every column of numbers its mean over the deals with ``_se``, its Monte
        Carlo standard error; for every term with levels the share of each level among the deals.
    """
    n = len(rows)
    deal = (rows["outcome"] != "no_deal").to_numpy()
    found: dict[str, Any] = {"runs": n}
    counts = {"deal": int(deal.sum())}
    counts |= {o: int((rows["outcome"] == o).sum()) for o in OUTCOMES}
    if "demander_satisfied" in rows:
        counts["demander_satisfied"] = int(rows["demander_satisfied"].sum())
    for name, count in counts.items():
        low, high = wilson(count, n, level)
        found |= {name: count / n if n else math.nan, f"{name}_low": low, f"{name}_high": high}
    skip = {"point", "replication", "outcome", "adopted_date", "demander_satisfied"}
    for name in rows.columns:
        if name in skip:
            continue
        column = rows.loc[deal, name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            for label in column.cat.categories:
                share = float((column == label).mean()) if len(column) else math.nan
                found[f"{name}={label}"] = share
            continue
        values = column.to_numpy(dtype=float, na_value=np.nan)
        values = values[~np.isnan(values)]
        found[f"{name}_mean"] = float(values.mean()) if len(values) else math.nan
        spread = float(values.std(ddof=1)) if len(values) > 1 else math.nan
        found[f"{name}_se"] = spread / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return found
