"""A scenario written out in full, so that it plays the same without the built-in data."""

from __future__ import annotations

from typing import Any

from .distributions import Distribution
from .grid import GridTerm
from .moves import MEDIATOR, FixedMove
from .players import ATTRIBUTES, UNLIMITED, Player
from .resolve import Resolved


def written_out(r: Resolved) -> dict[str, Any]:
    """The complete scenario as a scenario file holds it: JSON values only.

    Every member, default and coefficient is written; names are codes; members, events and groups
    name each member. ``extends`` and ``roster`` are gone.
    """
    dump = r.file.model_dump(mode="json", exclude_none=True, exclude={"extends", "roster"})
    parties: dict[str, list[Player]] = {}
    for p in r.members:
        parties.setdefault(p.party, []).append(p)
    dump["parties"] = {name: _party(members, r.terms) for name, members in parties.items()}
    if "demander" in dump:
        named = {p.code: p.party for p in r.members}
        who = [named[code] for code in r.demanders]
        dump["demander"]["party"] = who[0] if len(who) == 1 else who
    # A group of which nobody takes part shifts nothing.
    dump["groups"] = {name: group for name, group in dump["groups"].items() if r.groups[name]}
    for name, group in dump["groups"].items():
        group["members"] = list(r.groups[name])
    for event, members in zip(dump["events"], r.event_members, strict=True):
        event["members"] = list(members)
    if r.moves:
        dump["moves"] = [_move(move, r.terms) for move in r.moves]
    else:
        dump.pop("moves")
    for term in r.terms:
        if term.written:
            _grid(dump["terms"][term.name], term)
    return dump


def _grid(row: dict[str, Any], term: GridTerm) -> None:
    """Write what may be a number or a word as what it is."""
    opening = term.show(term.opening)
    row["opening"] = "none" if opening is None else opening
    if "fixed" in row:
        fixed = term.show(0)
        row["fixed"] = "none" if fixed is None else fixed


def _move(move: FixedMove, terms: tuple[GridTerm, ...]) -> dict[str, Any]:
    row: dict[str, Any] = {"seat": move.member or MEDIATOR}
    if move.round is not None:
        row["round"] = move.round + 1
    if move.passes is not None:
        row["silence"] = "passes" if move.passes else "breaks"
    if move.named:
        row["term"] = terms[abs(move.named) - 1].name
        row["direction"] = "higher" if move.named > 0 else "lower"
    if move.asks_letter:
        row["asks_letter"] = True
    if move.text:
        shown = {terms[t].name: terms[t].show(place) for t, place in move.text.items()}
        key = "proposes" if move.member else "text"
        row[key] = {name: "none" if value is None else value for name, value in shown.items()}
    if move.letter:
        row["letter"] = move.letter
    return row


def _party(members: list[Player], terms: tuple[GridTerm, ...]) -> dict[str, Any]:
    """A party with every value written out."""
    p = members[0]
    row: dict[str, Any] = {"name": p.name}
    if p.party != p.code:
        row = {"members": [member.code for member in members]}
    row.update(zip(ATTRIBUTES, p.attributes, strict=True))
    row["has_forces"] = p.current_core_pct_gdp is not None
    if p.current_core_pct_gdp is not None:
        row["current_core_pct_gdp"] = p.current_core_pct_gdp
    for key in ("gdp_usd_bn", "population_million"):
        row[key] = getattr(p, key)
    for key in ("power", "votes"):
        row[key] = len(members) * getattr(p, key)  # they share evenly
    if p.red_lines:
        row["red_lines"] = {
            term: {
                **({"at_least": low} if low > -UNLIMITED else {}),
                **({"at_most": high} if high < UNLIMITED else {}),
            }
            for term, (low, high) in p.red_lines.items()
        }
    for what in ("ideal", "salience"):
        if getattr(p, what):
            row[what] = dict(zip((t.name for t in terms), getattr(p, what), strict=True))
    written: dict[str, Any] = _plain(row)
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, Distribution):
        return value.written()
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
