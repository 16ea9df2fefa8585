"""What each role sees of a room: never more than its seat may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..analysis.offers import Change
from ..analysis.reasons import believed_odds
from ..scenario.grid import GridTerm
from . import questionnaire
from .game import CHAIR, Game
from .hurts import hurts
from .moves import Answer, Draft
from .past import past_text
from .state import State
from .wording import change as change_words
from .wording import label, say, value, wish
from .wording import text as text_words

CHAIR_NAME = say("Secretary General")
_SHOWN_MESSAGES = 60
_RULES = {
    "consensus": say("adopted when nobody breaks silence"),
    "qualified_majority": say("adopted when those on board hold {quota:.0%} of the weight"),
    "unanimity_minus": say("adopted when at most {minus} break silence"),
}


def values_of(terms: Collection[GridTerm], choice: Collection[int]) -> dict[str, Any]:
    """A text as tables show it: by name of the term."""
    return {t.name: t.show(j) for t, j in zip(terms, choice, strict=True) if t.written}


def changes_of(game: Game, changes: Collection[tuple[int, int, int]]) -> list[dict[str, Any]]:
    """Changes of terms (term, place before, place now) with values and words."""
    terms = game.terms
    return [
        {
            "term": terms[t].name,
            "before": terms[t].show(a),
            "after": terms[t].show(b),
            "words": change_words(terms, Change(t, a, b)),
        }
        for t, a, b in changes
    ]


def room_message(state: State, role: str, join_url: str) -> dict[str, Any]:
    """What stays the same during a game."""
    game = state.game
    resolved = game.scenario.loaded.resolved
    file = resolved.file
    names = {t.name for t in game.terms if t.written}
    shows_past = role == "host" or game.phase == "ended"
    return {
        "type": "room",
        "code": state.code,
        "role": role,
        "title": file.title,
        "scenario": state.source["name"],
        "description": file.description or "",
        "join_url": join_url,
        "terms": [_term(t) for t in game.terms if t.written],
        "has_headline": {"core_pct_gdp", "broader_pct_gdp"} <= names,
        "members": [{"code": p.code, "name": p.name} for p in resolved.members],
        "chair_name": CHAIR_NAME,
        "demanders": list(resolved.demanders),
        "dates": [d.isoformat() for d in resolved.dates],
        "procedure": {
            "rule": file.procedure.rule,
            "words": _RULES[file.procedure.rule].format(
                quota=file.procedure.quota, minus=file.procedure.minus
            ),
        },
        "max_letters": int(game.model.problem.max_letters),
        "knowledge": file.mediator.knowledge,
        "past": past_text(state.source["data"], resolved) if shows_past else None,
        "questionnaire": list(questionnaire.ITEMS),
    }


def _term(term: GridTerm) -> dict[str, Any]:
    places = range(len(term.values))
    return {
        "name": term.name,
        "label": label(term),
        "unit": term.unit,
        "values": [term.show(j) for j in places],
        "shown": [value(term, j).strip("“”") for j in places],
        "ambition": term.ambition,
    }


def public(state: State, forecast: Mapping[str, Any] | None) -> dict[str, Any]:
    """What everybody in the room may see, without clock and number of the tick."""
    game = state.game
    m, dates = game.model, game.scenario.loaded.resolved.dates
    at = max(0, m.round)
    begun = game.phase != "lobby"
    shown = None if state.hidden or not begun else forecast
    return {
        "type": "tick",
        "state": game.state,
        "phase": game.phase,
        "round": m.round + 1,
        "rounds": game.n_rounds,
        "date": dates[at].isoformat(),
        "days_left": (dates[-1] - dates[at]).days,
        "paused": state.paused,
        "demo": state.demo,
        "speed": state.speed,
        "pace_s": state.pace_s,
        "text": {
            "values": values_of(game.terms, m.choice),
            "words": text_words(game.terms, m.choice),
            "changes": changes_of(game, game.changes),
        },
        "stances": _stances(state),
        "on_board": sum(game.rounds[-1].passed) if game.rounds else 0,
        "of": len(game.codes),
        "adopted": bool(m.adopted),
        "outcome": None if game.phase != "ended" else ("adopted" if m.adopted else "no_deal"),
        "letters": list(game.letters),
        "letters_left": game.letters_left,
        "history": [
            {
                "round": j,
                "on_board": sum(r.passed),
                "deal": None if state.hidden else state.chances.get(j),
                "values": values_of(game.terms, r.draft.choice),
            }
            for j, r in enumerate(game.rounds, 1)
        ],
        "amendments": [
            amendment(game, seat, said) for seat, said in game.said.items() if said.proposes
        ],
        "news": list(state.news),
        "forecast": shown,
        "forecast_hidden": state.hidden,
        "people": len(state.people.by_id),
        "chair_people": len(state.people.on(CHAIR)),
        "locked": state.locked,
        "game": state.games,
    }


def _stances(state: State) -> dict[str, Any]:
    game = state.game
    last = game.rounds[-1] if game.rounds else None
    people: dict[str, int] = {}
    for person in state.people.by_id.values():
        if person.seat is not None:
            people[person.seat] = people.get(person.seat, 0) + 1
    leans: dict[str, float] = {}
    if game.phase == "answering" and not state.hidden:
        leans = belief(game, game.on_table)
    found = {}
    for i, member in enumerate(game.model.members):
        stance: dict[str, Any] = {"last": None, "term": None, "direction": 0, "words": ""}
        if last is not None:
            stance["last"] = "passes" if last.passed[i] else "breaks"
            stance.update(named_words(game, last.named[i], last.draft))
        said = game.said.get(member.code)
        stance["letter"] = member.side_letter
        stance["people"] = people.get(member.code, 0)
        stance["answered"] = said is not None and said.silence is not None
        stance["lean"] = leans.get(member.code)
        found[member.code] = stance
    return found


def named_words(game: Game, named: int, draft: Draft) -> dict[str, Any]:
    """What an objector named in the text of a round: term, direction and words."""
    if named == 0:
        return {"term": None, "direction": 0, "words": ""}
    term, direction = abs(named) - 1, 1 if named > 0 else -1
    words = wish(game.terms[term], draft.choice[term], direction)
    return {"term": game.terms[term].name, "direction": direction, "words": words}


def amendment(game: Game, seat: str, said: Answer) -> dict[str, Any]:
    """A proposed amendment with its words."""
    places = game.places(said.proposes)
    told = [
        f"{label(t)} {value(t, places[j])}"
        for j, t in enumerate(game.terms)
        if t.name in said.proposes
    ]
    return {
        "seat": seat,
        "round": game.model.round + 1,
        "values": dict(said.proposes),
        "words": ", ".join(told),
    }


def requests(game: Game) -> list[dict[str, Any]]:
    """What members asked of the chair since the text was tabled."""
    found: list[dict[str, Any]] = []
    for seat, said in game.said.items():
        if said.asks_letter:
            found.append({"seat": seat, "kind": "letter"})
        if said.proposes:
            found.append({**amendment(game, seat, said), "kind": "amendment"})
    return found


def belief(game: Game, draft: Draft) -> dict[str, float]:
    """How likely each member is to let a draft pass on the last day, as far as the chair knows."""
    m = game.model
    if m.round < 0:
        return {}
    camps = {s.leader for s in m.members if s.code in draft.letters}
    odds = {
        s.code: 1.0 if s.leader in camps else believed_odds(m.mediator, s, list(draft.choice))
        for s in m.members
    }
    return {code: round(p, 3) for code, p in odds.items()}


def person_view(state: State, id_: str) -> dict[str, Any]:
    """What a person sees beyond what everybody sees."""
    person = state.people.get(id_)
    own: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "seat": person.seat,
        "can": [],
        "questionnaire": {when: id_ in sheets for when, sheets in state.sheets.items()},
    }
    if person.seat is None:
        return own
    own["mates"] = [p.name for p in state.people.on(person.seat) if p is not person]
    seen = [m for m in state.messages if person.seat in (m["from"], m["to"])]
    own["messages"] = seen[-_SHOWN_MESSAGES:]
    return {**own, **(chair_view(state) if person.seat == CHAIR else seat_view(state, person.seat))}


def seat_view(state: State, seat: str) -> dict[str, Any]:
    """What only the people of a member's seat see; the same for all of them."""
    game = state.game
    said = game.said.get(seat, Answer())
    member = game.model.members[game.codes.index(seat)]
    can = {
        "answering": ["answer", "letter", "propose", "message", "what_if"],
        "drafting": ["letter", "propose", "message"],
    }.get(game.phase, ["message"])
    if seat in game.scenario.loaded.resolved.demanders:
        can = [what for what in can if what != "letter"]
    answer = None
    if said.silence is not None:
        answer = {"silence": said.silence, "term": said.term, "direction": said.direction}
    return {
        "can": can,
        "answer": answer,
        "asks_letter": said.asks_letter,
        "proposes": dict(said.proposes) or None,
        "holds_letter": member.side_letter,
        "hurts": None if game.phase == "lobby" else hurts(member, game.terms),
    }


