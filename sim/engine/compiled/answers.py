"""What members say: whether they refuse, what they name, and what they want of each term."""

import numpy as np

from ...rules import drafting, holding_out, mediators, red_lines, side_letters
from ...rules.preferences import PLEDGE
from .build import compile_inlined as _inlined
from .build import compile_inner as _compiled
from .texts import lay, lay_one, losses, net_by_pledge
from .views import copy_numbers

_refuses, _goes_along = holding_out.refuses, holding_out.goes_along
_after = side_letters.after_concessions
_steps_across, _first_crossed = red_lines.steps_across, red_lines.first_crossed
_written_value, _nearest = mediators.written_value, drafting.nearest
_approach = drafting.approach


@_inlined
def net_losses(p, k, words, w, view, out):
    """Net loss of every member by the text on the table; sets its value as first of all."""
    copy_numbers(w.choice, w.one[0])
    lay_one(p, k, words, view, w, w.one)
    if p.preferences == PLEDGE:
        net_by_pledge(view, p.size, k, w.features, out)
        return
    for i in range(p.n_members):
        losses(p, k, view, w.features, 1, i, w.loss)
        out[i] = w.loss[0] - view.base[i]


@_inlined
def ask_all(p, k, words, w, own, as_read, share, letters, payments):
    """Whether each member lets the text on the table pass, as the model has it."""
    net_losses(p, k, words, w, own, w.nets)
    for i in range(p.n_members):
        w.passed[i] = w.letter[i] or not _refuses(w.nets[i], w.full_cost[i], share)
        if p.has_red_lines and not w.letter[i]:
            if _steps_across(w.choice, p.red_low[i], p.red_high[i]) > 0.0:
                w.passed[i] = False
    if len(p.demanders) > 0:
        for i in range(p.n_members):
            d = p.demands[i]
            if d >= 0:
                worth = _after(
                    w.by[d, 0], as_read[d], letters, k.letter_price, payments, p.pay_price
                )
                w.passed[i] = _goes_along(worth, w.real[d], share)
                w.nets[i] = 1.0 - worth


@_compiled
def name_objections(p, k, words, w, own, named):
    """Put the objections of past rounds into words: the single step that would relieve most.

    ``w.naming`` says whose, and on which round's text; a member's losses are as they were then. On
    a tie the first term, downwards first; 0 where no step relieves.
    """
    n, one = p.n_terms, w.one
    for t in range(len(w.tabled)):
        any_here = False
        for i in range(p.n_members):
            any_here = any_here or w.naming[i] == t
        if not any_here:
            continue
        for row in range(1 + 2 * n):
            copy_numbers(w.tabled[t], one[row])
        for term in range(n):
            if one[0, term] > 0:
                one[1 + 2 * term, term] -= 1
            if one[0, term] < p.sizes[term] - 1:
                one[2 + 2 * term, term] += 1
        lay(p, k, words, own, one, 1 + 2 * n, w.features, w.by, w.value)
        for i in range(p.n_members):
            if w.naming[i] != t:
                continue
            w.naming[i] = -1
            named[i] = 0
            if p.has_red_lines:
                named[i] = _first_crossed(one[0], p.red_low[i], p.red_high[i])
                if named[i] != 0:
                    continue
            if p.demands[i] >= 0:
                for j in range(1 + 2 * n):
                    w.loss[j] = -w.by[p.demands[i], j]
            else:
                losses(p, k, own, w.features, 1 + 2 * n, i, w.loss)
            least = w.loss[0]
            for term in range(n):
                for side in range(2):
                    j = 1 + 2 * term + side
                    if w.loss[j] < least:
                        least = w.loss[j]
                        named[i] = term + 1 if side == 1 else -(term + 1)


@_compiled
def write_aim(p, k, words, w, seen):
    """The aim of a mediator that writes: the mean or median of the places that all want."""
    for term in range(p.n_terms):
        size = p.sizes[term]
        for j in range(size):
            copy_numbers(w.choice, w.candidates[j])
            w.candidates[j, term] = j
        lay(p, k, words, seen, w.candidates, size, w.features, w.by, w.value)
        for i in range(p.n_members):
            w.weights[i] = p.power[i] * seen.values[p.salience_from + i * p.n_terms + term]
            w.ideals[i] = float(_wanted(p, k, w, seen, term, size, i))
        present = float(w.choice[term])
        place = _written_value(p.mediator, w.ideals, w.weights, present)
        w.into[term] = np.int64(place + 0.5)
    bring_together(p, w, w.into)
    copy_numbers(w.into, w.aim)


@_compiled
def bring_together(p, w, wish):
    """Where terms are bound together, the text nearest to a wish takes its place."""
    if not p.bound_together:
        return
    copy_numbers(w.choice, w.one[0])
    _approach(
        w.one[0], wish, p.step_by_step, p.sizes, p.equalities, p.limits, p.limit_most, w.one[1:]
    )
    copy_numbers(w.one[0], wish)


@_compiled
def _wanted(p, k, w, seen, term, size, i):
    """The place that a member wants of a term, the others as they are on the table.

    Spatial: nearest to its ideal point. Pledge: the most ambitious one that it would let pass on
    the last day, as far as the mediator knows; the demander's is the one it has most of.
    """
    if p.preferences != PLEDGE:
        return _nearest(seen.ideal[i, term], p.unit[term], size)
    upwards = p.ambition[term] < 0
    if p.demands[i] >= 0:
        for j in range(size):
            w.loss[j] = -w.value[j]
        best = 0 if upwards else size - 1
        for step in range(size):
            j = step if upwards else size - 1 - step
            if w.loss[j] < w.loss[best]:
                best = j
        return best
    losses(p, k, seen, w.features, size, i, w.loss)
    reach = seen.cost[i]
    if w.bound[i] < 0.0:
        reach = reach + w.bound[i] / seen.per_width[i]
    for step in range(size):
        j = step if upwards else size - 1 - step
        if p.red_low[i, term] <= j <= p.red_high[i, term]:
            if w.loss[j] - seen.base[i] <= reach:
                return j
    return size - 1 if upwards else 0
