"""Results as tables: one row for each run, each member of a run, each round of a member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..engine.block import Block
from ..engine.problem import Setup
from ..scenario.grid import GridTerm
from ..scenario.resolve import ATTRIBUTES
from .chunks import Failure

#: Makes a table of results, given the number of the first replication.
Maker = Callable[[Setup, Block, int], pd.DataFrame]

OUTCOMES = ("consensus", "consensus_with_side_letters", "adopted_over_objections", "no_deal")


def _replications(first: int, n: int) -> np.ndarray:
    numbers = np.arange(first, first + n)
    return numbers.astype(np.int32) if first + n < 2**31 else numbers


def _category(codes: Any, categories: list[str], ordered: bool = False) -> pd.Categorical:
    return pd.Categorical.from_codes(np.asarray(codes), categories=categories, ordered=ordered)  # type: ignore[call-overload]


def runs_table(setup: Setup, block: Block, first: int = 0) -> pd.DataFrame:
    """One row for each run.

    Columns: replication, outcome, adopted_round (from 1), adopted_date, headline_pct_gdp (where
    the text has core spending), every term, n_side_letters, demander_satisfied (where there is a
    demander), and every sampled input by its path. Terms are missing where there is no deal.
    """
    s = setup.scenario
    n = len(block.adopted_round)
    deal = block.adopted_round >= 0
    letters = block.side_letter.sum(axis=1)
    columns: dict[str, Any] = {"replication": _replications(first, n)}
    outcome = np.where(letters > 0, OUTCOMES[1], OUTCOMES[0]).astype(object)
    outcome = np.where(block.objectors > 0, OUTCOMES[2], outcome)
    columns["outcome"] = pd.Categorical(np.where(deal, outcome, OUTCOMES[3]), categories=OUTCOMES)
    columns["adopted_round"] = pd.array(np.where(deal, block.adopted_round + 1, 0), dtype="Int16")
    columns["adopted_round"][~deal] = pd.NA
    dates = np.array(s.dates, dtype="datetime64[s]")
    columns["adopted_date"] = np.where(deal, dates[block.adopted_round], np.datetime64("NaT"))
    names = [t.name for t in s.terms]
    if "core_pct_gdp" in names and "broader_pct_gdp" in names:
        core, broader = (
            _numbers(s.terms[j], block.choice[:, j], deal)
            for j in (names.index("core_pct_gdp"), names.index("broader_pct_gdp"))
        )
        columns["headline_pct_gdp"] = core + broader
    for j, term in enumerate(s.terms):
        if term.written:
            columns[term.name] = _column(term, block.choice[:, j], deal)
    columns["n_side_letters"] = letters.astype(np.int16)
    if s.file.demander is not None and s.file.demander.headline_pct_gdp is not None:
        reached = columns["headline_pct_gdp"] >= s.file.demander.headline_pct_gdp
        columns["demander_satisfied"] = deal & np.asarray(reached, dtype=bool)
    for j, path in enumerate(setup.sampled_paths):
        columns[path] = block.inputs[:, j]
    return pd.DataFrame(columns)


def _numbers(term: GridTerm, choice: np.ndarray, deal: np.ndarray) -> np.ndarray:
    values = np.array(term.values)[choice]
    missing = ~deal
    if term.or_none:
        missing = missing | (choice == len(term.values) - 1)
    return np.where(missing, np.nan, values)


def _column(term: GridTerm, choice: np.ndarray, deal: np.ndarray) -> Any:
    """A term as tables hold it: a category, a whole number or a number, missing without it."""
    if term.labels:
        codes = np.where(deal, choice, -1)
        return _category(codes, categories=list(term.labels), ordered=True)
    numbers = _numbers(term, choice, deal)
    if all(float(v).is_integer() for v in term.values):
        return pd.array(numbers, dtype="Float64").astype("Int32")
    return numbers


def members_table(setup: Setup, block: Block, first: int = 0) -> pd.DataFrame:
    """One row for each member of each run.

    Columns: replication, member, the sampled attributes (pledges), side_letter, side_payment (where
    a scenario has them: what its party is paid, at the member that speaks for it, in the unit of
    the term), objections (rounds in which it broke silence), last_blocking_term and its direction,
    accepts (whether it let the last text pass), net_loss by that text and refusal_cost, what
    refusing it cost in the last round.
    """
    s = setup.scenario
    r, m = block.net_loss.shape
    columns: dict[str, Any] = {
        "replication": np.repeat(_replications(first, r), m),
        "member": _category(np.tile(np.arange(m), r), categories=list(setup.codes)),
    }
    if s.file.preferences == "pledge":
        for a, name in enumerate(ATTRIBUTES):
            columns[name] = block.attributes[:, :, a].ravel()
    columns["side_letter"] = block.side_letter.ravel()
    pay = s.file.side_payments
    if pay is not None:
        columns["side_payment"] = (block.paid * pay.step).ravel()
    columns["objections"] = block.objections.ravel().astype(np.int16)
    term, direction = _named(setup, block.last_named.ravel())
    columns["last_blocking_term"] = term
    columns["last_blocking_direction"] = direction
    columns["accepts"] = block.passed.ravel()
    columns["net_loss"] = block.net_loss.ravel()
    columns["refusal_cost"] = block.refusal_cost.ravel()
    return pd.DataFrame(columns)


def _named(setup: Setup, codes: np.ndarray) -> tuple[pd.Categorical, pd.Categorical]:
    names = [t.name for t in setup.scenario.terms]
    term = _category(np.abs(codes) - 1, categories=names)
    direction = np.where(codes > 0, 1, np.where(codes < 0, 0, -1))
    return term, _category(direction, categories=["lower", "higher"])


def rounds_table(setup: Setup, block: Block, first: int = 0) -> pd.DataFrame:
    """One row for each member in each round that was played, and one for the mediator.

    Columns: replication, round (from 1), date, member (``mediator`` for the row that holds the
    text), the terms of the text on the table, accepts, blocking_term, blocking_direction,
    side_letter (whether it holds one by then), leverage.
    """
    s = setup.scenario
    played = block.trace_choice[:, :, 0] >= 0
    run, round_ = np.nonzero(played)
    m = len(s.members)
    who = m + 1
    each = np.repeat(np.arange(len(run)), who)
    code = np.tile(np.arange(-1, m), len(run))
    member = code >= 0
    at = np.maximum(code, 0)
    dates = np.array(s.dates, dtype="datetime64[s]")
    columns: dict[str, Any] = {
        "replication": _replications(first, len(played))[run[each]],
        "round": (round_[each] + 1).astype(np.int16),
        "date": dates[round_[each]],
        "member": _category(code + 1, categories=["mediator", *setup.codes]),
    }
    everywhere = np.ones(len(each), dtype=bool)
    for j, term in enumerate(s.terms):
        if term.written:
            columns[term.name] = _column(term, block.trace_choice[run, round_, j][each], everywhere)
    passed = pd.array(block.trace_passed[run[each], round_[each], at], dtype="boolean")
    passed[~member] = pd.NA
    columns["accepts"] = passed
    named = np.where(member, block.trace_named[run[each], round_[each], at], 0)
    columns["blocking_term"], columns["blocking_direction"] = _named(setup, named)
    holds = pd.array(block.trace_letter[run[each], round_[each], at], dtype="boolean")
    holds[~member] = pd.NA
    columns["side_letter"] = holds
    columns["leverage"] = block.trace_leverage[run, round_][each]
    return pd.DataFrame(columns)


def failures_table(failures: Sequence[Failure]) -> pd.DataFrame:
    """One row for each run that could not be played: replication, stage, cause."""
    return pd.DataFrame(
        {
            "replication": np.array([f.replication for f in failures], dtype=np.int64),
            "stage": pd.array([f.stage for f in failures], dtype="str"),
            "cause": pd.array([f.cause for f in failures], dtype="str"),
        }
    )


def without_failures(table: pd.DataFrame, failures: Sequence[Failure]) -> pd.DataFrame:
    """A table without the rows of runs that could not be played."""
    if not failures:
        return table
    failed = table["replication"].isin([f.replication for f in failures])
    return table[~failed].reset_index(drop=True)
