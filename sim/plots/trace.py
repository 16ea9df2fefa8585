"""Traced rounds as arrays, in which a run that is over keeps its last text and answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..analysis import tally
from ..scenario.resolve import Resolved


@dataclass(frozen=True)
class Trace:
    """Rounds of r runs with t rounds and m members.

    Attributes
    ----------
    places
        By term: place of the text on the drafting grid, shape (r, t).
    on_board
        Whether each member lets the text pass, shape (r, t, m).
    """

    places: dict[str, np.ndarray]
    on_board: np.ndarray

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.on_board)


def trace(rounds: pd.DataFrame, scenario: Resolved) -> Trace:
    """Arrange a table of rounds; see :func:`sim.batch.tables.rounds_table`."""
    codes = [p.code for p in scenario.members]
    replication, run = np.unique(rounds["replication"].to_numpy(), return_inverse=True)
    at = rounds["round"].to_numpy() - 1
    n, t = len(replication), len(scenario.dates)
    who = tally.codes(rounds["member"], codes)
    text, member = who < 0, who >= 0
    last = np.zeros(n, dtype=np.int64)
    np.maximum.at(last, run[text], at[text])
    kept = np.minimum(np.arange(t), last[:, None])
    places = {}
    for term in scenario.terms:
        if term.written:
            place = np.zeros((n, t), dtype=np.int64)
            place[run[text], at[text]] = tally.grid_places(term, rounds.loc[text, term.name])
            places[term.name] = np.take_along_axis(place, kept, axis=1)
    passed = np.zeros((n, t, len(codes)), dtype=bool)
    answers = rounds.loc[member, "accepts"].to_numpy(dtype=bool)
    passed[run[member], at[member], who[member]] = answers
    return Trace(places, np.take_along_axis(passed, kept[:, :, None], axis=1))
