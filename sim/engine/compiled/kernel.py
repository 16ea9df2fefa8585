"""The batch engine: many runs of one scenario by the same rules as the Mesa model, compiled.

One function plays a block of replications. It follows :class:`sim.engine.mesa.model.SummitModel`
step by step and adds in the same order, so that every bit of the results is the same; a property
test compares the two on random scenarios.
"""

import numpy as np
from numba.np.unsafe.ndarray import to_fixed_tuple

from ...rules import draws, mediators, silence, tolerance
from ...rules.drafting import write_values
from ...rules.draws import absorb, run_state, uniform
from ...rules.events import strikes
from ...rules.mediators.floor import amend
from ...rules.preferences import BURDEN, SPATIAL, burden
from ...rules.side_letters import is_due
from ..mesa.seats import ANSWER, AS_MEDIATOR, ASKS, FREE, KEEP, NAMED, PASSES
from ..problem import CURRENT, N_COEFFICIENTS, PER_MEMBER, THREAT, Coefficients
from .build import compile_cached
from .build import compile_inner as _compiled
from .noise import fill_normals
from .pledge import look_around, name_objections, pains_here, search_pledge
from .redraft import feel_all, find_bests, search_any, write_weighted
from .stages import (
    copy_numbers,
    draw_inputs,
    keep_draft,
    same_text,
    take_positions,
    weigh_all,
    worst_holdout,
)

_NONE, _WEIGHTED_MEAN, _WEIGHTED_MEDIAN, _KS = (
    mediators.NONE,
    mediators.WEIGHTED_MEAN,
    mediators.WEIGHTED_MEDIAN,
    mediators.KALAI_SMORODINSKY,
)
_OBJECTIONS, _STRAW_POLLS = mediators.OBJECTIONS, mediators.STRAW_POLLS
_JUDGEMENT, _EVENT, _POLL = draws.JUDGEMENT, draws.EVENT, draws.POLL
_REDRAFT, _PER_MOVE = draws.REDRAFT, draws.CANDIDATES_PER_MOVE
_IDEAL = burden.IDEAL
_relieved = tolerance.relieved
_lets_pass, _objection, _adopted = silence.lets_pass, silence.objection, silence.adopted
_searches, _grants_letters = mediators.searches, mediators.grants_letters
_learn = mediators.learn


