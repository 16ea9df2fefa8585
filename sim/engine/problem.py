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
from ..rules.drafting import changes, leaps, most_candidates, short
from ..rules.events import bounded
from ..rules.lattice import feasible
from ..rules.preferences import pledge
from ..rules.procedure import PROCEDURES
from ..scenario.coefficients import coefficient_names
from ..scenario.distributions import Distribution, Quantity, centre
from ..scenario.players import UNLIMITED
from ..scenario.resolve import ATTRIBUTES, Resolved
from . import moves

#: The coefficients as the rules see them: ``k.pledge_bind`` and so on.
Coefficients: Any = namedtuple("Coefficients", coefficient_names())  # type: ignore[misc]
N_COEFFICIENTS = len(coefficient_names())

# What a member has in the vector of values, besides ideal points and saliences.
THREAT, FISCAL, SENSITIVITY, DOMESTIC, CURRENT = range(5)
PER_MEMBER = 5
# What the demander has there.
LEVERAGE, NEED = range(2)
# What is demanded: columns of ``Problem.demand``.
HEADLINE, WANTED_YEAR, WANTED_STEP, HORIZON = range(4)

_FOREVER = 1_000_000

#: By section of a file, where the draws of its inputs are addressed: a new name changes no run.
_ADDRESSES = {"parties": "members", "demander": "us"}


class Problem(NamedTuple):
    """One scenario as arrays, of the same types for every scenario.

    ``values`` is the vector of all inputs at their centres: ``PER_MEMBER`` numbers for each member,
    the coefficients, leverage and need of the demander, ideal points and saliences (members x
    terms each), and shared shifts; ``*_from`` are the places where these parts begin. Shapes: m
    members, k terms, t rounds, e events, s sampled inputs, c moves, j values on the longest grid.
    """

    n_members: int
    n_terms: int
    n_rounds: int
    n_features: int
    preferences: int
    member_keys: np.ndarray  # (m) uint64
    speaks: np.ndarray  # (m) bool; one member speaks for its camp
    leader: np.ndarray  # (m) place of who speaks for its camp; draws are addressed by it
    size: np.ndarray  # (m) factor of losses (pledge), or summed over the camp (spatial)
    weight: np.ndarray  # (m) in the eyes of a chair: power, summed over the camp
    values: np.ndarray  # (v)
    public_values: np.ndarray  # (v) what the public knows: the centres, shared shifts applied
    spread: np.ndarray  # (m, 4) standard deviations of attributes
    coefficients_from: int
    demander_from: int
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
    grid: np.ndarray  # (k, j)
    unit: np.ndarray  # (k, j) values on 0 to 1 (spatial)
    low: np.ndarray  # (k) lowest value of a term
    span: np.ndarray  # (k) range of a term
    sizes: np.ndarray  # (k)
    ambition: np.ndarray  # (k)
    nones: np.ndarray  # (k) place of a text without the term, -1
    words: int  # the term with words, -1
    soft: np.ndarray  # (j) bool; words whose strength is a coefficient
    floors: np.ndarray  # (j) bool; words that are a floor
    opening: np.ndarray  # (k)
    in_force: np.ndarray  # (k) values
    in_force_soft: bool
    in_force_floor: bool
    has_in_force: bool
    in_force_counts: bool  # net losses are counted from it
    starts: np.ndarray  # (s, k) texts from which the first aim is sought
    steps: np.ndarray  # (c, k) changes that are looked at between two drafts
    leaps: np.ndarray  # (l, k) changes that are looked at for the first aim
    most_candidates: int
    step_by_step: np.ndarray  # (b, k) the changes by which a text comes closer to an aim
    bound_together: bool  # constraints bind terms together
    equalities: np.ndarray  # (b, k) what a step of each term adds to the left side of an equality
    limits: np.ndarray  # (q, k) what a step of each term adds to the left side of a limit
    limit_most: np.ndarray  # (q) the most that this may come to
    has_red_lines: bool
    red_low: np.ndarray  # (m, k) first place that a member accepts
    red_high: np.ndarray  # (m, k) last place that it accepts
    votes: np.ndarray  # (m)
    power: np.ndarray  # (m)
    demanders: np.ndarray  # (d) places of who speaks for each demander
    demander_share: np.ndarray  # (d) of their power; a single 1 for a chair
    demands: np.ndarray  # (m) which demander a member belongs to, -1
    demand: np.ndarray  # (4)
    own_view: float  # of a chair
    view_drawn: bool  # the view of a chair is that of a member drawn by weight
    progress: np.ndarray  # (t)
    meeting: np.ndarray  # (t) number of the meeting on whose day a round is, 0
    fixed: np.ndarray  # (t) bool; rounds for which a seat has a move
    event_round: np.ndarray  # (e) -1: at random
    event_chance: np.ndarray  # (e)
    event_rounds: np.ndarray  # (e) how many rounds it lasts
    event_leverage: np.ndarray  # (e)
    event_shift: np.ndarray  # (e, m, 4) shifts of attributes
    event_keys: np.ndarray  # (e) uint64
    procedure: int
    quota: float
    minus: int
    mediator: int
    searches: bool
    writes: bool
    least: bool
    max_letters: int
    may_hold: np.ndarray  # (m) bool; who can get a letter
    pay_term: int  # the term from which side payments are taken, -1
    pay_step: float  # the smallest payment, as a share of the term's range
    pay_most: int  # the most that is paid, in such steps
    pay_price: float  # share of the tabler's gain that each step costs
    power_share: np.ndarray  # (m) of who speaks for a camp, in the power of all
    knowledge: int
    seat_moves: np.ndarray  # (t, m, 3) answer, what it names, asks for a letter; or (0, m, 3)
    chair_moves: np.ndarray  # (t, 1 + k) letter, then the text; or (0, 1 + k)
    amendments: np.ndarray  # (a, 2 + k) round, member, then the text


