"""What would have bought a member's consent to the last text of a run, everything else as it was.

For each run the last round is built up again: the text, the events in force and the letters. A
member that holds a side letter is asked what it would have said without it. Where it would have
broken silence, the price of its consent is what who tables the text would have had to give up of
its value by changing one term or two; beside it stand the steps of the smallest such change, and
how much more leverage, threat perception or fiscal room it would have taken. The agents of the
negotiation themselves are asked; no formula is repeated here.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..engine.block import Block
from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import Setup
from ..rules import holding_out
from ..rules.drafting import apply_change
from ..rules.preferences import PLEDGE
from ..scenario.resolve import Resolved
from .intervals import wilson
from .reasons import MOST_LEVERAGE, least, with_more, without_letter

#: What a change of the text would have taken: value for who tables it, and steps of the grid.
OF_TEXT = ("value_given_up", "grid_steps")
#: What else would have done, where members hold out against a demander of a pledge.
LEVERS = ("demander.leverage", "threat_perception", "fiscal_room")
_MOST_ATTRIBUTE = 1.0


def price_names(scenario: Resolved) -> tuple[str, ...]:
    """The prices that a scenario knows: those of the text, and under ``pledge`` the levers."""
    return (*OF_TEXT, *LEVERS) if scenario.file.preferences == "pledge" else OF_TEXT


class _LastRound(SummitModel):
    """A run set to its last round without playing those before it."""

    def __init__(self, setup: Setup, seed: int, replication: int, block: Block, r: int) -> None:
        # Nobody mediates here, so no first aim need be found.
        idle = setup.problem._replace(searches=False)
        super().__init__(
            Setup(setup.scenario, idle, setup.sampled_paths), seed, replication, collect=False
        )
        last = int((block.trace_choice[r, :, 0] >= 0).sum()) - 1
        for self.round in range(last + 1):
            self._happen()
        self.share = holding_out.held(self.progress, self.coefficients.hold_exponent)
        self.choice[:] = block.choice[r].tolist()
        for state, letter in zip(self.members, block.side_letter[r].tolist(), strict=True):
            state.side_letter = letter
        self.letters = int(block.side_letter[r].sum())

    @cached_property
    def changed(self) -> list[tuple[float, int, list[int]]]:
        """Texts that differ on one term or two, with what each gives up and its steps."""
        found, here = [], self.value_of(self.choice)
        for change in self.problem.leaps.tolist():
            choice = list(self.choice)
            if apply_change(change, self.choice, self.sizes, choice):
                given_up = max(0.0, here - self.value_of(choice))
                found.append((given_up, sum(abs(step) for step in change), choice))
        return found

    def least_value(self, state: MemberState) -> float:
        """The least that a text gives up which a member lets pass."""
        by_value = sorted(self.changed, key=lambda text: text[0])
        found = (value for value, _, choice in by_value if not state.would_refuse(choice))
        return next(found, math.inf)

    def fewest_steps(self, state: MemberState) -> float:
        """The steps of the smallest change to a text which a member lets pass."""
        by_steps = sorted(self.changed, key=lambda text: text[1])
        found = (float(steps) for _, steps, choice in by_steps if not state.would_refuse(choice))
        return next(found, math.inf)


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
        side letter: ``replication``, ``member``, ``letter`` (whether it holds one), ``gap`` (net
        loss beyond the cost of refusing in that round), and its prices:

        - ``value_given_up``: the least that a change of one term or two, by any distance, takes off
          the value of the text for who tables it (0 where it need not lose by it);
        - ``grid_steps``: the fewest steps on the drafting grid of such a change;
        - under ``pledge`` how much more of each of :data:`LEVERS` would have been enough.

        Infinite where nothing within reach is: no such change, and not even leverage 2 or an
        attribute of 1. The consent of the demander has no price but in steps of the text.
    """
    names = price_names(setup.scenario)
    rows = [row for r in range(len(block.adopted_round)) for row in _of_run(setup, seed, block, r)]
    return pd.DataFrame(rows, columns=["replication", "member", "letter", "gap", *names])


def _of_run(setup: Setup, seed: int, block: Block, r: int) -> Iterator[dict[str, Any]]:
    held = block.side_letter[r]
    asked = np.flatnonzero(held | ~block.passed[r])
    if not len(asked):
        return
    model = _LastRound(setup, seed, r, block, r)
    model.release()
    for place in asked.tolist():
        state = without_letter(model.members[place])
        if not state.would_refuse():
            continue
        state.consider()
        row = {
            "replication": r,
            "member": state.code,
            "letter": bool(held[place]),
            "gap": state.net_loss - state.refusal_cost,
            "value_given_up": math.inf if state.demands else model.least_value(state),
            "grid_steps": model.fewest_steps(state),
        }
        if model.problem.preferences == PLEDGE:
            row |= {lever: _lever(model, state, lever) for lever in LEVERS}
        yield row


def _lever(model: _LastRound, state: MemberState, lever: str) -> float:
    """The least more of a lever that buys a member.

    More of a lever never makes a member refuse (docs/patterns.md).
    """
    if state.demands:
        return math.inf
    base = float(model.values[model.problem.demander_from])

    def enough(more: float) -> bool:
        if lever == "demander.leverage":
            return not with_more(state, model.leverage + more).would_refuse()
        return not with_more(state, model.leverage, **{lever: more}).would_refuse()

    most = (
        MOST_LEVERAGE - base
        if lever == "demander.leverage"
        else (_MOST_ATTRIBUTE - getattr(state, lever))
    )
    found = least(enough, max(0.0, most))
    return math.inf if found is None else found


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
        price the median of what would have been enough (``_median``, infinite where in most of
        these runs nothing was) and in which share of them anything was (``_enough``); nan without
        such a run.
    """
    rows = []
    for code in setup.codes:
        own = found[found["member"] == code]
        n = len(own)
        low, high = wilson(n, runs)
        row: dict[str, Any] = {"member": code, "lacking": n / runs}
        row |= {"lacking_low": low, "lacking_high": high}
        row["gap"] = float(own["gap"].mean()) if n else math.nan
        for name in price_names(setup.scenario):
            needed = np.sort(own[name].to_numpy(dtype=float))
            row[f"{name}_median"] = float(needed[(n - 1) // 2]) if n else math.nan
            row[f"{name}_enough"] = float(np.isfinite(needed).mean()) if n else math.nan
        rows.append(row)
    return pd.DataFrame(rows)