@compile_cached
def play(p, w, own, beliefs, seed, first, out):
    """Play replications ``first`` to ``first + len(out.adopted_round) - 1`` into ``out``.

    ``w``, ``own`` and ``beliefs`` are room to work in, from :mod:`sim.engine.compiled.work`.
    """
    # For a plain 0 the compiler would compile all that is called with it a second time.
    zero = np.int64(0)
    # Each of these is taken out of its tuple once: to do so costs time of the compiler.
    n, m = p.n_terms, p.n_members
    model, us, kind, grid, sizes, moves = p.model, p.demander, p.mediator, p.grid, p.sizes, p.moves
    red_low, red_high, lines = p.red_low, p.red_high, p.has_red_lines
    seat_moves, chair_moves, amendments = p.seat_moves, p.chair_moves, p.amendments
    passed, letter, asking, named = w.passed, w.letter, w.asking, w.named
    choice, text, around, into, pool = w.choice, w.text, w.around, w.into, w.pool
    offsets, margins, pains, reach, bests = w.offsets, w.margins, w.pains, w.reach, w.bests
    struck, in_force, asked, uniforms, noise = w.struck, w.in_force, w.asked, w.uniforms, w.noise
    tails = (w.tails, w.tail_places)
    values, rows, tolerances, near = own.values, own.rows, own.tolerances, own.near
    trace = out.trace_choice.shape[1] > 0
    by_beliefs = p.knowledge == _OBJECTIONS
    pledge = model[0] != SPATIAL and not lines
    seen = beliefs if by_beliefs else own
    seen_rows, seen_tolerances, seen_near = seen.rows, seen.tolerances, seen.near
    for r in range(len(out.adopted_round)):
        this_run = run_state(np.uint64(seed), np.uint64(first + r))
        draw_inputs(p, this_run, values, out.inputs[r], uniforms, tails, noise)
        k = Coefficients(*to_fixed_tuple(values[p.coefficients_from :], N_COEFFICIENTS))
        seen_k = k
        if by_beliefs:
            seen_k = Coefficients(
                *to_fixed_tuple(p.public_values[p.coefficients_from :], N_COEFFICIENTS)
            )
        for i in range(m):
            passed[i] = letter[i] = asking[i] = False
            offsets[i] = 0.0
        for e in range(len(struck)):
            struck[e] = -1
        copy_numbers(p.opening, choice)
        letters, on_board, in_pool, stuck, fewest = zero, zero, zero, zero, m + 1
        for t in range(p.n_rounds):
            # Shocks.
            changed = _happen(
                p.event_round, p.event_chance, p.event_rounds, p.event_keys, struck, in_force,
                this_run, t,
            )  # fmt: skip
            if changed:
                take_positions(p, k, own, in_force, w.lowest, w.highest)
                if by_beliefs:
                    take_positions(p, seen_k, beliefs, in_force, w.lowest, w.highest)
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
            chaired = len(chair_moves) > 0 and chair_moves[t, 0] != AS_MEDIATOR
            if chaired:
                granted = chair_moves[t, 0]
                if granted >= 0 and letter[granted]:
                    granted = -1
            elif t > 0 and _grants_letters(kind):
                if is_due(
                    m - on_board, letters, p.max_letters, p.letters_most_objectors, p.n_rounds - t,
                    p.letters_rounds_left, stuck, p.letters_patience,
                ):  # fmt: skip
                    granted = worst_holdout(us, passed, letter, asking, margins)
            if granted >= 0:
                letter[granted] = True
                letters += 1
                stuck = 0
                if trace:
                    out.trace_letter[r, t] = granted

            # What saying no would cost.
            weigh_all(
                model, p.demand, k, own.attributes, own.reference_pain, leverage, rhetoric,
                p.progress[t], passed, on_board, letter, letters, tolerances,
            )  # fmt: skip
            if by_beliefs:
                weigh_all(
                    model, p.demand, seen_k, seen.attributes, seen.reference_pain, leverage,
                    rhetoric, p.progress[t], passed, on_board, letter, letters, seen_tolerances,
                )  # fmt: skip
            if p.knowledge == _STRAW_POLLS:
                state = absorb(absorb(this_run, _POLL), np.uint64(t))
                fill_normals(state, p.member_keys, uniforms, tails, offsets)
                for i in range(m):
                    offsets[i] = p.poll_error_sd * offsets[i]

            # The next text.
            if chaired:
                for term in range(n):
                    if chair_moves[t, 1 + term] != KEEP:
                        choice[term] = chair_moves[t, 1 + term]
            elif t > 0:
                if _searches(kind):
                    state = absorb(absorb(this_run, _REDRAFT), np.uint64(t))
                    for i in range(m):
                        reach[i] = seen_tolerances[i] + offsets[i]
                    if kind == _KS:
                        find_bests(
                            model, red_low, red_high, lines, grid, sizes,
                            seen_rows, seen.attributes[:, THREAT], reach, letter,
                            seen_k.letter_relief, seen_k.tolerance_red_line, text, bests,
                        )  # fmt: skip
                    for move in range(p.moves_per_round):
                        if p.temperature[t] > 0.0:
                            for j in range(len(w.candidate_keys)):
                                w.candidate_keys[j] = np.uint64(move * _PER_MOVE + j)
                            fill_normals(state, w.candidate_keys, uniforms, tails, noise)
                        if not pledge:
                            search_any(
                                kind, p.sharpness, moves, sizes, grid, model,
                                red_low, red_high, lines, seen_rows, reach,
                                bests, w.weights, letter, seen_k.letter_relief,
                                seen_k.tolerance_red_line, pool, in_pool, p.temperature[t],
                                noise, choice, into, text, w.expected, w.terms,
                            )  # fmt: skip
                            continue
                        if changed or move > 0 or by_beliefs:
                            look_around(seen_near, model, grid, sizes, us, choice, seen_rows)
                            if not by_beliefs:
                                copy_numbers(choice, around)
                        search_pledge(
                            seen_near, kind, p.sharpness, moves, sizes, grid, model,
                            us, seen_rows, reach, bests, w.weights, letter,
                            seen_k.letter_relief, seen_k.tolerance_red_line, pool, in_pool,
                            w.places, p.temperature[t], noise, choice, into,
                        )  # fmt: skip
                elif kind in (_WEIGHTED_MEAN, _WEIGHTED_MEDIAN):
                    write_weighted(
                        kind, model, grid, sizes, seen_rows,
                        seen.attributes[:, THREAT], p.capability, seen.values[p.salience_from :],
                        text, bests, w.terms, choice,
                    )  # fmt: skip
                elif kind == _NONE:
                    for j in range(len(asked)):
                        asked[j] = 0
                    for i in range(m):
                        if named[i] < 0:
                            asked[2 * (-named[i] - 1)] += 1
                        elif named[i] > 0:
                            asked[2 * (named[i] - 1) + 1] += 1
                    amend(choice, sizes, asked)
            write_values(choice, grid, n, text)

            # Silence procedure.
            if pledge:
                if changed or not same_text(choice, around):
                    look_around(near, model, grid, sizes, us, choice, rows)
                    copy_numbers(choice, around)
                pains_here(near, us, pains)
                for i in range(m):
                    pains[i] = _relieved(
                        pains[i], letter[i], False, k.letter_relief, k.tolerance_red_line
                    )
            else:
                feel_all(
                    model, red_low, red_high, lines, text, rows, letter,
                    k.letter_relief, k.tolerance_red_line, pains,
                )  # fmt: skip
            state = absorb(absorb(this_run, _JUDGEMENT), np.uint64(t))
            fill_normals(state, p.member_keys, uniforms, tails, noise)
            for i in range(m):
                z = k.tolerance_noise_sd * noise[i]
                passed[i] = _lets_pass(pains[i], tolerances[i], z)
            fixed = len(seat_moves) > 0
            if fixed:
                for i in range(m):
                    if seat_moves[t, i, ANSWER] != FREE:
                        passed[i] = seat_moves[t, i, ANSWER] == PASSES
                    if seat_moves[t, i, ASKS] != 0:
                        asking[i] = True
            on_board = 0
            weight_for, weight_all = 0.0, 0.0
            for i in range(m):
                weight_all = weight_all + p.votes[i]
                if passed[i]:
                    on_board += 1
                    weight_for = weight_for + p.votes[i]
            if pledge:
                name_objections(near, sizes, us, choice, passed, named)
            else:
                for i in range(m):
                    named[i] = 0
                    if not passed[i]:
                        named[i] = _objection(
                            model[i], choice, text, grid, sizes, rows[:, i], red_low[i],
                            red_high[i], n,
                        )  # fmt: skip
            for i in range(m):
                if not passed[i]:
                    if fixed and seat_moves[t, i, NAMED] != 0:
                        named[i] = seat_moves[t, i, NAMED]
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
            expected = pains
            if by_beliefs:
                expected = w.expected
                feel_all(
                    model, red_low, red_high, lines, text, seen_rows, letter,
                    seen_k.letter_relief, seen_k.tolerance_red_line, expected,
                )  # fmt: skip
            for i in range(m):
                margins[i] = seen_tolerances[i] + offsets[i] - expected[i]
                if by_beliefs:
                    offsets[i] = _learn(offsets[i], margins[i], passed[i], p.learning_rate, p.doubt)
            if m - on_board < fewest:
                fewest = m - on_board
                stuck = 0
            else:
                stuck += 1
            in_pool = keep_draft(choice, m - on_board, pool, w.pool_objectors, in_pool)
            for a in range(len(amendments)):
                if amendments[a, 0] == t:
                    for term in range(n):
                        place = amendments[a, 2 + term]
                        into[term] = choice[term] if place == KEEP else place
                    in_pool = keep_draft(into, zero, pool, w.pool_objectors, in_pool)
        out.objectors[r] = m - on_board
        copy_numbers(choice, out.choice[r])
        for i in range(m):
            for a in range(4):
                out.attributes[r, i, a] = values[i * PER_MEMBER + a]
            if model[i] == BURDEN and values[i * PER_MEMBER + CURRENT] >= 0.0:
                out.ideal_core[r, i] = rows[_IDEAL, i]
        copy_numbers(letter, out.side_letter[r])
        copy_numbers(passed, out.passed[r])
        copy_numbers(pains, out.pain[r])
        copy_numbers(tolerances, out.tolerance[r])


@_compiled
def _happen(event_round, chance, rounds, keys, struck, in_force, this_run, t):
    """Let events strike and expire; returns whether positions change."""
    state = absorb(absorb(this_run, _EVENT), np.uint64(t))
    changed = t == 0
    for e in range(len(struck)):
        if struck[e] < 0:
            u = uniform(absorb(state, keys[e]))
            if strikes(event_round[e], chance[e], u, t):
                struck[e] = t
                changed = True
        elif t == struck[e] + rounds[e]:
            changed = True
        in_force[e] = struck[e] >= 0 and t < struck[e] + rounds[e]
    return changed
