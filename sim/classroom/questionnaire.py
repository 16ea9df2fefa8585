"""The questionnaire before and after: what a class believed, and what the summit changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .refusals import Refused
from .wording import say

#: Answers go from 1 (low) to 5 (high). The words are the authors' own.
ITEMS: tuple[dict[str, str], ...] = (
    {
        "item": "deal_likely",
        "words": say("How likely is it that all the governments agree on one text?"),
        "low": say("very unlikely"),
        "high": say("very likely"),
    },
    {
        "item": "small_matter",
        "words": say("How much can a small country change in such a text?"),
        "low": say("nothing"),
        "high": say("a great deal"),
    },
    {
        "item": "pressure_works",
        "words": say("How much does pressure from a powerful ally move the others?"),
        "low": say("not at all"),
        "high": say("a great deal"),
    },
    {
        "item": "holdout_right",
        "words": say("Is it right that a single country can stop all the others?"),
        "low": say("not at all"),
        "high": say("entirely"),
    },
    {
        "item": "understand",
        "words": say("How well do you understand how such a summit comes to its result?"),
        "low": say("not at all"),
        "high": say("very well"),
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
        raise Refused("bad_message", say("when is 'before' or 'after'"))
    known = {item["item"] for item in ITEMS}
    if not isinstance(answers, Mapping) or set(answers) != known:
        raise Refused(
            "bad_message", say("answers needs each of {names}", names=", ".join(sorted(known)))
        )
    for value in answers.values():
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= SCALE:
            raise Refused(
                "bad_message", say("each answer is a whole number from 1 to {scale}", scale=SCALE)
            )
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
