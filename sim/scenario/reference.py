"""The tables of keys in ``docs/scenarios.md``, made from the schema.

``python -m sim.scenario.reference docs/scenarios.md`` writes them anew between the two marker
comments of that file.
"""

from __future__ import annotations

from typing import Any

from . import generated
from .json_schema import json_schema

BEGIN = "<!-- keys: begin (python -m sim.scenario.reference docs/scenarios.md) -->"
END = "<!-- keys: end -->"

#: Sections in the order of the document: heading, and the definition that holds the keys.
_SECTIONS = (
    ("At the top", None),
    ("`roster`", "Roster"),
    ("`roster.spread`", "Spread"),
    ("`parties.CODE`", "Party"),
    ("`parties.CODE.red_lines.TERM`", "RedLine"),
    ("`groups.NAME`", "Group"),
    ("`terms.NAME`", "Term"),
    ("`demander`", "Demander"),
    ("`procedure`", "Procedure"),
    ("`mediator`", "Mediator"),
    ("`side_letters`", "SideLetters"),
    ("`side_payments`", "SidePayments"),
    ("`calendar`", "Calendar"),
    ("`events[]`", "Event"),
    ("`moves[]`", "Move"),
)
_HEAD = ["| key | what it takes | default | meaning |", "|---|---|---|---|"]


def reference_markdown() -> str:
    """Every key of a scenario but the coefficients, as Markdown tables."""
    schema = json_schema()
    parts = []
    for heading, name in _SECTIONS:
        section = schema["$defs"][name] if name else schema
        rows = [_row(key, _described(json, schema)) for key, json in section["properties"].items()]
        parts.append("\n".join([f"**{heading}**: {section['description']}", "", *_HEAD, *rows]))
    return "\n\n".join(parts)


def _described(json: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A key with its description, which may stand only in the definition that it refers to."""
    if "description" in json or "$ref" not in json:
        return json
    description = schema["$defs"][json["$ref"].rpartition("/")[2]]["description"]
    return {**json, "description": description}


def _row(key: str, json: dict[str, Any]) -> str:
    default = json.get("default", "")
    shown = "false" if default is False else str(default)
    meaning = " ".join(json.get("description", "").split()).rstrip(".").replace("|", "\\|")
    return f"| `{key}` | {_takes(json)} | {shown} | {meaning} |"


def _takes(json: dict[str, Any]) -> str:
    """What a key takes, in words."""
    if "anyOf" in json:
        forms = [one for one in json["anyOf"] if one != {"type": "null"}]
        return " or ".join(dict.fromkeys(_takes(one) for one in forms))
    if "$ref" in json:
        return "distribution" if json["$ref"].endswith("/Distribution") else "group of keys"
    if "enum" in json:
        return ", ".join(f"`{word}`" for word in json["enum"])
    if "const" in json:
        return f"`{json['const']}`"
    kind = json.get("type")
    if kind in ("number", "integer"):
        return ("number" if kind == "number" else "whole number") + _range(json)
    if kind == "array":
        return "list"
    if kind == "string":
        return "date" if json.get("format") == "date" else "text"
    return {"boolean": "true or false", "object": "group of keys"}.get(str(kind), "value")


def _range(json: dict[str, Any]) -> str:
    low, high = json.get("minimum"), json.get("maximum")
    above = json.get("exclusiveMinimum")
    if low is not None and high is not None:
        return "" if high >= 1e9 and low <= -1e9 else f", {_short(low)} to {_short(high)}"
    if above is not None:
        return f" above {_short(above)}" + (f", at most {_short(high)}" if high is not None else "")
    if low is None:
        return ""
    below = json.get("exclusiveMaximum")
    return f", {_short(low)} " + ("or more" if below is None else f"to below {_short(below)}")


def _short(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"


def refreshed(text: str) -> str:
    """A document with its tables of keys made anew; ValueError if it lacks the markers."""
    return generated.refreshed(text, BEGIN, END, reference_markdown())


if __name__ == "__main__":
    generated.refresh_files(refreshed)
