"""The scenario as numbers: what the rules, the Mesa model and the batch engine work on."""

from __future__ import annotations

import math
from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..rules import draws, mediators, preferences, sampling
from ..rules.drafting import moves
from ..rules.events import bounded
from ..rules.silence import PROCEDURES
from ..scenario.coefficients import coefficient_names
from ..scenario.distributions import Distribution, Quantity, centre
from ..scenario.resolve import ATTRIBUTES, Resolved
from .mesa import seats

#: The coefficients as the rules see them: ``k.tolerance_base`` and so on.
Coefficients: Any = namedtuple("Coefficients", coefficient_names())  # type: ignore[misc]
N_COEFFICIENTS = len(coefficient_names())

# What a member has in the vector of values, besides ideal points and saliences.
THREAT, FISCAL, SENSITIVITY, DOMESTIC, CURRENT, NEED = range(6)
PER_MEMBER = 6

_FOREVER = 1_000_000


class Problem(NamedTuple):
    """One scenario as arrays, of the same types for every scenario.

    ``values`` is the vector of all inputs at their centres: ``PER_MEMBER`` numbers for each member,
    the coefficients, leverage and rhetoric, ideal points and saliences (members x terms each), and
    shared shifts; ``*_from`` are the places where these parts begin. Shapes: m members, k terms,
    t rounds, e events, s sampled inputs, c moves, j values on the longest grid.
    """

    n_members: int
    n_terms: int
    n_rounds: int
    n_columns: int
    model: np.ndarray  # (m) preference model of each member
    member_keys: np.ndarray  # (m) uint64
    values: np.ndarray  # (v)
    public_values: np.ndarray  # (v) what the public knows: the centres, shared shifts applied
    coefficients_from: int
    us_from: int
    ideal_from: int
    salience_from: int
    sampled: np.ndarray  # (s) places in values
    sample_kind: np.ndarray  # (s)
    sample_parameters: np.ndarray  # (s, 7)
    sample_keys: np.ndarray  # (s) uint64
    sample_tables: np.ndarray  # (tables, TABLE_STEPS + 1)
    shift_from: np.ndarray  # (x) place of a shared shift
    shift_to: np.ndarray  # (x) place of the attribute that it shifts
    year: float
    others_core: np.ndarray  # (m) GDP-weighted mean core spending of the others
    grid: np.ndarray  # (k, j)
    sizes: np.ndarray  # (k)
    opening: np.ndarray  # (k)
    reference: np.ndarray  # (k)
    has_reference: bool
    moves: np.ndarray  # (c, 4)
    has_red_lines: bool
    red_low: np.ndarray  # (m, k)
    red_high: np.ndarray  # (m, k)
    votes: np.ndarray  # (m)
    capability: np.ndarray  # (m)
    demander: int  # place of the demander, -1 if there is none
    demand: np.ndarray  # (5) headline, deadline, increment, tolerance at start and end
    leverage_shape: np.ndarray  # (t)
    progress: np.ndarray  # (t)
    temperature: np.ndarray  # (t)
    event_round: np.ndarray  # (e) -1: at random
    event_chance: np.ndarray  # (e)
    event_rounds: np.ndarray  # (e) how many rounds it lasts
    event_us: np.ndarray  # (e, 2) shifts of leverage and rhetoric
    event_shift: np.ndarray  # (e, m, 4) shifts of attributes
    event_keys: np.ndarray  # (e) uint64
    procedure: int
    quota: float
    minus: int
    mediator: int
    knowledge: int
    poll_error_sd: float
    learning_rate: float
    doubt: float
    demander_weight: float
    sharpness: float  # 1 / acceptance scale
    pool_size: int
    moves_per_round: int
    max_letters: int
    letters_rounds_left: int
    letters_patience: int
    letters_most_objectors: int
    seat_moves: np.ndarray  # (t, m, 3) answer, what it names, asks for a letter; or (0, m, 3)
    chair_moves: np.ndarray  # (t, 1 + k) letter, then the text; or (0, 1 + k)
    amendments: np.ndarray  # (a, 2 + k) round, member, then the text


