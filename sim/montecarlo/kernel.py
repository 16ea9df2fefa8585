"""The batch engine: many runs of one scenario by the same rules as the Mesa model, compiled.

One function plays a block of replications. It follows :class:`sim.negotiation.model.SummitModel`
step by step and adds in the same order, so that every bit of the results is the same; a property
test compares the two on random scenarios.
"""

from typing import NamedTuple

import numpy as np
from numba.np.unsafe.ndarray import to_fixed_tuple

from ..negotiation import draws, mediators, silence, tolerance
from ..negotiation.drafting import apply_move, nearest, write_values
from ..negotiation.draws import absorb, run_state, uniform
from ..negotiation.events import bounded, strikes
from ..negotiation.mediators.floor import amend
from ..negotiation.preferences import (
    BURDEN,
    DEMANDER,
    SPATIAL,
    burden,
    demander,
    ideal_value,
    pain,
    spatial,
)
from ..negotiation.problem import (
    CURRENT,
    DOMESTIC,
    FISCAL,
    N_COEFFICIENTS,
    NEED,
    PER_MEMBER,
    SENSITIVITY,
    THREAT,
    Coefficients,
)
from ..negotiation.sampling import NORMAL, inside, quantile, truncated
from ..negotiation.side_letters import is_due
from .compiled import compile_cached
from .compiled import compile_inner as _compiled
from .noise import fill_normals, normals_of
from .pledge import (
    look_around,
    name_objections,
    new_nearby,
    pains_here,
    places_after,
    search_pledge,
    take,
)

_NONE, _WEIGHTED_MEAN, _WEIGHTED_MEDIAN = (
    mediators.NONE,
    mediators.WEIGHTED_MEAN,
    mediators.WEIGHTED_MEDIAN,
)
_KS, _OBJECTIONS, _STRAW_POLLS = (
    mediators.KALAI_SMORODINSKY,
    mediators.OBJECTIONS,
    mediators.STRAW_POLLS,
)
_SAMPLE, _JUDGEMENT, _EVENT = draws.SAMPLE, draws.JUDGEMENT, draws.EVENT
_REDRAFT, _POLL = draws.REDRAFT, draws.POLL
_IDEAL, _NORMAL = burden.IDEAL, NORMAL
_PER_MOVE = draws.CANDIDATES_PER_MOVE
_take_burden, _take_demander, _take_spatial = (
    burden.take_position,
    demander.take_position,
    spatial.take_position,
)
_tolerance, _demander_tolerance = tolerance.tolerance, tolerance.demander_tolerance
_relieved, _crosses = tolerance.relieved, tolerance.crosses_red_line
_lets_pass, _objection, _adopted = silence.lets_pass, silence.objection, silence.adopted
_searches, _grants_letters = mediators.searches, mediators.grants_letters
_term, _total, _learn = mediators.term, mediators.total, mediators.learn
_written_value = mediators.written_value


@_compiled
def _copy(source, target):
    """Copy numbers one by one, which compiles in a tenth of the time of a slice."""
    for i in range(len(source)):
        target[i] = source[i]


@_compiled
def _same(a, b):
    """Whether two texts are the same."""
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True


@_compiled
def _sample(p, replication_state, values, inputs, uniforms, normals):
    """Draw the inputs of one run into ``values``, and the sampled ones into ``inputs``."""
    state = absorb(absorb(replication_state, _SAMPLE), np.uint64(0))
    _copy(p.values, values)
    n = len(p.sampled)
    for j in range(n):
        uniforms[j] = uniform(absorb(state, p.sample_keys[j]))
    for j in range(n):
        if p.sample_kind[j] == _NORMAL:
            uniforms[j] = inside(p.sample_parameters[j], uniforms[j])
    normals_of(uniforms, n, normals)
    for j in range(n):
        if p.sample_kind[j] == _NORMAL:
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
def _take_positions(p, k, values, in_force, attributes, rows, reference_pain):
    """Attributes after shocks, positions, and pains at the reference point, of all members."""
    n = p.n_terms
    lowest, highest = np.empty(n), np.empty(n)
    for t in range(n):
        lowest[t] = highest[t] = p.grid[t, 0]
        for j in range(1, p.sizes[t]):
            lowest[t] = min(lowest[t], p.grid[t, j])
            highest[t] = max(highest[t], p.grid[t, j])
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
            reference_pain[i] = pain(p.model[i], p.reference, rows[:, i], n)


