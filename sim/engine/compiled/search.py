"""The mediator's search: which text is best for who tables it and likely to pass with all."""

import numpy as np

from ...rules import beliefs, drafting, holding_out, mediators, red_lines, scores, side_letters
from ...rules.preferences import PLEDGE
from .build import compile_inner as _compiled
from .texts import hardest, lay, loss_at_most, losses
from .views import copy_numbers

_COMPROMISE = mediators.COMPROMISE
_part, _odds_across = mediators.part, beliefs.odds_across
_gain, _beats, _after_letters = scores.gain, scores.beats, side_letters.after_letters
_PER_LIFT, _SMALL, _LIFT = scores.MEMBERS_PER_LIFT, scores.SMALL, scores.LIFT
_steps_across = red_lines.steps_across
_goes_along = holding_out.goes_along
_list_candidates, _jumps, _jump_all = drafting.list_candidates, drafting.jumps, drafting.jump_all
_leads_there, _hardens_only, _apply_change = (
    drafting.leads_there, drafting.hardens_only, drafting.apply_change,
)  # fmt: skip


@_compiled
def score(p, k, w, view, n, letters):
    """Score the first ``n`` candidates, whose features and values are laid out."""
    score, lifts, x = w.score, w.lifts, w.features
    in_force = view.value_in_force[0]
    for j in range(n):
        gained = _gain(_after_letters(w.value[j], in_force, letters, k.letter_price), in_force)
        score[j] = gained / (1.0 - in_force) if p.least else gained
        lifts[j] = 0.0
    quick = p.preferences == PLEDGE and p.mediator == _COMPROMISE and not p.has_red_lines
    if quick:
        hardest(x, n, w.top)
    for i in range(p.n_members):
        if w.asked[i]:
            net = loss_at_most(p, k, view, w.top, i) - view.base[i] if quick else 1.0
            sure = quick and (net <= 0.0 or (net - view.cost[i]) * view.per_width[i] <= -1.0)
            if not sure:
                _multiply(p, k, w, view, n, i)
        if i % _PER_LIFT == _PER_LIFT - 1 and not p.least:
            _lift(score, lifts, n)
    if not p.least:
        _lift(score, lifts, n)


@_compiled
def _multiply(p, k, w, view, n, i):
    """Take the part of one member into the scores."""
    score, loss = w.score, w.loss
    base, cost, per_width = view.base[i], view.cost[i], view.per_width[i]
    bound, below_bound, best = w.bound[i], w.below_bound[i], -view.base[i]
    losses(p, k, view, w.features, n, i, loss)
    if p.mediator == _COMPROMISE:  # said to the compiler, which then does several at once
        for j in range(n):
            loss[j] = _part(_COMPROMISE, loss[j] - base, best, cost, per_width, bound, below_bound)
    else:
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


@_compiled
def _lift(score, lifts, n):
    for j in range(n):
        if 0.0 < score[j] < _SMALL:
            score[j] = score[j] * _LIFT
            lifts[j] = lifts[j] + 1.0


@_compiled
def list_texts(p, w, aim, n_amended):
    """Write the candidates around an aim; how many there are."""
    n = _list_candidates(aim, p.steps, p.sizes, p.nones, p.words, w.candidates)
    for a in range(n_amended):
        copy_numbers(w.amended[a], w.candidates[n])
        n = n + 1
    return n


@_compiled
def improve(p, k, words, w, view, aim, n_amended, letters):
    """Move an aim in place to the best candidate; False if it is the best itself."""
    n = list_texts(p, w, aim, n_amended)
    lay(p, k, words, view, w.candidates, n, w.features, w.value)
    score(p, k, w, view, n, letters)
    best = np.int64(0)
    for j in range(1, n):
        if _beats(w.score[j], w.lifts[j], w.score[best], w.lifts[best]):
            best = j
    if best == 0:
        return False
    copy_numbers(w.candidates[best], aim)
    return True


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


@_compiled
def come_closer(p, k, words, w, own, in_force, share, letters):
    """Bring the text towards the aim, as far as the demander goes along by now."""
    choice, aim, into, one = w.choice, w.aim, w.into, w.one
    while True:
        best = -1.0
        for t in range(p.n_terms):
            if not _jumps(t, choice, aim, p.nones, p.words):
                continue
            copy_numbers(choice, one[0])
            one[0, t] = aim[t]
            lay(p, k, words, own, one, 1, w.features, w.value)
            if w.value[0] <= 0.0:
                _jump_all(one[0], aim, p.nones, p.words)
                lay(p, k, words, own, one, 1, w.features, w.value)
            if w.value[0] > best:
                best = w.value[0]
                copy_numbers(one[0], into)
        for harder in range(2):
            if best >= 0.0:
                break
            for c in range(len(p.steps)):
                steps = p.steps[c]
                if not _leads_there(steps, choice, aim, p.nones, p.words):
                    continue
                if _hardens_only(steps, p.ambition) != (harder == 1):
                    continue
                _apply_change(steps, choice, p.sizes, one[0])
                lay(p, k, words, own, one, 1, w.features, w.value)
                if w.value[0] > best:
                    best = w.value[0]
                    copy_numbers(one[0], into)
        if best < 0.0:
            break
        if not _goes_along(
            _after_letters(best, in_force, letters, k.letter_price), in_force, share
        ):
            break
        copy_numbers(into, choice)
