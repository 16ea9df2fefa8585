"""What lies ahead of a game: thousands of continuations of exactly its state, counted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..analysis.intervals import Proportion
from ..engine.block import Block
from ..engine.play import play_block
from .ahead import Ahead

#: Runs in a block at most, and seconds after which the clock is looked at again, more or less.
_BLOCK, _GLANCE_S = 128, 0.05
#: Runs that say something at all, and seconds longer that they may take.
_LEAST, _GRACE_S = 64, 0.3
_Z = 1.959963984540054


@dataclass
class Outlook:
    """Counts over continuations.

    Attributes
    ----------
    ahead
        What was continued.
    runs, deals
        Continuations, and those in which a text is adopted.
    terms
        Deals by place of each term on its grid.
    rounds
        Deals by round.
    letters
        Deals in which each member holds a side letter.
    headline
        Deals by headline, where there is one.
    satisfied
        Deals with the headline that is demanded.
    by_run
        Whether each replication ends in a deal; -1 for those that do not continue this game.
    """

    ahead: Ahead
    runs: int = 0
    deals: int = 0
    terms: list[np.ndarray] = field(default_factory=list)
    rounds: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    letters: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    headline: dict[float, int] = field(default_factory=dict)
    satisfied: int = 0
    by_run: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        p = self.ahead.setup.problem
        self.terms = [np.zeros(int(size), dtype=np.int64) for size in p.sizes]
        self.rounds = np.zeros(p.n_rounds, dtype=np.int64)
        self.letters = np.zeros(p.n_members, dtype=np.int64)

    def take(self, block: Block, first: int) -> None:
        """Count the replications of a block that continue this game."""
        p = self.ahead.setup.problem
        kept = self.ahead.continues(first, len(block.adopted_round))
        deal = block.adopted_round >= 0
        self.by_run.append(np.where(kept, deal, -1).astype(np.int8))
        deal &= kept
        self.runs += int(kept.sum())
        self.deals += int(deal.sum())
        choice = block.choice[deal]
        for t, counts in enumerate(self.terms):
            counts += np.bincount(choice[:, t], minlength=len(counts))
        self.rounds += np.bincount(block.adopted_round[deal], minlength=len(self.rounds))
        self.letters += block.side_letter[deal].sum(axis=0)
        if self.ahead.split is not None:
            core, broader = self.ahead.split
            sums = p.grid[core][choice[:, core]] + p.grid[broader][choice[:, broader]]
            for value, n in zip(*np.unique(sums, return_counts=True), strict=True):
                self.headline[float(value)] = self.headline.get(float(value), 0) + int(n)
            if len(p.demanders):
                self.satisfied += int((sums >= float(p.demand[0])).sum())

    @property
    def deal(self) -> dict[str, float]:
        """Probability of a deal with its 95% Wilson interval."""
        p = Proportion.measure(self.deals, max(1, self.runs))
        return {"p": round(p.share, 4), "low": round(p.low, 4), "high": round(p.high, 4)}

    @property
    def mean_round(self) -> float:
        """Mean number of the round in which a text is adopted, from 1; nan without a deal."""
        if not self.deals:
            return math.nan
        return float((self.rounds * np.arange(1, len(self.rounds) + 1)).sum() / self.deals)

    def against(self, other: Outlook) -> dict[str, float]:
        """How the probability of a deal differs from that of another outlook, pair by pair.

        The replications share their random numbers, so the difference has the interval of paired
        runs: mean +- 1.96 standard errors of the differences.
        """
        mine, theirs = np.concatenate(self.by_run), np.concatenate(other.by_run)
        n = min(len(mine), len(theirs))
        both = (mine[:n] >= 0) & (theirs[:n] >= 0)
        differences = mine[:n][both].astype(float) - theirs[:n][both]
        if len(differences) < 2:
            return {"p": 0.0, "low": -1.0, "high": 1.0}
        mean = float(differences.mean())
        half = _Z * float(differences.std(ddof=1)) / len(differences) ** 0.5
        return {
            "p": round(mean, 4),
            "low": round(max(-1.0, mean - half), 4),
            "high": round(min(1.0, mean + half), 4),
        }

    def shares(self) -> dict[str, list[float]]:
        """Share of deals by value of each term."""
        scenario = self.ahead.setup.scenario
        n = max(1, self.deals)
        return {
            term.name: [round(float(c) / n, 4) for c in counts]
            for term, counts in zip(scenario.terms, self.terms, strict=True)
            if term.written
        }

    def letter(self, place: int) -> float:
        """Share of deals in which a member holds a side letter."""
        return round(float(self.letters[place]) / max(1, self.deals), 4)

    def told(self) -> dict[str, Any]:
        """The outlook as the page shows it."""
        n = max(1, self.deals)
        headline = sorted(self.headline.items())
        codes = self.ahead.setup.codes
        demanded = len(self.ahead.setup.problem.demanders) > 0
        return {
            "state": self.ahead.state,
            "runs": self.runs,
            "deal": self.deal,
            "terms": self.shares(),
            "headline": {
                "values": [value for value, _ in headline],
                "share": [round(count / n, 4) for _, count in headline],
            }
            if headline
            else None,
            "rounds": [round(float(c) / max(1, self.runs), 4) for c in self.rounds],
            "letters": {c: self.letter(i) for i, c in enumerate(codes) if self.letters[i]},
            "demander_satisfied": round(self.satisfied / max(1, self.runs), 4)
            if demanded
            else None,
        }


def look(
    ahead: Ahead, runs: int, seconds: float, stale: Callable[[], bool] = lambda: False
) -> Outlook | None:
    """Play continuations until there are enough or the time is over; see :func:`look_at_all`."""
    found = look_at_all([ahead], runs, seconds, stale)
    return None if found is None else found[0]


def look_at_all(
    aheads: Sequence[Ahead],
    runs: int,
    seconds: float,
    stale: Callable[[], bool] = lambda: False,
) -> list[Outlook] | None:
    """Play the same continuations of several moves, so that they can be compared run by run.

    Parameters
    ----------
    aheads
        What is continued.
    runs
        Replications of each to play.
    seconds
        Time after which no further block is begun, once there are a few runs (a little longer
        without). How many are played between two looks at the clock follows from how long the last
        ones took.
    stale
        Whether nobody wants the result any more; looked at between blocks.

    Returns
    -------
    list of Outlook or None
        All over the same replications. None if they became stale.
    """
    outlooks = [Outlook(ahead) for ahead in aheads]
    begun = time.monotonic()
    first, size = 0, 1
    while first < runs:
        at = time.monotonic()
        if first and at > begun + seconds + (0.0 if first >= _LEAST else _GRACE_S):
            break
        size = min(size, runs - first)
        for outlook in outlooks:
            if stale():
                return None
            ahead = outlook.ahead
            outlook.take(play_block(ahead.setup, ahead.seed, first, size), first)
        first += size
        took = (time.monotonic() - at) / size
        size = max(1, min(_BLOCK, int(_GLANCE_S / max(took, 1e-6))))
    return outlooks