@_compiled
def _weigh(
    p,
    k,
    attributes,
    reference_pain,
    leverage,
    rhetoric,
    progress,
    passed,
    on_board,
    letter,
    letters,
    out,
):
    """Tolerances of all members in this round."""
    for i in range(p.n_members):
        if p.model[i] == DEMANDER:
            out[i] = _demander_tolerance(p.demand[3], p.demand[4], progress, float(letters), k)
        else:
            others = on_board - (1 if passed[i] else 0)
            out[i] = _tolerance(
                attributes[i, THREAT],
                attributes[i, SENSITIVITY],
                attributes[i, DOMESTIC],
                leverage,
                rhetoric,
                others / (p.n_members - 1),
                float(letters - (1 if letter[i] else 0)),
                progress,
                reference_pain[i],
                k,
            )


@_compiled
def _feel(p, text, rows, letter, relief, red_line, out):
    """What every member feels about a text, with its side letters and red lines."""
    for i in range(p.n_members):
        hurts = pain(p.model[i], text, rows[:, i], p.n_terms)
        crosses = p.has_red_lines and _crosses(text, p.red_low[i], p.red_high[i], p.n_terms)
        out[i] = _relieved(hurts, letter[i], crosses, relief, red_line)


@_compiled
def _find_bests(p, rows, threat, reach, letter, relief, red_line, text, bests):
    """Each member's margin at the text that it likes best, for Kalai-Smorodinsky."""
    n = p.n_terms
    for i in range(p.n_members):
        for t in range(n):
            wish = ideal_value(p.model[i], t, rows[:, i], threat[i])
            text[t] = p.grid[t, nearest(wish, p.grid[t], p.sizes[t])]
        hurts = pain(p.model[i], text, rows[:, i], n)
        crosses = p.has_red_lines and _crosses(text, p.red_low[i], p.red_high[i], n)
        bests[i] = reach[i] - _relieved(hurts, letter[i], crosses, relief, red_line)


@_compiled
def _search(p, relief, red_line, temperature, choice, rows, letter, pool, in_pool, work):
    """Move ``choice`` in place to the candidate that the mediator likes best: any negotiation."""
    n, n_moves = p.n_terms, len(p.moves)
    into, text, pains, terms = work.into, work.text, work.pains, work.terms
    top = 0.0
    best = -1
    for j in range(1 + n_moves + in_pool):
        if j == 0:
            write_values(choice, p.grid, n, text)
        elif j <= n_moves:
            if not apply_move(p.moves[j - 1], choice, p.sizes, into):
                continue
            write_values(into, p.grid, n, text)
        else:
            write_values(pool[j - 1 - n_moves], p.grid, n, text)
        _feel(p, text, rows, letter, relief, red_line, pains)
        for i in range(p.n_members):
            margin = work.reach[i] - pains[i]
            terms[i] = _term(p.mediator, margin, work.weights[i], work.bests[i], p.sharpness)
        score = _total(p.mediator, terms)
        if temperature > 0.0:
            score = score + temperature * work.noise[j]
        if best < 0 or score > top:
            top = score
            best = j
    take(best, p.moves, p.sizes, pool, choice, into)


class _Work(NamedTuple):
    """Scratch of one run."""

    into: np.ndarray
    text: np.ndarray
    bests: np.ndarray
    pains: np.ndarray
    weights: np.ndarray
    terms: np.ndarray
    reach: np.ndarray
    uniforms: np.ndarray  # of members or of candidates
    noise: np.ndarray  # of members or of candidates


