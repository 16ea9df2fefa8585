"""What would have bought a member's consent to the last text of a run, everything else as it was.

For each run the last round is built up again: the text, the events in force, the letters, who was
on board before, and the noise of judgement. A member that holds a side letter is asked what it
would have said without it. Where it would have broken silence, its price is how much more leverage,
threat perception or fiscal room it would have taken. The rules of the negotiation themselves are
asked; no formula is repeated here.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..engine.block import Block
from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import FISCAL, PER_MEMBER, THREAT, Setup
from ..rules import draws, preferences
from ..rules.drafting import write_values
from .intervals import wilson
from .reasons import Before, leverage_needed

LEVERS = ("us.leverage", "threat_perception", "fiscal_room")
#: The most that a scenario may set.
_MOST_LEVERAGE, _MOST_ATTRIBUTE = 2.0, 1.0
_HALVINGS = 24


class _LastRound(SummitModel):
    """A run set to its last round without playing those before it."""

    def __init__(self, setup: Setup, seed: int, replication: int, block: Block, r: int) -> None:
        super().__init__(setup, seed, replication, collect=False)
        p = setup.problem
        last = int((block.trace_choice[r, :, 0] >= 0).sum()) - 1
        for self.round in range(last + 1):
            self._happen()
        self.choice[:] = block.choice[r].tolist()
        write_values(self.choice, self.grid, p.n_terms, self.text)
        before = block.trace_passed[r, last - 1] if last else np.zeros(p.n_members, dtype=bool)
        self.on_board = int(before.sum())
        for state, passed, letter in zip(
            self.members, before.tolist(), block.side_letter[r].tolist(), strict=True
        ):
            state.passed, state.side_letter = passed, letter
        self.letters = int(block.side_letter[r].sum())
        self.before = Before(tuple(before.tolist()))
        uniforms = self.draw(draws.JUDGEMENT, p.member_keys)
        self.noise = [self.coefficients.tolerance_noise_sd * draws.normal(u) for u in uniforms]

    def margin(self, state: MemberState) -> float:
        """Tolerance and noise less pain: negative where it breaks silence."""
        state.weigh()
        return float(state.tolerance + self.noise[state.place] - state.feel(self.text))


def prices(setup: Setup, seed: int, block: Block) -> pd.DataFrame:
    """What would have bought each consent that was lacking.

    Parameters
    ----------
    setup
        The scenario.
    seed
        Seed of the runs.
    block
        Its replications from 0, with traces.

    Returns
    -------
    DataFrame
        One row for each run and member that would have broken silence on the last text without a
        side letter: ``replication``, ``iso3``, ``letter`` (whether it holds one), ``gap`` (pain
        beyond tolerance and noise, units of tolerance), and how much more of each of
        :data:`LEVERS` would have been enough, infinite where even the most that a scenario allows
        (leverage 2, an attribute of 1) is not, or where it has no effect. Leverage is that of the
        summit day, as a scenario sets it.
    """
    rows = [row for r in range(len(block.adopted_round)) for row in _of_run(setup, seed, block, r)]
    return pd.DataFrame(rows, columns=["replication", "iso3", "letter", "gap", *LEVERS])


def _of_run(setup: Setup, seed: int, block: Block, r: int) -> Iterator[dict[str, Any]]:
    held = block.side_letter[r]
    asked = np.flatnonzero(held | ~block.passed[r])
    if not len(asked):
        return
    model = _LastRound(setup, seed, r, block, r)
    model.release()
    for place in asked.tolist():
        state = model.members[place]
        state.side_letter = False
        model.letters -= int(held[place])
        margin = model.margin(state)
        if margin < 0.0:
            yield {
                "replication": r,
                "iso3": state.code,
                "letter": bool(held[place]),
                "gap": -margin,
                "us.leverage": _leverage(model, state, -margin),
                "threat_perception": _attribute(model, state, THREAT),
                "fiscal_room": _attribute(model, state, FISCAL),
            }
        state.side_letter = bool(held[place])
        model.letters += int(held[place])


def _leverage(model: _LastRound, state: MemberState, gap: float) -> float:
    p = model.problem
    shape = float(p.leverage_shape[model.round])
    needed = leverage_needed(state, model.before, gap)
    if needed is None or shape == 0.0:
        return math.inf
    more = (needed - model.leverage) / shape
    return float(more) if model.values[p.us_from] + more <= _MOST_LEVERAGE else math.inf


def _attribute(model: _LastRound, state: MemberState, which: int) -> float:
    """The smallest rise of an attribute that buys a member, found by halving.

    More of an attribute never lowers the margin (docs/patterns.md, pattern 6).
    """
    if state.preferences == preferences.DEMANDER:
        return math.inf
    present = (
        state.threat_perception,
        state.fiscal_room,
        state.us_pressure_sensitivity,
        state.domestic_constraint,
    )
    first = state.place * PER_MEMBER
    shift = [now - base for now, base in zip(present, model.values[first : first + 4], strict=True)]

    def enough(more: float) -> bool:
        raised = list(shift)
        raised[which] += more
        state.be_struck(raised)
        return model.margin(state) >= 0.0

    low, high = 0.0, _MOST_ATTRIBUTE - present[which]
    bought = enough(high)
    for _ in range(_HALVINGS if bought else 0):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    state.be_struck(shift)
    return high if bought else math.inf


def by_member(setup: Setup, found: pd.DataFrame, runs: int) -> pd.DataFrame:
    """The prices of each member over all runs.

    Parameters
    ----------
    setup, found
        The scenario, and what :func:`prices` gives.
    runs
        How many runs there were.

    Returns
    -------
    DataFrame
        One row for each member: ``lacking``, the share of runs in which its consent was lacking or
        bought by a letter, with its 95% Wilson interval; the mean ``gap`` over these runs; for each
        lever the median of what would have been enough (``_median``, infinite where in most of
        these runs nothing was) and in which share of them anything was (``_enough``); nan without
        such a run.
    """
    rows = []
    for code in setup.codes:
        own = found[found["iso3"] == code]
        n = len(own)
        low, high = wilson(n, runs)
        row: dict[str, Any] = {"iso3": code, "lacking": n / runs}
        row |= {"lacking_low": low, "lacking_high": high}
        row["gap"] = float(own["gap"].mean()) if n else math.nan
        for lever in LEVERS:
            needed = np.sort(own[lever].to_numpy(dtype=float))
            row[f"{lever}_median"] = float(needed[(n - 1) // 2]) if n else math.nan
            row[f"{lever}_enough"] = float(np.isfinite(needed).mean()) if n else math.nan
        rows.append(row)
    return pd.DataFrame(rows)
