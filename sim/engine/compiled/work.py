"""Room in which the batch engine plays: made once for a block of runs, used by each of them."""

from typing import NamedTuple

import numpy as np

from ..problem import Problem
from .pledge import places_after


class Nearby(NamedTuple):
    """Parts of the pain around one text; m members, k terms; see :mod:`sim.engine.compiled.pledge`.

    Where a part depends on two terms, the place is 3 x (step + 1) + (other step + 1).
    """

    values: np.ndarray  # (k, 3) values of each term one step down, here and up
    core: np.ndarray  # (9, m) steps of core and deadline
    broader: np.ndarray  # (3, m)
    increment: np.ndarray  # (9, m) steps of core and increment
    shortfall: np.ndarray  # (9, m) steps of core and wording
    lasting: np.ndarray  # (9) steps of review and deadline
    asked: np.ndarray  # (5, 9) the demander: split, headline, years, increment, review
    text: np.ndarray  # (k) scratch
    parts: np.ndarray  # (2, m) scratch
    pains: np.ndarray  # (m) scratch
    least: np.ndarray  # (m) scratch
    terms: np.ndarray  # (m) scratch
    place: np.ndarray  # (10) scratch


class View(NamedTuple):
    """The members as they are, or as the public data describe them to the mediator."""

    values: np.ndarray  # (v) all inputs
    attributes: np.ndarray  # (m, 4) after shocks
    rows: np.ndarray  # (columns, m) positions
    reference_pain: np.ndarray  # (m)
    tolerances: np.ndarray  # (m)
    near: Nearby


class Work(NamedTuple):
    """The state of one run, and scratch; e events, c moves, j candidates at most."""

    choice: np.ndarray  # (k) places of the text on the table
    text: np.ndarray  # (k)
    around: np.ndarray  # (k) the text of which the members' own ``near`` holds the parts
    passed: np.ndarray  # (m)
    letter: np.ndarray  # (m)
    asking: np.ndarray  # (m)
    named: np.ndarray  # (m)
    pains: np.ndarray  # (m)
    expected: np.ndarray  # (m) pains as the mediator sees them
    offsets: np.ndarray  # (m)
    margins: np.ndarray  # (m)
    struck: np.ndarray  # (e) round, or -1
    in_force: np.ndarray  # (e)
    pool: np.ndarray  # (size, k)
    pool_objectors: np.ndarray  # (size)
    lowest: np.ndarray  # (k) value on the grid
    highest: np.ndarray  # (k)
    into: np.ndarray  # (k) scratch
    bests: np.ndarray  # (m)
    weights: np.ndarray  # (m) of members in the score of a draft
    reach: np.ndarray  # (m) tolerance as the mediator sees it
    terms: np.ndarray  # (m) scratch
    asked: np.ndarray  # (2 k) scratch
    places: np.ndarray  # (1 + c, 10) places of the parts after each move
    candidate_keys: np.ndarray  # (j)
    uniforms: np.ndarray  # scratch of members, candidates or inputs
    noise: np.ndarray  # the same
    tails: np.ndarray  # scratch of the normal draws, see sim.engine.compiled.noise
    tail_places: np.ndarray


def new_view(p: Problem, values: np.ndarray) -> View:
    """Room for the members as they are or as they are seen, with these inputs."""
    m, k = p.n_members, p.n_terms
    near = Nearby(
        np.zeros((k, 3)), np.zeros((9, m)), np.zeros((3, m)), np.zeros((9, m)), np.zeros((9, m)),
        np.zeros(9), np.zeros((5, 9)), np.zeros(k), np.zeros((2, m)), np.zeros(m), np.zeros(m),
        np.zeros(m), np.zeros(10, dtype=np.int64),
    )  # fmt: skip
    rows = np.zeros((p.n_columns, m))
    return View(values, np.zeros((m, 4)), rows, np.zeros(m), np.zeros(m), near)


def new_work(p: Problem) -> Work:
    """Room for one run."""
    m, k, e, c = p.n_members, p.n_terms, len(p.event_round), len(p.moves)
    candidates = 1 + c + p.pool_size
    most = max(m, candidates, len(p.sampled))
    weights = np.ones(m)
    if p.demander >= 0:
        weights[p.demander] = p.demander_weight
    steps = np.vstack([[-1, 0, -1, 0], p.moves])  # first of all none
    places = np.zeros((10, 1 + c), dtype=np.int64)
    places_after.py_func(*steps.T, places)
    return Work(
        choice=np.zeros(k, dtype=np.int64),
        text=np.zeros(k),
        around=np.zeros(k, dtype=np.int64),
        passed=np.zeros(m, dtype=np.bool_),
        letter=np.zeros(m, dtype=np.bool_),
        asking=np.zeros(m, dtype=np.bool_),
        named=np.zeros(m, dtype=np.int64),
        pains=np.zeros(m),
        expected=np.zeros(m),
        offsets=np.zeros(m),
        margins=np.zeros(m),
        struck=np.zeros(e, dtype=np.int64),
        in_force=np.zeros(e, dtype=np.bool_),
        pool=np.zeros((p.pool_size, k), dtype=np.int64),
        pool_objectors=np.zeros(p.pool_size, dtype=np.int64),
        lowest=np.array([row[:size].min() for row, size in zip(p.grid, p.sizes, strict=True)]),
        highest=np.array([row[:size].max() for row, size in zip(p.grid, p.sizes, strict=True)]),
        into=np.zeros(k, dtype=np.int64),
        bests=np.zeros(m),
        weights=weights,
        reach=np.zeros(m),
        terms=np.zeros(m),
        asked=np.zeros(2 * k, dtype=np.int64),
        places=np.ascontiguousarray(places.T),
        candidate_keys=np.zeros(candidates, dtype=np.uint64),
        uniforms=np.zeros(most),
        noise=np.zeros(most),
        tails=np.full(most + 7, 0.5),
        tail_places=np.zeros(most, dtype=np.int64),
    )
