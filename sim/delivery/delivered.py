"""What was delivered after each run of a summit, and what it adds up to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..errors import SummitryError
from .pull import Array
from .texts import Summit

if TYPE_CHECKING:
    import pandas as pd

    from ..api import Scenario
    from ..ensemble import Ensemble
    from ..plots.delivery import DeliveryPlots

#: NATO publishes two decimals; 3.495 is 3.5.
ROUNDING = 0.005
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
#: Levels that are always reported, % GDP: from the old pledge to that of The Hague.
LEVELS = (2.0, 2.5, 3.0, 3.5)
#: The alliance among the members.
ALL = "ALL"


@dataclass(frozen=True)
class Delivery:
    """What members spend after each run of a summit; R runs, M members with forces, Y years.

    Attributes
    ----------
    ensemble
        The runs of the summit.
    summit
        Texts, side letters and attributes of the runs.
    years
        The years that were played.
    core
        Core spending, % GDP, shape (R, M, Y).
    gdp
        Gross domestic product in constant US dollars of the last known year, bn, shape (M, Y).
    planned
        Members on a national path that had been announced by the day of the summit.
    options
        What was asked for, as plain data: ``until``, ``since``, ``plans``, ``text``.
    """

    ensemble: Ensemble
    summit: Summit
    years: tuple[int, ...]
    core: npt.NDArray[np.float32]
    gdp: Array
    planned: tuple[str, ...]
    options: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.core)

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the members, in the order of the arrays."""
        return self.summit.start.members

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every path: ``replication``, ``member``, ``year``, ``core_pct_gdp``."""
        import pandas as pd

        runs, members, years = self.core.shape
        return pd.DataFrame(
            {
                "replication": np.repeat(self.summit.replications, members * years),
                "member": pd.Categorical.from_codes(
                    np.tile(np.repeat(np.arange(members), years), runs), pd.Index(self.members)
                ),
                "year": np.tile(np.array(self.years, dtype=np.int16), runs * members),
                "core_pct_gdp": self.core.ravel(),
            }
        )

    @cached_property
    def fans(self) -> pd.DataFrame:
        """Quantiles of core spending by member and year: ``q2.5`` to ``q97.5``, and ``mean``."""
        import pandas as pd

        index = pd.MultiIndex.from_product([self.members, self.years], names=["member", "year"])
        q = np.quantile(self.core, QUANTILES, axis=0).reshape(len(QUANTILES), -1)
        columns = {f"q{100 * p:g}": q[j] for j, p in enumerate(QUANTILES)}
        columns["mean"] = self.core.mean(axis=0, dtype=float).ravel()
        return pd.DataFrame(columns, index=index).reset_index()

    def reach(self, target: float | None = None) -> pd.DataFrame:
        """Who has reached a level by when.

        Parameters
        ----------
        target
            Core spending, % GDP; that of the text of each run if not given, over runs with a deal.

        Returns
        -------
        DataFrame
            ``member``, ``year``, ``reached`` (share of runs in which the member stood at the level
            in that year or one before) and ``there`` (share in which it stands there in that year).

        Raises
        ------
        SummitryError
            If no run had a deal and no level is given.
        """
        import pandas as pd

        at, runs = self._at(target)
        index = pd.MultiIndex.from_product([self.members, self.years], names=["member", "year"])
        there = at[runs].mean(axis=0).ravel()
        reached = np.maximum.accumulate(at[runs], axis=2).mean(axis=0).ravel()
        return pd.DataFrame({"reached": reached, "there": there}, index=index).reset_index()

    def how_many(self, target: float | None = None) -> pd.DataFrame:
        """How many members stand at a level in each year: quantiles over runs, see `reach`."""
        import pandas as pd

        at, runs = self._at(target)
        count = at[runs].sum(axis=1)
        q = np.quantile(count, QUANTILES, axis=0)
        columns = {f"q{100 * p:g}": q[j] for j, p in enumerate(QUANTILES)}
        return pd.DataFrame({"year": self.years, **columns, "mean": count.mean(axis=0)})

    def _at(self, target: float | None) -> tuple[np.ndarray, np.ndarray]:
        """Where a level is reached, shape (R, M, Y), and the runs that count, shape (R,)."""
        if target is not None:
            return self.core >= target - ROUNDING, np.ones(len(self), dtype=bool)
        deal = self.deal
        if not deal.any():
            raise SummitryError("no run had a deal; say which level, such as target=2")
        return self.core >= self.summit.core[:, None, None] - ROUNDING, deal

    @property
    def deal(self) -> np.ndarray:
        """In which runs a text was adopted, shape (R,)."""
        return ~np.isnan(self.summit.core)

    @cached_property
    def pledged(self) -> Array:
        """The straight line from today to the text's core by its date, % GDP, (R, M, Y).

        Afterwards the text's core; never below today's. nan without a deal. Side letters do not
        count: this is what the text says of all.
        """
        start, core = self.summit.start.spending[:, :, None], self.summit.core[:, None, None]
        deadline = np.nan_to_num(self.summit.deadline, nan=self.years[0])[:, None, None]
        length = np.maximum(deadline - self.summit.start.year, 1.0)
        done = np.minimum((np.array(self.years) - self.summit.start.year) / length, 1.0)
        return start + np.maximum(core - start, 0.0) * done

    @cached_property
    def alliance(self) -> pd.DataFrame:
        """The alliance in each run and year.

        ``core_pct_gdp`` of all members weighted by GDP, the same without the demander as
        ``others_pct_gdp``, and ``core_usd_bn`` in constant US dollars of the last known year.
        """
        import pandas as pd

        runs, _, years = self.core.shape
        money = np.einsum("rmy,my->ry", self.core.astype(float), self.gdp) / 100.0
        demanders = self.ensemble.scenario.loaded.resolved.demanders
        others = np.array([code not in demanders for code in self.members])
        part = np.einsum("rmy,my->ry", self.core[:, others].astype(float), self.gdp[others])
        return pd.DataFrame(
            {
                "replication": np.repeat(self.summit.replications, years),
                "year": np.tile(self.years, runs),
                "core_pct_gdp": (100.0 * money / self.gdp.sum(axis=0)).ravel(),
                "others_pct_gdp": (part / self.gdp[others].sum(axis=0)).ravel(),
                "core_usd_bn": money.ravel(),
            }
        )

    def met(self) -> pd.DataFrame:
        """Who stands at the text's core in the year of its date.

        Returns
        -------
        DataFrame
            ``member``, ``met`` (share of the runs with a dated deal) and ``runs`` (how many these
            are); runs whose date lies beyond the years that were played do not count.
        """
        import pandas as pd

        due = self.summit.deadline - self.years[0]
        counts = (due >= 0) & (due < len(self.years))
        at = self.core[counts, :, due[counts].astype(int)]
        met = at >= self.summit.core[counts, None] - ROUNDING
        share = met.mean(axis=0) if counts.any() else np.full(len(self.members), np.nan)
        return pd.DataFrame({"member": self.members, "met": share, "runs": int(counts.sum())})

    @cached_property
    def credibility_gap(self) -> pd.DataFrame:
        """What is pledged less what is expected, by member and year and for ``ALL``.

        Means over the runs with a deal: ``pledged_pct_gdp`` (see `pledged`), ``expected_pct_gdp``,
        their difference ``gap_pp`` (percentage points; below 0 for members who do more), and the
        expected shortfall ``short_pp`` and ``short_usd_bn`` (constant US dollars a year), in which
        those who do more do not make up for those who do less.

        Raises
        ------
        SummitryError
            If no run had a deal, so that nothing was pledged.
        """
        import pandas as pd

        deal = self.deal
        if not deal.any():
            raise SummitryError("no run had a deal, so nothing was pledged")
        line, core = self.pledged[deal], self.core[deal].astype(float)
        each = [line.mean(axis=0), core.mean(axis=0), np.maximum(line - core, 0.0).mean(axis=0)]
        total = self.gdp.sum(axis=0)
        pledged, expected, short = (
            np.vstack([of, (of * self.gdp).sum(axis=0) / total]) for of in each
        )
        index = pd.MultiIndex.from_product(
            [(*self.members, ALL), self.years], names=["member", "year"]
        )
        columns = {
            "pledged_pct_gdp": pledged,
            "expected_pct_gdp": expected,
            "gap_pp": pledged - expected,
            "short_pp": short,
            "short_usd_bn": short * np.vstack([self.gdp, total]) / 100.0,
        }
        flat = {name: values.ravel() for name, values in columns.items()}
        return pd.DataFrame(flat, index=index).reset_index()

    @property
    def plot(self) -> DeliveryPlots:
        """Figures, such as ``.plot.fans()``."""
        from ..plots.delivery import DeliveryPlots

        return DeliveryPlots(self)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, figures, reading and manifest into a folder; see :mod:`sim.saving`.

        ``delivery.parquet`` holds `table`, ``reach`` and ``levels`` who has reached the core of the
        text and each of `LEVELS` by when.
        """
        import pandas as pd

        from ..saving import save_study

        tables = {
            "delivery": self.table,
            "fans": self.fans,
            "alliance": self.alliance,
            "levels": pd.concat([self.reach(p).assign(level_pct_gdp=p) for p in LEVELS]),
        }
        if self.deal.any():
            tables |= {
                "reach": self.reach(),
                "met": self.met(),
                "credibility_gap": self.credibility_gap,
            }
        return save_study(
            Path(folder),
            self.ensemble.scenario,
            self.key,
            tables=tables,
            figures=self.plot.all(),
            text=str(self),
            about={"study_kind": "delivery", "delivery_code": source_hash()},
            command=command,
        )

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        e = self.ensemble
        return study_key(e.scenario, e.seed, len(e), self.options)

    def __str__(self) -> str:
        from .words import write

        return write(self)

    def __repr__(self) -> str:
        span = f"{self.years[0]}-{self.years[-1]}"
        return f"<Delivery of {len(self)} runs of {self.ensemble.scenario.name}, {span}>"


def study_key(
    scenario: Scenario, seed: int, runs: int, options: Mapping[str, Any]
) -> dict[str, Any]:
    """What decides the results of a delivery, as plain data."""
    from ..results import study_of

    return {**study_of(scenario, seed, runs, False), "delivery": dict(options)}


def source_hash() -> str:
    """Hash of the sources, the shipped posterior and the national paths."""
    home = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*home.glob("*.py"), *home.glob("data/*")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
