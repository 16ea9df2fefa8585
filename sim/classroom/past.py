"""Which real summit a scenario is about, and what it brought."""

from __future__ import annotations

from typing import Any

from ..analysis.backtest_facts import RECORDS, facts
from ..scenario import builtin
from ..scenario.resolve import Resolved
from .wording import day, say

_PLACES = {
    "wales_2014": say("Wales"),
    "vilnius_2023": say("Vilnius"),
    "hague_2025": say("The Hague"),
}


def data_of(resolved: Resolved) -> str | None:
    """The built-in data that describe the members of a scenario.

    A scenario that names members by code without a roster is described by the data of its year; who
    uses them checks that a member is the one that is meant.
    """
    if resolved.file.roster:
        return resolved.file.roster.data
    year = str(resolved.dates[-1].year)
    return next((name for name in builtin.SUMMITS if name.endswith(year)), None)


def past_text(data: str | None, resolved: Resolved) -> dict[str, Any] | None:
    """What the real summit brought, in the terms of the scenario.

    Returns
    -------
    dict or None
        ``title``, and ``values`` by name of the term; None where the scenario is about no summit
        that is over.
    """
    if data not in RECORDS or not data.endswith(str(resolved.dates[-1].year)):
        return None
    if resolved.file.preferences != "pledge":
        return None
    real = facts(data, "".join(resolved.demanders))
    names = [t.name for t in resolved.terms if t.written]
    return {
        "title": say("{place}, {day}", place=_PLACES[data], day=day(real.date)),
        "values": {name: real.text.get(name) for name in names},
        "letters": sorted(real.letters),
    }
