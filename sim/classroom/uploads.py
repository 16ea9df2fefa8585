"""Scenarios for a room: those that are shipped, and one that the teacher uploads."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..api import Scenario, load
from ..errors import ScenarioError, SummitryError
from ..scenario.load import loads, shipped_names
from ..scenario.yaml_reader import read_text
from .state import source_of
from .wording import say

_NAME = say("your file")


@lru_cache(maxsize=1)
def shipped() -> list[dict[str, Any]]:
    """The shipped scenarios: name, title, members, rounds and description."""
    found = []
    for name in shipped_names():
        scenario = load(name)
        resolved = scenario.loaded.resolved
        found.append(
            {
                "name": name,
                "title": scenario.title,
                "members": len(resolved.members),
                "rounds": len(resolved.dates),
                "description": resolved.file.description or "",
            }
        )
    return found


def uploaded(text: bytes) -> tuple[dict[str, Any] | None, list[str]]:
    """A scenario that was uploaded, checked as every scenario is.

    It may extend a shipped scenario and no file of this computer.

    Returns
    -------
    source, problems
        The scenario for a journal, or None with what is wrong, line by line.
    """
    try:
        written = read_text(text, _NAME).value
        parent = written.get("extends") if isinstance(written, dict) else None
        if parent is not None and str(parent) not in shipped_names():
            names = ", ".join(shipped_names())
            return None, [
                say("extends: a scenario that is uploaded may extend {names}", names=names)
            ]
        scenario = Scenario(loads(text, _NAME))
        return {**source_of(scenario), "name": "uploaded"}, []
    except ScenarioError as error:
        return None, [str(problem) for problem in error.problems[:100]]
    except SummitryError as error:
        return None, [str(error)]