@_compiled
def _keep(choice, objectors, pool, pool_objectors, in_pool):
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
def _worst_holdout(demander_place, passed, letter, margins):
    """Place of the objector with the lowest expected margin that can be given a letter, or -1."""
    worst = -1
    for i in range(len(passed)):
        if passed[i] or letter[i] or i == demander_place:
            continue
        if worst < 0 or margins[i] < margins[worst]:
            worst = i
    return worst


@compile_cached
def play(p, seed, first, out):
    """Play replications ``first`` to ``first + len(out.adopted_round) - 1`` into ``out``."""
    n, m = p.n_terms, p.n_members
    trace = out.trace_choice.shape[1] > 0
    values = np.empty(len(p.values))
    public = p.public_values
    attributes, view_attributes = np.empty((m, 4)), np.empty((m, 4))
    rows, view_rows = np.zeros((p.n_columns, m)), np.zeros((p.n_columns, m))
    reference_pain, view_reference_pain = np.zeros(m), np.zeros(m)
    tolerances, view_tolerances = np.zeros(m), np.zeros(m)
    passed, letter = np.zeros(m, dtype=np.bool_), np.zeros(m, dtype=np.bool_)
    named = np.zeros(m, dtype=np.int64)
    offsets, margins, pains = np.zeros(m), np.zeros(m), np.zeros(m)
    struck = np.zeros(len(p.event_round), dtype=np.int64)
    in_force = np.zeros(len(p.event_round), dtype=np.bool_)
    choice, text = np.zeros(n, dtype=np.int64), np.zeros(n)
    pool = np.zeros((p.pool_size, n), dtype=np.int64)
    pool_objectors = np.zeros(p.pool_size, dtype=np.int64)
    asked = np.zeros(2 * n, dtype=np.int64)
    ideals, weights = np.zeros(m), np.zeros(m)
    most = max(m, 1 + len(p.moves) + p.pool_size, len(p.sampled))
    work = _Work(
        np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(m), np.zeros(m), np.ones(m),
        np.zeros(m), np.zeros(m), np.zeros(most), np.zeros(most),
    )  # fmt: skip
    near = new_nearby(m, n)
    if p.demander >= 0:
        work.weights[p.demander] = p.demander_weight
    around = np.full(n, -1, dtype=np.int64)  # the text of which ``near`` holds the parts
    places = np.zeros((1 + len(p.moves), 10), dtype=np.int64)
    places_after(-1, 0, -1, 0, places[0])
    for j in range(len(p.moves)):
        step = p.moves[j]
        places_after(step[0], step[1], step[2], step[3], places[1 + j])
    candidate_keys = np.zeros(1 + len(p.moves) + p.pool_size, dtype=np.uint64)
    by_beliefs = p.knowledge == _OBJECTIONS
    seen_near = new_nearby(m, n) if by_beliefs else near
    pledge = p.model[0] != SPATIAL and not p.has_red_lines

    for r in range(len(out.adopted_round)):
        this_run = run_state(np.uint64(seed), np.uint64(first + r))
        _sample(p, this_run, values, out.inputs[r], work.uniforms, work.noise)
        k = Coefficients(*to_fixed_tuple(values[p.coefficients_from :], N_COEFFICIENTS))
        public_k = Coefficients(*to_fixed_tuple(public[p.coefficients_from :], N_COEFFICIENTS))
        passed[:] = False
        letter[:] = False
        offsets[:] = 0.0
        struck[:] = -1
        _copy(p.opening, choice)
        letters, on_board, in_pool, stuck, fewest = 0, 0, 0, 0, m + 1
        for t in range(p.n_rounds):
            # Shocks.
            state = absorb(absorb(this_run, _EVENT), np.uint64(t))
            changed = t == 0
            for e in range(len(struck)):
                if struck[e] < 0:
                    u = uniform(absorb(state, p.event_keys[e]))
                    if strikes(p.event_round[e], p.event_chance[e], u, t):
                        struck[e] = t
                        changed = True
                elif t == struck[e] + p.event_rounds[e]:
                    changed = True
                in_force[e] = struck[e] >= 0 and t < struck[e] + p.event_rounds[e]
            if changed:
                _take_positions(p, k, values, in_force, attributes, rows, reference_pain)
                if by_beliefs:
                    _take_positions(
                        p,
                        public_k,
                        public,
                        in_force,
                        view_attributes,
                        view_rows,
                        view_reference_pain,
                    )
            leverage = values[p.us_from] * p.leverage_shape[t]
            rhetoric = values[p.us_from + 1]
            for e in range(len(struck)):
                if in_force[e]:
                    leverage = leverage + p.event_us[e, 0]
                    rhetoric = rhetoric + p.event_us[e, 1]
            leverage = leverage if leverage > 0.0 else 0.0
            rhetoric = rhetoric if rhetoric > 0.0 else 0.0

            # Side letters.
            if t > 0 and _grants_letters(p.mediator):
                if is_due(
                    m - on_board,
                    letters,
                    p.max_letters,
                    p.letters_most_objectors,
                    p.n_rounds - t,
                    p.letters_rounds_left,
                    stuck,
                    p.letters_patience,
                ):
                    worst = _worst_holdout(p.demander, passed, letter, margins)
                    if worst >= 0:
                        letter[worst] = True
                        letters += 1
                        stuck = 0
                        if trace:
                            out.trace_letter[r, t] = worst

            # What saying no would cost.
            _weigh(
                p, k, attributes, reference_pain, leverage, rhetoric, p.progress[t],
                passed, on_board, letter, letters, tolerances,
            )  # fmt: skip
            if by_beliefs:
                _weigh(
                    p, public_k, view_attributes, view_reference_pain, leverage, rhetoric,
                    p.progress[t], passed, on_board, letter, letters, view_tolerances,
                )  # fmt: skip
                seen_rows, seen_tolerances, seen_attributes = (
                    view_rows,
                    view_tolerances,
                    view_attributes,
                )
                seen_k, seen_values = public_k, public
            else:
                seen_rows, seen_tolerances, seen_attributes = rows, tolerances, attributes
                seen_k, seen_values = k, values
            if p.knowledge == _STRAW_POLLS:
                state = absorb(absorb(this_run, _POLL), np.uint64(t))
                fill_normals(state, p.member_keys, work.uniforms, offsets)
                for i in range(m):
                    offsets[i] = p.poll_error_sd * offsets[i]

            # The next text.
            if t > 0:
                if _searches(p.mediator):
                    state = absorb(absorb(this_run, _REDRAFT), np.uint64(t))
                    for i in range(m):
                        work.reach[i] = seen_tolerances[i] + offsets[i]
                    if p.mediator == _KS:
                        _find_bests(
                            p, seen_rows, seen_attributes[:, THREAT], work.reach, letter,
                            seen_k.letter_relief, seen_k.tolerance_red_line, text, work.bests,
                        )  # fmt: skip
                    for move in range(p.moves_per_round):
                        if p.temperature[t] > 0.0:
                            for j in range(len(candidate_keys)):
                                candidate_keys[j] = np.uint64(move * _PER_MOVE + j)
                            fill_normals(state, candidate_keys, work.uniforms, work.noise)
                        if not pledge:
                            _search(
                                p, seen_k.letter_relief, seen_k.tolerance_red_line,
                                p.temperature[t], choice, seen_rows, letter, pool, in_pool, work,
                            )  # fmt: skip
                            continue
                        if changed or move > 0 or by_beliefs:
                            look_around(
                                seen_near, p.model, p.grid, p.sizes, p.demander, choice, seen_rows
                            )
                            if not by_beliefs:
                                _copy(choice, around)
                        search_pledge(
                            seen_near, p.mediator, p.sharpness, p.moves, p.sizes, p.grid, p.model,
                            p.demander, seen_rows, work.reach, work.bests, work.weights, letter,
                            seen_k.letter_relief, seen_k.tolerance_red_line, pool, in_pool,
                            places, p.temperature[t], work.noise, choice, work.into,
                        )  # fmt: skip
                elif p.mediator == _WEIGHTED_MEAN or p.mediator == _WEIGHTED_MEDIAN:
                    for term in range(n):
                        grid = p.grid[term]
                        for i in range(m):
                            wish = ideal_value(
                                p.model[i], term, seen_rows[:, i], seen_attributes[i, THREAT]
                            )
                            ideals[i] = grid[nearest(wish, grid, p.sizes[term])]
                            weights[i] = (
                                p.capability[i] * seen_values[p.salience_from + i * n + term]
                            )
                        value = _written_value(p.mediator, ideals, weights, grid[choice[term]])
                        choice[term] = nearest(value, grid, p.sizes[term])
                elif p.mediator == _NONE:
                    asked[:] = 0
                    for i in range(m):
                        if named[i] < 0:
                            asked[2 * (-named[i] - 1)] += 1
                        elif named[i] > 0:
                            asked[2 * (named[i] - 1) + 1] += 1
                    amend(choice, p.sizes, asked)
            write_values(choice, p.grid, n, text)

            # Silence procedure.
            state = absorb(absorb(this_run, _JUDGEMENT), np.uint64(t))
            if pledge:
                if changed or not _same(choice, around):
                    look_around(near, p.model, p.grid, p.sizes, p.demander, choice, rows)
                    _copy(choice, around)
                pains_here(near, p.demander, pains)
                for i in range(m):
                    pains[i] = _relieved(
                        pains[i], letter[i], False, k.letter_relief, k.tolerance_red_line
                    )
            else:
                _feel(p, text, rows, letter, k.letter_relief, k.tolerance_red_line, pains)
            fill_normals(state, p.member_keys, work.uniforms, work.noise)
            on_board = 0
            weight_for, weight_all = 0.0, 0.0
            for i in range(m):
                noise = k.tolerance_noise_sd * work.noise[i]
                passed[i] = _lets_pass(pains[i], tolerances[i], noise)
                weight_all = weight_all + p.votes[i]
                if passed[i]:
                    on_board += 1
                    weight_for = weight_for + p.votes[i]
            if pledge:
                name_objections(near, p.sizes, p.demander, choice, passed, named)
            else:
                for i in range(m):
                    named[i] = 0
                    if not passed[i]:
                        named[i] = _objection(
                            p.model[i], choice, text, p.grid, p.sizes, rows[:, i], p.red_low[i],
                            p.red_high[i], n,
                        )  # fmt: skip
            for i in range(m):
                if not passed[i]:
                    out.objections[r, i] += 1
                    out.last_named[r, i] = named[i]
            if trace:
                _copy(choice, out.trace_choice[r, t])
                _copy(passed, out.trace_passed[r, t])
                _copy(named, out.trace_named[r, t])
                out.trace_leverage[r, t] = leverage

            if _adopted(p.procedure, weight_for, weight_all, m - on_board, p.quota, p.minus):
                out.adopted_round[r] = t
                break

            # What the mediator learns.
            seen_pains = pains
            if by_beliefs:
                seen_pains = work.pains
                _feel(
                    p, text, seen_rows, letter, seen_k.letter_relief, seen_k.tolerance_red_line,
                    seen_pains,
                )  # fmt: skip
            for i in range(m):
                margins[i] = seen_tolerances[i] + offsets[i] - seen_pains[i]
                if by_beliefs:
                    offsets[i] = _learn(offsets[i], margins[i], passed[i], p.learning_rate, p.doubt)
            if m - on_board < fewest:
                fewest = m - on_board
                stuck = 0
            else:
                stuck += 1
            in_pool = _keep(choice, m - on_board, pool, pool_objectors, in_pool)

        _copy(choice, out.choice[r])
        out.objectors[r] = m - on_board
        for i in range(m):
            for a in range(4):
                out.attributes[r, i, a] = values[i * PER_MEMBER + a]
            if p.model[i] == BURDEN and values[i * PER_MEMBER + CURRENT] >= 0.0:
                out.ideal_core[r, i] = rows[_IDEAL, i]
        _copy(letter, out.side_letter[r])
        _copy(passed, out.passed[r])
        _copy(pains, out.pain[r])
        _copy(tolerances, out.tolerance[r])
