"""Events that the teacher adds to a scenario while it is played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api import Scenario
from ..errors import ScenarioError, SummitryError
from .refusals import Refused


def with_event(scenario: Scenario, event: Mapping[str, Any], at: int) -> Scenario:
    """A scenario with one more event.

    Parameters
    ----------
    scenario
        The scenario.
    event
        As in the scenario (:class:`sim.scenario.schema.Event`), without a date. If there is an
        event of this name, a number is added to it.
    at
        Round before whose text it happens, from 0.

    Raises
    ------
    Refused
        If the scenario does not take it.
    """
    resolved = scenario.loaded.resolved
    taken = {e.name for e in resolved.file.events}
    name = str(event["name"])
    free = next(n for n in (name, *(f"{name} ({j})" for j in range(2, 999))) if n not in taken)
    dated = {**event, "name": free, "date": resolved.dates[at].isoformat()}
    present = list(scenario.loaded.document.value.get("events") or ())
    try:
        return scenario.set("events", [*present, dated])
    except ScenarioError as error:
        raise Refused("bad_move", error.problems[0].message) from None
    except SummitryError as error:
        raise Refused("bad_move", str(error)) from None
