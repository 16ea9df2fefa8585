"""How likely each member is to let a text pass, in the eyes of the mediator."""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..rules import beliefs, holding_out, luck, side_letters


def odds(
    model: SummitModel, choice: Sequence[int], share: float = 1.0, letters: Collection[str] = ()
) -> dict[str, float]:
    """What the mediator believes of each member.

    Parameters
    ----------
    model
        The summit.
    choice
        Places of the text on the drafting grid.
    share
        Share of the cost of refusing that counts; 1 for the last day.
    letters
        Codes of members that would get a side letter with the text.

    Returns
    -------
    dict of str to float
        By code of the member, the odds that it lets the text pass.
    """
    views = model.mediator.views
    camps = {view.leader for view in views if view.code in letters and not view.side_letter}
    free = [view for view in views if view.side_letter or view.leader in camps]
    more = len(free) - model.letters
    return {
        view.code: 1.0
        if view in free
        else _of_demander(model, view, choice, share, more)
        if view.demands
        else _of_member(model, view, list(choice), share)
        for view in views
    }


def _of_member(model: SummitModel, view: MemberState, choice: list[int], share: float) -> float:
    across = view.across(choice)
    if across > 0.0:
        return float(beliefs.odds_across(across))
    cost, per_width = model.mediator.cost(view)
    return _believed(model, view, view.net(choice), cost, per_width, share)


def _of_demander(
    model: SummitModel, view: MemberState, choice: Sequence[int], share: float, more: int
) -> float:
    mediator = model.mediator
    in_force, half = mediator.stake()
    price = model.coefficients.letter_price
    value = side_letters.after_letters(
        mediator.tabler.value(choice), in_force, model.letters + more, price
    )
    if half <= 0.0:
        return float(holding_out.goes_along(value, in_force, share))
    return _believed(model, view, 1.0 - value, 1.0 - in_force, 1.0 / half, share)


def _believed(
    model: SummitModel, view: MemberState, net: float, cost: float, per_width: float, share: float
) -> float:
    """Odds that net <= (cost + luck) share."""
    if net <= 0.0:
        return 1.0
    if share <= 0.0:
        return 0.0
    bound = model.mediator.bounds[view.place]
    below = luck.below(bound) if bound < beliefs.UNKNOWN else 1.0
    return float(beliefs.odds(net / share, cost, per_width, bound, below))