class _Values:
    """Collects the vector of inputs and which of them are sampled."""

    def __init__(self) -> None:
        self.centres: list[float] = []
        self.paths: list[str] = []
        self.sampled: list[tuple[int, Distribution]] = []

    def add(self, path: str, value: Quantity) -> int:
        place = len(self.centres)
        self.centres.append(centre(value))
        self.paths.append(path)
        if isinstance(value, Distribution):
            self.sampled.append((place, value))
        return place


def _below(x: float) -> float:
    """Standard normal probability, rounded so that it is the same on every processor."""
    return round(0.5 * math.erfc(-x / math.sqrt(2.0)), 12)


def _sample_rows(
    sampled: list[tuple[int, Distribution]],
) -> tuple[list[int], np.ndarray, np.ndarray]:
    kinds: list[int] = []
    rows: list[list[float]] = []
    tables: list[np.ndarray] = []
    for _, d in sampled:
        p = list(d.parameters) + [0.0] * (4 - len(d.parameters))
        table = 0
        if d.kind == "normal":
            p[2] = _below((d.low - p[0]) / p[1])
            p[3] = _below((d.high - p[0]) / p[1])
        elif d.kind == "beta":
            from scipy.special import betaincinv

            u = np.linspace(0.0, 1.0, sampling.TABLE_STEPS + 1)
            # A line to the very edge of the range would widen a beta that keeps away from it.
            u[0], u[-1] = sampling.TABLE_END, 1.0 - sampling.TABLE_END
            shape = np.round(betaincinv(p[0], p[1], u), 12)
            table = len(tables)
            tables.append(d.low + (d.high - d.low) * shape)
        kinds.append(getattr(sampling, d.kind.upper()))
        rows.append([*p, d.low, d.high, float(table)])
    return (
        kinds,
        np.array(rows, dtype=float).reshape(len(rows), 7),
        np.array(tables, dtype=float).reshape(len(tables), sampling.TABLE_STEPS + 1),
    )


