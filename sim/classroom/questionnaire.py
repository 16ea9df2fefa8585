"""The questionnaire before and after: what a class believed, and what the summit changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .refusals import Refused

#: Answers go from 1 (low) to 5 (high). The words are the authors' own.
ITEMS: tuple[dict[str, str], ...] = (
    {
        "item": "deal_likely",
        "words": "How likely is it that all the governments agree on one text?",
        "low": "very unlikely",
        "high": "very likely",
    },
    {
        "item": "small_matter",
        "words": "How much can a small country change in such a text?",
        "low": "nothing",
        "high": "a great deal",
    },
    {
        "item": "pressure_works",
        "words": "How much does pressure from a powerful ally move the others?",
        "low": "not at all",
        "high": "a great deal",
    },
    {
        "item": "holdout_right",
        "words": "Is it right that a single country can stop all the others?",
        "low": "not at all",
        "high": "entirely",
    },
    {
        "item": "understand",
        "words": "How well do you understand how such a summit comes to its result?",
        "low": "not at all",
        "high": "very well",
    },
)
WHEN = ("before", "after")
SCALE = 5


def checked(when: object, answers: object) -> tuple[str, dict[str, int]]:
    """A filled-in questionnaire, complete and within its scale.

    Raises
    ------
    Refused
        If it is not.
    """
    if when not in WHEN:
        raise Refused("bad_message", "when is 'before' or 'after'")
    known = {item["item"] for item in ITEMS}
    if not isinstance(answers, Mapping) or set(answers) != known:
        raise Refused("bad_message", f"answers needs each of {', '.join(sorted(known))}")
    for value in answers.values():
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= SCALE:
            raise Refused("bad_message", f"each answer is a whole number from 1 to {SCALE}")
    return str(when), dict(answers)


def counted(sheets: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, Any]:
    """How many gave each answer, before and after.

    Parameters
    ----------
    sheets
        Answers by ``before`` and ``after``, then by person, then by item.

    Returns
    -------
    dict
        ``items``, each with its words and the counts of the answers 1 to 5 (``before``,
        ``after``); ``n_before`` and ``n_after``.
    """
    items: list[dict[str, Any]] = []
    for item in ITEMS:
        row: dict[str, Any] = dict(item)
        for when in WHEN:
            given = [answers[item["item"]] for answers in sheets[when].values()]
            row[when] = [given.count(value) for value in range(1, SCALE + 1)]
        items.append(row)
    return {"items": items, **{f"n_{when}": len(sheets[when]) for when in WHEN}}
