"""From the scenario as written to the scenario as played: members, grid and calendar filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import quote
from .constraints import Binding, bindings
from .distributions import Distribution, Quantity
from .document import DocumentPath
from .grid import PLEDGE_TERMS, GridError, GridTerm, absent_term, grid_term
from .moves import FixedMove, fixed_moves
from .naming import Fault, Names, similar
from .players import ATTRIBUTES, LARGEST, Player, players
from .schema import Event, ScenarioFile
from .types import NAME_LIMIT, Key

__all__ = ["ATTRIBUTES", "Fault", "Player", "Resolved", "SharedShift", "resolve"]

MAX_SPATIAL_TERMS = 40
MAX_ROUNDS = 400
_TITLE_LIMIT = 200  # characters
_YEARS_AHEAD, _YEARS_BEHIND = 100, 20
_KEY: TypeAdapter[str] = TypeAdapter(Key)
#: Names of columns of the result tables, which a term would overwrite.
_COLUMNS = frozenset(
    {
        "replication", "outcome", "adopted_round", "adopted_date", "headline_pct_gdp",
        "n_side_letters", "demander_satisfied", "round", "date", "member", "accepts",
        "blocking_term", "blocking_direction", "leverage", "side_letter", "side_payment",
        "objections",
        "last_blocking_term", "last_blocking_direction", "net_loss", "refusal_cost",
        "threat_perception", "fiscal_room", "us_pressure_sensitivity", "domestic_constraint",
        "point",
    }
)  # fmt: skip


@dataclass(frozen=True)
class SharedShift:
    """A shift of one attribute that a group of members shares."""

    group: str
    attribute: str
    by: Distribution
    members: tuple[str, ...]


@dataclass(frozen=True)
class Resolved:
    """A scenario ready to be played.

    Attributes
    ----------
    file
        As written, but for shifts of members that all stay away, which are 0.
    members, terms
        Members and terms of the text, in the order in which results hold them.
    dates
        Day of each round; the last day, that of the summit, has several.
    groups
        Members of each group of the scenario.
    shifts
        Shared shifts, by group and attribute.
    event_members, event_rounds
        For each event the members that it touches, and its round; -1 if at random.
    moves
        Fixed moves of seats.
    bindings
        What binds terms together.
    may_hold
        Whether each member may get a side letter.
    """

    file: ScenarioFile
    members: tuple[Player, ...]
    terms: tuple[GridTerm, ...]
    dates: tuple[dt.date, ...]
    groups: dict[str, tuple[str, ...]]
    shifts: tuple[SharedShift, ...]
    event_members: tuple[tuple[str, ...], ...]
    event_rounds: tuple[int, ...]
    moves: tuple[FixedMove, ...]
    bindings: tuple[Binding, ...]
    may_hold: tuple[bool, ...]

    @property
    def demanders(self) -> tuple[str, ...]:
        """Codes of who makes the demand; of a party that of the member that speaks for it."""
        found: dict[str, str] = {}
        for m in self.members:
            if m.demands:
                found.setdefault(m.party, m.code)
        return tuple(found.values())

    @property
    def meeting(self) -> tuple[int, ...]:
        """For each round the number of the meeting on whose day it is, 0 between meetings."""
        c = self.file.calendar
        days = [c.summit] if c.next_meeting is None else [c.summit, c.next_meeting]
        return tuple(days.index(day) + 1 if day in days else 0 for day in self.dates)


def resolve(
    file: ScenarioFile,
    aside: Collection[DocumentPath] = (),
    inherited: Collection[DocumentPath] = (),
) -> tuple[Resolved | None, list[Fault]]:
    """Fill in everything that a scenario leaves to its data and defaults.

    Parameters
    ----------
    file
        The scenario.
    aside
        Places that are known to be wrong and were left out of ``file``; a member does not lack
        what is wrong there.
    inherited
        Events and groups (``("events", 0)``, ``("groups", "north")``) that come from another
        scenario; they may speak of members that all stay away, and are then without effect.

    Returns
    -------
    Resolved or None, list of Fault
        None if there are faults; every fault with its path in the scenario.
    """
    faults: list[Fault] = [*_too_large(file.model_dump(exclude={"seed"}), ()), *_too_long(file)]
    names = Names(file)
    terms = _terms(file, faults)
    members = players(file, names, terms, aside, faults)
    groups = _groups(file, names, inherited, faults)
    binding = bindings(file.constraints, terms, faults)
    may_hold = _may_hold(file, names, members, faults)
    _side_payments(file, names, terms, faults)
    dates = _dates(file, faults)
    events, touched, rounds = _events(file, names, dates, inherited, faults)
    moves = fixed_moves(file, names, terms, len(dates), inherited, faults)
    _demand(file, faults)
    if faults:
        return None, faults
    file = file.model_copy(update={"events": events})
    shifts = _shifts(file, groups)
    return Resolved(
        file, members, terms, dates, groups, shifts, touched, rounds, moves, binding, may_hold
    ), []


def _too_large(value: Any, path: DocumentPath) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _too_large(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for j, inner in enumerate(value):
            yield from _too_large(inner, (*path, j))
    elif isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        yield path, f"must be between {-LARGEST:g} and {LARGEST:g}"


def _too_long(file: ScenarioFile) -> Iterator[Fault]:
    """Texts that no table or figure has room for."""
    texts: list[tuple[DocumentPath, str | None, int]] = [(("title",), file.title, _TITLE_LIMIT)]
    texts += [(("parties", key, "name"), m.name, NAME_LIMIT) for key, m in file.parties.items()]
    texts += [(("events", j, "name"), e.name, _TITLE_LIMIT) for j, e in enumerate(file.events)]
    for path, text, limit in texts:
        if text is not None and len(text) > limit:
            yield path, f"has {len(text)} characters; the limit is {limit}"


def _terms(file: ScenarioFile, faults: list[Fault]) -> tuple[GridTerm, ...]:
    pledge = file.preferences == "pledge"
    found: dict[str, GridTerm] = {}
    for name, term in file.terms.items():
        wrong = _unknown_term(name) if pledge else _unfit_term(name)
        if wrong:
            faults.append((("terms", name), wrong))
            continue
        try:
            found[name] = grid_term(name, term, pledge)
        except GridError as error:
            faults.append((("terms", name, error.key), error.message))
            continue
        if pledge:
            _check_years(file, found[name], faults)
    lacking = [name for name, term in found.items() if term.in_force is None]
    if lacking and (pledge or (file.demander is not None and len(lacking) < len(found))):
        name = lacking[0]
        words = "needs in_force, its value in the text in force (none if there is no such term)"
        if not pledge:
            words = "with a demander give in_force to all terms or to none; "
            words += f"{', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} none"
        faults.append((("terms", name), words))
    if pledge:
        for name in PLEDGE_TERMS:
            if name not in file.terms:
                try:
                    found[name] = absent_term(name)
                except GridError as error:
                    faults.append((("terms", name), error.message))
        return tuple(found[name] for name in PLEDGE_TERMS if name in found)
    if not file.terms:
        faults.append((("terms",), "has no term"))
    for name, grid in found.items():
        if len(set(grid.values)) == 1:
            faults.append((("terms", name), "a spatial term needs at least two values"))
    if len(found) > MAX_SPATIAL_TERMS:
        faults.append((("terms",), f"has more than {MAX_SPATIAL_TERMS} terms"))
    return tuple(found.values())


def _unknown_term(name: str) -> str | None:
    if name in PLEDGE_TERMS:
        return None
    near = similar(name, PLEDGE_TERMS)
    hint = f" (did you mean '{near}'?)" if near else ""
    return f"the preference model pledge knows the terms {', '.join(PLEDGE_TERMS)}{hint}"


def _unfit_term(name: str) -> str | None:
    if name in _COLUMNS:
        return "is the name of a column of the results; choose another"
    return _unfit_name(name)


def _unfit_name(name: str) -> str | None:
    try:
        _KEY.validate_python(name)
    except ValidationError as error:
        return str(error.errors(include_url=False)[0]["msg"])
    return None


def _check_years(file: ScenarioFile, term: GridTerm, faults: list[Fault]) -> None:
    """A year far from the summit is a slip of the keyboard."""
    if term.name not in ("deadline_year", "review_year"):
        return
    year = file.calendar.summit.year
    first, last = year - _YEARS_BEHIND, year + _YEARS_AHEAD
    for value in term.values:
        if value != 0.0 and not first <= value <= last:
            key = "fixed" if file.terms[term.name].fixed is not None else "range"
            words = f"the year {value:g} is not between {first} and {last}"
            faults.append((("terms", term.name, key), words))
            return
    if term.name == "deadline_year" and 0.0 < max(term.values) <= year:
        key = "fixed" if file.terms[term.name].fixed is not None else "range"
        words = f"no deadline lies after the year of the summit, {year}"
        faults.append((("terms", term.name, key), words))


def _demand(file: ScenarioFile, faults: list[Fault]) -> None:
    """What a demander needs: a spending pledge has one, which says what it wants and by when."""
    if file.demander is None:
        if file.preferences == "pledge":
            faults.append((("demander",), "is missing; a spending pledge needs who demands it"))
        return
    if file.preferences != "pledge":
        if any(path[:2] == ("demander", "party") for path, _ in faults):
            return  # nobody demands here
        for name, info in type(file.demander).model_fields.items():
            if name == "party" or getattr(file.demander, name) == info.default:
                continue
            words = "needs preferences: pledge; a spatial demander wants what its ideal points say"
            faults.append((("demander", name), words))
        return
    for name in ("headline_pct_gdp", "deadline_year"):
        if getattr(file.demander, name) is None:
            faults.append((("demander", name), "is missing; a spending pledge needs it"))
    if file.demander.headline_pct_gdp == 0:
        faults.append((("demander", "headline_pct_gdp"), "must be above 0"))
    first, last = file.calendar.start.year, file.calendar.summit.year + _YEARS_AHEAD
    for name in ("deadline_year", "horizon_year"):
        year = getattr(file.demander, name)
        if year is not None and not first <= year <= last:
            words = f"must be a year between {first} and {last}, got {year}"
            faults.append((("demander", name), words))


def _groups(
    file: ScenarioFile, names: Names, inherited: Collection[DocumentPath], faults: list[Fault]
) -> dict[str, tuple[str, ...]]:
    """The members of each group, which are then known by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for name, group in file.groups.items():
        wrong = _unfit_name(name)
        if name in names.groups:
            wrong = "is the name of a region; choose another"
        elif names.code(name) in names.codes:
            wrong = "is the name of a member; choose another"
        if wrong:
            faults.append((("groups", name), wrong))
        known = len(faults)
        path: DocumentPath = ("groups", name, "members")
        found[name] = names.find(group.members, path, faults)
        if not found[name] and len(faults) == known and path[:2] not in inherited:
            faults.append((path, _all_away(group.members)))
    names.groups.update(found)
    return found