class _Values:
    """Collects the vector of inputs and which of them are sampled."""

    def __init__(self) -> None:
        self.centres: list[float] = []
        self.paths: list[str] = []
        self.sampled: list[tuple[int, Distribution]] = []
        self.shared = False  # what follows is drawn with the first member of its party

    def add(self, path: str, value: Quantity) -> int:
        place = len(self.centres)
        self.centres.append(centre(value))
        self.paths.append(path)
        if isinstance(value, Distribution) and not self.shared:
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
        elif d.kind == "choice":
            table = len(d.parameters)
        kinds.append(getattr(sampling, d.kind.upper()))
        rows.append([*p, d.low, d.high, float(table)])
    return (
        kinds,
        np.array(rows, dtype=float).reshape(len(rows), 7),
        np.array(tables, dtype=float).reshape(len(tables), sampling.TABLE_STEPS + 1),
    )


@dataclass(frozen=True, eq=False)
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
    first_of = {p.party: p.code for p in reversed(members)}
    for p in members:
        v.shared = first_of[p.party] != p.code
        for name, value in zip(ATTRIBUTES, p.attributes, strict=True):
            v.add(f"parties.{p.party}.{name}", value)
        current = p.current_core_pct_gdp
        v.add(f"parties.{p.party}.current_core_pct_gdp", -1.0 if current is None else current)
    v.shared = False
    coefficients_from = len(v.centres)
    for name, value in file.coefficients.flat().items():
        v.add("coefficients." + name.replace("_", ".", 1), value)
    demander_from = len(v.centres)
    demander = file.demander
    v.add("demander.leverage", demander.leverage if demander else 0.0)
    need = demander.need_core_pct_gdp if demander else None
    if need is None:
        need = demander.headline_pct_gdp if demander and demander.headline_pct_gdp else 1.0
    v.add("demander.need_core_pct_gdp", need)
    ideal_from = len(v.centres)
    for p in members:
        v.shared = first_of[p.party] != p.code
        for j, term in enumerate(terms):
            v.add(f"parties.{p.party}.ideal.{term.name}", p.ideal[j] if p.ideal else 0.0)
    salience_from = len(v.centres)
    for p in members:
        v.shared = first_of[p.party] != p.code
        for j, term in enumerate(terms):
            v.add(f"parties.{p.party}.salience.{term.name}", p.salience[j] if p.salience else 1.0)
    v.shared = False
    shift_from, shift_to = [], []
    for shift in scenario.shifts:
        place = v.add(f"groups.{shift.group}.{shift.attribute}", shift.by)
        for code in shift.members:
            shift_from.append(place)
            shift_to.append(place_of[code] * PER_MEMBER + ATTRIBUTES.index(shift.attribute))
    kinds, rows, tables = _sample_rows(v.sampled)
    names = [v.paths[place] for place, _ in v.sampled]

    model = preferences.NAMES.index(file.preferences)
    spatial = model == preferences.SPATIAL
    sizes = [len(term.values) for term in terms]
    ambition = [term.ambition for term in terms]
    nones = [size - 1 if term.or_none else -1 for term, size in zip(terms, sizes, strict=True)]
    words = next((j for j, term in enumerate(terms) if term.labels and not spatial), -1)
    grid = np.zeros((k, max(sizes)))
    low, span = np.zeros(k), np.ones(k)
    for j, term in enumerate(terms):
        grid[j, : sizes[j]] = term.values
        low[j] = min(term.values)
        span[j] = max(term.values) - low[j] if max(term.values) > low[j] else 1.0
    equalities, limits, most = _bindings(scenario)
    pay_term, pay_step, pay_most, pay_price = _payments(scenario)
    steps, wide = changes(sizes, ambition, equalities), leaps(sizes, ambition, equalities)
    leader = _leaders(scenario, spatial)
    demanders = [leader[place_of[code]] for code in scenario.demanders]
    weight = _camp_sums([p.power for p in members], leader)
    shares = [float(weight[i]) for i in demanders]
    in_force = [term.in_force for term in terms]
    has_in_force = all(f is not None for f in in_force)
    med = file.mediator
    mediator = mediators.MODULES[mediators.NAMES.index(med.kind)]
    progress = _progress(scenario)
    problem = Problem(
        n_members=m,
        n_terms=k,
        n_rounds=t,
        n_features=max(pledge.FEATURES, k),
        preferences=model,
        member_keys=_keys([f"member {p.code}" for p in members]),
        speaks=np.array([leader[i] == i for i in range(m)]),
        leader=_ints(leader),
        size=_sizes(scenario, leader, spatial),
        weight=weight,
        values=np.array(v.centres),
        public_values=np.array(_shifted(v.centres, shift_from, shift_to)),
        spread=_spread(scenario),
        coefficients_from=coefficients_from,
        demander_from=demander_from,
        ideal_from=ideal_from,
        salience_from=salience_from,
        sampled=_ints([place for place, _ in v.sampled]),
        sample_kind=_ints(kinds),
        sample_parameters=rows,
        sample_keys=_keys([_address(name) for name in names]),
        sample_tables=tables,
        shift_from=_ints(shift_from),
        shift_to=_ints(shift_to),
        year=float(scenario.dates[-1].year),
        grid=grid,
        unit=(grid - low[:, None]) / span[:, None],
        low=low,
        span=span,
        sizes=_ints(sizes),
        ambition=_ints(ambition),
        nones=_ints(nones),
        words=words,
        soft=_flags(terms[words].soft if words >= 0 else (), grid.shape[1]),
        floors=_flags(terms[words].floors if words >= 0 else (), grid.shape[1]),
        opening=_ints([term.opening for term in terms]),
        in_force=np.array([0.0 if f is None else f.value for f in in_force]),
        in_force_soft=any(f.soft for f in in_force if f),
        in_force_floor=any(f.floor for f in in_force if f),
        has_in_force=has_in_force,
        in_force_counts=has_in_force and demander is not None,
        starts=_starts(scenario, sizes, equalities, limits, most),
        steps=np.array(steps, dtype=np.int64).reshape(-1, k),
        leaps=np.array(wide, dtype=np.int64).reshape(-1, k),
        most_candidates=most_candidates(max(steps, wide, key=len), sizes, nones, words),
        step_by_step=np.array(short(steps, sizes, equalities), dtype=np.int64).reshape(-1, k),
        bound_together=bool(equalities or limits),
        equalities=np.array(equalities, dtype=np.int64).reshape(-1, k),
        limits=np.array(limits, dtype=np.int64).reshape(-1, k),
        limit_most=_ints(most),
        has_red_lines=any(p.red_lines for p in members),
        **_red_lines(scenario, sizes),
        votes=_votes(scenario),
        power=np.array([p.power for p in members]),
        demanders=_ints(demanders),
        demander_share=np.array(_shares(shares) if shares else [1.0]),
        demands=_ints([demanders.index(i) if i in demanders else -1 for i in leader]),
        demand=_demand(scenario),
        own_view=med.own_view,
        view_drawn=med.view == "drawn",
        progress=np.array([float(p) for p in progress]),
        meeting=np.array(scenario.meeting),
        fixed=np.array([any(m.round == r for m in scenario.moves) for r in range(t)]),
        event_round=_ints(list(scenario.event_rounds)),
        event_chance=np.array([e.chance_per_round or 0.0 for e in file.events], dtype=float),
        event_rounds=_ints(
            [
                -(-e.lasts_days // file.calendar.days_per_round) if e.lasts_days else _FOREVER
                for e in file.events
            ]
        ),
        event_leverage=np.array([e.leverage for e in file.events], dtype=float),
        event_shift=_event_shifts(scenario, place_of),
        event_keys=_keys([f"event {e.name}" for e in file.events]),
        procedure=PROCEDURES[file.procedure.rule],
        quota=file.procedure.quota,
        minus=file.procedure.minus,
        mediator=mediators.NAMES.index(med.kind),
        searches=mediator.SEARCHES,
        writes=mediator.WRITES,
        least=mediator.LEAST,
        max_letters=file.side_letters.most if mediator.GRANTS_LETTERS else 0,
        may_hold=np.array(scenario.may_hold, dtype=np.bool_),
        pay_term=pay_term,
        pay_step=pay_step,
        pay_most=pay_most,
        pay_price=pay_price,
        power_share=np.array(_shares([float(x) for x in weight])),
        knowledge=mediators.KNOWLEDGE.index(med.knowledge),
        **_fixed_moves(scenario, place_of),
    )
    return Setup(scenario, problem, tuple(names))


def _address(path: str) -> str:
    """The address of the draws of an input."""
    section, _, rest = path.partition(".")
    return f"{_ADDRESSES.get(section, section)}.{rest}"


def _leaders(scenario: Resolved, spatial: bool) -> list[int]:
    """Who speaks for whom: members of one camp share ideal points, saliences and ties at home.

    So do the members of a party. A party with red lines of its own, one that makes the demand, and
    one whose ideal point is drawn, is a camp.
    """
    members = scenario.members
    if not spatial:
        return list(range(len(members)))
    first: dict[Any, int] = {}
    leader = []
    for i, p in enumerate(members):
        inputs = (*p.ideal, *p.salience, *p.attributes)
        drawn = any(isinstance(x, Distribution) for x in inputs)
        own = drawn or p.demands or bool(p.red_lines)
        key: Any = p.party if own else (p.ideal, p.salience, p.attributes)
        leader.append(first.setdefault(key, i))
    return leader


def _camp_sums(values: list[float], leader: list[int]) -> np.ndarray:
    """Sums over each camp at the place of who speaks for it, 0 elsewhere."""
    sums = np.zeros(len(values))
    for i, value in enumerate(values):
        sums[leader[i]] += value
    return sums


def _exerted(power: float) -> float:
    """power ** (3/16), by square roots: the same bits everywhere.

    What a member brings to the table grows with its size, but slowly.
    """
    for _ in range(3):
        power = math.sqrt(power)
    return power * math.sqrt(power)


def _sizes(scenario: Resolved, leader: list[int], spatial: bool) -> np.ndarray:
    """What the size of members makes of their losses.

    Pledge: of GDP, on a mean of 1. Spatial: of power, summed over a camp; losses are put on a
    common scale run by run.
    """
    if spatial:
        return _camp_sums([_exerted(p.power) for p in scenario.members], leader)
    sizes = [_exerted(p.gdp_usd_bn) for p in scenario.members]
    total = 0.0
    for size in sizes:  # not sum(), which compensates from Python 3.12 on
        total += size
    return np.array([size * len(sizes) / total if total > 0.0 else 1.0 for size in sizes])


def _spread(scenario: Resolved) -> np.ndarray:
    """Standard deviation of each attribute of each member, shared shifts included."""
    squares = np.zeros((len(scenario.members), len(ATTRIBUTES)))
    for i, p in enumerate(scenario.members):
        for a, value in enumerate(p.attributes):
            if isinstance(value, Distribution):
                squares[i, a] = value.variance()
    place_of = {p.code: i for i, p in enumerate(scenario.members)}
    for shift in scenario.shifts:
        for code in shift.members:
            squares[place_of[code], ATTRIBUTES.index(shift.attribute)] += shift.by.variance()
    return np.array(np.sqrt(squares))


def _flags(values: tuple[bool, ...], width: int) -> np.ndarray:
    flags = np.zeros(width, dtype=np.bool_)
    flags[: len(values)] = values
    return flags


def _demand(scenario: Resolved) -> np.ndarray:
    demander = scenario.file.demander
    if demander is None or demander.headline_pct_gdp is None or demander.deadline_year is None:
        return np.array([1.0, 0.0, 0.0, 0.0])
    horizon = demander.deadline_year if demander.horizon_year is None else demander.horizon_year
    return np.array(
        [demander.headline_pct_gdp, demander.deadline_year, demander.annual_increment_pp, horizon],
        dtype=float,
    )


def _shares(values: list[float]) -> list[float]:
    """Values as shares of their sum; even shares if that is 0."""
    total = 0.0
    for value in values:
        total += value
    return [value / total if total > 0.0 else 1.0 / len(values) for value in values]


def _bindings(scenario: Resolved) -> tuple[list[list[int]], list[list[int]], list[int]]:
    """Equalities, and limits with the most that each may come to, in steps of the terms."""
    equalities = [list(b.steps) for b in scenario.bindings if b.most is None]
    limits = [(list(b.steps), b.most) for b in scenario.bindings if b.most is not None]
    return equalities, [row for row, _ in limits], [most for _, most in limits]


def _payments(scenario: Resolved) -> tuple[int, float, int, float]:
    """Side payments: the term, the step as a share of its range, the most in steps, the price."""
    pay = scenario.file.side_payments
    if pay is None:
        return -1, 0.0, 0, 0.0
    place = [term.name for term in scenario.terms].index(pay.term)
    values = scenario.terms[place].values
    step = pay.step / (max(values) - min(values))
    return place, step, int(pay.most / pay.step + 1e-9), pay.price


def _starts(
    scenario: Resolved,
    sizes: list[int],
    equalities: list[list[int]],
    limits: list[list[int]],
    most: list[int],
) -> np.ndarray:
    """Where the search for a first aim starts: the opening, the text in force, and half-way.

    Only texts that keep what binds the terms together; the opening does.
    """
    opening = [term.opening for term in scenario.terms]
    found = [opening]
    if all(term.in_force is not None for term in scenario.terms):
        near = []
        for term in scenario.terms:
            assert term.in_force is not None
            value = term.in_force.value
            near.append(min(range(len(term.values)), key=lambda j: abs(term.values[j] - value)))
        half = [(a + b) // 2 for a, b in zip(opening, near, strict=True)]
        found += [near, half]
    kept = [start for start in found if feasible(start, opening, equalities, limits, most)]
    return np.array(kept, dtype=np.int64).reshape(-1, len(sizes))


def _red_lines(scenario: Resolved, sizes: list[int]) -> dict[str, np.ndarray]:
    """First and last place that each member accepts of each term."""
    m, k = len(scenario.members), len(sizes)
    low = np.zeros((m, k), dtype=np.int64)
    high = np.tile(_ints(sizes) - 1, (m, 1))
    for i, p in enumerate(scenario.members):
        for j, term in enumerate(scenario.terms):
            lowest, highest = p.red_lines.get(term.name, (-UNLIMITED, UNLIMITED))
            # Without the term a text cannot be below a line, and has no value that is not above.
            none = sizes[j] - 1 if term.or_none else -1
            fit = [
                q
                for q, x in enumerate(term.values)
                if (highest >= UNLIMITED if q == none else lowest <= x <= highest)
            ]
            low[i, j], high[i, j] = (min(fit), max(fit)) if fit else (sizes[j], sizes[j])
    return {"red_low": low, "red_high": high}


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
    """Where each round lies on the way to the day on which failing really hurts, 0 to 1."""
    first, last = scenario.dates[0], scenario.dates[-1]
    at = Decimal(repr(scenario.file.calendar.meeting_at))
    if first == last:
        return [at] * len(scenario.dates)
    return [at * Decimal((d - first).days) / Decimal((last - first).days) for d in scenario.dates]


def _votes(scenario: Resolved) -> np.ndarray:
    by = scenario.file.procedure.weights
    weights = {
        "equal": [1.0 for _ in scenario.members],
        "gdp": [p.gdp_usd_bn for p in scenario.members],
        "population": [p.population_million for p in scenario.members],
        "power": [p.power for p in scenario.members],
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
    chair = np.full((t if of_chair else 0, 1 + k), moves.KEEP, dtype=np.int64)
    chair[:, 0] = moves.AS_MEDIATOR
    amended: dict[tuple[int, int], np.ndarray] = {}
    for move in fixed:
        text = np.full(1 + k, moves.KEEP, dtype=np.int64)
        for term, place in move.text.items():
            text[1 + term] = place
        for r in range(t) if move.round is None else [move.round]:
            if move.member is None:
                text[0] = moves.NO_LETTER if move.letter is None else place_of[move.letter]
                chair[r] = text
                continue
            i = place_of[move.member]
            answer = {None: moves.FREE, True: moves.PASSES, False: moves.BREAKS}[move.passes]
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
