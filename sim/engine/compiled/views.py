"""The inputs of a run, and the members as they are or as the mediator sees them."""

import numpy as np

from ...rules import demander, draws, luck, sampling, side_payments
from ...rules.draws import absorb, uniform
from ...rules.events import bounded
from ...rules.preferences import PLEDGE, pledge, spatial
from ..problem import (
    CURRENT,
    DOMESTIC,
    FISCAL,
    HEADLINE,
    LEVERAGE,
    NEED,
    PER_MEMBER,
    SENSITIVITY,
    THREAT,
    WANTED_STEP,
    WANTED_YEAR,
)
from .build import compile_inner as _compiled
from .noise import fill_normals, normals_of
from .texts import over_all

_SAMPLE, _LUCK, _SALIENCE, _CHAIR = draws.SAMPLE, draws.LUCK, draws.SALIENCE, draws.CHAIR
_NORMAL, _quantile = sampling.NORMAL, sampling.quantile
_inside, _truncated = sampling.inside, sampling.truncated
_of_three, _half_width, _UNBOUNDED = luck.luck, luck.half_width, luck.UNBOUNDED
_demander_half, _relief = demander.half_width, side_payments.relief
_own_pace, _pledge_refusing, _public_sd = pledge.own_pace, pledge.refusing, pledge.public_sd
_loss, _binding, _years_left, _eased = (
    pledge.loss, pledge.binding, pledge.years_left, pledge.eased,
)  # fmt: skip
_reached, _reached_in_force = pledge.reached, pledge.reached_in_force
_typical_years, _unscheduled, _late, _worth = (
    pledge.typical_years, pledge.unscheduled, pledge.late, pledge.worth,
)  # fmt: skip
_drawn_salience, _spatial_refusing = spatial.drawn_salience, spatial.refusing
_scale_weights, _part_of_loss, _on_unit = (
    spatial.scale_weights, spatial.part_of_loss, spatial.on_unit,
)  # fmt: skip
_CORE, _BROADER, _DEADLINE, _INCREMENT, _REVIEW, _WORDING = range(6)


@_compiled
def copy_numbers(source, target):
    """Copy numbers one by one, which compiles in a tenth of the time of a slice."""
    for i in range(len(source)):
        target[i] = source[i]


@_compiled
def draw_inputs(p, this_run, values, inputs, uniforms, tails, normals):
    """Draw the inputs of one run into ``values``, and the sampled ones into ``inputs``."""
    state = absorb(absorb(this_run, _SAMPLE), np.uint64(0))
    copy_numbers(p.values, values)
    n = len(p.sampled)
    for j in range(n):
        uniforms[j] = uniform(absorb(state, p.sample_keys[j]))
    for j in range(n):
        if p.sample_kind[j] == _NORMAL:
            uniforms[j] = _inside(p.sample_parameters[j], uniforms[j])
    normals_of(uniforms, n, tails, normals)
    for j in range(n):
        if p.sample_kind[j] == _NORMAL:
            values[p.sampled[j]] = _truncated(p.sample_parameters[j], normals[j])
        else:
            values[p.sampled[j]] = _quantile(
                p.sample_kind[j], p.sample_parameters[j], p.sample_tables, uniforms[j]
            )
    for j in range(n):
        inputs[j] = values[p.sampled[j]]
    for j in range(len(p.shift_to)):
        values[p.shift_to[j]] = bounded(values[p.shift_to[j]] + values[p.shift_from[j]])


@_compiled
def draw_luck(p, this_run, out):
    """The private luck of every member in this run; a camp has that of who speaks for it."""
    state = absorb(this_run, _LUCK)
    first, second, third = (
        absorb(state, np.uint64(0)), absorb(state, np.uint64(1)), absorb(state, np.uint64(2)),
    )  # fmt: skip
    for i in range(p.n_members):
        key = p.member_keys[p.leader[i]]
        out[i] = _of_three(
            uniform(absorb(first, key)), uniform(absorb(second, key)), uniform(absorb(third, key))
        )


