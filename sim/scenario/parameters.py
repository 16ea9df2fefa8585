"""The parameter tables of the model description, made from the schema.

``python -m sim.scenario.parameters docs/odd.md`` writes them anew between the two marker comments
of that file. Coefficients carry unit, plausible range and source in the schema itself; those of the
numeric settings, for which the schema knows only what it allows, are listed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from . import generated, schema
from .coefficients import Coefficients, plausible_words

BEGIN = "<!-- parameters: begin (python -m sim.scenario.parameters docs/odd.md) -->"
END = "<!-- parameters: end -->"

_JUDGED = "judgement"
_POSITION = "the demand as stated; set by the scenario"
_DESIGN = "choice of the experiment"
_INDEX_DOUBT = "doubt about the weights of the index alone gives (docs/data.md)"

#: Unit, plausible range (None where the question is meaningless) and source of each setting.
_SETTINGS: dict[str, dict[str, tuple[str, str | None, str]]] = {
    "demander": {
        "headline_pct_gdp": ("% GDP", None, _POSITION),
        "deadline_year": ("year", None, _POSITION),
        "annual_increment_pp": ("pp / year", None, _POSITION),
        "need_core_pct_gdp": ("% GDP", None, _POSITION),
        "horizon_year": ("year", None, "a fact of the demander's politics; set by the scenario"),
        "leverage": ("1", "0.5-1.3", _JUDGED),
    },
    "procedure": {
        "rule": ("", None, "a fact of the body that decides: NATO decides by consensus"),
        "quota": ("share of weight", "0.5-0.9", "population quota of the Council of the EU"),
        "weights": ("", None, _DESIGN),
        "minus": ("members", "1-4", _DESIGN),
    },
    "mediator": {
        "kind": ("", None, _DESIGN),
        "knowledge": ("", None, "a fact that its author can look up; judgement"),
        "own_view": ("1", "0.25-0.75", _JUDGED),
        "view": ("", None, _DESIGN),
    },
    "side_letters": {
        "most": ("letters", "0-8", _JUDGED),
    },
    "side_payments": {
        "step": ("unit of the term", None, "what was on the table; set by the scenario"),
        "most": ("unit of the term", None, "what was on the table; set by the scenario"),
        "price": ("share of gain", "0-0.1", _JUDGED),
    },
    "calendar": {
        "days_per_round": ("days", "7-28", "a week; judgement"),
        "meeting_at": ("1", "0.5-1", "when failing really hurts; set by the scenario"),
        "last_day_drafts": ("drafts", "1-6", "several at a summit, one in legislation; judgement"),
    },
    "roster.spread": {
        "threat_perception": ("1", "0.03-0.15", f"{_JUDGED}; {_INDEX_DOUBT} 0.05"),
        "fiscal_room": ("1", "0.03-0.15", f"{_JUDGED}; {_INDEX_DOUBT} 0.08"),
        "us_pressure_sensitivity": ("1", "0.03-0.15", f"{_JUDGED}; {_INDEX_DOUBT} 0.04"),
        "domestic_constraint": ("1", "0.03-0.2", _JUDGED),
    },
}
_MODELS: dict[str, type[BaseModel]] = {
    "demander": schema.Demander,
    "procedure": schema.Procedure,
    "mediator": schema.Mediator,
    "side_letters": schema.SideLetters,
    "side_payments": schema.SidePayments,
    "calendar": schema.Calendar,
    "roster.spread": schema.Spread,
}
#: Names and dates: they say who and when, not how strong.
_NOT_NUMBERS = frozenset(
    {
        "demander.party", "side_letters.only", "side_payments.term",
        "calendar.start", "calendar.summit", "calendar.next_meeting",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One parameter of the model.

    Attributes
    ----------
    path
        Where a scenario sets it, such as ``coefficients.pledge.bind``.
    default
        As a scenario writes it; empty where the scenario must give it.
    allowed
        What the schema accepts.
    plausible
        Range for sensitivity studies; empty where the parameter is a name or a stated position.
    unit, meaning, source
        In words. The unit is empty for a name.
    """

    path: str
    default: str
    allowed: str
    plausible: str
    unit: str
    meaning: str
    source: str


def parameters() -> Iterator[Parameter]:
    """Every coefficient and setting of the model, in the order of the schema."""
    for group, field in Coefficients.model_fields.items():
        section = field.annotation
        assert section is not None
        for name, json in section.model_json_schema()["properties"].items():
            yield Parameter(
                f"coefficients.{group}.{name}",
                f"{json['default']:g}",
                _allowed(json),
                plausible_words(json["plausible"]),
                json["unit"],
                json["description"],
                json["source"],
            )
    for group, model in _MODELS.items():
        for name, json in model.model_json_schema()["properties"].items():
            path = f"{group}.{name}"
            if path in _NOT_NUMBERS:
                continue
            unit, plausible, source = _SETTINGS[group][name]
            default = json.get("default")
            default = "" if default is None else default
            yield Parameter(
                path,
                f"{default:g}" if isinstance(default, int | float) else str(default),
                _allowed(json),
                plausible or "",
                unit,
                " ".join(json["description"].split()).rstrip("."),
                source,
            )


def _allowed(json: dict[str, Any]) -> str:
    if "anyOf" in json:  # optional
        json = next(one for one in json["anyOf"] if one != {"type": "null"})
    if "enum" in json:
        return ", ".join(json["enum"])
    low, high = json.get("x-range", (json.get("minimum"), json.get("maximum")))
    if low is None and "exclusiveMinimum" in json:
        return f"above {json['exclusiveMinimum']:g}" + ("" if high is None else f" to {high:g}")
    if low is None:
        return "whole number" if json["type"] == "integer" else "any number"
    if "exclusiveMaximum" in json:
        return f"{low:g} to below {json['exclusiveMaximum']:g}"
    return f"{low:g} or more" if high is None else f"{low:g} to {high:g}"


def parameter_tables() -> str:
    """The parameter tables of ``docs/odd.md`` in Markdown, one for each part of the scenario."""
    tables: dict[str, list[str]] = {}
    for p in parameters():
        group, name = p.path.rsplit(".", 1)
        head = [
            "| parameter | default | plausible | unit | meaning | allowed | source |",
            "|---|---|---|---|---|---|---|",
        ]
        cells = [f"`{name}`", p.default, p.plausible, p.unit, p.meaning, p.allowed, p.source]
        tables.setdefault(group, head).append("| " + " | ".join(c or "-" for c in cells) + " |")
    return "\n\n".join(f"**`{group}`**\n\n" + "\n".join(rows) for group, rows in tables.items())


def refreshed(text: str) -> str:
    """A document with its parameter tables made anew; ValueError if it lacks the markers."""
    return generated.refreshed(text, BEGIN, END, parameter_tables())


if __name__ == "__main__":
    generated.refresh_files(refreshed)
