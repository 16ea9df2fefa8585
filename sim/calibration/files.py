"""Fitted coefficients as a file that ships with the package.

The file is JSON with these keys:

``format``
    1.
``name``, ``provenance``
    What it is, and all that made it: summits, method, counts, seed, hash of the rules.
``coefficients``
    What a scenario may hold under its key ``coefficients``: for each fitted coefficient one
    distribution, by group and name. The distributions are independent of each other.
``draws``
    ``names`` and ``values`` of the draws of the posterior, which keep what the coefficients have to
    do with each other, as rows in the order of the names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import SummitryError
from ..scenario._tables import data_file
from ..scenario.distributions import MOST_CHOICES
from .fitting import Posterior

FORMAT = 1
FOLDER = "coefficients"
_LEVELS = np.linspace(0.005, 0.995, 100)
_PLACES = np.linspace(0.0, 1.0, 21)


@dataclass(frozen=True)
class Fitted:
    """A file of fitted coefficients.

    Attributes
    ----------
    name
        Such as ``calibrated_2025``.
    provenance
        Where it comes from.
    coefficients
        Distributions by group and name, as a scenario holds them.
    names
        Coefficients of the draws, such as ``refusing.base``.
    draws
        Draws of the posterior, shape (k, names).
    """

    name: str
    provenance: dict[str, Any]
    coefficients: dict[str, dict[str, Any]]
    names: tuple[str, ...]
    draws: np.ndarray

    @property
    def paths(self) -> list[str]:
        """The coefficients as paths of a scenario."""
        return [f"coefficients.{name}" for name in self.names]

    @property
    def changes(self) -> dict[str, Any]:
        """The distributions as :meth:`sim.Scenario.set` takes them."""
        return {
            f"coefficients.{group}.{name}": value
            for group, values in self.coefficients.items()
            for name, value in values.items()
        }


def marginal(draws: np.ndarray, low: float, high: float) -> dict[str, list[float]]:
    """The uniform or triangular distribution within a range that is nearest to some draws.

    Nearest in the mean distance between quantiles (Wasserstein-1); ends and mode lie on a grid of
    1/20 of the range.

    Parameters
    ----------
    draws
        Shape (k,), within [low, high].
    low, high
        The range.
    """
    wanted = (np.quantile(draws, _LEVELS) - low) / (high - low)
    a, c, b = (g.ravel() for g in np.meshgrid(_PLACES, _PLACES, _PLACES, indexing="ij"))
    fits = (a <= c) & (c <= b) & (a < b)
    a, c, b = a[fits], c[fits], b[fits]
    turn = ((c - a) / (b - a))[:, None]
    wide, up, down = (b - a)[:, None], (c - a)[:, None], (b - c)[:, None]
    left = a[:, None] + np.sqrt(_LEVELS * wide * up)
    right = b[:, None] - np.sqrt((1.0 - _LEVELS) * wide * down)
    triangles = np.abs(np.where(turn > _LEVELS, left, right) - wanted).mean(axis=1)
    flat = np.abs(a[:, None] + wide * _LEVELS - wanted).mean(axis=1)

    def at(place: float) -> float:
        return float(f"{low + (high - low) * place:.6g}")

    if flat.min() <= triangles.min():
        best = int(flat.argmin())
        return {"uniform": [at(a[best]), at(b[best])]}
    best = int(triangles.argmin())
    return {"triangular": [at(a[best]), at(c[best]), at(b[best])]}


def most_alike(draws: np.ndarray, values: Sequence[float]) -> dict[str, list[float]] | float:
    """The choice of equally likely values, some more than once, that is nearest to some draws.

    Nearest in total variation. One value alone is that number.

    Parameters
    ----------
    draws
        Shape (k,), each one of the values.
    values
        What a draw may be.
    """
    wanted = np.array([(draws == v).mean() for v in values])
    best, found = 2.0, tuple(values)
    for size in range(1, MOST_CHOICES + 1):
        for chosen in combinations_with_replacement(sorted(values), size):
            off = float(np.abs([chosen.count(v) / size for v in values] - wanted).sum())
            if off < best - 1e-9:
                best, found = off, chosen
    return {"choice": list(found)} if len(set(found)) > 1 else found[0]


def written(name: str, fitted: Posterior, provenance: dict[str, Any]) -> str:
    """The text of a file of fitted coefficients; the same bytes for the same posterior."""
    prior = fitted.prior
    groups: dict[str, dict[str, Any]] = {}
    for j, coefficient in enumerate(prior.names):
        group, _, own = coefficient.partition(".")
        draws, values = fitted.draws[:, j], prior.values[j]
        shape = (
            most_alike(draws, values) if values else marginal(draws, prior.low[j], prior.high[j])
        )
        groups.setdefault(group, {})[own] = shape
    head = {"format": FORMAT, "name": name, "provenance": provenance, "coefficients": groups}
    text = json.dumps(head, indent=1, ensure_ascii=False)
    rows = ",\n".join(
        "   [" + ", ".join(f"{v:.4g}" for v in row) + "]" for row in fitted.draws.tolist()
    )
    names = json.dumps(list(prior.names))
    return f'{text[:-2]},\n "draws": {{\n  "names": {names},\n  "values": [\n{rows}\n  ]\n }}\n}}\n'


def read(source: str | Path) -> Fitted:
    """Read fitted coefficients.

    Parameters
    ----------
    source
        Path of a file, or the name of one that ships, such as ``calibrated_2025``.

    Raises
    ------
    SummitryError
        If it cannot be read or is no such file.
    """
    try:
        path = Path(source)
        if path.suffix != ".json":
            path = data_file(f"{FOLDER}/{source}.json")
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise SummitryError(f"{path} has format {data['format']}; this version reads {FORMAT}")
        return Fitted(
            data["name"],
            data["provenance"],
            data["coefficients"],
            tuple(data["draws"]["names"]),
            np.array(data["draws"]["values"], dtype=float),
        )
    except OSError as error:
        raise SummitryError(f"cannot read the coefficients {source}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SummitryError(f"{source} is no file of fitted coefficients: {error}") from error
