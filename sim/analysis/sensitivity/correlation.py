"""Inputs that depend on each other: the correlation of their normal scores (a Gaussian copula)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ...batch.knobs import HasLoaded
from ...errors import SummitryError
from ...scenario.naming import Names

#: Correlation by pair of inputs, or by group of members.
Correlation = Mapping[str | tuple[str, str], float] | None


def correlation_of(scenario: HasLoaded, paths: Sequence[str], given: Correlation) -> np.ndarray:
    """The correlation matrix of the normal scores of inputs.

    Parameters
    ----------
    scenario
        The scenario, for its groups.
    paths
        The inputs.
    given
        ``{("parties.EST.fiscal_room", "parties.LVA.fiscal_room"): 0.6}`` for a pair, or
        ``{"baltics": 0.6}`` for all pairs of members of a region or group in the same attribute.

    Returns
    -------
    ndarray
        Shape (inputs, inputs).

    Raises
    ------
    SummitryError
        If it names no inputs of the study, or no distribution can have these correlations.
    """
    matrix = np.eye(len(paths))
    for who, value in (given or {}).items():
        if isinstance(value, bool) or not -1.0 < float(value) < 1.0:
            raise SummitryError(f"a correlation lies between -1 and 1, got {value!r} for {who}")
        pairs = _group(scenario, paths, who) if isinstance(who, str) else [_pair(paths, who)]
        for i, j in pairs:
            matrix[i, j] = matrix[j, i] = float(value)
    if np.linalg.eigvalsh(matrix).min() < 1e-9:
        raise SummitryError(
            "no inputs can have these correlations together (the matrix is not positive definite)"
        )
    return matrix


def _pair(paths: Sequence[str], who: tuple[str, str]) -> tuple[int, int]:
    if len(who) != 2 or who[0] == who[1] or not set(who) <= set(paths):
        raise SummitryError(f"correlation {who}: name two inputs of this study")
    return paths.index(who[0]), paths.index(who[1])


def _group(scenario: HasLoaded, paths: Sequence[str], who: str) -> list[tuple[int, int]]:
    names = Names(scenario.loaded.file)
    groups = {**names.groups, **scenario.loaded.resolved.groups}
    if who not in groups:
        raise SummitryError(
            f"correlation: there is no group {who!r}; groups are {', '.join(groups) or 'missing'}"
        )
    split = [path.split(".") for path in paths]
    inside = [
        j
        for j, parts in enumerate(split)
        if parts[0] == "parties" and len(parts) > 2 and names.code(parts[1]) in groups[who]
    ]
    pairs = [(i, j) for i, j in combinations(inside, 2) if split[i][2:] == split[j][2:]]
    if not pairs:
        raise SummitryError(f"correlation: no two inputs of this study belong to {who}")
    return pairs
