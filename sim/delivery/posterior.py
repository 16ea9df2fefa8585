"""What the fit gives: draws of the coefficients, and the file that ships them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .pull import Array

FILE = Path(__file__).parent / "data" / "posterior.parquet"

_LAST = "known_to"

#: Coefficients that all members share, in the order of the table in ``docs/delivery.md``.
SHARED = {
    "pull": "share of the asked step that a middling member makes",
    "pull_threat": "how much larger that share is at threat 1 than at 0",
    "room": "yearly rise of log spending at fiscal room 1 over that at 0",
    "reversion": "yearly fall of log spending for each unit of log spending above 2% of GDP",
    "long_run": "rise of log spending of a middling member in a normal year",
    "threat_long_run": "the same for threat 1 over threat 0",
    "persistence": "share of this year's departure from normal that is left a year later",
    "year_sd": "standard deviation of the news of a year, common to all",
    "threat_year_sd": "the same for threat 1 over threat 0",
    "last_year": "rise of log spending of a middling member in the last known year",
    "threat_last_year": "the same for threat 1 over threat 0",
    "pull_sd": "standard deviation of the pull between members with equal attributes",
    "scale_typical": "typical size of a member's own yearly surprises",
    "scale_alike": "how alike members are in it: shape of the inverse gamma distribution",
}


@dataclass(frozen=True)
class Posterior:
    """Draws from the posterior distribution.

    Attributes
    ----------
    last
        Last year that was known.
    members
        Codes of the M fitted members.
    shared
        Draws of each coefficient of `SHARED`, shape (draws,).
    own_pull
        How much a member's pull departs from that of others with its attributes, (draws, M).
    own_scale
        Scale of a member's yearly surprises (Student t, 4 degrees of freedom), (draws, M).
    """

    last: int
    members: tuple[str, ...]
    shared: dict[str, Array]
    own_pull: Array
    own_scale: Array

    def __len__(self) -> int:
        return len(self.own_pull)

    def __post_init__(self) -> None:
        if set(self.shared) != set(SHARED):
            raise ValueError(f"shared needs exactly: {', '.join(SHARED)}")


def save(posterior: Posterior, path: Path = FILE) -> None:
    """Write the draws, one row each, in single precision."""
    import pandas as pd

    columns = {_LAST: np.full(len(posterior), posterior.last), **posterior.shared}
    for m, code in enumerate(posterior.members):
        columns[f"pull.{code}"] = posterior.own_pull[:, m]
        columns[f"scale.{code}"] = posterior.own_scale[:, m]
    pd.DataFrame(columns).astype(np.float32).to_parquet(path, index=False, compression="zstd")


@cache
def shipped() -> Posterior:
    """The posterior on all that was known when the summit of The Hague met: years to 2024."""
    return load(FILE)


def load(path: Path) -> Posterior:
    """Read what `save` wrote."""
    import pandas as pd

    table = pd.read_parquet(path).astype(float)
    members = tuple(c.removeprefix("pull.") for c in table.columns if c.startswith("pull."))
    return Posterior(
        int(table[_LAST].iloc[0]),
        members,
        {name: table[name].to_numpy() for name in SHARED},
        table[[f"pull.{code}" for code in members]].to_numpy(),
        table[[f"scale.{code}" for code in members]].to_numpy(),
    )