@dataclass(frozen=True)
class Setup:
    """A scenario, its numbers, and the names that go with them."""

    scenario: Resolved
    problem: Problem
    sampled_paths: tuple[str, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the members in order."""
        return tuple(m.code for m in self.scenario.members)


def set_up(scenario: Resolved) -> Setup:
    """Turn a resolved scenario into numbers."""
    members, terms, file = scenario.members, scenario.terms, scenario.file
    m, k, t = len(members), len(terms), len(scenario.dates)
    place_of = {p.code: i for i, p in enumerate(members)}
    v = _Values()
    for p in members:
        for name, value in zip(ATTRIBUTES, p.attributes, strict=True):
            v.add(f"members.{p.code}.{name}", value)
        current, need = p.current_core_pct_gdp, p.capability_need_pct_gdp
        v.add(f"members.{p.code}.current_core_pct_gdp", -1.0 if current is None else current)
        v.add(f"members.{p.code}.capability_need_pct_gdp", -1.0 if need is None else need)
    coefficients_from = len(v.centres)
    for name, value in file.coefficients.flat().items():
        v.add("coefficients." + name.replace("_", ".", 1), value)
    us_from = len(v.centres)
    v.add("us.leverage", file.us.leverage if file.us else 0.0)
    v.add("us.rhetoric", file.us.rhetoric if file.us else 0.0)
    ideal_from = len(v.centres)
    for p in members:
        for term, value in zip(terms, p.ideal, strict=False):
            v.add(f"members.{p.code}.ideal.{term.name}", value)
        for term in terms[len(p.ideal) :]:
            v.add(f"members.{p.code}.ideal.{term.name}", 0.0)
    salience_from = len(v.centres)
    for p in members:
        for j, term in enumerate(terms):
            v.add(f"members.{p.code}.salience.{term.name}", p.salience[j] if p.salience else 1.0)
    shift_from, shift_to = [], []
    for shift in scenario.shifts:
        place = v.add(f"groups.{shift.group}.{shift.attribute}", shift.by)
        for code in shift.members:
            shift_from.append(place)
            shift_to.append(place_of[code] * PER_MEMBER + ATTRIBUTES.index(shift.attribute))
    kinds, rows, tables = _sample_rows(v.sampled)
    names = [v.paths[place] for place, _ in v.sampled]

    progress = _progress(scenario)
    grid = np.zeros((k, max(len(term.values) for term in terms)))
    for j, term in enumerate(terms):
        grid[j, : len(term.values)] = term.values
    red_low, red_high = np.full((m, k), -1e300), np.full((m, k), 1e300)
    for i, p in enumerate(members):
        for j, term in enumerate(terms):
            red_low[i, j], red_high[i, j] = p.red_lines.get(term.name, (-1e300, 1e300))
    us, med = file.us, file.mediator
    references = [term.reference for term in terms]
    problem = Problem(
        n_members=m,
        n_terms=k,
        n_rounds=t,
        n_columns=preferences.columns(k),
        model=_ints([preferences.NAMES.index(p.preferences) for p in members]),
        member_keys=_keys([f"member {p.code}" for p in members]),
        values=np.array(v.centres),
        public_values=np.array(_shifted(v.centres, shift_from, shift_to)),
        coefficients_from=coefficients_from,
        us_from=us_from,
        ideal_from=ideal_from,
        salience_from=salience_from,
        sampled=_ints([place for place, _ in v.sampled]),
        sample_kind=_ints(kinds),
        sample_parameters=rows,
        sample_keys=_keys(names),
        sample_tables=tables,
        shift_from=_ints(shift_from),
        shift_to=_ints(shift_to),
        year=float(scenario.dates[-1].year),
        others_core=_others_core(scenario),
        grid=grid,
        sizes=_ints([len(term.values) for term in terms]),
        opening=_ints([term.opening for term in terms]),
        reference=np.array([0.0 if r is None else r for r in references]),
        has_reference=all(r is not None for r in references),
        moves=np.array(
            moves([len(term.values) for term in terms], [term.ambition for term in terms]),
            dtype=np.int64,
        ).reshape(-1, 4),
        has_red_lines=any(p.red_lines for p in members),
        red_low=red_low,
        red_high=red_high,
        votes=_votes(scenario),
        capability=np.array([p.capability for p in members]),
        demander=-1 if scenario.demander is None else place_of[scenario.demander],
        demand=np.array(
            [
                us.headline_pct_gdp,
                us.deadline_year,
                us.annual_increment_pp,
                us.tolerance_start,
                us.tolerance_end,
            ]
            if us
            else [0.0] * 5,
            dtype=float,
        ),
        leverage_shape=np.array([_leverage_shape(scenario, p) for p in progress]),
        progress=np.array([float(p) for p in progress]),
        temperature=_temperature(med.temperature, med.cooling, t),
        event_round=_ints(list(scenario.event_rounds)),
        event_chance=np.array([e.chance_per_round or 0.0 for e in file.events], dtype=float),
        event_rounds=_ints(
            [
                -(-e.lasts_days // file.calendar.days_per_round) if e.lasts_days else _FOREVER
                for e in file.events
            ]
        ),
        event_us=np.array([[e.leverage, e.rhetoric] for e in file.events]).reshape(-1, 2),
        event_shift=_event_shifts(scenario, place_of),
        event_keys=_keys([f"event {e.name}" for e in file.events]),
        procedure=PROCEDURES.index(file.procedure.rule),
        quota=file.procedure.quota,
        minus=file.procedure.minus,
        mediator=mediators.NAMES.index(med.kind),
        knowledge=mediators.KNOWLEDGE.index(med.knowledge),
        poll_error_sd=med.poll_error_sd,
        learning_rate=med.learning_rate,
        doubt=med.doubt,
        demander_weight=med.demander_weight,
        sharpness=1.0 / med.acceptance_scale,
        pool_size=med.pool_size,
        moves_per_round=med.moves_per_round,
        max_letters=min(med.max_side_letters, us.max_side_letters) if us else med.max_side_letters,
        letters_rounds_left=med.letters_rounds_left,
        letters_patience=med.letters_patience,
        letters_most_objectors=med.letters_most_objectors,
        **_fixed_moves(scenario, place_of),
    )
    return Setup(scenario, problem, tuple(names))


def _shifted(values: list[float], source: list[int], target: list[int]) -> list[float]:
    shifted = list(values)
    for s, t in zip(source, target, strict=True):
        shifted[t] = bounded(shifted[t] + shifted[s])
    return shifted


def _ints(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _keys(names: list[str]) -> np.ndarray:
    return np.array([draws.key(name) for name in names], dtype=np.uint64)


def _progress(scenario: Resolved) -> list[Decimal]:
    first, last = scenario.dates[0], scenario.dates[-1]
    if first == last:
        return [Decimal(1)]
    return [Decimal((d - first).days) / Decimal((last - first).days) for d in scenario.dates]


def _leverage_shape(scenario: Resolved, progress: Decimal) -> float:
    """start + (1 - start) * progress ** power, in decimals: the same bits everywhere."""
    us = scenario.file.us
    if us is None:
        return 0.0
    start = Decimal(repr(us.leverage_start))
    rise = progress ** Decimal(repr(us.leverage_power)) if progress > 0 else Decimal(0)
    return float(start + (1 - start) * rise)


def _temperature(first: float, cooling: float, rounds: int) -> np.ndarray:
    values = [first]
    for _ in range(rounds - 1):
        values.append(values[-1] * cooling)
    return np.array(values)


def _others_core(scenario: Resolved) -> np.ndarray:
    """GDP-weighted mean core spending of each member's partners, at the centres (% of GDP)."""
    core = [centre(p.current_core_pct_gdp or 0.0) * p.gdp_usd_bn for p in scenario.members]
    gdp = [p.gdp_usd_bn for p in scenario.members]
    others = []
    for i in range(len(gdp)):
        money, size = sum(core[:i] + core[i + 1 :]), sum(gdp[:i] + gdp[i + 1 :])
        others.append(money / size if size > 0 else 0.0)
    return np.array(others)


def _votes(scenario: Resolved) -> np.ndarray:
    by = scenario.file.procedure.weights
    weights = {
        "equal": [1.0 for _ in scenario.members],
        "gdp": [p.gdp_usd_bn for p in scenario.members],
        "population": [p.population_million for p in scenario.members],
        "votes": [p.votes for p in scenario.members],
    }
    return np.array(weights[by], dtype=float)


def _fixed_moves(scenario: Resolved, place_of: dict[str, int]) -> dict[str, np.ndarray]:
    """Fixed moves of seats; a move of one round counts before that of every round."""
    m, k, t = len(scenario.members), len(scenario.terms), len(scenario.dates)
    fixed = sorted(scenario.moves, key=lambda move: move.round is not None)
    of_members = any(move.member for move in fixed)
    of_chair = any(move.member is None for move in fixed)
    members = np.zeros((t if of_members else 0, m, 3), dtype=np.int64)
    chair = np.full((t if of_chair else 0, 1 + k), seats.KEEP, dtype=np.int64)
    chair[:, 0] = seats.AS_MEDIATOR
    amended: dict[tuple[int, int], np.ndarray] = {}
    for move in fixed:
        text = np.full(1 + k, seats.KEEP, dtype=np.int64)
        for term, place in move.text.items():
            text[1 + term] = place
        for r in range(t) if move.round is None else [move.round]:
            if move.member is None:
                text[0] = seats.NO_LETTER if move.letter is None else place_of[move.letter]
                chair[r] = text
                continue
            i = place_of[move.member]
            answer = {None: seats.FREE, True: seats.PASSES, False: seats.BREAKS}[move.passes]
            members[r, i] = answer, move.named, move.asks_letter
            amended.pop((r, i), None)
            if move.text:
                amended[r, i] = np.concatenate([[r, i], text[1:]])
    rows = [amended[key] for key in sorted(amended)]
    return {
        "seat_moves": members,
        "chair_moves": chair,
        "amendments": np.array(rows, dtype=np.int64).reshape(-1, 2 + k),
    }


def _event_shifts(scenario: Resolved, place_of: dict[str, int]) -> np.ndarray:
    events = scenario.file.events
    shifts = np.zeros((len(events), len(place_of), len(ATTRIBUTES)))
    for j, (event, touched) in enumerate(zip(events, scenario.event_members, strict=True)):
        for code in touched:
            shifts[j, place_of[code]] = [getattr(event, a) for a in ATTRIBUTES]
    return shifts
