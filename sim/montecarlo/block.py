"""What a block of runs gives back: plain arrays, the same from both engines."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from ..negotiation.problem import Problem


class Block(NamedTuple):
    """Results of r replications with m members, k terms, s sampled inputs and t rounds.

    The traces have t = 0 rounds unless they were asked for.
    """

    adopted_round: np.ndarray  # (r) int64; -1: no deal
    choice: np.ndarray  # (r, k) int64; places on the grid of the last text
    objectors: np.ndarray  # (r) int64; members that objected in the last round
    inputs: np.ndarray  # (r, s) sampled inputs
    attributes: np.ndarray  # (r, m, 4) attributes before shocks
    ideal_core: np.ndarray  # (r, m) % of GDP in the last round; nan without one
    side_letter: np.ndarray  # (r, m) bool
    objections: np.ndarray  # (r, m) int64
    last_named: np.ndarray  # (r, m) int64; +-(term + 1), 0: nothing
    passed: np.ndarray  # (r, m) bool; let the last text pass
    pain: np.ndarray  # (r, m) on the last text
    tolerance: np.ndarray  # (r, m) in the last round
    trace_choice: np.ndarray  # (r, t, k) int64; -1 after the end
    trace_passed: np.ndarray  # (r, t, m) bool
    trace_named: np.ndarray  # (r, t, m) int64
    trace_letter: np.ndarray  # (r, t) int64; place of the member that got a letter, -1
    trace_leverage: np.ndarray  # (r, t)


def empty_block(p: Problem, replications: int, trace: bool) -> Block:
    """A block to be filled by an engine."""
    r, m, k, s = replications, p.n_members, p.n_terms, len(p.sampled)
    t = p.n_rounds if trace else 0
    return Block(
        adopted_round=np.full(r, -1, dtype=np.int64),
        choice=np.zeros((r, k), dtype=np.int64),
        objectors=np.zeros(r, dtype=np.int64),
        inputs=np.zeros((r, s)),
        attributes=np.zeros((r, m, 4)),
        ideal_core=np.full((r, m), np.nan),
        side_letter=np.zeros((r, m), dtype=np.bool_),
        objections=np.zeros((r, m), dtype=np.int64),
        last_named=np.zeros((r, m), dtype=np.int64),
        passed=np.zeros((r, m), dtype=np.bool_),
        pain=np.zeros((r, m)),
        tolerance=np.zeros((r, m)),
        trace_choice=np.full((r, t, k), -1, dtype=np.int64),
        trace_passed=np.zeros((r, t, m), dtype=np.bool_),
        trace_named=np.zeros((r, t, m), dtype=np.int64),
        trace_letter=np.full((r, t), -1, dtype=np.int64),
        trace_leverage=np.zeros((r, t)),
    )


def block_hash(block: Block) -> str:
    """SHA-256 of the results of a block, traces left out."""
    digest = hashlib.sha256()
    for name, array in zip(block._fields, block, strict=True):
        if not name.startswith("trace"):
            digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
