"""The mediator's search: which text is best for who tables it and likely to pass with all."""

import numpy as np

from ...rules import (
    beliefs,
    demander,
    drafting,
    holding_out,
    lattice,
    mediators,
    red_lines,
    scores,
    side_letters,
)
from ...rules.preferences import PLEDGE
from .build import compile_inlined as _inlined
from .build import compile_inner as _compiled
from .texts import hardest, lay, lay_one, loss_at_most, losses, pledge_losses
from .views import copy_numbers

_COMPROMISE = mediators.COMPROMISE
_part, _odds, _odds_across = mediators.part, beliefs.odds, beliefs.odds_across
_gain, _beats, _after = scores.gain, scores.beats, side_letters.after_concessions
_PER_LIFT, _SMALL, _LIFT = scores.MEMBERS_PER_LIFT, scores.SMALL, scores.LIFT
_steps_across = red_lines.steps_across
_goes_along, _demander_odds = holding_out.goes_along, demander.odds
_list_candidates, _jumps, _jump_all = drafting.list_candidates, drafting.jumps, drafting.jump_all
_within_limits = lattice.within_limits
_leads_there, _hardens_only, _apply_change = (
    drafting.leads_there, drafting.hardens_only, drafting.apply_change,
)  # fmt: skip


@_inlined
def score(p, k, w, view, n, letters, payments):
    """Score the first ``n`` candidates, whose features and values are laid out."""
    in_force = view.in_force[0]
    for j in range(n):
        worth = _after(w.value[j], in_force, letters, k.letter_price, payments, p.pay_price)
        gained = _gain(worth, in_force)
        w.score[j] = gained / (1.0 - in_force) if p.least and in_force < 1.0 else gained
        w.lifts[j] = 0.0
    for d in range(len(p.demanders)):
        bound, below_bound = w.bound[p.demanders[d]], w.below_bound[p.demanders[d]]
        stake, half = view.stakes[d, 0], view.stakes[d, 1]
        for j in range(n):
            odds = _demander_odds(w.by[d, j], stake, half, bound, below_bound)
            if p.least:
                w.score[j] = odds if odds < w.score[j] else w.score[j]
            else:
                w.score[j] = w.score[j] * odds
    if p.preferences == PLEDGE and p.mediator == _COMPROMISE and not p.has_red_lines:
        _multiply_pledges(view, p.size, k, w, n)
    else:
        _take_all_parts(p, k, w, view, n)


@_compiled
def _take_all_parts(p, k, w, view, n):
    """Take the part of each member asked into the scores, whatever the mediator and the model."""
    for i in range(p.n_members):
        if w.asked[i]:
            losses(p, k, view, w.features, n, i, w.loss)
            _take_parts(p, w, view, n, i)
        if i % _PER_LIFT == _PER_LIFT - 1 and not p.least:
            _lift(w.score, w.lifts, n)
    if not p.least:
        _lift(w.score, w.lifts, n)


@_inlined
def _multiply_pledges(view, size, k, w, n):
    """Multiply the scores by the odds of each member asked; who is sure of all is left out."""
    x, top, loss, score, asked = w.features, w.top, w.loss, w.score, w.asked
    current, forces, pace, base = view.current, view.forces, view.pace, view.base
    costs, per_widths, bounds, belows = view.cost, view.per_width, w.bound, w.below_bound
    hardest(x, n, top)
    for i in range(len(asked)):
        if asked[i]:
            cost, per_width = costs[i], per_widths[i]
            net = loss_at_most(top, current[i], forces[i], pace[i], size[i], k) - base[i]
            if net > 0.0 and (net - cost) * per_width > -1.0:
                pledge_losses(current[i], forces[i], pace[i], size[i], k, x, n, loss)
                _multiply(score, loss, n, base[i], cost, per_width, bounds[i], belows[i])
        if i % _PER_LIFT == _PER_LIFT - 1:
            _lift(score, w.lifts, n)
    _lift(score, w.lifts, n)


@_inlined
def _multiply(score, loss, n, base, cost, per_width, bound, below_bound):
    for j in range(n):
        score[j] = score[j] * _odds(loss[j] - base, cost, per_width, bound, below_bound)


@_inlined
def _take_parts(p, w, view, n, i):
    """Take the part of one member, whose losses are there, into the scores."""
    score, loss = w.score, w.loss
    base, cost, per_width = view.base[i], view.cost[i], view.per_width[i]
    bound, below_bound, best = w.bound[i], w.below_bound[i], -view.base[i]
    for j in range(n):
        loss[j] = _part(p.mediator, loss[j] - base, best, cost, per_width, bound, below_bound)
    if p.has_red_lines:
        for j in range(n):
            across = _steps_across(w.candidates[j], p.red_low[i], p.red_high[i])
            if across > 0.0:
                loss[j] = _odds_across(across)
    if p.least:
        for j in range(n):
            score[j] = loss[j] if loss[j] < score[j] else score[j]
    else:
        for j in range(n):
            score[j] = score[j] * loss[j]


