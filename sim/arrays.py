"""Results as xarray datasets: the tables again, with named dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .engine.problem import Setup
from .errors import SummitryError
from .scenario.grid import GridTerm

if TYPE_CHECKING:
    import xarray

    from .ensemble import Ensemble

_NO_TERMS = ("replication", "member", "point")


def _xarray() -> Any:
    try:
        import xarray
    except ImportError:
        raise SummitryError(
            "xarray is not installed; install summitry with its extra: summitry[xarray]"
        ) from None
    return xarray


def ensemble_dataset(ensemble: Ensemble) -> xarray.Dataset:
    """An ensemble with the dimensions scenario, replication, member, term, and round with a trace.

    There is one ``scenario``, under its name, so that ensembles can be joined along it:
    ``xarray.concat([a, b], dim="scenario")``.

    Variables
    ---------
    text (scenario, replication, term)
        What was adopted; a term with levels by the place of its level, from 0; nan without a deal
        or where the text goes without the term. Attributes such as
        ``levels_of_wording``: names of the levels.
    outcome, adopted_round, n_side_letters, ... (scenario, replication)
        Columns of the table of runs; sampled inputs under their paths.
    side_letter, objections, accepts, net_loss, refusal_cost, ... (scenario, replication, member)
        Columns of the table of members.
    tabled (scenario, replication, round, term), passed (scenario, replication, round, member)
        The text of each round, and who let it pass (1, 0; nan after the end). Only with a trace.
    """
    xr = _xarray()
    setup = ensemble.scenario.setup
    terms = [t for t in setup.scenario.terms if t.written]
    runs, members = ensemble.table, ensemble.members
    variables: dict[str, Any] = _of_runs(runs, terms)
    shape = (len(runs), len(setup.codes))
    for name in members.columns:
        if name not in _NO_TERMS:
            variables[name] = (("replication", "member"), _plain(members[name]).reshape(shape))
    coordinates: dict[str, Any] = {
        "replication": runs["replication"].to_numpy(),
        "member": list(setup.codes),
        "term": [t.name for t in terms],
    }
    if ensemble.traced:
        variables |= _of_rounds(ensemble.rounds, runs, setup, terms)
        coordinates["round"] = np.arange(1, setup.problem.n_rounds + 1)
    about = {"scenario_hash": ensemble.scenario.hash, "seed": str(ensemble.seed)}
    dataset: xarray.Dataset = xr.Dataset(variables, coordinates, about)
    return dataset.expand_dims(scenario=[ensemble.scenario.name])


def sweep_dataset(
    setup: Setup, table: pd.DataFrame, points: pd.DataFrame, varied: Sequence[str]
) -> xarray.Dataset:
    """A sweep with the dimensions scenario, replication and term.

    The varied values are coordinates of the dimension ``scenario``. Points that were stopped early
    have missing values (nan, an empty outcome) in the replications that were not played.
    """
    xr = _xarray()
    terms = [t for t in setup.scenario.terms if t.written]
    datasets = []
    for point in points["point"]:
        rows = table[table["point"] == point].drop(columns=list(varied))
        coordinates = {
            "replication": rows["replication"].to_numpy(),
            "term": [t.name for t in terms],
        }
        datasets.append(xr.Dataset(_of_runs(rows, terms), coordinates))
    whole = xr.concat(datasets, dim="scenario", join="outer")
    named: xarray.Dataset = whole.assign_coords(
        scenario=points["point"].to_numpy(),
        **{path: ("scenario", points[path].to_numpy()) for path in varied},
    )
    return named


def _of_runs(runs: pd.DataFrame, terms: Sequence[GridTerm]) -> dict[str, Any]:
    names = [t.name for t in terms]
    text = np.stack([_term(t, runs[t.name]) for t in terms], axis=-1)
    found: dict[str, Any] = {"text": (("replication", "term"), text, _levels(terms))}
    for name in runs.columns:
        if name not in names and name not in _NO_TERMS:
            found[name] = ("replication", _plain(runs[name]))
    return found


def _of_rounds(
    rounds: pd.DataFrame, runs: pd.DataFrame, setup: Setup, terms: Sequence[GridTerm]
) -> dict[str, Any]:
    who = pd.Index(["mediator", *setup.codes]).get_indexer(
        pd.Index(rounds["member"].astype(object))
    )
    run = pd.Index(runs["replication"]).get_indexer(pd.Index(rounds["replication"]))
    at = rounds["round"].to_numpy(dtype=np.int64) - 1
    shape = (len(runs), setup.problem.n_rounds)
    tabled = np.full((*shape, len(terms)), np.nan)
    passed = np.full((*shape, len(setup.codes)), np.nan)
    text = who == 0
    for j, term in enumerate(terms):
        tabled[run[text], at[text], j] = _term(term, rounds.loc[text, term.name])
    answers = rounds.loc[~text, "accepts"].to_numpy(dtype=float)
    passed[run[~text], at[~text], who[~text] - 1] = answers
    return {
        "tabled": (("replication", "round", "term"), tabled, _levels(terms)),
        "passed": (("replication", "round", "member"), passed),
    }


def _levels(terms: Sequence[GridTerm]) -> dict[str, str]:
    return {f"levels_of_{t.name}": ", ".join(t.labels) for t in terms if t.labels}


def _term(term: GridTerm, column: pd.Series) -> np.ndarray:
    if term.labels:
        codes = pd.Categorical(column, categories=list(term.labels)).codes
        return np.where(codes < 0, np.nan, codes)
    return column.to_numpy(dtype=float, na_value=np.nan)


def _plain(column: pd.Series) -> np.ndarray:
    """A column as NumPy holds it: categories as text, missing whole numbers as nan."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(object).fillna("").to_numpy(dtype=str)
    if pd.api.types.is_extension_array_dtype(column.dtype):
        return column.to_numpy(dtype=float, na_value=np.nan)
    return column.to_numpy()
