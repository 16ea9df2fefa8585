"""Runs that fail, for tests of what becomes of the others."""

from collections.abc import Callable
from typing import Any

from sim.engine import play as players
from sim.engine.block import Block
from sim.engine.problem import Setup

CAUSE = "OverflowError: too many words"


def flawed(fails: Callable[[Setup, int], bool]) -> Callable[..., Block]:
    """``play_block``, but a block fails that has a run for which ``fails(setup, replication)``."""
    real = players.play_block

    def play(setup: Setup, seed: int, first: int, runs: int, *options: Any) -> Block:
        if any(fails(setup, r) for r in range(first, first + runs)):
            raise OverflowError("too many words")
        return real(setup, seed, first, runs, *options)

    return play