@_inlined
def _lift(score, lifts, n):
    for j in range(n):
        if 0.0 < score[j] < _SMALL:
            score[j] = score[j] * _LIFT
            lifts[j] = lifts[j] + 1.0


@_inlined
def list_texts(p, w, steps, aim, n_amended):
    """Write the candidates around an aim; how many there are."""
    n = _list_candidates(
        aim, steps, p.sizes, p.nones, p.words, p.limits, p.limit_most, w.candidates
    )
    for a in range(n_amended):
        copy_numbers(w.amended[a], w.candidates[n])
        n = n + 1
    return n


@_inlined
def best_text(p, k, words, w, view, steps, aim, n_amended, letters, payments):
    """Place of the best candidate around an aim; 0, the aim itself, if none is better."""
    n = list_texts(p, w, steps, aim, n_amended)
    lay(p, k, words, view, w.candidates, n, w.features, w.by, w.value)
    score(p, k, w, view, n, letters, payments)
    best = np.int64(0)
    for j in range(1, n):
        if _beats(w.score[j], w.lifts[j], w.score[best], w.lifts[best]):
            best = j
    return best


@_compiled
def score_again(p, k, words, w, view, letters, payments):
    """Score the aim, the first candidate, once more: with other concessions."""
    lay_one(p, k, words, view, w, w.candidates)
    score(p, k, w, view, 1, letters, payments)


@_compiled
def parts_at(p, k, w, view, j, out):
    """Every member's part at candidate ``j``, whose features are laid out."""
    for i in range(p.n_members):
        # Features of one text in the first column are enough: losses are found one by one.
        losses(p, k, view, w.features[:, j:], 1, i, w.loss)
        out[i] = _part(
            p.mediator, w.loss[0] - view.base[i], -view.base[i], view.cost[i], view.per_width[i],
            w.bound[i], w.below_bound[i],
        )  # fmt: skip
        if p.has_red_lines:
            across = _steps_across(w.candidates[j], p.red_low[i], p.red_high[i])
            if across > 0.0:
                out[i] = _odds_across(across)


@_inlined
def come_closer(p, k, words, w, own, as_read, share, letters, payments):
    """Bring the text towards the aim, as far as the demanders go along by now.

    Returns whether one of them stopped the text; ``w.worth`` then has what each that did would have
    of the step that it does not take, and no number for the others.
    """
    choice, into, one = w.choice, w.into, w.one
    while True:
        if not _next_step(p, k, words, w, own, into):
            return False
        copy_numbers(into, one[0])
        lay_one(p, k, words, own, w, one)
        stopped = False
        for d in range(len(p.demanders)):
            worth = _after(w.by[d, 0], as_read[d], letters, k.letter_price, payments, p.pay_price)
            w.worth[d] = np.nan
            if not _goes_along(worth, w.real[d], share):
                w.worth[d] = worth
                stopped = True
        if stopped:
            return True
        copy_numbers(into, choice)


@_compiled
def _next_step(p, k, words, w, own, into):
    """The step towards the aim of which the demanders have most; False if it is reached."""
    choice, aim, one = w.choice, w.aim, w.one
    best, found = 0.0, False
    for t in range(p.n_terms):
        if not _jumps(t, choice, aim, p.nones, p.words):
            continue
        copy_numbers(choice, one[0])
        one[0, t] = aim[t]
        lay_one(p, k, words, own, w, one)
        if w.value[0] <= 0.0:
            _jump_all(one[0], aim, p.nones, p.words)
            lay_one(p, k, words, own, w, one)
        if not found or w.value[0] > best:
            best, found = w.value[0], True
            copy_numbers(one[0], into)
    for harder in range(2):
        if found:
            return True
        for c in range(len(p.step_by_step)):
            steps = p.step_by_step[c]
            if not _leads_there(steps, choice, aim, p.nones, p.words):
                continue
            if _hardens_only(steps, p.ambition) != (harder == 1):
                continue
            _apply_change(steps, choice, p.sizes, one[0])
            if not _within_limits(one[0], p.limits, p.limit_most):
                continue
            lay_one(p, k, words, own, w, one)
            if not found or w.value[0] > best:
                best, found = w.value[0], True
                copy_numbers(one[0], into)
    if not found:
        for t in range(p.n_terms):
            if choice[t] != aim[t]:
                # No way of single steps: limits are between.
                copy_numbers(aim, into)
                return True
    return found
