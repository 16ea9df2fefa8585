"""The compiled engine: many runs of one scenario by the same rules as the Mesa model.

One function plays a block of replications. It follows :class:`sim.engine.mesa.model.SummitModel`
round by round and adds in the same order, so that every bit of the results is the same; a property
test compares the two on random scenarios.
"""

import numpy as np
from numba.np.unsafe.ndarray import to_fixed_tuple

from ...rules import (
    beliefs,
    demander,
    draws,
    holding_out,
    lattice,
    luck,
    mediators,
    procedure,
    scores,
    side_letters,
)
from ...rules.draws import absorb, run_state, uniform
from ...rules.events import strikes
from ...rules.mediators import none
from ...rules.preferences import PLEDGE
from ..moves import ANSWER, AS_MEDIATOR, ASKS, FREE, KEEP, NAMED, PASSES
from ..problem import N_COEFFICIENTS, PER_MEMBER, Coefficients
from .answers import ask_all, bring_together, name_objections, net_losses, write_aim
from .build import compile_cached
from .build import compile_inlined as _inlined
from .build import compile_inner as _compiled
from .search import best_text, come_closer, parts_at, score_again
from .texts import over_all
from .views import (
    copy_numbers,
    count_payments,
    draw_inputs,
    draw_luck,
    fill_words,
    leverage_now,
    take_attributes,
    take_demand,
    take_ideals,
    take_positions,
    weigh,
)

_EVENT = draws.EVENT
_PUBLIC, _ALL, _NONE = mediators.PUBLIC, mediators.ALL, mediators.NONE
_UNKNOWN, _below, _learned_bound = beliefs.UNKNOWN, luck.below, beliefs.learned_bound
_held, _adopted = holding_out.held, procedure.adopted
_beats = scores.beats
_breaks_up = procedure.breaks_up
_may_ask, _hardest_member = side_letters.may_ask, side_letters.hardest
_CHANGES = procedure.CHANGES_PER_DRAFT
_DOUBT = beliefs.DOUBT
_real_in_force, _demander_bound = demander.real_in_force, demander.learned_bound
_amend, _feasible = none.amend, lattice.feasible


@_compiled
def _coefficients(p, values):
    return Coefficients(*to_fixed_tuple(values[p.coefficients_from :], N_COEFFICIENTS))


@_compiled
def _see_public(p, k, words, w, public, this_run):
    """The members by public values, with the shocks in force."""
    take_attributes(p, public, w.in_force)
    weigh(p, k, public, leverage_now(p, public.values, w.in_force), True)
    if p.preferences == PLEDGE:
        take_positions(p, k, words, public)
        take_demand(p, k, words, public)
    else:
        take_ideals(p, k, public, w, this_run, True)


@_compiled
def _forget(p, w):
    for i in range(p.n_members):
        w.asked[i] = p.speaks[i] and p.demands[i] < 0
        w.bound[i] = _UNKNOWN
        w.below_bound[i] = 1.0


@_compiled
def _climb(p, k, words, w, public, aim, zero):
    """Move an aim by public values: by steps, and where none helps by leaps."""
    while True:
        best = best_text(p, k, words, w, public, p.steps, aim, zero, zero, zero)
        if best == 0:
            best = best_text(p, k, words, w, public, p.leaps, aim, zero, zero, zero)
        if best == 0:
            break
        copy_numbers(w.candidates[best], aim)


@_compiled
def _aim_of_centre(p, words, w, public, this_run, zero):
    """The best text by public values at the centre of all inputs, from several starts."""
    k = _coefficients(p, p.public_values)
    fill_words(p, k, p.public_values, words, w)
    for e in range(len(w.in_force)):
        w.in_force[e] = False
    _see_public(p, k, words, w, public, this_run)
    _forget(p, w)
    best, best_lifts = -1.0, 0.0
    for s in range(len(p.starts)):
        copy_numbers(p.starts[s], w.into)
        _climb(p, k, words, w, public, w.into, zero)
        # The last look put the aim itself first among the candidates.
        if best < 0.0 or _beats(w.score[0], w.lifts[0], best, best_lifts):
            best, best_lifts = w.score[0], w.lifts[0]
            copy_numbers(w.into, w.centre_aim)


