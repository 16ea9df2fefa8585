"""The members as they are played: what the scenario says, on top of the built-in data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from ..errors import quote
from . import builtin
from .distributions import UNKNOWN, Distribution, Quantity
from .document import DocumentPath
from .grid import GridTerm
from .naming import Fault, Names
from .schema import Party, ScenarioFile, Spread
from .spelling import nearest
from .types import Code

ATTRIBUTES = ("threat_perception", "fiscal_room", "us_pressure_sensitivity", "domestic_constraint")
MAX_MEMBERS = 1000
#: Stands for a red line that is not drawn.
UNLIMITED = 1e300
#: Names of seats that are no party's.
RESERVED = frozenset({"mediator", "chair"})
#: Ideal values lie within this.
LARGEST = 1e9

_CODE: TypeAdapter[str] = TypeAdapter(Code)


@dataclass(frozen=True)
class Player:
    """A member with every value filled in; see :class:`sim.scenario.schema.Party`.

    ``current_core_pct_gdp`` is None without forces. ``demands`` says who makes the demand.
    ``party`` is the party that it belongs to; ``unknown`` names the terms whose ideal value nobody
    knows and each run draws.
    ``red_lines`` holds (lowest, highest) by term; ``ideal`` and ``salience`` follow the terms.
    """

    code: str
    name: str
    demands: bool
    attributes: tuple[Quantity, Quantity, Quantity, Quantity]
    current_core_pct_gdp: Quantity | None
    gdp_usd_bn: float
    population_million: float
    power: float
    votes: float
    party: str
    unknown: tuple[str, ...] = ()
    red_lines: dict[str, tuple[float, float]] = field(default_factory=dict)
    ideal: tuple[Quantity, ...] = ()
    salience: tuple[Quantity, ...] = ()


def players(
    file: ScenarioFile,
    names: Names,
    terms: tuple[GridTerm, ...],
    aside: Collection[DocumentPath],
    faults: list[Fault],
) -> tuple[Player, ...]:
    """The members that take part: built-in ones by code, then others in the order of the file.

    Parameters
    ----------
    file
        The scenario.
    names
        Names of the scenario; its ``codes`` become those of the members that take part.
    terms
        Terms of the text.
    aside
        Places that are known to be wrong and were left out of ``file``.
    faults
        What is found to be wrong is added here.
    """
    written = _written(file, names, faults)
    present = set(names.builtin)
    if file.roster and file.roster.only is not None:
        present &= set(names.find(file.roster.only, ("roster", "only"), faults))
    if file.roster:
        present -= set(names.find(file.roster.without, ("roster", "without"), faults))
    order = sorted(present) + [code for code in written if code not in names.builtin]
    if not 2 <= len(order) <= MAX_MEMBERS:
        where: DocumentPath = ("roster", "only") if file.roster else ("parties",)
        words = f"a negotiation needs 2 to {MAX_MEMBERS} members, got {len(order)}"
        faults.append((where, words))
    names.codes = set(order)
    for key, member in file.parties.items():
        if member.members:
            names.groups[key] = tuple(names.code(text) for text in member.members)
    demanders = _demanders(file, names, faults)
    found = []
    told: set[str] = set()
    for code in order:
        key, member = written.get(code, (code, Party()))
        demands = code in demanders or key in demanders
        own = not member.members
        if code not in names.builtin and not _is_code(code, key, own, names, faults):
            continue
        if key not in told:
            told.add(key)
            _complain(code, key, demands, file, member, names, terms, aside, faults)
        player = _player(code, key, demands, member, file, names, terms)
        found.append(player)
    if found and not any(p.power > 0 for p in found):
        faults.append((("parties",), "no member has any power; give one a power above 0"))
    by = {
        "gdp": lambda p: p.gdp_usd_bn,
        "population": lambda p: p.population_million,
        "power": lambda p: p.power,
        "votes": lambda p: p.votes,
    }.get(file.procedure.weights)
    if found and by and not any(by(p) > 0 for p in found):
        words = f"no member has any weight by {file.procedure.weights}"
        faults.append((("procedure", "weights"), words))
    return tuple(found)


def _written(file: ScenarioFile, names: Names, faults: list[Fault]) -> dict[str, tuple[str, Party]]:
    """Members of the file by code, each with the key under which it or its party stands."""
    written: dict[str, tuple[str, Party]] = {}
    for key, party in file.parties.items():
        if party.members and file.preferences == "pledge":
            words = "needs preferences: spatial; a spending pledge knows each member by itself"
            faults.append((("parties", key, "members"), words))
        codes = [names.code(text) for text in party.members]
        for code in codes or [names.code(key)]:
            path: DocumentPath = ("parties", key, "members") if codes else ("parties", key)
            if code in written:
                words = f"'{code}' is listed twice (first as '{written[code][0]}')"
                faults.append((path, words))
            else:
                written[code] = (key, party)
    return written


def _demanders(file: ScenarioFile, names: Names, faults: list[Fault]) -> tuple[str, ...]:
    """Who makes the demand: codes, and names of parties of several."""
    if file.demander is None:
        return ()
    found = names.demanders(file)
    path: DocumentPath = ("demander", "party")
    if file.demander.party is None and not names.codes & {*found} - {*names.builtin}:
        found = tuple(code for code in found if code in names.builtin)
    if not found:
        faults.append((path, "is missing; name the party that makes the demand"))
    if len(found) > 1 and file.preferences == "pledge":
        faults.append((path, f"a spending pledge has one demander, got {len(found)}"))
    for said in found:
        if said not in names.codes and said not in names.groups:
            faults.append((path, names.unknown(said)))
    return found


def _is_code(code: str, key: str, own: bool, names: Names, faults: list[Fault]) -> bool:
    """Whether a member that is not built in has a proper code."""
    if code in RESERVED:
        faults.append(
            (("parties", key), f"{quote(code)} is a seat of its own; choose another name")
        )
        return False
    try:
        _CODE.validate_python(code)
    except ValidationError as error:
        words = error.errors(include_url=False)[0]["msg"]
        hint = names.hint(key, absent=True) if names.builtin else ""
        if hint:
            words = f"{quote(key)} is not a built-in member{hint}"
        faults.append((("parties", key) if own else ("parties", key, "members"), words))
        return False
    return True


def _complain(
    code: str,
    key: str,
    demands: bool,
    file: ScenarioFile,
    member: Party,
    names: Names,
    terms: tuple[GridTerm, ...],
    aside: Collection[DocumentPath],
    faults: list[Fault],
) -> None:
    """Say what a member lacks, and what it has that does not fit."""
    path: DocumentPath = ("parties", key)
    record = names.builtin.get(code)
    pledge = file.preferences == "pledge"
    missing = _missing(member, record) if pledge and not demands else []
    missing = [name for name in missing if not _excused((*path, name), aside)]
    if missing and names.builtin and not record:
        words = f"'{key}' is not a built-in member{names.hint(key, absent=True)}"
        faults.append((path, f"{words}; one of your own also needs {_listed(missing)}"))
    elif missing:
        faults.append((path, f"'{key}' needs {_listed(missing)}"))
    known = [t.name for t in terms]
    for what in ("red_lines", "ideal", "salience"):
        for term in getattr(member, what):
            if term not in known:
                faults.append(((*path, what, term), names.no_term(term, known)))
    for term, line in member.red_lines.items():
        low, high = line.at_least, line.at_most
        if low is None and high is None:
            faults.append(((*path, "red_lines", term), "needs at_least, at_most or both"))
        elif low is not None and high is not None and low > high:
            words = f"at_least {low:g} is above at_most {high:g}"
            faults.append(((*path, "red_lines", term), words))
    if pledge:
        for what in ("ideal", "salience"):
            if getattr(member, what):
                faults.append(((*path, what), "needs preferences: spatial"))
        return
    if not member.ideal and not _excused((*path, "ideal"), aside):
        faults.append((path, f"'{key}' has no ideal value of any term"))
    for term in member.salience:
        if term in known and term not in member.ideal:
            words = "has no ideal value here, so it cannot be salient"
            faults.append(((*path, "salience", term), words))


def _missing(member: Party, record: builtin.MemberRecord | None) -> list[str]:
    """What a member must have and has not, neither in the file nor in the built-in data."""
    names = [] if record else [a for a in ATTRIBUTES[:3] if getattr(member, a) is None]
    forces = member.has_forces
    if forces is None:
        forces = record.has_forces if record else True
    current = member.current_core_pct_gdp
    if forces and current is None and (record is None or record.current_core_pct_gdp is None):
        names.append("current_core_pct_gdp")
    return names


def _excused(path: DocumentPath, aside: Collection[DocumentPath]) -> bool:
    """Whether a missing key follows from a place that is wrong: itself, or misspelt beside it."""
    return any(
        other[:-1] == path[:-1] and nearest(str(other[-1]), [str(path[-1])])
        for other in aside
        if other
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _player(
    code: str,
    key: str,
    demands: bool,
    m: Party,
    file: ScenarioFile,
    names: Names,
    terms: tuple[GridTerm, ...],
) -> Player:
    record = names.builtin.get(code)
    spread = file.roster.spread if file.roster else Spread()
    attributes: list[Quantity] = []
    for a in ATTRIBUTES:
        value: Quantity | None = getattr(m, a)
        if value is None and record:
            value = float(getattr(record, a) or 0.0)
            sd = getattr(spread, a)
            if sd > 0 and file.preferences == "pledge" and not demands:
                value = Distribution("normal", (value, sd), 0.0, 1.0)
        attributes.append(0.0 if value is None else value)
    has_forces = m.has_forces
    if has_forces is None:
        has_forces = record.has_forces if record else True
    current = m.current_core_pct_gdp
    if current is None and record:
        current = record.current_core_pct_gdp
    gdp = _first(m.gdp_usd_bn, record.gdp_usd_bn if record else None, 1.0)
    population = record.population_million if record else None
    spatial = file.preferences == "spatial"
    of = len(m.members) or 1
    return Player(
        code=code,
        name=_name(code, key, m, record),
        demands=demands,
        attributes=(attributes[0], attributes[1], attributes[2], attributes[3]),
        current_core_pct_gdp=current if has_forces else None,
        gdp_usd_bn=gdp,
        population_million=_first(m.population_million, population, 1.0),
        power=_first(None if m.power is None else m.power / of, gdp, 1.0),
        votes=_first(None if m.votes is None else m.votes / of, None, 1.0),
        party=key if m.members else code,
        unknown=tuple(t.name for t in terms if m.ideal.get(t.name) == UNKNOWN),
        red_lines={
            t: (_first(r.at_least, None, -UNLIMITED), _first(r.at_most, None, UNLIMITED))
            for t, r in m.red_lines.items()
        },
        ideal=tuple(_position(m, t) for t in terms) if spatial else (),
        salience=tuple(_salience(m, t) for t in terms) if spatial else (),
    )


def _name(code: str, key: str, m: Party, record: builtin.MemberRecord | None) -> str:
    if m.members:
        return record.name if record else code
    return m.name or (record.name if record else key)


def _position(m: Party, term: GridTerm) -> Quantity:
    """Ideal value of a term; an unknown one lies between what is in force and the opening."""
    found = m.ideal.get(term.name, term.values[0])
    if found != UNKNOWN:
        assert not isinstance(found, str)
        return found
    first = term.values[term.opening]
    ends = (first, term.in_force.value if term.in_force else first)
    if ends[0] == ends[1]:
        ends = (min(term.values), max(term.values))
    return Distribution("uniform", (min(ends), max(ends)), -LARGEST, LARGEST)


def _salience(m: Party, term: GridTerm) -> Quantity:
    """Salience of a term: 1 if not given, 0 where the party has no ideal value."""
    return m.salience.get(term.name, 1.0) if term.name in m.ideal else 0.0


def _first(value: float | None, otherwise: float | None, last: float) -> float:
    if value is not None:
        return value
    return last if otherwise is None else otherwise
