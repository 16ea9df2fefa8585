"""Role cards: what the people of a seat should know, from the data known before the summit.

A card is the briefing of the room on paper. It leaves out what governments said in the weeks before
the summit, for that gives away the split and the dates that were being agreed, and it shows the
computed attributes where a game shows its own draw around them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...analysis.words import ATTRIBUTES, day, label, quantity, text_words
from ...api import Scenario
from ...scenario import builtin
from ..briefing import briefing
from ..game import CHAIR, Game
from ..hurts import hurts
from ..naming import capital
from ..past import data_of
from .markdown import Sources, plain, table

_GIVES_AWAY = "said"
_MOST_PARTS = 3
_MOST_HELD = 12
_BLANK = "\\_" * 70
_MOVES = (
    "**Let silence pass**, by saying nothing: you can live with it.",
    "**Break silence**: name a term, and higher or lower.",
    "**Ask for a side letter**: a line for you alone.",
    "**Propose an amendment**: your value for a term.",
    "**Write to the chair**, or walk over to a capital.",
)


def without_spread(scenario: Scenario) -> Scenario:
    """The scenario without what is drawn for a game: spreads, leverage, coefficients, luck."""
    changes = {"coefficients.refusing.luck": 0.0, "coefficients.spatial.luck": 0.0}
    if scenario.loaded.file.roster is not None:
        changes |= {f"roster.spread.{name}": 0.0 for name in ATTRIBUTES}
    setup = scenario.setup
    for path, place in zip(setup.sampled_paths, setup.problem.sampled, strict=True):
        if path.startswith(("demander.", "coefficients.")):
            changes.setdefault(path, float(setup.problem.values[place]))
    return scenario.set(changes)


def cards(scenario: Scenario) -> list[str]:
    """The role cards of a scenario, each as Markdown that starts with a heading of level two.

    Parameters
    ----------
    scenario
        The scenario. Its seed decides nothing on the cards.

    Returns
    -------
    list of str
        The card of the chair, then those of the members in the order of the scenario.
    """
    game = Game(without_spread(scenario), seed=0)
    data = data_of(game.scenario.loaded.resolved)
    told = {seat: briefing(game, seat, data) for seat in (CHAIR, *game.codes)}
    held = _held(told, data)
    return [_chair(game, told), *(_member(game, told[code], held) for code in game.codes)]


def _member(game: Game, told: Mapping[str, Any], held: str) -> str:
    sources = Sources()
    sections = [s for s in told["sections"] if s["key"] != _GIVES_AWAY]
    red = [s for s in sections if s["key"] == "red_lines"]
    parts = [f"## {plain(told['name'])}", plain(told["intro"])]
    parts += [_section(s, sources) for s in sections if s["key"] != "red_lines"]
    if told["role"] == "demander":
        parts.append(held)
    parts += [_attributes(told["attributes"]), _draft(game, told["seat"])]
    parts += [_section(s, sources) for s in red]
    parts += [_own_lines(), _moves(told["role"])]
    parts.append(_small_print(sources))
    return "\n\n".join(part for part in parts if part)


def _section(section: Mapping[str, Any], sources: Sources) -> str:
    rows = []
    for item in section["items"]:
        note = f" ({plain(item['note'])})" if item["note"] else ""
        mark = sources.mark(item["source"], item["grade"])
        # The mark stands at the words: 10 with a raised 9 is another number.
        rows.append([f"{plain(item['label'])}{mark}", f"{plain(item['value'])}{note}"])
    return f"### {plain(section['title'])}\n\n" + table(["", ""], rows)


def _attributes(attributes: Sequence[Mapping[str, Any]]) -> str:
    if not attributes:
        return ""
    rows = [
        [
            plain(a["label"]),
            f"{a['value']:.2f}",
            plain(f"{_level(a)}, {a['rank']} of {a['of']}"),
        ]
        for a in attributes
    ]
    title = "### How the model sees you: 0 to 1, and rank"
    return f"{title}\n\n" + table([""] * 3, rows)


def _level(attribute: Mapping[str, Any]) -> str:
    """``low``, ``middling`` or ``high``."""
    return str(attribute["words"]).partition(";")[0]


def _held(told: Mapping[str, Mapping[str, Any]], data: str | None) -> str:
    """For the one who makes the demand: who would feel its pressure most."""
    records = builtin.members(data) if data else {}
    sensitivity = {
        seat: a["value"]
        for seat, t in told.items()
        for a in t["attributes"]
        if a["name"] == "us_pressure_sensitivity" and seat in records
    }
    if not sensitivity:
        return ""
    rows = []
    for seat in sorted(sensitivity, key=lambda s: (-sensitivity[s], s))[:_MOST_HELD]:
        r = records[seat]
        trade, arms = r.exports_to_us_pct_gdp, r.us_share_arms_imports_pct
        row = [f"{trade:.1f}%" if trade else "-", f"{arms:.0f}%" if arms else "-"]
        rotating = f" (+{r.us_troops_rotational:,.0f})" if r.us_troops_rotational else ""
        rows.append([plain(told[seat]["name"]), *row, f"{r.us_troops or 0:,.0f}{rotating}"])
    head = ["", "exports, of GDP", "arms", "soldiers (+rotating)"]
    return (
        "### What you hold over the others\n\nWho sells to you, whose imported weapons are yours, "
        "where your soldiers stand; the most sensitive to your pressure first. Sources: on their "
        "cards.\n\n" + table(head, rows)
    )


def _draft(game: Game, seat: str) -> str:
    """The opening text, and what hurts the member in it."""
    state = game.opening.members[game.codes.index(seat)]
    parts = hurts(state, game.terms)["parts"][:_MOST_PARTS]
    text = plain(capital(text_words(game.terms, game.opening.choice)))
    first = day(game.scenario.loaded.resolved.dates[0])
    lines = [f"### The first draft, {first}", f"{text}."]
    if parts:
        lines.append("\n".join(f"- {plain(p['words'])}" for p in parts))
    else:
        lines.append("In the eyes of the model it costs you nothing.")
    return "\n\n".join(lines)


def _own_lines() -> str:
    ask = "Before the first round, write down what you yourself will not sign at any price:"
    return f"{ask}\n\n{_BLANK}"


def _moves(role: str) -> str:
    moves = [m for m in _MOVES if role != "demander" or "side letter" not in m]
    return "### Your moves\n\n" + "\n".join(f"- {move}" for move in moves)


def _small_print(sources: Sources) -> str:
    told = sources.told()
    if not told:
        return "*Values: the scenario. “model”: computed by the model.*"
    return (
        f"*Sources with grades: {told} A: primary source; B: two sources agree; B1: one source; "
        "C: common knowledge or estimate. “model”: computed by the model. Known before the "
        "summit; a game draws its own values around those of the model.*"
    )


def _chair(game: Game, told: Mapping[str, Mapping[str, Any]]) -> str:
    chair = told[CHAIR]
    parts = [f"## {plain(chair['name'])}", plain(chair["intro"])]
    parts += [_section(s, Sources()) for s in chair["sections"]]
    text = plain(capital(text_words(game.terms, game.opening.choice)))
    parts.append(f"### The first draft\n\n{text}.")
    rows = [
        [plain(capital(label(term))), _range(term.labels, term.values, term.unit, term.or_none)]
        for term in game.terms
        if term.written
    ]
    parts.append("### What you can write\n\n" + table(["Term", "Values"], rows))
    parts.append(
        "### How to chair\n\n"
        "- After each silence you see who broke it, and on which term.\n"
        "- Change few terms at a time, so that you learn who moves.\n"
        "- Look at the odds before you table a text. They are those of the last day: before, "
        "nobody gives way who can afford to wait.\n"
        "- A side letter takes one member out of the text, and something off it for the one who "
        "demands it. Keep it for the last day.\n"
        "- Keep the one who makes the demand on board: without it there is no text."
    )
    parts.append(_around_the_table(told))
    return "\n\n".join(parts)


def _range(labels: Sequence[str], values: Sequence[float], unit: str, or_none: bool) -> str:
    if labels:
        return plain(", ".join(name.replace("_", " ") for name in labels))
    numbers = values[:-1] if or_none else values
    low, high = quantity(numbers[0], unit), quantity(numbers[-1], unit)
    step = f"{numbers[1] - numbers[0]:.6g}" if len(numbers) > 1 else "0"
    return plain(f"{low} to {high}, in steps of {step}{', or none' if or_none else ''}")


def _around_the_table(told: Mapping[str, Mapping[str, Any]]) -> str:
    """One line for each member: what it spends, and its attributes in a word."""
    rows = []
    for seat, t in told.items():
        if t["role"] != "member":
            continue
        wants: list[dict[str, str]] = next(
            (s["items"] for s in t["sections"] if s["key"] == "wants"), []
        )
        spends = wants[0]["value"].split("%")[0] if len(wants) > 1 else "-"
        levels = [plain(_level(a)) for a in t["attributes"]]
        rows.append([f"{plain(t['name'])} ({seat})", spends, *levels])
    head = ["", "spends, % of GDP", "threat", "fiscal room", "pressure", "constraint at home"]
    return "### Around the table\n\n" + table(head, rows)
