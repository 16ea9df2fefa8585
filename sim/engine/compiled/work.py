"""Room in which the compiled engine plays: made once for a block of runs, used by each of them."""

from typing import NamedTuple

import numpy as np

from ..problem import Problem


class View(NamedTuple):
    """The members as they are, or as the mediator sees them."""

    values: np.ndarray  # (v) all inputs
    attributes: np.ndarray  # (m, 4) after shocks
    cost: np.ndarray  # (m) what refusing costs, but for what is not known
    half: np.ndarray  # (m) half width of what is not known
    per_width: np.ndarray  # (m) 1 / this half width
    current: np.ndarray  # (m) core spending today (pledge)
    forces: np.ndarray  # (m) 1, or 0 without forces
    pace: np.ndarray  # (m) own pace
    ideal: np.ndarray  # (m, k) on 0 to 1 (spatial)
    weights: np.ndarray  # (m k) of losses
    chair_weights: np.ndarray  # (m k) of losses in the eyes of a chair, of sum 1
    chair: np.ndarray  # (k) the chair's own view
    loss_in_force: np.ndarray  # (m) where it counts (spatial)
    base: np.ndarray  # (m) what losses are counted from: the same, and relief by payments
    share: np.ndarray  # (core, broader) what of the demand is reached
    stakes: np.ndarray  # (d, 2) what each demander has of the text in force, and its half width
    in_force: np.ndarray  # (1) what the tabler has of it
    taken: np.ndarray  # (1) by side payments, as a share of their term's range


class Words(NamedTuple):
    """What the places of single terms mean under the coefficients of a run (pledge)."""

    strength: np.ndarray  # (j)
    typical: np.ndarray  # (core)
    missing: np.ndarray  # (increment)
    in_force: np.ndarray  # (2) strength, years late


class Work(NamedTuple):
    """The state of one run, and scratch; e events, c candidates at most, f features."""

    choice: np.ndarray  # (k) places of the text on the table
    aim: np.ndarray  # (k)
    centre_aim: np.ndarray  # (k) aim at the centre of all inputs, by public values
    first_aim: np.ndarray  # (k) the same under the coefficients of the run
    coefficients: np.ndarray  # those of the first aim
    tabled: np.ndarray  # (t, k) texts of all rounds
    passed: np.ndarray  # (m)
    letter: np.ndarray  # (m)
    asking: np.ndarray  # (m)
    asked: np.ndarray  # (m) whose odds the mediator counts
    may: np.ndarray  # (m)
    named: np.ndarray  # (m)
    naming: np.ndarray  # (m) round whose objection is still to be put in words, -1
    luck: np.ndarray  # (m)
    full_cost: np.ndarray  # (m) what refusing costs on the last day, luck included
    real: np.ndarray  # (d) what each demander really has of the text in force
    as_read: np.ndarray  # (d) what others read it to have of it
    worth: np.ndarray  # (d) what it has of the step that it stops
    paid: np.ndarray  # (m) steps of side payments to who speaks for a camp
    nets: np.ndarray  # (m) net loss by the text on the table
    bound: np.ndarray  # (m)
    below_bound: np.ndarray  # (m)
    parts: np.ndarray  # (m)
    struck: np.ndarray  # (e) round, or -1
    in_force: np.ndarray  # (e)
    candidates: np.ndarray  # (c, k)
    features: np.ndarray  # (f, c)
    by: np.ndarray  # (d, c) what each demander has; the only row, of a chair
    value: np.ndarray  # (c) what the tabler has
    score: np.ndarray  # (c)
    lifts: np.ndarray  # (c)
    loss: np.ndarray  # (c)
    top: np.ndarray  # (f + 1) the hardest features of all candidates
    one: np.ndarray  # (1 + 2 k, k) a text and its neighbours
    amended: np.ndarray  # (a, k)
    into: np.ndarray  # (k)
    asked_for: np.ndarray  # (2 k)
    ideals: np.ndarray  # (m)
    weights: np.ndarray  # (m)
    currents: np.ndarray  # (m) of those that count in typical_years
    paces: np.ndarray  # (m)
    scratch: np.ndarray  # (m)
    uniforms: np.ndarray
    noise: np.ndarray
    tails: np.ndarray  # scratch of the normal draws, see sim.engine.compiled.noise
    tail_places: np.ndarray


