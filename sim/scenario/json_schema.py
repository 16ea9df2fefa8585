"""The JSON Schema of scenarios, with which editors complete and check while one types.

It is made from :class:`sim.scenario.schema.ScenarioFile` and is more lenient than ``summitry
validate``: a file that extends another may leave out what the other has, and checks that need more
than one key are not expressed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import builtin
from .coefficients import plausible_words
from .distributions import FEWEST_CHOICES, KINDS, MOST_CHOICES, NAMING
from .fitted import fitted_names
from .grid import PLEDGE_TERMS
from .load import shipped_names
from .schema import ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Parts that a file may complete instead of giving them whole.
_COMPLETED = ("Calendar", "Demander", "Group", "Roster")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        JSON values only; keys unknown to the model are refused at every level.
    """
    made: dict[str, Any] = _mended(ScenarioFile.model_json_schema())
    definitions = made["$defs"] = {_short(k): v for k, v in made["$defs"].items()}
    definitions["Distribution"] = _distribution(KINDS)
    definitions["WholeDistribution"] = _distribution(NAMING, "integer")
    for name in _COMPLETED:
        definitions[name].pop("required", None)
    definitions["Event"]["oneOf"] = [{"required": [k]} for k in ("date", "chance_per_round")]
    properties = made["properties"]
    properties["parties"]["properties"] = {
        code: {"$ref": "#/$defs/Party", "description": record.name}
        for code, record in builtin.members(builtin.SUMMITS[0]).items()
    }
    properties["terms"]["properties"] = {
        name: {
            "$ref": "#/$defs/Term",
            "description": f"Term of the preference model pledge{f' ({unit})' if unit else ''}.",
        }
        for name, (unit, _, _) in PLEDGE_TERMS.items()
    }
    properties["extends"]["examples"] = shipped_names()
    group = {"$ref": properties["coefficients"].pop("$ref")}
    properties["coefficients"]["anyOf"] = [group, {"enum": fitted_names()}]
    required = made.pop("required")
    return {
        "$schema": DIALECT,
        "title": "Scenario of summitry",
        **made,
        "anyOf": [{"required": ["extends"]}, {"required": required}],
    }


def _mended(value: Any) -> Any:
    """A copy in which quantities take distributions and descriptions say units and sources."""
    if isinstance(value, list):
        return [_mended(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "x-range" in value:
        return _quantity({k: v for k, v in value.items() if k != "x-range"})
    if "$ref" in value:
        *folder, name = value["$ref"].split("/")
        value = {**value, "$ref": "/".join([*folder, _short(name)])}
    kept = {k: _mended(v) for k, v in value.items() if not _is_noise(k, v)}
    if kept.get("anyOf") and {"type": "null"} in kept["anyOf"]:
        rest = [one for one in kept["anyOf"] if one != {"type": "null"}]
        if len(rest) == 1 and "anyOf" in rest[0]:
            kept["anyOf"] = [*rest[0]["anyOf"], {"type": "null"}]
    return kept


def _is_noise(key: str, value: Any) -> bool:
    """Whether pydantic says what its author did not: a title from a name, no default or a group."""
    if key == "default":
        return value in (None, []) or isinstance(value, dict)
    return key == "title" and isinstance(value, str)


def _short(name: str) -> str:
    """Name of a definition without its module, which pydantic adds where two classes share one."""
    *module, own = name.split("__")
    return f"{own}Coefficients" if module[-1:] == ["coefficients"] else own


def _quantity(json: dict[str, Any]) -> dict[str, Any]:
    """A number within its range, or a distribution of it."""
    json = {key: v for key, v in json.items() if not _is_noise(key, v)}
    number = {key: json.pop(key) for key in ("type", "minimum", "maximum")}
    if "source" in json:
        plausible = plausible_words(json.pop("plausible"))
        unit, source = json.pop("unit"), json.pop("source")
        json["description"] += f" ({unit}). Plausible: {plausible}. Source: {source}."
    drawn = "WholeDistribution" if number["type"] == "integer" else "Distribution"
    return {**json, "anyOf": [number, {"$ref": f"#/$defs/{drawn}"}]}


def _distribution(kinds: Iterable[str], number: str = "number") -> dict[str, Any]:
    forms: list[dict[str, Any]] = []
    values = {
        "type": "array",
        "items": {"type": number},
        "minItems": FEWEST_CHOICES,
        "maxItems": MOST_CHOICES,
    }
    forms.append(_object({"choice": values}, ["choice"]))
    forms.append(_object({"dist": {"const": "choice"}, "values": values}, ["dist", "values"]))
    for kind in kinds:
        if kind == "choice":
            continue
        names = KINDS[kind]
        by_name = {name: {"type": number} for name in names}
        listed = {
            "type": "array",
            "items": {"type": number},
            "minItems": len(names),
            "maxItems": len(names),
        }
        named = _object(by_name, list(names))
        alone = [{"type": number}] if len(names) == 1 else []
        inner = {"description": f"[{', '.join(names)}]", "anyOf": [listed, named, *alone]}
        forms.append(_object({kind: inner}, [kind]))
        forms.append(_object({"dist": {"const": kind}, **by_name}, ["dist", *names]))
    examples = "{choice: [2, 4, 8]}"
    if number == "number":
        examples = "{uniform: [low, high]}, {triangular: [low, mode, high]} or {normal: [mean, sd]}"
    return {
        "title": "Distribution",
        "description": f"A distribution from which each run draws the value, such as {examples}.",
        "anyOf": forms,
    }


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