@_compiled
def fill_words(p, k, public, words, w):
    """What places of single terms mean under the coefficients of a run (pledge)."""
    if p.preferences != PLEDGE:
        return
    for j in range(p.sizes[_WORDING]):
        words.strength[j] = k.pledge_soft if p.soft[j] else p.grid[_WORDING, j]
    n = 0
    for i in range(p.n_members):
        at = i * PER_MEMBER
        if p.demands[i] < 0 and public[at + CURRENT] >= 0.0:
            w.currents[n] = public[at + CURRENT]
            w.paces[n] = _own_pace(public[at + FISCAL], k)
            n += 1
    currents, paces = w.currents[:n], w.paces[:n]
    for j in range(p.sizes[_CORE]):
        words.typical[j] = _typical_years(p.grid[_CORE, j], currents, paces, w.scratch)
    for j in range(p.sizes[_INCREMENT]):
        words.missing[j] = _unscheduled(p.grid[_INCREMENT, j], p.demand[WANTED_STEP])
    f = p.in_force
    strength = k.pledge_soft if p.in_force_soft else f[_WORDING]
    words.in_force[0] = _binding(strength, f[_DEADLINE] > 0.0, p.in_force_floor)
    typical = _typical_years(f[_CORE], currents, paces, w.scratch)
    late = _late(strength, f[_DEADLINE], p.demand[WANTED_YEAR], p.year, typical)
    words.in_force[1] = late + _unscheduled(f[_INCREMENT], p.demand[WANTED_STEP])


@_compiled
def take_attributes(p, view, in_force):
    """Attributes of all members after the shocks in force."""
    for i in range(p.n_members):
        at = p.leader[i] * PER_MEMBER
        for a in range(4):
            shift = 0.0
            for e in range(len(in_force)):
                if in_force[e]:
                    shift = shift + p.event_shift[e, i, a]
            view.attributes[i, a] = bounded(view.values[at + a] + shift)


@_compiled
def weigh(p, k, view, leverage, public):
    """What refusing costs each member, and how much of it is not known, in this round."""
    if p.preferences == PLEDGE:
        for i in range(p.n_members):
            a = view.attributes[i]
            held_over = leverage * p.size[i]
            cost = _pledge_refusing(a[THREAT], a[SENSITIVITY], a[DOMESTIC], held_over, k)
            sd = k.refusing_luck
            if public:
                s = p.spread[i]
                sd = _public_sd(
                    cost, a[DOMESTIC], held_over, s[THREAT], s[SENSITIVITY], s[DOMESTIC], k
                )
            view.cost[i] = cost
            view.half[i] = _half_width(sd, cost)
            view.per_width[i] = 1.0 / view.half[i]
        return
    for i in range(p.n_members):
        cost = _spatial_refusing(view.attributes[i, DOMESTIC], k)
        view.cost[i] = cost
        view.half[i] = _half_width(k.spatial_luck, _UNBOUNDED)
        view.per_width[i] = 1.0 / view.half[i]


@_compiled
def take_positions(p, k, words, view):
    """What decides the losses of each member by pledges, and its loss by the text in force."""
    f = p.in_force
    years = _years_left(f[_DEADLINE], p.year)
    dated = 1.0 if f[_DEADLINE] > 0.0 else 0.0
    ease = _eased(f[_DEADLINE], f[_REVIEW], years, k.pledge_review)
    for i in range(p.n_members):
        current = view.values[i * PER_MEMBER + CURRENT]
        view.current[i] = current
        view.forces[i] = 1.0 if current >= 0.0 else 0.0
        view.pace[i] = _own_pace(view.attributes[i, FISCAL], k)
        view.base[i] = _loss(
            f[_CORE], f[_BROADER], dated, years, f[_INCREMENT], ease, words.in_force[0],
            view.current[i], view.forces[i], view.pace[i], p.size[i], k,
        )  # fmt: skip


@_compiled
def take_demand(p, k, words, view):
    """What the demander has of each split, and of the text in force."""
    headline, need = p.demand[HEADLINE], view.values[p.demander_from + NEED]
    for a in range(p.sizes[_CORE]):
        for b in range(p.sizes[_BROADER]):
            view.share[a, b] = _reached(p.grid[_CORE, a], p.grid[_BROADER, b], headline, need)
    f = p.in_force
    share = _reached_in_force(f[_CORE], f[_BROADER], headline)
    value = _worth(words.in_force[0], f[_REVIEW], p.demand[3], words.in_force[1], share, k)
    view.stakes[0, 0] = value
    view.stakes[0, 1] = _demander_half(k.refusing_luck, value)
    view.in_force[0] = over_all(p, view.stakes[:, 0])


