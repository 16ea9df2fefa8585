"""The batch engine: many runs of one scenario by the same rules as the Mesa model, compiled.

One function plays a block of replications. It follows :class:`sim.negotiation.model.SummitModel`
step by step and adds in the same order, so that every bit of the results is the same; a property
test compares the two on random scenarios.
"""

import numpy as np
from numba.np.unsafe.ndarray import to_fixed_tuple

from ..negotiation import draws, mediators, silence, tolerance
from ..negotiation.drafting import nearest, write_values
from ..negotiation.draws import absorb, run_state, uniform
from ..negotiation.events import strikes
from ..negotiation.mediators.floor import amend
from ..negotiation.preferences import (
    BURDEN,
    SPATIAL,
    burden,
    ideal_value,
)
from ..negotiation.problem import (
    CURRENT,
    N_COEFFICIENTS,
    PER_MEMBER,
    THREAT,
    Coefficients,
)
from ..negotiation.seats import ANSWER, AS_MEDIATOR, ASKS, FREE, KEEP, NAMED, PASSES
from ..negotiation.side_letters import is_due
from .compiled import compile_cached
from .noise import fill_normals
from .pledge import (
    look_around,
    name_objections,
    new_nearby,
    pains_here,
    places_after,
    search_pledge,
)
from .stages import (
    Work,
    copy_numbers,
    draw_inputs,
    feel_all,
    find_bests,
    keep_draft,
    same_text,
    search_any,
    take_positions,
    weigh_all,
    worst_holdout,
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
_JUDGEMENT, _EVENT = draws.JUDGEMENT, draws.EVENT
_REDRAFT, _POLL = draws.REDRAFT, draws.POLL
_IDEAL = burden.IDEAL
_PER_MOVE = draws.CANDIDATES_PER_MOVE
_relieved = tolerance.relieved
_lets_pass, _objection, _adopted = silence.lets_pass, silence.objection, silence.adopted
_searches, _grants_letters = mediators.searches, mediators.grants_letters
_learn = mediators.learn
_written_value = mediators.written_value


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
    asking = np.zeros(m, dtype=np.bool_)
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
    work = Work(
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
        draw_inputs(p, this_run, values, out.inputs[r], work.uniforms, work.noise)
        k = Coefficients(*to_fixed_tuple(values[p.coefficients_from :], N_COEFFICIENTS))
        public_k = Coefficients(*to_fixed_tuple(public[p.coefficients_from :], N_COEFFICIENTS))
        passed[:] = False
        letter[:] = False
        asking[:] = False
        offsets[:] = 0.0
        struck[:] = -1
        copy_numbers(p.opening, choice)
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
                take_positions(p, k, values, in_force, attributes, rows, reference_pain)
                if by_beliefs:
                    take_positions(
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
            granted = -1
            chaired = len(p.chair_moves) > 0 and p.chair_moves[t, 0] != AS_MEDIATOR
            if chaired:
                granted = p.chair_moves[t, 0]
                if granted >= 0 and letter[granted]:
                    granted = -1
            elif t > 0 and _grants_letters(p.mediator):
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
                    granted = worst_holdout(p.demander, passed, letter, asking, margins)
            if granted >= 0:
                letter[granted] = True
                letters += 1
                stuck = 0
                if trace:
                    out.trace_letter[r, t] = granted

            # What saying no would cost.
            weigh_all(
                p, k, attributes, reference_pain, leverage, rhetoric, p.progress[t],
                passed, on_board, letter, letters, tolerances,
            )  # fmt: skip
            if by_beliefs:
                weigh_all(
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
            if chaired:
                for term in range(n):
                    if p.chair_moves[t, 1 + term] != KEEP:
                        choice[term] = p.chair_moves[t, 1 + term]
            elif t > 0:
                if _searches(p.mediator):
                    state = absorb(absorb(this_run, _REDRAFT), np.uint64(t))
                    for i in range(m):
                        work.reach[i] = seen_tolerances[i] + offsets[i]
                    if p.mediator == _KS:
                        find_bests(
                            p, seen_rows, seen_attributes[:, THREAT], work.reach, letter,
                            seen_k.letter_relief, seen_k.tolerance_red_line, text, work.bests,
                        )  # fmt: skip
                    for move in range(p.moves_per_round):
                        if p.temperature[t] > 0.0:
                            for j in range(len(candidate_keys)):
                                candidate_keys[j] = np.uint64(move * _PER_MOVE + j)
                            fill_normals(state, candidate_keys, work.uniforms, work.noise)
                        if not pledge:
                            search_any(
                                p, seen_k.letter_relief, seen_k.tolerance_red_line,
                                p.temperature[t], choice, seen_rows, letter, pool, in_pool, work,
                            )  # fmt: skip
                            continue
                        if changed or move > 0 or by_beliefs:
                            look_around(
                                seen_near, p.model, p.grid, p.sizes, p.demander, choice, seen_rows
                            )
                            if not by_beliefs:
                                copy_numbers(choice, around)
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
                if changed or not same_text(choice, around):
                    look_around(near, p.model, p.grid, p.sizes, p.demander, choice, rows)
                    copy_numbers(choice, around)
                pains_here(near, p.demander, pains)
                for i in range(m):
                    pains[i] = _relieved(
                        pains[i], letter[i], False, k.letter_relief, k.tolerance_red_line
                    )
            else:
                feel_all(p, text, rows, letter, k.letter_relief, k.tolerance_red_line, pains)
            fill_normals(state, p.member_keys, work.uniforms, work.noise)
            on_board = 0
            weight_for, weight_all = 0.0, 0.0
            for i in range(m):
                noise = k.tolerance_noise_sd * work.noise[i]
                passed[i] = _lets_pass(pains[i], tolerances[i], noise)
            if len(p.seat_moves) > 0:
                for i in range(m):
                    if p.seat_moves[t, i, ANSWER] != FREE:
                        passed[i] = p.seat_moves[t, i, ANSWER] == PASSES
                    if p.seat_moves[t, i, ASKS] != 0:
                        asking[i] = True
            for i in range(m):
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
            if len(p.seat_moves) > 0:
                for i in range(m):
                    if not passed[i] and p.seat_moves[t, i, NAMED] != 0:
                        named[i] = p.seat_moves[t, i, NAMED]
            for i in range(m):
                if not passed[i]:
                    out.objections[r, i] += 1
                    out.last_named[r, i] = named[i]
            if trace:
                copy_numbers(choice, out.trace_choice[r, t])
                copy_numbers(passed, out.trace_passed[r, t])
                copy_numbers(named, out.trace_named[r, t])
                out.trace_leverage[r, t] = leverage

            if _adopted(p.procedure, weight_for, weight_all, m - on_board, p.quota, p.minus):
                out.adopted_round[r] = t
                break

            # What the mediator learns.
            seen_pains = pains
            if by_beliefs:
                seen_pains = work.pains
                feel_all(
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
            in_pool = keep_draft(choice, m - on_board, pool, pool_objectors, in_pool)
            for a in range(len(p.amendments)):
                if p.amendments[a, 0] == t:
                    for term in range(n):
                        place = p.amendments[a, 2 + term]
                        work.into[term] = choice[term] if place == KEEP else place
                    in_pool = keep_draft(work.into, 0, pool, pool_objectors, in_pool)

        copy_numbers(choice, out.choice[r])
        out.objectors[r] = m - on_board
        for i in range(m):
            for a in range(4):
                out.attributes[r, i, a] = values[i * PER_MEMBER + a]
            if p.model[i] == BURDEN and values[i * PER_MEMBER + CURRENT] >= 0.0:
                out.ideal_core[r, i] = rows[_IDEAL, i]
        copy_numbers(letter, out.side_letter[r])
        copy_numbers(passed, out.passed[r])
        copy_numbers(pains, out.pain[r])
        copy_numbers(tolerances, out.tolerance[r])
