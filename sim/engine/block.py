"""What a block of runs gives back: plain arrays, the same from both engines."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .problem import Problem


class Block(NamedTuple):
    """Results of r replications with m members, k terms, s sampled inputs and t rounds.

    The traces have t = 0 rounds unless they were asked for.
    """

    adopted_round: np.ndarray  # (r) int64; -1: no deal
    choice: np.ndarray  # (r, k) int64; places on the grid of the last text
    objectors: np.ndarray  # (r) int64; members that objected in the last round
    inputs: np.ndarray  # (r, s) sampled inputs
    attributes: np.ndarray  # (r, m, 4) attributes before shocks
    side_letter: np.ndarray  # (r, m) bool
    paid: np.ndarray  # (r, m) int64; steps of side payments, at who speaks for a camp
    objections: np.ndarray  # (r, m) int64
    last_named: np.ndarray  # (r, m) int64; +-(term + 1), 0: nothing
    passed: np.ndarray  # (r, m) bool; let the last text pass
    net_loss: np.ndarray  # (r, m) by the last text
    refusal_cost: np.ndarray  # (r, m) what refusing it cost in the last round
    trace_choice: np.ndarray  # (r, t, k) int64; -1 after the end
    trace_passed: np.ndarray  # (r, t, m) bool
    trace_named: np.ndarray  # (r, t, m) int64
    trace_letter: np.ndarray  # (r, t, m) bool; holds a side letter
    trace_paid: np.ndarray  # (r, t, m) int64; as paid
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
        side_letter=np.zeros((r, m), dtype=np.bool_),
        paid=np.zeros((r, m), dtype=np.int64),
        objections=np.zeros((r, m), dtype=np.int64),
        last_named=np.zeros((r, m), dtype=np.int64),
        passed=np.zeros((r, m), dtype=np.bool_),
        net_loss=np.zeros((r, m)),
        refusal_cost=np.zeros((r, m)),
        trace_choice=np.full((r, t, k), -1, dtype=np.int64),
        trace_passed=np.zeros((r, t, m), dtype=np.bool_),
        trace_named=np.zeros((r, t, m), dtype=np.int64),
        trace_letter=np.zeros((r, t, m), dtype=np.bool_),
        trace_paid=np.zeros((r, t, m), dtype=np.int64),
        trace_leverage=np.zeros((r, t)),
    )


class ResultHash:
    """SHA-256 of results, traces left out, taken up block by block in order of replications.

    Each field has a digest of its own, so that the hash is the same whatever the blocks.
    """

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}

    def update(self, block: Block) -> None:
        """Take up the next block."""
        for name, array in zip(block._fields, block, strict=True):
            if not name.startswith("trace"):
                if name not in self._fields:
                    self._fields[name] = hashlib.sha256(
                        f"{name} {array.dtype.str} {array.shape[1:]}".encode()
                    )
                self._fields[name].update(np.ascontiguousarray(array).data)

    def hexdigest(self) -> str:
        """The hash of everything taken up so far."""
        digest = hashlib.sha256()
        for field in self._fields.values():
            digest.update(field.digest())
        return digest.hexdigest()


def block_hash(block: Block) -> str:
    """SHA-256 of the results of a block, traces left out."""
    digest = ResultHash()
    digest.update(block)
    return digest.hexdigest()


def joined(blocks: Sequence[Block]) -> Block:
    """Blocks that follow each other as one."""
    if len(blocks) == 1:
        return blocks[0]
    return Block(*(np.concatenate(arrays) for arrays in zip(*blocks, strict=True)))


def cut(block: Block, start: int, stop: int) -> Block:
    """The replications ``start`` to ``stop - 1`` of a block, counted from its first one."""
    return Block(*(array[start:stop] for array in block))
