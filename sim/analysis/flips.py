"""Where two runs with the same random numbers part: the first round with other answers, and whose.

Up to that round both runs have the same members on board; what follows is consequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..engine.block import Block
from ..engine.problem import Setup
from ..scenario.grid import GridTerm


@dataclass(frozen=True)
class Flips:
    """Where r pairs of runs part; m members are in both scenarios.

    Attributes
    ----------
    round
        First round, from 1, in which answers differ, 0 where none does as long as both negotiate;
        shape (r,) int16.
    who
        Whose answers differ in that round; shape (r, m) bool.
    now_pass
        Who of them lets the text of b pass; shape (r, m) bool.
    same_text
        Whether the text on the table was the same in that round, in the terms that both have;
        shape (r,) bool.
    """

    round: np.ndarray
    who: np.ndarray
    now_pass: np.ndarray
    same_text: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Flips]) -> Flips:
        """Pairs that follow each other as one."""
        return cls(
            np.concatenate([p.round for p in parts]),
            np.concatenate([p.who for p in parts]),
            np.concatenate([p.now_pass for p in parts]),
            np.concatenate([p.same_text for p in parts]),
        )


def flips(a: Setup, block_a: Block, b: Setup, block_b: Block) -> Flips:
    """Find where the runs of two traced blocks part.

    Parameters
    ----------
    a, b
        The scenarios. Members and terms that only one of them has are not looked at.
    block_a, block_b
        Their results for the same replications, with traces.
    """
    codes = shared(a.codes, b.codes)
    in_a, in_b = ([s.codes.index(code) for code in codes] for s in (a, b))
    rounds = min(block_a.trace_passed.shape[1], block_b.trace_passed.shape[1])
    said_a = block_a.trace_passed[:, :rounds][:, :, in_a]
    said_b = block_b.trace_passed[:, :rounds][:, :, in_b]
    both = (block_a.trace_choice[:, :rounds, 0] >= 0) & (block_b.trace_choice[:, :rounds, 0] >= 0)
    other = (said_a != said_b) & both[:, :, None]
    parted = other.any(axis=2)
    first = parted.argmax(axis=1)
    found = parted.any(axis=1)
    runs = np.arange(len(first))
    who = other[runs, first] & found[:, None]
    same = np.ones(len(first), dtype=bool)
    for place_a, place_b in shared_terms(a.scenario.terms, b.scenario.terms):
        value_a, value_b = (
            np.array(setup.scenario.terms[place].values)[block.trace_choice[runs, first, place]]
            for setup, block, place in ((a, block_a, place_a), (b, block_b, place_b))
        )
        same &= value_a == value_b
    return Flips(
        np.where(found, first + 1, 0).astype(np.int16),
        who,
        who & said_b[runs, first],
        same & found,
    )


def shared(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """What is in both, in the order of the first."""
    return [name for name in a if name in set(b)]


def shared_terms(a: Sequence[GridTerm], b: Sequence[GridTerm]) -> list[tuple[int, int]]:
    """Places of the terms that two scenarios both have, with the same unit and levels."""
    found = []
    for i, term in enumerate(a):
        for j, other in enumerate(b):
            if term.name == other.name and term.unit == other.unit and term.labels == other.labels:
                found.append((i, j))
    return found
