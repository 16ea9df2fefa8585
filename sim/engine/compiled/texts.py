"""Texts by the many: features and values of candidates, and what each costs a member."""

from ...rules.preferences import PLEDGE, pledge, spatial
from .build import compile_inlined as _inlined
from .build import compile_inner as _compiled

_CORE, _BROADER, _DEADLINE, _INCREMENT, _REVIEW, _WORDING = range(6)
_AT_CORE, _AT_BROADER, _DATED, _YEARS = (
    pledge.AT_CORE, pledge.AT_BROADER, pledge.DATED, pledge.YEARS,
)  # fmt: skip
_STEP, _EASE, _STRENGTH = pledge.STEP, pledge.EASE, pledge.STRENGTH
_loss, _most_loss, _binding = pledge.loss, pledge.most_loss, pledge.binding
_years_left, _eased, _late, _worth = (
    pledge.years_left, pledge.eased, pledge.late, pledge.worth,
)  # fmt: skip
_part_of_loss, _chair_value = spatial.part_of_loss, spatial.chair_value


@_inlined
def lay(p, k, words, view, texts, n, x, by, value):
    """Write the features of the first ``n`` texts into ``x``, and what the tabler has of them.

    ``by`` takes what each demander has. Where there is one, its row is ``value`` itself.
    """
    if p.preferences == PLEDGE:
        _lay_pledges(
            p.grid, p.floors, p.year, p.demand[1], p.demand[3], k, words, view.share, texts, n, x,
            value,
        )  # fmt: skip
    else:
        _lay_spatial(p, view, texts, n, x, by, value)


@_compiled
def lay_one(p, k, words, view, w, text):
    """The same for one text, whose features and values come first; compiled once for all."""
    lay(p, k, words, view, text, 1, w.features, w.by, w.value)


@_compiled
def _lay_pledges(grid, floors, year, wanted, horizon, k, words, share, texts, n, x, value):
    for j in range(n):
        core, broader, deadline = texts[j, _CORE], texts[j, _BROADER], texts[j, _DEADLINE]
        step, review, wording = texts[j, _INCREMENT], texts[j, _REVIEW], texts[j, _WORDING]
        date, again = grid[_DEADLINE, deadline], grid[_REVIEW, review]
        dated = date > 0.0
        years = _years_left(date, year)
        force = words.strength[wording]
        strength = _binding(force, dated, floors[wording])
        x[_AT_CORE, j] = grid[_CORE, core]
        x[_AT_BROADER, j] = grid[_BROADER, broader]
        x[_DATED, j] = 1.0 if dated else 0.0
        x[_YEARS, j] = years
        x[_STEP, j] = grid[_INCREMENT, step]
        x[_EASE, j] = _eased(date, again, years, k.pledge_review)
        x[_STRENGTH, j] = strength
        late = _late(force, date, wanted, year, words.typical[core]) + words.missing[step]
        value[j] = _worth(strength, again, horizon, late, share[core, broader], k)


@_compiled
def _lay_spatial(p, view, texts, n, x, by, value):
    terms, members = p.n_terms, p.n_members
    for t in range(terms):
        for j in range(n):
            x[t, j] = p.unit[t, texts[j, t]]
    if view.taken[0] > 0.0:
        for j in range(n):
            x[p.pay_term, j] = x[p.pay_term, j] - view.taken[0]
    if len(p.demanders) > 0:
        for d in range(len(p.demanders)):
            i = p.demanders[d]
            whole = 0.0
            for t in range(terms):
                whole = whole + view.weights[i * terms + t]
            for j in range(n):
                lost = 0.0
                for t in range(terms):
                    weight = view.weights[i * terms + t]
                    lost = lost + _part_of_loss(x[t, j], view.ideal[i, t], weight)
                by[d, j] = 1.0 - lost / whole if whole > 0.0 else 1.0
        for j in range(n):
            value[j] = over_all(p, by[:, j])
        return
    for j in range(n):
        lost = 0.0
        for i in range(members):
            if p.speaks[i]:
                for t in range(terms):
                    weight = view.chair_weights[i * terms + t]
                    lost = lost + _part_of_loss(x[t, j], view.ideal[i, t], weight)
        away = 0.0
        for t in range(terms):
            away = away + _part_of_loss(x[t, j], view.chair[t], 1.0)
        value[j] = _chair_value(lost, away / terms, p.own_view)


@_compiled
def over_all(p, values):
    """A value of the tabler from those of the demanders, by their power."""
    total = 0.0
    for d in range(len(p.demander_share)):
        total = total + p.demander_share[d] * values[d]
    return total


@_inlined
def pledge_losses(current, forces, pace, size, k, x, n, out):
    """What the first ``n`` texts cost one member (pledge)."""
    for j in range(n):
        out[j] = _loss(
            x[_AT_CORE, j], x[_AT_BROADER, j], x[_DATED, j], x[_YEARS, j], x[_STEP, j],
            x[_EASE, j], x[_STRENGTH, j], current, forces, pace, size, k,
        )  # fmt: skip


@_inlined
def spatial_losses(ideal, weights, x, n, out):
    """What the first ``n`` texts cost one member (spatial)."""
    for j in range(n):
        out[j] = 0.0
    for t in range(len(ideal)):
        for j in range(n):
            out[j] = out[j] + _part_of_loss(x[t, j], ideal[t], weights[t])


@_inlined
def losses(p, k, view, x, n, i, out):
    """What the first ``n`` texts cost member ``i``."""
    if p.preferences == PLEDGE:
        pledge_losses(view.current[i], view.forces[i], view.pace[i], p.size[i], k, x, n, out)
    else:
        terms = p.n_terms
        spatial_losses(view.ideal[i], view.weights[i * terms : (i + 1) * terms], x, n, out)


@_inlined
def net_by_pledge(view, size, k, x, out):
    """Net loss of every member by the first text (pledge)."""
    core, broader, dated, years = x[_AT_CORE, 0], x[_AT_BROADER, 0], x[_DATED, 0], x[_YEARS, 0]
    step, ease, strength = x[_STEP, 0], x[_EASE, 0], x[_STRENGTH, 0]
    current, forces, pace, base = view.current, view.forces, view.pace, view.base
    for i in range(len(out)):
        out[i] = (
            _loss(
                core, broader, dated, years, step, ease, strength, current[i], forces[i], pace[i],
                size[i], k,
            )
            - base[i]
        )  # fmt: skip


@_inlined
def hardest(x, n, out):
    """The features up to which all texts go: largest ones, and fewest and most years."""
    for f in range(_STRENGTH + 1):
        most = x[f, 0]
        for j in range(n):
            most = x[f, j] if x[f, j] > most else most
        out[f] = most
    fewest = x[_YEARS, 0]
    for j in range(n):
        fewest = x[_YEARS, j] if x[_YEARS, j] < fewest else fewest
    out[_STRENGTH + 1] = fewest


@_inlined
def loss_at_most(top, current, forces, pace, size, k):
    """At least what any text with features up to ``top`` costs a member (pledge)."""
    return _most_loss(
        top[_AT_CORE], top[_AT_BROADER], top[_DATED], top[_STRENGTH + 1], top[_YEARS], top[_STEP],
        top[_EASE], top[_STRENGTH], current, forces, pace, size, k,
    )  # fmt: skip
