"""Whether tables of negotiations keep the rules of docs/bench.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .tables import DATA, Bench, read, read_outcomes, rows_of

__all__ = ["GRADES", "TIMINGS", "faults"]

#: Grades of reliability, best first; data/README.md says what each means.
GRADES = ("A", "B", "B1", "C", "M")
#: When a statement was made; only `before` is coded.
TIMINGS = ("before", "during", "at_or_after_summit", "later_source")
RULES = ("consensus", "unanimity", "qualified_majority")
#: Places of a term at most.
PLACES = 60
_PARTY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MEMBER = re.compile(r"[A-Z]{2,12}")


def faults(folder: Path = DATA) -> list[str]:
    """Return what is wrong with the tables in a folder, one sentence each; empty if nothing is.

    Raises
    ------
    SummitryError
        If a table cannot be read at all.
    """
    bench = read(folder)
    return [
        *_sources(folder),
        *_statements(folder, bench),
        *_terms(bench),
        *_parties(bench),
        *_facts(bench),
        *_outcomes(folder, bench),
    ]


def _sources(folder: Path) -> Iterator[str]:
    for table in ("negotiations", "terms", "parties", "positions", "outcomes"):
        for number, row in enumerate(rows_of(folder, table), start=2):
            where = f"{table}.csv, line {number}"
            if row["grade"] not in GRADES:
                yield f"{where}: the grade must be one of {', '.join(GRADES)}"
            if not row["source"]:
                yield f"{where}: a source is missing"
            if "url" in row and not row["url"].startswith(("https://", "http://")):
                yield f"{where}: a web address is missing"


def _statements(folder: Path, bench: Bench) -> Iterator[str]:
    seen: Counter[tuple[str, ...]] = Counter()
    for number, row in enumerate(rows_of(folder, "positions"), start=2):
        where, key = f"positions.csv, line {number}", row["negotiation"]
        if key not in bench.negotiations:
            yield f"{where}: negotiations.csv has no {key}"
            continue
        if row["party"] not in {p.key for p in bench.parties[key]}:
            yield f"{where}: parties.csv has no {row['party']} in {key}"
        term = next((t for t in bench.terms[key] if t.key == row["term"]), None)
        if term is None:
            yield f"{where}: terms.csv has no {row['term']} in {key}"
        elif any(v and not term.low <= float(v) <= term.high for v in _values(row)):
            yield f"{where}: the number lies outside the range"
        if row["statement_timing"] not in TIMINGS:
            yield f"{where}: statement_timing must be one of {', '.join(TIMINGS)}"
        before = row["statement_timing"] == "before"
        if row["before_outcome"] != ("yes" if before else "no"):
            yield f"{where}: before_outcome and statement_timing disagree"
        if before and not row["date"] < bench.negotiations[key].meeting.isoformat():
            yield f"{where}: a statement `before` must be dated before the last day of the meeting"
        if row["level"] not in ("-2", "-1", "0", "1", "2"):
            yield f"{where}: level must be a whole number from -2 to 2"
        if {row["asks_opt_out"], row["asks_payment"]} - {"0", "1"}:
            yield f"{where}: asks_opt_out and asks_payment must be 0 or 1"
        seen[(key, row["party"], row["term"], row["date"], row["statement_timing"])] += 1
    for (key, party, term_key, day, _), times in seen.items():
        if times > 1:
            yield f"{key}: {party} has {times} statements on {term_key} on {day}"


def _values(row: dict[str, str]) -> tuple[str, str]:
    return row["value"], row["value_high"]


def _terms(bench: Bench) -> Iterator[str]:
    for key, terms in bench.terms.items():
        if not terms:
            yield f"{key}: terms.csv has no term"
        for term in terms:
            where, places = f"{key}, {term.key}", (term.high - term.low) / term.step
            if abs(places - round(places)) > 1e-6 or not 1 <= round(places) <= PLACES:
                yield f"{where}: the range must be 1 to {PLACES} whole steps"
            for name, value in (("opening", term.opening), ("in_force", term.in_force)):
                if value is None:
                    continue
                place = (value - term.low) / term.step
                if abs(place - round(place)) > 1e-6 or not 0 <= round(place) <= round(places):
                    yield f"{where}: {name} must be a place of the range"


def _parties(bench: Bench) -> Iterator[str]:
    for key, parties in bench.parties.items():
        if len(parties) < 2:
            yield f"{key}: parties.csv must have at least two parties"
        for name, times in Counter(p.key for p in parties).items():
            if times > 1 or not _PARTY.fullmatch(name):
                yield f"{key}: the party {name} must be a name of its own of letters, digits and _"
        for code, times in Counter(c for p in parties for c in p.members).items():
            if times > 1 or not _MEMBER.fullmatch(code):
                yield f"{key}: the member {code} must be 2 to 12 capitals and in one party only"
        if any(p.power <= 0 or p.votes < 0 for p in parties):
            yield f"{key}: power must be above 0 and votes not below"


def _facts(bench: Bench) -> Iterator[str]:
    for key, facts in bench.negotiations.items():
        if facts.rule not in RULES:
            yield f"{key}: rule must be one of {', '.join(RULES)}"
        if (facts.quota is None) == (facts.rule == "qualified_majority"):
            yield f"{key}: a quota belongs to a qualified majority, and to no other rule"
        if not facts.clock_from <= facts.start < facts.meeting:
            yield f"{key}: the dates must run from clock_from to start to meeting_date"
        if facts.harm is not None and facts.harm < facts.meeting:
            yield f"{key}: harm_date lies before the meeting"
        if facts.next_meeting is not None and facts.next_meeting <= facts.meeting:
            yield f"{key}: next_meeting must come after the meeting"
        for name in set(facts.demanders) - {p.key for p in bench.parties[key]}:
            yield f"{key}: the demander {name} is not a party"
        terms = {t.key for t in bench.terms[key]}
        if facts.payment is not None and facts.payment[0] not in terms:
            yield f"{key}: payment_term {facts.payment[0]} is not a term"
        for name in set(re.findall(r"[A-Za-z_]\w*", facts.constraint)) - terms:
            yield f"{key}: the constraint names {name}, which is not a term"


def _outcomes(folder: Path, bench: Bench) -> Iterator[str]:
    outcomes = read_outcomes(folder)
    found = Counter((o.negotiation, o.term) for o in outcomes)
    expected = {(key, t.key) for key, terms in bench.terms.items() for t in terms}
    for key, term in sorted(set(found) ^ expected):
        yield f"{key}, {term}: terms.csv and outcomes.csv must have the same terms"
    for outcome in outcomes:
        where = f"{outcome.negotiation}, {outcome.term}"
        if outcome.deal == (outcome.value is None):
            yield f"{where}: a deal has an outcome, a failure has none"
        parties = bench.parties.get(outcome.negotiation, ())
        known = {code for p in parties for code in p.members}
        for code in sorted({*outcome.opt_out, *outcome.side_terms} - known):
            yield f"{where}: {code} got an opt-out or side terms but is a member of no party"