@compile_cached
def play(p, w, words, own, public, seed, first, out):
    """Play replications ``first`` to ``first + len(out.adopted_round) - 1`` into ``out``.

    ``w``, ``words``, ``own`` and ``public`` are room to work in, from
    :mod:`sim.engine.compiled.work`.
    """
    # For a plain 0 the compiler would compile all that is called with it a second time.
    zero = np.int64(0)
    n, m = p.n_terms, p.n_members
    kind, seat_moves, chair_moves, amendments = (
        p.mediator, p.seat_moves, p.chair_moves, p.amendments,
    )  # fmt: skip
    tails = (w.tails, w.tail_places)
    trace = out.trace_choice.shape[1] > 0
    by_public = p.knowledge == _PUBLIC
    seen = public if by_public else own
    as_read = w.as_read
    for c in range(len(w.coefficients)):
        w.coefficients[c] = np.nan
    known_aim = False
    for r in range(len(out.adopted_round)):
        this_run = run_state(np.uint64(seed), np.uint64(first + r))
        draw_inputs(p, this_run, own.values, out.inputs[r], w.uniforms, tails, w.noise)
        k = _coefficients(p, own.values)
        draw_luck(p, this_run, w.luck)
        for i in range(m):
            w.paid[i] = 0
        for e in range(len(w.struck)):
            w.struck[e] = -1
            w.in_force[e] = False

        # The first aim: by public values, under the coefficients of the run.
        if p.searches:
            if not known_aim:
                _aim_of_centre(p, words, w, public, this_run, zero)
                known_aim = True
            new = False
            for c in range(len(w.coefficients)):
                if w.coefficients[c] != own.values[p.coefficients_from + c]:
                    new = True
            if new:
                for c in range(len(w.coefficients)):
                    w.coefficients[c] = own.values[p.coefficients_from + c]
                fill_words(p, k, p.public_values, words, w)
                _see_public(p, k, words, w, public, this_run)
                _forget(p, w)
                copy_numbers(w.centre_aim, w.first_aim)
                _climb(p, k, words, w, public, w.first_aim, zero)
            copy_numbers(w.first_aim, w.aim)
        else:
            fill_words(p, k, p.public_values, words, w)
            copy_numbers(p.opening, w.aim)

        if p.preferences == PLEDGE:
            take_demand(p, k, words, own)
        else:
            take_ideals(p, k, own, w, this_run, False)
        _forget(p, w)
        for i in range(m):
            w.passed[i] = w.letter[i] = w.asking[i] = False
            w.naming[i] = -1
        copy_numbers(p.opening, w.choice)
        for d in range(len(as_read)):
            as_read[d] = own.stakes[d, 0]
            w.real[d] = as_read[d]
        for d in range(len(p.demanders)):
            w.real[d] = _real_in_force(as_read[d], own.stakes[d, 1], w.luck[p.demanders[d]])
            if p.knowledge == _ALL:
                own.stakes[d, 0] = w.real[d]
                own.stakes[d, 1] = _DOUBT * own.stakes[d, 1]
        own.in_force[0] = over_all(p, own.stakes[:, 0])
        letters, payments, on_board, n_amended = zero, zero, zero, zero
        learned = not by_public or p.view_drawn
        for t in range(p.n_rounds):
            if t > 0 and not p.fixed[t]:
                if _breaks_up(p.meeting[t - 1], p.meeting[t], learned):
                    continue
            # Events.
            changed = _happen(
                p.event_round, p.event_chance, p.event_rounds, p.event_keys, w.struck, w.in_force,
                this_run, t,
            )  # fmt: skip
            if changed:
                name_objections(p, k, words, w, own, out.last_named[r])
                take_attributes(p, own, w.in_force)
                leverage = leverage_now(p, own.values, w.in_force)
                weigh(p, k, own, leverage, False)
                if p.preferences == PLEDGE:
                    take_positions(p, k, words, own)
                for i in range(m):
                    w.full_cost[i] = own.cost[i] + own.half[i] * w.luck[i]
                    if p.knowledge == _ALL:
                        own.cost[i] = w.full_cost[i]
                        own.per_width[i] = 1.0 / (_DOUBT * own.half[i])
                if by_public:
                    _see_public(p, k, words, w, public, this_run)
                if t > 0:
                    learned = True
            share = _held(p.progress[t], k.hold_exponent)

            # Aim, side letter and text.
            chaired = len(chair_moves) > 0 and chair_moves[t, 0] != AS_MEDIATOR
            if chaired:
                granted = chair_moves[t, 0]
                if granted >= 0 and not w.letter[granted]:
                    letters += _grant(p, w, granted)
                copy_numbers(w.choice, w.into)
                for term in range(n):
                    if chair_moves[t, 1 + term] != KEEP:
                        w.into[term] = chair_moves[t, 1 + term]
                bring_together(p, w, w.into)
                copy_numbers(w.into, w.choice)
            elif t > 0 and kind == _NONE:
                for j in range(len(w.asked_for)):
                    w.asked_for[j] = 0
                for i in range(m):
                    if w.named[i] < 0:
                        w.asked_for[2 * (-w.named[i] - 1)] += 1
                    elif w.named[i] > 0:
                        w.asked_for[2 * (w.named[i] - 1) + 1] += 1
                copy_numbers(w.choice, w.into)
                _amend(w.into, p.sizes, w.asked_for)
                bring_together(p, w, w.into)
                copy_numbers(w.into, w.choice)
            elif t > 0:
                if p.writes and learned:
                    write_aim(p, k, words, w, seen)
                looks = 0
                while p.searches and learned and looks < _CHANGES:
                    looks += 1
                    best = best_text(
                        p, k, words, w, seen, p.steps, w.aim, n_amended, letters, payments
                    )
                    who, pays = np.int64(-1), False
                    if p.meeting[t] > 0:
                        who, pays = _concession(p, k, words, w, own, seen, letters, payments, best)
                    if who >= 0 and pays:
                        # Losses are still as they were when members objected.
                        name_objections(p, k, words, w, own, out.last_named[r])
                        _pay(p, w, own, seen, who, 1)
                        payments += 1
                    elif who >= 0:
                        letters += _grant(p, w, who)
                    elif best > 0:
                        copy_numbers(w.candidates[best], w.aim)
                    else:
                        break
                learned = False
                if len(p.demanders) == 0:
                    copy_numbers(w.aim, w.choice)
                elif come_closer(p, k, words, w, own, as_read, share, letters, payments):
                    for d in range(len(p.demanders)):
                        i = p.demanders[d]
                        if w.worth[d] == w.worth[d]:
                            bound = _demander_bound(
                                w.worth[d], seen.stakes[d, 0], seen.stakes[d, 1], w.bound[i],
                                share,
                            )  # fmt: skip
                            if bound < w.bound[i]:
                                w.bound[i] = bound
                                w.below_bound[i] = _below(bound)
                                learned = True
            copy_numbers(w.choice, w.tabled[t])

            # Answers.
            ask_all(p, k, words, w, own, as_read, share, letters, payments)
            fixed = len(seat_moves) > 0
            if fixed:
                for i in range(m):
                    if seat_moves[t, i, ANSWER] != FREE:
                        w.passed[i] = seat_moves[t, i, ANSWER] == PASSES
                    if seat_moves[t, i, ASKS] != 0:
                        w.asking[i] = True
            on_board = 0
            weight_for, weight_all = 0.0, 0.0
            for i in range(m):
                weight_all = weight_all + p.votes[i]
                if w.passed[i]:
                    on_board += 1
                    weight_for = weight_for + p.votes[i]
                else:
                    out.objections[r, i] += 1
                    w.naming[i] = t
            if fixed or trace or kind == _NONE:
                name_objections(p, k, words, w, own, w.named)
                for i in range(m):
                    if w.passed[i]:
                        w.named[i] = 0
                    else:
                        if fixed and seat_moves[t, i, NAMED] != 0:
                            w.named[i] = seat_moves[t, i, NAMED]
                        out.last_named[r, i] = w.named[i]
            if trace:
                copy_numbers(w.choice, out.trace_choice[r, t])
                copy_numbers(w.passed, out.trace_passed[r, t])
                copy_numbers(w.named, out.trace_named[r, t])
                copy_numbers(w.letter, out.trace_letter[r, t])
                copy_numbers(w.paid, out.trace_paid[r, t])
                out.trace_leverage[r, t] = leverage

            # Adoption.
            tabled = True
            for d in range(len(p.demanders)):
                tabled = tabled and w.passed[p.demanders[d]]
            if _adopted(
                p.procedure, weight_for, weight_all, m - on_board, p.quota, p.minus,
                p.meeting[t] > 0, tabled,
            ):  # fmt: skip
                out.adopted_round[r] = t
                break

            # Learning.
            if _learn(p, k, words, w, seen, share):
                learned = True
            if p.knowledge == _ALL:
                learned = True
            for a in range(len(amendments)):
                if amendments[a, 0] == t:
                    for term in range(n):
                        place = amendments[a, 2 + term]
                        w.amended[n_amended, term] = w.choice[term] if place == KEEP else place
                    if _feasible(
                        w.amended[n_amended], w.choice, p.equalities, p.limits, p.limit_most
                    ):
                        n_amended += 1
                        learned = True
        name_objections(p, k, words, w, own, out.last_named[r])
        out.objectors[r] = m - on_board
        copy_numbers(w.choice, out.choice[r])
        for i in range(m):
            for a in range(4):
                out.attributes[r, i, a] = own.values[p.leader[i] * PER_MEMBER + a]
            out.net_loss[r, i] = w.nets[i]
            out.refusal_cost[r, i] = w.full_cost[i] * share
            if p.demands[i] >= 0:
                out.refusal_cost[r, i] = (1.0 - w.real[p.demands[i]]) * share
        copy_numbers(w.letter, out.side_letter[r])
        copy_numbers(w.paid, out.paid[r])
        copy_numbers(w.passed, out.passed[r])


