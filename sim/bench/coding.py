"""From the tables of the bench to scenarios, by written rules that never see an outcome.

Two versions of each negotiation: `judgement` uses the stance of a party that named no number,
`mechanical` does not. The rules are those of docs/bench.md, under the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, get_args

from ..errors import SummitryError, quote
from .tables import DATA, Bench, Negotiation, Party, Position, Term, read

__all__ = ["VERSIONS", "Version", "meeting_at", "scenario", "scenarios"]

Version = Literal["judgement", "mechanical"]
VERSIONS: tuple[Version, ...] = get_args(Version)

#: Salience by the strength of the stance (rule 4).
SALIENCE = {2: 1.0, 1: 0.7, 0: 0.5}
#: How tied a party is at home, by its lowest stance (rule 5).
TIED = {-2: 1.0, -1: 0.5}
#: Rounds of every negotiation, as far as its days allow (rule 9).
ROUNDS = 12
#: Share of the time to harm where nothing falls due (rule 8).
NO_HARM = 0.5
#: Weight of the chair's own view beside the room (rule 10).
OWN_VIEW = 0.5


def scenarios(version: Version, folder: Path = DATA) -> dict[str, dict[str, Any]]:
    """Return every negotiation of the tables as a scenario, by name.

    Parameters
    ----------
    version : {"judgement", "mechanical"}
        How parties that named no number are coded.
    folder : Path
        Folder of the tables.
    """
    bench = read(folder)
    return {key: scenario(key, version, bench) for key in bench.negotiations}


def scenario(key: str, version: Version, bench: Bench | None = None) -> dict[str, Any]:
    """Return one negotiation as a scenario, as its YAML file would be read.

    Parameters
    ----------
    key : str
        Name of the negotiation in the tables.
    version : {"judgement", "mechanical"}
        How parties that named no number are coded.
    bench : Bench, optional
        Tables that were read before; default those of the package.

    Raises
    ------
    SummitryError
        If there is no such negotiation or version.
    """
    tables = read() if bench is None else bench
    if key not in tables.negotiations:
        known = ", ".join(tables.negotiations)
        raise SummitryError(f"no negotiation {quote(key)} on the bench; there are {known}")
    if version not in VERSIONS:
        raise SummitryError(f"version must be {' or '.join(VERSIONS)}, not {quote(str(version))}")
    facts, terms = tables.negotiations[key], tables.terms[key]
    said = [p for p in tables.positions[key] if p.before]
    out: dict[str, Any] = {
        "title": facts.title,
        "preferences": "spatial",
        "parties": {p.key: _party(p, terms, said, version) for p in tables.parties[key]},
        "terms": {t.key: _term(t) for t in terms},
    }
    if facts.constraint:
        out["constraints"] = [facts.constraint]
    out |= _who_drafts(facts) | {"procedure": _procedure(facts)}
    out |= _opt_outs(tables.parties[key], said) | _payments(facts, said)
    return out | {"calendar": _calendar(facts)}


def meeting_at(facts: Negotiation) -> float:
    """Return the share of the time to real harm that has passed at the meeting (rule 8).

    The time runs from the first number on the table to the date from which failing really hurts.
    The last meeting before that date is at 1: to fail there is to be hurt. Where nothing falls due
    the share is 0.5, a convention.
    """
    if facts.harm is None:
        return NO_HARM
    if not _another_chance(facts):
        return 1.0
    return round((facts.meeting - facts.clock_from) / (facts.harm - facts.clock_from), 2)


def _another_chance(facts: Negotiation) -> bool:
    """Whether a failed meeting has a successor before failing hurts (rule 8)."""
    if facts.next_meeting is None:
        return False
    return facts.harm is None or facts.next_meeting < facts.harm


def _calendar(facts: Negotiation) -> dict[str, Any]:
    days = (facts.meeting - facts.start).days
    out: dict[str, Any] = {
        "start": facts.start,
        "summit": facts.meeting,
        "days_per_round": max(1, round(days / ROUNDS)),
        "meeting_at": meeting_at(facts),
    }
    if _another_chance(facts):
        out["next_meeting"] = facts.next_meeting
    return out


def _who_drafts(facts: Negotiation) -> dict[str, Any]:
    """A demander or several, or else a chair with a view of its own (rule 10)."""
    if not facts.demanders:
        return {"mediator": {"own_view": OWN_VIEW, "knowledge": "attributes"}}
    who = facts.demanders
    return {"demander": {"party": who[0] if len(who) == 1 else list(who)}}


def _procedure(facts: Negotiation) -> dict[str, Any]:
    if facts.rule != "qualified_majority":
        return {"rule": facts.rule}
    return {"rule": facts.rule, "quota": facts.quota, "weights": "votes"}


def _opt_outs(parties: Iterable[Party], said: Iterable[Position]) -> dict[str, Any]:
    """Opt-outs can only be had by members that asked for one before (rule 6)."""
    asked = {p.party for p in said if p.asks_opt_out}
    codes = [code for p in parties if p.key in asked for code in p.members]
    return {"side_letters": {"most": len(codes), "only": codes}} if codes else {}


def _payments(facts: Negotiation, said: Iterable[Position]) -> dict[str, Any]:
    """Side payments where a term can pay them and somebody asked for money before (rule 7)."""
    if facts.payment is None or not any(p.asks_payment for p in said):
        return {}
    term, most, step = facts.payment
    return {"side_payments": {"term": term, "most": most, "step": step}}


def _term(term: Term) -> dict[str, Any]:
    out: dict[str, Any] = {"unit": term.unit, "range": [term.low, term.high], "step": term.step}
    if term.in_force is not None:
        out["in_force"] = term.in_force
    return out | {"opening": term.opening}


def _party(
    party: Party, terms: Iterable[Term], said: Iterable[Position], version: Version
) -> dict[str, Any]:
    mine = [p for p in said if p.party == party.key]
    spoken = {t.key: _statement(mine, t.key) for t in terms if not t.balance}
    heard = [p for p in spoken.values() if p is not None]
    ideal: dict[str, Any] = {}
    salience: dict[str, float] = {}
    for term in terms:
        if term.balance:
            continue
        position = spoken[term.key]
        if position is None:
            # Rule 3: silent on this term but not on all, by judgement no stake in it.
            if heard and version == "judgement":
                continue
            ideal[term.key], salience[term.key] = "unknown", SALIENCE[0]
        else:
            ideal[term.key] = _ideal(position, term, version)
            salience[term.key] = SALIENCE[abs(position.level)]
    out: dict[str, Any] = {"name": party.name}
    if party.members:
        out["members"] = list(party.members)
    lowest = min((p.level for p in heard), default=0)
    return out | {
        "power": party.power,
        "votes": party.votes,
        "domestic_constraint": TIED.get(lowest, 0.0),
        "ideal": ideal,
        "salience": salience,
    }


def _statement(mine: Iterable[Position], term: str) -> Position | None:
    """The latest statement with a number, else the latest (rule 1)."""
    on_it = [p for p in mine if p.term == term]
    return max(on_it, key=lambda p: (p.low is not None, p.day), default=None)


def _ideal(position: Position, term: Term, version: Version) -> Any:
    """Where a party wants a term to be (rules 1 and 2)."""
    if position.low is not None and position.high is not None:
        return _span(position.low, position.high)
    if version == "mechanical":
        return "unknown"
    opening, beyond, end = term.opening, term.high, term.low
    if not term.up:
        beyond, end = end, beyond
    far = end if term.in_force is None else term.in_force
    middle = (far + opening) / 2
    return {
        -2: _span(far, middle),
        -1: _span(far, opening),
        0: _span(middle, opening),
        1: opening,
        2: _span(opening, beyond),
    }[position.level]


def _span(one: float, other: float) -> Any:
    """A number, or the uniform distribution between two."""
    low, high = sorted((one, other))
    return low if low == high else {"uniform": [low, high]}
