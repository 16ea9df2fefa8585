"""One run as tables: what the mediator believed, what members would accept, what could have passed.

Each function plays the run; the same numbers give the same run everywhere.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..engine.problem import Setup
from ..rules.drafting import apply_change
from ..rules.preferences import PLEDGE
from .reasons import accepted, odds_of_all
from .story import Story

#: With more changes of one term or two than so many, only single steps and trades are looked at.
MOST_TEXTS = 5000


def beliefs(story: Story) -> pd.DataFrame:
    """What the mediator believed of each member, beside the truth.

    Returns
    -------
    DataFrame
        One row for each round and member: ``round`` (from 1), ``date``, ``member``,
        ``side_letter``, ``odds`` that it lets the text on the table pass on the last day as the
        mediator saw them, ``would_pass`` (whether it would); between what (``least``, ``most``)
        refusing may cost it on the last day by what was known after the answers, and what it
        ``costs``.
    """
    return pd.DataFrame(
        {
            "round": r.number + 1,
            "date": r.date,
            "member": s.code,
            "side_letter": s.side_letter,
            "odds": s.belief.odds,
            "would_pass": s.in_the_end,
            "least": s.belief.least,
            "most": s.belief.learned,
            "costs": s.last_day_cost,
        }
        for r in story.rounds
        for s in r.stances
    )


def main_term(setup: Setup) -> int:
    """Place of the term on which members are compared: core spending, else the first open one."""
    terms = setup.scenario.terms
    names = [term.name for term in terms]
    if setup.problem.preferences == PLEDGE:
        return names.index("core_pct_gdp")
    return next((t for t, term in enumerate(terms) if len(term.values) > 1), 0)


def accepting(setup: Setup, seed: int = 1, replication: int = 0) -> pd.DataFrame:
    """How far each member would go on one term by date, the others as in the last text of the run.

    Returns
    -------
    DataFrame
        One row for each round and member, and one for the last day (``round`` 0, after the shocks
        of the last round): ``date``, ``member``, ``limit``. Pledge: the most core spending that it
        would let pass that day (the demander: the least), without a side letter. Spatial: how far
        from its ideal point it would go on the first open term. Nan where it would let nothing
        pass.
    """
    term = main_term(setup)
    text = _last_text(setup, seed, replication)
    model = SummitModel(setup, seed, replication, collect=False)
    rows: list[dict[str, Any]] = []
    while model.running:
        model.step()
        rows += _limits(model, term, text, model.share, model.round + 1)
    rows += _limits(model, term, text, 1.0, 0)
    model.release()
    return pd.DataFrame(rows)


def _last_text(setup: Setup, seed: int, replication: int) -> list[int]:
    model = SummitModel(setup, seed, replication, collect=False)
    model.run_model()
    model.release()
    return model.choice


def _limits(
    model: SummitModel, term: int, text: list[int], share: float, number: int
) -> Iterator[dict[str, Any]]:
    for state in model.members:
        yield {
            "round": number,
            "date": model.setup.scenario.dates[model.round],
            "member": state.code,
            "limit": _limit(state, term, accepted(state, term, share, text)),
        }


def _limit(state: MemberState, term: int, places: tuple[int, ...]) -> float:
    if not places:
        return math.nan
    m = state.model
    values = [m.grid[term][place] for place in places]
    if m.problem.preferences == PLEDGE:
        return float(min(values) if state.demands else max(values))
    ideal = float(m.problem.low[term] + state.ideal[term] * m.problem.span[term])
    return max(abs(value - ideal) for value in values)


def texts(setup: Setup, seed: int = 1, replication: int = 0) -> pd.DataFrame:
    """Texts near the path of a run: what they bring, and how many would let them pass.

    Looked at are the texts that were on the table and those that differ from the last one on one
    term or two, as if each were tabled on the last day with the side letters granted.

    Returns
    -------
    DataFrame
        One row for each text: ``value`` for who tables it, ``value_in_force`` (what it has without
        agreement), ``would_pass`` (the number of members that would let it pass on the last day),
        ``odds`` that all do as the mediator saw them in the end, ``tabled`` (number of the first
        round in which it was on the table, from 1; 0 for never), ``last`` (whether it is the last
        text), and ``adopted``.
    """
    model = SummitModel(setup, seed, replication, collect=False)
    tabled: dict[tuple[int, ...], int] = {}
    while model.running:
        model.step()
        tabled.setdefault(tuple(model.choice), model.round + 1)
    last = tuple(model.choice)
    rows = []
    for choice in dict.fromkeys([*tabled, *_near(model)]):
        rows.append(
            {
                "value": model.value_of(list(choice)),
                "value_in_force": model.tabler.real_in_force,
                "would_pass": sum(not s.would_refuse(list(choice), 1.0) for s in model.members),
                "odds": odds_of_all(model.mediator, list(choice)),
                "tabled": tabled.get(choice, 0),
                "last": choice == last,
                "adopted": choice == last and model.adopted,
            }
        )
    model.release()
    return pd.DataFrame(rows)


def _near(model: SummitModel) -> Iterator[tuple[int, ...]]:
    """Texts that differ from the one on the table on one term or two."""
    p = model.problem
    for change in (p.leaps if len(p.leaps) <= MOST_TEXTS else p.steps).tolist():
        choice = list(model.choice)
        if apply_change(change, model.choice, model.sizes, choice):
            yield tuple(choice)
