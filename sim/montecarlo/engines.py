"""Playing many runs: in blocks, by the batch engine or agent by agent, on several threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np

from ..negotiation.preferences import BURDEN, burden
from ..negotiation.problem import PER_MEMBER, Setup
from .block import Block, empty_block

Engine = Literal["batch", "mesa"]
BLOCK = 512


def play_runs(
    setup: Setup,
    runs: int,
    *,
    seed: int,
    first: int = 0,
    engine: Engine = "batch",
    trace: bool = False,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Block:
    """Play replications ``first`` to ``first + runs - 1``.

    Parameters
    ----------
    setup
        The scenario.
    runs
        Number of replications.
    seed
        Seed of all random numbers, 0 to 2**64 - 1.
    engine
        ``batch`` (compiled) or ``mesa`` (agent by agent); both give the same bits.
    trace
        Whether to keep every round.
    workers
        Threads of the batch engine; all processors if not given.
    progress
        Called with the number of runs of each block that is done.

    Returns
    -------
    Block
        The same whatever the engine and the number of workers.
    """
    blocks = [(at, min(BLOCK, first + runs - at)) for at in range(first, first + runs, BLOCK)]
    workers = (workers or os.cpu_count() or 1) if engine == "batch" else 1
    play = _play_batch if engine == "batch" else _play_mesa

    def one(block: tuple[int, int]) -> Block:
        result = play(setup, seed, *block, trace)
        if progress:
            progress(block[1])
        return result

    if workers == 1 or len(blocks) == 1:
        parts = [one(block) for block in blocks]
    else:
        with ThreadPoolExecutor(workers) as pool:
            parts = list(pool.map(one, blocks))
    if len(parts) == 1:
        return parts[0]
    return Block(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _play_batch(setup: Setup, seed: int, first: int, runs: int, trace: bool) -> Block:
    from .kernel import play

    block = empty_block(setup.problem, runs, trace)
    play(setup.problem, np.uint64(seed), np.int64(first), block)
    return block


def _play_mesa(setup: Setup, seed: int, first: int, runs: int, trace: bool) -> Block:
    from ..negotiation.model import SummitModel

    p = setup.problem
    block = empty_block(p, runs, trace)
    for r in range(runs):
        model = SummitModel(setup, seed=seed, replication=first + r, collect=False)
        while model.running:
            model.step()
            if trace:
                t = model.round
                block.trace_choice[r, t] = model.choice
                block.trace_passed[r, t] = [s.passed for s in model.members]
                block.trace_named[r, t] = [s.named for s in model.members]
                block.trace_letter[r, t] = model.letter_to.place if model.letter_to else -1
                block.trace_leverage[r, t] = model.leverage
        if model.adopted:
            block.adopted_round[r] = model.round
        block.choice[r] = model.choice
        block.objectors[r] = p.n_members - model.on_board
        block.inputs[r] = [model.values[place] for place in p.sampled.tolist()]
        for i, state in enumerate(model.members):
            at = i * PER_MEMBER
            block.attributes[r, i] = model.values[at : at + 4]
            if state.preferences == BURDEN and model.values[at + 4] >= 0.0:
                block.ideal_core[r, i] = state.position[burden.IDEAL]
        block.side_letter[r] = [s.side_letter for s in model.members]
        block.objections[r] = [s.objections for s in model.members]
        block.last_named[r] = [s.last_named for s in model.members]
        block.passed[r] = [s.passed for s in model.members]
        block.pain[r] = [s.pain for s in model.members]
        block.tolerance[r] = [s.tolerance for s in model.members]
        model.release()
    return block