@_compiled
def _happen(event_round, chance, rounds, keys, struck, in_force, this_run, t):
    """Let events strike and expire; returns whether members change."""
    state = absorb(absorb(this_run, _EVENT), np.uint64(t))
    changed = t == 0
    for e in range(len(struck)):
        u = uniform(absorb(state, keys[e]))
        if struck[e] < 0 and strikes(event_round[e], chance[e], u, t):
            struck[e] = t
        now = struck[e] >= 0 and t < struck[e] + rounds[e]
        changed = changed or now != in_force[e]
        in_force[e] = now
    return changed


@_compiled
def _grant(p, w, who):
    """Give a side letter to a member and its camp; how many there are."""
    count = 0
    for i in range(p.n_members):
        if p.leader[i] == p.leader[who] and not w.letter[i]:
            w.letter[i] = True
            w.asked[i] = False
            count += 1
    return count


@_compiled
def _pay(p, w, own, seen, who, steps):
    """Promise more of a side payment to who speaks for a camp, or take it back."""
    w.paid[who] += steps
    count_payments(p, w.paid, own)
    if p.knowledge == _PUBLIC:
        count_payments(p, w.paid, seen)


@_compiled
def _concession(p, k, words, w, own, seen, letters, payments, best):
    """Who gets a letter, or is paid a step, because that is better than the best candidate.

    The aim is candidate 0. Returns the place of who speaks for its camp, or -1, and whether it is
    paid.
    """
    found, pays = np.int64(-1), False
    if w.score[0] <= 0.0:
        return found, pays
    top, top_lifts = w.score[best], w.lifts[best]
    parts_at(p, k, w, seen, 0, w.parts)
    _in_the_room(p, w, True)
    who = _hardest_member(w.parts, w.may)
    if who >= 0:
        named = 0
        for i in range(p.n_members):
            if p.leader[i] == who:
                named += 1
        if letters + named <= p.max_letters:
            w.asked[who] = False
            score_again(p, k, words, w, seen, letters + named, payments)
            w.asked[who] = True
            if _beats(w.score[0], w.lifts[0], top, top_lifts):
                top, top_lifts, found = w.score[0], w.lifts[0], np.int64(who)
    if payments < p.pay_most:
        _in_the_room(p, w, False)
        who = _hardest_member(w.parts, w.may)
        if who >= 0:
            _pay(p, w, own, seen, who, 1)
            score_again(p, k, words, w, seen, letters, payments + 1)
            _pay(p, w, own, seen, who, -1)
            if _beats(w.score[0], w.lifts[0], top, top_lifts):
                found, pays = np.int64(who), True
    return found, pays


@_compiled
def _in_the_room(p, w, for_letters):
    """Who may get a concession; those that ask for a letter come first."""
    wanted = False
    for i in range(p.n_members):
        learned = w.bound[i] < _UNKNOWN
        w.may[i] = (p.may_hold[i] or not for_letters) and _may_ask(
            w.asked[i], w.passed[i], learned, p.knowledge == _ALL
        )
        wanted = wanted or (w.may[i] and w.asking[i])
    if wanted:
        for i in range(p.n_members):
            w.may[i] = w.may[i] and w.asking[i]


@_inlined
def _learn(p, k, words, w, seen, share):
    """What the refusals of this round tell of luck; whether anything was learned."""
    found = False
    nets = w.nets
    if p.knowledge == _PUBLIC:
        nets = w.parts
        net_losses(p, k, words, w, seen, nets)
    for i in range(p.n_members):
        if w.passed[i] or not w.asked[i]:
            continue
        bound = _learned_bound(nets[i], seen.cost[i], seen.per_width[i], w.bound[i], share)
        if bound < w.bound[i]:
            w.bound[i] = bound
            w.below_bound[i] = _below(bound)
            found = True
    return found