def new_view(p: Problem, values: np.ndarray) -> View:
    """Room for the members as they are or as they are seen, with these inputs."""
    m, k = p.n_members, p.n_terms
    d = len(p.demander_share)
    core, broader = int(p.sizes[0]), int(p.sizes[1]) if k > 1 else 1
    return View(
        values, np.zeros((m, 4)), np.zeros(m), np.zeros(m), np.zeros(m), np.zeros(m), np.zeros(m),
        np.zeros(m),
        np.zeros((m, k)), np.zeros(m * k), np.zeros(m * k), np.zeros(k), np.zeros(m), np.zeros(m),
        np.zeros((core, broader)), np.zeros((d, 2)), np.zeros(1), np.zeros(1),
    )  # fmt: skip


def new_words(p: Problem) -> Words:
    """Room for what places mean."""
    width = p.grid.shape[1]
    return Words(np.zeros(width), np.zeros(width), np.zeros(width), np.zeros(2))


def new_work(p: Problem) -> Work:
    """Room for one run."""
    m, k, e = p.n_members, p.n_terms, len(p.event_round)
    # One row more: a change is tried in the row after the last candidate.
    c = p.most_candidates + len(p.amendments) + 1
    # A text and its neighbours are laid out in the same room, and so are all values of a term.
    c = max(c, 1 + 2 * k, int(p.sizes.max()))
    most = max(m, len(p.sampled), m * k)
    d = len(p.demander_share)
    by = np.zeros((d, c))
    return Work(
        choice=np.zeros(k, dtype=np.int64),
        aim=np.zeros(k, dtype=np.int64),
        centre_aim=np.zeros(k, dtype=np.int64),
        first_aim=np.zeros(k, dtype=np.int64),
        coefficients=np.full(p.demander_from - p.coefficients_from, np.nan),
        tabled=np.zeros((p.n_rounds, k), dtype=np.int64),
        passed=np.zeros(m, dtype=np.bool_),
        letter=np.zeros(m, dtype=np.bool_),
        asking=np.zeros(m, dtype=np.bool_),
        asked=np.zeros(m, dtype=np.bool_),
        may=np.zeros(m, dtype=np.bool_),
        named=np.zeros(m, dtype=np.int64),
        naming=np.zeros(m, dtype=np.int64),
        luck=np.zeros(m),
        full_cost=np.zeros(m),
        real=np.zeros(d),
        as_read=np.zeros(d),
        worth=np.zeros(d),
        paid=np.zeros(m, dtype=np.int64),
        nets=np.zeros(m),
        bound=np.zeros(m),
        below_bound=np.zeros(m),
        parts=np.zeros(m),
        struck=np.zeros(e, dtype=np.int64),
        in_force=np.zeros(e, dtype=np.bool_),
        candidates=np.zeros((c, k), dtype=np.int64),
        features=np.zeros((p.n_features, c)),
        by=by,
        value=by[0] if d == 1 else np.zeros(c),  # one demander's value is that of the tabler
        score=np.zeros(c),
        lifts=np.zeros(c),
        loss=np.zeros(c),
        top=np.zeros(p.n_features + 1),
        one=np.zeros((1 + 2 * k, k), dtype=np.int64),
        amended=np.zeros((len(p.amendments), k), dtype=np.int64),
        into=np.zeros(k, dtype=np.int64),
        asked_for=np.zeros(2 * k, dtype=np.int64),
        ideals=np.zeros(m),
        weights=np.zeros(m),
        currents=np.zeros(m),
        paces=np.zeros(m),
        scratch=np.zeros(m),
        uniforms=np.zeros(most),
        noise=np.zeros(most),
        tails=np.full(most + 7, 0.5),
        tail_places=np.zeros(most, dtype=np.int64),
    )
