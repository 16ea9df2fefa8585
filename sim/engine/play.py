"""The two engines: a block of runs by the compiled kernel, or agent by agent by Mesa."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..errors import SummitryError
from .block import Block, empty_block
from .compiled.build import without_collector
from .problem import PER_MEMBER, Problem, Setup

Engine = Literal["batch", "mesa"]
#: Runs in a block: few enough to be stopped soon.
BLOCK = 512


def play_block(
    setup: Setup, seed: int, first: int, runs: int, engine: Engine = "batch", trace: bool = False
) -> Block:
    """Play replications ``first`` to ``first + runs - 1`` in one go.

    Parameters
    ----------
    setup
        The scenario.
    seed
        Seed of all random numbers, 0 to 2**64 - 1.
    first, runs
        First replication, and how many.
    engine
        ``batch`` (compiled) or ``mesa`` (agent by agent); both give the same bits.
    trace
        Whether to keep every round.
    """
    play = _play_batch if engine == "batch" else _play_mesa
    return play(setup, seed, first, runs, trace)


def play_into(p: Problem, seed: int, first: int, block: Block) -> None:
    """Fill a block by the batch engine with replications from ``first`` on.

    Raises
    ------
    SummitryError
        If the engine cannot be compiled here.
    """
    _kernel(p)(*_arguments(p, seed, first, block))


def _arguments(p: Problem, seed: int, first: int, block: Block) -> tuple[Any, ...]:
    from .compiled.work import new_view, new_words, new_work

    own, public = new_view(p, np.zeros(len(p.values))), new_view(p, p.public_values)
    work, words = new_work(p), new_words(p)
    return p, work, words, own, public, np.uint64(seed), np.int64(first), block


def _kernel(p: Problem) -> Any:
    """The compiled engine; the first call compiles it, by playing no run at all."""
    try:
        from .compiled.kernel import play

        if not play.overloads:
            with without_collector():
                play(*_arguments(p, 0, 0, empty_block(p, 0, trace=False)))
    except Exception as error:
        raise SummitryError(
            f"the batch engine cannot be compiled here ({type(error).__name__}: {error}); "
            "the Mesa engine (--engine mesa) needs no compiler and gives the same results"
        ) from error
    return play


def _play_batch(setup: Setup, seed: int, first: int, runs: int, trace: bool) -> Block:
    block = empty_block(setup.problem, runs, trace)
    play_into(setup.problem, seed, first, block)
    return block


def _play_mesa(setup: Setup, seed: int, first: int, runs: int, trace: bool) -> Block:
    from .mesa.model import SummitModel

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
                block.trace_letter[r, t] = [s.side_letter for s in model.members]
                block.trace_paid[r, t] = model.paid
                block.trace_leverage[r, t] = model.leverage
        if model.adopted:
            block.adopted_round[r] = model.round
        block.choice[r] = model.choice
        block.objectors[r] = p.n_members - model.on_board
        block.inputs[r] = model.inputs
        for i in range(p.n_members):
            at = int(p.leader[i]) * PER_MEMBER
            block.attributes[r, i] = model.values[at : at + 4]
        block.side_letter[r] = [s.side_letter for s in model.members]
        block.paid[r] = model.paid
        block.objections[r] = [s.objections for s in model.members]
        block.last_named[r] = [s.last_named for s in model.members]
        block.passed[r] = [s.passed for s in model.members]
        block.net_loss[r] = [s.net_loss for s in model.members]
        block.refusal_cost[r] = [s.refusal_cost for s in model.members]
        model.release()
    return block
