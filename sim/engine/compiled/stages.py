"""The stages of a run as the batch engine plays them: any negotiation, member by member."""

import numpy as np

from ...rules import draws, tolerance
from ...rules.draws import absorb, uniform
from ...rules.events import bounded
from ...rules.preferences import BURDEN, DEMANDER, burden, demander, pain, spatial
from ...rules.sampling import NORMAL, inside, quantile, truncated
from ..problem import CURRENT, DOMESTIC, FISCAL, NEED, PER_MEMBER, SENSITIVITY, THREAT
from .build import compile_inner as _compiled
from .noise import normals_of

_SAMPLE = draws.SAMPLE

_take_burden, _take_demander, _take_spatial = (
    burden.take_position,
    demander.take_position,
    spatial.take_position,
)
_tolerance, _demander_tolerance = tolerance.tolerance, tolerance.demander_tolerance


@_compiled
def copy_numbers(source, target):
    """Copy numbers one by one, which compiles in a tenth of the time of a slice."""
    for i in range(len(source)):
        target[i] = source[i]


@_compiled
def same_text(a, b):
    """Whether two texts are the same."""
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True


@_compiled
def draw_inputs(p, replication_state, values, inputs, uniforms, tails, normals):
    """Draw the inputs of one run into ``values``, and the sampled ones into ``inputs``."""
    state = absorb(absorb(replication_state, _SAMPLE), np.uint64(0))
    copy_numbers(p.values, values)
    n = len(p.sampled)
    for j in range(n):
        uniforms[j] = uniform(absorb(state, p.sample_keys[j]))
    for j in range(n):
        if p.sample_kind[j] == NORMAL:
            uniforms[j] = inside(p.sample_parameters[j], uniforms[j])
    normals_of(uniforms, n, tails, normals)
    for j in range(n):
        if p.sample_kind[j] == NORMAL:
            values[p.sampled[j]] = truncated(p.sample_parameters[j], normals[j])
        else:
            values[p.sampled[j]] = quantile(
                p.sample_kind[j], p.sample_parameters[j], p.sample_tables, uniforms[j]
            )
    for j in range(n):
        inputs[j] = values[p.sampled[j]]
    for j in range(len(p.shift_to)):
        values[p.shift_to[j]] = bounded(values[p.shift_to[j]] + values[p.shift_from[j]])


@_compiled
def take_positions(p, k, view, in_force, lowest, highest):
    """Attributes after shocks, positions, and pains at the reference point, of all members."""
    n, values, attributes, rows = p.n_terms, view.values, view.attributes, view.rows
    for i in range(p.n_members):
        at = i * PER_MEMBER
        for a in range(4):
            shift = 0.0
            for e in range(len(in_force)):
                if in_force[e]:
                    shift = shift + p.event_shift[e, i, a]
            attributes[i, a] = bounded(values[at + a] + shift)
        if p.model[i] == BURDEN:
            _take_burden(
                rows[:, i],
                attributes[i, THREAT],
                attributes[i, FISCAL],
                values[at + CURRENT],
                values[at + NEED],
                p.others_core[i],
                p.year,
                k,
            )
        elif p.model[i] == DEMANDER:
            _take_demander(rows[:, i], p.demand[0], p.demand[1], p.demand[2], p.year, k)
        else:
            first = p.ideal_from + i * n
            weight = p.salience_from + i * n
            _take_spatial(
                rows[:, i],
                values[first : first + n],
                values[weight : weight + n],
                lowest,
                highest,
                k,
            )
        if p.has_reference:
            view.reference_pain[i] = pain(p.model[i], p.reference, rows[:, i], n)


@_compiled
def weigh_all(
    model, demand, k, attributes, reference_pain, leverage, rhetoric, progress, passed, on_board,
    letter, letters, out,
):  # fmt: skip
    """Tolerances of all members in this round."""
    for i in range(len(out)):
        if model[i] == DEMANDER:
            out[i] = _demander_tolerance(demand[3], demand[4], progress, float(letters), k)
        else:
            others = on_board - (1 if passed[i] else 0)
            out[i] = _tolerance(
                attributes[i, THREAT],
                attributes[i, SENSITIVITY],
                attributes[i, DOMESTIC],
                leverage,
                rhetoric,
                others / (len(out) - 1),
                float(letters - (1 if letter[i] else 0)),
                progress,
                reference_pain[i],
                k,
            )


@_compiled
def keep_draft(choice, objectors, pool, pool_objectors, in_pool):
    """Keep the drafts with the fewest objections in the pool; returns how many it holds."""
    n, size = len(choice), len(pool)
    for j in range(in_pool):
        same = True
        for t in range(n):
            if pool[j, t] != choice[t]:
                same = False
        if same:
            pool_objectors[j] = objectors
            return in_pool
    place = in_pool
    if in_pool == size:
        worst = -1
        for j in range(in_pool):
            if worst < 0 or pool_objectors[j] > pool_objectors[worst]:
                worst = j
        if worst < 0 or objectors > pool_objectors[worst]:
            return in_pool
        place = worst
    else:
        in_pool = in_pool + 1
    for t in range(n):
        pool[place, t] = choice[t]
    pool_objectors[place] = objectors
    return in_pool


@_compiled
def worst_holdout(demander_place, passed, letter, asking, margins):
    """Place of the objector with the lowest expected margin that can be given a letter, or -1.

    Those that have asked for one come first.
    """
    worst = -1
    for i in range(len(passed)):
        if passed[i] or letter[i] or i == demander_place:
            continue
        if worst < 0 or asking[i] != asking[worst]:
            worst = i if worst < 0 or asking[i] else worst
        elif margins[i] < margins[worst]:
            worst = i
    return worst
