"""Hypothesis strategies for random valid scenarios, as the mappings that ``sim.load`` takes.

:func:`scenarios` draws every part of a scenario: both preference models, members with and without
forces, camps, numbers and distributions, words with soft ones and floors, texts in force, red
lines, groups, all mediators, knowledge levels and procedures, demanders and chairs, dated and
random events, fixed moves, drafts of the last day, and drawn coefficients; and of spatial ones
parties of several members, constraints between terms, side payments, several demanders, unknown
positions and a second meeting.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from sim.rules import mediators, procedure
from sim.scenario.coefficients import Coefficients
from sim.scenario.grid import KNOWN_WORDS, SOFT
from sim.scenario.resolve import ATTRIBUTES

CODES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
_YEAR = 2025


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of few digits between two bounds, the bounds included."""
    return st.integers(0, 200).map(lambda j: round(low + (high - low) * j / 200, 6))


@st.composite
def _ordered(draw: st.DrawFn, low: float, high: float, count: int) -> list[float]:
    """Numbers between two bounds in rising order, the first below the last."""
    places = draw(st.lists(st.integers(0, 200), min_size=count, max_size=count, unique=True))
    return [round(low + (high - low) * j / 200, 6) for j in sorted(places)]


@st.composite
def distributions(draw: st.DrawFn, low: float, high: float, beta: bool = True) -> dict[str, Any]:
    """A distribution of an input that lies between two bounds, as a scenario file writes it."""
    kinds = ["fixed", "uniform", "triangular", "normal", "choice", *(["beta"] if beta else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "fixed":
        return {kind: [draw(numbers(low, high))]}
    if kind == "normal":
        return {kind: [draw(numbers(low, high)), draw(numbers(0.02, 0.5)) * (high - low)]}
    if kind == "beta":
        return {kind: [draw(numbers(0.3, 6.0)), draw(numbers(0.3, 6.0))]}
    if kind == "triangular":
        a, b, c = draw(_ordered(low, high, 3))
        return {kind: draw(st.sampled_from([[a, b, c], [a, a, c], [a, c, c]]))}
    if kind == "choice":
        return {kind: draw(st.lists(numbers(low, high), min_size=2, max_size=4))}
    return {kind: draw(_ordered(low, high, 2))}


def quantities(low: float, high: float, beta: bool = True) -> st.SearchStrategy[Any]:
    """A number or a distribution between two bounds."""
    return numbers(low, high) | distributions(low, high, beta)


def _subset(codes: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(codes), min_size=1, max_size=len(codes), unique=True)


@st.composite
def _grid(
    draw: st.DrawFn, lows: list[float], steps: list[float], largest: int, smallest: int = 1
) -> dict[str, Any]:
    """A term with few values, and an opening."""
    low, step = draw(st.sampled_from(lows)), draw(st.sampled_from(steps))
    size = draw(st.integers(smallest, largest))
    values = [round(low + step * j, 6) for j in range(size)]
    term: dict[str, Any] = {"or_none": draw(st.integers(0, 2)) == 0}
    if size == 1:
        term["fixed"] = values[0]
    else:
        term["range"] = [values[0], values[-1]]
        term["step"] = step
    openings: list[Any] = [*values, *(["none"] if term["or_none"] else [])]
    term["opening"] = draw(st.sampled_from(openings))
    return term


@st.composite
def _levels(draw: st.DrawFn) -> dict[str, Any]:
    """Words: some of them soft, some of them floors."""
    strengths: list[Any] = draw(_ordered(0.0, 1.0, draw(st.integers(2, 4))))
    if draw(st.booleans()):
        harder = [strength for strength in strengths if strength > SOFT]
        strengths = [s for s in strengths if s < SOFT] + ["soft", *harder]
    levels = {f"level_{j}": strength for j, strength in enumerate(strengths)}
    term: dict[str, Any] = {"levels": levels, "opening": draw(st.sampled_from(list(levels)))}
    if draw(st.booleans()):
        term["floors"] = draw(_subset(tuple(levels)))
    return term


@st.composite
def _pledge_terms(draw: st.DrawFn) -> dict[str, Any]:
    # Lows, steps, the most values, and what may be in force.
    grids: dict[str, Any] = {
        "core_pct_gdp": ([1.5, 2.0, 3.0], [0.25, 0.5, 1.0], 4, (1.0, 3.0)),
        "broader_pct_gdp": ([0.0, 1.0], [0.25, 0.5], 2, (0.0, 1.5)),
        "deadline_year": ([2024, 2026, 2029], [2, 3], 4, (2023, 2033)),
        "annual_increment_pp": ([0.0, 0.1], [0.05, 0.1], 3, (0.0, 0.2)),
        "review_year": ([2024, 2027, 2030], [1, 3], 2, (2023, 2033)),
    }
    terms: dict[str, Any] = {}
    for name, (lows, steps, largest, (low, high)) in grids.items():
        needed = name in ("core_pct_gdp", "deadline_year")
        if not needed and draw(st.booleans()):
            continue
        # A deadline must lie after the summit.
        term = draw(_grid(lows, steps, largest, 2 if name == "deadline_year" else 1))
        years = name.endswith("year")
        in_force: Any = draw(st.integers(low, high) if years else numbers(low, high))
        if name != "core_pct_gdp" and draw(st.booleans()):
            in_force = "none"
        if in_force != "none" or not term["or_none"] or draw(st.booleans()):
            term["in_force"] = in_force
        terms[name] = term
    if draw(st.booleans()):
        words = draw(_levels())
        words["in_force"] = draw(st.sampled_from([*words["levels"], *KNOWN_WORDS]))
        terms["wording"] = words
    return terms


@st.composite
def _spatial_terms(draw: st.DrawFn) -> dict[str, Any]:
    in_force = draw(st.booleans())
    terms = {}
    for name in ("alpha", "beta", "gamma")[: draw(st.integers(1, 3))]:
        if draw(st.integers(0, 3)) == 0:
            term = draw(_levels())
            if in_force:
                term["in_force"] = draw(st.sampled_from(list(term["levels"])))
        else:
            term = draw(_grid([-4.0, 0.0, 2.0, 100.0], [0.5, 1.0, 10.0], 4, 2))
            if in_force:
                low, high = term["range"]
                term["in_force"] = draw(numbers(low - 1.0, high + 1.0))
        terms[name] = term
    return terms


@st.composite
def _red_lines(draw: st.DrawFn, terms: dict[str, Any]) -> dict[str, Any]:
    lines: dict[str, Any] = {}
    for name, term in terms.items():
        if "fixed" not in term and draw(st.integers(0, 3)) == 0:
            low, high = term.get("range", (0.0, 1.0))
            beyond = (high - low) / 8  # now and then no text is within
            side = draw(st.sampled_from(["at_least", "at_most"]))
            lines[name] = {side: draw(numbers(low - beyond, high + beyond))}
    return lines


@st.composite
def _member(draw: st.DrawFn, terms: dict[str, Any], spatial: bool) -> dict[str, Any]:
    member: dict[str, Any] = {}
    for key, high in (("gdp_usd_bn", 20000.0), ("population_million", 300.0), ("votes", 30.0)):
        if draw(st.booleans()):
            member[key] = draw(numbers(0.5, high))
    if draw(st.booleans()):
        member["power"] = draw(numbers(0.1, 10.0))
    if draw(st.integers(0, 3)) == 0:
        member["red_lines"] = draw(_red_lines(terms))
    if draw(st.booleans()):
        member["domestic_constraint"] = draw(quantities(0.0, 1.0))
    if spatial:
        member["ideal"], member["salience"] = {}, {}
        for name, term in terms.items():
            low, high = term.get("range", (0.0, 1.0))
            beyond = (high - low) / 2  # an ideal need not be on the table
            member["ideal"][name] = draw(quantities(low - beyond, high + beyond, beta=False))
            if draw(st.integers(0, 7)) == 0:
                member["ideal"][name] = "unknown"
            if draw(st.booleans()):
                member["salience"][name] = draw(quantities(0.0, 2.0, beta=False))
        return member
    for name in ATTRIBUTES[:3]:
        member[name] = draw(quantities(0.0, 1.0))
    if draw(st.integers(0, 5)) == 0:
        member["has_forces"] = False
    else:
        member["current_core_pct_gdp"] = draw(quantities(0.5, 4.5, beta=False))
    return member


@st.composite
def _members(
    draw: st.DrawFn, codes: tuple[str, ...], terms: dict[str, Any], spatial: bool
) -> dict[str, Any]:
    """The members; of a spatial scenario some make a camp with an earlier one."""
    members: dict[str, Any] = {}
    for code in codes:
        member = draw(_member(terms, spatial))
        if spatial and members and draw(st.integers(0, 3)) == 0:
            friend = members[draw(st.sampled_from(list(members)))]
            member.pop("domestic_constraint", None)
            same = ("ideal", "salience", "domestic_constraint")
            member.update({key: friend[key] for key in same if key in friend})
        members[code] = member
    return members


@st.composite
def _demander(draw: st.DrawFn, codes: tuple[str, ...], spatial: bool) -> dict[str, Any]:
    demander: dict[str, Any] = {"party": draw(st.sampled_from(codes))}
    if spatial:
        return demander
    if draw(st.booleans()):
        demander["leverage"] = draw(quantities(0.0, 2.0))
    demander["headline_pct_gdp"] = draw(numbers(2.0, 6.0))
    demander["deadline_year"] = draw(st.integers(_YEAR, 2036))
    demander["annual_increment_pp"] = draw(numbers(0.0, 0.3))
    if draw(st.booleans()):
        demander["need_core_pct_gdp"] = draw(quantities(1.0, 5.0, beta=False))
    if draw(st.booleans()):
        demander["horizon_year"] = draw(st.integers(_YEAR, 2036))
    return demander


@st.composite
def _mediator(draw: st.DrawFn) -> dict[str, Any]:
    kinds = [*mediators.NAMES, "compromise", "compromise"]
    return {
        "kind": draw(st.sampled_from(kinds)),
        "knowledge": draw(st.sampled_from(mediators.KNOWLEDGE)),
        "own_view": draw(numbers(0.0, 1.0)),
        "view": draw(st.sampled_from(["opening", "drawn"])),
    }


@st.composite
def _side_letters(draw: st.DrawFn, codes: tuple[str, ...]) -> dict[str, Any]:
    letters: dict[str, Any] = {"most": draw(st.integers(0, 4))}
    if draw(st.integers(0, 3)) == 0:
        letters["only"] = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
    return letters


@st.composite
def _event(draw: st.DrawFn, number: int, calendar: dict[str, Any], codes: tuple[str, ...]) -> Any:
    event: dict[str, Any] = {"name": f"event {number}"}
    if draw(st.booleans()):
        event["chance_per_round"] = draw(numbers(0.0, 1.0))
    else:
        days = (calendar["summit"] - calendar["start"]).days
        event["date"] = calendar["start"] + dt.timedelta(days=draw(st.integers(0, days)))
    if draw(st.booleans()):
        event["lasts_days"] = draw(st.integers(1, 16))
    if draw(st.booleans()):
        event["members"] = draw(_subset(codes))
    for key in ("leverage", *ATTRIBUTES):
        if draw(st.booleans()):
            event[key] = draw(numbers(-0.6, 0.6))
    if not event.keys() & {"leverage", *ATTRIBUTES}:
        event["leverage"] = 0.0
    return event


def _values(term: dict[str, Any]) -> list[Any]:
    """The values that a text may give a term."""
    if "levels" in term:
        return list(term["levels"])
    if "fixed" in term:
        values = [term["fixed"]]
    else:
        low, high = term["range"]
        steps = round((high - low) / term["step"])
        values = [round(low + term["step"] * j, 6) for j in range(steps + 1)]
    return [*values, *(["none"] if term["or_none"] else [])]


@st.composite
def _texts(draw: st.DrawFn, terms: dict[str, Any]) -> dict[str, Any]:
    return {
        name: draw(st.sampled_from(_values(term)))
        for name, term in terms.items()
        if draw(st.booleans())
    }


@st.composite
def _moves(
    draw: st.DrawFn,
    terms: dict[str, Any],
    codes: tuple[str, ...],
    rounds: int,
    demander: Any,
    most: int,
) -> list[dict[str, Any]]:
    """Fixed moves of some seats in some rounds, or in every round."""
    places = st.tuples(st.sampled_from([*codes, "mediator"]), st.none() | st.integers(1, rounds))
    moves, letters = [], 0
    for seat, at in draw(st.lists(places, max_size=8, unique=True)):
        move: dict[str, Any] = {"seat": seat} if at is None else {"seat": seat, "round": at}
        if seat == "mediator":
            move["text"] = draw(_texts(terms))
            if at is not None and letters < most and draw(st.booleans()):
                who = [
                    c for c in codes if c != demander and all(m.get("letter") != c for m in moves)
                ]
                if who:
                    move["letter"], letters = draw(st.sampled_from(who)), letters + 1
        else:
            move["silence"] = draw(st.sampled_from(["passes", "breaks"]))
            if move["silence"] == "breaks" and draw(st.booleans()):
                move["term"] = draw(st.sampled_from(list(terms)))
                move["direction"] = draw(st.sampled_from(["lower", "higher"]))
            if draw(st.booleans()):
                move["asks_letter"] = True
                if draw(st.booleans()):
                    move = {k: v for k, v in move.items() if k in ("seat", "round", "asks_letter")}
            if draw(st.integers(0, 2)) == 0:
                move["proposes"] = draw(_texts(terms))
        moves.append(move)
    return moves


@st.composite
def _coefficients(draw: st.DrawFn) -> Any:
    """All coefficients drawn from their ranges, or some of them numbers or distributions there."""
    if draw(st.integers(0, 3)) == 0:
        return "plausible"
    changed: dict[str, Any] = {}
    for group, info in Coefficients.model_fields.items():
        for name, field in type(info.default).model_fields.items():
            if draw(st.integers(0, 5)) == 0:
                values = field.json_schema_extra["plausible"]
                if (group, name) == ("hold", "exponent"):
                    found: st.SearchStrategy[Any] = st.integers(0, 8) | st.just({"choice": values})
                else:
                    found = quantities(values[0], values[-1], beta=False)
                changed.setdefault(group, {})[name] = draw(found)
    return changed


@st.composite
def scenarios(
    draw: st.DrawFn, spatial: bool | None = None, moves: bool = False, crowds: bool = False
) -> dict[str, Any]:
    """A random valid scenario.

    Parameters
    ----------
    draw
        Given by hypothesis.
    spatial
        Whether the preference model is ``spatial``; either if not given.
    moves
        Whether some scenarios have fixed moves.
    crowds
        Whether some have up to 16 members more, which repeat the first few (in spatial ones that
        makes camps): engines that take several members at a time treat whole handfuls and what is
        left over in different ways.
    """
    if spatial is None:
        spatial = draw(st.booleans())
    codes = CODES[: draw(st.integers(2, len(CODES)))]
    terms = draw(_spatial_terms() if spatial else _pledge_terms())
    start = dt.date(_YEAR, 1, 7)
    calendar = {
        "start": start,
        "summit": start + dt.timedelta(days=draw(st.integers(0, 56))),
        "days_per_round": draw(st.integers(6, 12)),
        "last_day_drafts": draw(st.integers(1, 5)),
        "meeting_at": draw(numbers(0.3, 1.0)),
    }
    if draw(st.integers(0, 3)) == 0:
        later = dt.timedelta(days=draw(st.integers(1, 30)))
        calendar["next_meeting"] = calendar["summit"] + later
    scenario: dict[str, Any] = {
        "title": "A random summit",
        "preferences": "spatial" if spatial else "pledge",
        "terms": terms,
        "parties": draw(_members(codes, terms, spatial)),
        "groups": {
            f"group_{number}": {
                "members": draw(_subset(codes)),
                **{a: draw(quantities(-0.5, 0.5, beta=False)) for a in draw(_subset(ATTRIBUTES))},
            }
            for number in range(draw(st.integers(0, 2)))
        },
        "procedure": {
            "rule": draw(st.sampled_from(list(procedure.PROCEDURES))),
            "quota": draw(numbers(0.1, 1.0)),
            "weights": draw(st.sampled_from(["equal", "gdp", "population", "power", "votes"])),
            "minus": draw(st.integers(0, 3)),
        },
        "mediator": draw(_mediator()),
        "calendar": calendar,
        "events": [
            draw(_event(number, calendar, codes)) for number in range(draw(st.integers(0, 3)))
        ],
        "coefficients": draw(_coefficients()),
        "side_letters": draw(_side_letters(codes)),
    }
    if not spatial or draw(st.booleans()):
        scenario["demander"] = draw(_demander(codes, spatial))
    if moves and draw(st.integers(0, 2)) == 0:
        rounds = -(-(calendar["summit"] - start).days // calendar["days_per_round"])
        rounds += calendar["last_day_drafts"]
        most = scenario["side_letters"]["most"]
        demander = scenario.get("demander", {}).get("party")
        scenario["moves"] = draw(_moves(terms, codes, rounds, demander, most))
    if crowds and draw(st.integers(0, 2)) == 0:
        members = scenario["parties"]
        for j in range(draw(st.integers(1, 16))):
            members[f"Z{chr(65 + j // 26)}{chr(65 + j % 26)}"] = members[codes[j % len(codes)]]
    if spatial:
        draw(_bound_together(scenario))
    return scenario


@st.composite
def _bound_together(draw: st.DrawFn, scenario: dict[str, Any]) -> None:
    """Constraints between terms, side payments and parties of several, laid over a scenario."""
    plain = {
        name: term
        for name, term in scenario["terms"].items()
        if "range" in term and not term.get("or_none")
    }
    if len(plain) > 1 and draw(st.booleans()):
        one, other = draw(st.permutations(sorted(plain)))[:2]
        a, b = draw(st.integers(1, 3)), draw(st.integers(-2, 2).filter(bool))
        first = sum(
            n * Decimal(repr(float(plain[name]["opening"]))) for n, name in ((a, one), (b, other))
        )
        sign = draw(st.sampled_from(["==", "<=", ">="]))
        of_other = f"{b}*{other}" if b > 0 else f"- {-b}*{other}"
        plus = "+ " if b > 0 else ""
        number = f"{first}" if first >= 0 else f"- {-first}"
        scenario["constraints"] = [f"{a}*{one} {plus}{of_other} {sign} {number}"]
    if plain and draw(st.integers(0, 2)) == 0:
        term = draw(st.sampled_from(sorted(plain)))
        step = round((plain[term]["range"][1] - plain[term]["range"][0]) / 20, 6)
        scenario["side_payments"] = {"term": term, "step": step, "most": 8 * step,
                                     "price": draw(numbers(0.0, 0.1))}  # fmt: skip
    if draw(st.integers(0, 2)) == 0:
        parties = scenario["parties"]
        code = draw(st.sampled_from(list(parties)))
        members = [code, *draw(st.sampled_from([["YA"], ["YA", "YB"]]))]
        scenario["parties"] = {
            ("the_party" if name == code else name): (
                {**party, "members": members} if name == code else party
            )
            for name, party in parties.items()
        }
        if scenario.get("demander", {}).get("party") == code:
            scenario["demander"]["party"] = "the_party"
    if "demander" in scenario and draw(st.integers(0, 2)) == 0:
        more = draw(_subset(tuple(scenario["parties"])))
        scenario["demander"]["party"] = list(dict.fromkeys([scenario["demander"]["party"], *more]))
        for move in scenario.get("moves", []):
            move.pop("letter", None)


__all__ = ["distributions", "numbers", "quantities", "scenarios"]