@_compiled
def take_ideals(p, k, view, w, this_run, public):
    """Ideal points and weights of a spatial issue, the chair's view, and the text in force."""
    n, values = p.n_terms, view.values
    state = absorb(this_run, _SALIENCE)
    for t in range(n):
        fill_normals(
            absorb(state, np.uint64(t)), p.member_keys, w.uniforms, (w.tails, w.tail_places),
            w.noise,
        )  # fmt: skip
        for i in range(p.n_members):
            who = p.leader[i]
            view.ideal[i, t] = _on_unit(values[p.ideal_from + who * n + t], p.low[t], p.span[t])
            salience = values[p.salience_from + who * n + t]
            if not public:
                salience = _drawn_salience(salience, w.noise[who], k)
            view.weights[i * n + t] = p.size[who] * salience
            view.chair_weights[i * n + t] = p.weight[who] * salience
    _scale_weights(view.weights, p.speaks, n)
    whole = 0.0
    for i in range(p.n_members):
        if p.speaks[i]:
            for t in range(n):
                whole = whole + view.chair_weights[i * n + t]
    for j in range(len(view.chair_weights)):
        view.chair_weights[j] = view.chair_weights[j] / whole if whole > 0.0 else 0.0
    for t in range(n):
        view.chair[t] = p.unit[t, p.opening[t]]
    if p.view_drawn and not public:
        state = absorb(absorb(this_run, _CHAIR), np.uint64(0))
        drawn = uniform(absorb(state, np.uint64(0)))
        so_far = 0.0
        who = -1
        for i in range(p.n_members):
            if p.speaks[i] and who < 0:
                for t in range(n):
                    so_far = so_far + view.chair_weights[i * n + t]
                if drawn < so_far:
                    who = i
        if who >= 0:
            for t in range(n):
                view.chair[t] = view.ideal[who, t]
    for i in range(p.n_members):
        view.loss_in_force[i] = 0.0
        if p.in_force_counts:
            lost = 0.0
            for t in range(n):
                here = _on_unit(p.in_force[t], p.low[t], p.span[t])
                lost = lost + _part_of_loss(here, view.ideal[i, t], view.weights[i * n + t])
            view.loss_in_force[i] = lost
    count_payments(p, w.paid, view)
    for d in range(len(p.demander_share)):
        view.stakes[d, 0] = 0.0
        view.stakes[d, 1] = 0.0
    if p.in_force_counts:
        for d in range(len(p.demanders)):
            i = p.demanders[d]
            weight = 0.0
            for t in range(n):
                weight = weight + view.weights[i * n + t]
            here = view.loss_in_force[i] / weight if weight > 0.0 else 0.0
            view.stakes[d, 0] = 1.0 - here
            view.stakes[d, 1] = _demander_half(k.spatial_luck, 1.0 - here)
    view.in_force[0] = over_all(p, view.stakes[:, 0])


@_compiled
def count_payments(p, paid, view):
    """What side payments take off the losses of members, and from the term (spatial)."""
    n = p.n_terms
    steps = 0
    for i in range(p.n_members):
        steps += paid[i]
    view.taken[0] = steps * p.pay_step
    for i in range(p.n_members):
        weight = 0.0
        for t in range(n):
            weight = weight + view.weights[i * n + t]
        who = p.leader[i]
        amount = paid[who] * p.pay_step
        view.base[i] = view.loss_in_force[i] + _relief(weight, amount, p.power_share[who])


@_compiled
def leverage_now(p, values, in_force):
    """The demander's leverage in this round, shocks included; never below 0."""
    leverage = values[p.demander_from + LEVERAGE]
    for e in range(len(in_force)):
        if in_force[e]:
            leverage = leverage + p.event_leverage[e]
    return leverage if leverage > 0.0 else 0.0
