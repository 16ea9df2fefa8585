"""Counting what the tables of an ensemble hold: terms, side letters, objections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ..scenario.grid import GridTerm
from ..scenario.resolve import Resolved

HEADLINE = "headline_pct_gdp"
DIRECTIONS = ("lower", "higher")


def slices(table: pd.DataFrame, rows: int = 2**20) -> Iterator[slice]:
    """Pieces of a long table, so that what is computed from its rows never fills the memory."""
    for start in range(0, len(table), rows):
        yield slice(start, start + rows)


def codes(column: pd.Series, names: Sequence[str]) -> np.ndarray:
    """Place of each value among ``names``, -1 where it is missing or another."""
    values = pd.Categorical(column)
    place = pd.Index(list(names)).get_indexer(values.categories)
    return np.append(place, -1)[values.codes]


def deals(runs: pd.DataFrame) -> np.ndarray:
    """Whether each run ended with a text, shape (runs,)."""
    return (runs["outcome"] != "no_deal").to_numpy()


def reported_terms(scenario: Resolved, runs: pd.DataFrame) -> list[GridTerm]:
    """The terms that the tables report, and first the headline (core + broader) where it exists."""
    terms = [term for term in scenario.terms if term.written]
    if HEADLINE not in runs:
        return terms
    by_name = {term.name: term for term in scenario.terms}
    core, broader = by_name["core_pct_gdp"], by_name["broader_pct_gdp"]
    values = sorted({round(c + b, 9) for c in core.values for b in broader.values})
    opening = round(core.values[core.opening] + broader.values[broader.opening], 9)
    headline = GridTerm(
        HEADLINE, core.unit, tuple(values), (), values.index(opening), None, 1, False
    )
    return [headline, *terms]


def term_counts(term: GridTerm, runs: pd.DataFrame) -> np.ndarray:
    """Runs with a deal that adopted each value of a term.

    Returns
    -------
    ndarray of int, shape (values,)
        In order of the drafting grid; the last one counts texts without the term where the text
        may go without it.
    """
    adopted = runs.loc[deals(runs), term.name]
    places = grid_places(term, adopted)
    return np.bincount(places[places >= 0], minlength=len(term.values))


def grid_places(term: GridTerm, column: pd.Series) -> np.ndarray:
    """Place on the drafting grid of each value in a table; -1 where it is missing for no reason."""
    if term.labels:
        return codes(column, term.labels).astype(np.int64)
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    grid = np.array(term.values[:-1] if term.or_none else term.values)
    places = np.searchsorted((grid[1:] + grid[:-1]) / 2, numbers)
    return np.where(np.isnan(numbers), len(grid) if term.or_none else -1, places)


def letters(members: pd.DataFrame, runs: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Deals in which each member has a side letter, shape (members,)."""
    granted = members.loc[members["side_letter"].to_numpy(dtype=bool), ["replication", "member"]]
    with_deal = granted[np.isin(granted["replication"], runs.loc[deals(runs), "replication"])]
    return np.bincount(codes(with_deal["member"], names), minlength=len(names))


def blocking(
    table: pd.DataFrame, scenario: Resolved, weights: np.ndarray, prefix: str = ""
) -> np.ndarray:
    """What members object to, added up.

    Parameters
    ----------
    table
        Rows with ``member``, and ``blocking_term`` and ``blocking_direction`` after ``prefix``.
    scenario
        Gives the order of members and terms.
    weights
        What each row counts, shape (rows,).
    prefix
        ``last_`` for the table of members.

    Returns
    -------
    ndarray, shape (members, terms + 1, 2)
        By member, term and direction (lower, higher); the last term stands for none named.
    """
    names = [term.name for term in scenario.terms]
    members = [p.code for p in scenario.members]
    m, k = len(members), len(names)
    total = np.zeros(m * (k + 1) * 2)
    for rows in slices(table):
        part = table.iloc[rows]
        who = codes(part["member"], members)
        what = codes(part[f"{prefix}blocking_term"], names).astype(np.int64)
        where = np.maximum(codes(part[f"{prefix}blocking_direction"], DIRECTIONS), 0)
        what = np.where(what < 0, k, what)
        place = (who.astype(np.int64) * (k + 1) + what) * 2 + where
        keep = who >= 0
        total += np.bincount(place[keep], weights=weights[rows][keep], minlength=len(total))
    return total.reshape(m, k + 1, 2)


def holdouts(members: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The rows of the members that broke silence on the last text of runs without a deal."""
    failed = runs.loc[~deals(runs), "replication"]
    refused = members[~members["accepts"].to_numpy(dtype=bool)]
    return refused[np.isin(refused["replication"], failed)]
