"""From the scenario as written to the scenario as played: members, grid and calendar filled in."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass, field

from . import builtin
from .distributions import Distribution, Quantity
from .grid import BURDEN_TERMS, GridError, GridTerm, absent_term, grid_term
from .schema import Event, Member, ScenarioFile, Spread

ATTRIBUTES = ("threat_perception", "fiscal_room", "us_pressure_sensitivity", "domestic_constraint")
MAX_MEMBERS = 1000
MAX_ROUNDS = 400

#: A place in the scenario and what is wrong there.
Fault = tuple[tuple[str | int, ...], str]


@dataclass(frozen=True)
class Player:
    """A member with every value filled in; see :class:`sim.scenario.schema.Member`.

    ``current_core_pct_gdp`` is None without forces; ``capability_need_pct_gdp`` None if computed.
    ``red_lines`` holds (lowest, highest) by term; ``ideal`` and ``salience`` follow the terms.
    """

    code: str
    name: str
    preferences: str
    attributes: tuple[Quantity, Quantity, Quantity, Quantity]
    current_core_pct_gdp: Quantity | None
    capability_need_pct_gdp: Quantity | None
    gdp_usd_bn: float
    population_million: float
    capability: float
    votes: float
    red_lines: dict[str, tuple[float, float]] = field(default_factory=dict)
    ideal: tuple[Quantity, ...] = ()
    salience: tuple[Quantity, ...] = ()


@dataclass(frozen=True)
class SharedShift:
    """A shift of one attribute that a group of members shares."""

    group: str
    attribute: str
    by: Distribution
    members: tuple[str, ...]


@dataclass(frozen=True)
class Resolved:
    """A scenario ready to be played."""

    file: ScenarioFile
    members: tuple[Player, ...]
    terms: tuple[GridTerm, ...]
    dates: tuple[dt.date, ...]
    shifts: tuple[SharedShift, ...]
    event_members: tuple[tuple[str, ...], ...]
    event_rounds: tuple[int, ...]

    @property
    def demander(self) -> str | None:
        """Code of the member that makes the demand, if any."""
        return next((m.code for m in self.members if m.preferences == "demander"), None)


class Names:
    """The names by which members and groups of members can be called in one scenario."""

    def __init__(self, file: ScenarioFile) -> None:
        self.year = file.calendar.summit.year
        self.groups: dict[str, tuple[str, ...]] = {}
        self.builtin = builtin.members(file.roster.data) if file.roster else {}
        if file.roster:
            self.groups = dict(builtin.regions(self.year))
        self.codes: set[str] = set(self.builtin)

    def code(self, text: str) -> str:
        """The code of a member: built-in ones answer to other names as well."""
        if text in self.codes:
            return text
        known = builtin.alias(text) if self.builtin else None
        return known if known in self.builtin else text

    def find(self, texts: tuple[str, ...], path: tuple[str | int, ...], faults: list[Fault]) -> tuple[str, ...]:
        """The members that a list of codes, names and groups means, in order of the alphabet."""
        found: set[str] = set()
        for j, text in enumerate(texts):
            if text in self.groups:
                found.update(self.groups[text])
            elif self.code(text) in self.codes:
                found.add(self.code(text))
            else:
                faults.append(((*path, j), f"no member or group is called '{text}'{self.hint(text)}"))
        return tuple(sorted(found))

    def hint(self, text: str) -> str:
        """A "did you mean" for a name, if one is near."""
        near = difflib.get_close_matches(text, [*self.codes, *self.groups], n=1)
        return f"; did you mean '{near[0]}'?" if near else ""


def resolve(file: ScenarioFile) -> tuple[Resolved | None, list[Fault]]:
    """Fill in everything that a scenario leaves to its data and defaults.

    Returns
    -------
    Resolved or None, list of Fault
        None if there are faults; every fault with its path in the scenario.
    """
    faults: list[Fault] = []
    names = Names(file)
    terms = _terms(file, faults)
    members = _members(file, names, terms, faults)
    shifts = _shifts(file, names, faults)
    dates = _dates(file, faults)
    touched, rounds = _events(file, names, dates, faults)
    if faults:
        return None, faults
    return Resolved(file, members, terms, dates, shifts, touched, rounds), []


def _terms(file: ScenarioFile, faults: list[Fault]) -> tuple[GridTerm, ...]:
    burden = file.preferences == "burden"
    found: dict[str, GridTerm] = {}
    for name, term in file.terms.items():
        if burden and name not in BURDEN_TERMS:
            near = difflib.get_close_matches(name, BURDEN_TERMS, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            known = ", ".join(BURDEN_TERMS)
            faults.append((("terms", name), f"the preference model burden knows the terms {known}{hint}"))
            continue
        try:
            found[name] = grid_term(name, term, burden)
        except GridError as error:
            faults.append((("terms", name, error.key), error.message))
    if burden:
        for name in BURDEN_TERMS:
            if name not in file.terms:
                try:
                    found[name] = absent_term(name)
                except GridError as error:
                    faults.append((("terms",), error.message))
        return tuple(found[name] for name in BURDEN_TERMS if name in found)
    if not file.terms:
        faults.append((("terms",), "has no term"))
    for name in found:
        if len(found[name].values) == 1:
            faults.append((("terms", name), "a spatial term needs at least two values"))
    return tuple(found.values())


def _members(
    file: ScenarioFile, names: Names, terms: tuple[GridTerm, ...], faults: list[Fault]
) -> tuple[Player, ...]:
    written: dict[str, tuple[str, Member]] = {}
    for key, member in file.members.items():
        code = names.code(key)
        if code in written:
            faults.append((("members", key), f"'{code}' is listed twice (first as '{written[code][0]}')"))
        written[code] = (key, member)
    present = set(names.builtin)
    if file.roster and file.roster.only is not None:
        present &= set(names.find(file.roster.only, ("roster", "only"), faults))
    if file.roster:
        present -= set(names.find(file.roster.without, ("roster", "without"), faults))
    absent = set(names.builtin) - present
    for code in sorted(absent & set(written)):
        faults.append(
            (("members", written[code][0]), f"'{code}' does not take part; see roster.only and roster.without")
        )
    order = sorted(present) + [code for code in written if code not in names.builtin]
    names.codes = set(order)
    for group in file.groups:
        names.groups.setdefault(group, ())
    if not 2 <= len(order) <= MAX_MEMBERS:
        where: tuple[str, ...] = ("members",) if file.members or not file.roster else ("roster",)
        faults.append((where, f"a negotiation needs 2 to {MAX_MEMBERS} members, got {len(order)}"))
    demander = names.code(file.us.member) if file.us else None
    if file.us and demander not in names.codes:
        faults.append((("us", "member"), f"'{file.us.member}' does not take part{names.hint(file.us.member)}"))
    if file.us and file.preferences == "spatial":
        faults.append((("us",), "a demander needs the preference model burden"))
    players = []
    for code in order:
        key, member = written.get(code, (code, Member()))
        path = ("members", key)
        kind = "demander" if code == demander else file.preferences
        player = _player(code, kind, member, file, names, terms, path, faults)
        if player:
            players.append(player)
    if players and not any(p.capability > 0 for p in players):
        faults.append((("members",), "no member has a capability above 0"))
    if players and file.procedure.weights == "votes" and not any(p.votes > 0 for p in players):
        faults.append((("procedure", "weights"), "no member has votes"))
    return tuple(players)


def _player(
    code: str,
    kind: str,
    m: Member,
    file: ScenarioFile,
    names: Names,
    terms: tuple[GridTerm, ...],
    path: tuple[str, ...],
    faults: list[Fault],
) -> Player | None:
    record = names.builtin.get(code)
    spread = file.roster.spread if file.roster else Spread()
    attributes: list[Quantity] = []
    for a in ATTRIBUTES:
        value: Quantity | None = getattr(m, a)
        if value is None and record:
            value = getattr(record, a)
            sd = getattr(spread, a)
            if sd > 0 and kind == "burden":
                value = Distribution("normal", (float(value or 0.0), sd), 0.0, 1.0)
        if value is None and kind == "burden" and a != "domestic_constraint":
            faults.append((path, f"{code} has no {a}, and it is not a built-in member"))
        attributes.append(0.0 if value is None else value)
    has_forces = m.has_forces
    if has_forces is None:
        has_forces = record.has_forces if record else True
    current = m.current_core_pct_gdp
    if current is None and record:
        current = record.current_core_pct_gdp
    if kind == "burden" and has_forces and current is None:
        faults.append((path, f"{code} has no current_core_pct_gdp"))
    gdp = _first(m.gdp_usd_bn, record.gdp_usd_bn if record else None, 1.0)
    by_name = {t.name: t for t in terms}
    for what in ("red_lines", "ideal", "salience"):
        for term in getattr(m, what):
            if term not in by_name:
                known = ", ".join(by_name)
                faults.append(((*path, what, term), f"there is no term '{term}'; terms are {known}"))
    if kind != "spatial":
        for what in ("ideal", "salience"):
            if getattr(m, what):
                faults.append(((*path, what), "needs preferences: spatial"))
    missing = [t.name for t in terms if t.name not in m.ideal] if kind == "spatial" else []
    if missing:
        faults.append((path, f"{code} has no ideal value for {', '.join(missing)}"))
        return None
    return Player(
        code=code,
        name=m.name or (record.name if record else code),
        preferences=kind,
        attributes=(attributes[0], attributes[1], attributes[2], attributes[3]),
        current_core_pct_gdp=current if has_forces else None,
        capability_need_pct_gdp=m.capability_need_pct_gdp,
        gdp_usd_bn=gdp,
        population_million=_first(m.population_million, record.population_million if record else None, 1.0),
        capability=_first(m.capability, gdp, 1.0),
        votes=_first(m.votes, None, 1.0),
        red_lines={
            t: (_first(r.at_least, None, -1e300), _first(r.at_most, None, 1e300))
            for t, r in m.red_lines.items()
        },
        ideal=tuple(m.ideal[t.name] for t in terms) if kind == "spatial" else (),
        salience=tuple(m.salience.get(t.name, 1.0) for t in terms) if kind == "spatial" else (),
    )


def _first(value: float | None, otherwise: float | None, last: float) -> float:
    if value is not None:
        return value
    return last if otherwise is None else otherwise


def _shifts(file: ScenarioFile, names: Names, faults: list[Fault]) -> tuple[SharedShift, ...]:
    found = []
    for name, group in file.groups.items():
        members = names.find(group.members, ("groups", name, "members"), faults)
        names.groups[name] = members
        for attribute in ATTRIBUTES:
            by: Quantity = getattr(group, attribute)
            if not isinstance(by, Distribution):
                by = Distribution("fixed", (by,), -1.0, 1.0)
            if by.kind != "fixed" or by.parameters[0] != 0.0:
                found.append(SharedShift(name, attribute, by, members))
    return tuple(found)


def _dates(file: ScenarioFile, faults: list[Fault]) -> tuple[dt.date, ...]:
    c = file.calendar
    if c.summit < c.start:
        faults.append((("calendar", "summit"), f"the summit ({c.summit}) is before the start ({c.start})"))
        return ()
    step = dt.timedelta(days=c.days_per_round)
    n = (c.summit - c.start) // step + 1
    if n > MAX_ROUNDS:
        faults.append((("calendar",), f"has more than {MAX_ROUNDS} rounds; take more days_per_round"))
        return ()
    dates = [c.start + j * step for j in range(n)]
    return tuple(dates if dates[-1] == c.summit else [*dates, c.summit])


def _events(
    file: ScenarioFile, names: Names, dates: tuple[dt.date, ...], faults: list[Fault]
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    touched, rounds = [], []
    for j, event in enumerate(file.events):
        path = ("events", j)
        if (event.date is None) == (event.chance_per_round is None):
            faults.append((path, "an event has either a date or a chance_per_round"))
        everyone = tuple(sorted(names.codes))
        touched.append(names.find(event.members, (*path, "members"), faults) if event.members else everyone)
        rounds.append(_round_of(event, dates, path, faults))
    if len({e.name for e in file.events}) < len(file.events):
        faults.append((("events",), "two events have the same name"))
    return tuple(touched), tuple(rounds)


def _round_of(
    event: Event, dates: tuple[dt.date, ...], path: tuple[str | int, ...], faults: list[Fault]
) -> int:
    if event.date is None or not dates:
        return -1
    if not dates[0] <= event.date <= dates[-1]:
        faults.append(
            ((*path, "date"), f"{event.date} is outside the calendar, {dates[0]} to {dates[-1]}")
        )
        return -1
    return next(j for j, d in enumerate(dates) if d >= event.date)
