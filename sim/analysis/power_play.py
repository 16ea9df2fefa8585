"""Runs in which some members let every text pass, break silence on every text, or stay away.

An answer that is fixed is a move of a seat (``moves:`` in a scenario): the mediator is not told,
and goes on to court the member as it would have. Random numbers are addressed by member, so the
others draw the same as ever.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ..engine.block import Block, joined
from ..engine.moves import ANSWER, BREAKS, PASSES
from ..engine.play import play_block
from ..engine.problem import Problem, Setup
from ..errors import SummitryError

#: Outcomes that every run has, and what they are in words.
OUTCOMES = {
    "deal": "the probability of a deal",
    "consensus": "the probability of a deal without side letters and objections",
    "demander_satisfied": "the probability of a deal with the headline asked",
    "n_side_letters": "the number of side letters",
}
_PIECE = 128


def workers() -> int:
    """Threads that play; the engine runs outside the interpreter's lock."""
    return os.cpu_count() or 1


def with_answers(
    problem: Problem, willing: Sequence[int] = (), unwilling: Sequence[int] = ()
) -> Problem:
    """A problem in which some members always pass or always break silence.

    Parameters
    ----------
    problem
        The scenario as numbers.
    willing, unwilling
        Places of the members; their own fixed moves, if any, are overruled.
    """
    moves = problem.seat_moves
    if not len(moves):
        moves = np.zeros((problem.n_rounds, problem.n_members, 3), dtype=np.int64)
    moves = moves.copy()
    moves[:, list(willing), ANSWER] = PASSES
    moves[:, list(unwilling), ANSWER] = BREAKS
    return problem._replace(seat_moves=moves)


def play(
    setup: Setup,
    runs: int,
    seed: int,
    pool: Executor,
    progress: Callable[[int], None] | None = None,
    *,
    trace: bool = False,
) -> Block:
    """Play replications 0 to ``runs - 1`` of a scenario whose problem may have been changed."""
    sizes = [(first, min(_PIECE, runs - first)) for first in range(0, runs, _PIECE)]
    parts = [
        pool.submit(play_block, setup, seed, first, size, "batch", trace) for first, size in sizes
    ]
    blocks = []
    for part, (_, size) in zip(parts, sizes, strict=True):
        blocks.append(part.result())
        if progress:
            progress(size)
    return joined(blocks)


@dataclass(frozen=True)
class Worth:
    """What the runs of a block are worth.

    Attributes
    ----------
    outcome
        One of :data:`OUTCOMES`.
    demanded
        The headline that is demanded (% of GDP); None without a demander.
    """

    outcome: str
    demanded: float | None
    _core: int
    _broader: int

    @classmethod
    def of(cls, setup: Setup, outcome: str) -> Worth:
        """The worth of runs of a scenario.

        Raises
        ------
        SummitryError
            If the scenario has no such outcome.
        """
        demander = setup.scenario.file.demander
        known = [name for name in OUTCOMES if name != "demander_satisfied" or demander is not None]
        if outcome not in known:
            raise SummitryError(f"outcome must be one of {', '.join(known)}, got {outcome!r}")
        names = [term.name for term in setup.scenario.terms]
        places = [names.index(n) if n in names else -1 for n in ("core_pct_gdp", "broader_pct_gdp")]
        return cls(outcome, demander.headline_pct_gdp if demander else None, *places)

    @property
    def unit(self) -> str:
        """``share`` for what happens in a run or not, else ``letters``."""
        return "letters" if self.outcome == "n_side_letters" else "share"

    def per_run(self, problem: Problem, block: Block) -> np.ndarray:
        """One number for each run, shape (r,)."""
        deal = block.adopted_round >= 0
        letters = block.side_letter.sum(axis=1)
        if self.outcome == "n_side_letters":
            return np.asarray(letters, dtype=float)
        if self.outcome == "consensus":
            return (deal & (letters == 0) & (block.objectors == 0)).astype(float)
        if self.outcome == "demander_satisfied":
            core, broader = (
                problem.grid[j][block.choice[:, j]] for j in (self._core, self._broader)
            )
            return (deal & (core + broader >= self.demanded)).astype(float)
        return deal.astype(float)
