"""Fixed moves of seats: what somebody did in a round, whatever the model would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .document import DocumentPath
from .grid import GridError, GridTerm
from .naming import Fault, Names
from .schema import Move, ScenarioFile

MEDIATOR = "mediator"
_OF_MEMBERS = ("silence", "term", "direction", "asks_letter", "proposes")
_OF_MEDIATORS = ("text", "letter")


@dataclass(frozen=True)
class FixedMove:
    """One move.

    Attributes
    ----------
    member
        Code of the member, None for the mediator.
    round
        Number of the round, from 0; None for every round.
    passes
        Whether the member lets the text pass; None: as the model decides.
    named
        Term and direction that it names: +-(term + 1), 0 for what hurts it most.
    asks_letter
        Whether it asks for a side letter.
    text
        Amendment of a member, or text of the mediator: places on the drafting grid by term.
    letter
        Code of the member that the mediator grants a side letter.
    """

    member: str | None
    round: int | None
    passes: bool | None
    named: int
    asks_letter: bool
    text: dict[int, int]
    letter: str | None


def fixed_moves(
    file: ScenarioFile,
    names: Names,
    terms: Sequence[GridTerm],
    rounds: int,
    inherited: Collection[DocumentPath],
    faults: list[Fault],
) -> tuple[FixedMove, ...]:
    """The moves of a scenario; what is wrong with them is added to ``faults``.

    Inherited moves of members that stay away are left out.
    """
    found = []
    seen: dict[tuple[str | None, int | None], int] = {}
    letters: set[str] = set()
    for j, move in enumerate(file.moves):
        path: DocumentPath = ("moves", j)
        known = len(faults)
        chaired = move.seat == MEDIATOR
        code = None if chaired else names.code(move.seat)
        if code is not None and code not in names.codes:
            if path not in inherited:
                faults.append(((*path, "seat"), names.unknown(move.seat)))
            continue
        if move.round is not None and rounds and move.round > rounds:
            words = f"{move.round} is no round of this summit; they are numbered 1 to {rounds}"
            faults.append(((*path, "round"), words))
        if (code, move.round) in seen:
            words = f"moves[{seen[code, move.round]}] is of the same seat in the same round"
            faults.append((path, words))
        seen.setdefault((code, move.round), j)
        _check_keys(move, chaired, path, faults)
        key = "text" if chaired else "proposes"
        text = _places(getattr(move, key), names, terms, (*path, key), faults)
        named = _named(move, names, terms, path, faults)
        letter = _letter(move, file, names, path, letters, faults)
        if len(faults) == known:
            passes = None if move.silence is None else move.silence == "passes"
            at = None if move.round is None else move.round - 1
            found.append(FixedMove(code, at, passes, named, move.asks_letter, text, letter))
    return tuple(found)


def _check_keys(move: Move, chaired: bool, path: DocumentPath, faults: list[Fault]) -> None:
    """Members answer, mediators write."""
    for key in _OF_MEMBERS if chaired else _OF_MEDIATORS:
        if getattr(move, key):
            who = "a member does that, not the mediator" if chaired else "only the mediator can"
            faults.append(((*path, key), who))
    if not chaired and not (move.silence or move.asks_letter or move.proposes):
        faults.append((path, "says nothing; give silence, asks_letter or proposes"))
    if (move.term is None) != (move.direction is None):
        key = "term" if move.direction is None else "direction"
        faults.append(((*path, key), "give both term and direction, or neither"))
    elif move.term is not None and move.silence != "breaks":
        faults.append(((*path, "term"), "only who breaks silence names a term"))


def _places(
    written: Mapping[str, float | str],
    names: Names,
    terms: Sequence[GridTerm],
    path: DocumentPath,
    faults: list[Fault],
) -> dict[int, int]:
    places = {}
    known = {term.name: t for t, term in enumerate(terms) if term.written}
    for name, value in written.items():
        if name not in known:
            faults.append(((*path, name), names.no_term(name, list(known))))
            continue
        try:
            places[known[name]] = terms[known[name]].place(value, name)
        except GridError as error:
            faults.append(((*path, name), error.message))
    return places


def _named(
    move: Move,
    names: Names,
    terms: Sequence[GridTerm],
    path: DocumentPath,
    faults: list[Fault],
) -> int:
    if move.term is None or move.direction is None:
        return 0
    known = [term.name for term in terms if term.written]
    if move.term not in known:
        faults.append(((*path, "term"), names.no_term(move.term, known)))
        return 0
    place = next(t for t, term in enumerate(terms) if term.name == move.term)
    return place + 1 if move.direction == "higher" else -(place + 1)


def _letter(
    move: Move,
    file: ScenarioFile,
    names: Names,
    path: DocumentPath,
    letters: set[str],
    faults: list[Fault],
) -> str | None:
    """The member that a move of the mediator grants a side letter."""
    if move.letter is None:
        return None
    code = names.code(move.letter)
    most = file.side_letters.most
    if code not in names.codes:
        faults.append(((*path, "letter"), names.unknown(move.letter)))
    elif code in names.demanders(file):
        faults.append(((*path, "letter"), "the party that makes the demand needs no side letter"))
    elif code in letters:
        faults.append(((*path, "letter"), f"{code} holds a side letter already"))
    elif move.round is None:
        faults.append(((*path, "letter"), "give the round in which it is granted"))
    elif len(letters) == most:
        faults.append(((*path, "letter"), f"at most {most} side letters can be granted"))
    else:
        letters.add(code)
    return code
