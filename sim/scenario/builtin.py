"""The built-in members of NATO at three summits, each value with its provenance.

`members` reads the shipped tables as they were known at a summit and applies the formulas of
`sim.scenario.indices`. Other shipped tables are read by `rows`.
"""

from __future__ import annotations

from functools import lru_cache

from sim.scenario._build import BASES, Builder
from sim.scenario._names import alias, regions
from sim.scenario._opinion import opinions
from sim.scenario._record import (
    GRADES,
    MEMBER_FIELDS,
    MemberRecord,
    Provenance,
    explain,
    table,
)
from sim.scenario._tables import data_file, rows
from sim.scenario.indices import WEIGHTS, IndexWeights

__all__ = [
    "GRADES",
    "MEMBER_FIELDS",
    "SUMMITS",
    "MemberRecord",
    "Provenance",
    "alias",
    "data_file",
    "explain",
    "members",
    "members_table",
    "regions",
    "rows",
]

SUMMITS = tuple(BASES)
"""Summits with built-in members, latest first."""


def members(summit: str, weights: IndexWeights = WEIGHTS) -> dict[str, MemberRecord]:
    """The members of NATO at a summit, on the data known then.

    Parameters
    ----------
    summit : str
        One of `SUMMITS`.
    weights : IndexWeights
        Weights of the indices; change them with `dataclasses.replace` to test how much they matter.

    Returns
    -------
    dict of str to MemberRecord
        By alpha-3 code, sorted: 32 members in 2025, 31 in 2023, 28 in 2014.

    Raises
    ------
    ValueError
        If there is no such summit.
    """
    if summit not in BASES:
        raise ValueError(f"no built-in members for {summit!r}; there are: {', '.join(SUMMITS)}")
    return dict(_members(summit, weights))


def members_table(summit: str, weights: IndexWeights = WEIGHTS) -> list[dict[str, object]]:
    """The members at a summit as table rows, see `members` for the parameters.

    Returns
    -------
    list of dict
        One row per member with every field of `MEMBER_FIELDS` and its ``grade_<field>``.
    """
    return table(members(summit, weights))


@lru_cache(maxsize=16)
def _members(summit: str, w: IndexWeights) -> dict[str, MemberRecord]:
    basis = BASES[summit]
    present = [r for r in rows("members") if int(r["accession_year"]) <= basis.year]
    opinion = opinions(basis.year, w)
    spending = {
        r["iso3"]: r
        for r in rows("defence_spending_vintages")
        if r["vintage"] == basis.spending_vintage and int(r["year"]) == basis.spending_year
    }
    fiscal = {r["iso3"]: r for r in rows("fiscal") if int(r["year"]) == basis.fiscal_year}
    leverage = {r["iso3"]: r for r in rows("us_leverage")}
    governments = {r["iso3"]: r for r in rows("governments") if r["summit_id"] == basis.summit_id}
    records = {}
    for row in sorted(present, key=lambda r: r["iso3"]):
        iso3 = row["iso3"]
        build = Builder(basis, w)
        build.identity(row, fiscal[iso3])
        build.spending(row, spending.get(iso3))
        build.threat(row, opinion[iso3])
        build.fiscal(fiscal[iso3])
        if iso3 == "USA":
            build.us_itself(leverage[iso3])
        else:
            build.us_leverage(row, leverage[iso3])
        build.domestic(governments[iso3], governments.values())
        records[iso3] = build.record()
    return records