def _all_away(named: Sequence[str]) -> str:
    who = ", ".join(named[:5]) + (", ..." if len(named) > 5 else "")
    return f"has no effect: none of {quote(who)} takes part; see roster.only and roster.without"


def _shifts(file: ScenarioFile, groups: dict[str, tuple[str, ...]]) -> tuple[SharedShift, ...]:
    # Sorted: where groups overlap the order matters, and it must not hang on that of the keys.
    found = []
    for name, members in sorted((name, who) for name, who in groups.items() if who):
        for attribute in ATTRIBUTES:
            by: Quantity = getattr(file.groups[name], attribute)
            if not isinstance(by, Distribution):
                by = Distribution("fixed", (by,), -1.0, 1.0)
            if by.kind != "fixed" or by.parameters[0] != 0.0:
                found.append(SharedShift(name, attribute, by, members))
    return tuple(found)


def _dates(file: ScenarioFile, faults: list[Fault]) -> tuple[dt.date, ...]:
    c = file.calendar
    if c.summit < c.start:
        words = f"the summit ({c.summit}) is before the start ({c.start})"
        faults.append((("calendar", "summit"), words))
        return ()
    step = dt.timedelta(days=c.days_per_round)
    n = (c.summit - c.start) // step + 1
    if n > MAX_ROUNDS:
        words = f"has {n} rounds, more than {MAX_ROUNDS}; take more days_per_round"
        faults.append((("calendar",), words))
        return ()
    dates = [c.start + j * step for j in range(n)]
    if dates[-1] != c.summit:
        dates.append(c.summit)
    # The day of a meeting has room for several drafts.
    dates += [c.summit] * (c.last_day_drafts - 1)
    if c.next_meeting is None:
        return tuple(dates)
    if c.next_meeting <= c.summit:
        words = f"the next meeting ({c.next_meeting}) is not after the summit ({c.summit})"
        faults.append((("calendar", "next_meeting"), words))
        return ()
    between = (c.next_meeting - c.summit - dt.timedelta(days=1)) // step
    if n + between > MAX_ROUNDS:
        words = f"has {n + between} rounds, more than {MAX_ROUNDS}; take more days_per_round"
        faults.append((("calendar",), words))
        return ()
    dates += [c.summit + (j + 1) * step for j in range(between)]
    return tuple(dates + [c.next_meeting] * c.last_day_drafts)