def chair_view(state: State) -> dict[str, Any]:
    """What only the people of the chair see."""
    game = state.game
    now = Draft(tuple(game.model.choice))
    can = {
        "drafting": ["draft", "odds", "message", "what_if"],
        "answering": ["odds", "message"],
    }.get(game.phase, ["message"])
    return {
        "can": can,
        "draft": _draft(game, game.draft),
        "model_draft": _draft(game, game.model_draft),
        "odds": belief(game, game.draft or now),
        "requests": requests(game),
    }


def _draft(game: Game, draft: Draft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    return {
        "values": values_of(game.terms, draft.choice),
        "letters": list(draft.letters),
    }


def host_view(state: State, connected: Collection[str], engine_ready: bool) -> dict[str, Any]:
    """What only the teacher sees."""
    game = state.game
    return {
        "people": [
            {
                "id": p.id,
                "name": p.name,
                "seat": p.seat,
                "connected": p.id in connected,
                "answered": p.seat in game.said and game.said[p.seat].silence is not None,
            }
            for p in state.people.by_id.values()
        ],
        "requests": requests(game),
        "messages": state.messages[-_SHOWN_MESSAGES:],
        "can_undo": game.can_undo,
        "locked": state.locked,
        "scenario": state.source["name"],
        "engine_ready": engine_ready,
        **{when: len(sheets) for when, sheets in state.sheets.items()},
    }