def _may_hold(
    file: ScenarioFile, names: Names, members: Sequence[Player], faults: list[Fault]
) -> tuple[bool, ...]:
    """Whether each member may get a side letter."""
    only = file.side_letters.only
    if only is None:
        return (True,) * len(members)
    named = names.find(only, ("side_letters", "only"), faults)
    return tuple(m.code in named for m in members)


def _side_payments(
    file: ScenarioFile, names: Names, terms: tuple[GridTerm, ...], faults: list[Fault]
) -> None:
    """Whether there is something to pay from."""
    pay = file.side_payments
    if pay is None:
        return
    if file.preferences == "pledge":
        words = "needs preferences: spatial; nothing is paid out of a spending pledge"
        faults.append((("side_payments",), words))
        return
    known = {term.name: term for term in terms}
    if pay.term not in known:
        faults.append((("side_payments", "term"), names.no_term(pay.term, list(known))))
    elif known[pay.term].labels or known[pay.term].or_none:
        words = "has words or may be left out; nothing can be paid out of it"
        faults.append((("side_payments", "term"), words))
    if pay.step > pay.most:
        words = f"the step {pay.step:g} is above the most that is paid, {pay.most:g}"
        faults.append((("side_payments", "step"), words))


def _events(
    file: ScenarioFile,
    names: Names,
    dates: tuple[dt.date, ...],
    inherited: Collection[DocumentPath],
    faults: list[Fault],
) -> tuple[tuple[Event, ...], tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """The events as they are played, the members that each touches, and its round."""
    events, touched, rounds = [], [], []
    seen: dict[str, int] = {}
    everyone = tuple(sorted(names.codes))
    for j, event in enumerate(file.events):
        path: DocumentPath = ("events", j)
        if (event.date is None) == (event.chance_per_round is None):
            faults.append((path, "an event has either a date or a chance_per_round"))
        if not event.model_fields_set & {"leverage", *ATTRIBUTES}:
            shifts = ", ".join(["leverage", *ATTRIBUTES])
            faults.append((path, f"an event needs a shift of one of {shifts}"))
        if event.name in seen:
            words = f"events[{seen[event.name]}] has the same name"
            faults.append(((*path, "name"), words))
        seen.setdefault(event.name, j)
        known = len(faults)
        members = names.find(event.members or (), (*path, "members"), faults)
        if event.members and not members:
            on_all = event.leverage != 0.0
            if len(faults) == known and path not in inherited and not on_all:
                faults.append(((*path, "members"), _all_away(event.members)))
            event = event.model_copy(update=dict.fromkeys(ATTRIBUTES, 0.0))
        events.append(event)
        touched.append(members or everyone)
        rounds.append(_round_of(event, dates, path, faults))
    return tuple(events), tuple(touched), tuple(rounds)


def _round_of(
    event: Event, dates: tuple[dt.date, ...], path: DocumentPath, faults: list[Fault]
) -> int:
    if event.date is None or not dates:
        return -1
    if not dates[0] <= event.date <= dates[-1]:
        words = f"{event.date} is outside the calendar, {dates[0]} to {dates[-1]}"
        faults.append(((*path, "date"), words))
        return -1
    return next(j for j, d in enumerate(dates) if d >= event.date)
